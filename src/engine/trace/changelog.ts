import type { Row } from '../types/logical-type.ts';
import { sameValue, valueKey } from '../values/compare.ts';

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

  /** What a sink holds after the first `changes` changes (of all sinks): how many rows, and the last `most` of them in order of arrival. */
  tableAt(sink: number, changes: number, most: number): { readonly rows: readonly Row[]; readonly size: number } {
    const { key, isInsertOnly } = this.#sinks[sink]!;
    if (isInsertOnly) return this.#appended(sink, changes, most);
    const rows = key ? this.#keyed(sink, changes, key) : this.#whole(sink, changes);
    return { rows: rows.slice(-most), size: rows.length };
  }

  #appended(sink: number, changes: number, most: number): { rows: Row[]; size: number } {
    const rows: Row[] = [];
    let size = 0;
    for (let i = changes - 1; i >= 0; i--) {
      if (this.#tags[i]! >> 2 !== sink) continue;
      size++;
      if (rows.length < most) rows.push(this.#rows[i]!);
      else if (this.#sinks.length === 1) {
        size += i;
        break;
      }
    }
    return { rows: rows.reverse(), size };
  }

  #keyed(sink: number, changes: number, key: readonly number[]): Row[] {
    const table = new Map<unknown, Row>();
    const keyOf = key.length === 1 ? (row: Row): unknown => valueKey(row[key[0]!]!) : (row: Row): unknown => valueKey(key.map((k) => row[k]!));
    for (let i = 0; i < changes; i++) {
      const tag = this.#tags[i]!;
      if (tag >> 2 !== sink) continue;
      const kind = tag & 3;
      // A -U right before its +U would only move the row to the end.
      if (kind === 1 && i + 1 < changes && this.#tags[i + 1] === ((sink << 2) | 2)) continue;
      const row = this.#rows[i]!;
      if (kind === 0 || kind === 2) table.set(keyOf(row), row);
      else table.delete(keyOf(row));
    }
    return [...table.values()];
  }

  #whole(sink: number, changes: number): Row[] {
    const rows: Row[] = [];
    for (let i = 0; i < changes; i++) {
      const tag = this.#tags[i]!;
      if (tag >> 2 !== sink) continue;
      const row = this.#rows[i]!;
      if ((tag & 1) === 0) rows.push(row);
      else {
        const at = rows.findIndex((r) => r.length === row.length && r.every((v, c) => sameValue(v, row[c]!)));
        if (at >= 0) rows.splice(at, 1);
      }
    }
    return rows;
  }
}
