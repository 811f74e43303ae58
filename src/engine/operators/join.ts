import type { Calc, Join } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { combinedWatermarks } from '../runtime/watermark-valve.ts';
import type { Row } from '../types/logical-type.ts';
import { createAppendJoin } from './append-join.ts';
import type { Change } from './bundle.ts';
import { inputView } from './input-view.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { JoinBundle, type TakeChange } from './join-bundle.ts';
import { type JoinTest, joinTest, nullKeyTest, nullRow, pairEmitter } from './join-parts.ts';
import {
  type Arrange,
  arrangement,
  type Bucket,
  copyBucket,
  type SideState,
  sideAccess,
  sidePlan,
} from './join-state.ts';

/** How many rows of the other side match; where they stand goes to `found`. */
function matches(
  other: SideState | null,
  arrange: Arrange | null,
  row: Row,
  isLeft: boolean,
  test: JoinTest | null,
  found: number[],
): number {
  found.length = 0;
  if (other === null) return 0;
  const { rows, counts } = other;
  if (arrange !== null && rows.length > 1) other.order = arrange(rows, other.peak, other.order);
  const places = rows.length > 1 && other.order !== null ? other.order.places : null;
  let size = 0;
  for (let n = 0; n < rows.length; n++) {
    const i = places === null ? n : places[n]!;
    if (test !== null && !(isLeft ? test(row, rows[i]!) : test(rows[i]!, row))) continue;
    found.push(i);
    size += counts === null ? 1 : counts[i]!;
  }
  return size;
}

/**
 * A regular join (Flink's StreamingJoinOperator and StreamingSemiAntiJoinOperator): both inputs are kept (for ever, or for their TTL), every change of one side meets all
 * rows of the other, and outer joins take padded rows back as soon as a match appears.
 *
 * @param below Calcs right below its inputs that only pick columns: rows are then kept as they are below them.
 * @param above A Calc over its output whose work is done here, so that no row is built in between.
 * @param size How many changes make a bundle, 0 for none (Flink's MiniBatchStreamingJoinOperator): what waits of the side that is padded meets the other one then.
 */
export function createJoin(
  node: Join,
  below: readonly (Calc | null)[],
  above: Calc | null,
  ttlMs: number,
  size: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const views = ([0, 1] as const).map((i) => inputView(node.inputs[i]!, below[i] ?? null, context));
  const [left, right] = [views[0]!, views[1]!];
  const plans = [sidePlan(node, 0, left, ttlMs), sidePlan(node, 1, right, ttlMs)] as const;
  if (size === 0 && node.joinType === 'inner' && plans[0].isAppendOnly && plans[1].isAppendOnly)
    return createAppendJoin(node, [left, right], plans, above, context, next);
  const access = [sideAccess(plans[0], context), sideAccess(plans[1], context)] as const;
  const keys = [node.leftKeys.map((k) => left.columns[k]!), node.rightKeys.map((k) => right.columns[k]!)];
  const store = keyedStore<Bucket>(
    keys[0]!,
    node.leftKeys.map((k) => left.fields[k]!.type),
    context.code,
    keys[1],
  )();
  const test = joinTest(node.residual, left, right, context);
  const emitPair = pairEmitter(left, right, above, context, next);
  const expires = plans.some((p) => p.ttlMs > 0);
  const arranges = [arrangement(plans[0]), arrangement(plans[1])] as const;
  const isSemi = node.joinType === 'semi' || node.joinType === 'anti';
  const valve = combinedWatermarks(next.watermark, next.idle);
  const nothing = [nullRow(left.width), nullRow(right.width)] as const;

  /** Both sides' rows under the key of a row, without those that have expired. */
  const bucketOf = (row: Row, isLeft: boolean): Bucket => {
    let bucket = isLeft ? store.get(row) : store.getOther(row);
    if (bucket === undefined) {
      bucket = { left: null, right: null };
      if (isLeft) store.set(row, bucket);
      else store.setOther(row, bucket);
    }
    if (expires) {
      if (bucket.left !== null) access[0].expire(bucket.left);
      if (bucket.right !== null) access[1].expire(bucket.right);
    }
    return bucket;
  };
  const add = (bucket: Bucket, side: 0 | 1, row: Row, met: number): void => {
    const own = side === 0 ? (bucket.left ??= access[0].make()) : (bucket.right ??= access[1].make());
    access[side].add(own, row, met);
  };
  /** Takes a row out; a key without rows is forgotten. */
  const remove = (bucket: Bucket, side: 0 | 1, row: Row): void => {
    const own = side === 0 ? bucket.left : bucket.right;
    if (own !== null) access[side].remove(own, row);
    if ((bucket.left?.rows.length ?? 0) + (bucket.right?.rows.length ?? 0) > 0) return;
    if (side === 0) store.remove(row);
    else store.removeOther(row);
  };
  const isKey = (side: 0 | 1): ((row: Row) => boolean) => nullKeyTest(keys[side]!, node.filterNulls);

  const regular = (side: 0 | 1): TakeChange => {
    const isLeft = side === 0;
    const inputIsOuter = plans[side].counts;
    const otherIsOuter = plans[isLeft ? 1 : 0].counts;
    const hasNullKey = isKey(side);
    const padding = nothing[isLeft ? 1 : 0];
    const otherPadding = nothing[side];
    const found: number[] = [];
    const pair = isLeft ? emitPair : (kind: number, row: Row, other: Row) => emitPair(kind, other, row);
    return (kind, row, isSuppressed) => {
      const bucket = bucketOf(row, isLeft);
      const other = isLeft ? bucket.right : bucket.left;
      const size = hasNullKey(row)
        ? (found.length = 0)
        : matches(other, arranges[isLeft ? 1 : 0], row, isLeft, test, found);
      const isAddition = kind === 0 || kind === 2;
      if (!isAddition && !isSuppressed) remove(bucket, side, row);
      if (size === 0) {
        if (inputIsOuter) pair(isAddition ? 0 : 3, row, padding);
        if (isAddition) add(bucket, side, row, 0);
        return;
      }
      if (isAddition) add(bucket, side, row, size);
      const { rows, counts, met, written } = other!;
      if (isAddition && otherIsOuter) {
        for (const i of found) {
          const before = met![i]!;
          for (let n = counts![i]!; n > 0; n--) {
            if (before === 0 && !isSuppressed) pair(3, otherPadding, rows[i]!);
            pair(0, row, rows[i]!);
          }
          met![i] = before + 1;
          if (written !== null) written[i] = context.nowMs();
        }
        return;
      }
      const outKind = inputIsOuter ? (isAddition ? 0 : 3) : kind;
      for (const i of found) {
        const isLast = otherIsOuter && met![i] === 1 && !isSuppressed;
        for (let n = counts === null ? 1 : counts[i]!; n > 0; n--) {
          pair(outKind, row, rows[i]!);
          if (isLast) pair(0, otherPadding, rows[i]!);
        }
        if (!otherIsOuter) continue;
        met![i]!--;
        if (written !== null) written[i] = context.nowMs();
      }
    };
  };

  const isAnti = node.joinType === 'anti';
  const semi = (side: 0 | 1): Port['row'] => {
    const isLeft = side === 0;
    const hasNullKey = isKey(side);
    const found: number[] = [];
    const emit: Port['row'] = left.hasCalc ? (kind, row) => next.row(kind, left.project(row)) : next.row;
    return (kind, row) => {
      const bucket = bucketOf(row, isLeft);
      const other = isLeft ? bucket.right : bucket.left;
      const size = hasNullKey(row)
        ? (found.length = 0)
        : matches(other, arranges[isLeft ? 1 : 0], row, isLeft, test, found);
      const isAddition = kind === 0 || kind === 2;
      if (isLeft && (size === 0) === isAnti) emit(kind, row);
      if (isAddition) add(bucket, side, row, isLeft ? size : 0);
      else remove(bucket, side, row);
      if (isLeft || other === null) return;
      const { rows, counts, met, written } = other;
      const turning = isAddition ? 0 : 1;
      const outKind = isAnti ? (isAddition ? 3 : 0) : kind;
      for (const i of found) {
        const before = met![i]!;
        if (before === turning) for (let n = counts![i]!; n > 0; n--) emit(outKind, rows[i]!);
        met![i] = before + (isAddition ? 1 : -1);
        if (written !== null) written[i] = context.nowMs();
      }
    };
  };

  /** Rows that the Calc below lets pass. */
  const passing = (side: 0 | 1, take: Port['row']): Port['row'] => {
    const { passes } = views[side]!;
    if (passes === null) return take;
    return (kind, row) => {
      if (passes(row)) take(kind, row);
      else context.reporter?.filtered(kind, row);
    };
  };
  const takers = [regular(0), regular(1)] as const;
  const bundles = ([0, 1] as const).map((side) => {
    const types = node.leftKeys.map((k) => left.fields[k]!.type);
    return new JoinBundle(plans[side], keys[side]!, types, context);
  });
  let waiting = 0;
  const flush = (): void => {
    waiting = 0;
    for (const side of node.joinType === 'right' ? ([0, 1] as const) : ([1, 0] as const))
      bundles[side]!.flush(takers[side]);
  };
  const direct = (side: 0 | 1): Port['row'] => {
    if (isSemi) return semi(side);
    const take = takers[side];
    if (size === 0) return (kind, row) => take(kind, row, false);
    return (kind, row) => {
      bundles[side]!.add(kind, row);
      if (++waiting >= size) flush();
    };
  };
  const port = (side: 0 | 1): Port => ({
    row: passing(side, direct(side)),
    watermark: (ms) => {
      flush();
      valve.watermark(side, ms);
    },
    idle: (isIdle) => valve.idle(side, isIdle),
  });
  return {
    ports: [port(0), port(1)],
    size: () => store.size(),
    snapshot: () => ({
      store: store.export((bucket) => copyBucket(bucket, null, null)),
      areBelowCalc: views.map((v) => v.hasCalc),
      valve: valve.snapshot(),
      waiting,
      bundles: bundles.map((bundle) => bundle.changes),
    }),
    restore: (state) => {
      const saved = state as {
        store: unknown;
        areBelowCalc: readonly boolean[];
        valve: unknown;
        waiting: number;
        bundles: readonly (readonly Change[])[];
      };
      const readers = views.map((view, i) => view.reading(saved.areBelowCalc[i]!));
      store.import(saved.store, (bucket) => copyBucket(bucket, readers[0]!, readers[1]!));
      valve.restore(saved.valve);
      waiting = saved.waiting;
      bundles.forEach((bundle, side) => {
        const read = readers[side] ?? ((row: Row) => row);
        bundle.restore(saved.bundles[side]!.map(({ kind, row }) => ({ kind, row: read(row) })));
      });
    },
    inspect: () => ({
      tables: (['left', 'right'] as const).map((name, at) => {
        const view = views[at]!;
        const plan = plans[at as 0 | 1];
        const rows: (string | null)[][] = [];
        let size = 0;
        const lives = new Lifetimes(plan.ttlMs);
        store.forEach((bucket) => {
          const side = bucket[name];
          if (side === null) return;
          size += side.rows.length;
          for (let i = 0; i < side.rows.length && rows.length < 200; i++) {
            lives.add(side.written?.[i]);
            rows.push([
              ...printRow(view.project(side.rows[i]!), view.fields, context.zone),
              ...(plan.isAppendOnly ? [] : [String(side.counts![i]!)]),
              ...(plan.counts ? [String(side.met![i]!)] : []),
            ]);
          }
        });
        const columns = [
          ...view.fields.map((f) => f.name),
          ...(plan.isAppendOnly ? [] : ['count']),
          ...(plan.counts ? ['matches'] : []),
        ];
        return stateTable(`${name}-records`, columns, 0, rows, size, lives);
      }),
      timersMs: [],
    }),
  };
}
