import type { Span } from '../base/span.ts';
import type { Insert, Statement } from './ast.ts';
import { clientCommandAt } from './client-command.ts';
import type { Grammar } from './grammar.ts';
import { type Token, TokenSource } from './lexer.ts';
import { expressionGrammar } from './parse-expression.ts';
import { type Failure, type Mistake, ParseFailure } from './parse-failure.ts';
import { operandGrammar } from './parse-operand.ts';
import { queryGrammar } from './parse-query.ts';
import { parseInsert, parseOneStatement } from './parse-statement.ts';
import { TokenStream } from './token-stream.ts';

/** Text in, statements and mistakes out. Nothing here throws, whatever the text; `read-sql.ts` puts the mistakes into words. */

const GRAMMAR: Grammar = { ...expressionGrammar, ...operandGrammar, ...queryGrammar };

/** Mistakes beyond these are not told any more; the statements they are in still count as broken. */
const MAX_MISTAKES = 1000;

/** One statement of a script, without its `;`. */
export interface ParsedPart {
  readonly span: Span;
  /** Null where it is broken. */
  readonly statement: Statement | null;
  readonly mistakes: readonly Mistake[];
}

/**
 * The statements of `text` from an offset at which one begins, up to the first that begins where `isKnown` says so. They are separated by
 * `;`, and after an error the next one is read behind the next `;`. `BEGIN STATEMENT SET; INSERT …; END;` becomes one `StatementSet`, as the
 * SQL client makes of it.
 */
export function parseParts(text: string, from: number, isKnown: (offset: number) => boolean): ParsedPart[] {
  return new ScriptReader(text, from).read(isKnown);
}

/** Where the parser stops reading a statement from the first of `tokens` on, and what it looked for there; null where it does not. */
export function failureIn(tokens: TokenSource): Failure | null {
  const outcome = attemptOnce(tokens, 0, parseToItsEnd, true);
  return 'failure' in outcome ? outcome.failure : null;
}

/** Parses exactly one statement, as `executeSql` does: a `;` may close it, an empty text and a second statement are mistakes. */
export function parseOne(text: string): { readonly statement: Statement } | { readonly mistake: Mistake } {
  const command = clientCommandAt(text, 0);
  if (command && isBlankOrSemicolon(text.slice(command.span.end))) return { statement: command };
  const tokens = new TokenSource(text, 0);
  const mistake = (failure: Failure) => ({ mistake: { failure, tokens, first: 0 } });
  if (tokens.at(0).kind === 'end') return mistake({ kind: 'empty' });
  const outcome = attempt(tokens, 0, parseStatementList);
  if ('failure' in outcome) return mistake(outcome.failure);
  const [statement, second] = outcome.result;
  return second ? mistake({ kind: 'several', span: second.span }) : { statement: statement as Statement };
}

/** `statement (; [statement])*` to the end of the text. */
function parseStatementList(stream: TokenStream): Statement[] {
  const statements: Statement[] = [];
  do {
    if (stream.kindAt(0) !== 'end' && (statements.length === 0 || !stream.symbolAt(0, ';')))
      statements.push(parseOneStatement(stream));
    expectEnd(stream);
  } while (stream.acceptSymbol(';'));
  if (statements.length === 1) stream.finish();
  return statements;
}

/** One statement with nothing behind it but `;` or the end. */
function parseToItsEnd(stream: TokenStream): Parsed<Statement> {
  const result = parseOneStatement(stream);
  expectEnd(stream);
  stream.finish();
  return { result, end: stream.position };
}

/** An INSERT of a statement set, or null for the END that closes it. */
function parseInsertOrEnd(stream: TokenStream): Parsed<Insert | null> {
  const result = stream.acceptWord('END') ? null : parseInsert(stream);
  expectEnd(stream);
  stream.finish();
  return { result, end: stream.position };
}

function expectEnd(stream: TokenStream): void {
  stream.note(['<EOF>']);
  if (stream.kindAt(0) !== 'end' && !stream.isSymbol(';')) stream.fail();
}

/** What was read, and the index of the token behind it. */
interface Parsed<T> {
  readonly result: T;
  readonly end: number;
}

// ---------------------------------------------------------------- scripts

/** Reads statement after statement, each from tokens of its own. */
class ScriptReader {
  private readonly text: string;
  /** Where the next statement is looked for. */
  private offset: number;
  /** Set once a search for a closing END has come to the end of the text in vain. */
  private noEndFollows = false;
  /** What is wrong with the statement that is being read. */
  private mistakes: Mistake[] = [];
  private told = 0;
  private readonly parts: ParsedPart[] = [];

  constructor(text: string, from: number) {
    this.text = text;
    this.offset = from;
  }

  read(isKnown: (offset: number) => boolean): ParsedPart[] {
    for (;;) {
      const tokens = new TokenSource(this.text, this.offset);
      const first = tokens.at(0);
      if (first.kind === 'end') return this.parts;
      if (isSemicolon(first)) this.offset = first.end;
      else if (isKnown(first.start)) return this.parts;
      else this.readStatement(tokens);
    }
  }

  private readStatement(tokens: TokenSource): void {
    const command = clientCommandAt(this.text, tokens.at(0).start);
    if (command) {
      this.add(command.span, command);
      return;
    }
    const outcome = attempt(tokens, 0, parseToItsEnd);
    if ('failure' in outcome) {
      this.recover(outcome.failure, tokens);
      return;
    }
    const { result: statement, end } = outcome.result;
    if (statement.kind === 'BeginStatementSet' && setFollows(tokens, end)) this.readStatementSet(tokens, end);
    else this.add(spanOf(tokens, end), statement);
  }

  private add(span: Span, statement: Statement | null): void {
    this.parts.push({ span, statement, mistakes: this.mistakes });
    this.mistakes = [];
    this.offset = span.end;
  }

  /** `INSERT …; INSERT …; END` behind `BEGIN STATEMENT SET`. A broken insert spoils the set, not what follows it. */
  private readStatementSet(tokens: TokenSource, begin: number): void {
    const inserts: Insert[] = [];
    let broken = false;
    let at = begin;
    for (;;) {
      while (isSemicolon(tokens.at(at))) at++;
      if (tokens.at(at).kind === 'end') break;
      const outcome = attempt(tokens, at, parseInsertOrEnd);
      if ('failure' in outcome) {
        broken = true;
        this.report(outcome.failure, tokens, at);
        at = semicolonBehind(tokens, at);
        continue;
      }
      at = outcome.result.end;
      if (outcome.result.result === null) break;
      inserts.push(outcome.result.result);
    }
    const span = spanOf(tokens, at);
    this.add(span, broken ? null : { kind: 'StatementSet', inserts, bare: true, span });
  }

  // -------------------------------------------------------------- recovery

  private report(failure: Failure, tokens: TokenSource, first: number): void {
    if (this.told++ < MAX_MISTAKES) this.mistakes.push({ failure, tokens, first });
  }

  private recover(failure: Failure, tokens: TokenSource): void {
    const cut = unclosedStringEnd(failure, tokens);
    if (cut !== null) {
      this.readCutOff(tokens.at(0).start, cut);
      return;
    }
    this.report(failure, tokens, 0);
    this.add(spanOf(tokens, this.endOfBroken(tokens)), null);
  }

  /** A statement whose string was never closed: as if the text ended at `cut`. */
  private readCutOff(start: number, cut: number): void {
    const tokens = new TokenSource(this.text.slice(0, cut), start);
    const outcome = attempt(tokens, 0, parseToItsEnd);
    if ('failure' in outcome) this.report(outcome.failure, tokens, 0);
    this.add({ start, end: cut }, 'failure' in outcome ? null : outcome.result.result);
  }

  /** The index behind a statement that failed: its `;`, or behind its END where it has statements within. */
  private endOfBroken(tokens: TokenSource): number {
    if (!this.noEndFollows && hasStatementsWithin(tokens)) {
      let at = 0;
      while (tokens.at(at).kind !== 'end') {
        at++;
        if (tokens.at(at - 1).value === 'END' && (isSemicolon(tokens.at(at)) || tokens.at(at).kind === 'end'))
          return at;
      }
      this.noEndFollows = true;
    }
    return semicolonBehind(tokens, 0);
  }
}

/** Whether inserts or END follow the `;` at `index`, behind `BEGIN STATEMENT SET`. */
function setFollows(tokens: TokenSource, index: number): boolean {
  const next = tokens.at(index + 1);
  return (
    isSemicolon(tokens.at(index)) && next.kind === 'word' && ['INSERT', 'UPSERT', 'END'].includes(next.value)
  );
}

/** `EXECUTE STATEMENT SET BEGIN …` and the same behind EXPLAIN. */
function hasStatementsWithin(tokens: TokenSource): boolean {
  return (
    ['EXECUTE', 'EXPLAIN'].includes(tokens.at(0).value) &&
    tokens.at(1).value === 'STATEMENT' &&
    tokens.at(2).value === 'SET'
  );
}

/**
 * Where a statement most likely ends whose string was never closed: the string swallows a `;` at the end of a line and closes at
 * the next quote, which opens another one. Null when the failure has nothing to do with such a string.
 */
function unclosedStringEnd(failure: Failure, tokens: TokenSource): number | null {
  const last = failure.kind === 'unexpected' ? failure.index + 1 : 0;
  for (let at = 0; at <= last; at++) {
    const token = tokens.at(at);
    const lineEnd = token.kind === 'string' ? token.text.search(/;[ \t]*\r?\n/) : -1;
    if (lineEnd >= 0) return token.start + lineEnd;
  }
  return null;
}

/** The index of the next `;`, or of the end. */
function semicolonBehind(tokens: TokenSource, start: number): number {
  let at = start;
  while (tokens.at(at).kind !== 'end' && !isSemicolon(tokens.at(at))) at++;
  return at;
}

/** From the first token to the one before `end`. */
function spanOf(tokens: TokenSource, end: number): Span {
  const { start, end: firstEnd } = tokens.at(0);
  return { start, end: end > 0 ? tokens.at(end - 1).end : firstEnd };
}

// ---------------------------------------------------------------- small

/** Runs `parse` from the token at `index`. It runs without notes first; only a failure is worth a second run that takes them. */
function attempt<T>(
  tokens: TokenSource,
  index: number,
  parse: (stream: TokenStream) => T,
): { readonly result: T } | { readonly failure: Failure } {
  const outcome = attemptOnce(tokens, index, parse, false);
  return 'failure' in outcome && outcome.failure.kind === 'unexpected'
    ? attemptOnce(tokens, index, parse, true)
    : outcome;
}

function attemptOnce<T>(
  tokens: TokenSource,
  index: number,
  parse: (stream: TokenStream) => T,
  recording: boolean,
): { readonly result: T } | { readonly failure: Failure } {
  try {
    return { result: parse(new TokenStream(tokens, GRAMMAR, index, recording)) };
  } catch (error) {
    return { failure: failureOf(error, tokens.at(index)) };
  }
}

/** The depth limit keeps the machine's stack from overflowing; where a host has a smaller one, that is a limit too. */
function failureOf(error: unknown, { start, end }: Token): Failure {
  if (error instanceof ParseFailure) return error.failure;
  if (error instanceof RangeError)
    return { kind: 'limit', message: 'The statement is nested too deeply', span: { start, end } };
  throw error;
}

function isSemicolon(token: Token): boolean {
  return token.kind === 'symbol' && token.value === ';';
}

function isBlankOrSemicolon(text: string): boolean {
  return /^\s*;?\s*$/.test(text);
}
