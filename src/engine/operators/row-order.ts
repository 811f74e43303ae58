import type { SortKey } from '../plan/logical.ts';
import type { GeneratedCode } from '../runtime/generate.ts';
import { isApproximate, type LogicalType, type Row, type Value } from '../types/logical-type.ts';
import { comparator, sameValue } from '../values/compare.ts';

export type RowOrder = (a: Row, b: Row) => number;

/** Types whose values JavaScript's `<` orders as Flink's generated code does, to which NaN is neither more nor less than a number. */
const isPlain = (type: LogicalType): boolean =>
  [
    'TINYINT',
    'SMALLINT',
    'INTEGER',
    'BIGINT',
    'DECIMAL',
    'FLOAT',
    'DOUBLE',
    'DATE',
    'TIME',
    'TIMESTAMP',
    'TIMESTAMP_LTZ',
    'CHAR',
    'VARCHAR',
  ].includes(type.root);

/** NaN is neither more nor less than a number, as in Flink's generated code. */
export const compareNumbers = (a: Value, b: Value): number => (a! > b! ? 1 : a! < b! ? -1 : 0);

/** Compares rows by some of their columns; 0 for rows of equal sort key. */
export function rowOrder(
  order: readonly SortKey[],
  types: readonly LogicalType[],
  code: GeneratedCode | null,
): RowOrder {
  const compare = order.map((_, i) => (isApproximate(types[i]!) ? compareNumbers : comparator(types[i]!)));
  if (!code) {
    return (a, b) => {
      for (let i = 0; i < order.length; i++) {
        const { column, descending, nullsFirst } = order[i]!;
        const x = a[column]!;
        const y = b[column]!;
        if (x === null || y === null) {
          if (x === y) continue;
          return (x === null) === nullsFirst ? -1 : 1;
        }
        const c = compare[i]!(x, y);
        if (c !== 0) return descending ? -c : c;
      }
      return 0;
    };
  }
  const lines = order.map(({ column, descending, nullsFirst }, i) => {
    const [less, more] = descending ? ['1', '-1'] : ['-1', '1'];
    const nulls = types[i]!.nullable
      ? `if (x === null || y === null) { if (x !== y) return ${nullsFirst ? '(x === null ? -1 : 1)' : '(x === null ? 1 : -1)'}; } else `
      : '';
    const values = isPlain(types[i]!)
      ? `{ if (x < y) return ${less}; if (x > y) return ${more}; }`
      : `{ const c = compare[${i}](x, y); if (c !== 0) return ${descending ? '-c' : 'c'}; }`;
    return `x = a[${column}]; y = b[${column}]; ${nulls}${values}`;
  });
  return code.generate<RowOrder>(
    ['compare'],
    `return (a, b) => { let x, y; ${lines.join('\n')} return 0; };`,
    [compare],
  );
}

/** Where `row` goes in sorted rows: behind all that are not greater. */
export function upperBound(rows: readonly Row[], row: Row, compare: RowOrder): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle]!, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of the rows that are not less than `row`. */
export function lowerBound(rows: readonly Row[], row: Row, compare: RowOrder): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle]!, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether rows are equal in these columns. */
export const sameIn =
  (columns: readonly number[]) =>
  (a: Row, b: Row): boolean =>
    columns.every((c) => sameValue(a[c]!, b[c]!));

export const sameRow = (a: Row, b: Row): boolean => a.every((v, i) => sameValue(v, b[i]!));
