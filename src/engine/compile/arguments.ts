import { assert } from '../base/assert.ts';
import type {
  Argument,
  EvaluationContext,
  Implementation,
  ScalarFunction,
} from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { writtenEntries } from '../functions/scalar/collections.ts';
import { readsMoment } from '../functions/scalar/comparison.ts';
import { call, literal, MAY_MISS, type Rex, type RexCall, type RexLiteral } from '../plan/rex.ts';
import {
  BOOLEAN,
  isCharacter,
  isInteger,
  isInterval,
  notNull,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { RunError } from '../values/run-error.ts';
import { searchesList } from './sarg.ts';

/** What code computes with: a FLOAT has its 32 bits only here. */
export function literalValue({ symbol, value, type }: RexLiteral): Value {
  if (symbol !== undefined) return symbol;
  return type.root === 'FLOAT' && typeof value === 'number' ? Math.fround(value) : value;
}

/** What a function may know of an operand. */
export function argumentOf(rex: Rex): Argument {
  if (rex.kind === 'Call') return { type: rex.type, operator: rex.operator };
  if (rex.kind === 'InputRef') return { type: rex.type, column: rex.index };
  if (rex.kind !== 'Literal') return { type: rex.type };
  return rex.symbol === undefined
    ? { type: rex.type, literal: rex.value }
    : { type: rex.type, symbol: rex.symbol };
}

export function functionOf(call: RexCall): ScalarFunction {
  const fn = lookupFunction(call.operator);
  assert(fn !== undefined, `no function ${call.operator}`);
  return fn;
}

export function implementationOf(call: RexCall, context: EvaluationContext): Implementation {
  return functionOf(call).implement(
    call.operands.map((operand) => operand.type),
    call.type,
    context,
    call.operands.map(argumentOf),
  );
}

/**
 * Whether the compiled expression may give NULL. Types alone do not tell: DECIMAL results that overflow and some functions are NULL
 * although their type says NOT NULL; only columns, literals and the operators below keep the promise.
 */
export function mayBeNull(rex: Rex): boolean {
  if (rex.kind === 'Literal') return rex.value === null && rex.symbol === undefined && rex.sarg === undefined;
  if (rex.type.nullable) return true;
  if (rex.kind !== 'Call') return false;
  return (
    mayOverflow(rex) || isOfMoment(rex) || !KEEPS_PROMISE.has(rex.operator) || rex.operands.some(mayBeNull)
  );
}

/** Whether a DECIMAL result may have too many digits: sums and products have room for all unless they were cut to 38. */
function mayOverflow({ type, operator }: RexCall): boolean {
  if (type.root !== 'DECIMAL') return false;
  return type.precision === 38 || (operator !== '+' && operator !== '-' && operator !== '*');
}
/** Whether it compares a moment with text, which may mean none. */
function isOfMoment({ operator, operands: [a, b] }: RexCall): boolean {
  return (operator === '=' || operator === '<>') && readsMoment(a!.type, b!.type);
}
const KEEPS_PROMISE: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  'MOD',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'AND',
  'OR',
  'NOT',
  'SEARCH',
  'ROW',
  'ARRAY',
  'MAP',
  'CASE',
  'CAST',
  'Reinterpret',
  'IS NULL',
  'IS NOT NULL',
  'IS TRUE',
  'IS NOT TRUE',
  'IS FALSE',
  'IS NOT FALSE',
  'IS UNKNOWN',
  'IS NOT UNKNOWN',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
]);

/**
 * Whether the generated Java takes for NOT NULL what can be NULL: elements of collections of NOT NULL, which may be missing, what is computed of missing values, and sums of intervals, whose type
 * is that of the left one.
 */
function isTakenForNotNull(rex: Rex): boolean {
  if (rex.kind !== 'Call') return false;
  if (rex.operator === MAY_MISS) return true;
  const [left, right] = rex.operands.map((operand) => operand.type);
  // Only the planner casts what may be NULL to what may not.
  if (rex.operator === 'CAST' && !rex.type.nullable && left?.nullable === true) return true;
  if (isOfMoment(rex)) return !rex.type.nullable;
  if (rex.operator === 'ITEM')
    return (
      (left?.root === 'ARRAY' && !left.element.nullable) || (left?.root === 'MAP' && !left.value.nullable)
    );
  // A whole number is taken as it is.
  const isRounded = (rex.operator === 'FLOOR' || rex.operator === 'CEIL') && rex.operands.length === 1;
  if (isRounded && isInteger(left!)) return isTakenForNotNull(rex.operands[0]!);
  const isSum = rex.operator === '+' || rex.operator === '-';
  if (!isSum || !left || !right || !isInterval(left) || !isInterval(right)) return isOfMissing(rex);
  return !left.nullable || isTakenForNotNull(rex.operands[0] as Rex);
}

/** Texts that can be NULL although no argument is: a negative length, a pattern that is none. */
const MISSING_TEXT: ReadonlySet<string> = new Set(['LPAD', 'RPAD', 'REGEXP_REPLACE']);
/** What gives Java's null for one. */
const HANDS_NULL_ON: ReadonlySet<string> = new Set(['CONCAT', 'JSON_STRING']);
/** Not strict, and like what is: a Java variable keeps what it began with. */
const SKIPS_NULL: ReadonlySet<string> = new Set([
  'CASE',
  'GREATEST',
  'LEAST',
  'TRANSLATE3',
  'SEARCH',
  'AND',
  'OR',
]);

const isOfAny = ({ operands }: RexCall): boolean =>
  operands.some((o) => o.kind === 'Call' && (o.operator === MAY_MISS || mayBeMissing(o) || isOfMissing(o)));

/** Whether it is such a text, or a DECIMAL that may have too many digits. */
const mayBeMissing = (call: RexCall): boolean =>
  MISSING_TEXT.has(call.operator) || mayOverflow(call) || (HANDS_NULL_ON.has(call.operator) && isOfAny(call));

/** Whether it is computed of one, where its type knows nothing of that. */
function isOfMissing(call: RexCall): boolean {
  if (call.type.nullable || HANDS_NULL_ON.has(call.operator) || searchesList(call)) return false;
  const isSkipping = SKIPS_NULL.has(call.operator) || lookupFunction(call.operator)?.strict === true;
  return isSkipping && isOfAny(call);
}

/** What a field of a row that is made goes through, where it can be NULL and its type knows nothing of that: the job dies. */
export function guardOfField(field: Rex): ((value: Value) => Value) | null {
  if (field.kind !== 'Call' || field.type.nullable || !mayBeMissing(field)) return null;
  const orDie =
    (method: string, variable: string) =>
    (value: Value): Value => {
      if (value !== null) return value;
      const call = `org.apache.flink.table.data.${method}()`;
      throw new RunError(`NullPointerException: Cannot invoke "${call}" because "${variable}" is null`);
    };
  if (isCharacter(field.type)) return orDie('binary.BinaryStringData.getSegments', 'string');
  const isLong = field.type.root === 'DECIMAL' && field.type.precision <= COMPACT_DIGITS;
  return isLong ? orDie('DecimalData.toUnscaledLong', 'value') : null;
}
/** So many digits of a DECIMAL are held as a long. */
const COMPACT_DIGITS = 18;

/** What stands in a row where such a value is NULL: what a Java variable begins with. */
export function absentValue(rex: Rex): Value {
  if (!isTakenForNotNull(rex)) return null;
  switch (rex.type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return '';
    case 'BOOLEAN':
      return false;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_DAY':
    case 'INTERVAL_MONTH':
      return -1;
    default:
      return null;
  }
}

/** What IS NULL or IS NOT NULL says without looking; null where it looks. */
export function knownOfNull({ operator, operands: [operand] }: RexCall): boolean | null {
  if ((operator !== 'IS NULL' && operator !== 'IS NOT NULL') || !operand) return null;
  return isTakenForNotNull(operand) ? operator === 'IS NOT NULL' : null;
}

const COLLECTIONS: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW']);

/** What is read where nobody asks for NULL (CASE WHEN, WHERE, IS TRUE): Flink takes collections and rows of which one is NULL for different there. */
export function asCondition(rex: Rex): Rex {
  if (rex.kind !== 'Call' || rex.operator !== '<>' || !COLLECTIONS.has(rex.operands[0]!.type.root))
    return rex;
  return call('IS NOT TRUE', [call('=', rex.operands, rex.type)], notNull(BOOLEAN));
}

/** IS TRUE and IS NOT TRUE over what they read. */
export function readingCondition(test: RexCall): RexCall {
  if (test.operator !== 'IS TRUE' && test.operator !== 'IS NOT TRUE') return test;
  const [operand] = test.operands as [Rex];
  const read = asCondition(operand);
  return read === operand ? test : { ...test, operands: [read] };
}

/** A written map without the values that a later one of the same key replaces: nobody computes these. */
export function withoutReplaced(map: RexCall): RexCall {
  if (map.operator !== 'MAP') return map;
  const values = new Set(writtenEntries(map.operands.map(argumentOf)).map(({ value }) => value));
  const isReplaced = (i: number): boolean => i % 2 === 1 && !values.has(i);
  const operands = map.operands.map((o, i) =>
    isReplaced(i) ? literal(null, withNullable(o.type, true)) : o,
  );
  return { ...map, operands };
}
