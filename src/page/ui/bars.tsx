import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ODDITIES } from '../../content/oddities.ts';
import type { OddityId } from '../../engine/engine-api.ts';
import { cancelRun, runNow } from '../store/run.ts';
import { type Facts, isStale, useStore } from '../store/store.ts';
import { say } from '../store/view.ts';
import { messageWords } from '../words/words.ts';
import styles from './bars.module.css';
import { Button } from './controls/button.tsx';

const LONG_RUN_MS = 300;

/** Whether what is on the screen is not what stands in the editor; then it is dimmed. */
export function isOutdated(facts: Facts): boolean {
  return facts.result !== null && (facts.refused !== null || isStale(facts)) && !(facts.phase === 'running');
}

/** A word from the page that belongs to no pane. */
export function NoticeBar() {
  const { t } = useTranslation();
  const notice = useStore((facts) => facts.notice);
  if (!notice) return null;
  const isGood = notice.kind === 'copied' || notice.kind === 'longLink';
  return (
    <div
      className={styles['bar']}
      data-tone={isGood ? 'good' : 'warning'}
      data-notice={notice.kind}
      role="status"
    >
      <span>{t(`notice.${notice.kind}`, { detail: notice.detail })}</span>
      <Button look="ghost" label={t('app.close')} onPress={() => say(null)}>
        <X size={14} />
      </Button>
    </div>
  );
}

/** Says how the pictures stand to the script: outdated, being made, or cut short. */
export function RunBar() {
  const { t } = useTranslation();
  const facts = useStore();
  const isLong = useIsLong(facts.phase === 'running', facts.runStartedAt);
  if (facts.phase === 'running') {
    if (!isLong) return null;
    return (
      <div className={styles['bar']} data-tone="info" data-bar="running" role="status">
        <span>{t('bar.running', { done: facts.progress, inputs: facts.events.length })}</span>
        <progress
          max={Math.max(1, facts.events.length)}
          value={facts.progress}
          aria-label={t('status.running')}
        />
        <Button onPress={cancelRun}>{t('bar.cancel')}</Button>
      </div>
    );
  }
  const hasError =
    facts.refused !== null ||
    (facts.checkedSql === facts.sql &&
      facts.checked?.diagnostics.some(({ severity }) => severity === 'error'));
  if (!facts.result) {
    return hasError ? (
      <div className={styles['bar']} data-tone="error" data-bar="neverRan" role="status">
        {t('bar.neverRan')}
      </div>
    ) : null;
  }
  if (hasError && isStale(facts)) {
    return (
      <div className={styles['bar']} data-tone="error" data-bar="hasError" role="status">
        {t('bar.hasError')}
      </div>
    );
  }
  if (isStale(facts)) {
    return (
      <div className={styles['bar']} data-tone="info" data-bar="edited" role="status">
        <span>{t('bar.edited')}</span>
        <Button onPress={() => runNow()}>{t('app.run')}</Button>
      </div>
    );
  }
  const { failure } = facts.result.run;
  if (!failure) return null;
  const values = { message: messageWords(failure.diagnostic), number: (failure.input ?? 0) + 1 };
  return (
    <div className={styles['bar']} data-tone="error" data-bar="failed" role="status">
      {failure.input === null ? t('bar.failed', values) : t('bar.failedAtEvent', values)}
    </div>
  );
}

/** Says where a run met something that surprises in Flink itself. */
export function OddityBar() {
  const { t } = useTranslation();
  const language = useStore((facts) => facts.language);
  const oddities = useStore((facts) => facts.result?.run.oddities ?? NO_ODDITIES);
  const [closed, setClosed] = useState<readonly OddityId[]>(NO_ODDITIES);
  return oddities
    .filter((id) => !closed.includes(id))
    .map((id) => (
      <div key={id} className={styles['bar']} data-tone="info" data-oddity={id} role="status">
        <span>{t('bar.oddity', { what: ODDITIES[id][language] })}</span>
        <Button look="ghost" label={t('app.close')} onPress={() => setClosed([...closed, id])}>
          <X size={14} />
        </Button>
      </div>
    ));
}

const NO_ODDITIES: readonly OddityId[] = [];

function useIsLong(isRunning: boolean, startedAt: number): boolean {
  const [longRun, setLongRun] = useState(-1);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(() => setLongRun(startedAt), LONG_RUN_MS);
    return () => clearTimeout(timer);
  }, [isRunning, startedAt]);
  return isRunning && longRun === startedAt;
}
