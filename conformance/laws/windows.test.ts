import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/engine/types/logical-type.ts';
import { runs } from './changes.ts';
import { multisetOf, plan, type Query, Running, seams, tableOf } from './harness.ts';
import { anyArrivals, changeOf, punctual, TIMED_TABLES, type Timed, watermarksAt } from './timed.ts';

/** Laws of windows. */

interface Window {
  readonly start: number;
  readonly end: number;
}
const S = 1000;
const floor = (ms: number, step: number): number => ms - (ms % step);
const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, i) => from + i * step);

/** Which windows a time falls in, where no other row matters to that. */
const ASSIGNED: Readonly<Record<string, (ms: number) => Window[]>> = {
  "TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND)": (ms) => [
    { start: floor(ms, 10 * S), end: floor(ms, 10 * S) + 10 * S },
  ],
  "HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '4' SECOND, INTERVAL '12' SECOND)": (ms) =>
    range(floor(ms, 4 * S) - 8 * S, floor(ms, 4 * S), 4 * S).map((start) => ({ start, end: start + 12 * S })),
  "CUMULATE(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)": (ms) => {
    const start = floor(ms, 20 * S);
    return range(floor(ms, 5 * S) + 5 * S, start + 20 * S, 5 * S).map((end) => ({ start, end }));
  },
};
const SESSION = "SESSION(TABLE a PARTITION BY k, DESCRIPTOR(ts), INTERVAL '6' SECOND)";
const GAP_MS = 6 * S;

const sqlOf = (windows: string): string =>
  `SELECT k, window_start, window_end, COUNT(*) AS n, SUM(v) AS total, MIN(v) AS low, MAX(v) AS high, COUNT(DISTINCT v) AS several FROM TABLE(${windows}) GROUP BY k, window_start, window_end`;

interface Placed {
  readonly row: Timed;
  readonly window: Window;
}

function aggregated(placed: readonly Placed[]): Row[] {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    const key = `${one.row.k} ${one.window.start} ${one.window.end}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const { row, window } = group[0]!;
    const values = group.flatMap((one) => (one.row.v === null ? [] : [one.row.v]));
    const orNull = (make: () => number): number | null => (values.length === 0 ? null : make());
    return [
      row.k,
      window.start,
      window.end,
      group.length,
      orNull(() => values.reduce((sum, v) => sum + v, 0)),
      orNull(() => Math.min(...values)),
      orNull(() => Math.max(...values)),
      new Set(values).size,
    ];
  });
}

/** Sessions of rows none of which is late: as if they had all been there at once. */
function sessions(rows: readonly Timed[]): Placed[] {
  const placed: Placed[] = [];
  for (const k of new Set(rows.map((row) => row.k))) {
    const own = rows.filter((row) => row.k === k).sort((one, other) => one.ms - other.ms);
    let open: Timed[] = [];
    const close = (): void => {
      if (open.length === 0) return;
      const window = { start: open[0]!.ms, end: open.at(-1)!.ms + GAP_MS };
      for (const row of open) placed.push({ row, window });
      open = [];
    };
    for (const row of own) {
      if (open.length > 0 && row.ms > open.at(-1)!.ms + GAP_MS) close();
      open.push(row);
    }
    close();
  }
  return placed;
}

describe.each(Object.entries(ASSIGNED))('%s', (windows, assign) => {
  const query = plan(TIMED_TABLES, sqlOf(windows));
  const placed = (rows: readonly Timed[]): Placed[] =>
    rows.flatMap((row) => assign(row.ms).map((window) => ({ row, window })));

  test('any order within the bound of the watermark gives the same windows', () => {
    fc.assert(
      fc.property(punctual(['a'], 80), fc.boolean(), ({ rows }, canGenerate) => {
        const running = new Running(query, { canGenerate }).pushAll(rows.map(changeOf)).end();
        expect(tableOf(running.sent)).toEqual(multisetOf(aggregated(placed(rows))));
      }),
      runs(25),
    );
  });

  test('a row counts in those of its windows that the watermark has not passed', () => {
    fc.assert(
      fc.property(anyArrivals(['a'], 80), ({ rows }) => {
        const watermarks = watermarksAt(rows, ['a']);
        const counted = rows.flatMap((row, i) =>
          assign(row.ms).flatMap((window) => (window.end - 1 > watermarks[i]! ? [{ row, window }] : [])),
        );
        const running = new Running(query).pushAll(rows.map(changeOf)).end();
        expect(tableOf(running.sent)).toEqual(multisetOf(aggregated(counted)));
      }),
      runs(25),
    );
  });

  keepsTheLawsOfWindows(query);
});

describe('SESSION', () => {
  const query = plan(TIMED_TABLES, sqlOf(SESSION));

  test('any order within the bound of the watermark gives the same windows', () => {
    fc.assert(
      fc.property(punctual(['a'], 60), fc.boolean(), ({ rows }, canGenerate) => {
        const running = new Running(query, { canGenerate }).pushAll(rows.map(changeOf)).end();
        expect(tableOf(running.sent)).toEqual(multisetOf(aggregated(sessions(rows))));
      }),
      runs(25),
    );
  });

  keepsTheLawsOfWindows(query);
});

function keepsTheLawsOfWindows(query: Query): void {
  test('nothing is sent for a window that the watermark has passed; watermarks rise; state goes', () => {
    fc.assert(
      fc.property(anyArrivals(['a'], 60), ({ rows }) => {
        let watermark = Number.NEGATIVE_INFINITY;
        const running = new Running(query, {
          onWatermark: (ms) => {
            expect(ms).toBeGreaterThan(watermark);
            watermark = ms;
          },
        });
        const checkSent = (from: number, before: number): void => {
          for (const { row } of running.sent.slice(from))
            expect((row[2] as number) - 1).toBeGreaterThan(before);
        };
        rows.forEach((row, i) => {
          const [from, before] = [running.sent.length, watermark];
          running.push(changeOf(row, i));
          checkSent(from, before);
          for (const { atMs } of timersOf(query, running)) expect(atMs).toBeGreaterThan(watermark);
        });
        const [from, before] = [running.sent.length, watermark];
        running.end();
        checkSent(from, before);
        query.nodes.forEach((_, id) => {
          const state = running.job.inspectAt(id);
          expect(state?.tables.map((table) => table.size) ?? []).toEqual((state?.tables ?? []).map(() => 0));
          expect(state?.timersMs ?? []).toEqual([]);
        });
      }),
      runs(15),
    );
  });

  test('in two parts a run sends what it sends in one, traced or not, and remembers the same', () => {
    fc.assert(
      fc.property(punctual(['a'], 40), fc.integer({ min: 1, max: 9 }), ({ rows }, share) => {
        const { whole, inParts } = seams(query, rows.map(changeOf), share);
        expect(inParts).toEqual(whole);
      }),
      runs(10),
    );
  });
}

/** Event-time timers of the operators that close windows; a local phase has none. */
const timersOf = (query: Query, { job }: Running): { readonly atMs: number }[] =>
  query.nodes.flatMap((_, id) => [...(job.inspectAt(id)?.timersMs ?? [])]);
