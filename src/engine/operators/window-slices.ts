import type { WindowSpec } from '../plan/logical.ts';
import type { Calc, PhysicalNode, WindowAggregate } from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { Inspected, OperatorContext } from '../runtime/stream-operator.ts';
import { isRowtime } from '../types/logical-type.ts';
import { printTimestamp } from '../values/time.ts';
import { type Accumulators, accumulators, bindCalls, type Pane } from './accumulators.ts';
import { printCell, stateTable } from './inspect.ts';

// What both phases of a window aggregate share: accumulators by key in slices, which windows are put together from.

export type Slices = Map<number, KeyedStore<Pane>>;

/** How long a slice is: windows are put together from slices that none of them cuts. */
export const sliceMsOf = (node: { readonly window: WindowSpec }): number =>
  node.window.kind === 'TUMBLE'
    ? node.window.sizeMs
    : node.window.kind === 'HOP'
      ? gcd(node.window.sizeMs, node.window.slideMs)
      : node.window.slideMs;
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

interface SliceParts {
  readonly acc: Accumulators;
  readonly makeStore: () => KeyedStore<Pane>;
}

/** The accumulators of a phase, and what makes the store of a slice. */
export function sliceParts(
  node: WindowAggregate,
  keys: readonly number[],
  fused: Calc | null,
  context: OperatorContext,
): SliceParts {
  const below = fused ?? node.inputs[0]!;
  const types = node.groups.map((g) => below.fields[g]!.type);
  // Arguments are columns of what the local phase reads.
  const arguments_ =
    node.kind === 'GlobalWindowAggregate' ? localPhase(below).inputs[0]!.fields : below.fields;
  return {
    acc: accumulators(
      bindCalls(node.calls, arguments_, fused?.exprs ?? null),
      keys,
      context,
      node.kind === 'LocalWindowAggregate' ? 2 : node.properties.length,
    ),
    makeStore: keyedStore<Pane>(keys, types, context.code),
  };
}

const localPhase = (node: PhysicalNode): PhysicalNode =>
  node.kind === 'LocalWindowAggregate' ? node : localPhase(node.inputs[0]!);

export const offsetIn = (offsetMs: number, sliceMs: number): number =>
  ((offsetMs % sliceMs) + sliceMs) % sliceMs;
export const sizeOf = (slices: Slices): number => {
  let size = 0;
  for (const store of slices.values()) size += store.size();
  return size;
};

/** Slices as a snapshot keeps them. */
export function exportSlices(slices: Slices, acc: Accumulators): [number, unknown][] {
  return [...slices].map(([end, store]) => [end, store.export(acc.copyPane)]);
}

/** Slices as people see them. */
export function inspectSlices(
  node: WindowAggregate,
  slices: Slices,
  acc: Accumulators,
  keys: readonly number[],
  context: OperatorContext,
  timers: readonly number[] | null,
): Inspected {
  const rows: (string | null)[][] = [];
  let size = 0;
  for (const [end, store] of [...slices].sort(([a], [b]) => a - b)) {
    size += store.size();
    store.forEach((group) => {
      if (rows.length >= 200) return;
      const { key } = group;
      const values = acc.values(group);
      rows.push([
        printTimestamp(end, 0, 3),
        ...keys.map((k, i) =>
          printCell(key[k]!, node.inputs[0]!.fields[node.groups[i]!]!.type, context.zone),
        ),
        ...values.map((v, i) => printCell(v, node.calls[i]!.type, context.zone)),
      ]);
    });
  }
  const groupNames = node.groups.map((g) => node.inputs[0]!.fields[g]!.name);
  const callNames = node.calls.map((c, i) => c.alias ?? `${c.name}$${i}`);
  return {
    tables: [
      stateTable(
        'window-aggs',
        ['slice_end', ...groupNames, ...callNames],
        1 + groupNames.length,
        rows,
        size,
      ),
    ],
    timersMs: [...(timers ?? [])]
      .sort((a, b) => a - b)
      .map((atMs) => ({ atMs, key: '', isEventTime: isRowtime(node.window.timeType) })),
  };
}
