import { splitJoinCondition } from '../../plan/join-keys.ts';
import type { Field, JoinType, LogicalCalc, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import {
  COMPARISONS,
  collectRefs,
  conjuncts,
  isDeterministic,
  isFalseLiteral,
  isTrueLiteral,
  rexKey,
  shiftRefs,
} from '../../plan/rex-tools.ts';
import { BOOLEAN, isProctime, notNull, withNullable } from '../../types/logical-type.ts';
import { simplifyCondition, simplifyJoinCondition } from '../simplify/simplify-condition.ts';
import { joinFields, makeJoin, onlyLeft, retype } from './join-rules.ts';
import { filtered, mapInputs, mergeCalc } from './logical-tools.ts';

const TRUE = literal(true, notNull(BOOLEAN));

/** Operators that are never TRUE, or give NULL, where an operand is NULL: as far as the planner knows (Calcite's Strong). */
const STRICT: ReadonlySet<string> = new Set([
  ...'= <> < <= > >= + - * / MINUS_DATE CAST REINTERPRET NOT LIKE TRIM CEIL FLOOR EXTRACT TIMESTAMPDIFF ITEM'.split(
    ' ',
  ),
  'SIMILAR TO',
]);

/** Whether an expression is NULL, whenever all these columns are. */
export function isNullWith(rex: Rex, columns: (i: number) => boolean): boolean {
  if (rex.kind === 'InputRef') return columns(rex.index);
  if (rex.kind !== 'Call') return false;
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

/** Whether a join is of versions, at another time than the one of processing. */
const isEventTimeTemporal = ({ asOf, inputs }: LogicalJoin): boolean =>
  asOf !== null && !isProctime(inputs[0].fields[asOf]!.type);

/**
 * Moves conditions above a join into it and below it, after making an outer join as inner as they allow (Flink's FlinkFilterIntoJoinRule, which leaves an
 * event-time temporal join alone). Null if nothing moves.
 */
export function pushFilterIntoJoin(calc: LogicalCalc, join: LogicalJoin): LogicalNode | null {
  if (isEventTimeTemporal(join)) return null;
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
  const own = splitJoinCondition(join.condition, width);
  // A join without keys of its own has those that the filter brings.
  const keys = own.leftKeys.length > 0 ? own : splitJoinCondition(and(into), width);
  const others = onOtherSide(join, joinType, parts, keys);
  const inputs = [
    withFilters(left, [...moved.left, ...others.left]),
    withFilters(right, [...moved.right, ...others.right]),
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
  const made =
    into.length > 0
      ? toCalcs(makeJoin(...inputs, joinType, condition, (equal) => ({ ...join, ...equal })))
      : { ...join, inputs, joinType, condition, fields };
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

/** A condition that has come to ask one side alone is computed below its join, too. */
export function computeConditions(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, computeConditions);
  if (n.kind !== 'Join' || n.asOf !== null || n.lookup) return n;
  return toCalcs(makeJoin(...n.inputs, n.joinType, n.condition, (made) => ({ ...n, ...made })));
}

/** A join above what it computes to be equal, and what passes its columns on, as Calcs. */
function toCalcs(node: LogicalNode): LogicalNode {
  const n = node.kind === 'Project' || node.kind === 'Join' ? mapInputs(node, toCalcs) : node;
  return n.kind === 'Project' ? mergeCalc({ ...n, kind: 'Calc', condition: null }) : n;
}

const withFilters = (input: LogicalNode, conditions: readonly Rex[]): LogicalNode =>
  conditions.length > 0 ? filtered(input, conditions) : input;

/** Comparisons with a constant, which an outer join hands on to its other side too. */

const isHandedOn = (condition: Rex, type: JoinType): boolean =>
  type === 'inner' ||
  (condition.kind === 'Call' &&
    COMPARISONS.has(condition.operator) &&
    condition.operands.some((o) => o.kind === 'Literal'));

/** What is asked of join keys of one side alone holds for the keys of the other side too (FlinkFilterJoinRule.pushFiltersToAnotherSide). */
function onOtherSide(
  join: LogicalJoin,
  type: JoinType | null,
  conditions: readonly Rex[],
  { leftKeys, rightKeys } = splitJoinCondition(join.condition, join.inputs[0].fields.length),
): { readonly left: readonly Rex[]; readonly right: readonly Rex[] } {
  if (type !== 'inner' && type !== 'left' && type !== 'right') return { left: [], right: [] };
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const keysOfRight = rightKeys.map((k) => k + width);
  const moved = (from: readonly number[], to: readonly number[], fields: readonly Field[]): Rex[] =>
    conditions
      .filter((c) => {
        const read = [...collectRefs(c)];
        return read.length > 0 && read.every((i) => from.includes(i)) && isHandedOn(c, type);
      })
      .map((c) =>
        retype(
          shiftRefs(c, (i) => to[from.indexOf(i)]!),
          fields,
        ),
      );
  return {
    left: moved(keysOfRight, leftKeys, left.fields),
    right: moved(leftKeys, rightKeys, right.fields),
  };
}

/** Behind a filter that stays above a temporal join, a projection that keeps the order of what the filter reads too has the join's names. */
export function namedByVersions(calc: LogicalCalc, join: LogicalJoin): LogicalCalc {
  const columns = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const isIncreasing = columns.every((c, i) => c >= 0 && (i === 0 || c > columns[i - 1]!));
  const isRead = [...collectRefs(calc.condition!)].every((c) => columns.includes(c));
  if (join.asOf === null || !isIncreasing || !isRead) return calc;
  return { ...calc, fields: calc.fields.map((f, i) => ({ ...f, name: join.fields[columns[i]!]!.name })) };
}

/** Moves parts of a join's own condition below it, where they decide about one side alone. Null if nothing changes. */
export function pushJoinCondition(join: LogicalJoin): LogicalNode | null {
  if (isEventTimeTemporal(join) || isTrueLiteral(join.condition)) return null;
  // The flag of a NOT EXISTS stays where it is.
  if (join.joinType === 'anti' && join.condition.kind === 'InputRef') return null;
  const [left, right] = join.inputs;
  const { joinType } = join;
  const toLeft = joinType === 'inner' || joinType === 'right' || joinType === 'semi';
  const toRight = joinType === 'inner' || joinType === 'left' || onlyLeft(joinType);
  const condition = simplifyJoinCondition(join.condition, left.fields.length, simplifyCondition);
  if (isFalseLiteral(condition)) {
    const staysFalse = joinType === 'full' || joinType === 'anti';
    return staysFalse && isFalseLiteral(join.condition) ? null : neverTrue(join);
  }
  const moved = distribute(conjuncts(condition), left.fields.length, toLeft, toRight);
  if (moved.left.length === 0 && moved.right.length === 0)
    return rexKey(condition) === rexKey(join.condition) ? null : { ...join, condition };
  const others = onOtherSide(join, joinType === 'inner' ? joinType : null, conjuncts(condition));
  const inputs = [
    withFilters(left, [...moved.left, ...others.left]),
    withFilters(right, [...moved.right, ...others.right]),
  ] as const;
  return { ...join, inputs, condition: moved.rest.length > 0 ? and(moved.rest) : TRUE };
}

/**
 * A join whose condition is never TRUE. The side that an outer join fills up is empty then, which makes no constants of its columns until empty inputs go; joins
 * that keep both sides, or ask what is missing, stay.
 */
export function neverTrue(join: LogicalJoin): LogicalNode {
  const [left, right] = join.inputs;
  const none = ({ fields }: LogicalNode): LogicalNode => ({ kind: 'Values', rows: [], fields });
  switch (join.joinType) {
    case 'left':
      return { ...join, inputs: [left, none(right)], condition: TRUE };
    case 'right':
      return { ...join, inputs: [none(left), right], condition: TRUE };
    case 'full':
    case 'anti':
      return { ...join, condition: literal(false, notNull(BOOLEAN)) };
    default:
      return none(join);
  }
}

/** A join in which no row meets another. */
export function withoutMatches(join: LogicalJoin): LogicalNode {
  const [left, right] = join.inputs;
  const none: LogicalNode = { kind: 'Values', rows: [], fields: join.fields };
  const beside = (input: LogicalNode, from: number): LogicalNode => {
    const exprs = join.fields.map((f, i) =>
      i >= from && i < from + input.fields.length
        ? ref(i - from, input.fields[i - from]!.type)
        : literal(null, withNullable(f.type, true)),
    );
    return mergeCalc({ kind: 'Calc', input, exprs, condition: null, fields: join.fields });
  };
  switch (join.joinType) {
    case 'inner':
    case 'semi':
      return none;
    case 'left':
      return beside(left, 0);
    case 'right':
      return beside(right, left.fields.length);
    case 'anti':
      return left;
    default:
      return join;
  }
}
