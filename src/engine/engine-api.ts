import type { Diagnostic } from './base/diagnostic.ts';
import { upperBound } from './base/sorted.ts';
import type { Span } from './base/span.ts';
import { printDecimal } from './values/decimal.ts';
import { encodable } from './values/text.ts';

/**
 * The door between the page and the engine: what may be asked and what comes back. Types only; all of it is plain or
 * transferable data. Times are epoch milliseconds (`…Ms`) on the simulated clock or on the event-time axis.
 */
export interface EngineApi extends LanguageApi {
  /** What is wrong with a script, without running it. Cheap enough for every keystroke. */
  check(script: string): Checked;
  /**
   * Compiles the script and runs it over the inputs. The run stays in the worker until the next one; its trace is asked for with `trace`.
   * Never throws for bad SQL or data: see `Run.diagnostics` and `Run.failure`. `onProgress` is called with the number of inputs done.
   */
  run(request: RunRequest, onProgress?: (inputs: number) => void): Run;
  /** Steps `from` (included) to `to` (excluded) of the current run, replayed if it is not kept whole. */
  trace(runId: number, from: number, to: number): TraceSlice;
  /** The inputs each change of the current run came from; null for a run too long to tell. */
  lineage(runId: number): Lineage | null;
  /** What every stateful operator remembers when the first `position` steps are done. */
  state(runId: number, position: number): readonly OperatorState[];
  /** What the script's queries come to in batch mode over all the inputs; the current run stays. */
  batch(request: RunRequest): BatchAnswer;
}

/** The tables that a script makes in batch mode, or why it makes none. */
export interface BatchAnswer {
  readonly tables: readonly {
    readonly sink: string;
    /** The first 1,000 of `size`, as `CAST(… AS STRING)` prints them. */
    readonly rows: readonly (readonly (string | null)[])[];
    readonly size: number;
  }[];
  readonly refusal: Diagnostic | null;
}

/** What an editor asks about a place in a script, which may be unfinished there. Offsets count UTF-16 code units. */
export interface LanguageApi {
  /** What may be written at a place. */
  complete(script: string, offset: number): Completions;
  /** What is known of the name or expression at a place. */
  hover(script: string, offset: number): Hover | null;
  /** The call around a place. */
  signature(script: string, offset: number): SignatureHelp | null;
  /** Where what is named at a place was made. */
  definition(script: string, offset: number): Definition | null;
  /** The script in good layout: the same tokens and comments, other spaces. */
  format(script: string): string;
  /** Ranges that can be folded away: statements, parentheses and comments of several lines. */
  foldings(script: string): readonly Folding[];
}

/** A text in both languages of the page. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export interface Completions {
  /** What is replaced: the word that was begun, and the rest of it behind the place. */
  readonly replace: Span;
  /** The likeliest first. */
  readonly items: readonly Completion[];
}
export interface Completion {
  readonly label: string;
  readonly kind:
    | 'keyword'
    | 'table'
    | 'view'
    | 'cte'
    | 'alias'
    | 'column'
    | 'function'
    | 'type'
    | 'option'
    | 'value';
  /** A column's type, a function's signature, the table an alias stands for. */
  readonly detail: string;
  /** Where it differs from the label; `$0` is where the cursor goes. */
  readonly insert?: string;
  readonly doc?: Words;
}

export interface Hover {
  readonly span: Span;
  readonly kind: Completion['kind'] | 'expression';
  /** What stands there, as a line of SQL: `user STRING`, `COUNT(value)`. */
  readonly title: string;
  /** The type of the expression, where `title` does not say it. */
  readonly type: string | null;
  /** The table of a column, or the statement that made a table. */
  readonly origin: string | null;
  readonly doc: Words | null;
  readonly examples: readonly (readonly [expression: string, result: string | null])[];
  /** A table's columns. */
  readonly columns: readonly ColumnInfo[];
}

export interface SignatureHelp {
  readonly label: string;
  /** Where each parameter stands in `label`. */
  readonly parameters: readonly Span[];
  /** The parameter that is being written; -1 where the signature has fewer. */
  readonly active: number;
  readonly doc: Words;
}

export interface Definition {
  /** The name at the place that was asked about. */
  readonly origin: Span;
  readonly target: Span;
}

export interface Folding {
  readonly span: Span;
  readonly kind: 'region' | 'comment';
}

export type RowKind = '+I' | '-U' | '+U' | '-D';
/** Order of the numbers in `TraceSlice.rowKind`. */
export const ROW_KINDS: readonly RowKind[] = ['+I', '-U', '+U', '-D'];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One entry of a scenario's inputs, in order of arrival. */
export interface InputEvent {
  readonly table: string;
  /** Which partition of the source it arrives in; 0 unless said. */
  readonly partition?: number;
  readonly kind?: RowKind;
  /** Instead of a row: the partition ends, as a split of a source that has been read to its end. Its watermark holds nothing back any more. */
  readonly closes?: true;
  /** A row in the spelling of Flink's `json` format. Columns left out are NULL. */
  readonly row: { readonly [column: string]: Json };
  /** Processing time of its arrival, in milliseconds since `RunRequest.startMs`. Never decreases from one input to the next. */
  readonly atMs: number;
}

export interface RunRequest {
  readonly script: string;
  /** Flink options, as `SET` would. */
  readonly config: { readonly [key: string]: string };
  readonly inputs: readonly InputEvent[];
  /** Where the simulated clock starts, epoch milliseconds. */
  readonly startMs: number;
  /** How long the clock goes on, in milliseconds since `startMs`, before the input ends; without it, the input ends with its last row. */
  readonly endMs?: number;
  /** Where UUID, RAND and such draw from. */
  readonly seed: number;
}

export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** Each statement's place and kind, for the outline. */
  readonly statements: readonly { readonly span: Span; readonly label: string }[];
  /** The tables the script makes, so that their rows can be edited. */
  readonly tables: readonly TableInfo[];
}

export interface ColumnInfo {
  readonly name: string;
  /** As Flink prints it: `TIMESTAMP(3) *ROWTIME*`, `BIGINT NOT NULL`. */
  readonly type: string;
  /** Only physical columns stand in the rows of an input. */
  readonly kind: 'physical' | 'computed' | 'metadata';
}
export interface TableInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  readonly primaryKey: readonly string[];
  /** Column and expression of its WATERMARK clause. */
  readonly watermark: { readonly column: string; readonly expression: string; readonly span: Span } | null;
  /** Row kinds that `changelog-mode` lets it carry. */
  readonly kinds: readonly RowKind[];
  readonly partitions: number;
}

/** The plan of a statement in Flink's text. */
export interface ExplainedStatement {
  readonly span: Span;
  readonly text: string;
  readonly advice: string | null;
  /** Details an EXPLAIN asked for that are not in the text: what a cluster's job graph or its statistics would be needed for. */
  readonly leftOut: readonly string[];
}

export interface Run {
  readonly runId: number;
  readonly diagnostics: readonly Diagnostic[];
  /** What ended the run before its inputs did; what came before it stands. */
  readonly failure: RunFailure | null;
  readonly tables: readonly TableInfo[];
  /** The job's operators, inputs before those who read them; empty if nothing could be planned. */
  readonly operators: readonly OperatorInfo[];
  readonly sinks: readonly SinkInfo[];
  /** `EXPLAIN CHANGELOG_MODE` of every query and INSERT, and the text of every EXPLAIN. */
  readonly explains: readonly ExplainedStatement[];
  readonly steps: StepColumns;
  /** Event time of each input, epoch milliseconds; NaN where its table has none or the row did not get that far. */
  readonly eventTimeMs: Float64Array;
  /** How long the engine took, in milliseconds. */
  readonly elapsedMs: number;
  /** Known oddities of Flink that this run met, as ids of `content/oddities`. */
  readonly oddities: readonly OddityId[];
}

/** Oddities of Flink that a run can meet. */
export type OddityId =
  | 'bounded-first'
  | 'idle-sends-furthest'
  | 'monotonic-extreme'
  | 'optional-not-greedy'
  | 'uncompiled';

export interface RunFailure {
  readonly diagnostic: Diagnostic;
  /** The input at fault, where there is one: its index, and the column if one is named. */
  readonly input: number | null;
  readonly column: string | null;
  readonly operator: number | null;
}

export interface OperatorInfo {
  /** Index in `Run.operators`. */
  readonly id: number;
  /** Flink's name: `TableSourceScan`, `GroupAggregate`, … */
  readonly name: string;
  /** Its line of the physical plan, without the changelog mode. */
  readonly line: string;
  /** `[key, value]` of that line: `['groupBy', '[user]']`. */
  readonly attributes: readonly (readonly [string, string])[];
  /** A few words for the box: the table, the group keys, the window. */
  readonly label: string;
  readonly inputs: readonly number[];
  /** `[I,UB,UA]`, as the running job has it; `NONE` for a sink. */
  readonly changelogMode: string;
  /** Kinds its outgoing edge carries. */
  readonly kinds: readonly RowKind[];
  /** Why it sends these kinds, and the operator that settled it. */
  readonly why: { readonly reason: KindsReason; readonly by: number | null };
  readonly columns: readonly ColumnInfo[];
  /** Index of its rowtime column among `columns`, -1 where it has none. */
  readonly rowtime: number;
  readonly isStateful: boolean;
  /** For sources and sinks, the name of the table. */
  readonly table: string | null;
  /** For window operators: how long, in milliseconds; `kind` as in SQL. */
  readonly window: {
    readonly kind: 'TUMBLE' | 'HOP' | 'CUMULATE' | 'SESSION';
    readonly sizeMs: number;
    readonly slideMs: number;
    readonly isEventTime: boolean;
  } | null;
}

/** Why an edge carries the kinds that it carries. */
export type KindsReason =
  | 'inserts-only'
  | 'deletes-only'
  | 'source-upserts'
  | 'source-sends-both'
  | 'nobody-asks'
  | 'aggregate-must-subtract'
  | 'join-must-remove'
  | 'rank-must-remove'
  | 'operator-must-remove'
  | 'filter-may-drop-the-new'
  | 'sink-has-another-key'
  | 'sink-takes-back'
  | 'result-takes-back'
  | 'sink';

export interface SinkInfo {
  /** `result`, `result2`, … for a SELECT, else the table's name. */
  readonly name: string;
  readonly operator: number;
  readonly columns: readonly ColumnInfo[];
  /** Indexes of the primary key or else of an upsert key; empty where rows are told apart only by all their columns. */
  readonly key: readonly number[];
  /** Whether `-U` reaches it. An upsert sink sees only `+U`. */
  readonly isRetract: boolean;
}

/**
 * What happened, one entry a step. A step is: all that one arriving row causes up to the next watermark (`row`), all that one advance of a
 * watermark causes (`watermark`), a moment of the clock at which timers fire (`clock`), what literals cause before any input (`start`),
 * or the end of one source (`end`). Position p of the player means: the first p steps are done.
 */
export interface StepColumns {
  readonly count: number;
  /** What each was: `stepKind`, `stepFlags`, `turnOf` and `turnStart` read it. */
  readonly steps: Uint16Array;
  /** How many turns have begun: 0 is before the first input, i + 1 is input i and what it causes, the last one the end of input. */
  readonly turns: number;
  /** Some turns have no step: the first step of each that comes after one of them, ascending, and its number. */
  readonly jumpStep: Int32Array;
  readonly jumpTurn: Int32Array;
  /** Simulated clock at the start, epoch milliseconds. */
  readonly startMs: number;
  /** When each input arrived, in milliseconds after `startMs`. */
  readonly arrivalMs: Float64Array;
  /** When the input ended, in milliseconds after `startMs`. */
  readonly endMs: number;
  /** Steps that did not happen at the time of their turn, ascending, and when they did: epoch milliseconds. */
  readonly tickStep: Int32Array;
  readonly tickMs: Float64Array;
  /** Changes that reached sinks in the whole run. */
  readonly changes: number;
}

/** Of a step's number the bits of `StepFlag` are the lowest, then comes its kind, then whether it goes on with the turn of the step before. So 0 is the step there is most of: an input comes in and nothing comes out. */
export const STEP_FLAGS = 63;
export const STEP_KIND_SHIFT = 6;
export const STEP_GOES_ON = 512;

/** Bits of `StepFlag`; none past the last step. */
export const stepFlags = ({ steps }: StepColumns, step: number): number => (steps[step] ?? 0) & STEP_FLAGS;

export const stepKind = ({ steps }: StepColumns, step: number): StepKind | null =>
  STEP_KINDS[((steps[step] ?? -1) & ~STEP_GOES_ON) >> STEP_KIND_SHIFT] ?? null;

const turnStarts = new WeakMap<StepColumns, Int32Array>();

/** First step of each turn, or of the next that has one. */
function startsOf(columns: StepColumns): Int32Array {
  let starts = turnStarts.get(columns);
  if (starts === undefined) turnStarts.set(columns, (starts = findStarts(columns)));
  return starts;
}

function findStarts({ steps, turns, jumpStep, jumpTurn }: StepColumns): Int32Array {
  const starts = new Int32Array(turns);
  let [turn, jump] = [-1, 0];
  for (let step = 0; step < steps.length; step++) {
    if ((steps[step]! & STEP_GOES_ON) !== 0) continue;
    const next = jumpStep[jump] === step ? jumpTurn[jump++]! : turn + 1;
    starts.fill(step, turn + 1, next + 1);
    turn = next;
  }
  return starts;
}

/** The first step of a turn, or of the next that has one; `count` past the last. */
export const turnStart = (columns: StepColumns, turn: number): number =>
  startsOf(columns)[turn] ?? columns.count;

/** The turn of a step; -1 past the last. */
export const turnOf = (columns: StepColumns, step: number): number =>
  step < columns.count ? upperBound(startsOf(columns), step) - 1 : -1;

/** The simulated clock at a step, epoch milliseconds. */
export function clockMsOf(steps: StepColumns, step: number): number {
  const { startMs, arrivalMs, endMs, tickStep, tickMs } = steps;
  const tick = upperBound(tickStep, step) - 1;
  if (tickStep[tick] === step) return tickMs[tick]!;
  const turn = turnOf(steps, step);
  return startMs + (turn > 0 ? (arrivalMs[turn - 1] ?? endMs) : 0);
}

export const STEP_KINDS = ['row', 'start', 'watermark', 'clock', 'end'] as const;
export type StepKind = (typeof STEP_KINDS)[number];
export const StepFlag = {
  /** A change reached a sink. */ OUTPUT: 1,
  /** One of them was -U or -D. */ RETRACTION: 2,
  /** A row was dropped as late. */ LATE: 4,
  /** A timer fired: a window closed. */ FIRED: 8,
  /** A row was dropped by a condition. */ FILTERED: 16,
  /** State was cleared. */ CLEARED: 32,
} as const;

/**
 * A value of a row, not printed yet where it is a number: making texts of all of them costs more than all else of a slice, and few are ever looked at.
 * Equal values of a column are equal cells.
 */
export type Cell = string | number | bigint | null;

/** Cells of one column; where all are numbers, NaN stands for NULL. */
export type CellColumn = Float64Array | readonly Cell[];

/** The cell that a place of a column stands for. */
export const cellOf = (cell: Cell | undefined): Cell =>
  cell === undefined || Number.isNaN(cell) ? null : cell;

/**
 * How the numbers of a column are printed: as they are, as a DECIMAL of that scale, as milliseconds with so many digits of the second. All else are texts
 * as `CAST(… AS STRING)` prints them.
 */
export type CellFormat = 'integer' | { readonly scale: number } | { readonly precision: number };

/**
 * The trace from one step to another, in columns. Entry i happened at operator `operator[i]`; `cause[i]` is the entry that made it happen
 * (an index into this slice), or -1 for what came from outside (or from before the slice).
 */
export interface TraceSlice {
  readonly from: number;
  readonly to: number;
  /** First entry of each step, and the end: length `to - from + 1`. */
  readonly stepStart: Int32Array;
  /** Index in `ENTRY_KINDS`. */
  readonly kind: Uint8Array;
  readonly operator: Uint16Array;
  /** Index in `ROW_KINDS`, for entries that have a row. */
  readonly rowKind: Uint8Array;
  readonly cause: Int32Array;
  /** The row of `emit` and of a drop: an index of `rowPlace`; -1 for none. */
  readonly row: Int32Array;
  /** Watermark, timer or rowtime, epoch milliseconds; NaN for none. For `window` and `fire`: the window's start. */
  readonly atMs: Float64Array;
  /** For `window` and `fire`: the window's end; NaN else. */
  readonly endMs: Float64Array;
  /** The operator that row r is of, and its place among the rows of that one. */
  readonly rowOperator: Uint16Array;
  readonly rowPlace: Int32Array;
  /** By operator and column, a cell for each of the operator's rows. */
  readonly cells: readonly (readonly CellColumn[])[];
  /** How the columns of each operator's rows are printed: as many as a row has cells. */
  readonly formats: readonly (readonly CellFormat[])[];
  /** What each sink held before step `from`: row indexes in order of arrival, the last 1,000 of `size`. */
  readonly tablesBefore: readonly {
    readonly sink: string;
    readonly rows: Int32Array;
    readonly size: number;
  }[];
  /** Last watermark of each operator before step `from`; NaN for none yet. */
  readonly watermarkBefore: Float64Array;
}

/** A cell as results show it; null is NULL. */
function cellText(cell: Cell, format: CellFormat): string | null {
  if (cell === null) return null;
  if (typeof cell === 'string') return encodable(cell);
  if (format === 'integer') return String(cell);
  if ('scale' in format) return printDecimal(cell, format.scale);
  const digits = format.precision === 0 ? 0 : 1 + format.precision;
  return new Date(Number(cell))
    .toISOString()
    .replace('T', ' ')
    .slice(0, SECONDS_LENGTH + digits);
}
const SECONDS_LENGTH = 'yyyy-MM-dd HH:mm:ss'.length;

/** The printed cells of a row of a slice; none of row -1. */
export function cellsOf(
  { rowPlace, cells, rowOperator, formats }: TraceSlice,
  row: number,
): (string | null)[] {
  if (row < 0) return [];
  const operator = rowOperator[row] ?? 0;
  const place = rowPlace[row] ?? 0;
  return (formats[operator] ?? []).map((format, column) =>
    cellText(cellOf(cells[operator]?.[column]?.[place]), format),
  );
}

export const ENTRY_KINDS = [
  /** The operator sent a row on. At a sink: the row reached it. At a source, `atMs` is its rowtime if it is known there; at a WatermarkAssigner always. */
  'emit',
  /** The operator sent a watermark on (at a sink: it arrived). */
  'watermark',
  /** The operator dropped a row because it was late. `atMs`: how far behind the watermark it stood is `watermark - atMs`. */
  'late',
  /** The operator dropped a row because a condition did not hold. */
  'filtered',
  /** The operator ignored a row for another reason (a retraction of what it does not know, a NULL time). */
  'ignored',
  /** The operator put a row into the window [atMs, endMs). */
  'window',
  /** The window [atMs, endMs) fired: its timer was reached. */
  'fire',
  /** A timer was registered for `atMs`. */
  'timer',
  /** State of a key or window was cleared. */
  'clear',
  /** The source or operator became idle, or active again. */
  'idle',
  'active',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/**
 * Where changes came from, in the order in which they reached the sinks. For a join these are the inputs of both rows, for an aggregate all that stand
 * in its group and window at that moment; what only moved a watermark or the clock is not among them.
 */
export interface Lineage {
  /** Change c came from `inputs[start[c]] … inputs[start[c + 1] - 1]`, ascending. */
  readonly start: Int32Array;
  readonly inputs: Int32Array;
  /** By change: the input in whose turn it was sent, if it did not come from that: it moved the watermark or the clock. -1 else. */
  readonly trigger: Int32Array;
}

/** What one operator remembers, as tables of printed values. */
export interface OperatorState {
  readonly operator: number;
  readonly tables: readonly StateTable[];
  /** Pending timers, soonest first. */
  readonly timersMs: readonly {
    readonly atMs: number;
    readonly key: string;
    readonly isEventTime: boolean;
  }[];
}
export interface StateTable {
  /** Flink's name of the state where it has one: `accState`, `window-aggs`. */
  readonly name: string;
  readonly columns: readonly string[];
  /** The first `keyColumns` columns are the key. */
  readonly keyColumns: number;
  readonly rows: readonly (readonly (string | null)[])[];
  /** All there are; `rows` holds at most the first 200. */
  readonly size: number;
  /** With a time to live: how long that is, and when each of `rows` is forgotten if nobody writes it, on the simulated clock. */
  readonly ttl?: { readonly ms: number; readonly expiresMs: readonly number[] };
}
