import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  civilFromDays,
  daysFromCivil,
  isoWeek,
  MILLIS_PER_DAY,
  parseTimestamp,
  printTimestamp,
} from './time.ts';
import { fromLocal, offsetAt, toLocal } from './zone.ts';

const day = fc.integer({ min: -719_162, max: 2_932_896 });

describe('dates without Date', () => {
  test('year, month and day are those of the proleptic Gregorian calendar', () => {
    fc.assert(
      fc.property(day, (days) => {
        const date = new Date(days * MILLIS_PER_DAY);
        expect(civilFromDays(days)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
        const { year, month, day: ofMonth } = civilFromDays(days);
        expect(daysFromCivil(year, month, ofMonth)).toBe(days);
      }),
    );
  });
  test('a week begins on Monday and belongs to the year of its Thursday', () => {
    fc.assert(
      fc.property(day, (days) => {
        const monday = days - ((((days + 3) % 7) + 7) % 7);
        expect(isoWeek(days)).toEqual(isoWeek(monday));
        expect(isoWeek(days).year).toBe(civilFromDays(monday + 3).year);
      }),
    );
  });
  test('what is printed reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (millis) => {
        expect(parseTimestamp(printTimestamp(millis, 0, 3))?.value).toBe(millis);
      }),
    );
  });
});

describe('zones', () => {
  const zones = [
    'America/New_York',
    'Europe/Berlin',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Africa/Casablanca',
    'UTC',
  ];
  const instant = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2037, 0, 1) });
  test.each(zones)('%s has the offsets JavaScript knows', (zone) => {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    fc.assert(
      fc.property(instant, (millis) => {
        const [month, dayOfMonth, year, ...clock] = format.format(millis).split(/\D+/).map(Number);
        const [hour = 0, minute = 0, second = 0] = clock;
        const wall = Date.UTC(year ?? 0, (month ?? 1) - 1, dayOfMonth ?? 1, hour, minute, second);
        expect(Math.floor(toLocal(zone, millis) / 1000) * 1000).toBe(wall);
      }),
      { numRuns: 50 },
    );
  });
  test.each(zones)('%s: a wall clock leads to an instant that shows it, but within a gap', (zone) => {
    fc.assert(
      fc.property(instant, (millis) => {
        const back = fromLocal(zone, toLocal(zone, millis));
        // The hour that comes twice is the earlier one.
        expect(back === millis || (back < millis && offsetAt(zone, back) > offsetAt(zone, millis))).toBe(
          true,
        );
      }),
    );
  });
  test('a gap moves forward, an overlap is the earlier', () => {
    expect(fromLocal('Europe/Berlin', Date.UTC(2024, 2, 31, 2, 30))).toBe(Date.UTC(2024, 2, 31, 1, 30));
    expect(fromLocal('Europe/Berlin', Date.UTC(2024, 9, 27, 2, 30))).toBe(Date.UTC(2024, 9, 27, 0, 30));
    expect(fromLocal('GMT+05:30', Date.UTC(2024, 0, 1))).toBe(Date.UTC(2023, 11, 31, 18, 30));
  });
});
