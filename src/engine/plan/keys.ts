import type { JoinType } from '../plan/logical.ts';
import type { IntervalJoin, Join, MultiJoin, PhysicalNode, Rank, TemporalJoin } from '../plan/physical.ts';
import type { Rex, RexCall } from '../plan/rex.ts';
import { supportsImplicitCast } from '../types/implicit-cast.ts';

/** A set of columns, sorted. */
export type Key = readonly number[];

/**
 * Upsert keys: unique keys that still tell rows apart when changes are applied without -U, as Flink's FlinkRelMdUpsertKeys derives them.
 * `null` where nothing is known; an empty key belongs to a result of at most one row.
 */
export const upsertKeys = (node: PhysicalNode): readonly Key[] | null => keysOf(node, true);

/** Unique keys, which an exchange by other columns or a join by them does not take away (FlinkRelMdUniqueKeys). */
export const uniqueKeys = (node: PhysicalNode): readonly Key[] | null => keysOf(node, false);

function keysOf(node: PhysicalNode, isUpsert: boolean): readonly Key[] | null {
  switch (node.kind) {
    case 'TableSourceScan': {
      const key = node.table.primaryKey.map((name) => node.fields.findIndex((f) => f.name === name));
      return key.length > 0 && key.every((i) => i >= 0) ? [sorted(key)] : null;
    }
    case 'Calc': {
      const keys = keysOf(node.inputs[0]!, isUpsert);
      // An empty key too is lost where no column is passed on: Flink looks for columns before it looks at keys.
      if (!keys || !node.exprs.some((e) => passedRef(e).kind === 'InputRef')) return null;
      const images = keys.flatMap((key) => imageOf(key, (i) => passedColumns(node.exprs, i)));
      return images.length > 0 ? images : null;
    }
    case 'Exchange': {
      const keys = keysOf(node.inputs[0]!, isUpsert);
      if (!keys || node.keys === null || !isUpsert) return keys;
      const kept = keys.filter((key) => node.keys!.every((k) => key.includes(k)));
      return kept.length > 0 ? kept : null;
    }
    case 'WatermarkAssigner':
    case 'MiniBatchAssigner':
    case 'DropUpdateBefore':
      return keysOf(node.inputs[0]!, isUpsert);
    case 'GroupAggregate':
    case 'GlobalGroupAggregate':
      return [node.groups.map((_, i) => i)];
    case 'GroupWindowAggregate': {
      if (node.properties.length === 0) return null;
      const groups = node.groups.map((_, i) => i);
      const width = groups.length + node.calls.length;
      return node.properties.flatMap((p, i) => (p === 'proctime' ? [] : [[...groups, width + i]]));
    }
    case 'ChangelogNormalize':
      return [sorted(node.key)];
    case 'Rank':
    case 'SortLimit':
    case 'Limit':
      return keysOfRank(node, isUpsert);
    case 'OverAggregate':
      return containing(keysOf(node.inputs[0]!, isUpsert), isUpsert ? node.group.partition : []);
    case 'LookupJoin': {
      const key = node.table.primaryKey;
      const isUnique =
        key.length > 0 &&
        key.every((name) => node.rightKeys.some((k) => node.inputs[1]!.fields[k]!.name === name));
      return isUnique ? keysOf(node.inputs[0]!, isUpsert) : null;
    }
    case 'Join':
    case 'IntervalJoin':
    case 'TemporalJoin':
      return keysOfJoin(node, isUpsert);
    case 'MultiJoin':
      return isUpsert ? upsertKeysOfMultiJoin(node) : null;
    default:
      return null;
  }
}

/** The keys that hold all of `columns`; null for none. */
function containing(keys: readonly Key[] | null, columns: readonly number[]): readonly Key[] | null {
  const kept = (keys ?? []).filter((key) => columns.every((c) => key.includes(c)));
  return kept.length > 0 ? kept : null;
}

function keysOfRank(node: Rank, isUpsert: boolean): readonly Key[] | null {
  const below = keysOf(node.inputs[0]!, isUpsert);
  if (node.kind !== 'Rank') return containing(below, isUpsert ? node.order.map((k) => k.column) : []);
  if (isTop1(node)) return [sorted(node.partition)];
  const kept = containing(below, isUpsert ? node.partition : []) ?? [];
  if (node.outputsRank) return [...kept, sorted([...node.partition, node.fields.length - 1])];
  return kept.length > 0 ? kept : null;
}

/** One row for each partition and no rank number: Flink calls it a deduplication whatever it is ordered by. */
export const isTop1 = (node: Rank): boolean =>
  node.kind === 'Rank' &&
  !node.outputsRank &&
  node.range.start === 1 &&
  node.range.end === 1 &&
  node.range.endColumn < 0;

/** Keys of a join's input within one join key: an exchange by the join key takes none away. */
const keysWithin = (input: PhysicalNode): readonly Key[] =>
  upsertKeys(input.kind === 'Exchange' ? input.inputs[0]! : input) ?? [];

function keysOfJoin(node: Join | IntervalJoin | TemporalJoin, isUpsert: boolean): readonly Key[] | null {
  const { joinType } = node;
  const [left, right] = ([0, 1] as const).map((side): JoinedSide => {
    const input = node.inputs[side]!;
    const columns = side === 0 ? node.leftKeys : node.rightKeys;
    const all = isUpsert ? keysWithin(input) : (uniqueKeys(input) ?? []);
    return joinedSide(all, columns, isUpsert);
  });
  const keys = joinedKeys(joinType, node.inputs[0]!.fields.length, left!, right!);
  return keys.length > 0 ? keys : null;
}

/** One side of a join: its keys, and whether at most one of its rows has a join key. */
interface JoinedSide {
  readonly keys: readonly Key[];
  readonly isUnique: boolean;
}

/** A side with keys of its own, joined by some of its columns; rows of one key must not end up apart if the keys are to be upsert keys. */
export const joinedSide = (all: readonly Key[], columns: Key, isUpsert: boolean): JoinedSide => ({
  keys: all.filter((key) => !isUpsert || containsKey(key, columns)),
  isUnique: all.some((key) => containsKey(columns, key)),
});

/** The keys of a join of two sides, the left one of so many columns. */
export function joinedKeys(
  joinType: JoinType,
  width: number,
  left: JoinedSide,
  right: JoinedSide,
): readonly Key[] {
  if (joinType === 'semi' || joinType === 'anti') return left.keys;
  const moved = right.keys.map((key) => key.map((k) => k + width));
  return [
    ...left.keys.flatMap((l) => moved.map((r) => [...l, ...r])),
    ...(right.isUnique && joinType !== 'right' && joinType !== 'full' ? left.keys : []),
    ...(left.isUnique && joinType !== 'left' && joinType !== 'full' ? moved : []),
  ];
}

/** Input by input, as if each were joined to what those before it gave by the first one's key. */
function upsertKeysOfMultiJoin(node: MultiJoin): readonly Key[] | null {
  const sideOf = (keys: readonly Key[], columns: Key): JoinedSide => ({
    keys,
    isUnique: keys.some((key) => containsKey(columns, key)),
  });
  let keys = upsertKeys(node.inputs[0]!) ?? [];
  let width = node.inputs[0]!.fields.length;
  node.inputs.slice(1).forEach((input, i) => {
    const right = sideOf(upsertKeys(input) ?? [], node.ownKeys[i + 1]!);
    keys = joinedKeys(node.joinTypes[i + 1]!, width, sideOf(keys, node.ownKeys[0]!), right);
    width += input.fields.length;
  });
  return keys.length > 0 ? keys : null;
}

/** Whether an input of a multi-way join may do without -U: some unique key of it holds the key that all inputs share. */
export const inputKeyHoldsCommonKey = ({ inputs, keys }: MultiJoin, input: number): boolean =>
  keys[input]!.length > 0 && (uniqueKeys(inputs[input]!) ?? []).some((key) => containsKey(key, keys[input]!));

/** How a join keeps an input's rows: by no key, by a key of its own, or one row for each join key. */
interface JoinInputSpec {
  readonly spec: 'NoUniqueKey' | 'HasUniqueKey' | 'JoinKeyContainsUniqueKey';
  readonly key: Key;
}

export const joinInputSpec = (node: Join, side: 0 | 1): JoinInputSpec =>
  inputSpec(keysWithin(node.inputs[side]!), side === 0 ? node.leftKeys : node.rightKeys);

export const multiJoinInputSpec = (node: MultiJoin, input: number): JoinInputSpec =>
  inputSpec(uniqueKeys(node.inputs[input]!) ?? [], node.ownKeys[input]!);

function inputSpec(all: readonly Key[], columns: Key): JoinInputSpec {
  const keys = [...all].sort((a, b) => a.length - b.length);
  const within = keys.find((key) => containsKey(columns, key));
  if (within) return { spec: 'JoinKeyContainsUniqueKey', key: within };
  return keys.length > 0 ? { spec: 'HasUniqueKey', key: keys[0]! } : { spec: 'NoUniqueKey', key: [] };
}

/** Whether one side of a join may do without -U: some upsert key of it holds the whole join key. */
export function sideKeyHoldsJoinKey(node: Join, side: 0 | 1): boolean {
  const columns = side === 0 ? node.leftKeys : node.rightKeys;
  return keysWithin(node.inputs[side]!).some((key) => columns.every((c) => key.includes(c)));
}

export const sorted = (key: readonly number[]): Key => [...key].sort((a, b) => a - b);
export const containsKey = (columns: readonly number[], key: Key): boolean =>
  key.every((k) => columns.includes(k));

/** Where a projection passes a column on: as it is, or cast without losing anything. */
export const passedColumns = (exprs: readonly Rex[], column: number): number[] =>
  exprs.flatMap((e, at) => {
    const source = passedRef(e);
    return source.kind === 'InputRef' && source.index === column ? [at] : [];
  });

const passedRef = (e: Rex): Rex =>
  e.kind === 'Call' && e.operator === 'CAST' && keepsValues(e) ? e.operands[0]! : e;

/** What Flink casts of its own accord counts as lossless (FlinkRelMdUniqueKeys.isFidelityCast), even BIGINT to DOUBLE. */
const keepsValues = (cast: RexCall): boolean => supportsImplicitCast(cast.operands[0]!.type, cast.type);

/** Every way a key's columns are passed on. */
export function imageOf(key: Key, positions: (column: number) => readonly number[]): Key[] {
  let images: number[][] = [[]];
  for (const column of key) {
    const at = positions(column);
    images = images.flatMap((image) => at.map((p) => [...image, p]));
  }
  return images.map(sorted);
}

/** The shortest of a node's upsert keys, of equally short ones that whose columns come first (UpsertKeyUtil); null where it has none. */
export function shortestUpsertKey(node: PhysicalNode): readonly number[] | null {
  const keys = [...(upsertKeys(node) ?? [])];
  const firstDifference = (a: Key, b: Key): number => a.map((c, i) => c - b[i]!).find((d) => d !== 0) ?? 0;
  return keys.sort((a, b) => a.length - b.length || firstDifference(a, b))[0] ?? null;
}
