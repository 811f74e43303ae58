import type { Span } from '../base/span.ts';
import type { Call, Expression, IntervalLiteral, IntervalQualifier, Literal, TimeUnit } from './ast.ts';
import { operatorCall } from './call.ts';
import { parseExpression } from './grammar.ts';
import { parseName, parseQuotedString, parseUnsignedInteger } from './parse-name.ts';
import { words } from './reserved.ts';
import type { TokenStream } from './token-stream.ts';

/** Numbers, strings, dates and times, intervals. */

/** Character sets Java knows under the names people write; others are refused as Flink refuses them. */
const CHARACTER_SETS: ReadonlySet<string> = words(`
  UTF8 UTF-8 UTF16 UTF-16 UTF-16BE UTF-16LE UTF32 UTF-32 LATIN1 ISO-8859-1 ISO8859_1 ASCII US-ASCII GBK BIG5
`);

/** A number without sign: what LIMIT and the quantifiers of a pattern take. */
export function parseUnsignedNumber(tokens: TokenStream): Literal {
  tokens.note(['<NUMBER>']);
  if (tokens.kindAt(0) !== 'number') tokens.fail();
  return takeNumber(tokens);
}

/** A number, with a sign where one is written: `LAST(A.x, 1)`. */
export function parseNumericLiteral(tokens: TokenStream): Expression {
  const { start } = tokens;
  const sign = ['-', '+'].find((each) => tokens.isSymbol(each));
  if (sign === undefined) return parseUnsignedNumber(tokens);
  tokens.take();
  const nameSpan = tokens.spanFrom(start);
  const number = parseUnsignedNumber(tokens);
  return operatorCall(sign, nameSpan, [number], 'prefix', tokens.spanFrom(start));
}

export function takeNumber(tokens: TokenStream): Literal {
  const { start, end, text } = tokens.take();
  return { kind: 'Literal', type: 'number', value: text, span: { start, end } };
}

/**
 * A string of any kind, with what may follow it: further strings on the next lines, which continue it, and UESCAPE.
 * The current token is one of a string.
 */
export function parseStringLiteral(tokens: TokenStream): Literal {
  const first = tokens.take();
  const value = first.value + continuation(tokens);
  if (first.kind === 'binary') return binaryLiteral(tokens, value, first);
  if (first.kind === 'unicode-string') return unicodeLiteral(tokens, value, first);
  if (first.kind === 'string' && tokens.isWord('UESCAPE') && tokens.kindAt(1) === 'string')
    refuseEscape(tokens);
  const literal = { kind: 'Literal', type: 'string', value, span: tokens.spanFrom(first.start) } as const;
  if (first.kind !== 'prefixed-string' || !first.text.startsWith('_')) return literal;
  const charset = first.text.slice(1, first.text.indexOf("'"));
  checkCharset(tokens, charset, first);
  return { ...literal, charset };
}

/** The strings that go on with the one before. */
function continuation(tokens: TokenStream): string {
  let value = '';
  while (tokens.isKind('string', '<QUOTED_STRING>')) {
    const part = tokens.take();
    checkContinuation(tokens, part.start);
    value += part.value;
  }
  return value;
}

function binaryLiteral(tokens: TokenStream, digits: string, { start, end }: Span): Literal {
  checkHex(tokens, digits, { start, end });
  return { kind: 'Literal', type: 'binary', value: digits.toUpperCase(), span: tokens.spanFrom(start) };
}

function unicodeLiteral(tokens: TokenStream, text: string, { start }: Span): Literal {
  const escape = tokens.acceptWord('UESCAPE') ? parseEscapeCharacter(tokens) : '\\';
  const span = tokens.spanFrom(start);
  return { kind: 'Literal', type: 'string', value: resolveUnicode(tokens, text, escape, span), span };
}

function refuseEscape(tokens: TokenStream): never {
  const { start, end } = tokens.take();
  return tokens.complain('escape-without-unicode', { start, end });
}

function parseEscapeCharacter(tokens: TokenStream): string {
  const { start } = tokens;
  const escape = parseQuotedString(tokens);
  if (escape.length === 1) return escape;
  return tokens.complain('bad-escape-character', tokens.spanFrom(start), escape);
}

/** `'a' 'b'` is one string only with a line break between the two. */
function checkContinuation(tokens: TokenStream, start: number): void {
  const before = tokens.previous(2)?.end ?? start;
  if (/[\n\r]/.test(tokens.text.slice(before, start))) return;
  const span = { start: tokens.previous(2)?.start ?? start, end: tokens.previous()?.end ?? start };
  tokens.complainLater('string-continued-on-same-line', span);
}

function checkHex(tokens: TokenStream, digits: string, span: Span): void {
  if (!/^[0-9a-fA-F]*$/.test(digits)) {
    tokens.complain('bad-binary-literal', span);
  }
  if (digits.length % 2 === 0) return;
  tokens.complainLater('odd-binary-literal', span);
}

function checkCharset(tokens: TokenStream, charset: string, span: Span): void {
  if (CHARACTER_SETS.has(charset.toUpperCase())) return;
  tokens.complain('unknown-character-set', span, charset);
}

/** `\\00E9`: four hex digits behind the escape character; two escape characters stand for one. */
function resolveUnicode(tokens: TokenStream, text: string, escape: string, span: Span): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) !== escape) {
      result += text.charAt(at);
    } else if (text.charAt(at + 1) === escape) {
      result += escape;
      at++;
    } else {
      const digits = text.slice(at + 1, at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
        tokens.complain('bad-unicode-escape', span, String(at));
      }
      result += String.fromCharCode(Number.parseInt(digits, 16));
      at += 4;
    }
  }
  return result;
}

/** `DATE '…'`, `TIME '…'`, `TIMESTAMP '…'`, `TIMESTAMP WITH LOCAL TIME ZONE '…'`; the caller has seen that one stands here. */
export function parseDateTimeLiteral(tokens: TokenStream): Literal {
  const { start, value: word } = tokens.take();
  const local = word === 'TIMESTAMP' && tokens.acceptWord('WITH');
  if (local) tokens.expectWords('LOCAL', 'TIME', 'ZONE');
  const value = parseQuotedString(tokens);
  const type = local ? 'timestamp_ltz' : word === 'DATE' ? 'date' : word === 'TIME' ? 'time' : 'timestamp';
  return { kind: 'Literal', type, value, span: tokens.spanFrom(start) };
}

// ---------------------------------------------------------------- intervals

const YEAR_TO: readonly TimeUnit[] = ['MONTH'];
const DAY_TO: readonly TimeUnit[] = ['HOUR', 'MINUTE', 'SECOND'];
/** The units an interval can begin with, and those it can go on to. */
const INTERVAL_UNITS: ReadonlyMap<string, readonly TimeUnit[]> = new Map<string, readonly TimeUnit[]>([
  ['YEAR', YEAR_TO],
  ['QUARTER', []],
  ['MONTH', []],
  ['WEEK', []],
  ['DAY', DAY_TO],
  ['HOUR', ['MINUTE', 'SECOND']],
  ['MINUTE', ['SECOND']],
  ['SECOND', []],
]);

/** `INTERVAL '5' SECOND`, `INTERVAL 5 SECOND`, `INTERVAL (a + 1) DAY`; the caller has seen the first two tokens. */
export function parseInterval(tokens: TokenStream): IntervalLiteral | Call {
  const { start } = tokens;
  const nameSpan = spanOf(tokens.take());
  const negative = tokens.acceptSymbol('-');
  if (!negative) tokens.acceptSymbol('+');
  const quoted = tokens.isKind('string', '<QUOTED_STRING>');
  if (quoted || tokens.kindAt(0) === 'number') {
    const { value } = tokens.take();
    const qualifier = parseIntervalQualifier(tokens, quoted);
    return { kind: 'IntervalLiteral', value, quoted, negative, qualifier, span: tokens.spanFrom(start) };
  }
  const operand = parseIntervalOperand(tokens);
  const qualifier = parseIntervalQualifier(tokens, false);
  const args = negative ? [operatorCall('-', nameSpan, [operand], 'prefix', operand.span)] : [operand];
  return {
    ...operatorCall('INTERVAL', nameSpan, args, 'special', tokens.spanFrom(start)),
    keywords: [qualifierText(qualifier)],
  };
}

function parseIntervalOperand(tokens: TokenStream): Expression {
  tokens.note(['<NUMBER>']);
  if (tokens.acceptSymbol('(')) {
    const operand = parseExpression(tokens);
    tokens.expectSymbol(')');
    return operand;
  }
  const { parts, span } = parseName(tokens);
  return { kind: 'ColumnRef', parts, span };
}

/** `DAY`, `DAY(3)`, `DAY TO SECOND(3)`, plurals included. `range` tells whether a second unit may follow. */
export function parseIntervalQualifier(tokens: TokenStream, range = true): IntervalQualifier {
  const { start } = tokens;
  const from = parseIntervalUnit(tokens);
  const precision = tokens.acceptSymbol('(') ? parseUnsignedInteger(tokens) : null;
  let fraction: number | null = null;
  if (precision !== null) {
    if (from === 'SECOND' && tokens.acceptSymbol(',')) fraction = parseUnsignedInteger(tokens);
    tokens.expectSymbol(')');
  }
  const to = range ? acceptIntervalEnd(tokens, INTERVAL_UNITS.get(from) ?? []) : null;
  if (to === 'SECOND' && tokens.acceptSymbol('(')) {
    fraction = parseUnsignedInteger(tokens);
    tokens.expectSymbol(')');
  }
  return { from, to, precision, fraction, span: tokens.spanFrom(start) };
}

/** Whether the qualifier of an interval stands `ahead` places on. */
export function isIntervalUnit(tokens: TokenStream, ahead: number): boolean {
  const token = tokens.peek(ahead);
  return token.kind === 'word' && INTERVAL_UNITS.has(singular(token.value));
}

export function noteIntervalUnits(tokens: TokenStream): void {
  tokens.note(['<INTERVAL_UNIT>']);
}

function parseIntervalUnit(tokens: TokenStream): TimeUnit {
  tokens.note(['<INTERVAL_UNIT>']);
  if (!isIntervalUnit(tokens, 0)) tokens.fail();
  return singular(tokens.take().value) as TimeUnit;
}

/** `TO` and a unit that may follow the first one; anything else behind TO is left alone. */
function acceptIntervalEnd(tokens: TokenStream, allowed: readonly TimeUnit[]): TimeUnit | null {
  if (allowed.length === 0 || !tokens.isWord('TO')) return null;
  const next = tokens.peek(1);
  const unit = allowed.find((each) => next.kind === 'word' && singular(next.value) === each);
  if (unit === undefined) {
    tokens.noteAhead(1, allowed);
    return null;
  }
  tokens.takeAll(2);
  return unit;
}

function singular(word: string): string {
  return word.endsWith('S') ? word.slice(0, -1) : word;
}

/** The qualifier as it is written: `DAY(3) TO SECOND(6)`. */
export function qualifierText({ from, to, precision, fraction }: IntervalQualifier): string {
  if (from === 'SECOND' && precision !== null)
    return fraction === null ? `SECOND(${precision})` : `SECOND(${precision}, ${fraction})`;
  const first = precision === null ? from : `${from}(${precision})`;
  if (to === null) return first;
  return fraction === null ? `${first} TO ${to}` : `${first} TO ${to}(${fraction})`;
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}
