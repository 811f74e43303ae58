import {
  arrayOf,
  BOOLEAN,
  INTEGER,
  isCharacter,
  type LogicalType,
  STRING,
  type Value,
  withNullable,
} from '../../types/logical-type.ts';
import type { Int64 } from '../../values/int64.ts';
import { RunError } from '../../values/run-error.ts';
import type { Misfit, ScalarFunction } from '../function-definition.ts';
import { javaRegex } from '../java-regex.ts';
import { likeTest, similarTest } from '../like.ts';
import { modernFamily } from '../modern.ts';
import {
  anyNullable,
  argType,
  misfit,
  returns,
  returnsNullable,
  scalarFamily,
  toDoc,
  wrongCount,
} from '../signature.ts';

const text = scalarFamily('string');
const modern = modernFamily('string');

/** What becomes of a pattern that is NULL by a CASE around it. */
const NO_PATTERN =
  'NullPointerException: Cannot invoke "Object.toString()" because the return value of "scala.Option.get()" is null';

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
      if (!args.every((arg) => isCharacter(arg.type))) {
        // A NULL that follows has taken the type of the first.
        const shown = args.map((arg) => (arg.type.root === 'NULL' ? { type: argType(args, 0) } : arg));
        const [refused, early] = [shown, args].map((as) =>
          misfit(name, as, [['STRING', 'STRING', 'STRING']]),
        );
        return { ...refused!, early: early! };
      }
      return withNullable(BOOLEAN, anyNullable(args));
    },
    // A LIKE that is written out is read when the code is generated.
    refuse: ([, like, escape]) => {
      if (name === 'LIKE' && like?.literal === null) return NO_PATTERN;
      if (name !== 'LIKE' || typeof like?.literal !== 'string' || typeof escape?.literal !== 'string')
        return null;
      try {
        make(like.literal, escape.literal);
        return null;
      } catch (error) {
        if (error instanceof RunError) return error.message;
        throw error;
      }
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

const withRegex =
  <T extends Value>(run: (value: string, regex: RegExp) => T, otherwise: Value) =>
  (value: string, expression: string): Value => {
    const regex = javaRegex(expression);
    if (regex === null) return otherwise;
    regex.lastIndex = 0;
    return run(value, regex);
  };

/** Where every match starts and ends. Behind an empty one Java goes on with the next half of a character beyond 16 bits. */
function* javaMatches(value: string, regex: RegExp): Generator<readonly [start: number, end: number]> {
  for (const { 0: found, index } of value.matchAll(regex)) {
    yield [index, index + found.length];
    const isWithinPair = found === '' && (value.codePointAt(index) ?? 0) > 0xffff;
    if (isWithinPair && value.slice(index + 1).search(regex) === 0) yield [index + 1, index + 1];
  }
}

function replaceMatches(value: string, regex: RegExp, replacement: string): string {
  let [made, done] = ['', 0];
  for (const [start, end] of javaMatches(value, regex)) {
    made += value.slice(done, start) + replacement;
    done = end;
  }
  return made + value.slice(done);
}

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

/** LIKE, SIMILAR TO and regular expressions. */
export const patternFunctions: readonly ScalarFunction[] = [
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
  text({
    name: 'REGEXP',
    forms: [['CHARACTER', 'CHARACTER']],
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
    forms: [['CHARACTER', 'CHARACTER', 'CHARACTER']],
    returns: returns(STRING),
    evaluate: (value: string, expression: string, replacement: string) =>
      withRegex((v, regex) => replaceMatches(v, regex, replacement), null)(value, expression),
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
    evaluate: withRegex((value, regex) => [...javaMatches(value, regex)].length, null),
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
];
