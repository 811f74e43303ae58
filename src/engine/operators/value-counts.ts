import type { Value } from '../types/logical-type.ts';
import { valueKey } from '../values/compare.ts';

/** Values and how often they stand there, by key of the value; below zero where what was taken back has not come yet. */
export type ValueCounts = Map<unknown, { readonly value: Value; count: number }>;

/** Adds to how often a value stands there, and gives what that is then. A value that comes to zero goes, unless it `staysAtZero`. */
export function countValue(counts: ValueCounts, value: Value, by: number, staysAtZero = false): number {
  const key = valueKey(value);
  const entry = counts.get(key);
  const count = (entry?.count ?? 0) + by;
  if (count === 0 && !staysAtZero) counts.delete(key);
  else if (entry) entry.count = count;
  else counts.set(key, { value, count });
  return count;
}

export const copyCounts = (counts: ValueCounts): ValueCounts =>
  new Map([...counts].map(([key, entry]) => [key, { ...entry }]));
