import { ROW_KINDS } from '../engine-api.ts';
import type { TemporalJoin } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { watermarkValve } from '../runtime/watermark-valve.ts';
import type { Row } from '../types/logical-type.ts';
import { printRow, stateTable } from './inspect.ts';
import { insertTimer, joinTest, nullKeyTest, nullRow, rowJoiner } from './join-parts.ts';

/** Left rows that wait for the watermark, and the versions of one key by their time. */
interface Bucket {
  left: Row[];
  leftKinds: number[];
  versionMs: number[];
  versions: Row[];
  versionKinds: number[];
  /** When the key is looked at next; Infinity for never. */
  timerMs: number;
  timerOrder: number;
}
interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly bucket: Bucket;
}

const copyBucket = (b: Bucket): Bucket => ({
  ...b,
  left: [...b.left],
  leftKinds: [...b.leftKinds],
  versionMs: [...b.versionMs],
  versions: [...b.versions],
  versionKinds: [...b.versionKinds],
});

/**
 * A join with the version of a row that was valid at the left row's time (Flink's TemporalRowTimeJoinOperator). Left rows wait until the watermark of
 * both inputs has passed their time; a version that was taken back means that there is none from then on.
 */
export function createTemporalJoin(node: TemporalJoin, context: OperatorContext, next: Port): StreamOperator {
  const [leftInput, rightInput] = [node.inputs[0]!, node.inputs[1]!];
  const { leftTime, rightTime } = node;
  const keepsLeft = node.joinType === 'left';
  const store = keyedStore<Bucket>(
    node.leftKeys,
    node.leftKeys.map((k) => leftInput.fields[k]!.type),
    context.canGenerate,
    node.rightKeys,
  )();
  const test = joinTest(node.residual, leftInput.fields.length, context);
  const joined = rowJoiner(leftInput.fields.length, rightInput.fields.length, context.canGenerate);
  const hasNullKey = nullKeyTest(node.leftKeys, node.filterNulls);
  const nothing = nullRow(rightInput.fields.length);
  const report = context.reporter;
  let timers: Timer[] = [];
  let nextOrder = 0;

  const setTimer = (bucket: Bucket, atMs: number): void => {
    if (bucket.timerMs <= atMs) return;
    bucket.timerMs = atMs;
    bucket.timerOrder = nextOrder++;
    insertTimer(timers, { atMs, order: bucket.timerOrder, bucket });
    report?.timer(atMs);
  };
  const made = (): Bucket => ({
    left: [],
    leftKinds: [],
    versionMs: [],
    versions: [],
    versionKinds: [],
    timerMs: Infinity,
    timerOrder: 0,
  });

  /** The last version that is not newer than `ms`; -1 for none. */
  const versionAt = (bucket: Bucket, ms: number): number => {
    let low = 0;
    let high = bucket.versionMs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bucket.versionMs[middle]! <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  const emitUpTo = (bucket: Bucket, watermarkMs: number): void => {
    const { left, leftKinds } = bucket;
    bucket.left = [];
    bucket.leftKinds = [];
    let earliest = Infinity;
    for (let i = 0; i < left.length; i++) {
      const row = left[i]!;
      const kind = leftKinds[i]!;
      const ms = row[leftTime] as number;
      if (ms > watermarkMs) {
        bucket.left.push(row);
        bucket.leftKinds.push(kind);
        if (ms < earliest) earliest = ms;
        continue;
      }
      const at = hasNullKey(row) ? -1 : versionAt(bucket, ms);
      const isThere = at >= 0 && (bucket.versionKinds[at] === 0 || bucket.versionKinds[at] === 2);
      if (isThere && (test === null || test(row, bucket.versions[at]!)))
        next.row(kind, joined(row, bucket.versions[at]!));
      else if (keepsLeft) next.row(kind, joined(row, nothing));
      else report?.filtered(kind, row);
    }
    const kept = versionAt(bucket, watermarkMs);
    if (kept > 0) {
      bucket.versionMs.splice(0, kept);
      bucket.versions.splice(0, kept);
      bucket.versionKinds.splice(0, kept);
    }
    if (earliest < Infinity) setTimer(bucket, earliest);
  };

  const valve = watermarkValve(
    2,
    (ms) => {
      while (timers.length > 0 && timers[0]!.atMs <= ms) {
        const { atMs, order, bucket } = timers.shift()!;
        if (bucket.timerMs !== atMs || bucket.timerOrder !== order) continue;
        bucket.timerMs = Infinity;
        report?.fire(atMs, atMs);
        emitUpTo(bucket, ms);
        report?.fired();
      }
      next.watermark(ms);
    },
    next.idle,
  );

  const leftRow: Port['row'] = (kind, row) => {
    let bucket = store.get(row);
    if (bucket === undefined) store.set(row, (bucket = made()));
    bucket.left.push(row);
    bucket.leftKinds.push(kind);
    setTimer(bucket, row[leftTime] as number);
  };
  const rightRow: Port['row'] = (kind, row) => {
    let bucket = store.getOther(row);
    if (bucket === undefined) store.setOther(row, (bucket = made()));
    const ms = row[rightTime] as number;
    const at = versionAt(bucket, ms);
    const replaces = at >= 0 && bucket.versionMs[at] === ms ? 1 : 0;
    const place = replaces ? at : at + 1;
    bucket.versionMs.splice(place, replaces, ms);
    bucket.versions.splice(place, replaces, row);
    bucket.versionKinds.splice(place, replaces, kind);
    setTimer(bucket, ms);
  };

  return {
    ports: [
      { row: leftRow, watermark: (ms) => valve.watermark(0, ms), idle: (isIdle) => valve.idle(0, isIdle) },
      { row: rightRow, watermark: (ms) => valve.watermark(1, ms), idle: (isIdle) => valve.idle(1, isIdle) },
    ],
    size: () => store.size(),
    snapshot: () => ({ store: store.export(copyBucket), valve: valve.snapshot(), nextOrder }),
    restore: (state) => {
      const saved = state as { store: unknown; valve: unknown; nextOrder: number };
      store.import(saved.store, copyBucket);
      valve.restore(saved.valve);
      nextOrder = saved.nextOrder;
      timers = [];
      store.forEach((bucket) => {
        if (bucket.timerMs < Infinity)
          insertTimer(timers, { atMs: bucket.timerMs, order: bucket.timerOrder, bucket });
      });
    },
    inspect: () => {
      const pending: (string | null)[][] = [];
      const versions: (string | null)[][] = [];
      let [pendingSize, versionsSize] = [0, 0];
      store.forEach((bucket) => {
        pendingSize += bucket.left.length;
        versionsSize += bucket.versions.length;
        bucket.left.forEach((row, i) => {
          if (pending.length < 200)
            pending.push([
              ...printRow(row, leftInput.fields, context.zone),
              ROW_KINDS[bucket.leftKinds[i]!]!,
            ]);
        });
        bucket.versions.forEach((row, i) => {
          if (versions.length < 200)
            versions.push([
              ...printRow(row, rightInput.fields, context.zone),
              ROW_KINDS[bucket.versionKinds[i]!]!,
            ]);
        });
      });
      return {
        tables: [
          stateTable('left', [...leftInput.fields.map((f) => f.name), 'kind'], 0, pending, pendingSize),
          stateTable('right', [...rightInput.fields.map((f) => f.name), 'kind'], 0, versions, versionsSize),
        ],
        timersMs: timers.slice(0, 200).map((t) => ({ atMs: t.atMs, key: '', isEventTime: true })),
      };
    },
  };
}
