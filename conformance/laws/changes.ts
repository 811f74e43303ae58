import fc from 'fast-check';
import { DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../src/engine/runtime/port.ts';
import type { Row } from '../../src/engine/types/logical-type.ts';
import { type Change, printed } from './harness.ts';

/** Changelogs of tables `t` (inserts only), `c` and `d` (any change, no key) and `p` (any change, a primary key): few values, so that keys meet; duplicates and NULLs. */
export const TABLES = `
CREATE TABLE t (k INT, v INT, s STRING) WITH ('connector' = 'scenario');
CREATE TABLE c (k INT, v INT, s STRING) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
CREATE TABLE d (k INT, w INT) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
CREATE TABLE p (id INT, k INT, w INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
`;

const number = (most: number): fc.Arbitrary<number | null> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: most }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
const text = fc.constantFrom('a', 'b', null);

const ROWS: Readonly<Record<string, fc.Arbitrary<Row>>> = {
  t: fc.tuple(number(2), number(4), text),
  c: fc.tuple(number(2), number(4), text),
  d: fc.tuple(number(2), number(3)),
  p: fc.tuple(fc.integer({ min: 0, max: 5 }), number(2), number(3)),
};

interface Wish {
  readonly table: string;
  readonly row: Row;
  /** Below what share of 10 the wish is to take a row back or to update one, and which. */
  readonly dice: number;
  readonly which: number;
}

/** A changelog in which nothing is taken back that is not there, and of a keyed table no key is there twice. */
export function changelog(tables: readonly string[], maxLength: number): fc.Arbitrary<Change[]> {
  const wish = fc.constantFrom(...tables).chain((table) =>
    fc.record({
      table: fc.constant(table),
      row: ROWS[table]!,
      dice: fc.integer({ min: 0, max: 9 }),
      which: fc.nat(1000),
    }),
  );
  return fc.array(wish, { maxLength, size: 'max' }).map((wishes) => realise(wishes));
}

function realise(wishes: readonly Wish[]): Change[] {
  const content = new Map<string, Row[]>();
  const changes: Change[] = [];
  for (const { table, row, dice, which } of wishes) {
    const rows = content.get(table) ?? [];
    content.set(table, rows);
    const canChange = table !== 't';
    const sameKey = table === 'p' ? rows.findIndex((r) => r[0] === row[0]) : -1;
    const at = sameKey >= 0 ? sameKey : which % Math.max(1, rows.length);
    if (sameKey < 0 && (!canChange || rows.length === 0 || dice > 4)) {
      rows.push(row);
      changes.push({ table, kind: INSERT, row });
      continue;
    }
    const old = rows[at]!;
    if (dice > 2 && (table !== 'p' || old[0] === row[0]) && printed(old) !== printed(row)) {
      rows[at] = row;
      changes.push({ table, kind: UPDATE_BEFORE, row: old }, { table, kind: UPDATE_AFTER, row });
    } else {
      rows.splice(at, 1);
      changes.push({ table, kind: DELETE, row: old });
    }
  }
  return changes;
}

/** Numbers of runs and the seed, the same every time. */
export const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, seed: 20_261_121 });
