import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { setSql } from '../store/document.ts';
import { jump } from '../store/player.ts';
import { useStore } from '../store/store.ts';
import { selectOperator } from '../store/view.ts';
import { clockText } from '../view-model/format.ts';
import { type NoOutput, noOutput } from '../view-model/no-output.ts';
import { Button } from './controls/button.tsx';
import styles from './no-output-line.module.css';
import type { Moment } from './use-moment.ts';

const IDLE_TIMEOUT = "SET 'table.exec.source.idle-timeout' = '5 s';\n";

/** Why nothing has come out, where that is, and what can be done about it. */
export function NoOutputAnswer({ moment }: { readonly moment: Moment }) {
  const { t } = useTranslation();
  const { index, position, document } = moment;
  const found = useMemo(() => noOutput(index, position, document.events), [index, position, document.events]);
  if (!found) return null;
  const { reason, operator, table, partition, neededMs, watermarkMs, rows, firstOutput } = found;
  const values = {
    operator: operator.name,
    table,
    partition,
    count: rows,
    needed: timeOf(neededMs),
    watermark: Number.isNaN(watermarkMs) ? t('noOutput.noWatermark') : timeOf(watermarkMs),
  };
  return (
    <>
      <p className={styles['answer']} data-reason={reason} role="status">
        {t(`noOutput.${reason}`, values)}
      </p>
      <Button onPress={() => selectOperator(operator.id)}>{t('noOutput.show', values)}</Button>
      <Fix found={found} />
      {firstOutput > 0 && <Button onPress={() => jump(firstOutput)}>{t('noOutput.jump')}</Button>}
    </>
  );
}

/** What can be done about it, where that is certain. */
function Fix({ found }: { readonly found: NoOutput }) {
  const { t } = useTranslation();
  if (found.reason !== 'silent-partition') return null;
  return (
    <Button onPress={() => setSql(IDLE_TIMEOUT + useStore.getState().sql)}>
      {t('noOutput.setIdleTimeout')}
    </Button>
  );
}

const timeOf = (ms: number): string => (Number.isFinite(ms) ? clockText(ms) : '');
