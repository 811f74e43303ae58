import { CircleAlert, CircleX, Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { placeOf } from '../../engine/base/span.ts';
import { problemsOf } from '../editor/document-problems.ts';
import { useStore } from '../store/store.ts';
import { reveal } from '../store/view.ts';
import { causes, type Problem } from '../view-model/problems.ts';
import { hintWords, messageWords } from '../words/words.ts';
import { FixButtons } from './fix-buttons.tsx';
import styles from './problems-panel.module.css';

const ICONS = { error: CircleX, warning: CircleAlert, info: Info };

/** The list of problems, each with its place. */
export function ProblemsPanel() {
  const { t } = useTranslation();
  const facts = useStore();
  const list = problemsOf(facts);
  if (list.length === 0) return <p className={styles['none']}>{t('problems.none')}</p>;
  return (
    <ul className={styles['list']}>
      {list.map((problem, place) => (
        // Problems have no name of their own; the list is made anew with each change.
        // eslint-disable-next-line react/no-array-index-key
        <Item key={place} problem={problem} sql={facts.sql} />
      ))}
    </ul>
  );
}

function Item({ problem, sql }: { readonly problem: Problem; readonly sql: string }) {
  const { t } = useTranslation();
  const { diagnostic, input, column } = problem;
  const { span, severity, phase } = diagnostic;
  const Icon = ICONS[severity];
  const line = span ? placeOf(sql, span.start).line : null;
  return (
    <li className={styles['item']} data-severity={severity} data-code={diagnostic.code}>
      <Icon size={15} aria-label={t(`problems.kind.${severity}`)} />
      <div>
        <p className={styles['message']}>
          {line !== null && span && (
            <button type="button" onClick={() => reveal(span)} aria-label={t('problems.goTo', { line })}>
              {t('problems.line', { line })}
            </button>
          )}
          {input !== null && (
            <span className={styles['place']}>
              {column === null
                ? t('problems.inData', { number: input + 1 })
                : t('problems.inDataColumn', { number: input + 1, column })}
            </span>
          )}
          {phase === 'internal' && <span className={styles['place']}>{t('problems.internal')}</span>}
          <span data-message>{messageWords(diagnostic)}</span>
        </p>
        {causes(diagnostic).map((cause) => (
          <p key={cause} className={styles['hint']} data-cause>
            {cause}
          </p>
        ))}
        {diagnostic.hint && <p className={styles['hint']}>{hintWords(diagnostic.hint)}</p>}
        {diagnostic.fixes && (
          <p className={styles['fixes']}>
            <FixButtons fixes={diagnostic.fixes} />
          </p>
        )}
      </div>
    </li>
  );
}
