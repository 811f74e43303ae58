import { type CalendarField, CalendarFields, calendarDate, calendarDays } from './java-calendar.ts';
import { RunError } from './run-error.ts';
import { civilFromDays, daysFromCivil, daysInMonth, isoDayOfWeek, MILLIS_PER_DAY } from './time.ts';
import { fromLocal, legacyOffsetAt, START_OF_1900, toLocal } from './zone.ts';

/**
 * Java's two languages of date patterns in the US locale: `DateTimeFormatter` (DATE_FORMAT of timestamps, TO_TIMESTAMP with a format) and
 * the older `SimpleDateFormat` (FROM_UNIXTIME, UNIX_TIMESTAMP, TO_DATE, CONVERT_TZ and DATE_FORMAT of text).
 */
type Token =
  | { readonly kind: 'field'; readonly letter: string; readonly count: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'close' };

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function tokenize(pattern: string, isModern: boolean): readonly Token[] {
  const tokens: Token[] = [];
  const addText = (text: string): void => {
    const last = tokens.at(-1);
    if (last?.kind === 'text') tokens[tokens.length - 1] = { kind: 'text', text: last.text + text };
    else tokens.push({ kind: 'text', text });
  };
  for (let i = 0; i < pattern.length; ) {
    const character = pattern.charAt(i);
    if (/[A-Za-z]/.test(character)) {
      let count = 1;
      while (pattern.charAt(i + count) === character) count++;
      tokens.push({ kind: 'field', letter: character, count });
      i += count;
    } else if (character === "'") {
      let text = '';
      let end = i + 1;
      for (; end < pattern.length; end++) {
        if (pattern.charAt(end) !== "'") text += pattern.charAt(end);
        else if (pattern.charAt(end + 1) === "'") {
          text += "'";
          end++;
        } else break;
      }
      if (end >= pattern.length) {
        throw new RunError(
          isModern
            ? `IllegalArgumentException: Pattern ends with an incomplete string literal: ${pattern}`
            : 'IllegalArgumentException: Unterminated quote',
        );
      }
      addText(text === '' ? "'" : text);
      i = end + 1;
    } else if (isModern && (character === '[' || character === ']')) {
      tokens.push({ kind: character === '[' ? 'open' : 'close' });
      i++;
    } else if (isModern && (character === '{' || character === '}' || character === '#')) {
      throw new RunError(`IllegalArgumentException: Pattern includes reserved character: '${character}'`);
    } else {
      addText(character);
      i++;
    }
  }
  return tokens;
}

/** The fields of a wall clock. */
interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly days: number;
  readonly dayOfYear: number;
  /** Monday is 1. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliOfDay: number;
  /** Nanoseconds within the second. */
  readonly nano: number;
}
const PROLEPTIC = { dateOf: civilFromDays, daysOf: daysFromCivil };
const OF_CALENDAR = { dateOf: calendarDate, daysOf: calendarDays };
function fieldsOf(localMillis: number, nanos: number, { dateOf, daysOf } = PROLEPTIC): Fields {
  const days = Math.floor(localMillis / MILLIS_PER_DAY);
  const milliOfDay = localMillis - days * MILLIS_PER_DAY;
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    days,
    milliOfDay,
    dayOfYear: days - daysOf(year, 1, 1) + 1,
    weekday: isoDayOfWeek(days),
    hour: Math.floor(milliOfDay / 3_600_000),
    minute: Math.floor(milliOfDay / 60_000) % 60,
    second: Math.floor(milliOfDay / 1000) % 60,
    nano: (milliOfDay % 1000) * 1_000_000 + nanos,
  };
}

/** Week of the US calendar: weeks start on Sunday, the one with 1 January is the first. */
function usWeek({ days, year, dayOfYear }: Fields): { readonly year: number; readonly week: number } {
  const sundayBased = (day: number): number => isoDayOfWeek(day) % 7;
  const startOfNext = daysFromCivil(year + 1, 1, 1);
  if (days >= startOfNext - sundayBased(startOfNext)) return { year: year + 1, week: 1 };
  return { year, week: Math.floor((dayOfYear - 1 + sundayBased(days - dayOfYear + 1)) / 7) + 1 };
}

const pad = (x: number, width: number): string =>
  (x < 0 ? '-' : '') + String(Math.abs(x)).padStart(width, '0');
const textOf = (names: readonly string[], index: number, count: number): string => {
  const name = names[index] ?? '';
  return count === 4 ? name : count === 5 ? name.slice(0, 1) : name.slice(0, 3);
};

// ---------------------------------------------------------------- DateTimeFormatter

const modernCache = new Map<string, readonly Token[]>();
function modernTokens(pattern: string): readonly Token[] {
  let tokens = modernCache.get(pattern);
  if (tokens === undefined) {
    tokens = tokenize(pattern, true);
    for (const token of tokens) if (token.kind === 'field') checkModern(token.letter, token.count);
    modernCache.set(pattern, tokens);
  }
  return tokens;
}
const MODERN_LIMITS: Readonly<Record<string, number>> = {
  G: 5,
  u: 19,
  y: 19,
  Y: 19,
  Q: 5,
  q: 5,
  M: 5,
  L: 5,
  w: 2,
  W: 1,
  d: 2,
  D: 3,
  F: 1,
  E: 5,
  e: 5,
  c: 5,
  a: 1,
  H: 2,
  k: 2,
  K: 2,
  h: 2,
  m: 2,
  s: 2,
  S: 9,
  A: 19,
  n: 19,
  N: 19,
};
function checkModern(letter: string, count: number): void {
  const limit = MODERN_LIMITS[letter];
  if (limit === undefined && !'VvzOXxZBg'.includes(letter))
    throw new RunError(`IllegalArgumentException: Unknown pattern letter: ${letter}`);
  if (limit !== undefined && count > limit)
    throw new RunError(`IllegalArgumentException: Too many pattern letters: ${letter}`);
}

/** `LocalDateTime.format(DateTimeFormatter.ofPattern(pattern))`. */
export function formatModern(localMillis: number, nanos: number, pattern: string): string {
  const fields = fieldsOf(localMillis, nanos);
  return modernTokens(pattern)
    .map((token) =>
      token.kind === 'text'
        ? token.text
        : token.kind === 'field'
          ? modernField(fields, token.letter, token.count)
          : '',
    )
    .join('');
}

function modernField(fields: Fields, letter: string, count: number): string {
  switch (letter) {
    case 'G':
      return count === 4
        ? fields.year > 0
          ? 'Anno Domini'
          : 'Before Christ'
        : count === 5
          ? fields.year > 0
            ? 'A'
            : 'B'
          : fields.year > 0
            ? 'AD'
            : 'BC';
    case 'u':
      return modernYear(fields.year, count);
    case 'y':
      return modernYear(fields.year > 0 ? fields.year : 1 - fields.year, count);
    case 'Y':
      return modernYear(usWeek(fields).year, count);
    case 'w':
      return pad(usWeek(fields).week, count);
    case 'W':
      return String(Math.floor((fields.day - 1 + (isoDayOfWeek(fields.days - fields.day + 1) % 7)) / 7) + 1);
    case 'Q':
    case 'q': {
      const quarter = Math.floor((fields.month + 2) / 3);
      if (count <= 2) return pad(quarter, count);
      return count === 3
        ? `Q${quarter}`
        : count === 4
          ? `${['1st', '2nd', '3rd', '4th'][quarter - 1]} quarter`
          : String(quarter);
    }
    case 'M':
    case 'L':
      return count <= 2 ? pad(fields.month, count) : textOf(MONTHS, fields.month - 1, count);
    case 'd':
      return pad(fields.day, count);
    case 'D':
      return pad(fields.dayOfYear, count);
    case 'F':
      return String(((fields.day - 1) % 7) + 1);
    case 'E':
      return textOf(WEEKDAYS, fields.weekday - 1, count);
    case 'e':
    case 'c':
      return count <= 2 ? pad((fields.weekday % 7) + 1, count) : textOf(WEEKDAYS, fields.weekday - 1, count);
    case 'a':
      return fields.hour < 12 ? 'AM' : 'PM';
    case 'H':
      return pad(fields.hour, count);
    case 'k':
      return pad(fields.hour === 0 ? 24 : fields.hour, count);
    case 'K':
      return pad(fields.hour % 12, count);
    case 'h':
      return pad(fields.hour % 12 === 0 ? 12 : fields.hour % 12, count);
    case 'm':
      return pad(fields.minute, count);
    case 's':
      return pad(fields.second, count);
    case 'S':
      return pad(fields.nano, 9).slice(0, count);
    case 'A':
      return pad(fields.milliOfDay, count);
    case 'n':
      return pad(fields.nano, count);
    case 'N':
      return String(BigInt(fields.milliOfDay) * 1_000_000n + BigInt(fields.nano % 1_000_000)).padStart(
        count,
        '0',
      );
    default:
      throw new RunError(
        `UnsupportedTemporalTypeException: Unsupported field: ${'VvzOXxZ'.includes(letter) ? 'OffsetSeconds' : letter}`,
      );
  }
}
function modernYear(year: number, count: number): string {
  if (count === 2) return pad(((year % 100) + 100) % 100, 2);
  return count >= 4 && year > 9999 ? `+${year}` : pad(year, count);
}

export interface WallClock {
  readonly millis: number;
  /** Nanoseconds within the millisecond. */
  readonly nanos: number;
}
interface Parsed {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour?: number;
  hourOfHalf?: number;
  isAfternoon?: boolean;
  minute?: number;
  second?: number;
  nano?: number;
}

/** `DateTimeFormatter.ofPattern(pattern).parse(text)` with missing fields as Flink fills them in; null where Java throws. */
export function parseModern(text: string, pattern: string): WallClock | null {
  const parsed: Parsed = {};
  const end = parseTokens(modernTokens(pattern), 0, text, 0, parsed);
  return end === text.length ? resolve(parsed) : null;
}

const NUMERIC_LETTERS = 'uyYQqMLwWdDFecHkKhmsSAnN';
const isNumericToken = (token: Token | undefined): boolean =>
  token?.kind === 'field' &&
  NUMERIC_LETTERS.includes(token.letter) &&
  !('MLQqec'.includes(token.letter) && token.count > 2);
/** Fixed widths take part in adjacent parsing; `yyyy` and single letters are as long as they can be. */
const fixedWidth = (token: Token): number | null =>
  token.kind === 'field' &&
  (token.count === 2 || token.letter === 'S' || (token.letter === 'D' && token.count === 3))
    ? token.count
    : null;

/** The place behind the tokens, or -1. */
function parseTokens(
  tokens: readonly Token[],
  from: number,
  text: string,
  start: number,
  into: Parsed,
): number {
  let at = start;
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind === 'close') return at;
    if (token.kind === 'open') {
      let depth = 0;
      let close = i;
      do {
        const kind = tokens[close]?.kind;
        if (kind === 'open') depth++;
        if (kind === 'close') depth--;
        close++;
      } while (depth > 0 && close < tokens.length);
      const attempt: Parsed = { ...into };
      const end = parseTokens(tokens.slice(i + 1, depth === 0 ? close - 1 : close), 0, text, at, attempt);
      if (end >= 0) {
        Object.assign(into, attempt);
        at = end;
      }
      i = close - 1;
      continue;
    }
    if (token.kind === 'text') {
      if (!text.startsWith(token.text, at)) return -1;
      at += token.text.length;
      continue;
    }
    const end = isNumericToken(token)
      ? parseNumber(tokens, i, text, at, into)
      : parseName(token as Token & { kind: 'field' }, text, at, into);
    if (end < 0) return -1;
    at = end;
  }
  return at;
}

function parseNumber(
  tokens: readonly Token[],
  index: number,
  text: string,
  start: number,
  into: Parsed,
): number {
  const token = tokens[index] as Token & { kind: 'field' };
  const fixed = fixedWidth(token);
  let reserved = 0;
  for (let i = index + 1; fixed === null && isNumericToken(tokens[i]); i++) {
    const width = fixedWidth(tokens[i] as Token);
    if (width === null) break;
    reserved += width;
  }
  const isYear = 'uyY'.includes(token.letter);
  let at = start;
  let isNegative = false;
  let isSigned = false;
  if (isYear && (text.charAt(at) === '+' || text.charAt(at) === '-')) {
    isNegative = text.charAt(at) === '-';
    isSigned = true;
    at++;
  }
  const digits = /^\d*/.exec(text.slice(at))?.[0] ?? '';
  const least = fixed ?? (isYear || token.count > 2 ? token.count : 1);
  let length = fixed ?? Math.min(19, digits.length);
  if (fixed === null && reserved > 0) length = Math.max(least, digits.length - reserved);
  if (digits.length < length || length < least) return -1;
  // A year of `yyyy` has more than four digits only with a sign.
  if (isYear && fixed === null && token.count >= 4 && !isSigned && length > token.count) {
    if (reserved > 0 || digits.length > token.count) return -1;
  }
  const value = Number(digits.slice(0, length)) * (isNegative ? -1 : 1);
  at += length;
  return store(token, value, digits.slice(0, length), into) ? at : -1;
}

function store(token: Token & { kind: 'field' }, value: number, digits: string, into: Parsed): boolean {
  const put = <K extends keyof Parsed>(key: K, item: NonNullable<Parsed[K]>): boolean => {
    if (into[key] !== undefined && into[key] !== item) return false;
    into[key] = item;
    return true;
  };
  switch (token.letter) {
    case 'u':
    case 'y':
    case 'Y':
      return put('year', token.count === 2 ? 2000 + value : value);
    case 'M':
    case 'L':
      return put('month', value);
    case 'd':
      return put('day', value);
    case 'D':
      return put('dayOfYear', value);
    case 'H':
      return put('hour', value);
    case 'k':
      return put('hour', value === 24 ? 0 : value);
    case 'h':
      return put('hourOfHalf', value === 12 ? 0 : value);
    case 'K':
      return put('hourOfHalf', value);
    case 'm':
      return put('minute', value);
    case 's':
      return put('second', value);
    case 'S':
      return put('nano', Number(digits.padEnd(9, '0')));
    case 'n':
      return put('nano', value);
    case 'w':
      return value >= 1 && value <= 54;
    default:
      return true;
  }
}

function parseName(token: Token & { kind: 'field' }, text: string, at: number, into: Parsed): number {
  const rest = text.slice(at);
  const find = (names: readonly string[], isShort: boolean): number =>
    names.findIndex((name) => rest.startsWith(isShort ? name.slice(0, 3) : name));
  if (token.letter === 'M' || token.letter === 'L') {
    const index = find(MONTHS, token.count === 3);
    if (index < 0) return -1;
    into.month = index + 1;
    return at + (token.count === 3 ? 3 : (MONTHS[index] ?? '').length);
  }
  if (token.letter === 'E' || token.letter === 'e' || token.letter === 'c') {
    const index = find(WEEKDAYS, token.count <= 3);
    return index < 0 ? -1 : at + (token.count <= 3 ? 3 : (WEEKDAYS[index] ?? '').length);
  }
  if (token.letter === 'a') {
    const half = rest.slice(0, 2);
    if (half !== 'AM' && half !== 'PM') return -1;
    into.isAfternoon = half === 'PM';
    return at + 2;
  }
  if (token.letter === 'G') return rest.startsWith('AD') ? at + 2 : -1;
  return -1;
}

function resolve(parsed: Parsed): WallClock | null {
  const { year = 1970, minute = 0, second = 0, nano = 0 } = parsed;
  let { month = 1, day = 1 } = parsed;
  let extraDays = 0;
  let hour = parsed.hour ?? 0;
  if (parsed.hour === undefined && parsed.hourOfHalf !== undefined && parsed.isAfternoon !== undefined)
    hour = parsed.hourOfHalf + (parsed.isAfternoon ? 12 : 0);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) {
    // 24:00:00 is the midnight that ends the day.
    if (
      !(
        hour === 24 &&
        minute === 0 &&
        second === 0 &&
        nano === 0 &&
        month >= 1 &&
        month <= 12 &&
        day >= 1 &&
        day <= 31
      )
    )
      return null;
    hour = 0;
    extraDays = 1;
  }
  if (parsed.dayOfYear !== undefined && parsed.month === undefined) {
    const date = civilFromDays(daysFromCivil(year, 1, 1) + parsed.dayOfYear - 1);
    month = date.month;
    day = date.day;
  }
  const realDay = Math.min(day, daysInMonth(year, month));
  const millis =
    (daysFromCivil(year, month, realDay) + extraDays) * MILLIS_PER_DAY +
    ((hour * 60 + minute) * 60 + second) * 1000 +
    Math.floor(nano / 1_000_000);
  return { millis, nanos: nano % 1_000_000 };
}

// ---------------------------------------------------------------- SimpleDateFormat

const simpleCache = new Map<string, readonly Token[]>();
function simpleTokens(pattern: string): readonly Token[] {
  let tokens = simpleCache.get(pattern);
  if (tokens === undefined) {
    tokens = tokenize(pattern, false);
    for (const token of tokens) {
      if (token.kind === 'field' && !'GyYMLwWDdFEuaHkKhmsSzZX'.includes(token.letter))
        throw new RunError(`IllegalArgumentException: Illegal pattern character '${token.letter}'`);
    }
    simpleCache.set(pattern, tokens);
  }
  return tokens;
}

/** `new SimpleDateFormat(pattern).format(instant)` in a zone. */
export function formatSimple(epochMillis: number, pattern: string, zone: string): string {
  const local = epochMillis + legacyOffsetAt(zone, epochMillis);
  const fields = fieldsOf(local, 0, OF_CALENDAR);
  return simpleTokens(pattern)
    .map((token) =>
      token.kind === 'text'
        ? token.text
        : token.kind === 'field'
          ? simpleField(fields, token.letter, token.count, local - epochMillis, zone)
          : '',
    )
    .join('');
}

function simpleField(fields: Fields, letter: string, count: number, offset: number, zone: string): string {
  const yearOfEra = fields.year > 0 ? fields.year : 1 - fields.year;
  switch (letter) {
    case 'G':
      return fields.year > 0 ? 'AD' : 'BC';
    case 'y':
      return count === 2 ? pad(yearOfEra % 100, 2) : pad(yearOfEra, count);
    case 'Y':
      return count === 2 ? pad(usWeek(fields).year % 100, 2) : pad(usWeek(fields).year, count);
    case 'M':
    case 'L':
      return count <= 2 ? pad(fields.month, count) : textOf(MONTHS, fields.month - 1, count >= 4 ? 4 : 3);
    case 'w':
      return pad(usWeek(fields).week, count);
    case 'W':
      return pad(Number(modernField(fields, 'W', 1)), count);
    case 'D':
      return pad(fields.dayOfYear, count);
    case 'd':
      return pad(fields.day, count);
    case 'F':
      return pad(Math.floor((fields.day - 1) / 7) + 1, count);
    case 'E':
      return textOf(WEEKDAYS, fields.weekday - 1, count >= 4 ? 4 : 3);
    case 'u':
      return pad(fields.weekday, count);
    case 'a':
      return fields.hour < 12 ? 'AM' : 'PM';
    case 'H':
      return pad(fields.hour, count);
    case 'k':
      return pad(fields.hour === 0 ? 24 : fields.hour, count);
    case 'K':
      return pad(fields.hour % 12, count);
    case 'h':
      return pad(fields.hour % 12 === 0 ? 12 : fields.hour % 12, count);
    case 'm':
      return pad(fields.minute, count);
    case 's':
      return pad(fields.second, count);
    case 'S':
      return pad(fields.milliOfDay % 1000, count);
    case 'z':
      return zone;
    default:
      return printOffset(offset, letter, count);
  }
}
function printOffset(offset: number, letter: string, count: number): string {
  if (letter === 'X' && offset === 0) return 'Z';
  const minutes = Math.abs(Math.trunc(offset / 60_000));
  const sign = offset < 0 ? '-' : '+';
  const [hour, minute] = [pad(Math.floor(minutes / 60), 2), pad(minutes % 60, 2)];
  return letter === 'X' && count === 1
    ? `${sign}${hour}`
    : `${sign}${hour}${letter === 'X' && count === 3 ? ':' : ''}${minute}`;
}

/** Two-digit years are read within this century window. */
const TWO_DIGIT_START = 1946;

/** `new SimpleDateFormat(pattern).parse(text)`, leniently; null where Java throws. What stands behind the pattern is ignored. */
export function parseSimple(text: string, pattern: string, zone: string): number | null {
  const tokens = simpleTokens(pattern);
  let at = 0;
  const fields = new CalendarFields();
  let [hour, minute, second, milli] = [0, 0, 0, 0];
  let half: number | null = null;
  let isAfternoon = false;
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'text') {
      if (!text.startsWith(token.text, at)) return null;
      at += token.text.length;
      continue;
    }
    if (token.kind !== 'field') continue;
    while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at++;
    const { letter, count } = token;
    const rest = text.slice(at);
    if ((letter === 'M' || letter === 'L') && count >= 3) {
      const index = longestName(MONTHS, rest);
      if (index === null) return null;
      fields.set('month', index.index + 1);
      at += index.length;
      continue;
    }
    if (letter === 'E') {
      const index = longestName(WEEKDAYS, rest);
      if (index === null) return null;
      fields.set('dayOfWeek', ((index.index + 1) % 7) + 1);
      at += index.length;
      continue;
    }
    if (letter === 'a') {
      if (!/^(am|pm)/i.test(rest)) return null;
      isAfternoon = /^pm/i.test(rest);
      at += 2;
      continue;
    }
    if (letter === 'z' || letter === 'Z' || letter === 'X') {
      const match = /^(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})/.exec(rest);
      if (match === null) return null;
      at += match[0].length;
      continue;
    }
    const next = tokens[i + 1];
    const isAdjacent =
      next?.kind === 'field' &&
      !('ML'.includes(next.letter) && next.count >= 3) &&
      !'EazZX'.includes(next.letter);
    const match = (isAdjacent ? new RegExp(`^[+-]?\\d{1,${count}}`) : /^[+-]?\d+/).exec(rest);
    if (match === null) return null;
    at += match[0].length;
    const value = Number(match[0]);
    switch (letter) {
      case 'y':
      case 'Y':
        fields.set(
          letter === 'y' ? 'year' : 'weekYear',
          count <= 2 && match[0].length === 2 ? twoDigitYear(value) : value,
        );
        break;
      case 'u':
        fields.set('dayOfWeek', (value % 7) + 1);
        break;
      case 'H':
        hour = value;
        break;
      case 'k':
        hour = value === 24 ? 0 : value;
        break;
      case 'h':
        half = value === 12 ? 0 : value;
        break;
      case 'K':
        half = value;
        break;
      case 'm':
        minute = value;
        break;
      case 's':
        second = value;
        break;
      case 'S':
        milli = value;
        break;
      default: {
        const field = DATE_FIELDS[letter];
        if (field) fields.set(field, value);
      }
    }
  }
  if (half !== null) hour = half + (isAfternoon ? 12 : 0);
  const local = fields.days() * MILLIS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + milli;
  return calendarInstant(local, zone);
}

/** Fields that a number of digits sets as it stands. */
const DATE_FIELDS: { readonly [letter: string]: CalendarField } = {
  M: 'month',
  L: 'month',
  d: 'dayOfMonth',
  D: 'dayOfYear',
  w: 'weekOfYear',
  W: 'weekOfMonth',
  F: 'dayOfWeekInMonth',
};
const twoDigitYear = (value: number): number => {
  const year = 1900 + value;
  return year < TWO_DIGIT_START ? year + 100 : year;
};
function longestName(
  names: readonly string[],
  text: string,
): { readonly index: number; readonly length: number } | null {
  const lower = text.toLowerCase();
  const full = names.findIndex((name) => lower.startsWith(name.toLowerCase()));
  if (full >= 0) return { index: full, length: (names[full] ?? '').length };
  const short = names.findIndex((name) => lower.startsWith(name.slice(0, 3).toLowerCase()));
  return short < 0 ? null : { index: short, length: 3 };
}

/** `GregorianCalendar` takes the later of two instants with the same wall clock (standard time); gaps move forward. */
function calendarInstant(local: number, zone: string): number {
  const early = local - legacyOffsetAt(zone, -Infinity);
  if (early < START_OF_1900) return early;
  const earlier = fromLocal(zone, local);
  for (const step of [1_800_000, 3_600_000, 7_200_000])
    if (toLocal(zone, earlier + step) === local) return earlier + step;
  return earlier;
}
