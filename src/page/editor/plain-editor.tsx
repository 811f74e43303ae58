import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setSql } from '../store/document.ts';
import { useStore } from '../store/store.ts';
import { problemsOf } from './document-problems.ts';
import styles from './editor.module.css';
import { tokens } from './tokens.ts';

/** Above this the listing is plain text: colours for a megabyte would cost seconds. */
const COLOURED_CHARACTERS_MAX = 50_000;

/** The script where there is no Monaco: a coloured listing, and a text area to change it. */
export function PlainEditor() {
  const { t } = useTranslation();
  const sql = useStore((facts) => facts.sql);
  const [isEditing, setEditing] = useState(false);
  return (
    <div className={styles['plain']} data-editor="plain">
      <button type="button" className={styles['toggle']} onClick={() => setEditing(!isEditing)}>
        {t(isEditing ? 'editor.done' : 'editor.edit')}
      </button>
      {isEditing ? (
        <textarea
          className={styles['area']}
          aria-label={t('editor.label')}
          value={sql}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          rows={Math.min(24, sql.split('\n').length + 1)}
          onChange={(event) => setSql(event.target.value)}
        />
      ) : (
        <Listing sql={sql} />
      )}
    </div>
  );
}

function Listing({ sql }: { readonly sql: string }) {
  const { t } = useTranslation();
  const facts = useStore();
  const spans = problemsOf(facts).flatMap(({ diagnostic }) => diagnostic.span ?? []);
  const pieces = useMemo(() => (sql.length > COLOURED_CHARACTERS_MAX ? null : tokens(sql)), [sql]);
  return (
    // Longer than the screen is wide, so it scrolls, and so it has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles['listing']} tabIndex={0} role="region" aria-label={t('editor.label')}>
      {pieces === null
        ? sql
        : pieces.map(({ kind, text, start }) => (
            <span
              key={start}
              data-token={kind}
              data-problem={
                spans.some((span) => span.start < start + text.length && span.end > start) || undefined
              }
            >
              {text}
            </span>
          ))}
    </pre>
  );
}
