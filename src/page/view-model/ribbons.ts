import { cellsOf } from '../../engine/engine-api.ts';
import { clockText, isDrawable, isEndOfTime, spansDays } from './format.ts';
import {
  momentsDone,
  type Probe,
  type RibbonHistory,
  type RibbonLane,
  type Version,
  versionAsOf,
} from './ribbon-history.ts';
import { clampedX, msAt, niceStep, type Scale, type Tick, ticks, xOf } from './ruler.ts';
import { type TraceIndex, watermarkAt } from './trace-index.ts';

/** What does not hang on the playhead. */
export interface RibbonFrame {
  readonly history: RibbonHistory;
  readonly scale: Scale;
  readonly ticks: readonly Tick[];
  /** By how much an arrow key moves the line. */
  readonly stepMs: number;
  /** A round length of time of about a pixel. */
  readonly pixelMs: number;
  readonly withDate: boolean;
}

/** A version as a bar, from its time to that of the next one. */
export interface RibbonBar {
  readonly version: Version;
  readonly x: number;
  readonly width: number;
  /** Infinity while no later version has come. */
  readonly toMs: number;
  readonly isFreed: boolean;
  readonly text: string;
}

/** A row that asks, where its time is. */
export interface ProbeMark {
  readonly probe: Probe;
  readonly x: number;
  readonly state: 'to-come' | 'waiting' | 'landed' | 'nothing' | 'dropped';
  /** A version that came later says something else of its time. */
  readonly isCorrected: boolean;
  /** What it read. */
  readonly text: string;
  /** What it is called: its first column that is neither its key nor its time. */
  readonly name: string;
}

/** A key at a position. */
export interface LaneView {
  readonly lane: RibbonLane;
  readonly bars: readonly RibbonBar[];
  /** Where rows were deleted. */
  readonly ends: readonly { readonly version: Version; readonly x: number }[];
  /** Where versions are still to come. */
  readonly toCome: readonly number[];
  readonly probes: readonly ProbeMark[];
}

/** Lays out the time of a history, over so many pixels. */
export function ribbonFrame(history: RibbonHistory, width: number): RibbonFrame {
  const { fromMs, toMs } = history;
  const hasTimes = fromMs <= toMs;
  const span = hasTimes ? Math.max(toMs - fromMs, 1000) : 1000;
  const stepMs = niceStep(span / 90);
  const round = (ms: number, to: 'floor' | 'ceil') => Math[to](ms / stepMs) * stepMs;
  // Some room on both sides: what is open goes on, and before the first version there is none.
  const scale = {
    fromMs: hasTimes ? round(fromMs - span * 0.04, 'floor') : 0,
    toMs: hasTimes ? round(toMs + span * 0.14, 'ceil') : span,
    left: 6,
    right: Math.max(width - 6, 40),
  };
  return {
    history,
    scale,
    ticks: ticks(scale, 86, 'clock'),
    stepMs,
    pixelMs: niceStep((scale.toMs - scale.fromMs) / (scale.right - scale.left)),
    withDate: spansDays(fromMs, toMs),
  };
}

/** Widths in pixels of the columns around the ribbons: the table as of the line stands beside them. */
export interface RibbonColumns {
  readonly key: number;
  readonly ribbon: number;
  readonly values: readonly number[];
  readonly since: number;
  readonly total: number;
}

const RIBBON_PIXELS_MIN = 140;
/** So many lanes are measured. */
const MEASURED = 100;

/** Gives each column the room that its texts need, and the ribbons what is left of `width`. */
export function ribbonColumns(index: TraceIndex, history: RibbonHistory, width: number): RibbonColumns {
  const { table, lanes } = history;
  const isSmall = width < 480;
  const pixels = (texts: readonly string[], most: number) =>
    Math.min(most, 22 + Math.max(...texts.map((text) => text.length * 7.3)));
  const measured = lanes.slice(0, MEASURED);
  const nameOf = (place: number) => table.columns[place]?.name ?? '';
  const key = pixels(
    [
      table.key.map(nameOf).join(', '),
      ...measured.map((lane) => lane.key.map((cell) => cell ?? 'NULL').join(', ')),
    ],
    isSmall ? 84 : 150,
  );
  const values = table.values.map((place) => {
    const cells = measured.map(
      ({ versions }) => cellsOf(index.slice, versions[0]?.row ?? -1)[place] ?? 'NULL',
    );
    return Math.max(pixels([nameOf(place)], 78), pixels(cells, isSmall ? 72 : 110));
  });
  const withDate = spansDays(history.fromMs, history.toMs);
  const since = withDate ? 158 : 80;
  const others = [key, ...values, since].reduce((sum, each) => sum + each, 0);
  const ribbon = Math.max(RIBBON_PIXELS_MIN, width - others);
  return { key, ribbon, values, since, total: ribbon + others };
}

interface Kept {
  readonly frame: RibbonFrame;
  readonly done: number;
  readonly view: LaneView;
}
const views = new WeakMap<RibbonLane, Kept>();

/** A lane when the first `position` steps are done; the same object as before if nothing of it has changed. */
export function laneView(
  frame: RibbonFrame,
  index: TraceIndex,
  lane: RibbonLane,
  position: number,
): LaneView {
  const done = momentsDone(lane, position);
  const kept = views.get(lane);
  if (kept?.frame === frame && kept.done === done) return kept.view;
  const view = makeLane(frame, index, lane, position);
  views.set(lane, { frame, done, view });
  return view;
}

function makeLane(frame: RibbonFrame, index: TraceIndex, lane: RibbonLane, position: number): LaneView {
  const { scale, history } = frame;
  const bars: RibbonBar[] = [];
  const ends: { version: Version; x: number }[] = [];
  const toCome: number[] = [];
  let toMs = Number.POSITIVE_INFINITY;
  let right = scale.right + 6;
  for (let at = lane.versions.length - 1; at >= 0; at--) {
    const version = lane.versions[at];
    if (!version || version.replacedStep < position) continue;
    const x = xOf(scale, version.ms);
    if (version.step >= position) {
      toCome.push(x);
      continue;
    }
    if (version.isEnd) ends.push({ version, x });
    else {
      const text = valueText(index, history, version);
      bars.push({ version, x, width: right - x, toMs, isFreed: version.freedStep < position, text });
    }
    toMs = version.ms;
    right = x;
  }
  return {
    lane,
    bars: bars.toReversed(),
    ends,
    toCome,
    probes: lane.probes.map((probe) => probeMark(frame, index, lane, probe, position)),
  };
}

function probeMark(
  { scale, history }: RibbonFrame,
  index: TraceIndex,
  lane: RibbonLane,
  probe: Probe,
  position: number,
): ProbeMark {
  const x = xOf(scale, probe.ms);
  const isAnswered = probe.answeredStep < position;
  const read = (at: number) => {
    const version = versionAsOf(lane, at, probe.ms);
    return version && valueText(index, history, version);
  };
  return {
    probe,
    x,
    state: isAnswered
      ? probe.read
        ? 'landed'
        : probe.isDropped
          ? 'dropped'
          : 'nothing'
      : probe.step < position
        ? 'waiting'
        : 'to-come',
    isCorrected: isAnswered && read(position) !== read(probe.answeredStep + 1),
    text: isAnswered && probe.read ? valuesOf(history, probe.read) : '',
    name: (history.table.probes && cellsOf(index.slice, probe.row)[history.table.probes.name]) ?? '',
  };
}

/** The value of a version: what is neither its key nor its time. */
function valueText(index: TraceIndex, history: RibbonHistory, version: Version): string {
  return valuesOf(history, cellsOf(index.slice, version.row));
}

function valuesOf({ table }: RibbonHistory, cells: readonly (string | null)[]): string {
  return table.values.map((place) => cells[place] ?? 'NULL').join(', ');
}

/** The watermark that answers probes. `x` is within the picture; `ms` is NaN before the first. */
export function ribbonWatermark(
  { scale, history }: RibbonFrame,
  index: TraceIndex,
  position: number,
): { readonly ms: number; readonly x: number } {
  const ms = watermarkAt(index, history.table.operator, position);
  return { ms, x: isEndOfTime(ms) ? scale.right + 6 : isDrawable(ms) ? clampedX(scale, ms) : scale.left };
}

/** Where the line stands: where it was put, or at the watermark, always within the picture. */
export function asOfMs({ scale }: RibbonFrame, wantedMs: number | null, watermarkMs: number): number {
  const ms = wantedMs ?? (Number.isNaN(watermarkMs) ? scale.fromMs : watermarkMs);
  return Math.min(scale.toMs, Math.max(scale.fromMs, ms));
}

/** The round time at a pixel. */
export function asOfAt({ scale, pixelMs }: RibbonFrame, x: number): number {
  return Math.round(msAt(scale, Math.min(scale.right, Math.max(scale.left, x))) / pixelMs) * pixelMs;
}

/** Where a key leads the line; null for a key that does not move it. */
export function movedAsOf(frame: RibbonFrame, ms: number, key: string): number | null {
  const { scale, stepMs, history } = frame;
  const starts = () =>
    history.lanes.flatMap(({ versions }) => versions.map((version) => version.ms)).toSorted((a, b) => a - b);
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(scale.toMs, (Math.floor(ms / stepMs) + 1) * stepMs);
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(scale.fromMs, (Math.ceil(ms / stepMs) - 1) * stepMs);
    case 'PageUp':
      return starts().find((start) => start > ms) ?? scale.toMs;
    case 'PageDown':
      return starts().findLast((start) => start < ms) ?? scale.fromMs;
    case 'Home':
      return scale.fromMs;
    case 'End':
      return scale.toMs;
    default:
      return null;
  }
}

/** The table as of a time: key, values and the time from which each row holds. */
export function tableAsOf(
  index: TraceIndex,
  history: RibbonHistory,
  position: number,
  ms: number,
): { readonly cells: readonly (string | null)[]; readonly fromMs: number }[] {
  const { key, values } = history.table;
  return history.lanes.flatMap((lane) => {
    const version = versionAsOf(lane, position, ms);
    if (!version) return [];
    const cells = cellsOf(index.slice, version.row);
    return [{ cells: [...key, ...values].map((place) => cells[place] ?? null), fromMs: version.ms }];
  });
}

/** Lanes as text, one a line: what tests compare. Bars as `[from, to) value`, freed ones in parentheses, probes with their state. */
export function ribbonText(frame: RibbonFrame, index: TraceIndex, position: number): string {
  const bar = ({ version, toMs, text, isFreed }: RibbonBar) => {
    const interval = `[${clockText(version.ms)}, ${toMs === Number.POSITIVE_INFINITY ? '→' : clockText(toMs)}) ${text}`;
    return isFreed ? `(${interval})` : interval;
  };
  const probe = ({ probe: { ms }, state, text, isCorrected }: ProbeMark) =>
    `${clockText(ms)} ${state}${text && ` ${text}`}${isCorrected ? ' corrected' : ''}`;
  return frame.history.lanes
    .map((lane) => {
      const view = laneView(frame, index, lane, position);
      const marks = [...view.bars.map(bar), ...view.probes.map(probe)];
      return [lane.key.join(' '), ...marks].join(' | ');
    })
    .join('\n');
}
