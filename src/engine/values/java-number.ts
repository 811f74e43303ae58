/**
 * Numbers as text in the way of JDK 17. Its `Double.toString` and `Float.toString` are not always the shortest text that reads back:
 * this is the algorithm of `jdk.internal.math.FloatingDecimal` up to JDK 18, on bigint.
 */

/** Java 17's `Double.toString`: at least one digit after the point, `E` from 1.0E7 and below 1.0E-3. */
export function printDouble(x: number): string {
  if (Number.isInteger(x) && Math.abs(x) < 10_000_000) return Object.is(x, -0) ? '-0.0' : `${x}.0`;
  if (!Number.isFinite(x)) return printNotFinite(x);
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  return layOut(x < 0, developDigits(bits & FRACTION_MASK, Number(bits >> 52n), 52, 1023));
}

/** Java 17's `Float.toString` of a value already rounded to 32 bits. */
export function printFloat(x: number): string {
  if (Number.isInteger(x) && Math.abs(x) < 10_000_000) return Object.is(x, -0) ? '-0.0' : `${x}.0`;
  if (!Number.isFinite(x)) return printNotFinite(x);
  view.setFloat32(0, Math.abs(x));
  const bits = view.getUint32(0);
  return layOut(x < 0, developDigits(BigInt(bits & 0x7fffff), bits >>> 23, 23, 127));
}

const printNotFinite = (x: number): string => (Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity');

const view = new DataView(new ArrayBuffer(8));
const FRACTION_MASK = (1n << 52n) - 1n;

interface Digits {
  readonly digits: string;
  /** The number is 0.digits × 10^exponent. */
  readonly exponent: number;
}

function layOut(isNegative: boolean, { digits, exponent }: Digits): string {
  const sign = isNegative ? '-' : '';
  if (exponent > 0 && exponent < 8) {
    const whole = digits.slice(0, exponent).padEnd(exponent, '0');
    return `${sign}${whole}.${digits.slice(exponent) || '0'}`;
  }
  if (exponent <= 0 && exponent > -3) return `${sign}0.${'0'.repeat(-exponent)}${digits}`;
  return `${sign}${digits.slice(0, 1)}.${digits.slice(1) || '0'}E${exponent - 1}`;
}

/** Bits of 5^n. */
const BITS_OF_5 = [
  0, 3, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28, 31, 33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61,
];
/** Digits that do not matter in a multiple of 2^n. */
const INSIGNIFICANT = [
  0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10,
  10, 10, 11, 11, 11, 12, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15, 15, 16, 16, 16, 17, 17, 17, 18, 18,
  18, 19,
];

const bitLength = (x: bigint): number => x.toString(2).length;
const trailingZeros = (x: bigint): number => x.toString(2).length - x.toString(2).replace(/0+$/, '').length;

/** `getBinaryToASCIIConverter`: normalizes the fraction to 53 bits and develops its digits. */
function developDigits(fraction: bigint, biased: number, fractionBits: number, bias: number): Digits {
  let exponent: number;
  let significantBits: number;
  let bits: bigint;
  if (biased === 0) {
    significantBits = bitLength(fraction);
    const shift = fractionBits + 1 - significantBits;
    bits = fraction << BigInt(shift);
    exponent = 1 - shift - bias;
  } else {
    bits = fraction | (1n << BigInt(fractionBits));
    significantBits = fractionBits + 1;
    exponent = biased - bias;
  }
  return dtoa(exponent, bits << BigInt(52 - fractionBits), significantBits);
}

function dtoa(binaryExponent: number, bits: bigint, significantBits: number): Digits {
  const tailZeros = trailingZeros(bits);
  const usedBits = 53 - tailZeros;
  const tinyBits = Math.max(0, usedBits - binaryExponent - 1);
  if (binaryExponent <= 62 && binaryExponent >= -21 && tinyBits === 0 && usedBits < 64) {
    const insignificant =
      binaryExponent > significantBits ? (INSIGNIFICANT[binaryExponent - significantBits - 1] ?? 0) : 0;
    return longDigits(
      binaryExponent >= 52 ? bits << BigInt(binaryExponent - 52) : bits >> BigInt(52 - binaryExponent),
      binaryExponent - significantBits - 1 > 1 ? insignificant : 0,
    );
  }
  return hardDigits(binaryExponent, bits >> BigInt(tailZeros), usedBits, tinyBits, significantBits);
}

function longDigits(value: bigint, insignificant: number): Digits {
  let rounded = value;
  if (insignificant > 0) {
    const power = 10n ** BigInt(insignificant);
    const residue = value % power;
    rounded = value / power + (residue >= power / 2n ? 1n : 0n);
  }
  const text = rounded.toString();
  return { digits: text.replace(/0+$/, '') || '0', exponent: text.length + insignificant };
}

/** The digit-by-digit division B / S, which stops as soon as the digits tell the number from its neighbours. */
function hardDigits(
  binaryExponent: number,
  fraction: bigint,
  usedBits: number,
  tinyBits: number,
  significantBits: number,
): Digits {
  let decimalExponent = estimateExponent(fraction, usedBits, binaryExponent);
  const b5 = Math.max(0, -decimalExponent);
  let b2 = b5 + tinyBits + binaryExponent;
  const s5 = Math.max(0, decimalExponent);
  let s2 = s5 + tinyBits;
  let m2 = b2 - significantBits;
  b2 -= usedBits - 1;
  const common = Math.min(b2, s2);
  b2 -= common;
  s2 -= common;
  m2 -= common;
  // The number below a power of two is only half as far away.
  if (usedBits === 1) m2 -= 1;
  if (m2 < 0) {
    b2 -= m2;
    s2 -= m2;
    m2 = 0;
  }
  // Which integers Java uses decides how ties with the next number count, and where `m` overflows.
  const bBits = usedBits + b2 + (BITS_OF_5[b5] ?? b5 * 3);
  const tenSBits = s2 + 1 + (BITS_OF_5[s5 + 1] ?? (s5 + 1) * 3);
  const width = bBits < 32 && tenSBits < 32 ? 32 : bBits < 64 && tenSBits < 64 ? 64 : 0;
  let b = (fraction * 5n ** BigInt(b5)) << BigInt(b2);
  const s = (5n ** BigInt(s5)) << BigInt(s2);
  let m = ((5n ** BigInt(b5)) << BigInt(m2)) * 10n;
  const tens = s * 10n;
  if (width > 0) m = BigInt.asIntN(width, m);
  // The sum overflows too.
  const isHigh = (): boolean => (width > 0 ? BigInt.asIntN(width, b + m) > tens : b + m >= tens);
  const test = (): void => {
    if (width > 0 && m <= 0n) {
      low = high = true;
      return;
    }
    [low, high] = [b < m, isHigh()];
  };
  let low = false;
  let high = false;
  let digits = '';
  let q = b / s;
  b = 10n * (b % s);
  [low, high] = [b < m, isHigh()];
  if (q === 0n && !high) decimalExponent -= 1;
  else digits += q.toString();
  // There is always a digit after the point in the form with E.
  if (decimalExponent < -3 || decimalExponent >= 8) low = high = false;
  while (!low && !high) {
    q = b / s;
    b = 10n * (b % s);
    m *= 10n;
    if (width > 0) m = BigInt.asIntN(width, m);
    test();
    digits += q.toString();
  }
  const twice = 2n * b;
  const isOdd = digits.charCodeAt(digits.length - 1) % 2 === 1;
  const up = high && (!low || twice > tens || (twice === tens && isOdd));
  if (!up) return { digits, exponent: decimalExponent + 1 };
  const raised = roundUp(digits);
  return raised.length > digits.length
    ? { digits: raised.slice(0, digits.length), exponent: decimalExponent + 2 }
    : { digits: raised, exponent: decimalExponent + 1 };
}

/** Adds one to the last digit; a run of nines becomes 10…0. */
const roundUp = (digits: string): string => (BigInt(digits) + 1n).toString().padStart(digits.length, '0');

function estimateExponent(fraction: bigint, usedBits: number, binaryExponent: number): number {
  const mantissa = Number(fraction) / 2 ** (usedBits - 1);
  return Math.floor((mantissa - 1.5) * 0.289529654 + 0.176091259 + binaryExponent * 0.301029995663981);
}

const FLOATING_PATTERN = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;

/** Java's `Double.parseDouble` (without hexadecimal); null where it throws. Blanks around are fine. */
export function parseDouble(text: string): number | null {
  const trimmed = text.replace(/^[\0- ]+|[\0- ]+$/g, '');
  if (!FLOATING_PATTERN.test(trimmed)) return null;
  if (trimmed.endsWith('NaN')) return Number.NaN;
  return Number(/^[+-]?Infinity$/.test(trimmed) ? trimmed : trimmed.replace(/[fFdD]$/, ''));
}
