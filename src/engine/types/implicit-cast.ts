import { type LogicalType, sameType, withNullable } from './logical-type.ts';

type Root = LogicalType['root'];
const CHARACTER: readonly Root[] = ['CHAR', 'VARCHAR'];
const INTEGERS: readonly Root[] = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
const NUMERIC: readonly Root[] = [...INTEGERS, 'FLOAT', 'DOUBLE', 'DECIMAL'];
const EXACT: readonly Root[] = [...INTEGERS, 'DECIMAL'];
const TIMESTAMPS: readonly Root[] = ['TIMESTAMP', 'TIMESTAMP_LTZ'];
const DATETIME: readonly Root[] = ['DATE', 'TIME', ...TIMESTAMPS];
const BYTES: readonly Root[] = ['BINARY', 'VARBINARY'];
const INTERVALS: readonly Root[] = ['INTERVAL_DAY', 'INTERVAL_MONTH'];
const PREDEFINED: readonly Root[] = [
  'BOOLEAN',
  ...CHARACTER,
  'BINARY',
  'VARBINARY',
  ...NUMERIC,
  ...DATETIME,
  ...INTERVALS,
];
const CONSTRUCTED: readonly Root[] = ['ARRAY', 'MULTISET', 'MAP', 'ROW'];
const numberSources: readonly Root[] = [...NUMERIC, ...CHARACTER, 'BOOLEAN', ...TIMESTAMPS];

/** Flink's `LogicalTypeCasts`: target ← sources, besides the identity. */
const IMPLICIT: Partial<Record<Root, readonly Root[]>> = {
  VARCHAR: CHARACTER,
  VARBINARY: ['BINARY', 'VARBINARY'],
  DECIMAL: NUMERIC,
  SMALLINT: ['TINYINT'],
  INTEGER: ['TINYINT', 'SMALLINT'],
  BIGINT: ['TINYINT', 'SMALLINT', 'INTEGER'],
  FLOAT: [...INTEGERS, 'DECIMAL'],
  DOUBLE: NUMERIC,
  DATE: ['TIMESTAMP'],
  TIME: ['TIMESTAMP'],
  TIMESTAMP: ['TIMESTAMP_LTZ'],
  TIMESTAMP_LTZ: ['TIMESTAMP'],
};
const EXPLICIT: Partial<Record<Root, readonly Root[]>> = {
  CHAR: [...PREDEFINED, ...CONSTRUCTED, 'RAW', 'NULL'],
  VARCHAR: [...PREDEFINED, ...CONSTRUCTED, 'RAW', 'NULL'],
  BOOLEAN: [...CHARACTER, ...INTEGERS],
  BINARY: [...CHARACTER, 'VARBINARY', 'RAW'],
  VARBINARY: [...CHARACTER, 'BINARY', 'RAW'],
  DECIMAL: numberSources,
  TINYINT: numberSources,
  SMALLINT: numberSources,
  INTEGER: numberSources,
  BIGINT: numberSources,
  FLOAT: numberSources,
  DOUBLE: numberSources,
  DATE: [...TIMESTAMPS, ...CHARACTER, ...BYTES],
  TIME: ['TIME', ...TIMESTAMPS, ...CHARACTER, ...BYTES],
  TIMESTAMP: [...DATETIME, ...CHARACTER, ...BYTES, ...NUMERIC],
  TIMESTAMP_LTZ: [...DATETIME, ...CHARACTER, ...BYTES, ...NUMERIC],
  INTERVAL_MONTH: [...EXACT, ...CHARACTER],
  INTERVAL_DAY: [...EXACT, ...CHARACTER],
  ARRAY: CHARACTER,
};

/** Whether a value may be assigned without a written CAST (INSERT, function arguments). */
export const supportsImplicitCast = (from: LogicalType, to: LogicalType): boolean =>
  supportsCast(from, to, false);

/** Whether Flink's type system allows `CAST(from AS to)`; some pairs it allows are still refused by the code generator, see `castProblem`. */
export const supportsExplicitCast = (from: LogicalType, to: LogicalType): boolean =>
  supportsCast(from, to, true);

/** The types that a collection is made of. */
export const partsOf = (type: LogicalType): readonly LogicalType[] => {
  if (type.root === 'ARRAY' || type.root === 'MULTISET') return [type.element];
  if (type.root === 'MAP') return [type.key, type.value];
  return type.root === 'ROW' ? type.fields.map((field) => field.type) : [];
};

function supportsCast(from: LogicalType, to: LogicalType, explicit: boolean): boolean {
  if (from.nullable && !to.nullable && !explicit) return false;
  if (sameType(withNullable(from, true), withNullable(to, true))) return true;
  if (from.root === 'NULL') return true;
  if (CONSTRUCTED.includes(from.root) && CONSTRUCTED.includes(to.root)) {
    const targets = partsOf(to);
    const sources = partsOf(from);
    if (from.root !== to.root || sources.length !== targets.length) return false;
    return sources.every((source, i) => supportsCast(source, targets[i] as LogicalType, explicit));
  }
  // An interval of one unit is a number of it.
  if (INTERVALS.includes(from.root) && EXACT.includes(to.root)) return true;
  if (EXACT.includes(from.root) && INTERVALS.includes(to.root)) return true;
  if (from.root === to.root && from.root !== 'RAW' && from.root !== 'SYMBOL') return true;
  if (IMPLICIT[to.root]?.includes(from.root) === true) return true;
  return explicit && EXPLICIT[to.root]?.includes(from.root) === true;
}

/**
 * Flink's `supportsAvoidingCast`: the value can stand for the target as it is, so the planner puts no CAST before a sink
 * (same type or wider text; nullability may only be relaxed).
 */
export function supportsAvoidingCast(from: LogicalType, to: LogicalType): boolean {
  if (from.nullable && !to.nullable) return false;
  if (
    (to.root === 'VARCHAR' && (from.root === 'CHAR' || from.root === 'VARCHAR')) ||
    (to.root === 'VARBINARY' && (from.root === 'BINARY' || from.root === 'VARBINARY'))
  ) {
    return from.length <= to.length;
  }
  if (from.root !== to.root) return false;
  const sources = partsOf(from);
  const targets = partsOf(to);
  if (sources.length > 0)
    return (
      sources.length === targets.length &&
      sources.every((source, i) => supportsAvoidingCast(source, targets[i] as LogicalType))
    );
  return sameType(plain(from), plain(to));
}

/** Flink's `isInteroperable`: values can stand for each other, texts and bytes of any length, whether or not there may be NULL. */
export function isInteroperable(a: LogicalType, b: LogicalType): boolean {
  if (CHARACTER.includes(a.root) && CHARACTER.includes(b.root)) return true;
  if (BYTES.includes(a.root) && BYTES.includes(b.root)) return true;
  const [parts, others] = [partsOf(a), partsOf(b)];
  if (a.root !== b.root || parts.length !== others.length) return false;
  if (parts.length === 0) return sameType(plain(a), plain(b));
  return parts.every((part, i) => isInteroperable(part, others[i] as LogicalType));
}

/** The type without nullability, time attribute and interval qualifier, which are not part of Flink's equality here. */
function plain(type: LogicalType): LogicalType {
  const nullable = withNullable(type, true);
  if (nullable.root === 'TIMESTAMP' || nullable.root === 'TIMESTAMP_LTZ')
    return { ...nullable, kind: 'REGULAR' };
  if (nullable.root === 'INTERVAL_DAY' || nullable.root === 'INTERVAL_MONTH')
    return { ...nullable, unit: '' };
  return nullable.root === 'TIME' ? { ...nullable, precision: 0 } : nullable;
}
