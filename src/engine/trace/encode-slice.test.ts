import { expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import { cellsOf, type InputEvent } from '../engine-api.ts';

const TYPES = ['BIGINT', 'INT', 'DECIMAL(30, 2)', 'TIMESTAMP(3)', 'TIMESTAMP(0)', 'DATE', 'DOUBLE', 'STRING'];
const SCRIPT = `CREATE TABLE t (${TYPES.map((type, i) => `c${i} ${type}`).join(', ')}) WITH ('connector' = 'scenario');
SELECT ${TYPES.map((_, i) => `c${i}, CAST(c${i} AS STRING) AS s${i}`).join(', ')} FROM t;`;

const SMALL = ['7', -7, '1.25', '2024-02-29 12:00:00.5', '1969-12-31 23:59:59', '2024-02-29', 2.5, 'a'];
const LARGE = [
  '9223372036854775807',
  2_147_483_647,
  '1234567890123456789012345678.25',
  '9999-12-31 23:59:59.999',
  '0001-01-01 00:00:00',
  '0001-01-01',
  1e300,
  '',
];
const NULLS = TYPES.map(() => null);

test.each([
  { name: 'numbers', rows: [SMALL] },
  { name: 'numbers and NULLs', rows: [SMALL, NULLS, SMALL] },
  { name: 'numbers too large for a column of them', rows: [SMALL, LARGE, NULLS] },
])('$name leave a slice as they are cast to text', ({ rows }) => {
  const inputs = rows.map(
    (row, i): InputEvent => ({
      table: 't',
      atMs: i,
      row: Object.fromEntries(row.map((value, c) => [`c${c}`, value])),
    }),
  );
  const engine = createEngine({ clockMs: () => 0, canGenerate: true });
  const run = engine.run({ script: SCRIPT, config: {}, inputs, startMs: 0, seed: 1 });
  const slice = engine.trace(run.runId, 0, run.steps.count);
  const sink = run.operators.findIndex(({ name }) => name === 'Sink');
  const shown = Array.from(slice.row).flatMap((row, entry) =>
    row >= 0 && slice.operator[entry] === sink ? [cellsOf(slice, row)] : [],
  );
  expect(shown).toHaveLength(rows.length);
  for (const [i, cells] of shown.entries())
    for (const [c, value] of rows[i]!.entries()) {
      expect(cells[2 * c]).toBe(cells[2 * c + 1]);
      expect(cells[2 * c] === null).toBe(value === null);
    }
});
