import { expect, test } from 'vitest';
import { temporalJoin } from '../../content/scenarios/temporal-join.ts';
import { versionedView } from '../../content/scenarios/versioned-view.ts';
import { createEngine } from '../../engine/engine.ts';
import type { InputEvent, Json, RowKind } from '../../engine/engine-api.ts';
import { ribbonHistory } from './ribbon-history.ts';
import { ribbonTables } from './ribbon-tables.ts';
import {
  asOfMs,
  laneView,
  movedAsOf,
  type RibbonFrame,
  ribbonFrame,
  ribbonText,
  ribbonWatermark,
  tableAsOf,
} from './ribbons.ts';
import { type TraceIndex, traceIndex } from './trace-index.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const DAY = Date.UTC(2020, 3, 15);
const at = (clock: string): number => Date.parse(`2020-04-15T${clock}Z`);

interface Story {
  readonly sql: string;
  readonly events: readonly InputEvent[];
  readonly startMs: number;
}

function ribbonsOf({ sql, events, startMs }: Story, number = 0) {
  const run = engine.run({ script: sql, config: {}, inputs: events, startMs, seed: 1 });
  expect(run.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const index = traceIndex(run, engine.trace(run.runId, 0, run.steps.count));
  const table = ribbonTables(run)[number];
  if (!table) throw new Error('no ribbons');
  const history = ribbonHistory(index, table);
  const frame = ribbonFrame(history, 600);
  return { run, index, table, history, frame };
}

function rowsOf(table: string, rows: readonly (readonly [RowKind, { readonly [column: string]: Json }])[]) {
  return rows.map(([kind, row]): Omit<InputEvent, 'atMs'> => ({ table, kind, row }));
}
const inTurn = (rows: readonly Omit<InputEvent, 'atMs'>[]): InputEvent[] =>
  rows.map((row, place) => ({ ...row, atMs: place * 1000 }));

/** D1 of the concepts: a table with versions from the changelog of a database. */
const PRODUCTS: Story = {
  startMs: DAY,
  sql: `CREATE TABLE product_changelog (product_id STRING, product_name STRING, price DECIMAL(10, 2), update_time TIMESTAMP(3),
    PRIMARY KEY (product_id) NOT ENFORCED, WATERMARK FOR update_time AS update_time)
    WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
    SELECT * FROM product_changelog;`,
  events: inTurn(
    rowsOf(
      'product_changelog',
      (
        [
          ['+I', '00:01:00', 'p_001', 'scooter', '11.11'],
          ['+I', '00:02:00', 'p_002', 'basketball', '23.11'],
          ['-U', '12:00:00', 'p_001', 'scooter', '11.11'],
          ['+U', '12:00:00', 'p_001', 'scooter', '12.99'],
          ['-U', '12:00:00', 'p_002', 'basketball', '23.11'],
          ['+U', '12:00:00', 'p_002', 'basketball', '19.99'],
          ['-D', '18:00:00', 'p_001', 'scooter', '12.99'],
        ] as const
      ).map(([kind, time, product_id, product_name, price]) => [
        kind,
        { product_id, product_name, price, update_time: `2020-04-15 ${time}` },
      ]),
    ),
  ),
};

const JOIN = (join: string) => `CREATE TABLE o (id INT, k STRING, t TIMESTAMP(3), WATERMARK FOR t AS t)
    WITH ('connector' = 'scenario');
  CREATE TABLE v (k STRING, x INT, t TIMESTAMP(3), WATERMARK FOR t AS t - INTERVAL '1' MINUTE, PRIMARY KEY (k) NOT ENFORCED)
    WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');
  SELECT o.id, v.x FROM o ${join} v FOR SYSTEM_TIME AS OF o.t AS v ON o.k = v.k;`;
const v = (kind: RowKind, k: string, x: number, clock: string) =>
  rowsOf('v', [[kind, { k, x, t: `2020-04-15 ${clock}` }]]);
const o = (id: number, k: string | null, clock: string) =>
  rowsOf('o', [['+I', { id, k, t: `2020-04-15 ${clock}` }]]);

/** A deletion, probes before any version and after the end, a correction that comes too late, a key that nobody knows. */
const CORRECTED = (join: string): Story => ({
  startMs: DAY,
  sql: JOIN(join),
  events: inTurn(
    [
      v('+I', 'a', 1, '10:00:00'),
      o(1, 'a', '09:00:00'),
      o(2, 'a', '10:30:00'),
      o(3, 'b', '10:31:00'),
      v('+U', 'a', 2, '11:00:00'),
      v('+U', 'a', 9, '10:20:00'),
      o(4, 'a', '11:30:00'),
      v('-D', 'a', 2, '11:20:00'),
      v('+I', 'b', 5, '12:00:00'),
      o(5, null, '11:40:00'),
      o(6, 'b', '12:30:00'),
    ].flat(),
  ),
});

test.each([
  [2, `EUR | [11:50:00, →) 1.14 | 12:00:00 to-come | 12:06:00 to-come | 12:08:00 to-come | 12:30:00 to-come`],
  [3, `EUR | [11:50:00, →) 1.14 | 12:00:00 waiting | 12:06:00 to-come | 12:08:00 to-come | 12:30:00 to-come`],
  [
    8,
    'EUR | [11:50:00, 12:05:00) 1.14 | [12:05:00, →) 1.10 | 12:00:00 waiting | 12:06:00 waiting | 12:08:00 to-come | 12:30:00 to-come',
  ],
  [
    9,
    'EUR | ([11:50:00, 12:05:00) 1.14) | [12:05:00, →) 1.10 | 12:00:00 landed 1.14 | 12:06:00 waiting | 12:08:00 to-come | 12:30:00 to-come',
  ],
  [
    14,
    'EUR | ([11:50:00, 12:05:00) 1.14) | [12:05:00, 12:20:00) 1.10 | [12:20:00, →) 1.25 | 12:00:00 landed 1.14 | 12:06:00 landed 1.10 | 12:08:00 waiting | 12:30:00 to-come',
  ],
])('orders wait for both watermarks, then read their version: position %i', (position, expected) => {
  const { frame, index } = ribbonsOf(temporalJoin);
  expect(ribbonText(frame, index, position)).toBe(expected);
});

test.each([
  [
    'D2',
    versionedView,
    '11:00:00',
    ['US Dollar 102 @ 09:00:00', 'Euro 116 @ 10:45:00', 'Yen 1 @ 09:00:00'],
    '09:00:00',
  ],
  [
    'D2',
    versionedView,
    '12:00:00',
    ['US Dollar 102 @ 09:00:00', 'Euro 119 @ 11:15:00', 'Yen 1 @ 09:00:00', 'Pounds 108 @ 11:49:00'],
    '09:00:00',
  ],
  [
    'D1',
    PRODUCTS,
    '10:00:00',
    ['p_001 scooter 11.11 @ 00:01:00', 'p_002 basketball 23.11 @ 00:02:00'],
    '00:01:00',
  ],
  [
    'D1',
    PRODUCTS,
    '13:00:00',
    ['p_001 scooter 12.99 @ 12:00:00', 'p_002 basketball 19.99 @ 12:00:00'],
    '00:01:00',
  ],
  ['D1', PRODUCTS, '18:00:00', ['p_002 basketball 19.99 @ 12:00:00'], '00:01:00'],
])('%s of the concepts: the table as of $2', (_, story, clock, expected, first) => {
  const { run, index, history } = ribbonsOf(story);
  const rows = tableAsOf(index, history, run.steps.count, at(clock));
  expect(
    rows.map(({ cells, fromMs }) => `${cells.join(' ')} @ ${new Date(fromMs).toISOString().slice(11, 19)}`),
  ).toEqual(expected);
  expect(tableAsOf(index, history, run.steps.count, at(first) - 1)).toEqual([]);
  expect(tableAsOf(index, history, 0, at(clock))).toEqual([]);
});

test.each([
  ['LEFT JOIN', 'nothing'],
  ['JOIN', 'dropped'],
])('%s: without a version a row is %s, and a later version moves no probe', (join, without) => {
  const { run, frame, index } = ribbonsOf(CORRECTED(join));
  expect(ribbonText(frame, index, run.steps.count).split('\n')).toEqual([
    `a | ([10:00:00, 10:20:00) 1) | ([10:20:00, 11:00:00) 9) | ([11:00:00, 11:20:00) 2) | 09:00:00 ${without} | 10:30:00 landed 1 corrected | 11:30:00 ${without}`,
    `b | [12:00:00, →) 5 | 10:31:00 ${without} | 12:30:00 landed 5`,
    ` | 11:40:00 ${without}`,
  ]);
});

/** What the engine itself holds in state is what the picture does not draw faint, at every position. */
test.each([
  ['temporal-join', temporalJoin],
  ['corrected', CORRECTED('LEFT JOIN')],
  ['corrected, inner', CORRECTED('JOIN')],
])('%s: versions fade when the join forgets them', (_, story) => {
  const { run, table, history } = ribbonsOf(story);
  for (let position = 0; position <= run.steps.count; position++) {
    const held = history.lanes
      .flatMap(({ versions }) => versions)
      .filter(
        ({ step, replacedStep, freedStep }) =>
          step < position && replacedStep >= position && freedStep >= position,
      );
    const waiting = history.lanes
      .flatMap(({ probes }) => probes)
      .filter(({ step, answeredStep }) => step < position && answeredStep >= position);
    const state = engine.state(run.runId, position).find(({ operator }) => operator === table.operator);
    const sizes = Object.fromEntries(state?.tables.map(({ name, size }) => [name, size]) ?? []);
    expect({ position, left: waiting.length, right: held.length }).toEqual({
      position,
      left: sizes['left'] ?? 0,
      right: sizes['right'] ?? 0,
    });
  }
});

const TWO_JOINS: Story = {
  startMs: DAY,
  sql: `CREATE TABLE o (id INT, k STRING, t TIMESTAMP(3), WATERMARK FOR t AS t) WITH ('connector' = 'scenario');
    CREATE TABLE h (t TIMESTAMP(3), k STRING, x INT, WATERMARK FOR t AS t) WITH ('connector' = 'scenario');
    CREATE TABLE v (k STRING, x INT, t TIMESTAMP(3), WATERMARK FOR t AS t, PRIMARY KEY (k) NOT ENFORCED)
      WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');
    CREATE TEMPORARY VIEW hv AS SELECT k, x, t FROM
      (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY t DESC) AS n FROM h) WHERE n = 1;
    SELECT o.id, hv.x, v.x FROM o
    JOIN hv FOR SYSTEM_TIME AS OF o.t AS hv ON o.k = hv.k
    JOIN v FOR SYSTEM_TIME AS OF o.t AS v ON o.k = v.k;`,
  events: inTurn(
    [
      rowsOf('h', [['+I', { k: 'a', x: 1, t: '2020-04-15 09:00:00' }]]),
      v('+I', 'a', 7, '09:00:00'),
      rowsOf('h', [['+I', { k: 'a', x: 2, t: '2020-04-15 10:00:00' }]]),
      o(1, 'a', '09:30:00'),
      o(2, 'a', '10:30:00'),
    ].flat(),
  ),
};

test('each temporal join has a table of its own; a versioned view is one', () => {
  const first = ribbonsOf(TWO_JOINS);
  expect(ribbonTables(first.run).map(({ name }) => name)).toEqual(['h', 'v']);
  const whole = first.run.steps.count;
  expect(ribbonText(first.frame, first.index, whole)).toBe(
    'a | ([09:00:00, 10:00:00) 1) | [10:00:00, →) 2 | 09:30:00 landed 1 | 10:30:00 landed 2',
  );
  const second = ribbonsOf(TWO_JOINS, 1);
  expect(ribbonText(second.frame, second.index, whole)).toBe(
    'a | [09:00:00, →) 7 | 09:30:00 landed 7 | 10:30:00 landed 7',
  );
});

test('of a part of a long run, what is in the part is shown', () => {
  const { run, table } = ribbonsOf(temporalJoin);
  const index = traceIndex(run, engine.trace(run.runId, 9, 15));
  const frame = ribbonFrame(ribbonHistory(index, table), 600);
  expect(ribbonText(frame, index, 14)).toBe('EUR | [12:20:00, →) 1.25 | 12:08:00 waiting | 12:30:00 to-come');
  const later = traceIndex(run, engine.trace(run.runId, 12, run.steps.count));
  const text = ribbonText(ribbonFrame(ribbonHistory(later, table), 600), later, run.steps.count);
  expect(text, 'what was read is known even if its version is not').toBe(
    'EUR | 12:08:00 landed 1.10 | 12:30:00 landed 1.25',
  );
});

test('the line starts at the watermark, moves by round times, and stays in the picture', () => {
  const { run, index, frame } = ribbonsOf(versionedView);
  const from = (position: number) => asOfMs(frame, null, ribbonWatermark(frame, index, position).ms);
  expect(from(0)).toBe(frame.scale.fromMs);
  expect(from(4)).toBe(at('09:00:00'));
  expect(from(run.steps.count)).toBe(frame.scale.toMs);
  expect(frame.stepMs).toBe(2 * 60_000);
  expect(
    ['ArrowRight', 'ArrowLeft', 'PageUp', 'PageDown', 'Home', 'End', 'x'].map((key) =>
      movedAsOf(frame, at('11:01:00'), key),
    ),
  ).toEqual([
    at('11:02:00'),
    at('11:00:00'),
    at('11:15:00'),
    at('10:45:00'),
    frame.scale.fromMs,
    frame.scale.toMs,
    null,
  ]);
});

test('a query without versions has no ribbons', () => {
  const run = engine.run({
    script: "CREATE TABLE t (x INT) WITH ('connector' = 'scenario'); SELECT * FROM t;",
    config: {},
    inputs: [],
    startMs: 0,
    seed: 1,
  });
  expect(ribbonTables(run)).toEqual([]);
});

/** What scrubbing asks for at each frame, on 50 keys with 100 versions. */
test('a lane in which nothing has changed is not made again', () => {
  const story: Story = {
    startMs: DAY,
    sql: JOIN('LEFT JOIN'),
    events: Array.from({ length: 5000 }, (_, n) => ({
      table: 'v',
      kind: n < 50 ? ('+I' as const) : ('+U' as const),
      atMs: n,
      row: {
        k: `k${n % 50}`,
        x: n,
        t: new Date(DAY + Math.floor(n / 50) * 60_000).toISOString().slice(0, 19).replace('T', ' '),
      },
    })),
  };
  const { run, index, frame, history } = ribbonsOf(story);
  expect(history.lanes.map(({ versions }) => versions.length)).toEqual(Array(50).fill(100));
  const views = (position: number) => history.lanes.map((lane) => laneView(frame, index, lane, position));
  const half = Math.floor(run.steps.count / 2);
  const before = views(half);
  const after = views(half + 1);
  expect(after.filter((view, n) => view !== before[n]).length).toBeLessThanOrEqual(1);
  expect(drawn(frame, index, run.steps.count)).toBe(5000);
});

function drawn(frame: RibbonFrame, index: TraceIndex, position: number): number {
  return frame.history.lanes.reduce(
    (sum, lane) => sum + laneView(frame, index, lane, position).bars.length,
    0,
  );
}
