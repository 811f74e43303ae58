import type { Config } from '../catalog/config.ts';
import type { IntervalJoin } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { heldBack, MAX_WATERMARK, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { copyOnce, type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import { combinedWatermarks } from '../runtime/watermark-valve.ts';
import type { Row } from '../types/logical-type.ts';
import { inputView } from './input-view.ts';
import { printRow, stateTable } from './inspect.ts';
import { sortByLong } from './java-hash-order.ts';
import { joinTest, nullKeyTest, nullRow, pairEmitter } from './join-parts.ts';

/** Rows of one side that came with one time, and which of them have found a partner. */
interface Cell {
  readonly rows: Row[];
  readonly matched: boolean[];
}
interface Side {
  readonly cache: Map<number, Cell>;
  /** The most times it ever held. */
  peak: number;
  /** When its rows are looked through for those that can find nothing any more; NaN for not at all. */
  timerMs: number;
}
interface Bucket {
  readonly sides: readonly [Side, Side];
}
const emptySide = (): Side => ({ cache: new Map(), peak: 0, timerMs: Number.NaN });
const copySide = (side: Side): Side => ({
  cache: new Map(
    [...side.cache].map(([ms, cell]) => [ms, { rows: [...cell.rows], matched: [...cell.matched] }]),
  ),
  peak: side.peak,
  timerMs: side.timerMs,
});
const copyBucket = (bucket: Bucket): Bucket => ({
  sides: [copySide(bucket.sides[0]), copySide(bucket.sides[1])],
});

/** Bounds that exclude each other: nothing ever matches, so rows of a kept side are padded as they come. */
function createEmptyIntervalJoin(node: IntervalJoin, context: OperatorContext, next: Port): StreamOperator {
  const valve = combinedWatermarks(next.watermark, next.idle);
  const views = [
    inputView(node.inputs[0]!, null, context),
    inputView(node.inputs[1]!, null, context),
  ] as const;
  const emit = pairEmitter(...views, null, context, next);
  const [noLeft, noRight] = [nullRow(views[0].width), nullRow(views[1].width)];
  const keepsLeft = node.joinType === 'left' || node.joinType === 'full';
  const keepsRight = node.joinType === 'right' || node.joinType === 'full';
  const port = (i: 0 | 1, row: Port['row']): Port => ({
    row,
    watermark: (ms) => valve.watermark(i, ms),
    idle: (isIdle) => valve.idle(i, isIdle),
  });
  return {
    ports: [
      port(0, (_, row) => (keepsLeft ? emit(0, row, noRight) : context.reporter?.ignored(0, row))),
      port(1, (_, row) => (keepsRight ? emit(0, noLeft, row) : context.reporter?.ignored(0, row))),
    ],
    snapshot: valve.snapshot,
    restore: valve.restore,
    inspect: () => ({ tables: [], timersMs: [] }),
  };
}

/**
 * A join of two append-only inputs whose times bound each other (Flink's TimeIntervalJoin): rows are kept as long as a partner may still come, rows of
 * a kept side are padded when that time is over, and watermarks are held back by the longest wait.
 */
export function createIntervalJoin(
  node: IntervalJoin,
  config: Config,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { isRowtime, lowerMs, upperMs, leftTime, rightTime } = node.bounds;
  /** How long rows of each side wait for the other. */
  const waits = [-lowerMs, upperMs] as const;
  if (waits[0] + waits[1] < 0) return createEmptyIntervalJoin(node, context, next);
  const delayMs = isRowtime ? Math.max(waits[0], waits[1]) : 0;
  const cleanUpMs = config.durationMs('table.exec.interval-join.min-cleanup-interval', 0);
  const [leftInput, rightInput] = [node.inputs[0]!, node.inputs[1]!];
  const views = [inputView(leftInput, null, context), inputView(rightInput, null, context)] as const;
  const keeps = [
    node.joinType === 'left' || node.joinType === 'full',
    node.joinType === 'right' || node.joinType === 'full',
  ] as const;
  const store = keyedStore<Bucket>(
    node.leftKeys,
    node.leftKeys.map((k) => leftInput.fields[k]!.type),
    context.code,
    node.rightKeys,
  )();
  const test = joinTest(node.residual, ...views, context);
  const emit = pairEmitter(...views, null, context, next);
  const nothing = [nullRow(views[0].width), nullRow(views[1].width)] as const;
  const report = context.reporter;
  let expiredMs: [number, number] = isRowtime ? [0, 0] : [-Infinity, -Infinity];
  let watermarkMs = -Infinity;
  const timers = new TimerHeap<Bucket>();

  const operatorTime = (): number => (isRowtime ? Math.max(watermarkMs, 0) : context.nowMs());
  const expiry = (nowMs: number, waitMs: number): number =>
    nowMs >= MAX_WATERMARK ? MAX_WATERMARK : nowMs - waitMs - 1;
  const pad = (side: 0 | 1, row: Row): void =>
    side === 0 ? emit(0, row, nothing[1]) : emit(0, nothing[0], row);
  const padUnmatched = (side: 0 | 1, cell: Cell): void => {
    if (keeps[side])
      cell.rows.forEach((row, i) => {
        if (!cell.matched[i]) pad(side, row);
      });
  };

  const setTimer = (bucket: Bucket, side: 0 | 1, rowMs: number): void => {
    const own = bucket.sides[side];
    const atMs = rowMs + waits[side] + cleanUpMs + 1;
    own.timerMs = atMs;
    // Both sides' timers of one time are one timer.
    if (bucket.sides[side === 0 ? 1 : 0].timerMs !== atMs) timers.add(atMs, bucket);
    report?.timer(atMs);
  };

  /** Cells of a side from `lowest` to `highest`, and those up to `limit`, in the order of Flink's state, which is that of a Java HashMap. */
  const cellsOf = (
    side: Side,
    lowest: number,
    highest: number,
    limit: number,
  ): (readonly [number, Cell])[] => {
    const cells: (readonly [number, Cell])[] = [];
    for (const entry of side.cache)
      if (entry[0] <= limit || (entry[0] >= lowest && entry[0] <= highest)) cells.push(entry);
    if (cells.length > 1) sortByLong(cells, side.peak);
    return cells;
  };
  /** Drops rows of a side that nothing can match any more. */
  const cleanUp = (bucket: Bucket, side: 0 | 1): void => {
    const own = bucket.sides[side];
    const limit = expiry(operatorTime(), waits[side]);
    expiredMs[side] = limit;
    for (const [ms, cell] of cellsOf(own, Infinity, -Infinity, limit)) {
      padUnmatched(side, cell);
      own.cache.delete(ms);
      report?.clear();
    }
    let earliest = -1;
    for (const ms of own.cache.keys()) if (earliest < 0 || ms < earliest) earliest = ms;
    own.timerMs = Number.NaN;
    if (earliest > 0 || (!isRowtime && earliest === 0)) setTimer(bucket, side, earliest);
    else {
      own.cache.clear();
      own.peak = 0;
    }
  };
  const fireUpTo = (ms: number): void => {
    while (timers.nextMs <= ms) {
      const atMs = timers.nextMs;
      const bucket = timers.pop();
      report?.fire(atMs, atMs);
      if (bucket.sides[1].timerMs === atMs) cleanUp(bucket, 1);
      if (bucket.sides[0].timerMs === atMs) cleanUp(bucket, 0);
      report?.fired();
    }
  };

  const valve = combinedWatermarks((ms) => {
    watermarkMs = ms;
    if (isRowtime) fireUpTo(ms);
    next.watermark(heldBack(ms, delayMs));
  }, next.idle);

  const row = (side: 0 | 1): Port['row'] => {
    const isLeft = side === 0;
    const otherSide = isLeft ? 1 : 0;
    const time = isLeft ? leftTime : rightTime;
    const hasNullKey = nullKeyTest(isLeft ? node.leftKeys : node.rightKeys, node.filterNulls);
    return (_, row) => {
      const now = operatorTime();
      const rowMs = isRowtime ? (row[time] as number) : context.nowMs();
      let bucket = isLeft ? store.get(row) : store.getOther(row);
      if (bucket === undefined) {
        bucket = { sides: [emptySide(), emptySide()] };
        if (isLeft) store.set(row, bucket);
        else store.setOther(row, bucket);
      }
      const own = bucket.sides[side];
      const other = bucket.sides[otherSide];
      const lowest = rowMs - waits[otherSide];
      const highest = rowMs + waits[side];
      let isMatched = false;
      if (expiredMs[otherSide] < highest) {
        const limit = (expiredMs[otherSide] = expiry(now, waits[otherSide]));
        const mayMatch = !hasNullKey(row);
        for (const [ms, cell] of cellsOf(other, lowest, highest, limit)) {
          if (mayMatch && ms >= lowest && ms <= highest) {
            for (let i = 0; i < cell.rows.length; i++) {
              const partner = cell.rows[i]!;
              const [l, r] = isLeft ? [row, partner] : [partner, row];
              if (test !== null && !test(l, r)) continue;
              isMatched = true;
              cell.matched[i] = true;
              emit(0, l, r);
            }
          }
          if (ms <= limit) {
            padUnmatched(otherSide, cell);
            other.cache.delete(ms);
          }
        }
      }
      if (now < highest) {
        const cell = own.cache.get(rowMs);
        if (cell) {
          cell.rows.push(row);
          cell.matched.push(isMatched);
        } else {
          own.cache.set(rowMs, { rows: [row], matched: [isMatched] });
          own.peak = Math.max(own.peak, own.cache.size);
        }
        if (Number.isNaN(own.timerMs)) setTimer(bucket, side, rowMs);
      } else {
        report?.late(0, row, rowMs);
        if (!isMatched && keeps[side]) pad(side, row);
      }
    };
  };

  const port = (side: 0 | 1): Port => ({
    row: row(side),
    watermark: (ms) => valve.watermark(side, ms),
    idle: (isIdle) => valve.idle(side, isIdle),
  });
  return {
    ports: [port(0), port(1)],
    size: () => store.size(),
    ...(isRowtime ? {} : { nextClockMs: () => timers.nextMs, onClock: fireUpTo }),
    snapshot: () => {
      const copied = copyOnce(copyBucket);
      return {
        store: store.export(copied),
        timers: timers.export(copied),
        valve: valve.snapshot(),
        expiredMs: [...expiredMs],
        watermarkMs,
      };
    },
    restore: (state) => {
      const saved = state as {
        store: unknown;
        timers: SavedTimers<Bucket>;
        valve: unknown;
        expiredMs: [number, number];
        watermarkMs: number;
      };
      const copied = copyOnce(copyBucket);
      store.import(saved.store, copied);
      timers.import(saved.timers, copied);
      valve.restore(saved.valve);
      expiredMs = [...saved.expiredMs];
      watermarkMs = saved.watermarkMs;
    },
    inspect: () => ({
      tables: ([0, 1] as const).map((side) => {
        const input = node.inputs[side]!;
        const rows: (string | null)[][] = [];
        let size = 0;
        store.forEach((bucket) => {
          for (const cell of bucket.sides[side].cache.values()) {
            size += cell.rows.length;
            cell.rows.forEach((r, i) => {
              if (rows.length < 200)
                rows.push([...printRow(r, input.fields, context.zone), String(cell.matched[i])]);
            });
          }
        });
        return stateTable(
          side === 0 ? 'IntervalJoinLeftCache' : 'IntervalJoinRightCache',
          [...input.fields.map((f) => f.name), 'matched'],
          0,
          rows,
          size,
        );
      }),
      timersMs: timers
        .timesMs()
        .map((atMs) => ({ atMs, key: '', isEventTime: isRowtime }))
        .sort((a, b) => a.atMs - b.atMs)
        .slice(0, 200),
    }),
  };
}
