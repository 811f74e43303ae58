import type { ColumnInfo, InputEvent, Json, TableInfo } from '../../engine/engine-api.ts';

/** What a typed cell came to: a value, or why it is none. */
export type CellReading =
  | { readonly value: Json; readonly problem: null }
  | { readonly value: null; readonly problem: 'badNumber' | 'badBoolean' | 'badJson' };

type CellKind = 'text' | 'number' | 'boolean' | 'json';

/** How a column's values are written in an input row. */
export function cellKind({ type }: ColumnInfo): CellKind {
  if (/^(CHAR|VARCHAR|STRING|TIMESTAMP|DATE|TIME|BYTES|BINARY|VARBINARY)\b/i.test(type)) return 'text';
  if (/^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL|NUMERIC|DEC)\b/i.test(type))
    return 'number';
  if (/^BOOLEAN\b/i.test(type)) return 'boolean';
  return 'json';
}

/** Whether a column's values are numbers, to be set flush right. */
export function isNumeric(column: ColumnInfo): boolean {
  return cellKind(column) === 'number';
}

/** A value of a row as its cell shows it; NULL and absent are an empty cell. */
export function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (value === '') return '""';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Reads what was typed into a cell. Empty is NULL, two quotes are the empty string. */
export function readCell(column: ColumnInfo, typed: string): CellReading {
  const text = typed.trim();
  if (text === '' || text.toUpperCase() === 'NULL') return { value: null, problem: null };
  switch (cellKind(column)) {
    case 'text':
      return { value: text === '""' ? '' : typed, problem: null };
    case 'number':
      return readNumber(text);
    case 'boolean':
      if (/^true$/i.test(text)) return { value: true, problem: null };
      if (/^false$/i.test(text)) return { value: false, problem: null };
      return { value: null, problem: 'badBoolean' };
    case 'json':
      try {
        // What JSON.parse makes is JSON.
        return { value: JSON.parse(text) as Json, problem: null };
      } catch {
        return { value: null, problem: 'badJson' };
      }
  }
}

function readNumber(text: string): CellReading {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { value: null, problem: 'badNumber' };
  const number = Number(text);
  // Beyond what a double holds exactly, the digits themselves travel.
  const isExact = Number.isFinite(number) && (Number.isSafeInteger(number) || !/^[+-]?\d+$/.test(text));
  return { value: isExact ? number : text, problem: null };
}

/** Where the time attribute of a table's rows stands in them: a physical column that can be rewritten; null if it cannot. */
export function eventTimeColumn(table: TableInfo | undefined): ColumnInfo | null {
  const name = table?.watermark?.column;
  const column = table?.columns.find((candidate) => candidate.name === name);
  return column?.kind === 'physical' && /^TIMESTAMP/i.test(column.type) ? column : null;
}

/** A row whose event time is moved by so many milliseconds; null if its value is no time. */
export function withEventTimeMoved(event: InputEvent, column: ColumnInfo, byMs: number): InputEvent | null {
  const value = event.row[column.name];
  const match =
    typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z?)$/.exec(value) : null;
  if (!match) return null;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`) + Math.round(Number(`0${match[3] ?? ''}`) * 1000);
  const moved = new Date(ms + Math.round(byMs));
  if (Number.isNaN(moved.getTime())) return null;
  const iso = moved.toISOString();
  const fraction = iso.slice(19, 23).replace(/0+$/, '').replace(/\.$/, '');
  const text = `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}${match[4]}`;
  return { ...event, row: { ...event.row, [column.name]: text } };
}
