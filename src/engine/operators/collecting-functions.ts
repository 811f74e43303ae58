import type { PhysicalAggregate } from '../plan/physical.ts';
import { DOUBLE, type LogicalType, type Value } from '../types/logical-type.ts';
import { comparator, sameValue } from '../values/compare.ts';
import { asDouble } from '../values/decimal.ts';
import { type Int64, toDouble } from '../values/int64.ts';
import { hashedMap } from '../values/java-map.ts';
import { RunError } from '../values/run-error.ts';
import type { AggregateFunction } from './aggregate-functions.ts';
import { copyCounts, countValue, type ValueCounts } from './value-counts.ts';

/** Values in order of arrival, each with its second argument, and those taken back before they came: a local phase owes them to the global one. */
interface Held {
  readonly values: Value[];
  readonly seconds: (Value | undefined)[];
  readonly owed: Value[];
}

/** All values in order of arrival; one that is taken back goes where it first stands. */
function listed(
  value: (list: readonly Value[], seconds: readonly (Value | undefined)[]) => Value,
  takesNull: boolean,
): AggregateFunction {
  const remove = (s: Held, v: Value): boolean => {
    const at = s.values.findIndex((x) => sameValue(x, v));
    if (at < 0) return false;
    s.values.splice(at, 1);
    s.seconds.splice(at, 1);
    return true;
  };
  return {
    create: (): Held => ({ values: [], seconds: [], owed: [] }),
    add: (s: Held, v: Value, second?: Value) => {
      s.values.push(v);
      s.seconds.push(second);
      return s;
    },
    retract: (s: Held, v: Value) => {
      if (!remove(s, v)) s.owed.push(v);
      return s;
    },
    merge: (s: Held, o: Held) => {
      s.values.push(...o.values);
      s.seconds.push(...o.seconds);
      for (const v of o.owed) if (!remove(s, v)) s.owed.push(v);
      return s;
    },
    value: (s: Held) => value(s.values, s.seconds),
    copy: (s: Held) => ({ values: [...s.values], seconds: [...s.seconds], owed: [...s.owed] }),
    isValue: false,
    takesNull,
  };
}

/** LISTAGG: each text brings the separator that stands before it. */
const LISTAGG = listed(
  (texts, separators) =>
    texts.length === 0
      ? null
      : (texts as readonly string[]).reduce((text, part, i) => text + String(separators[i] ?? ',') + part),
  false,
);

/** COLLECT: values and how often they stand there. */
function collect(type: LogicalType): AggregateFunction {
  const order = comparator(type);
  // A count that a merge brings to zero stays, as in Flink.
  const step = (s: ValueCounts, v: Value, by: number, staysAtZero = false): ValueCounts => {
    countValue(s, v, by, staysAtZero);
    return s;
  };
  return {
    create: (): ValueCounts => new Map(),
    add: (s: ValueCounts, v: Value) => step(s, v, 1),
    retract: (s: ValueCounts, v: Value) => step(s, v, -1),
    merge: (s: ValueCounts, o: ValueCounts) => {
      for (const { value, count } of o.values()) step(s, value, count, true);
      return s;
    },
    value: (s: ValueCounts) => {
      const entries = [...s.values()].map(({ value, count }): [Value, Value] => [value, count]);
      return hashedMap(entries, type) ?? new Map(entries.sort(([a], [b]) => order(a, b)));
    },
    copy: copyCounts,
    isValue: false,
  };
}

const jsonText = (v: Value): string => (v === null ? 'null' : (v as string));

/** JSON_OBJECTAGG over keys and values that are JSON text already; Flink's mapper writes the members in their keys' order. */
function jsonObject(keepsNulls: boolean): AggregateFunction {
  type Members = Map<string, Value>;
  const refuseKnown = (s: Members, key: string): void => {
    if (s.has(key))
      throw new RunError(
        `TableException: Key '${key}' is already present. Duplicate keys are not allowed in JSON_OBJECTAGG. Please ensure that keys are unique.`,
      );
  };
  return {
    create: (): Members => new Map(),
    add: (s: Members, key: Value, value: Value = null) => {
      if (key === null) throw new RunError("TableRuntimeException: Map views don't support null keys.");
      refuseKnown(s, key as string);
      if (value !== null || keepsNulls) s.set(key as string, value);
      return s;
    },
    retract: (s: Members, key: Value) => {
      s.delete(key as string);
      return s;
    },
    merge: (s: Members, o: Members) => {
      for (const [key, value] of o) {
        refuseKnown(s, key);
        s.set(key, value);
      }
      return s;
    },
    value: (s: Members) =>
      `{${[...s]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`)
        .join(',')}}`,
    copy: (s: Members) => new Map(s),
    isValue: false,
    takesNull: true,
  };
}

interface Percentile {
  readonly counts: ValueCounts;
  /** Those of the first row. */
  percentages: readonly number[] | null;
}

/** PERCENTILE: values and how often they stand there; between two of them it is a point on the line from one to the other (Flink's PercentileAggFunction). */
function percentile(type: LogicalType, isList: boolean): AggregateFunction {
  const step = (s: Percentile, v: Value, asked: Value, frequency: Value, sign: number): Percentile => {
    s.percentages ??= isList ? (asked as unknown as readonly number[]) : [asked as number];
    const times = frequency === null ? 0 : toDouble(frequency as Int64);
    if (times > 0) countValue(s.counts, asDouble(v, type), sign * times);
    return s;
  };
  return {
    create: (): Percentile => ({ counts: new Map(), percentages: null }),
    add: (s: Percentile, v: Value, asked: Value = null, frequency: Value = 1) =>
      step(s, v, asked, frequency, 1),
    retract: (s: Percentile, v: Value, asked: Value = null, frequency: Value = 1) =>
      step(s, v, asked, frequency, -1),
    merge: (s: Percentile, o: Percentile) => {
      s.percentages ??= o.percentages;
      for (const { value, count } of o.counts.values()) countValue(s.counts, value, count);
      return s;
    },
    value: ({ counts, percentages }: Percentile) => {
      if (percentages === null || percentages.length === 0) return null;
      const points = percentiles([...counts.values()] as Counted[], percentages);
      return isList ? points : (points?.[0] ?? null);
    },
    copy: ({ counts, percentages }: Percentile) => ({ counts: copyCounts(counts), percentages }),
    isValue: false,
  };
}

interface Counted {
  readonly value: number;
  readonly count: number;
}

/** The points at these parts of the way from the least value to the greatest; null without values. */
function percentiles(counted: Counted[], percentages: readonly number[]): number[] | null {
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  if (total <= 0) return null;
  const order = comparator(DOUBLE);
  counted.sort((a, b) => order(a.value, b.value));
  return percentages.map((percentage) => {
    const position = percentage * (total - 1) + 1;
    const lower = Math.floor(position);
    const higher = Math.ceil(position);
    let at = 0;
    let before = counted[0]!.count;
    while (before < lower) before += counted[++at]!.count;
    const { value } = counted[at]!;
    return before >= higher
      ? value
      : (higher - position) * value + (position - lower) * counted[at + 1]!.value;
  });
}

interface Single {
  readonly value: Value;
  readonly count: number;
}
/** SINGLE_VALUE: what a scalar sub-query gives; a second row fails the job. Of two partial results the later one counts, empty or not (SingleValueAggFunction). */
const SINGLE_VALUE: AggregateFunction = {
  create: (): Single => ({ value: null, count: 0 }),
  add: ({ count }: Single, value: Value) => single(value, count, 1),
  retract: ({ count }: Single) => single(null, count - 1, 0),
  merge: (s: Single, o: Single) =>
    single(s.count + o.count === 0 && s.count !== 0 && o.count <= 0 ? null : o.value, s.count, o.count),
  value: ({ value }: Single) => value,
  copy: (s: Single) => s,
  isValue: false,
  takesNull: true,
};
function single(value: Value, before: number, more: number): Single {
  const count = before + more;
  if (count > 1)
    throw new RunError('TableRuntimeException: SingleValueAggFunction received more than one element.');
  return { value, count };
}

/** Functions that remember the values they have seen; null for others. */
export function collectingFunction(
  call: PhysicalAggregate,
  arg: LogicalType | undefined,
): AggregateFunction | null {
  switch (call.name) {
    case 'FIRST_VALUE':
      return listed((list) => list[0] ?? null, false);
    case 'LAST_VALUE':
      return listed((list) => list.at(-1) ?? null, false);
    case 'ARRAY_AGG':
      return listed((list) => (list.length === 0 ? null : [...list]), !call.ignoreNulls);
    case 'LISTAGG':
      return LISTAGG;
    case 'COLLECT':
      return arg ? collect(arg) : null;
    case 'JSON_ARRAYAGG_ABSENT_ON_NULL':
      return listed((list) => `[${list.map(jsonText).join(',')}]`, false);
    case 'JSON_ARRAYAGG_NULL_ON_NULL':
      return listed((list) => `[${list.map(jsonText).join(',')}]`, true);
    case 'JSON_OBJECTAGG_ABSENT_ON_NULL':
    case 'JSON_OBJECTAGG_NULL_ON_NULL':
      return jsonObject(call.name.endsWith('NULL_ON_NULL'));
    case 'SINGLE_VALUE':
      return SINGLE_VALUE;
    case 'PERCENTILE':
      return arg ? percentile(arg, call.type.root === 'ARRAY') : null;
    default:
      return null;
  }
}
