import { isTimestamp, type LogicalType, type Value, withNullable } from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';
import { exactDigits, printDecimal } from '../values/decimal.ts';
import type { Int64 } from '../values/int64.ts';
import { bigDecimalText } from '../values/json.ts';
import { printValue } from '../values/print-value.ts';
import { printTime } from '../values/time.ts';

/** `_UTF-16LE'it''s'`, as Calcite writes text. */
export function quoteText(text: string): string {
  return `_UTF-16LE'${text.replace(/'/g, "''")}'`;
}

/** A literal as plans print it, with its type where Calcite thinks the value does not show it. */
export function printPlanLiteral(value: Value, type: LogicalType): string {
  const suffix = `:${printPlanType(withNullable(type, true))}`;
  if (value === null) return type.root === 'NULL' ? 'null' : `null${suffix}`;
  switch (type.root) {
    case 'BOOLEAN':
      return String(value);
    case 'INTEGER':
      return String(value);
    case 'TINYINT':
    case 'SMALLINT':
    case 'BIGINT':
      return `${value}${suffix}`;
    case 'DECIMAL':
      return `${bigDecimalText(printDecimal(value as Int64, type.scale))}${suffix}`;
    case 'FLOAT':
    case 'DOUBLE':
      return `${scientific(Number(value))}${suffix}`;
    case 'CHAR':
      return String(value).length === type.length
        ? quoteText(String(value))
        : `${quoteText(String(value))}${suffix}`;
    case 'VARCHAR':
      return `${quoteText(String(value))}${suffix}`;
    case 'DATE':
      return printValue(value, type, 'UTC') ?? 'null';
    case 'TIME':
      return type.precision === 0
        ? (printValue(value, type, 'UTC') ?? 'null')
        : `${trimFraction(printTime(value as number, type.precision))}${suffix}`;
    case 'INTERVAL_DAY':
    case 'INTERVAL_MONTH':
      return `${value}:INTERVAL ${type.unit}`;
    case 'BINARY':
    case 'VARBINARY':
      return `X'${[...(value as Uint8Array)].map((b) => b.toString(16).padStart(2, '0')).join('')}'${suffix}`;
    default: {
      if (!isTimestamp(type)) return String(value);
      const text = printValue(value, { ...type, root: 'TIMESTAMP', kind: 'REGULAR' }, 'UTC') ?? 'null';
      return type.precision === 0 && type.root === 'TIMESTAMP' ? text : `${trimFraction(text)}${suffix}`;
    }
  }
}

/** A literal without its type. */
export function printBareLiteral(value: Value, type: LogicalType): string {
  if (type.root === 'CHAR' || type.root === 'VARCHAR') return quoteText(String(value));
  const text = printPlanLiteral(value, type);
  if (isTimestamp(type)) return text.replace(/:TIMESTAMP.*$/, '');
  const typed = WITHOUT_TYPE.has(type.root) || type.root === 'INTERVAL_DAY' || type.root === 'INTERVAL_MONTH';
  return typed && text.includes(':') ? text.slice(0, text.lastIndexOf(':')) : text;
}

/** A literal as execution plans print it: text in quotes, other values without their type, NULL with a short one. */
export function printExecLiteral(value: Value, type: LogicalType): string {
  if (value === null && type.root !== 'NULL')
    return `null:${printPlanType(withNullable(type, true), 'short')}`;
  if (value !== null && (type.root === 'CHAR' || type.root === 'VARCHAR')) return `'${value}'`;
  const text = printPlanLiteral(value, type);
  if (value === null) return text;
  if (isTimestamp(type)) return text.replace(/:TIMESTAMP.*$/, '');
  return WITHOUT_TYPE.has(type.root) ? text.slice(0, text.lastIndexOf(':')) : text;
}
const WITHOUT_TYPE: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'BIGINT',
  'DECIMAL',
  'FLOAT',
  'DOUBLE',
  'BINARY',
  'VARBINARY',
]);

/** Calcite drops trailing zeros of a fraction of a second. */
const trimFraction = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** `1E0`, `2.5E10`, `1E-5`: a double as Calcite prints it. */
function scientific(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return `${mantissa}E${Number(exponent)}`;
}

/** `3.1415926535897931159E0`: the very value of a double that the planner computed, cut after 20 digits. */
export function exactScientific(value: number): string {
  if (value === 0) return '0E0';
  const [unscaled, scale] = exactDigits(Math.abs(value));
  const digits = String(unscaled);
  const first = digits.slice(0, 20);
  const shown = scale === 0 ? first.replace(/(?<=.)0+$/, '') : first;
  const mantissa = shown.length === 1 ? shown : `${shown[0]}.${shown.slice(1)}`;
  return `${value < 0 ? '-' : ''}${mantissa}E${digits.length - scale - 1}`;
}
