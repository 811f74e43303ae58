import { Check, CircleSlash, Hourglass } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchAnswer } from '../../engine/engine-api.ts';
import { batchOver } from '../store/run.ts';
import { comparedRows, inputsDone } from '../view-model/batch-view.ts';
import { isNumeric } from '../view-model/event-cells.ts';
import { briefMessage } from '../view-model/problems.ts';
import { tableRows } from '../view-model/table-view.ts';
import styles from './batch-panel.module.css';
import { DataCell } from './data-cell.tsx';
import tableStyles from './data-table.module.css';
import { type Moment, useMoment } from './use-moment.ts';

/** How long the playhead rests before a batch is asked for. */
const REST_MS = 60;

/** The result beside what the same query gives in batch mode over the rows that have arrived so far. */
export function BatchPanel() {
  const { t } = useTranslation();
  const moment = useMoment();
  if (!moment || moment.run.sinks.length === 0)
    return <p className={tableStyles['empty']}>{t('result.noSink')}</p>;
  return <Comparison moment={moment} />;
}

function Comparison({ moment }: { readonly moment: Moment }) {
  const { t } = useTranslation();
  const { run, index, position, document } = moment;
  const done = inputsDone(index, position, document.events.length);
  const answer = useBatch(moment, done.inputs);
  if (!answer || answer.inputs !== done.inputs)
    return <p className={tableStyles['empty']}>{t('batch.asking', { count: done.inputs })}</p>;
  const { refusal, tables } = answer.answer;
  if (refusal)
    return (
      <p className={tableStyles['empty']} data-batch="refused">
        {t('batch.refused', { message: briefMessage(refusal).split('\n')[0] })}
      </p>
    );
  return (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={tableStyles['scroll']} tabIndex={0} role="region" aria-label={t('pane.batch')}>
      {run.sinks.map(({ name }, sink) => (
        <SinkComparison
          key={name}
          moment={moment}
          sink={sink}
          batch={tables.find((table) => table.sink === name)?.rows ?? NO_ROWS}
          inputs={done.inputs}
          isSettled={done.isSettled}
        />
      ))}
    </div>
  );
}

const NO_ROWS: readonly (readonly (string | null)[])[] = [];

interface SinkComparisonProps {
  readonly moment: Moment;
  readonly sink: number;
  readonly batch: readonly (readonly (string | null)[])[];
  readonly inputs: number;
  readonly isSettled: boolean;
}

function SinkComparison({ moment, sink, batch, inputs, isSettled }: SinkComparisonProps) {
  const { t } = useTranslation();
  const { index, position, run } = moment;
  const rows = useMemo(
    () => comparedRows(tableRows(index, sink, position), batch),
    [index, sink, position, batch],
  );
  const count = (side: 'stream' | 'batch'): number => rows.filter((row) => row.side === side).length;
  const isEqual = count('stream') + count('batch') === 0;
  const verdict = isEqual ? 'equal' : isSettled ? 'differs' : 'pending';
  const Icon = { equal: Check, differs: CircleSlash, pending: Hourglass }[verdict];
  const columns = run.sinks[sink]?.columns ?? [];
  return (
    <>
      <p className={styles['verdict']} data-batch={verdict} data-sink={run.sinks[sink]?.name} role="status">
        <Icon size={15} aria-hidden="true" />
        <span>
          {run.sinks.length > 1 && <b>{run.sinks[sink]?.name}: </b>}
          {t(`batch.${verdict}`, { count: inputs, stream: count('stream'), batch: count('batch') })}
        </span>
      </p>
      <table className={tableStyles['table']}>
        <thead>
          <tr>
            <th scope="col">{t('batch.side')}</th>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={isNumeric(column) ? tableStyles['number'] : undefined}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, cells, side }) => (
            <tr key={id} className={styles['row']} data-side={side}>
              <th scope="row">{t(`batch.side_${side}`)}</th>
              {cells.map((cell, place) => {
                const column = columns[place];
                return (
                  <DataCell
                    key={column?.name ?? place}
                    value={cell}
                    isNumeric={column !== undefined && isNumeric(column)}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

interface Asked {
  readonly inputs: number;
  readonly answer: BatchAnswer;
}

/** Runs the script in batch mode over the first inputs, once the playhead rests. */
function useBatch({ document }: Moment, inputs: number): Asked | null {
  const [asked, setAsked] = useState<(Asked & { readonly document: Moment['document'] }) | null>(null);
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => {
      void batchOver(document, inputs).then((answer) => {
        if (isWanted && answer) setAsked({ document, inputs, answer });
      });
    }, REST_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [document, inputs]);
  return asked?.document === document ? asked : null;
}
