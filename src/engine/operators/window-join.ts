import type { WindowJoin } from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { copyOnce, type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import { combinedWatermarks } from '../runtime/watermark-valve.ts';
import type { Row } from '../types/logical-type.ts';
import { inputView } from './input-view.ts';
import { printRow, stateTable } from './inspect.ts';
import { joinTest, nullKeyTest, nullRow, pairEmitter } from './join-parts.ts';
import { windowTime } from './window-time.ts';

/** The rows of one key in one window; the key's columns can be read from the first of them. */
interface Bucket {
  readonly end: number;
  readonly left: Row[];
  readonly right: Row[];
}
const copy = (b: Bucket): Bucket => ({ ...b, left: [...b.left], right: [...b.right] });

/** A join of rows of the same window (Flink's WindowJoinOperator): everything waits until the window is over, and then meets once. */
export function createWindowJoin(node: WindowJoin, context: OperatorContext, next: Port): StreamOperator {
  const [left, right] = [node.inputs[0]!, node.inputs[1]!];
  const { window, leftEnd, rightEnd } = node.spec;
  const time = windowTime(window, context.zone);
  const makeStore = keyedStore<Bucket>(
    node.leftKeys,
    node.leftKeys.map((k) => left.fields[k]!.type),
    context.code,
    node.rightKeys,
  );
  const views = [inputView(left, null, context), inputView(right, null, context)] as const;
  const test = joinTest(node.residual, ...views, context);
  const emit = pairEmitter(...views, null, context, next);
  const hasNullKey = nullKeyTest(node.leftKeys, node.filterNulls);
  const [noLeft, noRight] = [nullRow(left.fields.length), nullRow(right.fields.length)];
  const { joinType } = node;
  const keepsLeft = joinType === 'left' || joinType === 'full';
  const keepsRight = joinType === 'right' || joinType === 'full';
  const report = context.reporter;
  let windows = new Map<number, KeyedStore<Bucket>>();
  const timers = new TimerHeap<Bucket>();
  let watermarkMs = -Infinity;

  const isMatch = (l: Row, r: Row): boolean => !hasNullKey(l) && (test === null || test(l, r));
  const meet = (bucket: Bucket): void => {
    if (joinType === 'semi' || joinType === 'anti') {
      for (const l of bucket.left)
        if (bucket.right.some((r) => isMatch(l, r)) === (joinType === 'semi')) next.row(0, l);
      return;
    }
    if (joinType === 'right') {
      for (const r of bucket.right) {
        const partners = bucket.left.filter((l) => isMatch(l, r));
        for (const l of partners) emit(0, l, r);
        if (partners.length === 0) emit(0, noLeft, r);
      }
      return;
    }
    const matched = new Set<Row>();
    for (const l of bucket.left) {
      let isMatched = false;
      for (const r of bucket.right) {
        if (!isMatch(l, r)) continue;
        isMatched = true;
        if (keepsRight) matched.add(r);
        emit(0, l, r);
      }
      if (!isMatched && keepsLeft) emit(0, l, noRight);
    }
    if (keepsRight) for (const r of bucket.right) if (!matched.has(r)) emit(0, noLeft, r);
  };

  const fire = (bucket: Bucket): void => {
    const { end, left: lefts, right: rights } = bucket;
    report?.fire(end, end);
    meet(bucket);
    const store = windows.get(end)!;
    if (lefts.length > 0) store.remove(lefts[0]!);
    else store.removeOther(rights[0]!);
    if (store.size() === 0) windows.delete(end);
    report?.fired();
  };

  const valve = combinedWatermarks((ms) => {
    watermarkMs = ms;
    while (timers.nextMs <= ms) fire(timers.pop());
    next.watermark(ms);
  }, next.idle);

  const port = (side: 0 | 1): Port => {
    const column = side === 0 ? leftEnd : rightEnd;
    return {
      row: (kind, row) => {
        const end = row[column] as number;
        if (time.timerOf(end) <= watermarkMs) {
          report?.late(kind, row, time.timerOf(end));
          return;
        }
        let store = windows.get(end);
        if (store === undefined) windows.set(end, (store = makeStore()));
        let bucket = side === 0 ? store.get(row) : store.getOther(row);
        if (bucket === undefined) {
          bucket = { end, left: [], right: [] };
          timers.add(time.timerOf(end), bucket);
          if (side === 0) store.set(row, bucket);
          else store.setOther(row, bucket);
        }
        (side === 0 ? bucket.left : bucket.right).push(row);
      },
      watermark: (ms) => valve.watermark(side, ms),
      idle: (isIdle) => valve.idle(side, isIdle),
    };
  };
  return {
    ports: [port(0), port(1)],
    size: () => [...windows.values()].reduce((sum, store) => sum + store.size(), 0),
    snapshot: () => {
      const copied = copyOnce(copy);
      return {
        windows: [...windows].map(([end, store]) => [end, store.export(copied)] as const),
        timers: timers.export(copied),
        watermarkMs,
        valve: valve.snapshot(),
      };
    },
    restore: (state) => {
      const saved = state as {
        windows: readonly (readonly [number, unknown])[];
        timers: SavedTimers<Bucket>;
        watermarkMs: number;
        valve: unknown;
      };
      const copied = copyOnce(copy);
      windows = new Map(
        saved.windows.map(([end, data]) => {
          const store = makeStore();
          store.import(data, copied);
          return [end, store];
        }),
      );
      timers.import(saved.timers, copied);
      watermarkMs = saved.watermarkMs;
      valve.restore(saved.valve);
    },
    inspect: () => ({
      tables: (['left', 'right'] as const).map((name, side) => {
        const fields = node.inputs[side]!.fields;
        const rows: (string | null)[][] = [];
        let size = 0;
        for (const store of windows.values()) {
          store.forEach((bucket) => {
            size += bucket[name].length;
            for (const row of bucket[name])
              if (rows.length < 200) rows.push(printRow(row, fields, context.zone));
          });
        }
        return stateTable(
          `${name}-records`,
          fields.map((f) => f.name),
          0,
          rows,
          size,
        );
      }),
      timersMs: [...windows.keys()]
        .sort((a, b) => a - b)
        .slice(0, 200)
        .map((end) => ({ atMs: time.timerOf(end), key: '', isEventTime: true })),
    }),
  };
}
