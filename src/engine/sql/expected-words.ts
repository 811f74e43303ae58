import { words } from './reserved.ts';

/** What Flink lists where an expression, a type, a query … was expected. The parser notes `<OPERAND>` and the like for a whole list. */

export const TYPE_WORDS: readonly string[] = [
  ...words(`
  ARRAY BIGINT BINARY BOOLEAN BYTES CHAR CHARACTER DATE DEC DECIMAL DOUBLE FLOAT INT INTEGER MAP MULTISET
  NUMERIC RAW REAL ROW SMALLINT STRING STRUCTURED TIME TIMESTAMP TIMESTAMP_LTZ TINYINT VARBINARY VARCHAR
  VARIANT
`),
];

/** A choice of the 600 words that can begin an expression, in Flink's order. */
const OPERANDS = words(`
  ARRAY CASE CAST CEIL CURRENT_DATE CURRENT_TIMESTAMP DATE EXISTS EXTRACT FALSE FLOOR INTERVAL JSON_VALUE
  LOCALTIMESTAMP MAP NOT NULL POSITION ROW SUBSTRING TIME TIMESTAMP TRIM TRUE TRY_CAST UNKNOWN ( + - ?
  <UNSIGNED_INTEGER_LITERAL> <DECIMAL_NUMERIC_LITERAL> <APPROX_NUMERIC_LITERAL> <BINARY_STRING_LITERAL>
  <QUOTED_STRING> <BACK_QUOTED_IDENTIFIER> <IDENTIFIER>
`);

const OPERATORS = words(`
  NOT IN < <= > >= = <> != BETWEEN LIKE ILIKE RLIKE SIMILAR + - * / % || AND OR IS MEMBER SUBMULTISET
  CONTAINS OVERLAPS EQUALS PRECEDES SUCCEEDS IMMEDIATELY MULTISET [ FORMAT
`);

const LISTS: ReadonlyMap<string, Iterable<string>> = new Map<string, Iterable<string>>([
  ['<OPERAND>', OPERANDS],
  ['<OPERATOR>', OPERATORS],
  [
    '<NUMBER>',
    words('<UNSIGNED_INTEGER_LITERAL> <DECIMAL_NUMERIC_LITERAL> <APPROX_NUMERIC_LITERAL> DECIMAL'),
  ],
  [
    '<STRING>',
    words('<BINARY_STRING_LITERAL> <QUOTED_STRING> <PREFIXED_STRING_LITERAL> <UNICODE_STRING_LITERAL>'),
  ],
  [
    '<INTERVAL_UNIT>',
    ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'].flatMap((unit) => [
      unit,
      `${unit}S`,
    ]),
  ],
  ['<QUERY>', words('SELECT TABLE VALUE VALUES WITH')],
  ['<TYPE>', TYPE_WORDS],
]);

/** The sequences that the parser looked for as Flink writes them: words and symbols in quotes, a list's words in its place. */
export function listed(tried: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return tried.flatMap((sequence) => {
    const before = sequence.slice(0, -1).map(imageOf);
    const last = sequence.at(-1) ?? '';
    return [...(LISTS.get(last) ?? [last])].map((word) => [...before, imageOf(word)]);
  });
}

/** `"FROM"`; kinds of tokens, such as `<IDENTIFIER>`, have no quotes. */
function imageOf(word: string): string {
  return /^<[A-Z_]+>$/.test(word) ? word : `"${word}"`;
}
