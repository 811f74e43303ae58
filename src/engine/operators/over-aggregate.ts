import type { OverAggregate } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import { isProctime, isTimeAttribute, type Row } from '../types/logical-type.ts';
import { type Accumulators, accumulators, bindCalls, type Group } from './accumulators.ts';
import { expiring, type Stamped } from './expiring.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { overCalls } from './over-calls.ts';
import { createNonTimeOver } from './over-non-time.ts';
import { type Retained, Retention } from './retention.ts';

/** What is remembered of one partition: the functions' state, and in a bounded frame the rows still in it with their times. */
interface Partition extends Stamped, Retained {
  group: Group;
  frame: { readonly row: Row; readonly ms: number }[];
  /** Event time of the last rows sent; in a bounded frame rows up to it are late. */
  lastMs: number;
  /**
   * When all is forgotten: in a range of event time when the watermark is here, some time after the last row and the range behind it; else when the clock is,
   * where there is a time to live.
   */
  cleanupMs: number;
  /** By the clock: rows too many in the frame, for Flink loses track of them once it has taken out the only one. */
  surplus: number;
  readonly key: Row;
}
/** Rows of one partition and one moment that wait for it; none where it is only looked whether the partition can be forgotten. */
interface Waiting {
  readonly key: Row;
  readonly ms: number;
  readonly rows: Row[];
}

/** OVER windows. By event time rows wait for the watermark and come out in order; by processing time they come at once, in a range of time a moment later. */
export function createOverAggregate(
  node: OverAggregate,
  ttlMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const fields = node.inputs[0]!.fields;
  const { partition, order, rows: byRows, lower } = node.group;
  const { column } = order[0]!;
  const type = fields[column]!.type;
  if (!isTimeAttribute(type)) return createNonTimeOver(node, ttlMs, context, next);
  const isClock = isProctime(type);
  const acc: Accumulators = accumulators(bindCalls(overCalls(node), fields, null), [], context);
  const plainStore = keyedStore<Partition>(
    partition,
    partition.map((p) => fields[p]!.type),
    context.code,
  )();
  const report = context.reporter;
  const isBounded = lower.type !== 'UNBOUNDED PRECEDING';
  // A range forgets by itself.
  const isRange = isBounded && !byRows;
  const livesMs = isRange ? 0 : ttlMs;
  const isStamped = isClock && !isBounded;
  const store = expiring(plainStore, isStamped ? livesMs : 0, context.nowMs);
  // As in Flink, a millisecond is no time to live.
  const retention = !isStamped && livesMs > 1 ? new Retention<Partition>(livesMs, context.nowMs) : null;
  const reach =
    lower.type === 'PRECEDING' && lower.offset?.kind === 'Literal' ? Number(lower.offset.value) : 0;
  const waits = !isClock || isRange;
  /** What waits, of each partition by its moment. */
  const waiting = keyedStore<Map<number, Waiting>>(
    partition,
    partition.map((p) => fields[p]!.type),
    context.code,
  )();
  const timers = new TimerHeap<Waiting>();
  let waitingRows = 0;
  let watermark = -Infinity;

  const partitionOf = (row: Row): Partition => {
    let p = store.get(row);
    if (p === undefined)
      p = {
        group: acc.create(),
        frame: [],
        lastMs: 0,
        cleanupMs: -Infinity,
        surplus: 0,
        key: row,
      };
    else if (!isStamped || livesMs <= 0) return p;
    store.set(row, p);
    return p;
  };
  const send = (p: Partition, row: Row): void => next.row(INSERT, [...row, ...acc.values(p.group)]);
  const enter = (p: Partition, row: Row, ms: number): void => {
    acc.add(p.group, row);
    if (!isBounded) return;
    p.frame.push({ row, ms });
    if (!byRows || p.frame.length <= reach + 1 + p.surplus) return;
    acc.retract(p.group, p.frame.shift()!.row);
    if (isClock && reach === 0) p.surplus = 1;
  };
  /** Rows of one partition and one moment. */
  const process = (p: Partition, rows: readonly Row[], ms: number): void => {
    p.lastMs = ms;
    if (isRange) {
      while (p.frame.length > 0 && ms - p.frame[0]!.ms > reach) acc.retract(p.group, p.frame.shift()!.row);
    }
    if (byRows) {
      for (const row of rows) {
        enter(p, row, ms);
        send(p, row);
      }
      return;
    }
    for (const row of rows) enter(p, row, ms);
    for (const row of rows) send(p, row);
  };
  const expires = !isClock && isRange;
  const waitAt = (row: Row, ms: number): Waiting => {
    let moments = waiting.get(row);
    if (moments === undefined) {
      moments = new Map();
      waiting.set(row, moments);
    }
    let found = moments.get(ms);
    if (found === undefined) {
      found = { key: row, ms, rows: [] };
      moments.set(ms, found);
      timers.add(ms, found);
    }
    return found;
  };
  /** Sends what is due, in the order in which Flink's timers fire. */
  const release = (untilMs: number): void => {
    while (timers.nextMs <= untilMs) {
      const { key, ms, rows } = timers.pop();
      const moments = waiting.get(key)!;
      moments.delete(ms);
      if (moments.size === 0) waiting.remove(key);
      waitingRows -= rows.length;
      const p = partitionOf(key);
      if (expires && p.cleanupMs <= ms) {
        store.remove(key);
        report?.clear();
        continue;
      }
      if (rows.length > 0) process(p, rows, ms);
      // A timer that finds nothing to do counts as the last moment sent all the same.
      p.lastMs = ms;
      retention?.touch(p);
    }
  };
  const take = (row: Row): void => {
    const ms = isClock ? context.nowMs() : (row[column] as number);
    retention?.touch(partitionOf(row));
    if (!waits) {
      process(partitionOf(row), [row], ms);
      return;
    }
    if (!isClock && (isBounded ? ms <= partitionOf(row).lastMs : ms <= watermark)) {
      report?.late(INSERT, row, ms);
      return;
    }
    // The timer that would send a row of a range of no time forgets it first.
    if (isClock && reach === 0) return;
    waitAt(row, ms).rows.push(row);
    waitingRows++;
    if (expires) {
      const p = partitionOf(row);
      // As Flink does: a new time only once the known one would be too early, and then with some room.
      if (p.cleanupMs < ms + reach + 1) {
        p.cleanupMs = ms + Math.floor(reach * 1.5) + 1;
        waitAt(row, p.cleanupMs);
      }
    }
    report?.timer(isClock ? ms + 1 : ms);
  };
  /** What has rows waiting is kept for another while. */
  const forget = (p: Partition): void => {
    if (waiting.get(p.key) !== undefined) retention!.touch(p);
    else {
      plainStore.remove(p.key);
      report?.clear();
    }
  };
  const copy = (p: Partition): Partition => ({
    ...p,
    group: acc.copy(p.group),
    frame: [...p.frame],
  });
  return {
    ports: [
      {
        row: (_, row) => take(row),
        watermark: (ms) => {
          watermark = ms;
          if (!isClock) release(ms);
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => store.size() + waitingRows,
    snapshot: () => ({
      timers: timers.export(({ key, ms, rows }) => ({ key, ms, rows: [...rows] })),
      watermark,
      store: plainStore.export(copy),
    }),
    restore: (state) => {
      const saved = state as {
        timers: SavedTimers<Waiting>;
        watermark: number;
        store: unknown;
      };
      watermark = saved.watermark;
      plainStore.import(saved.store, copy);
      waiting.clear();
      waitingRows = 0;
      timers.clear();
      for (const { key, ms, rows } of saved.timers.items) {
        waitAt(key, ms).rows.push(...rows);
        waitingRows += rows.length;
      }
      if (retention !== null) {
        const all: Partition[] = [];
        plainStore.forEach((partition) => all.push(partition));
        retention.restore(all);
      }
    },
    inspect: () => {
      const states: (string | null)[][] = [];
      const pending = timers.export(({ ms, rows }) => rows.map((row) => ({ ms, row }))).items.flat();
      const lives = new Lifetimes(livesMs);
      store.forEach((p) => {
        lives.add(retention ? p.cleanupMs - livesMs : p.writtenMs);
        if (states.length < 200)
          states.push(
            acc
              .values(p.group)
              .map(
                (v, i) => printRow([v], [{ name: '', type: node.group.calls[i]!.type }], context.zone)[0]!,
              ),
          );
      });
      return {
        tables: [
          stateTable(
            'accState',
            node.group.calls.map((c) => c.alias ?? c.name),
            0,
            states,
            store.size(),
            lives,
          ),
          stateTable(
            'inputState',
            fields.map((f) => f.name),
            0,
            pending.slice(0, 200).map((x) => printRow(x.row, fields, context.zone)),
            pending.length,
          ),
        ],
        timersMs: [...new Set(pending.map((x) => x.ms))]
          .sort((a, b) => a - b)
          .map((ms) => ({ atMs: isClock ? ms + 1 : ms, key: '', isEventTime: !isClock })),
      };
    },
    ...(isClock && waits
      ? { nextClockMs: () => timers.nextMs + 1, onClock: (nowMs: number) => release(nowMs - 1) }
      : {}),
    ...(retention && {
      nextClockMs: () => retention.nextClockMs,
      onClock: (nowMs: number) => {
        for (const p of retention.due(nowMs)) forget(p);
      },
    }),
  };
}
