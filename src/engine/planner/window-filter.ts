import type { LogicalNode } from '../plan/logical.ts';
import type { Rex } from '../plan/rex.ts';
import { guessSelectivity, selectivityOf } from '../plan/selectivity.ts';

/**
 * Where the cheapest plan has a filter over a window function (FlinkCalcMergeRule by cost): below the window, in the projection there, or apart from it; or
 * above the window, which is then no part of the aggregate. Right above a watermark Calcite guesses how many rows pass, and only where that is not
 * more than Flink's estimate the two projections become one.
 */
export function placeOfFilter(
  input: LogicalNode,
  exprs: readonly Rex[],
  condition: Rex | null,
): 'below' | 'apart' | 'above' {
  const isNarrowed = input.kind === 'Calc' && input.condition === null;
  const source = isNarrowed ? input.input : input;
  if (!condition || source.kind !== 'WatermarkAssigner') return 'below';
  if (selectivityOf(condition) >= guessSelectivity(condition)) return 'below';
  const computes = exprs.some((e) => e.kind === 'Call' && e.operator !== 'CAST');
  return isNarrowed && computes ? 'apart' : 'above';
}
