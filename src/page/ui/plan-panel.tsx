import { useTranslation } from 'react-i18next';
import { PlanGraph } from '../pictures/plan-graph.tsx';
import { useStore } from '../store/store.ts';
import { point, selectOperator } from '../store/view.ts';
import { planActivity, planLayout } from '../view-model/plan-view.ts';
import styles from './plan-panel.module.css';
import { useMoment, useStory } from './use-moment.ts';
import { useSize } from './use-size.ts';

/** How the query runs: operators and what flows between them. */
export function PlanPanel() {
  const { t } = useTranslation();
  const moment = useMoment();
  const story = useStory(moment);
  const selected = useStore((facts) => facts.selectedOperator);
  const [box, { width }] = useSize<HTMLDivElement>();
  const hasPlan = moment !== null && moment.run.operators.length > 0;
  return (
    <div className={styles['scroll']} ref={box}>
      {!hasPlan && <p className={styles['empty']}>{t('plan.empty')}</p>}
      {hasPlan && (
        <PlanGraph
          room={width - 18}
          layout={planLayout(moment.run)}
          activity={planActivity(moment.index, moment.position)}
          hot={story?.operators ?? NOTHING}
          selected={selected}
          position={moment.position}
          label={t('plan.label', { operators: moment.run.operators.map(({ name }) => name).join(' → ') })}
          onSelect={selectOperator}
          onHover={(operator) => point(operator === null ? null : { kind: 'operator', operator })}
        />
      )}
    </div>
  );
}

const NOTHING: ReadonlySet<number> = new Set();
