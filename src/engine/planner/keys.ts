import type { PhysicalNode, Rank } from '../plan/physical.ts';

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
      if (!keys) return null;
      const images = keys.flatMap((key) => imageOf(key, (i) => node.exprs.flatMap((e, at) => (e.kind === 'InputRef' && e.index === i ? [at] : []))));
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
  if (node.kind !== 'Rank') return containing(below, node.order.map((k) => k.column));
  if (isTop1(node)) return [sorted(node.partition)];
  const kept = containing(below, node.partition) ?? [];
  if (node.outputsRank) return [...kept, sorted([...node.partition, node.fields.length - 1])];
  return kept.length > 0 ? kept : null;
}

/** One row for each partition and no rank number: Flink calls it a deduplication whatever it is ordered by. */
export const isTop1 = (node: Rank): boolean => node.kind === 'Rank' && !node.outputsRank && node.range.start === 1 && node.range.end === 1 && node.range.endColumn < 0;

export const sorted = (key: readonly number[]): Key => [...key].sort((a, b) => a - b);
export const containsKey = (columns: readonly number[], key: Key): boolean => key.every((k) => columns.includes(k));

/** Every way a key's columns are passed on. */
export function imageOf(key: Key, positions: (column: number) => readonly number[]): Key[] {
  let images: number[][] = [[]];
  for (const column of key) {
    const at = positions(column);
    images = images.flatMap((image) => at.map((p) => [...image, p]));
  }
  return images.map(sorted);
}
