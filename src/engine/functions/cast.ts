import { supportsAvoidingCast } from '../types/implicit-cast.ts';
import {
  isCharacter,
  isCollection,
  isInterval,
  isNumeric,
  isTimestamp,
  type LengthType,
  type LogicalType,
  MAX_LENGTH,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { encodeUtf8 } from '../values/bytes.ts';
import {
  decimalToBigInt,
  decimalToDouble,
  doubleToDecimal,
  exactToDecimal,
  fit,
  int64ToDecimal,
  parseExact,
  powerOf10,
  toDecimal,
} from '../values/decimal.ts';
import {
  canonical,
  divideInt64,
  doubleToInt32,
  doubleToInt64,
  floorDiv,
  floorMod,
  INTEGER_LIMITS,
  type Int64,
  remainderInt64,
  toDouble,
  toInt32,
  wrap64,
} from '../values/int64.ts';
import { javaDays } from '../values/java-date.ts';
import { internalMap } from '../values/java-map.ts';
import { parseDouble } from '../values/java-number.ts';
import { mapFromEntries } from '../values/map.ts';
import { printer } from '../values/print-value.ts';
import { RunError } from '../values/run-error.ts';
import { countCharacters, sliceCharacters } from '../values/text.ts';
import {
  civilFromDays,
  exactMillis,
  MILLIS_PER_DAY,
  timestampFrom,
  timestampNanos,
  timestampTruncated,
} from '../values/time.ts';
import { castTextToDate, castTextToTime, castTextToTimestamp, javaTrim } from '../values/time-text.ts';
import { fromLocal, fromLocalExact, toLocalExact } from '../values/zone.ts';
import { lacksRule } from './cast-refusal.ts';

/** Casts one non-NULL value. */
export type Cast = (value: Value) => Value;
export interface CastOptions {
  /** TRY_CAST: a failure is NULL. */
  readonly isTry?: boolean;
  /** The session's time zone. */
  readonly zone: string;
  /** Whether it is an array or a map that is put together in place: Flink then holds it as bytes. */
  readonly isPutTogether?: boolean;
}

/** The function that casts non-NULL values, in the manner of Flink's cast rules; failures throw `RunError` in Flink's words. */
export function castImplementation(from: LogicalType, to: LogicalType, options: CastOptions): Cast {
  const target = withNullable(to, from.nullable);
  // Collections of which a part has no rule stay as they are.
  if (supportsAvoidingCast(from, target) || (from.root === to.root && lacksRule(from, target)))
    return identity;
  const cast = castRule(from, to, options.zone, options.isPutTogether);
  if (options.isTry !== true || !canFail(from, to)) return cast;
  return (value) => {
    try {
      return cast(value);
    } catch (error) {
      if (error instanceof RunError) return null;
      throw error;
    }
  };
}

function canFail(from: LogicalType, to: LogicalType): boolean {
  if (isCharacter(from)) return !isCharacter(to);
  return isCollection(from) || from.root === 'ROW';
}

const identity: Cast = (value) => value;

function castRule(from: LogicalType, to: LogicalType, zone: string, isPutTogether = false): Cast {
  switch (to.root) {
    case 'CHAR':
    case 'VARCHAR':
      return toText(from, to, zone);
    case 'BINARY':
    case 'VARBINARY':
      return toBinary(from, to);
    case 'BOOLEAN':
      if (isCharacter(from)) return textToBoolean;
      return isNumeric(from) ? (value) => value !== 0 : identity;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'INTERVAL_MONTH':
    case 'INTERVAL_DAY':
      return toInteger(from, to.root);
    case 'FLOAT':
    case 'DOUBLE':
      return toFloating(from, to.root === 'FLOAT');
    case 'DECIMAL':
      return toDecimalType(from, to.precision, to.scale);
    case 'DATE':
      return toDate(from, zone);
    case 'TIME':
      return toTime(from, zone);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return toTimestamp(from, to.root === 'TIMESTAMP_LTZ', to.precision, zone);
    case 'ARRAY': {
      if (from.root !== 'ARRAY') return identity;
      const element = castPart(from.element, to.element, zone, isPutTogether);
      return (value) => (value as readonly Value[]).map(element);
    }
    case 'ROW': {
      if (from.root !== 'ROW') return identity;
      const fields = to.fields.map((field, i) =>
        nullable(castRule(from.fields[i]?.type ?? field.type, field.type, zone)),
      );
      return (value) => fields.map((field, i) => field((value as readonly Value[])[i] ?? null));
    }
    case 'MAP': {
      if (from.root !== 'MAP') return identity;
      const key = castPart(from.key, to.key, zone, isPutTogether);
      const item = castPart(from.value, to.value, zone, isPutTogether);
      const keyType = to.key;
      return (value) =>
        internalMap(
          [...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [key(k), item(v)] as const),
          keyType,
        );
    }
    case 'MULTISET': {
      if (from.root !== 'MULTISET') return identity;
      const key = nullable(castRule(from.element, to.element, zone));
      const keyType = to.element;
      return (value) =>
        mapFromEntries(
          [...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [key(k), v] as const),
          keyType,
        );
    }
    default:
      return identity;
  }
}

/**
 * The cast of what is in an array or a map. Where it may not be NULL, Flink does not ask whether it is: from bytes a text that is not there is read as empty, a number as
 * 0; from objects a number is not read at all, nor the length of a text.
 */
function castPart(from: LogicalType, to: LogicalType, zone: string, isPutTogether = false): Cast {
  const cast = castRule(from, to, zone, isPutTogether);
  if (to.nullable) return nullable(cast);
  if (isCharacter(from)) {
    const isMeasured = isCharacter(to) && (to.root === 'CHAR' || to.length < from.length);
    return isMeasured && !isPutTogether ? orFail(cast, NO_TEXT) : (value) => cast(value ?? '');
  }
  const unboxing = UNBOXING[from.root];
  if (unboxing === undefined && from.root !== 'DECIMAL' && !isTimestamp(from)) return nullable(cast);
  if (isPutTogether) return (value) => cast(value ?? (from.root === 'BOOLEAN' ? false : 0));
  if (unboxing === undefined) return nullable(cast);
  return orFail(cast, missing(`java.lang.${unboxing}()`, 'GenericArrayData.getObject(int)'));
}

const missing = (call: string, given: string): string =>
  `NullPointerException: Cannot invoke "${call}" because the return value of "org.apache.flink.table.data.${given}" is null`;
const NO_TEXT = missing(
  'org.apache.flink.table.data.binary.BinaryStringData.numChars()',
  'ArrayData.getString(int)',
);

function orFail(cast: Cast, problem: string): Cast {
  return (value) => {
    if (value === null) throw new RunError(problem);
    return cast(value);
  };
}
const UNBOXING: { readonly [root: string]: string } = {
  BOOLEAN: 'Boolean.booleanValue',
  TINYINT: 'Byte.byteValue',
  SMALLINT: 'Short.shortValue',
  INTEGER: 'Integer.intValue',
  BIGINT: 'Long.longValue',
  FLOAT: 'Float.floatValue',
  DOUBLE: 'Double.doubleValue',
  DATE: 'Integer.intValue',
  TIME: 'Integer.intValue',
};

const nullable =
  (cast: Cast): Cast =>
  (value) =>
    value === null ? null : cast(value);

// ---------------------------------------------------------------- text

function toText(from: LogicalType, to: LengthType, zone: string): Cast {
  const print = isCharacter(from) ? identity : printer(from, zone, true);
  const { length } = to;
  const isFixed = to.root === 'CHAR';
  if (length === MAX_LENGTH || (!isFixed && isCharacter(from) && from.length <= length)) return print;
  return (value) => {
    const text = print(value) as string;
    const size = countCharacters(text);
    if (size > length) return sliceCharacters(text, 0, length);
    return isFixed ? text + ' '.repeat(length - size) : text;
  };
}

function toBinary(from: LogicalType, to: LengthType): Cast {
  const { length } = to;
  const isFixed = to.root === 'BINARY' && length < MAX_LENGTH;
  const fitLength = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length === length || (bytes.length < length && !isFixed)) return bytes;
    const result = new Uint8Array(length);
    result.set(bytes.subarray(0, length));
    return result;
  };
  if (from.root === 'CHAR' || from.root === 'VARCHAR')
    return (value) => fitLength(encodeUtf8(value as string));
  if (!isFixed && (from.root === 'BINARY' || from.root === 'VARBINARY') && from.length <= length)
    return identity;
  return (value) => fitLength(value as Uint8Array);
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['f', 'false', 'n', 'no', '0']);
function textToBoolean(value: Value): boolean {
  const word = (value as string).toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  throw new RunError(`TableException: Cannot parse '${value as string}' as BOOLEAN.`);
}

// ---------------------------------------------------------------- numbers

type IntegerRoot = 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' | 'INTERVAL_MONTH' | 'INTERVAL_DAY';
const LIMITS: Record<IntegerRoot, readonly [low: bigint, high: bigint]> = {
  ...INTEGER_LIMITS,
  INTERVAL_MONTH: INTEGER_LIMITS.INTEGER,
  INTERVAL_DAY: INTEGER_LIMITS.BIGINT,
};

/** Java's narrowing of a 32-bit integer. */
export function narrow(value: number, root: IntegerRoot): number {
  return root === 'TINYINT' ? (value << 24) >> 24 : root === 'SMALLINT' ? (value << 16) >> 16 : value | 0;
}

function toInteger(from: LogicalType, root: IntegerRoot): Cast {
  const isLong = root === 'BIGINT' || root === 'INTERVAL_DAY';
  if (isCharacter(from)) return (value) => textToInteger((value as string).replace(/^ +| +$/g, ''), root);
  if (from.root === 'BOOLEAN') return (value) => (value === true ? 1 : 0);
  if (from.root === 'FLOAT' || from.root === 'DOUBLE') {
    return isLong
      ? (value) => doubleToInt64(value as number)
      : (value) => narrow(doubleToInt32(value as number), root);
  }
  if (from.root === 'DECIMAL') {
    const { scale } = from;
    return isLong
      ? (value) => wrap64(decimalToBigInt(value as Int64, scale))
      : (value) => narrow(Number(BigInt.asIntN(32, decimalToBigInt(value as Int64, scale))), root);
  }
  return isLong ? identity : (value) => narrow(toInt32(value as Int64), root);
}

function textToInteger(text: string, root: IntegerRoot): Int64 {
  const fail = (reason: string): never => {
    throw new RunError(`NumberFormatException: For input string: '${text}'. ${reason}`);
  };
  if (text === '') fail('Input is empty.');
  if (text === '-' || text === '+') fail('Input has only positive or negative symbol.');
  const match = /^([+-]?)(\d*)(.*)$/s.exec(text);
  const [, sign = '', digits = '', rest = ''] = match ?? [];
  const value = BigInt(`${sign === '-' ? '-' : ''}${digits || '0'}`);
  const [low, high] = root === 'BIGINT' || root === 'INTERVAL_DAY' ? LIMITS.BIGINT : LIMITS.INTEGER;
  // Digits are read one by one: an overflow is noticed before a wrong character behind it, but the lone positive limit only at the end.
  if (value < low || value > high + 1n) fail('Overflow.');
  if (rest !== '' && !/^\.\d*$/.test(rest)) fail('Invalid character found.');
  const [rootLow, rootHigh] = LIMITS[root];
  if (value > high || value < rootLow || value > rootHigh) fail('Overflow.');
  return canonical(value);
}

function toFloating(from: LogicalType, isFloat: boolean): Cast {
  const round = isFloat ? Math.fround : (x: number): number => x;
  if (isCharacter(from)) {
    return (value) => {
      const text = javaTrim(value as string);
      const number = parseDouble(text);
      if (number === null)
        throw new RunError(
          `NumberFormatException: ${text === '' ? 'empty String' : `For input string: "${text}"`}`,
        );
      return round(number);
    };
  }
  if (from.root === 'BOOLEAN') return (value) => (value === true ? 1 : 0);
  if (from.root === 'DECIMAL') return (value) => round(decimalToDouble(value as Int64, from.scale));
  return (value) => round(toDouble(value as Int64));
}

function toDecimalType(from: LogicalType, precision: number, scale: number): Cast {
  if (isCharacter(from)) return (value) => textToDecimal(value as string, precision, scale);
  if (from.root === 'DECIMAL') return (value) => toDecimal(value as Int64, from.scale, precision, scale);
  if (from.root === 'FLOAT' || from.root === 'DOUBLE')
    return (value) => doubleToDecimal(value as number, precision, scale);
  if (from.root === 'BOOLEAN') return (value) => int64ToDecimal(value === true ? 1 : 0, precision, scale);
  return (value) => int64ToDecimal(value as Int64, precision, scale);
}

/** Precision up to which Flink keeps a DECIMAL in a `long` and parses it by hand. */
const MAX_LONG_DIGITS = 18;

function textToDecimal(text: string, precision: number, scale: number): Int64 {
  const bytes = encodeUtf8(text);
  const isBig = precision > MAX_LONG_DIGITS || bytes.length > MAX_LONG_DIGITS;
  const value = isBig
    ? bigTextToDecimal(text, precision, scale)
    : shortTextToDecimal(String.fromCharCode(...bytes), precision, scale);
  if (value === null) throw new RunError(`NumberFormatException: For input string: '${text}'. Overflow.`);
  return value;
}
function bigTextToDecimal(text: string, precision: number, scale: number): Int64 | null {
  // A text of nothing but blanks is left as it is.
  const trimmed = text.replace(/^[ \n\t]+(?=[^ \n\t])|(?<=[^ \n\t])[ \n\t]+$/g, '');
  const exact = parseExact(trimmed);
  if (exact === null) throw new RunError(bigDecimalComplaint(trimmed));
  return exactToDecimal(exact, precision, scale);
}
/** What Java's BigDecimal has to say of a text that is no number. */
function bigDecimalComplaint(text: string): string {
  const unsigned = text.replace(/^[+-]/, '');
  const wrong = unsigned.slice(/^\d*\.?\d*/.exec(unsigned)![0].length);
  if (wrong.startsWith('.'))
    return 'NumberFormatException: Character array contains more than one decimal point.';
  if (/^e[+-]?$/i.test(wrong)) return 'NumberFormatException: No exponent digits.';
  if (/^e[+-]?\d*\D/i.test(wrong)) return 'NumberFormatException: Not a digit.';
  if (/^(?:e|$)/i.test(wrong)) return 'NumberFormatException: No digits found.';
  return unsigned.length > MAX_LONG_DIGITS
    ? 'NumberFormatException: Character array is missing "e" notation exponential mark.'
    : `NumberFormatException: Character ${wrong.charAt(0).replace(/[\uD800-\uDFFF]/, '?')} is neither a decimal digit number, decimal point, nor "e" notation exponential mark.`;
}
/** `BinaryStringDataUtil.toDecimalFromBytes` on UTF-8 bytes, which lets one wrong character after the digits pass. */
function shortTextToDecimal(text: string, precision: number, scale: number): Int64 | null {
  const start = /^[ \n\t]*/.exec(text)?.[0].length ?? 0;
  let at = start;
  if (at === text.length) return null;
  const isNegative = text[at] === '-';
  if (isNegative || text[at] === '+') {
    at++;
    if (at === text.length) return null;
  }
  let digits = '';
  let point = -1;
  let character = '';
  while (at < text.length) {
    character = text.charAt(at++);
    if (character >= '0' && character <= '9') digits += character;
    else if (character === '.') {
      if (point >= 0) return null;
      point = digits.length;
    } else break;
  }
  if (point < 0) point = digits.length;
  let exponent = 0;
  if ((character === 'e' || character === 'E') && at < text.length) {
    const isDown = text[at] === '-';
    if (isDown || text[at] === '+') {
      at++;
      if (at === text.length) return null;
    }
    let size = 0;
    while (at < text.length) {
      character = text.charAt(at++);
      if (character < '0' || character > '9') break;
      if (size < 40) size = size * 10 + Number(character);
    }
    exponent = isDown ? -size : size;
  }
  exponent -= digits.length - point;
  if (!/^[ \n\t]*$/.test(text.slice(at))) return null;
  const change = exponent + scale;
  if (digits.length + change > precision) return null;
  let value = BigInt(digits || '0');
  if (change >= 0) value *= powerOf10(change);
  else value = (value + 5n * listedPowerOf10(-change - 1)) / listedPowerOf10(-change);
  return fit(isNegative ? -value : value, MAX_LONG_DIGITS + 1);
}

/** The powers that a `long` holds are in a list, of which a number of many digits behind the point falls off. */
function listedPowerOf10(exponent: number): bigint {
  if (exponent <= MAX_LONG_DIGITS) return powerOf10(exponent);
  throw new RunError(
    `ArrayIndexOutOfBoundsException: Index ${exponent} out of bounds for length ${MAX_LONG_DIGITS + 1}`,
  );
}

// ---------------------------------------------------------------- dates and times

const truncateToSecond = (millis: number): number => Math.trunc(millis / 1000) * 1000;

function toDate(from: LogicalType, zone: string): Cast {
  if (isCharacter(from)) {
    return (value) => {
      const days = castTextToDate(value as string);
      if (days === null) throw new RunError(`DateTimeException: For input string: '${value as string}'.`);
      return days;
    };
  }
  if (from.root === 'TIMESTAMP')
    return (value) => toInt32(divideInt64(exactMillis(value as Int64, from.precision), MILLIS_PER_DAY));
  if (from.root === 'TIMESTAMP_LTZ')
    return (value) =>
      dayOfMoment(floorDiv(toLocalExact(zone, exactMillis(value as Int64, from.precision)), MILLIS_PER_DAY));
  return identity;
}

/** The day is found by its year, month and day, which far from today is another in 32 bits. */
function dayOfMoment(days: Int64): number {
  if (days > -700_000 && days < 2_900_000) return days as number;
  const { year, month, day } = civilFromDays(Number(days));
  return javaDays(year, month, day);
}

function toTime(from: LogicalType, zone: string): Cast {
  if (isCharacter(from)) {
    return (value) => {
      const millis = castTextToTime(value as string);
      if (millis === null) {
        throw new RunError(
          `DateTimeException: Invalid time format: '${value as string}'. Expected format: HH:mm:ss[.fff] where HH is 00-23, mm is 00-59, ss is 00-59`,
        );
      }
      return truncateToSecond(millis);
    };
  }
  if (from.root === 'TIMESTAMP')
    return (value) =>
      truncateToSecond(Number(remainderInt64(exactMillis(value as Int64, from.precision), MILLIS_PER_DAY))) +
      0;
  if (from.root === 'TIMESTAMP_LTZ')
    return (value) =>
      truncateToSecond(
        floorMod(toLocalExact(zone, exactMillis(value as Int64, from.precision)), MILLIS_PER_DAY),
      );
  return identity;
}

function toTimestamp(from: LogicalType, isLocal: boolean, precision: number, zone: string): Cast {
  const fromWall = isLocal
    ? (millis: number): number => fromLocal(zone, millis)
    : (millis: number): number => millis;
  if (isCharacter(from)) {
    return (value) => {
      const { millis, nanos } = castTextToTimestamp(value as string);
      return timestampFrom(fromWall(millis), nanos, precision);
    };
  }
  if (from.root === 'DATE')
    return (value) => timestampFrom(fromWall((value as number) * MILLIS_PER_DAY), 0, precision);
  if (from.root === 'TIME') return (value) => timestampFrom(fromWall(value as number), 0, precision);
  if (!isTimestamp(from)) return identity;
  const isPlain = from.precision <= 3 && precision >= from.precision && precision <= 3;
  if (from.root === (isLocal ? 'TIMESTAMP_LTZ' : 'TIMESTAMP') && isPlain) return identity;
  const adapt = precision < from.precision ? timestampTruncated : timestampFrom;
  const move = movedTo(from.root === 'TIMESTAMP_LTZ', isLocal, zone);
  return (value) =>
    adapt(
      move(exactMillis(value as Int64, from.precision)),
      timestampNanos(value as Int64, from.precision),
      precision,
    );
}

/** Between a moment and the wall clock that shows it. */
function movedTo(fromLocal: boolean, isLocal: boolean, zone: string): (millis: Int64) => Int64 {
  if (fromLocal === isLocal) return (millis) => millis;
  return isLocal ? (millis) => fromLocalExact(zone, millis) : (millis) => toLocalExact(zone, millis);
}

/** Whether a cast leaves every value as it is, so no code is needed for it. */
export function isNoOpCast(from: LogicalType, to: LogicalType): boolean {
  return (
    castRule(withNullable(from, true), withNullable(to, true), 'UTC') === identity ||
    (isInterval(from) && from.root === to.root)
  );
}
