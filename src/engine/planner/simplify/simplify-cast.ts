import { literal, type Rex, type RexCall, type RexLiteral } from '../../plan/rex.ts';
import { makeCast } from '../../plan/rex-build.ts';
import {
  isApproximate,
  isCharacter,
  isInteger,
  isInterval,
  isNumeric,
  isTimeAttribute,
  isTimestamp,
  type LogicalType,
  notNull,
  sameType,
  type TimestampType,
  withNullable,
} from '../../types/logical-type.ts';
import { holdsInteger, type Int64 } from '../../values/int64.ts';
import { timestampFrom, timestampMillis, timestampNanos } from '../../values/time.ts';

/** How many digits the planner counts for a number. */
const DIGITS: { readonly [root: string]: number } = {
  TINYINT: 3,
  SMALLINT: 5,
  INTEGER: 10,
  BIGINT: 19,
  FLOAT: 7,
  DOUBLE: 15,
};

/** Whether every value keeps its meaning in the other type, as the planner counts digits. */
function keepsAll(from: LogicalType, to: LogicalType): boolean {
  if (isInteger(from) && isInteger(to)) return DIGITS[to.root]! >= DIGITS[from.root]!;
  if (!isCharacter(to)) return false;
  if (isCharacter(from)) return !(from.root === 'VARCHAR' && to.root === 'CHAR') && from.length <= to.length;
  if (!isNumeric(from)) return false;
  if (from.root !== 'DECIMAL') return to.length >= DIGITS[from.root]! + 1;
  return to.length >= from.precision + 1 + (from.scale === 0 ? 0 : from.scale + 1);
}

/** Whether it is a cast that loses nothing. */
export function isLossless(rex: Rex): boolean {
  return rex.kind === 'Call' && rex.operator === 'CAST' && keepsAll(rex.operands[0]!.type, rex.type);
}

/** A cast of a cast that loses nothing is one cast, or none. */
export function withoutInnerCast(rex: RexCall): Rex {
  const inner = rex.operands[0]!;
  if (isAsNarrow(rex.type, inner.type)) return inner;
  if (inner.kind === 'Literal') return recast(inner, rex.type) ?? rex;
  if (inner.kind !== 'Call' || !isLossless(inner)) return rex;
  const value = inner.operands[0]!;
  // What is written and cast has been computed before.
  if (value.kind === 'Literal' && value.value !== null) return rex;
  const isPadded = inner.type.root === 'CHAR';
  if ((value.type.root === 'CHAR' || !isPadded) && isAsNarrow(rex.type, value.type)) return value;
  const keepsBlanks = rex.type.root === inner.type.root || rex.type.root === 'CHAR' || !isPadded;
  return keepsBlanks && canCast(value.type, rex.type) ? makeCast(value, rex.type) : rex;
}

/** A literal that is cast to another type of its kind and can be one there, never NULL; null for any other. */
function recast({ value, type: from, isLate }: RexLiteral, to: LogicalType): Rex | null {
  if (isLate) return null;
  if (from.root === 'TIMESTAMP' && to.root === 'TIMESTAMP')
    return isTimeAttribute(from) ? null : cutLiteral(value as Int64, from, to);
  if (value === null) return null;
  if (isInterval(from) && to.root === from.root) return literal(value, notNull(to));
  if (!isInteger(from)) return null;
  if (isInterval(to)) return literal(value, notNull(to));
  if (!isInteger(to)) return null;
  return holdsInteger(to.root, value as Int64) ? literal(value, notNull(to)) : null;
}

/** The planner cuts the digits of a literal, where a job that casts cuts toward 1970. */
function cutLiteral(value: Int64 | null, { precision }: TimestampType, to: TimestampType): Rex {
  if (value === null) return literal(null, to);
  const [millis, nanos] = [timestampMillis(value, precision), timestampNanos(value, precision)];
  return literal(timestampFrom(millis, nanos, to.precision), notNull(to));
}

/** The same type, or one that only is surer not to be NULL. */
const isAsNarrow = (wanted: LogicalType, given: LogicalType): boolean =>
  sameType(wanted, given) || (wanted.nullable && sameType(wanted, withNullable(given, true)));

/** Whether the planner knows a cast from a number or text to a type (`SqlTypeCoercionRule`), one that the job knows or not. */
function canCast(from: LogicalType, to: LogicalType): boolean {
  if (isCharacter(from)) return !CONSTRUCTED.has(to.root);
  if (isNumeric(to) || isCharacter(to) || isTimestamp(to)) return true;
  return isInterval(to) && !isApproximate(from);
}
const CONSTRUCTED: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'ROW', 'MULTISET', 'RAW', 'VARIANT']);
