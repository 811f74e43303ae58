import type { KeyedStore } from '../runtime/keyed-store.ts';

/** What a state with a time to live holds besides: when it was last written. */
export interface Stamped {
  writtenMs?: number;
}

/**
 * A store whose entries live for `ttlMs` of processing time after they were last `set`, as Flink's state TTL (OnCreateAndWrite, NeverReturnExpired).
 * The store itself where there is no TTL.
 */
export function expiring<T extends Stamped>(
  store: KeyedStore<T>,
  ttlMs: number,
  nowMs: () => number,
): KeyedStore<T> {
  if (ttlMs <= 0) return store;
  const isAlive = (value: T): boolean => value.writtenMs! + ttlMs > nowMs();
  return {
    ...store,
    get(row) {
      const value = store.get(row);
      if (value === undefined || isAlive(value)) return value;
      store.remove(row);
      return undefined;
    },
    getOther(row) {
      const value = store.getOther(row);
      if (value === undefined || isAlive(value)) return value;
      store.removeOther(row);
      return undefined;
    },
    set(row, value) {
      value.writtenMs = nowMs();
      store.set(row, value);
    },
    setOther(row, value) {
      value.writtenMs = nowMs();
      store.setOther(row, value);
    },
  };
}
