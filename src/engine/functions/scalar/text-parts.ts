import {
  arrayOf,
  BOOLEAN,
  BYTES,
  INTEGER,
  isBinary,
  isCharacter,
  type LogicalType,
  mapOf,
  STRING,
  type Value,
  varchar,
  withNullable,
} from '../../types/logical-type.ts';
import type { Int64 } from '../../values/int64.ts';
import { javaMap, stringHash } from '../../values/java-map.ts';
import { hex } from '../../values/print-value.ts';
import { RunError } from '../../values/run-error.ts';
import {
  countCharacters,
  indexOfCharacters,
  reverseCharacters,
  sliceCharacters,
  splitAll,
} from '../../values/text.ts';
import { type Argument, refuseBytes, refuseLong, type ScalarFunction } from '../function-definition.ts';
import { javaRegex } from '../java-regex.ts';
import { INVALID_ARGUMENTS, modernFamily, WRONG_COUNT } from '../modern.ts';
import {
  anyNullable,
  argType,
  misfitOf,
  printArgument,
  returns,
  returnsArg0Varying,
  returnsNullable,
  scalarFamily,
} from '../signature.ts';
import { isComparable } from './comparison.ts';

const text = scalarFamily('string');
const modern = modernFamily('string');
/** Whole numbers that are no INT, as Java holds them. */
const NOT_HELD_AS_INTEGER: { readonly [root: string]: string } = {
  TINYINT: 'java.lang.Byte',
  SMALLINT: 'java.lang.Short',
  BIGINT: 'java.lang.Long',
};
const UNLIKE_TEXTS = { message: 'Parameters must be of the same type' };

/** `BinaryStringDataUtil.substringSQL`: counts characters from 1, from the end if negative. */
function substring(value: string, position: number, length?: number): string | null {
  if (length !== undefined && length < 0) return null;
  const size = countCharacters(value);
  if (value === '') return '';
  let start: number;
  if (position > 0) {
    start = position - 1;
    if (start >= size) return '';
  } else if (position < 0) {
    start = size + position;
    if (start < 0) return '';
  } else start = 0;
  const end = length === undefined || size - start < length ? size : start + length;
  return sliceCharacters(value, start, end);
}

function instr(value: string, part: string, start: number, nth: number): number {
  if (nth <= 0) throw new RunError('IllegalArgumentException: nthAppearance must be positive!');
  if (start === 0) return 0;
  if (start < 0) {
    const reversed = instr(reverseCharacters(value), reverseCharacters(part), -start, nth);
    return reversed === 0 ? 0 : countCharacters(value) + 2 - reversed - countCharacters(part);
  }
  let from = start;
  let index = 0;
  for (let i = 0; i < nth; i++) {
    index = indexOfCharacters(value, part, from - 1) + 1;
    if (index === 0) return 0;
    from = index + 1;
  }
  return index;
}

function strToMap(value: string, pairs: string, keyValue: string): ReadonlyMap<Value, Value> {
  const map = new Map<Value, Value>();
  if (value === '') return map;
  const written = javaSplit(value, pairs);
  for (const pair of written) {
    const regex = javaRegex(keyValue);
    if (regex !== null) regex.lastIndex = 0;
    const match = regex?.exec(pair) ?? null;
    if (match === null) map.set(pair, null);
    else map.set(pair.slice(0, match.index), pair.slice(match.index + match[0].length));
  }
  return javaMap(map, stringHash, written.length);
}

/** Java's `String.split(regex)`: trailing empty parts are dropped. */
function javaSplit(value: string, separator: string): readonly string[] {
  const regex = javaRegex(separator);
  if (regex === null) throw new RunError(`PatternSyntaxException: ${separator}`);
  regex.lastIndex = 0;
  const parts = value.split(regex);
  // A separator that is found leaves nothing of what has only separators.
  const least = parts.length > 1 ? 0 : 1;
  while (parts.length > least && parts.at(-1) === '') parts.pop();
  return parts;
}

const substringSpec = (name: 'SUBSTRING' | 'SUBSTR'): ScalarFunction =>
  text({
    name,
    refuse: refuseLong,
    forms: [
      ['CHARACTER', 'INTEGER'],
      ['CHARACTER', 'INTEGER', 'INTEGER'],
    ],
    returns: returnsArg0Varying,
    evaluate: (value: string, position: Int64, length?: Int64) =>
      substring(value, Number(position), length === undefined ? undefined : Number(length)),
    doc: [
      `${name}(string, start [, length])`,
      'A part of the text; the first character is 1, a negative start counts from the end.',
      '取子串；首字符为 1，负的起点从末尾数起。',
      [`${name}('Flink SQL', 7)`, 'SQL'],
      [`${name}('Flink SQL', -3, 2)`, 'SQ'],
    ],
  });

function checkElt(args: readonly Argument[]): string | null {
  if (args.length < 2) return WRONG_COUNT;
  if (!['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'NULL'].includes(argType(args, 0).root))
    return 'Index can only be an INTEGER NUMERIC type.';
  if (args[0]!.type.root === 'NULL') return INVALID_ARGUMENTS;
  const written = args.slice(1).filter((arg) => arg.type.root !== 'NULL');
  const isUniform =
    written.every((arg) => isCharacter(arg.type)) || written.every((arg) => isBinary(arg.type));
  return isUniform ? null : 'Could not infer arguments in range: [1, null].';
}

/** What stands for a bare NULL among texts, or among bytes: one of them. */
const eltTypes = (args: readonly Argument[]): readonly LogicalType[] => {
  const one = args.some((arg, i) => i > 0 && isBinary(arg.type)) ? { ...BYTES, length: 1 } : varchar(1);
  return args.map(({ type }) => (type.root === 'NULL' ? withNullable(one, true) : type));
};

function commonText(types: readonly LogicalType[]): LogicalType {
  const lengths = types.map((type) => ('length' in type ? type.length : 0));
  const isFixed =
    types.every(({ root }) => root === 'CHAR' || root === 'BINARY') && new Set(lengths).size === 1;
  const [fixed, varying] = types.some(isBinary)
    ? (['BINARY', 'VARBINARY'] as const)
    : (['CHAR', 'VARCHAR'] as const);
  return { root: isFixed ? fixed : varying, length: Math.max(...lengths), nullable: true };
}

/** Finding, taking and splitting off parts of a text. */
export const textPartFunctions: readonly ScalarFunction[] = [
  substringSpec('SUBSTRING'),
  substringSpec('SUBSTR'),
  text({
    name: 'LEFT',
    refuse: refuseLong,
    forms: [['CHARACTER', 'INTEGER']],
    returns: returnsArg0Varying,
    evaluate: (value: string, length: Int64) => (length <= 0 ? '' : substring(value, 1, Number(length))),
    doc: ['LEFT(string, length)', 'The first characters.', '最左边的若干字符。', ["LEFT('Flink', 2)", 'Fl']],
  }),
  text({
    name: 'RIGHT',
    refuse: refuseLong,
    forms: [['CHARACTER', 'INTEGER']],
    returns: returnsArg0Varying,
    evaluate: (value: string, length: Int64) =>
      length <= 0 ? '' : length >= countCharacters(value) ? value : substring(value, -Number(length)),
    doc: ['RIGHT(string, length)', 'The last characters.', '最右边的若干字符。', ["RIGHT('Flink', 2)", 'nk']],
  }),
  text({
    name: 'POSITION',
    takesNullForWrong: true,
    forms: [
      ['STRING', 'STRING'],
      ['STRING', 'STRING', 'INTEGER'],
    ],
    returns: (args) =>
      isComparable(argType(args, 0), argType(args, 1))
        ? withNullable(INTEGER, anyNullable(args))
        : UNLIKE_TEXTS,
    refuse: refuseBytes,
    complain: (args) =>
      !isComparable(argType(args, 0), argType(args, 1))
        ? UNLIKE_TEXTS
        : misfitOf(
            'POSITION',
            `POSITION(${args.slice(0, 2).map(printArgument).join(' IN ')}${args
              .slice(2)
              .map((arg) => ` FROM ${printArgument(arg)}`)
              .join('')})`,
            [
              "'POSITION(<STRING> IN <STRING>)'",
              "'POSITION(<STRING> IN <STRING> FROM <INTEGER>)'",
              'INSTR(<STRING>, <STRING>, <INTEGER>, <INTEGER>)',
            ],
          ),
    evaluate: (part: string, value: string, from: Int64 = 1) =>
      indexOfCharacters(value, part, Number(from) - 1) + 1,
    doc: [
      'POSITION(part IN string)',
      'Where a text first occurs, from 1; 0 if it does not.',
      '子串首次出现的位置，从 1 起；没有则为 0。',
      ["POSITION('in' IN 'Flink')", '3'],
    ],
  }),
  text({
    name: 'LOCATE',
    refuse: refuseLong,
    forms: [
      ['CHARACTER', 'CHARACTER'],
      ['CHARACTER', 'CHARACTER', 'INTEGER'],
    ],
    returns: returns(INTEGER),
    evaluate: (part: string, value: string, from: Int64 = 1) =>
      indexOfCharacters(value, part, Number(from) - 1) + 1,
    doc: [
      'LOCATE(part, string [, from])',
      'Where a text first occurs from a position on; 0 if it does not.',
      '从某位置起子串首次出现的位置；没有则为 0。',
      ["LOCATE('a', 'banana', 3)", '4'],
    ],
  }),
  text({
    name: 'INSTR',
    refuse: refuseLong,
    forms: [
      ['CHARACTER', 'CHARACTER'],
      ['CHARACTER', 'CHARACTER', 'INTEGER'],
      ['CHARACTER', 'CHARACTER', 'INTEGER', 'INTEGER'],
    ],
    returns: returns(INTEGER),
    evaluate: (value: string, part: string, start: Int64 = 1, nth: Int64 = 1) =>
      instr(value, part, Number(start), Number(nth)),
    doc: [
      'INSTR(string, part [, start [, nth]])',
      'Where the n-th occurrence is; a negative start searches backwards.',
      '第 n 次出现的位置；起点为负时向前查找。',
      ["INSTR('banana', 'a', 1, 2)", '4'],
    ],
  }),
  text({
    name: 'SPLIT_INDEX',
    refuse: refuseLong,
    forms: [
      ['CHARACTER', 'INTEGER', 'INTEGER'],
      ['CHARACTER', 'CHARACTER', 'INTEGER'],
    ],
    returns: returnsNullable(STRING),
    evaluate: (value: string, separator: string | number, index: Int64) => {
      if (index < 0) return null;
      if (typeof separator === 'string') return splitAll(value, separator)[Number(index)] ?? null;
      return separator > 255 || separator < 1
        ? null
        : (splitAll(value, String.fromCharCode(separator))[Number(index)] ?? null);
    },
    doc: [
      'SPLIT_INDEX(string, separator, index)',
      'One part of a split text, counted from 0; NULL if there are not so many.',
      '按分隔符切分后的第几段（从 0 起）；没有则为 NULL。',
      ["SPLIT_INDEX('a,b,c', ',', 1)", 'b'],
      ["SPLIT_INDEX('a,b,c', ',', 5)", null],
    ],
  }),
  modern({
    name: 'STARTSWITH',
    parameters: [
      [
        ['expr', 'CHARACTER_STRING'],
        ['startExpr', 'CHARACTER_STRING'],
      ],
      [
        ['expr', 'BINARY_STRING'],
        ['startExpr', 'BINARY_STRING'],
      ],
    ],
    returns: returns(BOOLEAN),
    evaluate: (value: string | Uint8Array, start: string | Uint8Array) =>
      typeof value === 'string'
        ? value.startsWith(start as string)
        : hex(value).startsWith(hex(start as Uint8Array)),
    doc: [
      'STARTSWITH(expr, start)',
      'Whether the text starts with another.',
      '是否以给定文本开头。',
      ["STARTSWITH('Flink', 'Fl')", 'TRUE'],
    ],
  }),
  modern({
    name: 'ENDSWITH',
    parameters: [
      [
        ['expr', 'CHARACTER_STRING'],
        ['endExpr', 'CHARACTER_STRING'],
      ],
      [
        ['expr', 'BINARY_STRING'],
        ['endExpr', 'BINARY_STRING'],
      ],
    ],
    returns: returns(BOOLEAN),
    evaluate: (value: string | Uint8Array, end: string | Uint8Array) =>
      typeof value === 'string' ? value.endsWith(end as string) : hex(value).endsWith(hex(end as Uint8Array)),
    doc: [
      'ENDSWITH(expr, end)',
      'Whether the text ends with another.',
      '是否以给定文本结尾。',
      ["ENDSWITH('Flink', 'nk')", 'TRUE'],
    ],
  }),
  modern({
    name: 'SPLIT',
    parameters: [
      [
        [null, 'CHARACTER_STRING'],
        [null, 'CHARACTER_STRING'],
      ],
    ],
    returns: returns(arrayOf(STRING)),
    evaluate: (value: string, separator: string) => (value === '' ? [] : value.split(separator)),
    doc: [
      'SPLIT(string, separator)',
      'The parts between separators as an array.',
      '按分隔符切分成数组。',
      ["SPLIT('a,b', ',')", '[a, b]'],
    ],
  }),
  modern({
    name: 'ELT',
    parameters: {
      check: checkElt,
      signatures: [
        'ELT(index <INTEGER_NUMERIC>, expr <CHARACTER_STRING>, exprs <CHARACTER_STRING>...)',
        'ELT(index <INTEGER_NUMERIC>, expr <BINARY_STRING>, exprs <BINARY_STRING>...)',
      ],
    },
    coerce: eltTypes,
    returns: (args) => commonText(eltTypes(args).slice(1)),
    strict: false,
    implement: ([type]) => {
      const held = NOT_HELD_AS_INTEGER[type?.root ?? ''];
      return (index: number | null, ...values: Value[]) => {
        if (index !== null && held !== undefined)
          throw new RunError(
            `ClassCastException: class ${held} cannot be cast to class java.lang.Integer (${held} and java.lang.Integer are in module java.base of loader 'bootstrap')`,
          );
        return index === null || index < 1 || index > values.length ? null : (values[index - 1] ?? null);
      };
    },
    doc: [
      'ELT(index, expr1, expr2, …)',
      'The expression with a number, counted from 1.',
      '按序号（从 1 起）取表达式。',
      ["ELT(2, 'x', 'y')", 'y'],
    ],
  }),
  text({
    name: 'STR_TO_MAP',
    forms: [['CHARACTER'], ['CHARACTER', 'CHARACTER', 'CHARACTER']],
    returns: returnsNullable(mapOf(STRING, STRING)),
    evaluate: (value: string, pairs = ',', keyValue = '=') => strToMap(value, pairs, keyValue),
    doc: [
      'STR_TO_MAP(string [, pairDelimiter, keyValueDelimiter])',
      'A map read from text such as `k1=v1,k2=v2`.',
      '将 `k1=v1,k2=v2` 这样的文本读成映射。',
      ["STR_TO_MAP('a=1')", '{a=1}'],
    ],
  }),
];
