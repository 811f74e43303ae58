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
  withNullable,
} from '../../types/logical-type.ts';
import { base64Complaint, decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '../../values/bytes.ts';
import type { Int64 } from '../../values/int64.ts';
import { javaMap, stringHash } from '../../values/java-map.ts';
import { parseDouble } from '../../values/java-number.ts';
import { hex } from '../../values/print-value.ts';
import { RunError } from '../../values/run-error.ts';
import {
  characters,
  countCharacters,
  indexOfCharacters,
  sliceCharacters,
  splitAll,
  trimCharacters,
} from '../../values/text.ts';
import type { Argument, Misfit, ScalarFunction } from '../function-definition.ts';
import { javaRegex } from '../java-regex.ts';
import { likeTest, similarTest } from '../like.ts';
import { modernFamily, WRONG_COUNT } from '../modern.ts';
import {
  anyNullable,
  argType,
  type Form,
  misfit,
  misfitOf,
  printArgument,
  type Returns,
  returns,
  returnsArg0Varying,
  returnsNotNull,
  returnsNullable,
  scalarFamily,
  toDoc,
  toVarying,
  writeInfix,
  wrongCount,
} from '../signature.ts';

const text = scalarFamily('string');
const modern = modernFamily('string');

const sameAsFirst: Returns = (args) => withNullable(argType(args, 0), anyNullable(args));
const firstVarying: Returns = (args) => withNullable(toVarying(argType(args, 0)), anyNullable(args));
const ONE: readonly Form[] = [['CHARACTER']];
const TWO: readonly Form[] = [['CHARACTER', 'CHARACTER']];
const THREE: readonly Form[] = [['CHARACTER', 'CHARACTER', 'CHARACTER']];

// ---------------------------------------------------------------- pieces

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

/** A text that would fill the heap of a task manager ends the job there; a browser tab must not go down with it. */
function checkLength(length: number): void {
  if (length > 2 ** 26) throw new RunError('OutOfMemoryError: Java heap space');
}

function repeat(value: string, times: number): string {
  if (times <= 0) return '';
  checkLength(value.length * times);
  return value.repeat(times);
}

function pad(value: string, length: number, padding: string, left: boolean): string | null {
  if (length < 0 || padding === '') return null;
  if (value.length >= length) return value.slice(0, length);
  checkLength(length);
  const fill = padding
    .repeat(Math.ceil((length - value.length) / padding.length))
    .slice(0, length - value.length);
  return left ? fill + value : value + fill;
}

function overlay(value: string, replacement: string, start: number, length = replacement.length): string {
  if (start <= 0 || start > value.length) return value;
  const tail = start + length <= value.length && length > 0 ? value.slice(start - 1 + length) : '';
  return value.slice(0, start - 1) + replacement + tail;
}

function initCap(value: string): string {
  let isStart = true;
  let result = '';
  for (const character of value) {
    const isAlphanumeric = /^[A-Za-z0-9]$/.test(character);
    if (isStart) {
      result += /^[a-z]$/.test(character) ? character.toUpperCase() : character;
      if (isAlphanumeric) isStart = false;
    } else {
      result += /^[A-Z]$/.test(character) ? character.toLowerCase() : character;
      if (!isAlphanumeric) isStart = true;
    }
  }
  return result;
}

function instr(value: string, part: string, start: number, nth: number): number {
  if (nth <= 0) throw new RunError('IllegalArgumentException: nthAppearance must be positive!');
  if (start === 0) return 0;
  if (start < 0) {
    const reversed = instr(reverse(value), reverse(part), -start, nth);
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
const reverse = (value: string): string => Array.from(value).toReversed().join('');

/** Characters that `StringUtils.isAlpha` takes for letters. */
const LETTERS = /^\p{L}+$/u;
const DIGITS = /^\p{Nd}+$/u;

function isDecimalText(value: string): boolean {
  return value !== '' && (/^[+-]?\p{Nd}+$/u.test(value) || parseDouble(value) !== null);
}

function translate(value: string, from: string, to: string): string {
  if (value === '' || from === '') return value;
  const targets = characters(to);
  const dictionary = new Map<string, string>();
  for (const [i, character] of characters(from).entries())
    if (!dictionary.has(character)) dictionary.set(character, targets[i] ?? '');
  return characters(value)
    .map((character) => dictionary.get(character) ?? character)
    .join('');
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
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}

// ---------------------------------------------------------------- LIKE and its like

function pattern(
  name: 'LIKE' | 'SIMILAR TO',
  make: typeof likeTest,
  doc: Parameters<typeof toDoc>[1],
): ScalarFunction {
  return {
    name,
    strict: true,
    isDeterministic: true,
    inferType: (args): LogicalType | Misfit => {
      if (args.length !== 2 && args.length !== 3) return wrongCount(name, '2');
      if (!args.every((arg) => isCharacter(arg.type) || arg.type.root === 'NULL'))
        return misfit(name, args, [['STRING', 'STRING', 'STRING']]);
      return withNullable(BOOLEAN, anyNullable(args));
    },
    implement: (_types, _result, _context, args) => {
      const escape = args.length > 2 ? args[2]?.literal : null;
      const known = args[1]?.literal;
      if (typeof known === 'string' && (escape === null || typeof escape === 'string')) {
        let test: ((value: string) => boolean) | null = null;
        return {
          evaluate: (value: string) => {
            test ??= make(known, escape);
            return test(value);
          },
        };
      }
      let last: readonly [pattern: string, escape: string | null, test: (value: string) => boolean] | null =
        null;
      return {
        evaluate: (value: string, like: string, by: string | null = null) => {
          if (last === null || last[0] !== like || last[1] !== by) last = [like, by, make(like, by)];
          return last[2](value);
        },
      };
    },
    doc: toDoc('comparison', doc),
  };
}

// ---------------------------------------------------------------- regular expressions

const withRegex =
  <T extends Value>(run: (value: string, regex: RegExp) => T, otherwise: Value) =>
  (value: string, expression: string): Value => {
    const regex = javaRegex(expression);
    if (regex === null) return otherwise;
    regex.lastIndex = 0;
    return run(value, regex);
  };

function regexpExtract(value: string, expression: string, group: Int64 = 0): Value {
  const regex = javaRegex(expression);
  if (regex === null) return null;
  regex.lastIndex = 0;
  return regex.exec(value)?.[Number(group)] ?? null;
}

function regexpExtractAll(value: string, expression: string, group: Int64 = 1): Value {
  const regex = javaRegex(expression);
  if (regex === null || group < 0) return null;
  const groups = (new RegExp(`${regex.source}|`, regex.flags).exec('')?.length ?? 1) - 1;
  if (groups < group) return null;
  regex.lastIndex = 0;
  return [...value.matchAll(regex)].map((match) => match[Number(group)] ?? null);
}

// ---------------------------------------------------------------- encodings

/** Text in one of the character sets Java always has. */
function encode(value: string, charset: string): Uint8Array {
  switch (charset.toUpperCase().replace('_', '-')) {
    case 'UTF-8':
    case 'UTF8':
      return encodeUtf8(value);
    case 'US-ASCII':
    case 'ASCII':
      return Uint8Array.from(value, (character) =>
        character.charCodeAt(0) < 128 ? character.charCodeAt(0) : 63,
      );
    case 'ISO-8859-1':
    case 'LATIN1':
      return Uint8Array.from(value, (character) =>
        character.charCodeAt(0) < 256 ? character.charCodeAt(0) : 63,
      );
    case 'UTF-16BE':
      return utf16(value, false, false);
    case 'UTF-16LE':
      return utf16(value, true, false);
    case 'UTF-16':
      return utf16(value, false, true);
    default:
      throw new RunError(`RuntimeException: Unsupported encoding: ${charset}`);
  }
}
function utf16(value: string, littleEndian: boolean, withMark: boolean): Uint8Array {
  const marked = withMark && value !== '' ? `\ufeff${value}` : value;
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), littleEndian);
  return bytes;
}
function decode(bytes: Uint8Array, charset: string): string {
  switch (charset.toUpperCase().replace('_', '-')) {
    case 'UTF-8':
    case 'UTF8':
      return decodeUtf8(bytes);
    case 'US-ASCII':
    case 'ASCII':
      return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : '\ufffd')).join('');
    case 'ISO-8859-1':
    case 'LATIN1':
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    case 'UTF-16LE':
      return decodeUtf16(bytes, true);
    case 'UTF-16BE':
      return decodeUtf16(bytes, false);
    case 'UTF-16': {
      const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
      const isMarked = isLittle || (bytes[0] === 0xfe && bytes[1] === 0xff);
      return decodeUtf16(isMarked ? bytes.subarray(2) : bytes, isLittle);
    }
    default:
      throw new RunError(`RuntimeException: Unsupported encoding: ${charset}`);
  }
}
function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let result = '';
  for (let i = 0; i + 1 < bytes.length; i += 2)
    result += String.fromCharCode(view.getUint16(i, littleEndian));
  return bytes.length % 2 === 1 ? `${result}\ufffd` : result;
}

/** `EncodingUtils.unhex`: the first digit of an odd number of digits is lost and leaves a zero byte; other characters give NULL. */
function unhex(value: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(value)) return null;
  const even = value.length % 2 === 1 ? `00${value.slice(1)}` : value;
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? encodeUtf8(value) : value;

function fromBase64(value: string | Uint8Array): string {
  const bytes = decodeBase64(typeof value === 'string' ? value : decodeUtf8(value));
  if (bytes === null) throw new RunError(`IllegalArgumentException: ${base64Complaint(bytesOf(value))}`);
  return decodeUtf8(bytes);
}

const unsigned64 = (value: Int64): bigint => BigInt.asUintN(64, BigInt(value));

// ---------------------------------------------------------------- the functions

/** `||` adds lengths: CHAR(3) || CHAR(2) is CHAR(5); anything with VARCHAR is VARCHAR, STRING beyond the longest. */
function concatenationType(args: readonly Argument[]): LogicalType | Misfit {
  const [left, right] = [argType(args, 0), argType(args, 1)];
  const isText = (type: LogicalType): boolean => isCharacter(type) || isBinary(type);
  if (args.length !== 2) return wrongCount('||', '2');
  if (left.root === 'NULL' || right.root === 'NULL') return { message: `Illegal use of 'NULL'` };
  if (!isText(left) || !isText(right) || isCharacter(left) !== isCharacter(right)) {
    return misfit(
      '||',
      args,
      [
        ['STRING', 'STRING'],
        ['EQUIVALENT_TYPE', 'EQUIVALENT_TYPE'],
      ],
      writeInfix,
    );
  }
  const isNullable = anyNullable(args);
  const lengths = 'length' in left && 'length' in right ? left.length + right.length : 0;
  const isVarying = left.root.startsWith('VAR') || right.root.startsWith('VAR');
  const root = (
    isCharacter(left) ? (isVarying ? 'VARCHAR' : 'CHAR') : isVarying ? 'VARBINARY' : 'BINARY'
  ) as 'CHAR';
  return { root, length: Math.min(lengths, 2147483647), nullable: isNullable };
}

const concatenation: ScalarFunction = {
  name: '||',
  strict: true,
  isDeterministic: true,
  inferType: concatenationType,
  implement: (types) =>
    types.every((type) => isCharacter(type))
      ? { evaluate: (a: string, b: string) => a + b, inline: (a = '', b = '') => `${a} + ${b}` }
      : { evaluate: (a: Uint8Array, b: Uint8Array) => Uint8Array.from([...a, ...b]) },
  doc: toDoc('string', [
    'string1 || string2',
    'Both texts joined; NULL if one is NULL.',
    '连接两个文本；有 NULL 时为 NULL。',
    ["'a' || 'b'", 'ab'],
  ]),
};

/** TRIM gets BOTH, LEADING or TRAILING, the characters and the text. */
const trim: ScalarFunction = text({
  name: 'TRIM',
  forms: [['ANY', 'STRING', 'STRING']],
  complain: (args) =>
    misfitOf('TRIM', `TRIM([BOTH|LEADING|TRAILING] ${args.slice(0, 2).map(printArgument).join(' FROM ')})`, [
      "'TRIM([BOTH|LEADING|TRAILING] <ANY> FROM <STRING>)'",
    ]),
  returns: (args) =>
    withNullable(toVarying(argType(args, 2)), argType(args, 1).nullable || argType(args, 2).nullable),
  evaluate: (mode: string, set: string, value: string) =>
    trimCharacters(value, set, mode !== 'TRAILING', mode !== 'LEADING'),
  doc: [
    'TRIM([BOTH | LEADING | TRAILING] [characters] FROM string)',
    'The text without any of the characters (blanks unless said) at its ends.',
    '去掉文本两端（或一端）属于给定字符集的字符，默认去空格。',
    ["TRIM('  a ')", 'a'],
    ["TRIM(LEADING 'x' FROM 'xxay')", 'ay'],
  ],
});

function oneSidedTrim(name: 'LTRIM' | 'RTRIM', doc: Parameters<typeof toDoc>[1]): ScalarFunction {
  const isLeft = name === 'LTRIM';
  return text({
    name,
    forms: [...ONE, ...TWO],
    returns: firstVarying,
    evaluate: (value: string, set = ' ') => trimCharacters(value, set, isLeft, !isLeft),
    doc,
  });
}

const isDigitLike = (
  name: 'IS_ALPHA' | 'IS_DIGIT' | 'IS_DECIMAL',
  ofText: (value: string) => boolean,
  ofNumber: (type: LogicalType) => boolean,
  doc: Parameters<typeof toDoc>[1],
): ScalarFunction =>
  text({
    name,
    forms: [['CHARACTER'], ['NUMERIC']],
    returns: returnsNotNull(BOOLEAN),
    strict: false,
    implement: ([type = STRING]) =>
      isCharacter(type)
        ? (value: string | null) => value !== null && ofText(value)
        : (value: Value) => value !== null && ofNumber(type),
    doc,
  });

const substringSpec = (name: 'SUBSTRING' | 'SUBSTR'): ScalarFunction =>
  text({
    name,
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

export const textFunctions: readonly ScalarFunction[] = [
  concatenation,
  pattern('LIKE', likeTest, [
    'string LIKE pattern [ESCAPE character]',
    '`%` stands for any text and `_` for one character. There is no escape character unless said.',
    '`%` 匹配任意文本，`_` 匹配一个字符。除非指定，没有转义字符。',
    ["'Flink' LIKE 'Fl%'", 'TRUE'],
    ["'50%' LIKE '50!%' ESCAPE '!'", 'TRUE'],
  ]),
  pattern('SIMILAR TO', similarTest, [
    'string SIMILAR TO pattern [ESCAPE character]',
    "SQL's regular expressions: `%`, `_`, `|`, `*`, `+`, `?`, `{n}`, `(…)`, `[…]`.",
    'SQL 正则表达式：`%`、`_`、`|`、`*`、`+`、`?`、`{n}`、`(…)`、`[…]`。',
    ["'abc' SIMILAR TO '(a|b|c)+'", 'TRUE'],
  ]),
  trim,
  oneSidedTrim('LTRIM', [
    'LTRIM(string [, characters])',
    'Without blanks, or any of the characters, at the start.',
    '去掉开头的空格或给定字符。',
    ["LTRIM(' a ')", 'a '],
  ]),
  oneSidedTrim('RTRIM', [
    'RTRIM(string [, characters])',
    'Without blanks, or any of the characters, at the end.',
    '去掉末尾的空格或给定字符。',
    ["RTRIM('abxx', 'x')", 'ab'],
  ]),
  modern({
    name: 'BTRIM',
    parameters: [
      [['str', 'CHARACTER_STRING']],
      [
        ['str', 'CHARACTER_STRING'],
        ['trimStr', 'CHARACTER_STRING'],
      ],
    ],
    returns: returns(STRING),
    evaluate: (value: string, set = ' ') => trimCharacters(value, set, true, true),
    doc: [
      'BTRIM(string [, characters])',
      'Without blanks, or any of the characters, at both ends.',
      '去掉两端的空格或给定字符。',
      ["BTRIM('xxabxx', 'x')", 'ab'],
    ],
  }),
  text({
    name: 'UPPER',
    forms: ONE,
    returns: sameAsFirst,
    evaluate: (value: string) => value.toUpperCase(),
    inline: (a = '') => `${a}.toUpperCase()`,
    doc: ['UPPER(string)', 'In upper case.', '转为大写。', ["UPPER('abc')", 'ABC']],
  }),
  text({
    name: 'LOWER',
    forms: ONE,
    returns: sameAsFirst,
    evaluate: (value: string) => value.toLowerCase(),
    inline: (a = '') => `${a}.toLowerCase()`,
    doc: ['LOWER(string)', 'In lower case.', '转为小写。', ["LOWER('ABC')", 'abc']],
  }),
  text({
    name: 'INITCAP',
    forms: ONE,
    returns: sameAsFirst,
    evaluate: initCap,
    doc: [
      'INITCAP(string)',
      'Each word with a capital first letter; words are runs of ASCII letters and digits.',
      '每个单词首字母大写；单词指连续的 ASCII 字母和数字。',
      ["INITCAP('hello flink')", 'Hello Flink'],
    ],
  }),
  text({
    name: 'CHAR_LENGTH',
    aliases: ['CHARACTER_LENGTH'],
    forms: ONE,
    returns: returns(INTEGER),
    evaluate: countCharacters,
    doc: [
      'CHAR_LENGTH(string)',
      'Number of characters; an emoji is one.',
      '字符数；一个表情符号算一个字符。',
      ["CHAR_LENGTH('Flink')", '5'],
    ],
  }),
  substringSpec('SUBSTRING'),
  substringSpec('SUBSTR'),
  text({
    name: 'LEFT',
    forms: [['CHARACTER', 'INTEGER']],
    returns: returnsArg0Varying,
    evaluate: (value: string, length: Int64) => (length <= 0 ? '' : substring(value, 1, Number(length))),
    doc: ['LEFT(string, length)', 'The first characters.', '最左边的若干字符。', ["LEFT('Flink', 2)", 'Fl']],
  }),
  text({
    name: 'RIGHT',
    forms: [['CHARACTER', 'INTEGER']],
    returns: returnsArg0Varying,
    evaluate: (value: string, length: Int64) =>
      length <= 0 ? '' : length >= countCharacters(value) ? value : substring(value, -Number(length)),
    doc: ['RIGHT(string, length)', 'The last characters.', '最右边的若干字符。', ["RIGHT('Flink', 2)", 'nk']],
  }),
  text({
    name: 'CONCAT',
    forms: { repeat: 'CHARACTER', min: 1 },
    returns: returns(STRING),
    evaluate: (...values: string[]) => values.join(''),
    inline: (...atoms) => atoms.join(' + '),
    doc: [
      'CONCAT(string1, string2, …)',
      'All texts joined; NULL if one is NULL.',
      '连接所有文本；有 NULL 时为 NULL。',
      ["CONCAT('a', 'b', 'c')", 'abc'],
    ],
  }),
  text({
    name: 'CONCAT_WS',
    forms: { repeat: 'CHARACTER', min: 1 },
    returns: returns(STRING),
    strict: false,
    evaluate: (separator: string | null, ...values: (string | null)[]) =>
      separator === null ? null : values.filter((value) => value !== null).join(separator),
    doc: [
      'CONCAT_WS(separator, string1, string2, …)',
      'All texts joined with a separator; NULLs are skipped.',
      '用分隔符连接所有文本；跳过 NULL。',
      ["CONCAT_WS('-', 'a', CAST(NULL AS STRING), 'b')", 'a-b'],
    ],
  }),
  text({
    name: 'REPLACE',
    forms: THREE,
    returns: returns(STRING),
    evaluate: (value: string, from: string, to: string) => value.replaceAll(from, () => to),
    doc: [
      'REPLACE(string, from, to)',
      'Every occurrence replaced.',
      '替换所有出现的子串。',
      ["REPLACE('a-b-c', '-', '+')", 'a+b+c'],
    ],
  }),
  text({
    name: 'REPEAT',
    forms: [['CHARACTER', 'INTEGER']],
    returns: returns(STRING),
    evaluate: (value: string, times: Int64) => repeat(value, Number(times)),
    doc: [
      'REPEAT(string, times)',
      'The text several times.',
      '重复文本若干次。',
      ["REPEAT('ab', 3)", 'ababab'],
    ],
  }),
  text({
    name: 'REVERSE',
    forms: ONE,
    returns: returnsNullable(STRING),
    evaluate: reverse,
    doc: [
      'REVERSE(string)',
      'The characters in reverse order.',
      '字符顺序反转。',
      ["REVERSE('Flink')", 'knilF'],
    ],
  }),
  text({
    name: 'LPAD',
    forms: [['CHARACTER', 'INTEGER', 'CHARACTER']],
    returns: returns(STRING),
    evaluate: (value: string, length: Int64, padding: string) => pad(value, Number(length), padding, true),
    doc: [
      'LPAD(string, length, pad)',
      'Filled up from the left, or cut, to a length.',
      '从左侧填充（或截断）到指定长度。',
      ["LPAD('7', 3, '0')", '007'],
    ],
  }),
  text({
    name: 'RPAD',
    forms: [['CHARACTER', 'INTEGER', 'CHARACTER']],
    returns: returns(STRING),
    evaluate: (value: string, length: Int64, padding: string) => pad(value, Number(length), padding, false),
    doc: [
      'RPAD(string, length, pad)',
      'Filled up from the right, or cut, to a length.',
      '从右侧填充（或截断）到指定长度。',
      ["RPAD('7', 3, '.')", '7..'],
    ],
  }),
  text({
    name: 'OVERLAY',
    complain: (args) =>
      misfitOf(
        'OVERLAY',
        `OVERLAY(${args.map((arg, i) => ['', ' PLACING ', ' FROM ', ' FOR '][i] + printArgument(arg)).join('')})`,
        [
          "'OVERLAY(<STRING> PLACING <STRING> FROM <INTEGER>)'",
          "'OVERLAY(<STRING> PLACING <STRING> FROM <INTEGER> FOR <INTEGER>)'",
        ],
      ),
    forms: [
      ['STRING', 'STRING', 'INTEGER'],
      ['STRING', 'STRING', 'INTEGER', 'INTEGER'],
    ],
    returns: (args) => {
      const joined = concatenationType(args.slice(0, 2));
      return 'message' in joined ? STRING : withNullable(toVarying(joined), anyNullable(args));
    },
    evaluate: (value: string, replacement: string, start: Int64, length?: Int64) =>
      overlay(value, replacement, Number(start), length === undefined ? undefined : Number(length)),
    doc: [
      'OVERLAY(string1 PLACING string2 FROM start [FOR length])',
      'The text with a part replaced.',
      '用另一段文本覆盖其中一部分。',
      ["OVERLAY('abcdef' PLACING 'XY' FROM 3)", 'abXYef'],
    ],
  }),
  text({
    name: 'POSITION',
    forms: [
      ['STRING', 'STRING'],
      ['STRING', 'STRING', 'INTEGER'],
    ],
    returns: returns(INTEGER),
    complain: (args) =>
      misfitOf(
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
  text({
    name: 'ASCII',
    forms: ONE,
    returns: returns(INTEGER),
    evaluate: (value: string) => ((encodeUtf8(value.slice(0, 2))[0] ?? 0) << 24) >> 24,
    doc: [
      'ASCII(string)',
      'Code of the first byte; 0 for empty text.',
      '首字节的编码；空文本为 0。',
      ["ASCII('A')", '65'],
    ],
  }),
  text({
    name: 'CHR',
    forms: [['INTEGER']],
    returns: returnsNullable(STRING),
    evaluate: (code: Int64) => (code < 0 ? '' : String.fromCharCode(Number(BigInt.asUintN(8, BigInt(code))))),
    doc: [
      'CHR(integer)',
      'The character with a code (modulo 256).',
      '编码对应的字符（对 256 取模）。',
      ['CHR(65)', 'A'],
    ],
  }),
  isDigitLike(
    'IS_ALPHA',
    (value) => LETTERS.test(value),
    () => false,
    [
      'IS_ALPHA(string)',
      'Whether all characters are letters.',
      '是否全部为字母。',
      ["IS_ALPHA('abc')", 'TRUE'],
    ],
  ),
  isDigitLike(
    'IS_DIGIT',
    (value) => DIGITS.test(value),
    (type) => !['DECIMAL', 'FLOAT', 'DOUBLE'].includes(type.root),
    [
      'IS_DIGIT(string)',
      'Whether all characters are digits.',
      '是否全部为数字。',
      ["IS_DIGIT('12')", 'TRUE'],
    ],
  ),
  isDigitLike('IS_DECIMAL', isDecimalText, (type) => type.root !== 'DECIMAL', [
    'IS_DECIMAL(string)',
    'Whether the text is a number.',
    '是否为数值文本。',
    ["IS_DECIMAL('1.5')", 'TRUE'],
  ]),
  text({
    name: 'REGEXP',
    forms: TWO,
    returns: returns(BOOLEAN),
    evaluate: (value: string, expression: string) =>
      expression !== '' && withRegex((v, regex) => regex.test(v), false)(value, expression),
    doc: [
      'REGEXP(string, regex)',
      'Whether the pattern occurs in the text.',
      '文本中是否出现该模式。',
      ["REGEXP('abc123', '[0-9]+')", 'TRUE'],
    ],
  }),
  text({
    name: 'REGEXP_EXTRACT',
    forms: [
      ['CHARACTER', 'CHARACTER', 'INTEGER'],
      ['CHARACTER', 'CHARACTER'],
    ],
    returns: returnsNullable(STRING),
    evaluate: regexpExtract,
    doc: [
      'REGEXP_EXTRACT(string, regex [, group])',
      'The first match, or one group of it; NULL without a match.',
      '首个匹配（或其中一组）；无匹配时为 NULL。',
      ["REGEXP_EXTRACT('id=42', 'id=([0-9]+)', 1)", '42'],
    ],
  }),
  text({
    name: 'REGEXP_REPLACE',
    forms: THREE,
    returns: returns(STRING),
    evaluate: (value: string, expression: string, replacement: string) =>
      withRegex((v, regex) => v.replace(regex, () => replacement), null)(value, expression),
    doc: [
      'REGEXP_REPLACE(string, regex, replacement)',
      'Every match replaced by a literal text.',
      '将所有匹配替换为给定文本。',
      ["REGEXP_REPLACE('a1b2', '[0-9]', '#')", 'a#b#'],
    ],
  }),
  modern({
    name: 'REGEXP_COUNT',
    parameters: [
      [
        ['str', 'CHARACTER_STRING'],
        ['regex', 'CHARACTER_STRING'],
      ],
    ],
    returns: returnsNullable(INTEGER),
    evaluate: withRegex((value, regex) => [...value.matchAll(regex)].length, null),
    doc: [
      'REGEXP_COUNT(string, regex)',
      'How often the pattern occurs.',
      '模式出现的次数。',
      ["REGEXP_COUNT('banana', 'an')", '2'],
    ],
  }),
  modern({
    name: 'REGEXP_INSTR',
    parameters: [
      [
        ['str', 'CHARACTER_STRING'],
        ['regex', 'CHARACTER_STRING'],
      ],
    ],
    returns: returnsNullable(INTEGER),
    evaluate: withRegex((value, regex) => value.search(regex) + 1, null),
    doc: [
      'REGEXP_INSTR(string, regex)',
      'Where the pattern first occurs, from 1; 0 if it does not.',
      '模式首次出现的位置，从 1 起；没有则为 0。',
      ["REGEXP_INSTR('abc1', '[0-9]')", '4'],
    ],
  }),
  modern({
    name: 'REGEXP_SUBSTR',
    parameters: [
      [
        ['str', 'CHARACTER_STRING'],
        ['regex', 'CHARACTER_STRING'],
      ],
    ],
    returns: returnsNullable(STRING),
    evaluate: withRegex((value, regex) => regex.exec(value)?.[0] ?? null, null),
    doc: [
      'REGEXP_SUBSTR(string, regex)',
      'The first match; NULL without one.',
      '首个匹配；无匹配时为 NULL。',
      ["REGEXP_SUBSTR('abc12', '[0-9]+')", '12'],
    ],
  }),
  modern({
    name: 'REGEXP_EXTRACT_ALL',
    parameters: [
      [
        ['str', 'CHARACTER_STRING'],
        ['regex', 'CHARACTER_STRING'],
      ],
      [
        ['str', 'CHARACTER_STRING'],
        ['regex', 'CHARACTER_STRING'],
        ['extractIndex', 'INTEGER_NUMERIC'],
      ],
    ],
    returns: returnsNullable(arrayOf(STRING)),
    evaluate: regexpExtractAll,
    doc: [
      'REGEXP_EXTRACT_ALL(string, regex [, group])',
      'One group (the first unless said) of all matches.',
      '所有匹配中的某一组（默认第 1 组）。',
      ["REGEXP_EXTRACT_ALL('a1b2', '[a-z]([0-9])')", '[1, 2]'],
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
    name: 'TRANSLATE3',
    aliases: ['TRANSLATE'],
    parameters: [
      [
        ['expr', 'CHARACTER_STRING'],
        ['fromStr', 'CHARACTER_STRING'],
        ['toStr', 'CHARACTER_STRING'],
      ],
    ],
    returns: (args) => withNullable(STRING, argType(args, 0).nullable),
    strict: false,
    evaluate: (value: string | null, from: string | null, to: string | null) =>
      value === null || from === null ? value : translate(value, from, to ?? ''),
    doc: [
      'TRANSLATE(expr, from, to)',
      'Each character of `from` replaced by the one at the same place of `to`.',
      '将 `from` 中的字符逐个替换为 `to` 中同位置的字符。',
      ["TRANSLATE('hello', 'lo', '01')", 'he001'],
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
    evaluate: (value: string, separator: string) =>
      separator === '' ? value.split('') : value === '' ? [''] : value.split(separator),
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
    returns: (args) =>
      args.slice(1).every((arg) => isCharacter(arg.type))
        ? commonText(args.slice(1))
        : withNullable(BYTES, true),
    strict: false,
    evaluate: (index: Int64 | null, ...values: Value[]) =>
      index === null || index < 1 || index > values.length ? null : (values[Number(index) - 1] ?? null),
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
  text({
    name: 'ENCODE',
    forms: TWO,
    returns: returns(BYTES),
    evaluate: encode,
    doc: [
      'ENCODE(string, charset)',
      'The bytes of a text in a character set.',
      '文本在某字符集下的字节。',
      ["ENCODE('a', 'UTF-8')", "x'61'"],
    ],
  }),
  text({
    name: 'DECODE',
    forms: [['BINARY', 'CHARACTER']],
    returns: returns(STRING),
    evaluate: decode,
    doc: [
      'DECODE(binary, charset)',
      'The text of bytes in a character set.',
      '按字符集把字节解码为文本。',
      ["DECODE(X'61', 'UTF-8')", 'a'],
    ],
  }),
  text({
    name: 'TO_BASE64',
    forms: [['STRING']],
    returns: returns(STRING),
    evaluate: (value: string | Uint8Array) => encodeBase64(bytesOf(value)),
    doc: ['TO_BASE64(string)', 'In base64.', '编码为 base64。', ["TO_BASE64('hello')", 'aGVsbG8=']],
  }),
  text({
    name: 'FROM_BASE64',
    forms: [['STRING']],
    returns: returns(STRING),
    evaluate: fromBase64,
    doc: [
      'FROM_BASE64(string)',
      'Text from base64.',
      '从 base64 解码为文本。',
      ["FROM_BASE64('aGVsbG8=')", 'hello'],
    ],
  }),
  text({
    name: 'HEX',
    forms: [['INTEGER'], ['CHARACTER']],
    returns: returns(STRING),
    evaluate: (value: string | Int64) =>
      (typeof value === 'string' ? hex(encodeUtf8(value)) : unsigned64(value).toString(16)).toUpperCase(),
    doc: [
      'HEX(number or string)',
      'In hexadecimal.',
      '转为十六进制。',
      ['HEX(255)', 'FF'],
      ["HEX('A')", '41'],
    ],
  }),
  modern({
    name: 'UNHEX',
    parameters: [[['expr', 'CHARACTER_STRING']]],
    returns: returnsNullable(BYTES),
    evaluate: unhex,
    doc: [
      'UNHEX(string)',
      'Bytes from hexadecimal digits; NULL if there are others.',
      '将十六进制文本转为字节；含其他字符时为 NULL。',
      ["UNHEX('4142')", "x'4142'"],
    ],
  }),
  text({
    name: 'BIN',
    forms: [['INTEGER']],
    returns: returns(STRING),
    evaluate: (value: Int64) => unsigned64(value).toString(2),
    doc: ['BIN(integer)', 'In binary.', '转为二进制。', ['BIN(10)', '1010']],
  }),
];

function checkElt(args: readonly Argument[]): string | null {
  if (args.length < 2) return WRONG_COUNT;
  if (!['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'NULL'].includes(argType(args, 0).root))
    return 'Index can only be an INTEGER NUMERIC type.';
  const isUniform =
    args.slice(1).every((arg) => isCharacter(arg.type)) || args.slice(1).every((arg) => isBinary(arg.type));
  return isUniform ? null : 'Could not infer arguments in range: [1, null].';
}
function commonText(args: readonly Argument[]): LogicalType {
  const lengths = args.map((arg) => ('length' in arg.type ? arg.type.length : 0));
  const isFixed = args.every((arg) => arg.type.root === 'CHAR') && new Set(lengths).size === 1;
  return { root: isFixed ? 'CHAR' : 'VARCHAR', length: Math.max(...lengths), nullable: true };
}
