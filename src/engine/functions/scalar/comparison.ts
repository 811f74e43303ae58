import { leastRestrictive } from '../../types/least-restrictive.ts';
import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  isApproximate,
  isCharacter,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
  notNull,
  sameType,
  type Value,
  withNullable,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { type Comparator, comparator, compareDouble, sameValue } from '../../values/compare.ts';
import { compareDecimal, decimalToDouble } from '../../values/decimal.ts';
import { compareInt64, type Int64 } from '../../values/int64.ts';
import { mapFromEntries, mapGet } from '../../values/map.ts';
import { RunError } from '../../values/run-error.ts';
import { timestampFrom, timestampMillis, timestampNanos } from '../../values/time.ts';
import { castImplementation } from '../cast.ts';
import type { Argument, Misfit, ScalarFunction } from '../function-definition.ts';
import {
  anyNullable,
  argType,
  type Form,
  inFamily,
  misfit,
  toDoc,
  writeInfix,
  wrongCount,
} from '../signature.ts';

const CATEGORY = 'comparison';
export type ComparisonSign = '=' | '<>' | '<' | '<=' | '>' | '>=';

const COMPARABLE: readonly Form[] = [['COMPARABLE_TYPE', 'COMPARABLE_TYPE']];

/** Whether Calcite compares two types at all (`SqlTypeUtil.isComparable`): one family, or text with anything written as text. */
export function isComparable(a: LogicalType, b: LogicalType): boolean {
  if (a.root === 'NULL') return b.root !== 'ROW';
  if (b.root === 'NULL') return true;
  if (isNumeric(a) && isNumeric(b)) return true;
  if (isCharacter(a) && isCharacter(b)) return true;
  if (inFamily(a, 'BINARY') && inFamily(b, 'BINARY')) return true;
  if (isTimestamp(a) && isTimestamp(b)) return true;
  if (isCharacter(a)) return isWrittenAsText(b);
  if (isCharacter(b)) return isWrittenAsText(a);
  if (a.root !== b.root) return false;
  if (a.root === 'ROW' && b.root === 'ROW')
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((field, i) => isComparable(field.type, b.fields[i]?.type ?? field.type))
    );
  if (a.root === 'ARRAY' && b.root === 'ARRAY') return isComparable(a.element, b.element);
  if (a.root === 'MAP' && b.root === 'MAP')
    return isComparable(a.key, b.key) && isComparable(a.value, b.value);
  return true;
}
function isWrittenAsText(type: LogicalType): boolean {
  return (
    isNumeric(type) ||
    isTimestamp(type) ||
    ['BOOLEAN', 'DATE', 'TIME', 'INTERVAL_DAY', 'INTERVAL_MONTH'].includes(type.root)
  );
}

function inferComparison(sign: string, args: readonly Argument[]): LogicalType | Misfit {
  if (args.length !== 2) return wrongCount(sign, '2');
  if (!isComparable(argType(args, 0), argType(args, 1))) return misfit(sign, args, COMPARABLE, writeInfix);
  return withNullable(BOOLEAN, anyNullable(args));
}

/**
 * The types operands are cast to (`StandardConvertletTable.consistentType`): `=` and `<>` meet at the least restrictive type; an
 * ordering leaves one family alone and reads text as the other side's type, integers at least as BIGINT.
 */
function coerceComparison(sign: string, args: readonly Argument[]): readonly LogicalType[] {
  return sign === '=' || sign === '<>' ? castAll(args, leastRestrictive) : comparedTypes(args);
}
/** The types that values are cast to of which an order is asked: two of a comparison, three of BETWEEN. */
export const comparedTypes = (args: readonly Argument[]): readonly LogicalType[] =>
  castAll(args, orderingType);

function castAll(
  args: readonly Argument[],
  common: (types: readonly LogicalType[]) => LogicalType | null,
): readonly LogicalType[] {
  const types = args.map((arg) => arg.type);
  const target = common(types);
  return target === null
    ? types
    : types.map((type) =>
        sameType(withNullable(type, true), withNullable(target, true))
          ? type
          : withNullable(target, type.nullable),
      );
}
function orderingType(types: readonly LogicalType[]): LogicalType | null {
  const others = types.filter((type) => !isCharacter(type));
  if (others.length === 0 || others.length === types.length)
    return others.length === 0 || sameFamily(types) ? null : leastRestrictive(types);
  const [first] = others;
  return leastRestrictive(first !== undefined && isNumeric(first) ? [...others, notNull(BIGINT)] : others);
}
const sameFamily = ([a, ...others]: readonly LogicalType[]): boolean =>
  others.every(
    (b) =>
      (isNumeric(a!) && isNumeric(b)) ||
      (isTimestamp(a!) && isTimestamp(b)) ||
      (inFamily(a!, 'BINARY') && inFamily(b, 'BINARY')) ||
      a!.root === b.root,
  );

/** Order of non-NULL values of two types that may differ, as Flink's generated code compares them. */
export function crossComparator(left: LogicalType, right: LogicalType, zone: string): Comparator {
  if (isNumeric(left) && isNumeric(right)) {
    if (isApproximate(left) || isApproximate(right)) {
      // DecimalDataUtils.compare(…, double) is Double.compare; primitive numbers follow IEEE, where NaN is unordered.
      const [a, b] = [asDouble(left), asDouble(right)];
      if (left.root === 'DECIMAL' || right.root === 'DECIMAL') return (x, y) => compareDouble(a(x), b(y));
      return (x, y) => {
        const [p, q] = [a(x), b(y)];
        return p < q ? -1 : p > q ? 1 : p === q ? 0 : Number.NaN;
      };
    }
    const scaleOf = (type: LogicalType): number => (type.root === 'DECIMAL' ? type.scale : 0);
    const [p, q] = [scaleOf(left), scaleOf(right)];
    return p === q
      ? (x, y) => compareInt64(x as Int64, y as Int64)
      : (x, y) => compareDecimal(x as Int64, p, y as Int64, q);
  }
  if (isTimestamp(left) && isTimestamp(right)) {
    if (left.root !== right.root) {
      // The side of lower precision is cast to the other's type; with equal precision it is the left one.
      if (left.precision > right.precision) {
        const cast = castImplementation(right, left, { zone });
        return (x, y) => compareInt64(x as Int64, cast(y) as Int64);
      }
      const cast = castImplementation(left, right, { zone });
      return (x, y) => compareInt64(cast(x) as Int64, y as Int64);
    }
    if (storage(left.precision) !== storage(right.precision)) {
      return (x, y) => compareInt64(nanosecond(x, left.precision), nanosecond(y, right.precision));
    }
    return (x, y) => compareInt64(x as Int64, y as Int64);
  }
  if (isCharacter(right) && !isCharacter(left)) {
    const cast = castImplementation(right, left, { zone });
    const compare = comparator(left);
    return (x, y) => compare(x, cast(y));
  }
  if (isCharacter(left) && !isCharacter(right)) {
    const cast = castImplementation(left, right, { zone });
    const compare = comparator(right);
    return (x, y) => compare(cast(x), y);
  }
  return comparator(left);
}
const storage = (precision: number): number => (precision <= 3 ? 0 : precision <= 6 ? 1 : 2);
const nanosecond = (value: Value, precision: number): Int64 =>
  timestampFrom(timestampMillis(value as Int64, precision), timestampNanos(value as Int64, precision), 9);
const asDouble = (type: LogicalType): ((value: Value) => number) =>
  type.root === 'DECIMAL' ? (value) => decimalToDouble(value as Int64, type.scale) : (value) => Number(value);

const isNested = (type: LogicalType): boolean => ['ARRAY', 'MAP', 'MULTISET', 'ROW'].includes(type.root);

/** Whether JavaScript orders the values of two types as SQL does: whole numbers, and moments counted in the same unit. */
function isHeldInOrder(left: LogicalType, right: LogicalType): boolean {
  if (isInteger(left) && isInteger(right)) return true;
  return (
    isTimestamp(left) &&
    isTimestamp(right) &&
    left.root === right.root &&
    storage(left.precision) === storage(right.precision)
  );
}
const NATIVE_TEST: Readonly<Record<ComparisonSign, (a: Value, b: Value) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => (a as Int64) < (b as Int64),
  '<=': (a, b) => (a as Int64) <= (b as Int64),
  '>': (a, b) => (a as Int64) > (b as Int64),
  '>=': (a, b) => (a as Int64) >= (b as Int64),
};

type Test = (a: Value, b: Value) => boolean;

/** Whether collections or rows are equal. What is NULL in an array or map equals nothing, not even itself. */
function nestedTest(type: LogicalType, zone: string): Test {
  switch (type.root) {
    case 'ARRAY': {
      const same = partTest(type.element, zone);
      return (a, b) => {
        const [left, right] = [a as readonly Value[], b as readonly Value[]];
        return left.length === right.length && left.every((value, i) => same(value, right[i]!));
      };
    }
    case 'MAP':
      return mapTest(type.key, boxedTest(type.value, zone));
    case 'MULTISET':
      return mapTest(type.element, boxedTest(notNull(INTEGER), zone));
    default:
      return sameValue;
  }
}

function partTest(type: LogicalType, zone: string): Test {
  const same = comparisonTest('=', type, type, zone);
  return (a, b) => a !== null && b !== null && same(a, b) === true;
}

/** Maps count all their entries, but of a key that they hold twice only the last is compared. */
function mapTest(keyType: LogicalType, same: Test): Test {
  return (a, b) => {
    const [left, right] = [a as ReadonlyMap<Value, Value>, b as ReadonlyMap<Value, Value>];
    if (left.size !== right.size) return false;
    const others = mapFromEntries(right, keyType);
    for (const [key, value] of mapFromEntries(left, keyType)) {
      const other = mapGet(others, key, keyType);
      if (other === undefined || !same(value, other)) return false;
    }
    return true;
  };
}

/** Flink asks whether the values of maps are one Java object: of numbers, only the small whole ones that Java shares are. */
function boxedTest(type: LogicalType, zone: string): Test {
  if (isApproximate(type)) return () => false;
  const isWhole = isInteger(type) || isInterval(type) || type.root === 'DATE' || type.root === 'TIME';
  if (!isWhole) return partTest(type, zone);
  return (a, b) => a === b && typeof a === 'number' && a >= -128 && a <= 127;
}

/** Whether an element is the one that is looked for: NULL is NULL, and collections are compared as `=` does. */
export function elementTest(type: LogicalType, zone: string, args: readonly Argument[]): Test {
  const same = isNested(type) && !areWritten(args) ? nestedTest(type, zone) : sameValue;
  return (a, b) => (a === null || b === null ? a === b : same(a, b));
}

/** The test of a comparison on non-NULL values. */
export function comparisonTest(
  sign: ComparisonSign,
  left: LogicalType,
  right: LogicalType,
  zone: string,
): (a: Value, b: Value) => boolean | null {
  if ((sign === '=' || sign === '<>') && isNested(left)) {
    const same = nestedTest(left, zone);
    return sign === '=' ? same : (a, b) => !same(a, b);
  }
  if (sign === '=' && readsMoment(left, right)) return momentTest(left, right, zone);
  if (sign === '<>' && readsMoment(left, right)) {
    const same = momentTest(left, right, zone);
    return (a, b) => {
      const isSame = same(a, b);
      return isSame === null ? null : !isSame;
    };
  }
  // Text never equals a value of another kind that it is not read as: Flink asks the text's own equals.
  if (isCharacter(left) !== isCharacter(right)) {
    if (sign === '=') return () => false;
    if (sign === '<>') return () => true;
  }
  if (isHeldInOrder(left, right)) return NATIVE_TEST[sign];
  const compare = crossComparator(left, right, zone);
  switch (sign) {
    case '=':
      return (a, b) => compare(a, b) === 0;
    case '<>':
      return (a, b) => compare(a, b) !== 0;
    case '<':
      return (a, b) => compare(a, b) < 0;
    case '<=':
      return (a, b) => compare(a, b) <= 0;
    case '>':
      return (a, b) => compare(a, b) > 0;
    case '>=':
      return (a, b) => compare(a, b) >= 0;
  }
}

const isMoment = (type: LogicalType): boolean =>
  isTimestamp(type) || type.root === 'DATE' || type.root === 'TIME';
/** Whether text is compared with a moment. */
export const readsMoment = (left: LogicalType, right: LogicalType): boolean =>
  (isCharacter(left) && isMoment(right)) || (isMoment(left) && isCharacter(right));

/** Whether text means a moment: NULL where it means none at all. */
function momentTest(
  left: LogicalType,
  right: LogicalType,
  zone: string,
): (a: Value, b: Value) => boolean | null {
  const [text, moment] = isCharacter(left) ? [left, right] : [right, left];
  const read = castImplementation(text, moment, { zone, isTry: true });
  const compare = comparator(moment);
  const test = (written: Value, value: Value): boolean | null => {
    const meant = read(written);
    return meant === null ? null : compare(meant, value) === 0;
  };
  return isCharacter(left) ? test : (a, b) => test(b, a);
}

/** A text literal beside a time is read when the code is generated, so that a wrong one fails there. */
function refuseTimeText(args: readonly Argument[]): string | null {
  const text = args.find(({ type, literal }) => isCharacter(type) && typeof literal === 'string');
  const time = args.find(({ type }) => isMoment(type));
  if (text?.literal == null || !time) return null;
  try {
    castImplementation(text.type, time.type, { zone: 'UTC' })(text.literal);
    return null;
  } catch (error) {
    if (error instanceof RunError) return error.message;
    throw error;
  }
}

/** Whether one of two types is text and the other a number: what equal values may not be. */
export const mixes = (a: LogicalType, b: LogicalType): boolean =>
  (isCharacter(a) && isNumeric(b)) || (isNumeric(a) && isCharacter(b));

function refuseMixed([a, b]: readonly Argument[]): string | null {
  const [left, right] = [a!.type, b!.type];
  return mixes(left, right)
    ? `ValidationException: implicit type conversion between ${left.root} and ${right.root} is not supported now`
    : null;
}

/** No code is made that orders rows or collections. */
export function refuseUnordered(args: readonly Argument[]): string | null {
  const unordered = args.find(({ type }) => isNested(type));
  return unordered
    ? `CodeGenException: Comparable type expected, but was '${printType(unordered.type)}'.`
    : null;
}

const isEquality = (sign: ComparisonSign): boolean => sign === '=' || sign === '<>';
/** Arrays that are both written out are compared byte by byte, what is NULL in them too. */
const areWritten = (args: readonly Argument[]): boolean => args.every((arg) => arg.operator === 'ARRAY');

function comparison(
  sign: ComparisonSign,
  en: string,
  zh: string,
  ...examples: (readonly [string, string | null])[]
): ScalarFunction {
  return {
    name: sign,
    strict: true,
    isDeterministic: true,
    inferType: (args) => inferComparison(sign, args),
    coerce: (args) => coerceComparison(sign, args),
    refuse: (args) =>
      isEquality(sign) ? (refuseMixed(args) ?? refuseTimeText(args)) : refuseUnordered(args),
    implement: ([left, right], result, context, args) => ({
      evaluate:
        isEquality(sign) && areWritten(args)
          ? (a: Value, b: Value) => sameValue(a, b) === (sign === '=')
          : comparisonTest(sign, left ?? result, right ?? result, context.zone),
    }),
    doc: toDoc(CATEGORY, [`a ${sign} b`, en, zh, ...examples]),
  };
}

function distinctness(
  name: 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM',
  en: string,
  zh: string,
  ...examples: (readonly [string, string | null])[]
): ScalarFunction {
  const isDistinct = name === 'IS DISTINCT FROM';
  return {
    name,
    strict: false,
    isDeterministic: true,
    inferType: (args) => {
      const type = inferComparison(name, args);
      return 'message' in type ? type : notNull(BOOLEAN);
    },
    refuse: refuseMixed,
    implement: ([left, right], result, context, args) => {
      const equal = areWritten(args)
        ? sameValue
        : comparisonTest('=', left ?? result, right ?? result, context.zone);
      return {
        evaluate: (a: Value, b: Value) =>
          a === null || b === null ? (a === b) !== isDistinct : (equal(a, b) === true) !== isDistinct,
      };
    },
    doc: toDoc(CATEGORY, [`a ${name} b`, en, zh, ...examples]),
  };
}

export const comparisonFunctions: readonly ScalarFunction[] = [
  comparison(
    '=',
    'Whether both are equal; NULL if one is NULL.',
    '两者是否相等；有 NULL 时为 NULL。',
    ["'a' = 'a'", 'TRUE'],
    ['1 = 2', 'FALSE'],
  ),
  comparison('<>', 'Whether they differ; NULL if one is NULL.', '两者是否不等；有 NULL 时为 NULL。', [
    '1 <> 2',
    'TRUE',
  ]),
  comparison(
    '<',
    'Less than. Text compares by character codes.',
    '小于。文本按字符编码比较。',
    ['1 < 2', 'TRUE'],
    ["'b' < 'a'", 'FALSE'],
  ),
  comparison('<=', 'Less than or equal.', '小于或等于。', ['2 <= 2', 'TRUE']),
  comparison('>', 'Greater than.', '大于。', ["'b' > 'a'", 'TRUE']),
  comparison('>=', 'Greater than or equal.', '大于或等于。', ['1 >= 2', 'FALSE']),
  distinctness(
    'IS DISTINCT FROM',
    'Like <>, but NULL counts as a value.',
    '类似 <>，但把 NULL 当作一个值。',
    ['1 IS DISTINCT FROM CAST(NULL AS INT)', 'TRUE'],
  ),
  distinctness(
    'IS NOT DISTINCT FROM',
    'Like =, but NULL counts as a value.',
    '类似 =，但把 NULL 当作一个值。',
    ['CAST(NULL AS INT) IS NOT DISTINCT FROM CAST(NULL AS INT)', 'TRUE'],
  ),
];
