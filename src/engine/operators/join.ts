import type { Join } from '../plan/physical.ts';
import { joinInputSpec } from '../planner/keys.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { watermarkValve } from '../runtime/watermark-valve.ts';
import type { LogicalType, Row } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { javaCapacity, javaHash } from './java-hash-order.ts';
import { type JoinTest, joinTest, nullKeyTest, nullRow, rowJoiner } from './join-parts.ts';

/** The rows of one side under one join key, in columns: a row, how often it is there, and how many rows of the other side it has met. */
interface SideState {
  readonly rows: Row[];
  /** Null where equal rows simply stand one after another: append-only sides. */
  readonly counts: number[] | null;
  readonly met: number[] | null;
  /** When each row was last written; null where rows live for ever. */
  readonly written: number[] | null;
  /** The most rows it held since it was empty. */
  peak: number;
  /** Where each row stands; made once a search through all of them would take long. */
  index: KeyedStore<number> | null;
}
interface Bucket {
  readonly left: SideState;
  readonly right: SideState;
}

/** How one side keeps its rows (Flink's JoinRecordStateViews). */
interface SidePlan {
  readonly spec: 'NoUniqueKey' | 'HasUniqueKey' | 'JoinKeyContainsUniqueKey';
  /** Columns that tell rows of one join key apart. */
  readonly identity: readonly number[];
  readonly types: readonly LogicalType[];
  readonly isAppendOnly: boolean;
  /** Counts what its rows have met: the kept side of an outer join, the left one of a semi or anti join. */
  readonly counts: boolean;
  /** How long a row lives after it was last written; 0 for ever. */
  readonly ttlMs: number;
}

const LONG = 16;

function sidePlan(node: Join, side: 0 | 1, optionMs: number): SidePlan {
  const hinted = side === 0 ? node.hints?.leftTtl : node.hints?.rightTtl;
  const ttlMs = hinted?.ms ?? optionMs;
  const input = node.inputs[side]!;
  const { spec, key } = joinInputSpec(node, side);
  const keeps =
    side === 0
      ? node.joinType !== 'inner' && node.joinType !== 'right'
      : node.joinType === 'right' || node.joinType === 'full';
  const identity =
    spec === 'NoUniqueKey' ? input.fields.map((_, i) => i) : spec === 'HasUniqueKey' ? key : [];
  return {
    spec,
    identity,
    types: identity.map((i) => input.fields[i]!.type),
    counts: keeps,
    isAppendOnly: spec === 'NoUniqueKey' && !keeps && input.mode === 1 && ttlMs <= 0,
    ttlMs,
  };
}

const emptySide = (plan: SidePlan): SideState => ({
  rows: [],
  counts: plan.isAppendOnly ? null : [],
  met: plan.counts ? [] : null,
  written: plan.ttlMs > 0 ? [] : null,
  peak: 0,
  index: null,
});
const copySide = (side: SideState): SideState => ({
  rows: [...side.rows],
  counts: side.counts && [...side.counts],
  met: side.met && [...side.met],
  written: side.written && [...side.written],
  peak: side.peak,
  index: null,
});
const copyBucket = (bucket: Bucket): Bucket => ({
  left: copySide(bucket.left),
  right: copySide(bucket.right),
});

/** Changes to the rows of one side. */
function sideAccess(
  plan: SidePlan,
  context: OperatorContext,
): {
  add(side: SideState, row: Row, met: number): void;
  remove(side: SideState, row: Row): void;
  expire(side: SideState): void;
} {
  const { identity, spec } = plan;
  const isSame = (a: Row, b: Row): boolean => {
    for (const i of identity) if (!sameValue(a[i]!, b[i]!)) return false;
    return true;
  };
  const makeIndex = keyedStore<number>(identity, plan.types, context.canGenerate);
  const find = (side: SideState, row: Row): number => {
    const { rows } = side;
    if (spec === 'JoinKeyContainsUniqueKey') return rows.length - 1;
    if (rows.length <= LONG) {
      for (let i = 0; i < rows.length; i++) if (isSame(rows[i]!, row)) return i;
      return -1;
    }
    if (side.index === null) {
      const index = makeIndex();
      rows.forEach((r, i) => index.set(r, i));
      side.index = index;
    }
    return side.index.get(row) ?? -1;
  };
  return {
    add(side, row, met) {
      const { rows, counts } = side;
      if (rows.length >= side.peak) side.peak = rows.length + 1;
      if (counts === null) {
        rows.push(row);
        return;
      }
      const at = find(side, row);
      if (at < 0) {
        rows.push(row);
        counts.push(1);
        side.met?.push(met);
        side.written?.push(context.nowMs());
        side.index?.set(row, rows.length - 1);
        return;
      }
      if (spec === 'NoUniqueKey') counts[at]!++;
      else rows[at] = row;
      if (side.met !== null) side.met[at] = met;
      if (side.written !== null) side.written[at] = context.nowMs();
    },
    remove(side, row) {
      const { counts } = side;
      const at = find(side, row);
      if (at < 0 || counts === null) return;
      if (spec === 'NoUniqueKey' && counts[at]! > 1) {
        counts[at]!--;
        if (side.written !== null) side.written[at] = context.nowMs();
      } else removeAt(side, at);
    },
    expire(side) {
      const { written } = side;
      if (written === null) return;
      for (let i = written.length - 1; i >= 0; i--)
        if (written[i]! + plan.ttlMs <= context.nowMs()) removeAt(side, i);
    },
  };
}

/** Takes a row out; the last one goes to its place. */
function removeAt(side: SideState, at: number): void {
  const { rows, counts, met, written, index } = side;
  index?.remove(rows[at]!);
  const last = rows.length - 1;
  if (at < last) {
    rows[at] = rows[last]!;
    if (counts !== null) counts[at] = counts[last]!;
    if (met !== null) met[at] = met[last]!;
    if (written !== null) written[at] = written[last]!;
    index?.set(rows[at]!, at);
  }
  rows.pop();
  counts?.pop();
  met?.pop();
  written?.pop();
  if (rows.length === 0) side.peak = 0;
}

/** Puts rows in the order in which Flink's map of them hands them out. */
type Arrange = (side: SideState, found: number[]) => void;

function arrangement(plan: SidePlan): Arrange | null {
  const hash = plan.identity.length > 0 ? javaHash(plan.identity, plan.types) : null;
  if (hash === null) return null;
  const known = new WeakMap<Row, number>();
  const hashOf = (row: Row): number => {
    let h = known.get(row);
    if (h === undefined) known.set(row, (h = hash(row)));
    return h;
  };
  return ({ rows, peak }, found) => {
    const mask = javaCapacity(peak) - 1;
    found.sort((a, b) => (hashOf(rows[a]!) & mask) - (hashOf(rows[b]!) & mask));
  };
}

/** How many rows of the other side match; where they stand goes to `found`. */
function matches(
  other: SideState,
  arrange: Arrange | null,
  row: Row,
  isLeft: boolean,
  test: JoinTest | null,
  found: number[],
): number {
  const { rows, counts } = other;
  found.length = 0;
  let size = 0;
  for (let i = 0; i < rows.length; i++) {
    if (test !== null && !(isLeft ? test(row, rows[i]!) : test(rows[i]!, row))) continue;
    found.push(i);
    size += counts === null ? 1 : counts[i]!;
  }
  if (found.length > 1) arrange?.(other, found);
  return size;
}

/**
 * A regular join (Flink's StreamingJoinOperator and StreamingSemiAntiJoinOperator): both inputs are kept (for ever, or for their TTL), every change of one side meets all
 * rows of the other, and outer joins take padded rows back as soon as a match appears.
 */
export function createJoin(node: Join, ttlMs: number, context: OperatorContext, next: Port): StreamOperator {
  const [leftInput, rightInput] = [node.inputs[0]!, node.inputs[1]!];
  const plans = [sidePlan(node, 0, ttlMs), sidePlan(node, 1, ttlMs)] as const;
  const access = [sideAccess(plans[0], context), sideAccess(plans[1], context)] as const;
  const store = keyedStore<Bucket>(
    node.leftKeys,
    node.leftKeys.map((k) => leftInput.fields[k]!.type),
    context.canGenerate,
    node.rightKeys,
  )();
  const test = joinTest(node.residual, leftInput.fields.length, context);
  const joined = rowJoiner(leftInput.fields.length, rightInput.fields.length, context.canGenerate);
  const expires = plans.some((p) => p.ttlMs > 0);
  const arranges = [arrangement(plans[0]), arrangement(plans[1])] as const;
  const isSemi = node.joinType === 'semi' || node.joinType === 'anti';
  const valve = watermarkValve(2, next.watermark, next.idle);

  /** Both sides' rows under the key of a row, without those that have expired. */
  const bucketOf = (row: Row, isLeft: boolean): Bucket => {
    let bucket = isLeft ? store.get(row) : store.getOther(row);
    if (bucket === undefined) {
      bucket = { left: emptySide(plans[0]), right: emptySide(plans[1]) };
      if (isLeft) store.set(row, bucket);
      else store.setOther(row, bucket);
    }
    if (expires) {
      access[0].expire(bucket.left);
      access[1].expire(bucket.right);
    }
    return bucket;
  };

  const regular = (side: 0 | 1): Port['row'] => {
    const isLeft = side === 0;
    const inputIsOuter = plans[side].counts;
    const otherIsOuter = plans[isLeft ? 1 : 0].counts;
    const { add, remove } = access[side];
    const hasNullKey = nullKeyTest(isLeft ? node.leftKeys : node.rightKeys, node.filterNulls);
    const nothing = nullRow((isLeft ? rightInput : leftInput).fields.length);
    const otherNothing = nullRow((isLeft ? leftInput : rightInput).fields.length);
    const found: number[] = [];
    const emit = next.row;
    const pair = (kind: number, row: Row, other: Row): void =>
      emit(kind, isLeft ? joined(row, other) : joined(other, row));
    return (kind, row) => {
      const bucket = bucketOf(row, isLeft);
      const own = isLeft ? bucket.left : bucket.right;
      const other = isLeft ? bucket.right : bucket.left;
      const size = hasNullKey(row)
        ? (found.length = 0)
        : matches(other, arranges[isLeft ? 1 : 0], row, isLeft, test, found);
      const { rows, counts, met } = other;
      const isAddition = kind === 0 || kind === 2;
      if (isAddition) {
        if (size === 0 && inputIsOuter) pair(0, row, nothing);
        add(own, row, size);
        if (otherIsOuter) {
          for (const i of found) {
            const before = met![i]!;
            for (let n = counts![i]!; n > 0; n--) {
              if (before === 0) pair(3, otherNothing, rows[i]!);
              pair(0, row, rows[i]!);
            }
            met![i] = before + 1;
            if (other.written !== null) other.written[i] = context.nowMs();
          }
          return;
        }
        const outKind = inputIsOuter ? 0 : kind;
        for (const i of found)
          for (let n = counts === null ? 1 : counts[i]!; n > 0; n--) pair(outKind, row, rows[i]!);
        return;
      }
      remove(own, row);
      if (size === 0) {
        if (inputIsOuter) pair(3, row, nothing);
        return;
      }
      const outKind = inputIsOuter ? 3 : kind;
      for (const i of found)
        for (let n = counts === null ? 1 : counts[i]!; n > 0; n--) pair(outKind, row, rows[i]!);
      if (!otherIsOuter) return;
      for (const i of found) {
        const before = met![i]!;
        if (before === 1) for (let n = counts![i]!; n > 0; n--) pair(0, otherNothing, rows[i]!);
        met![i] = before - 1;
        if (other.written !== null) other.written[i] = context.nowMs();
      }
    };
  };

  const isAnti = node.joinType === 'anti';
  const semi = (side: 0 | 1): Port['row'] => {
    const isLeft = side === 0;
    const { add, remove } = access[side];
    const hasNullKey = nullKeyTest(isLeft ? node.leftKeys : node.rightKeys, node.filterNulls);
    const found: number[] = [];
    const emit = next.row;
    return (kind, row) => {
      const bucket = bucketOf(row, isLeft);
      const own = isLeft ? bucket.left : bucket.right;
      const other = isLeft ? bucket.right : bucket.left;
      const size = hasNullKey(row)
        ? (found.length = 0)
        : matches(other, arranges[isLeft ? 1 : 0], row, isLeft, test, found);
      const isAddition = kind === 0 || kind === 2;
      if (isLeft) {
        if ((size === 0) === isAnti) emit(kind, row);
        if (isAddition) add(own, row, size);
        else remove(own, row);
        return;
      }
      if (isAddition) add(own, row, 0);
      else remove(own, row);
      const { rows, counts, met } = other;
      const turning = isAddition ? 0 : 1;
      const outKind = isAnti ? (isAddition ? 3 : 0) : kind;
      for (const i of found) {
        const before = met![i]!;
        if (before === turning) for (let n = counts![i]!; n > 0; n--) emit(outKind, rows[i]!);
        met![i] = before + (isAddition ? 1 : -1);
        if (other.written !== null) other.written[i] = context.nowMs();
      }
    };
  };

  const port = (side: 0 | 1): Port => ({
    row: isSemi ? semi(side) : regular(side),
    watermark: (ms) => valve.watermark(side, ms),
    idle: (isIdle) => valve.idle(side, isIdle),
  });
  return {
    ports: [port(0), port(1)],
    size: () => store.size(),
    snapshot: () => ({ store: store.export(copyBucket), valve: valve.snapshot() }),
    restore: (state) => {
      const saved = state as { store: unknown; valve: unknown };
      store.import(saved.store, copyBucket);
      valve.restore(saved.valve);
    },
    inspect: () => ({
      tables: (['left', 'right'] as const).map((name, at) => {
        const input = node.inputs[at]!;
        const plan = plans[at as 0 | 1];
        const rows: (string | null)[][] = [];
        let size = 0;
        const lives = new Lifetimes(plan.ttlMs);
        store.forEach((bucket) => {
          const side = bucket[name];
          size += side.rows.length;
          for (let i = 0; i < side.rows.length && rows.length < 200; i++) {
            lives.add(side.written?.[i]);
            rows.push([
              ...printRow(side.rows[i]!, input.fields, context.zone),
              ...(plan.isAppendOnly ? [] : [String(side.counts![i]!)]),
              ...(plan.counts ? [String(side.met![i]!)] : []),
            ]);
          }
        });
        const columns = [
          ...input.fields.map((f) => f.name),
          ...(plan.isAppendOnly ? [] : ['count']),
          ...(plan.counts ? ['matches'] : []),
        ];
        return stateTable(`${name}-records`, columns, 0, rows, size, lives);
      }),
      timersMs: [],
    }),
  };
}
