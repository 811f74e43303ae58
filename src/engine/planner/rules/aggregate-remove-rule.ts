import { splitJoinCondition } from '../../plan/join-keys.ts';
import { containsKey, imageOf, type Key, sorted } from '../../plan/keys.ts';
import { type AggregateCall, inputsOf, type LogicalJoin, type LogicalNode } from '../../plan/logical.ts';
import { literal, type Rex, ref } from '../../plan/rex.ts';
import { castTo } from '../../plan/rex-build.ts';
import { collectRefs, passesAll } from '../../plan/rex-tools.ts';
import { withNullable } from '../../types/logical-type.ts';
import { logicalKeys } from './logical-keys.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/** What aggregates to itself over a single row. */
const isOfOneRow = ({ name, args, filter }: AggregateCall): boolean =>
  (name === 'SUM' || name === 'MIN' || name === 'MAX') && filter < 0 && args.length === 1;

/** Columns of a node that somebody asks for. */
export type Columns = ReadonlySet<number>;
export const allColumns = (node: LogicalNode): Columns => new Set(node.fields.keys());

/** An aggregate of groups that have one row each goes away, once the calls nobody asks for have (Flink's FlinkAggregateRemoveRule). */
export function removeNeedlessAggregates(node: LogicalNode, asked: Columns = allColumns(node)): LogicalNode {
  const wanted = inputsOf(node).map((input, i) => askedOf(node, asked, input, i));
  let at = 0;
  const n = mapInputs(node, (input) => removeNeedlessAggregates(input, wanted[at++]));
  if (n.kind !== 'Aggregate' || n.groups.length === 0 || n.sets) return n;
  const isAsked = (call: number): boolean => asked.has(n.groups.length + call);
  if (!n.calls.every((c, i) => !isAsked(i) || isOfOneRow(c))) return n;
  const isDistinctOfOne = n.calls.length === 0 && hasOneRow(n.input);
  if (!isDistinctOfOne && !areUnique(n.input, n.groups)) return n;
  const column = (i: number): Rex => ref(i, n.input.fields[i]!.type);
  const exprs = [
    ...n.groups.map(column),
    ...n.calls.map(({ args, type }, i) =>
      isAsked(i) ? castTo(column(args[0]!), type) : literal(null, withNullable(type, true)),
    ),
  ];
  // What would only pass on all columns is what is there already, under its names.
  return passesAll(exprs, n.input.fields.length)
    ? n.input
    : mergeCalc({ kind: 'Calc', input: n.input, exprs, condition: null, fields: n.fields });
}

/** Whether DISTINCT would change nothing, so that it is not even made (RelBuilder.aggregate, which sees no keys through a watermark). */
export const isDistinct = (node: LogicalNode): boolean =>
  hasOneRow(node) || areUnique(node, [...node.fields.keys()]);

/** Flink's planner does not see whether columns are unique through a watermark. */
export function tellsKeys(node: LogicalNode): boolean {
  if (node.kind === 'Scan') return !node.table.watermark;
  return node.kind === 'Aggregate' || inputsOf(node).every(tellsKeys);
}

/** What tells the rows of INTERSECT or EXCEPT apart: whatever tells those of an input apart, of EXCEPT the first (FlinkRelMdColumnUniqueness). */
export const keysOfInputs = (
  operator: 'INTERSECT' | 'EXCEPT',
  inputs: readonly LogicalNode[],
): readonly Key[] =>
  (operator === 'EXCEPT' ? inputs.slice(0, 1) : inputs).filter(tellsKeys).flatMap(uniqueKeys);

function hasOneRow(node: LogicalNode): boolean {
  if (node.kind === 'Calc' || node.kind === 'Project' || node.kind === 'Filter') return hasOneRow(node.input);
  return node.kind === 'Sort' && node.fetch === 1;
}

/** Columns of an input that a node reads, or that are asked for through it. */
export function askedOf(node: LogicalNode, asked: Columns, input: LogicalNode, at: number): Columns {
  const width = input.fields.length;
  const through = [...asked].filter((i) => i < width);
  switch (node.kind) {
    case 'Calc': {
      const used = new Set<number>();
      for (const i of asked) collectRefs(node.exprs[i]!, used);
      if (node.condition) collectRefs(node.condition, used);
      return used;
    }
    case 'Aggregate': {
      const read = node.calls.flatMap((c) => (c.filter < 0 ? c.args : [...c.args, c.filter]));
      const used = new Set([...node.groups, ...read]);
      // What only counts rows is over no projection that would leave columns out.
      return used.size > 0 ? used : allColumns(input);
    }
    case 'Sort':
      return new Set([...asked, ...node.order.map((k) => k.column)]);
    case 'Rank':
      return new Set([
        ...through,
        ...node.partition,
        ...node.order.map((k) => k.column),
        ...(node.range.endColumn < 0 ? [] : [node.range.endColumn]),
      ]);
    case 'Union':
      return node.all ? asked : allColumns(input);
    case 'Join': {
      const used = new Set([...asked, ...(node.asOf === null ? [] : [node.asOf])]);
      collectRefs(node.condition, used);
      const left = node.inputs[0].fields.length;
      return new Set([...used].map((i) => (at === 0 ? i : i - left)).filter((i) => i >= 0 && i < width));
    }
    default:
      return allColumns(input);
  }
}

/**
 * Whether Flink knows that some columns tell a node's rows apart (FlinkRelMdColumnUniqueness). Asked for columns of both sides of a join it wants them
 * unique on each, though those of one side may be enough.
 */
export function areUnique(node: LogicalNode, columns: readonly number[]): boolean {
  switch (node.kind) {
    case 'Project':
    case 'Calc':
      if (node.input.kind === 'Rank') break;
      return areUnique(
        node.input,
        columns.flatMap((c) => {
          const e = node.exprs[c]!;
          return e.kind === 'InputRef' ? [e.index] : [];
        }),
      );
    case 'Filter':
    case 'Sort':
      return areUnique(node.input, columns);
    case 'WatermarkAssigner':
      return false;
    case 'Scan':
      if (node.table.watermark) return false;
      break;
    case 'Join': {
      if (node.joinType === 'semi' || node.joinType === 'anti') return areUnique(node.inputs[0], columns);
      const width = node.inputs[0].fields.length;
      const ofLeft = columns.filter((c) => c < width);
      const ofRight = columns.filter((c) => c >= width).map((c) => c - width);
      const [left, right] = node.inputs;
      if (ofLeft.length > 0 && ofRight.length > 0)
        return areUnique(left, ofLeft) && areUnique(right, ofRight);
      // Of one side only if each of its rows meets one of the other at the most, and none is made up.
      const { leftKeys, rightKeys } = splitJoinCondition(node.condition, width);
      const isOfLeft = ofLeft.length > 0;
      if (columns.length === 0 || node.joinType === 'full') return false;
      if (node.joinType === (isOfLeft ? 'right' : 'left')) return false;
      return isOfLeft
        ? areUnique(right, rightKeys) && areUnique(left, ofLeft)
        : areUnique(left, leftKeys) && areUnique(right, ofRight);
    }
    default:
      break;
  }
  return uniqueKeys(node).some((key) => containsKey(columns, key));
}

/** Columns that tell a node's rows apart; more than upsert keys, which must also hold while changes arrive out of order. */
export function uniqueKeys(node: LogicalNode): readonly Key[] {
  switch (node.kind) {
    case 'Join':
      return node.joinType === 'semi' || node.joinType === 'anti'
        ? uniqueKeys(node.inputs[0])
        : joinKeys(node);
    case 'Filter':
      return uniqueKeys(node.input);
    case 'Project':
    case 'Calc':
      // A Top-N is not yet known for one when Flink asks: its numbers tell no rows apart.
      if (node.input.kind === 'Rank') return passedOn(uniqueKeys(node.input.input), node.exprs);
      return passedOn(uniqueKeys(node.input), node.exprs);
    case 'Aggregate':
      return [sorted(node.groups.map((_, i) => i))];
    case 'WindowAggregate': {
      const width = node.groups.length + node.calls.length;
      return node.properties.map((_, i) => [...node.groups.keys(), width + i]);
    }
    case 'Sort':
      return uniqueKeys(node.input);
    case 'Union':
      return node.all ? [] : [[...node.fields.keys()]];
    case 'SetOperation':
      return node.all ? node.keys : [...node.keys, [...node.fields.keys()]];
    default:
      return logicalKeys(node) ?? [];
  }
}

const passedOn = (keys: readonly Key[], exprs: readonly Rex[]): Key[] =>
  keys.flatMap((key) =>
    imageOf(key, (i) => exprs.flatMap((e, at) => (e.kind === 'InputRef' && e.index === i ? [at] : []))),
  );

/** Keys of both sides together, and those of one side where a row of it meets at most one of the other. */
function joinKeys({ inputs, joinType, condition }: LogicalJoin): Key[] {
  const [left, right] = inputs;
  const width = left.fields.length;
  const { leftKeys, rightKeys } = splitJoinCondition(condition, width);
  const [ofLeft, ofRight] = [uniqueKeys(left), uniqueKeys(right)];
  const moved = ofRight.map((key) => key.map((i) => i + width));
  const meetsOne = (keys: readonly Key[], columns: readonly number[]): boolean =>
    keys.some((key) => containsKey(columns, key));
  return [
    ...ofLeft.flatMap((l) => moved.map((r) => [...l, ...r])),
    ...((joinType === 'inner' || joinType === 'left') && meetsOne(ofRight, rightKeys) ? ofLeft : []),
    ...((joinType === 'inner' || joinType === 'right') && meetsOne(ofLeft, leftKeys) ? moved : []),
  ];
}
