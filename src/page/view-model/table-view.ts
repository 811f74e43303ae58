import { type ColumnInfo, cellsOf } from '../../engine/engine-api.ts';
import { changesDone, rowKindOf, type TraceIndex } from './trace-index.ts';

/** One row of a dynamic table as it is shown. */
export interface TableRow {
  /** Same for the same row from step to step, so that it keeps its place and its element. */
  readonly id: number;
  /** Row of the slice that holds its cells. */
  readonly row: number;
  /** The row it replaced in this step; -1 if none. */
  readonly beforeRow: number;
  readonly state: 'kept' | 'inserted' | 'updated' | 'deleted';
}

/** A dynamic table at a position. */
export interface TableView {
  readonly sink: string;
  readonly columns: readonly ColumnInfo[];
  readonly key: readonly number[];
  readonly rows: readonly TableRow[];
  /** Rows that are really in it: without those that this step took out, with those that are not known here. */
  readonly size: number;
  /** Rows from before the slice that it does not carry. */
  readonly hidden: number;
}

interface Slot {
  readonly id: number;
  readonly row: number;
}

interface Keyframe {
  readonly done: number;
  readonly slots: readonly Slot[];
  readonly nextId: number;
}

const KEYFRAME_EVERY = 512;
const EMPTY: Keyframe = { done: 0, slots: [], nextId: 0 };
const keyframes = new WeakMap<TraceIndex, Map<number, Keyframe[]>>();

/** The table of one sink when the first `position` steps are done, with what the last of them changed. */
export function tableView(index: TraceIndex, sinkIndex: number, position: number): TableView {
  const sink = index.run.sinks[sinkIndex];
  const fold = foldTo(index, sinkIndex, changesDone(index.changes, position - 1));
  fold.watch();
  fold.forward(changesDone(index.changes, position));
  const { rows, size } = fold.shown();
  const before = index.slice.tablesBefore.find((table) => table.sink === sink?.name);
  const hidden = before ? before.size - before.rows.length : 0;
  return {
    sink: sink?.name ?? '',
    columns: sink?.columns ?? [],
    key: sink?.key ?? [],
    rows,
    size: size + hidden,
    hidden,
  };
}

/** The rows a sink holds at a position, in their places. */
export function tableRows(index: TraceIndex, sinkIndex: number, position: number): (string | null)[][] {
  return tableView(index, sinkIndex, position)
    .rows.filter(({ state }) => state !== 'deleted')
    .map(({ row }) => cellsOf(index.slice, row));
}

/** Folds changes into rows; a row that is replaced keeps its place. */
class Fold {
  readonly #index: TraceIndex;
  readonly #sink: number;
  readonly #key: readonly number[];
  readonly #isUpsert: boolean;
  readonly #slots: (Slot | null)[];
  #done: number;
  #nextId: number;
  /** Places of each row text, or of each key for an upsert sink; equal rows wait in line. */
  readonly #places = new Map<string, number[]>();
  /** Slots that a -U has emptied in the current step, by key, waiting for their +U. */
  readonly #holes = new Map<string, { place: number; id: number }[]>();
  #holeStep = -1;
  /** What the watched changes touched: the row before, -1 for a new one. */
  readonly #touched = new Map<number, number>();
  readonly #removed = new Map<number, Slot>();

  constructor(index: TraceIndex, sinkIndex: number, start: Keyframe) {
    const sink = index.run.sinks[sinkIndex];
    this.#index = index;
    this.#sink = sinkIndex;
    this.#key = sink?.key ?? [];
    this.#isUpsert = sink !== undefined && !sink.isRetract && sink.key.length > 0;
    this.#slots = [...start.slots];
    this.#done = start.done;
    this.#nextId = start.nextId;
    for (const [place, slot] of start.slots.entries()) enqueue(this.#places, this.#identity(slot.row), place);
  }

  get done(): number {
    return this.#done;
  }

  keyframe(): Keyframe {
    const slots = this.#slots.filter((slot): slot is Slot => slot !== null);
    return { done: this.#done, slots, nextId: this.#nextId };
  }

  watch(): void {
    this.#touched.clear();
    this.#removed.clear();
  }

  forward(end: number): void {
    const { changes } = this.#index;
    for (; this.#done < end; this.#done++) {
      if (changes.sink[this.#done] !== this.#sink) continue;
      const step = changes.step[this.#done] ?? 0;
      if (step !== this.#holeStep) {
        this.#holes.clear();
        this.#holeStep = step;
      }
      const row = changes.row[this.#done] ?? -1;
      const kind = rowKindOf(changes.kind[this.#done]);
      if (kind === '+I' || kind === '+U') this.#put(row);
      else this.#take(row, kind === '-U');
    }
  }

  shown(): { rows: TableRow[]; size: number } {
    const rows: TableRow[] = [];
    let size = 0;
    for (const [place, slot] of this.#slots.entries()) {
      if (!slot) {
        const removed = this.#removed.get(place);
        if (removed) rows.push({ ...removed, beforeRow: -1, state: 'deleted' });
        continue;
      }
      size++;
      const before = this.#touched.get(slot.id);
      if (before === undefined || before === slot.row) rows.push({ ...slot, beforeRow: -1, state: 'kept' });
      else rows.push({ ...slot, beforeRow: before, state: before < 0 ? 'inserted' : 'updated' });
    }
    return { rows, size };
  }

  #put(row: number): void {
    const identity = this.#identity(row);
    const known = this.#isUpsert ? this.#places.get(identity)?.[0] : undefined;
    const hole = known === undefined ? this.#holes.get(this.#keyText(row))?.shift() : undefined;
    const place = known ?? hole?.place ?? this.#slots.length;
    const id = (known === undefined ? hole?.id : this.#slots[known]?.id) ?? this.#nextId++;
    if (!this.#touched.has(id)) this.#touched.set(id, this.#slots[place]?.row ?? -1);
    if (known === undefined) enqueue(this.#places, identity, place);
    this.#slots[place] = { id, row };
    this.#removed.delete(place);
  }

  #take(row: number, isUpdate: boolean): void {
    const identity = this.#identity(row);
    const places = this.#places.get(identity);
    // Of equal rows the one that came first leaves first.
    const place = places?.shift();
    if (places?.length === 0) this.#places.delete(identity);
    const slot = place === undefined ? null : this.#slots[place];
    if (place === undefined || !slot) return;
    this.#slots[place] = null;
    const before = this.#touched.get(slot.id);
    if (before === undefined) this.#touched.set(slot.id, slot.row);
    // A row that came and went within one step was never seen.
    if (before !== -1) this.#removed.set(place, before === undefined ? slot : { id: slot.id, row: before });
    if (isUpdate) enqueue(this.#holes, this.#keyText(row), { place, id: slot.id });
  }

  #identity(row: number): string {
    return this.#isUpsert ? this.#keyText(row) : this.#textOf(row, null);
  }

  /** Without a key, any row that leaves and any that comes in the same step may be each other's successor. */
  #keyText(row: number): string {
    return this.#key.length > 0 ? this.#textOf(row, this.#key) : '';
  }

  #textOf(row: number, columns: readonly number[] | null): string {
    const { slice, sameCell } = this.#index;
    const operator = slice.rowOperator[row] ?? 0;
    const place = slice.rowPlace[row] ?? 0;
    const numbers = sameCell[operator];
    const width = columns?.length ?? numbers?.length ?? 0;
    let text = '';
    for (let at = 0; at < width; at++) text += `${numbers?.[columns ? (columns[at] ?? 0) : at]?.[place]} `;
    return text;
  }
}

function enqueue<Key, Value>(lines: Map<Key, Value[]>, key: Key, value: Value): void {
  const line = lines.get(key);
  if (line) line.push(value);
  else lines.set(key, [value]);
}

function foldTo(index: TraceIndex, sinkIndex: number, done: number): Fold {
  const frames = framesOf(index, sinkIndex);
  const nearest = frames.findLast((frame) => frame.done <= done) ?? EMPTY;
  const fold = new Fold(index, sinkIndex, nearest);
  for (;;) {
    const next = stepBoundary(index, fold.done + KEYFRAME_EVERY);
    if (next > done) break;
    fold.forward(next);
    frames.push(fold.keyframe());
  }
  fold.forward(done);
  return fold;
}

function framesOf(index: TraceIndex, sinkIndex: number): Keyframe[] {
  let bySink = keyframes.get(index);
  if (!bySink) keyframes.set(index, (bySink = new Map()));
  let frames = bySink.get(sinkIndex);
  if (!frames) {
    const name = index.run.sinks[sinkIndex]?.name;
    const rows = index.slice.tablesBefore.find(({ sink }) => sink === name)?.rows ?? [];
    const slots = Array.from(rows, (row, id) => ({ id, row }));
    bySink.set(sinkIndex, (frames = [{ done: 0, slots, nextId: slots.length }]));
  }
  return frames;
}

/** The first boundary between steps at or after a change: a -U must not be parted from its +U. */
function stepBoundary(index: TraceIndex, done: number): number {
  const { changes } = index;
  let at = done;
  while (at < changes.count && changes.step[at] === changes.step[at - 1]) at++;
  return at;
}

/** The table as lines, one a row: what tests compare. */
export function tableText(index: TraceIndex, view: TableView): string {
  const mark = { kept: ' ', inserted: '+', updated: '~', deleted: '-' };
  const line = (row: number) =>
    cellsOf(index.slice, row)
      .map((cell) => cell ?? '.')
      .join('  ');
  return view.rows.map((row) => `${mark[row.state]} ${line(row.row)}`).join('\n');
}
