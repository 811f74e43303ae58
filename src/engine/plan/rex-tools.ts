import { lookupFunction } from '../functions/index.ts';
import { INTEGER, isInterval, notNull } from '../types/logical-type.ts';
import { call, literal, type Rex, type RexCall, ref } from './rex.ts';

/** Rebuilds an expression bottom-up. */
export function mapRex(rex: Rex, change: (rex: Rex, given: Rex) => Rex): Rex {
  if (rex.kind !== 'Call') return change(rex, rex);
  let same = true;
  const operands = rex.operands.map((operand) => {
    const mapped = mapRex(operand, change);
    if (mapped !== operand) same = false;
    return mapped;
  });
  return change(same ? rex : { ...rex, operands }, rex);
}

/** Intervals without quotes as the products that they are before constants are folded. */
export const withProducts = (rex: Rex): Rex =>
  mapRex(rex, (r) => {
    if (r.kind !== 'Literal' || r.times === undefined) return r;
    const unit = literal(Number(r.value) / r.times, r.type);
    return call('*', [literal(r.times, notNull(INTEGER)), unit], r.type);
  });

export const isCast = (rex: Rex): rex is RexCall => rex.kind === 'Call' && rex.operator === 'CAST';

/** Operands of AND or OR, those of the same operator within it in its place. */
export const flatOperands = (operator: string, operands: readonly Rex[]): readonly Rex[] =>
  operands.flatMap((o) => (o.kind === 'Call' && o.operator === operator ? o.operands : [o]));

/** The same expression over other columns. */
export function shiftRefs(rex: Rex, to: (index: number) => number): Rex {
  return mapRex(rex, (r) => (r.kind === 'InputRef' ? ref(to(r.index), r.type) : r));
}

/** Puts expressions in the place of column references. */
export function substitute(rex: Rex, exprs: readonly Rex[]): Rex {
  return mapRex(rex, (r) => (r.kind === 'InputRef' ? exprs[r.index]! : r));
}

/** Whether expressions over `width` columns are these columns as they are. */
export const passesAll = (exprs: readonly Rex[], width: number): boolean =>
  exprs.length === width && exprs.every((e, i) => e.kind === 'InputRef' && e.index === i);

/** The same for a projection that keeps the names too. */
export const changesNothing = (
  exprs: readonly Rex[],
  fields: readonly Named[],
  below: readonly Named[],
): boolean => passesAll(exprs, below.length) && fields.every((f, i) => f.name === below[i]!.name);

interface Named {
  readonly name: string;
}

/** Columns an expression reads. */
export function collectRefs(rex: Rex, into: Set<number> = new Set()): Set<number> {
  if (rex.kind === 'InputRef') into.add(rex.index);
  else if (rex.kind === 'Call') for (const operand of rex.operands) collectRefs(operand, into);
  return into;
}

/** Whether the same input always gives the same value. */
export function isDeterministic(rex: Rex): boolean {
  if (rex.kind !== 'Call') return true;
  if (rex.operator === 'PROCTIME_MATERIALIZE' || lookupFunction(rex.operator)?.isDeterministic === false)
    return false;
  return rex.operands.every(isDeterministic);
}

/** The first non-deterministic function in it, by name. */
export function nonDeterministicFunction(rex: Rex): string | null {
  if (rex.kind !== 'Call') return null;
  if (rex.operator === 'PROCTIME_MATERIALIZE' || lookupFunction(rex.operator)?.isDeterministic === false)
    return rex.operator;
  for (const operand of rex.operands) {
    const found = nonDeterministicFunction(operand);
    if (found) return found;
  }
  return null;
}

/** The conditions that AND joins, however deep. */
export const conjunctionOf = (rex: Rex): readonly Rex[] =>
  rex.kind === 'Call' && rex.operator === 'AND' ? rex.operands.flatMap(conjunctionOf) : [rex];

/** A key that is equal for equal expressions. */
export function rexKey(rex: Rex): string {
  if (rex.kind !== 'Call') return written(rex);
  let key = keys.get(rex);
  if (key === undefined) {
    const { operands, hasOwnType: _, ...rest } = rex;
    key = `${written(rest)}(${operands.map(rexKey).join()})`;
    keys.set(rex, key);
  }
  return key;
}
const keys = new WeakMap<RexCall, string>();
const written = (part: unknown): string =>
  JSON.stringify(part, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));

/** Of how many calls, columns and literals an expression is made when it is written out; parts that it shares are counted wherever they stand. */
export function sizeOf(rex: Rex): number {
  if (rex.kind !== 'Call') return 1;
  let size = sizes.get(rex);
  if (size === undefined) {
    size = rex.operands.reduce((sum, operand) => sum + sizeOf(operand), 1);
    sizes.set(rex, size);
  }
  return size;
}
const sizes = new WeakMap<RexCall, number>();

/** FLOOR and CEIL of a number: Calcite does not look into them. */
export const isRounding = ({ operator, operands }: RexCall): boolean =>
  (operator === 'FLOOR' || operator === 'CEIL') && operands.length === 1;

export const isTrueLiteral = (rex: Rex): boolean => rex.kind === 'Literal' && rex.value === true;
export const isFalseLiteral = (rex: Rex): boolean => rex.kind === 'Literal' && rex.value === false;
export const isNullLiteral = (rex: Rex): boolean =>
  rex.kind === 'Literal' && rex.value === null && rex.sarg === undefined && rex.symbol === undefined;

/** Whether a condition asks nothing, as Calcite sees at first glance. */
export function isAlwaysTrue(rex: Rex): boolean {
  if (rex.kind !== 'Call') return isTrueLiteral(rex);
  const [operand] = rex.operands;
  if (rex.operator === 'IS NOT NULL') return operand?.type.nullable === false;
  if (rex.operator === 'NOT') return isAlwaysFalse(operand!);
  return PASSING.has(rex.operator) && operand !== undefined && isAlwaysTrue(operand);
}
const PASSING: ReadonlySet<string> = new Set(['IS NOT FALSE', 'IS TRUE', 'CAST']);

export function isAlwaysFalse(rex: Rex): boolean {
  if (rex.kind !== 'Call') return isFalseLiteral(rex);
  const [operand] = rex.operands;
  if (rex.operator === 'IS NULL') return operand?.type.nullable === false;
  return rex.operator === 'NOT' && isAlwaysTrue(operand!);
}

/** Whether a function is called anywhere in it. */
export const callsFunction = (rex: Rex, name: string): boolean =>
  rex.kind === 'Call' && (rex.operator === name || rex.operands.some((o) => callsFunction(o, name)));

/** Functions that Calcite takes for EXTRACT, and the unit they ask for. */
export const EXTRACTED: { readonly [operator: string]: string } = {
  YEAR: 'YEAR',
  QUARTER: 'QUARTER',
  MONTH: 'MONTH',
  WEEK: 'WEEK',
  DAYOFYEAR: 'DOY',
  DAYOFMONTH: 'DAY',
  DAYOFWEEK: 'DOW',
  HOUR: 'HOUR',
  MINUTE: 'MINUTE',
  SECOND: 'SECOND',
};
export const isExtract = (call: RexCall): boolean =>
  call.operands.length === 1 && EXTRACTED[call.operator] !== undefined;

/** A sum of intervals: where it is constant, the planner computes it even if it finds that a part of it is NULL. */
export const isIntervalSum = ({ operator, operands }: RexCall): boolean =>
  (operator === '+' || operator === '-') &&
  operands.length === 2 &&
  operands.every(({ type }) => isInterval(type));

/** The comparison that holds where one does not, of values that are not NULL. */
export const NEGATED: { readonly [operator: string]: string } = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '=': '<>',
  '<>': '=',
};

/** What says how two values stand to each other, seen from the other side. */
export const MIRRORED: { readonly [operator: string]: string } = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Whether two expressions are the same to Calcite (`RexNormalize`): two parts of a symmetric operator have no order, nor has a comparison, however it is
 * turned. `isSorted`: the parts of an AND are put in order by others too.
 */
export function sameButSides(a: Rex, b: Rex, isSorted = false): boolean {
  if (a.kind !== 'Call' || b.kind !== 'Call') return rexKey(a) === rexKey(b);
  const isPairwise = (others: readonly Rex[]): boolean =>
    a.operands.length === others.length && a.operands.every((o, i) => sameButSides(o, others[i]!, isSorted));
  if (a.operator === b.operator && isPairwise(b.operands)) return true;
  const isSymmetric = a.operator === b.operator && SYMMETRIC.has(a.operator);
  if (b.operands.length !== 2 || (isSorted && a.operator === 'AND')) return false;
  return (isSymmetric || MIRRORED[a.operator] === b.operator) && isPairwise(b.operands.toReversed());
}
const SYMMETRIC: ReadonlySet<string> = new Set(['AND', 'OR', '<>', '+', '*', 'IS NOT DISTINCT FROM']);

/** Comparisons that are NULL where one side is. */
export const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** What an empty set of ranges leaves, `x <> x`. */
export const asksItself = (rex: Rex): boolean =>
  rex.kind === 'Call' && rex.operator === '<>' && rexKey(rex.operands[0]!) === rexKey(rex.operands[1]!);

export const conjuncts = (rex: Rex): readonly Rex[] =>
  rex.kind === 'Call' && rex.operator === 'AND' ? rex.operands : [rex];
