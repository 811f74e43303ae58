import { SqlError } from '../base/diagnostic.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { asFloat, heldNumber, isNumericCast } from '../plan/held-number.ts';
import { literal, type Rex, type RexCall } from '../plan/rex.ts';
import { isExtract, isRounding } from '../plan/rex-tools.ts';
import {
  isApproximate,
  isTimeAttribute,
  isTimestamp,
  type LogicalType,
  type TimestampType,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { repaired } from '../values/bytes.ts';
import { printDecimal } from '../values/decimal.ts';
import { canonical, floorDiv, type Int64 } from '../values/int64.ts';
import { RunError } from '../values/run-error.ts';
import {
  exactMillis,
  MILLIS_PER_DAY,
  parseDate,
  printDate,
  printTimestamp,
  timestampFrom,
  timestampMillis,
  timestampNanos,
  unitsPerMilli,
} from '../values/time.ts';
import { withoutReplaced } from './arguments.ts';
import { compileClosure } from './closure.ts';

/**
 * Folds what is constant, as Flink's `ExpressionReducer`: deterministic calls without columns become literals. An error while folding
 * leaves the expression for run time.
 */
export function foldConstant(rex: Rex, context: EvaluationContext): Rex {
  if (rex.kind !== 'Call' || isWrittenTimeOfDay(rex)) return rex;
  const isConstant = isFoldable(rex);
  if (isConstant && isNumericCast(rex)) {
    const held = heldNumber(
      rex,
      (text) => foldConstant(text, context),
      (cast) => compileClosure(cast, context)([]),
    );
    if (held) return held;
  }
  if (isConstant && isCastLiteral(rex)) {
    const cut = cutMoment(rex, context);
    if (cut) return cut;
  }
  if (isConstant && JSON_BUILDERS.has(rex.operator)) return withFoldedCasts(rex, context);
  if (isConstructed(rex)) return foldCasts(rex, context);
  if (isConstant) {
    try {
      const value = compileClosure(withFoldedCasts(rex, context), context)([]);
      rejectUnwritable(value, rex.type);
      rejectOverflow(value, rex.type);
      // What may not be NULL and is, or is no number, is computed again when the job runs.
      if (value === null && !rex.type.nullable) return withFoldedCasts(rex, context);
      if (isApproximate(rex.type) && value !== null && !Number.isFinite(value)) {
        if (rex.type.root === 'FLOAT') throw notANumber();
        return withFoldedCasts(rex, context);
      }
      if (value === null) return literal(null, rex.type);
      const made = literal(asWritten(value, rex), withNullable(rex.type, false));
      return rex.type.root === 'DOUBLE' ? { ...made, isComputed: true } : made;
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      return withFoldedCasts(rex, context);
    }
  }
  let changed = false;
  const operands = rex.operands.map((operand) => {
    const folded = foldConstant(operand, context);
    if (folded !== operand) changed = true;
    return folded;
  });
  return changed ? { ...rex, operands } : rex;
}

/** Folds the constants of one node: where a single one, other than the cast of a literal, cannot be computed, the planner leaves all to the job but such casts. */
export function constantFolder(exprs: readonly Rex[], context: EvaluationContext): (rex: Rex) => Rex {
  const fails = exprs.some((rex) => hasFailing(rex, context));
  return (rex) => (fails ? foldCasts(rex, context) : foldConstant(rex, context));
}

function hasFailing(rex: Rex, context: EvaluationContext): boolean {
  if (rex.kind !== 'Call' || JSON_BUILDERS.has(rex.operator)) return false;
  if (!isFoldable(rex)) return rex.operands.some((operand) => hasFailing(operand, context));
  if (isCastLiteral(rex)) return false;
  try {
    compileClosure(rex, context)([]);
    return false;
  } catch (error) {
    if (error instanceof RunError) return true;
    throw error;
  }
}

/** Whether it is a time of day that is written and cast to a timestamp: the planner does not compute it. */
export const isWrittenTimeOfDay = ({ operator, operands: [operand], type }: RexCall): boolean =>
  operator === 'CAST' &&
  type.root === 'TIMESTAMP' &&
  operand?.kind === 'Literal' &&
  operand.type.root === 'TIME' &&
  operand.value !== null;

/** The cast of a moment that is a literal, or has become one by casts alone: its digits are cut, be it before 1970 or after; null where it is no such cast. */
function cutMoment({ operator, operands: [operand], type }: RexCall, context: EvaluationContext): Rex | null {
  if (operator !== 'CAST' || !isTimestamp(type) || operand?.type.root !== type.root) return null;
  const held = foldConstant(operand, context);
  if (held.kind !== 'Literal' || held.value === null || !isTimestamp(held.type)) return null;
  const { precision } = held.type;
  const [value, millis] = [held.value as Int64, timestampMillis(held.value as Int64, precision)];
  return literal(
    timestampFrom(millis, timestampNanos(value, precision), type.precision),
    withNullable(type, false),
  );
}

/** A moment far beyond the calendar is written as the one it looks like, one of whole seconds without parts of them. */
function momentAsWritten(value: Int64, type: TimestampType): Int64 {
  const { precision } = type;
  const millis = exactMillis(value, precision);
  const days = parseDate(printTimestamp(millis, 0, 0).slice(0, 'yyyy-MM-dd'.length));
  const shift =
    days === null ? 0n : (BigInt(days) - BigInt(floorDiv(millis, MILLIS_PER_DAY))) * BigInt(MILLIS_PER_DAY);
  const held = BigInt(value) + shift * BigInt(unitsPerMilli(precision));
  if (type.root !== 'TIMESTAMP' || precision >= 3) return canonical(held);
  const unit = 10n ** BigInt(3 - precision);
  return canonical(held - (((held % unit) + unit) % unit));
}

/** A constant that is no literal stays whole, with all that is computed in it; only its literals are cast. */
export function foldCasts(rex: Rex, context: EvaluationContext): Rex {
  if (rex.kind !== 'Call') return rex;
  const made = withFoldedCasts(rex, context);
  return made.operator === 'CAST' && made.operands[0]?.kind === 'Literal' && isFoldable(made)
    ? foldConstant(made, context)
    : made;
}

/** The same below a call that stays as it is. */
function withFoldedCasts(rex: RexCall, context: EvaluationContext): RexCall {
  const operands = rex.operands.map((operand) => foldCasts(operand, context));
  return operands.some((operand, i) => operand !== rex.operands[i]) ? { ...rex, operands } : rex;
}

/** JSON functions that mean something else within each other: they are left for the job. */
export const JSON_BUILDERS: ReadonlySet<string> = new Set(['JSON_OBJECT', 'JSON_ARRAY', 'JSON']);

/** Whether it is a NULL that is written, as it is or cast. */
export function isNullConstant(rex: Rex): boolean {
  if (rex.kind === 'Call') return rex.operator === 'CAST' && rex.operands.every(isNullConstant);
  return rex.kind === 'Literal' && rex.value === null && rex.symbol === undefined && rex.sarg === undefined;
}

/** The expression as the planner has it before it computes or simplifies anything: what a NULL in it makes NULL is NULL (Calcite's `Strong`). */
export function withoutNulls(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  if (isNullAnyway(rex)) return literal(null, withNullable(rex.type, true));
  if (isRounding(rex)) return rex;
  const operands = rex.operands.map(withoutNulls);
  return operands.some((operand, i) => operand !== rex.operands[i]) ? { ...rex, operands } : rex;
}

function isNullAnyway(rex: Rex): boolean {
  if (rex.kind !== 'Call') return isNullConstant(rex) && !isTimeAttribute(rex.type);
  const { operator, operands } = rex;
  if (STRONG.has(operator) || isExtract(rex)) return operands.some(isNullAnyway);
  if (operator === 'AND' || operator === 'OR') return operands.every(isNullAnyway);
  const isValue = (i: number): boolean => i % 2 === 1 || i === operands.length - 1;
  return operator === 'CASE' && operands.every((operand, i) => !isValue(i) || isNullAnyway(operand));
}
const STRONG: ReadonlySet<string> = new Set([
  ...'NOT = <> < <= > >= LIKE + - * / /INT MINUS_DATE CAST Reinterpret TRIM CEIL FLOOR EXTRACT ITEM'.split(
    ' ',
  ),
  'SIMILAR TO',
]);

/** Whether a call has no column below it and always gives the same value of a type that a literal can have. */
export function isFoldable(rex: Rex): boolean {
  // A NULL that was a time attribute is materialised like any other, after the last folding.
  if (rex.kind === 'Literal') return rex.isLate !== true && !isTimeAttribute(rex.type);
  if (rex.kind !== 'Call') return false;
  // Calcite takes a field of a row for a variable.
  if (rex.operator === 'DOT') return false;
  const fn = lookupFunction(rex.operator);
  if (rex.operator !== 'SEARCH' && (fn === undefined || !fn.isDeterministic || fn.isDynamic === true))
    return false;
  return (
    !NEVER_LITERAL.has(rex.type.root) &&
    rex.operands.every((operand) => isFoldable(operand) || isConstructed(operand))
  );
}
const NEVER_LITERAL: ReadonlySet<string> = new Set([
  'ARRAY',
  'MAP',
  'ROW',
  'MULTISET',
  'RAW',
  'VARIANT',
  'SYMBOL',
]);

/** A collection written out of constants, no row among them: not a literal itself, but what reads it folds. */
function isConstructed(rex: Rex): boolean {
  return (
    rex.kind === 'Call' &&
    rex.type.root !== 'ROW' &&
    NEVER_LITERAL.has(rex.type.root) &&
    lookupFunction(rex.operator)?.isDeterministic === true &&
    rex.operands.every((operand) => isFoldable(operand) || isConstructed(operand))
  );
}

/** The planner writes a FLOAT that it computed with seven digits; CHAR(n) has n characters. */
function asWritten(value: Value, { type }: RexCall): Value {
  if (type.root === 'CHAR' && typeof value === 'string')
    return Array.from(value.padEnd(type.length)).slice(0, type.length).join('');
  if (type.root === 'VARCHAR' && typeof value === 'string') return repaired(value);
  // A date far beyond the calendar is written as the one it looks like.
  if (type.root === 'DATE' && typeof value === 'number') return parseDate(printDate(value)) ?? value;
  if (isTimestamp(type) && value !== null) return momentAsWritten(value as Int64, type);
  if (type.root === 'TIME' && typeof value === 'number') {
    const unit = 10 ** Math.max(0, 3 - type.precision);
    return Math.trunc(value / unit) * unit;
  }
  // A decimal has no negative zero.
  if (type.root === 'DOUBLE' && typeof value === 'number') return value + 0;
  return type.root === 'FLOAT' && typeof value === 'number' ? asFloat(value) : value;
}

/** A date beyond the year 9999 or a time beyond midnight is no literal: the planning fails. */
function rejectUnwritable(value: Value, type: LogicalType): void {
  if (type.root === 'TIMESTAMP' && value !== null) {
    const text = printTimestamp(exactMillis(value as Int64, type.precision), 0, 0);
    if (!/^\d{4}-/.test(text)) throw unwritable(text);
  }
  if (typeof value !== 'number') return;
  if (type.root === 'TIME' && value <= -1000)
    throw unwritable(`Invalid time format: [${timeBeforeMidnight(value)}]`);
  if (type.root === 'TIME' && value >= MILLIS_PER_DAY)
    throw unwritable(`Hour out of range: [${Math.floor(value / 3_600_000)}]`);
  if (type.root !== 'DATE') return;
  const text = printDate(value);
  if (!/^\d{4}-/.test(text)) throw unwritable(`Invalid date format: [${text}]`);
  if (text.startsWith('0000')) throw unwritable('Year out of range: [0]');
}
/** A decimal literal has no more digits than its type. */
function rejectOverflow(value: Value, type: LogicalType): void {
  if (type.root !== 'DECIMAL' || value === null) return;
  const text = printDecimal(value as Int64, type.scale);
  if (text.replace(/^-?0*|\./g, '').length > type.precision)
    throw unwritable(`Cannot convert ${text} to DECIMAL(${type.precision}, ${type.scale}) due to overflow`);
}
/** Calcite writes each digit as a character so and so far behind `0`: before midnight, those before it. */
function timeBeforeMidnight(millis: number): string {
  const digit = (value: number): string => String.fromCharCode(48 + (value % 10));
  const seconds = Math.trunc(millis / 1000);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => digit(Math.trunc(part / 10)) + digit(Math.trunc(part)))
    .join(':');
}
const unwritable = (message: string): SqlError =>
  new SqlError({
    severity: 'error',
    phase: 'plan',
    code: 'constant-out-of-range',
    chain: [`IllegalArgumentException: ${message}`],
    span: null,
  });

/** A literal is held as a BigDecimal by the planner, which has neither infinities nor NaN. */
function notANumber(): SqlError {
  return new SqlError({
    severity: 'error',
    phase: 'parse',
    code: 'constant-not-finite',
    chain: ['NumberFormatException: Infinite or NaN'],
    span: null,
  });
}

/** Refuses constants that are divided by what is computed, or by zero: the planner looks at these before it makes code for any. Throws `RunError`. */
export function rejectDivisors(rex: Rex, context: EvaluationContext): void {
  if (rex.kind !== 'Call') return;
  if (!isFoldable(rex)) for (const operand of withoutReplaced(rex).operands) rejectDivisors(operand, context);
  else if (rex.operator === '/') rejectDivisor(rex, context);
}

/** The planner looks for a zero in what it takes for a literal; a cast of one is, if it gives a value. */
function rejectDivisor({ operands }: RexCall, context: EvaluationContext): void {
  const written = operands[1]!;
  const divisor = isCastLiteral(written) ? foldConstant(written, context) : written;
  if (divisor.kind === 'Literal') {
    if (divisor.value === null)
      throw new RunError(
        'NullPointerException: Cannot invoke "java.lang.Comparable.compareTo(Object)" because "divisionComparable" is null',
      );
    if (divisor.value === 0) throw new RunError('ArithmeticException: Division by zero');
    return;
  }
  throw new RunError(
    "ClassCastException: class org.apache.calcite.rex.RexCall cannot be cast to class org.apache.calcite.rex.RexLiteral (org.apache.calcite.rex.RexCall and org.apache.calcite.rex.RexLiteral are in unnamed module of loader 'app')",
  );
}
const isCastLiteral = (rex: Rex): boolean =>
  rex.kind === 'Call' ? rex.operator === 'CAST' && rex.operands.every(isCastLiteral) : rex.kind === 'Literal';
