import { expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import type { InputEvent, RowKind } from '../engine-api.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const KEYED =
  "CREATE TABLE t (id INT PRIMARY KEY NOT ENFORCED, name STRING) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');";
const BARE =
  "CREATE TABLE t (id INT, name STRING) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');";

/** `kind id name`, one after the other. */
function changes(text: string): InputEvent[] {
  return text.split(', ').map((line, atMs) => {
    const [kind, id, name] = line.split(' ');
    return { table: 't', atMs, kind: kind as RowKind, row: { id: Number(id), name: name ?? null } };
  });
}

test.each([
  [KEYED, '+I 1 a, +I 2 b, +U 1 c', ['1 c', '2 b']],
  [KEYED, '+I 1 a, +I 2 b, -D 1 a', ['2 b']],
  [KEYED, '+I 1 a, -D 1 a, +I 1 b', ['1 b']],
  [BARE, '+I 1 a, +I 1 a, +I 2 b, -D 1 a', ['1 a', '2 b']],
  [BARE, '+I 1 a, +I 1 a, -U 1 a, +U 1 b, -D 1 a', ['1 b']],
] as const)(
  'what stands in a table after its changes is what batch mode reads: %s %s',
  (table, input, expected) => {
    const sink =
      "CREATE TABLE s (id INT, name STRING) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');";
    const { tables, refusal } = engine.batch({
      script: `${table}\n${sink}\nSELECT * FROM t; INSERT INTO s SELECT * FROM t;`,
      config: {},
      inputs: changes(input),
      startMs: 0,
      seed: 1,
    });
    expect(refusal).toBe(null);
    expect(tables.map(({ rows }) => rows.map((row) => row.join(' ')).toSorted())).toEqual([
      expected,
      expected,
    ]);
  },
);
