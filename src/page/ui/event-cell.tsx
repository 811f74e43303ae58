import { type KeyboardEvent, useState } from 'react';
import styles from './events-panel.module.css';

interface CellProps {
  readonly label: string;
  readonly text: string;
  readonly isNumeric: boolean;
  /** What the engine said against the value. */
  readonly problem: string | null;
  readonly placeholder?: string;
  /** Takes what was typed, or says what is wrong with it. */
  readonly onCommit: (text: string) => string | null;
}

/** A cell that is taken over on Enter or when it is left. */
export function Cell({ label, text, isNumeric: flushRight, problem, placeholder, onCommit }: CellProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [mistake, setMistake] = useState<string | null>(null);
  const said = mistake ?? problem;
  const commit = (): void => {
    if (draft === null) return;
    const wrong = draft === text ? null : onCommit(draft);
    setMistake(wrong);
    if (wrong === null) setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      commit();
    } else if (event.key === 'Escape') {
      setDraft(null);
      setMistake(null);
    }
  };
  return (
    <>
      <input
        className={styles['cell']}
        aria-label={label}
        value={draft ?? text}
        placeholder={placeholder}
        data-flush={flushRight ? 'right' : 'left'}
        aria-invalid={said !== null}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      {said !== null && (
        <span className={styles['problem']} role="alert">
          {said}
        </span>
      )}
    </>
  );
}
