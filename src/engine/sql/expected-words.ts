import { words } from './reserved.ts';

/** What Flink lists where an expression, a type or a query was expected. The parser notes one image for each of these lists. */

export const TYPE_WORDS: readonly string[] = [
  ...words(`
  ARRAY BIGINT BINARY BOOLEAN BYTES CHAR CHARACTER DATE DEC DECIMAL DOUBLE FLOAT INT INTEGER MAP MULTISET
  NUMERIC RAW REAL ROW SMALLINT STRING STRUCTURED TIME TIMESTAMP TIMESTAMP_LTZ TINYINT VARBINARY VARCHAR
  VARIANT
`),
];

/** A choice of the 600 words that can begin an expression, in Flink's order. */
const OPERAND_WORDS = words(`
  ARRAY CASE CAST CEIL CURRENT_DATE CURRENT_TIMESTAMP DATE EXISTS EXTRACT FALSE FLOOR INTERVAL JSON_VALUE
  LOCALTIMESTAMP MAP NOT NULL POSITION ROW SUBSTRING TIME TIMESTAMP TRIM TRUE TRY_CAST UNKNOWN ( + - ?
`);

const OPERAND_TOKENS = words(`
  <UNSIGNED_INTEGER_LITERAL> <DECIMAL_NUMERIC_LITERAL> <APPROX_NUMERIC_LITERAL> <BINARY_STRING_LITERAL>
  <QUOTED_STRING> <BACK_QUOTED_IDENTIFIER> <IDENTIFIER>
`);

const quoted = (list: Iterable<string>): string[] => [...list].map((word) => `"${word}"`);

const LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['<OPERAND>', [...quoted(OPERAND_WORDS), ...OPERAND_TOKENS]],
  ['<QUERY>', quoted(words('SELECT TABLE VALUE VALUES WITH'))],
  ['<TYPE>', quoted(TYPE_WORDS)],
]);

/** The sequences of tokens that the parser looked for, with a list's words in its place. */
export function listed(tried: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return tried.flatMap((sequence) => {
    const list = LISTS.get(sequence.at(-1) ?? '');
    return list ? list.map((image) => [...sequence.slice(0, -1), image]) : [sequence];
  });
}
