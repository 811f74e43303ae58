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

/** How many values of a type are known again, each in a slot of its own. A power of two. */
const SLOTS = 256;

/** Where a value is looked for; -1 for what is not worth looking for. */
function slotOf(value: Value): number {
  if (typeof value === 'number') return value | 0 ? (value | 0) & (SLOTS - 1) : Object.is(value, -0) ? -1 : 0;
  if (typeof value !== 'string') return -1;
  const { length } = value;
  return length === 0
    ? 0
    : (length + 31 * value.charCodeAt(length - 1) + 7 * value.charCodeAt(0)) & (SLOTS - 1);
}

/** The texts of values of one type; a value that comes again is mostly printed once. */
class TypeTexts {
  readonly #print: (value: Value) => string;
  readonly #values: Value[] = Array.from({ length: SLOTS }, () => null);
  readonly #places = new Int32Array(SLOTS);

  constructor(type: LogicalType, zone: string) {
    this.#print = printer(type, zone);
  }

  forget(): void {
    this.#values.fill(null);
  }

  /** The place of a value's text among the strings, which it is added to where it is new; -1 is NULL. */
  place(value: Value, strings: string[]): number {
    if (value === null || value === undefined) return -1;
    const slot = slotOf(value);
    if (slot >= 0 && this.#values[slot] === value) return this.#places[slot]!;
    const place = strings.push(this.#print(value)) - 1;
    if (slot >= 0) {
      this.#values[slot] = value;
      this.#places[slot] = place;
    }
    return place;
  }
}

/**
 * Writes the entries of some steps as columns that can cross a thread. One serves all slices of a run: what the machine has learned of it is lost with it.
 */
export class SliceEncoder {
  readonly #byType = new Map<string, TypeTexts>();
  /** Those of the columns of each operator's output. */
  readonly #columns: readonly (readonly TypeTexts[])[];
  #strings: string[] = [];
  #rowStart: number[] = [0];
  #cells: number[] = [];

  /** @param columnTypes Types of the columns of each operator's output. */
  constructor(columnTypes: readonly (readonly LogicalType[])[], zone: string) {
    this.#columns = columnTypes.map((types) => types.map((type) => this.#textsOf(type, zone)));
  }

  #textsOf(type: LogicalType, zone: string): TypeTexts {
    const name = printType(type);
    let texts = this.#byType.get(name);
    if (texts === undefined) this.#byType.set(name, (texts = new TypeTexts(type, zone)));
    return texts;
  }

  /** Adds a row, as the places of its cells' texts. */
  #add(row: Row, operator: number): number {
    const columns = this.#columns[operator]!;
    for (let c = 0; c < columns.length; c++) this.#cells.push(columns[c]!.place(row[c]!, this.#strings));
    return this.#rowStart.push(this.#cells.length) - 2;
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
    const row = new Int32Array(end - first);
    const cause = new Int32Array(end - first);
    for (let i = 0; i < row.length; i++) {
      const value = log.rows[first + i]!;
      const from = log.cause[first + i]!;
      cause[i] = from >= first ? from - first : -1;
      if (value === null) row[i] = -1;
      // An operator that changes nothing hands on the row it got.
      else if (from >= first && log.rows[from] === value) row[i] = row[from - first]!;
      else row[i] = this.#add(value, log.operator[first + i]!);
    }
    const stepStart = new Int32Array(toStep - fromStep + 1);
    for (let s = fromStep; s <= toStep; s++)
      stepStart[s - fromStep] = (log.stepStart[s - stepOffset] ?? log.count) - first;
    const tables = tablesBefore.map(({ sink, operator, rows: held, size }) => {
      const rows = new Int32Array(held.length);
      for (let i = 0; i < held.length; i++) rows[i] = this.#add(held[i]!, operator);
      return { sink, size, rows };
    });
    const slice: TraceSlice = {
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
      rowStart: new Int32Array(this.#rowStart),
      cells: new Int32Array(this.#cells),
      strings: this.#strings,
      tablesBefore: tables,
      watermarkBefore,
    };
    this.#forget();
    return slice;
  }

  #forget(): void {
    for (const texts of this.#byType.values()) texts.forget();
    this.#strings = [];
    this.#rowStart = [0];
    this.#cells = [];
  }
}
