import { Mode, type PhysicalNode, type Rank } from '../plan/physical.ts';
import { isTimeAttribute } from '../types/logical-type.ts';

/** How a column may change from one update of the same key to the next. */
export type Monotonicity = 'CONSTANT' | 'INCREASING' | 'DECREASING' | 'NOT_MONOTONIC';

/**
 * Per column, how it changes across updates (Flink's FlinkRelMdModifiedMonotonicity); null where nothing is known or rows may be deleted.
 * Modes must have been inferred below.
 */
export function modifiedMonotonicity(node: PhysicalNode): readonly Monotonicity[] | null {
  if ((node.mode & (Mode.UA | Mode.D)) === 0) return node.fields.map(() => 'CONSTANT');
  const input = node.inputs[0];
  if (!input) return null;
  switch (node.kind) {
    case 'Calc': {
      const below = modifiedMonotonicity(input);
      return (
        below &&
        node.exprs.map((e) =>
          e.kind === 'InputRef' ? below[e.index]! : e.kind === 'Literal' ? 'CONSTANT' : 'NOT_MONOTONIC',
        )
      );
    }
    case 'Exchange':
    case 'WatermarkAssigner':
    case 'DropUpdateBefore':
      return modifiedMonotonicity(input);
    case 'GroupAggregate':
    case 'GlobalGroupAggregate': {
      if (node.mode & Mode.D || node.inputRetracts) return null;
      return node.fields.map((_, i): Monotonicity => {
        if (i < node.groups.length) return 'CONSTANT';
        const call = node.calls[i - node.groups.length]!;
        if (call.name === 'MAX' || call.name === 'COUNT') return 'INCREASING';
        return call.name === 'MIN' ? 'DECREASING' : 'NOT_MONOTONIC';
      });
    }
    case 'Rank':
    case 'SortLimit': {
      const below = modifiedMonotonicity(input);
      return below && monotonicityOfRank(node, below);
    }
    case 'Limit':
      return modifiedMonotonicity(input);
    default:
      return null;
  }
}

/** The best row of a Top-N only gets better: its first sort column grows or shrinks. */
function monotonicityOfRank(node: Rank, below: readonly Monotonicity[]): readonly Monotonicity[] | null {
  if (node.partition.some((p) => below[p] !== 'CONSTANT')) return null;
  const first = node.order[0];
  return node.fields.map((f, i): Monotonicity => {
    if (first?.column === i && !node.partition.includes(i)) {
      if (first.descending && (below[i] === 'INCREASING' || below[i] === 'CONSTANT')) return 'INCREASING';
      if (!first.descending && (below[i] === 'DECREASING' || below[i] === 'CONSTANT')) return 'DECREASING';
      return 'NOT_MONOTONIC';
    }
    if (node.partition.includes(i) || (node.outputsRank && i === node.fields.length - 1)) return 'CONSTANT';
    return isTimeAttribute(f.type) ? 'INCREASING' : 'NOT_MONOTONIC';
  });
}
