import { ROW_KINDS } from '../engine-api.ts';
import { type Calc, Mode, type TemporalJoin } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { copyOnce, type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import { combinedWatermarks } from '../runtime/watermark-valve.ts';
import type { Row } from '../types/logical-type.ts';
import { inputView } from './input-view.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { joinTest, nullRow, pairEmitter } from './join-parts.ts';
import type { ReadRow } from './join-state.ts';
import { type Retained, Retention } from './retention.ts';

/** A left row that waits for the watermark, in a list of those of its key: mostly there is one, and lists cost less then than arrays. */
interface Waiting {
  readonly row: Row;
  readonly kind: number;
  next: Waiting | null;
}

/** Left rows that wait, and the versions of one key by their time. */
interface Bucket extends Retained {
  first: Waiting | null;
  last: Waiting | null;
  readonly versions: Row[];
  /** Null where the input only inserts. */
  readonly versionKinds: number[] | null;
  /** Since when the last version is valid; -Infinity without one. Reading it from the row would fetch what nobody has looked at for long. */
  newestMs: number;
  /** When the key is looked at next; Infinity for never. */
  timerMs: number;
  /** Where its timer stands. */
  place: number;
}
function addWaiting(list: Pick<Bucket, 'first' | 'last'>, waiting: Waiting): void {
  if (list.last === null) list.first = waiting;
  else list.last.next = waiting;
  list.last = waiting;
}
function copyWaiting(first: Waiting | null, read: ReadRow): Pick<Bucket, 'first' | 'last'> {
  const list: Pick<Bucket, 'first' | 'last'> = { first: null, last: null };
  for (let at = first; at !== null; at = at.next)
    addWaiting(list, { row: read ? read(at.row) : at.row, kind: at.kind, next: null });
  return list;
}
/** A copy that shares only rows, each made readable to who takes it. */
const readBucket = (b: Bucket, left: ReadRow, right: ReadRow): Bucket => ({
  ...b,
  ...copyWaiting(b.first, left),
  versions: right ? b.versions.map(right) : [...b.versions],
  versionKinds: b.versionKinds && [...b.versionKinds],
});
const copyBucket = (b: Bucket): Bucket => readBucket(b, null, null);

/**
 * A join with the version of a row that was valid at the left row's time (Flink's TemporalRowTimeJoinOperator). Left rows wait until the watermark of
 * both inputs has passed their time; a version that was taken back means that there is none from then on.
 *
 * @param below Calcs right below its inputs that only pick columns; @param above one over its output: their work is done here.
 */
export function createTemporalJoin(
  node: TemporalJoin,
  below: readonly (Calc | null)[],
  above: Calc | null,
  ttlMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { leftTime, rightTime } = node;
  const views = ([0, 1] as const).map((i) => inputView(node.inputs[i]!, below[i] ?? null, context));
  const [left, right] = [views[0]!, views[1]!];
  const times = [left.columns[leftTime]!, right.columns[rightTime]!] as const;
  const keepsLeft = node.joinType === 'left';
  const onlyInserts = node.inputs[1]!.mode === Mode.I;
  const leftKeys = node.leftKeys.map((k) => left.columns[k]!);
  const store = keyedStore<Bucket>(
    leftKeys,
    node.leftKeys.map((k) => left.fields[k]!.type),
    context.code,
    node.rightKeys.map((k) => right.columns[k]!),
  )();
  const test = joinTest(node.residual, left, right, context);
  const emit = pairEmitter(left, right, above, context, next);
  const nothing = nullRow(right.width);
  const report = context.reporter;
  const timers = new TimerHeap<Bucket>((bucket, place) => {
    bucket.place = place;
  });
  // As in Flink, a millisecond is no time to live.
  const retention = ttlMs > 1 ? new Retention<Bucket>(ttlMs, context.nowMs) : null;

  const setTimer = (bucket: Bucket, atMs: number): void => {
    if (bucket.timerMs <= atMs) return;
    if (bucket.timerMs < Infinity) timers.removeAt(bucket.place);
    bucket.timerMs = atMs;
    timers.add(atMs, bucket);
    if (report !== null) report.timer(atMs);
  };
  const made = (): Bucket => ({
    first: null,
    last: null,
    versions: [],
    versionKinds: onlyInserts ? null : [],
    newestMs: -Infinity,
    timerMs: Infinity,
    place: 0,
    cleanupMs: Infinity,
  });

  /** The last version that is not newer than `ms`; -1 for none. */
  const versionAt = (bucket: Bucket, ms: number): number => {
    let low = 0;
    let high = bucket.versions.length;
    if (ms >= bucket.newestMs) return high - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bucket.versions[middle]![times[1]] as number) <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  const send = (bucket: Bucket, kind: number, row: Row, ms: number): void => {
    // Flink's operator has no test of its own for NULL: a NULL key meets the version of NULL.
    const at = versionAt(bucket, ms);
    const versionKind = at < 0 || bucket.versionKinds === null ? 0 : bucket.versionKinds[at]!;
    const isThere = at >= 0 && (versionKind === 0 || versionKind === 2);
    if (isThere && (test === null || test(row, bucket.versions[at]!))) emit(kind, row, bucket.versions[at]!);
    else if (keepsLeft) emit(kind, row, nothing);
    else if (report !== null) report.filtered(kind, row);
  };
  const emitUpTo = (bucket: Bucket, watermarkMs: number): void => {
    let earliest = Infinity;
    let at = bucket.first;
    bucket.first = null;
    bucket.last = null;
    while (at !== null) {
      const { row, kind, next } = at;
      const ms = row[times[0]] as number;
      if (ms <= watermarkMs) send(bucket, kind, row, ms);
      else {
        at.next = null;
        addWaiting(bucket, at);
        if (ms < earliest) earliest = ms;
      }
      at = next;
    }
    const valid = versionAt(bucket, watermarkMs);
    if (valid === 1) {
      bucket.versions.shift();
      bucket.versionKinds?.shift();
    } else if (valid > 1) {
      bucket.versions.splice(0, valid);
      bucket.versionKinds?.splice(0, valid);
    }
    if (earliest < Infinity) setTimer(bucket, earliest);
    if (retention === null) return;
    if (bucket.first !== null || bucket.versions.length > 0) retention.touch(bucket);
    else bucket.cleanupMs = Infinity;
  };
  /** The timer by event time stays, as Flink's does: it finds what has come since. */
  const forget = (bucket: Bucket): void => {
    bucket.first = null;
    bucket.last = null;
    bucket.versions.length = 0;
    if (bucket.versionKinds !== null) bucket.versionKinds.length = 0;
    bucket.newestMs = -Infinity;
    report?.clear();
  };

  const valve = combinedWatermarks((ms) => {
    while (timers.nextMs <= ms) {
      const atMs = timers.nextMs;
      const bucket = timers.pop();
      bucket.timerMs = Infinity;
      if (report !== null) report.fire(atMs, atMs);
      emitUpTo(bucket, ms);
      if (report !== null) report.fired();
    }
    next.watermark(ms);
  }, next.idle);

  const passing = (side: 0 | 1, take: Port['row']): Port['row'] => {
    const { passes } = views[side]!;
    if (passes === null) return take;
    return (kind, row) => {
      if (passes(row)) take(kind, row);
      else report?.filtered(kind, row);
    };
  };
  const leftRow: Port['row'] = (kind, row) => {
    let bucket = store.get(row);
    if (bucket === undefined) store.set(row, (bucket = made()));
    addWaiting(bucket, { row, kind, next: null });
    setTimer(bucket, row[times[0]] as number);
    retention?.touch(bucket);
  };
  const rightRow: Port['row'] = (kind, row) => {
    let bucket = store.getOther(row);
    if (bucket === undefined) store.setOther(row, (bucket = made()));
    retention?.touch(bucket);
    const ms = row[times[1]] as number;
    const { versions, versionKinds } = bucket;
    // Most versions are newer than all before them.
    if (ms > bucket.newestMs) {
      bucket.newestMs = ms;
      versions.push(row);
      versionKinds?.push(kind);
      setTimer(bucket, ms);
      return;
    }
    const at = versionAt(bucket, ms);
    const replaces = at >= 0 && versions[at]![times[1]] === ms ? 1 : 0;
    const place = replaces ? at : at + 1;
    versions.splice(place, replaces, row);
    versionKinds?.splice(place, replaces, kind);
    setTimer(bucket, ms);
  };

  return {
    ports: [
      {
        row: passing(0, leftRow),
        watermark: (ms) => valve.watermark(0, ms),
        idle: (isIdle) => valve.idle(0, isIdle),
      },
      {
        row: passing(1, rightRow),
        watermark: (ms) => valve.watermark(1, ms),
        idle: (isIdle) => valve.idle(1, isIdle),
      },
    ],
    size: () => store.size(),
    snapshot: () => {
      const copied = copyOnce(copyBucket);
      return {
        store: store.export(copied),
        timers: timers.export(copied),
        areBelowCalc: views.map((v) => v.hasCalc),
        valve: valve.snapshot(),
      };
    },
    restore: (state) => {
      const saved = state as {
        store: unknown;
        timers: SavedTimers<Bucket>;
        areBelowCalc: readonly boolean[];
        valve: unknown;
      };
      const readers = views.map((view, i) => view.reading(saved.areBelowCalc[i]!));
      const copied = copyOnce<Bucket>((bucket) => readBucket(bucket, readers[0]!, readers[1]!));
      store.import(saved.store, copied);
      timers.import(saved.timers, copied);
      valve.restore(saved.valve);
      if (retention !== null) {
        const all: Bucket[] = [];
        store.forEach((bucket) => all.push(bucket));
        retention.restore(all);
      }
    },
    inspect: () => {
      const pending: (string | null)[][] = [];
      const versions: (string | null)[][] = [];
      const dueMs: number[] = [];
      let [pendingSize, versionsSize] = [0, 0];
      const lives = [new Lifetimes(ttlMs), new Lifetimes(ttlMs)] as const;
      store.forEach((bucket) => {
        if (bucket.timerMs < Infinity) dueMs.push(bucket.timerMs);
        versionsSize += bucket.versions.length;
        for (let at = bucket.first; at !== null; at = at.next) {
          pendingSize++;
          lives[0].add(bucket.cleanupMs - ttlMs);
          if (pending.length < 200)
            pending.push([...printRow(left.project(at.row), left.fields, context.zone), ROW_KINDS[at.kind]!]);
        }
        bucket.versions.forEach((row, i) => {
          lives[1].add(bucket.cleanupMs - ttlMs);
          if (versions.length < 200)
            versions.push([
              ...printRow(right.project(row), right.fields, context.zone),
              ROW_KINDS[bucket.versionKinds?.[i] ?? 0]!,
            ]);
        });
      });
      return {
        tables: [
          stateTable('left', [...left.fields.map((f) => f.name), 'kind'], 0, pending, pendingSize, lives[0]),
          stateTable(
            'right',
            [...right.fields.map((f) => f.name), 'kind'],
            0,
            versions,
            versionsSize,
            lives[1],
          ),
        ],
        timersMs: dueMs
          .sort((a, b) => a - b)
          .slice(0, 200)
          .map((atMs) => ({ atMs, key: '', isEventTime: true })),
      };
    },
    ...(retention && {
      nextClockMs: () => retention.nextClockMs,
      onClock: (nowMs: number) => {
        for (const bucket of retention.due(nowMs)) forget(bucket);
      },
    }),
  };
}
