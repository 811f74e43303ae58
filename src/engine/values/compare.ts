import type { LogicalType, Value } from '../types/logical-type.ts';
import { compareInt64 } from './int64.ts';

/** A text that is the same exactly for equal values (NaN equals NaN, -0 equals 0): for keys of maps and sets. */
export function valueKey(value: Value): string | number | boolean | bigint | null {
  if (value === null || typeof value !== 'object') return value;
  return deepKey(value);
}
function deepKey(value: Value): string {
  if (value === null) return 'n';
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'number':
      return `d${value === 0 ? 0 : value}`;
    case 'bigint':
      return `d${value}`;
    case 'boolean':
      return value ? 't' : 'f';
    default:
  }
  if (value instanceof Uint8Array) return `b${value.length}:${value.join(',')}`;
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(deepKey).join(',')}]`;
  const entries = [...(value as ReadonlyMap<Value, Value>)].map(
    ([key, item]) => `${deepKey(key)}=${deepKey(item)}`,
  );
  return `{${entries.toSorted().join(',')}}`;
}

/** Whether two values are the same for grouping, DISTINCT and joins: NULL is NULL, NaN is NaN. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) && Number.isNaN(b);
  return typeof a === 'object' && typeof b === 'object' && deepKey(a) === deepKey(b);
}

export type Comparator = (a: Value, b: Value) => number;

/** Order of non-NULL values of a type: numbers by size (NaN last), text by UTF-16 code units, binary by unsigned bytes, false before true. */
export function comparator(type: LogicalType): Comparator {
  switch (type.root) {
    case 'BOOLEAN':
      return (a, b) => Number(a) - Number(b);
    case 'FLOAT':
    case 'DOUBLE':
      return (a, b) => compareDouble(a as number, b as number);
    case 'CHAR':
    case 'VARCHAR':
      return (a, b) => compareText(a as string, b as string);
    case 'BINARY':
    case 'VARBINARY':
      return (a, b) => compareBytes(a as Uint8Array, b as Uint8Array);
    case 'ARRAY': {
      const element = nullsFirst(comparator(type.element));
      return (a, b) => compareLists(a as readonly Value[], b as readonly Value[], () => element);
    }
    case 'ROW': {
      const fields = type.fields.map((field) => nullsFirst(comparator(field.type)));
      return (a, b) => compareLists(a as readonly Value[], b as readonly Value[], (i) => fields[i]);
    }
    case 'MAP':
    case 'MULTISET':
      return (a, b) => (deepKey(a) === deepKey(b) ? 0 : deepKey(a) < deepKey(b) ? -1 : 1);
    default:
      return (a, b) => compareInt64(a as number, b as number);
  }
}

function compareLists(
  a: readonly Value[],
  b: readonly Value[],
  of: (index: number) => Comparator | undefined,
): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = of(i)?.(a[i] ?? null, b[i] ?? null) ?? 0;
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** NULL before everything, as Flink sorts ASC by default. */
export function nullsFirst(compare: Comparator): Comparator {
  return (a, b) => (a === null ? (b === null ? 0 : -1) : b === null ? 1 : compare(a, b));
}
/** NULL after everything, as Flink sorts DESC by default (before reversal: pass the reversed order). */
export function nullsLast(compare: Comparator): Comparator {
  return (a, b) => (a === null ? (b === null ? 0 : 1) : b === null ? -1 : compare(a, b));
}

/** Java's `Double.compare`: NaN is the greatest and equal to itself, -0.0 is less than 0.0. */
export function compareDouble(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b && a !== 0) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return Object.is(a, b) ? 0 : Object.is(a, -0) ? -1 : 1;
}
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = (a[i] ?? 0) - (b[i] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
