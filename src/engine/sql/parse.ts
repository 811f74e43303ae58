import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { Insert, Statement } from './ast.ts';
import { clientCommandAt } from './client-command.ts';
import { type Token, tokenize } from './lexer.ts';
import { parseInsert, parseOneStatement } from './parse-statement.ts';
import { diagnosticOf, emptyStatement, type Failure, ParseFailure, severalStatements, tooLong } from './syntax-error.ts';
import { TokenStream } from './token-stream.ts';

/** The door of the SQL front end: text in, statements and diagnostics out. Nothing here throws, whatever the text. */

/** Longer texts are not read at all. */
const MAX_LENGTH = 1_000_000;
/** How often a script is read anew behind a string that was never closed; beyond that, what follows is taken as it comes. */
const MAX_RECOVERIES = 20;

export interface ParsedScript {
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
  /** The text of every statement without its `;`, broken ones too, in order. */
  readonly parts: readonly { readonly span: Span; readonly statement: Statement | null }[];
}

/**
 * Parses a script of statements separated by `;`. After an error it goes on behind the next `;`.
 * `BEGIN STATEMENT SET; INSERT …; END;` becomes one `StatementSet`, as the SQL client makes of it.
 */
export function parseScript(text: string): ParsedScript {
  if (text.length > MAX_LENGTH) return { statements: [], diagnostics: [tooLong(MAX_LENGTH, wholeOf(text))], parts: [] };
  return new ScriptReader(text).read();
}

/**
 * Parses exactly one statement, as `executeSql` does: a `;` may close it, an empty text and a second statement are errors.
 * The diagnostic carries Flink's chain of messages; lines and columns count from the start of `text`.
 */
export function parseStatement(text: string): { readonly statement: Statement } | { readonly diagnostic: Diagnostic } {
  if (text.length > MAX_LENGTH) return { diagnostic: tooLong(MAX_LENGTH, wholeOf(text)) };
  const command = clientCommandAt(text, 0);
  if (command && isBlankOrSemicolon(text.slice(command.span.end))) return { statement: command };
  const tokens = significant(tokenize(text));
  const first = tokens[0] as Token;
  if (first.kind === 'end') return { diagnostic: emptyStatement(text) };
  const outcome = attempt(text, tokens, 0, parseStatementList);
  if ('failure' in outcome) return { diagnostic: diagnosticOf(outcome.failure, { text, tokens, first: 0 }) };
  const [statement, second] = outcome.result;
  if (second) return { diagnostic: severalStatements(second.span) };
  return { statement: statement as Statement };
}

/** `statement (; [statement])*` to the end of the text. */
function parseStatementList(stream: TokenStream): Statement[] {
  const statements: Statement[] = [];
  do {
    if (stream.kindAt(0) !== 'end' && (statements.length === 0 || !stream.symbolAt(0, ';'))) statements.push(parseOneStatement(stream));
    expectEnd(stream);
  } while (stream.acceptSymbol(';'));
  if (statements.length === 1) stream.finish();
  return statements;
}

/** One statement with nothing behind it but `;` or the end. */
function parseToItsEnd(stream: TokenStream): Statement {
  const statement = parseOneStatement(stream);
  expectEnd(stream);
  stream.finish();
  return statement;
}

function expectEnd(stream: TokenStream): void {
  stream.note(['<EOF>']);
  if (stream.kindAt(0) !== 'end' && !stream.isSymbol(';')) stream.fail();
}

// ---------------------------------------------------------------- scripts

class ScriptReader {
  private readonly text: string;
  private tokens: readonly Token[];
  private index = 0;
  private recoveries = 0;
  private readonly statements: Statement[] = [];
  private readonly diagnostics: Diagnostic[] = [];
  private readonly parts: { span: Span; statement: Statement | null }[] = [];

  constructor(text: string) {
    this.text = text;
    this.tokens = significant(tokenize(text));
  }

  read(): ParsedScript {
    while (this.skipSemicolons()) this.readStatement();
    return { statements: this.statements, diagnostics: this.diagnostics, parts: this.parts };
  }

  /** Goes to the next statement; false at the end of the text. */
  private skipSemicolons(): boolean {
    while (isSemicolon(this.current)) this.index++;
    return this.current.kind !== 'end';
  }

  private get current(): Token {
    return this.tokens[this.index] as Token;
  }

  private readStatement(): void {
    const start = this.index;
    const command = clientCommandAt(this.text, this.current.start);
    if (command) {
      this.tokens = significant([...this.tokens.slice(0, start), ...tokenize(this.text, command.span.end)]);
      this.add(command.span, command);
      return;
    }
    const outcome = attempt(this.text, this.tokens, start, (stream) => ({ statement: parseToItsEnd(stream), end: stream.position }));
    if ('failure' in outcome) {
      this.recover(outcome.failure, start);
      return;
    }
    const { statement, end } = outcome.result;
    this.index = end;
    if (statement.kind === 'BeginStatementSet' && this.setFollows()) this.readStatementSet(start);
    else this.add(this.spanBetween(start, end), statement);
  }

  private add(span: Span, statement: Statement | null): void {
    this.parts.push({ span, statement });
    if (statement) this.statements.push(statement);
  }

  private spanBetween(start: number, end: number): Span {
    const from = (this.tokens[start] as Token).start;
    return { start: from, end: end > start ? (this.tokens[end - 1] as Token).end : from };
  }

  // -------------------------------------------------------------- statement sets

  /** Whether inserts or END follow `BEGIN STATEMENT SET ;`. */
  private setFollows(): boolean {
    const next = this.tokens[this.index + 1];
    return isSemicolon(this.current) && next?.kind === 'word' && ['INSERT', 'UPSERT', 'END'].includes(next.value);
  }

  /** `INSERT …; INSERT …; END` behind `BEGIN STATEMENT SET`, which stands at `start`. A broken insert spoils the set, not what follows it. */
  private readStatementSet(start: number): void {
    const inserts: Insert[] = [];
    let broken = false;
    this.index++;
    while (this.skipSemicolons()) {
      const at = this.index;
      const outcome = attempt(this.text, this.tokens, at, readInsertOrEnd);
      if ('failure' in outcome) {
        broken = true;
        this.report(outcome.failure, at);
        this.index = this.semicolonBehind(at);
      } else {
        this.index = outcome.result.end;
        if (outcome.result.insert === null) break;
        inserts.push(outcome.result.insert);
      }
    }
    const span = this.spanBetween(start, this.index);
    this.add(span, broken ? null : { kind: 'StatementSet', inserts, bare: true, span });
  }

  // -------------------------------------------------------------- recovery

  private report(failure: Failure, first: number): void {
    this.diagnostics.push(diagnosticOf(failure, { text: this.text, tokens: this.tokens, first }));
  }

  private recover(failure: Failure, start: number): void {
    const cut = this.unclosedStringEnd(failure, start);
    if (cut !== null && this.recoveries++ < MAX_RECOVERIES) {
      this.recoverFromString(start, cut);
      return;
    }
    this.report(failure, start);
    const end = this.closesWithEnd(start) ? this.endBehind(start) : this.semicolonBehind(start);
    this.add(this.spanBetween(start, end), null);
    this.index = end;
  }

  /** The statement alone, cut off at `cut`, gives the message; the script is read anew from there. */
  private recoverFromString(start: number, cut: number): void {
    const from = (this.tokens[start] as Token).start;
    const text = this.text.slice(0, cut);
    const tokens = significant([...this.tokens.slice(0, start), ...tokenize(text, from)]);
    const outcome = attempt(text, tokens, start, parseToItsEnd);
    const statement = 'failure' in outcome ? null : outcome.result;
    if ('failure' in outcome) this.diagnostics.push(diagnosticOf(outcome.failure, { text, tokens, first: start }));
    this.add({ start: from, end: cut }, statement);
    this.tokens = significant([...this.tokens.slice(0, start), ...tokenize(this.text, cut)]);
    this.index = start;
  }

  /**
   * Where a statement most likely ends whose string was never closed: the string swallows a `;` at the end of a line and closes at
   * the next quote, which opens another one. Null when the failure has nothing to do with such a string.
   */
  private unclosedStringEnd(failure: Failure, start: number): number | null {
    const last = failure.kind === 'unexpected' ? failure.index + 1 : start;
    for (let at = start; at <= last && at < this.tokens.length; at++) {
      const token = this.tokens[at] as Token;
      const lineEnd = token.kind === 'string' ? token.text.search(/;[ \t]*\r?\n/) : -1;
      if (lineEnd >= 0) return token.start + lineEnd;
    }
    return null;
  }

  /** Whether the statement at `start` has statements of its own, up to an END. */
  private closesWithEnd(start: number): boolean {
    const word = (ahead: number) => this.tokens[start + ahead]?.value;
    const set = word(0) === 'EXECUTE' || word(0) === 'EXPLAIN' ? 1 : -1;
    return set > 0 && word(set) === 'STATEMENT' && word(set + 1) === 'SET';
  }

  private endBehind(start: number): number {
    for (let at = start; at < this.tokens.length; at++) {
      const next = this.tokens[at + 1];
      if (this.tokens[at]?.value === 'END' && (!next || next.kind === 'end' || isSemicolon(next))) return at + 1;
    }
    return this.semicolonBehind(start);
  }

  /** The index of the next `;`, or of the end. */
  private semicolonBehind(start: number): number {
    let at = start;
    while (at < this.tokens.length - 1 && !isSemicolon(this.tokens[at] as Token)) at++;
    return at;
  }
}

function readInsertOrEnd(stream: TokenStream): { readonly insert: Insert | null; readonly end: number } {
  const insert = stream.acceptWord('END') ? null : parseInsert(stream);
  expectEnd(stream);
  stream.finish();
  return { insert, end: stream.position };
}

// ---------------------------------------------------------------- small

/** Runs `parse` from the token at `index`. It runs without notes first; only a failure is worth a second run that takes them. */
function attempt<T>(text: string, tokens: readonly Token[], index: number, parse: (stream: TokenStream) => T): { readonly result: T } | { readonly failure: Failure } {
  for (const recording of [false, true]) {
    try {
      return { result: parse(new TokenStream(text, tokens, index, recording)) };
    } catch (error) {
      const failure = failureOf(error, tokens[index] as Token);
      if (recording || failure.kind !== 'unexpected') return { failure };
    }
  }
  throw new Error('unreachable');
}

/** The depth limit keeps the machine's stack from overflowing; where a host has a smaller one, that is a limit too. */
function failureOf(error: unknown, { start, end }: Token): Failure {
  if (error instanceof ParseFailure) return error.failure;
  if (error instanceof RangeError) return { kind: 'limit', message: 'The statement is nested too deeply', span: { start, end } };
  throw error;
}

function significant(tokens: readonly Token[]): Token[] {
  return tokens.filter((token) => token.kind !== 'comment');
}

function isSemicolon(token: Token): boolean {
  return token.kind === 'symbol' && token.value === ';';
}

function isBlankOrSemicolon(text: string): boolean {
  return /^\s*;?\s*$/.test(text);
}

function wholeOf(text: string): Span {
  return { start: 0, end: text.length };
}
