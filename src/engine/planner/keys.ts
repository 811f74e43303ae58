import type { PhysicalNode } from '../plan/physical.ts';

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
    case 'DropUpdateBefore':
      return upsertKeys(node.inputs[0]!);
    case 'GroupAggregate':
      return [node.groups.map((_, i) => i)];
    case 'GroupWindowAggregate': {
      if (node.properties.length === 0) return null;
      const groups = node.groups.map((_, i) => i);
      const width = groups.length + node.calls.length;
      return node.properties.flatMap((p, i) => (p === 'proctime' ? [] : [[...groups, width + i]]));
    }
    case 'ChangelogNormalize':
      return [sorted(node.key)];
    default:
      return null;
  }
}

export const sorted = (key: readonly number[]): Key => [...key].sort((a, b) => a - b);
export const containsKey = (columns: readonly number[], key: Key): boolean => key.every((k) => columns.includes(k));

/** Every way a key's columns are passed on. */
function imageOf(key: Key, positions: (column: number) => readonly number[]): Key[] {
  let images: number[][] = [[]];
  for (const column of key) {
    const at = positions(column);
    images = images.flatMap((image) => at.map((p) => [...image, p]));
  }
  return images.map(sorted);
}

/** The shortest of a node's upsert keys; null where it has none. */
export function shortestUpsertKey(node: PhysicalNode): readonly number[] | null {
  return [...(upsertKeys(node) ?? [])].sort((a, b) => a.length - b.length)[0] ?? null;
}
