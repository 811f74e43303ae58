import { expect, test } from 'vitest';
import type { ColumnInfo } from '../../engine/engine-api.ts';
import { readCell, withEventTimeMoved } from './event-cells.ts';
import { clockText, durationText, windowText } from './format.ts';
import { msAt, ticks, xOf } from './ruler.ts';

const NOON_MS = Date.UTC(2020, 3, 15, 12);

test.each([
  [0, '0 s'],
  [800, '800 ms'],
  [13_500, '13.5 s'],
  [150_000, '2 min 30 s'],
  [3_600_000, '1 h'],
  [3_899_999, '1 h 5 min'],
  [-1600, '−1.6 s'],
])('%d ms read %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('clock texts are as short as they can be', () => {
  expect(clockText(NOON_MS + 8400)).toBe('12:00:08.4');
  expect(clockText(NOON_MS + 10_000)).toBe('12:00:10');
  expect(clockText(NOON_MS)).toBe('12:00:00');
  expect(clockText(9.223372036854776e18)).toBe('∞');
  expect(windowText(NOON_MS, NOON_MS + 10_000)).toBe('[12:00:00, 12:00:10)');
});

test('a ruler has round marks, and maps both ways', () => {
  const scale = { fromMs: 0, toMs: 30_000, left: 100, right: 700 };
  expect(ticks(scale, 76, 'duration').map(({ label }) => label)).toEqual([
    '0 s',
    '5 s',
    '10 s',
    '15 s',
    '20 s',
    '25 s',
    '30 s',
  ]);
  expect(msAt(scale, xOf(scale, 12_345))).toBeCloseTo(12_345);
});

test.each([
  ['BIGINT', '12', 12, null],
  ['BIGINT', '9223372036854775807', '9223372036854775807', null],
  ['DECIMAL(10, 2)', 'x', null, 'badNumber'],
  ['STRING', '', null, null],
  ['STRING', '""', '', null],
  ['BOOLEAN', 'maybe', null, 'badBoolean'],
  ['ARRAY<INT>', '[1, 2]', [1, 2], null],
  ['ROW<a INT>', '{a', null, 'badJson'],
  ['TIMESTAMP(3)', 'yesterday', 'yesterday', null],
])('a cell of type %s reads %s', (type, typed, value, problem) => {
  const column: ColumnInfo = { name: 'c', type, kind: 'physical' };
  expect(readCell(column, typed)).toEqual({ value, problem });
});

test('an event time is moved in the spelling it had', () => {
  const column: ColumnInfo = { name: 'ts', type: 'TIMESTAMP(3)', kind: 'physical' };
  const at = (ts: string) => ({ table: 't', atMs: 0, row: { ts } });
  expect(withEventTimeMoved(at('2020-04-15 12:00:08.4'), column, 600)?.row['ts']).toBe('2020-04-15 12:00:09');
  expect(withEventTimeMoved(at('2020-04-15 12:00:08Z'), column, -500)?.row['ts']).toBe(
    '2020-04-15 12:00:07.5Z',
  );
  expect(withEventTimeMoved(at('soon'), column, 500)).toBeNull();
});
