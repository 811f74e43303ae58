import {
  BOOLEAN,
  isCharacter,
  isInterval,
  isTimestamp,
  type LogicalType,
  notNull,
  STRING,
  type Value,
  varchar,
  withNullable,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { encodeBase64, repaired } from '../../values/bytes.ts';
import { printDecimal } from '../../values/decimal.ts';
import type { Int64 } from '../../values/int64.ts';
import { printDouble } from '../../values/java-number.ts';
import {
  isArray,
  isObject,
  isScalar,
  type JsonNode,
  JsonNumber,
  JsonSyntaxError,
  parseJsonText,
  printJson,
  scalarText,
} from '../../values/json.ts';
import { InvalidPath, type JsonPath, PathNotFound, parsePath, readPath } from '../../values/json-path.ts';
import { RunError } from '../../values/run-error.ts';
import { MILLIS_PER_DAY, printDate, printTime, timestampMillis, timestampNanos } from '../../values/time.ts';
import { type Argument, type Misfit, NOT_COMPILABLE, type ScalarFunction } from '../function-definition.ts';
import { modernFamily, WRONG_COUNT } from '../modern.ts';
import {
  anyNullable,
  argType,
  hasBareNull,
  ILLEGAL_NULL,
  misfit,
  misfitOf,
  printArgument,
  returns,
  returnsNullable,
  toDoc,
  unsupportedCall,
  wrongCount,
} from '../signature.ts';
import { jsonDefault } from './json-default.ts';

const CATEGORY = 'json';
const modern = modernFamily(CATEGORY);

/**
 * Operands stand as in plans: JSON_VALUE(text, path, [`NULL`|`ERROR`|`DEFAULT`, value], `ON EMPTY`|`ON ERROR`, …),
 * JSON_QUERY(text, path, wrapper, on empty, on error), JSON_OBJECT(`NULL_ON_NULL`, key, value, …), JSON_ARRAY(`ABSENT_ON_NULL`, value, …),
 * JSON_EXISTS(text, path, [behaviour]); `arrangeJsonOperands` makes them from what was written.
 */
export type JsonOperand<T> = { readonly symbol: string } | { readonly operand: T };

/** The operands of a JSON function in the order of plans, from its arguments and the parser's keywords; null for other functions. */
export function arrangeJsonOperands<T>(
  name: string,
  args: readonly T[],
  keywords: readonly string[],
): readonly JsonOperand<T>[] | null {
  const operands = (items: readonly T[]): JsonOperand<T>[] => items.map((operand) => ({ operand }));
  const symbol = (text: string): JsonOperand<T> => ({ symbol: text });
  switch (name) {
    case 'JSON_VALUE': {
      const defaults = args.slice(2);
      return [
        ...operands(args.slice(0, 2)),
        ...keywords.flatMap((keyword) => {
          const [behaviour = '', occasion = ''] = keyword.split(' ON ');
          const value = behaviour === 'DEFAULT' ? defaults.shift() : undefined;
          return [
            symbol(behaviour),
            ...(value === undefined ? [] : [{ operand: value }]),
            symbol(`ON ${occasion}`),
          ];
        }),
      ];
    }
    case 'JSON_QUERY': {
      const wrapper = keywords.find((keyword) => keyword.endsWith('WRAPPER')) ?? 'WITHOUT ARRAY WRAPPER';
      const on = (occasion: string): JsonOperand<T> => {
        const written =
          keywords.find((keyword) => keyword.endsWith(` ON ${occasion}`))?.replace(` ON ${occasion}`, '') ??
          'NULL';
        return symbol(`SqlJsonQueryEmptyOrErrorBehavior[${written.replace(' ', '_')}]`);
      };
      return [
        ...operands(args.slice(0, 2)),
        symbol(wrapper.replace(' WRAPPER', '').replaceAll(' ', '_')),
        on('EMPTY'),
        on('ERROR'),
      ];
    }
    case 'JSON_EXISTS':
      return [...operands(args), ...keywords.map((keyword) => symbol(keyword.replace(' ON ERROR', '')))];
    case 'JSON_OBJECT':
      return [symbol((keywords[0] ?? 'NULL ON NULL').replaceAll(' ', '_')), ...operands(args)];
    case 'JSON_ARRAY':
      return [symbol((keywords[0] ?? 'ABSENT ON NULL').replaceAll(' ', '_')), ...operands(args)];
    default:
      return null;
  }
}

// ---------------------------------------------------------------- reading

/** What a path finds in a text, or why it finds nothing. */
type Found = { readonly mode: 'LAX' | 'STRICT'; readonly node: JsonNode } | { readonly problem: RunError };

const PATH_MODE = /^\s*(strict|lax)\s+(.+)$/is;

const tableError = (message: string, ...causes: readonly string[]): RunError =>
  new RunError(`TableRuntimeException: ${message}`, ...causes);

function find(text: string, pathText: string): Found {
  const match = PATH_MODE.exec(pathText);
  const mode = match?.[1]?.toUpperCase() === 'LAX' ? 'LAX' : 'STRICT';
  let document: JsonNode;
  try {
    document = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return mode === 'LAX' ? { mode, node: null } : { problem: tableError(error.message) };
  }
  if (document === null)
    return {
      problem: tableError(
        'json object can not be null',
        'IllegalArgumentException: json object can not be null',
      ),
    };
  let path: JsonPath;
  try {
    path = parsePath(match?.[2] ?? pathText);
  } catch (error) {
    if (!(error instanceof InvalidPath)) throw error;
    return {
      problem: tableError(
        `Illegal jsonpath spec ''${pathText}'', format of the spec should be: ''<lax|strict> $'{'expr'}'''`,
      ),
    };
  }
  try {
    const node = readPath(path, document, mode === 'LAX');
    if (mode === 'STRICT' && node === null)
      return { problem: tableError('Strict jsonpath mode requires a non empty returned value, but is null') };
    return { mode, node };
  } catch (error) {
    if (error instanceof PathNotFound)
      return { problem: tableError(error.message, `PathNotFoundException: ${error.message}`) };
    if (error instanceof InvalidPath)
      return {
        problem: tableError(
          `Illegal jsonpath spec ''${pathText}'', format of the spec should be: ''<lax|strict> $'{'expr'}'''`,
        ),
      };
    throw error;
  }
}

/** Behaviour and default of one occasion, found among the operands. */
function behaviourOf(
  args: readonly Argument[],
  occasion: 'ON EMPTY' | 'ON ERROR',
): { readonly behaviour: string; readonly at: number | null } {
  const index = args.findIndex((arg) => arg.symbol === occasion);
  if (index < 0) return { behaviour: 'NULL', at: null };
  const behaviour = args[index - 1]?.symbol;
  return behaviour === undefined ? { behaviour: 'DEFAULT', at: index - 1 } : { behaviour, at: null };
}

const JAVA_CLASS = {
  string: 'java.lang.String',
  boolean: 'java.lang.Boolean',
  integer: 'java.lang.Integer',
  long: 'java.lang.Long',
  big: 'java.math.BigInteger',
  decimal: 'java.math.BigDecimal',
} as const;
function javaClassOf(node: JsonNode): string {
  if (typeof node === 'string') return JAVA_CLASS.string;
  if (typeof node === 'boolean') return JAVA_CLASS.boolean;
  if (!(node instanceof JsonNumber)) return 'java.lang.Object';
  if (!node.isInteger) return JAVA_CLASS.decimal;
  const value = BigInt(node.text);
  return BigInt.asIntN(32, value) === value
    ? JAVA_CLASS.integer
    : BigInt.asIntN(64, value) === value
      ? JAVA_CLASS.long
      : JAVA_CLASS.big;
}
function wrongClass(node: JsonNode, wanted: string): RunError {
  const actual = javaClassOf(node);
  return new RunError(
    `ClassCastException: class ${actual} cannot be cast to class ${wanted} (${actual} and ${wanted} are in module java.base of loader 'bootstrap')`,
  );
}

/** A found scalar as the RETURNING type; Flink only casts Java objects, so types must be right. */
function returning(type: LogicalType): (node: JsonNode) => Value {
  switch (type.root) {
    case 'BOOLEAN':
      return (node) => {
        if (typeof node !== 'boolean') throw wrongClass(node, JAVA_CLASS.boolean);
        return node;
      };
    case 'INTEGER':
      return (node) => {
        if (javaClassOf(node) !== JAVA_CLASS.integer) throw wrongClass(node, JAVA_CLASS.integer);
        return Number((node as JsonNumber).text);
      };
    case 'DOUBLE':
      return (node) => {
        if (javaClassOf(node) !== JAVA_CLASS.decimal) throw wrongClass(node, JAVA_CLASS.decimal);
        return Number((node as JsonNumber).text);
      };
    default:
      return scalarText;
  }
}

const VALUE_FORM =
  'JSON_VALUE(json_doc, path [RETURNING type] [{NULL | ERROR | DEFAULT value} ON EMPTY] [{NULL | ERROR | DEFAULT value} ON ERROR])';

const EXISTS_FORM = 'JSON_EXISTS(json_doc, path [{TRUE | FALSE| UNKNOWN | ERROR} ON ERROR])';

const PRIMITIVE: ReadonlySet<string> = new Set(
  'BOOLEAN TINYINT SMALLINT INTEGER BIGINT FLOAT DOUBLE DATE TIME INTERVAL_DAY INTERVAL_MONTH'.split(' '),
);
/** Whether Flink's code holds values of a type as objects, whose `toString` is looked into for JSON. */
const isObjectInJava = ({ root }: LogicalType): boolean => !PRIMITIVE.has(root);

/** What `toString` gives: JSON of texts and decimal numbers alone. */
function javaString(type: LogicalType): (value: NonNullable<Value>) => string {
  if (isCharacter(type)) return (value) => value as string;
  if (type.root === 'DECIMAL') return (value) => printDecimal(value as Int64, type.scale);
  return () => 'org.apache.flink.table.data';
}

/** What the validator says of a path that is no text. */
function wrongPath(name: string, form: string, args: readonly Argument[]): Misfit | null {
  return isCharacter(argType(args, 1))
    ? null
    : misfitOf(name, `${name}(${args.slice(0, 2).map(printArgument).join(', ')})`, [form]);
}

const RETURNED_BY_VALUE: ReadonlySet<string> = new Set(['VARCHAR', 'BOOLEAN', 'INTEGER', 'DOUBLE']);
const jsonValue: ScalarFunction = {
  name: 'JSON_VALUE',
  strict: false,
  isDeterministic: true,
  inferType: (args) =>
    args.length < 2
      ? wrongCount('JSON_VALUE', 'at least 2')
      : [0, 1, behaviourOf(args, 'ON EMPTY').at, behaviourOf(args, 'ON ERROR').at].some(
            (at) => at !== null && argType(args, at).root === 'NULL',
          )
        ? ILLEGAL_NULL
        : (wrongPath('JSON_VALUE', VALUE_FORM, args) ?? withNullable(STRING, true)),
  refuse: (args, result) =>
    refuseDefaults(args) ??
    (RETURNED_BY_VALUE.has(result.root)
      ? isObjectInJava(argType(args, 0))
        ? null
        : NOT_COMPILABLE
      : `CodeGenException: Unsupported type '${printType(withNullable(result, true))}' for RETURNING in JSON_VALUE().`),
  implement: (types, result, _context, args) => {
    const toText = javaString(types[0]!);
    const [onEmpty, onError] = [behaviourOf(args, 'ON EMPTY'), behaviourOf(args, 'ON ERROR')];
    const convert = returning(result);
    const defaults = types.map((type) => jsonDefault(type, result));
    const otherwise = (
      { behaviour, at }: typeof onEmpty,
      values: readonly Value[],
      problem: RunError,
    ): Value => {
      if (behaviour === 'ERROR') throw problem;
      return behaviour === 'DEFAULT' && at !== null ? defaults[at]!(values[at] ?? null) : null;
    };
    return {
      evaluate: (...values: Value[]) => {
        const [text = null, path = null] = values;
        // Whatever is NULL among the arguments makes the call NULL, what stands in for a value too.
        const isNull = ({ at }: typeof onEmpty): boolean => at !== null && (values[at] ?? null) === null;
        if (text === null || path === null || isNull(onEmpty) || isNull(onError)) return null;
        const found = find(toText(text), path as string);
        if ('problem' in found) return otherwise(onError, values, found.problem);
        if (found.node === null || (found.mode === 'LAX' && !isScalar(found.node)))
          return otherwise(onEmpty, values, tableError('Empty result of JSON_VALUE function is not allowed'));
        if (!isScalar(found.node))
          return otherwise(
            onError,
            values,
            tableError(
              `Strict jsonpath mode requires scalar value, and the actual value is: ''${javaText(found.node)}''`,
            ),
          );
        return convert(found.node);
      },
    };
  },
  doc: toDoc(CATEGORY, [
    'JSON_VALUE(json, path [RETURNING type] [… ON EMPTY] [… ON ERROR])',
    'One scalar out of a JSON text; NULL if there is none.',
    '从 JSON 文本中取一个标量；不存在时为 NULL。',
    ["JSON_VALUE('{\"a\": 1}', '$.a')", '1'],
    ["JSON_VALUE('{\"a\": 1}', 'lax $.b' DEFAULT 'x' ON EMPTY)", 'x'],
  ]),
};

/** Java's `toString` of maps and lists, for messages. */
function javaText(node: JsonNode): string {
  if (isArray(node)) return `[${node.map(javaText).join(', ')}]`;
  return isObject(node)
    ? `{${[...node].map(([key, value]) => `${key}=${javaText(value)}`).join(', ')}}`
    : scalarText(node);
}

const behaviourIn = (arg: Argument | undefined): string =>
  /\[(\w+)\]/.exec(arg?.symbol ?? '')?.[1] ?? arg?.symbol ?? 'NULL';

const jsonQuery: ScalarFunction = {
  name: 'JSON_QUERY',
  strict: true,
  isDeterministic: true,
  inferType: (args) =>
    args.length < 2
      ? wrongCount('JSON_QUERY', 'at least 2')
      : hasBareNull(args.slice(0, 2))
        ? ILLEGAL_NULL
        : withNullable(STRING, true),
  refuse: (args, result) => {
    if (!isCharacter(result) && result.root !== 'ARRAY')
      return `CodeGenException: Unsupported type '${printType(withNullable(result, true))}' for RETURNING in JSON_VALUE().`;
    return isObjectInJava(argType(args, 0)) && isCharacter(argType(args, 1)) ? null : NOT_COMPILABLE;
  },
  implement: ([type], result, _context, args) => {
    const toText = javaString(type!);
    const wrapper = args[2]?.symbol ?? 'WITHOUT_ARRAY';
    const [onEmpty, onError] = [behaviourIn(args[3]), behaviourIn(args[4])];
    const isList = result.root === 'ARRAY';
    const otherwise = (behaviour: string, problem: RunError): Value => {
      if (behaviour === 'ERROR') throw problem;
      if (behaviour === 'EMPTY_ARRAY' || behaviour === 'EMPTY') return isList ? [] : '[]';
      return behaviour === 'EMPTY_OBJECT' ? '{}' : null;
    };
    return {
      evaluate: (text: NonNullable<Value>, path: string) => {
        const found = find(toText(text), path);
        if ('problem' in found) return otherwise(onError, found.problem);
        let { node } = found;
        if (
          node !== null &&
          (wrapper === 'WITH_UNCONDITIONAL_ARRAY' || (wrapper === 'WITH_CONDITIONAL_ARRAY' && !isArray(node)))
        )
          node = [node];
        if (node === null || (found.mode === 'LAX' && isScalar(node)))
          return otherwise(onEmpty, tableError('Empty result of JSON_QUERY function is not allowed'));
        if (isScalar(node))
          return otherwise(
            onError,
            tableError(
              `Strict jsonpath mode requires array or object value, and the actual value is: ''${scalarText(node)}''`,
            ),
          );
        if (!isList) return printJson(node);
        if (!isArray(node))
          return otherwise(
            onError,
            tableError('class java.util.LinkedHashMap cannot be cast to class java.util.List'),
          );
        return node.map((item) =>
          item === null ? null : isScalar(item) ? scalarText(item) : printJson(item),
        );
      },
    };
  },
  doc: toDoc(CATEGORY, [
    'JSON_QUERY(json, path [RETURNING type] [wrapper] [… ON EMPTY] [… ON ERROR])',
    'An object or array out of a JSON text, as JSON; keys are printed in order.',
    '从 JSON 文本中取对象或数组（仍为 JSON，键按顺序打印）。',
    ['JSON_QUERY(\'{"a": {"c": 1, "b": 2}}\', \'$.a\')', '{"b":2,"c":1}'],
  ]),
};

const jsonExists: ScalarFunction = {
  name: 'JSON_EXISTS',
  strict: true,
  isDeterministic: true,
  inferType: (args) =>
    args.length < 2
      ? wrongCount('JSON_EXISTS', '2')
      : hasBareNull(args.slice(0, 2))
        ? ILLEGAL_NULL
        : (wrongPath('JSON_EXISTS', EXISTS_FORM, args) ?? withNullable(BOOLEAN, true)),
  refuse: (args) => {
    // A path that is computed is of no length that Flink has code for.
    if (isCharacter(argType(args, 0)) && argType(args, 1).root === 'CHAR') return null;
    const types = args.map(({ type, symbol }) =>
      symbol === undefined ? printType(type) : 'SYMBOL NOT NULL',
    );
    return `CodeGenException: ${unsupportedCall('JSON_EXISTS', types.join(', '))}`;
  },
  implement: (_types, _result, _context, args) => {
    const onError = args[2]?.symbol ?? 'FALSE';
    return {
      evaluate: (text: string, path: string) => {
        const found = find(text, path);
        if (!('problem' in found)) return found.node !== null;
        if (onError === 'ERROR') throw found.problem;
        return onError === 'UNKNOWN' ? null : onError === 'TRUE';
      },
    };
  },
  doc: toDoc(CATEGORY, [
    'JSON_EXISTS(json, path [… ON ERROR])',
    'Whether the path leads to something.',
    '路径是否存在。',
    ["JSON_EXISTS('{\"a\": 1}', '$.a')", 'TRUE'],
  ]),
};

function isJson(kind: 'VALUE' | 'OBJECT' | 'ARRAY' | 'SCALAR', isNegated: boolean): ScalarFunction {
  const name = `${isNegated ? 'IS NOT' : 'IS'} JSON ${kind}`;
  const test = (node: JsonNode): boolean =>
    kind === 'VALUE' ||
    (kind === 'OBJECT' ? isObject(node) : kind === 'ARRAY' ? isArray(node) : isScalar(node));
  const isSuch = (text: Value): boolean => {
    if (text === null) return false;
    try {
      return test(parseJsonText(text as string));
    } catch (error) {
      if (error instanceof JsonSyntaxError) return false;
      throw error;
    }
  };
  return {
    name,
    strict: false,
    isDeterministic: true,
    inferType: (args) =>
      isCharacter(argType(args, 0))
        ? notNull(BOOLEAN)
        : argType(args, 0).root === 'NULL'
          ? ILLEGAL_NULL
          : misfit(name, args, [['CHARACTER']], (operator, types) => `${types[0]} ${operator}`),
    implement: () => ({ evaluate: (text: Value) => isSuch(text) !== isNegated }),
    doc: toDoc(CATEGORY, [
      `string ${name}`,
      `Whether the text ${isNegated ? 'is no' : 'is a'} JSON ${kind.toLowerCase()}; NULL is none.`,
      `文本是否${isNegated ? '不' : ''}是 JSON（${kind}）；NULL 不是。`,
      [`'[1]' ${name}`, String((kind === 'VALUE' || kind === 'ARRAY') !== isNegated).toUpperCase()],
    ]),
  };
}

// ---------------------------------------------------------------- writing

/** What JSON_STRING does not take at the top; inside of a collection it fails later. */
const UNPRINTABLE: ReadonlySet<LogicalType['root']> = new Set(['DATE', 'TIME', 'VARIANT']);

/** Makes JSON nodes of values of a type (`JsonGenerateUtils`). */
function nodeMaker(type: LogicalType): (value: Value) => JsonNode {
  const nullable =
    (make: (value: Value) => JsonNode) =>
    (value: Value): JsonNode =>
      value === null ? null : make(value);
  switch (type.root) {
    case 'BOOLEAN':
      return (value) => value as boolean;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return (value) => new JsonNumber((value as number | bigint).toString());
    case 'DECIMAL':
      return (value) => new JsonNumber(printDecimal(value as Int64, type.scale));
    case 'FLOAT':
      // A FLOAT is a double to the JSON library.
      return (value) => floatingNode(printDouble(value as number));
    case 'DOUBLE':
      return (value) => floatingNode(printDouble(value as number));
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (value) => isoTimestamp(value as Int64, type);
    case 'BINARY':
    case 'VARBINARY':
      return (value) => encodeBase64(value as Uint8Array);
    case 'ARRAY': {
      const element = nullable(nodeMaker(type.element));
      return (value) => (value as readonly Value[]).map(element);
    }
    case 'ROW': {
      const fields = type.fields.map((field) => [field.name, nullable(nodeMaker(field.type))] as const);
      return (value) =>
        new Map(
          fields.map(([name, make], i) => [name, make((value as readonly Value[])[i] ?? null)] as const),
        );
    }
    case 'MAP': {
      const item = nullable(nodeMaker(type.value));
      return (value) =>
        new Map(
          [...(value as ReadonlyMap<Value, Value>)].map(([key, one], i) => {
            if (key === null)
              throw new RunError(
                `IllegalArgumentException: Key at index ${i} was null. This is not supported during conversion to JSON.`,
              );
            return [key as string, item(one)] as const;
          }),
        );
    }
    case 'MULTISET':
      return (value) =>
        new Map(
          [...(value as ReadonlyMap<Value, Value>)].map(
            ([key, count]) => [key as string, new JsonNumber(String(count as number))] as const,
          ),
        );
    case 'CHAR':
    case 'VARCHAR':
      return (value) => value as string;
    case 'NULL':
    case 'SYMBOL': // the written ON NULL behaviour stands among the operands
      return () => null;
    default:
      throw new TypeError(`${type.root} is not written as JSON`);
  }
}

/** A floating number goes through BigDecimal (`1.0E+10`); NaN and infinities are texts. */
const floatingNode = (text: string): JsonNode => (/^-?\d/.test(text) ? new JsonNumber(text) : text);

/** A number of a VARIANT keeps Java's text (`1.0E10`). */
function javaNumber(text: string): JsonNode {
  return /^-?\d/.test(text)
    ? Object.assign(Object.create(JsonNumber.prototype) as JsonNumber, { text, isInteger: false })
    : text;
}

/** `ISO_LOCAL_DATE_TIME`: a `T`, seconds always, and a fraction of 3, 6 or 9 digits… or as many as are not zero. */
function isoTimestamp(value: Int64, type: LogicalType): string {
  if (!isTimestamp(type)) return String(value);
  const millis = timestampMillis(value, type.precision);
  const days = Math.floor(millis / MILLIS_PER_DAY);
  const nano = String(
    (millis - Math.floor(millis / 1000) * 1000) * 1_000_000 + timestampNanos(value, type.precision),
  )
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${printDate(days)}T${printTime(millis - days * MILLIS_PER_DAY)}${nano === '' ? '' : `.${nano}`}${type.root === 'TIMESTAMP_LTZ' ? 'Z' : ''}`;
}

/** Values of JSON functions go in as JSON, all others as nodes of their types. */
function memberMaker(arg: Argument | undefined): (value: Value) => JsonNode {
  if (arg?.operator === 'JSON_OBJECT' || arg?.operator === 'JSON_ARRAY' || arg?.operator === 'JSON')
    return (value) => parseJsonText(value as string);
  return nodeMaker(arg?.type ?? STRING);
}

/** No literal, nor the cast of one. */
const isUnknown = ({ literal, operator }: Argument): boolean => literal === undefined && operator !== 'CAST';

/** What is given instead has to be known when the code is made. */
function refuseDefaults(args: readonly Argument[]): string | null {
  const behaviours = [behaviourOf(args, 'ON EMPTY'), behaviourOf(args, 'ON ERROR')];
  const isComputed = behaviours.some(({ at }) => at !== null && isUnknown(args[at]!));
  return isComputed ? 'NoSuchElementException: None.get' : null;
}

/** Types of which no part is written as JSON: Flink finds out when it generates the code, not when it validates. */
function refuseMembers(args: readonly Argument[]): string | null {
  if (args.some((arg) => arg.type.root === 'NULL')) return 'TableException: Type is not supported: ANY';
  return args.map((arg) => unwritable(arg.type)).find((words) => words !== null) ?? null;
}
function unwritable(type: LogicalType): string | null {
  if (UNPRINTABLE.has(type.root) || isInterval(type))
    return `CodeGenException: Type '${printType(type)}' is not scalar or cannot be converted into JSON.`;
  if (type.root === 'MAP' && !isCharacter(type.key))
    return `CodeGenException: Type '${printType(type.key)}' is not supported for JSON conversion. The key type must be a character string.`;
  const parts =
    type.root === 'ARRAY' || type.root === 'MULTISET'
      ? [type.element]
      : type.root === 'MAP'
        ? [type.value]
        : type.root === 'ROW'
          ? type.fields.map((field) => field.type)
          : [];
  return parts.map(unwritable).find((part) => part !== null) ?? null;
}

const jsonObject: ScalarFunction = {
  name: 'JSON_OBJECT',
  strict: false,
  isDeterministic: true,
  inferType: (args) =>
    args.some((arg, i) => i % 2 === 1 && !isCharacter(arg.type))
      ? { message: 'Expected a character type' }
      : notNull(STRING),
  refuse: (args) => refuseMembers(args.filter((_, i) => i > 0 && i % 2 === 0)),
  implement: (_types, _result, _context, args) => {
    const isAbsent = args[0]?.symbol === 'ABSENT_ON_NULL';
    const makers = args.map(memberMaker);
    return {
      evaluate: (...values: Value[]) => {
        const object = new Map<string, JsonNode>();
        for (let i = 1; i + 1 < values.length; i += 2) {
          const value = values[i + 1] ?? null;
          if (value !== null || !isAbsent)
            object.set(values[i] as string, value === null ? null : (makers[i + 1]?.(value) ?? null));
        }
        return printJson(object);
      },
    };
  },
  doc: toDoc(CATEGORY, [
    'JSON_OBJECT([KEY] key VALUE value, … [NULL | ABSENT ON NULL])',
    'A JSON object as text; NULLs are kept unless said.',
    '生成 JSON 对象文本；默认保留 NULL。',
    ["JSON_OBJECT('a' VALUE 1)", '{"a":1}'],
  ]),
};

const jsonArray: ScalarFunction = {
  name: 'JSON_ARRAY',
  strict: false,
  isDeterministic: true,
  inferType: () => notNull(STRING),
  refuse: (args) => refuseMembers(args.slice(1)),
  implement: (_types, _result, _context, args) => {
    const isAbsent = args[0]?.symbol !== 'NULL_ON_NULL';
    const makers = args.map(memberMaker);
    return {
      evaluate: (...values: Value[]) => {
        const items: JsonNode[] = [];
        for (const [i, value] of values.entries()) {
          if (i === 0 || (value === null && isAbsent)) continue;
          items.push(value === null ? null : (makers[i]?.(value) ?? null));
        }
        return printJson(items);
      },
    };
  },
  doc: toDoc(CATEGORY, [
    'JSON_ARRAY(value, … [NULL | ABSENT ON NULL])',
    'A JSON array as text; NULLs are left out unless said.',
    '生成 JSON 数组文本；默认省略 NULL。',
    ["JSON_ARRAY(1, 'a')", '[1,"a"]'],
  ]),
};

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
function quoteJson(given: string): string {
  const text = repaired(given);
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const code = text.codePointAt(i) ?? 0;
    result += SHORT[character] ?? (code < 128 ? character : `\\u${code.toString(16).padStart(4, '0')}`);
  }
  return `"${result}"`;
}
function unquoteJson(text: string): string {
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text;
    throw error;
  }
  if (!/^".*"$/s.test(text)) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return text;
  }
}

function jsonFunction(text: string): Value {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  try {
    return printJson(parseJsonText(trimmed));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw tableError(`Invalid JSON string in JSON(value) function: "${text}". Error: ${error.message}`);
  }
}

// ---------------------------------------------------------------- VARIANT, held as its JSON text

function variantText(text: string, allowsDuplicates: boolean): string {
  const normal = (node: JsonNode): JsonNode => {
    if (node instanceof JsonNumber) return node.isInteger ? node : variantNumber(node.text);
    if (isArray(node)) return node.map(normal);
    return isObject(node) ? new Map([...node].map(([key, value]) => [key, normal(value)] as const)) : node;
  };
  return printJson(normal(parseJsonText(text, { refuseDuplicates: !allowsDuplicates })));
}
/** Decimals without trailing zeros; what has an exponent is a DOUBLE. */
function variantNumber(text: string): JsonNode {
  if (/[eE]/.test(text)) return javaNumber(printDouble(Number(text)));
  return new JsonNumber(text.replace(/0+$/, '').replace(/\.$/, ''));
}

const variantParameters = [
  [[null, 'CHARACTER_STRING']],
  [
    [null, 'CHARACTER_STRING'],
    [null, 'BOOLEAN'],
  ],
] as const;

export const jsonFunctions: readonly ScalarFunction[] = [
  jsonValue,
  jsonQuery,
  jsonExists,
  jsonObject,
  jsonArray,
  ...(['VALUE', 'OBJECT', 'ARRAY', 'SCALAR'] as const).flatMap((kind) => [
    isJson(kind, false),
    isJson(kind, true),
  ]),
  modern({
    name: 'JSON_STRING',
    parameters: {
      check: ([arg, ...others]) => {
        if (arg === undefined || others.length > 0) return WRONG_COUNT;
        return UNPRINTABLE.has(arg.type.root)
          ? `Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was '${printType(arg.type)}'.`
          : null;
      },
      signatures: [
        'JSON_STRING([<CHARACTER_STRING> | <BINARY_STRING> | <TIMESTAMP> | <CONSTRUCTED> | <NUMERIC> | <STRUCTURED_TYPE> | <DISTINCT_TYPE> | <BOOLEAN>])',
      ],
    },
    returns: returns(STRING),
    // An interval is read as the first number that it can be, NULL as a text.
    coerce: (args) =>
      args.map(({ type }) => {
        if (type.root === 'NULL') return withNullable(varchar(1), true);
        return isInterval(type) ? { root: 'TINYINT', nullable: type.nullable } : type;
      }),
    refuse: refuseMembers,
    implement: (_types, _result, _context, [arg]) => {
      const make = memberMaker(arg);
      return (value: Value) => printJson(make(value));
    },
    doc: [
      'JSON_STRING(value)',
      'Any value as JSON text.',
      '将任意值转为 JSON 文本。',
      ["JSON_STRING('a')", '"a"'],
      ['JSON_STRING(ARRAY[1, 2])', '[1,2]'],
    ],
  }),
  modern({
    name: 'JSON',
    parameters: [[[null, 'CHARACTER_STRING']]],
    returns: returns(STRING),
    evaluate: jsonFunction,
    doc: [
      'JSON(string)',
      'Marks text as JSON within JSON_OBJECT and JSON_ARRAY.',
      '在 JSON_OBJECT、JSON_ARRAY 中将文本作为 JSON 放入。',
    ],
  }),
  modern({
    name: 'JSON_QUOTE',
    parameters: [[[null, 'CHARACTER_STRING']]],
    returns: returns(STRING),
    evaluate: quoteJson,
    doc: [
      'JSON_QUOTE(string)',
      'The text as a JSON string.',
      '将文本转为 JSON 字符串。',
      ["JSON_QUOTE('a\"b')", '"a\\"b"'],
    ],
  }),
  modern({
    name: 'JSON_UNQUOTE',
    parameters: [[[null, 'CHARACTER_STRING']]],
    returns: returns(STRING),
    evaluate: unquoteJson,
    doc: [
      'JSON_UNQUOTE(string)',
      'The text of a JSON string; anything else stays as it is.',
      '还原 JSON 字符串的文本；其他内容保持不变。',
      ['JSON_UNQUOTE(\'"a"\')', 'a'],
    ],
  }),
  modern({
    name: 'PARSE_JSON',
    parameters: variantParameters,
    returns: (args) => withNullable({ root: 'VARIANT', nullable: true }, anyNullable(args)),
    evaluate: (text: string, allowsDuplicates = false) => {
      try {
        return variantText(text, allowsDuplicates);
      } catch (error) {
        if (error instanceof JsonSyntaxError) throw tableError(`Failed to parse json string: ${text}`);
        throw error;
      }
    },
    doc: [
      'PARSE_JSON(string [, allowDuplicateKeys])',
      'A VARIANT from JSON text; fails on anything else.',
      '由 JSON 文本得到 VARIANT；无法解析时失败。',
    ],
  }),
  modern({
    name: 'TRY_PARSE_JSON',
    parameters: variantParameters,
    returns: returnsNullable({ root: 'VARIANT', nullable: true }),
    evaluate: (text: string, allowsDuplicates = false) => {
      try {
        return variantText(text, allowsDuplicates);
      } catch (error) {
        if (error instanceof JsonSyntaxError) return null;
        throw error;
      }
    },
    doc: [
      'TRY_PARSE_JSON(string [, allowDuplicateKeys])',
      'A VARIANT from JSON text; NULL on anything else.',
      '由 JSON 文本得到 VARIANT；无法解析时为 NULL。',
      ["TRY_PARSE_JSON('{')", null],
    ],
  }),
];
