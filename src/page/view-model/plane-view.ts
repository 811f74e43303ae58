import { upperBound } from '../../engine/base/sorted.ts';
import { clockMsOf } from '../../engine/engine-api.ts';
import type { BraidFrame } from './braid-frame.ts';
import { type BraidView, sourceName, type WindowMark, watermarkSources } from './braid-view.ts';
import { isDrawable } from './format.ts';
import { clampedX, type Scale, type Tick, ticks, xOf } from './ruler.ts';
import { type TraceIndex, trackAt } from './trace-index.ts';

/** A watermark as a staircase: from `step[i]` on it stands at `ms[i]`. */
export interface Stair {
  /** The table whose rows make it; '' for the least of several. */
  readonly table: string;
  readonly step: readonly number[];
  readonly x: readonly number[];
  readonly ms: readonly number[];
}

/** Arrival to the right, event time upwards: all that does not hang on the playhead. */
export interface PlaneFrame {
  readonly width: number;
  readonly height: number;
  readonly arrival: Scale;
  /** `left` is the bottom and `right` the top: `xOf` gives a y. */
  readonly event: Scale;
  readonly arrivalTicks: readonly Tick[];
  /** Their `x` is a y. */
  readonly eventTicks: readonly Tick[];
  /** One for each source with a watermark. */
  readonly stairs: readonly Stair[];
  /** The one that counts. */
  readonly combined: Stair | null;
  /** Where a row would stand that arrives at the moment it tells of; null where the two times have nothing to do with each other. */
  readonly diagonal: {
    readonly x1: number;
    readonly y1: number;
    readonly x2: number;
    readonly y2: number;
  } | null;
  readonly startMs: number;
}

/** A row in the plane. */
export interface PlanePoint {
  readonly input: number;
  readonly x: number;
  readonly y: number;
  readonly state: 'to-come' | 'arrived' | 'current';
  readonly isLate: boolean;
  /** For a late row: where the watermark stood when it came. */
  readonly lineY: number;
}

/** A window as a band of event time. */
export interface PlaneBand {
  readonly mark: WindowMark;
  readonly y: number;
  readonly height: number;
  /** Where it closed; the right edge as long as it has not. */
  readonly closedX: number;
}

const TOP = 10;
const BOTTOM = 24;

/** Lays the plane out; null where the run has no event time. */
export function planeFrame(frame: BraidFrame, index: TraceIndex, height: number): PlaneFrame | null {
  if (!frame.event) return null;
  const { arrival, startMs } = frame;
  const xAt = (step: number): number => clampedX(arrival, clockMsOf(index.run.steps, step) - startMs);
  const stairs = watermarkSources(index).map((operator): Stair => {
    const { step = [], value = [] } = index.watermarks.get(operator.id) ?? {};
    return { table: sourceName(index, operator), step, x: step.map(xAt), ms: value };
  });
  const lowest = Math.min(...stairs.flatMap(({ ms }) => ms.filter(isDrawable)), frame.event.fromMs);
  // A watermark that has not moved yet may lie far back; it is not worth the height then.
  const fromMs =
    frame.event.toMs - lowest > 2 * (frame.event.toMs - frame.event.fromMs) ? frame.event.fromMs : lowest;
  const event: Scale = { fromMs, toMs: frame.event.toMs, left: height - BOTTOM, right: TOP };
  return {
    width: frame.width,
    height,
    arrival,
    event,
    arrivalTicks: frame.arrivalTicks,
    eventTicks: ticks({ ...event, left: TOP, right: height - BOTTOM }, 30, 'clock').map(({ x, label }) => ({
      x: TOP + (height - BOTTOM) - x,
      label,
    })),
    stairs,
    combined: stairs.length > 1 ? leastOf(stairs, index, xAt) : (stairs[0] ?? null),
    diagonal: frame.isSameScale ? diagonalOf(arrival, event, startMs) : null,
    startMs,
  };
}

/** The least of several watermarks, idle ones left out, at every step at which one of them moved or fell silent. */
function leastOf(stairs: readonly Stair[], index: TraceIndex, xAt: (step: number) => number): Stair {
  const sources = watermarkSources(index);
  const turned = sources.flatMap(({ id }) => index.idle.get(id)?.step ?? []);
  const moved = [...new Set([...turned, ...stairs.flatMap(({ step }) => step)])].toSorted((a, b) => a - b);
  const step: number[] = [];
  const x: number[] = [];
  const ms: number[] = [];
  for (const at of moved) {
    const all = stairs.map((stair, place) => ({
      ms: standing(stair, at + 1),
      isIdle: trackAt(index.idle.get(sources[place]?.id ?? -1), at + 1, 0) === 1,
    }));
    const active = all.filter(({ isIdle }) => !isIdle);
    const least = Math.min(...(active.length > 0 ? active : all).map((each) => each.ms));
    if (Number.isNaN(least) || least === ms.at(-1)) continue;
    step.push(at);
    ms.push(least);
    x.push(xAt(at));
  }
  return { table: '', step, x, ms };
}

/** Where a staircase stands when the first `position` steps are done; NaN for nowhere yet. */
export function standing({ step, ms }: Stair, position: number): number {
  const at = upperBound(step, position - 1);
  return at === 0 ? Number.NaN : (ms[at - 1] ?? Number.NaN);
}

function diagonalOf(arrival: Scale, event: Scale, startMs: number): PlaneFrame['diagonal'] {
  const fromMs = Math.max(arrival.fromMs, event.fromMs - startMs);
  const toMs = Math.min(arrival.toMs, event.toMs - startMs);
  if (toMs <= fromMs) return null;
  return {
    x1: xOf(arrival, fromMs),
    y1: xOf(event, fromMs + startMs),
    x2: xOf(arrival, toMs),
    y2: xOf(event, toMs + startMs),
  };
}

/** A staircase up to a position, or the rest of it, as the path of a line; `byMs` moves it down. */
export function stairPath(
  frame: PlaneFrame,
  stair: Stair,
  position: number,
  part: 'past' | 'rest',
  byMs = 0,
): string {
  const done = upperBound(stair.step, position - 1);
  const y = (ms: number): number => clampedX(frame.event, ms - byMs);
  const [from, to] = part === 'past' ? [0, done] : [Math.max(0, done - 1), stair.step.length];
  let path = '';
  for (let at = from; at < to; at++) {
    const here = y(stair.ms[at] ?? 0);
    path += path === '' ? `M${stair.x[at]},${here}` : `H${stair.x[at]}V${here}`;
  }
  return path;
}

/** The rows of the braid at their places in the plane. */
export function planePoints(frame: PlaneFrame, view: BraidView, index: TraceIndex): readonly PlanePoint[] {
  const lateSteps = new Map(index.late.map(({ input, step }) => [input, step]));
  return view.events.flatMap(({ input, x, eventX, state, isLate }) => {
    const ms = index.run.eventTimeMs[input] ?? Number.NaN;
    if (eventX === null || !isDrawable(ms)) return [];
    const y = xOf(frame.event, ms);
    const lineMs =
      isLate && frame.combined ? standing(frame.combined, (lateSteps.get(input) ?? 0) + 1) : Number.NaN;
    return [{ input, x, y, state, isLate, lineY: Number.isNaN(lineMs) ? y : clampedX(frame.event, lineMs) }];
  });
}

/** Of more rows than this only some are drawn. */
const DUST_MAX = 5000;

/** Thousands of rows that have arrived, as the path of so many specks. */
export function planeDust(frame: PlaneFrame, braid: BraidFrame, index: TraceIndex, position: number): string {
  const arrived = upperBound(braid.arrivalStep, position - 1);
  const every = Math.max(1, Math.ceil(arrived / DUST_MAX));
  let path = '';
  for (let input = 0; input < arrived; input += every) {
    const ms = index.run.eventTimeMs[input] ?? Number.NaN;
    if (!isDrawable(ms)) continue;
    path += `M${Math.round(braid.arrivalX[input] ?? 0)},${Math.round(xOf(frame.event, ms))}h2v2h-2z`;
  }
  return path;
}

/** The windows of the braid as bands. */
export function planeBands(frame: PlaneFrame, view: BraidView, index: TraceIndex): readonly PlaneBand[] {
  return view.windows.map((mark) => {
    const { startMs, endMs, firedStep } = mark.bar.track;
    const top = clampedX(frame.event, endMs);
    const isClosed = mark.state === 'closed' && firedStep >= 0;
    return {
      mark,
      y: top,
      height: Math.max(0, clampedX(frame.event, startMs) - top),
      closedX: isClosed
        ? clampedX(frame.arrival, clockMsOf(index.run.steps, firedStep) - frame.startMs)
        : frame.arrival.right,
    };
  });
}
