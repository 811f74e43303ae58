import { roundType } from '../../types/decimal-types.ts';
import {
  DOUBLE,
  INTEGER,
  isApproximate,
  isInterval,
  type LogicalType,
  notNull,
  STRING,
  type Value,
  withNullable,
} from '../../types/logical-type.ts';
import { cos, cosh, exp, log, log10, pow, sin, tan } from '../../values/accurate-math.ts';
import {
  decimalToDouble,
  divideHalfUp,
  exactToDecimal,
  notANumber,
  parseExact,
  powerOf10,
  rescale,
  type Unscaled,
} from '../../values/decimal.ts';
import { canonical, type Int64, negateInt64, toDouble, wrap64 } from '../../values/int64.ts';
import { printDouble } from '../../values/java-number.ts';
import { RunError } from '../../values/run-error.ts';
import { narrow } from '../cast.ts';
import {
  type Argument,
  type Implementation,
  NOT_COMPILABLE,
  neverComputed,
  type ScalarFunction,
} from '../function-definition.ts';
import {
  anyNullable,
  argType,
  type Doc,
  type Form,
  misfitOf,
  noCode,
  printArgument,
  type Returns,
  returns,
  returnsNotNull,
  scalarFamily,
} from '../signature.ts';
import { ceilTo, floorTo, refuseUnit } from './time-unit.ts';

const math = scalarFamily('math');
type Evaluate = Implementation['evaluate'];

const NUMBER: readonly Form[] = [['NUMERIC']];
const sameAsFirst: Returns = (args) => withNullable(argType(args, 0), anyNullable(args));

/** The double of a value of a number type. */
function reader(type: LogicalType | undefined): (value: Int64) => number {
  return type?.root === 'DECIMAL' ? (value) => decimalToDouble(value, type.scale) : toDouble;
}

/** A function of doubles. */
function ofDouble(name: string, compute: (x: number) => number, doc: Doc): ScalarFunction {
  return math({
    name,
    forms: NUMBER,
    returns: returns(DOUBLE),
    implement: ([type]) => {
      const read = reader(type);
      return (x: Int64) => compute(read(x));
    },
    doc,
  });
}
function ofTwoDoubles(name: string, compute: (x: number, y: number) => number, doc: Doc): ScalarFunction {
  return math({
    name,
    forms: [['NUMERIC', 'NUMERIC']],
    returns: returns(DOUBLE),
    implement: ([first, second]) => {
      const [a, b] = [reader(first), reader(second)];
      return (x: Int64, y: Int64) => compute(a(x), b(y));
    },
    doc,
  });
}

/** ROUND and TRUNCATE of DECIMAL change the scale when the number of digits is a literal; the default is 0 digits. */
const roundReturns: Returns = (args) => {
  const type = argType(args, 0);
  const isNullable = anyNullable(args);
  if (type.root !== 'DECIMAL') return withNullable(type, isNullable);
  const digits = args.length === 1 ? 0 : args[1]?.literal;
  if (digits === undefined || digits === null) return withNullable(type, isNullable);
  return withNullable(roundType(type, Number(digits)), isNullable);
};

const toZero = (x: bigint, divisor: bigint): bigint => x / divisor;

/** The most that Java's BigDecimal moves a point by. */
const MOST_MOVED = 2 ** 31 - 1;
/** From where on a power of ten is too long for Java's BigInteger. */
const MOST_ZEROS = 536_870_920;
/** More digits than any number has before its point. */
const MOST_WHOLE = 400;
/** How many digits are kept behind the point: beyond the longest number, any number of zeros before it is as good. Throws where Java cannot move the point so far. */
function placesOf(x: bigint, scale: number, digits: number): number {
  const moved = Math.abs(scale - digits);
  if (x !== 0n && moved > MOST_MOVED)
    throw new RunError(`ArithmeticException: ${digits < 0 ? 'Underflow' : 'Overflow'}`);
  if (x !== 0n && moved >= MOST_ZEROS)
    throw new RunError('ArithmeticException: BigInteger would overflow supported range');
  return Math.max(digits, -MOST_WHOLE);
}

function rounding(
  divide: (x: bigint, divisor: bigint) => bigint,
  isRound: boolean,
): (types: readonly LogicalType[], result: LogicalType) => Evaluate {
  return ([type], result) => {
    if (type === undefined) return (x: Value) => x;
    const cut = (x: Unscaled, scale: number, wanted: number, resultScale: number): Int64 => {
      const digits = wanted >= scale ? scale : placesOf(BigInt(x), scale, wanted);
      return canonical(rescale(divide(BigInt(x), powerOf10(scale - digits)), digits, resultScale));
    };
    if (type.root === 'DECIMAL' && result.root === 'DECIMAL')
      return (x: Unscaled, digits: Int64 = 0) => cut(x, type.scale, Number(digits), result.scale);
    if (type.root === 'DOUBLE' || type.root === 'FLOAT') {
      const round = type.root === 'FLOAT' ? Math.fround : (x: number): number => x;
      // ROUND works on the shortest decimal text; TRUNCATE on DECIMAL(38, 18).
      return (x: number, digits: Int64 = 0) => {
        if (!Number.isFinite(x)) throw notANumber(x);
        const exact = parseExact(printDouble(x));
        if (exact === null) return x;
        const places = isRound ? placesOf(exact.unscaled, exact.scale, Number(digits)) : Number(digits);
        if (!isRound) {
          const decimal = exactToDecimal(exact, 38, 18);
          if (decimal === null)
            throw new RunError(
              'NullPointerException: Cannot invoke "org.apache.flink.table.data.DecimalData.scale()" because "b0" is null',
            );
          return round(decimalToDouble(cut(decimal, 18, places, 18), 18));
        }
        if (places >= exact.scale) return x + 0;
        return round(Number(`${divide(exact.unscaled, powerOf10(exact.scale - places))}e${-places}`));
      };
    }
    const root = type.root as 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT';
    return (x: Int64, digits: Int64 = 0) => {
      if (digits >= 0) {
        if (isRound && digits > MOST_WHOLE) placesOf(BigInt(x), 0, Number(digits));
        return x;
      }
      const cutValue = cut(x, 0, Number(digits), 0);
      return root === 'BIGINT'
        ? wrap64(BigInt(cutValue))
        : narrow(Number(BigInt.asIntN(32, BigInt(cutValue))), root);
    };
  };
}

function absolute(_types: readonly LogicalType[], result: LogicalType): Evaluate {
  if (isApproximate(result)) return Math.abs;
  if (result.root === 'BIGINT' || result.root === 'DECIMAL' || isInterval(result))
    return (x: Int64) =>
      x < 0 ? (result.root === 'DECIMAL' && typeof x === 'bigint' ? -x : negateInt64(x)) : x;
  return (x: number) => narrow(Math.abs(x), result.root as 'INTEGER');
}

function sign(_types: readonly LogicalType[], result: LogicalType): Evaluate {
  if (result.root === 'DECIMAL') {
    const { precision, scale } = result;
    // What has no digit before the point cannot be 1; only of decimals too long for 64 bits Flink asks.
    if (precision === scale && precision > 18) return (x: Unscaled) => (x === 0 ? 0 : null);
    const [one, minusOne] = [powerOf10(scale), -powerOf10(scale)].map(canonical) as [Int64, Int64];
    return (x: Unscaled) => (x > 0 ? one : x < 0 ? minusOne : 0);
  }
  if (isApproximate(result)) return Math.sign;
  return (x: Int64) => (x > 0 ? 1 : x < 0 ? -1 : 0);
}

/** FLOOR and CEIL of a number, or of a time to a unit. */
function floorCeil(name: 'FLOOR' | 'CEIL', aliases: readonly string[], doc: Doc): ScalarFunction {
  const isFloor = name === 'FLOOR';
  return math({
    name,
    aliases,
    complain: (args) =>
      misfitOf(name, `${name}(${args.map(printArgument).join(', ')})`, [
        `'${name}(<NUMERIC>)'`,
        `'${name}(<DATETIME_INTERVAL>)'`,
        `'${name}(<DATE> TO <TIME_UNIT>)'`,
        `'${name}(<TIME> TO <TIME_UNIT>)'`,
        `'${name}(<TIMESTAMP> TO <TIME_UNIT>)'`,
      ]),
    forms: [['NUMERIC'], ['DATETIME_INTERVAL'], ['DATETIME', 'SYMBOL']],
    returns: (args) => {
      const type = argType(args, 0);
      if (type.root === 'DECIMAL') return { ...type, scale: 0 };
      return type;
    },
    refuse: (args) => {
      if (isInterval(argType(args, 0))) return noCode(name, args);
      const unit = args[1]?.symbol;
      return unit === undefined ? null : refuseUnit(argType(args, 0), unit);
    },
    implement: (types, result, context, args) => {
      const [type] = types;
      const unit = args[1]?.symbol;
      if (type !== undefined && unit !== undefined)
        return isFloor ? floorTo(type, unit, context.zone) : ceilTo(type, unit, context.zone);
      if (type?.root === 'DECIMAL') {
        const divisor = powerOf10(type.scale);
        return (x: Unscaled) => {
          const value = BigInt(x);
          const whole = value / divisor;
          const rest = value % divisor;
          if (rest === 0n) return canonical(whole);
          return canonical(isFloor ? (value < 0n ? whole - 1n : whole) : value > 0n ? whole + 1n : whole);
        };
      }
      if (isApproximate(result)) return isFloor ? Math.floor : Math.ceil;
      return (x: Value) => x;
    },
    doc,
  });
}

const cotangent = (x: number): number => 1 / tan(x);

/** The generator of a call with a seed: one of its own, or a new one for each row where the seed is computed. */
function seeded(seed: Argument | undefined): (value: number) => JavaRandom {
  const written = seed?.literal;
  if (written === undefined || written === null) return (value) => javaRandom(BigInt(value));
  const generator = javaRandom(BigInt(written as number));
  return () => generator;
}
/** Seeds and bounds are `int` in Flink's Java. */
const refuseWide =
  (name: string): NonNullable<ScalarFunction['refuse']> =>
  (args) =>
    args.every(({ type }) => ['TINYINT', 'SMALLINT', 'INTEGER'].includes(type.root))
      ? null
      : noCode(name, args);

interface JavaRandom {
  nextDouble(): number;
  nextInt(bound: number): number;
}

/** `java.util.Random`, whose numbers RAND(seed) and RAND_INTEGER(seed, bound) give. */
export function javaRandom(seed: bigint): JavaRandom {
  const mask = (1n << 48n) - 1n;
  let state = (seed ^ 0x5deece66dn) & mask;
  const next = (bits: number): number => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return Number(BigInt.asIntN(32, state >> BigInt(48 - bits)));
  };
  return {
    nextDouble: () => {
      const high = next(26);
      return (high * 134217728 + next(27)) * 2 ** -53;
    },
    nextInt: (bound) => {
      const m = positive(bound) - 1;
      if ((bound & m) === 0) return Number((BigInt(bound) * BigInt(next(31))) >> 31n);
      for (;;) {
        const u = next(31);
        const r = u % bound;
        if (((u - r + m) | 0) >= 0) return r;
      }
    },
  };
}

function positive(bound: number): number {
  if (bound <= 0) throw new RunError('IllegalArgumentException: bound must be positive');
  return bound;
}

const HALVES = new DataView(new ArrayBuffer(8));
/** Exponent and first digits of a number. */
function highWord(value: number): number {
  HALVES.setFloat64(0, Math.abs(value));
  return HALVES.getInt32(0);
}

/** Java's `Math.atan2`: where x is negative and next to nothing beside y it is one digit off. */
function javaAtan2(y: number, x: number): number {
  const isSteep = x < 0 && Number.isFinite(y) && (highWord(y) - highWord(x)) >> 20 > 60;
  return isSteep ? Math.sign(y) * 1.5707963267948968 : Math.atan2(y, x);
}

export const mathFunctions: readonly ScalarFunction[] = [
  math({
    name: 'ABS',
    forms: [['NUMERIC'], ['DATETIME_INTERVAL']],
    returns: sameAsFirst,
    refuse: (args) => (isInterval(argType(args, 0)) ? noCode('ABS', args) : null),
    implement: absolute,
    doc: ['ABS(number)', 'Without the sign.', '绝对值。', ['ABS(-3)', '3']],
  }),
  math({
    name: 'SIGN',
    forms: NUMBER,
    returns: sameAsFirst,
    refuse: (args) => (['TINYINT', 'SMALLINT'].includes(argType(args, 0).root) ? NOT_COMPILABLE : null),
    implement: sign,
    doc: [
      'SIGN(number)',
      '-1, 0 or 1, in the type of the number.',
      '符号：-1、0 或 1，类型与输入相同。',
      ['SIGN(-7)', '-1'],
    ],
  }),
  math({
    name: 'ROUND',
    forms: [['NUMERIC', 'INTEGER'], ['NUMERIC']],
    refuse: (args) => (argType(args, 1).root === 'BIGINT' ? noCode('ROUND', args) : null),
    returns: roundReturns,
    implement: rounding(divideHalfUp, true),
    doc: [
      'ROUND(number [, digits])',
      'Rounded half up; negative digits round before the point.',
      '四舍五入；位数为负时对整数部分取整。',
      ['ROUND(2.345, 2)', '2.35'],
      ['ROUND(127, -1)', '130'],
    ],
  }),
  math({
    name: 'TRUNCATE',
    forms: [['NUMERIC', 'INTEGER'], ['NUMERIC']],
    refuse: (args) => {
      if (argType(args, 1).root === 'BIGINT') return noCode('TRUNCATE', args);
      return ['TINYINT', 'SMALLINT'].includes(argType(args, 0).root) ? NOT_COMPILABLE : null;
    },
    returns: roundReturns,
    implement: rounding(toZero, false),
    doc: [
      'TRUNCATE(number [, digits])',
      'Digits cut off.',
      '直接截断小数位。',
      ['TRUNCATE(2.349, 2)', '2.34'],
    ],
  }),
  floorCeil(
    'FLOOR',
    [],
    [
      'FLOOR(number) or FLOOR(time TO unit)',
      'Rounded down; a time down to the start of its unit (weeks start on Sunday).',
      '向下取整；时间向下取到单位的起点（周从周日开始）。',
      ['FLOOR(-1.5)', '-2'],
      ["FLOOR(TIMESTAMP '2024-03-15 12:34:56' TO HOUR)", '2024-03-15 12:00:00'],
    ],
  ),
  floorCeil(
    'CEIL',
    ['CEILING'],
    [
      'CEIL(number) or CEIL(time TO unit)',
      'Rounded up; a time up to the start of the next unit.',
      '向上取整；时间向上取到下一单位的起点。',
      ['CEIL(1.2)', '2'],
      ["CEIL(TIMESTAMP '2024-03-15 12:34:56' TO HOUR)", '2024-03-15 13:00:00'],
    ],
  ),
  ofTwoDoubles('POWER', pow, [
    'POWER(base, exponent)',
    'Base raised to a power, as DOUBLE.',
    '乘方，结果为 DOUBLE。',
    ['POWER(2, 10)', '1024.0'],
  ]),
  math({
    name: 'SQRT',
    forms: NUMBER,
    returns: returns(DOUBLE),
    implement: neverComputed,
    doc: [
      'SQRT(number)',
      'Square root; NaN for negative numbers.',
      '平方根；负数为 NaN。',
      ['SQRT(16)', '4.0'],
    ],
  }),
  ofDouble('EXP', exp, ['EXP(number)', 'e raised to a power.', 'e 的幂。', ['EXP(0)', '1.0']]),
  ofDouble('LN', log, ['LN(number)', 'Natural logarithm.', '自然对数。', ['LN(1)', '0.0']]),
  ofDouble('LOG10', log10, [
    'LOG10(number)',
    'Logarithm to base 10.',
    '以 10 为底的对数。',
    ['LOG10(100)', '2.0'],
  ]),
  ofDouble('LOG2', (x) => log(x) / log(2), [
    'LOG2(number)',
    'Logarithm to base 2.',
    '以 2 为底的对数。',
    ['LOG2(2)', '1.0'],
  ]),
  math({
    name: 'LOG',
    forms: [['NUMERIC'], ['NUMERIC', 'NUMERIC']],
    returns: returns(DOUBLE),
    implement: ([first, second]) => {
      const [a, b] = [reader(first), reader(second)];
      if (second === undefined) return (x: Int64) => log(a(x));
      return (x: Int64, y: Int64) => log(b(y)) / log(a(x));
    },
    doc: [
      'LOG([base,] number)',
      'Logarithm, natural unless a base is given.',
      '对数；未给出底数时为自然对数。',
      ['LOG(2, 8)', '3.0'],
    ],
  }),
  ofDouble('SIN', sin, ['SIN(number)', 'Sine of radians.', '正弦（弧度）。', ['SIN(0)', '0.0']]),
  ofDouble('COS', cos, ['COS(number)', 'Cosine of radians.', '余弦（弧度）。', ['COS(0)', '1.0']]),
  ofDouble('TAN', tan, ['TAN(number)', 'Tangent of radians.', '正切（弧度）。', ['TAN(0)', '0.0']]),
  ofDouble('COT', cotangent, [
    'COT(number)',
    'Cotangent of radians.',
    '余切（弧度）。',
    ['COT(0)', 'Infinity'],
  ]),
  ofDouble('ASIN', Math.asin, ['ASIN(number)', 'Arc sine.', '反正弦。', ['ASIN(0)', '0.0']]),
  ofDouble('ACOS', Math.acos, ['ACOS(number)', 'Arc cosine.', '反余弦。', ['ACOS(1)', '0.0']]),
  ofDouble('ATAN', Math.atan, ['ATAN(number)', 'Arc tangent.', '反正切。', ['ATAN(0)', '0.0']]),
  {
    ...ofTwoDoubles('ATAN2', javaAtan2, [
      'ATAN2(y, x)',
      'Angle of a point.',
      '点的方位角。',
      ['ATAN2(0, 1)', '0.0'],
    ]),
    // There is code for two numbers and for two DECIMALs, not for one of each.
    refuse: (args) =>
      args.filter(({ type }) => type.root === 'DECIMAL').length === 1 ? noCode('ATAN2', args) : null,
  },
  ofDouble('SINH', Math.sinh, ['SINH(number)', 'Hyperbolic sine.', '双曲正弦。', ['SINH(0)', '0.0']]),
  ofDouble('COSH', cosh, ['COSH(number)', 'Hyperbolic cosine.', '双曲余弦。', ['COSH(0)', '1.0']]),
  ofDouble('TANH', Math.tanh, ['TANH(number)', 'Hyperbolic tangent.', '双曲正切。', ['TANH(0)', '0.0']]),
  ofDouble('DEGREES', (x) => x * (180 / Math.PI), [
    'DEGREES(number)',
    'Radians as degrees.',
    '弧度转角度。',
    ['DEGREES(0)', '0.0'],
  ]),
  ofDouble('RADIANS', (x) => x * (Math.PI / 180), [
    'RADIANS(number)',
    'Degrees as radians.',
    '角度转弧度。',
    ['RADIANS(180)', '3.141592653589793'],
  ]),
  math({
    name: 'PI',
    forms: [[]],
    returns: returnsNotNull(DOUBLE),
    evaluate: () => Math.PI,
    doc: ['PI()', 'The number π.', '圆周率 π。', ['PI()', '3.141592653589793']],
  }),
  math({
    name: 'E',
    forms: [[]],
    returns: returnsNotNull(DOUBLE),
    evaluate: () => Math.E,
    doc: ['E()', 'The number e.', '自然常数 e。', ['E()', '2.718281828459045']],
  }),
  math({
    name: 'RAND',
    forms: [[], ['NUMERIC']],
    returns: returns(notNull(DOUBLE)),
    isDeterministic: false,
    refuse: refuseWide('RAND'),
    implement: (_types, _result, context, [seed]) => {
      if (!seed) return () => context.random();
      const generator = seeded(seed);
      return (value: number) => generator(value).nextDouble();
    },
    doc: ['RAND([seed])', 'A random number from 0 to 1, without 1.', '[0, 1) 之间的随机数。'],
  }),
  math({
    name: 'RAND_INTEGER',
    forms: [['NUMERIC'], ['NUMERIC', 'NUMERIC']],
    returns: returns(notNull(INTEGER)),
    isDeterministic: false,
    refuse: refuseWide('RAND_INTEGER'),
    implement: (_types, _result, context, args) => {
      if (args.length === 1) return (bound: number) => Math.floor(context.random() * positive(bound));
      const generator = seeded(args[0]);
      return (seed: number, bound: number) => generator(seed).nextInt(bound);
    },
    doc: ['RAND_INTEGER([seed,] bound)', 'A random whole number below the bound.', '小于上界的随机整数。'],
  }),
  math({
    name: 'UUID',
    forms: [[]],
    returns: returnsNotNull({ ...STRING, root: 'CHAR', length: 36 }),
    isDeterministic: false,
    implement: (_types, _result, context) => () => {
      const digits = Array.from({ length: 32 }, () => Math.floor(context.random() * 16));
      digits[12] = 4;
      digits[16] = 8 + ((digits[16] ?? 0) & 3);
      const text = digits.map((digit) => digit.toString(16)).join('');
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
    },
    doc: ['UUID()', 'A random identifier.', '随机 UUID。'],
  }),
];
