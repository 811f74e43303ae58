import type { WindowSpec } from '../plan/logical.ts';
import { fromLocal, toLocal } from '../values/zone.ts';

/**
 * How windows lie on the event-time axis. Windows over TIMESTAMP_LTZ and processing time are cut on the wall clock of the session's zone, so their bounds
 * are local milliseconds; timers are instants (Flink's TimeWindowUtil).
 */
export interface WindowTime {
  /** Local milliseconds of an instant. */
  readonly toLocal: (ms: number) => number;
  /** The instant at which the last millisecond of a window that ends at `endMs` has passed. */
  readonly timerOf: (endMs: number) => number;
  /** Rowtime of the window's result: the instant of its last millisecond. */
  readonly rowtimeOf: (endMs: number) => number;
}

export function windowTime(window: WindowSpec, zone: string): WindowTime {
  const isLocal = window.timeType.root === 'TIMESTAMP_LTZ' && zone !== 'UTC';
  if (!isLocal) return { toLocal: (ms) => ms, timerOf: (end) => end - 1, rowtimeOf: (end) => end - 1 };
  return {
    toLocal: (ms) => toLocal(zone, ms),
    timerOf: (end) => timerInstant(zone, end - 1),
    rowtimeOf: (end) => fromLocal(zone, end - 1),
  };
}

/** In the hour that repeats, the later pass; in the gap of spring, the instant of the jump. */
function timerInstant(zone: string, localMs: number): number {
  const instant = fromLocal(zone, localMs);
  if (toLocal(zone, instant) !== localMs) {
    // No such wall-clock time: the clock jumps over it.
    let low = instant - 10_800_000;
    let high = instant + 10_800_000;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (toLocal(zone, middle) < localMs) low = middle;
      else high = middle;
    }
    return high;
  }
  for (const later of [1_800_000, 3_600_000, 7_200_000]) {
    if (toLocal(zone, instant + later) === localMs) return instant + later;
  }
  return instant;
}

/** Start of the tumbling pane of `sizeMs` that holds a local time. */
export function paneStart(localMs: number, sizeMs: number, offsetMs: number): number {
  const rest = (localMs - offsetMs) % sizeMs;
  return localMs - (rest < 0 ? rest + sizeMs : rest);
}
