import {
  BOOLEAN,
  INTEGER,
  isBinary,
  isCharacter,
  type LogicalType,
  STRING,
  withNullable,
} from '../../types/logical-type.ts';
import { printPlanType } from '../../types/print-type.ts';
import { repaired } from '../../values/bytes.ts';
import type { Int64 } from '../../values/int64.ts';
import { parseDouble } from '../../values/java-number.ts';
import { RunError } from '../../values/run-error.ts';
import { characters, countCharacters, reverseCharacters, trimCharacters } from '../../values/text.ts';
import {
  type Argument,
  type Misfit,
  NOT_COMPILABLE,
  refuseLong,
  type ScalarFunction,
} from '../function-definition.ts';
import { modernFamily } from '../modern.ts';
import {
  anyNullable,
  argType,
  type Form,
  hasBareNull,
  ILLEGAL_NULL,
  illegalNull,
  misfit,
  misfitOf,
  printArgument,
  type Returns,
  returns,
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

/** A text that would fill the heap of a task manager ends the job there; a browser tab must not go down with it. */
function checkLength(length: number): void {
  if (length > LONGEST_ARRAY) throw new RunError('OutOfMemoryError: Requested array size exceeds VM limit');
  if (length > 2 ** 26) throw new RunError('OutOfMemoryError: Java heap space');
}
const LONGEST_ARRAY = 2 ** 31 - 3;

function repeat(value: string, times: number): string {
  if (times <= 0) return '';
  const length = (value.length * times) | 0;
  if (length < 0) throw new RunError(`NegativeArraySizeException: ${length}`);
  checkLength(value.length * times);
  return value.repeat(times);
}

function pad(given: string, length: number, padding: string, left: boolean): string | null {
  if (length < 0 || padding === '') return null;
  const value = repaired(given);
  if (value.length >= length) return value.slice(0, length);
  checkLength(length);
  const fill = padding
    .repeat(Math.ceil((length - value.length) / padding.length))
    .slice(0, length - value.length);
  return left ? fill + value : value + fill;
}

/** Bytes are planned, and the code that is made for them does not compile. */
function dieOfBytes(): never {
  throw new RunError(NOT_COMPILABLE);
}

function overlay(given: string, replacement: string, start: number, length = replacement.length): string {
  const value = repaired(given);
  if (start <= 0 || start > value.length) return value;
  // Java's 32 bits overflow.
  const begin = (start - 1 + length) | 0;
  const hasTail = ((start + length) | 0) <= value.length && length > 0;
  if (hasTail && (begin < 0 || begin > value.length))
    throw new RunError(
      `StringIndexOutOfBoundsException: begin ${begin}, end ${value.length}, length ${value.length}`,
    );
  const tail = hasTail ? value.slice(begin) : '';
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

/** `||` adds lengths: CHAR(3) || CHAR(2) is CHAR(5); anything with VARCHAR is VARCHAR, STRING beyond the longest. */
function concatenationType(args: readonly Argument[]): LogicalType | Misfit {
  const [left, right] = [argType(args, 0), argType(args, 1)];
  const isText = (type: LogicalType): boolean => isCharacter(type) || isBinary(type);
  if (args.length !== 2) return wrongCount('||', '2');
  const misfitting = (): Misfit =>
    misfit(
      '||',
      args,
      [
        ['STRING', 'STRING'],
        ['EQUIVALENT_TYPE', 'EQUIVALENT_TYPE'],
      ],
      writeInfix,
    );
  if (hasBareNull(args)) return illegalNull(misfitting());
  if (!isText(left) || !isText(right) || isCharacter(left) !== isCharacter(right)) return misfitting();
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

/** Flink asks a piece of a text only for its first byte to learn whether blanks are to go, and an empty one has none. */
function readSet(argument: Argument | undefined): (set: string) => string {
  if (!PIECES.has(argument?.operator ?? '')) return (set) => set;
  return (set) => {
    if (set === '') throw new RunError('ArithmeticException: / by zero');
    return set.startsWith(' ') ? ' ' : set;
  };
}
const PIECES: ReadonlySet<string> = new Set([
  'SUBSTR',
  'SUBSTRING',
  'LEFT',
  'RIGHT',
  'TRIM',
  'LTRIM',
  'RTRIM',
  'CONCAT',
]);

/** TRIM gets BOTH, LEADING or TRAILING, the characters and the text. */
const trim: ScalarFunction = text({
  name: 'TRIM',
  takesNullForWrong: true,
  forms: [['ANY', 'CHARACTER', 'CHARACTER']],
  complain: (args) =>
    misfitOf('TRIM', `TRIM([BOTH|LEADING|TRAILING] ${args.slice(0, 2).map(printArgument).join(' FROM ')})`, [
      "'TRIM([BOTH|LEADING|TRAILING] <ANY> FROM <STRING>)'",
    ]),
  returns: (args) =>
    withNullable(toVarying(argType(args, 2)), argType(args, 1).nullable || argType(args, 2).nullable),
  implement: (_types, _result, _context, args) => {
    const read = readSet(args[1]);
    return (mode: string, set: string, value: string) =>
      trimCharacters(value, read(set), mode !== 'TRAILING', mode !== 'LEADING');
  },
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
    implement: (_types, _result, _context, args) => {
      const read = readSet(args[1]);
      return (value: string, set = ' ') => trimCharacters(value, read(set), isLeft, !isLeft);
    },
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
      isCharacter(type) ? (value: string | null) => value !== null && ofText(value) : () => ofNumber(type),
    doc,
  });

/** Joining texts, and giving them another shape. */
export const textFunctions: readonly ScalarFunction[] = [
  concatenation,
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
  text({
    name: 'CONCAT',
    takesNullForWrong: true,
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
    takesNullForWrong: true,
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
    refuse: refuseLong,
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
    evaluate: reverseCharacters,
    doc: [
      'REVERSE(string)',
      'The characters in reverse order.',
      '字符顺序反转。',
      ["REVERSE('Flink')", 'knilF'],
    ],
  }),
  text({
    name: 'LPAD',
    refuse: refuseLong,
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
    refuse: refuseLong,
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
      if (!('message' in joined)) return withNullable(toVarying(joined), anyNullable(args));
      if (isBinary(argType(args, 0))) return STRING;
      const [value, replacement] = args.map(({ type }) => printPlanType(type));
      return { message: `${value} is not comparable to ${replacement}` };
    },
    implement: (types) => {
      if (types.some(isBinary)) return dieOfBytes;
      return (value: string, replacement: string, start: Int64, length?: Int64) =>
        overlay(value, replacement, Number(start), length === undefined ? undefined : Number(length));
    },
    doc: [
      'OVERLAY(string1 PLACING string2 FROM start [FOR length])',
      'The text with a part replaced.',
      '用另一段文本覆盖其中一部分。',
      ["OVERLAY('abcdef' PLACING 'XY' FROM 3)", 'abXYef'],
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
    returns: (args) => (hasBareNull(args) ? ILLEGAL_NULL : withNullable(STRING, argType(args, 0).nullable)),
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
];
