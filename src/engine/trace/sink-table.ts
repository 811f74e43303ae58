import type { GeneratedCode } from '../runtime/generate.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { LogicalType, Row } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { RowTrie } from './row-trie.ts';

export interface SinkShape {
  readonly types: readonly LogicalType[];
  /** Columns that tell rows apart; null where only whole rows do. */
  readonly key: readonly number[] | null;
  readonly isInsertOnly: boolean;
}

/** A row of a table and when it came in, counted in changes. */
interface Slot {
  row: Row;
  cameIn: number;
  /** When further rows just like it came in, where rows have no key. */
  again: number[] | null;
}

/** What a table held at some moment; never changed again. */
export interface SavedTable {
  readonly older: readonly Row[];
  readonly newest: readonly Row[];
  readonly count: number;
  /** The slots in columns, which cost less to make than copies of them. */
  readonly rows: readonly Row[];
  /** When each came in; null where they stand in that order. */
  readonly cameIn: readonly number[] | null;
  /** By place of a slot: when further rows just like it came in. */
  readonly again: ReadonlyMap<number, readonly number[]>;
}

const NONE_AGAIN: SavedTable['again'] = new Map();

/**
 * The table that a sink's changes add up to, kept while they come, so that the changes themselves can be forgotten. Of an insert-only sink only the
 * newest rows are kept: as many as are ever asked for.
 */
export class SinkTable {
  /** Whether rows are looked at, or only counted, and how many have come. */
  readonly #wanted = { rows: true, count: 0 };
  readonly #most: number;
  readonly #key: readonly number[];
  readonly #hasKey: boolean;
  readonly #isInsertOnly: boolean;
  readonly #slots: Pick<KeyedStore<Slot>, 'get' | 'set' | 'remove' | 'clear' | 'size' | 'forEach'>;
  /** The newest rows of an insert-only sink and those before them, up to `most` of each. New rows in a new list cost less than in a ring: the machine need not note them. */
  #newest: Row[] = [];
  #older: readonly Row[] = [];
  /** How many rows of an insert-only sink had come before the first of those that are kept. */
  #keptFrom = 0;
  /** Gives the rows where somebody else holds them: then changes are only counted. */
  #standing: (() => readonly Row[]) | null = null;
  /** A -U whose +U has not come yet: a row that is updated keeps its place. */
  #before: Row | null = null;

  /** @param most How many rows are asked for at the most. */
  constructor({ types, key, isInsertOnly }: SinkShape, most: number, code: GeneratedCode | null) {
    this.#most = most;
    this.#isInsertOnly = isInsertOnly;
    this.#hasKey = key !== null;
    this.#key = key ?? types.map((_, i) => i);
    this.#slots = key
      ? keyedStore<Slot>(
          key,
          key.map((k) => types[k]!),
          code,
        )()
      : new RowTrie<Slot>(types);
  }

  add(kind: number, row: Row): void {
    const at = this.#wanted.count++;
    if (this.#isInsertOnly) {
      if (this.#newest.length === this.#most) {
        this.#older = this.#newest;
        this.#newest = [];
      }
      this.#newest.push(row);
      return;
    }
    const before = this.#before;
    if (kind === 2 && before !== null) {
      const slot = this.#slots.get(row);
      // An operator that keeps what it has sent takes back the very same row.
      if (slot !== undefined && (slot.row === before || this.#isSameKey(before, row))) {
        slot.row = row;
        this.#before = null;
        return;
      }
    }
    this.#settle();
    if (kind === 1) this.#before = row;
    else if (kind === 3) this.#take(row);
    else this.#put(row, at);
  }

  /** From now on somebody else holds the rows, those that came first first: `save` asks for them. Cannot be read or gone back with. */
  leaveTo(standing: () => readonly Row[], count: number): void {
    this.#standing = standing;
    this.#wanted.rows = false;
    this.#wanted.count = count;
  }

  /** Its rows are not needed any more. */
  release(): void {
    this.keep(false);
    this.#slots.clear();
  }

  /** From now on rows of an insert-only sink are kept, or only counted. */
  keep(isKept: boolean): void {
    if (isKept === this.#wanted.rows || !this.#isInsertOnly || this.#standing !== null) return;
    this.#wanted.rows = isKept;
    this.#keptFrom = this.#wanted.count;
    this.#older = [];
    this.#newest = [];
  }

  /** Takes changes while a job runs: few words, so that the machine writes them into those who send. */
  port(): Pick<Port, 'row' | 'watermark' | 'wanted'> {
    const wanted = this.#wanted;
    return {
      row: (kind, row) => {
        if (wanted.rows) this.add(kind, row);
        else wanted.count++;
      },
      watermark() {},
      wanted,
    };
  }

  /** How many changes have come. */
  get count(): number {
    return this.#wanted.count;
  }

  /** Whether all is there that is ever asked for. */
  get isWhole(): boolean {
    if (!this.#isInsertOnly || this.#keptFrom === 0) return true;
    return this.#wanted.rows && this.#wanted.count - this.#keptFrom >= this.#most;
  }

  #isSameKey(a: Row, b: Row): boolean {
    for (const k of this.#key) if (!sameValue(a[k]!, b[k]!)) return false;
    return true;
  }

  #put(row: Row, cameIn: number): void {
    const slot = this.#slots.get(row);
    if (slot === undefined) this.#slots.set(row, { row, cameIn, again: null });
    else if (this.#hasKey) slot.row = row;
    else (slot.again ??= []).push(cameIn);
  }

  /** Of several equal rows the oldest goes. */
  #take(row: Row): void {
    const slot = this.#slots.get(row);
    const next = slot?.again?.shift();
    if (slot === undefined || next === undefined) this.#slots.remove(row);
    else slot.cameIn = next;
  }

  /** A -U without a +U takes its row away. */
  #settle(): void {
    if (this.#before !== null) this.#take(this.#before);
    this.#before = null;
  }

  /** About how many entries a copy has. */
  get entries(): number {
    return this.#isInsertOnly || this.#standing !== null ? 0 : this.#slots.size();
  }

  /** How many rows the table has, and the newest of them in the order in which they came in. */
  read(): { readonly rows: readonly Row[]; readonly size: number } {
    if (this.#isInsertOnly)
      return { rows: [...this.#older, ...this.#newest].slice(-this.#most), size: this.#wanted.count };
    this.#settle();
    const rows: Pick<Slot, 'row' | 'cameIn'>[] = [];
    let isInOrder = true;
    this.#slots.forEach((slot) => {
      if (rows.length > 0 && slot.cameIn < rows.at(-1)!.cameIn) isInOrder = false;
      rows.push(slot);
      for (const cameIn of slot.again ?? []) rows.push({ row: slot.row, cameIn });
    });
    if (!isInOrder) rows.sort((a, b) => a.cameIn - b.cameIn);
    return { rows: rows.slice(-this.#most).map(({ row }) => row), size: rows.length };
  }

  save(): SavedTable {
    if (this.#standing !== null) {
      const rows = this.#standing();
      return { older: [], newest: [], count: this.#wanted.count, rows, cameIn: null, again: NONE_AGAIN };
    }
    this.#settle();
    const rows: Row[] = [];
    const cameIn: number[] = [];
    const again = new Map<number, readonly number[]>();
    this.#slots.forEach((slot) => {
      if (slot.again !== null) again.set(rows.length, slot.again.slice());
      rows.push(slot.row);
      cameIn.push(slot.cameIn);
    });
    // Of the older ones only as many are ever asked for as the newest are not enough.
    const older = this.#older.slice(this.#newest.length);
    return { older, newest: this.#newest.slice(), count: this.#wanted.count, rows, cameIn, again };
  }

  restore({ older, newest, count, rows, cameIn, again }: SavedTable): void {
    this.#older = older;
    this.#newest = newest.slice();
    this.#wanted.count = count;
    this.#before = null;
    this.#slots.clear();
    for (let i = 0; i < rows.length; i++)
      this.#slots.set(rows[i]!, {
        row: rows[i]!,
        cameIn: cameIn === null ? i : cameIn[i]!,
        again: again.get(i)?.slice() ?? null,
      });
  }
}
