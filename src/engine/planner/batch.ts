import type { Config } from '../catalog/config.ts';
import type { SortKey } from '../plan/logical.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import type { Value } from '../types/logical-type.ts';
import { splitJoinCondition } from './join-keys.ts';
import { notYet, plainError } from './plan-error.ts';

/** Whether a script asks for Flink's batch mode: every input is whole, and every result is sent once. */
export const isBatch = (config: Config): boolean =>
  config.string('execution.runtime-mode', 'STREAMING').toUpperCase() === 'BATCH';

/**
 * What batch mode makes of a node planned for a stream: time stands still until the end, so no row is late, and what would update its result waits for the
 * end and sends what is left.
 */
export function asBatch(made: PhysicalNode): PhysicalNode {
  switch (made.kind) {
    case 'WatermarkAssigner':
      return made.inputs[0]!;
    case 'TableSourceScan':
      return { ...made, watermark: null };
    case 'GroupAggregate':
      return collect(
        made,
        [],
        made.groups.length === 0 ? made.calls.map((c) => valueOfNothing(c.name)) : null,
      );
    case 'Join':
      return made.joinType === 'inner' || made.joinType === 'semi' ? made : collect(made, []);
    case 'IntervalJoin': {
      const { bounds: _, ...rest } = made;
      const keys = splitJoinCondition(made.condition, made.inputs[0]!.fields.length);
      return asBatch({ ...rest, ...keys, kind: 'Join' });
    }
    case 'Rank':
    case 'Limit':
      return collect(made, []);
    case 'SortLimit':
      return collect(made, made.order);
    case 'GroupWindowAggregate':
      checkGroupWindow(made);
      return made;
    case 'TemporalJoin':
    case 'LookupJoin':
      throw notYet('temporal joins in batch mode', null);
    default:
      return made;
  }
}

const valueOfNothing = (aggregate: string): Value =>
  aggregate === 'COUNT' || aggregate === '$SUM0' ? 0 : null;

function checkGroupWindow({ window, calls }: Extract<PhysicalNode, { kind: 'GroupWindowAggregate' }>): void {
  const refuse = (exception: string, message: string): Error =>
    plainError('plan', 'batch-window', exception, message, null);
  if (window.timeType.root === 'TIMESTAMP_LTZ' && window.timeType.kind === 'PROCTIME')
    throw refuse(
      'ValidationException',
      'Window can not be defined over a proctime attribute column for batch mode',
    );
  if (calls.some((c) => c.distinct))
    throw refuse('TableException', 'DISTINCT aggregates are currently not supported.');
  if (window.kind === 'SESSION') throw notYet('session windows in batch mode', null);
}

/** Waits for the end of its input and sends what is left, in an order where one is given; `whenEmpty` is the row of an input without rows. */
export function collect(
  input: PhysicalNode,
  order: readonly SortKey[],
  whenEmpty: readonly Value[] | null = null,
): PhysicalNode {
  if (input.kind === 'Collect' && order.length === 0) return input;
  return { kind: 'Collect', inputs: [input], fields: input.fields, mode: 0, order, whenEmpty };
}
