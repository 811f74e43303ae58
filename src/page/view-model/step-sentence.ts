import {
  cellsOf,
  clockMsOf,
  type InputEvent,
  type RowKind,
  type Run,
  stepKind,
  turnOf,
} from '../../engine/engine-api.ts';
import { clockText, durationText, isEndOfTime, rowText, windowText } from './format.ts';
import { changesDone, entriesOf, entryKind, rowKindOf, type TraceIndex, watermarkAt } from './trace-index.ts';

/** A sentence as the words know it: its key, its named values, and values that are phrases themselves. */
export interface Sentence {
  readonly key: SentenceKey;
  readonly values: { readonly [name: string]: string | number };
  readonly phrases: { readonly [name: string]: Sentence };
}

/** Everything a step can be said to have done. */
export type SentenceKey =
  | 'before'
  | 'nothing'
  | 'stopped'
  | 'at'
  | 'atTimed'
  | 'rowLate'
  | 'rowLateUnknown'
  | 'rowFiltered'
  | 'rowIgnored'
  | 'rowWindow'
  | 'rowWindows'
  | 'rowQuiet'
  | 'rowFails'
  | 'partitionEnds'
  | 'rowInsert'
  | 'rowUpdate'
  | 'rowUpsert'
  | 'rowDelete'
  | 'rowMany'
  | 'watermarkQuiet'
  | 'watermarkLate'
  | 'watermarkFire'
  | 'watermarkFireMany'
  | 'watermarkChanges'
  | 'endQuiet'
  | 'endFire'
  | 'endFireMany'
  | 'endChanges'
  | 'clockQuiet'
  | 'clockFire'
  | 'clockFireMany'
  | 'clockChanges'
  | 'startChanges'
  | 'startQuiet'
  | 'sourceEnds';

const LISTED_CHANGES = 3;

/** One sentence that says what the step before a position did. */
export function stepSentence(
  run: Run,
  index: TraceIndex | null,
  inputs: readonly InputEvent[],
  startMs: number,
  position: number,
): Sentence {
  const step = position - 1;
  if (step < 0 || !index || step < index.slice.from || step >= index.slice.to) {
    if (run.steps.count > 0) return say('before', {});
    return say(run.failure ? 'stopped' : 'nothing', {});
  }
  const facts = factsOf(index, step);
  const clockMs = clockMsOf(run.steps, step) - startMs;
  switch (stepKind(run.steps, step)) {
    case 'row':
      return rowSentence(run, index, inputs, step, clockMs, facts);
    case 'watermark':
      return timeSentence(facts.watermarks.some(isEndOfTime) ? 'end' : 'watermark', facts, {
        watermark: clockText(facts.watermarks[0] ?? Number.NaN),
      });
    case 'clock':
      return timeSentence('clock', facts, { time: durationText(clockMs) });
    case 'end':
      return facts.changes.length > 0 || facts.fired.length > 0
        ? timeSentence('end', facts, {})
        : say('sourceEnds', {});
    case 'start':
    case undefined:
    default:
      return facts.changes.length > 0
        ? say('startChanges', { count: facts.changes.length, changes: changesText(facts.changes) })
        : say('startQuiet', {});
  }
}

interface Change {
  readonly kind: RowKind;
  readonly row: string;
  /** The operator that made it, seen from the sink: the first one on the way back that remembers something. */
  readonly maker: string;
}

interface Facts {
  readonly changes: readonly Change[];
  readonly fired: readonly { readonly startMs: number; readonly endMs: number }[];
  readonly joined: readonly { readonly startMs: number; readonly endMs: number; readonly operator: number }[];
  readonly watermarks: readonly number[];
  readonly late: { readonly atMs: number; readonly operator: number } | null;
  readonly lateCount: number;
  readonly filteredBy: string | null;
  readonly ignoredBy: string | null;
}

function factsOf(index: TraceIndex, step: number): Facts {
  const { slice, run } = index;
  const { from, to } = entriesOf(slice, step);
  const name = (operator: number) => run.operators[operator]?.name ?? '';
  const fired = new Map<string, { startMs: number; endMs: number }>();
  const joined: { startMs: number; endMs: number; operator: number }[] = [];
  const watermarks: number[] = [];
  let late: Facts['late'] = null;
  let lateCount = 0;
  let filteredBy: string | null = null;
  let ignoredBy: string | null = null;
  for (let entry = from; entry < to; entry++) {
    const kind = entryKind(slice, entry);
    const operator = slice.operator[entry] ?? 0;
    const atMs = slice.atMs[entry] ?? Number.NaN;
    const endMs = slice.endMs[entry] ?? Number.NaN;
    // A timer that belongs to no window fires at a moment.
    if (kind === 'fire' && endMs > atMs) fired.set(`${atMs} ${endMs}`, { startMs: atMs, endMs });
    else if (kind === 'window') joined.push({ startMs: atMs, endMs, operator });
    else if (kind === 'watermark') watermarks.push(atMs);
    else if (kind === 'filtered') filteredBy = name(operator);
    else if (kind === 'ignored') ignoredBy = name(operator);
    else if (kind === 'late') {
      late = { atMs, operator };
      lateCount++;
    }
  }
  const { changes } = index;
  const list: Change[] = [];
  for (let at = changesDone(changes, step); at < changesDone(changes, step + 1); at++) {
    list.push({
      kind: rowKindOf(changes.kind[at]),
      row: rowText(cellsOf(slice, changes.row[at] ?? -1)),
      maker: makerOf(index, changes.entry[at] ?? -1),
    });
  }
  return {
    changes: list,
    fired: [...fired.values()],
    joined,
    watermarks,
    late,
    lateCount,
    filteredBy,
    ignoredBy,
  };
}

function makerOf({ run, slice }: TraceIndex, sinkEntry: number): string {
  let nearest = '';
  for (let entry = slice.cause[sinkEntry] ?? -1; entry >= 0; entry = slice.cause[entry] ?? -1) {
    const operator = run.operators[slice.operator[entry] ?? 0];
    if (operator?.isStateful) return operator.name;
    nearest ||= operator?.name ?? '';
  }
  return nearest;
}

function rowSentence(
  run: Run,
  index: TraceIndex,
  inputs: readonly InputEvent[],
  step: number,
  clockMs: number,
  facts: Facts,
): Sentence {
  const input = turnOf(run.steps, step) - 1;
  const event = inputs[input];
  const table = run.tables.find(({ name }) => name === event?.table);
  const eventTimeMs = run.eventTimeMs[input] ?? Number.NaN;
  if (event?.closes)
    return say('partitionEnds', {
      table: event.table,
      partition: event.partition ?? 0,
      time: durationText(clockMs),
    });
  const row = eventText(event, table?.columns.map(({ name }) => name) ?? Object.keys(event?.row ?? {}));
  const time = durationText(clockMs);
  const at = Number.isNaN(eventTimeMs)
    ? say('at', { time })
    : say('atTimed', { time, eventTime: clockText(eventTimeMs) });
  const sentence = (key: SentenceKey, values: Sentence['values'] = {}) =>
    say(key, { row, table: event?.table ?? '', kind: event?.kind ?? '+I', ...values }, { at });

  if (run.failure?.input === input && step === run.steps.count - 1) return sentence('rowFails');
  if (facts.late) {
    const watermark = watermarkAt(index, facts.late.operator, step);
    const behind = watermark - facts.late.atMs;
    return Number.isFinite(behind) && behind < 8.64e15
      ? sentence('rowLate', { behind: durationText(behind), watermark: clockText(watermark) })
      : sentence('rowLateUnknown');
  }
  const [first, second] = facts.changes;
  if (first && second && facts.changes.length === 2 && first.kind === '-U' && second.kind === '+U') {
    return sentence('rowUpdate', { operator: second.maker, before: first.row, after: second.row });
  }
  if (first && facts.changes.length === 1) {
    const key = ({ '+I': 'rowInsert', '+U': 'rowUpsert', '-U': 'rowDelete', '-D': 'rowDelete' } as const)[
      first.kind
    ];
    return sentence(key, { operator: first.maker, result: first.row, change: first.kind });
  }
  if (first) {
    return sentence('rowMany', {
      operator: first.maker,
      count: facts.changes.length,
      changes: changesText(facts.changes),
    });
  }
  const [window] = facts.joined;
  if (window) {
    const rows = index.windows.find(
      (track) =>
        track.operator === window.operator &&
        track.startMs === window.startMs &&
        track.endMs === window.endMs,
    );
    const distinct = new Set(facts.joined.map(({ startMs, endMs }) => `${startMs} ${endMs}`)).size;
    if (distinct > 1) return sentence('rowWindows', { count: distinct });
    return sentence('rowWindow', {
      window: windowText(window.startMs, window.endMs),
      count: rows ? rows.rowSteps.filter((rowStep) => rowStep <= step).length : 1,
    });
  }
  if (facts.filteredBy !== null) return sentence('rowFiltered', { operator: facts.filteredBy });
  if (facts.ignoredBy !== null) return sentence('rowIgnored', { operator: facts.ignoredBy });
  return sentence('rowQuiet');
}

type TimeSentence = 'watermark' | 'end' | 'clock';

function timeSentence(kind: TimeSentence, facts: Facts, values: Sentence['values']): Sentence {
  const count = facts.changes.length;
  const changes = changesText(facts.changes);
  const [window] = facts.fired;
  if (window && facts.fired.length === 1) {
    return say(`${kind}Fire`, {
      ...values,
      window: windowText(window.startMs, window.endMs),
      count,
      changes,
    });
  }
  if (window) return say(`${kind}FireMany`, { ...values, windows: facts.fired.length, count, changes });
  if (count > 0) return say(`${kind}Changes`, { ...values, count, changes });
  if (kind === 'watermark' && facts.lateCount > 0)
    return say('watermarkLate', { ...values, count: facts.lateCount });
  return say(`${kind}Quiet`, values);
}

function changesText(changes: readonly Change[]): string {
  const listed = changes.slice(0, LISTED_CHANGES).map(({ kind, row }) => `${kind} ${row}`);
  return listed.join(', ') + (changes.length > LISTED_CHANGES ? ', …' : '');
}

/** An event in a few words: its first cells. */
export function eventText(event: InputEvent | undefined, columns: readonly string[]): string {
  const cells = columns
    .map((column) => event?.row[column])
    .filter((cell) => cell !== undefined)
    .map((cell) => (typeof cell === 'string' ? cell : cell === null ? 'NULL' : JSON.stringify(cell)));
  // Times are told apart anyway, and they are long.
  const telling = cells.filter((cell) => !/^\d{4}-\d\d-\d\d /.test(cell));
  return (telling.length > 0 ? telling : cells).slice(0, 3).join(', ').slice(0, 80);
}

function say(key: SentenceKey, values: Sentence['values'], phrases: Sentence['phrases'] = {}): Sentence {
  return { key, values, phrases };
}
