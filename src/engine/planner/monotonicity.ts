import { Mode, type PhysicalNode } from '../plan/physical.ts';

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
      return below && node.exprs.map((e) => (e.kind === 'InputRef' ? below[e.index]! : e.kind === 'Literal' ? 'CONSTANT' : 'NOT_MONOTONIC'));
    }
    case 'Exchange':
    case 'WatermarkAssigner':
    case 'DropUpdateBefore':
      return modifiedMonotonicity(input);
    case 'GroupAggregate': {
      if (node.mode & Mode.D || node.inputRetracts) return null;
      return node.fields.map((_, i): Monotonicity => {
        if (i < node.groups.length) return 'CONSTANT';
        const call = node.calls[i - node.groups.length]!;
        if (call.name === 'MAX' || call.name === 'COUNT') return 'INCREASING';
        return call.name === 'MIN' ? 'DECREASING' : 'NOT_MONOTONIC';
      });
    }
    default:
      return null;
  }
}
