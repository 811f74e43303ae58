import type { Span } from '../base/span.ts';

/**
 * Text to tokens, by the rules of Flink's lexer (Calcite's with backticks for names). Everything the lexer cannot read
 * becomes a token too (`error`), so that a mistake is reported where the parser meets it and never before an earlier one.
 */

export type TokenKind =
  /** A name or a keyword: which of them is the parser's business. */
  | 'word'
  /** `` `name` `` */
  | 'quoted-name'
  | 'number'
  /** `'text'` */
  | 'string'
  /** `U&'text'`: the value still has its escapes, since UESCAPE may follow. */
  | 'unicode-string'
  /** `_UTF8'text'` and `N'text'`. */
  | 'prefixed-string'
  /** `E'text'`, escapes resolved. */
  | 'escaped-string'
  /** `X'0AFF'`: the value is what stands between the quotes. */
  | 'binary'
  /** Operators and punctuation, `/*+` and the two characters that close a comment among them. */
  | 'symbol'
  | 'comment'
  | 'error'
  | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The text as written. */
  readonly text: string;
  /** Upper case for words; the meaning of quoted names and strings; otherwise the text. */
  readonly value: string;
  /** What Flink says about a token of kind `error`. */
  readonly complaint?: LexicalComplaint;
}

/** The parts of `Lexical error at …  Encountered: … , after : …`. */
export interface LexicalComplaint {
  /** Where the lexer stood, which is behind the token's start when a part of it was read already. */
  readonly offset: number;
  /** The character there; null for the end of the text. */
  readonly encountered: string | null;
  readonly after: string;
}

/** Longest first, so that the first that fits is the right one. */
const LONG_SYMBOLS = ['/*+', '..', '<=', '>=', '<>', '!=', '=>', '||', '*/'] as const;
/** What a symbol of more than one character can begin with. */
const LONG_SYMBOL_STARTS = '/.<>!=|*';
const SINGLE_SYMBOLS = '(){}[];.,=<>?:+-*/%|^$"\'';

const NAME_START = /[\p{L}\p{Nl}_$]/u;
const NAME_PART = /[\p{L}\p{Nl}\p{Nd}_$]/u;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /'(?:[^']|'')*'/y;
const QUOTED_NAME = /`(?:[^`\n\r]|``)+`/y;
/** What stands before a string's quote, and which kind of string it makes by its first letter. */
const STRING_PREFIX = /(?:[xne]|u&|_[a-z][a-z0-9_:.-]*)(?=')/iy;
const PREFIXED_KINDS: Readonly<Record<string, TokenKind>> = {
  x: 'binary',
  X: 'binary',
  n: 'prefixed-string',
  N: 'prefixed-string',
  _: 'prefixed-string',
  e: 'escaped-string',
  E: 'escaped-string',
  u: 'unicode-string',
  U: 'unicode-string',
};
const LINE_COMMENT = /(?:--|\/\/)[^\n\r]*/y;

/**
 * The tokens of `text` in order, comments included and spaces left out, closed by one of kind `end`.
 * Never throws; every character that is no space lies in exactly one token.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    const token = tokenAt(text, at);
    tokens.push(token);
    if (token.kind === 'end') return tokens;
    at = token.end;
  }
}

/**
 * The tokens of `text` from an offset on, read when they are asked for and without comments. A script is read statement by
 * statement, so that a mistake in one of them (a string that is never closed) cannot reach the others.
 */
export class TokenSource {
  readonly text: string;
  private readonly tokens: Token[] = [];
  private offset: number;

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = offset;
  }

  /** The token at `index`; behind the last one, that one again, which is of kind `end`. */
  at(index: number): Token {
    while (index >= this.tokens.length) {
      const last = this.tokens.at(-1);
      if (last?.kind === 'end') return last;
      const token = tokenAt(this.text, this.offset);
      this.offset = token.end;
      if (token.kind !== 'comment') this.tokens.push(token);
    }
    return this.tokens[index] as Token;
  }
}

/** The first token at or behind `offset`. */
function tokenAt(text: string, offset: number): Token {
  const at = skipSpace(text, offset);
  if (at < text.length) return readToken(text, at);
  return plain('end', '', text.length);
}

/** Spaces, tabs, line ends and form feeds. */
function skipSpace(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12) return at;
  }
}

function readToken(text: string, at: number): Token {
  const char = text.charAt(at);
  const next = text.charAt(at + 1);
  if (isDigit(char) || (char === '.' && isDigit(next))) return plain('number', matchAt(NUMBER, text, at), at);
  if ((char === '-' && next === '-') || (char === '/' && next === '/'))
    return plain('comment', matchAt(LINE_COMMENT, text, at), at);
  if (char === '/' && next === '*' && text.charAt(at + 2) !== '+') return readBlockComment(text, at);
  if (char === "'") return readString(text, at, at, 'string');
  if (char === '`') return readQuotedName(text, at);
  const prefixed = readPrefixedString(text, at, char);
  if (prefixed) return prefixed;
  if (startsName(text, at, char)) return readWord(text, at);
  return readSymbol(text, at, char);
}

/** A `$` begins a name only with more of it behind; alone it is a symbol of patterns. */
function startsName(text: string, at: number, char: string): boolean {
  if (char === '$') return NAME_PART.test(codePointAt(text, at + 1));
  const code = text.charCodeAt(at);
  return code < 128 ? isAsciiNamePart(code) && !isDigit(char) : NAME_START.test(codePointAt(text, at));
}

/** `X'…'`, `N'…'`, `E'…'`, `U&'…'`, `_charset'…'`; null when this is none of them. */
function readPrefixedString(text: string, at: number, char: string): Token | null {
  const kind = PREFIXED_KINDS[char];
  const prefix = kind ? matchAt(STRING_PREFIX, text, at) : '';
  return kind && prefix ? readString(text, at, at + prefix.length, kind) : null;
}

/** A string from its prefix at `start` and its quote at `quote`. Unclosed, the prefix is a word and the quote a symbol, as in Flink's lexer. */
function readString(text: string, start: number, quote: number, kind: TokenKind): Token {
  const body = matchAt(STRING, text, quote);
  if (body === '') return quote === start ? plain('symbol', "'", start) : readWord(text, start);
  const inner = body.slice(1, -1).replaceAll("''", "'");
  const end = quote + body.length;
  return {
    kind,
    start,
    end,
    text: text.slice(start, end),
    value: kind === 'escaped-string' ? unescapeC(inner) : inner,
  };
}

function readQuotedName(text: string, at: number): Token {
  const name = matchAt(QUOTED_NAME, text, at);
  if (name !== '')
    return { ...plain('quoted-name', name, at), value: name.slice(1, -1).replaceAll('``', '`') };
  const empty = text.startsWith('``', at);
  const lineEnd = text.slice(at).search(/[\n\r]/);
  const stop = empty ? at + 2 : lineEnd < 0 ? text.length : at + lineEnd;
  return failed(text, at, stop);
}

function readBlockComment(text: string, at: number): Token {
  const close = text.indexOf('*/', at + 2);
  if (close >= 0) return plain('comment', text.slice(at, close + 2), at);
  const { length } = text;
  const complaint = { offset: length, encountered: null, after: '' };
  return { ...plain('error', text.slice(at), at), value: '', complaint };
}

function readWord(text: string, at: number): Token {
  let end = at;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (isAsciiNamePart(code)) {
      end++;
      continue;
    }
    if (code < 128) break;
    const codePoint = codePointAt(text, end);
    if (!NAME_PART.test(codePoint)) break;
    end += codePoint.length;
  }
  const word = text.slice(at, end);
  return { kind: 'word', start: at, end, text: word, value: word.toUpperCase() };
}

function readSymbol(text: string, at: number, char: string): Token {
  if (LONG_SYMBOL_STARTS.includes(char)) {
    for (const symbol of LONG_SYMBOLS) if (text.startsWith(symbol, at)) return plain('symbol', symbol, at);
  }
  if (SINGLE_SYMBOLS.includes(char)) return plain('symbol', char, at);
  // The lexer has read the `!` of a `!=` when it finds that no `=` follows.
  return failed(text, at, char === '!' ? at + 1 : at);
}

/** The token for what the lexer began to read at `start` and gave up at `stop`. */
function failed(text: string, start: number, stop: number): Token {
  const encountered = stop < text.length ? codePointAt(text, stop) : null;
  const end = Math.max(stop, start + codePointAt(text, start).length);
  const complaint = { offset: stop, encountered, after: text.slice(start, stop) };
  return { ...plain('error', text.slice(start, end), start), value: '', complaint };
}

function plain(kind: TokenKind, text: string, start: number): Token {
  return { kind, start, end: start + text.length, text, value: text };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function codePointAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

/** Letters, digits, `_` and `$` of ASCII, the bulk of all words. */
function isAsciiNamePart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36
  );
}

const C_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Resolves the escapes of `E'…'` as PostgreSQL defines them: `\n`, `\101`, `\x41`, `\u0041`, `\U00000041`. */
function unescapeC(text: string): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
    (whole, octal, hex, u4, u8, char) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const code = Number.parseInt(hex ?? u4 ?? u8 ?? '', 16);
      if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return C_ESCAPES[char] ?? char;
    },
  );
}
