import { expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import { cellsOf, clockMsOf, type Run, type StepKind, stepKind, turnOf } from '../engine-api.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const START = Date.UTC(2026, 0, 1);
const CLICKS =
  "CREATE TABLE clicks (who STRING, n BIGINT, p AS PROCTIME()) WITH ('connector' = 'scenario');\n";
const inputs = [0, 300, 1500].map((atMs, n) => ({
  table: 'clicks',
  atMs,
  row: { who: n < 2 ? 'ann' : 'bob', n },
}));

const run = (script: string, endMs?: number) =>
  engine.run({
    script: CLICKS + script,
    config: {},
    inputs,
    startMs: START,
    seed: 1,
    ...(endMs === undefined ? {} : { endMs }),
  });
const lastOf = ({ steps }: Run, kind: StepKind): number => {
  let step = steps.count - 1;
  while (step >= 0 && stepKind(steps, step) !== kind) step--;
  return step;
};
const WINDOWS = "SELECT COUNT(*) FROM clicks GROUP BY TUMBLE(p, INTERVAL '1' SECOND);";

test('time that passes after the last row fires what waits for it, and every step is replayed so', () => {
  const short = run(WINDOWS);
  expect(short.steps.changes).toBe(1);
  const long = run(WINDOWS, 4000);
  const { count } = long.steps;
  expect(long.steps.changes).toBe(2);
  const last = lastOf(long, 'clock');
  expect([turnOf(long.steps, last), clockMsOf(long.steps, last) - START]).toEqual([4, 2000]);
  expect(clockMsOf(long.steps, count - 1) - START).toBe(4000);
  const slice = engine.trace(long.runId, last, last + 1);
  expect(cellsOf(slice, 0)[0]).toBe('1');
  expect(engine.state(long.runId, last).length).toBe(1);
  expect(
    engine.state(long.runId, last + 1).flatMap(({ tables }) => tables.flatMap(({ rows }) => rows)),
  ).toEqual([]);
});

test.each([
  ['SELECT who, COUNT(*) FROM clicks GROUP BY who;', ['ann 1300', 'bob 2500']],
  [
    'SELECT who, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY who ORDER BY p DESC) AS r FROM clicks) WHERE r = 1;',
    ['ann 1300', 'bob 2500'],
  ],
  [
    'SELECT who, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY who ORDER BY n DESC) AS r FROM clicks) WHERE r <= 2;',
    ['ann 1300', 'ann 1300', 'bob 2500'],
  ],
  ['SELECT a.who FROM clicks AS a JOIN clicks AS b ON a.n = b.n;', ['ann 1000', 'ann 1300', 'bob 2500']],
] as const)('state with a time to live says when it will be forgotten: %s', (query, expected) => {
  const made = run(`SET 'table.exec.state.ttl' = '1 s';\n${query}`);
  expect(made.diagnostics).toEqual([]);
  const end = lastOf(made, 'end');
  const [table] = engine.state(made.runId, end).flatMap(({ tables }) => tables);
  expect(table?.ttl?.ms).toBe(1000);
  const who = table?.columns.indexOf('who') ?? -1;
  const seen = table?.rows.map((row, entry) => `${row[who]} ${(table.ttl?.expiresMs[entry] ?? 0) - START}`);
  expect(seen?.filter((text) => !text.startsWith('-'))).toEqual(expected);
});

test('state without a time to live says nothing of it', () => {
  const made = run('SELECT who, COUNT(*) FROM clicks GROUP BY who;');
  expect(engine.state(made.runId, 2).flatMap(({ tables }) => tables)[0]?.ttl).toBeUndefined();
});

test('a tick at which nothing but a watermark is sent is a step, one at which nothing is sent is none', () => {
  const { steps } = engine.run({
    script: `CREATE TABLE events (ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
      WITH ('connector' = 'scenario', 'partitions' = '1', 'scan.watermark.emit.strategy' = 'on-periodic');
      SELECT ts FROM events;`,
    config: { 'pipeline.auto-watermark-interval': '200 ms' },
    inputs: [0, 1000].map((atMs, n) => ({ table: 'events', atMs, row: { ts: `2026-01-01 00:00:0${n}` } })),
    startMs: START,
    seed: 1,
  });
  expect(Array.from({ length: steps.count }, (_, step) => stepKind(steps, step))).toEqual([
    'row',
    'clock',
    'row',
    'end',
  ]);
});
