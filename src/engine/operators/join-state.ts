import { joinInputSpec } from '../plan/keys.ts';
import type { Join } from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import type { LogicalType, Row } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import type { InputView } from './input-view.ts';
import { javaCapacity, javaHash } from './java-hash-order.ts';

/** The rows of one side under one join key, in columns: a row, how often it is there, and how many rows of the other side it has met. */
export interface SideState {
  rows: Row[];
  /** Null where equal rows simply stand one after another: append-only sides. */
  readonly counts: number[] | null;
  readonly met: number[] | null;
  /** When each row was last written; null where rows live for ever. */
  readonly written: number[] | null;
  /** The most rows it held since it was empty. */
  peak: number;
  /** Where each row stands; made once a search through all of them would take long. */
  index: KeyedStore<number> | null;
  order: MapOrder | null;
}

/** Rows in the order in which Flink's map of them hands them out: by the bucket their hash falls in. Made when it is first asked for. */
export interface MapOrder {
  /** Hashes of the first so many rows. */
  readonly hashes: number[];
  /** Where the rows stand, in the map's order; those that have come since are merged in when it is asked for again. */
  places: number[];
  mask: number;
  /** Copies of very many rows as `places` has them, made one after the other: rows all over memory cost more to reach than to join. */
  copies: Row[] | null;
}

/** Both sides under one key; a side is null until it has its first row. */
export interface Bucket {
  left: SideState | null;
  right: SideState | null;
}

/** How one side keeps its rows (Flink's JoinRecordStateViews). */
export interface SidePlan {
  readonly spec: 'NoUniqueKey' | 'HasUniqueKey' | 'JoinKeyContainsUniqueKey';
  /** Columns that tell rows of one join key apart, as they stand in the rows that come. */
  readonly identity: readonly number[];
  readonly types: readonly LogicalType[];
  readonly isAppendOnly: boolean;
  /** Counts what its rows have met: the kept side of an outer join, the left one of a semi or anti join. */
  readonly counts: boolean;
  /** How long a row lives after it was last written; 0 for ever. */
  readonly ttlMs: number;
}

const LONG = 16;

export function sidePlan(node: Join, side: 0 | 1, view: InputView, optionMs: number): SidePlan {
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
    identity: identity.map((i) => view.columns[i]!),
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
  order: null,
});

export type ReadRow = ((row: Row) => Row) | null;

export const copySide = (side: SideState | null, read: ReadRow): SideState | null =>
  side && {
    rows: read ? side.rows.map(read) : [...side.rows],
    counts: side.counts && [...side.counts],
    met: side.met && [...side.met],
    written: side.written && [...side.written],
    peak: side.peak,
    index: null,
    order: null,
  };

/** A copy that shares only rows, each made readable to who takes it. */
export const copyBucket = (bucket: Bucket, left: ReadRow, right: ReadRow): Bucket => ({
  left: copySide(bucket.left, left),
  right: copySide(bucket.right, right),
});

export interface SideAccess {
  make(): SideState;
  add(side: SideState, row: Row, met: number): void;
  remove(side: SideState, row: Row): void;
  expire(side: SideState): void;
}

/** Changes to the rows of one side. */
export function sideAccess(plan: SidePlan, context: OperatorContext): SideAccess {
  const { identity, spec } = plan;
  const isSame = (a: Row, b: Row): boolean => {
    for (const i of identity) if (!sameValue(a[i]!, b[i]!)) return false;
    return true;
  };
  const makeIndex = keyedStore<number>(identity, plan.types, context.code);
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
    make: () => emptySide(plan),
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
    index?.set(rows[at], at);
  }
  rows.pop();
  counts?.pop();
  met?.pop();
  written?.pop();
  if (side.order !== null) forgetPlace(side.order, at, last);
  if (rows.length === 0) side.peak = 0;
}

function forgetPlace(order: MapOrder, at: number, last: number): void {
  const { hashes } = order;
  if (hashes.length > last) {
    hashes[at] = hashes[last]!;
    hashes.pop();
  } else if (hashes.length > at) hashes.length = at;
  order.places = [];
  order.copies = null;
}

/** Brings the order of a side's rows up to date; `peak` is the most of them that there were. */
export type Arrange = (rows: readonly Row[], peak: number, order: MapOrder | null) => MapOrder;

/** Null where the order is not modelled: rows then come as they stand. */
export function arrangement({ identity, types }: Pick<SidePlan, 'identity' | 'types'>): Arrange | null {
  const hash = identity.length > 0 ? javaHash(identity, types) : null;
  if (hash === null) return null;
  return (rows, peak, known) => {
    const mask = javaCapacity(peak) - 1;
    const order = known ?? { hashes: [], places: [], mask, copies: null };
    const { hashes } = order;
    for (let i = hashes.length; i < rows.length; i++) hashes.push(hash(rows[i]!));
    if (order.mask !== mask) {
      order.mask = mask;
      order.places = [];
      order.copies = null;
    }
    const from = order.places.length;
    if (from < rows.length) {
      const added: number[] = [];
      for (let i = from; i < rows.length; i++) added.push(i);
      const sorted = sortedByBucket(added, hashes, mask);
      order.places = from === 0 ? sorted : merged(order.places, sorted, hashes, mask);
      if (order.copies !== null) order.copies = copiesInOrder(order.copies, rows, order.places, from);
    }
    return order;
  };
}

/** Places by the bucket of their row, those of one bucket as they stand. */
function sortedByBucket(places: number[], hashes: readonly number[], mask: number): number[] {
  if (places.length < 2) return places;
  // Bucket and place in one number: sorting those needs no comparison of ours.
  const keys = Float64Array.from(places, (place) => (hashes[place]! & mask) * PLACES + place).sort();
  return Array.from(keys, (key) => key % PLACES);
}
/** More than a list has places. */
const PLACES = 2 ** 32;

/** Two sorted lists in one; of equal ones those of the first list come first. */
function merged(
  first: readonly number[],
  second: readonly number[],
  hashes: readonly number[],
  mask: number,
): number[] {
  const out: number[] = [];
  let j = 0;
  for (const place of first) {
    const bucket = hashes[place]! & mask;
    while (j < second.length && (hashes[second[j]!]! & mask) < bucket) out.push(second[j++]!);
    out.push(place);
  }
  while (j < second.length) out.push(second[j++]!);
  return out;
}

/** A side with fewer rows fits into the machine's caches. */
const MANY = 4096;

/** A side's rows in the order of Flink's map, once `arrange` has brought that up to date; null for few rows, which are quickly reached where they are. */
export function rowsInOrder(rows: readonly Row[], order: MapOrder): readonly Row[] | null {
  if (rows.length < MANY) return null;
  return (order.copies ??= order.places.map((place) => rows[place]!.slice()));
}

/** The copies for new places: those of the first `known` rows are there already, in the same order. */
function copiesInOrder(
  copies: readonly Row[],
  rows: readonly Row[],
  places: readonly number[],
  known: number,
): Row[] {
  let next = 0;
  return places.map((place) => (place < known ? copies[next++]! : rows[place]!.slice()));
}
