import { upperBound } from '../../engine/base/sorted.ts';
import {
  clockMsOf,
  type InputEvent,
  type OperatorInfo,
  type RowKind,
  turnOf,
} from '../../engine/engine-api.ts';
import { type BraidFrame, type WindowBar, type WindowLayout, windowsAround } from './braid-frame.ts';
import { clockText, isDrawable, isEndOfTime } from './format.ts';
import { clampedX, xOf } from './ruler.ts';
import {
  changesDone,
  rowKindOf,
  type TraceIndex,
  trackAt,
  type WindowTrack,
  watermarkAt,
} from './trace-index.ts';

/** One input as the braid shows it. */
export interface EventMark {
  readonly input: number;
  readonly x: number;
  readonly y: number;
  /** Where it belongs on the event-time ruler; null without event time. */
  readonly eventX: number | null;
  readonly state: 'to-come' | 'arrived' | 'current';
  readonly isLate: boolean;
  /** No row, but the end of its partition. */
  readonly isEnd: boolean;
}

/** A change that left, at its arrival time. */
export interface OutputMark {
  readonly change: number;
  readonly step: number;
  readonly kind: RowKind;
  readonly x: number;
  readonly isPast: boolean;
}

/** A window at the playhead. */
export interface WindowMark {
  readonly bar: WindowBar;
  readonly state: 'none' | 'open' | 'closed';
  readonly count: number;
}

/** A watermark as a line from the playhead to where it stands in event time. */
export interface WatermarkMark {
  readonly label: string;
  readonly ms: number;
  readonly x: number;
  readonly isIdle: boolean;
}

/** The braid at a position. */
export interface BraidView {
  readonly playheadX: number;
  readonly clockMs: number;
  readonly events: readonly EventMark[];
  readonly outputs: readonly OutputMark[];
  readonly windows: readonly WindowMark[];
  readonly windowDensity: WindowLayout['density'];
  /** The one that counts: the smallest over the sources that are not idle. */
  readonly watermark: WatermarkMark | null;
  /** One for each source, where there are several. */
  readonly sourceWatermarks: readonly WatermarkMark[];
}

const FAN_PIXELS = 13;
/** In the dense form, so many of the last rows still get a thread. */
const RECENT = 12;

/** What the braid shows when the first `position` steps are done. */
export function braidView(
  frame: BraidFrame,
  index: TraceIndex,
  inputs: readonly InputEvent[],
  position: number,
): BraidView {
  const { run } = index;
  const windows = frame.windows ?? windowsAround(frame, index);
  const step = position - 1;
  const clockMs = position > 0 ? clockMsOf(run.steps, step) - frame.startMs : 0;
  const turn = position > 0 ? turnOf(run.steps, step) : 0;
  const marks = watermarkMarks(frame, index, position);
  const lateSteps = new Map(index.late.map((late) => [late.input, late.step]));
  const events: EventMark[] = [];
  const arrived = upperBound(frame.arrivalStep, step);
  const [from, to] = frame.isDense ? [Math.max(0, arrived - RECENT), arrived] : [0, inputs.length];
  for (let input = from; input < to; input++) {
    const eventX = frame.eventX[input] ?? Number.NaN;
    const isHere = (frame.arrivalStep[input] ?? 0) <= step;
    events.push({
      input,
      x: frame.arrivalX[input] ?? 0,
      y: frame.lanes[frame.laneOf[input] ?? 0]?.y ?? 0,
      eventX: Number.isNaN(eventX) ? null : eventX,
      state: isHere ? (turn === input + 1 ? 'current' : 'arrived') : 'to-come',
      isLate: (lateSteps.get(input) ?? Number.POSITIVE_INFINITY) <= step,
      isEnd: inputs[input]?.closes === true,
    });
  }
  return {
    playheadX: clampedX(frame.arrival, clockMs),
    clockMs,
    events,
    outputs: outputMarks(frame, index, position),
    windows: windows.bars
      .filter(({ track }) => isStanding(track, position))
      .map((bar) => windowMark(bar, position)),
    windowDensity: windows.density,
    ...marks,
  };
}

function outputMarks(frame: BraidFrame, index: TraceIndex, position: number): OutputMark[] {
  const { changes, run } = index;
  const done = changesDone(changes, position);
  const [from, to] = frame.isDense ? [Math.max(0, done - RECENT), done] : [0, changes.count];
  const marks: OutputMark[] = [];
  for (let at = from; at < to; ) {
    const step = changes.step[at] ?? 0;
    let end = at + 1;
    while (end < to && changes.step[end] === step) end++;
    const x = xOf(frame.arrival, clockMsOf(run.steps, step) - frame.startMs);
    const fan = end - at;
    const pitch = fan > 6 ? (6 * FAN_PIXELS) / fan : FAN_PIXELS;
    for (let change = at; change < end; change++) {
      // A fan opens to the left: what stands right of the playhead has not happened yet.
      const offset = fan === 1 ? 0 : (change - end + 1) * pitch + (fan === 2 ? pitch / 2 : 0);
      marks.push({
        change,
        step,
        kind: rowKindOf(changes.kind[change]),
        x: x + offset,
        isPast: step < position,
      });
    }
    at = end;
  }
  return marks;
}

/** Whether a window is not part of a longer session yet. */
const isStanding = ({ mergedStep }: WindowTrack, position: number): boolean =>
  mergedStep < 0 || mergedStep >= position;

function windowMark(bar: WindowBar, position: number): WindowMark {
  const count = upperBound(bar.track.rowSteps, position - 1);
  const isClosed = bar.track.firedStep >= 0 && bar.track.firedStep < position;
  return { bar, count, state: isClosed ? 'closed' : count > 0 ? 'open' : 'none' };
}

/** The operators at which watermarks begin: the assigners, and sources that make their own. */
export function watermarkSources({ run, watermarks, slice }: TraceIndex): OperatorInfo[] {
  const assigners = run.operators.filter(({ name }) => name === 'WatermarkAssigner');
  const assigned = new Set(assigners.flatMap(({ inputs }) => inputs));
  const own = run.operators.filter(({ id, inputs }) => {
    if (inputs.length > 0 || assigned.has(id)) return false;
    // The end of its input is the only watermark of a source that makes none.
    const before = slice.watermarkBefore[id] ?? Number.NaN;
    return isDrawable(before) || (watermarks.get(id)?.value.some(isDrawable) ?? false);
  });
  return [...assigners, ...own].toSorted((a, b) => a.id - b.id);
}

function watermarkMarks(
  frame: BraidFrame,
  index: TraceIndex,
  position: number,
): Pick<BraidView, 'watermark' | 'sourceWatermarks'> {
  const { event } = frame;
  if (!event) return { watermark: null, sourceWatermarks: [] };
  const sources = watermarkSources(index);
  const marks = sources.map((operator): WatermarkMark => {
    const ms = watermarkAt(index, operator.id, position);
    const isIdle = trackAt(index.idle.get(operator.id), position, 0) === 1;
    return {
      label: sourceName(index, operator),
      ms,
      x: Number.isNaN(ms) ? event.left : clampedX(event, ms),
      isIdle,
    };
  });
  const active = marks.filter(({ isIdle }) => !isIdle);
  const counted = active.length > 0 ? active : marks;
  const slowest = counted.reduce<WatermarkMark | null>(
    (least, mark) => (least === null || Number.isNaN(mark.ms) || mark.ms < least.ms ? mark : least),
    null,
  );
  const watermark = slowest && !Number.isNaN(slowest.ms) ? slowest : null;
  return { watermark, sourceWatermarks: marks.length > 1 ? marks.filter(({ ms }) => !Number.isNaN(ms)) : [] };
}

/** The table whose rows an operator works on. */
export function sourceName(index: TraceIndex, operator: OperatorInfo): string {
  for (let at: OperatorInfo | undefined = operator; at; at = index.run.operators[at.inputs[0] ?? -1]) {
    if (at.table !== null) return at.table;
  }
  return operator.label;
}

/** The last watermark that reached the whole of a position, for the readout; null for none. */
export function watermarkLabel(mark: WatermarkMark | null): string | null {
  if (!mark) return null;
  return isEndOfTime(mark.ms) || !isDrawable(mark.ms) ? '∞' : clockText(mark.ms);
}

/** The braid in words, one thing a line: for tests and for reading aloud. */
export function braidText(frame: BraidFrame, view: BraidView): string {
  const lines = frame.lanes.map((lane, number) => {
    const dots = view.events
      .filter(({ input }) => frame.laneOf[input] === number)
      .map(({ state, isLate }) =>
        isLate ? '⊗' : state === 'to-come' ? '○' : state === 'current' ? '◉' : '●',
      );
    return `${lane.label}  ${dots.join(' ')}`;
  });
  const past = view.outputs.filter(({ isPast }) => isPast).map(({ kind }) => kind);
  lines.unshift(`output  ${past.join(' ')}`.trimEnd());
  for (const { bar, state, count } of view.windows) {
    lines.push(`window ${clockText(bar.track.startMs)} ${clockText(bar.track.endMs)}  ${count}  ${state}`);
  }
  lines.push(`watermark ${watermarkLabel(view.watermark) ?? 'none'}`);
  return lines.join('\n');
}
