import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BIGINT, DOUBLE, type LogicalType, type Row } from '../types/logical-type.ts';
import { RowTrie } from './row-trie.ts';

const types: readonly LogicalType[] = [BIGINT, DOUBLE, { root: 'ARRAY', nullable: true, element: BIGINT }];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.constantFrom(1, 2),
  fc.oneof(fc.constantFrom(null, 0, Number.NaN), fc.integer({ min: 1, max: 60 })),
  fc.constantFrom(null, [1], [2]).map((list) => list && [...list]),
);

test('a trie of rows finds what a list of them holds', () => {
  // More than it takes for the columns to be put in another order.
  const actions = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), row), { maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(actions, (steps) => {
      const trie = new RowTrie<{ readonly row: Row }>(types);
      const held = new Map<string, { readonly row: Row }>();
      // JSON has no NaN.
      const nameOf = (r: Row): string => JSON.stringify(r.map((v) => (Number.isNaN(v) ? 'NaN' : v)));
      for (const [isIn, r] of steps) {
        const name = nameOf(r);
        expect(trie.get(r)).toBe(held.get(name));
        if (isIn === 0) {
          trie.remove(r);
          held.delete(name);
        } else if (!held.has(name)) {
          const item = { row: r };
          trie.set(r, item);
          held.set(name, item);
        }
        expect(trie.size()).toBe(held.size);
      }
      const seen: object[] = [];
      trie.forEach((item) => seen.push(item));
      expect(new Set(seen)).toEqual(new Set(held.values()));
      expect(seen.length).toBe(held.size);
    }),
    { seed: 7, numRuns: 200 },
  );
});
