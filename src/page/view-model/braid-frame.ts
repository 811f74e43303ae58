import { clockMsOf, type InputEvent, type Run, stepKind, turnOf } from '../../engine/engine-api.ts';
import { isDrawable } from './format.ts';
import { type Scale, type Tick, ticks, xOf } from './ruler.ts';
import { firstStepOfTurn, type TraceIndex, type WindowTrack } from './trace-index.ts';

/** A source, or a partition of one, as a row of dots. */
export interface Lane {
  readonly label: string;
  readonly table: string;
  readonly partition: number;
  readonly y: number;
}

/** A window with a place in the picture; its state hangs on the position. */
export interface WindowBar {
  readonly track: WindowTrack;
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  readonly isSession: boolean;
}

/** Windows with their places. */
export interface WindowLayout {
  readonly bars: readonly WindowBar[];
  /** Windows too narrow to be seen one by one, as counts for each pixel column. */
  readonly density: readonly { readonly x: number; readonly count: number }[];
  readonly height: number;
}

/** Everything of the braid that does not hang on the playhead. */
export interface BraidFrame {
  readonly width: number;
  readonly height: number;
  readonly gutter: number;
  readonly arrival: Scale;
  /** Null for a query without time attributes: lanes only. */
  readonly event: Scale | null;
  readonly isSameScale: boolean;
  readonly arrivalTicks: readonly Tick[];
  readonly eventTicks: readonly Tick[];
  readonly outputY: number;
  readonly arrivalRulerY: number;
  readonly eventTopY: number;
  readonly eventY: number;
  readonly windowsY: number;
  readonly eventRulerY: number;
  readonly lanes: readonly Lane[];
  /** Lane of each input, by number. */
  readonly laneOf: Uint16Array;
  readonly arrivalX: Float64Array;
  /** NaN where an input has no event time. */
  readonly eventX: Float64Array;
  /** First step of each input's turn. */
  readonly arrivalStep: Int32Array;
  /** Null for a long run, whose windows come and go with the part of the trace around the playhead: see `windowsAround`. */
  readonly windows: WindowLayout | null;
  readonly startMs: number;
  /** Too many marks for an element each. */
  readonly isDense: boolean;
}

/** More marks than this are drawn on a canvas. */
export const SVG_MARKS_MAX = 1000;
const WINDOW_PIXELS_MIN = 3;
const WINDOW_ROWS_MAX = 6;
const WINDOW_PITCH = 25;
const LANE_HEIGHT = 26;
/** Lanes that a table gets for partitions without a row. */
const PARTITIONS_MAX = 8;
const NO_WINDOWS: WindowLayout = { bars: [], density: [], height: 0 };

/** What a frame is made of. */
export interface BraidInput {
  readonly run: Run;
  /** Of the whole trace; null for a run that is not kept whole. */
  readonly index: TraceIndex | null;
  readonly inputs: readonly InputEvent[];
  readonly startMs: number;
  readonly width: number;
  /** Part of the arrival ruler that is shown, as shares of the whole. */
  readonly zoom: { readonly from: number; readonly to: number };
}

/** Lays the braid out. */
export function braidFrame({ run, index, inputs, startMs, width, zoom }: BraidInput): BraidFrame {
  const gutter = width < 560 ? 66 : 96;
  const right = Math.max(gutter + 60, width - 18);
  const lanes = lanesOf(run, inputs);
  const laneNumber = new Map(lanes.map((lane, number) => [`${lane.table} ${lane.partition}`, number]));
  const arrivalSpan = arrivalSpanOf(run, inputs, startMs);
  const eventSpan = eventSpanOf(run, index, startMs);
  const spans = eventSpan ? alignedSpans(arrivalSpan, eventSpan) : null;
  const shown = (span: Span): Scale => {
    const length = span.to - span.from;
    return {
      fromMs: span.from + zoom.from * length,
      toMs: span.from + zoom.to * length,
      left: gutter,
      right,
    };
  };
  const arrival = shown(spans?.arrival ?? arrivalSpan);
  const eventFromStart = spans ? shown(spans.event) : null;
  const event = eventFromStart && {
    ...eventFromStart,
    fromMs: eventFromStart.fromMs + startMs,
    toMs: eventFromStart.toMs + startMs,
  };

  const outputY = 20;
  const laneTop = outputY + 32;
  const placed = lanes.map((lane, number) => ({ ...lane, y: laneTop + number * LANE_HEIGHT }));
  const arrivalRulerY = laneTop + (lanes.length - 1) * LANE_HEIGHT + 14;
  const eventTopY = arrivalRulerY + 62;
  const eventY = eventTopY + 16;
  const windowsY = eventY + 16;
  const windows = index && (event ? windowBars(index, event, windowsY, WINDOW_ROWS_MAX) : NO_WINDOWS);
  const windowsHeight = windows?.height ?? (run.operators.some(({ window }) => window) ? WINDOW_PITCH : 0);
  const eventRulerY = event ? windowsY + Math.max(windowsHeight, 4) + 26 : arrivalRulerY;
  const arrivalStep = new Int32Array(inputs.length);
  for (let input = 0; input < inputs.length; input++) arrivalStep[input] = arrivalStepOf(run, input);
  const outputs = index?.changes.count ?? SVG_MARKS_MAX;

  return {
    width,
    height: eventRulerY + 22,
    gutter,
    arrival,
    event,
    isSameScale: spans?.isSame ?? true,
    arrivalTicks: ticks(arrival, 76, 'duration'),
    eventTicks: event ? ticks(event, 86, 'clock') : [],
    outputY,
    arrivalRulerY,
    eventTopY,
    eventY,
    windowsY,
    eventRulerY,
    lanes: placed,
    laneOf: Uint16Array.from(
      inputs,
      (input) => laneNumber.get(`${input.table} ${input.partition ?? 0}`) ?? 0,
    ),
    arrivalX: Float64Array.from(inputs, (input) => xOf(arrival, input.atMs)),
    eventX: Float64Array.from(inputs, (_, input) => {
      const ms = run.eventTimeMs[input] ?? Number.NaN;
      return event && isDrawable(ms) ? xOf(event, ms) : Number.NaN;
    }),
    arrivalStep,
    windows,
    startMs,
    isDense: inputs.length + outputs > SVG_MARKS_MAX,
  };
}

/** The step in which an input comes: its turn may begin with the clock, whose timers fire before it is there. */
function arrivalStepOf(run: Run, input: number): number {
  const first = firstStepOfTurn(run, input + 1);
  let step = first;
  while (stepKind(run.steps, step) !== 'row') {
    step++;
    if (step >= run.steps.count || turnOf(run.steps, step) !== input + 1) return first;
  }
  return step;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function lanesOf(run: Run, inputs: readonly InputEvent[]): Omit<Lane, 'y'>[] {
  const used = new Map<string, Set<number>>();
  for (const { table, partition } of inputs) {
    const known = used.get(table);
    if (known) known.add(partition ?? 0);
    else used.set(table, new Set([partition ?? 0]));
  }
  const read = run.operators.filter(({ inputs: from, table }) => from.length === 0 && table !== null);
  for (const { table } of read) {
    if (table === null) continue;
    // A partition that sends nothing holds the watermark back as well.
    const partitions = Math.min(
      run.tables.find(({ name }) => name === table)?.partitions ?? 1,
      PARTITIONS_MAX,
    );
    const known = used.get(table) ?? new Set([0]);
    for (let partition = 0; partition < partitions; partition++) known.add(partition);
    used.set(table, known);
  }
  const order = run.tables.map(({ name }) => name);
  return [...used]
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .flatMap(([table, partitions]) =>
      [...partitions]
        .toSorted((a, b) => a - b)
        .map((partition) => ({
          label: partitions.size > 1 ? `${table} ${partition}` : table,
          table,
          partition,
        })),
    );
}

function arrivalSpanOf(run: Run, inputs: readonly InputEvent[], startMs: number): Span {
  const last = inputs.at(-1)?.atMs ?? 0;
  const end = run.steps.count > 0 ? clockMsOf(run.steps, run.steps.count - 1) - startMs : 0;
  // The clock of the end of input may lie far behind the last row; it is not worth the width then.
  const to = Math.max(last, end <= last * 1.5 + 1000 ? end : last, 1000);
  return { from: 0, to: to * 1.05 };
}

/** Event times of the run, since the start of the clock; null if it has none. */
function eventSpanOf(run: Run, index: TraceIndex | null, startMs: number): Span | null {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const ms of run.eventTimeMs) {
    if (!isDrawable(ms) || Number.isNaN(ms)) continue;
    from = Math.min(from, ms - startMs);
    to = Math.max(to, ms - startMs);
  }
  if (from > to) return null;
  const length = Math.max(to - from, 1000);
  for (const { startMs: start, endMs: end } of index?.windows ?? []) {
    // Windows much longer than the story are cut off by the edges instead of squeezing it.
    if (!isDrawable(start) || !isDrawable(end) || end - start > length * 1.5) continue;
    from = Math.min(from, start - startMs);
    to = Math.max(to, end - startMs);
  }
  const span = Math.max(to - from, 1000);
  return { from, to: from + span * 1.03 };
}

/** Both rulers with one scale where the two times are of one size; each its own where that would squeeze one of them. */
function alignedSpans(arrival: Span, event: Span): { arrival: Span; event: Span; isSame: boolean } {
  const from = Math.min(arrival.from, event.from);
  const to = Math.max(arrival.to, event.to);
  const lengths = [arrival.to - arrival.from, event.to - event.from];
  // Neither may be squeezed into a corner of the other's.
  const isNear = to - from <= Math.max(...lengths) * 1.6 && Math.min(...lengths) * 4 >= to - from;
  if (isNear) return { arrival: { from, to }, event: { from, to }, isSame: true };
  return { arrival, event, isSame: false };
}

const laidOut = new WeakMap<TraceIndex, { readonly frame: BraidFrame; readonly windows: WindowLayout }>();

/** The windows of the part of a long run around the playhead, in one row; laid out once for a part. */
export function windowsAround(frame: BraidFrame, index: TraceIndex): WindowLayout {
  if (!frame.event) return NO_WINDOWS;
  const known = laidOut.get(index);
  if (known?.frame === frame) return known.windows;
  const windows = windowBars(index, frame.event, frame.windowsY, 1);
  laidOut.set(index, { frame, windows });
  return windows;
}

function windowBars(index: TraceIndex, event: Scale, top: number, rowsMax: number): WindowLayout {
  const bars: (Omit<WindowBar, 'y' | 'height'> & { row: number })[] = [];
  const density = new Map<number, number>();
  const rowEnds: number[] = [];
  for (const track of shownWindows(index)) {
    if (track.endMs < event.fromMs || track.startMs > event.toMs) continue;
    const x = Math.max(event.left - 4, xOf(event, track.startMs));
    const width = Math.min(event.right + 8, xOf(event, track.endMs)) - x;
    if (width < WINDOW_PIXELS_MIN) {
      const column = Math.round(x);
      density.set(column, (density.get(column) ?? 0) + 1);
      continue;
    }
    let row = rowEnds.findIndex((end) => end <= track.startMs);
    if (row < 0) row = rowEnds.length < rowsMax ? rowEnds.length : rowEnds.length - 1;
    rowEnds[row] = track.endMs;
    const isSession = index.run.operators[track.operator]?.window?.kind === 'SESSION';
    bars.push({ track, x, width, row, isSession });
  }
  const rows = Math.max(rowEnds.length, density.size > 0 ? 1 : 0);
  const pitch = rows > 2 ? 16 : WINDOW_PITCH;
  return {
    bars: bars.map(({ row, ...bar }) => ({ ...bar, y: top + row * pitch, height: pitch - 3 })),
    density: [...density].map(([x, count]) => ({ x, count })),
    height: rows * pitch,
  };
}

/** Of operators that share their windows (a local and a global half), each window once: fired by one, filled by the other. */
function shownWindows(index: TraceIndex): WindowTrack[] {
  const merged = new Map<string, WindowTrack>();
  for (const track of index.windows) {
    // A timer of no window fires at a moment.
    if (!isDrawable(track.startMs) || !isDrawable(track.endMs) || track.endMs <= track.startMs) continue;
    const key = `${track.startMs} ${track.endMs}`;
    const known = merged.get(key);
    if (!known) {
      merged.set(key, track);
      continue;
    }
    const fuller = track.rowSteps.length > known.rowSteps.length ? track : known;
    const fired = [track.firedStep, known.firedStep].filter((step) => step >= 0);
    merged.set(key, { ...fuller, firedStep: fired.length > 0 ? Math.min(...fired) : -1 });
  }
  return [...merged.values()];
}
