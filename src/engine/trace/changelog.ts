import type { Row } from '../types/logical-type.ts';
import { valueKey } from '../values/compare.ts';

interface SinkShape {
  /** Columns that tell rows apart; null where only whole rows do. */
  readonly key: readonly number[] | null;
  readonly isInsertOnly: boolean;
}

/** Everything that reached the sinks of a run, in order: nine bytes a change beside the row. Tables are folded from it when they are asked for. */
export class Changelog {
  readonly #sinks: readonly SinkShape[];
  readonly #rows: Row[] = [];
  /** Kind in the low two bits, sink above. */
  #tags = new Uint16Array(1024);

  constructor(sinks: readonly SinkShape[]) {
    this.#sinks = sinks;
  }

  get count(): number {
    return this.#rows.length;
  }

  add(sink: number, kind: number, row: Row): void {
    const i = this.#rows.length;
    if (i === this.#tags.length) {
      const bigger = new Uint16Array(i * 2);
      bigger.set(this.#tags);
      this.#tags = bigger;
    }
    this.#tags[i] = (sink << 2) | kind;
    this.#rows.push(row);
  }

  /**
   * What a sink holds after the first `changes` changes (of all sinks): how many rows, and at most `most` of them, newest last. A table that is longer
   * than that, or a long run's, comes in the order of each row's last change; else rows stand where they first came in.
   */
  tableAt(
    sink: number,
    changes: number,
    most: number,
  ): { readonly rows: readonly Row[]; readonly size: number } {
    const { key, isInsertOnly } = this.#sinks[sink]!;
    const size = this.#sizeAt(sink, changes);
    if (isInsertOnly) return { rows: this.#newest(sink, changes, most, null), size };
    if (key && changes > FOLDED_WHOLE)
      return { rows: this.#newest(sink, changes, Math.min(most, size), key), size };
    const rows = key ? this.#keyed(sink, changes, key) : this.#whole(sink, changes);
    return { rows: rows.slice(-most), size: rows.length };
  }

  /** Rows that came less those that went. */
  #sizeAt(sink: number, changes: number): number {
    let size = 0;
    const tags = this.#tags;
    const first = sink << 2;
    for (let i = 0; i < changes; i++) {
      const kind = tags[i]! - first;
      if (kind === 0 || kind === 2) size++;
      else if (kind === 1 || kind === 3) size--;
    }
    return this.#sendsBefore(sink, changes) ? size : this.#netInserts(sink, changes);
  }

  /** Whether updates of a sink come in pairs; without their -U they leave the number of rows as it is. */
  #sendsBefore(sink: number, changes: number): boolean {
    const before = (sink << 2) | 1;
    const after = before + 1;
    for (let i = 0; i < changes; i++) {
      if (this.#tags[i] === before) return true;
      if (this.#tags[i] === after) return false;
    }
    return true;
  }

  #netInserts(sink: number, changes: number): number {
    let size = 0;
    for (let i = 0; i < changes; i++) {
      if (this.#tags[i] === sink << 2) size++;
      else if (this.#tags[i] === ((sink << 2) | 3)) size--;
    }
    return size;
  }

  /** The rows that changed last, found from the end backwards. */
  #newest(sink: number, changes: number, most: number, key: readonly number[] | null): Row[] {
    const rows: Row[] = [];
    const seen = new Set<unknown>();
    const keyOf = key && keyReader(key);
    for (let i = changes - 1; i >= 0 && rows.length < most; i--) {
      const tag = this.#tags[i]!;
      if (tag >> 2 !== sink) continue;
      const row = this.#rows[i]!;
      if (keyOf) {
        const own = keyOf(row);
        if (seen.has(own)) continue;
        seen.add(own);
      }
      if ((tag & 1) === 0) rows.push(row);
    }
    return rows.reverse();
  }

  #keyed(sink: number, changes: number, key: readonly number[]): Row[] {
    const table = new Map<unknown, Row>();
    const keyOf = keyReader(key);
    for (let i = 0; i < changes; i++) {
      const tag = this.#tags[i]!;
      if (tag >> 2 !== sink) continue;
      const kind = tag & 3;
      // A -U right before its +U would only move the row to the end.
      if (kind === 1 && i + 1 < changes && this.#tags[i + 1] === ((sink << 2) | 2)) continue;
      const row = this.#rows[i]!;
      if ((kind & 1) === 0) table.set(keyOf(row), row);
      else table.delete(keyOf(row));
    }
    return [...table.values()];
  }

  /** Rows without a key: one of several equal ones goes, the oldest. */
  #whole(sink: number, changes: number): Row[] {
    const rows: (Row | null)[] = [];
    const places = new Map<unknown, number[]>();
    for (let i = 0; i < changes; i++) {
      const tag = this.#tags[i]!;
      if (tag >> 2 !== sink) continue;
      const row = this.#rows[i]!;
      const own = valueKey(row);
      const known = places.get(own);
      if ((tag & 1) === 0) {
        if (known) known.push(rows.length);
        else places.set(own, [rows.length]);
        rows.push(row);
      } else if (known && known.length > 0) rows[known.shift()!] = null;
    }
    return rows.filter((row) => row !== null);
  }
}

/** Up to so many changes a keyed table is folded from the first on, which keeps every row where it first came in. */
const FOLDED_WHOLE = 50_000;

/** What tells rows apart by `key`: the value itself where it is its own key. */
function keyReader(key: readonly number[]): (row: Row) => unknown {
  if (key.length !== 1) return (row) => valueKey(key.map((k) => row[k]!));
  const only = key[0]!;
  return (row) => {
    const value = row[only]!;
    return typeof value === 'object' && value !== null ? valueKey(value) : value;
  };
}
