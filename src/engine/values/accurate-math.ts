/**
 * Logarithm, exponential, power and tangent rounded correctly (but for the rarest cases), as the intrinsics of JDK 17 nearly always are, sine and cosine
 * as these compute them: JavaScript's own differ in the last digit. Computed with pairs of doubles (`hi + lo`).
 */
interface Pair {
  readonly hi: number;
  readonly lo: number;
}
const pair = (hi: number, lo = 0): Pair => ({ hi, lo });

function quickSum(a: number, b: number): Pair {
  const hi = a + b;
  return { hi, lo: b - (hi - a) };
}
function twoSum(a: number, b: number): Pair {
  const hi = a + b;
  const part = hi - a;
  return { hi, lo: a - (hi - part) + (b - part) };
}
const SPLITTER = 134217729;
function twoProduct(a: number, b: number): Pair {
  const hi = a * b;
  const ca = SPLITTER * a;
  const cb = SPLITTER * b;
  const aHigh = ca - (ca - a);
  const bHigh = cb - (cb - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return { hi, lo: aHigh * bHigh - hi + aHigh * bLow + aLow * bHigh + aLow * bLow };
}
function add(a: Pair, b: Pair): Pair {
  const high = twoSum(a.hi, b.hi);
  const low = twoSum(a.lo, b.lo);
  const first = quickSum(high.hi, high.lo + low.hi);
  return quickSum(first.hi, first.lo + low.lo);
}
const negate = (a: Pair): Pair => ({ hi: -a.hi, lo: -a.lo });
function multiply(a: Pair, b: Pair): Pair {
  const product = twoProduct(a.hi, b.hi);
  return quickSum(product.hi, product.lo + a.hi * b.lo + a.lo * b.hi);
}
function divide(a: Pair, b: Pair): Pair {
  const first = a.hi / b.hi;
  const rest = add(a, negate(multiply(b, pair(first))));
  const second = rest.hi / b.hi;
  const last = add(rest, negate(multiply(b, pair(second)))).hi / b.hi;
  return add(quickSum(first, second), pair(last));
}

const LN2 = pair(0.6931471805599453, 2.3190468138462996e-17);
const LN10 = pair(2.302585092994046, -2.1707562233822494e-16);
/** π/2 in three parts. */
const HALF_PI = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const;

const SQRT_HALF = 0.7071067811865476;

/** Exponent and mantissa in [√½, √2). */
function split(x: number): readonly [mantissa: number, exponent: number] {
  let exponent = Math.floor(Math.log2(x));
  let mantissa = x / 2 ** exponent;
  if (exponent < -1022) {
    mantissa = (x * 2 ** 60) / 2 ** (exponent + 60);
  }
  if (mantissa > 2 * SQRT_HALF) {
    mantissa /= 2;
    exponent++;
  }
  return [mantissa, exponent];
}

function logPair(x: number): Pair {
  const [mantissa, exponent] = split(x);
  const s = divide(pair(mantissa - 1), twoSum(mantissa, 1));
  const square = multiply(s, s);
  let sum = pair(0);
  for (let n = 45; n >= 1; n -= 2) sum = add(multiply(sum, square), divide(pair(1), pair(n)));
  const series = multiply(sum, s);
  return add(multiply(LN2, pair(exponent)), pair(series.hi * 2, series.lo * 2));
}

function expPair(x: Pair): { readonly value: Pair; readonly exponent: number } {
  const exponent = Math.round(x.hi / LN2.hi);
  const reduced = add(x, negate(multiply(LN2, pair(exponent))));
  const small = pair(reduced.hi / 64, reduced.lo / 64);
  let sum = pair(0);
  for (let n = 14; n >= 1; n--) sum = divide(multiply(add(sum, pair(1)), small), pair(n));
  // (1 + t)² - 1 = 2t + t², six times.
  for (let i = 0; i < 6; i++) sum = add(pair(sum.hi * 2, sum.lo * 2), multiply(sum, sum));
  return { value: add(sum, pair(1)), exponent };
}
function scale({ value, exponent }: { readonly value: Pair; readonly exponent: number }): number {
  if (exponent > 1023) return value.hi * 2 ** 1023 * 2 ** (exponent - 1023);
  return exponent < -1000 ? value.hi * 2 ** -1000 * 2 ** (exponent + 1000) : value.hi * 2 ** exponent;
}

export function log(x: number): number {
  return x > 0 && Number.isFinite(x) && x !== 1 ? logPair(x).hi : Math.log(x);
}
export function log10(x: number): number {
  return x > 0 && Number.isFinite(x) && x !== 1 ? divide(logPair(x), LN10).hi : Math.log10(x);
}
export function exp(x: number): number {
  return x !== 0 && x > -745 && x < 709.7 ? scale(expPair(pair(x))) : Math.exp(x);
}
export function pow(x: number, y: number): number {
  const rough = Math.pow(x, y);
  if (
    !Number.isFinite(rough) ||
    rough === 0 ||
    y === 0 ||
    x === 1 ||
    x === -1 ||
    !Number.isFinite(y) ||
    Math.abs(rough) < 1e-300 ||
    Math.abs(rough) > 1e300
  )
    return rough;
  if (y === 1) return x;
  if (y === 2) return x * x;
  const size = scale(expPair(multiply(logPair(Math.abs(x)), pair(y))));
  return rough < 0 ? -size : size;
}

/** Beyond this the reduction by three parts of π/2 is not exact enough. */
const LIMIT = 1e5;

/** How many quarters of a circle an angle is, and the rest. */
function reduce(x: number): { readonly quadrant: number; readonly rest: Pair } {
  const quadrant = Math.round(x / HALF_PI[0]);
  let rest = add(pair(x), negate(twoProduct(HALF_PI[0], quadrant)));
  rest = add(rest, negate(twoProduct(HALF_PI[1], quadrant)));
  return { quadrant, rest: add(rest, pair(-HALF_PI[2] * quadrant)) };
}

/** The same of any angle, by as many digits of π as the largest needs; the quarters of a whole circle are left out. */
function reduceLarge(x: number): { readonly quadrant: number; readonly rest: Pair } {
  const twos = Math.max(0, 52 - Math.floor(Math.log2(Math.abs(x))));
  const angle = BigInt(x * 2 ** twos) << (BITS - BigInt(twos));
  halfPi ??= 8n * inverseTangent(5n) - 2n * inverseTangent(239n);
  const quarters = angle / halfPi;
  const rest = (angle - quarters * halfPi) >> (BITS - 160n);
  const high = Number(rest);
  const low = Number(rest - BigInt(high));
  return { quadrant: Number(quarters % 4n), rest: pair(high * 2 ** -160, low * 2 ** -160) };
}
/** How many binary digits stand behind the point of `halfPi`. */
const BITS = 1300n;
let halfPi: bigint | undefined;

/** The angle whose tangent is one part of so many. */
function inverseTangent(parts: bigint): bigint {
  let [term, sum] = [(1n << BITS) / parts, 0n];
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += n % 4n === 1n ? term / n : -term / n;
    term /= parts * parts;
  }
  return sum;
}

interface Circular {
  readonly sin: Pair;
  readonly cos: Pair;
}

function circular(x: number): Circular {
  const { quadrant, rest } = Math.abs(x) < LIMIT ? reduce(x) : reduceLarge(x);
  return turned(quadrant, rest);
}

/** Of so many quarters of a circle and the rest. */
function turned(quadrant: number, rest: Pair): Circular {
  const square = negate(multiply(rest, rest));
  let sin = pair(0);
  let cos = pair(0);
  for (let n = 27; n >= 1; n -= 2) {
    sin = add(divide(multiply(sin, square), pair((n + 1) * (n + 2))), pair(1));
    cos = add(divide(multiply(cos, square), pair(n * (n + 1))), pair(1));
  }
  sin = multiply(sin, rest);
  switch (((quadrant % 4) + 4) % 4) {
    case 0:
      return { sin, cos };
    case 1:
      return { sin: cos, cos: negate(sin) };
    case 2:
      return { sin: negate(sin), cos: negate(cos) };
    default:
      return { sin: negate(cos), cos: sin };
  }
}

/** Sine and cosine of a 64th of a circle: the power of 2 next to the cosine, what it lacks, and the sine. */
interface Direction {
  readonly power: number;
  readonly cosRest: number;
  readonly cos: number;
  readonly sin: Pair;
}

const DIRECTIONS = 64;
function direction(at: number): Direction {
  const quadrant = Math.round(at / 16);
  const angle = multiply(pair(HALF_PI[0] / 16, HALF_PI[1] / 16), pair(at - 16 * quadrant));
  const { sin, cos } = turned(quadrant, angle);
  const size = Math.abs(cos.hi);
  const below = 2 ** Math.floor(Math.log2(size));
  const power = size === 0 ? 0 : Math.sign(cos.hi) * (size - below < 2 * below - size ? below : 2 * below);
  const cosRest = add(cos, pair(-power)).hi;
  return { power, cosRest, cos: cosRest + power, sin };
}
let directions: readonly Direction[] | undefined;

/** 64ths of a circle in three parts, of which the first two have few enough digits for exact products. */
const [STEP_HIGH, STEP_MIDDLE, STEP_LOW] = [
  1.57079632673412561417 / 16,
  6.0771005063039659766e-11 / 16,
  2.02226624879595063154e-21 / 16,
];
/** Beyond this the intrinsics reduce angles in another way. */
const MOST_BY_DIRECTION = 90_112;

/**
 * The sine of an angle and so many 64ths of a circle, with the last digit that JDK's intrinsics on x86 give it (but for one in 100,000): they are not
 * rounded correctly in one of a thousand cases. The angle is the next direction and a small rest; high parts are summed first, their errors last.
 */
function sineFrom(x: number, ahead: number): number {
  directions ??= Array.from({ length: DIRECTIONS }, (_, at) => direction(at));
  const steps = roundHalfEven(x * (32 / Math.PI));
  const place = (((steps + ahead) % DIRECTIONS) + DIRECTIONS) % DIRECTIONS;
  const { power, cosRest, cos, sin } = directions[place]!;
  const high = x - steps * STEP_HIGH;
  const r = high - steps * STEP_MIDDLE;
  const lost = steps * STEP_LOW - (high - r - steps * STEP_MIDDLE);
  const r2 = r * r;
  const r4 = r2 * r2;
  const ofCos = (-1 / 2 + (1 / 24) * r2 + r4 * (-1 / 720 + (1 / 40_320) * r * r)) * (sin.hi * r2);
  const ofSin = (-1 / 6 + (1 / 120) * r2 + r4 * (-1 / 5040 + (1 / 362_880) * r * r)) * (cos * r2 * r);
  const correction = lost * (sin.hi * r - cos) + sin.lo;
  const main = sin.hi + power * r;
  const mainError = sin.hi - main + power * r;
  const middle = cosRest * r;
  const sum = main + middle;
  const sumError = main - sum + middle;
  return sum + (correction + mainError + ofSin + (ofCos + sumError));
}

/** The shifter that all of the digits behind the point are lost to. */
const SHIFTER = 3 * 2 ** 51;
const roundHalfEven = (x: number): number => x + SHIFTER - SHIFTER;

const isPlain = (x: number): boolean => Number.isFinite(x) && Math.abs(x) > 1e-8;

export function sin(x: number): number {
  if (!isPlain(x)) return Math.sin(x);
  return Math.abs(x) < MOST_BY_DIRECTION ? sineFrom(x, 0) : circular(x).sin.hi;
}
export function cos(x: number): number {
  if (!isPlain(x)) return Math.cos(x);
  return Math.abs(x) < MOST_BY_DIRECTION ? sineFrom(x, DIRECTIONS / 4) : circular(x).cos.hi;
}
export function tan(x: number): number {
  if (!isPlain(x)) return Math.tan(x);
  const both = circular(x);
  return divide(both.sin, both.cos).hi;
}
/** As in fdlibm, whose exp(1) is one unit too large (and JavaScript's is not). */
export const cosh = (x: number): number => (Math.abs(x) === 1 ? 1.543080634815244 : Math.cosh(x));
