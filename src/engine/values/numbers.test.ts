import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cos, sin } from './accurate-math.ts';
import * as decimal from './decimal.ts';
import * as int64 from './int64.ts';
import { parseDouble, printDouble, printFloat } from './java-number.ts';

const long = fc.oneof(
  fc.bigInt(int64.MIN_INT64, int64.MAX_INT64),
  fc.integer().map(BigInt),
  fc.constantFrom(int64.MIN_INT64, int64.MAX_INT64, 2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 0n, -1n),
);

describe('BIGINT as a safe number or a bigint', () => {
  const laws = [
    ['+', int64.addInt64, (a: bigint, b: bigint) => a + b],
    ['-', int64.subtractInt64, (a: bigint, b: bigint) => a - b],
    ['*', int64.multiplyInt64, (a: bigint, b: bigint) => a * b],
  ] as const;
  test.each(laws)('%s wraps as a Java long', (_name, ours, exact) => {
    fc.assert(
      fc.property(long, long, (a, b) => {
        expect(ours(int64.canonical(a), int64.canonical(b))).toBe(
          int64.canonical(BigInt.asIntN(64, exact(a, b))),
        );
      }),
    );
  });
  test('/ and % round towards zero', () => {
    fc.assert(
      fc.property(long, long, (a, b) => {
        if (b === 0n) return;
        expect(int64.divideInt64(int64.canonical(a), int64.canonical(b))).toBe(
          int64.canonical(BigInt.asIntN(64, a / b)),
        );
        expect(int64.remainderInt64(int64.canonical(a), int64.canonical(b))).toBe(int64.canonical(a % b));
      }),
    );
  });
  test('order, floor and narrowing', () => {
    fc.assert(
      fc.property(long, long, fc.integer({ min: 1, max: 1_000_000 }), (a, b, divisor) => {
        expect(Math.sign(int64.compareInt64(int64.canonical(a), int64.canonical(b)))).toBe(
          a < b ? -1 : a > b ? 1 : 0,
        );
        const floor = int64.floorDiv(int64.canonical(a), divisor);
        const rest = int64.floorMod(int64.canonical(a), divisor);
        expect(BigInt(floor) * BigInt(divisor) + BigInt(rest)).toBe(a);
        expect(rest >= 0 && rest < divisor).toBe(true);
        expect(int64.toInt32(int64.canonical(a))).toBe(Number(BigInt.asIntN(32, a)));
      }),
    );
  });
});

describe('DECIMAL as a scaled whole number', () => {
  const scale = fc.integer({ min: 0, max: 18 });
  const unscaled = fc.oneof(
    fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n),
    fc.bigInt(-1_000_000n, 1_000_000n),
  );
  const ten = (n: number): bigint => 10n ** BigInt(n);
  /** The reference: a fraction, brought to a scale by rounding half up, NULL if it has too many digits. */
  function rounded(numerator: bigint, denominator: bigint, precision: number): int64.Int64 | null {
    const sign = numerator < 0n !== denominator < 0n ? -1n : 1n;
    const [n, d] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
    const result = (2n * n + d) / (2n * d);
    return result >= ten(precision) ? null : int64.canonical(sign * result);
  }

  test('+ and - are exact up to the rounding of the result', () => {
    fc.assert(
      fc.property(unscaled, scale, unscaled, scale, scale, (a, aScale, b, bScale, to) => {
        const common = ten(Math.max(aScale, bScale));
        const sum = (a * common) / ten(aScale) + (b * common) / ten(bScale);
        const difference = (a * common) / ten(aScale) - (b * common) / ten(bScale);
        expect(decimal.addDecimal(int64.canonical(a), aScale, int64.canonical(b), bScale, 38, to)).toBe(
          rounded(sum * ten(to), common, 38),
        );
        expect(decimal.subtractDecimal(int64.canonical(a), aScale, int64.canonical(b), bScale, 38, to)).toBe(
          rounded(difference * ten(to), common, 38),
        );
      }),
    );
  });
  test('* is exact up to the rounding of the result', () => {
    fc.assert(
      fc.property(unscaled, scale, unscaled, scale, scale, (a, aScale, b, bScale, to) => {
        expect(decimal.multiplyDecimal(int64.canonical(a), aScale, int64.canonical(b), bScale, 38, to)).toBe(
          rounded(a * b * ten(to), ten(aScale + bScale), 38),
        );
      }),
    );
  });
  test('a comparison is that of the numbers', () => {
    fc.assert(
      fc.property(unscaled, scale, unscaled, scale, (a, aScale, b, bScale) => {
        const [x, y] = [a * ten(bScale), b * ten(aScale)];
        expect(
          Math.sign(decimal.compareDecimal(int64.canonical(a), aScale, int64.canonical(b), bScale)),
        ).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
    );
  });
  test('what is printed reads back', () => {
    fc.assert(
      fc.property(unscaled, scale, (x, digits) => {
        const exact = decimal.parseExact(decimal.printDecimal(int64.canonical(x), digits));
        expect(exact === null ? null : decimal.exactToDecimal(exact, 38, digits)).toBe(int64.canonical(x));
      }),
    );
  });
});

describe('DOUBLE and FLOAT as Java 17 prints them', () => {
  test.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [1e7, '1.0E7'],
    [9_999_999, '9999999.0'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [2e-3, '0.002'],
    [1e23, '9.999999999999999E22'],
    [2e23, '1.9999999999999998E23'],
    [8.41e21, '8.409999999999999E21'],
    [2.2e-322, '2.2E-322'],
    [5e-324, '4.9E-324'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ] as const)('%d', (x, text) => expect(printDouble(x)).toBe(text));

  test('what is printed reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double(), (x) => {
        expect(parseDouble(printDouble(x))).toBe(x);
      }),
    );
    fc.assert(
      fc.property(fc.float(), (x) => {
        expect(Math.fround(parseDouble(printFloat(x)) ?? 0)).toBe(x);
      }),
    );
  });
});

describe('sine and cosine are those of JDK 17, which rounds these otherwise than to the nearest', () => {
  test.each([
    [2.5, 0.5984721441039564],
    [-692, -0.7510270550472058],
    [-487, 0.0531136889739451],
    [140.5, 0.7654043523379565],
    [-43.34, 0.5990363985489471],
    [-32.44, -0.8542328589169865],
    [9.8, -0.36647912925192844],
  ])('SIN(%d)', (x, sine) => expect(sin(x)).toBe(sine));
  test.each([
    [448, -0.3174572867274317],
    [-46.2, -0.6027208470078605],
    [-42.87, 0.4426027908686817],
    [-37.1, 0.8258367804435001],
    [-30.44, 0.560400917274288],
  ])('COS(%d)', (x, cosine) => expect(cos(x)).toBe(cosine));
});
