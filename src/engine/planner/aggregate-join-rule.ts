import type { AggregateCall, Field, LogicalAggregate, LogicalJoin, LogicalNode } from '../plan/logical.ts';
import { ref } from '../plan/rex.ts';
import { collectRefs, shiftRefs } from '../plan/rex-tools.ts';
import { notNull } from '../types/logical-type.ts';
import { areUnique, tellsKeys, uniqueKeys } from './aggregate-remove-rule.ts';
import { splitJoinCondition } from './join-keys.ts';
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
 * (Flink's FlinkAggregateJoinTransposeRule, which its costs choose where keys are known); so is a DISTINCT of the other table's columns.
 */
export function pushAggregateBelowJoin(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, pushAggregateBelowJoin);
  return n.kind === 'Aggregate' ? (pushed(n) ?? n) : n;
}

function pushed(node: LogicalAggregate): LogicalNode | null {
  const calc = node.input;
  if (calc.kind !== 'Calc' || calc.condition || node.sets || node.groups.length === 0) return null;
  const join = calc.input;
  if (join.kind !== 'Join' || join.joinType !== 'inner' || join.asOf !== null || join.lookup) return null;
  const columns = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const { leftKeys, rightKeys, residual } = splitJoinCondition(join.condition, width);
  const isRowPerKey = areUnique(right, rightKeys);
  const args = node.calls.flatMap((c) => c.args.map((a) => columns[a]!));
  const groups = node.groups.map((g) => columns[g]!);
  const isDistinct = node.calls.length === 0 && groups.every((g) => g >= width);
  const isSplit =
    (node.calls.length > 0 || isDistinct) &&
    node.calls.every((c) => OVER_PARTS[c.name] !== undefined && !c.distinct && c.filter < 0);
  if (
    residual !== null ||
    leftKeys.length === 0 ||
    !isRowPerKey ||
    (!isDistinct && !gains(left, leftKeys)) ||
    !isSplit ||
    args.some((a) => a < 0 || a >= width) ||
    groups.some((g) => g < 0 || (g < width && !leftKeys.includes(g)))
  )
    return null;
  const grouped = leftKeys.filter((l, i) => groups.includes(l) || groups.includes(width + rightKeys[i]!));
  return transposed(node, join, { groups, columns, leftKeys, grouped });
}

/** Whether fewer rows are expected by join key than there are: keys are known, through no watermark, and the join key is more than one of them. */
const gains = (left: LogicalNode, leftKeys: readonly number[]): boolean =>
  tellsKeys(left) && uniqueKeys(left).length > 0 && !areUnique(left, leftKeys);

function transposed(
  node: LogicalAggregate,
  join: LogicalJoin,
  at: {
    readonly groups: readonly number[];
    readonly columns: readonly number[];
    readonly leftKeys: readonly number[];
    /** Those of the left keys that the groups hold, or what they are compared with. */
    readonly grouped: readonly number[];
  },
): LogicalNode {
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const keys = [...new Set(at.leftKeys)].sort((a, b) => a - b);
  const names = node.fields.slice(node.groups.length).map((f) => f.name);
  const args = [...new Set(node.calls.flatMap((c) => c.args.map((a) => at.columns[a]!)))];
  const read = [...new Set([...keys, ...args])].sort((a, b) => a - b);
  const calls = node.calls.map((c) => ({ ...c, args: c.args.map((a) => read.indexOf(at.columns[a]!)) }));
  const parts: LogicalAggregate = {
    kind: 'Aggregate',
    input: columnsOf(left, read),
    groups: keys.map((k) => read.indexOf(k)),
    calls,
    fields: [
      ...keys.map((k) => left.fields[k]!),
      ...calls.map((c, i): Field => ({ name: names[i]!, type: c.type })),
    ],
  };
  const shown = [...collectRefs(join.condition), ...at.groups]
    .filter((c) => c >= width)
    .map((c) => c - width);
  const kept = [...new Set(shown)].sort((a, b) => a - b);
  const shift = parts.fields.length;
  const place = (column: number): number =>
    column < width ? keys.indexOf(column) : shift + kept.indexOf(column - width);
  const inputs = [parts, columnsOf(right, kept)] as const;
  const fields = joinFields(inputs[0].fields, inputs[1].fields, 'inner');
  const joined: LogicalJoin = { ...join, inputs, condition: shiftRefs(join.condition, place), fields };
  const groups = at.groups.map(place);
  const sums = [...calls.keys()].map((i) => keys.length + i);
  // Groups that hold the join key have one part each.
  if (keys.every((k) => at.grouped.includes(k)))
    return mergeCalc({
      kind: 'Calc',
      input: joined,
      exprs: [...groups, ...sums].map((c) => ref(c, fields[c]!.type)),
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
  return { ...node, input: joined, groups, calls: outer };
}

const columnsOf = (input: LogicalNode, columns: readonly number[]): LogicalNode =>
  mergeCalc({
    kind: 'Calc',
    input,
    exprs: columns.map((c) => ref(c, input.fields[c]!.type)),
    condition: null,
    fields: columns.map((c) => input.fields[c]!),
  });
