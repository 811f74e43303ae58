import fc from 'fast-check';
import type { Row } from '../../src/engine/types/logical-type.ts';
import type { Change } from './harness.ts';

/** Rows with an event time, and the orders in which they may arrive. */
export interface Timed {
  readonly table: string;
  readonly k: number | null;
  readonly ms: number;
  readonly v: number | null;
}

export const START_MS = 1_700_000_040_000;
/** How long the watermarks of all tables wait. */
export const DELAY_MS = 4000;
const SPAN_MS = 60_000;

const column = "ts TIMESTAMP(3), v INT, WATERMARK FOR ts AS ts - INTERVAL '4' SECOND";
/** `x` is read by nobody: what operators make of a row then is not the row itself. */
export const TIMED_TABLES = `
CREATE TABLE a (x INT, k INT, ${column}) WITH ('connector' = 'scenario');
CREATE TABLE b (x INT, k INT, ${column}) WITH ('connector' = 'scenario');
CREATE TABLE r (x INT, k INT, ${column}, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'scenario');
`;

const orNull = (most: number): fc.Arbitrary<number | null> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: most }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );

export interface Arrivals {
  /** In their order of arrival. */
  readonly rows: readonly Timed[];
}

/** Rows that arrive in any order. */
export const anyArrivals = (tables: readonly string[], maxLength: number): fc.Arbitrary<Arrivals> =>
  fc.array(timed(tables), { maxLength, size: 'max' }).map((rows) => ({ rows }));

/** Rows of which none comes when its table's watermark has passed it; the tables may be ahead of each other. */
export const punctual = (tables: readonly string[], maxLength: number): fc.Arbitrary<Arrivals> =>
  fc
    .tuple(
      fc.array(fc.tuple(timed(tables), fc.integer({ min: 0, max: DELAY_MS - 1 })), {
        maxLength,
        size: 'max',
      }),
      fc.tuple(...tables.map(() => fc.integer({ min: 0, max: SPAN_MS / 2 }))),
    )
    .map(([rows, leads]) => {
      const dueMs = ([row, jitter]: readonly [Timed, number]): number =>
        row.ms + jitter + leads[tables.indexOf(row.table)]!;
      return { rows: [...rows].sort((one, other) => dueMs(one) - dueMs(other)).map(([row]) => row) };
    });

const timed = (tables: readonly string[]): fc.Arbitrary<Timed> =>
  fc.record({
    table: fc.constantFrom(...tables),
    k: orNull(2),
    // Half seconds and a millisecond less: bounds of windows are hit, by rows and by watermarks.
    ms: fc
      .tuple(fc.integer({ min: 1, max: SPAN_MS / 500 }), fc.integer({ min: 0, max: 1 }))
      .map(([n, less]) => START_MS + n * 500 - less),
    v: orNull(5),
  });

export const rowOf = ({ k, ms, v }: Timed, i = 0): Row => [i, k, ms, v];
export const changeOf = (timedRow: Timed, i: number): Change => ({
  table: timedRow.table,
  kind: 0,
  row: rowOf(timedRow, i),
});

/** The watermark that an operator over all these tables has when each row arrives. */
export function watermarksAt(rows: readonly Timed[], tables: readonly string[]): number[] {
  const own = new Map(tables.map((table) => [table, Number.NEGATIVE_INFINITY]));
  return rows.map(({ table, ms }) => {
    const before = Math.min(...own.values());
    own.set(table, Math.max(own.get(table)!, ms - DELAY_MS));
    return before;
  });
}
