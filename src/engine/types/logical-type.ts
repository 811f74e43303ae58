/**
 * Flink's logical types as plain data. Nullability is part of a type, as in Flink.
 */
export type LogicalType =
  | SimpleType
  | LengthType
  | DecimalType
  | TimeType
  | TimestampType
  | IntervalType
  | ElementType
  | MapType
  | RowType
  | SymbolType;

interface Typed {
  readonly nullable: boolean;
}
export interface SimpleType extends Typed {
  readonly root:
    | 'BOOLEAN'
    | 'TINYINT'
    | 'SMALLINT'
    | 'INTEGER'
    | 'BIGINT'
    | 'FLOAT'
    | 'DOUBLE'
    | 'DATE'
    | 'NULL'
    | 'VARIANT'
    | 'RAW';
}
/** `length` in characters or bytes; STRING is VARCHAR(2147483647), BYTES is VARBINARY(2147483647). */
export interface LengthType extends Typed {
  readonly root: 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY';
  readonly length: number;
}
export interface DecimalType extends Typed {
  readonly root: 'DECIMAL';
  readonly precision: number;
  readonly scale: number;
}
export interface TimeType extends Typed {
  readonly root: 'TIME';
  readonly precision: number;
}
/** `kind` says whether the column is a time attribute; it is part of Flink's type, not of the value. */
export interface TimestampType extends Typed {
  readonly root: 'TIMESTAMP' | 'TIMESTAMP_LTZ';
  readonly precision: number;
  readonly kind: 'REGULAR' | 'ROWTIME' | 'PROCTIME';
}
/** INTERVAL_MONTH counts months, INTERVAL_DAY milliseconds. `unit` keeps Calcite's qualifier, for plan text (`5000:INTERVAL SECOND`). */
export interface IntervalType extends Typed {
  readonly root: 'INTERVAL_MONTH' | 'INTERVAL_DAY';
  readonly unit: string;
}
export interface ElementType extends Typed {
  readonly root: 'ARRAY' | 'MULTISET';
  readonly element: LogicalType;
}
export interface MapType extends Typed {
  readonly root: 'MAP';
  readonly key: LogicalType;
  readonly value: LogicalType;
}
export interface RowType extends Typed {
  readonly root: 'ROW';
  readonly fields: readonly { readonly name: string; readonly type: LogicalType }[];
}
/** Keywords as arguments (`FLAG(HOUR)`), descriptors: exists only at planning. */
export interface SymbolType extends Typed {
  readonly root: 'SYMBOL';
}

/**
 * Values, by type. NULL is `null`. Rows are arrays and never change once made.
 *
 * | type | value |
 * | --- | --- |
 * | BOOLEAN | boolean |
 * | TINYINT, SMALLINT, INTEGER | number |
 * | BIGINT | number while it is a safe integer, else bigint: one form for each value, so `===` compares |
 * | DECIMAL(p, s) | the unscaled integer, number while safe, else bigint, likewise |
 * | FLOAT (rounded by Math.fround), DOUBLE | number |
 * | CHAR, VARCHAR | string |
 * | BINARY, VARBINARY | Uint8Array |
 * | DATE | days since 1970-01-01 |
 * | TIME | milliseconds of the day |
 * | TIMESTAMP(p), TIMESTAMP_LTZ(p) | since the epoch (wall clock read as UTC for TIMESTAMP): milliseconds for p ≤ 3, microseconds for p ≤ 6, nanoseconds beyond; number while safe, else bigint |
 * | INTERVAL_MONTH, INTERVAL_DAY | months; milliseconds |
 * | ARRAY, ROW | array of values |
 * | MAP | `Map` whose keys are made by `mapKey` (values/map.ts) when they are not primitive |
 * | MULTISET | `Map` from value to count |
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<Value, Value>;
export type Row = readonly Value[];

export const MAX_LENGTH = 2147483647;

const simple = (root: SimpleType['root']): SimpleType => ({ root, nullable: true });
export const BOOLEAN = simple('BOOLEAN');
export const TINYINT = simple('TINYINT');
export const SMALLINT = simple('SMALLINT');
export const INTEGER = simple('INTEGER');
export const BIGINT = simple('BIGINT');
export const FLOAT = simple('FLOAT');
export const DOUBLE = simple('DOUBLE');
export const DATE = simple('DATE');
export const NULL = simple('NULL');
export const STRING: LengthType = { root: 'VARCHAR', length: MAX_LENGTH, nullable: true };
export const BYTES: LengthType = { root: 'VARBINARY', length: MAX_LENGTH, nullable: true };
export const SYMBOL: SymbolType = { root: 'SYMBOL', nullable: false };

export const char = (length: number): LengthType => ({ root: 'CHAR', length, nullable: true });
export const varchar = (length: number): LengthType => ({ root: 'VARCHAR', length, nullable: true });
export const binary = (length: number): LengthType => ({ root: 'BINARY', length, nullable: true });
export const decimal = (precision: number, scale: number): DecimalType => ({
  root: 'DECIMAL',
  precision,
  scale,
  nullable: true,
});
export const time = (precision: number): TimeType => ({ root: 'TIME', precision, nullable: true });
export const timestamp = (precision: number, kind: TimestampType['kind'] = 'REGULAR'): TimestampType => ({
  root: 'TIMESTAMP',
  precision,
  kind,
  nullable: true,
});
export const timestampLtz = (precision: number, kind: TimestampType['kind'] = 'REGULAR'): TimestampType => ({
  root: 'TIMESTAMP_LTZ',
  precision,
  kind,
  nullable: true,
});
export const intervalDay = (unit = 'SECOND'): IntervalType => ({
  root: 'INTERVAL_DAY',
  unit,
  nullable: true,
});
export const intervalMonth = (unit = 'MONTH'): IntervalType => ({
  root: 'INTERVAL_MONTH',
  unit,
  nullable: true,
});
export const arrayOf = (element: LogicalType): ElementType => ({ root: 'ARRAY', element, nullable: true });
export const multisetOf = (element: LogicalType): ElementType => ({
  root: 'MULTISET',
  element,
  nullable: true,
});
export const mapOf = (key: LogicalType, value: LogicalType): MapType => ({
  root: 'MAP',
  key,
  value,
  nullable: true,
});
export const rowOf = (fields: RowType['fields']): RowType => ({ root: 'ROW', fields, nullable: true });

/** The same type with another nullability. */
export function withNullable<T extends LogicalType>(type: T, nullable: boolean): T {
  return type.nullable === nullable ? type : { ...type, nullable };
}
export const notNull = <T extends LogicalType>(type: T): T => withNullable(type, false);

/** Whether two types are the same, nullability and time attribute included. */
export function sameType(a: LogicalType, b: LogicalType): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

export const isInteger = (t: LogicalType): boolean =>
  t.root === 'TINYINT' || t.root === 'SMALLINT' || t.root === 'INTEGER' || t.root === 'BIGINT';
export const isApproximate = (t: LogicalType): boolean => t.root === 'FLOAT' || t.root === 'DOUBLE';
export const isNumeric = (t: LogicalType): boolean =>
  isInteger(t) || isApproximate(t) || t.root === 'DECIMAL';
export const isCharacter = (t: LogicalType): t is LengthType => t.root === 'CHAR' || t.root === 'VARCHAR';
export const isBinary = (t: LogicalType): t is LengthType => t.root === 'BINARY' || t.root === 'VARBINARY';
export const isTimestamp = (t: LogicalType): t is TimestampType =>
  t.root === 'TIMESTAMP' || t.root === 'TIMESTAMP_LTZ';
export const isInterval = (t: LogicalType): t is IntervalType =>
  t.root === 'INTERVAL_DAY' || t.root === 'INTERVAL_MONTH';
export const isCollection = (t: LogicalType): boolean =>
  t.root === 'ARRAY' || t.root === 'MAP' || t.root === 'MULTISET';
export const isTimeAttribute = (t: LogicalType): t is TimestampType => isTimestamp(t) && t.kind !== 'REGULAR';
/** Whatever precision it is declared with, a rowtime attribute counts milliseconds; any other type stays as it is. */
export const inMilliseconds = (t: LogicalType): LogicalType => (isRowtime(t) ? { ...t, precision: 3 } : t);

export const isRowtime = (t: LogicalType): t is TimestampType => isTimestamp(t) && t.kind === 'ROWTIME';
/** An event time as an ordinary timestamp; any other type stays as it is. */
export const withoutRowtime = (t: LogicalType): LogicalType => (isRowtime(t) ? { ...t, kind: 'REGULAR' } : t);
/** A time attribute as the plain timestamp that it holds. */
export const regularType = (type: LogicalType): LogicalType =>
  isTimestamp(type) && type.kind !== 'REGULAR' ? { ...type, kind: 'REGULAR' } : type;

export const isProctime = (t: LogicalType): t is TimestampType => isTimestamp(t) && t.kind === 'PROCTIME';

/** How many digits of a value stand behind the point: of a DECIMAL, or of the milliseconds that a timestamp counts. */
export function valueScale(type: LogicalType): number {
  if (type.root === 'DECIMAL') return type.scale;
  return isTimestamp(type) && type.precision > 3 ? (type.precision > 6 ? 6 : 3) : 0;
}
