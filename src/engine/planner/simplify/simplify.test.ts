import { expect, test } from 'vitest';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { sizeOf } from '../../plan/rex-tools.ts';
import { BOOLEAN, INTEGER, notNull } from '../../types/logical-type.ts';
import { simplify } from './simplify.ts';

const SURE = notNull(BOOLEAN);

/** CASEs in each other's conditions, and how often a column of theirs has been looked at. */
function nested(levels: number): { readonly rex: Rex; readonly looks: () => number } {
  let looks = 0;
  const test = (column: number): Rex => {
    const watched = Object.defineProperty({ ...ref(column, notNull(INTEGER)) }, 'index', {
      enumerable: true,
      get: () => {
        looks++;
        return column;
      },
    });
    return call('>', [watched, literal(column, notNull(INTEGER))], SURE);
  };
  let rex = test(0);
  for (let i = 1; i <= levels; i++) rex = call('CASE', [rex, test(2 * i), test(2 * i + 1)], SURE);
  return { rex, looks: () => looks };
}

/** Without a memory of what has been keyed and simplified it would be 49. */
const MOST_LOOKS = 30;

test('a condition within conditions is not looked at anew for each level above it', () => {
  const { rex, looks } = nested(7);
  const made = simplify(rex);
  expect(looks() / sizeOf(made)).toBeLessThan(MOST_LOOKS);
});

test('conditions that grow without end are refused', () => {
  expect(() => simplify(nested(24).rex)).toThrow('grows too large');
});
