import type { IncrementalGroupAggregate } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, type Port } from '../runtime/port.ts';
import { NOTHING, type OperatorContext, type StreamOperator } from '../runtime/stream-operator.ts';
import type { Row, Value } from '../types/logical-type.ts';
import { accumulators, bindCalls, type Group } from './accumulators.ts';
import { type Bundled, bundlePort, createBundle } from './bundle.ts';
import { javaHashOrder } from './java-hash-order.ts';
import { localBelow } from './mini-batch-aggregate.ts';

interface Merged {
  readonly key: Row;
  readonly group: Group;
}

/**
 * Brings together what a bundle adds to the buckets of each group: one partial result for a group, to be kept by the global phase. Flink keeps the distinct
 * values here, by bucket, and sends on what they add; what the groups come to is the same.
 */
export function createIncrementalAggregate(
  node: IncrementalGroupAggregate,
  size: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { fields } = node.inputs[0]!;
  const local = localBelow(node);
  const acc = accumulators(bindCalls(local.calls, local.inputs[0]!.fields, null), node.finalGroups, context);
  const typesOf = (groups: readonly number[]) => groups.map((g) => fields[g]!.type);
  const makeStore = keyedStore<Merged>(node.finalGroups, typesOf(node.finalGroups), context.code);
  const hashOrder = javaHashOrder(node.finalGroups, typesOf(node.finalGroups));
  const process = (buckets: readonly Bundled[]): void => {
    const store = makeStore();
    const all: Merged[] = [];
    for (const { row } of buckets.flatMap(({ changes }) => changes)) {
      const group = row[row.length - 1] as unknown as Group;
      const known = store.get(row);
      if (known !== undefined) {
        acc.merge(known.group, group);
        continue;
      }
      const merged = { key: row, group: acc.copy(group) };
      store.set(row, merged);
      all.push(merged);
    }
    for (const { key, group } of hashOrder ? hashOrder.sort(all, (merged) => merged.key) : all)
      next.row(INSERT, [...acc.result(group, key), group as unknown as Value]);
  };
  const bundle = createBundle(node.groups, typesOf(node.groups), size, context, process);
  return {
    ports: [bundlePort(bundle, next)],
    size: () => 0,
    snapshot: bundle.snapshot,
    restore: bundle.restore,
    inspect: () => NOTHING,
  };
}
