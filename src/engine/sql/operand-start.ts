import { CONTEXT_VARIABLES, RESERVED_FUNCTIONS, RESERVED_WORDS, words } from './reserved.ts';
import type { TokenStream } from './token-stream.ts';

/**
 * What an expression can begin with. Flink's parser looks one or two tokens behind an operator before it takes it for one;
 * what it finds decides which tokens its message names.
 */

/** Functions with a syntax of their own, all with `(` behind their name. */
export const SPECIAL_FUNCTIONS: ReadonlySet<string> = words(`
  CAST SAFE_CAST TRY_CAST EXTRACT POSITION CONVERT TRANSLATE OVERLAY FLOOR CEIL CEILING SUBSTRING TRIM
  CONTAINS_SUBSTR DATE_TRUNC DATETIME_TRUNC TIMESTAMP_DIFF TIMESTAMP_TRUNC TIME_DIFF TIME_TRUNC CLASSIFIER
  MATCH_NUMBER PREV NEXT PERIOD JSON_EXISTS JSON_VALUE JSON_QUERY JSON_OBJECT JSON_OBJECTAGG JSON_ARRAY
  JSON_ARRAYAGG
`);
const LITERAL_WORDS: ReadonlySet<string> = words('TRUE FALSE UNKNOWN NULL');
const PREFIX_WORDS: ReadonlySet<string> = words('NOT EXISTS UNIQUE');
const QUERY_WORDS: ReadonlySet<string> = words('SELECT VALUES VALUE WITH TABLE');
/** Reserved words that begin an operand whatever follows, as far as Flink's look-ahead can tell. */
const OPEN_WORDS: ReadonlySet<string> = words(`
  CASE CURRENT CURSOR NEW RUNNING SPECIFIC ARRAY_CONCAT_AGG GROUP_CONCAT STRING_AGG
`);

/** Whether a query (SELECT, VALUES, WITH, TABLE t) begins `ahead` places on, parentheses not counted. */
export function queryAt(tokens: TokenStream, ahead: number): boolean {
  const token = tokens.peek(ahead);
  return token.kind === 'word' && QUERY_WORDS.has(token.value);
}

/**
 * Whether an operand, with signs and NOT before it, can begin `ahead` places on, as far as `depth` tokens tell:
 * `- FROM` fits to a depth of one and not of two.
 */
export function operandAt(tokens: TokenStream, ahead: number, depth: 1 | 2): boolean {
  const { kind, value } = tokens.peek(ahead);
  const deeper = depth === 2;
  if (kind === 'word') {
    if (PREFIX_WORDS.has(value)) return !deeper || operandAt(tokens, ahead + 1, 1);
    return wordBeginsOperand(value) && (!deeper || secondFits(tokens, value, ahead + 1));
  }
  if (kind !== 'symbol') return kind !== 'end';
  if (value === '+' || value === '-') return !deeper || operandAt(tokens, ahead + 1, 1);
  if (value === '(') return !deeper || operandAt(tokens, ahead + 1, 1) || queryAt(tokens, ahead + 1);
  return value === '?' || isEscape(tokens, ahead);
}

/** Whether an escape of JDBC begins `ahead` places on: `{` and one of its words. */
export function isEscape(tokens: TokenStream, ahead: number): boolean {
  return tokens.symbolAt(ahead, '{') && /^(?:d|t|ts|fn)$/i.test(tokens.peek(ahead + 1).text);
}

function wordBeginsOperand(word: string): boolean {
  if (!RESERVED_WORDS.has(word)) return true;
  if (LITERAL_WORDS.has(word) || CONTEXT_VARIABLES.has(word) || RESERVED_FUNCTIONS.has(word)) return true;
  if (SPECIAL_FUNCTIONS.has(word) || OPEN_WORDS.has(word)) return true;
  return [
    'INTERVAL',
    'DATE',
    'TIME',
    'TIMESTAMP',
    'DATETIME',
    'ARRAY',
    'MULTISET',
    'ROW',
    'DECIMAL',
  ].includes(word);
}

/** Whether the token `ahead` can stand behind `word` at the beginning of an operand. */
export function secondFits(tokens: TokenStream, word: string, ahead: number): boolean {
  switch (word) {
    case 'INTERVAL':
      return (
        ['string', 'number'].includes(tokens.kindAt(ahead)) ||
        ['+', '-', '('].some((symbol) => tokens.symbolAt(ahead, symbol)) ||
        tokens.nameAt(ahead)
      );
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
      return tokens.kindAt(ahead) === 'string' || tokens.symbolAt(ahead, '(');
    case 'TIMESTAMP':
      return tokens.kindAt(ahead) === 'string' || tokens.symbolAt(ahead, '(') || tokens.wordAt(ahead, 'WITH');
    case 'DECIMAL':
      return tokens.kindAt(ahead) === 'string';
    case 'ARRAY':
    case 'MULTISET':
      return tokens.symbolAt(ahead, '[') || tokens.symbolAt(ahead, '(');
    case 'ROW':
      return tokens.symbolAt(ahead, '(');
    case 'CURRENT':
      return tokens.wordAt(ahead, 'VALUE');
    case 'NEXT':
      return tokens.symbolAt(ahead, '(') || tokens.wordAt(ahead, 'VALUE');
    case 'RUNNING':
      return (
        tokens.nameAt(ahead) ||
        (tokens.kindAt(ahead) === 'word' && RESERVED_FUNCTIONS.has(tokens.peek(ahead).value))
      );
    default:
      return !SPECIAL_FUNCTIONS.has(word) || tokens.symbolAt(ahead, '(');
  }
}
