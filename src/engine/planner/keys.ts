import type { IntervalJoin, Join, PhysicalNode, Rank, TemporalJoin } from '../plan/physical.ts';
import type { Rex, RexCall } from '../plan/rex.ts';
import { supportsImplicitCast } from '../types/implicit-cast.ts';

/** A set of columns, sorted. */
export type Key = readonly number[];

/**
 * Upsert keys: unique keys that still tell rows apart when changes are applied without -U, as Flink's FlinkRelMdUpsertKeys derives them.
 * `null` where nothing is known; an empty key belongs to a result of at most one row.
 */
export function upsertKeys(node: PhysicalNode): readonly Key[] | null {
  switch (node.kind) {
    case 'TableSourceScan': {
      const key = node.table.primaryKey.map((name) => node.fields.findIndex((f) => f.name === name));
      return key.length > 0 && key.every((i) => i >= 0) ? [sorted(key)] : null;
    }
    case 'Calc': {
      const keys = upsertKeys(node.inputs[0]!);
      // An empty key too is lost where no column is passed on: Flink looks for columns before it looks at keys.
      if (!keys || !node.exprs.some((e) => passedRef(e).kind === 'InputRef')) return null;
      const images = keys.flatMap((key) => imageOf(key, (i) => passedColumns(node.exprs, i)));
      return images.length > 0 ? images : null;
    }
    case 'Exchange': {
      const keys = upsertKeys(node.inputs[0]!);
      if (!keys || node.keys === null) return keys;
      const kept = keys.filter((key) => node.keys!.every((k) => key.includes(k)));
      return kept.length > 0 ? kept : null;
    }
    case 'WatermarkAssigner':
    case 'MiniBatchAssigner':
    case 'DropUpdateBefore':
      return upsertKeys(node.inputs[0]!);
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
      return keysOfRank(node);
    case 'OverAggregate':
      return containing(upsertKeys(node.inputs[0]!), node.group.partition);
    case 'LookupJoin': {
      const key = node.table.primaryKey;
      const isUnique =
        key.length > 0 &&
        key.every((name) => node.rightKeys.some((k) => node.inputs[1]!.fields[k]!.name === name));
      return isUnique ? upsertKeys(node.inputs[0]!) : null;
    }
    case 'Join':
    case 'IntervalJoin':
    case 'TemporalJoin':
      return joinUpsertKeys(node);
    default:
      return null;
  }
}

/** The keys that hold all of `columns`; null for none. */
function containing(keys: readonly Key[] | null, columns: readonly number[]): readonly Key[] | null {
  const kept = (keys ?? []).filter((key) => columns.every((c) => key.includes(c)));
  return kept.length > 0 ? kept : null;
}

function keysOfRank(node: Rank): readonly Key[] | null {
  const below = upsertKeys(node.inputs[0]!);
  if (node.kind !== 'Rank')
    return containing(
      below,
      node.order.map((k) => k.column),
    );
  if (isTop1(node)) return [sorted(node.partition)];
  const kept = containing(below, node.partition) ?? [];
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

function joinUpsertKeys(node: Join | IntervalJoin | TemporalJoin): readonly Key[] | null {
  const [left, right] = [node.inputs[0]!, node.inputs[1]!];
  const holding = (keys: readonly Key[], columns: readonly number[]): readonly Key[] =>
    keys.filter((key) => columns.every((c) => key.includes(c)));
  const leftKeys = holding(keysWithin(left), node.leftKeys);
  const { joinType } = node;
  if (joinType === 'semi' || joinType === 'anti') return leftKeys.length > 0 ? leftKeys : null;
  const width = left.fields.length;
  const rightKeys = holding(keysWithin(right), node.rightKeys).map((key) => key.map((k) => k + width));
  const isUnique = (input: PhysicalNode, columns: readonly number[]): boolean =>
    keysWithin(input).some((key) => containsKey(columns, key));
  const keys = [
    ...leftKeys.flatMap((l) => rightKeys.map((r) => [...l, ...r])),
    ...(joinType !== 'right' && joinType !== 'full' && isUnique(right, node.rightKeys) ? leftKeys : []),
    ...(joinType !== 'left' && joinType !== 'full' && isUnique(left, node.leftKeys) ? rightKeys : []),
  ];
  return keys.length > 0 ? keys : null;
}

/** How one side of a join keeps its rows: by no key, by a key of its own, or one row for each join key. */
export function joinInputSpec(
  node: Join,
  side: 0 | 1,
): { readonly spec: 'NoUniqueKey' | 'HasUniqueKey' | 'JoinKeyContainsUniqueKey'; readonly key: Key } {
  const columns = side === 0 ? node.leftKeys : node.rightKeys;
  const keys = [...keysWithin(node.inputs[side]!)].sort((a, b) => a.length - b.length);
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
