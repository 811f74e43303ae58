import { type SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { countOfSeveral, refusedType } from '../../plan/aggregate-methods.ts';
import {
  type LogicalNode,
  type LogicalOver,
  type LogicalRank,
  type LogicalSort,
  operandsOf,
} from '../../plan/logical.ts';
import { type OverAggregate, type PhysicalNode } from '../../plan/physical.ts';
import { type RexBound } from '../../plan/rex.ts';
import { isRowtime, isTimeAttribute, type LogicalType, notNull } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { windowOf } from '../rules/join-window.ts';
import { exchange } from './physical-tools.ts';

const refuse = (code: string, message: string, exception = 'TableException'): SqlError =>
  plainError('plan', code, exception, message, null);

/** ORDER BY and LIMIT: a sort by time, the first rows by an order, or the first rows at all. Any other sort never ends on a stream; in batch mode (`isBounded`) all rows but the first can be asked for, in no order. */
export function physicalSort(node: LogicalSort, input: PhysicalNode, isBounded: boolean): PhysicalNode {
  const isRest = node.fetch === null && isBounded && node.offset > 0;
  if (isRest && node.order.length > 0)
    throw refuse('fetch-missing', 'Not support limitEnd is max value now!');
  if (node.fetch === null && !isRest) {
    if (node.offset > 0)
      throw refuse('fetch-missing', 'FETCH is missed, which on streaming table is not supported currently.');
    const first = node.order[0];
    if (!first || first.descending || !isTimeAttribute(node.input.fields[first.column]!.type)) {
      throw refuse('sort-not-by-time', 'Sort on a non-time-attribute field is not supported.');
    }
    return { kind: 'TemporalSort', inputs: [single(input)], fields: node.fields, mode: 0, order: node.order };
  }
  refuseMaps(node);
  return {
    kind: node.order.length > 0 ? 'SortLimit' : 'Limit',
    inputs: [single(input)],
    fields: node.fields,
    mode: 0,
    partition: [],
    order: node.order,
    range: {
      start: node.offset + 1,
      end: node.fetch === null ? Infinity : node.offset + node.fetch,
      endColumn: -1,
    },
    outputsRank: false,
    strategy: { kind: 'Undefined' },
    generateUpdateBefore: false,
  };
}

function refuseMaps({ order, input }: LogicalSort | LogicalRank): void {
  const map = order.map(({ column }) => input.fields[column]!.type).find(({ root }) => root === 'MAP');
  if (map)
    throw refuse(
      'order-by-map',
      `Type(${printType(map)}) is not an orderable data type, it is not supported as a ORDER_BY/GROUP_BY/JOIN_EQUAL field.`,
      'UnsupportedOperationException',
    );
}

const single = (input: PhysicalNode): PhysicalNode => exchange(input, []);

/** ROW_NUMBER with a filter on it; one whose partition is a window waits for the window's end. */
export function physicalRank(node: LogicalRank, input: PhysicalNode): PhysicalNode {
  refuseMaps(node);
  return (
    windowRank(node, input) ?? {
      kind: 'Rank',
      inputs: [exchange(input, node.partition)],
      // What has gone from between takes its names along.
      fields: node.fields.map((f, i) => ({ ...f, name: input.fields[i]?.name ?? f.name })),
      mode: 0,
      partition: node.partition,
      order: node.order,
      range: node.range,
      outputsRank: node.outputsRank,
      strategy: { kind: 'Undefined' },
      generateUpdateBefore: false,
    }
  );
}

function windowRank(node: LogicalRank, input: PhysicalNode): PhysicalNode | null {
  const found = windowOf(node.input);
  if (!found) return null;
  const { window, starts, ends } = found;
  const { partition, order, range, outputsRank } = node;
  const start = starts.find((c) => partition.includes(c));
  const end = ends.find((c) => partition.includes(c));
  if (start === undefined || end === undefined) return null;
  const first = order[0]!;
  const isByTime = order.length === 1 && isTimeAttribute(node.input.fields[first.column]!.type);
  const isOne = range.start === 1 && range.end === 1 && range.endColumn < 0 && !outputsRank;
  const isDeduplicate = isOne && isByTime;
  if (!isRowtime(window.timeType))
    throw refuse(
      'proctime-window-rank',
      `Processing time Window ${isDeduplicate ? 'Deduplication' : 'TopN'} is not supported yet.`,
    );
  const keys = partition.filter((p) => !starts.includes(p) && !ends.includes(p));
  return {
    kind: isDeduplicate ? 'WindowDeduplicate' : 'WindowRank',
    inputs: [exchange(input, keys)],
    fields: node.fields,
    mode: 0,
    window: { ...window, time: end, attached: { start, end } },
    partition: keys,
    order,
    range,
    outputsRank,
  };
}

/** Batch mode's OVER windows, of which there may be several. */
export function batchOver(node: LogicalOver, input: PhysicalNode): PhysicalNode {
  refuseMonths(node);
  if (node.groups.some(({ calls }) => calls.some((c) => c.distinct)))
    throw refuse('over-distinct', 'Distinct not supported in Windowing function!', 'ValidationException');
  for (const { rows, lower, upper, order } of node.groups) {
    const [key] = order;
    const hasDistance = !rows && (lower.offset !== null || upper.offset !== null);
    if (hasDistance && key && node.input.fields[key.column]!.type.root === 'TIMESTAMP_LTZ')
      throw refuse('over-temporal', 'Unsupported temporal arithmetic.', 'CodeGenException');
  }
  return { kind: 'BatchOver', inputs: [input], fields: node.fields, mode: 0, groups: node.groups };
}

function refuseMonths({ groups }: LogicalOver): void {
  const isInMonths = ({ offset }: RexBound): boolean => offset?.type.root === 'INTERVAL_MONTH';
  if (groups.some(({ lower, upper }) => isInMonths(lower) || isInMonths(upper)))
    throw refuse(
      'over-months',
      'INTERVAL_YEAR_MONTH type is not allowed for window boundary',
      'ValidationException',
    );
}

/** OVER windows. What Flink refuses once it makes the operator is only noted. */
export function physicalOver(node: LogicalOver, input: PhysicalNode): PhysicalNode {
  refuseMonths(node);
  for (const { calls, order } of node.groups) {
    if (order.length === 0 && calls.some(({ name }) => ['ROW_NUMBER', 'RANK', 'DENSE_RANK'].includes(name))) {
      throw refuse(
        'rank-needs-order',
        'Over Agg: The window rank function requires order by clause with non-constant fields. please re-check the over window statement.',
        'ValidationException',
      );
    }
  }
  const [group, ...others] = node.groups;
  if (!group || others.length > 0) {
    throw refuse(
      'two-over-windows',
      'Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.',
    );
  }
  const { order, lower } = group;
  if (
    order.some(({ column }) => !isTimeAttribute(node.input.fields[column]!.type)) &&
    lower.type !== 'UNBOUNDED PRECEDING'
  )
    throw refuse('over-bounded', 'Non-time attribute sort is not supported for bounded OVER window.');
  return {
    kind: 'OverAggregate',
    inputs: [exchange(input, group.partition)],
    fields: node.fields,
    mode: 0,
    group,
    generateUpdateBefore: false,
    refusal: overRefusal(group, node.input),
  };
}

/** What StreamExecOverAggregate has no operator for, in its order. */
function overRefusal(
  { order, calls, lower, upper }: OverAggregate['group'],
  input: LogicalNode,
): SqlError | null {
  const [key] = order;
  if (!key || order.length > 1)
    return refuse('over-order', 'The window can only be ordered by a single time column.');
  if (key.descending) return refuse('over-descending', 'The window can only be ordered in ASCENDING mode.');
  if (upper.type !== 'CURRENT ROW' || !lower.type.endsWith('PRECEDING'))
    return refuse('over-following', 'OVER RANGE FOLLOWING windows are not supported yet.');
  for (const call of calls) {
    const { name, args } = call;
    if (name === 'COUNT' && args.length + (call.constants?.length ?? 0) > 1) return countOfSeveral();
    const unordered = refusedType({ name, args }, input.fields);
    if (unordered) return unordered;
    if (['LEAD', 'NTILE', 'PERCENT_RANK', 'CUME_DIST'].includes(name))
      return refuse('over-function', `${name} Function is not supported in stream mode.`);
    const [value, offset, missing] = operandsOf<LogicalType>(
      call,
      (column) => input.fields[column]!.type,
      (literal) => literal.type,
    );
    // Flink names the offset's type where it means the value's.
    if (
      name === 'LAG' &&
      offset &&
      missing &&
      value &&
      missing.root !== 'NULL' &&
      heldAs(missing) !== heldAs(value)
    ) {
      return refuse(
        'lag-default',
        `Please explicitly cast default value ${printType(notNull(missing))} to ${printType(notNull(offset))}.`,
      );
    }
  }
  return null;
}

/** Types whose values Flink holds in the same class. */
function heldAs({ root }: LogicalType): string {
  for (const held of HELD_ALIKE) if (held.includes(root)) return held[0]!;
  return root;
}
const HELD_ALIKE: readonly (readonly LogicalType['root'][])[] = [
  ['INTEGER', 'DATE', 'TIME', 'INTERVAL_MONTH'],
  ['BIGINT', 'INTERVAL_DAY'],
  ['VARCHAR', 'CHAR'],
  ['TIMESTAMP', 'TIMESTAMP_LTZ'],
  ['VARBINARY', 'BINARY'],
];
