import type { Cell, CellFormat, TraceSlice } from '../engine-api.ts';
import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { printer } from '../values/print-value.ts';
import type { TraceLog } from './trace-log.ts';

export interface TableBefore {
  readonly sink: string;
  readonly operator: number;
  readonly rows: readonly Row[];
  readonly size: number;
}

/** How many values of a type are known again, each in a slot of its own. A power of two. */
const SLOTS = 256;

/** Where a number is looked for; -1 for what is not. */
const slotOf = (value: Value): number =>
  typeof value !== 'number' || Object.is(value, -0) ? -1 : (value | 0) & (SLOTS - 1);

const INTEGERS: ReadonlySet<LogicalType['root']> = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']);

/** How values of a type that cross as numbers are printed; null for types that cross as texts. */
function formatOf(type: LogicalType): CellFormat | null {
  if (INTEGERS.has(type.root)) return 'integer';
  if (type.root === 'DECIMAL') return { scale: type.scale };
  return type.root === 'TIMESTAMP' && type.precision <= 3 ? { precision: type.precision } : null;
}

/** Timestamps in between print as everywhere. */
const YEAR_0_MS = Date.parse('0000-01-01T00:00:00Z');
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

/** Prints the values of one type; a number that comes again is mostly printed once. */
class Cells {
  /** Null where all values are printed here. */
  readonly format: CellFormat | null;
  /** All values are cells as they are. They need not even be looked at: where they stand in memory is far from the rows. */
  readonly isPlain: boolean;
  readonly #print: (value: Value) => string;
  readonly #values: Value[] = Array.from({ length: SLOTS }, () => null);
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '');

  constructor(type: LogicalType, zone: string) {
    this.format = formatOf(type);
    this.isPlain =
      (this.format !== null && type.root !== 'TIMESTAMP') || type.root === 'CHAR' || type.root === 'VARCHAR';
    this.#print = printer(type, zone);
  }

  cellOf(value: Value): Cell {
    if (value === null) return null;
    if (this.format !== null && typeof value === 'number' && value >= YEAR_0_MS && value < YEAR_10000_MS)
      return value;
    return this.#textOf(value);
  }

  #textOf(value: Value): string {
    const slot = slotOf(value);
    if (slot < 0) return this.#print(value);
    if (this.#values[slot] !== value) {
      this.#values[slot] = value;
      this.#texts[slot] = this.#print(value);
    }
    return this.#texts[slot]!;
  }
}

/**
 * Writes the entries of some steps as columns that can cross a thread. One serves all slices of a run: what the machine has learned of it is lost with it.
 */
export class SliceEncoder {
  readonly #byType = new Map<string, Cells>();
  /** Those of the columns of each operator's output. */
  readonly #columns: readonly (readonly Cells[])[];
  readonly #formats: readonly (readonly CellFormat[])[];
  /** @param columnTypes Types of the columns of each operator's output. */
  constructor(columnTypes: readonly (readonly LogicalType[])[], zone: string) {
    this.#columns = columnTypes.map((types) => types.map((type) => this.#cellsOf(type, zone)));
    this.#formats = this.#columns.map((columns) => columns.map(({ format }) => format ?? 'integer'));
  }

  #cellsOf(type: LogicalType, zone: string): Cells {
    const name = printType(type);
    let cells = this.#byType.get(name);
    if (cells === undefined) this.#byType.set(name, (cells = new Cells(type, zone)));
    return cells;
  }

  encode(
    log: TraceLog,
    fromStep: number,
    toStep: number,
    stepOffset: number,
    tablesBefore: readonly TableBefore[],
    watermarkBefore: Float64Array,
  ): TraceSlice {
    const first = log.stepStart[fromStep - stepOffset] ?? log.count;
    const end = log.stepStart[toStep - stepOffset] ?? log.count;
    const held = tablesBefore.reduce((sum, table) => sum + table.rows.length, 0);
    const rows = new RowList(this.#columns, end - first + held);
    const row = new Int32Array(end - first);
    const cause = log.cause.slice(first, end);
    const operator = log.operator.slice(first, end);
    const logged = log.rows;
    for (let i = 0; i < row.length; i++) {
      const value = logged[first + i]!;
      const from = cause[i]! - first;
      cause[i] = from < 0 ? -1 : from;
      if (value === null) row[i] = -1;
      // An operator that changes nothing hands on the row it got.
      else if (from >= 0 && logged[first + from] === value) row[i] = row[from]!;
      else row[i] = rows.add(value, operator[i]!);
    }
    const stepStart = new Int32Array(toStep - fromStep + 1);
    for (let s = fromStep; s <= toStep; s++)
      stepStart[s - fromStep] = (log.stepStart[s - stepOffset] ?? log.count) - first;
    const tables = tablesBefore.map(({ sink, operator, rows: held, size }) => {
      const places = new Int32Array(held.length);
      for (let i = 0; i < held.length; i++) places[i] = rows.add(held[i]!, operator);
      return { sink, size, rows: places };
    });
    return {
      from: fromStep,
      to: toStep,
      stepStart,
      kind: log.kind.slice(first, end),
      operator,
      rowKind: log.rowKind.slice(first, end),
      cause,
      row,
      atMs: log.atMs.slice(first, end),
      endMs: log.endMs.slice(first, end),
      ...rows.places(),
      cells: this.#columns.map((columns, id) => written(rows.of[id]!, columns)),
      formats: this.#formats,
      tablesBefore: tables,
      watermarkBefore,
    };
  }
}

/** The cells of rows, row after row. */
function written(rows: readonly Row[], columns: readonly Cells[]): readonly Cell[] {
  const width = columns.length;
  const cells = new Array<Cell>(rows.length * width);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!;
    const start = r * width;
    for (let c = 0; c < width; c++) {
      const value = row[c] ?? null;
      const column = columns[c]!;
      cells[start + c] = column.isPlain ? (value as Cell) : column.cellOf(value);
    }
  }
  return cells;
}

/** Rows still to be written: by operator, for one large array costs more than several of middling size. */
class RowList {
  readonly of: readonly Row[][];
  readonly #columns: readonly { readonly length: number }[];
  readonly #operators: Uint16Array;
  readonly #starts: Int32Array;
  #count = 0;

  constructor(columns: readonly { readonly length: number }[], most: number) {
    this.of = columns.map(() => []);
    this.#columns = columns;
    this.#operators = new Uint16Array(most);
    this.#starts = new Int32Array(most);
  }

  add(row: Row, operator: number): number {
    const own = this.of[operator]!;
    this.#operators[this.#count] = operator;
    this.#starts[this.#count] = own.length * this.#columns[operator]!.length;
    own.push(row);
    return this.#count++;
  }

  places(): Pick<TraceSlice, 'rowOperator' | 'rowStart'> {
    return {
      rowOperator: this.#operators.slice(0, this.#count),
      rowStart: this.#starts.slice(0, this.#count),
    };
  }
}
