import { expect, test } from 'vitest';
import { SCENARIOS } from '../../content/scenarios/index.ts';
import { createEngine } from '../../engine/engine.ts';
import { planLayout, refusedOperators } from './plan-view.ts';
import { withFix } from './problems.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: false });
const REFUSED = SCENARIOS.filter(({ refused }) => refused !== undefined);

test.each(REFUSED.map((scenario) => [scenario.id, scenario] as const))(
  '%s: what is refused is drawn as far as it was planned, and a fix is accepted',
  (id, { refused = '' }) => {
    const [problem] = engine.check(refused).diagnostics;
    const { plan, fixes = [] } = problem!;
    // A function that nobody knows is refused before there is a plan.
    expect(plan === undefined).toBe(id === 'table-function');
    const operators = plan ? refusedOperators(plan) : [];
    const { nodes, edges } = planLayout(operators);
    expect(nodes).toHaveLength(operators.length);
    expect(edges).toHaveLength(operators.flatMap(({ inputs }) => inputs).length);
    expect(nodes.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    expect(fixes.length).toBe(plan ? 1 : 0);
    expect(fixes.flatMap((fix) => engine.check(withFix(refused, fix)).diagnostics)).toEqual([]);
  },
);
