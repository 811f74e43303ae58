import { expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import type { Run } from '../engine-api.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });

function run(query: string, times: readonly string[]): Run {
  const script = `CREATE TABLE clicks (n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');\n${query};`;
  const inputs = times.map((ts, n) => ({ table: 'clicks', atMs: n, row: { n, ts: `2026-01-01 ${ts}` } }));
  return engine.run({ script, config: {}, inputs, startMs: 0, seed: 1 });
}
const aggregated = (windows: string): string =>
  `SELECT window_start, window_end, COUNT(*) AS c FROM TABLE(${windows}) GROUP BY window_start, window_end`;
const HOP = (slide: string): string => `HOP(TABLE clicks, DESCRIPTOR(ts), ${slide}, INTERVAL '1' DAY)`;
const CUMULATE = (step: string): string =>
  `CUMULATE(TABLE clicks, DESCRIPTOR(ts), ${step}, INTERVAL '1' DAY)`;
const MILLISECOND = "INTERVAL '0.001' SECOND";
const SECOND = "INTERVAL '1' SECOND";

test.each([
  ['HOP', aggregated(HOP(MILLISECOND)), 'One watermark closes too many windows'],
  ['CUMULATE', aggregated(CUMULATE(MILLISECOND)), 'One watermark closes too many windows'],
  [
    'HOP alone',
    `SELECT n, window_start FROM TABLE(${HOP(MILLISECOND)})`,
    'One row falls into 86,400,000 windows',
  ],
  [
    'CUMULATE alone',
    `SELECT n, window_start FROM TABLE(${CUMULATE(MILLISECOND)})`,
    'One row falls into 86,400,000 windows',
  ],
  [
    'a group window',
    `SELECT COUNT(*) FROM clicks GROUP BY HOP(ts, ${MILLISECOND}, INTERVAL '1' DAY)`,
    'One row falls into 86,400,000 windows',
  ],
])('%s with a step of a millisecond stops by a budget that says so', (_, query, told) => {
  const made = run(query, ['00:00:01']);
  expect(made.diagnostics).toEqual([]);
  expect(made.failure?.diagnostic).toMatchObject({
    phase: 'limit',
    code: 'too-many-windows',
    chain: [`${told}; Tidemark stops at 250,000, where a real Flink goes on.`],
  });
});

test.each([
  ['HOP', HOP(SECOND), 86_400 + 1],
  ['CUMULATE', CUMULATE(SECOND), 86_400 - 1],
])('%s with a step of a second closes all its windows of a day', (_, windows, expected) => {
  const made = run(aggregated(windows), ['00:00:01', '00:00:02']);
  expect(made.failure).toBe(null);
  expect(engine.trace(made.runId, 0, made.steps.count).tablesBefore.length).toBe(1);
  expect(made.steps.changes).toBe(expected);
});
