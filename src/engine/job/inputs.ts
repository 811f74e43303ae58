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
  /** The tables there are, and for each input the place of its own among them. */
  readonly tables: string[] = [];
  readonly tableIds: Uint16Array;
  /** Processing time of each, in milliseconds after the start. */
  readonly atMs: Float64Array;
  readonly partitions: Int32Array;
  readonly kinds: Uint8Array;

  /** @param capacity At least as many as will be added. */
  constructor(capacity: number) {
    this.tableIds = new Uint16Array(capacity);
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
    let id = this.tables.indexOf(table);
    if (id < 0) id = this.tables.push(table) - 1;
    this.tableIds[i] = id;
    this.rows.push(row);
  }

  tableOf(input: number): string {
    return this.tables[this.tableIds[input]!]!;
  }

  *[Symbol.iterator](): Generator<ParsedInput> {
    for (let i = 0; i < this.count; i++)
      yield {
        table: this.tableOf(i),
        partition: this.partitions[i]!,
        kind: this.kinds[i]!,
        row: this.rows[i]!,
      };
  }
}
