import type { Expression, FrameBound, SortItem, WindowFrame, WindowSpec } from './ast.ts';
import { parseExpression, parseExpressions, parseList } from './grammar.ts';
import { takeIdentifier } from './parse-name.ts';
import type { TokenStream } from './token-stream.ts';

/** ORDER BY, and the windows of OVER and WINDOW. */

/** `ORDER BY a DESC, b`. */
export function parseOrderBy(tokens: TokenStream): SortItem[] {
  tokens.expectWords('ORDER', 'BY');
  return parseList(tokens, () => parseSortItem(tokens));
}

export function parseSortItem(tokens: TokenStream): SortItem {
  const { start } = tokens;
  const expression = parseExpression(tokens);
  const descending = tokens.acceptOneOf(['ASC', 'DESC']) === 'DESC';
  const nulls = tokens.acceptWord('NULLS') ? tokens.expectOneOf(['FIRST', 'LAST']) : null;
  return { expression, descending, nulls, span: tokens.spanFrom(start) };
}

/** `(w PARTITION BY … ORDER BY … ROWS …)`. */
export function parseWindowSpec(tokens: TokenStream): WindowSpec {
  const { start } = tokens;
  tokens.expectSymbol('(');
  const base = tokens.isName() ? takeIdentifier(tokens) : null;
  let partitionBy: Expression[] = [];
  if (tokens.acceptWord('PARTITION')) {
    tokens.expectWord('BY');
    partitionBy = parseExpressions(tokens, 'no-queries');
  }
  const orderBy = tokens.isWord('ORDER') ? parseOrderBy(tokens) : [];
  const frame = parseFrame(tokens);
  tokens.expectSymbol(')');
  return { base, partitionBy, orderBy, frame, span: tokens.spanFrom(start) };
}

function parseFrame(tokens: TokenStream): WindowFrame | null {
  const { start } = tokens;
  const unit = tokens.acceptOneOf(['ROWS', 'RANGE']);
  if (unit === null) return null;
  if (!tokens.acceptWord('BETWEEN'))
    return { unit, lower: parseBound(tokens), upper: null, span: tokens.spanFrom(start) };
  const lower = parseBound(tokens);
  tokens.expectWord('AND');
  const upper = parseBound(tokens);
  return { unit, lower, upper, span: tokens.spanFrom(start) };
}

function parseBound(tokens: TokenStream): FrameBound {
  const { start } = tokens;
  if (tokens.acceptWords('CURRENT', 'ROW'))
    return { type: 'CURRENT ROW', offset: null, span: tokens.spanFrom(start) };
  const unbounded = (['PRECEDING', 'FOLLOWING'] as const).find((side) => tokens.areWords('UNBOUNDED', side));
  if (unbounded !== undefined) {
    tokens.expectWords('UNBOUNDED', unbounded);
    return { type: `UNBOUNDED ${unbounded}`, offset: null, span: tokens.spanFrom(start) };
  }
  const offset = parseExpression(tokens, 'no-queries');
  const type = tokens.expectOneOf(['PRECEDING', 'FOLLOWING']);
  return { type, offset, span: tokens.spanFrom(start) };
}
