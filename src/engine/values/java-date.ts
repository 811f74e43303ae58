import type { CivilDate } from './time.ts';

/** Dates as Flink's `DateTimeUtils` computes them in 32 bits: the same as anyone's within its range, and what it overflows to beyond. */
const EPOCH_JULIAN = 2440588;
const divide = (a: number, b: number): number => Math.trunc(a / b) | 0;

/** `ymdToUnixDate`: the day number of a date. */
export function javaDays(year: number, month: number, day: number): number {
  const a = divide(14 - month, 12);
  const y = (year + 4800 - a) | 0;
  const m = month + 12 * a - 3;
  const days =
    day + divide(153 * m + 2, 5) + Math.imul(365, y) + divide(y, 4) - divide(y, 100) + divide(y, 400);
  return (days - 32045 - EPOCH_JULIAN) | 0;
}

/** `julianExtract`: the date of a day number. */
export function javaDate(days: number): CivilDate {
  const j = (days + EPOCH_JULIAN + 32044) | 0;
  const ofEra = j % 146097;
  const century = divide((divide(ofEra, 36524) + 1) * 3, 4);
  const ofCentury = ofEra - century * 36524;
  const ofCycle = ofCentury % 1461;
  const year = divide((divide(ofCycle, 365) + 1) * 3, 4);
  const dayOfYear = ofCycle - year * 365;
  const y = divide(j, 146097) * 400 + century * 100 + divide(ofCentury, 1461) * 4 + year;
  const m = divide(dayOfYear * 5 + 308, 153) - 2;
  const day = dayOfYear - divide((m + 4) * 153, 5) + 123;
  return { year: y - 4800 + divide(m + 2, 12), month: ((m + 2) % 12) + 1, day };
}

/** The date by the algorithm `julianDateFloor` rounds with: the Julian calendar before 15 October 1582. */
export function meeusDate(days: number): CivilDate {
  const julian = (days + EPOCH_JULIAN) | 0;
  const isGregorian = julian > 2299160;
  const a = (julian + 32044) | 0;
  const b = isGregorian ? divide((Math.imul(4, a) + 3) | 0, 146097) : 0;
  const c = isGregorian ? (a - divide(Math.imul(b, 146097), 4)) | 0 : (julian + 32082) | 0;
  const d = divide((Math.imul(4, c) + 3) | 0, 1461);
  const e = (c - divide(Math.imul(1461, d), 4)) | 0;
  const m = divide((Math.imul(5, e) + 2) | 0, 153);
  const tens = divide(m, 10);
  return {
    year: (Math.imul(b, 100) + d - 4800 + tens) | 0,
    month: (m + 3 - 12 * tens) | 0,
    day: (e - divide((Math.imul(153, m) + 2) | 0, 5) + 1) | 0,
  };
}

const WEEK_DAYS = 7;
const weekdayOf = (julian: number): number => (((julian % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS) + 1;

/** Monday is 1, Sunday 7. */
export const javaWeekday = (days: number): number => weekdayOf((days + EPOCH_JULIAN) | 0);

/** `getIso8601WeekNumber`: the week of a day number. */
export function javaWeek(days: number): number {
  const julian = (days + EPOCH_JULIAN) | 0;
  const { year, month, day } = javaDate(days);
  const weekday = weekdayOf(julian);
  const ofYear = (of: number): number => divide((julian - firstMonday(of)) | 0, WEEK_DAYS) + 1;
  // The last days of December may be in the first week of the next year, the first of January in the last of the year before.
  if (month === 12 && day > 28) {
    const left = 31 - day;
    return left + 4 > WEEK_DAYS - weekday && left + weekday >= 4 ? ofYear(year) : 1;
  }
  if (month === 1 && day < 5)
    return 4 - day <= WEEK_DAYS - weekday && day - weekday >= -3 ? 1 : ofYear(year - 1);
  return ofYear(year);
}

function firstMonday(year: number): number {
  const january = (javaDays(year, 1, 1) + EPOCH_JULIAN) | 0;
  return january + ((11 - (weekdayOf(january + 1) - 1)) % WEEK_DAYS) - 3;
}
