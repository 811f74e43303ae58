import type { Span } from '../base/span.ts';
import { type Token, tokenize } from '../sql/lexer.ts';
import type { ScriptParts } from './script-parts.ts';

/** A place in a script as the tokens around it, which may be unfinished there. */
export interface Cursor {
  readonly script: string;
  readonly offset: number;
  /** Where the statement around the place begins. */
  readonly start: number;
  /** The tokens of the statement without its comments; spans count from the script's start. */
  readonly tokens: readonly Token[];
  /** How many of them lie before the word at the place. */
  readonly index: number;
  /** The word at the place: what of it is before the place, and all of it. */
  readonly prefix: string;
  readonly word: Span;
  readonly inside: 'code' | 'string' | 'backticks' | 'comment';
}

/** Looks at a place. What is before it is read as if the script ended there, so that an open quote hides nothing. */
export function cursorAt({ script, parts }: ScriptParts, offset: number): Cursor {
  const around = parts.findLast(({ start }) => start <= offset);
  const partEnd = around ? around.start + around.part.text.length : 0;
  const isBehind = !around || (offset > partEnd && tokenize(script.slice(partEnd, offset)).some(isSemicolon));
  const start = isBehind ? offset : around.start;
  const end = isBehind ? offset : Math.max(partEnd, offset);
  const from = isBehind ? lastSemicolon(script, partEnd, offset) : start;

  const seen = tokensOf(script, from, offset);
  const open = seen.find(isOpenQuote);
  const last = seen.at(-1);
  const before = seen.filter(isCode);
  const at = (index: number, inside: Cursor['inside'], word: Span, prefix: string): Cursor => {
    const behind = tokensOf(script, Math.max(offset, word.end), end).filter(isCode);
    const own = word.end > word.start && inside === 'code' ? tokensOf(script, word.start, word.end) : [];
    return {
      script,
      offset,
      start,
      tokens: [...before.slice(0, index), ...own, ...behind],
      index,
      prefix,
      word,
      inside,
    };
  };
  if (last && isOpenComment(last, script, offset))
    return at(before.length, 'comment', { start: offset, end: offset }, '');
  if (open?.value === "'") {
    const word = { start: open.end, end: closing(script, offset, "'") };
    return at(before.indexOf(open), 'string', word, script.slice(open.end, offset));
  }
  if (open) {
    const close = closing(script, offset, '`');
    const word = { start: open.start, end: script[close] === '`' ? close + 1 : offset };
    return at(before.indexOf(open), 'backticks', word, script.slice(open.start + 1, offset));
  }
  const isWord = last?.kind === 'word' && last.end === offset;
  const wordStart = isWord ? last.start : offset;
  const wordEnd = offset + (/^[\p{L}\p{Nd}_$]*/u.exec(script.slice(offset, offset + 200))?.[0].length ?? 0);
  return at(
    before.length - (isWord ? 1 : 0),
    'code',
    { start: wordStart, end: wordEnd },
    script.slice(wordStart, offset),
  );
}

/** The tokens between two places, placed in the script, the closing `end` left out. */
function tokensOf(script: string, from: number, to: number): Token[] {
  return tokenize(script.slice(from, to))
    .slice(0, -1)
    .map((token) => ({ ...token, start: token.start + from, end: token.end + from }));
}

function isCode({ kind }: Token): boolean {
  return kind !== 'comment';
}

function isSemicolon({ kind, value }: Token): boolean {
  return kind === 'symbol' && value === ';';
}

function isOpenQuote({ kind, value, text }: Token): boolean {
  return (kind === 'symbol' && value === "'") || (kind === 'error' && text.startsWith('`'));
}

function isOpenComment({ kind, text, end }: Token, script: string, offset: number): boolean {
  if (kind === 'error') return text.startsWith('/*');
  return (
    kind === 'comment' &&
    !text.startsWith('/*') &&
    end === offset &&
    !/[\n\r]/.test(script[offset - 1] ?? '\n')
  );
}

/** Where the quote closes on the same line; `offset` where it does not. */
function closing(script: string, offset: number, quote: string): number {
  const line = script.slice(offset).split(/[\n\r]/, 1)[0] ?? '';
  const close = line.indexOf(quote);
  return close < 0 ? offset : offset + close;
}

function lastSemicolon(script: string, from: number, offset: number): number {
  const last = tokensOf(script, from, offset).findLast(isSemicolon);
  return last ? last.end : from;
}
