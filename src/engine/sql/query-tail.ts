import type { Span } from '../base/span.ts';
import type { TokenStream } from './token-stream.ts';

/** What follows a query and no expression, and what is said where one stands for the other. */

export const SET_WORDS = ['UNION', 'INTERSECT', 'EXCEPT', 'MINUS'] as const;
export const TAIL_WORDS = ['ORDER', 'LIMIT', 'OFFSET', 'FETCH'] as const;
const QUERY_TAIL_WORDS = [...SET_WORDS, ...TAIL_WORDS] as const;

/** Whether something follows that only a query has behind it: a set operation, ORDER BY, LIMIT. */
export function atQueryTail(tokens: TokenStream): boolean {
  return tokens.whichWord(QUERY_TAIL_WORDS) !== null;
}

/** Ends the parse at an expression, which may begin with a misspelt word, where Flink wants a query. */
export function complainOfExpression(tokens: TokenStream, span: Span, word = ''): never {
  return tokens.complain('query-expected', span, word);
}
