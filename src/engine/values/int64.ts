/**
 * BIGINT as a number while it is a safe integer and as a bigint beyond: one form for each value, so `===` compares.
 */
export type Int64 = number | bigint;

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
export const MIN_INT64 = -(2n ** 63n);
export const MAX_INT64 = 2n ** 63n - 1n;

/** The least and the largest value of each integer type. */
export const INTEGER_LIMITS = {
  TINYINT: [-128n, 127n],
  SMALLINT: [-32768n, 32767n],
  INTEGER: [-2147483648n, 2147483647n],
  BIGINT: [MIN_INT64, MAX_INT64],
} as const satisfies { readonly [root: string]: readonly [low: bigint, high: bigint] };

/** Whether a type is one of the integers and has room for a value. */
export function holdsInteger(root: string, value: Int64): boolean {
  const limits = (INTEGER_LIMITS as { readonly [root: string]: readonly [bigint, bigint] })[root];
  return limits !== undefined && value >= limits[0] && value <= limits[1];
}

/** The one form of an integer of any size. */
export function canonical(x: bigint): Int64 {
  return x >= -MAX_SAFE && x <= MAX_SAFE ? Number(x) : x;
}

/** The low 64 bits, signed, as Java's `long` arithmetic leaves them. */
export function wrap64(x: bigint): Int64 {
  return canonical(BigInt.asIntN(64, x));
}

export function addInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return wrap64(BigInt(a) + BigInt(b));
}
/** `a + b * factor`, of any size. */
export function addMultiple(a: Int64, b: Int64, factor: number): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = b * factor;
    if (Number.isSafeInteger(product) && Number.isSafeInteger(a + product)) return a + product;
  }
  return canonical(BigInt(a) + BigInt(b) * BigInt(factor));
}
export function subtractInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return wrap64(BigInt(a) - BigInt(b));
}
export function multiplyInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return wrap64(BigInt(a) * BigInt(b));
}
/** Truncating division; the divisor is not zero. */
export function divideInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.trunc(a / b) + 0 === a / b ? a / b + 0 : divideSafe(a, b);
  return wrap64(BigInt(a) / BigInt(b));
}
/** The quotient of two safe integers may round up to the next integer: the remainder says so. */
function divideSafe(a: number, b: number): number {
  return (a - (a % b)) / b + 0;
}
/** Sign of the dividend; the divisor is not zero. */
export function remainderInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return canonical(BigInt(a) % BigInt(b));
}
export function negateInt64(a: Int64): Int64 {
  return typeof a === 'number' ? 0 - a : wrap64(-a);
}
export function compareInt64(a: Int64, b: Int64): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `Math.floorDiv` for safe integers or bigints; the divisor is a positive safe integer. */
export function floorDiv(a: Int64, b: number): Int64 {
  if (typeof a === 'number') return Math.floor(a / b);
  const divisor = BigInt(b);
  const quotient = a / divisor;
  return canonical(a < 0n && quotient * divisor !== a ? quotient - 1n : quotient);
}
/** `Math.floorMod`: never negative for a positive divisor. */
export function floorMod(a: Int64, b: number): number {
  if (typeof a === 'number') {
    const remainder = a % b;
    return remainder < 0 ? remainder + b : remainder + 0;
  }
  const remainder = Number(a % BigInt(b));
  return remainder < 0 ? remainder + b : remainder;
}

/** The nearest double, as Java's `(double) long`. */
export const toDouble = (a: Int64): number => (typeof a === 'number' ? a : Number(a));

/** Java's `(int) long`. */
export const toInt32 = (a: Int64): number =>
  typeof a === 'number'
    ? Math.abs(a) < 2147483648
      ? a | 0
      : Number(BigInt.asIntN(32, BigInt(a)))
    : Number(BigInt.asIntN(32, a));

/** Java's `(long) double`: truncates and saturates, NaN is 0. */
export function doubleToInt64(x: number): Int64 {
  if (Number.isNaN(x)) return 0;
  const whole = Math.trunc(x) + 0;
  if (Number.isSafeInteger(whole)) return whole;
  if (whole >= 2 ** 63) return MAX_INT64;
  return whole <= -9223372036854775808 ? MIN_INT64 : BigInt(whole);
}
/** Java's `(int) double`: truncates and saturates, NaN is 0. */
export function doubleToInt32(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Math.max(-2147483648, Math.min(2147483647, Math.trunc(x))) + 0;
}
