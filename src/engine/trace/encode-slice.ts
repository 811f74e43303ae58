import type { Cell, CellColumn, CellFormat, TraceSlice } from '../engine-api.ts';
import { type GeneratedCode, specialize } from '../runtime/generate.ts';
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

interface ColumnReader {
  /** The column in place `c` of some rows; null where a value is no number from `least` to `most`. */
  numbers(rows: readonly Row[], c: number, least: number, most: number): Float64Array | null;
  values(rows: readonly Row[], c: number): Value[];
}

/**
 * Each operator's rows have a reader of their own: the machine keeps rows of nothing but numbers in another way, and code that has met both kinds
 * copies every such row before it reads it (25 times the time).
 */
const columnReader = (): ColumnReader => ({
  numbers(rows, c, least, most) {
    const numbers = new Float64Array(rows.length);
    for (let r = 0; r < rows.length; r++) {
      const value = rows[r]![c] ?? null;
      if (typeof value === 'number' && value >= least && value <= most) numbers[r] = value;
      else if (value === null) numbers[r] = Number.NaN;
      else return null;
    }
    return numbers;
  },
  values: (rows, c) => rows.map((row) => row[c] ?? null),
});

/** Writes the values of one type; a number that comes again is mostly printed once. */
class Cells {
  /** Null where all values are printed here. */
  readonly format: CellFormat | null;
  /** Numbers from here to there cross as they are. */
  readonly #leastNumber: number;
  readonly #mostNumber: number;
  readonly #isText: boolean;
  readonly #print: (value: Value) => string;
  readonly #values: Value[] = Array.from({ length: SLOTS }, () => null);
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '');

  constructor(type: LogicalType, zone: string) {
    this.format = formatOf(type);
    const isTime = type.root === 'TIMESTAMP';
    this.#leastNumber = isTime ? YEAR_0_MS : -Infinity;
    this.#mostNumber = isTime ? YEAR_10000_MS - 1 : Infinity;
    this.#isText = type.root === 'CHAR' || type.root === 'VARCHAR';
    this.#print = printer(type, zone);
  }

  /** The column in place `c` of some rows. */
  columnOf(rows: readonly Row[], c: number, reader: ColumnReader): CellColumn {
    const numbers = this.format && reader.numbers(rows, c, this.#leastNumber, this.#mostNumber);
    if (numbers !== null) return numbers;
    const values = reader.values(rows, c);
    return this.#isText ? (values as Cell[]) : values.map((value) => this.#cellOf(value));
  }

  #cellOf(value: Value): Cell {
    if (value === null) return null;
    const isNumber = this.format !== null && (typeof value === 'number' || typeof value === 'bigint');
    return isNumber && value >= this.#leastNumber && value <= this.#mostNumber ? value : this.#textOf(value);
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
  readonly #readers: readonly ColumnReader[];
  /** @param columnTypes Types of the columns of each operator's output. */
  constructor(columnTypes: readonly (readonly LogicalType[])[], zone: string, code: GeneratedCode | null) {
    this.#columns = columnTypes.map((types) => types.map((type) => this.#cellsOf(type, zone)));
    this.#readers = columnTypes.map((types, id) =>
      specialize(columnReader, `${id}: ${types.map(printType).join()}`, code)(undefined),
    );
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
    const rows = new RowList(this.#columns.length, end - first + held);
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
      cells: this.#columns.map((columns, id) =>
        columns.map((cells, c) => cells.columnOf(rows.of[id]!, c, this.#readers[id]!)),
      ),
      formats: this.#formats,
      tablesBefore: tables,
      watermarkBefore,
    };
  }
}

/** Rows still to be written, by operator. */
class RowList {
  readonly of: readonly Row[][];
  readonly #operators: Uint16Array;
  readonly #places: Int32Array;
  #count = 0;

  constructor(operators: number, most: number) {
    this.of = Array.from({ length: operators }, () => []);
    this.#operators = new Uint16Array(most);
    this.#places = new Int32Array(most);
  }

  add(row: Row, operator: number): number {
    const own = this.of[operator]!;
    this.#operators[this.#count] = operator;
    this.#places[this.#count] = own.push(row) - 1;
    return this.#count++;
  }

  places(): Pick<TraceSlice, 'rowOperator' | 'rowPlace'> {
    return {
      rowOperator: this.#operators.slice(0, this.#count),
      rowPlace: this.#places.slice(0, this.#count),
    };
  }
}
