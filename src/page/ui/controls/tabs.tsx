import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs';
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
  /** What stands at the end of the row of tabs. */
  readonly aside?: ReactNode;
}

/** A pane with tabs. */
export function Tabs({ label, tabs, selected, onSelect, aside }: TabsProps) {
  const open = tabs.some(({ id }) => id === selected) ? selected : (tabs[0]?.id ?? '');
  return (
    <AriaTabs className={styles['tabs'] ?? ''} selectedKey={open} onSelectionChange={(key) => onSelect(String(key))}>
      <div className={styles['row']}>
        <TabList aria-label={label} className={styles['list'] ?? ''}>
          {tabs.map(({ id, title, count }) => (
            <Tab key={id} id={id} className={styles['tab'] ?? ''}>
              {title}
              {count !== undefined && count > 0 && <span className={styles['count']}>{count}</span>}
            </Tab>
          ))}
        </TabList>
        {aside}
      </div>
      {tabs.map(({ id, content, isKept }) => (
        <TabPanel
          key={id}
          id={id}
          className={styles['panel'] ?? ''}
          data-tab={id}
          {...(isKept === undefined ? {} : { shouldForceMount: isKept })}
        >
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
