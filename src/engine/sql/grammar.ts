import type { Expression, Query } from './ast.ts';
import { operandAt } from './operand-start.ts';
import type { TokenStream } from './token-stream.ts';

/**
 * Expressions contain queries and queries expressions. The productions of the grammar that are needed by others further down are
 * called through here; `parse.ts` says where they are, so that no file has to import one that imports it.
 */
export interface Grammar {
  readonly expression: (tokens: TokenStream, queries: QueryOperands) => Expression;
  readonly expressionOrQuery: (tokens: TokenStream) => Expression;
  readonly operand: (tokens: TokenStream, queries: QueryOperands) => Expression;
  readonly query: (tokens: TokenStream) => Query;
  readonly queryTerm: (tokens: TokenStream) => Query;
  readonly queryTail: (tokens: TokenStream, first: Query, start: number) => Query;
}

/** Whether a query in parentheses may be an operand, as everywhere but in watermarks, window specifications, measures and the like. */
export type QueryOperands = 'queries' | 'no-queries';

/** An expression. Fails with Flink's words; never returns less than the longest expression that stands here. */
export function parseExpression(tokens: TokenStream, queries: QueryOperands = 'queries'): Expression {
  return tokens.grammar.expression(tokens, queries);
}

/** What stands first in parentheses: a query of any shape, or an expression. */
export function parseExpressionOrQuery(tokens: TokenStream): Expression {
  return tokens.grammar.expressionOrQuery(tokens);
}

/** An operand without operators: a literal, a name, a call, something in parentheses. */
export function parseOperand(tokens: TokenStream, queries: QueryOperands = 'queries'): Expression {
  return tokens.grammar.operand(tokens, queries);
}

/** A query with everything that may stand before and behind it. An expression in its place is refused as Flink does. */
export function parseQuery(tokens: TokenStream): Query {
  return tokens.grammar.query(tokens);
}

/** One operand of a set operation: SELECT, VALUES, `TABLE t`, or a query in parentheses. */
export function parseQueryTerm(tokens: TokenStream): Query {
  return tokens.grammar.queryTerm(tokens);
}

/** Set operations, ORDER BY and LIMIT behind a query that began at `start`. */
export function parseQueryTail(tokens: TokenStream, first: Query, start: number): Query {
  return tokens.grammar.queryTail(tokens, first, start);
}

/** One or more expressions, separated by commas. */
export function parseExpressions(tokens: TokenStream, queries: QueryOperands = 'queries'): Expression[] {
  return parseList(tokens, () => parseExpression(tokens, queries));
}

/** A list whose commas count only with an item behind them: Flink looks one token further before it goes on. */
export function parseList<T>(
  tokens: TokenStream,
  item: () => T,
  follows = (stream: TokenStream) => operandAt(stream, 1, 1),
): T[] {
  const items = [item()];
  while (tokens.isSymbol(',')) {
    if (!follows(tokens)) {
      tokens.noteAhead(1, ['<OPERAND>']);
      return items;
    }
    tokens.take();
    items.push(item());
  }
  return items;
}

/** Ends the parse where an operand should stand and none does. */
export function failAtOperand(tokens: TokenStream): never {
  tokens.note(['<OPERAND>']);
  tokens.fail();
}
