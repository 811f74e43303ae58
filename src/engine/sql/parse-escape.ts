import type { Expression, Literal } from './ast.ts';
import { operatorCall } from './call.ts';
import { parseExpressions } from './grammar.ts';
import { parseQuotedString, takeIdentifier } from './parse-name.ts';
import type { TokenStream } from './token-stream.ts';

/** The escapes of JDBC: `{d '2024-01-01'}`, `{t '10:00:00'}`, `{ts '2024-01-01 10:00:00'}`, `{fn UCASE(s)}`. */

const LITERALS: { readonly [word: string]: Literal['type'] } = { D: 'date', T: 'time', TS: 'timestamp' };
/** Functions that JDBC names otherwise. */
const NAMES: { readonly [name: string]: string } = {
  UCASE: 'UPPER',
  LCASE: 'LOWER',
  LENGTH: 'CHAR_LENGTH',
  LOG: 'LN',
};

/** An escape; the caller has seen its first two tokens. */
export function parseEscape(tokens: TokenStream): Expression {
  const { start } = tokens.take();
  const word = tokens.take().text.toUpperCase();
  const type = LITERALS[word];
  if (type !== undefined) {
    const value = parseQuotedString(tokens);
    tokens.expectSymbol('}');
    return { kind: 'Literal', type, value, span: tokens.spanFrom(start) };
  }
  const name = takeIdentifier(tokens);
  const args = tokens.enclosed(() => (tokens.isSymbol(')') ? [] : parseExpressions(tokens)));
  tokens.expectSymbol('}');
  const upper = name.name.toUpperCase();
  return operatorCall(NAMES[upper] ?? upper, name.span, args, 'function', tokens.spanFrom(start));
}
