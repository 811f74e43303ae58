import { upperBound } from '../../engine/base/sorted.ts';
import type { BraidFrame } from './braid-frame.ts';

/** How many rows belong to each few pixels of the event-time ruler. */
export interface Density {
  readonly binWidth: number;
  readonly x: readonly number[];
  readonly total: readonly number[];
  /** Steps in which the rows of each bin arrive, ascending. */
  readonly arrivals: readonly Int32Array[];
  readonly max: number;
}

const BIN_PIXELS = 3;

/** Counts the rows by event time; null for a query without it. */
export function eventDensity(frame: BraidFrame): Density | null {
  if (!frame.event) return null;
  const bins = new Map<number, number[]>();
  for (let input = 0; input < frame.eventX.length; input++) {
    const x = frame.eventX[input] ?? Number.NaN;
    if (Number.isNaN(x) || x < frame.event.left || x > frame.event.right) continue;
    const bin = Math.floor((x - frame.event.left) / BIN_PIXELS);
    const steps = bins.get(bin);
    if (steps) steps.push(frame.arrivalStep[input] ?? 0);
    else bins.set(bin, [frame.arrivalStep[input] ?? 0]);
  }
  const left = frame.event.left;
  const entries = [...bins].toSorted(([a], [b]) => a - b);
  const arrivals = entries.map(([, steps]) => Int32Array.from(steps).toSorted());
  return {
    binWidth: BIN_PIXELS - 0.6,
    x: entries.map(([bin]) => left + (bin + 0.5) * BIN_PIXELS),
    total: arrivals.map(({ length }) => length),
    arrivals,
    max: Math.max(1, ...arrivals.map(({ length }) => length)),
  };
}

/** How many rows of each bin have arrived at a position. */
export function densityAt({ arrivals }: Density, position: number): number[] {
  return arrivals.map((steps) => upperBound(steps, position - 1));
}
