import type { LogicalType, Value } from '../types/logical-type.ts';
import { decodeBase64, encodeUtf8 } from './bytes.ts';
import { exactToDecimal, parseExact } from './decimal.ts';
import { canonical, INTEGER_LIMITS } from './int64.ts';
import { internalMap } from './java-map.ts';
import { parseDouble, printDouble } from './java-number.ts';
import { daysFromCivil, daysInMonth, MILLIS_PER_DAY, timestampFrom } from './time.ts';

/** A cell of an input row as JSON. */
export type JsonCell =
  | string
  | number
  | boolean
  | null
  | readonly JsonCell[]
  | { readonly [key: string]: JsonCell };

/** A value, or why the cell is none, in a sentence for the user. */
export type ParsedJson = { readonly value: Value } | { readonly problem: string };

/** Thrown within this file only. */
class Misread extends Error {}

/**
 * Reads a JSON cell in the spelling of Flink's `json` format (SQL timestamp format): TIMESTAMP `2026-01-01 12:00:00[.fff]`,
 * TIMESTAMP_LTZ the same with `Z`, BYTES in base64, BIGINT and DECIMAL also as strings, objects for ROW and MAP.
 * A DECIMAL with too many digits is NULL, as there.
 */
export function parseJson(cell: JsonCell | undefined, type: LogicalType): ParsedJson {
  try {
    return { value: read(cell ?? null, type) };
  } catch (error) {
    if (error instanceof Misread) return { problem: error.message };
    throw error;
  }
}

function readBase64(cell: string): Uint8Array {
  try {
    return decodeBase64(encodeUtf8(cell));
  } catch {
    return misread(cell, 'binary data in base64');
  }
}

function misread(cell: JsonCell, wanted: string): never {
  throw new Misread(`${JSON.stringify(cell)} is not ${wanted}`);
}

function read(cell: JsonCell, type: LogicalType): Value {
  if (cell === null) return null;
  switch (type.root) {
    case 'BOOLEAN':
      return typeof cell === 'boolean' ? cell : textOf(cell).trim().toLowerCase() === 'true';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return readInteger(cell, type.root);
    case 'FLOAT':
    case 'DOUBLE': {
      const number = typeof cell === 'number' ? cell : parseDouble(textOf(cell));
      if (number === null) misread(cell, 'a number');
      // Flink's reader of JSON knows no negative zero.
      return type.root === 'FLOAT' ? Math.fround(number) + 0 : number + 0;
    }
    case 'DECIMAL': {
      const exact = parseExact(textOf(cell).trim());
      if (exact === null) misread(cell, 'a decimal number');
      return exactToDecimal(exact, type.precision, type.scale);
    }
    case 'CHAR':
    case 'VARCHAR':
      return textOf(cell);
    case 'BINARY':
    case 'VARBINARY': {
      if (typeof cell !== 'string') return misread(cell, 'binary data in base64');
      return readBase64(cell);
    }
    case 'DATE':
      return readDate(textOf(cell)) ?? misread(cell, 'a date such as "2026-01-31"');
    case 'TIME':
      return readTime(textOf(cell)) ?? misread(cell, 'a time such as "12:30:00"');
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const suffix = type.root === 'TIMESTAMP' ? '' : 'Z';
      const value = readTimestamp(textOf(cell), suffix, type.precision);
      return value ?? misread(cell, `a ${type.root} such as "2026-01-01 12:00:00${suffix}"`);
    }
    case 'INTERVAL_DAY':
      return readInteger(cell, 'BIGINT');
    case 'INTERVAL_MONTH':
      return readInteger(cell, 'INTEGER');
    case 'ARRAY':
      if (!Array.isArray(cell)) misread(cell, 'an array');
      return (cell as readonly JsonCell[]).map((item) => read(item, type.element));
    case 'ROW': {
      const object = asObject(cell);
      return type.fields.map((field) => read(object[field.name] ?? null, field.type));
    }
    case 'MAP':
      return internalMap(
        Object.entries(asObject(cell)).map(
          ([key, item]) => [read(key, type.key), read(item, type.value)] as const,
        ),
        type.key,
      );
    case 'MULTISET':
      return internalMap(
        Object.entries(asObject(cell)).map(
          ([key, item]) => [read(key, type.element), readInteger(item, 'INTEGER')] as const,
        ),
        type.element,
      );
    default:
      return misread(cell, `a value of type ${type.root}`);
  }
}

function asObject(cell: JsonCell): { readonly [key: string]: JsonCell } {
  if (typeof cell !== 'object' || cell === null || Array.isArray(cell)) misread(cell, 'an object');
  return cell as { readonly [key: string]: JsonCell };
}

/** Jackson's text of a node: numbers as written, objects as JSON. */
function textOf(cell: JsonCell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number')
    return Number.isInteger(cell) && Math.abs(cell) < 1e21 ? String(cell) : printDouble(cell);
  return typeof cell === 'boolean' ? String(cell) : JSON.stringify(cell);
}

function readInteger(cell: JsonCell, root: keyof typeof INTEGER_LIMITS): Value {
  const text = typeof cell === 'number' ? String(Math.trunc(cell)) : textOf(cell).trim();
  if (!/^[+-]?\d+$/.test(text)) misread(cell, 'a whole number');
  const value = BigInt(text.replace('+', ''));
  const [low, high] = INTEGER_LIMITS[root];
  if (value < low || value > high) misread(cell, `within the range of ${root === 'INTEGER' ? 'INT' : root}`);
  return canonical(value);
}

function readDate(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)
    ? null
    : daysFromCivil(year, month, day);
}
/** Milliseconds of the day, and the nanoseconds within the last of them. */
function readTimeParts(text: string): readonly [millis: number, nanos: number] | null {
  const match = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const fraction = (match[4] ?? '').padEnd(9, '0');
  return [
    ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3)),
    Number(fraction.slice(3)),
  ];
}
/** Whole seconds: Flink's format drops the fraction, whatever the column's type says. */
function readTime(text: string): number | null {
  const parts = readTimeParts(text);
  return parts && parts[0] - (parts[0] % 1000);
}
function readTimestamp(text: string, suffix: string, precision: number): Value {
  if (!text.endsWith(suffix)) return null;
  const [date = '', time = '', more] = text.slice(0, text.length - suffix.length).split(' ');
  const days = readDate(date);
  const parts = readTimeParts(time);
  if (more !== undefined || days === null || parts === null) return null;
  return timestampFrom(days * MILLIS_PER_DAY + parts[0], parts[1], precision);
}
