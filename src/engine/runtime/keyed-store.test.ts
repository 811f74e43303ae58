import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BIGINT, type Row } from '../types/logical-type.ts';
import { GENERATED } from './generate.ts';
import { keyedStore } from './keyed-store.ts';

interface Held {
  readonly id: number;
}

const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(null, Number.NaN));
const act = fc.record({
  does: fc.constantFrom('set', 'set', 'set', 'remove', 'save' as const),
  row: fc.tuple(value, value, value),
});

/** What a row is known by, told with NaN and NULL apart. */
const nameOf = (row: Row, columns: readonly number[]): string => columns.map((c) => String(row[c])).join(' ');

for (const canGenerate of [true, false])
  for (const columns of [[], [1], [2, 0], [0, 1, 2]])
    test(`a store by ${columns.length} columns, ${canGenerate ? 'generated' : 'of closures'}, holds what a list of keys would`, () => {
      const make = keyedStore<Held>(
        columns,
        columns.map(() => BIGINT),
        canGenerate ? GENERATED.plain : null,
      );
      fc.assert(
        fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
          let store = make();
          const expected = new Map<string, Held>();
          for (const [id, { does, row }] of acts.entries()) {
            const name = nameOf(row, columns);
            if (does === 'set') {
              store.set(row, { id });
              expected.set(name, { id });
            } else if (does === 'remove') {
              store.remove(row);
              expected.delete(name);
            } else {
              const saved = store.export((held) => ({ ...held }));
              store = make();
              store.import(saved, (held) => ({ ...held }));
            }
            expect(store.get(row)).toEqual(expected.get(name));
            expect(store.size()).toBe(expected.size);
          }
          const held: number[] = [];
          store.forEach(({ id }) => held.push(id));
          const ids = [...expected.values()].map(({ id }) => id);
          expect(held.toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b));
        }),
      );
    });
