import { upperBound } from '../../engine/base/sorted.ts';
import {
  type Cell,
  cellOf,
  ENTRY_KINDS,
  type EntryKind,
  ROW_KINDS,
  type RowKind,
  type Run,
  StepFlag,
  type TraceSlice,
  turnOf,
  turnStart,
} from '../../engine/engine-api.ts';

/** The changes that reached sinks, in order, in columns. */
export interface Changes {
  readonly count: number;
  /** Step of each change, never decreasing: how many are done at position p is a binary search. */
  readonly step: Int32Array;
  /** Index in `Run.sinks`. */
  readonly sink: Uint16Array;
  /** Index in `ROW_KINDS`. */
  readonly kind: Uint8Array;
  readonly row: Int32Array;
  readonly entry: Int32Array;
}

/** How a number moved: `value[i]` holds from the end of step `step[i]` on. */
export interface Track {
  readonly step: readonly number[];
  readonly value: readonly number[];
}

/** One window as the trace tells it. */
export interface WindowTrack {
  readonly operator: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Steps in which a row was put into it. */
  readonly rowSteps: number[];
  /** Inputs whose rows stand in it. */
  readonly inputs: number[];
  /** Step in which it fired first; -1 if it has not. */
  firedStep: number;
  /** Step in which it became part of a longer session; -1 if it has not. */
  mergedStep: number;
}

/** A row that came too late. */
export interface LateRow {
  readonly step: number;
  readonly operator: number;
  readonly input: number;
  readonly atMs: number;
}

/** What is read off a slice once, so that every picture can be drawn without going through it again. */
export interface TraceIndex {
  readonly run: Run;
  readonly slice: TraceSlice;
  readonly changes: Changes;
  /** Watermarks by operator. */
  readonly watermarks: ReadonlyMap<number, Track>;
  /** 1 while idle, by operator. */
  readonly idle: ReadonlyMap<number, Track>;
  readonly windows: readonly WindowTrack[];
  readonly late: readonly LateRow[];
  /** Inputs that were dropped as late. */
  readonly lateInputs: ReadonlySet<number>;
  /** A number for each cell of the slice, by operator and column, the same for equal ones, so that rows compare by number. */
  readonly sameCell: readonly (readonly Int32Array[])[];
}

const indexes = new WeakMap<TraceSlice, TraceIndex>();

/** The index of a slice; made once for each. */
export function traceIndex(run: Run, slice: TraceSlice): TraceIndex {
  const known = indexes.get(slice);
  if (known?.run === run) return known;
  const made = makeIndex(run, slice);
  indexes.set(slice, made);
  return made;
}

function makeIndex(run: Run, slice: TraceSlice): TraceIndex {
  const sinkOf = new Map(run.sinks.map((sink, index) => [sink.operator, index]));
  const step: number[] = [];
  const sink: number[] = [];
  const kind: number[] = [];
  const row: number[] = [];
  const entryOf: number[] = [];
  const watermarks = new Map<number, { step: number[]; value: number[] }>();
  const idle = new Map<number, { step: number[]; value: number[] }>();
  const windows = new Map<string, WindowTrack>();
  const late: LateRow[] = [];

  const note = (tracks: typeof watermarks, operator: number, at: number, value: number): void => {
    let track = tracks.get(operator);
    if (!track) tracks.set(operator, (track = { step: [], value: [] }));
    track.step.push(at);
    track.value.push(value);
  };
  const windowAt = (operator: number, entry: number): WindowTrack => {
    const startMs = slice.atMs[entry] ?? Number.NaN;
    const endMs = slice.endMs[entry] ?? Number.NaN;
    const key = `${operator} ${startMs} ${endMs}`;
    let track = windows.get(key);
    if (!track)
      windows.set(
        key,
        (track = { operator, startMs, endMs, rowSteps: [], inputs: [], firedStep: -1, mergedStep: -1 }),
      );
    return track;
  };

  /** Sessions that are about to become part of the next window. */
  let merging: WindowTrack[] = [];
  for (let at = slice.from; at < slice.to; at++) {
    const input = turnOf(run.steps, at) - 1;
    const end = slice.stepStart[at - slice.from + 1] ?? 0;
    for (let entry = slice.stepStart[at - slice.from] ?? 0; entry < end; entry++) {
      const operator = slice.operator[entry] ?? 0;
      switch (entryKind(slice, entry)) {
        case 'emit': {
          const sinkIndex = sinkOf.get(operator);
          if (sinkIndex === undefined) break;
          step.push(at);
          sink.push(sinkIndex);
          kind.push(slice.rowKind[entry] ?? 0);
          row.push(slice.row[entry] ?? -1);
          entryOf.push(entry);
          break;
        }
        case 'watermark':
          note(watermarks, operator, at, slice.atMs[entry] ?? Number.NaN);
          break;
        case 'idle':
          note(idle, operator, at, 1);
          break;
        case 'active':
          note(idle, operator, at, 0);
          break;
        case 'late':
          late.push({
            step: at,
            operator,
            input: inputOf(run, slice, entry, input),
            atMs: slice.atMs[entry] ?? Number.NaN,
          });
          break;
        case 'window': {
          const track = windowAt(operator, entry);
          track.rowSteps.push(at);
          track.mergedStep = -1;
          for (const part of merging) {
            track.rowSteps.push(...part.inputs.map(() => at));
            track.inputs.push(...part.inputs);
          }
          merging = [];
          if (input >= 0) track.inputs.push(input);
          break;
        }
        case 'fire': {
          const track = windowAt(operator, entry);
          if (track.firedStep < 0) track.firedStep = at;
          break;
        }
        case 'clear': {
          if (Number.isNaN(slice.endMs[entry] ?? Number.NaN)) break;
          const part = windowAt(operator, entry);
          part.mergedStep = at;
          merging.push(part);
          break;
        }
        case 'filtered':
        case 'ignored':
        case 'timer':
          break;
      }
    }
  }
  return {
    run,
    slice,
    changes: {
      count: step.length,
      step: Int32Array.from(step),
      sink: Uint16Array.from(sink),
      kind: Uint8Array.from(kind),
      row: Int32Array.from(row),
      entry: Int32Array.from(entryOf),
    },
    watermarks,
    idle,
    windows: [...windows.values()].toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
    late,
    lateInputs: new Set(late.map(({ input }) => input)),
    sameCell: numbered(slice.cells),
  };
}

function numbered(cells: TraceSlice['cells']): Int32Array[][] {
  const numbers = new Map<Cell, number>();
  const numberOf = (value: Cell): number => {
    const cell = cellOf(value);
    let number = numbers.get(cell);
    if (number === undefined) numbers.set(cell, (number = numbers.size));
    return number;
  };
  return cells.map((columns) => columns.map((column) => Int32Array.from<Cell>(column, numberOf)));
}

/** The input that an entry goes back to: that of the step in which its first cause happened. */
function inputOf(run: Run, slice: TraceSlice, entry: number, fallback: number): number {
  let first = entry;
  for (let cause = slice.cause[first] ?? -1; cause >= 0; cause = slice.cause[first] ?? -1) first = cause;
  if (first === entry) return fallback;
  const step = slice.from + upperBound(slice.stepStart, first) - 1;
  return turnOf(run.steps, step) - 1;
}

/** What an entry says happened. */
export function entryKind(slice: TraceSlice, entry: number): EntryKind {
  return ENTRY_KINDS[slice.kind[entry] ?? 0] ?? 'emit';
}

/** The entries of one step, as a range of indexes. */
export function entriesOf(slice: TraceSlice, step: number): { readonly from: number; readonly to: number } {
  if (step < slice.from || step >= slice.to) return { from: 0, to: 0 };
  return {
    from: slice.stepStart[step - slice.from] ?? 0,
    to: slice.stepStart[step - slice.from + 1] ?? 0,
  };
}

/** The row kind that a number of the trace stands for. */
export function rowKindOf(index: number | undefined): RowKind {
  return ROW_KINDS[index ?? 0] ?? '+I';
}

/** How many changes are done when the first `position` steps are. */
export function changesDone(changes: Changes, position: number): number {
  return upperBound(changes.step, position - 1, changes.count);
}

/** What a track shows at a position; `before` until it first moves. */
export function trackAt(track: Track | undefined, position: number, before: number): number {
  if (!track) return before;
  const at = upperBound(track.step, position - 1);
  return at === 0 ? before : (track.value[at - 1] ?? before);
}

/** The last watermark an operator has sent when the first `position` steps are done; NaN for none. */
export function watermarkAt(index: TraceIndex, operator: number, position: number): number {
  return trackAt(
    index.watermarks.get(operator),
    position,
    index.slice.watermarkBefore[operator] ?? Number.NaN,
  );
}

/** First step of an input's turn, or `steps.count` if the run ended before it. */
export function firstStepOfTurn({ steps }: Run, turn: number): number {
  return turnStart(steps, turn);
}

/** The input whose turn a position stands in; -1 before the first and after the last. */
export function inputAt({ steps }: Run, position: number, inputs: number): number {
  if (position <= 0) return -1;
  const input = turnOf(steps, position - 1) - 1;
  return input < inputs ? input : -1;
}

const firstOutputs = new WeakMap<Run, number>();

/** The first step in which anything reached a sink; Infinity if there is none. */
export function firstOutputStep(run: Run): number {
  let first = firstOutputs.get(run);
  if (first === undefined) {
    const found = run.steps.steps.findIndex((step) => (step & StepFlag.OUTPUT) !== 0);
    first = found < 0 ? Infinity : found;
    firstOutputs.set(run, first);
  }
  return first;
}
