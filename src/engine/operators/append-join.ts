import { physicalLine } from '../plan/explain.ts';
import type { Calc, Join } from '../plan/physical.ts';
import { specialize } from '../runtime/generate.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, Reporter, StreamOperator } from '../runtime/stream-operator.ts';
import { combinedWatermarks } from '../runtime/watermark-valve.ts';
import type { Row } from '../types/logical-type.ts';
import type { InputView } from './input-view.ts';
import { printRow, stateTable } from './inspect.ts';
import { type EmitPair, type JoinTest, joinTest, nullKeyTest, pairEmitter } from './join-parts.ts';
import {
  type Arrange,
  arrangement,
  type MapOrder,
  type ReadRow,
  rowsInOrder,
  type SidePlan,
} from './join-state.ts';

/** The rows under one key, both sides'; null until there is one. */
interface Bucket {
  left: Row[] | null;
  right: Row[] | null;
  leftOrder: MapOrder | null;
  rightOrder: MapOrder | null;
}

interface Parts {
  readonly get: (row: Row) => Bucket | undefined;
  readonly set: (row: Row, bucket: Bucket) => void;
  readonly passes: ((row: Row) => boolean) | null;
  readonly hasNullKey: (row: Row) => boolean;
  readonly test: JoinTest | null;
  readonly arrange: Arrange | null;
  readonly inOrder: typeof rowsInOrder;
  readonly emit: EmitPair;
  readonly report: Reporter | null;
}

function keepLeft(parts: Parts): Port['row'] {
  const { get, set, passes, hasNullKey, test, arrange, inOrder, emit, report } = parts;
  return function joinLeft(kind, row) {
    if (passes !== null && !passes(row)) {
      if (report !== null) report.filtered(kind, row);
      return;
    }
    const bucket = get(row);
    if (bucket === undefined) {
      set(row, { left: [row], right: null, leftOrder: null, rightOrder: null });
      return;
    }
    if (bucket.left !== null) bucket.left.push(row);
    else bucket.left = [row];
    const others = bucket.right;
    if (others === null || hasNullKey(row)) return;
    if (others.length === 1 || arrange === null) {
      for (let i = 0; i < others.length; i++)
        if (test === null || test(row, others[i]!)) emit(kind, row, others[i]!);
      return;
    }
    bucket.rightOrder = arrange(others, others.length, bucket.rightOrder);
    const { places } = bucket.rightOrder;
    const copies = inOrder(others, bucket.rightOrder);
    for (let n = 0; n < places.length; n++) {
      const other = copies === null ? others[places[n]!]! : copies[n]!;
      if (test === null || test(row, other)) emit(kind, row, other);
    }
  };
}

function keepRight(parts: Parts): Port['row'] {
  const { get, set, passes, hasNullKey, test, arrange, inOrder, emit, report } = parts;
  return function joinRight(kind, row) {
    if (passes !== null && !passes(row)) {
      if (report !== null) report.filtered(kind, row);
      return;
    }
    const bucket = get(row);
    if (bucket === undefined) {
      set(row, { left: null, right: [row], leftOrder: null, rightOrder: null });
      return;
    }
    if (bucket.right !== null) bucket.right.push(row);
    else bucket.right = [row];
    const others = bucket.left;
    if (others === null || hasNullKey(row)) return;
    if (others.length === 1 || arrange === null) {
      for (let i = 0; i < others.length; i++)
        if (test === null || test(others[i]!, row)) emit(kind, others[i]!, row);
      return;
    }
    bucket.leftOrder = arrange(others, others.length, bucket.leftOrder);
    const { places } = bucket.leftOrder;
    const copies = inOrder(others, bucket.leftOrder);
    for (let n = 0; n < places.length; n++) {
      const other = copies === null ? others[places[n]!]! : copies[n]!;
      if (test === null || test(other, row)) emit(kind, other, row);
    }
  };
}

const copyRows = (rows: readonly Row[] | null, read: ReadRow): Row[] | null =>
  rows && (read ? rows.map(read) : [...rows]);

/** A regular inner join of inputs that only insert, neither with a key: a row is kept and meets what is there, and nothing is ever counted or taken out. */
export function createAppendJoin(
  node: Join,
  views: readonly [InputView, InputView],
  plans: readonly [SidePlan, SidePlan],
  above: Calc | null,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const [left, right] = views;
  const keys = [
    node.leftKeys.map((k) => left.columns[k]!),
    node.rightKeys.map((k) => right.columns[k]!),
  ] as const;
  const store = keyedStore<Bucket>(
    keys[0],
    node.leftKeys.map((k) => left.fields[k]!.type),
    context.code,
    keys[1],
  )();
  const shared = {
    test: joinTest(node.residual, left, right, context),
    inOrder: rowsInOrder,
    emit: pairEmitter(left, right, above, context, next),
    report: context.reporter,
  };
  const valve = combinedWatermarks(next.watermark, next.idle);
  const line = physicalLine(node);
  const rows = [
    specialize(
      keepLeft,
      line,
      context.code,
    )({
      ...shared,
      get: store.get,
      set: store.set,
      passes: left.passes,
      hasNullKey: nullKeyTest(keys[0], node.filterNulls),
      arrange: arrangement(plans[1]),
    }),
    specialize(
      keepRight,
      line,
      context.code,
    )({
      ...shared,
      get: store.getOther,
      set: store.setOther,
      passes: right.passes,
      hasNullKey: nullKeyTest(keys[1], node.filterNulls),
      arrange: arrangement(plans[0]),
    }),
  ];
  const copy = (bucket: Bucket, readLeft: ReadRow, readRight: ReadRow): Bucket => ({
    left: copyRows(bucket.left, readLeft),
    right: copyRows(bucket.right, readRight),
    leftOrder: null,
    rightOrder: null,
  });
  return {
    ports: rows.map((row, side) => ({
      row,
      watermark: (ms) => valve.watermark(side, ms),
      idle: (isIdle) => valve.idle(side, isIdle),
    })),
    size: () => store.size(),
    snapshot: () => ({
      store: store.export((bucket) => copy(bucket, null, null)),
      areBelowCalc: views.map((v) => v.hasCalc),
      valve: valve.snapshot(),
    }),
    restore: (state) => {
      const saved = state as { store: unknown; areBelowCalc: readonly boolean[]; valve: unknown };
      const readers = views.map((view, i) => view.reading(saved.areBelowCalc[i]!));
      store.import(saved.store, (bucket) => copy(bucket, readers[0]!, readers[1]!));
      valve.restore(saved.valve);
    },
    inspect: () => ({
      tables: (['left', 'right'] as const).map((name, side) => {
        const view = views[side]!;
        const shown: (string | null)[][] = [];
        let size = 0;
        store.forEach((bucket) => {
          const kept = bucket[name] ?? [];
          size += kept.length;
          for (let i = 0; i < kept.length && shown.length < 200; i++)
            shown.push(printRow(view.project(kept[i]!), view.fields, context.zone));
        });
        const columns = view.fields.map((f) => f.name);
        return stateTable(`${name}-records`, columns, 0, shown, size);
      }),
      timersMs: [],
    }),
  };
}
