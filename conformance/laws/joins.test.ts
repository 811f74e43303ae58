import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row, Value } from '../../src/engine/types/logical-type.ts';
import { changelog, runs, TABLES } from './changes.ts';
import { contentOf, multisetOf, plan, Running, tableOf } from './harness.ts';

/** A regular join is, at every moment, what two nested loops over both tables give. */

type On = (left: Row, right: Row) => boolean;
const equal = (a: Value, b: Value): boolean => a !== null && a === b;
const more = (a: Value, b: Value): boolean => a !== null && b !== null && a > b;

interface Case {
  readonly left: string;
  readonly right: string;
  readonly on: string;
  readonly means: On;
}
const CASES: readonly Case[] = [
  { left: 'c', right: 'd', on: 'l.k = r.k', means: (l, r) => equal(l[0]!, r[0]!) },
  {
    left: 'c',
    right: 'd',
    on: 'l.k = r.k AND l.v > r.w',
    means: (l, r) => equal(l[0]!, r[0]!) && more(l[1]!, r[1]!),
  },
  { left: 'c', right: 'd', on: 'l.k IS NOT DISTINCT FROM r.k', means: (l, r) => l[0] === r[0] },
  { left: 'c', right: 'd', on: 'l.v > r.w', means: (l, r) => more(l[1]!, r[1]!) },
  { left: 'c', right: 'p', on: 'l.k = r.k', means: (l, r) => equal(l[0]!, r[1]!) },
  { left: 'd', right: 'p', on: 'l.w = r.id', means: (l, r) => equal(l[1]!, r[0]!) },
  {
    left: 'p',
    right: 'c',
    on: 'l.id = r.v AND l.w > r.k',
    means: (l, r) => equal(l[0]!, r[1]!) && more(l[2]!, r[0]!),
  },
  { left: 't', right: 'd', on: 'l.k = r.k', means: (l, r) => equal(l[0]!, r[0]!) },
];
const WIDTHS: Readonly<Record<string, number>> = { t: 3, c: 3, d: 2, p: 3 };

type Define = (
  left: readonly Row[],
  right: readonly Row[],
  on: On,
  widths: readonly [number, number],
) => Row[];
const nulls = (width: number): Row => new Array<null>(width).fill(null);
const inner: Define = (left, right, on) =>
  left.flatMap((l) => right.filter((r) => on(l, r)).map((r) => [...l, ...r]));
const leftOnly: Define = (left, right, on, [, width]) =>
  left.filter((l) => !right.some((r) => on(l, r))).map((l) => [...l, ...nulls(width)]);
const rightOnly: Define = (left, right, on, [width]) =>
  right.filter((r) => !left.some((l) => on(l, r))).map((r) => [...nulls(width), ...r]);

const KINDS: readonly (readonly [string, (c: Case) => string, Define])[] = [
  ['JOIN', (c) => `SELECT * FROM ${c.left} l JOIN ${c.right} r ON ${c.on}`, inner],
  [
    'LEFT JOIN',
    (c) => `SELECT * FROM ${c.left} l LEFT JOIN ${c.right} r ON ${c.on}`,
    (...a) => [...inner(...a), ...leftOnly(...a)],
  ],
  [
    'RIGHT JOIN',
    (c) => `SELECT * FROM ${c.left} l RIGHT JOIN ${c.right} r ON ${c.on}`,
    (...a) => [...inner(...a), ...rightOnly(...a)],
  ],
  [
    'FULL JOIN',
    (c) => `SELECT * FROM ${c.left} l FULL JOIN ${c.right} r ON ${c.on}`,
    (...a) => [...inner(...a), ...leftOnly(...a), ...rightOnly(...a)],
  ],
  [
    'EXISTS',
    (c) => `SELECT * FROM ${c.left} l WHERE EXISTS (SELECT * FROM ${c.right} r WHERE ${c.on})`,
    (left, right, on) => left.filter((l) => right.some((r) => on(l, r))),
  ],
  [
    'NOT EXISTS',
    (c) => `SELECT * FROM ${c.left} l WHERE NOT EXISTS (SELECT * FROM ${c.right} r WHERE ${c.on})`,
    (left, right, on) => left.filter((l) => !right.some((r) => on(l, r))),
  ],
];

const all = KINDS.flatMap(([kind, sqlOf, define]) =>
  CASES.map((c) => [kind, c.left, c.right, c.on, sqlOf(c), c, define] as const),
);

test.each(all)('%s of %s and %s on %s', (_, left, right, _on, sql, { means }, define) => {
  const query = plan(TABLES, sql);
  const widths = [WIDTHS[left]!, WIDTHS[right]!] as const;
  fc.assert(
    fc.property(changelog([left, right], 200), fc.boolean(), (changes, canGenerate) => {
      const running = new Running(query, { canGenerate });
      changes.forEach((change, i) => {
        running.push(change);
        // A change of many is looked at less often, the last one always.
        if (i > 20 && i % 7 !== 0 && i < changes.length - 1) return;
        const seen = changes.slice(0, i + 1);
        const expected = define(contentOf(seen, left), contentOf(seen, right), means, widths);
        expect(tableOf(running.sent)).toEqual(multisetOf(expected));
      });
    }),
    runs(8),
  );
});

test('a key with very many rows loses none', () => {
  const query = plan(TABLES, 'SELECT l.v, r.w FROM c l JOIN d r ON l.k = r.k');
  const rows = 200_000;
  const running = new Running(query);
  for (let v = 0; v < rows; v++) running.push({ table: 'c', kind: 0, row: [1, v, null] });
  running.push({ table: 'd', kind: 0, row: [1, 7] });
  expect(new Set(running.sent.map(({ row }) => row[0])).size).toBe(rows);
  running.sent.length = 0;
  for (let v = 0; v < rows; v += 2) running.push({ table: 'c', kind: 3, row: [1, v, null] });
  running.sent.length = 0;
  running.push({ table: 'd', kind: 0, row: [1, 8] });
  expect(running.sent.length).toBe(rows / 2);
});
