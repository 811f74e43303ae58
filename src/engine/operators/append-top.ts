import type { Port } from '../runtime/port.ts';
import type { Reporter } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import type { RowOrder } from './row-order.ts';

/** What the Top-N of one partition holds. */
interface Held {
  readonly rows: Row[];
}

interface Parts {
  readonly get: (row: Row) => Held | undefined;
  /** Makes and keeps the partition of a row. */
  readonly open: (row: Row) => Held;
  readonly passes: ((row: Row) => boolean) | null;
  readonly compare: RowOrder;
  /** What is sent on of a row, which is kept as it comes. */
  readonly make: (row: Row) => Row;
  readonly emit: Port['row'];
  /** At least 1. */
  readonly end: number;
  readonly report: Reporter | null;
}

/** The N first rows of an input that only inserts, without their ranks: a row that gets in pushes the last one out. */
export function appendTop(parts: Parts): Port['row'] {
  const { get, open, passes, compare, make, emit, end, report } = parts;
  return function rank(kind, row) {
    if (passes !== null && !passes(row)) {
      if (report !== null) report.filtered(kind, row);
      return;
    }
    const { rows } = get(row) ?? open(row);
    const count = rows.length;
    const isFull = count >= end;
    if (isFull && compare(row, rows[count - 1]!) >= 0) {
      if (report !== null) report.ignored(kind, row);
      return;
    }
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(rows[middle]!, row) <= 0) low = middle + 1;
      else high = middle;
    }
    const gone = isFull ? rows[count - 1]! : null;
    if (!isFull) rows.push(row);
    for (let i = isFull ? count - 1 : count; i > low; i--) rows[i] = rows[i - 1]!;
    rows[low] = row;
    if (gone !== null) emit(3, make(gone));
    emit(0, make(row));
  };
}
