import { castImplementation } from '../../functions/cast.ts';
import type { Field, LogicalAggregate, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, type RexLiteral, ref } from '../../plan/rex.ts';
import { castTo, isExact } from '../../plan/rex-build.ts';
import {
  collectRefs,
  conjuncts,
  isCast,
  isDeterministic,
  isNullLiteral,
  rexKey,
  shiftRefs,
} from '../../plan/rex-tools.ts';
import {
  BOOLEAN,
  isCharacter,
  isInteger,
  isTimeAttribute,
  type LogicalType,
  notNull,
  sameType,
  type Value,
  withNullable,
} from '../../types/logical-type.ts';
import { holdsInteger, type Int64 } from '../../values/int64.ts';
import { simplifyCondition } from '../simplify/simplify-condition.ts';
import { isNullWith } from './join-filter-rule.ts';

const SURE = notNull(BOOLEAN);

/** What holds in every row of a node, as far as Flink's planner sees it: Calcite's pulled-up predicates (RelMdPredicates). */
export function predicatesOf(node: LogicalNode): readonly Rex[] {
  switch (node.kind) {
    case 'Filter': {
      const asked = known(simplifyCondition(node.condition));
      return [...predicatesOf(node.input), ...asked.filter((part) => !isAskedOfElement(part, node.input))];
    }
    case 'Project':
      return projected(predicatesOf(node.input), node.exprs, node.input);
    case 'Calc': {
      const below = predicatesOf(node.input);
      const all = node.condition ? [...below, ...known(node.condition)] : below;
      return projected(all, node.exprs, node.input);
    }
    case 'Sort':
      return predicatesOf(node.input);
    case 'Correlate':
      return predicatesOf(node.input);
    case 'Aggregate':
      return ofGroups(node);
    case 'Union': {
      const [first, ...others] = node.inputs.map(predicatesOf);
      const keys = others.map((list) => new Set(list.map(rexKey)));
      return (first ?? []).filter((p) => keys.every((of) => of.has(rexKey(p))));
    }
    case 'SetOperation': {
      const [left, right] = node.inputs.map(predicatesOf) as [readonly Rex[], readonly Rex[]];
      return [...left, ...(node.operator === 'EXCEPT' ? [] : right), ...node.constants];
    }
    case 'Join':
      return ofJoin(node);
    default:
      return [];
  }
}

/** Whether something computed of the elements of an UNNEST alone is asked, which goes to where they come from before anything is looked at. */
function isAskedOfElement(part: Rex, below: LogicalNode): boolean {
  if (below.kind !== 'Project') return false;
  // Its columns have the names that they were given there.
  const rows = below.input.kind === 'Project' ? below.input.input : below.input;
  if (rows.kind !== 'Correlate' || below.input.fields.length !== rows.fields.length) return false;
  const { joinType, input } = rows;
  const read = [...collectRefs(part)].map((i) => below.exprs[i]!);
  const isElement = (e: Rex): boolean => [...collectRefs(e)].every((i) => i >= input.fields.length);
  return joinType === 'inner' && read.every(isElement) && read.some((e) => e.kind !== 'InputRef');
}

const known = (condition: Rex): readonly Rex[] => conjuncts(condition).filter(isDeterministic);

/** What is still known of the columns that a projection passes on, and what it makes constant. */
function projected(below: readonly Rex[], exprs: readonly Rex[], input: LogicalNode): Rex[] {
  const at = new Map<number, number>();
  const made: Rex[] = [];
  exprs.forEach((e, i) => {
    if (e.kind === 'InputRef') at.set(e.index, i);
    else if (isNullLiteral(e)) made.push(call('IS NULL', [ref(i, e.type)], SURE));
    else if (constantIn(e))
      made.push(
        e.type.nullable
          ? call('IS NOT DISTINCT FROM', [ref(i, e.type), e], SURE)
          : call('=', [ref(i, e.type), e], SURE),
      );
  });
  for (const predicate of below) {
    const columns = [...collectRefs(predicate)];
    const passed = columns.filter((c) => at.has(c));
    if (passed.length === columns.length) made.push(shiftRefs(predicate, (c) => at.get(c)!));
    else {
      // The rest of a comparison is that a column which is there has a value.
      const present = passed.filter(
        (c) => input.fields[c]!.type.nullable && isNullWith(predicate, (i) => i === c),
      );
      const tests = present.map((c) => call('IS NOT NULL', [ref(at.get(c)!, input.fields[c]!.type)], SURE));
      if (tests.length > 0) made.push(tests.length === 1 ? tests[0]! : call('OR', tests, SURE));
    }
  }
  return made;
}

function ofGroups({ input, groups, sets }: LogicalAggregate): readonly Rex[] {
  if (groups.length === 0 || sets) return [];
  return predicatesOf(input)
    .filter((p) => [...collectRefs(p)].every((c) => groups.includes(c)))
    .map((p) => shiftRefs(p, (c) => groups.indexOf(c)));
}

function ofJoin(join: LogicalJoin): readonly Rex[] {
  const width = join.inputs[0].fields.length;
  const [left, right] = [
    predicatesOf(join.inputs[0]),
    predicatesOf(join.inputs[1]).map((p) => shiftRefs(p, (c) => c + width)),
  ] as const;
  switch (join.joinType) {
    case 'inner':
      return [...left, ...right, ...known(join.condition), ...inferred(join, [...left, ...right])];
    case 'semi':
      return [...left, ...inferred(join, [...left, ...right]).filter((p) => isOf(p, 0, width))];
    case 'left':
    case 'anti':
      return left;
    case 'right':
      return right;
    default:
      return [];
  }
}

const isOf = (p: Rex, from: number, to: number): boolean =>
  [...collectRefs(p)].every((c) => c >= from && c < to);

/** What is known of one of two equal columns, said of the other. */
function inferred(join: LogicalJoin, given: readonly Rex[]): Rex[] {
  const pairs = conjuncts(join.condition).flatMap((part) => {
    if (part.kind !== 'Call' || part.operator !== '=') return [];
    const [a, b] = [part.operands[0]!, part.operands[1]!];
    return a.kind === 'InputRef' && b.kind === 'InputRef'
      ? [
          [a, b],
          [b, a],
        ]
      : [];
  });
  const seen = new Set(given.map(rexKey));
  return given.flatMap((predicate) =>
    pairs.flatMap(([from, to]) => {
      const columns = collectRefs(predicate);
      if (columns.size !== 1 || !columns.has(from!.index)) return [];
      const made = shiftRefs(predicate, () => to!.index);
      const key = rexKey(made);
      return seen.has(key) ? [] : (seen.add(key), [made]);
    }),
  );
}

/** What constants the inputs of INTERSECT or EXCEPT have in their rows, said of its own columns. */
export function constantsOfInputs(
  operator: 'INTERSECT' | 'EXCEPT',
  inputs: readonly LogicalNode[],
  fields: readonly Field[],
): Rex[] {
  return (operator === 'EXCEPT' ? inputs.slice(0, 1) : inputs).flatMap((input) =>
    [...constantsOf(predicatesOf(input))].flatMap(([column, value]) => {
      const { type } = fields[column]!;
      const cast = castTo(value, notNull(type));
      return input.fields[column]!.type.nullable || cast.kind !== 'Literal'
        ? []
        : [call('=', [ref(column, type), cast], withNullable(BOOLEAN, type.nullable))];
    }),
  );
}

/** The literal that an expression is, cast to what may be NULL or not. */
export function constantIn(rex: Rex): RexLiteral | undefined {
  // What is still to be rounded is none yet.
  if (rex.kind === 'Literal' && rex.written) return undefined;
  if (rex.kind === 'Literal')
    return rex.symbol !== undefined || rex.sarg !== undefined || rex.isLate ? undefined : rex;
  const value = isCast(rex) ? rex.operands[0]! : null;
  return value?.kind === 'Literal' &&
    value.value !== null &&
    sameType(value.type, withNullable(rex.type, false))
    ? value
    : undefined;
}

/** Columns that hold one value in every row. */
export type Constants = ReadonlyMap<number, RexLiteral>;

/** The columns that predicates pin to one value: equalities do, and for what is made of a literal in a column that may be NULL also IS NOT DISTINCT FROM; not one that anything else is known of too (RexUtil.gatherConstraints). */
export function constantsOf(predicates: readonly Rex[], operators: readonly string[] = ['=']): Constants {
  const pinned = new Map<number, RexLiteral>();
  const others = new Set<number>();
  for (const part of predicates) {
    if (part.kind !== 'Call' || !PINNING.has(part.operator)) collectRefs(part, others);
    if (part.kind !== 'Call') continue;
    const [a, b] = [part.operands[0]!, part.operands[1]];
    if (part.operator === 'IS NULL' && a.kind === 'InputRef')
      pinned.set(a.index, { kind: 'Literal', value: null, type: withNullable(a.type, true) });
    if (!operators.includes(part.operator) || !b) continue;
    const [column, given] = constantIn(b) ? ofColumn(a, b) : ofColumn(b, a);
    const value = constantIn(given);
    if (column.kind !== 'InputRef' || !value || value.value === null || isTimeAttribute(column.type))
      continue;
    const isOfKind =
      value.type.root === column.type.root ||
      (isCharacter(value.type) && isCharacter(column.type)) ||
      (isInteger(value.type) && fits(value.value, column.type));
    if (isOfKind && sameScale(value, column)) pinned.set(column.index, value);
  }
  return new Map([...pinned].filter(([column]) => !others.has(column)));
}

/** `CAST(c) = literal` says of the column itself what it is, if the cast is to wider exact numbers. */
function ofColumn(side: Rex, value: Rex): readonly [Rex, Rex] {
  const column = side.kind === 'Call' && side.operator === 'CAST' ? side.operands[0]! : side;
  // Text beside a truth is none of its values at run time, and yet the planner takes what it means for the column's.
  if (column.type.root === 'BOOLEAN' && value.kind === 'Literal' && isCharacter(value.type)) {
    const truth = castImplementation(value.type, BOOLEAN, { zone: 'UTC', isTry: true })(value.value);
    return [side, truth === null ? value : literal(truth, notNull(BOOLEAN))];
  }
  if (column === side || column.kind !== 'InputRef' || !isExact(column.type) || !isExact(side.type))
    return [side, value];
  const type = withNullable(column.type, false);
  const isHeld = value.kind === 'Literal' && isInteger(side.type) && fits(value.value, type);
  const narrowed = isHeld ? literal(value.value, type) : castTo(value, type);
  return narrowed.kind === 'Literal' ? [column, narrowed] : [side, value];
}

const fits = (value: Value, { root }: LogicalType): boolean =>
  value !== null && holdsInteger(root, value as Int64);

const PINNING: ReadonlySet<string> = new Set(['=', 'IS NOT DISTINCT FROM', 'IS NULL']);

const sameScale = (a: Rex, b: Rex): boolean =>
  a.type.root !== 'DECIMAL' || b.type.root !== 'DECIMAL' || a.type.scale === b.type.scale;
