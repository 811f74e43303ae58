import type { Span } from '../base/span.ts';
import type { Token } from '../sql/lexer.ts';
import { RESERVED_WORDS } from '../sql/reserved.ts';

/** Small questions about a row of tokens, none of which needs a tree: the text may be unfinished. */

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.value);
}

export function isSymbol(token: Token | undefined, ...symbols: readonly string[]): boolean {
  return token?.kind === 'symbol' && symbols.includes(token.value);
}

/** Whether a token can be a name. */
export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'quoted-name' || (token?.kind === 'word' && !RESERVED_WORDS.has(token.value));
}

/** The name a token stands for: as written, without backticks. */
export function nameOf(token: Token): string {
  return token.kind === 'quoted-name' ? token.value : token.text;
}

/** The index of the `)` that closes the `(` at `open`; the number of tokens where none does. */
export function closingIndex(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (isSymbol(tokens[at], '(')) depth++;
    else if (isSymbol(tokens[at], ')') && --depth === 0) return at;
  }
  return tokens.length;
}

/** The indexes of the `(` that are open before the token at `index`, the outermost first. */
export function openBefore(tokens: readonly Token[], index: number): number[] {
  const open: number[] = [];
  for (let at = 0; at < index; at++) {
    if (isSymbol(tokens[at], '(')) open.push(at);
    else if (isSymbol(tokens[at], ')')) open.pop();
  }
  return open;
}

/** The indexes from `from` to `to` that lie in no parentheses within that range; a parenthesis that is never closed hides nothing. */
export function* level(tokens: readonly Token[], from: number, to: number): Generator<number> {
  for (let at = from; at < to; at++) {
    yield at;
    const close = isSymbol(tokens[at], '(') ? closingIndex(tokens, at) : at;
    if (close < tokens.length) at = close;
  }
}

/** What is between two tokens in the script, both included. */
export function spanOfTokens(tokens: readonly Token[], first: number, last: number): Span {
  return { start: tokens[first]?.start ?? 0, end: tokens[last]?.end ?? tokens[first]?.end ?? 0 };
}

/** A name of one or more parts with dots between, beginning at `at`. */
export function nameAt(
  tokens: readonly Token[],
  at: number,
): { readonly parts: readonly Token[]; readonly end: number } | null {
  const first = tokens[at];
  if (!isName(first)) return null;
  const parts = [first];
  let end = at + 1;
  for (;;) {
    const next = tokens[end + 1];
    if (!isSymbol(tokens[end], '.') || !isName(next)) return { parts, end };
    parts.push(next);
    end += 2;
  }
}
