import { plainError } from '../../base/refusal.ts';
import type { Config } from '../../catalog/config.ts';
import { isHashed } from '../../plan/explain-batch-aggregates.ts';
import { inputsOf, type LogicalNode, type SortKey } from '../../plan/logical.ts';
import type { Collect, PhysicalNode } from '../../plan/physical.ts';
import type { Value } from '../../types/logical-type.ts';
import { unexpectedCorrelation } from '../subqueries/correlation.ts';

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
    case 'GroupAggregate': {
      const groups = made.groups.map((_, i) => i);
      // What no hash table can hold comes sorted.
      const isSorted = !isHashed(made.calls, made.inputs[0]!.fields);
      return {
        ...collect(
          made,
          isSorted ? groups.map((column) => ({ column, descending: false, nullsFirst: true })) : [],
          groups.length === 0 ? made.calls.map((c) => valueOfNothing(c.name)) : null,
        ),
        groups,
      };
    }
    case 'Join':
      return made.joinType === 'inner' || made.joinType === 'semi' ? made : collect(made, []);
    case 'Rank':
    case 'Limit':
      return collect(made, []);
    case 'SortLimit':
      return collect(made, made.order);
    case 'GroupWindowAggregate':
      checkGroupWindow(made);
      // Its rows are sorted by key and time.
      return {
        ...made,
        inputs: [
          collect(made.inputs[0]!, [{ column: made.window.time, descending: false, nullsFirst: true }]),
        ],
      };
    case 'LookupJoin':
      // The table is asked once it is whole.
      return { ...made, inputs: [collect(made.inputs[0]!, []), made.inputs[1]!] };
    default:
      return made;
  }
}

const valueOfNothing = (aggregate: string): Value =>
  aggregate === 'COUNT' || aggregate === '$SUM0' ? 0 : null;

const refused = (exception: string, message: string): Error =>
  plainError('plan', 'batch-window', exception, message, null);

function checkGroupWindow({
  window,
  calls,
  inputs,
}: Extract<PhysicalNode, { kind: 'GroupWindowAggregate' }>): void {
  if (window.timeType.root === 'TIMESTAMP_LTZ' && window.timeType.kind === 'PROCTIME')
    throw refused(
      'ValidationException',
      'Window can not be defined over a proctime attribute column for batch mode',
    );
  if (window.timeType.root === 'TIMESTAMP_LTZ')
    throw refused('TableException', 'Unknown window type encountered. Please report this bug.');
  if (calls.some((c) => c.distinct))
    throw refused('TableException', 'DISTINCT aggregates are currently not supported.');
  if (window.kind === 'SESSION')
    throw refused(
      'TableException',
      `Window SessionGroupWindow('w$, ${inputs[0]!.fields[window.time]!.name}, ${window.sizeMs}) is not supported right now.`,
    );
}

/** What Flink's batch planner has no operator for: sessions of a window function, and event-time temporal joins, of which what reads the left side's time is left over. */
export function checkForBatch(root: LogicalNode): void {
  let first = -1;
  const visit = (node: LogicalNode): void => {
    inputsOf(node).forEach(visit);
    if (node.kind === 'WindowTable' && node.window.kind === 'SESSION')
      throw refused('TableException', 'Unaligned windows like session are not supported in batch mode yet.');
    if (node.kind === 'Join' && node.asOf !== null && first < 0) first = node.snapshot ?? 0;
  };
  visit(root);
  if (first >= 0) throw unexpectedCorrelation(first);
}

/** Waits for the end of its input and sends what is left, in an order where one is given; `whenEmpty` is the row of an input without rows. */
export function collect(
  input: PhysicalNode,
  order: readonly SortKey[],
  whenEmpty: readonly Value[] | null = null,
): Collect {
  if (input.kind === 'Collect' && order.length === 0) return input;
  return {
    kind: 'Collect',
    inputs: [input],
    fields: input.fields,
    mode: 0,
    order,
    groups: null,
    whenEmpty,
  };
}
