import type { TraceSlice } from '../engine-api.ts';
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

/** The texts of a slice's values, each distinct value of a type printed once. */
class Texts {
  readonly strings: string[] = [];
  readonly #zone: string;
  readonly #readers = new Map<string, (value: Value) => number>();

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** What gives values of a type their place among the strings; -1 is NULL. */
  reader(type: LogicalType): (value: Value) => number {
    const name = printType(type);
    let reader = this.#readers.get(name);
    if (reader === undefined) this.#readers.set(name, (reader = this.#makeReader(type)));
    return reader;
  }

  #makeReader(type: LogicalType): (value: Value) => number {
    const print = printer(type, this.#zone);
    const known = new Map<Value, number>();
    const { strings } = this;
    return (value) => {
      if (value === null || value === undefined) return -1;
      // A Map takes -0 for 0, which prints otherwise.
      const isKnowable = !Object.is(value, -0);
      let place = isKnowable ? known.get(value) : undefined;
      if (place === undefined) {
        place = strings.length;
        strings.push(print(value));
        if (isKnowable) known.set(value, place);
      }
      return place;
    };
  }
}

/** How many of the rows met last are known again; a row on its way through operators is met several times in short order. */
const REMEMBERED_ROWS = 8;

/** The rows of a slice, as the places of their cells' texts. */
class Rows {
  readonly start: number[] = [0];
  readonly cells: number[] = [];
  readonly #readers: readonly (readonly ((value: Value) => number)[])[];
  readonly #last: (Row | null)[] = Array.from({ length: REMEMBERED_ROWS }, () => null);
  readonly #lastPlaces = new Int32Array(REMEMBERED_ROWS);
  #next = 0;

  constructor(readers: readonly (readonly ((value: Value) => number)[])[]) {
    this.#readers = readers;
  }

  place(row: Row, operator: number): number {
    const known = this.#last.indexOf(row);
    if (known >= 0) return this.#lastPlaces[known]!;
    const place = this.start.length - 1;
    const readers = this.#readers[operator]!;
    for (let c = 0; c < readers.length; c++) this.cells.push(readers[c]!(row[c]!));
    this.start.push(this.cells.length);
    this.#last[this.#next] = row;
    this.#lastPlaces[this.#next] = place;
    this.#next = (this.#next + 1) % REMEMBERED_ROWS;
    return place;
  }
}

/**
 * Entries of some steps as columns that can cross a thread.
 * @param columnTypes Types of the columns of each operator's output.
 */
export function encodeSlice(
  log: TraceLog,
  fromStep: number,
  toStep: number,
  stepOffset: number,
  columnTypes: readonly (readonly LogicalType[])[],
  zone: string,
  tablesBefore: readonly TableBefore[],
  watermarkBefore: Float64Array,
): TraceSlice {
  const first = log.stepStart[fromStep - stepOffset] ?? log.count;
  const end = log.stepStart[toStep - stepOffset] ?? log.count;
  const count = end - first;
  const texts = new Texts(zone);
  const rows = new Rows(columnTypes.map((types) => types.map((type) => texts.reader(type))));
  const row = new Int32Array(count);
  const cause = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const value = log.rows[first + i]!;
    row[i] = value === null ? -1 : rows.place(value, log.operator[first + i]!);
    const from = log.cause[first + i]!;
    cause[i] = from >= first ? from - first : -1;
  }
  const stepStart = new Int32Array(toStep - fromStep + 1);
  for (let s = fromStep; s <= toStep; s++)
    stepStart[s - fromStep] = (log.stepStart[s - stepOffset] ?? log.count) - first;
  const tables = tablesBefore.map(({ sink, operator, rows: held, size }) => ({
    sink,
    size,
    rows: Int32Array.from(held, (r) => rows.place(r, operator)),
  }));
  return {
    from: fromStep,
    to: toStep,
    stepStart,
    kind: log.kind.slice(first, end),
    operator: log.operator.slice(first, end),
    rowKind: log.rowKind.slice(first, end),
    cause,
    row,
    atMs: log.atMs.slice(first, end),
    endMs: log.endMs.slice(first, end),
    rowStart: new Int32Array(rows.start),
    cells: new Int32Array(rows.cells),
    strings: texts.strings,
    tablesBefore: tables,
    watermarkBefore,
  };
}
