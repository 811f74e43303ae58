import { splitJoinCondition } from '../../plan/join-keys.ts';
import type { AggregateCall, Field, LogicalAggregate, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { ref } from '../../plan/rex.ts';
import { collectRefs, shiftRefs } from '../../plan/rex-tools.ts';
import { selectivityOf } from '../../plan/selectivity.ts';
import { notNull } from '../../types/logical-type.ts';
import { areUnique, tellsKeys, uniqueKeys } from './aggregate-remove-rule.ts';
import { joinFields } from './join-rules.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/** What sums up partial results of a function. */
const OVER_PARTS: { readonly [name: string]: string } = {
  COUNT: '$SUM0',
  SUM: 'SUM',
  MAX: 'MAX',
  MIN: 'MIN',
};

/**
 * An aggregate over a join of a keyed table with one that has a row for each join key is computed for each join key first, below the join
 * (Flink's FlinkAggregateJoinTransposeRule, which its costs choose where keys are known); so is a DISTINCT of the other table's columns and the joined ones.
 */
export function pushAggregateBelowJoin(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, pushAggregateBelowJoin);
  return n.kind === 'Aggregate' ? (pushed(n, 0) ?? pushed(n, 1) ?? n) : n;
}

/** The join below an aggregate, seen from the side whose rows are put together; columns of either side are counted from its own first. */
interface Sides {
  readonly join: LogicalJoin;
  /** Which input has the rows, and which one row for each join key. */
  readonly of: 0 | 1;
  readonly rows: LogicalNode;
  readonly other: LogicalNode;
  readonly keys: readonly number[];
  readonly otherKeys: readonly number[];
  readonly isOfRows: (column: number) => boolean;
  readonly own: (column: number) => number;
}

function sidesOf(join: LogicalJoin, of: 0 | 1): Sides | null {
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const { leftKeys, rightKeys, residual } = splitJoinCondition(join.condition, width);
  if (residual !== null || leftKeys.length === 0) return null;
  const own = (column: number): number => (column < width ? column : column - width);
  return of === 0
    ? {
        join,
        of,
        rows: left,
        other: right,
        keys: leftKeys,
        otherKeys: rightKeys,
        isOfRows: (c) => c < width,
        own,
      }
    : {
        join,
        of,
        rows: right,
        other: left,
        keys: rightKeys,
        otherKeys: leftKeys,
        isOfRows: (c) => c >= width,
        own,
      };
}

function pushed(node: LogicalAggregate, of: 0 | 1): LogicalNode | null {
  const calc = node.input;
  if (calc.kind !== 'Calc' || calc.condition || node.sets || node.groups.length === 0) return null;
  const join = calc.input;
  if (join.kind !== 'Join' || join.joinType !== 'inner' || join.asOf !== null || join.lookup) return null;
  const sides = sidesOf(join, of);
  if (!sides) return null;
  const { rows, other, keys, otherKeys, isOfRows, own } = sides;
  const columns = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const args = node.calls.flatMap((c) => c.args.map((a) => columns[a]!));
  const groups = node.groups.map((g) => columns[g]!);
  if ([...args, ...groups].includes(-1)) return null;
  const isDistinct = node.calls.length === 0;
  const isSplit = node.calls.every((c) => OVER_PARTS[c.name] !== undefined && !c.distinct && c.filter < 0);
  // Fewer rows are expected by join key than there are if keys are known, through no watermark, and the join key is none.
  const isKeyed = isTopOne(rows) || (tellsKeys(rows) && uniqueKeys(rows).length > 0);
  if (
    !isSplit ||
    !areUnique(other, otherKeys) ||
    areUnique(rows, keys) ||
    // … and more of them by several columns than by one.
    (isDistinct ? keys.length > 1 : !isKeyed) ||
    !args.every(isOfRows) ||
    groups.some((g) => isOfRows(g) && !keys.includes(own(g)))
  )
    return null;
  if (shareOf(other) / shareOf(rows) < leastShare(node, holdKeys(groups, sides))) return null;
  return transposed(node, sides, groups, columns);
}

/** Whether all columns that a join compares are among `columns` of it, those of one side or the other. */
const holdKeys = (columns: readonly number[], { keys, otherKeys, isOfRows, own }: Sides): boolean =>
  keys.every((key) =>
    keys.some((k, i) => k === key && columns.some((c) => own(c) === (isOfRows(c) ? key : otherKeys[i]!))),
  );

/** The first row of each partition, which is told apart by it whatever is below. */
const isTopOne = (node: LogicalNode): boolean =>
  node.kind === 'Rank'
    ? node.range.endColumn < 0 && node.range.start === 1 && node.range.end === 1
    : node.kind === 'Calc' && isTopOne(node.input);

/** The part of its tables' rows that a node is thought to have. */
function shareOf(node: LogicalNode): number {
  switch (node.kind) {
    case 'Calc':
      return shareOf(node.input) * (node.condition ? selectivityOf(node.condition) : 1);
    case 'Aggregate':
      return shareOf(node.input) * (1 - Math.exp(-0.1 * node.groups.length));
    case 'Rank':
    case 'WatermarkAssigner':
      return shareOf(node.input);
    default:
      return 1;
  }
}

/**
 * The fewer rows a join lets through, the less is won by computing below it: which part they have to be at the least for Flink's costs, by what is grouped by
 * and how much is summed up (measured with filters of several kinds; each lies between one that is still left above and one that is not).
 */
function leastShare({ calls, groups }: LogicalAggregate, hasKeys: boolean): number {
  const more = groups.length - (hasKeys ? 0 : 1);
  if (calls.length > 0) return Math.min(1, 0.8 / 2 ** more + 0.1 * (calls.length - 1));
  if (hasKeys) return more > 1 ? 0 : 0.2;
  return more > 0 ? 0.25 : 0.7;
}

function transposed(
  node: LogicalAggregate,
  sides: Sides,
  groups: readonly number[],
  columns: readonly number[],
): LogicalNode {
  const { join, rows, other, isOfRows, own } = sides;
  const keys = [...new Set(sides.keys)].sort((a, b) => a - b);
  const names = node.fields.slice(node.groups.length).map((f) => f.name);
  const args = [...new Set(node.calls.flatMap((c) => c.args.map((a) => own(columns[a]!))))];
  const read = [...new Set([...keys, ...args])].sort((a, b) => a - b);
  const calls = node.calls.map((c) => ({ ...c, args: c.args.map((a) => read.indexOf(own(columns[a]!))) }));
  const parts: LogicalAggregate = {
    kind: 'Aggregate',
    input: columnsOf(rows, read),
    groups: keys.map((k) => read.indexOf(k)),
    calls,
    fields: [
      ...keys.map((k) => rows.fields[k]!),
      ...calls.map((c, i): Field => ({ name: names[i]!, type: c.type })),
    ],
  };
  const shown = [...collectRefs(join.condition), ...groups].filter((c) => !isOfRows(c)).map(own);
  const kept = [...new Set(shown)].sort((a, b) => a - b);
  const asked = columnsOf(other, kept);
  const inputs = sides.of === 0 ? ([parts, asked] as const) : ([asked, parts] as const);
  const [partsAt, otherAt] = sides.of === 0 ? [0, parts.fields.length] : [kept.length, 0];
  const place = (column: number): number =>
    isOfRows(column) ? partsAt + keys.indexOf(own(column)) : otherAt + kept.indexOf(own(column));
  const fields = joinFields(inputs[0].fields, inputs[1].fields, 'inner');
  const joined: LogicalJoin = { ...join, inputs, condition: shiftRefs(join.condition, place), fields };
  const placed = groups.map(place);
  const sums = [...calls.keys()].map((i) => partsAt + keys.length + i);
  // Groups that hold the join key have one part each.
  if (holdKeys(groups, sides))
    return mergeCalc({
      kind: 'Calc',
      input: joined,
      exprs: [...placed, ...sums].map((c) => ref(c, fields[c]!.type)),
      condition: null,
      fields: node.fields,
    });
  const outer = calls.map(
    (c, i): AggregateCall => ({
      ...c,
      name: OVER_PARTS[c.name]!,
      args: [sums[i]!],
      type: c.name === 'COUNT' ? notNull(c.type) : c.type,
    }),
  );
  return { ...node, input: joined, groups: placed, calls: outer };
}

const columnsOf = (input: LogicalNode, columns: readonly number[]): LogicalNode =>
  mergeCalc({
    kind: 'Calc',
    input,
    exprs: columns.map((c) => ref(c, input.fields[c]!.type)),
    condition: null,
    fields: columns.map((c) => input.fields[c]!),
  });
