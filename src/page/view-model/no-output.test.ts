import { expect, test } from 'vitest';
import { createEngine } from '../../engine/engine.ts';
import { type InputEvent, stepKind } from '../../engine/engine-api.ts';
import { type NoOutput, noOutput } from './no-output.ts';
import { traceIndex } from './trace-index.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const TABLES = `
CREATE TABLE clicks (who STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'scenario');
CREATE TABLE orders (who STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');
CREATE TABLE parted (who STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario', 'partitions' = '2');
CREATE TABLE rates (who STRING, rate BIGINT, ts TIMESTAMP(3), PRIMARY KEY (who) NOT ENFORCED, WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
`;
const TUMBLE = (table: string, size = '10'): string =>
  `SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '${size}' SECOND)) GROUP BY window_start, window_end`;
const PROBE =
  'SELECT o.who, r.rate FROM orders AS o JOIN rates FOR SYSTEM_TIME AS OF o.ts AS r ON o.who = r.who';
const JOIN = 'SELECT c.who FROM clicks AS c JOIN orders AS o ON c.who = o.who';

/** `table who second [partition]`; the next line arrives a second later. */
function rows(text: string): InputEvent[] {
  return text
    .split(',')
    .filter((line) => line.trim() !== '')
    .map((line, at) => {
      const [table = '', who = '', second = '0', partition] = line.trim().split(' ');
      const ts = `2026-01-01 00:00:${second.padStart(2, '0')}`;
      return {
        table,
        atMs: at * 1000,
        ...(partition === undefined ? {} : { partition: Number(partition) }),
        row: table === 'rates' ? { who, rate: 7, ts } : { who: who === 'NULL' ? null : who, n: at, ts },
      };
    });
}

function analyse(query: string, input: string): NoOutput | null {
  const events = rows(input);
  const run = engine.run({ script: `${TABLES}${query};`, config: {}, inputs: events, startMs: 0, seed: 1 });
  expect(run.diagnostics).toEqual([]);
  expect(run.failure).toBe(null);
  let end = 0;
  while (end < run.steps.count && stepKind(run.steps, end) !== 'end') end++;
  const index = traceIndex(run, engine.trace(run.runId, 0, run.steps.count));
  // Before the sources end: a stream in life never does.
  return noOutput(index, end, events);
}

/** A query, what arrived, the reason, and what it points at. */
const BROKEN = [
  ['SELECT who FROM clicks', '', 'no-rows', { table: 'clicks' }],
  ['SELECT who FROM clicks', 'orders ann 1', 'no-rows', { table: 'clicks' }],
  ['SELECT who FROM clicks WHERE n > 100', 'clicks ann 1, clicks bob 2', 'filtered', { rows: 2 }],
  [
    'SELECT who, COUNT(*) FROM clicks GROUP BY who HAVING COUNT(*) > 5',
    'clicks ann 1, clicks ann 2',
    'filtered',
    {},
  ],
  [
    TUMBLE('clicks'),
    'clicks ann 1, clicks ann 12',
    'window-open',
    { neededMs: Date.UTC(2026, 0, 1, 0, 0, 9, 999), watermarkMs: Date.UTC(2026, 0, 1, 0, 0, 7) },
  ],
  [
    `SELECT who FROM clicks WHERE n < 0 UNION ALL SELECT who FROM clicks WHERE n > 9`,
    'clicks ann 1',
    'filtered',
    {},
  ],
  [
    TUMBLE('parted'),
    'parted ann 1 0, parted bob 30 0',
    'silent-partition',
    { table: 'parted', partition: 1 },
  ],
  [
    TUMBLE('parted'),
    'parted ann 1 0, parted bob 3 1, parted ann 40 0',
    'slow-partition',
    { table: 'parted', partition: 1 },
  ],
  [JOIN, 'clicks ann 1, orders bob 1', 'no-match', {}],
  [JOIN, 'clicks ann 1, clicks bob 2', 'no-rows', { table: 'orders' }],
  [JOIN, 'clicks NULL 1, orders NULL 1', 'no-match', {}],
  [
    `${JOIN} AND c.ts BETWEEN o.ts - INTERVAL '5' SECOND AND o.ts`,
    'clicks ann 30, orders ann 10',
    'no-match-in-interval',
    {},
  ],
  [PROBE, 'rates ann 1, orders ann 10', 'held-by-input', { table: 'rates' }],
  [PROBE, 'rates ann 1, orders bob 10, rates ann 20, orders cyd 30', 'no-version', {}],
  [PROBE, 'orders ann 10', 'no-rows', { table: 'rates' }],
  [
    'SELECT who, COUNT(*) OVER (PARTITION BY who ORDER BY ts) FROM clicks',
    'clicks ann 10',
    'waits-for-watermark',
    { neededMs: Date.UTC(2026, 0, 1, 0, 0, 10) },
  ],
  ['SELECT who FROM clicks ORDER BY ts', 'clicks ann 10, clicks bob 11', 'waits-for-watermark', {}],
  [
    TUMBLE('(SELECT * FROM clicks UNION ALL SELECT * FROM orders)')
      .replace('TABLE (', 'TABLE u')
      .replace(/u.*?orders\)/, 'u'),
    'clicks ann 1, clicks bob 30',
    'held-by-input',
    { table: 'orders' },
  ],
  [
    "SET 'table.exec.mini-batch.enabled' = 'true'; SET 'table.exec.mini-batch.allow-latency' = '60 s'; SET 'table.exec.mini-batch.size' = '100'; SELECT who, COUNT(*) FROM clicks GROUP BY who",
    'clicks ann 1',
    'mini-batch',
    {},
  ],
  [
    'SELECT c.who FROM (SELECT * FROM clicks WHERE n > 100) AS c JOIN orders AS o ON c.who = o.who',
    'clicks ann 1, orders ann 1',
    'filtered',
    {},
  ],
  [
    "SELECT a.who FROM (SELECT * FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS a JOIN (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS b ON a.who = b.who AND a.window_start = b.window_start AND a.window_end = b.window_end",
    'clicks ann 1, orders ann 2, clicks ann 40',
    'held-by-input',
    { table: 'orders' },
  ],
] as const;

const VIEW = 'CREATE VIEW u AS SELECT * FROM clicks UNION ALL SELECT * FROM orders; ';

test.each(BROKEN)('%s after [%s]: %s', (query, input, reason, more) => {
  const found = analyse(query.includes('TABLE u') ? VIEW + query : query, input);
  expect(found).toMatchObject({ reason, ...more });
});

const HEALTHY = [
  ['SELECT who FROM clicks', 'clicks ann 1'],
  ['SELECT who, COUNT(*) FROM clicks GROUP BY who', 'clicks ann 1'],
  [TUMBLE('clicks'), 'clicks ann 1, clicks ann 20'],
  [TUMBLE('parted'), 'parted ann 1 0, parted ann 20 0, parted bob 20 1'],
  [JOIN, 'clicks ann 1, orders ann 1'],
  ['SELECT c.who FROM clicks AS c LEFT JOIN orders AS o ON c.who = o.who', 'clicks ann 1'],
  [PROBE, 'rates ann 1, orders ann 10, rates bob 30, orders ann 40'],
  ['SELECT who FROM clicks ORDER BY ts', 'clicks ann 1, clicks ann 20'],
  ['SELECT who, COUNT(*) OVER (PARTITION BY who ORDER BY ts) FROM clicks', 'clicks ann 1, clicks ann 20'],
  ['SELECT who FROM clicks WHERE n >= 1', 'clicks ann 1, clicks bob 2'],
] as const;

test.each(HEALTHY)('nothing to say: %s after [%s]', (query, input) => {
  expect(analyse(query, input)).toBe(null);
});

test('rows that are all late are told as late', () => {
  const query = TUMBLE('late_only').replaceAll('late_only', 'v');
  const view = "CREATE VIEW v AS SELECT * FROM orders WHERE who = CAST('late' AS STRING); ";
  expect(analyse(view + query, 'orders ann 40, orders late 1, orders late 2')).toMatchObject({
    reason: 'late',
  });
});
