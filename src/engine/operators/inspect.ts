import type { StateTable } from '../engine-api.ts';
import type { Field } from '../plan/logical.ts';
import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { printValue } from '../values/print-value.ts';

/** Entries of a state table that are printed. */
const MOST_SHOWN = 200;

/** A row's cells as `CAST(… AS STRING)` prints them. */
export function printRow(row: Row, fields: readonly Field[], zone: string): (string | null)[] {
  return fields.map((f, i) => printCell(row[i] ?? null, f.type, zone));
}

export function printCell(value: Value, type: LogicalType, zone: string): string | null {
  return value === null ? null : printValue(value, type, zone);
}

export function stateTable(
  name: string,
  columns: readonly string[],
  keyColumns: number,
  rows: readonly (readonly (string | null)[])[],
  size: number,
  lives: Lifetimes | null = null,
): StateTable {
  const table = { name, columns, keyColumns, rows: rows.slice(0, MOST_SHOWN), size };
  return lives && lives.ms > 0
    ? { ...table, ttl: { ms: lives.ms, expiresMs: lives.expiresMs.slice(0, MOST_SHOWN) } }
    : table;
}

/** When each printed entry of a state with a time to live will be forgotten. */
export class Lifetimes {
  readonly ms: number;
  readonly expiresMs: number[] = [];

  constructor(ttlMs: number) {
    this.ms = ttlMs;
  }

  /** Notes the next entry by when it was written. */
  add(writtenMs = 0): void {
    this.expiresMs.push(writtenMs + this.ms);
  }
}

/** A list of rows, with no key. */
export function rowTable(
  name: string,
  rows: readonly Row[],
  fields: readonly Field[],
  zone: string,
): StateTable {
  const shown = rows.slice(0, MOST_SHOWN).map((row) => printRow(row, fields, zone));
  return stateTable(
    name,
    fields.map((f) => f.name),
    0,
    shown,
    rows.length,
  );
}
