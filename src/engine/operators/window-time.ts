import type { WindowSpec } from '../plan/logical.ts';
import type { Reporter } from '../runtime/stream-operator.ts';
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

const HOUR_MS = 3_600_000;
/** Seasons of the last year that all rules are known of. */
const SEASONS = [Date.UTC(2037, 0, 1), Date.UTC(2037, 6, 1)] as const;

/**
 * In the hour that repeats, the later pass; in the gap of spring, the full hour before it ends. Flink takes every change for one of an hour, and asks only where
 * clocks are still changed.
 */
function timerInstant(zone: string, localMs: number): number {
  const instant = fromLocal(zone, localMs);
  const [winter, summer] = SEASONS.map((ms) => toLocal(zone, ms) - ms);
  if (winter === summer) return instant;
  const hourLater = fromLocal(zone, localMs + HOUR_MS);
  if (hourLater === instant) return instant - (instant % HOUR_MS);
  return hourLater - instant > HOUR_MS ? instant + HOUR_MS : instant;
}

/** Start of the tumbling pane of `sizeMs` that holds a local time. */
export function paneStart(localMs: number, sizeMs: number, offsetMs: number): number {
  const rest = (localMs - offsetMs) % sizeMs;
  return localMs - (rest < 0 ? rest + sizeMs : rest);
}

/** Windows of one row that are told at the most: steps of a millisecond within a day make millions. */
const TOLD_WINDOWS_MAX = 100;

/** Tells the trace of the windows that hold the slice that ends at `sliceEnd`, in order of their ends. */
export function tellWindows(
  { window: tell }: Reporter,
  { kind, sizeMs, slideMs, offsetMs, attached }: WindowSpec,
  sliceEnd: number,
  sliceMs: number,
): void {
  if (tell === null) return;
  if (kind === 'CUMULATE') {
    const start = paneStart(sliceEnd - 1, sizeMs, offsetMs);
    const ends = attached ? sliceEnd : start + sizeMs;
    for (let end = sliceEnd, told = 0; end <= ends && told < TOLD_WINDOWS_MAX; end += slideMs, told++)
      tell(start, end);
    return;
  }
  if (kind === 'TUMBLE' || attached) {
    tell(sliceEnd - sizeMs, sliceEnd);
    return;
  }
  const last = paneStart(sliceEnd - sliceMs, slideMs, offsetMs);
  const count = Math.min(Math.floor((last - (sliceEnd - sizeMs)) / slideMs) + 1, TOLD_WINDOWS_MAX);
  for (let at = count - 1; at >= 0; at--) {
    const start = last - at * slideMs;
    tell(start, start + sizeMs);
  }
}
