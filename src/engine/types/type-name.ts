import type { IntervalQualifier, TypeName } from '../sql/ast.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  BYTES,
  binary,
  char,
  DATE,
  DOUBLE,
  decimal,
  FLOAT,
  INTEGER,
  intervalDay,
  intervalMonth,
  type LogicalType,
  MAX_LENGTH,
  mapOf,
  multisetOf,
  rowOf,
  SMALLINT,
  STRING,
  TINYINT,
  time,
  timestamp,
  timestampLtz,
  varchar,
  withNullable,
} from './logical-type.ts';

/** A type name that Flink does not accept, in Flink's words. */
export interface TypeNameProblem {
  readonly message: string;
}
export const isTypeNameProblem = (x: LogicalType | TypeNameProblem): x is TypeNameProblem => 'message' in x;

const MAX_PRECISION = 38;
const MAX_TIMESTAMP_PRECISION = 9;

/**
 * From a written type name to the type, with Flink's defaults and silent caps: DECIMAL is (10, 0), precision beyond 38 becomes 38,
 * TIMESTAMP has precision 6 and at most 9, VARCHAR without a length is STRING, CHAR is CHAR(1).
 * Nullable unless NOT NULL was written.
 */
export function typeFromName(name: TypeName): LogicalType | TypeNameProblem {
  const type = resolve(name);
  if (isTypeNameProblem(type)) return type;
  return withNullable(type, name.notNull !== true);
}

function resolve(name: TypeName): LogicalType | TypeNameProblem {
  const [first, second] = name.args;
  switch (name.name) {
    case 'BOOLEAN':
      return BOOLEAN;
    case 'TINYINT':
      return TINYINT;
    case 'SMALLINT':
      return SMALLINT;
    case 'INT':
    case 'INTEGER':
      return INTEGER;
    case 'BIGINT':
      return BIGINT;
    case 'FLOAT':
      return FLOAT;
    case 'DOUBLE':
    case 'DOUBLE PRECISION':
      return DOUBLE;
    case 'DECIMAL':
    case 'DEC':
    case 'NUMERIC': {
      const precision = Math.min(first ?? 10, MAX_PRECISION);
      return decimal(precision, Math.min(second ?? 0, precision));
    }
    case 'CHAR':
      return char(first ?? 1);
    case 'VARCHAR':
      return varchar(first ?? MAX_LENGTH);
    case 'STRING':
      return STRING;
    case 'BINARY':
      return binary(first ?? 1);
    case 'VARBINARY':
      return { ...BYTES, length: first ?? MAX_LENGTH };
    case 'BYTES':
      return BYTES;
    case 'DATE':
      return DATE;
    case 'TIME':
      return time(first ?? 0);
    case 'TIMESTAMP':
    case 'TIMESTAMP WITHOUT TIME ZONE':
      return timestamp(Math.min(first ?? 6, MAX_TIMESTAMP_PRECISION));
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP WITH LOCAL TIME ZONE':
      return timestampLtz(Math.min(first ?? 6, MAX_TIMESTAMP_PRECISION));
    case 'INTERVAL':
      return name.interval === null
        ? { message: `Unknown identifier 'INTERVAL'` }
        : intervalType(name.interval);
    case 'NULL':
      return { root: 'NULL', nullable: true };
    case 'VARIANT':
      return { root: 'VARIANT', nullable: true };
    case 'RAW':
      return { root: 'RAW', nullable: true };
    case 'ARRAY':
    case 'MULTISET': {
      const element = elementOf(name, 0);
      if (isTypeNameProblem(element)) return element;
      return name.name === 'ARRAY' ? arrayOf(element) : multisetOf(element);
    }
    case 'MAP': {
      const key = elementOf(name, 0);
      if (isTypeNameProblem(key)) return key;
      const value = elementOf(name, 1);
      return isTypeNameProblem(value) ? value : mapOf(key, value);
    }
    case 'ROW': {
      const fields: { name: string; type: LogicalType }[] = [];
      for (const field of name.fields) {
        const type = typeFromName(field.type);
        if (isTypeNameProblem(type)) return type;
        fields.push({ name: field.name.name, type });
      }
      return rowOf(fields);
    }
    default:
      return { message: `Unknown identifier '${name.name}'` };
  }
}

function elementOf(name: TypeName, index: number): LogicalType | TypeNameProblem {
  const element = name.elements[index];
  return element === undefined ? { message: `Unknown identifier '${name.name}'` } : typeFromName(element);
}

/** The interval type of a qualifier; `unit` is printed as Calcite's `SqlIntervalQualifier.toString` does (`DAY(3) TO SECOND`). */
export function intervalType(qualifier: IntervalQualifier): LogicalType {
  const { from, to, precision, fraction } = qualifier;
  const months = from === 'YEAR' || from === 'MONTH' || from === 'QUARTER';
  let unit: string = from;
  if (from === 'SECOND' && (precision !== null || fraction !== null))
    unit += fraction === null ? `(${precision})` : `(${precision ?? 2}, ${fraction})`;
  else if (precision !== null) unit += `(${precision})`;
  if (to !== null && to !== from)
    unit += ` TO ${to}${to === 'SECOND' && fraction !== null ? `(${fraction})` : ''}`;
  return months ? intervalMonth(unit) : intervalDay(unit);
}
