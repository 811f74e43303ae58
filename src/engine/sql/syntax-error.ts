import type { Diagnostic, Fix } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { type Wording, wordingOf } from './complaints.ts';
import { listed } from './expected-words.ts';
import { explain } from './explain-error.ts';
import type { Token } from './lexer.ts';
import type { LineIndex } from './line-index.ts';
import { NON_RESERVED_WORDS } from './non-reserved.ts';
import type { Complaint, Mistake } from './parse-failure.ts';
import { RESERVED_WORDS } from './reserved.ts';

/**
 * Flink's words for what the parser refuses. The shapes are those of JavaCC (`ParseException`, `TokenMgrError`) as
 * Calcite and Flink wrap them; see `conformance` for the answers of a real Flink they were held against.
 */

/** Where a failing statement stands. */
interface FailureSite extends Omit<Mistake, 'failure'> {
  readonly lines: LineIndex;
}

/** The mistake as a value, with Flink's chain of messages, the place a person looks at and what to do. */
export function diagnosticOf({ failure, tokens, first }: Mistake, lines: LineIndex): Diagnostic {
  const site = { tokens, first, lines };
  switch (failure.kind) {
    case 'lexical':
      return lexicalError(failure.token, site);
    case 'unexpected':
      return unexpectedToken(failure.index, listed(failure.tried), site);
    case 'complaint':
      return complaintDiagnostic(failure, site);
    case 'empty':
      return emptyStatement(site);
    case 'several':
      return severalStatements(failure.span);
    case 'limit':
      return {
        severity: 'error',
        phase: 'limit',
        code: 'statement-too-deep',
        chain: [failure.message],
        span: failure.span,
      };
  }
}

/** What Flink says to a text without any token: nothing, spaces, comments. */
function emptyStatement({ tokens: { text }, lines }: FailureSite): Diagnostic {
  const place = text === '' ? { line: 0, column: 0 } : lines.placeOf(text.length - 1);
  const message = `Encountered "<EOF>" at line ${place.line}, column ${place.column}.\nWas expecting one of:\n    "ALTER" ...\n    "CREATE" ...\n    "INSERT" ...\n    "SELECT" ...\n    `;
  return {
    severity: 'error',
    phase: 'parse',
    code: 'empty-statement',
    chain: eofChain(message),
    span: { start: 0, end: text.length },
    hint: 'There is no statement here.',
  };
}

/** What Flink says when `executeSql` gets more than one statement. */
function severalStatements(span: Span): Diagnostic {
  return {
    severity: 'error',
    phase: 'parse',
    code: 'several-statements',
    chain: ['IllegalArgumentException: only single statement supported'],
    span,
    hint: 'Run one statement at a time.',
  };
}

function lexicalError(token: Token, site: FailureSite): Diagnostic {
  const complaint = token.complaint ?? { offset: token.start, encountered: null, after: '' };
  const { line, column } = site.lines.placeOf(complaint.offset);
  const encountered =
    complaint.encountered === null
      ? '<EOF> '
      : `"${escaped(complaint.encountered)}" (${complaint.encountered.charCodeAt(0)}), `;
  const message = `Lexical error at line ${line}, column ${column}.  Encountered: ${encountered}after : "${escaped(complaint.after)}"`;
  const explained = explain({ token, index: -1, tried: [], site });
  return {
    severity: 'error',
    phase: 'parse',
    code: 'lexical-error',
    chain: parserChain(message, 'TokenMgrError'),
    ...adviceOf(explained),
  };
}

/** The parts of a diagnostic that come of an explanation. */
function adviceOf({
  span,
  hint,
  fix,
}: ReturnType<typeof explain>): Pick<Diagnostic, 'span' | 'hint' | 'fixes'> {
  return fix ? { span, hint, fixes: [fix] } : { span, hint };
}

function unexpectedToken(
  index: number,
  tried: readonly (readonly string[])[],
  site: FailureSite,
): Diagnostic {
  const token = site.tokens.at(index);
  const expecting = expectingText(tried);
  const place = flinkPlace(token, site.lines);
  const nearKeyword =
    token.kind === 'word' &&
    isKeyword(token.text) &&
    tried.some((sequence) => sequence.includes('<IDENTIFIER>'));
  const head = nearKeyword
    ? `Incorrect syntax near the keyword '${token.text}' at ${place}.`
    : `Encountered "${encounteredText(index, tried, site)}" at ${place}.`;
  const message = `${head}\n${expecting}`;
  const chain = message.startsWith('Encountered "<EOF>"')
    ? eofChain(message)
    : parserChain(message, 'ParseException');
  const advice = adviceOf(explain({ token, index, tried, site }));
  return { severity: 'error', phase: 'parse', code: 'syntax-error', chain, ...advice };
}

function complaintDiagnostic(complaint: Complaint, site: FailureSite): Diagnostic {
  const { span } = complaint;
  const { code, hint, ...wording } = wordingOf(complaint.code, complaint.detail);
  return {
    severity: 'error',
    phase: 'parse',
    code,
    chain: complaintChain(wording, span, site),
    span,
    ...(hint === undefined ? {} : { hint, fixes: replacements(hint, span, site) }),
  };
}

/** `Did you mean SELECT?` is about the word at the start of the place. */
function replacements(hint: string, { start }: Span, { tokens, first }: FailureSite): readonly Fix[] {
  const text = /^Did you mean (\w+)\?$/.exec(hint)?.[1];
  if (text === undefined) return [];
  let index = first;
  while (tokens.at(index).end <= start && tokens.at(index).kind !== 'end') index++;
  const { end } = tokens.at(index);
  return [{ kind: 'replace', text, edits: [{ span: { start, end }, text }] }];
}

function complaintChain(
  { message, cause, by }: Pick<Wording, 'message' | 'cause' | 'by'>,
  span: Span,
  site: FailureSite,
): string[] {
  if (by === 'parser') return parserChain(message, cause);
  const context = `${rangeText(span, site.lines)}: ${message}`;
  const inner = [`CalciteContextException: ${context}`, `${cause}: ${message}`];
  return by === 'validator' ? [`ValidationException: SQL validation failed. ${context}`, ...inner] : inner;
}

/** `From line 1, column 3 to line 1, column 9`, or `At line 1, column 3` for a single character. */
function rangeText(span: Span, lines: LineIndex): string {
  const from = lines.placeOf(span.start);
  const to = lines.placeOf(Math.max(span.start, span.end - 1));
  if (from.line === to.line && from.column === to.column)
    return `At line ${from.line}, column ${from.column}`;
  return `From line ${from.line}, column ${from.column} to line ${to.line}, column ${to.column}`;
}

function parserChain(message: string, cause: string): string[] {
  return [
    `SqlParserException: SQL parse failed. ${message}`,
    `SqlParseException: ${message}`,
    `${cause}: ${message}`,
  ];
}

function eofChain(message: string): string[] {
  return [`SqlParserEOFException: ${message}`, `SqlParseException: ${message}`, `ParseException: ${message}`];
}

/** The end of the text stands where its last character does. */
function flinkPlace(token: Token, lines: LineIndex): string {
  const offset = token.kind === 'end' ? Math.max(0, token.end - 1) : token.start;
  const { line, column } = lines.placeOf(offset);
  return `line ${line}, column ${column}`;
}

/** The tokens as written, as many as the longest sequence that was tried, one space between two. */
function encounteredText(index: number, tried: readonly (readonly string[])[], site: FailureSite): string {
  const count = tried.reduce((longest, sequence) => Math.max(longest, sequence.length), 1);
  const images: string[] = [];
  for (let at = index; at < index + count; at++) {
    const token = site.tokens.at(at);
    if (token.kind === 'end') {
      images.push('<EOF>');
      break;
    }
    images.push(escaped(token.text));
  }
  return images.join(' ');
}

function expectingText(tried: readonly (readonly string[])[]): string {
  const lines = [
    ...new Set(
      tried.map((sequence) => `    ${sequence.join(' ')} ${sequence.at(-1) === '<EOF>' ? '' : '...'}\n`),
    ),
  ];
  return `Was expecting${lines.length > 1 ? ' one of' : ''}:\n${lines.join('')}    `;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
};

/** As JavaCC prints a token: quotes and everything beyond ASCII escaped. */
function escaped(text: string): string {
  return text.replace(
    /[\b\t\n\f\r"'\\]|[^ -~]/g,
    (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether a word as written (keywords are upper case) means something in the grammar, reserved or not. */
function isKeyword(word: string): boolean {
  return RESERVED_WORDS.has(word) || NON_RESERVED_WORDS.has(word);
}
