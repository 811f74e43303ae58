import type { TraceSlice } from '../engine-api.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import { fromLocal } from '../values/zone.ts';

/**
 * Windows over TIMESTAMP_LTZ and processing time are cut on the wall clock of the session's zone, and their operators count in its milliseconds. On the axis
 * of event time, among rowtimes and watermarks, their bounds are instants. Changes the columns of the slice in place.
 */
export function boundsAsInstants(
  slice: TraceSlice,
  operators: readonly PhysicalNode[],
  zone: string,
): TraceSlice {
  if (zone === 'UTC') return slice;
  const isLocal = operators.map((node) => 'window' in node && node.window.timeType.root === 'TIMESTAMP_LTZ');
  const { atMs, endMs, operator } = slice;
  for (let entry = 0; entry < endMs.length; entry++) {
    // Only entries of windows have an end.
    if (Number.isNaN(endMs[entry]) || !isLocal[operator[entry] ?? -1]) continue;
    atMs[entry] = fromLocal(zone, atMs[entry] ?? 0);
    endMs[entry] = fromLocal(zone, endMs[entry] ?? 0);
  }
  return slice;
}
