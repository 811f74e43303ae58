import { clockText, durationText, spansDays } from './format.ts';

/** Maps times to pixels. */
export interface Scale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly left: number;
  readonly right: number;
}

/** A mark of a ruler. */
export interface Tick {
  readonly x: number;
  readonly label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TICK_STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365, 730, 1825, 3650, 36500].map((count) => count * DAY),
];

/** Where a time stands, not clamped. */
export function xOf(scale: Scale, ms: number): number {
  const share = (ms - scale.fromMs) / (scale.toMs - scale.fromMs);
  return scale.left + share * (scale.right - scale.left);
}

/** Where a time stands, at the edge if it is beyond. */
export function clampedX(scale: Scale, ms: number): number {
  const { left, right } = scale;
  return Math.min(Math.max(left, right), Math.max(Math.min(left, right), xOf(scale, ms)));
}

/** The time at a pixel. */
export function msAt(scale: Scale, x: number): number {
  const share = (x - scale.left) / (scale.right - scale.left);
  return scale.fromMs + share * (scale.toMs - scale.fromMs);
}

/** Round marks, about one for each `spacing` pixels. */
export function ticks(scale: Scale, spacing: number, text: 'duration' | 'clock'): readonly Tick[] {
  const room = Math.max(2, (scale.right - scale.left) / spacing);
  const span = scale.toMs - scale.fromMs;
  const step = niceStep(span / room);
  const first = Math.ceil(scale.fromMs / step) * step;
  const withDate = text === 'clock' && step >= 12 * HOUR && spansDays(scale.fromMs, scale.toMs);
  const marks: Tick[] = [];
  for (let ms = first; ms <= scale.toMs && marks.length < 200; ms += step) {
    const label = text === 'duration' ? durationText(ms) : withDate ? dateText(ms) : clockText(ms);
    marks.push({ x: xOf(scale, ms), label });
  }
  return marks;
}

/** The next round length of time that is not shorter. */
export function niceStep(ms: number): number {
  return TICK_STEPS.find((size) => size >= ms) ?? Math.ceil(ms);
}

function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
