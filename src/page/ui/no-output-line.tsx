import { CircleHelp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setSql } from '../store/document.ts';
import { jump } from '../store/player.ts';
import { useStore } from '../store/store.ts';
import { selectOperator } from '../store/view.ts';
import { clockText } from '../view-model/format.ts';
import { firstOutputStep, type NoOutput, noOutput } from '../view-model/no-output.ts';
import { Button } from './controls/button.tsx';
import styles from './no-output-line.module.css';
import { type Moment, useMoment } from './use-moment.ts';

const IDLE_TIMEOUT = "SET 'table.exec.source.idle-timeout' = '5 s';\n";

/** While nothing has come out: the offer to say why, and the answer. */
export function NoOutputLine() {
  const { t } = useTranslation();
  const moment = useMoment();
  const [asked, setAsked] = useState(-1);
  if (!moment || moment.run.sinks.length === 0) return null;
  if (firstOutputStep(moment.run) < moment.position || moment.position === 0) return null;
  const isAsked = asked === moment.run.runId;
  return (
    <div className={styles['line']} data-no-output>
      <Button look="ghost" onPress={() => setAsked(isAsked ? -1 : moment.run.runId)}>
        <CircleHelp size={14} /> {t('noOutput.ask')}
      </Button>
      {isAsked && <Answer moment={moment} />}
    </div>
  );
}

function Answer({ moment }: { readonly moment: Moment }) {
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
