import type { LogicalNode } from '../../plan/logical.ts';
import type { Rex } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { substitute } from '../../plan/rex-tools.ts';
import { guessSelectivity, selectivityOf } from '../../plan/selectivity.ts';
import { simplifyCondition } from '../simplify/simplify-condition.ts';

/**
 * Where the cheapest plan has a filter over a window function (FlinkCalcMergeRule by cost): below the window, in the projection there, or apart from it; or
 * above the window, which is then no part of the aggregate. Right above a watermark Calcite guesses how many rows pass, and only where no more of them
 * pass one projection than two, by Flink's estimate for the one above, the two become one.
 */
export function placeOfFilter(
  { input, window }: Extract<LogicalNode, { kind: 'WindowTable' }>,
  exprs: readonly Rex[],
  condition: Rex | null,
): 'below' | 'apart' | 'above' {
  const calc = input.kind === 'Calc' ? input : null;
  const source = calc ? calc.input : input;
  if (!condition || source.kind !== 'WatermarkAssigner') return 'below';
  const own = calc ? substitute(condition, calc.exprs) : condition;
  const first = calc?.condition ?? null;
  const both = first ? simplifyCondition(and([first, own])) : own;
  const copies = window.kind === 'TUMBLE' ? 1 : Math.trunc(window.sizeMs / window.slideMs);
  const ofTwo = (first ? guessSelectivity(first) : 1) * copies * selectivityOf(condition);
  // Products of the same parts in another order.
  if (guessSelectivity(both) <= ofTwo * (1 + 1e-9)) return 'below';
  const computes = exprs.some((e) => e.kind === 'Call' && e.operator !== 'CAST');
  return calc && !first && computes ? 'apart' : 'above';
}
