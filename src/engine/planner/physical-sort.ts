import type { LogicalOver, LogicalRank, LogicalSort } from '../plan/logical.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import { isTimeAttribute, notNull } from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { exchange } from './physical-tools.ts';
import { notYet, plainError } from './plan-error.ts';

const refuse = (code: string, message: string, exception = 'TableException'): Error =>
  plainError('plan', code, exception, message, null);

/** ORDER BY and LIMIT: a sort by time, the first rows by an order, or the first rows at all. Any other sort never ends on a stream. */
export function physicalSort(node: LogicalSort, input: PhysicalNode): PhysicalNode {
  if (node.fetch === null) {
    if (node.offset > 0)
      throw refuse('fetch-missing', 'FETCH is missed, which on streaming table is not supported currently.');
    const first = node.order[0];
    if (!first || first.descending || !isTimeAttribute(node.input.fields[first.column]!.type)) {
      throw refuse('sort-not-by-time', 'Sort on a non-time-attribute field is not supported.');
    }
    return { kind: 'TemporalSort', inputs: [single(input)], fields: node.fields, mode: 0, order: node.order };
  }
  return {
    kind: node.order.length > 0 ? 'SortLimit' : 'Limit',
    inputs: [single(input)],
    fields: node.fields,
    mode: 0,
    partition: [],
    order: node.order,
    range: { start: node.offset + 1, end: node.offset + node.fetch, endColumn: -1 },
    outputsRank: false,
    strategy: { kind: 'Undefined' },
    generateUpdateBefore: false,
  };
}

const single = (input: PhysicalNode): PhysicalNode => exchange(input, []);

export function physicalRank(node: LogicalRank, input: PhysicalNode): PhysicalNode {
  const bounds = windowBounds(input);
  if (
    node.partition.some((p) => bounds.get(p) === 'start') &&
    node.partition.some((p) => bounds.get(p) === 'end')
  )
    throw notYet('Top-N over windows', null);
  return {
    kind: 'Rank',
    inputs: [exchange(input, node.partition)],
    fields: node.fields,
    mode: 0,
    partition: node.partition,
    order: node.order,
    range: node.range,
    outputsRank: node.outputsRank,
    strategy: { kind: 'Undefined' },
    generateUpdateBefore: false,
  };
}

/** The columns that are the bounds of a window below. */
function windowBounds(node: PhysicalNode): ReadonlyMap<number, 'start' | 'end'> {
  const input = node.inputs[0];
  switch (node.kind) {
    case 'WindowTableFunction': {
      const width = input!.fields.length;
      return new Map([
        [width, 'start'],
        [width + 1, 'end'],
      ]);
    }
    case 'WindowAggregate':
    case 'GlobalWindowAggregate': {
      const width = node.fields.length - node.properties.length;
      return new Map(
        node.properties.flatMap((p, i) => (p === 'start' || p === 'end' ? [[width + i, p] as const] : [])),
      );
    }
    case 'Calc': {
      const below = windowBounds(input!);
      return new Map(
        node.exprs.flatMap((e, i) =>
          e.kind === 'InputRef' && below.has(e.index) ? [[i, below.get(e.index)!] as const] : [],
        ),
      );
    }
    case 'Exchange':
      return windowBounds(input!);
    default:
      return new Map();
  }
}

/** OVER windows, with what Flink refuses of them, in its order. */
export function physicalOver(node: LogicalOver, input: PhysicalNode): PhysicalNode {
  const [group, ...others] = node.groups;
  for (const { calls, order } of node.groups) {
    for (const { name } of calls) {
      if (order.length === 0 && ['ROW_NUMBER', 'RANK', 'DENSE_RANK'].includes(name)) {
        throw refuse(
          'rank-needs-order',
          'Over Agg: The window rank function requires order by clause with non-constant fields. please re-check the over window statement.',
          'ValidationException',
        );
      }
    }
  }
  if (!group || others.length > 0) {
    throw refuse(
      'two-over-windows',
      'Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.',
    );
  }
  if (group.order.length !== 1)
    throw refuse('over-order', 'The window can only be ordered by a single time column.');
  const order = group.order[0]!;
  if (order.descending) throw refuse('over-descending', 'The window can only be ordered in ASCENDING mode.');
  for (const { name, constants } of group.calls) {
    if (['LEAD', 'NTILE', 'PERCENT_RANK', 'CUME_DIST'].includes(name))
      throw refuse('over-function', `${name} Function is not supported in stream mode.`);
    const [offset, missing] = constants ?? [];
    // Flink compares the default with the offset, not with the value.
    if (
      name === 'LAG' &&
      offset &&
      missing &&
      missing.type.root !== 'NULL' &&
      missing.type.root !== offset.type.root
    ) {
      throw refuse(
        'lag-default',
        `Please explicitly cast default value ${printType(notNull(missing.type))} to ${printType(notNull(offset.type))}.`,
      );
    }
  }
  if (group.upper.type !== 'CURRENT ROW')
    throw refuse('over-following', 'OVER RANGE FOLLOWING windows are not supported yet.');
  const isByTime = isTimeAttribute(node.input.fields[order.column]!.type);
  if (!isByTime && group.lower.type !== 'UNBOUNDED PRECEDING')
    throw refuse('over-bounded', 'Non-time attribute sort is not supported for bounded OVER window.');
  return {
    kind: 'OverAggregate',
    inputs: [exchange(input, group.partition)],
    fields: node.fields,
    mode: 0,
    group,
    generateUpdateBefore: false,
  };
}
