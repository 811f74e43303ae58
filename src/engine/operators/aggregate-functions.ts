import type { PhysicalAggregate } from '../plan/physical.ts';
import { isApproximate, type LogicalType, type Value } from '../types/logical-type.ts';
import { comparator, sameValue, valueKey } from '../values/compare.ts';
import { addDecimal, divideDecimal, subtractDecimal } from '../values/decimal.ts';
import { addInt64, divideInt64, type Int64, subtractInt64 } from '../values/int64.ts';
import { RunError } from '../values/run-error.ts';
import { collectingFunction } from './collecting-functions.ts';
import { compareNumbers } from './row-order.ts';
import { copyCounts, countValue, type ValueCounts } from './value-counts.ts';

/**
 * One aggregate function at run time. A state is any value; the functions give the next one and may change objects in place. NULL arguments never reach
 * `add` and `retract` (COUNT(*) gets a placeholder).
 */
export interface AggregateFunction {
  readonly create: () => unknown;
  /** `more` are the further arguments of those that have some: LISTAGG's separator, JSON_OBJECTAGG's value, PERCENTILE's percentages and frequency. */
  readonly add: (state: never, value: Value, ...more: Value[]) => unknown;
  readonly retract: (state: never, value: Value, ...more: Value[]) => unknown;
  readonly merge: (state: never, other: never) => unknown;
  readonly value: (state: never) => Value;
  /** A copy of a state that shares nothing that changes. */
  readonly copy: (state: never) => unknown;
  /** The same as JavaScript source, for the hot ones: expressions over the sources of state and value. */
  readonly inline?: {
    readonly create: string;
    readonly add: (state: string, value: string) => string;
    readonly retract?: (state: string, value: string) => string;
    readonly value: (state: string) => string;
  };
  /** Whether its value is its state: then a group's last result is all that is remembered. */
  readonly isValue: boolean;
  /** NULL arguments count too (ARRAY_AGG). */
  readonly takesNull?: boolean;
}

const same = (state: unknown): unknown => state;

const COUNT: AggregateFunction = {
  create: () => 0,
  add: (s: number) => s + 1,
  retract: (s: number) => s - 1,
  merge: (s: number, o: number) => s + o,
  value: (s: number) => s,
  copy: same,
  inline: { create: '0', add: (s) => `${s} + 1`, retract: (s) => `${s} - 1`, value: (s) => s },
  isValue: true,
};

/** Sums by type: int wraps, BIGINT wraps at 64 bits, DECIMAL beyond 38 digits is NULL and starts again. */
interface Adders {
  readonly plus: (a: never, b: never) => Value;
  readonly minus: (a: never, b: never) => Value;
  readonly zero: Value;
  readonly inlinePlus: ((a: string, b: string) => string) | null;
}
function adders(type: LogicalType): Adders {
  switch (type.root) {
    case 'TINYINT':
      return {
        plus: (a: number, b: number) => ((a + b) << 24) >> 24,
        minus: (a: number, b: number) => ((a - b) << 24) >> 24,
        zero: 0,
        inlinePlus: (a, b) => `((${a} + ${b}) << 24) >> 24`,
      };
    case 'SMALLINT':
      return {
        plus: (a: number, b: number) => ((a + b) << 16) >> 16,
        minus: (a: number, b: number) => ((a - b) << 16) >> 16,
        zero: 0,
        inlinePlus: (a, b) => `((${a} + ${b}) << 16) >> 16`,
      };
    case 'INTEGER':
      return {
        plus: (a: number, b: number) => (a + b) | 0,
        minus: (a: number, b: number) => (a - b) | 0,
        zero: 0,
        inlinePlus: (a, b) => `(${a} + ${b}) | 0`,
      };
    case 'BIGINT':
      return { plus: addInt64, minus: subtractInt64, zero: 0, inlinePlus: null };
    case 'FLOAT':
      return {
        plus: (a: number, b: number) => Math.fround(a + b),
        minus: (a: number, b: number) => Math.fround(a - b),
        zero: 0,
        inlinePlus: null,
      };
    case 'DECIMAL': {
      const scale = type.scale;
      return {
        plus: (a: Int64, b: Int64) => addDecimal(a, scale, b, scale, 38, scale),
        minus: (a: Int64, b: Int64) => subtractDecimal(a, scale, b, scale, 38, scale),
        zero: 0,
        inlinePlus: null,
      };
    }
    default:
      return {
        plus: (a: number, b: number) => a + b,
        minus: (a: number, b: number) => a - b,
        zero: 0,
        inlinePlus: (a, b) => `${a} + ${b}`,
      };
  }
}

type Plus = (a: Value, b: Value) => Value;

function sum(type: LogicalType): AggregateFunction {
  const { plus, inlinePlus } = adders(type) as unknown as { plus: Plus; inlinePlus: Adders['inlinePlus'] };
  const add = (s: Value, v: Value): Value => (s === null ? v : plus(s, v));
  const isExact = type.root === 'BIGINT' || type.root === 'DECIMAL';
  return {
    create: () => null,
    add,
    retract: add,
    merge: (s: Value, o: Value) => (o === null ? s : add(s, o)),
    value: (s: Value) => s,
    copy: same,
    isValue: true,
    ...(inlinePlus || isExact
      ? {
          inline: {
            create: 'null',
            // A sum of safe integers that is itself in range is exact; anything else takes the long way round.
            add: isExact
              ? (s, v) =>
                  `(${s} === null ? ${v} : typeof ${s} === 'number' && typeof ${v} === 'number' && (t = ${s} + ${v}) <= 9007199254740991 && t >= -9007199254740991 ? t : plus(${s}, ${v}))`
              : (s, v) => `(${s} === null ? ${v} : ${inlinePlus!(s, v)})`,
            value: (s) => s,
          },
        }
      : {}),
  };
}

interface CountedSum {
  sum: Value;
  count: number;
}

/** $SUM0 begins at zero and does not count: what is left of a fraction stays, and once beyond 38 digits it is NULL for good. */
function sumFromZero(type: LogicalType): AggregateFunction {
  const { plus, minus, zero, inlinePlus } = adders(type) as unknown as Record<'plus' | 'minus', Plus> &
    Pick<Adders, 'zero' | 'inlinePlus'>;
  const add = (s: Value, v: Value): Value => (s === null || v === null ? null : plus(s, v));
  return {
    create: () => zero,
    add,
    retract: (s: Value, v: Value) => (s === null ? null : minus(s, v)),
    merge: add,
    value: (s: Value) => s,
    copy: same,
    isValue: true,
    ...(inlinePlus ? { inline: { create: String(zero), add: inlinePlus, value: (s) => s } } : {}),
  };
}

/** SUM over an input that takes rows back: NULL again when no value is left. */
function retractableSum(type: LogicalType): AggregateFunction {
  const { plus, minus, zero } = adders(type) as unknown as { plus: Plus; minus: Plus; zero: Value };
  const step = (s: CountedSum, v: Value, by: number): CountedSum => {
    s.sum =
      by > 0 ? (s.sum === null ? v : plus(s.sum, v)) : s.sum === null ? minus(zero, v) : minus(s.sum, v);
    s.count += by;
    return s;
  };
  return {
    create: (): CountedSum => ({ sum: null, count: 0 }),
    add: (s: CountedSum, v: Value) => step(s, v, 1),
    retract: (s: CountedSum, v: Value) => step(s, v, -1),
    merge: (s: CountedSum, o: CountedSum) => {
      if (o.sum !== null) s.sum = s.sum === null ? o.sum : plus(s.sum, o.sum);
      s.count += o.count;
      return s;
    },
    value: (s: CountedSum) => (s.count === 0 ? null : s.sum),
    copy: (s: CountedSum) => ({ ...s }),
    isValue: false,
  };
}

/** AVG keeps a sum and a count: BIGINT for integers (so it truncates), DOUBLE for floats, 38 digits for DECIMAL. */
function average(argType: LogicalType, resultType: LogicalType): AggregateFunction {
  const isDecimal = argType.root === 'DECIMAL';
  const isFloat = argType.root === 'FLOAT' || argType.root === 'DOUBLE';
  const scale = isDecimal ? argType.scale : 0;
  const plus = isDecimal
    ? (a: Int64, b: Int64) => addDecimal(a, scale, b, scale, 38, scale)
    : isFloat
      ? (a: number, b: number) => a + b
      : addInt64;
  const minus = isDecimal
    ? (a: Int64, b: Int64) => subtractDecimal(a, scale, b, scale, 38, scale)
    : isFloat
      ? (a: number, b: number) => a - b
      : subtractInt64;
  const step = (s: CountedSum, v: Value, by: number): CountedSum => {
    s.sum = s.sum === null ? null : (by > 0 ? plus : minus)(s.sum as never, v as never);
    s.count += by;
    return s;
  };
  const divide = (s: CountedSum): Value => {
    if (s.count === 0 || s.sum === null) return null;
    if (isDecimal)
      return divideDecimal(
        s.sum as Int64,
        scale,
        s.count,
        0,
        38,
        resultType.root === 'DECIMAL' ? resultType.scale : 6,
      );
    if (argType.root === 'FLOAT') return Math.fround((s.sum as number) / s.count);
    if (isFloat) return (s.sum as number) / s.count;
    const quotient = divideInt64(s.sum as Int64, s.count);
    return typeof quotient === 'number' ? quotient + 0 : quotient;
  };
  return {
    create: (): CountedSum => ({ sum: 0, count: 0 }),
    add: (s: CountedSum, v: Value) => step(s, v, 1),
    retract: (s: CountedSum, v: Value) => step(s, v, -1),
    merge: (s: CountedSum, o: CountedSum) => {
      s.sum = s.sum === null || o.sum === null ? null : plus(s.sum as never, o.sum as never);
      s.count += o.count;
      return s;
    },
    value: divide,
    copy: (s: CountedSum) => ({ ...s }),
    isValue: false,
  };
}

const isPlainlyOrdered = (type: LogicalType): boolean =>
  [
    'TINYINT',
    'SMALLINT',
    'INTEGER',
    'DATE',
    'TIME',
    'INTERVAL_DAY',
    'INTERVAL_MONTH',
    'BIGINT',
    'DECIMAL',
    'TIMESTAMP',
    'TIMESTAMP_LTZ',
  ].includes(type.root);

function extremum(type: LogicalType, isMax: boolean): AggregateFunction {
  const compare = isApproximate(type) ? compareNumbers : comparator(type);
  const better = isMax
    ? (a: Value, b: Value) => compare(a, b) > 0
    : (a: Value, b: Value) => compare(a, b) < 0;
  const add = (s: Value, v: Value): Value => (s === null || better(v, s) ? v : s);
  return {
    create: () => null,
    add,
    retract: (s: Value) => s,
    merge: (s: Value, o: Value) => (o === null ? s : add(s, o)),
    value: (s: Value) => s,
    copy: same,
    isValue: true,
    ...(isPlainlyOrdered(type) || isApproximate(type)
      ? {
          inline: {
            create: 'null',
            add: (s: string, v: string) => `(${s} === null || ${v} ${isMax ? '>' : '<'} ${s} ? ${v} : ${s})`,
            value: (s: string) => s,
          },
        }
      : {}),
  };
}

interface Counted {
  readonly values: ValueCounts;
  best: Value;
  isKnown: boolean;
}

/** MIN and MAX over an input that takes rows back: all values with their counts; a new extremum is looked for when the old one goes. */
function retractableExtremum(type: LogicalType, isMax: boolean): AggregateFunction {
  const compare = comparator(type);
  const better = isMax
    ? (a: Value, b: Value) => compare(a, b) > 0
    : (a: Value, b: Value) => compare(a, b) < 0;
  const step = (s: Counted, v: Value, by: number): Counted => {
    const count = countValue(s.values, v, by);
    if (!s.isKnown) return s;
    if (count > 0 && (s.best === null || better(v, s.best))) s.best = v;
    else if (count <= 0 && s.best !== null && sameValue(v, s.best)) s.isKnown = false;
    return s;
  };
  return {
    create: (): Counted => ({ values: new Map(), best: null, isKnown: true }),
    add: (s: Counted, v: Value) => step(s, v, 1),
    retract: (s: Counted, v: Value) => step(s, v, -1),
    merge: (s: Counted, o: Counted) => {
      for (const { value, count } of o.values.values()) step(s, value, count);
      return s;
    },
    value: (s: Counted) => {
      if (!s.isKnown) {
        s.best = null;
        for (const { value, count } of s.values.values())
          if (count > 0 && (s.best === null || better(value, s.best))) s.best = value;
        s.isKnown = true;
      }
      return s.best;
    },
    copy: (s: Counted) => ({
      values: copyCounts(s.values),
      best: s.best,
      isKnown: s.isKnown,
    }),
    isValue: false,
  };
}

interface Distinct {
  readonly seen: Map<unknown, { readonly value: Value; readonly more: readonly Value[]; count: number }>;
  inner: unknown;
}

/** f(DISTINCT x): the inner function sees a value when it first comes and when it last goes. Counts below zero wait for a merge. */
function distinct(inner: AggregateFunction): AggregateFunction {
  const step = (s: Distinct, value: Value, more: readonly Value[], by: number): Distinct => {
    const key = valueKey(value);
    const entry = s.seen.get(key);
    const before = entry?.count ?? 0;
    const after = before + by;
    if (after === 0) s.seen.delete(key);
    else if (entry) entry.count = after;
    else s.seen.set(key, { value, more, count: after });
    if (before <= 0 && after > 0) s.inner = inner.add(s.inner as never, value, ...more);
    else if (before > 0 && after <= 0) s.inner = inner.retract(s.inner as never, value, ...more);
    return s;
  };
  return {
    create: (): Distinct => ({ seen: new Map(), inner: inner.create() }),
    add: (s: Distinct, v: Value, ...more: Value[]) => step(s, v, more, 1),
    retract: (s: Distinct, v: Value, ...more: Value[]) => step(s, v, more, -1),
    merge: (s: Distinct, o: Distinct) => {
      for (const { value, more, count } of o.seen.values()) step(s, value, more, count);
      return s;
    },
    value: (s: Distinct) => inner.value(s.inner as never),
    copy: (s: Distinct) => ({
      seen: new Map([...s.seen].map(([key, entry]) => [key, { ...entry }])),
      inner: inner.copy(s.inner as never),
    }),
    isValue: false,
    ...(inner.takesNull ? { takesNull: true } : {}),
  };
}

/** FIRST_VALUE and LAST_VALUE by arrival, over an input that only inserts. */
function arrival(isFirst: boolean): AggregateFunction {
  const add = (s: Value, v: Value): Value => (isFirst && s !== null ? s : v);
  return {
    create: () => null,
    add,
    retract: (s: Value) => s,
    merge: (s: Value, o: Value) => (o === null ? s : add(s, o)),
    value: (s: Value) => s,
    copy: same,
    isValue: true,
  };
}

interface Lag {
  /** The values of the last rows, the oldest first. */
  readonly values: Value[];
  /** How many rows ago, and what stands for a row that is not there: both as the row that came last has them. */
  offset: number;
  missing: Value;
}

/** The value some rows ago. */
const LAG: AggregateFunction = {
  create: (): Lag => ({ values: [], offset: 1, missing: null }),
  add: (s: Lag, v: Value, offset: Value = 1, missing: Value = null) => {
    s.offset = Number(offset ?? -1);
    if (s.offset < 0) throw new RunError(`TableException: Offset(${s.offset}) should be positive.`);
    s.missing = missing;
    s.values.push(v);
    while (s.values.length > s.offset + 1) s.values.shift();
    return s;
  },
  retract: same,
  merge: same,
  value: (s: Lag) => (s.values.length > s.offset ? s.values[0]! : s.missing),
  copy: (s: Lag): Lag => ({ ...s, values: [...s.values] }),
  isValue: false,
  takesNull: true,
};

/** The function of an aggregate call over arguments of these types; null where this engine has none yet. */
export function aggregateFunction(
  call: PhysicalAggregate,
  argTypes: readonly LogicalType[],
): AggregateFunction | null {
  const plain = plainFunction(call, argTypes[0]);
  return plain && call.distinct ? distinct(plain) : plain;
}

function plainFunction(call: PhysicalAggregate, arg: LogicalType | undefined): AggregateFunction | null {
  switch (call.name) {
    case 'COUNT':
    // Over a window Flink forgets that it is about distinct values.
    case 'APPROX_COUNT_DISTINCT':
    case 'ROW_NUMBER':
    // Flink's RANK and DENSE_RANK on streams do not look at the order column: peers are counted like all other rows.
    case 'RANK':
    case 'DENSE_RANK':
      return COUNT;
    case 'LAG':
      return LAG;
    case 'SUM':
      return call.needsRetraction ? retractableSum(call.type) : sum(call.type);
    case '$SUM0':
      return sumFromZero(call.type);
    case 'AVG':
      return arg ? average(arg, call.type) : null;
    case 'MIN':
    case 'MAX':
      return arg
        ? call.needsRetraction
          ? retractableExtremum(arg, call.name === 'MAX')
          : extremum(arg, call.name === 'MAX')
        : null;
    case 'FIRST_VALUE':
    case 'LAST_VALUE':
      return call.needsRetraction ? collectingFunction(call, arg) : arrival(call.name === 'FIRST_VALUE');
    default:
      return collectingFunction(call, arg);
  }
}
