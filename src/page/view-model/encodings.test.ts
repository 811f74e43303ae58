import { expect, test } from 'vitest';
import { createEngine } from '../../engine/engine.ts';
import { ENCODINGS, encodings } from './encodings.ts';
import { traceIndex } from './trace-index.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const ORDERS =
  "CREATE TABLE orders (id BIGINT, product STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');\n";
const INPUTS = (
  [
    ['+I', 1, 'ball'],
    ['+I', 2, 'ball'],
    ['-U', 2, 'ball'],
    ['+U', 2, 'hat'],
    ['-D', 1, 'ball'],
  ] as const
).map(([kind, id, product], at) => ({ table: 'orders', kind, atMs: at * 1000, row: { id, product } }));

/** Changes +I, -U +U, (-U +U, +I), -D: messages in each encoding, or why it cannot be. */
const CASES = [
  ['SELECT product, COUNT(*) FROM orders GROUP BY product', 'updates', 7, 5],
  [
    "CREATE TABLE s (product STRING, c BIGINT, PRIMARY KEY (product) NOT ENFORCED) WITH ('connector' = 'scenario'); INSERT INTO s SELECT product, COUNT(*) FROM orders GROUP BY product",
    'updates',
    'noBefore',
    5,
  ],
  ['SELECT product FROM orders', 'updates', 5, 'noKey'],
] as const;

test.each(CASES)('%s', (query, append, retract, upsert) => {
  const run = engine.run({ script: `${ORDERS}${query};`, config: {}, inputs: INPUTS, startMs: 0, seed: 1 });
  const index = traceIndex(run, engine.trace(run.runId, 0, run.steps.count));
  const view = encodings(index, 0, run.steps.count, 100);
  expect(ENCODINGS.map((encoding) => view.impossible[encoding] ?? view.counts[encoding])).toEqual([
    append,
    retract,
    upsert,
  ]);
  const olds = view.changes.filter(({ kind }) => kind === '-U').map(({ messages }) => messages.upsert);
  expect(
    olds.filter((message) => message !== null),
    'an upsert stream has no message for the old row',
  ).toEqual([]);
});
