import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { Statement } from './ast.ts';
import { listed } from './expected-words.ts';
import { TokenSource } from './lexer.ts';
import { LineIndex } from './line-index.ts';
import { failureIn, type ParsedPart, parseOne, parseParts } from './parse.ts';
import { diagnosticOf } from './syntax-error.ts';

/** The door of the SQL front end: text in, statements and diagnostics out. Nothing here throws, whatever the text. */

/** Longer texts are not read at all. */
const MAX_LENGTH = 1_000_000;

/** One statement of a script. */
export interface ReadPart {
  readonly span: Span;
  /** Null where it is broken. */
  readonly statement: Statement | null;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadScript {
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
  /** The text of every statement without its `;`, broken ones too, in order. */
  readonly parts: readonly ReadPart[];
}

/** Parses a script of statements separated by `;`. After an error it goes on behind the next `;`. */
export function parseScript(text: string): ReadScript {
  if (text.length > MAX_LENGTH) return { statements: [], diagnostics: [tooLong(text)], parts: [] };
  const parts = parsePartsFrom(text, 0, () => false);
  return {
    statements: parts.flatMap(({ statement }) => statement ?? []),
    diagnostics: parts.flatMap(({ diagnostics }) => diagnostics),
    parts,
  };
}

/** The statements of `text` from an offset at which one begins, up to the first that begins where `isKnown` says so. */
export function parsePartsFrom(text: string, from: number, isKnown: (offset: number) => boolean): ReadPart[] {
  const parts = parseParts(text, from, isKnown);
  const lines = new LineIndex(text);
  return parts.map(({ span, statement, mistakes }: ParsedPart) => ({
    span,
    statement,
    diagnostics: mistakes.map((mistake) => diagnosticOf(mistake, lines)),
  }));
}

/**
 * Parses exactly one statement, as `executeSql` does: a `;` may close it, an empty text and a second statement are errors.
 * The diagnostic carries Flink's chain of messages; lines and columns count from the start of `text`.
 */
export function parseStatement(
  text: string,
): { readonly statement: Statement } | { readonly diagnostic: Diagnostic } {
  if (text.length > MAX_LENGTH) return { diagnostic: tooLong(text) };
  const outcome = parseOne(text);
  return 'statement' in outcome
    ? outcome
    : { diagnostic: diagnosticOf(outcome.mistake, new LineIndex(text)) };
}

/** What Flink's parser would take behind `text`, the beginning of a statement: `"FROM"`, `<IDENTIFIER>`; null if it is wrong already. */
export function expectedBehind(text: string): ReadonlySet<string> | null {
  // No statement has room for a lone double quote.
  const tokens = new TokenSource(`${text} "`, 0);
  const failure = failureIn(tokens);
  if (failure?.kind !== 'unexpected') return null;
  const { index, tried } = failure;
  // The parser may have looked at some tokens before the end, too.
  let ahead = 0;
  while (tokens.at(index + ahead).start <= text.length && tokens.at(index + ahead).kind !== 'end') ahead++;
  const seen = Array.from({ length: ahead }, (_, at) => `"${tokens.at(index + at).value}"`);
  const expected = listed(tried).flatMap((images) =>
    seen.every((image, at) => images[at] === image) ? (images[ahead] ?? []) : [],
  );
  return expected.length > 0 ? new Set(expected) : null;
}

/** What we say to a text we do not even begin to read. */
function tooLong({ length }: string): Diagnostic {
  return {
    severity: 'error',
    phase: 'limit',
    code: 'script-too-long',
    chain: [`The text is longer than ${MAX_LENGTH} characters`],
    span: { start: 0, end: length },
  };
}
