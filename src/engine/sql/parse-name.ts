import type { Identifier, Name, Option } from './ast.ts';
import type { TokenKind } from './lexer.ts';
import type { TokenStream } from './token-stream.ts';

/** Names, lists of names, strings and options: the small pieces every statement is made of. */

/** A name of one part. Reserved words need backticks. */
export function parseIdentifier(tokens: TokenStream): Identifier {
  if (!tokens.isName()) tokens.fail();
  return takeIdentifier(tokens);
}

/** Takes the current token as a name, which the caller has made sure it is. */
export function takeIdentifier(tokens: TokenStream): Identifier {
  const token = tokens.take();
  const quoted = token.kind === 'quoted-name';
  return { name: quoted ? token.value : token.text, quoted, span: { start: token.start, end: token.end } };
}

/** `a`, `a.b`, `cat.db.t`. */
export function parseName(tokens: TokenStream): Name {
  const { start } = tokens;
  const parts = [parseIdentifier(tokens)];
  while (atDotAndName(tokens)) {
    tokens.take();
    parts.push(takeIdentifier(tokens));
  }
  return { parts, span: tokens.spanFrom(start) };
}

/** Whether `.name` follows; a dot with something else behind it stays where it is, and is complained about. */
export function atDotAndName(tokens: TokenStream): boolean {
  if (!tokens.isSymbol('.')) return false;
  if (tokens.nameAt(1)) return true;
  tokens.noteAhead(1, ['<IDENTIFIER>']);
  return false;
}

/** `(a, b)`. */
export function parseIdentifierList(tokens: TokenStream): Identifier[] {
  return tokens.parenthesised(() => parseIdentifier(tokens));
}

/** `a` or `(a, b)`. */
export function parseIdentifierOrList(tokens: TokenStream): Identifier[] {
  if (tokens.isName()) return [takeIdentifier(tokens)];
  return parseIdentifierList(tokens);
}

/** `'text'`, where the grammar takes no other kind of string. */
export function parseQuotedString(tokens: TokenStream): string {
  if (!tokens.isKind('string', '<QUOTED_STRING>')) tokens.fail();
  return tokens.take().value;
}

/** `COMMENT 'text'`, or null where it is left out. */
export function parseComment(tokens: TokenStream): string | null {
  return tokens.acceptWord('COMMENT') ? parseQuotedString(tokens) : null;
}

export function acceptIfExists(tokens: TokenStream): boolean {
  return tokens.acceptWords('IF', 'EXISTS');
}

/** Without its EXISTS, IF is a name to Flink and the NOT behind it what it complains of. */
export function acceptIfNotExists(tokens: TokenStream): boolean {
  if (tokens.acceptWords('IF', 'NOT', 'EXISTS')) return true;
  if (!(tokens.wordAt(0, 'IF') && tokens.wordAt(1, 'NOT'))) return false;
  tokens.take();
  tokens.noteAhead(1, ['EXISTS']);
  return tokens.fail();
}

/** A whole number without sign, as in `DECIMAL(10, 2)`. */
export function parseUnsignedInteger(tokens: TokenStream): number {
  tokens.note(['<UNSIGNED_INTEGER_LITERAL>']);
  const token = tokens.peek();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) tokens.fail();
  tokens.take();
  return Number(token.text);
}

/** `('k' = 'v', …)`, or `()`. */
export function parseOptions(tokens: TokenStream): Option[] {
  tokens.expectSymbol('(');
  if (tokens.acceptSymbol(')')) return [];
  const options = tokens.list(() => parseOption(tokens));
  tokens.expectSymbol(')');
  return options;
}

/** `WITH ('k' = 'v', …)`; empty where it is left out. */
export function parseWithOptions(tokens: TokenStream): Option[] {
  return tokens.acceptWord('WITH') ? parseOptions(tokens) : [];
}

function parseOption(tokens: TokenStream): Option {
  const { start } = tokens;
  const { text: key, span: keySpan } = parseStringWithSpan(tokens);
  tokens.expectSymbol('=');
  const { text: value, span: valueSpan } = parseStringWithSpan(tokens);
  return { key, value, keySpan, valueSpan, span: tokens.spanFrom(start) };
}

function parseStringWithSpan(tokens: TokenStream): Pick<Option, 'span'> & { readonly text: string } {
  const { start } = tokens;
  const text = parseStringText(tokens);
  return { text, span: tokens.spanFrom(start) };
}

/** Any kind of string literal, where only its text counts; further strings continue it. */
export function parseStringText(tokens: TokenStream): string {
  tokens.note(['<STRING>']);
  if (!isStringKind(tokens.kindAt(0))) tokens.fail();
  let { value } = tokens.take();
  while (tokens.isKind('string', '<QUOTED_STRING>')) value += tokens.take().value;
  return value;
}

export function isStringKind(kind: TokenKind): boolean {
  return (
    kind === 'string' ||
    kind === 'prefixed-string' ||
    kind === 'unicode-string' ||
    kind === 'escaped-string' ||
    kind === 'binary'
  );
}

/** `AS a` or `a` behind a table. */
export function acceptAlias(tokens: TokenStream): Identifier | null {
  if (tokens.acceptWord('AS')) return parseIdentifier(tokens);
  return tokens.isName() ? takeIdentifier(tokens) : null;
}
