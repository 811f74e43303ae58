import type { Row } from '../types/logical-type.ts';

/** Stands where the kind of a row would: its partition ends. */
export const CLOSING = 4;

/** Where an input comes in, and as what. */
export interface Origin {
  readonly table: string;
  readonly partition: number;
  /** The kind of the row, or `CLOSING`. */
  readonly kind: number;
}

/** An input as the job takes it. */
export interface ParsedInput extends Origin {
  readonly row: Row;
}

/** The inputs of a run in order of arrival, in columns: a run over a million of them chases no objects but the rows. */
export class Inputs {
  readonly rows: Row[] = [];
  /** Processing time of each, in milliseconds after the start. */
  readonly atMs: Float64Array;
  /** The different origins, and for each input the place of its own among them: one number, for most come from where the one before came from. */
  readonly origins: Origin[] = [];
  readonly originIds: Uint32Array;
  /** Ids of the origins in each table, by partition and kind. */
  readonly #idsIn = new Map<string, Map<number, number>>();

  /** @param capacity At least as many as will be added. */
  constructor(capacity: number) {
    this.atMs = new Float64Array(capacity);
    this.originIds = new Uint32Array(capacity);
  }

  get count(): number {
    return this.rows.length;
  }

  add(atMs: number, { table, partition, kind, row }: ParsedInput): void {
    const i = this.rows.push(row) - 1;
    this.atMs[i] = atMs;
    let ids = this.#idsIn.get(table);
    if (ids === undefined) this.#idsIn.set(table, (ids = new Map()));
    const place = partition * (CLOSING + 1) + kind;
    let id = ids.get(place);
    if (id === undefined) ids.set(place, (id = this.origins.push({ table, partition, kind }) - 1));
    this.originIds[i] = id;
  }

  originOf(input: number): Origin {
    return this.origins[this.originIds[input]!]!;
  }

  *[Symbol.iterator](): Generator<ParsedInput> {
    for (let i = 0; i < this.count; i++) yield { ...this.originOf(i), row: this.rows[i]! };
  }
}
