import { type KeyboardEvent, type ReactNode, useId } from 'react';
import styles from './tabs.module.css';

/** One tab and what it shows. */
export interface TabItem {
  readonly id: string;
  readonly title: string;
  /** A number beside the title, e.g. of problems. */
  readonly count?: number;
  readonly content: ReactNode;
  /** Stays in the document when another tab is open. */
  readonly isKept?: boolean;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly TabItem[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}

/** A pane with tabs. */
export function Tabs({ label, tabs, selected, onSelect }: TabsProps) {
  const base = useId();
  const open = tabs.find(({ id }) => id === selected) ?? tabs[0];
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const here = tabs.findIndex((tab) => tab === open);
    const places: { readonly [key: string]: number } = {
      ArrowRight: (here + 1) % tabs.length,
      ArrowLeft: (here - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const next = tabs[places[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    onSelect(next.id);
    document.getElementById(`${base}-tab-${next.id}`)?.focus();
  };
  return (
    <div className={styles['tabs']}>
      {/* The tabs inside take the focus, one of them at a time. */}
      {/* eslint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div role="tablist" aria-label={label} className={styles['list']} onKeyDown={onKeyDown}>
        {tabs.map(({ id, title, count }) => (
          <button
            key={id}
            id={`${base}-tab-${id}`}
            type="button"
            role="tab"
            className={styles['tab']}
            aria-selected={id === open?.id}
            aria-controls={`${base}-panel-${id}`}
            tabIndex={id === open?.id ? 0 : -1}
            onClick={() => onSelect(id)}
          >
            {title}
            {count !== undefined && count > 0 && <span className={styles['count']}>{count}</span>}
          </button>
        ))}
      </div>
      {tabs.map(({ id, content, isKept }) => (
        <div
          key={id}
          id={`${base}-panel-${id}`}
          role="tabpanel"
          aria-labelledby={`${base}-tab-${id}`}
          className={styles['panel']}
          data-tab={id}
          hidden={id !== open?.id}
        >
          {(id === open?.id || isKept) && content}
        </div>
      ))}
    </div>
  );
}
