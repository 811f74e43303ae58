import { useTranslation } from 'react-i18next';
import { type Facts, isStale, useStore } from '../store/store.ts';
import styles from './status-bar.module.css';

/** What the pictures are of: the script in the editor, an older one because this one cannot be run, or an older one for now. */
function shows(facts: Facts): 'current' | 'refused' | 'outdated' {
  const isWrong =
    facts.checkedSql === facts.sql &&
    facts.checked?.diagnostics.some(({ severity }) => severity === 'error') === true;
  if (facts.refused !== null || (isWrong && isStale(facts))) return 'refused';
  return isStale(facts) ? 'outdated' : 'current';
}

/** The last run in figures. */
export function StatusBar() {
  const { t } = useTranslation();
  const result = useStore((facts) => facts.result);
  const scenarioId = useStore((facts) => facts.scenarioId);
  const phase = useStore((facts) => facts.phase);
  const scriptLength = useStore((facts) => facts.sql.length);
  const shown = useStore(shows);
  const run = result?.run;
  const changes = run?.steps.changes ?? 0;
  return (
    <footer className={styles['status']}>
      <span
        data-phase={phase}
        data-shows={shown}
        data-script-length={scriptLength}
        data-scenario={scenarioId}
      >
        {t(phase === 'running' ? 'status.running' : 'status.ready')}
      </span>
      {run && (
        <span data-summary>
          {t('status.summary', { inputs: result.document.events.length, changes, steps: run.steps.count })}
        </span>
      )}
      <span className={styles['space']} />
      {run && <span>{t('status.elapsed', { ms: run.elapsedMs.toFixed(run.elapsedMs < 10 ? 1 : 0) })}</span>}
      <span>{t('status.utc')}</span>
    </footer>
  );
}
