import { isInterval, isTimestamp, type LogicalType, type Value } from '../../types/logical-type.ts';
import { addInt64, divideInt64, floorDiv, type Int64 } from '../../values/int64.ts';
import { javaDate, javaDays, javaWeek, javaWeekday, meeusDate } from '../../values/java-date.ts';
import { RunError } from '../../values/run-error.ts';
import {
  exactMillis,
  isoDayOfWeek,
  MILLIS_PER_DAY,
  timestampFrom,
  timestampMillis,
  timestampNanos,
} from '../../values/time.ts';
import { legacyOffsetAt } from '../../values/zone.ts';
import { type Implementation, NOT_COMPILABLE } from '../function-definition.ts';

/** EXTRACT and FLOOR/CEIL to a unit, as `DateTimeUtils` of Flink computes them (mistakes before 1970 included). */
type Evaluate = Implementation['evaluate'];

const MILLIS: Readonly<Record<string, number>> = {
  MILLISECOND: 1,
  SECOND: 1000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: MILLIS_PER_DAY,
};
/** Units that Flink rounds to as though they were so many milliseconds: twelve months, and what is less than one. */
const TAKEN_FOR_MILLIS: Readonly<Record<string, number>> = { ISOYEAR: 12, MICROSECOND: 0, NANOSECOND: 0 };
function roundMillis(millis: number, size: number, isFloor: boolean): number {
  if (size === 0) throw new RunError('ArithmeticException: / by zero');
  return (isFloor ? Math.floor(millis / size) : Math.ceil(millis / size)) * size;
}
/** Why no code is made that rounds a value to a unit, or null. */
export function refuseUnit({ root }: LogicalType, unit: string): string | null {
  if (root === 'DATE') return null;
  if (/^(?:EPOCH|DO[WY]|ISODOW)$/.test(unit))
    return 'NullPointerException: Cannot invoke "java.math.BigDecimal.intValue()" because "unit$1.startUnit.multiplier" is null';
  return root === 'TIMESTAMP_LTZ' && unit in TAKEN_FOR_MILLIS ? NOT_COMPILABLE : null;
}
const WEEK_DAYS = 7;

/** The start of the unit that holds a day, or of the next one. */
function dayBoundary(unit: string, days: number, isFloor: boolean): number {
  const { year, month, day } = meeusDate(days);
  const up = isFloor ? 0 : 1;
  switch (unit) {
    case 'MILLENNIUM':
      return isFloor
        ? javaDays(1000 * Math.trunc((year + 999) / 1000) - 999, 1, 1)
        : javaDays(1000 * Math.trunc((year + 999) / 1000) + 1, 1, 1);
    case 'CENTURY':
      return isFloor
        ? javaDays(100 * Math.trunc((year + 99) / 100) - 99, 1, 1)
        : javaDays(100 * Math.trunc((year + 99) / 100) + 1, 1, 1);
    case 'DECADE':
      return javaDays(10 * (Math.trunc(year / 10) + up), 1, 1);
    case 'YEAR':
      return javaDays(!isFloor && (month > 1 || day > 1) ? year + 1 : year, 1, 1);
    case 'QUARTER': {
      const quarter = Math.trunc((month + 2) / 3) + (!isFloor && (month > 1 || day > 1) ? 1 : 0);
      return startOfMonth(year, quarter * 3 - 2);
    }
    case 'MONTH':
      return startOfMonth(year, !isFloor && day > 1 ? month + 1 : month);
    case 'WEEK': {
      const sinceSunday = isoDayOfWeek(days) % WEEK_DAYS;
      return (
        javaDays(year, month, day) - (isFloor || sinceSunday === 0 ? sinceSunday : sinceSunday - WEEK_DAYS)
      );
    }
    case 'DAY':
      // CEIL of a DATE to DAY is the next day, always.
      return javaDays(year, month, day) + up;
    default:
      return days;
  }
}
const startOfMonth = (year: number, month: number): number =>
  month > 12 && month < 16 ? javaDays(year + 1, month - 12, 1) : javaDays(year, month, 1);

function boundaryMillis(unit: string, millis: number, offset: number, isFloor: boolean): number {
  const local = millis + offset;
  const size = MILLIS[unit] ?? TAKEN_FOR_MILLIS[unit];
  if (size !== undefined) return roundMillis(local, size, isFloor) - offset;
  return dayBoundary(unit, Math.trunc(local / MILLIS_PER_DAY), isFloor) * MILLIS_PER_DAY - offset;
}

function toUnit(type: LogicalType, unit: string, zone: string, isFloor: boolean): Evaluate {
  if (type.root === 'DATE')
    return (days: number) =>
      MILLIS[unit] !== undefined && unit !== 'DAY' ? days : dayBoundary(unit, days, isFloor);
  if (type.root === 'TIME') {
    const size = unit === 'DAY' ? 1 : (MILLIS[unit] ?? TAKEN_FOR_MILLIS[unit]);
    // Flink takes the milliseconds for a count of days where the unit is longer than a day.
    return size === undefined
      ? (time: number) => dayBoundary(unit, time, isFloor)
      : (time: number) => roundMillis(time, size, isFloor);
  }
  if (isTimestamp(type)) {
    const { precision } = type;
    const isLocal = type.root === 'TIMESTAMP_LTZ';
    return (value: Int64) => {
      const millis = timestampMillis(value, precision);
      if (unit === 'MILLISECOND' && !isLocal)
        return timestampFrom(
          millis + (!isFloor && timestampNanos(value, precision) > 0 ? 1 : 0),
          0,
          precision,
        );
      return timestampFrom(
        boundaryMillis(unit, millis, isLocal ? legacyOffsetAt(zone, millis) : 0, isFloor),
        0,
        precision,
      );
    };
  }
  if (isInterval(type)) {
    const size = type.root === 'INTERVAL_MONTH' ? (unit === 'YEAR' ? 12 : 1) : (MILLIS[unit] ?? 1);
    return (value: Int64) =>
      (isFloor ? Number(floorDiv(value, size)) : -Number(floorDiv(-BigInt(value), size))) * size;
  }
  return (value: Value) => value;
}

export const floorTo = (type: LogicalType, unit: string, zone: string): Evaluate =>
  toUnit(type, unit, zone, true);
export const ceilTo = (type: LogicalType, unit: string, zone: string): Evaluate =>
  toUnit(type, unit, zone, false);

/** A field of a date; null for units a date does not have. */
export function dateField(unit: string, days: number): number | null {
  const { year, month, day } = javaDate(days);
  switch (unit) {
    case 'YEAR':
      return year;
    case 'QUARTER':
      return ((month + 2) / 3) | 0;
    case 'MONTH':
      return month;
    case 'DAY':
      return day;
    case 'WEEK':
      return javaWeek(days);
    case 'ISOYEAR': {
      const week = javaWeek(days);
      return week === 1 && month === 12 ? year + 1 : week > 50 && month === 1 ? year - 1 : year;
    }
    case 'DOW':
      return (javaWeekday(days) % WEEK_DAYS) + 1;
    case 'ISODOW':
      return javaWeekday(days);
    case 'DOY':
      return ((days - javaDays(year, 1, 1)) | 0) + 1;
    case 'DECADE':
      return Math.trunc(year / 10);
    case 'CENTURY':
      return year > 0 ? Math.floor((year + 99) / 100) : Math.ceil((year - 99) / 100);
    case 'MILLENNIUM':
      return year > 0 ? Math.floor((year + 999) / 1000) : Math.ceil((year - 999) / 1000);
    default:
      return null;
  }
}

/** A field of a wall clock in milliseconds: integer division truncates, so times before 1970 have negative clock fields. */
function clockField(unit: string, millis: number, nanos: number): number {
  const within = (size: number, divisor: number): number => Math.trunc((millis % size) / divisor) + 0;
  switch (unit) {
    case 'EPOCH':
      return Math.trunc(millis / 1000) + 0;
    case 'HOUR':
      return within(MILLIS_PER_DAY, 3_600_000);
    case 'MINUTE':
      return within(3_600_000, 60_000);
    case 'SECOND':
      return within(60_000, 1000);
    case 'MILLISECOND':
      return within(1000, 1);
    case 'MICROSECOND':
      return within(1000, 1) * 1000 + Math.trunc(nanos / 1000);
    case 'NANOSECOND':
      return within(1000, 1) * 1_000_000 + nanos;
    default:
      return dateField(unit, Math.trunc(millis / MILLIS_PER_DAY)) ?? 0;
  }
}

/** EXTRACT(unit FROM value) on non-NULL values. */
export function extract(unit: string, type: LogicalType, zone: string): Evaluate {
  if (type.root === 'DATE') {
    return (days: number) => {
      if (unit === 'EPOCH') return days * 86400;
      // Flink looks for the fields of a clock in the number of days.
      return dateField(unit, days) ?? clockField(unit, days, 0);
    };
  }
  if (type.root === 'TIME') return (time: number) => clockField(unit, time, 0);
  if (type.root === 'INTERVAL_MONTH') {
    return (months: number) => {
      if (unit === 'YEAR') return Math.trunc(months / 12) + 0;
      if (unit === 'QUARTER') return Math.trunc((months % 12) / 3) + 1;
      if (unit === 'MONTH') return (months % 12) + 0;
      if (unit === 'CENTURY') return Math.trunc(months / 1200) + 0;
      if (unit === 'MILLENNIUM') return Math.trunc(months / 12_000) + 0;
      throw new RunError(`CodeGenException: Unit '${unit}' can not be applied to '${type.root}'.`);
    };
  }
  if (type.root === 'INTERVAL_DAY') {
    return (millis: Int64) =>
      unit === 'DAY' ? Math.trunc(Number(millis) / MILLIS_PER_DAY) + 0 : clockField(unit, Number(millis), 0);
  }
  if (isTimestamp(type)) {
    const { precision } = type;
    const isLocal = type.root === 'TIMESTAMP_LTZ';
    return (value: Int64) => {
      const utc = exactMillis(value, precision);
      const millis = isLocal ? addInt64(utc, legacyOffsetAt(zone, Number(utc))) : utc;
      if (typeof millis === 'number') return clockField(unit, millis, timestampNanos(value, precision));
      // Centuries beyond the safe integers: days and the time of day each are within.
      const [days, ofDay] = [divideInt64(millis, MILLIS_PER_DAY), Number(millis % BigInt(MILLIS_PER_DAY))];
      if (unit === 'EPOCH') return divideInt64(millis, 1000);
      return dateField(unit, Number(days)) ?? clockField(unit, ofDay, timestampNanos(value, precision));
    };
  }
  return () => null;
}
