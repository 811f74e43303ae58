import type { OverAggregate } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { isProctime, isTimeAttribute, type Row } from '../types/logical-type.ts';
import { type Accumulators, accumulators, bindCalls, type Group } from './accumulators.ts';
import { expiring, type Stamped } from './expiring.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { overCalls } from './over-calls.ts';
import { createNonTimeOver } from './over-non-time.ts';

/** What is remembered of one partition: the functions' state, and in a bounded frame the rows still in it with their times. */
interface Partition extends Stamped {
  group: Group;
  frame: { readonly row: Row; readonly ms: number }[];
  /** Event time of the last rows sent; in a bounded frame rows up to it are late. */
  lastMs: number;
  /** In a range of event time all is forgotten when the watermark is here: some time after the last row and the range behind it. */
  cleanupMs: number;
  /** When it was to be forgotten, as planned so far. */
  cleanups: number[];
  readonly key: Row;
}
interface Pending {
  readonly row: Row;
  readonly ms: number;
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
  if (!isTimeAttribute(type)) return createNonTimeOver(node, context, next);
  const isClock = isProctime(type);
  const acc: Accumulators = accumulators(bindCalls(overCalls(node), fields, null), [], context);
  const plainStore = keyedStore<Partition>(
    partition,
    partition.map((p) => fields[p]!.type),
    context.canGenerate,
  )();
  const store = expiring(plainStore, ttlMs, context.nowMs);
  const report = context.reporter;
  const isBounded = lower.type !== 'UNBOUNDED PRECEDING';
  const reach =
    lower.type === 'PRECEDING' && lower.offset?.kind === 'Literal' ? Number(lower.offset.value) : 0;
  const waits = !isClock || (isBounded && !byRows);
  let pending: Pending[] = [];
  let watermark = -Infinity;
  let flushMs = Infinity;

  const partitionOf = (row: Row): Partition => {
    let p = store.get(row);
    if (p === undefined)
      p = { group: acc.create(), frame: [], lastMs: 0, cleanupMs: -Infinity, cleanups: [], key: row };
    else if (ttlMs <= 0) return p;
    store.set(row, p);
    return p;
  };
  const send = (p: Partition, row: Row): void => next.row(INSERT, [...row, ...acc.values(p.group)]);
  const enter = (p: Partition, row: Row, ms: number): void => {
    acc.add(p.group, row);
    if (!isBounded) return;
    p.frame.push({ row, ms });
    if (byRows && p.frame.length > reach + 1) acc.retract(p.group, p.frame.shift()!.row);
  };
  /** Rows of one partition and one moment. */
  const process = (p: Partition, rows: readonly Row[], ms: number): void => {
    p.lastMs = ms;
    if (isBounded && !byRows) {
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
  /** Sends what is due, moment by moment; within a moment partition by partition. */
  const release = (untilMs: number): void => {
    const due = pending.filter((x) => x.ms <= untilMs).sort((a, b) => a.ms - b.ms);
    if (due.length === 0) return;
    pending = pending.filter((x) => x.ms > untilMs);
    for (let i = 0; i < due.length; ) {
      const { ms } = due[i]!;
      const moment = new Map<Partition, Row[]>();
      for (; i < due.length && due[i]!.ms === ms; i++) {
        const p = partitionOf(due[i]!.row);
        const rows = moment.get(p);
        if (rows) rows.push(due[i]!.row);
        else moment.set(p, [due[i]!.row]);
      }
      for (const [p, rows] of moment) process(p, rows, ms);
    }
  };
  const expires = !isClock && isBounded && !byRows;
  const forget = (ms: number): void => {
    const done: Row[] = [];
    store.forEach((p) => {
      if (p.cleanupMs <= ms) done.push(p.key);
      // A timer that finds nothing to do counts as the last moment sent all the same.
      for (; p.cleanups.length > 0 && p.cleanups[0]! <= ms; p.cleanups.shift())
        p.lastMs = Math.max(p.lastMs, p.cleanups[0]!);
    });
    for (const key of done) store.remove(key);
    if (done.length > 0) report?.clear();
  };
  const take = (row: Row): void => {
    const ms = isClock ? context.nowMs() : (row[column] as number);
    if (!waits) {
      process(partitionOf(row), [row], ms);
      return;
    }
    if (!isClock && (isBounded ? ms <= partitionOf(row).lastMs : ms <= watermark)) {
      report?.late(INSERT, row, ms);
      return;
    }
    pending.push({ row, ms });
    if (expires) {
      const p = partitionOf(row);
      // As Flink does: a new time only once the known one would be too early, and then with some room.
      if (p.cleanupMs < ms + reach + 1) {
        p.cleanupMs = ms + Math.floor(reach * 1.5) + 1;
        p.cleanups.push(p.cleanupMs);
      }
    }
    report?.timer(isClock ? ms + 1 : ms);
    if (isClock) flushMs = Math.min(flushMs, ms + 1);
  };
  const copy = (p: Partition): Partition => ({
    ...p,
    group: acc.copy(p.group),
    frame: [...p.frame],
    cleanups: [...p.cleanups],
  });
  return {
    ports: [
      {
        row: (_, row) => take(row),
        watermark: (ms) => {
          watermark = ms;
          if (!isClock) release(ms);
          if (expires) forget(ms);
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => store.size() + pending.length,
    snapshot: () => ({ pending: [...pending], watermark, flushMs, store: plainStore.export(copy) }),
    restore: (state) => {
      const saved = state as { pending: Pending[]; watermark: number; flushMs: number; store: unknown };
      pending = [...saved.pending];
      watermark = saved.watermark;
      flushMs = saved.flushMs;
      plainStore.import(saved.store, copy);
    },
    inspect: () => {
      const states: (string | null)[][] = [];
      const lives = new Lifetimes(ttlMs);
      store.forEach((p) => {
        lives.add(p.writtenMs);
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
      ? {
          nextClockMs: () => flushMs,
          onClock: (nowMs: number) => {
            flushMs = Infinity;
            release(nowMs - 1);
            for (const x of pending) flushMs = Math.min(flushMs, x.ms + 1);
          },
        }
      : {}),
  };
}
