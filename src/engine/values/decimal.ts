import type { LogicalType, Value } from '../types/logical-type.ts';
import { canonical, type Int64, toDouble } from './int64.ts';
import { RunError } from './run-error.ts';

/**
 * DECIMAL arithmetic on unscaled integers, as `DecimalDataUtils` computes with BigDecimal: exact, then HALF_UP to the result's scale,
 * and NULL where the result has more digits than its precision.
 */
export type Unscaled = Int64;

const POWERS: bigint[] = [1n];
/** 10^n as a bigint. */
export function powerOf10(n: number): bigint {
  for (let i = POWERS.length; i <= n; i++) POWERS.push((POWERS[i - 1] ?? 1n) * 10n);
  return POWERS[n] ?? 10n ** BigInt(n);
}
/** 10^n as a number; exact to n = 22. */
export const powerOf10Number = (n: number): number => (NUMBER_POWERS[n] ??= Number(powerOf10(n)));
const NUMBER_POWERS: number[] = [];

/** `x / 10^digits`, half away from zero. */
export function divideHalfUp(x: bigint, divisor: bigint): bigint {
  const quotient = x / divisor;
  const rest = x % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return x < 0n !== divisor < 0n ? quotient - 1n : quotient + 1n;
}

/** An unscaled value of one scale in another, HALF_UP. */
export function rescale(x: bigint, from: number, to: number): bigint {
  return to >= from ? x * powerOf10(to - from) : divideHalfUp(x, powerOf10(from - to));
}

/** The value if it has at most `precision` digits, else NULL. */
export function fit(x: bigint, precision: number): Unscaled | null {
  const limit = powerOf10(precision);
  return x < limit && x > -limit ? canonical(x) : null;
}

/** A result computed in plain numbers, if that was exact and has at most `precision` digits; else undefined. */
function fitNumber(x: number, precision: number): number | undefined {
  return Number.isSafeInteger(x) && (precision >= 16 || Math.abs(x) < powerOf10Number(precision))
    ? x + 0
    : undefined;
}

/** Another precision and scale: `DecimalDataUtils.castToDecimal`. */
export function toDecimal(x: Unscaled, fromScale: number, precision: number, scale: number): Unscaled | null {
  if (scale === fromScale && typeof x === 'number' && Math.abs(x) < powerOf10Number(Math.min(precision, 22)))
    return x;
  return fit(rescale(BigInt(x), fromScale, scale), precision);
}

export function addDecimal(
  a: Unscaled,
  aScale: number,
  b: Unscaled,
  bScale: number,
  precision: number,
  scale: number,
): Unscaled | null {
  if (typeof a === 'number' && typeof b === 'number' && aScale === scale && bScale === scale) {
    const sum = fitNumber(a + b, precision);
    if (sum !== undefined) return sum;
  }
  const common = Math.max(aScale, bScale);
  return fit(
    rescale(rescale(BigInt(a), aScale, common) + rescale(BigInt(b), bScale, common), common, scale),
    precision,
  );
}
export function subtractDecimal(
  a: Unscaled,
  aScale: number,
  b: Unscaled,
  bScale: number,
  precision: number,
  scale: number,
): Unscaled | null {
  return addDecimal(a, aScale, -b, bScale, precision, scale);
}
export function multiplyDecimal(
  a: Unscaled,
  aScale: number,
  b: Unscaled,
  bScale: number,
  precision: number,
  scale: number,
): Unscaled | null {
  if (typeof a === 'number' && typeof b === 'number' && aScale + bScale === scale) {
    const product = fitNumber(a * b, precision);
    if (product !== undefined) return product;
  }
  return fit(rescale(BigInt(a) * BigInt(b), aScale + bScale, scale), precision);
}

const digitsOf = (x: bigint): number => (x < 0n ? -x : x).toString().length;
const DIVIDE_DIGITS = 38;

/**
 * The quotient with 38 significant digits, HALF_UP (Java's `MathContext(38)`), then HALF_UP to the scale: rounded twice, as Flink does.
 */
export function divideDecimal(
  a: Unscaled,
  aScale: number,
  b: Unscaled,
  bScale: number,
  precision: number,
  scale: number,
): Unscaled | null {
  const dividend = BigInt(a);
  const divisor = BigInt(b);
  if (divisor === 0n) throw divisionByZero(dividend === 0n);
  if (dividend === 0n) return 0;
  // One digit more or less than needed is cut below: the shift makes the quotient have 38 or 39 digits.
  let shift = DIVIDE_DIGITS + digitsOf(divisor) - digitsOf(dividend);
  let [quotient, exact] = shiftedQuotient(dividend, divisor, shift);
  if (digitsOf(quotient) > DIVIDE_DIGITS) {
    shift--;
    [quotient, exact] = shiftedQuotient(dividend, divisor, shift);
  }
  const numerator = shift >= 0 ? dividend * powerOf10(shift) : dividend;
  const denominator = shift >= 0 ? divisor : divisor * powerOf10(-shift);
  if (!exact) quotient = divideHalfUp(numerator, denominator);
  const quotientScale = aScale - bScale + shift;
  return fit(rescale(quotient, quotientScale, scale), precision);
}
function shiftedQuotient(a: bigint, b: bigint, shift: number): [quotient: bigint, exact: boolean] {
  const numerator = shift >= 0 ? a * powerOf10(shift) : a;
  const denominator = shift >= 0 ? b : b * powerOf10(-shift);
  return [numerator / denominator, numerator % denominator === 0n];
}

export function divisionByZero(undefinedResult: boolean): RunError {
  return new RunError(`ArithmeticException: Division ${undefinedResult ? 'undefined' : 'by zero'}`);
}

/** BigDecimal's `remainder(x, MathContext(38))`: sign of the dividend. */
export function remainderDecimal(
  a: Unscaled,
  aScale: number,
  b: Unscaled,
  bScale: number,
  precision: number,
  scale: number,
): Unscaled | null {
  const common = Math.max(aScale, bScale);
  const dividend = rescale(BigInt(a), aScale, common);
  const divisor = rescale(BigInt(b), bScale, common);
  if (divisor === 0n) throw divisionByZero(dividend === 0n);
  const quotient = dividend / divisor;
  // More digits are fine as long as they are zeros.
  const surplus = digitsOf(quotient) - DIVIDE_DIGITS;
  if (surplus > 0 && quotient % powerOf10(surplus) !== 0n)
    throw new RunError('ArithmeticException: Division impossible');
  return fit(rescale(dividend % divisor, common, scale), precision);
}

/** Numeric order of two decimals of any scales. */
export function compareDecimal(a: Unscaled, aScale: number, b: Unscaled, bScale: number): number {
  if (aScale === bScale) return a < b ? -1 : a > b ? 1 : 0;
  const common = Math.max(aScale, bScale);
  const x = rescale(BigInt(a), aScale, common);
  const y = rescale(BigInt(b), bScale, common);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** `DecimalDataUtils.doubleValue`: one division while the value is compact, else the nearest double. */
export function decimalToDouble(x: Unscaled, scale: number): number {
  if (typeof x === 'number' && scale <= 22) return x / powerOf10Number(scale);
  return Number(printDecimal(x, scale));
}

/** A number of any exact or approximate type, or a date or time, as a double. */
export const asDouble = (value: Value, type: LogicalType): number =>
  type.root === 'DECIMAL' ? decimalToDouble(value as Unscaled, type.scale) : toDouble(value as Int64);

/** The integer part, toward zero. */
export const decimalToBigInt = (x: Unscaled, scale: number): bigint => BigInt(x) / powerOf10(scale);

/** A plain string with exactly `scale` digits after the point. */
export function printDecimal(x: Unscaled, scale: number): string {
  const negative = x < 0;
  const text = String(x).slice(negative ? 1 : 0);
  const sign = negative ? '-' : '';
  if (scale === 0) return sign + text;
  const digits = text.padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export interface ExactNumber {
  readonly unscaled: bigint;
  readonly scale: number;
}
const DECIMAL_PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Reads what Java's `new BigDecimal(text)` reads; null where it throws. */
export function parseExact(text: string): ExactNumber | null {
  const match = DECIMAL_PATTERN.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return null;
  const power = Number(exponent);
  if (Math.abs(power) > 2147483647) return null;
  return {
    unscaled: BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`),
    scale: fraction.length - power,
  };
}

/** The digits of a double, all of them, and how many stand behind the point. */
export function exactDigits(value: number): readonly [unscaled: bigint, scale: number] {
  let [mantissa, twos] = [value, 0];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    twos++;
  }
  return [BigInt(mantissa) * 5n ** BigInt(twos), twos];
}

/** An exact number as DECIMAL(p, s), HALF_UP; null where it has too many digits. */
export function exactToDecimal(number: ExactNumber, precision: number, scale: number): Unscaled | null {
  const { unscaled, scale: from } = number;
  if (unscaled === 0n) return 0;
  const digits = digitsOf(unscaled);
  if (digits - from > precision - scale + 1) return null;
  if (from - scale > digits + 1) return 0;
  return from <= scale
    ? fit(unscaled * powerOf10(scale - from), precision)
    : fit(divideHalfUp(unscaled, powerOf10(from - scale)), precision);
}

/** Java's `BigDecimal.valueOf(double)` as DECIMAL(p, s): by way of the shortest text. */
/** What Java's BigDecimal says to the text of an infinity or of NaN. */
export function notANumber(x: number): RunError {
  return new RunError(
    `NumberFormatException: Character ${Number.isNaN(x) ? 'N' : 'I'} is neither a decimal digit number, decimal point, nor "e" notation exponential mark.`,
  );
}
export function doubleToDecimal(x: number, precision: number, scale: number): Unscaled | null {
  const exact = parseExact(String(x));
  if (exact === null) throw notANumber(x);
  return exactToDecimal(exact, precision, scale);
}
export function int64ToDecimal(x: Int64, precision: number, scale: number): Unscaled | null {
  return fit(BigInt(x) * powerOf10(scale), precision);
}
