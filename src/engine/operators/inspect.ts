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
): StateTable {
  return { name, columns, keyColumns, rows: rows.slice(0, MOST_SHOWN), size };
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
