import {
  isTimestamp,
  type LogicalType,
  MAX_LENGTH,
  type RowType,
  type TimestampType,
} from './logical-type.ts';

/**
 * A type as Flink's `asSummaryString` prints it: in schemas, sink errors and TYPEOF (`STRING`, `INT NOT NULL`, `TIMESTAMP(3) *ROWTIME*`).
 * Every TIME is `TIME(0)` and every interval `INTERVAL SECOND(3)` or `INTERVAL MONTH`, as `FlinkTypeFactory.toLogicalType` makes them.
 */
export function printType(type: LogicalType): string {
  const text = summary(type) + (type.nullable || type.root === 'SYMBOL' ? '' : ' NOT NULL');
  return isTimestamp(type) && type.kind !== 'REGULAR' ? `${text} *${type.kind}*` : text;
}

function summary(type: LogicalType): string {
  switch (type.root) {
    case 'INTEGER':
      return 'INT';
    case 'VARCHAR':
      return type.length === MAX_LENGTH ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return type.length === MAX_LENGTH ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'CHAR':
    case 'BINARY':
      return `${type.root}(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
      return 'TIME(0)';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return `${type.root}(${type.precision})`;
    case 'INTERVAL_DAY':
      return 'INTERVAL SECOND(3)';
    case 'INTERVAL_MONTH':
      return 'INTERVAL MONTH';
    case 'ARRAY':
    case 'MULTISET':
      return `${type.root}<${printType(type.element)}>`;
    case 'MAP':
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case 'ROW':
      return `ROW<${type.fields.map((field) => `\`${field.name.replaceAll('`', '``')}\` ${printType(field.type)}`).join(', ')}>`;
    default:
      return type.root;
  }
}

/** `full`: Calcite's `getFullTypeString` (AST and Optimized Physical Plan); `short`: its `toString` (Execution Plan and validator texts). */
export type PlanTypeStyle = 'full' | 'short';

/**
 * A type as plans print it after `CAST(x AS …)` and in `null:TYPE`: `full` adds character sets and NOT NULL, `short` leaves both out.
 * A literal's or `null:`'s type is printed without its own NOT NULL: pass the nullable type there.
 */
export function printPlanType(type: LogicalType, style: PlanTypeStyle = 'full'): string {
  const text = digest(type, style);
  return style === 'full' && !type.nullable ? `${text} NOT NULL` : text;
}

function digest(type: LogicalType, style: PlanTypeStyle): string {
  switch (type.root) {
    case 'VARCHAR':
    case 'CHAR':
      return `${type.root}(${type.length})${style === 'full' ? ' CHARACTER SET "UTF-16LE"' : ''}`;
    case 'VARBINARY':
    case 'BINARY':
      return `${type.root}(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
      return `TIME(${type.precision})`;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampDigest(type);
    case 'INTERVAL_DAY':
    case 'INTERVAL_MONTH':
      return `INTERVAL ${type.unit}`;
    case 'ARRAY':
    case 'MULTISET':
      return `${printPlanType(type.element, style)} ${type.root}`;
    case 'MAP':
      return `(${printPlanType(type.key, style)}, ${printPlanType(type.value, style)}) MAP`;
    case 'ROW':
      return recordDigest(type, style, 'RecordType:peek_no_expand');
    default:
      return type.root;
  }
}

function timestampDigest(type: TimestampType): string {
  if (type.kind !== 'REGULAR') return `${type.root}(${type.precision}) *${type.kind}*`;
  return type.root === 'TIMESTAMP'
    ? `TIMESTAMP(${type.precision})`
    : `TIMESTAMP_WITH_LOCAL_TIME_ZONE(${type.precision})`;
}

function recordDigest(type: RowType, style: PlanTypeStyle, head: string): string {
  return `${head}(${type.fields.map((field) => `${printPlanType(field.type, style)} ${field.name}`).join(', ')})`;
}

/** A type as validator messages print it between angle brackets: `INTEGER`, `VARCHAR(2147483647)`, no character set, no NOT NULL. */
export function printValidatorType(type: LogicalType): string {
  return digest(type, 'short');
}

/** The type family an unknown function's signature is worded with: `SHOUT(<CHARACTER>)`, `<NUMERIC>`. */
export function printTypeFamily(type: LogicalType): string {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
      return 'NUMERIC';
    case 'CHAR':
    case 'VARCHAR':
      return 'CHARACTER';
    case 'BINARY':
    case 'VARBINARY':
      return 'BINARY';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return 'TIMESTAMP';
    case 'INTERVAL_DAY':
      return 'INTERVAL_DAY_TIME';
    case 'INTERVAL_MONTH':
      return 'INTERVAL_YEAR_MONTH';
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW':
      return printValidatorType(type);
    default:
      return type.root;
  }
}
