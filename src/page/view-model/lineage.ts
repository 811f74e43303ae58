import { type Lineage, type Run, stepKind, turnOf } from '../../engine/engine-api.ts';
import { changesDone, entriesOf, firstStepOfTurn, type TraceIndex } from './trace-index.ts';

/** A thing that can be asked for its story. */
export type Hot =
  | { readonly kind: 'event'; readonly input: number }
  | { readonly kind: 'change'; readonly change: number }
  | { readonly kind: 'window'; readonly startMs: number; readonly endMs: number }
  | { readonly kind: 'operator'; readonly operator: number };

/** What belongs to a story. */
export interface Story {
  readonly inputs: ReadonlySet<number>;
  readonly changes: ReadonlySet<number>;
  readonly operators: ReadonlySet<number>;
  /** The input that only moved the watermark or the clock; -1 for none. */
  readonly trigger: number;
}

/**
 * Everything that made a thing, and everything it made. With `lineage`, by the rows that came together in it; without, as long as nobody has told it
 * or the run is too long for that, by the turn in which it happened.
 */
export function story(index: TraceIndex, hot: Hot, lineage: Lineage | null = null): Story {
  const { slice, run } = index;
  const isWhole = slice.from === 0 && slice.to === run.steps.count;
  if (lineage && isWhole && (hot.kind === 'event' || hot.kind === 'change')) return told(index, hot, lineage);
  const inputs = new Set<number>();
  const changes = new Set<number>();
  const operators = new Set<number>();
  if (hot.kind === 'operator') operators.add(hot.operator);
  if (hot.kind === 'event') {
    inputs.add(hot.input);
    for (const { inputs: rows, firedStep } of index.windows) {
      if (firedStep >= 0 && rows.includes(hot.input)) addChangesOfStep(index, firedStep, changes);
    }
    for (const step of stepsOfTurn(run, hot.input + 1)) {
      const isOwn = stepKind(index.run.steps, step) === 'row';
      if (isOwn) addChangesOfStep(index, step, changes);
      addOperators(index, step, operators);
    }
  }
  if (hot.kind === 'window') {
    for (const track of index.windows) {
      if (track.startMs !== hot.startMs || track.endMs !== hot.endMs) continue;
      operators.add(track.operator);
      for (const input of track.inputs) inputs.add(input);
      if (track.firedStep >= 0) addChangesOfWindow(index, track, changes);
    }
  }
  if (hot.kind === 'change') addMakers(index, hot.change, { inputs, changes, operators });
  return { inputs, changes, operators, trigger: -1 };
}

/** The story of an event or a change as its lineage has it. */
function told(
  index: TraceIndex,
  hot: Extract<Hot, { readonly kind: 'event' | 'change' }>,
  lineage: Lineage,
): Story {
  const inputs = new Set<number>();
  const changes = new Set<number>();
  const operators = new Set<number>();
  if (hot.kind === 'event') {
    inputs.add(hot.input);
    for (let change = 0; change < index.changes.count; change++)
      if (inputsOf(lineage, change).includes(hot.input)) changes.add(change);
    for (const step of stepsOfTurn(index.run, hot.input + 1)) addOperators(index, step, operators);
    return { inputs, changes, operators, trigger: -1 };
  }
  addMakers(index, hot.change, { inputs: new Set(), changes, operators });
  for (const input of inputsOf(lineage, hot.change)) inputs.add(input);
  return { inputs, changes, operators, trigger: lineage.trigger[hot.change] ?? -1 };
}

function stepsOfTurn(run: Run, turn: number): number[] {
  const first = firstStepOfTurn(run, turn);
  return Array.from({ length: firstStepOfTurn(run, turn + 1) - first }, (_, i) => first + i);
}

const inputsOf = ({ start, inputs }: Lineage, change: number): Int32Array =>
  inputs.subarray(start[change], start[change + 1]);

interface Growing {
  readonly inputs: Set<number>;
  readonly changes: Set<number>;
  readonly operators: Set<number>;
}

/** Walks from a change back along its causes; a window that fired brings all rows that stood in it. */
function addMakers(index: TraceIndex, change: number, { inputs, changes, operators }: Growing): void {
  const { slice, run } = index;
  const step = index.changes.step[change] ?? 0;
  const kind = index.changes.kind[change];
  changes.add(change);
  // -U and +U of one step are partners.
  if (kind === 1) changes.add(change + 1);
  if (kind === 2 && index.changes.kind[change - 1] === 1 && index.changes.step[change - 1] === step) {
    changes.add(change - 1);
  }
  const fromWindow: { startMs: number; endMs: number }[] = [];
  for (let entry = index.changes.entry[change] ?? -1; entry >= 0; entry = slice.cause[entry] ?? -1) {
    operators.add(slice.operator[entry] ?? 0);
    const endMs = slice.endMs[entry] ?? Number.NaN;
    if (!Number.isNaN(endMs)) fromWindow.push({ startMs: slice.atMs[entry] ?? Number.NaN, endMs });
  }
  for (const { startMs, endMs } of fromWindow) {
    for (const track of index.windows) {
      if (track.startMs === startMs && track.endMs === endMs)
        for (const input of track.inputs) inputs.add(input);
    }
  }
  if (fromWindow.length === 0 && stepKind(run.steps, step) === 'row') inputs.add(turnOf(run.steps, step) - 1);
}

function addChangesOfStep(index: TraceIndex, step: number, changes: Set<number>): void {
  for (let at = changesDone(index.changes, step); at < changesDone(index.changes, step + 1); at++)
    changes.add(at);
}

function addChangesOfWindow(
  index: TraceIndex,
  { firedStep, startMs, endMs }: { firedStep: number; startMs: number; endMs: number },
  changes: Set<number>,
): void {
  const { slice } = index;
  for (let at = changesDone(index.changes, firedStep); at < changesDone(index.changes, firedStep + 1); at++) {
    for (let entry = index.changes.entry[at] ?? -1; entry >= 0; entry = slice.cause[entry] ?? -1) {
      if (slice.atMs[entry] === startMs && slice.endMs[entry] === endMs) changes.add(at);
    }
  }
}

function addOperators(index: TraceIndex, step: number, operators: Set<number>): void {
  const { from, to } = entriesOf(index.slice, step);
  for (let entry = from; entry < to; entry++) operators.add(index.slice.operator[entry] ?? 0);
}
