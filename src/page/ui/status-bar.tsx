import { useTranslation } from 'react-i18next';
import { useStore } from '../store/store.ts';
import styles from './status-bar.module.css';

/** The last run in figures. */
export function StatusBar() {
  const { t } = useTranslation();
  const result = useStore((facts) => facts.result);
  const phase = useStore((facts) => facts.phase);
  const run = result?.run;
  const changes = run ? run.steps.outputs.reduce((sum, count) => sum + count, 0) : 0;
  return (
    <footer className={styles['status']}>
      <span data-phase={phase}>{t(phase === 'running' ? 'status.running' : 'status.ready')}</span>
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
