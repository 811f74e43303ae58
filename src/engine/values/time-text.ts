import { RunError } from './run-error.ts';
import { daysFromCivil, daysInMonth, MILLIS_PER_DAY } from './time.ts';

/** How CAST reads dates and times from text: `DateTimeUtils` of Flink, with its leniencies. */

const isDigits = (text: string): boolean => /^[0-9]+$/.test(text);
/** Java's `String.trim`. */
export const javaTrim = (text: string): string => text.replace(/^[\0- ]+|[\0- ]+$/g, '');

/** `CAST(text AS DATE)`: `2024`, `2024-1`, `2024-1-3`, anything after a blank is ignored; null where it is no date. */
export function castTextToDate(text: string): number | null {
  const blank = text.indexOf(' ');
  const parts = (blank > 0 ? text.slice(0, blank) : text).split('-');
  const [first = '', second, ...rest] = parts;
  const third = rest.length === 0 ? undefined : rest.join('-');
  const numbers: number[] = [];
  for (const part of [first, second ?? '1', third ?? '1']) {
    const digits = javaTrim(part);
    if (!isDigits(digits)) return null;
    const number = Number(digits);
    if (number > 2147483647) throw new RunError(`NumberFormatException: For input string: "${digits}"`);
    numbers.push(number);
  }
  const [year = 0, month = 0, day = 0] = numbers;
  if (year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

/** `CAST(text AS TIME)`: hours alone, minutes and seconds optional, an offset is added; null where it is no time. */
export function castTextToTime(text: string): number | null {
  let sign = -1;
  let zoneAt = text.indexOf('-');
  if (zoneAt < 0) {
    zoneAt = text.indexOf('+');
    sign = 1;
  }
  const number = (part: string): number | null => (isDigits(javaTrim(part)) ? Number(javaTrim(part)) : null);
  let zoneHour = 0;
  let zoneMinute = 0;
  const clock = zoneAt < 0 ? text : text.slice(0, zoneAt);
  if (zoneAt >= 0) {
    const [hourText = '', ...more] = text.slice(zoneAt + 1).split(':');
    const hour = number(hourText);
    const minute = more.length === 0 ? 0 : number(more.join(':'));
    if (hour === null || minute === null) return null;
    zoneHour = hour;
    zoneMinute = minute;
  }
  const [hourText = '', minuteText = '0', ...secondTexts] = clock.split(':');
  const secondsText = secondTexts.length === 0 ? '0' : secondTexts.join(':');
  const dot = secondsText.indexOf('.');
  const hour = number(hourText);
  const minute = number(minuteText);
  const second = number(dot < 0 ? secondsText : secondsText.slice(0, dot));
  if (hour === null || minute === null || second === null || hour > 23 || minute > 59 || second > 59)
    return null;
  const millis = dot < 0 ? 0 : fractionMillis(javaTrim(secondsText.slice(dot + 1)));
  return (
    (hour + sign * zoneHour) * 3_600_000 + (minute + sign * zoneMinute) * 60_000 + second * 1000 + millis
  );
}
function fractionMillis(text: string): number {
  let multiplier = 100;
  let result = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    result += multiplier * (digit < 0 || digit > 9 ? 0 : digit);
    if (multiplier < 10) {
      if (i + 1 < text.length && text.charAt(i + 1) >= '5') result++;
      break;
    }
    multiplier = Math.floor(multiplier / 10);
  }
  return result;
}

export interface WallTime {
  readonly millis: number;
  /** Nanoseconds within the millisecond. */
  readonly nanos: number;
}

const quote = (text: string): string => (text.length > 64 ? `${text.slice(0, 64)}...` : text);

/**
 * `CAST(text AS TIMESTAMP)`: Java's DateTimeFormatter of `yyyy-[MM][M]-[dd][d]` with optional ` [HH][H]:[mm][m]:[ss][s]` and fraction.
 * Throws Java's DateTimeParseException; 02-30 becomes the last day of February.
 */
export function castTextToTimestamp(text: string): WallTime {
  let at = 0;
  const fail = (index: number): never => {
    throw new RunError(`DateTimeParseException: Text '${quote(text)}' could not be parsed at index ${index}`);
  };
  const invalid = (field: string, range: string, value: number): never => {
    throw new RunError(
      `DateTimeParseException: Text '${quote(text)}' could not be parsed: Invalid value for ${field} (valid values ${range}): ${value}`,
    );
  };
  /** Two digits, or else one; `undefined` where there is none, which the optional sections of the pattern allow. */
  const oneOrTwo = (): number | undefined => {
    const match = /^\d{1,2}/.exec(text.slice(at));
    if (match === null) return undefined;
    at += match[0].length;
    return Number(match[0]);
  };
  const literal = (character: string): boolean => {
    if (text.charAt(at) !== character) return false;
    at++;
    return true;
  };
  const yearText = /^(?:\d{4}(?!\d)|\+\d{5,19})/.exec(text)?.[0] ?? fail(0);
  at = yearText.length;
  const year = Number(yearText);
  if (!literal('-')) fail(at);
  const month = oneOrTwo();
  if (!literal('-')) fail(at);
  const day = oneOrTwo();
  const dateEnd = at;
  let [hour, minute, second, fraction]: [number | undefined, number | undefined, number | undefined, string] =
    [undefined, undefined, undefined, ''];
  const readClock = (): boolean => {
    if (!literal(' ')) return false;
    hour = oneOrTwo();
    if (!literal(':')) return false;
    minute = oneOrTwo();
    if (!literal(':')) return false;
    second = oneOrTwo();
    const match = /^\.(\d{0,9})/.exec(text.slice(at));
    if (match !== null) {
      fraction = match[1] ?? '';
      at += match[0].length;
    }
    return true;
  };
  if (!readClock()) {
    at = dateEnd;
    hour = minute = second = undefined;
    fraction = '';
  }
  if (at < text.length) {
    throw new RunError(
      `DateTimeParseException: Text '${quote(text)}' could not be parsed, unparsed text found at index ${at}`,
    );
  }
  if (year === 0)
    throw new RunError(
      'DateTimeException: Invalid value for YearOfEra (valid values 1 - 999999999/1000000000): 0',
    );
  if (month !== undefined && (month < 1 || month > 12)) invalid('MonthOfYear', '1 - 12', month);
  if (day !== undefined && (day < 1 || day > 31)) invalid('DayOfMonth', '1 - 28/31', day);
  const [h, m, s] = [hour ?? 0, minute ?? 0, second ?? 0];
  if (h > 23) invalid('HourOfDay', '0 - 23', h);
  if (m > 59) invalid('MinuteOfHour', '0 - 59', m);
  if (s > 59) invalid('SecondOfMinute', '0 - 59', s);
  const realMonth = month ?? 1;
  const realDay = Math.min(day ?? 1, daysInMonth(year, realMonth));
  const digits = fraction.padEnd(9, '0');
  const millis =
    daysFromCivil(year, realMonth, realDay) * MILLIS_PER_DAY +
    ((h * 60 + m) * 60 + s) * 1000 +
    Number(digits.slice(0, 3));
  return { millis, nanos: Number(digits.slice(3)) };
}
