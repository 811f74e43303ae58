import type { LogicalType, Value } from '../types/logical-type.ts';
import { decodeUtf8, repaired } from './bytes.ts';
import { printDecimal } from './decimal.ts';
import { floorDiv, type Int64 } from './int64.ts';
import { printDouble, printFloat } from './java-number.ts';
import { encodable } from './text.ts';
import {
  printDate,
  printDuration,
  printMonths,
  printTime,
  printTimestamp,
  timestampNanos,
  unitsPerMilli,
} from './time.ts';
import { toLocalExact } from './zone.ts';

/**
 * A value as results show it, which is how `CAST(… AS STRING)` prints it, but for binary data (`x'0a0b'` here, UTF-8 text there).
 * NULL is `null` at the top and `NULL` inside collections. `zone` is the session's time zone, for TIMESTAMP_LTZ.
 */
export function printValue(value: Value, type: LogicalType, zone: string): string | null {
  return value === null ? null : printer(type, zone)(value);
}

/** Prints non-NULL values of a type; `binaryAsText` reads binary data as UTF-8, as CAST does. */
export function printer(type: LogicalType, zone: string, binaryAsText = false): (value: Value) => string {
  switch (type.root) {
    case 'BOOLEAN':
      return (value) => (value === true ? 'TRUE' : 'FALSE');
    case 'FLOAT':
      return (value) => printFloat(value as number);
    case 'DOUBLE':
      return (value) => printDouble(value as number);
    case 'DECIMAL':
      return (value) => printDecimal(value as Int64, type.scale);
    case 'BINARY':
    case 'VARBINARY':
      return binaryAsText
        ? (value) => decodeUtf8(value as Uint8Array)
        : (value) => `x'${hex(value as Uint8Array)}'`;
    case 'DATE':
      return (value) => printDate(value as number);
    case 'TIME':
      return (value) => printTime(value as number);
    case 'TIMESTAMP':
      return (value) =>
        printTimestamp(
          floorDiv(value as Int64, unitsPerMilli(type.precision)),
          timestampNanos(value as Int64, type.precision),
          type.precision,
        );
    case 'TIMESTAMP_LTZ':
      return (value) => {
        const millis = floorDiv(value as Int64, unitsPerMilli(type.precision));
        return printTimestamp(
          toLocalExact(zone, millis),
          timestampNanos(value as Int64, type.precision),
          type.precision,
        );
      };
    case 'INTERVAL_MONTH':
      return (value) => printMonths(value as number);
    case 'INTERVAL_DAY':
      return (value) => printDuration(value as Int64);
    case 'CHAR':
    case 'VARCHAR':
      return (value) => encodable(repaired(value as string));
    case 'ARRAY': {
      const element = nested(type.element, zone, binaryAsText);
      return (value) => `[${(value as readonly Value[]).map(element).join(', ')}]`;
    }
    case 'ROW': {
      const fields = type.fields.map((field) => nested(field.type, zone, binaryAsText));
      return (value) =>
        `(${fields.map((field, i) => field((value as readonly Value[])[i] ?? null)).join(', ')})`;
    }
    case 'MAP':
      return mapPrinter(nested(type.key, zone, binaryAsText), nested(type.value, zone, binaryAsText));
    case 'MULTISET':
      return mapPrinter(nested(type.element, zone, binaryAsText), String);
    default:
      return String;
  }
}

function nested(type: LogicalType, zone: string, binaryAsText: boolean): (value: Value) => string {
  const print = printer(type, zone, binaryAsText);
  return (value) => (value === null ? 'NULL' : print(value));
}

function mapPrinter(key: (value: Value) => string, item: (value: Value) => string): (value: Value) => string {
  return (value) =>
    `{${[...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => `${key(k)}=${item(v)}`).join(', ')}}`;
}

/** Lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
