import { expect, test } from 'vitest';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { rexKey } from '../../plan/rex-tools.ts';
import { BOOLEAN, INTEGER, notNull } from '../../types/logical-type.ts';
import { normalConjuncts } from './normal-form.ts';

const equals = (column: number, value: number): Rex =>
  call('=', [ref(column, INTEGER), literal(value, notNull(INTEGER))], BOOLEAN);
const rows = (count: number): Rex =>
  call(
    'OR',
    Array.from({ length: count }, (_, i) => and([equals(0, i), equals(1, i)])),
    BOOLEAN,
  );
const keys = (parts: readonly Rex[]): string[] => parts.map(rexKey);

test('a condition that its normal form would make too long stays, however many ORs it has', () => {
  for (const count of [3, 10, 200]) expect(keys(normalConjuncts(rows(count)))).toEqual([rexKey(rows(count))]);
});

test('a short one is taken apart', () => {
  const either = call('OR', [equals(0, 1), and([equals(1, 2), equals(1, 3)])], BOOLEAN);
  expect(keys(normalConjuncts(either))).toEqual(
    keys([
      call('OR', [equals(0, 1), equals(1, 2)], BOOLEAN),
      call('OR', [equals(0, 1), equals(1, 3)], BOOLEAN),
    ]),
  );
});
