import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { castImplementation } from '../functions/cast.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  type LogicalType,
  STRING,
  timestamp,
  timestampLtz,
  type Value,
} from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { comparator, nullsFirst } from './compare.ts';
import { type JsonCell, parseJson } from './parse-json.ts';
import { printValue } from './print-value.ts';

const types: readonly (readonly [LogicalType, fc.Arbitrary<JsonCell>])[] = [
  [BOOLEAN, fc.boolean()],
  [INTEGER, fc.integer()],
  [BIGINT, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String)],
  [DOUBLE, fc.double({ noNaN: true, noDefaultInfinity: true })],
  [
    decimal(20, 4),
    fc.bigInt(-(10n ** 16n) + 1n, 10n ** 16n - 1n).map((x) => `${x}.${String(x).slice(-1).padEnd(4, '7')}`),
  ],
  [
    DATE,
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  ],
  [
    timestamp(3),
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 23).replace('T', ' ')),
  ],
  [
    timestampLtz(3),
    fc
      .date({ min: new Date('1970-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().replace('T', ' ')),
  ],
];

function valueOf(cell: JsonCell, type: LogicalType): Value {
  const parsed = parseJson(cell, type);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

describe('a cell of a row of input', () => {
  test.each(types.map(([type, cells]) => [printType(type), type, cells] as const))(
    '%s: what is printed casts back to the same value',
    (_name, type, cells) => {
      const read = castImplementation(STRING, type, { zone: 'UTC' });
      fc.assert(
        fc.property(cells, (cell) => {
          const value = valueOf(cell, type);
          const text = printValue(value, type, 'UTC');
          expect(printValue(read(text), type, 'UTC')).toBe(text);
          expect(comparator(type)(read(text), value)).toBe(0);
        }),
      );
    },
  );
  test.each(types.map(([type, cells]) => [printType(type), type, cells] as const))(
    '%s: the order is total, NULL first',
    (_name, type, cells) => {
      const compare = nullsFirst(comparator(type));
      fc.assert(
        fc.property(fc.option(cells), fc.option(cells), fc.option(cells), (a, b, c) => {
          const [x, y, z] = [a, b, c].map((cell) => valueOf(cell, type)).toSorted(compare);
          for (const [low, high] of [
            [x, y],
            [y, z],
            [x, z],
          ])
            expect(compare(low ?? null, high ?? null)).toBeLessThanOrEqual(0);
          expect(compare(x ?? null, y ?? null) + compare(y ?? null, x ?? null)).toBe(0);
          expect(x === null).toBe([a, b, c].includes(null));
        }),
      );
    },
  );
  test.each([
    [INTEGER, 'ten'],
    [timestamp(3), 'yesterday'],
    [BYTES, 5],
    [arrayOf(INTEGER), 5],
  ] satisfies [LogicalType, JsonCell][])('%j refuses %j in plain words', (type, cell) => {
    const parsed = parseJson(cell, type);
    expect('problem' in parsed ? parsed.problem : '').toMatch(/\w/);
  });
});
