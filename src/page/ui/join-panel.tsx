import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperatorInfo } from '../../engine/engine-api.ts';
import { IntervalBands } from '../pictures/interval-bands.tsx';
import { JoinMatches } from '../pictures/join-matches.tsx';
import { sourceName } from '../view-model/braid-view.ts';
import { intervalView } from '../view-model/interval-view.ts';
import { joinOperators } from '../view-model/join-operators.ts';
import { joinView } from '../view-model/join-view.ts';
import tableStyles from './data-table.module.css';
import styles from './join-panel.module.css';
import { Lookups } from './lookups.tsx';
import type { Moment } from './use-moment.ts';
import { useOperatorState } from './use-operator-state.ts';
import { useSize } from './use-size.ts';

/** How rows of two inputs meet: of the join that was chosen, the picture that its kind needs. */
export function JoinPanel({ moment }: { readonly moment: Moment }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState(0);
  const [box, { width }] = useSize<HTMLDivElement>();
  const joins = joinOperators(moment.run);
  const { slice } = moment.index;
  const isWhole = slice.to - slice.from >= moment.run.steps.count;
  const operator = joins[chosen] ?? joins[0];
  if (!operator) return null;
  const [left = -1, right = -1] = operator.inputs;
  const name = (id: number): string => {
    const input = moment.run.operators[id];
    return input ? sourceName(moment.index, input) : '';
  };
  const names = [name(left), name(right)] as const;
  const Picture = { IntervalJoin: Interval, LookupJoin: Lookups }[operator.name] ?? Regular;
  return (
    <div className={styles['panel']} data-join={operator.name}>
      {joins.length > 1 && (
        <select
          className={styles['choice']}
          aria-label={t('join.choose')}
          value={joins.indexOf(operator)}
          onChange={(event) => choose(Number(event.target.value))}
        >
          {joins.map((join, place) => (
            <option key={join.id} value={place}>
              {join.name} {join.attributes.find(([key]) => key === 'where' || key === 'lookup')?.[1]}
            </option>
          ))}
        </select>
      )}
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles['scroll']} ref={box} tabIndex={0} role="region" aria-label={t('pane.join')}>
        {!isWhole && (
          <p className={styles['note']}>{t('ribbons.part', { from: slice.from + 1, to: slice.to })}</p>
        )}
        {width > 0 && <Picture moment={moment} operator={operator} names={names} width={width - 24} />}
      </div>
    </div>
  );
}

/** What a picture of a join is made of. */
export interface JoinPictureProps {
  readonly moment: Moment;
  readonly operator: OperatorInfo;
  /** The tables that both inputs come from. */
  readonly names: readonly [left: string, right: string];
  readonly width: number;
}

function Regular({ moment, operator, names, width }: JoinPictureProps) {
  const { t } = useTranslation();
  const { run, index, position } = moment;
  const state = useOperatorState(run.runId, position, operator);
  const view = useMemo(() => joinView(index, operator, state, position), [index, operator, state, position]);
  if (view.left.length + view.right.length === 0)
    return <p className={tableStyles['empty']}>{t('join.empty')}</p>;
  return (
    <>
      <div className={styles['heads']}>
        <span>{names[0]}</span>
        <span>{names[1]}</span>
      </div>
      <JoinMatches view={view} width={width} />
    </>
  );
}

function Interval({ moment, operator, names, width }: JoinPictureProps) {
  const { t } = useTranslation();
  const { run, index, position } = moment;
  const state = useOperatorState(run.runId, position, operator);
  const view = useMemo(
    () => intervalView(index, operator, state, position),
    [index, operator, state, position],
  );
  if (!view) return <p className={tableStyles['empty']}>{t('join.noBands')}</p>;
  if (view.rows.length === 0) return <p className={tableStyles['empty']}>{t('join.empty')}</p>;
  return (
    <>
      <ul className={styles['legend']}>
        <li data-mark="band">{t('join.legendBand')}</li>
        <li data-mark="gone">{t('join.legendGone')}</li>
      </ul>
      <IntervalBands view={view} width={width} names={names} />
    </>
  );
}
