import { findCommonType, leastRestrictive } from '../../types/least-restrictive.ts';
import {
  arrayOf,
  INTEGER,
  isCharacter,
  isInteger,
  type LogicalType,
  mapOf,
  NULL,
  notNull,
  rowOf,
  STRING,
  sameType,
  type Value,
  withNullable,
} from '../../types/logical-type.ts';
import { printPlanType, printType, printTypeFamily } from '../../types/print-type.ts';
import { comparator, nullsFirst, nullsLast, valueKey } from '../../values/compare.ts';
import { type Int64 } from '../../values/int64.ts';
import { mapFromEntries, mapGet, writtenMap } from '../../values/map.ts';
import { RunError } from '../../values/run-error.ts';
import { castImplementation } from '../cast.ts';
import { castProblem } from '../cast-refusal.ts';
import {
  type Argument,
  type EvaluationContext,
  type Misfit,
  type ScalarFunction,
} from '../function-definition.ts';
import { modernFamily, type ParameterCheck, WRONG_COUNT } from '../modern.ts';
import {
  anyNullable,
  argType,
  type Doc,
  hasBareNull,
  ILLEGAL_NULL,
  illegalNull,
  misfit,
  misfitOf,
  printArgument,
  returns,
  toDoc,
  wrongCount,
} from '../signature.ts';
import { elementTest } from './comparison.ts';

const modern = modernFamily('collection');
const CATEGORY = 'collection';

type Items = readonly Value[];
type Entries = ReadonlyMap<Value, Value>;

const elementOf = (type: LogicalType): LogicalType =>
  type.root === 'ARRAY' || type.root === 'MULTISET' ? type.element : NULL;

// ---------------------------------------------------------------- constructors and access

const row: ScalarFunction = {
  name: 'ROW',
  strict: false,
  isDeterministic: true,
  inferType: (args) => notNull(rowOf(args.map((arg, i) => ({ name: `EXPR$${i}`, type: arg.type })))),
  refuse: (args) => (hasBareNull(args) ? 'IllegalArgumentException: Illegal type: NULL' : null),
  implement: () => ({ evaluate: (...values: Value[]) => values }),
  doc: toDoc(CATEGORY, [
    'ROW(value1, value2, …)',
    'A row of values; `(a, b)` is the same.',
    '由若干值组成的行；也可写作 `(a, b)`。',
    ["ROW(1, 'a')", '(1, a)'],
  ]),
};

const array: ScalarFunction = {
  name: 'ARRAY',
  strict: false,
  isDeterministic: true,
  inferType: (args) => {
    if (args.length === 0) return { message: 'Require at least 1 argument' };
    const element = leastRestrictive(args.map((arg) => arg.type));
    if (element === null) return { message: 'Parameters must be of the same type' };
    const problems = args.map((arg) => castProblem(arg.type, element));
    return problems.find((problem) => problem !== null) ?? notNull(arrayOf(element));
  },
  // Arrays within an array are taken as they are where only their elements may be NULL.
  coerce: (args, result) =>
    args.map(({ type }) => {
      const element = withNullable(elementOf(result), type.nullable);
      const isAsIs =
        type.root === 'ARRAY' &&
        element.root === 'ARRAY' &&
        sameType(withNullable(type.element, true), withNullable(element.element, true));
      return isAsIs ? type : element;
    }),
  implement: () => ({ evaluate: (...values: Value[]) => values }),
  doc: toDoc(CATEGORY, [
    'ARRAY[value1, value2, …]',
    'An array of values of one type.',
    '由同类型的值组成的数组。',
    ['ARRAY[1, 2]', '[1, 2]'],
  ]),
};

const map: ScalarFunction = {
  name: 'MAP',
  strict: false,
  isDeterministic: true,
  inferType: (args) => {
    if (args.length === 0) return { message: 'Map requires at least 2 arguments' };
    if (args.length % 2 === 1) return { message: 'Map requires an even number of arguments' };
    if (args[0]?.type.root === 'NULL') return { message: 'Parameters must be of the same type' };
    const key = leastRestrictive(args.filter((_, i) => i % 2 === 0).map((arg) => arg.type));
    const value = leastRestrictive(args.filter((_, i) => i % 2 === 1).map((arg) => arg.type));
    return key === null || value === null
      ? { message: 'Parameters must be of the same type' }
      : notNull(mapOf(key, value));
  },
  coerce: (args, result) =>
    result.root === 'MAP'
      ? args.map((arg, i) => withNullable(i % 2 === 0 ? result.key : result.value, arg.type.nullable))
      : args.map((arg) => arg.type),
  // Constants alone make a map of Java, which holds a key once.
  implement: (_types, result, _context, args) => {
    const keyType = result.root === 'MAP' ? result.key : NULL;
    const make = args.every(({ literal }) => literal !== undefined) ? mapFromEntries : writtenMap;
    const written = writtenEntries(args);
    return {
      evaluate: (...values: Value[]) =>
        make(
          written.map(({ key, value }): [Value, Value] => [values[key] ?? null, values[value] ?? null]),
          keyType,
        ),
    };
  },
  doc: toDoc(CATEGORY, [
    'MAP[key1, value1, key2, value2, …]',
    'A map; of constants, a later duplicate key wins.',
    '键值映射；全为常量时，重复的键以后者为准。',
    ["MAP['a', 1, 'b', 2]", '{a=1, b=2}'],
  ]),
};

/** Where the keys and values of a written map stand: a constant or column that is a key again only has its last value. */
export function writtenEntries(args: readonly Argument[]): readonly { key: number; value: number }[] {
  const entries: { key: number; value: number }[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) {
    const same = entries.find(({ key }) => isSameText(args[key]!, args[i]!));
    if (same) same.value = i + 1;
    else entries.push({ key: i, value: i + 1 });
  }
  return entries;
}
/** Decimals that are written are objects to Flink, each another. */
const isSameText = (a: Argument, b: Argument): boolean =>
  (a.literal !== undefined && a.literal === b.literal && a.type.root !== 'DECIMAL') ||
  (a.column !== undefined && a.column === b.column);

/** Maps that are of a class of their function's own, which the generated code for `m[key]` does not know. */
const unlikeMaps = new WeakMap<Entries, string>();
/** Remembers which function has made a map. */
function madeBy(name: string, map: Entries): Entries {
  unlikeMaps.set(map, name);
  return map;
}
function dieOfMap(name: string): never {
  const own = `org.apache.flink.table.runtime.functions.scalar.${name}`;
  const expected = 'org.apache.flink.table.data.GenericMapData';
  throw new RunError(
    `ClassCastException: class ${own} cannot be cast to class ${expected} (${own} and ${expected} are in unnamed module of loader 'app')`,
  );
}

/** `a[i]` from 1, `m[key]`; a constant index below 1 is refused by the code generator. */
const item: ScalarFunction = {
  name: 'ITEM',
  strict: true,
  isDeterministic: true,
  refuse: (args) => {
    const index = args[1]?.literal;
    if (argType(args, 0).root === 'ARRAY' && /^(?:TINY|SMALL|BIG)INT$/.test(argType(args, 1).root))
      return 'CodeGenException: Integer expression type expected.';
    return argType(args, 0).root === 'ARRAY' && typeof index === 'number' && index < 1
      ? `ValidationException: Array element access needs an index starting at 1 but was ${index}.`
      : null;
  },
  inferType: (args): LogicalType | Misfit => {
    const [collection, index] = [argType(args, 0), argType(args, 1)];
    if (index.root === 'NULL') return ILLEGAL_NULL;
    if (collection.root === 'ARRAY' && isInteger(index)) return withNullable(collection.element, true);
    if (collection.root === 'MAP' && printTypeFamily(collection.key) === printTypeFamily(index))
      return withNullable(collection.value, true);
    if (collection.root === 'ROW') {
      const key = args[1]?.literal;
      const field =
        typeof key === 'string'
          ? collection.fields.find((one) => one.name === key)
          : typeof key === 'number'
            ? collection.fields[key - 1]
            : undefined;
      if (field !== undefined) return withNullable(field.type, true);
      if ((key !== undefined && key !== null) || isInteger(index))
        return {
          message: `Cannot infer type of field ${typeof key === 'string' ? `'${key}'` : `at position ${key ?? null}`} within ROW type: ${printPlanType(collection, 'short')}`,
          exception: 'AssertionError',
        };
    }
    const misfit = misfitOf('ITEM', `ITEM(${args.map(printArgument).join(', ')})`, [
      '<ARRAY>[<INTEGER>]',
      '<MAP>[<ANY>]',
      '<ROW>[<CHARACTER>|<INTEGER>]',
    ]);
    return collection.root === 'NULL' ? illegalNull(misfit) : misfit;
  },
  implement: ([collection = NULL, key = NULL], _result, { zone }, args) => {
    if (collection.root === 'ARRAY') {
      return { evaluate: (items: Items, index: Int64) => items[Number(index) - 1] ?? null };
    }
    if (collection.root === 'ROW') {
      const literal = args[1]?.literal;
      const at =
        typeof literal === 'string'
          ? collection.fields.findIndex((one) => one.name === literal)
          : Number(literal) - 1;
      return { evaluate: (items: Items) => items[at] ?? null };
    }
    if (collection.root !== 'MAP') return { evaluate: () => null };
    const keyType = collection.key;
    const convert =
      isCharacter(keyType) || key.root === keyType.root
        ? (value: Value): Value => value
        : castImplementation(key, keyType, { zone });
    return {
      evaluate: (entries: Entries, wanted: Value) => {
        // What comes out of another operator is a map like any other.
        const unlike = args[0]?.column === undefined ? unlikeMaps.get(entries) : undefined;
        if (unlike !== undefined) dieOfMap(unlike);
        return mapGet(entries, convert(wanted), keyType) ?? null;
      },
    };
  },
  doc: toDoc(CATEGORY, [
    'array[index] or map[key]',
    'One element, counted from 1, or the value of a key; NULL if there is none.',
    '数组元素（从 1 起）或键对应的值；不存在则为 NULL。',
    ['ARRAY[10, 20][2]', '20'],
    ["MAP['a', 1]['b']", '-1'],
  ]),
};

/** Field access; the second operand is the field's name as a symbol. */
const dot: ScalarFunction = {
  name: 'DOT',
  strict: true,
  isDeterministic: true,
  inferType: (args) => {
    const [type, name] = [argType(args, 0), args[1]?.symbol];
    const field = type.root === 'ROW' ? type.fields.find((one) => one.name === name) : undefined;
    if (type.root !== 'ROW') return { message: 'Incompatible types' };
    return field === undefined
      ? { message: `Unknown field '${name}'` }
      : withNullable(field.type, field.type.nullable || type.nullable);
  },
  implement: ([type = NULL], _result, _context, args) => {
    const index = type.root === 'ROW' ? type.fields.findIndex((one) => one.name === args[1]?.symbol) : -1;
    return {
      evaluate: (fields: Items) => fields[index] ?? null,
      inline: (fields) => `(${fields}[${index}] ?? null)`,
    };
  },
  doc: toDoc(CATEGORY, ['row.field', 'One field of a row.', '行的某个字段。']),
};

const cardinality: ScalarFunction = {
  name: 'CARDINALITY',
  strict: true,
  isDeterministic: true,
  inferType: (args) => {
    if (hasBareNull(args)) return ILLEGAL_NULL;
    if (args.length !== 1) return wrongCount('CARDINALITY', '1');
    return ['ARRAY', 'MAP', 'MULTISET'].includes(argType(args, 0).root)
      ? withNullable(INTEGER, argType(args, 0).nullable)
      : misfit('CARDINALITY', args, [['MULTISET'], ['ARRAY'], ['MAP']]);
  },
  refuse: (args) =>
    argType(args, 0).root === 'MULTISET' ? 'CodeGenException: Expect an array or a map.' : null,
  implement: ([type = NULL]) => {
    if (type.root === 'ARRAY') return { evaluate: (items: Items) => items.length };
    if (type.root === 'MULTISET')
      return {
        evaluate: (items: ReadonlyMap<Value, number>) =>
          [...items.values()].reduce((sum, count) => sum + count, 0),
      };
    return { evaluate: (entries: Entries) => entries.size };
  },
  doc: toDoc(CATEGORY, [
    'CARDINALITY(array or map)',
    'Number of elements or entries.',
    '元素或键值对的个数。',
    ['CARDINALITY(ARRAY[1, 2, 3])', '3'],
  ]),
};

const element: ScalarFunction = {
  name: 'ELEMENT',
  strict: true,
  isDeterministic: true,
  inferType: (args) => {
    if (hasBareNull(args)) return ILLEGAL_NULL;
    if (args.length !== 1) return wrongCount('ELEMENT', '1');
    return ['ARRAY', 'MULTISET'].includes(argType(args, 0).root)
      ? elementOf(argType(args, 0))
      : misfit('ELEMENT', args, [['MULTISET'], ['ARRAY']]);
  },
  implement: () => ({
    evaluate: (items: Items) => {
      if (items.length > 1) throw new RunError('TableRuntimeException: Array has more than one element.');
      return items[0] ?? null;
    },
  }),
  doc: toDoc(CATEGORY, [
    'ELEMENT(array)',
    'The only element; fails if there are several.',
    '唯一的元素；多于一个时失败。',
    ["ELEMENT(ARRAY['a'])", 'a'],
  ]),
};

// ---------------------------------------------------------------- array functions

const same = (a: Value, b: Value): boolean =>
  a === null || b === null ? a === b : valueKey(a) === valueKey(b);

function distinct(items: Items): Items {
  const seen = new Set<unknown>();
  return items.filter((value) => {
    const key = valueKey(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function slice(items: Items, start: number, end: number): Items {
  if (items.length === 0) return items;
  const from = Math.max(1, start < 0 ? start + items.length + 1 : start);
  const shifted = end < 0 ? end + items.length + 1 : end;
  const to = shifted === 0 ? 1 : Math.min(shifted, items.length);
  return to < from ? [] : items.slice(from - 1, to);
}

function best(type: LogicalType, direction: 1 | -1): (items: Items) => Value {
  const compare = comparator(elementOf(type));
  return (items) => {
    let found: Value = null;
    for (const value of items)
      if (value !== null && (found === null || compare(value, found) * direction > 0)) found = value;
    return found;
  };
}

function commonProblem(args: readonly Argument[], root: 'ARRAY' | 'MAP'): string | null {
  if (!args.every((arg) => arg.type.root === root)) return `All arguments requires to be a ${root} type`;
  const types = args.map((arg) => arg.type);
  return findCommonType(types) === null
    ? `Could not find a common type for arguments: [${types.map(printType).join(', ')}]`
    : null;
}
/** Arrays that all take their common type. */
function commonArrays(name: string, count: number | null): ParameterCheck {
  return {
    check: (args) =>
      (count === null ? args.length >= 1 : args.length === count)
        ? commonProblem(args, 'ARRAY')
        : WRONG_COUNT,
    signatures: [count === null ? `${name}(<COMMON>, <COMMON>...)` : `${name}(<COMMON>, <COMMON>)`],
  };
}
const commonReturn = (args: readonly Argument[]): LogicalType =>
  withNullable(findCommonType(args.map((arg) => arg.type)) ?? NULL, anyNullable(args));
const coerceCommon: NonNullable<ScalarFunction['coerce']> = (args, result) =>
  args.map((arg) => {
    const target = withNullable(result, arg.type.nullable);
    return elementOf(arg.type).root === elementOf(result).root &&
      JSON.stringify(withNullable(elementOf(arg.type), true)) ===
        JSON.stringify(withNullable(elementOf(result), true))
      ? arg.type
      : target;
  });

function ofArrays(
  name: string,
  count: number | null,
  evaluate: (...arrays: Items[]) => Items,
  doc: Doc,
): ScalarFunction {
  return modern({
    name,
    parameters: commonArrays(name, count),
    returns: commonReturn,
    coerce: coerceCommon,
    evaluate,
    doc,
  });
}

/** The array's type, whose elements may be NULL where a nullable element is put in. */
const widened = (args: readonly Argument[]): LogicalType => {
  const type = argType(args, 0);
  const isWider = argType(args, 1).nullable && !elementOf(type).nullable;
  return withNullable(isWider ? arrayOf(withNullable(elementOf(type), true)) : type, anyNullable(args));
};
const widenedByElement = (args: readonly Argument[]): LogicalType =>
  withNullable(widened(args), argType(args, 0).nullable || argType(args, 1).nullable);
const arrayItself = (args: readonly Argument[]): LogicalType =>
  withNullable(argType(args, 0), anyNullable(args));
const HAYSTACK = [
  [
    ['haystack', 'ARRAY'],
    ['needle', 'ARRAY ELEMENT'],
  ],
] as const;

// ---------------------------------------------------------------- maps

const mapParts = (type: LogicalType): { readonly key: LogicalType; readonly value: LogicalType } =>
  type.root === 'MAP' ? type : { key: NULL, value: NULL };
const MAP_INPUT = [[['input', 'MAP']]] as const;

/** Whether the planner leaves a map as it is beside one of another type. */
function isHeldAlike(from: LogicalType, to: LogicalType): boolean {
  const [a, b] = [mapParts(from), mapParts(to)];
  const isAlike = (x: LogicalType, y: LogicalType): boolean =>
    (isCharacter(x) && isCharacter(y)) || sameType(withNullable(x, true), withNullable(y, true));
  return isAlike(a.key, b.key) && isAlike(a.value, b.value);
}

/** Maps of several types become maps of the result's where they are united. */
function unite(
  types: readonly LogicalType[],
  result: LogicalType,
  { zone }: EvaluationContext,
): (...maps: Entries[]) => Entries {
  const { key } = mapParts(result);
  const casts = types.map((type) => castImplementation(type, result, { zone }));
  return (...maps) =>
    maps
      .map((map, i) => casts[i]!(map) as Entries)
      .reduce((first, second) => {
        if (second.size === 0) return first;
        const others = [...first].filter(([name]) => mapGet(second, name, key) === undefined);
        return madeBy('MapUnionFunction$MapDataForMapUnion', writtenMap([...second, ...others], key));
      });
}

export const collectionFunctions: readonly ScalarFunction[] = [
  row,
  array,
  map,
  item,
  dot,
  cardinality,
  element,
  modern({
    name: 'ARRAY_CONTAINS',
    parameters: HAYSTACK,
    returns: (args) => withNullable({ root: 'BOOLEAN', nullable: true }, argType(args, 0).nullable),
    strict: false,
    implement: ([array = NULL], _result, { zone }, args) => {
      const same = elementTest(elementOf(array), zone, args);
      return (items: Items | null, needle: Value) =>
        items === null ? null : items.some((value) => same(value, needle));
    },
    doc: [
      'ARRAY_CONTAINS(haystack, needle)',
      'Whether an element is in an array; NULL can be looked for.',
      '数组是否包含某元素；可以查找 NULL。',
      ['ARRAY_CONTAINS(ARRAY[1, 2], 2)', 'TRUE'],
    ],
  }),
  modern({
    name: 'ARRAY_POSITION',
    parameters: HAYSTACK,
    returns: returns(INTEGER),
    implement: ([array = NULL], _result, { zone }, args) => {
      const same = elementTest(elementOf(array), zone, args);
      return (items: Items, needle: Value) => items.findIndex((value) => same(value, needle)) + 1;
    },
    doc: [
      'ARRAY_POSITION(haystack, needle)',
      'Where an element first is, from 1; 0 if it is not.',
      '元素首次出现的位置，从 1 起；没有则为 0。',
      ['ARRAY_POSITION(ARRAY[5, 6], 6)', '2'],
    ],
  }),
  modern({
    name: 'ARRAY_REMOVE',
    parameters: HAYSTACK,
    returns: (args) => withNullable(argType(args, 0), argType(args, 0).nullable),
    strict: false,
    implement: ([array = NULL], _result, { zone }, args) => {
      const same = elementTest(elementOf(array), zone, args);
      return (items: Items | null, needle: Value) =>
        items === null ? null : items.filter((value) => !same(value, needle));
    },
    doc: [
      'ARRAY_REMOVE(haystack, needle)',
      'Without all elements equal to one.',
      '去掉所有等于给定值的元素。',
      ['ARRAY_REMOVE(ARRAY[1, 2, 1], 1)', '[2]'],
    ],
  }),
  modern({
    name: 'ARRAY_APPEND',
    parameters: [
      [
        ['array', 'ARRAY'],
        ['element', 'ARRAY ELEMENT'],
      ],
    ],
    returns: widenedByElement,
    strict: false,
    evaluate: (items: Items | null, value: Value) => (items === null ? null : [...items, value]),
    doc: [
      'ARRAY_APPEND(array, element)',
      'With one more element at the end.',
      '在末尾追加一个元素。',
      ['ARRAY_APPEND(ARRAY[1], 2)', '[1, 2]'],
    ],
  }),
  modern({
    name: 'ARRAY_PREPEND',
    parameters: [
      [
        ['array', 'ARRAY'],
        ['element', 'ARRAY ELEMENT'],
      ],
    ],
    returns: widenedByElement,
    strict: false,
    evaluate: (items: Items | null, value: Value) => (items === null ? null : [value, ...items]),
    doc: [
      'ARRAY_PREPEND(array, element)',
      'With one more element at the start.',
      '在开头插入一个元素。',
      ['ARRAY_PREPEND(ARRAY[2], 1)', '[1, 2]'],
    ],
  }),
  modern({
    name: 'ARRAY_DISTINCT',
    parameters: [[['haystack', 'ARRAY']]],
    returns: arrayItself,
    evaluate: distinct,
    doc: [
      'ARRAY_DISTINCT(haystack)',
      'Without duplicates, in order of first appearance.',
      '去重，保持首次出现的顺序。',
      ['ARRAY_DISTINCT(ARRAY[1, 2, 1])', '[1, 2]'],
    ],
  }),
  modern({
    name: 'ARRAY_REVERSE',
    parameters: [[['haystack', 'ARRAY']]],
    returns: arrayItself,
    evaluate: (items: Items) => items.toReversed(),
    doc: [
      'ARRAY_REVERSE(haystack)',
      'In reverse order.',
      '顺序反转。',
      ['ARRAY_REVERSE(ARRAY[1, 2])', '[2, 1]'],
    ],
  }),
  modern({
    name: 'ARRAY_SLICE',
    parameters: [
      [
        [null, 'ARRAY'],
        [null, 'INTEGER'],
        [null, 'INTEGER'],
      ],
      [
        [null, 'ARRAY'],
        [null, 'INTEGER'],
      ],
    ],
    returns: arrayItself,
    evaluate: (items: Items, start: number, end = items.length) => slice(items, start, end),
    doc: [
      'ARRAY_SLICE(array, start [, end])',
      'A part, both ends included; negative places count from the end.',
      '取一段（含两端）；负的位置从末尾数起。',
      ['ARRAY_SLICE(ARRAY[1, 2, 3], 2, 3)', '[2, 3]'],
    ],
  }),
  modern({
    name: 'ARRAY_SORT',
    parameters: [
      [[null, 'ARRAY<COMPARABLE>']],
      [
        [null, 'ARRAY<COMPARABLE>'],
        [null, 'BOOLEAN'],
      ],
      [
        [null, 'ARRAY<COMPARABLE>'],
        [null, 'BOOLEAN'],
        [null, 'BOOLEAN'],
      ],
    ],
    returns: arrayItself,
    implement: ([type = NULL]) => {
      const compare = comparator(elementOf(type));
      const descending = (a: Value, b: Value): number => -compare(a, b);
      return (items: Items, ascending = true, nullFirst = ascending) =>
        items.toSorted((nullFirst ? nullsFirst : nullsLast)(ascending ? compare : descending));
    },
    doc: [
      'ARRAY_SORT(array [, ascending [, nullsFirst]])',
      'Sorted; NULLs first when ascending, last when descending, unless said.',
      '排序；默认升序时 NULL 在前，降序时在后。',
      ['ARRAY_SORT(ARRAY[3, 1, 2])', '[1, 2, 3]'],
    ],
  }),
  modern({
    name: 'ARRAY_MAX',
    parameters: [[[null, 'ARRAY<COMPARABLE>']]],
    returns: (args) => withNullable(elementOf(argType(args, 0)), true),
    implement: ([type = NULL]) => best(type, 1),
    doc: ['ARRAY_MAX(array)', 'The greatest element.', '最大的元素。', ['ARRAY_MAX(ARRAY[1, 3, 2])', '3']],
  }),
  modern({
    name: 'ARRAY_MIN',
    parameters: [[[null, 'ARRAY<COMPARABLE>']]],
    returns: (args) => withNullable(elementOf(argType(args, 0)), true),
    implement: ([type = NULL]) => best(type, -1),
    doc: ['ARRAY_MIN(array)', 'The least element.', '最小的元素。', ['ARRAY_MIN(ARRAY[1, 3, 2])', '1']],
  }),
  modern({
    name: 'ARRAY_JOIN',
    parameters: [
      [
        [null, 'ARRAY<STRING>'],
        [null, 'CHARACTER_STRING'],
      ],
      [
        [null, 'ARRAY<STRING>'],
        [null, 'CHARACTER_STRING'],
        [null, 'CHARACTER_STRING'],
      ],
    ],
    returns: returns(STRING),
    evaluate: (items: readonly (string | null)[], separator: string, replacement?: string) =>
      items
        .flatMap((value) => (value === null ? (replacement === undefined ? [] : [replacement]) : [value]))
        .join(separator),
    doc: [
      'ARRAY_JOIN(array, separator [, nullReplacement])',
      'The elements as one text; NULLs are skipped unless replaced.',
      '将元素连接成文本；NULL 被跳过或替换。',
      ["ARRAY_JOIN(ARRAY['a', 'b'], '-')", 'a-b'],
    ],
  }),
  ofArrays('ARRAY_CONCAT', null, (...arrays) => arrays.flat(), [
    'ARRAY_CONCAT(array1, array2, …)',
    'All arrays one after another.',
    '依次连接多个数组。',
    ['ARRAY_CONCAT(ARRAY[1], ARRAY[2, 1])', '[1, 2, 1]'],
  ]),
  ofArrays('ARRAY_UNION', 2, (a = [], b = []) => distinct([...a, ...b]), [
    'ARRAY_UNION(array1, array2)',
    'Elements of either, without duplicates.',
    '并集（去重）。',
    ['ARRAY_UNION(ARRAY[1, 2], ARRAY[2, 3])', '[1, 2, 3]'],
  ]),
  ofArrays(
    'ARRAY_INTERSECT',
    2,
    (a = [], b = []) => distinct(a.filter((value) => b.some((other) => same(value, other)))),
    [
      'ARRAY_INTERSECT(array1, array2)',
      'Elements of both, without duplicates.',
      '交集（去重）。',
      ['ARRAY_INTERSECT(ARRAY[1, 2], ARRAY[2, 3])', '[2]'],
    ],
  ),
  ofArrays(
    'ARRAY_EXCEPT',
    2,
    (a = [], b = []) => distinct(a.filter((value) => !b.some((other) => same(value, other)))),
    [
      'ARRAY_EXCEPT(array1, array2)',
      'Elements of the first that are not in the second, without duplicates.',
      '差集（去重）。',
      ['ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[2, 3])', '[1]'],
    ],
  ),
  modern({
    name: 'MAP_KEYS',
    parameters: MAP_INPUT,
    returns: (args) => withNullable(arrayOf(mapParts(argType(args, 0)).key), anyNullable(args)),
    evaluate: (entries: Entries) => [...entries.keys()],
    doc: ['MAP_KEYS(map)', 'The keys as an array.', '所有键组成的数组。', ["MAP_KEYS(MAP['a', 1])", '[a]']],
  }),
  modern({
    name: 'MAP_VALUES',
    parameters: MAP_INPUT,
    returns: (args) => withNullable(arrayOf(mapParts(argType(args, 0)).value), anyNullable(args)),
    evaluate: (entries: Entries) => [...entries.values()],
    doc: [
      'MAP_VALUES(map)',
      'The values as an array.',
      '所有值组成的数组。',
      ["MAP_VALUES(MAP['a', 1])", '[1]'],
    ],
  }),
  modern({
    name: 'MAP_ENTRIES',
    parameters: MAP_INPUT,
    returns: (args) => {
      const { key, value } = mapParts(argType(args, 0));
      return withNullable(
        arrayOf(
          rowOf([
            { name: 'key', type: key },
            { name: 'value', type: value },
          ]),
        ),
        anyNullable(args),
      );
    },
    evaluate: (entries: Entries) => [...entries].map(([key, value]) => [key, value]),
    doc: [
      'MAP_ENTRIES(map)',
      'The entries as an array of rows.',
      '键值对组成的行数组。',
      ["MAP_ENTRIES(MAP['a', 1])", '[(a, 1)]'],
    ],
  }),
  modern({
    name: 'MAP_FROM_ARRAYS',
    parameters: [
      [
        ['keysArray', 'ARRAY'],
        ['valuesArray', 'ARRAY'],
      ],
    ],
    returns: (args) =>
      withNullable(mapOf(elementOf(argType(args, 0)), elementOf(argType(args, 1))), anyNullable(args)),
    implement: ([keys = NULL]) => {
      const keyType = elementOf(keys);
      return (names: Items, values: Items) => {
        if (names.length !== values.length) {
          throw new RunError(
            `FlinkRuntimeException: Invalid function MAP_FROM_ARRAYS call:\nThe length of the keys array ${names.length} is not equal to the length of the values array ${values.length}`,
          );
        }
        const entries = names.map((name, i) => [name, values[i] ?? null] as const);
        return madeBy('MapFromArraysFunction$MapDataForMapFromArrays', writtenMap(entries, keyType));
      };
    },
    doc: [
      'MAP_FROM_ARRAYS(keys, values)',
      'A map of two arrays of the same length.',
      '由等长的键数组和值数组组成映射。',
      ["MAP_FROM_ARRAYS(ARRAY['a'], ARRAY[1])", '{a=1}'],
    ],
  }),
  modern({
    name: 'MAP_UNION',
    parameters: {
      check: (args) => (args.length >= 1 ? commonProblem(args, 'MAP') : WRONG_COUNT),
      signatures: ['MAP_UNION(<COMMON>, <COMMON>...)'],
    },
    returns: commonReturn,
    coerce: (args, result) =>
      args.map(({ type }) => (isHeldAlike(type, result) ? type : withNullable(result, type.nullable))),
    implement: unite,
    doc: [
      'MAP_UNION(map1, map2, …)',
      'All entries; a later map wins.',
      '合并映射；后者优先。',
      ["MAP_UNION(MAP['a', 1], MAP['a', 2])", '{a=2}'],
    ],
  }),
];
