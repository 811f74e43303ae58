import type { Sink } from './physical.ts';

/** `result`, `result2`, … for SELECTs, else the table's name. */
export function sinkName(sink: Sink, taken: readonly string[]): string {
  if (sink.table) return sink.table.path[2];
  const count = taken.filter((n) => /^result\d*$/.test(n)).length;
  return count === 0 ? 'result' : `result${count + 1}`;
}
