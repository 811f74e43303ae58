import { joinNames, moveCondition } from '../../plan/join-keys.ts';
import type { Field, JoinType, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { collectRefs, conjuncts, shiftRefs } from '../../plan/rex-tools.ts';
import { isTimeAttribute, withNullable } from '../../types/logical-type.ts';
import { intervalOf } from './join-interval.ts';
import { windowJoinOf } from './join-window.ts';
import { convertOperand, filterOf, materialized, mergeCalc, type Pruned, placeIn } from './logical-tools.ts';

export const onlyLeft = (type: JoinType): boolean => type === 'semi' || type === 'anti';

/** The columns a join puts out: names made unique, a padded side nullable. */
export function joinFields(left: readonly Field[], right: readonly Field[], type: JoinType): Field[] {
  const names = joinNames(left, right);
  const padded = (f: Field, isPadded: boolean, i: number): Field => ({
    name: names[i]!,
    type: isPadded ? withNullable(f.type, true) : f.type,
  });
  const fields = left.map((f, i) => padded(f, type === 'right' || type === 'full', i));
  return onlyLeft(type)
    ? fields
    : [...fields, ...right.map((f, i) => padded(f, type === 'left' || type === 'full', left.length + i))];
}

/** A join; expressions that must be equal are computed below it, so that rows can be brought together by them; so is a condition that asks one side alone. */
export function makeJoin(
  left: LogicalNode,
  right: LogicalNode,
  joinType: JoinType,
  condition: Rex,
  finish: (join: LogicalJoin) => LogicalJoin = (join) => join,
): LogicalNode {
  const plain: LogicalJoin = {
    kind: 'Join',
    inputs: [left, right],
    joinType,
    condition,
    asOf: null,
    interval: null,
    fields: joinFields(left.fields, right.fields, joinType),
  };
  const width = left.fields.length;
  const total = width + right.fields.length;
  const extra: [Rex[], Rex[]] = [[], []];
  const sideOf = (rex: Rex): 0 | 1 | null => {
    const refs = [...collectRefs(rex)];
    if (refs.length === 0) return null;
    return refs.every((i) => i < width) ? 0 : refs.every((i) => i >= width) ? 1 : null;
  };
  // Places above `total` stand for computed columns until their number is known.
  const computed = (side: 0 | 1, rex: Rex): Rex => {
    extra[side].push(side === 0 ? rex : shiftRefs(rex, (c) => c - width));
    return ref(side === 0 ? total + extra[0].length - 1 : 2 * total + extra[1].length - 1, rex.type);
  };
  const conditions = conjuncts(condition);
  const parts = conditions.map((part): Rex => {
    const alone = conditions.length === 1 && asksOnce(part) ? sideOf(part) : null;
    if (alone !== null) return computed(alone, part);
    if (part.kind !== 'Call' || (part.operator !== '=' && part.operator !== 'IS NOT DISTINCT FROM'))
      return part;
    const sides = part.operands.map(sideOf);
    if (sides[0] === null || sides[1] === null || sides[0] === sides[1]) return part;
    const operands = part.operands.map((o, i): Rex => (o.kind === 'InputRef' ? o : computed(sides[i]!, o)));
    return { ...part, operands };
  });
  if (extra[0].length === 0 && extra[1].length === 0) return finish(plain);
  const inputs = [withColumns(left, extra[0]), withColumns(right, extra[1])] as const;
  const newWidth = inputs[0].fields.length;
  const place = (i: number): number =>
    i >= 2 * total
      ? newWidth + right.fields.length + i - 2 * total
      : i >= total
        ? width + i - total
        : i < width
          ? i
          : newWidth + i - width;
  const join: LogicalJoin = {
    ...plain,
    inputs,
    condition: and(parts.map((p) => shiftRefs(p, place))),
    fields: joinFields(inputs[0].fields, inputs[1].fields, joinType),
  };
  // Nobody names its columns: they are called what they are called below.
  return {
    kind: 'Project',
    input: finish(join),
    exprs: plain.fields.map((f, i) => ref(place(i), f.type)),
    fields: plain.fields.map((f, i) => ({ ...f, name: join.fields[place(i)]!.name })),
  };
}

/** Whether a join's only condition is neither made of others nor compares its sides (RelOptUtil.pushDownEqualJoinConditions). */
const asksOnce = (rex: Rex): boolean =>
  rex.kind === 'Call' && !['OR', 'NOT', '=', 'IS NOT DISTINCT FROM'].includes(rex.operator);

/** A node with computed columns behind its own; a cast is called what it casts. */
export function withColumns(input: LogicalNode, extra: readonly Rex[]): LogicalNode {
  if (extra.length === 0) return input;
  const added = extra.map(
    (e, i): Field => ({ name: nameOf(e, input.fields) ?? `$f${input.fields.length + i}`, type: e.type }),
  );
  const names = joinNames(input.fields, added);
  return {
    kind: 'Project',
    input,
    exprs: [...input.fields.map((f, i) => ref(i, f.type)), ...extra],
    fields: [...input.fields, ...added].map((f, i) => ({ name: names[i]!, type: f.type })),
  };
}

/** What Calcite's builder calls a column that nobody named; null: by its place. */
export const nameOf = (rex: Rex, fields: readonly Field[]): string | null =>
  rex.kind === 'InputRef'
    ? fields[rex.index]!.name
    : rex.kind === 'Call' && rex.operator === 'CAST'
      ? nameOf(rex.operands[0]!, fields)
      : null;

/** References with the nullability their columns have now; what is computed from them keeps its declared type. */
export function retype(rex: Rex, fields: readonly Field[]): Rex {
  if (rex.kind === 'InputRef') return ref(rex.index, fields[rex.index]?.type ?? rex.type);
  return rex.kind === 'Call' ? { ...rex, operands: rex.operands.map((o) => retype(o, fields)) } : rex;
}

// ---------------------------------------------------------------- pruning and time

/** How columns may come: as they stood, in any order, or best of all in the one in which they are asked for. */
export type Order = 'kept' | 'any' | 'asked';

/** Keeps of both sides what is asked for and what the condition reads; of a side that nobody reads the first column (Calcite's PushProjector). */
export function pruneJoin(
  join: LogicalJoin,
  needed: readonly number[],
  select: (input: LogicalNode, columns: readonly number[]) => LogicalNode,
  order: Order,
): Pruned {
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const used = new Set(needed);
  collectRefs(join.condition, used);
  if (join.asOf !== null) used.add(join.asOf);
  const columns = [...used].sort((a, b) => a - b);
  const picked = onlyLeft(join.joinType) ? pickedColumns(left) : null;
  if (picked && isPulledUp(picked, columns, order === 'asked' ? needed : null)) {
    const over = overInput(join, picked);
    const below = pruneJoin(
      over,
      needed.map((i) => picked.columns[i]!),
      select,
      order,
    );
    return { node: below.node, at: picked.columns.map((c) => below.at[c]!) };
  }
  const first = (read: number[], input: LogicalNode): number[] =>
    read.length === 0 && input.fields.length > 0 && !onlyLeft(join.joinType) ? [0] : read;
  const kept = [
    first(
      columns.filter((i) => i < width),
      left,
    ),
    first(
      columns.filter((i) => i >= width).map((i) => i - width),
      right,
    ),
  ] as const;
  const asked = select(left, kept[0]);
  // A projection costs less above an anti join, which has fewer rows than its input; above a semi join only where nothing more is there than before.
  const below: Pruned =
    join.joinType === 'anti' || (join.joinType === 'semi' && order !== 'kept')
      ? withoutReordering(asked)
      : { node: asked, at: kept[0].map((_, i) => i) };
  const inputs = [below.node, select(right, kept[1])] as const;
  const place = (i: number): number =>
    i < width
      ? (below.at[kept[0].indexOf(i)] ?? -1)
      : kept[1].includes(i - width)
        ? kept[0].length + kept[1].indexOf(i - width)
        : -1;
  const node: LogicalJoin = {
    ...join,
    inputs,
    condition: shiftRefs(join.condition, place),
    asOf: join.asOf === null ? null : place(join.asOf),
    fields: joinFields(inputs[0].fields, inputs[1].fields, join.joinType),
  };
  return { node, at: join.fields.map((_, i) => place(i)) };
}

/** What only picks columns, and which of its input, or of what its filter leaves. */
interface Picked {
  readonly input: LogicalNode;
  readonly columns: readonly number[];
}

/** What a projection picks, if it computes nothing. */
export function pickedColumns(node: LogicalNode): Picked | null {
  if (node.kind !== 'Calc') return null;
  const columns = node.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  if (columns.includes(-1)) return null;
  return node.condition
    ? { input: filterOf(node), columns: columns.map(placeIn(node)) }
    : { input: node.input, columns };
}

/**
 * Whether the projection of a semi or anti join's left side costs less above: it has a column twice, or what is asked of the join is all that it reads, in
 * another order than the projection's, which is that of its input.
 */
function isPulledUp(
  { columns: below }: Picked,
  used: readonly number[],
  asked: readonly number[] | null,
): boolean {
  const read = used.filter((i) => i < below.length);
  const isRising = (columns: readonly number[]): boolean =>
    columns.every((c, i) => i === 0 || below[c]! > below[columns[i - 1]!]!);
  if (new Set(read.map((i) => below[i])).size < read.length) return true;
  return asked !== null && asked.length === read.length && isRising(asked) && !isRising(read);
}

/** A semi or anti join below the projection of its left side (Flink's FlinkSemiAntiJoinProjectTransposeRule). */
function overInput(join: LogicalJoin, { input, columns }: Picked): LogicalJoin {
  const shift = input.fields.length - columns.length;
  return {
    ...join,
    inputs: [input, join.inputs[1]],
    condition: shiftRefs(join.condition, (i) => (i < columns.length ? columns[i]! : i + shift)),
    fields: input.fields,
  };
}

/** The same, where columns would come in another order only. */
function withoutReordering(node: LogicalNode): Pruned {
  const all = node.fields.map((_, i) => i);
  const isFilter = node.kind === 'Calc' && (node.condition !== null || node.input.kind === 'Rank');
  const picked = isFilter ? null : pickedColumns(node);
  const isOrder =
    picked && all.length === picked.input.fields.length && new Set(picked.columns).size === all.length;
  return isOrder ? { node: picked.input, at: [...picked.columns] } : { node, at: all };
}

/** An interval join keeps its inputs' time attributes; a regular join reads them as plain timestamps. */
export function materializeJoin(join: LogicalJoin): LogicalNode {
  const [left, right] = join.inputs;
  if (join.refusal) throw join.refusal;
  if (join.asOf !== null) return materializeVersions(join);
  if (join.lookup)
    return {
      ...join,
      condition: convertOperand(retype(join.condition, [...left.fields, ...right.fields]), true),
      fields: joinFields(left.fields, right.fields, join.joinType),
    };
  const attributed = retype(join.condition, [...left.fields, ...right.fields]);
  const interval = intervalOf(join, attributed);
  if (interval)
    return {
      ...join,
      interval,
      condition: attributed,
      fields: joinFields(left.fields, right.fields, join.joinType),
    };
  const windowJoin = windowJoinOf(join);
  if (windowJoin)
    return {
      ...join,
      windowJoin,
      condition: attributed,
      fields: joinFields(left.fields, right.fields, join.joinType),
    };
  const inputs = [plainTimes(left), plainTimes(right)] as const;
  const types = [...inputs[0].fields, ...inputs[1].fields];
  const condition = convertOperand(retype(join.condition, types), true);
  return {
    ...join,
    inputs,
    condition: moveCondition(
      condition,
      left.fields.length,
      (i) => i,
      (i) => i + left.fields.length,
    ),
    fields: joinFields(inputs[0].fields, inputs[1].fields, join.joinType),
  };
}

/** A temporal join keeps its inputs' times; above it those of the versions are plain timestamps. */
function materializeVersions(join: LogicalJoin): LogicalNode {
  const [left, right] = join.inputs;
  const fields = joinFields(left.fields, right.fields, join.joinType);
  const node: LogicalJoin = {
    ...join,
    condition: retype(join.condition, [...left.fields, ...right.fields]),
    fields,
  };
  const exprs = fields.map((f, i) =>
    i < left.fields.length ? ref(i, f.type) : materialized(ref(i, f.type)),
  );
  return mergeCalc({
    kind: 'Calc',
    input: node,
    exprs,
    condition: null,
    fields: fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
  });
}

/** The input with its time attributes as plain timestamps. */
export function plainTimes(input: LogicalNode): LogicalNode {
  if (!input.fields.some((f) => isTimeAttribute(f.type))) return input;
  const exprs = input.fields.map((f, i) => materialized(ref(i, f.type)));
  return mergeCalc({
    kind: 'Calc',
    input,
    exprs,
    condition: null,
    fields: input.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
  });
}
