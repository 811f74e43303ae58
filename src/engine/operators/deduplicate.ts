import type { Rank } from '../plan/physical.ts';
import { Mode } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, type Port, UPDATE_AFTER, UPDATE_BEFORE } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { copyOnce, type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import { isRowtime, type Row } from '../types/logical-type.ts';
import { expiring, type Stamped } from './expiring.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { sameIn } from './row-order.ts';

interface Kept extends Stamped {
  row: Row;
  /** What the stored row was last sent as. */
  kind: number;
  /** A first row by event time waits until the watermark has passed it. */
  isSent: boolean;
  /** Where its timer stands while it waits. */
  place: number;
}

/**
 * Keeps the first or last row of every key by processing or event time: Flink's Deduplicate functions. The first row by event time is sent
 * when the watermark says that no earlier one can come.
 */
export function createDeduplicate(
  node: Rank,
  ttlMs: number,
  isSensitive: boolean,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const fields = node.inputs[0]!.fields;
  const { column, descending: keepsLast } = node.order[0]!;
  const isEventTime = isRowtime(fields[column]!.type);
  const waits = isEventTime && !keepsLast && node.mode === Mode.I;
  const plainStore = keyedStore<Kept>(
    node.partition,
    node.partition.map((p) => fields[p]!.type),
    context.code,
  )();
  const store = expiring(plainStore, ttlMs, context.nowMs);
  const updateBefore = node.generateUpdateBefore;
  const isStateless = !isEventTime && keepsLast && !updateBefore && !isSensitive;
  const report = context.reporter;
  const timeOf = (row: Row): number => row[column] as number;
  const content = fields.map((_, i) => i).filter((i) => i !== column);
  const sameContent = sameIn(content);
  let watermark = -Infinity;
  const waiting = new TimerHeap<Kept>((kept, place) => {
    kept.place = place;
  });

  const replace = (kept: Kept, row: Row): void => {
    const before = kept.row;
    kept.row = row;
    kept.kind = UPDATE_AFTER;
    store.set(row, kept);
    if (updateBefore) next.row(UPDATE_BEFORE, before);
    next.row(UPDATE_AFTER, row);
  };
  const first = (row: Row): void => {
    store.set(row, { row, kind: INSERT, isSent: true, place: 0 });
    next.row(INSERT, row);
  };
  const byClock = (row: Row): void => {
    const kept = store.get(row);
    if (!kept) first(row);
    else if (!keepsLast) report?.ignored(INSERT, row);
    else if (ttlMs > 0 || kept.kind !== INSERT || !sameContent(kept.row, row)) replace(kept, row);
    else report?.ignored(INSERT, row);
  };
  const byEvent = (row: Row): void => {
    const kept = store.get(row);
    if (!kept) first(row);
    else if (keepsLast ? timeOf(row) >= timeOf(kept.row) : timeOf(row) < timeOf(kept.row)) replace(kept, row);
    else report?.ignored(INSERT, row);
  };
  const firstByEvent = (row: Row): void => {
    if (timeOf(row) < watermark) {
      report?.late(INSERT, row, timeOf(row));
      return;
    }
    const kept = store.get(row);
    if (!kept) {
      const fresh: Kept = { row, kind: INSERT, isSent: false, place: 0 };
      store.set(row, fresh);
      waiting.add(timeOf(row), fresh);
      report?.timer(timeOf(row));
    } else if (!kept.isSent && timeOf(row) < timeOf(kept.row)) {
      kept.row = row;
      waiting.removeAt(kept.place);
      waiting.add(timeOf(row), kept);
      report?.timer(timeOf(row));
    } else report?.ignored(INSERT, row);
  };
  const advance = (ms: number): void => {
    watermark = ms;
    while (waiting.nextMs <= ms) {
      const kept = waiting.pop();
      kept.isSent = true;
      next.row(INSERT, kept.row);
    }
  };
  const take = isStateless
    ? (row: Row): void => next.row(UPDATE_AFTER, row)
    : waits
      ? firstByEvent
      : isEventTime
        ? byEvent
        : byClock;
  const copy = (k: Kept): Kept => ({ ...k });
  return {
    ports: [
      {
        row: (_, row) => take(row),
        watermark: (ms) => {
          if (waits) advance(ms);
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => plainStore.size(),
    snapshot: () => {
      const copied = copyOnce(copy);
      return { watermark, store: plainStore.export(copied), waiting: waiting.export(copied) };
    },
    restore: (state) => {
      const saved = state as {
        watermark: number;
        store: unknown;
        waiting: SavedTimers<Kept>;
      };
      const copied = copyOnce(copy);
      watermark = saved.watermark;
      plainStore.import(saved.store, copied);
      waiting.import(saved.waiting, copied);
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      const lives = new Lifetimes(ttlMs);
      plainStore.forEach(({ row, writtenMs }) => {
        lives.add(writtenMs);
        if (rows.length < 200) rows.push(printRow(row, fields, context.zone));
      });
      const timersMs = waiting
        .timesMs()
        .map((atMs) => ({ atMs, key: '', isEventTime: true }))
        .sort((a, b) => a.atMs - b.atMs);
      return {
        tables: [
          stateTable(
            'deduplicate-state',
            fields.map((f) => f.name),
            0,
            rows,
            plainStore.size(),
            lives,
          ),
        ],
        timersMs,
      };
    },
  };
}
