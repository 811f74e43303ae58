import { canonical, floorDiv, floorMod, type Int64, negateInt64, toInt32 } from './int64.ts';
import { javaDate, javaDays } from './java-date.ts';

/** Civil time without Date objects: days since 1970-01-01 in the proleptic Gregorian calendar, milliseconds of a day. */
export const MILLIS_PER_DAY = 86_400_000;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Days since the epoch of a date; month and day may be out of range and then count on. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const shifted = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * shifted + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The date of a day number. */
export function civilFromDays(days: number): CivilDate {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
/** Monday is 1, Sunday 7. */
export const isoDayOfWeek = (days: number): number => floorMod(days + 3, 7) + 1;

export interface IsoWeek {
  readonly year: number;
  readonly week: number;
}
/** ISO 8601 week and its year. */
export function isoWeek(days: number): IsoWeek {
  const thursday = days - isoDayOfWeek(days) + 4;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** Calcite's `addMonths`: the day is cut to the length of the month it lands in. */
export function addMonthsToDays(days: number, months: number): number {
  const { year, month, day } = javaDate(days);
  const total = (month + months) | 0;
  const ofYear = floorMod(total, 12);
  const newYear = year + Math.floor(total / 12) - (ofYear === 0 ? 1 : 0);
  const newMonth = ofYear === 0 ? 12 : ofYear;
  return javaDays(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

// ---------------------------------------------------------------- timestamps

/** How many units of a TIMESTAMP(p) value make a millisecond. */
export const unitsPerMilli = (precision: number): number =>
  precision <= 3 ? 1 : precision <= 6 ? 1000 : 1_000_000;

/** Epoch milliseconds of a timestamp, rounded down. */
export const timestampMillis = (value: Int64, precision: number): number =>
  Number(exactMillis(value, precision));
/** The same for a moment of any year. */
export const exactMillis = (value: Int64, precision: number): Int64 =>
  precision <= 3 ? value : floorDiv(value, unitsPerMilli(precision));
/** Nanoseconds within the millisecond, 0 to 999,999. */
export function timestampNanos(value: Int64, precision: number): number {
  if (precision <= 3) return 0;
  return precision <= 6 ? floorMod(value, 1000) * 1000 : floorMod(value, 1_000_000);
}
/** The value of a TIMESTAMP(p) from epoch milliseconds and nanoseconds within the millisecond; digits beyond p are cut. */
export function timestampFrom(millis: Int64, nanos: number, precision: number): Int64 {
  if (typeof millis === 'bigint') return farTimestamp(millis, nanos, precision);
  if (precision <= 3) {
    const unit = precision === 3 ? 1 : 10 ** (3 - precision);
    return unit === 1 ? millis : Math.floor(millis / unit) * unit;
  }
  const units = unitsPerMilli(precision);
  const unit = precision <= 6 ? 10 ** (6 - precision) : 10 ** (9 - precision);
  const within = Math.floor((precision <= 6 ? Math.floor(nanos / 1000) : nanos) / unit) * unit;
  const product = millis * units + within;
  return Number.isSafeInteger(product) ? product : canonical(BigInt(millis) * BigInt(units) + BigInt(within));
}

/** The same of a moment whose milliseconds are beyond 2^53. */
function farTimestamp(millis: bigint, nanos: number, precision: number): Int64 {
  if (precision <= 3) return canonical(millis - BigInt(floorMod(millis, 10 ** (3 - precision))));
  return canonical(millis * BigInt(unitsPerMilli(precision)) + BigInt(timestampFrom(0, nanos, precision)));
}

/** Like `timestampFrom`, but digits are cut toward 1970: how Flink casts to a lower precision of at most 3. */
export function timestampTruncated(millis: Int64, nanos: number, precision: number): Int64 {
  if (precision >= 3) return timestampFrom(millis, nanos, precision);
  const unit = 10 ** (3 - precision);
  if (typeof millis === 'bigint') return canonical(millis - (millis % BigInt(unit)));
  return Math.trunc(millis / unit) * unit + 0;
}

// ---------------------------------------------------------------- printing

const pad = (x: number, width: number): string => String(x).padStart(width, '0');
const pad2 = (x: number): string => (x < 10 ? `0${x}` : String(x));

/** `2024-01-31`. The year has four digits, come what may: Flink drops the others, and prints nonsense for negative years. */
export function printDate(days: number): string {
  if (days !== printedDays) {
    printedDays = days;
    printedDate = freshDate(days);
  }
  return printedDate;
}
/** Dates are mostly printed many times in a row. */
let printedDays = Number.NaN;
let printedDate = '';

const freshDate = (days: number): string => writeDate(javaDate(days));

/** The second printed last: a table's timestamps lie close together. */
let printedSecond: Int64 = Number.NaN;
let printedTime = '';
function freshTime(millis: Int64): string {
  const days = toInt32(floorDiv(millis, MILLIS_PER_DAY));
  // A timestamp's date is not reckoned in 32 bits.
  const isFar = Math.abs(days) > 1_700_000;
  const date = isFar ? writeDate(civilFromDays(days)) : printDate(days);
  return `${date} ${printTime(floorMod(millis, MILLIS_PER_DAY))}`;
}
const FRACTIONS = Array.from({ length: 1000 }, (_, millis) => pad(millis, 3));

function writeDate({ year, month, day }: CivilDate): string {
  const text =
    year >= 0 && year <= 9999
      ? pad(year, 4)
      : [1000, 100, 10, 1].map((power) => String.fromCharCode(48 + (Math.trunc(year / power) % 10))).join('');
  const two = (x: number): string =>
    x >= 0 ? pad2(x % 100) : String.fromCharCode(48 + (Math.trunc(x / 10) % 10), 48 + (x % 10));
  return `${text}-${two(month)}-${two(day)}`;
}
/** `12:34:56`, with `digits` of the fraction. */
export function printTime(millis: number, digits = 0): string {
  if (millis < 0) return printTime(millis + MILLIS_PER_DAY, digits);
  const second = Math.floor(millis / 1000);
  const text = `${pad2(Math.floor(second / 3600))}:${pad2(Math.floor(second / 60) % 60)}:${pad2(second % 60)}`;
  return digits === 0
    ? text
    : `${text}.${pad(millis % 1000, 3)
        .padEnd(digits, '0')
        .slice(0, digits)}`;
}
/** `yyyy-MM-dd HH:mm:ss` and exactly `precision` digits. */
export function printTimestamp(millis: Int64, nanos: number, precision: number): string {
  const second = floorDiv(millis, 1000);
  if (second !== printedSecond) {
    printedSecond = second;
    printedTime = freshTime(millis);
  }
  const text = printedTime;
  if (precision === 0) return text;
  const fraction = FRACTIONS[toInt32(floorMod(millis, 1000))]!;
  return `${text}.${precision === 3 ? fraction : (fraction + pad(nanos, 6)).slice(0, precision)}`;
}

/** `2024-01-01T10:00`, as Java writes a moment: seconds only if there are any, of their parts as many threes of digits as are needed. */
export function isoTimestamp(value: Int64, precision: number): string {
  const text = printTimestamp(exactMillis(value, precision), timestampNanos(value, precision), 9);
  return text
    .replace(' ', 'T')
    .replace(/(?:000)+$/, '')
    .replace(/\.$/, '')
    .replace(/:00$/, '');
}
/** `+1-02`. The least number has no opposite: its parts stay below zero. */
export function printMonths(months: number): string {
  const size = Math.abs(months) | 0;
  return `${months < 0 ? '-' : '+'}${Math.trunc(size / 12)}-${signedPart(size % 12, 2)}`;
}
/** `+1 02:03:04.000`. Flink keeps the days in 32 bits; the least number has no opposite. */
export function printDuration(millis: Int64): string {
  const size = BigInt(millis < 0 ? negateInt64(millis) : millis);
  const day = BigInt(MILLIS_PER_DAY);
  const ofDay = Number(size % day);
  const second = Math.trunc(ofDay / 1000);
  const [hours, minutes] = [Math.trunc(second / 3600), Math.trunc(second / 60) % 60];
  const clock = [hours, minutes, second % 60].map((part) => signedPart(part, 2)).join(':');
  return `${millis < 0 ? '-' : '+'}${BigInt.asIntN(32, size / day)} ${clock}.${signedPart(ofDay % 1000, 3)}`;
}
/** Digits with zeros before them, and before the sign of what is below zero and has one digit. */
const signedPart = (x: number, width: number): string =>
  x < 0 ? String(x).padStart(width + 1, '0') : pad(x, width);

// ---------------------------------------------------------------- literals

/** Days of `2024-02-29` in a DATE literal; null where Calcite refuses it. */
export function parseDate(text: string): number | null {
  const match = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

export interface ParsedTime {
  readonly ms: number;
  /** Digits written after the point. */
  readonly digits: number;
  /** Nanoseconds within the millisecond. */
  readonly nanos: number;
}
/** A TIME literal; null where it is none. */
export function parseTime(text: string): ParsedTime | null {
  const match = /^\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?\s*$/.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const fraction = match[4] ?? '';
  const padded = fraction.padEnd(9, '0');
  return {
    ms: ((hour * 60 + minute) * 60 + second) * 1000 + Number(padded.slice(0, 3)),
    digits: fraction.length,
    nanos: Number(padded.slice(3)),
  };
}

/** A TIMESTAMP literal, whose precision is the number of digits written; null where it is none. */
export function parseTimestamp(text: string): { readonly value: Int64; readonly digits: number } | null {
  const match = /^\s*(\S+) (\S+)\s*$/.exec(text);
  const days = parseDate(match?.[1] ?? '');
  const time = parseTime(match?.[2] ?? '');
  if (days === null || time === null) return null;
  return {
    value: timestampFrom(days * MILLIS_PER_DAY + time.ms, time.nanos, time.digits),
    digits: time.digits,
  };
}
