import { useTranslation } from 'react-i18next';
import {
  clockMsOf,
  type OperatorInfo,
  type OperatorState,
  type StateTable,
} from '../../engine/engine-api.ts';
import { KindTag } from '../pictures/glyph.tsx';
import { useStore } from '../store/store.ts';
import { selectOperator } from '../store/view.ts';
import { clockText, durationText } from '../view-model/format.ts';
import { Button } from './controls/button.tsx';
import tableStyles from './data-table.module.css';
import styles from './operator-panel.module.css';
import { type Moment, useMoment } from './use-moment.ts';
import { useOperatorState } from './use-operator-state.ts';

/** One operator: its line of the plan, and what it remembers at the playhead. */
export function OperatorPanel() {
  const { t } = useTranslation();
  const moment = useMoment();
  const selected = useStore((facts) => facts.selectedOperator);
  const operator = selected === null ? undefined : moment?.run.operators[selected];
  const state = useOperatorState(moment?.run.runId ?? -1, moment?.position ?? 0, operator);
  if (!operator) return <p className={tableStyles['empty']}>{t('plan.noneSelected')}</p>;
  return (
    <div className={styles['operator']} data-operator-panel={operator.name}>
      <h3>{operator.name}</h3>
      <code className={styles['line']}>{operator.line}</code>
      <h4>{t('plan.state')}</h4>
      {!operator.isStateful && <p className={styles['none']}>{t('plan.noState')}</p>}
      {operator.isStateful && <State state={state} clockMs={clockAt(moment)} />}
      <dl className={styles['attributes']}>
        {operator.attributes.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('plan.changelogMode')}</dt>
          <dd>{operator.changelogMode}</dd>
        </div>
        <div>
          <dt>{t('plan.columns')}</dt>
          <dd>
            {operator.columns.map(({ name, type }, place) => (
              <span key={name} className={styles['column']}>
                {name} <em>{type}</em>
                {place === operator.rowtime && !type.includes('ROWTIME') && ` · ${t('plan.rowtime')}`}
              </span>
            ))}
          </dd>
        </div>
      </dl>
      {operator.inputs.length + operator.kinds.length > 0 && operator.why.reason !== 'sink' && (
        <Why operator={operator} operators={moment?.run.operators ?? []} />
      )}
    </div>
  );
}

/** Why the edge that leaves the operator carries the kinds that it carries. */
function Why({
  operator,
  operators,
}: {
  readonly operator: OperatorInfo;
  readonly operators: readonly OperatorInfo[];
}) {
  const { t } = useTranslation();
  const { reason, by } = operator.why;
  const settler = by === null ? undefined : operators[by];
  return (
    <>
      <h4>{t('plan.why.title')}</h4>
      <p className={styles['why']} data-why={reason}>
        {operator.kinds.map((kind) => (
          <KindTag key={kind} kind={kind} words={t(`kind.${kind}`)} />
        ))}
        <span>{unbroken(t(`plan.why.${reason}`, { by: settler?.name ?? '' }))}</span>
        {settler && settler.id !== operator.id && (
          <Button onPress={() => selectOperator(settler.id)}>
            {t('plan.why.more', { by: settler.name })}
          </Button>
        )}
      </p>
    </>
  );
}

/** No line ends between the sign and the letter of a row kind. */
const unbroken = (text: string): string => text.replaceAll(/[-+](?=[IUD]\b)/g, '$&\u2060');

function State({ state, clockMs }: { readonly state: OperatorState | null; readonly clockMs: number }) {
  const { t } = useTranslation();
  const tables = state?.tables.filter(({ size }) => size > 0) ?? [];
  const timers = state?.timersMs ?? [];
  if (tables.length === 0 && timers.length === 0)
    return <p className={styles['none']}>{t('plan.emptyState')}</p>;
  return (
    <>
      {tables.map((table) => (
        <StateRows key={table.name} table={table} clockMs={clockMs} />
      ))}
      {timers.length > 0 && (
        <p className={styles['timers']}>
          {t('plan.timers')}:{' '}
          {timers.slice(0, 20).map(({ atMs, key, isEventTime }) => (
            <span key={`${atMs} ${key} ${isEventTime}`} data-timer={atMs}>
              {clockText(atMs)} {key}
            </span>
          ))}
        </p>
      )}
    </>
  );
}

function StateRows({ table, clockMs }: { readonly table: StateTable; readonly clockMs: number }) {
  const { t } = useTranslation();
  return (
    <table className={tableStyles['table']} data-state-table={table.name} data-size={table.size}>
      <caption className={styles['caption']}>
        {table.name}
        {table.size > table.rows.length &&
          ` · ${t('plan.more', { shown: table.rows.length, size: table.size })}`}
      </caption>
      <thead>
        <tr>
          {table.columns.map((column, place) => (
            <th
              key={column}
              scope="col"
              className={place < table.keyColumns ? tableStyles['key'] : undefined}
            >
              {column}
            </th>
          ))}
          {table.ttl && <th scope="col">{t('plan.timeLeft')}</th>}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, entry) => (
          <tr key={row.join('\u0000')}>
            {row.map((cell, place) => (
              <td key={table.columns[place] ?? place}>
                {cell ?? (
                  <span className={tableStyles['null']} data-null>
                    NULL
                  </span>
                )}
              </td>
            ))}
            {table.ttl && (
              <TimeLeft ttlMs={table.ttl.ms} leftMs={(table.ttl.expiresMs[entry] ?? 0) - clockMs} />
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How long an entry is still remembered if nobody writes it, as a bar that runs out. */
function TimeLeft({ ttlMs, leftMs }: { readonly ttlMs: number; readonly leftMs: number }) {
  const { t } = useTranslation();
  const left = Math.max(0, leftMs);
  return (
    <td className={styles['timeLeft']} data-left-ms={left}>
      <i style={{ width: `${(left / ttlMs) * 100}%` }} aria-hidden="true" />
      <span>
        {left === 0
          ? t('plan.forgotten')
          : t('plan.timeLeftOf', { left: durationText(left), ttl: durationText(ttlMs) })}
      </span>
    </td>
  );
}

/** The simulated clock at the playhead. */
function clockAt(moment: Moment | null): number {
  if (!moment) return 0;
  const { run, position, document } = moment;
  return position > 0 ? clockMsOf(run.steps, position - 1) : document.startMs;
}
