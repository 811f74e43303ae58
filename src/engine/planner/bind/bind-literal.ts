import type { SqlError } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { exceededField, parseInterval, UNIT_MILLIS, UNIT_MONTHS } from '../../plan/interval-literal.ts';
import { literal, type Rex } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import {
  BIGINT,
  BOOLEAN,
  binary,
  char,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  intervalDay,
  intervalMonth,
  isInterval,
  type LogicalType,
  NULL,
  notNull,
  time,
  timestamp,
  timestampLtz,
} from '../../types/logical-type.ts';
import { canonical, type Int64, toInt32, wrap64 } from '../../values/int64.ts';
import {
  parseDate,
  parseTime,
  parseTimestamp,
  timestampFrom,
  timestampMillis,
  timestampNanos,
} from '../../values/time.ts';

/** Makes a refusal of the validator at a place. */
export type Fail = (span: Span, code: string, message: string, exception?: string) => SqlError;

/** Takes note of a literal whose value does not fit; may throw. */
export type Refuse = (error: SqlError) => void;

/** A literal with its type. */
export function bindLiteral(node: Ast.Literal, fail: Fail, refuse: Refuse): Rex {
  switch (node.type) {
    case 'number':
      return bindNumber({ literal: node, isNegative: false, span: node.span }, fail, refuse);
    case 'string':
      return literal(node.value, notNull(char(node.value.length)));
    case 'binary': {
      const bytes = Uint8Array.from(node.value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      return literal(bytes, notNull(binary(bytes.length)));
    }
    case 'boolean':
      return literal(node.value.toUpperCase() === 'TRUE', notNull(BOOLEAN));
    case 'unknown':
      return literal(null, BOOLEAN);
    case 'null':
      return literal(null, NULL);
    case 'date': {
      const days = parseDate(node.value);
      if (days === null) throw badLiteral(node, 'DATE', "'yyyy-MM-dd'", fail);
      return literal(days, notNull(DATE));
    }
    case 'time': {
      const parsed = parseTime(node.value);
      if (parsed === null) throw badLiteral(node, 'TIME', "'HH:mm:ss'", fail);
      return literal(parsed.ms, notNull(time(parsed.digits)));
    }
    case 'timestamp':
    case 'timestamp_ltz': {
      const parsed = parseTimestamp(node.value) ?? parseTimestamp(`${node.value} 00:00:00`);
      if (parsed === null)
        throw badLiteral(
          node,
          node.type === 'timestamp' ? 'TIMESTAMP' : 'TIMESTAMP WITH LOCAL TIME ZONE',
          "'yyyy-MM-dd HH:mm:ss'",
          fail,
        );
      return literal(
        parsed.value,
        notNull(node.type === 'timestamp' ? timestamp(parsed.digits) : timestampLtz(parsed.digits)),
      );
    }
  }
}

function badLiteral(node: Ast.Literal, type: string, format: string, fail: Fail): SqlError {
  return fail(
    node.span,
    'bad-literal',
    `Illegal ${type} literal '${node.value}': not in format ${format}`,
    'CalciteException',
  );
}

/** A number with the signs before it. */
interface SignedNumber {
  readonly literal: Ast.Literal;
  readonly isNegative: boolean;
  /** Of the signs, too. */
  readonly span: Span;
}

/** `-5` and `-(-5)` are numbers to the parser, `-x` is not; null for anything but a number. */
export function signedNumber(node: Ast.Expression): SignedNumber | null {
  if (node.kind === 'Literal' && node.type === 'number')
    return { literal: node, isNegative: false, span: node.span };
  if (node.kind !== 'Call' || node.syntax === 'function' || node.args.length !== 1) return null;
  const isMinus = node.name === '-';
  const inner = isMinus || node.name === '+' ? signedNumber(node.args[0]!) : null;
  return (
    inner && { ...inner, isNegative: inner.isNegative !== isMinus, span: isMinus ? node.span : inner.span }
  );
}

/** A number with its sign; one that has too many digits still has a type. */
export function bindNumber(
  { literal: node, isNegative, span }: SignedNumber,
  fail: Fail,
  refuse: Refuse,
): Rex {
  const text = node.value;
  const sign = isNegative ? -1n : 1n;
  const outOfRange = (written: string): SqlError =>
    fail(span, 'number-out-of-range', `Numeric literal '${isNegative ? '-' : ''}${written}' out of range`);
  if (/[eE]/.test(text)) {
    const value = Number(text) * Number(sign) || 0;
    if (!Number.isFinite(value)) refuse(outOfRange(text.toUpperCase().replace('+', '')));
    return literal(value, notNull(DOUBLE));
  }
  const [whole = '', fraction = ''] = text.split('.');
  // Calcite counts the digits as they are written, a zero before the point too.
  const precision = whole.length + fraction.length;
  const unscaled = sign * BigInt(whole + fraction || '0');
  if ((fraction !== '' && precision > 38) || BigInt.asIntN(64, unscaled) !== unscaled)
    refuse(outOfRange(text));
  const type =
    fraction !== ''
      ? decimal(precision, fraction.length)
      : BigInt.asIntN(32, unscaled) === unscaled
        ? INTEGER
        : BIGINT;
  return literal(canonical(unscaled), notNull(type));
}

/** An interval: months, or milliseconds. */
export function bindInterval(
  { value, quoted, negative, qualifier, span }: Ast.IntervalLiteral,
  fail: Fail,
  refuse: Refuse,
): Rex {
  const name = intervalName(qualifier);
  const parsed = parseInterval(value, qualifier);
  const exceeded = exceededField(value, qualifier);
  if (parsed === null)
    refuse(fail(span, 'bad-interval', `Illegal interval literal format '${value}' for INTERVAL ${name}`));
  else if (exceeded !== null)
    refuse(
      fail(
        span,
        'interval-precision',
        `Interval field value ${exceeded.toLocaleString('en-US')} exceeds precision of ${qualifier.from}(${qualifier.precision ?? 2}) field`,
      ),
    );
  const isMonths = ['YEAR', 'QUARTER', 'MONTH'].includes(qualifier.from);
  const size = parsed ?? 0;
  const made = literal(negative ? -size : size, notNull(isMonths ? intervalMonth(name) : intervalDay(name)));
  const times = Number(value);
  return !quoted && !negative && Number.isInteger(times) && times > 0 ? { ...made, times } : made;
}

/** Casts of literals that Calcite makes itself, with other results than Flink's casts at run time. */
export function recastLiteral(operand: Rex, type: LogicalType): Rex | null {
  if (operand.kind !== 'Literal' || operand.value === null) return null;
  const from = operand.type;
  if ((from.root === 'INTEGER' || from.root === 'BIGINT' || from.root === 'DECIMAL') && isInterval(type)) {
    const unit = type.unit.replace(/[ (].*/, '');
    const size = UNIT_MONTHS[unit] ?? UNIT_MILLIS[unit];
    if (size === undefined) return null;
    const scale = from.root === 'DECIMAL' ? from.scale : 0;
    const units = wrap64((BigInt(operand.value as Int64) * BigInt(size)) / 10n ** BigInt(scale));
    return literal(type.root === 'INTERVAL_MONTH' ? toInt32(units) : units, type);
  }
  if (from.root === 'TIMESTAMP' && type.root === 'TIMESTAMP' && type.precision !== from.precision) {
    const value = operand.value as Int64;
    const [millis, nanos] = [timestampMillis(value, from.precision), timestampNanos(value, from.precision)];
    return literal(timestampFrom(millis, nanos, type.precision), type);
  }
  return null;
}

function intervalName(qualifier: Ast.IntervalQualifier): string {
  const precision =
    qualifier.precision === null
      ? ''
      : qualifier.from === 'SECOND' && qualifier.fraction !== null
        ? `(${qualifier.precision}, ${qualifier.fraction})`
        : `(${qualifier.precision})`;
  const to =
    qualifier.to === null
      ? ''
      : ` TO ${qualifier.to}${qualifier.fraction === null ? '' : `(${qualifier.fraction})`}`;
  return `${qualifier.from}${precision}${to}`;
}
