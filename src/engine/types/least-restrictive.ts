import { asDecimal } from './decimal-types.ts';
import { supportsImplicitCast } from './implicit-cast.ts';
import {
  DOUBLE,
  decimal,
  type IntervalType,
  isApproximate,
  isBinary,
  isCharacter,
  isCollection,
  isInteger,
  isInterval,
  isTimestamp,
  type LengthType,
  type LogicalType,
  NULL,
  type RowType,
  sameType,
  varchar,
  withNullable,
} from './logical-type.ts';

/**
 * The common type of branches as Calcite's `SqlTypeFactoryImpl.leastRestrictive` finds it with Flink's type system: for CASE, set
 * operations, VALUES, ARRAY[…] and comparison. `null` where there is none. TIMESTAMP and TIMESTAMP_LTZ take the first's kind, or
 * the later one's where their precisions differ; FLOAT and DOUBLE take the first, CHARs of different lengths become VARCHAR.
 */
export function leastRestrictive(types: readonly LogicalType[]): LogicalType | null {
  const [head, ...rest] = types;
  if (head === undefined) return null;
  const result = rest.every((type) => sameType(type, head))
    ? head
    : (leastRestrictiveSql(types) ?? leastRestrictiveByCast(types));
  return result === null || result.root === 'NULL' ? null : result;
}

type Family = 'CHARACTER' | 'BINARY' | 'NUMERIC' | 'TIMESTAMP' | LogicalType['root'];
function familyOf(type: LogicalType): Family {
  if (isCharacter(type)) return 'CHARACTER';
  if (isBinary(type)) return 'BINARY';
  if (isApproximate(type) || asDecimal(type) !== null) return 'NUMERIC';
  if (isTimestamp(type)) return 'TIMESTAMP';
  return type.root;
}

function leastRestrictiveSql(types: readonly LogicalType[]): LogicalType | null {
  const anyNullable = types.some((type) => type.nullable || type.root === 'NULL');
  const proper = types.filter((type) => type.root !== 'NULL');
  const [first, ...rest] = proper;
  if (first === undefined) return NULL;
  let result: LogicalType | null;
  if ((isCollection(first) || first.root === 'ROW') && proper.length < types.length) return null;
  if (first.root === 'ROW') result = commonRow(proper);
  else if (first.root === 'ARRAY' || first.root === 'MULTISET') result = commonElement(proper);
  else if (first.root === 'MAP') result = commonMap(proper);
  else {
    result = first;
    for (const type of rest) {
      result = combine(result, type);
      if (result === null) return null;
    }
  }
  return result === null ? null : withNullable(result, anyNullable);
}

function combine(result: LogicalType, type: LogicalType): LogicalType | null {
  if (familyOf(result) !== familyOf(type)) return null;
  if ((isCharacter(result) && isCharacter(type)) || (isBinary(result) && isBinary(type)))
    return combineLength(result, type);
  const left = asDecimal(result);
  const right = asDecimal(type);
  if (left !== null && right !== null) {
    if (result.root !== 'DECIMAL' && type.root !== 'DECIMAL')
      return right.precision > left.precision ? type : result;
    const whole = Math.min(Math.max(left.precision - left.scale, right.precision - right.scale), 38);
    const scale = Math.min(Math.max(left.scale, right.scale), 38 - whole);
    return decimal(whole + scale, scale);
  }
  if (isApproximate(result)) return type.root === 'DECIMAL' ? DOUBLE : result;
  if (isApproximate(type)) return result.root === 'DECIMAL' ? DOUBLE : type;
  if (isInterval(result) && isInterval(type)) return combineIntervals(result, type);
  if (isTimestamp(result) && isTimestamp(type)) {
    const chosen = result.precision === type.precision ? result : type;
    return { ...chosen, kind: 'REGULAR', precision: Math.max(result.precision, type.precision) };
  }
  if (result.root === 'TIME' && type.root === 'TIME')
    return { ...result, precision: Math.max(result.precision, type.precision) };
  return result.root === 'DATE' ||
    result.root === 'BOOLEAN' ||
    result.root === 'VARIANT' ||
    result.root === 'RAW'
    ? result
    : null;
}

function combineLength(result: LengthType, type: LengthType): LengthType {
  const length = Math.max(result.length, type.length);
  const fixed = result.root === 'CHAR' || result.root === 'BINARY';
  if (!fixed) return { ...result, length };
  if (result.length !== type.length)
    return isCharacter(result) ? varchar(length) : { ...type, root: 'VARBINARY', length };
  return { ...type, length };
}

const UNITS = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** `DAY` with `SECOND` is `DAY TO SECOND`, as `IntervalSqlType.combine`. */
export function combineIntervals(a: IntervalType, b: IntervalType): IntervalType {
  const bounds = (unit: string): [number, number] => {
    const [from = '', to = from] = unit.replace(/\(.*?\)/g, '').split(' TO ');
    return [UNITS.indexOf(from), UNITS.indexOf(to)];
  };
  const [fromA, toA] = bounds(a.unit);
  const [fromB, toB] = bounds(b.unit);
  const from = Math.min(fromA, fromB);
  const to = Math.max(toA, toB);
  if (from === fromA && to === toA) return a;
  if (from === fromB && to === toB) return { ...b, nullable: a.nullable };
  return { ...a, unit: from === to ? (UNITS[from] ?? a.unit) : `${UNITS[from]} TO ${UNITS[to]}` };
}

function commonRow(types: readonly LogicalType[]): RowType | null {
  const rows = types.filter((type): type is RowType => type.root === 'ROW');
  const [first] = rows;
  if (
    first === undefined ||
    rows.length !== types.length ||
    rows.some((row) => row.fields.length !== first.fields.length)
  )
    return null;
  const fields: { name: string; type: LogicalType }[] = [];
  for (const [i, field] of first.fields.entries()) {
    const type = leastRestrictive(rows.map((row) => row.fields[i]?.type ?? NULL));
    if (type === null) return null;
    fields.push({ name: field.name, type });
  }
  return { root: 'ROW', fields, nullable: true };
}

function commonElement(types: readonly LogicalType[]): LogicalType | null {
  const [first] = types;
  if (first === undefined || (first.root !== 'ARRAY' && first.root !== 'MULTISET')) return null;
  const elements: LogicalType[] = [];
  for (const type of types) {
    if (type.root !== first.root) return null;
    elements.push(type.element);
  }
  const element = leastRestrictive(elements);
  return element === null ? null : { ...first, element };
}

function commonMap(types: readonly LogicalType[]): LogicalType | null {
  const keys: LogicalType[] = [];
  const values: LogicalType[] = [];
  for (const type of types) {
    if (type.root !== 'MAP') return null;
    keys.push(type.key);
    values.push(type.value);
  }
  const key = leastRestrictive(keys);
  const value = leastRestrictive(values);
  return key === null || value === null ? null : { root: 'MAP', key, value, nullable: true };
}

const isMoment = (type: LogicalType): boolean =>
  isTimestamp(type) || type.root === 'DATE' || type.root === 'TIME';
/** A time beside a whole number or interval, or behind a DECIMAL: Calcite lets the time win, and the cast to it fails later. */
function momentOf(a: LogicalType, b: LogicalType): LogicalType | null {
  if (isMoment(a) && !isMoment(b)) return isInterval(b) || isInteger(b) ? a : null;
  return isMoment(b) && !isMoment(a) && (isInterval(a) || asDecimal(a) !== null) ? b : null;
}
/** Whether a number of one type does not become one of the other by itself. */
function isNarrower(to: LogicalType, from: LogicalType): boolean {
  if (isInteger(to)) return INTEGERS.indexOf(to.root) < INTEGERS.indexOf(from.root) || !isInteger(from);
  return (to.root === 'FLOAT' && from.root === 'DOUBLE') || (to.root === 'DECIMAL' && from.root === 'FLOAT');
}
const INTEGERS: readonly LogicalType['root'][] = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
/** Whether Calcite casts between collections of one family: it looks at the fields of rows and the elements of arrays. */
function isCastable(to: LogicalType, from: LogicalType): boolean {
  const isPartCastable = (a: LogicalType, b: LogicalType): boolean =>
    familyOf(a) === familyOf(b) && !(a.root === 'CHAR' && b.root === 'VARCHAR') && !isNarrower(a, b);
  if (to.root === 'ARRAY' && from.root === 'ARRAY') return isPartCastable(to.element, from.element);
  if (to.root !== 'ROW' || from.root !== 'ROW') return true;
  return (
    to.fields.length === from.fields.length &&
    to.fields.every(({ type }, i) => isPartCastable(type, from.fields[i]?.type ?? NULL))
  );
}

/** `leastRestrictiveByCast` with Calcite's assignment rules, which (unlike Flink's casts) let hardly anything cross families. */
function leastRestrictiveByCast(types: readonly LogicalType[]): LogicalType | null {
  const [head, ...rest] = types;
  if (head === undefined) return null;
  let result = head;
  let anyNullable = head.nullable;
  for (const type of rest) {
    if (type.nullable) anyNullable = true;
    if (type.root === 'NULL') continue;
    if (result.root === 'NULL') result = type;
    else if (familyOf(result) !== familyOf(type)) {
      const moment = momentOf(result, type);
      if (moment === null) return null;
      result = moment;
    } else if (isCastable(type, result)) result = type;
    else if (!isCastable(result, type)) return null;
  }
  return withNullable(result, anyNullable);
}

/**
 * The common type of the newer function stack, Flink's own `LogicalTypeMerging.findCommonType`: for COALESCE, IF, IFNULL, GREATEST and
 * collection functions. Differs from `leastRestrictive`: TIMESTAMP with TIMESTAMP_LTZ is TIMESTAMP_LTZ in either order, FLOAT with
 * DOUBLE is DOUBLE, and implicitly castable types meet.
 */
export function findCommonType(types: readonly LogicalType[]): LogicalType | null {
  const anyNullable = types.some((type) => type.nullable);
  const normal = types.map((type) => inFlinkUnits(withNullable(type, true)));
  const proper = normal.filter((type) => type.root !== 'NULL');
  const [first, ...rest] = proper;
  if (first === undefined) return null;
  let found: LogicalType | null = first;
  for (const type of rest) {
    found = commonPair(found, type);
    if (found === null) break;
  }
  if (found === null) {
    found = first;
    for (const type of proper) {
      if (supportsImplicitCast(found, type)) found = type;
      else if (!supportsImplicitCast(type, found)) return null;
    }
  }
  return withNullable(found, anyNullable);
}

/** Flink's own types know two kinds of intervals only. */
function inFlinkUnits(type: LogicalType): LogicalType {
  if (type.root === 'INTERVAL_DAY') return { ...type, unit: 'DAY TO SECOND' };
  return type.root === 'INTERVAL_MONTH' ? { ...type, unit: 'YEAR TO MONTH' } : type;
}

function commonPair(a: LogicalType, b: LogicalType): LogicalType | null {
  if (sameType(a, b)) return a;
  const left = asDecimal(a);
  const right = asDecimal(b);
  const datetimeA = a.root === 'DATE' || isTimestamp(a);
  const datetimeB = b.root === 'DATE' || isTimestamp(b);
  if ((datetimeA || a.root === 'TIME') && isInterval(b)) return a;
  if (isInterval(a) && (datetimeB || b.root === 'TIME')) return b;
  if (datetimeA && right !== null) return a;
  if (left !== null && datetimeB) return b;
  if (isApproximate(a) && isApproximate(b)) return DOUBLE;
  // A DECIMAL that comes first takes the later one's type; one that comes later makes it DOUBLE.
  if (a.root === 'DECIMAL' && isApproximate(b)) return b;
  if (isTimestamp(a) && isTimestamp(b)) {
    const root = a.root === 'TIMESTAMP_LTZ' || b.root === 'TIMESTAMP_LTZ' ? 'TIMESTAMP_LTZ' : 'TIMESTAMP';
    return { root, precision: Math.max(a.precision, b.precision), kind: 'REGULAR', nullable: true };
  }
  if (a.root === 'ARRAY' && b.root === 'ARRAY') return wrapElement(a, findCommonType([a.element, b.element]));
  if (a.root === 'MULTISET' && b.root === 'MULTISET')
    return wrapElement(a, findCommonType([a.element, b.element]));
  if (a.root === 'MAP' && b.root === 'MAP') {
    const key = findCommonType([a.key, b.key]);
    const value = findCommonType([a.value, b.value]);
    return key === null || value === null ? null : { ...a, key, value };
  }
  if (a.root === 'ROW' && b.root === 'ROW') {
    if (a.fields.length !== b.fields.length) return null;
    const fields: { name: string; type: LogicalType }[] = [];
    for (const [i, field] of a.fields.entries()) {
      const type = findCommonType([field.type, b.fields[i]?.type ?? NULL]);
      if (type === null) return null;
      fields.push({ name: field.name, type });
    }
    return { ...a, fields };
  }
  const combined = combine(a, b);
  return combined === null ? null : withNullable(combined, true);
}

const wrapElement = <T extends LogicalType>(type: T, element: LogicalType | null): LogicalType | null =>
  element === null ? null : ({ ...type, element } as LogicalType);
