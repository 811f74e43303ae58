import type { Token } from '../sql/lexer.ts';
import { closingIndex, isName, isSymbol, isWord, level } from './token-tools.ts';

/** A token or comment, and what was before it. */
export interface Piece {
  readonly token: Token;
  /** Line ends before it. */
  readonly lines: number;
  readonly isApart: boolean;
}

const WIDTH = 100;
const INDENT = 2;
const JOIN_WORDS = ['NATURAL', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'JOIN'];
/** Words that begin a line of a query. */
const CLAUSE_WORDS =
  'SELECT FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH UNION EXCEPT INTERSECT MINUS VALUES WITH INSERT BEGIN'.split(
    ' ',
  );
const CONDITION_WORDS = ['WHERE', 'HAVING', 'QUALIFY', ...JOIN_WORDS];
/** Clauses whose parts may have a line each. */
const LIST_WORDS = ['SELECT', 'GROUP', 'ORDER', 'VALUES', 'MEASURES', 'DEFINE', ...CONDITION_WORDS];
/** Words that begin a line of MATCH_RECOGNIZE. */
const MATCH_WORDS = ['PARTITION', 'ORDER', 'MEASURES', 'ONE', 'ALL', 'AFTER', 'PATTERN', 'SUBSET', 'DEFINE'];
const NESTED_TYPES = ['ARRAY', 'MAP', 'ROW', 'MULTISET', 'STRUCTURED'];
const QUERY_STARTS = ['SELECT', 'WITH', 'VALUES'];
/** Words with a space before the `(` behind them. */
const SPACED_WORDS = new Set(
  'IN AS OVER WITH VALUES ON AND OR NOT WHERE BY USING KEY SETS FROM JOIN SELECT WHEN THEN ELSE CASE PATTERN MEASURES DEFINE LIKE BETWEEN GROUP EXCEPT UNION INTERSECT ALL'.split(
    ' ',
  ),
);
const SPACED_SYMBOLS = ['=', '<>', '!=', '<=', '>=', '||', '=>', '/*+', '*/'];

/** Prints one statement. */
export class BlockPrinter {
  readonly #pieces: readonly Piece[];
  readonly #tokens: readonly Token[];
  #out = '';
  #isLineOver = true;
  #indent = 0;
  /** More spaces before a token than one. */
  readonly #padding = new Map<number, number>();

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.#tokens = pieces.map(({ token }) => token);
  }

  print(): string {
    this.#query(0, this.#pieces.length, 0);
    return this.#out;
  }

  // -------------------------------------------------------------- layout

  /** A range in which clauses begin lines: a statement, a query in parentheses. */
  #query(from: number, to: number, indent: number): void {
    this.#clauses(from, to, indent, (at) => this.#beginsClause(at, from));
  }

  #clauses(from: number, to: number, indent: number, begins: (at: number) => boolean): void {
    const starts = [...level(this.#tokens, from, to)].filter((at) => at > from && begins(at));
    for (const [i, start] of [from, ...starts].entries()) {
      if (i > 0) this.#newLine(indent);
      this.#clause(start, starts[i] ?? to, indent);
    }
  }

  #clause(from: number, to: number, indent: number): void {
    if (this.#isFlat(from, to) && this.#width(from, to) + indent <= WIDTH) {
      this.#run(from, to, indent);
      return;
    }
    const items = this.#items(from, to);
    const isList =
      isWord(this.#tokens[from], ...LIST_WORDS) &&
      items.length > 0 &&
      this.#widthOutside(from, to) + indent > WIDTH;
    if (!isList) {
      this.#run(from, to, indent);
      return;
    }
    const head = this.#headEnd(from, to);
    this.#run(from, head, indent);
    const isCondition = isWord(this.#tokens[from], ...CONDITION_WORDS);
    for (const [i, [start, end]] of items.entries()) {
      if (i > 0 || !isCondition) this.#newLine(indent + INDENT);
      this.#run(start, end, i === 0 && isCondition ? indent : indent + INDENT);
    }
  }

  /** Tokens one behind the other; what is in parentheses gets lines of its own where it is a query or the body of a table. */
  #run(from: number, to: number, indent: number): void {
    this.#indent = indent;
    for (let at = from; at < to; at++) {
      this.#write(at);
      const close = isSymbol(this.#tokens[at], '(') ? closingIndex(this.#tokens, at) : to;
      if (close >= to || !this.#isBroken(at, close)) continue;
      this.#newLine(indent + INDENT);
      if (this.#isQuery(at)) this.#query(at + 1, close, indent + INDENT);
      else if (this.#isMatch(at))
        this.#clauses(at + 1, close, indent + INDENT, (each) => this.#beginsMatchClause(each));
      else this.#body(at + 1, close, indent + INDENT);
      this.#newLine(indent);
      this.#indent = indent;
      this.#write(close);
      at = close;
    }
  }

  /** Columns or options, one a line; the types of columns stand below each other. */
  #body(from: number, to: number, indent: number): void {
    const items = this.#elements(from, to);
    const columns = items.filter(([start, end]) => this.#isColumn(start, end));
    const nameWidth = Math.max(0, ...columns.map(([start]) => this.#tokens[start]?.text.length ?? 0));
    for (const [start] of columns)
      this.#padding.set(start + 1, Math.max(0, nameWidth - (this.#tokens[start]?.text.length ?? 0)));
    for (const [i, [start, end]] of items.entries()) {
      if (i > 0) this.#newLine(indent);
      this.#run(start, end, indent);
    }
  }

  /** The parts between the commas of a table's body; a comment behind a comma belongs to the part before it. */
  #elements(from: number, to: number): (readonly [number, number])[] {
    const items: (readonly [number, number])[] = [];
    let start = from;
    let nested = 0;
    for (const at of level(this.#tokens, from, to)) {
      if (isSymbol(this.#tokens[at], '<') && isWord(this.#tokens[at - 1], ...NESTED_TYPES)) nested++;
      else if (isSymbol(this.#tokens[at], '>') && nested > 0) nested--;
      if (!isSymbol(this.#tokens[at], ',') || nested > 0) continue;
      let end = at + 1;
      while (end < to && this.#tokens[end]?.kind === 'comment' && this.#pieces[end]?.lines === 0) end++;
      items.push([start, end]);
      start = end;
    }
    return start < to ? [...items, [start, to]] : items;
  }

  #isColumn(start: number, end: number): boolean {
    const [name, type] = [this.#tokens[start], this.#tokens[start + 1]];
    return isName(name) && !isWord(name, 'CONSTRAINT') && end > start + 1 && type?.kind === 'word';
  }

  // -------------------------------------------------------------- questions

  #beginsClause(at: number, from: number): boolean {
    const tokens = this.#tokens;
    const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
    if (isWord(token, ...JOIN_WORDS))
      return (
        (isWord(token, 'JOIN') || !isSymbol(next, '(')) &&
        !isWord(before, ...JOIN_WORDS, 'OUTER') &&
        isJoin(tokens, at)
      );
    if (!isWord(token, ...CLAUSE_WORDS) || isSymbol(before, '.')) return false;
    switch (token?.value) {
      case 'FROM':
        return !(isWord(before, 'DISTINCT') && isWord(tokens[at - 2], 'IS', 'NOT'));
      case 'GROUP':
      case 'ORDER':
        return isWord(next, 'BY') && !isWord(before, 'WITHIN');
      case 'WITH':
        return at === from + 1 || isWord(before, 'AS', 'BEGIN') || isWord(tokens[from], 'INSERT', 'EXPLAIN');
      case 'INSERT':
        return !isWord(before, 'INSTEAD');
      case 'BEGIN':
        return isWord(before, 'SET');
      case 'OFFSET':
      case 'WINDOW':
      case 'VALUES':
        return !isSymbol(before, '=');
      default:
        return !isWord(before, 'EXCLUDING', 'INCLUDING', 'OVERWRITING');
    }
  }

  #isQuery(open: number): boolean {
    let first = open + 1;
    while (this.#tokens[first]?.kind === 'comment') first++;
    return isWord(this.#tokens[first], ...QUERY_STARTS);
  }

  #isMatch(open: number): boolean {
    return isWord(this.#tokens[open - 1], 'MATCH_RECOGNIZE');
  }

  #beginsMatchClause(at: number): boolean {
    const [before, token, next] = [this.#tokens[at - 1], this.#tokens[at], this.#tokens[at + 1]];
    if (isWord(token, 'ONE', 'ALL')) return isWord(next, 'ROW', 'ROWS');
    return isWord(token, ...MATCH_WORDS) && !isSymbol(before, '.', ',');
  }

  /** Whether what is in these parentheses gets lines of its own. */
  #isBroken(open: number, close: number): boolean {
    if (this.#isQuery(open) || this.#isMatch(open)) return true;
    if (close === open + 1) return false;
    const isTable =
      isWord(this.#tokens[0], 'CREATE') && !isWord(this.#tokens[open - 1], 'AS') && this.#isTopLevel(open);
    if (!isTable) return false;
    if (!isWord(this.#tokens[open - 1], 'WITH')) return this.#isElements(open);
    // One or two options stay on a line.
    const inner = this.#tokens.slice(open + 1, close);
    const commas = inner.filter((token) => isSymbol(token, ',')).length;
    return (
      commas > 1 || this.#width(open, close) > WIDTH - 10 || inner.some(({ kind }) => kind === 'comment')
    );
  }

  #isTopLevel(open: number): boolean {
    return [...level(this.#tokens, 0, open + 1)].includes(open);
  }

  #isElements(open: number): boolean {
    const before = this.#tokens.slice(0, open);
    return (
      before.some((token) => isWord(token, 'TABLE')) &&
      !before.some((token) => isWord(token, 'WITH', 'AS', 'PARTITIONED', 'DISTRIBUTED', 'LIKE', 'VIEW'))
    );
  }

  /** Whether a range has neither comments nor parentheses that get lines of their own. */
  #isFlat(from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      if (this.#tokens[at]?.kind === 'comment') return false;
      const close = isSymbol(this.#tokens[at], '(') ? closingIndex(this.#tokens, at) : to;
      if (close < to && this.#isBroken(at, close)) return false;
    }
    return true;
  }

  #width(from: number, to: number): number {
    let width = 0;
    for (let at = from; at < to; at++) {
      const token = this.#tokens[at];
      width += (token?.text.length ?? 0) + (at > from && this.#hasSpace(at) ? 1 : 0);
    }
    return width;
  }

  /** The width without what gets lines of its own; comments make a range as wide as can be. */
  #widthOutside(from: number, to: number): number {
    let width = 0;
    for (const at of level(this.#tokens, from, to)) {
      if (this.#tokens[at]?.kind === 'comment' && at < to - 1) return WIDTH + 1;
      const close = isSymbol(this.#tokens[at], '(') ? closingIndex(this.#tokens, at) : at;
      width +=
        close < to && close > at && this.#isBroken(at, close)
          ? 2
          : this.#width(at, Math.min(close + 1, to)) + 1;
    }
    return width;
  }

  /** Behind `SELECT DISTINCT`, `GROUP BY`, or the first word. */
  #headEnd(from: number, to: number): number {
    const isCondition = isWord(this.#tokens[from], ...CONDITION_WORDS);
    if (isCondition) return from;
    let head = from + 1;
    while (head < to && isWord(this.#tokens[head], 'BY', 'DISTINCT', 'ALL')) head++;
    return head;
  }

  /** The parts of a clause that may have a line each: between commas, or before AND and OR. */
  #items(from: number, to: number): (readonly [number, number])[] {
    const tokens = this.#tokens;
    const isCondition = isWord(tokens[from], ...CONDITION_WORDS);
    const cuts: number[] = [];
    let isBetween = false;
    for (const at of level(tokens, this.#headEnd(from, to), to)) {
      if (isWord(tokens[at], 'BETWEEN')) isBetween = true;
      if (!isCondition && isSymbol(tokens[at], ',')) {
        let end = at + 1;
        while (tokens[end]?.kind === 'comment' && this.#pieces[end]?.lines === 0 && end < to) end++;
        cuts.push(end);
      } else if (isCondition && isWord(tokens[at], 'AND', 'OR')) {
        if (!isBetween) cuts.push(at);
        isBetween = false;
      }
    }
    const bounds = [this.#headEnd(from, to), ...cuts, to];
    return bounds
      .slice(0, -1)
      .map((start, i) => [start, bounds[i + 1] ?? to] as const)
      .filter(([start, end]) => end > start);
  }

  // -------------------------------------------------------------- writing

  #newLine(indent: number): void {
    this.#out = `${this.#out.trimEnd()}\n${' '.repeat(indent)}`;
    this.#isLineOver = true;
    this.#indent = indent;
  }

  #write(at: number): void {
    const piece = this.#pieces[at];
    if (!piece) return;
    const { token } = piece;
    const isComment = token.kind === 'comment';
    const isOwnLine = isComment && piece.lines > 0;
    if (isOwnLine && !this.#isLineOver) this.#newLine(this.#indent);
    if (!this.#isLineOver && this.#hasSpace(at)) this.#out += ' '.repeat(1 + (this.#padding.get(at) ?? 0));
    this.#out += isComment ? token.text.trimEnd() : token.text;
    this.#isLineOver = false;
    const next = this.#pieces[at + 1];
    const endsLine = isComment && (!token.text.startsWith('/*') || (next?.lines ?? 0) > 0);
    if (endsLine && next) this.#newLine(this.#indent);
  }

  #hasSpace(at: number): boolean {
    const [before, token] = [this.#tokens[at - 1], this.#tokens[at]];
    if (!before || !token) return false;
    if (token.kind === 'comment' || before.kind === 'comment') return true;
    if (isSymbol(token, ',', ';', ')', ']', '.') || isSymbol(before, '(', '[', '.'))
      return isSymbol(before, '*/') || isTight(before, token);
    if (
      isSymbol(before, ',') ||
      SPACED_SYMBOLS.some((symbol) => isSymbol(before, symbol) || isSymbol(token, symbol))
    )
      return true;
    if (isSymbol(token, '(') && before.kind === 'word' && SPACED_WORDS.has(before.value)) return true;
    return this.#pieces[at]?.isApart ?? true;
  }
}

/** Tokens that would become another one without a space: `1 .5`. */
function isTight(before: Token, token: Token): boolean {
  return (
    (before.kind === 'number' && isSymbol(token, '.')) || (isSymbol(before, '.') && token.kind === 'number')
  );
}

function isJoin(tokens: readonly Token[], at: number): boolean {
  let end = at;
  while (isWord(tokens[end], ...JOIN_WORDS, 'OUTER', 'SEMI', 'ANTI') && !isWord(tokens[end], 'JOIN')) end++;
  return isWord(tokens[end], 'JOIN');
}
