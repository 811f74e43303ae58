import type { Row } from '../types/logical-type.ts';

/** Stands where the kind of a row would: its partition ends. */
export const CLOSING = 4;

/** An input as the job takes it. */
export interface ParsedInput {
  readonly table: string;
  readonly partition: number;
  /** The kind of the row, or `CLOSING`. */
  readonly kind: number;
  readonly row: Row;
}

/** The inputs of a run in order of arrival, in columns: a run over a million of them chases no objects but the rows. */
export class Inputs {
  readonly rows: Row[] = [];
  readonly tables: string[] = [];
  /** Processing time of each, in milliseconds after the start. */
  readonly atMs: Float64Array;
  readonly partitions: Int32Array;
  readonly kinds: Uint8Array;

  /** @param capacity At least as many as will be added. */
  constructor(capacity: number) {
    this.atMs = new Float64Array(capacity);
    this.partitions = new Int32Array(capacity);
    this.kinds = new Uint8Array(capacity);
  }

  get count(): number {
    return this.rows.length;
  }

  add(atMs: number, { table, partition, kind, row }: ParsedInput): void {
    const i = this.rows.length;
    this.atMs[i] = atMs;
    this.partitions[i] = partition;
    this.kinds[i] = kind;
    this.tables.push(table);
    this.rows.push(row);
  }

  *[Symbol.iterator](): Generator<ParsedInput> {
    for (let i = 0; i < this.count; i++)
      yield {
        table: this.tables[i]!,
        partition: this.partitions[i]!,
        kind: this.kinds[i]!,
        row: this.rows[i]!,
      };
  }
}
