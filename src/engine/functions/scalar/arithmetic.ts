import {
  additionType,
  asDecimal,
  divisionType,
  moduloType,
  multiplicationType,
} from '../../types/decimal-types.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import {
  type DecimalType,
  type IntervalType,
  isApproximate,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
  type Value,
  withNullable,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import {
  addDecimal,
  decimalToDouble,
  divideDecimal,
  multiplyDecimal,
  remainderDecimal,
  subtractDecimal,
  type Unscaled,
} from '../../values/decimal.ts';
import {
  addInt64,
  addMultiple,
  divideInt64,
  doubleToInt64,
  floorDiv,
  floorMod,
  type Int64,
  multiplyInt64,
  negateInt64,
  remainderInt64,
  subtractInt64,
  toDouble,
  toInt32,
  wrap64,
} from '../../values/int64.ts';
import { RunError } from '../../values/run-error.ts';
import {
  addMonthsToDays,
  exactMillis,
  MILLIS_PER_DAY,
  timestampFrom,
  unitsPerMilli,
} from '../../values/time.ts';
import { narrow } from '../cast.ts';
import type { Argument, Implementation, Misfit, ScalarFunction } from '../function-definition.ts';
import {
  anyNullable,
  argType,
  type Family,
  type Form,
  hasBareNull,
  ILLEGAL_NULL,
  misfit,
  misfitOf,
  printArgument,
  toDoc,
  unsupportedCall,
  writeInfix,
  wrongCount,
} from '../signature.ts';

/**
 * `+ - * / %` and signs: result types as Calcite derives them with Flink's type system, values as Flink's generated Java computes them.
 */
type Evaluate = Implementation['evaluate'];
type ArithmeticSign = '+' | '-' | '*' | '/' | 'MOD';

const CATEGORY = 'arithmetic';
const NUMERIC_FORM: Form = ['NUMERIC', 'NUMERIC'];
const FORMS: Record<ArithmeticSign, readonly Form[]> = {
  '+': [
    NUMERIC_FORM,
    ['DATETIME_INTERVAL', 'DATETIME_INTERVAL'],
    ['DATETIME', 'DATETIME_INTERVAL'],
    ['DATETIME_INTERVAL', 'DATETIME'],
  ],
  '-': [NUMERIC_FORM, ['DATETIME_INTERVAL', 'DATETIME_INTERVAL'], ['DATETIME', 'DATETIME_INTERVAL']],
  '*': [NUMERIC_FORM, ['DATETIME_INTERVAL', 'NUMERIC'], ['NUMERIC', 'DATETIME_INTERVAL']],
  '/': [NUMERIC_FORM, ['DATETIME_INTERVAL', 'NUMERIC']],
  MOD: [['EXACT_NUMERIC', 'EXACT_NUMERIC']],
};
const DECIMAL_RESULT = {
  '+': additionType,
  '-': additionType,
  '*': multiplicationType,
  '/': divisionType,
  MOD: moduloType,
} as const;

const ofFamily = (type: LogicalType, family: Family): boolean => {
  if (type.root === 'NULL') return true;
  if (family === 'NUMERIC') return isNumeric(type);
  if (family === 'EXACT_NUMERIC') return isInteger(type) || type.root === 'DECIMAL';
  if (family === 'DATETIME_INTERVAL') return isInterval(type);
  return isTimestamp(type) || type.root === 'DATE' || type.root === 'TIME';
};

function inferArithmetic(
  sign: ArithmeticSign,
  written: string,
  args: readonly Argument[],
): LogicalType | Misfit {
  const forms = FORMS[sign];
  const write = sign === 'MOD' && written === 'MOD' ? undefined : writeInfix;
  if (sign === 'MOD' && hasBareNull(args)) return ILLEGAL_NULL;
  if (args.length !== 2) return wrongCount(written, '2');
  const [left, right] = [argType(args, 0), argType(args, 1)];
  if (left.root === 'NULL' || (right.root === 'NULL' && ofFamily(left, 'NUMERIC'))) return ILLEGAL_NULL;
  if (
    right.root === 'NULL' ||
    !forms.some((form) => form.every((family, i) => ofFamily(argType(args, i), family)))
  ) {
    const early = misfit(written, args, forms, write);
    // A NULL that follows has taken the type of the first.
    return right.root === 'NULL' ? { ...misfit(written, [args[0]!, args[0]!], forms, write), early } : early;
  }
  const isNullable = anyNullable(args);
  const type = resultOf(sign, left, right);
  return type === null ? misfit(written, args, forms, write) : withNullable(type, isNullable);
}

function resultOf(sign: ArithmeticSign, left: LogicalType, right: LogicalType): LogicalType | null {
  const leftDecimal = asDecimal(left);
  const rightDecimal = asDecimal(right);
  if (
    leftDecimal !== null &&
    rightDecimal !== null &&
    (left.root === 'DECIMAL' || right.root === 'DECIMAL')
  ) {
    if (sign === 'MOD' && leftDecimal.scale === 0 && rightDecimal.scale === 0) return right;
    return DECIMAL_RESULT[sign](leftDecimal, rightDecimal);
  }
  if (sign === 'MOD') return right.root === 'NULL' ? left : right;
  if (isInterval(left) && isNumeric(right)) return left;
  if (isNumeric(left) && isInterval(right)) return right;
  if (isInterval(right) && !isInterval(left)) return left.root === 'NULL' ? right : dateTimePlus(left, right);
  if (isInterval(left) && !isInterval(right)) return right.root === 'NULL' ? left : dateTimePlus(right, left);
  return leastRestrictive([left, right]);
}

/** A time plus an interval keeps its type, that of a time attribute too: to the validator it still is one, only the planner materialises it. */
function dateTimePlus(type: LogicalType, _interval: IntervalType): LogicalType {
  return type;
}

/** What `left sign right` computes on non-NULL values. */
export function arithmetic(
  sign: ArithmeticSign,
  left: LogicalType,
  right: LogicalType,
  result: LogicalType,
): Evaluate {
  if (isInterval(left) || isInterval(right) || isInterval(result))
    return intervalArithmetic(sign, left, right, result);
  if (result.root === 'DECIMAL') return decimalArithmetic(sign, left, right, result);
  if (isApproximate(result)) return floatingArithmetic(sign, left, right, result.root === 'FLOAT');
  return integerArithmetic(sign, left, right, result);
}

const divisionByZero = (): never => {
  throw new RunError('ArithmeticException: / by zero');
};

function integerArithmetic(
  sign: ArithmeticSign,
  left: LogicalType,
  right: LogicalType,
  result: LogicalType,
): Evaluate {
  if (left.root === 'DECIMAL' || right.root === 'DECIMAL') {
    // A DECIMAL(p, 0) dividend is cut to BIGINT before `%`.
    return (a: Int64, b: Int64) =>
      BigInt(b) === 0n ? divisionByZero() : remainderInt64(wrap64(BigInt(a)), b);
  }
  if (sign === 'MOD') {
    if (left.root === 'BIGINT' || right.root === 'BIGINT')
      return (a: Int64, b: Int64) => (b === 0 ? divisionByZero() : remainderInt64(a, b));
    return (a: number, b: number) => (b === 0 ? divisionByZero() : (a % b) + 0);
  }
  if (result.root === 'BIGINT') {
    if (sign === '+') return addInt64;
    if (sign === '-') return subtractInt64;
    if (sign === '*') return multiplyInt64;
    return (a: Int64, b: Int64) => (b === 0 ? divisionByZero() : divideInt64(a, b));
  }
  const root = result.root as 'TINYINT' | 'SMALLINT' | 'INTEGER';
  if (sign === '+') return (a: number, b: number) => narrow(a + b, root);
  if (sign === '-') return (a: number, b: number) => narrow(a - b, root);
  if (sign === '*') return (a: number, b: number) => narrow(Math.imul(a, b), root);
  return (a: number, b: number) => (b === 0 ? divisionByZero() : narrow(a / b, root));
}

function floatingArithmetic(
  sign: ArithmeticSign,
  left: LogicalType,
  right: LogicalType,
  isFloat: boolean,
): Evaluate {
  const round = isFloat ? Math.fround : (x: number): number => x;
  const read = (type: LogicalType): ((value: Int64) => number) => {
    if (type.root === 'DECIMAL') return (value) => round(decimalToDouble(value, type.scale));
    return (value) => round(toDouble(value));
  };
  const [a, b] = [read(left), read(right)];
  if (sign === '+') return (x: Int64, y: Int64) => round(a(x) + b(y));
  if (sign === '-') return (x: Int64, y: Int64) => round(a(x) - b(y));
  if (sign === '*') return (x: Int64, y: Int64) => round(a(x) * b(y));
  return (x: Int64, y: Int64) => round(a(x) / b(y));
}

const DECIMAL_OPERATION = {
  '+': addDecimal,
  '-': subtractDecimal,
  '*': multiplyDecimal,
  '/': divideDecimal,
  MOD: remainderDecimal,
} as const;

function decimalArithmetic(
  sign: ArithmeticSign,
  left: LogicalType,
  right: LogicalType,
  { precision, scale }: DecimalType,
): Evaluate {
  const operation = DECIMAL_OPERATION[sign];
  const leftScale = asDecimal(left)?.scale ?? 0;
  const rightScale = asDecimal(right)?.scale ?? 0;
  return (a: Unscaled, b: Unscaled) => operation(a, leftScale, b, rightScale, precision, scale);
}

function intervalArithmetic(
  sign: ArithmeticSign,
  left: LogicalType,
  right: LogicalType,
  result: LogicalType,
): Evaluate {
  if (isInterval(left) && isInterval(right)) {
    if (left.root === 'INTERVAL_MONTH')
      return sign === '+' ? (a: number, b: number) => (a + b) | 0 : (a: number, b: number) => (a - b) | 0;
    return sign === '+' ? addInt64 : subtractInt64;
  }
  if (isInterval(left) && isNumeric(right)) return scaleInterval(sign, left, right);
  if (isNumeric(left) && isInterval(right)) {
    const scaled = scaleInterval(sign, right, left) as (a: Int64, b: Int64) => Value;
    return (a: Int64, b: Int64) => scaled(b, a);
  }
  if (isInterval(left)) {
    const swapped = moveTime(sign, right, left, result) as (a: Int64, b: Int64) => Value;
    return (a: Int64, b: Int64) => swapped(b, a);
  }
  if (isInterval(right)) return moveTime(sign, left, right, result);
  return timeDifference(left, right, result);
}

function scaleInterval(sign: ArithmeticSign, interval: IntervalType, factor: LogicalType): Evaluate {
  const whole = interval.root === 'INTERVAL_MONTH' ? (x: number): Int64 => x | 0 : doubleToInt64;
  if (factor.root === 'DECIMAL' || isApproximate(factor)) {
    const read =
      factor.root === 'DECIMAL'
        ? (value: Int64): number => decimalToDouble(value, factor.scale)
        : (value: Int64): number => Number(value);
    return sign === '*'
      ? (a: Int64, b: Int64) => whole(toDouble(a) * read(b))
      : (a: Int64, b: Int64) => whole(toDouble(a) / read(b));
  }
  if (interval.root === 'INTERVAL_MONTH')
    return sign === '*'
      ? (a: number, b: Int64) => Number(BigInt.asIntN(32, BigInt(a) * BigInt(b)))
      : divideInt64;
  return sign === '*' ? multiplyInt64 : divideInt64;
}

/** A point in time plus or minus an interval (`generateTemporalPlusMinus`). */
function moveTime(
  sign: ArithmeticSign,
  type: LogicalType,
  interval: IntervalType,
  result: LogicalType,
): Evaluate {
  const direction = sign === '-' ? -1 : 1;
  const isMonths = interval.root === 'INTERVAL_MONTH';
  if (type.root === 'DATE') {
    if (isMonths) return (days: number, months: number) => addMonthsToDays(days, direction * months);
    if (isTimestamp(result)) {
      const { precision } = result;
      return (days: number, millis: Int64) =>
        timestampFrom(days * MILLIS_PER_DAY + direction * Number(millis), 0, precision);
    }
    return (days: number, millis: Int64) => {
      const moved = Number(divideInt64(millis, MILLIS_PER_DAY));
      if (toInt32(moved) !== moved) throw new RunError('ArithmeticException: integer overflow');
      return (days + direction * moved) | 0;
    };
  }
  if (type.root === 'TIME') {
    if (isMonths) return (time: number) => time;
    return (time: number, millis: Int64) =>
      (time + MILLIS_PER_DAY + direction * (Number(millis) % MILLIS_PER_DAY)) % MILLIS_PER_DAY;
  }
  if (!isTimestamp(type)) return (value: Value) => value;
  const { precision } = type;
  const units = unitsPerMilli(precision);
  if (isMonths) return (value: Int64, months: number) => addMonths(value, direction * months, precision);
  if (units === 1) return direction === 1 ? addInt64 : subtractInt64;
  return (value: Int64, millis: Int64) => addMultiple(value, millis, direction * units);
}

/** A timestamp moved by months; the day is cut to the month's length, the time of day stays. */
export function addMonths(value: Int64, months: number, precision: number): Int64 {
  const perDay = MILLIS_PER_DAY * unitsPerMilli(precision);
  const days = addMonthsToDays(Number(floorDiv(value, perDay)), months);
  return addMultiple(floorMod(value, perDay), days, perDay);
}

/** Epoch milliseconds of a DATE, TIME or timestamp. */
function pointMillis(type: LogicalType): (value: Value) => Int64 {
  if (type.root === 'DATE') return (value) => multiplyInt64(value as number, MILLIS_PER_DAY);
  if (isTimestamp(type)) return (value) => exactMillis(value as Int64, type.precision);
  return (value) => value as number;
}

function timeDifference(left: LogicalType, right: LogicalType, result: LogicalType): Evaluate {
  if (result.root === 'INTERVAL_MONTH') {
    // A time of day is a number like a date, and its milliseconds are taken for days.
    if (!isTimestamp(left) && !isTimestamp(right))
      return (a: number, b: number) => subtractMonthsOfDays(a, b);
    const [a, b] = [pointMillis(left), pointMillis(right)];
    return (x: Value, y: Value) => subtractMonths(Number(a(x)), Number(b(y)));
  }
  const [a, b] = [pointMillis(left), pointMillis(right)];
  return (x: Value, y: Value) => subtractInt64(a(x), b(y));
}

const DAYS_PER_MONTH = 30.436875;
const MOST_STEPS = 8;
/** Calcite's `subtractMonths(int, int)`: whole months between two dates. */
function subtractMonthsOfDays(date0: number, date1: number): number {
  if (date0 < date1) return 0 - subtractMonthsOfDays(date1, date0);
  // Months have 30.436875 days on average, and never stray from it by three of them. What is beyond 32 bits is counted from below nothing.
  const days = (date0 - date1) | 0;
  let months = days < 0 ? Math.trunc(days / 31) : Math.max(0, Math.trunc(days / DAYS_PER_MONTH) - 3);
  if (addMonthsToDays(date1, months) >= date0) return months;
  for (let step = 0; step < MOST_STEPS && addMonthsToDays(date1, months + 1) <= date0; step++) months++;
  return months;
}

/** Calcite's `subtractMonths(long, long)`: the time of day counts only where the days meet, and then only downwards. */
function subtractMonths(t0: number, t1: number): number {
  const date0 = Math.floor(t0 / MILLIS_PER_DAY) | 0;
  const date1 = Math.floor(t1 / MILLIS_PER_DAY) | 0;
  const months = subtractMonthsOfDays(date0, date1);
  const isEarlier = floorMod(t0, MILLIS_PER_DAY) < floorMod(t1, MILLIS_PER_DAY);
  return addMonthsToDays(date1, months) === date0 && isEarlier ? months - 1 : months;
}

/** Flink has no code for `/` and `%` of intervals, nor for an interval times anything but a whole number. */
function refuseInterval(sign: ArithmeticSign, args: readonly Argument[], result: LogicalType): string | null {
  const types = args.map((arg) => arg.type);
  if (!types.some(isInterval)) return null;
  if (sign === '/' || sign === 'MOD')
    return `CodeGenException: ${unsupportedCall(sign, types.map(printType).join(', '))}`;
  if (types[0] && isInterval(types[0]) && types[1]?.root === 'TIMESTAMP_LTZ')
    return 'CodeGenException: Unsupported temporal arithmetic.';
  const factor = types.find((type) => type.root === 'DECIMAL' || isApproximate(type));
  return sign === '*' && factor !== undefined
    ? `CodeGenException: Unsupported casting from ${printType(factor)} to ${printType(result)}.`
    : null;
}

function binary(
  name: ArithmeticSign,
  aliases: readonly string[],
  doc: Parameters<typeof toDoc>[1],
): ScalarFunction {
  const written = name;
  return {
    name,
    ...(aliases.length === 0 ? {} : { aliases }),
    strict: true,
    isDeterministic: true,
    inferType: (args) => inferArithmetic(name, written, args),
    refuse: (args, result) => refuseInterval(name, args, result),
    implement: ([left, right], result) => ({
      evaluate: arithmetic(name, left ?? result, right ?? result, result),
    }),
    doc: toDoc(CATEGORY, doc),
  };
}

const minus: ScalarFunction = {
  ...binary(
    '-',
    [],
    [
      'a - b',
      'Difference; with one argument, the negative. Integers wrap around as in Java.',
      '差；只有一个参数时取负值。整数溢出时像 Java 一样回绕。',
      ['7 - 10', '-3'],
      ['-(2147483647) - 2', '2147483647'],
    ],
  ),
  inferType: (args) => {
    if (args.length !== 1) return inferArithmetic('-', '-', args);
    const type = argType(args, 0);
    if (hasBareNull(args)) return ILLEGAL_NULL;
    if (isNumeric(type) || isInterval(type)) return type;
    return misfit('-', args, [['NUMERIC'], ['DATETIME_INTERVAL']], writeInfix);
  },
  implement: (types, result) =>
    types.length === 1
      ? { evaluate: negation(result) }
      : { evaluate: arithmetic('-', types[0] ?? result, types[1] ?? result, result) },
};

function negation(type: LogicalType): Evaluate {
  switch (type.root) {
    case 'FLOAT':
    case 'DOUBLE':
      return (a: number) => -a;
    case 'DECIMAL':
      return (a: Unscaled) => (typeof a === 'bigint' ? -a : 0 - a);
    case 'BIGINT':
    case 'INTERVAL_DAY':
      return negateInt64;
    case 'TINYINT':
    case 'SMALLINT':
      return (a: number) => narrow(0 - a, type.root as 'TINYINT' | 'SMALLINT');
    default:
      return (a: number) => (0 - a) | 0;
  }
}

const plus: ScalarFunction = {
  ...binary(
    '+',
    [],
    [
      'a + b',
      'Sum; also a time plus an interval. Integers wrap around as in Java.',
      '和；也可用于时间加间隔。整数溢出时像 Java 一样回绕。',
      ['2147483647 + 1', '-2147483648'],
      ["DATE '2024-01-31' + INTERVAL '1' MONTH", '2024-02-29'],
    ],
  ),
  inferType: (args) => {
    if (args.length !== 1) return inferArithmetic('+', '+', args);
    if (hasBareNull(args)) return ILLEGAL_NULL;
    const type = argType(args, 0);
    return isNumeric(type) || isInterval(type)
      ? type
      : misfit('+', args, [['NUMERIC'], ['DATETIME_INTERVAL']], writeInfix);
  },
  implement: (types, result) =>
    types.length === 1
      ? { evaluate: (a: Value) => a }
      : { evaluate: arithmetic('+', types[0] ?? result, types[1] ?? result, result) },
};

/** How Flink's code generator, which knows no differences of times of day, calls its operands' types. */
const CODE_ROOTS: { readonly [root: string]: string } = {
  DATE: 'DATE',
  TIME: 'TIME_WITHOUT_TIME_ZONE',
  TIMESTAMP: 'TIMESTAMP_WITHOUT_TIME_ZONE',
};

function refuseDifference(left: LogicalType, right: LogicalType, result: LogicalType): string | null {
  if ((left.root === 'TIMESTAMP_LTZ') !== (right.root === 'TIMESTAMP_LTZ'))
    return 'CodeGenException: TIMESTAMP_LTZ only supports diff between the same type.';
  const isOfTime = left.root === 'TIME' || right.root === 'TIME';
  return isOfTime && result.root === 'INTERVAL_DAY'
    ? `MatchError: (${CODE_ROOTS[left.root]},${CODE_ROOTS[right.root]}) (of class scala.Tuple2)`
    : null;
}

/** Times that can be subtracted from each other, as far as the validator is concerned. */
const timeFamily = ({ root }: LogicalType): string => (root === 'TIMESTAMP_LTZ' ? 'TIMESTAMP' : root);

/** `(a - b) DAY TO SECOND`: the qualifier comes first, and goes into the type; plans print it as `-(a, b)`. */
const minusDate: ScalarFunction = {
  name: 'MINUS_DATE',
  strict: true,
  isDeterministic: true,
  inferType: (args) => {
    if (hasBareNull(args.slice(1))) return ILLEGAL_NULL;
    const unit = args[0]?.symbol ?? 'DAY TO SECOND';
    const root = /^(?:YEAR|QUARTER|MONTH)/.test(unit) ? 'INTERVAL_MONTH' : 'INTERVAL_DAY';
    if (
      args.length !== 3 ||
      !ofFamily(argType(args, 1), 'DATETIME') ||
      !ofFamily(argType(args, 2), 'DATETIME')
    )
      return misfitOf('-', `-(${[...args.slice(1).map(printArgument), `<INTERVAL ${unit}>`].join(', ')})`, [
        "'-(<DATETIME>, <DATETIME>, <DATETIME_INTERVAL>)'",
      ]);
    if (timeFamily(argType(args, 1)) !== timeFamily(argType(args, 2)))
      return { message: 'Parameters must be of the same type' };
    return { root, unit, nullable: argType(args, 1).nullable || argType(args, 2).nullable };
  },
  refuse: (args, result) => refuseDifference(argType(args, 0), argType(args, 1), result),
  implement: ([left, right], result) => ({
    evaluate: timeDifference(left ?? result, right ?? result, result),
  }),
  doc: toDoc(CATEGORY, [
    '(time1 - time2) unit',
    'The interval between two times.',
    '两个时间之间的间隔。',
    ["(TIMESTAMP '2024-01-02 00:00:00' - TIMESTAMP '2024-01-01 12:00:00') HOUR", '+0 12:00:00.000'],
  ]),
};

/** `/INT` divides whole numbers without asking for types: the planner's TIMESTAMPDIFF. `Reinterpret` reads an interval as a number. */
const divideInteger: ScalarFunction = {
  name: '/INT',
  strict: true,
  isDeterministic: true,
  inferType: (args) => withNullable(argType(args, 0), anyNullable(args)),
  implement: ([left]) => ({
    evaluate:
      left !== undefined && isInteger(left) && left.root !== 'BIGINT'
        ? (a: number, b: number) => Math.trunc(a / b) + 0
        : (a: Int64, b: Int64) => divideInt64(a, b),
  }),
  doc: toDoc(CATEGORY, ['a /INT b', 'Whole division, made by the planner.', '整除，由规划器生成。']),
};
const reinterpret: ScalarFunction = {
  name: 'Reinterpret',
  aliases: ['REINTERPRET'],
  strict: true,
  isDeterministic: true,
  inferType: (args) => argType(args, 0),
  implement: () => ({ evaluate: (a: Value) => a, inline: (a) => a }),
  doc: toDoc(CATEGORY, [
    'Reinterpret(a)',
    'The same value as another type, made by the planner.',
    '以另一类型看待同一个值，由规划器生成。',
  ]),
};

const mod = binary(
  'MOD',
  [],
  [
    'MOD(a, b)',
    'Remainder, with the sign of the dividend; `a % b` is the same.',
    '余数，符号与被除数相同；`a % b` 等价。',
    ['MOD(-7, 3)', '-1'],
    ['MOD(7.5, 2)', '1.5'],
  ],
);
/** `a % b`: MOD in plans, but with complaints of its own. */
export const percentRemainder: ScalarFunction = {
  ...mod,
  inferType: (args) => inferArithmetic('MOD', '%', args),
};

export const arithmeticFunctions: readonly ScalarFunction[] = [
  plus,
  minus,
  binary(
    '*',
    [],
    [
      'a * b',
      'Product. Integers wrap around as in Java.',
      '积。整数溢出时像 Java 一样回绕。',
      ['6 * 7', '42'],
      ['1.5 * 2', '3.0'],
    ],
  ),
  binary(
    '/',
    [],
    [
      'a / b',
      'Quotient: integers truncate toward zero, DECIMAL keeps at least six digits.',
      '商：整数向零截断，DECIMAL 至少保留六位小数。',
      ['7 / 2', '3'],
      ['1.0 / 3', '0.333333333333'],
    ],
  ),
  mod,
  minusDate,
  divideInteger,
  reinterpret,
];
