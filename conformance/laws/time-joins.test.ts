import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../../src/engine/types/logical-type.ts';
import { runs } from './changes.ts';
import { multisetOf, plan, type Query, Running, seams, tableOf } from './harness.ts';
import { anyArrivals, changeOf, punctual, TIMED_TABLES, type Timed, watermarksAt } from './timed.ts';

/** Joins over time are, once the last watermark has come, what their definition says of the rows that were not late. */

type On = (left: Timed, right: Timed) => boolean;
const cells = (row: Timed | null): Row => (row === null ? [null, null, null] : [row.k, row.ms, row.v]);
const COLUMNS = 'a.k, a.ts, a.v, b.k, b.ts, b.v';
const plainTime = COLUMNS.replace(/(\w)\.ts/g, 'CAST($1.ts AS TIMESTAMP(3))');

function joined(kind: string, left: readonly Timed[], right: readonly Timed[], on: On): Row[] {
  const pairs = left.flatMap((l) => right.filter((r) => on(l, r)).map((r) => [...cells(l), ...cells(r)]));
  const lonelyLeft = left
    .filter((l) => !right.some((r) => on(l, r)))
    .map((l) => [...cells(l), ...cells(null)]);
  const lonelyRight = right
    .filter((r) => !left.some((l) => on(l, r)))
    .map((r) => [...cells(null), ...cells(r)]);
  return [
    ...pairs,
    ...(kind === 'LEFT' || kind === 'FULL' ? lonelyLeft : []),
    ...(kind === 'RIGHT' || kind === 'FULL' ? lonelyRight : []),
  ];
}
const of = (rows: readonly Timed[], table: string): Timed[] => rows.filter((row) => row.table === table);
const KINDS = ['INNER', 'LEFT', 'RIGHT', 'FULL'];

/** Held against every join as well: it can be cut in two anywhere. */
function expectNoSeams(query: Query, tables: readonly string[]): void {
  fc.assert(
    fc.property(punctual(tables, 40), fc.integer({ min: 1, max: 9 }), ({ rows }, share) => {
      const changes = rows.map(changeOf).filter(({ table, row }) => table !== 'r' || row[1] !== null);
      const { whole, inParts } = seams(query, changes, share);
      expect(inParts).toEqual(whole);
    }),
    runs(5),
  );
}

test.each(KINDS)('%s interval join', (kind) => {
  const query = plan(
    TIMED_TABLES,
    `SELECT ${plainTime} FROM a ${kind} JOIN b ON a.k = b.k AND a.ts BETWEEN b.ts - INTERVAL '5' SECOND AND b.ts + INTERVAL '3' SECOND`,
  );
  const on: On = (l, r) => l.k !== null && l.k === r.k && l.ms >= r.ms - 5000 && l.ms <= r.ms + 3000;
  fc.assert(
    fc.property(punctual(['a', 'b'], 80), fc.boolean(), ({ rows }, canGenerate) => {
      const running = new Running(query, { canGenerate }).pushAll(rows.map(changeOf)).end();
      expect(tableOf(running.sent)).toEqual(multisetOf(joined(kind, of(rows, 'a'), of(rows, 'b'), on)));
    }),
    runs(40),
  );
  expectNoSeams(query, ['a', 'b']);
});

const windowed = (table: string): string =>
  `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND))) ${table}`;
const windowEnd = ({ ms }: Timed): number => ms - (ms % 10_000) + 10_000;
const inWindow: On = (l, r) => l.k !== null && l.k === r.k && windowEnd(l) === windowEnd(r);
const SAME = 'a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end';

/** Rows whose window was still open when they came. */
function inTime(rows: readonly Timed[]): Timed[] {
  const watermarks = watermarksAt(rows, ['a', 'b']);
  return rows.filter((row, i) => windowEnd(row) - 1 > watermarks[i]!);
}

test.each(KINDS)('%s window join', (kind) => {
  const query = plan(
    TIMED_TABLES,
    `SELECT ${plainTime} FROM ${windowed('a')} ${kind} JOIN ${windowed('b')} ON ${SAME}`,
  );
  fc.assert(
    fc.property(anyArrivals(['a', 'b'], 80), fc.boolean(), ({ rows }, canGenerate) => {
      const running = new Running(query, { canGenerate }).pushAll(rows.map(changeOf)).end();
      const kept = inTime(rows);
      expect(tableOf(running.sent)).toEqual(multisetOf(joined(kind, of(kept, 'a'), of(kept, 'b'), inWindow)));
    }),
    runs(40),
  );
  expectNoSeams(query, ['a', 'b']);
});

test.each(['EXISTS', 'NOT EXISTS'])('window join by %s', (kind) => {
  const query = plan(
    TIMED_TABLES,
    `SELECT a.k, CAST(a.ts AS TIMESTAMP(3)), a.v FROM ${windowed('a')} WHERE ${kind} (SELECT * FROM ${windowed('b')} WHERE ${SAME})`,
  );
  fc.assert(
    fc.property(anyArrivals(['a', 'b'], 80), ({ rows }) => {
      const running = new Running(query).pushAll(rows.map(changeOf)).end();
      const kept = inTime(rows);
      const right = of(kept, 'b');
      const expected = of(kept, 'a').filter((l) => right.some((r) => inWindow(l, r)) === (kind === 'EXISTS'));
      expect(tableOf(running.sent)).toEqual(multisetOf(expected.map(cells)));
    }),
    runs(40),
  );
  expectNoSeams(query, ['a', 'b']);
});

test.each(['', 'LEFT '])('%stemporal join', (kind) => {
  const query = plan(
    TIMED_TABLES,
    `SELECT a.k, CAST(a.ts AS TIMESTAMP(3)), a.v, r.v FROM a ${kind}JOIN r FOR SYSTEM_TIME AS OF a.ts ON a.k = r.k`,
  );
  fc.assert(
    fc.property(punctual(['a', 'r'], 80), fc.boolean(), (arrivals, canGenerate) => {
      // A key of a table is not NULL.
      const rows = arrivals.rows.filter((row) => row.table === 'a' || row.k !== null);
      const versions = of(rows, 'r');
      const running = new Running(query, { canGenerate }).pushAll(rows.map(changeOf)).end();
      const expected = of(rows, 'a').flatMap((probe): Row[] => {
        const valid = versions.filter((version) => version.k === probe.k && version.ms <= probe.ms);
        if (valid.length === 0 && kind === '') return [];
        // Of versions of one time the last that came counts.
        const newest = Math.max(...valid.map(({ ms }) => ms));
        return [[...cells(probe), valid.filter(({ ms }) => ms === newest).at(-1)?.v ?? null]];
      });
      expect(tableOf(running.sent)).toEqual(multisetOf(expected));
    }),
    runs(40),
  );
  expectNoSeams(query, ['a', 'r']);
});
