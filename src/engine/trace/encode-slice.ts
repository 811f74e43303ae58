import type { TraceSlice } from '../engine-api.ts';
import type { LogicalType, Row } from '../types/logical-type.ts';
import { printer } from '../values/print-value.ts';
import type { TraceLog } from './trace-log.ts';

export interface TableBefore {
  readonly sink: string;
  readonly operator: number;
  readonly rows: readonly Row[];
  readonly size: number;
}

/**
 * Entries of some steps as columns that can cross a thread: each row printed once, each distinct text once.
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
  const printers = columnTypes.map((types) => types.map((type) => printer(type, zone)));
  const strings: string[] = [];
  const stringIds = new Map<string, number>();
  const rowStart: number[] = [0];
  const cells: number[] = [];
  const rowIds = new Map<Row, number>();
  const rowOf = (row: Row, operator: number): number => {
    const known = rowIds.get(row);
    if (known !== undefined) return known;
    const id = rowStart.length - 1;
    const print = printers[operator]!;
    for (let c = 0; c < print.length; c++) {
      const value = row[c];
      if (value === null || value === undefined) {
        cells.push(-1);
        continue;
      }
      const text = print[c]!(value);
      let at = stringIds.get(text);
      if (at === undefined) {
        at = strings.length;
        strings.push(text);
        stringIds.set(text, at);
      }
      cells.push(at);
    }
    rowStart.push(cells.length);
    rowIds.set(row, id);
    return id;
  };
  const row = new Int32Array(count);
  const cause = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const value = log.rows[first + i]!;
    row[i] = value === null ? -1 : rowOf(value, log.operator[first + i]!);
    const from = log.cause[first + i]!;
    cause[i] = from >= first ? from - first : -1;
  }
  const stepStart = new Int32Array(toStep - fromStep + 1);
  for (let s = fromStep; s <= toStep; s++)
    stepStart[s - fromStep] = (log.stepStart[s - stepOffset] ?? log.count) - first;
  const tables = tablesBefore.map(({ sink, operator, rows, size }) => ({
    sink,
    size,
    rows: Int32Array.from(rows, (r) => rowOf(r, operator)),
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
    rowStart: Int32Array.from(rowStart),
    cells: Int32Array.from(cells),
    strings,
    tablesBefore: tables,
    watermarkBefore,
  };
}
