import { CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Diagnostic, RefusedPlan } from '../../engine/base/diagnostic.ts';
import { refusalOf } from '../editor/document-problems.ts';
import { PlanGraph } from '../pictures/plan-graph.tsx';
import { useStore } from '../store/store.ts';
import { point, reveal, selectOperator } from '../store/view.ts';
import { type PlanActivity, planActivity, planLayout, refusedOperators } from '../view-model/plan-view.ts';
import { briefMessage } from '../view-model/problems.ts';
import { hintWords } from '../words/words.ts';
import { FixButtons } from './fix-buttons.tsx';
import styles from './plan-panel.module.css';
import { useMoment, useStory } from './use-moment.ts';
import { useSize } from './use-size.ts';

/** How the query runs: operators and what flows between them; of a query that is refused, the plan as far as it was made. */
export function PlanPanel() {
  const { t } = useTranslation();
  const moment = useMoment();
  const story = useStory(moment);
  const selected = useStore((facts) => facts.selectedOperator);
  const refusal = useStore(refusalOf);
  const [box, { width }] = useSize<HTMLDivElement>();
  const room = width - 18;
  const hasPlan = moment !== null && moment.run.operators.length > 0;
  return (
    <>
      <div className={styles['scroll']} ref={box}>
        {!hasPlan && !refusal && <p className={styles['empty']}>{t('plan.empty')}</p>}
        {refusal?.plan && <Refused refusal={refusal} plan={refusal.plan} room={room} />}
        {hasPlan && !refusal && (
          <PlanGraph
            room={room}
            layout={planLayout(moment.run.operators)}
            activity={planActivity(moment.index, moment.position)}
            hot={story?.operators ?? NOTHING}
            selected={selected}
            position={moment.position}
            label={t('plan.label', { operators: namesOf(moment.run.operators) })}
            onSelect={selectOperator}
            onHover={(operator) => point(operator === null ? null : { kind: 'operator', operator })}
          />
        )}
      </div>
      {refusal?.plan && <Refusal refusal={refusal} plan={refusal.plan} />}
    </>
  );
}

interface RefusedProps {
  readonly refusal: Diagnostic;
  readonly plan: RefusedPlan;
}

function Refused({ refusal, plan, room }: RefusedProps & { readonly room: number }) {
  const { t } = useTranslation();
  const operators = refusedOperators(plan);
  return (
    <PlanGraph
      room={room}
      layout={planLayout(operators)}
      activity={STILL}
      hot={NOTHING}
      selected={null}
      fault={plan.at}
      position={0}
      label={t('plan.refusedLabel', {
        operators: namesOf(operators),
        operator: operators[plan.at]?.name ?? '',
      })}
      onSelect={() => refusal.span && reveal(refusal.span)}
      onHover={() => {}}
    />
  );
}

/** Why, and what can be done about it. */
function Refusal({ refusal, plan }: RefusedProps) {
  const { t } = useTranslation();
  const [first = ''] = briefMessage(refusal).split('\n');
  return (
    <div className={styles['refusal']} data-refusal={refusal.code} role="status">
      <CircleX size={15} aria-hidden="true" />
      <p>
        <b>{t('plan.refusedAt', { operator: plan.operators[plan.at]?.name ?? '' })}</b> {first}{' '}
        {refusal.hint && <i data-hint>{hintWords(refusal.hint)}</i>}
      </p>
      <FixButtons fixes={refusal.fixes} />
    </div>
  );
}

const namesOf = (operators: readonly { readonly name: string }[]): string =>
  operators.map(({ name }) => name).join(' → ');

const NOTHING: ReadonlySet<number> = new Set();
const STILL: PlanActivity = { operators: NOTHING, sent: new Map(), watermarks: NOTHING };
