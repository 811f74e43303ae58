import { addInt64, canonical, floorDiv, type Int64, subtractInt64, toInt32 } from './int64.ts';
import { MILLIS_PER_DAY } from './time.ts';

/**
 * Offsets of time zones at instants, with Java's rules for local times that do not exist or exist twice.
 * The tables are those of the JavaScript engine, asked once for a stretch of about a year.
 */
const FIXED = /^(?:(?:UTC|GMT|UT)(?=[+-]|$)|Z$)?(?:([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?)?$/;

const STRETCH = 2 ** 35;
const WEEK = 7 * 86_400_000;
/** JavaScript knows no zone's offset further from 1970 than 8.64e15 ms; before that it is the first, after it what it was so many times 400 years ago. */
const LAST_INSTANT = 8.64e15 - 2 * STRETCH;
const CYCLE = 146_097 * 86_400_000;

interface Stretch {
  /** Instants from which the offset at the same place of `offsets` holds. */
  readonly from: readonly number[];
  readonly offsets: readonly number[];
}
interface Zone {
  readonly fixed: number | null;
  readonly raw: ((epochMillis: number) => number) | null;
  readonly stretches: Map<number, Stretch>;
}
const zones = new Map<string, Zone>();

/** Milliseconds to add to UTC at an instant to get the zone's wall clock. Unknown zones count as UTC, see `isKnownZone`. */
export function offsetAt(zone: string, epochMillis: number): number {
  const entry = zoneOf(zone);
  if (entry.fixed !== null) return entry.fixed;
  if (epochMillis > LAST_INSTANT)
    return offsetAt(zone, LAST_INSTANT - CYCLE + ((epochMillis - LAST_INSTANT) % CYCLE));
  const index = Math.floor(Math.max(-LAST_INSTANT, epochMillis) / STRETCH);
  let stretch = entry.stretches.get(index);
  if (stretch === undefined) {
    stretch = computeStretch(entry.raw ?? (() => 0), index);
    entry.stretches.set(index, stretch);
  }
  let i = stretch.from.length - 1;
  while (i > 0 && epochMillis < (stretch.from[i] ?? 0)) i--;
  return stretch.offsets[i] ?? 0;
}

export const START_OF_1900 = -2_208_988_800_000;
/** January and July. */
const AS_OF_2030 = [1_893_456_000_000, 1_909_094_400_000] as const;
/** The offset as `java.util.TimeZone` has it: before 1900 it only knows the standard offset of today. */
export function legacyOffsetAt(zone: string, epochMillis: number): number {
  if (epochMillis >= START_OF_1900) return offsetAt(zone, epochMillis);
  return Math.min(...AS_OF_2030.map((instant) => offsetAt(zone, instant)));
}

/** The wall clock of an instant, as milliseconds of a UTC clock showing the same. */
export function toLocal(zone: string, epochMillis: number): number {
  return epochMillis + offsetAt(zone, epochMillis);
}

/** The instant of a wall clock: within a gap it moves forward by the gap's length, within an overlap it is the earlier one. */
export function fromLocal(zone: string, localMillis: number): number {
  const entry = zoneOf(zone);
  if (entry.fixed !== null) return localMillis - entry.fixed;
  const before = offsetAt(zone, localMillis - 86_400_000);
  const after = offsetAt(zone, localMillis + 86_400_000);
  const first = localMillis - before;
  if (before === after || offsetAt(zone, first) === before) return first;
  const second = localMillis - after;
  return offsetAt(zone, second) === after ? second : first;
}

/** `toLocal` of a moment of any year. */
export const toLocalExact = (zone: string, epochMillis: Int64): Int64 =>
  typeof epochMillis === 'number'
    ? toLocal(zone, epochMillis)
    : addInt64(epochMillis, offsetAt(zone, Number(epochMillis)));

/** `fromLocal` of a moment of any year: Flink reads a wall clock with its days in 32 bits. */
export function fromLocalExact(zone: string, localMillis: Int64): Int64 {
  if (typeof localMillis === 'number') return fromLocal(zone, localMillis);
  const days = floorDiv(localMillis, MILLIS_PER_DAY);
  const turns = BigInt(subtractInt64(days, toInt32(days)));
  const wall = localMillis - turns * BigInt(MILLIS_PER_DAY);
  const near = Number(wall);
  return subtractInt64(canonical(wall), near - fromLocal(zone, near));
}

/** Whether the zone is a fixed offset or a name the JavaScript engine knows. */
export function isKnownZone(zone: string): boolean {
  const entry = zoneOf(zone);
  return entry.fixed !== null || entry.raw !== null;
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = makeZone(name);
    zones.set(name, zone);
  }
  return zone;
}

function makeZone(name: string): Zone {
  const fixed = FIXED.exec(name);
  if (fixed !== null && name !== '') {
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = fixed;
    const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return { fixed: sign === '-' ? -size : size, raw: null, stretches: new Map() };
  }
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return { fixed: null, raw: (millis) => rawOffset(format, millis), stretches: new Map() };
  } catch {
    return { fixed: null, raw: null, stretches: new Map() };
  }
}

function rawOffset(format: Intl.DateTimeFormat, epochMillis: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const part of format.formatToParts(epochMillis)) parts[part.type] = part.value;
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const local = Date.UTC(
    2000,
    Number(parts.month) - 1,
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Number(parts.second),
  );
  // The year is set apart: Date.UTC reads 0 to 99 as 1900 to 1999. 2000 is a leap year, so 29 February survives.
  const withYear = new Date(local);
  withYear.setUTCFullYear(year, withYear.getUTCMonth(), withYear.getUTCDate());
  return withYear.getTime() - Math.floor(epochMillis / 1000) * 1000;
}

function computeStretch(raw: (epochMillis: number) => number, index: number): Stretch {
  const start = index * STRETCH;
  const from = [start];
  const offsets = [raw(start)];
  let at = start;
  let offset = offsets[0] ?? 0;
  while (at < start + STRETCH) {
    const next = Math.min(at + WEEK, start + STRETCH);
    const nextOffset = raw(next);
    if (nextOffset !== offset) {
      from.push(changeBetween(raw, at, next, offset));
      offsets.push(nextOffset);
      offset = nextOffset;
    }
    at = next;
  }
  return { from, offsets };
}

/** The first whole second at which the offset is no longer `offset`. */
function changeBetween(
  raw: (epochMillis: number) => number,
  low: number,
  high: number,
  offset: number,
): number {
  let a = Math.floor(low / 1000);
  let b = Math.ceil(high / 1000);
  while (b - a > 1) {
    const middle = Math.floor((a + b) / 2);
    if (raw(middle * 1000) === offset) a = middle;
    else b = middle;
  }
  return b * 1000;
}
