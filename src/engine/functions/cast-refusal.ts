import { isInteroperable, partsOf, supportsExplicitCast } from '../types/implicit-cast.ts';
import {
  isBinary,
  isCharacter,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
} from '../types/logical-type.ts';
import { printType, printValidatorType } from '../types/print-type.ts';
import type { Misfit } from './function-definition.ts';

/** Why Flink's validator refuses a written CAST, or null. */
export function castProblem(from: LogicalType, to: LogicalType): Misfit | null {
  // The validator also lets DECIMAL, FLOAT and DOUBLE through to BOOLEAN, which Flink's own table does not know, but no interval to a number.
  const isUnread = isInterval(from) && isNumeric(to);
  if ((supportsExplicitCast(from, to) && !isUnread) || (to.root === 'BOOLEAN' && isNumeric(from)))
    return null;
  return {
    message: `Cast function cannot convert value of type ${printValidatorType(from)} to type ${printValidatorType(to)}`,
  };
}

/** Why the code generator refuses a cast that the validator or the planner let pass, or null. */
export function castRefusal(from: LogicalType, to: LogicalType): string | null {
  const advice = castAdvice(from, to);
  if (advice !== null) return `ValidationException: ${advice}`;
  if (!lacksRule(from, to) || isInteroperable(from, to)) return null;
  const isLegacy = from.root === 'INTEGER' && to.root === 'DATE';
  const words = isLegacy ? 'Only legacy cast behaviour supports cast' : 'Unsupported cast';
  return `CodeGenException: ${words} from '${printType(from)}' to '${printType(to)}'.`;
}

/** Whether none of Flink's rules casts from a type to another: a collection has one if all of its parts have. */
export function lacksRule(from: LogicalType, to: LogicalType): boolean {
  const isClock = to.root === 'DATE' || to.root === 'TIME' || isTimestamp(to);
  if (
    (isClock && (isNumeric(from) || isInterval(from) || isBinary(from))) ||
    (isInterval(to) && (from.root === 'DECIMAL' || isCharacter(from))) ||
    (isInterval(from) && (to.root === 'TINYINT' || to.root === 'SMALLINT' || to.root === 'DECIMAL')) ||
    (to.root === 'ARRAY' && isCharacter(from)) ||
    (from.root === to.root && from.nullable && !to.nullable && LEFT_ALONE.has(to.root))
  )
    return true;
  const targets = from.root === to.root ? partsOf(to) : [];
  return targets.some((target, i) => {
    const part = partsOf(from)[i] as LogicalType;
    // CASE lets collections meet whose parts cannot be cast.
    return !supportsExplicitCast(part, target) || lacksRule(part, target);
  });
}
/** Types that are not cast to themselves, unless it is to be as they are: not where NULL is to go. */
const LEFT_ALONE: ReadonlySet<string> = new Set(
  'BOOLEAN TINYINT SMALLINT INTEGER BIGINT FLOAT DOUBLE DATE TIME INTERVAL_MONTH INTERVAL_DAY VARIANT RAW'.split(
    ' ',
  ),
);

/** What Flink recommends instead of a cast between numbers and timestamps, or null. */
function castAdvice(from: LogicalType, to: LogicalType): string | null {
  const targets = partsOf(to);
  for (const [i, part] of from.root === to.root ? partsOf(from).entries() : []) {
    const advice = castAdvice(part, targets[i] as LogicalType);
    if (advice !== null) return advice;
  }
  if (isNumeric(from) && to.root === 'TIMESTAMP') {
    return "The cast from NUMERIC type to TIMESTAMP type is not allowed. It's recommended to use TO_TIMESTAMP(FROM_UNIXTIME(numeric_col)) instead, note the numeric is in seconds.";
  }
  if (isNumeric(from) && to.root === 'TIMESTAMP_LTZ') {
    return "The cast from NUMERIC type to TIMESTAMP_LTZ type is not allowed. It's recommended to use TO_TIMESTAMP_LTZ(numeric_col, precision) instead.";
  }
  if (from.root === 'TIMESTAMP' && isNumeric(to)) {
    return "The cast from TIMESTAMP type to NUMERIC type is not allowed. It's recommended to use UNIX_TIMESTAMP(CAST(timestamp_col AS STRING)) instead.";
  }
  return from.root === 'TIMESTAMP_LTZ' && isNumeric(to)
    ? 'The cast from TIMESTAMP_LTZ type to NUMERIC type is not allowed.'
    : null;
}
