import type { KeyedStore } from '../runtime/keyed-store.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { LogicalType, Row } from '../types/logical-type.ts';
import { javaHashOrder } from './java-hash-order.ts';

/** One change that waits in a bundle. */
export interface Change {
  readonly kind: number;
  readonly row: Row;
}
/** The changes of one key in a bundle, in order of arrival. */
export interface Bundled {
  readonly changes: Change[];
}

/** Collects changes by key until `size` have come or a watermark says that the bundle ends; keys come out in the order of Flink's hash map. */
export interface Bundle {
  add(kind: number, row: Row): void;
  flush(): void;
  snapshot(): unknown;
  restore(state: unknown): void;
}

export function createBundle(
  key: readonly number[],
  types: readonly LogicalType[],
  size: number,
  context: OperatorContext,
  process: (keys: readonly Bundled[]) => void,
): Bundle {
  const makeStore = keyedStore<Bundled>(key, types, context.code);
  const hashOrder = javaHashOrder(key, types);
  let store: KeyedStore<Bundled> = makeStore();
  let order: Bundled[] = [];
  let count = 0;
  const bundle: Bundle = {
    add(kind, row) {
      let entry = store.get(row);
      if (entry === undefined) {
        entry = { changes: [] };
        store.set(row, entry);
        order.push(entry);
      }
      entry.changes.push({ kind, row });
      if (++count >= size) bundle.flush();
    },
    flush() {
      if (count === 0) return;
      const keys = order;
      store = makeStore();
      order = [];
      count = 0;
      process(hashOrder ? hashOrder.sort(keys, (entry) => entry.changes[0]!.row) : keys);
    },
    snapshot: () => order.flatMap((entry) => entry.changes.map((c) => ({ ...c }))),
    restore(state) {
      store = makeStore();
      order = [];
      count = 0;
      for (const { kind, row } of state as Change[]) bundle.add(kind, row);
    },
  };
  return bundle;
}

/** The input of an operator that works in bundles: one ends with each watermark, before it is sent on. */
export const bundlePort = (bundle: Bundle, next: Port): Port => ({
  row: bundle.add,
  watermark: (ms) => {
    bundle.flush();
    next.watermark(ms);
  },
  idle: next.idle,
});

/** Which changes of a key in a bundle matter to an operator. */
export type Keeps = 'first' | 'last' | 'all';

/** An operator that sees its input in bundles: of each key the first, the last or all changes, when the bundle ends. */
export function bundled(
  operator: StreamOperator,
  key: readonly number[],
  types: readonly LogicalType[],
  size: number,
  keeps: Keeps,
  context: OperatorContext,
): StreamOperator {
  const port = operator.ports[0]!;
  const bundle = createBundle(key, types, size, context, (keys) => {
    for (const { changes } of keys) {
      const kept = keeps === 'first' ? changes.slice(0, 1) : keeps === 'last' ? changes.slice(-1) : changes;
      for (const { kind, row } of kept) port.row(kind, row);
    }
  });
  const input = bundlePort(bundle, port);
  return {
    ...operator,
    ports: [input],
    snapshot: () => ({ bundle: bundle.snapshot(), inner: operator.snapshot() }),
    restore: (state) => {
      const saved = state as { bundle: unknown; inner: unknown };
      operator.restore(saved.inner);
      bundle.restore(saved.bundle);
    },
  };
}
