import { expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import type { InputEvent, OddityId } from '../engine-api.ts';
import { NOT_COMPILABLE } from '../functions/function-definition.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const CLICKS =
  "CREATE TABLE clicks (who STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario', 'partitions' = '2');\n";
const click = (n: number, atMs: number, ts: string, partition = 0): InputEvent => ({
  table: 'clicks',
  atMs,
  partition,
  row: { who: 'ann', n, ts: `2026-01-01 ${ts}` },
});
const EVENTS = [
  click(1, 0, '00:00:05'),
  click(1, 0, '00:00:06', 1),
  click(1, 1000, '00:00:25'),
  click(1, 1000, '00:00:31', 1),
  click(2, 2000, '00:00:01'),
];

const CASES: readonly (readonly [string, string, readonly OddityId[]])[] = [
  ['a plain count', 'SELECT who, COUNT(*) FROM clicks GROUP BY who;', []],
  [
    'MAX of a count',
    'SELECT MAX(c) FROM (SELECT who, COUNT(*) AS c FROM clicks GROUP BY who);',
    ['monotonic-extreme'],
  ],
  [
    'a bounded table beside an unbounded one',
    "CREATE TABLE users (who STRING) WITH ('connector' = 'scenario', 'bounded' = 'true'); SELECT c.who FROM clicks AS c JOIN users AS u ON c.who = u.who;",
    ['bounded-first'],
  ],
  [
    'a source that falls idle',
    "SET 'table.exec.source.idle-timeout' = '500 ms'; SELECT who, ts FROM clicks;",
    ['idle-sends-furthest'],
  ],
  ['code that does not compile', 'SELECT SIGN(CAST(n AS TINYINT)) FROM clicks;', ['uncompiled']],
  ...(['A B? C', 'A B C'] as const).map((pattern): (typeof CASES)[number] => [
    `the pattern ${pattern}`,
    `SELECT * FROM clicks MATCH_RECOGNIZE (PARTITION BY who ORDER BY ts MEASURES A.n AS a, C.n AS c PATTERN (${pattern}) DEFINE A AS A.n > 0, B AS B.n > 0, C AS C.n > 0) AS m;`,
    pattern.includes('?') ? ['optional-not-greedy'] : [],
  ]),
];

test.each(CASES)('%s', (_, query, expected) => {
  const run = engine.run({ script: CLICKS + query, config: {}, inputs: EVENTS, startMs: 0, seed: 1 });
  expect(run.diagnostics).toEqual([]);
  expect(run.failure?.diagnostic.chain.at(-1) ?? '').toBe(
    expected.includes('uncompiled') ? NOT_COMPILABLE : '',
  );
  expect(run.oddities).toEqual(expected);
});
