import type { Field, JoinType, LogicalCalc, LogicalJoin, LogicalNode } from '../plan/logical.ts';
import { call, literal, type Rex, ref } from '../plan/rex.ts';
import { collectRefs, isDeterministic, isTrueLiteral, shiftRefs } from '../plan/rex-tools.ts';
import { BOOLEAN, isTimeAttribute, notNull, withNullable } from '../types/logical-type.ts';
import { intervalOf } from './join-interval.ts';
import { joinNames, moveCondition } from './join-keys.ts';
import { windowJoinOf } from './join-window.ts';
import {
  conjuncts,
  convertOperand,
  filtered,
  materialized,
  mergeCalc,
  type Pruned,
} from './logical-tools.ts';
import { and } from './rex-build.ts';
import { simplifyJoinCondition } from './simplify-condition.ts';

const TRUE = literal(true, notNull(BOOLEAN));
const onlyLeft = (type: JoinType): boolean => type === 'semi' || type === 'anti';

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

/** A join; expressions that must be equal are computed below it, so that rows can be brought together by them. */
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
  const parts = conjuncts(condition).map((part): Rex => {
    if (part.kind !== 'Call' || (part.operator !== '=' && part.operator !== 'IS NOT DISTINCT FROM'))
      return part;
    const sides = part.operands.map(sideOf);
    if (sides[0] === null || sides[1] === null || sides[0] === sides[1]) return part;
    const operands = part.operands.map((o, i): Rex => {
      if (o.kind === 'InputRef') return o;
      const side = sides[i]!;
      extra[side].push(side === 0 ? o : shiftRefs(o, (c) => c - width));
      return ref(side === 0 ? total + extra[0].length - 1 : 2 * total + extra[1].length - 1, o.type);
    });
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

function withColumns(input: LogicalNode, extra: readonly Rex[]): LogicalNode {
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

const nameOf = (rex: Rex, fields: readonly Field[]): string | null =>
  rex.kind === 'InputRef'
    ? fields[rex.index]!.name
    : rex.kind === 'Call' && rex.operator === 'CAST'
      ? nameOf(rex.operands[0]!, fields)
      : null;

// ---------------------------------------------------------------- filters

/** Operators that are never TRUE, or give NULL, where an operand is NULL. */
const STRICT: ReadonlySet<string> = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  'CAST',
  'LIKE',
  'NOT',
  'UPPER',
  'LOWER',
  'CHAR_LENGTH',
  '||',
  'ABS',
  'SEARCH',
  'REINTERPRET',
]);

/** Whether an expression is NULL, whenever all these columns are. */
export function isNullWith(rex: Rex, columns: (i: number) => boolean): boolean {
  if (rex.kind === 'InputRef') return columns(rex.index);
  if (rex.kind !== 'Call') return false;
  if (rex.operator === 'SEARCH')
    return (
      isNullWith(rex.operands[0]!, columns) &&
      !(rex.operands[1]!.kind === 'Literal' && rex.operands[1]!.sarg?.nullAs === 'TRUE')
    );
  return STRICT.has(rex.operator) && rex.operands.some((o) => isNullWith(o, columns));
}

/** Whether a condition cannot be TRUE where all these columns are NULL. */
export function refusesNull(rex: Rex, columns: (i: number) => boolean): boolean {
  if (rex.kind === 'InputRef') return columns(rex.index);
  if (rex.kind !== 'Call') return false;
  switch (rex.operator) {
    case 'AND':
      return rex.operands.some((o) => refusesNull(o, columns));
    case 'OR':
      return rex.operands.every((o) => refusesNull(o, columns));
    case 'IS NOT NULL':
    case 'IS TRUE':
      return isNullWith(rex.operands[0]!, columns);
    default:
      return isNullWith(rex, columns);
  }
}

function simplerType(type: JoinType, conditions: readonly Rex[], width: number): JoinType {
  const refusesLeft = conditions.some((c) => refusesNull(c, (i) => i < width));
  const refusesRight = conditions.some((c) => refusesNull(c, (i) => i >= width));
  switch (type) {
    case 'left':
      return refusesRight ? 'inner' : type;
    case 'right':
      return refusesLeft ? 'inner' : type;
    case 'full':
      return refusesLeft && refusesRight ? 'inner' : refusesLeft ? 'left' : refusesRight ? 'right' : type;
    default:
      return type;
  }
}

function distribute(
  parts: readonly Rex[],
  width: number,
  toLeft: boolean,
  toRight: boolean,
): { left: Rex[]; right: Rex[]; rest: Rex[] } {
  const left: Rex[] = [];
  const right: Rex[] = [];
  const rest: Rex[] = [];
  for (const part of parts) {
    const refs = [...collectRefs(part)];
    const movable = isDeterministic(part) && refs.length > 0;
    if (movable && toLeft && refs.every((i) => i < width)) left.push(part);
    else if (movable && toRight && refs.every((i) => i >= width))
      right.push(shiftRefs(part, (i) => i - width));
    else rest.push(part);
  }
  return { left, right, rest };
}

/**
 * Moves conditions above a join into it and below it, after making an outer join as inner as they allow (Flink's FlinkFilterIntoJoinRule, which leaves an
 * event-time temporal join alone). Null if nothing moves.
 */
export function pushFilterIntoJoin(calc: LogicalCalc, join: LogicalJoin): LogicalNode | null {
  if (join.asOf !== null) return null;
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const parts = conjuncts(calc.condition!);
  const joinType = simplerType(join.joinType, parts, width);
  const toLeft = joinType !== 'right' && joinType !== 'full';
  const toRight = joinType === 'inner' || joinType === 'right';
  const moved = distribute(parts, width, toLeft, toRight);
  const [into, stay] =
    joinType === 'inner'
      ? [moved.rest.filter(isDeterministic), moved.rest.filter((c) => !isDeterministic(c))]
      : [[], moved.rest];
  if (joinType === join.joinType && moved.left.length === 0 && moved.right.length === 0 && into.length === 0)
    return null;
  const inputs = [
    moved.left.length > 0 ? filtered(left, moved.left) : left,
    moved.right.length > 0 ? filtered(right, moved.right) : right,
  ] as const;
  const fields = joinFields(inputs[0].fields, inputs[1].fields, joinType);
  const condition =
    into.length > 0
      ? simplifyJoinCondition(
          and([
            ...(isTrueLiteral(join.condition) ? [] : [join.condition]),
            ...into.map((c) => retype(c, fields)),
          ]),
          width,
        )
      : join.condition;
  const made: LogicalJoin = { ...join, inputs, joinType, condition, fields };
  const exprs = calc.exprs.map((e) => {
    const retyped = retype(e, fields);
    return retyped.kind === 'InputRef' && e.type.nullable && !retyped.type.nullable
      ? call('CAST', [retyped], e.type)
      : retyped;
  });
  return mergeCalc({
    ...calc,
    input: made,
    exprs,
    condition: stay.length > 0 ? and(stay.map((c) => retype(c, fields))) : null,
  });
}

/** Behind a filter that stays above a temporal join, a projection that keeps the order of what the filter reads too has the join's names. */
export function namedByVersions(calc: LogicalCalc, join: LogicalJoin): LogicalCalc {
  const columns = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const isIncreasing = columns.every((c, i) => c >= 0 && (i === 0 || c > columns[i - 1]!));
  const isRead = [...collectRefs(calc.condition!)].every((c) => columns.includes(c));
  if (join.asOf === null || !isIncreasing || !isRead) return calc;
  return { ...calc, fields: calc.fields.map((f, i) => ({ ...f, name: join.fields[columns[i]!]!.name })) };
}

/** References with the nullability their columns have now; what is computed from them keeps its declared type. */
export function retype(rex: Rex, fields: readonly Field[]): Rex {
  if (rex.kind === 'InputRef') return ref(rex.index, fields[rex.index]?.type ?? rex.type);
  return rex.kind === 'Call' ? { ...rex, operands: rex.operands.map((o) => retype(o, fields)) } : rex;
}

/** Moves parts of a join's own condition below it, where they decide about one side alone. Null if nothing moves. */
export function pushJoinCondition(join: LogicalJoin): LogicalNode | null {
  if (join.asOf !== null || isTrueLiteral(join.condition)) return null;
  // The flag of a NOT EXISTS stays where it is.
  if (join.joinType === 'anti' && join.condition.kind === 'InputRef') return null;
  const [left, right] = join.inputs;
  const { joinType } = join;
  const toLeft = joinType === 'inner' || joinType === 'right' || joinType === 'semi';
  const toRight = joinType === 'inner' || joinType === 'left' || onlyLeft(joinType);
  const condition = simplifyJoinCondition(join.condition, left.fields.length);
  const moved = distribute(conjuncts(condition), left.fields.length, toLeft, toRight);
  if (moved.left.length === 0 && moved.right.length === 0) return null;
  const inputs = [
    moved.left.length > 0 ? filtered(left, moved.left) : left,
    moved.right.length > 0 ? filtered(right, moved.right) : right,
  ] as const;
  return { ...join, inputs, condition: moved.rest.length > 0 ? and(moved.rest) : TRUE };
}

// ---------------------------------------------------------------- pruning and time

/** Keeps of both sides what is asked for and what the condition reads; of a side that nobody reads the first column (Calcite's PushProjector). */
export function pruneJoin(
  join: LogicalJoin,
  needed: readonly number[],
  select: (input: LogicalNode, columns: readonly number[]) => LogicalNode,
  inAnyOrder: boolean,
): Pruned {
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const used = new Set(needed);
  collectRefs(join.condition, used);
  if (join.asOf !== null) used.add(join.asOf);
  const columns = [...used].sort((a, b) => a - b);
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
    join.joinType === 'anti' || (join.joinType === 'semi' && inAnyOrder)
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

/** A projection that only changes the order of columns goes above a semi or anti join (Flink's FlinkSemiAntiJoinProjectTransposeRule). */
function withoutReordering(node: LogicalNode): Pruned {
  const all = node.fields.map((_, i) => i);
  // What picks from a Top-N is a filter by its number.
  if (node.kind !== 'Calc' || node.condition || node.input.kind === 'Rank') return { node, at: all };
  if (all.length !== node.input.fields.length) return { node, at: all };
  const at = node.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  return at.includes(-1) || new Set(at).size < at.length ? { node, at: all } : { node: node.input, at };
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
