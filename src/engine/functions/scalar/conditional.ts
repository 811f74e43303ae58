import { supportsImplicitCast } from '../../types/implicit-cast.ts';
import { findCommonType, leastRestrictive } from '../../types/least-restrictive.ts';
import {
  isApproximate,
  isBinary,
  isCharacter,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
  NULL,
  STRING,
  sameType,
  type Value,
  withNullable,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { comparator } from '../../values/compare.ts';
import { RunError } from '../../values/run-error.ts';
import { castImplementation } from '../cast.ts';
import { castProblem, castRefusal } from '../cast-refusal.ts';
import {
  type Argument,
  isMisfit,
  type Misfit,
  NOT_COMPILABLE,
  type ScalarFunction,
} from '../function-definition.ts';
import { coerceToCommon, modernMisfit, WRONG_COUNT } from '../modern.ts';
import {
  anyNullable,
  argType,
  type Form,
  hasBareNull,
  illegalNull,
  inFamily,
  misfit,
  toDoc,
  wrongCount,
} from '../signature.ts';
import { comparisonTest, refuseUnordered } from './comparison.ts';

const CATEGORY = 'conditional';

/** Calcite writes a constant interval as a number of its type where it fits, and knows no such constant of a small type. */
function refuseSmall([arg]: readonly Argument[], { root }: LogicalType): string | null {
  const limit = root === 'TINYINT' ? 128 : root === 'SMALLINT' ? 32_768 : 0;
  return arg &&
    isInterval(arg.type) &&
    typeof arg.literal === 'number' &&
    arg.literal >= -limit &&
    arg.literal < limit
    ? noSuchConstant(root)
    : null;
}

/** Nor a constant array that a text could be. */
const refuseText = ([arg]: readonly Argument[], { root }: LogicalType): string | null =>
  root === 'ARRAY' && typeof arg?.literal === 'string' ? noSuchConstant(root) : null;

const noSuchConstant = (root: string): string =>
  `AssertionError: Was not expecting value '${root}' for enumeration 'org.apache.calcite.sql.type.SqlTypeName' in this context`;

function cast(name: 'CAST' | 'TRY_CAST', doc: Parameters<typeof toDoc>[1]): ScalarFunction {
  const isTry = name === 'TRY_CAST';
  return {
    name,
    strict: true,
    isDeterministic: true,
    inferType: (args) => {
      const [from, to] = [argType(args, 0), argType(args, 1)];
      return castProblem(from, to) ?? withNullable(to, isTry || from.nullable);
    },
    refuse: (args, to) =>
      refuseSmall(args, to) ?? (isTry ? null : refuseText(args, to)) ?? castRefusal(argType(args, 0), to),
    implement: ([from], to, { zone }, [operand]) => {
      const isPutTogether = operand?.operator === 'ARRAY' || operand?.operator === 'MAP';
      return { evaluate: castImplementation(from ?? to, to, { isTry, zone, isPutTogether }) };
    },
    doc: toDoc(CATEGORY, doc),
  };
}

const caseWhen: ScalarFunction = {
  name: 'CASE',
  strict: false,
  isDeterministic: true,
  inferType: (args) => {
    const results = args.filter((_, i) => i % 2 === 1 || i === args.length - 1).map((arg) => arg.type);
    return leastRestrictive(results) ?? { message: 'Illegal mixing of types in CASE or COALESCE statement' };
  },
  // The compiler writes CASE itself, and lazily; this is its meaning.
  implement: () => ({
    evaluate: (...values: Value[]) => {
      for (let i = 0; i + 1 < values.length; i += 2) if (values[i] === true) return values[i + 1] ?? null;
      return values.at(-1) ?? null;
    },
  }),
  doc: toDoc(CATEGORY, [
    'CASE WHEN condition THEN value … ELSE other END',
    'The value of the first condition that is TRUE.',
    '第一个为 TRUE 的条件所对应的值。',
    ["CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END", 'b'],
  ]),
};

const COALESCE_SIGNATURE = 'COALESCE(<COMMON>, <COMMON>...)';
const IFNULL_SIGNATURE = 'IFNULL(input <COMMON>, null_replacement <COMMON>)';

/** The common type of arguments, each of which must be implicitly castable to it. */
function commonType(name: string, args: readonly Argument[], signature: string): LogicalType | Misfit {
  const type = findCommonType(args.map((arg) => arg.type));
  const refuse = (given: readonly Argument[], detail?: string): Misfit =>
    modernMisfit(name, given, [signature], detail);
  if (type === null) return hasBareNull(args) ? illegalNull(refuse(args)) : refuse(args);
  const at = args.findIndex(
    (arg) => !supportsImplicitCast(withNullable(arg.type, true), withNullable(type, true)),
  );
  if (at < 0)
    return withNullable(
      type,
      args.every((arg) => arg.type.nullable),
    );
  const passed = argType(args, at);
  const detail = `Invalid argument type at position ${at}. Data type ${printType(withNullable(type, passed.nullable))} expected but ${printType(passed)} passed.`;
  const typed = args.map((arg) => (arg.type.root === 'NULL' ? { ...arg, type } : arg));
  return { ...refuse(typed, detail), early: refuse(args, detail) };
}

const coalesce: ScalarFunction = {
  name: 'COALESCE',
  strict: false,
  isDeterministic: true,
  isModern: true,
  inferType: (args) =>
    args.length === 0
      ? modernMisfit('COALESCE', args, [COALESCE_SIGNATURE], WRONG_COUNT)
      : commonType('COALESCE', args, COALESCE_SIGNATURE),
  coerce: coerceToCommon,
  implement: () => ({ evaluate: (...values: Value[]) => values.find((value) => value !== null) ?? null }),
  doc: toDoc(CATEGORY, [
    'COALESCE(value1, value2, …)',
    'The first value that is not NULL. All arguments are computed, also those behind it.',
    '第一个非 NULL 的值。所有参数都会被计算。',
    ["COALESCE(CAST(NULL AS STRING), 'x')", 'x'],
  ]),
};

const ifNull: ScalarFunction = {
  name: 'IFNULL',
  strict: false,
  isDeterministic: true,
  isModern: true,
  inferType: (args) => {
    if (args.length !== 2) return modernMisfit('IFNULL', args, [IFNULL_SIGNATURE], WRONG_COUNT);
    const type = commonType('IFNULL', args, IFNULL_SIGNATURE);
    const [first] = coerceToCommon(args);
    if (isMisfit(type) || first === undefined || first.nullable || isInterval(type)) return type;
    return first;
  },
  coerce: coerceToCommon,
  implement: () => ({
    evaluate: (value: Value, other: Value) => value ?? other,
    inline: (a = 'null', b = 'null') => `${a} ?? ${b}`,
  }),
  doc: toDoc(CATEGORY, [
    'IFNULL(input, replacement)',
    'The input, or the replacement where it is NULL.',
    '输入值；为 NULL 时取替代值。',
    ['IFNULL(CAST(NULL AS INT), 5)', '5'],
  ]),
};

const IF_FORMS: readonly Form[] = [
  ['BOOLEAN', 'NUMERIC', 'NUMERIC'],
  ['BOOLEAN', 'CHARACTER', 'CHARACTER'],
  ['BOOLEAN', 'BOOLEAN', 'BOOLEAN'],
  ['BOOLEAN', 'CHARACTER', 'CHARACTER'],
  ['BOOLEAN', 'BINARY', 'BINARY'],
  ['BOOLEAN', 'DATE', 'DATE'],
  ['BOOLEAN', 'TIMESTAMP', 'TIMESTAMP'],
  ['BOOLEAN', 'TIME', 'TIME'],
];
/** The first form is worded by a check of Flink's own. */
const misfitIf = (args: readonly Argument[]): Misfit => {
  const found = misfit('IF', args, IF_FORMS);
  return {
    message: found.message.replace(
      "'IF(<BOOLEAN>, <NUMERIC>, <NUMERIC>)'",
      "'IF(<ANY_TYPE>, <NUMERIC_TYPE>, <NUMERIC_TYPE>)'",
    ),
  };
};
const ifThenElse: ScalarFunction = {
  name: 'IF',
  strict: false,
  isDeterministic: true,
  inferType: (args) => {
    if (args.length !== 3) return wrongCount('IF', '3');
    if (hasBareNull(args)) return illegalNull(misfitIf(args));
    if (!IF_FORMS.some((form) => form.every((family, i) => inFamily(argType(args, i), family))))
      return misfitIf(args);
    const [yes, no] = [argType(args, 1), argType(args, 2)];
    const merges = (type: LogicalType): boolean =>
      isNumeric(type) || isCharacter(type) || inFamily(type, 'BINARY');
    const type = merges(yes) && merges(no) ? leastRestrictive([yes, no]) : yes;
    return type === null ? misfitIf(args) : withNullable(type, anyNullable(args));
  },
  refuse: (args, to) => {
    const branches = args.slice(1).map((arg) => arg.type);
    const isLax = !to.nullable && branches.some((type) => type.nullable);
    return isLax
      ? `Exception: Unsupported operand types: IF(boolean, ${branches.map(printType).join(', ')})`
      : null;
  },
  // The branches are cast by the code generator, not in the plan: `evaluate` does so.
  implement: ([, yes, no], result, { zone }) => {
    const [castYes, castNo] = [
      branchCast(yes ?? result, result, zone),
      branchCast(no ?? result, result, zone),
    ];
    return {
      evaluate: (condition: Value, a: Value, b: Value) => (condition === true ? castYes(a) : castNo(b)),
    };
  },
  doc: toDoc(CATEGORY, [
    'IF(condition, yes, no)',
    'One of two values; only the chosen one is computed.',
    '二选一；只计算被选中的值。',
    ["IF(1 > 2, 'a', 'b')", 'b'],
  ]),
};
/** Whether a branch stands for the result as it is: values of these types are held in units of their precision. */
export const hasSameForm = (from: LogicalType, to: LogicalType): boolean =>
  from.root === to.root && !['DECIMAL', 'TIMESTAMP', 'TIMESTAMP_LTZ'].includes(to.root);
/** A branch as the result's type, NULL kept. */
export function branchCast(from: LogicalType, to: LogicalType, zone: string): (value: Value) => Value {
  if (from.root === 'NULL') return () => null;
  const convert = castImplementation(from, to, { zone });
  return (value) => (value === null ? null : convert(value));
}

const isPartOfTimestamp = (type: LogicalType): boolean => type.root === 'DATE' || type.root === 'TIME';
const isMoment = (type: LogicalType): boolean => isPartOfTimestamp(type) || isTimestamp(type);
/** Whether Flink's `ComparableTypeStrategy` lets two types stand side by side. */
function isOrdered(a: LogicalType, b: LogicalType): boolean {
  if (a.root === 'NULL' || b.root === 'NULL' || a.root === b.root) return true;
  return (
    (isNumeric(a) && isNumeric(b)) ||
    (isCharacter(a) && isCharacter(b)) ||
    (isBinary(a) && isBinary(b)) ||
    (isMoment(a) && isMoment(b))
  );
}

/** Of what passed: collections cannot be compared, an untyped NULL cannot be cast. */
function refuseExtreme(args: readonly Argument[], result: LogicalType): string | null {
  const unordered = refuseUnordered(args);
  if (unordered !== null) return unordered;
  if (isBinary(result)) return NOT_COMPILABLE;
  if (isPartOfTimestamp(result) && args.some((arg) => isTimestamp(arg.type))) return NOT_COMPILABLE;
  if (!args.some((arg) => arg.type.root === 'NULL')) return null;
  return isNumeric(result)
    ? `CodeGenException: Unsupported casting from NULL to ${printType(withNullable(result, true))}.`
    : NOT_COMPILABLE;
}

function extreme(name: 'GREATEST' | 'LEAST', doc: Parameters<typeof toDoc>[1]): ScalarFunction {
  const direction = name === 'GREATEST' ? 1 : -1;
  return {
    name,
    strict: false,
    isDeterministic: true,
    inferType: (args) => {
      const type = findCommonType(args.map((arg) => arg.type));
      if (args.length === 0) return modernMisfit(name, args, [`${name}(<COMPARABLE>...)`], WRONG_COUNT);
      const [first = NULL, ...others] = args.map((arg) => arg.type);
      const other = others.find((one) => !isOrdered(first, one));
      const refuse = (detail: string): Misfit => {
        const misfit = modernMisfit(name, args, [`${name}(<COMPARABLE>...)`], detail);
        return hasBareNull(args) ? illegalNull(misfit) : misfit;
      };
      if (args.every((arg) => arg.type.root === 'NULL') || (type === null && other === undefined))
        return refuse('Could not infer an output type for the given arguments.');
      if (type !== null && other === undefined) return withNullable(type, anyNullable(args));
      const pair = `Can not compare ${printType(first)} with ${printType(other ?? first)}`;
      return refuse(
        `All types in a comparison should support both 'EQUALS' and 'ORDER' comparison with each other. ${pair}`,
      );
    },
    refuse: refuseExtreme,
    implement: (types, result) => {
      // A wall clock is taken for a moment as it is held, whatever the zone.
      const casts = types.map((type) => castImplementation(type, result, { zone: 'UTC' }));
      const failsOnNull = types.map(
        (type) => type.root === 'DECIMAL' && !sameType(withNullable(type, result.nullable), result),
      );
      const compare = comparator(result);
      // Flink's code casts a DECIMAL before it looks for NULL.
      const checkFirst = (...values: Value[]): void => {
        if (failsOnNull[values.indexOf(null)] === true) throw new RunError(missingDecimal(result));
      };
      const isChecked = failsOnNull.includes(true);
      return {
        ...(isChecked ? { checkFirst } : {}),
        evaluate: (...values: Value[]) => {
          if (values.includes(null)) {
            if (isChecked) checkFirst(...values);
            return null;
          }
          let best: Value = null;
          for (let i = 0; i < values.length; i++) {
            const value = values[i]!;
            const candidate = casts[i]?.(value) ?? value;
            if (best === null || compare(candidate, best) * direction > 0) best = candidate;
          }
          return best;
        },
      };
    },
    doc: toDoc(CATEGORY, doc),
  };
}

/** How the cast of a DECIMAL that is not there dies. */
function missingDecimal(target: LogicalType): string {
  const [method, name] = isApproximate(target) ? ['isCompact', 'decimal'] : ['toBigDecimal', 'dec'];
  return `NullPointerException: Cannot invoke "org.apache.flink.table.data.DecimalData.${method}()" because "${name}" is null`;
}

const nullIf: ScalarFunction = {
  name: 'NULLIF',
  strict: false,
  isDeterministic: true,
  inferType: (args) => (args.length === 2 ? withNullable(argType(args, 0), true) : wrongCount('NULLIF', '2')),
  implement: ([left, right], result, { zone }) => {
    const equal = comparisonTest('=', left ?? result, right ?? result, zone);
    return {
      evaluate: (a: Value, b: Value) => (a !== null && b !== null && equal(a, b) === true ? null : a),
    };
  },
  doc: toDoc(CATEGORY, [
    'NULLIF(value1, value2)',
    'NULL if both are equal, else the first.',
    '两者相等时为 NULL，否则为第一个值。',
    ['NULLIF(5, 5)', null],
    ['NULLIF(5, 0)', '5'],
  ]),
};

const TYPEOF_SIGNATURES = [
  'TYPEOF(input <ANY>)',
  'TYPEOF(input <ANY>, force_serializable [<BOOLEAN> & <LITERAL NOT NULL>])',
];
const typeOf: ScalarFunction = {
  name: 'TYPEOF',
  strict: false,
  isDeterministic: true,
  isModern: true,
  inferType: (args) => {
    const forced = args[1];
    if (args.length !== 1 && args.length !== 2)
      return modernMisfit('TYPEOF', args, TYPEOF_SIGNATURES, WRONG_COUNT);
    return forced === undefined || (forced.type.root === 'BOOLEAN' && forced.literal != null)
      ? withNullable(STRING, true)
      : modernMisfit('TYPEOF', args, TYPEOF_SIGNATURES);
  },
  implement: ([type], _result, _context, args) => {
    const name = type === undefined ? null : printType(type);
    return {
      evaluate: () =>
        args[1]?.literal === true && type !== undefined
          ? printType(type).replace(/(?<![`\w])(?:STRING|BYTES)(?![`\w])/g, (short) =>
              short === 'STRING' ? 'VARCHAR(2147483647)' : 'VARBINARY(2147483647)',
            )
          : name,
    };
  },
  doc: toDoc(CATEGORY, [
    'TYPEOF(input)',
    'The type of an expression as text.',
    '表达式的类型（文本）。',
    ['TYPEOF(1)', 'INT NOT NULL'],
  ]),
};

export const conditionalFunctions: readonly ScalarFunction[] = [
  caseWhen,
  coalesce,
  nullIf,
  ifNull,
  ifThenElse,
  extreme('GREATEST', [
    'GREATEST(value1, value2, …)',
    'The greatest value; NULL if one is NULL.',
    '最大值；有 NULL 时为 NULL。',
    ['GREATEST(1, 3, 2)', '3'],
  ]),
  extreme('LEAST', [
    'LEAST(value1, value2, …)',
    'The least value; NULL if one is NULL.',
    '最小值；有 NULL 时为 NULL。',
    ['LEAST(1, 3, 2)', '1'],
  ]),
  cast('CAST', [
    'CAST(value AS type)',
    'The value as another type; fails where that is impossible.',
    '转换为另一类型；无法转换时作业失败。',
    ["CAST('12.9' AS INT)", '12'],
    ['CAST(TRUE AS STRING)', 'TRUE'],
  ]),
  cast('TRY_CAST', [
    'TRY_CAST(value AS type)',
    'Like CAST, but NULL where CAST fails.',
    '类似 CAST，但失败时为 NULL。',
    ["TRY_CAST('abc' AS INT)", null],
    ["TRY_CAST('7' AS INT)", '7'],
  ]),
  typeOf,
];
