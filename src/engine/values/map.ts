import type { LogicalType, Value } from '../types/logical-type.ts';
import { valueKey } from './compare.ts';

/** Keys of these types are their own `Map` keys: equal values are the same by `===`. */
function isPrimitive(type: LogicalType): boolean {
  switch (type.root) {
    case 'BINARY':
    case 'VARBINARY':
    case 'ARRAY':
    case 'ROW':
    case 'MAP':
    case 'MULTISET':
      return false;
    default:
      return true;
  }
}

/**
 * Makes the key of a MAP or MULTISET value. Keys that are not primitive (binary, rows, collections) must be the same object for the
 * same value within one map: find an equal one in `map` first.
 */
export function mapKey(map: ReadonlyMap<Value, unknown>, key: Value, type: LogicalType): Value {
  if (key === null || isPrimitive(type)) return key;
  const wanted = valueKey(key);
  for (const present of map.keys()) if (valueKey(present) === wanted) return present;
  return key;
}

/**
 * A map as Flink's binary form holds it: the entries as they were written, those of equal keys too, of which the first is found.
 */
class WrittenMap extends Map<Value, Value> {
  readonly #entries: readonly (readonly [Value, Value])[];

  constructor(entries: readonly (readonly [Value, Value])[]) {
    super(entries.toReversed());
    this.#entries = entries;
  }
  override get size(): number {
    return this.#entries.length;
  }
  override *keys(): MapIterator<Value> {
    for (const [key] of this.#entries) yield key;
  }
  override *values(): MapIterator<Value> {
    for (const [, value] of this.#entries) yield value;
  }
  override *entries(): MapIterator<[Value, Value]> {
    for (const [key, value] of this.#entries) yield [key, value];
  }
  override [Symbol.iterator](): MapIterator<[Value, Value]> {
    return this.entries();
  }
}

/** A map of entries that are all kept, though their keys may be equal. */
export function writtenMap(
  entries: readonly (readonly [Value, Value])[],
  keyType: LogicalType,
): ReadonlyMap<Value, Value> {
  const map = mapFromEntries(entries, keyType);
  return map.size === entries.length ? map : new WrittenMap(entries);
}

/** A map from entries in order; a later duplicate key replaces the value but keeps the place. */
export function mapFromEntries(
  entries: Iterable<readonly [Value, Value]>,
  keyType: LogicalType,
): Map<Value, Value> {
  const map = new Map<Value, Value>();
  for (const [key, value] of entries) map.set(mapKey(map, key, keyType), value);
  return map;
}

/** The value of a key, `undefined` where there is none. */
export function mapGet(map: ReadonlyMap<Value, Value>, key: Value, keyType: LogicalType): Value | undefined {
  return map.get(mapKey(map, key, keyType));
}
