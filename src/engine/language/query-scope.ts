import type { Span } from '../base/span.ts';
import type { CatalogObject } from '../catalog/catalog.ts';
import type { ColumnInfo } from '../engine-api.ts';
import { bindQuery } from '../planner/bind/bind-query.ts';
import type { Session } from '../planner/statements/session.ts';
import type { Token } from '../sql/lexer.ts';
import { parseStatement } from '../sql/read-sql.ts';
import { printType } from '../types/print-type.ts';
import {
  closingIndex,
  isName,
  isSymbol,
  isWord,
  level,
  nameAt,
  nameOf,
  openBefore,
  spanOfTokens,
} from './token-tools.ts';

/** A table as a query sees it. */
export interface VisibleTable {
  /** The name its columns can be written behind. */
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  readonly kind: 'table' | 'view' | 'cte' | 'alias';
  /** What it is: the name of a table behind an alias, `(query)`. */
  readonly source: string;
  /** Where what it is is written: a name, a query, a function. */
  readonly place: Span;
  /** Where its name, or its alias, is written; the end of `place` where it has none. */
  readonly named: Span;
  /** The object of the catalog it is, if it is one. */
  readonly object: CatalogObject | null;
  /** The common table expression it is, if it is one. */
  readonly cte: VisibleCte | null;
}

/** A common table expression. */
export interface VisibleCte {
  readonly name: string;
  readonly named: Span;
  readonly columns: readonly ColumnInfo[];
}

export interface QueryScope {
  /** Tables of the innermost query first. */
  readonly tables: readonly VisibleTable[];
  readonly ctes: readonly VisibleCte[];
}

const SET_WORDS = ['UNION', 'EXCEPT', 'INTERSECT', 'MINUS'];
const FROM_ENDS = [
  'WHERE',
  'GROUP',
  'HAVING',
  'WINDOW',
  'QUALIFY',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FETCH',
  ...SET_WORDS,
];
const STATEMENT_STARTS = [
  'CREATE',
  'INSERT',
  'DROP',
  'ALTER',
  'EXPLAIN',
  'EXECUTE',
  'SHOW',
  'DESCRIBE',
  'SELECT',
];
/** Words behind a table that are no alias though they are not reserved. */
const NO_ALIAS = [
  'ON',
  'USING',
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'CROSS',
  'NATURAL',
  'FOR',
  'AS',
  ...FROM_ENDS,
];

/**
 * Which tables and columns can be named at a token. Found from the tokens alone, so that it works in a query that is being written;
 * only the tables in FROM must be whole, each for itself, for their columns to be known.
 */
export function scopeAt(
  script: string,
  tokens: readonly Token[],
  index: number,
  session: Session,
): QueryScope {
  return new ScopeReader(script, tokens, session).at(index);
}

class ScopeReader {
  readonly #script: string;
  readonly #tokens: readonly Token[];
  readonly #session: Session;

  constructor(script: string, tokens: readonly Token[], session: Session) {
    this.#script = script;
    this.#tokens = tokens;
    this.#session = session;
  }

  at(index: number): QueryScope {
    const tokens = this.#tokens;
    const tables: VisibleTable[] = [];
    let ctes: readonly VisibleCte[] = [];
    let withText = '';
    const opens = openBefore(tokens, index);
    for (const open of [-1, ...opens]) {
      const end = open < 0 ? tokens.length : closingIndex(tokens, open);
      const read = this.#ctes(open + 1, end, index, ctes, withText);
      ctes = read.ctes;
      withText = read.withText;
      const from = this.#fromOf(open + 1, end, index);
      if (!from) continue;
      const isOwnWorld = isWord(tokens[open - 1], 'FROM', 'JOIN', 'AS');
      const own = this.#items(from.start, from.end, ctes, withText);
      tables.unshift(...own);
      if (isOwnWorld) tables.length = own.length;
    }
    return { tables, ctes };
  }

  /** The common table expressions of a query that can be named at `index`, those of queries around it among them. */
  #ctes(start: number, end: number, index: number, outer: readonly VisibleCte[], outerText: string) {
    const tokens = this.#tokens;
    const ctes = [...outer];
    let withText = outerText;
    let at = -1;
    for (const each of level(tokens, start, Math.min(end, index)))
      if (isWord(tokens[each], 'WITH') && nameAt(tokens, each + 1)) {
        at = each + 1;
        break;
      }
    while (at >= 0 && at < end) {
      const name = tokens[at];
      if (!isName(name)) break;
      let body = at + 1;
      const columnsOpen = isSymbol(tokens[body], '(') ? body : -1;
      if (columnsOpen >= 0) body = closingIndex(tokens, columnsOpen) + 1;
      if (!isWord(tokens[body], 'AS') || !isSymbol(tokens[body + 1], '(')) break;
      const close = closingIndex(tokens, body + 1);
      if (close >= index) break;
      const text = this.#textOf(at, close);
      const isShadowing = outer.findIndex((cte) => cte.name === nameOf(name));
      if (isShadowing >= 0) ctes.splice(isShadowing, 1);
      withText = withText === '' ? text : `${withText}, ${text}`;
      ctes.push({
        name: nameOf(name),
        named: { start: name.start, end: name.end },
        columns: this.#columnsOf(withText, `SELECT * FROM ${this.#script.slice(name.start, name.end)}`),
      });
      at = isSymbol(tokens[close + 1], ',') ? close + 2 : -1;
    }
    return { ctes, withText };
  }

  /** The FROM clause of the SELECT around `index`, if the query between `start` and `end` has one. */
  #fromOf(
    start: number,
    end: number,
    index: number,
  ): { readonly start: number; readonly end: number } | null {
    const tokens = this.#tokens;
    let select = -1;
    for (const at of level(tokens, start, Math.min(end, index))) {
      if (isWord(tokens[at], 'SELECT')) select = at;
      else if (isWord(tokens[at], ...SET_WORDS)) select = -1;
    }
    if (select < 0) return null;
    let from = -1;
    for (const at of level(tokens, select + 1, end)) {
      if (from < 0 && isWord(tokens[at], 'FROM')) from = at + 1;
      else if (at >= index && isWord(tokens[at], ...STATEMENT_STARTS))
        return from < 0 ? null : { start: from, end: at };
      else if (isWord(tokens[at], ...(from < 0 ? SET_WORDS : FROM_ENDS)))
        return from < 0 ? null : { start: from, end: at };
    }
    return from < 0 ? null : { start: from, end };
  }

  #items(start: number, end: number, ctes: readonly VisibleCte[], withText: string): VisibleTable[] {
    const tokens = this.#tokens;
    const tables: VisibleTable[] = [];
    let isItem = true;
    for (const at of level(tokens, start, end)) {
      if (isItem && !isWord(tokens[at], 'LATERAL')) {
        const item = this.#item(at, end, ctes, withText);
        if (item) tables.push(item);
        isItem = false;
      } else if (isSymbol(tokens[at], ',') || isWord(tokens[at], 'JOIN')) isItem = true;
    }
    return tables;
  }

  #item(at: number, end: number, ctes: readonly VisibleCte[], withText: string): VisibleTable | null {
    const tokens = this.#tokens;
    const name = nameAt(tokens, at);
    const isCall = isSymbol(tokens[name?.end ?? at + 1], '(');
    // `(query)`, `TABLE(f(…))`, `UNNEST(…)`, `f(…)`: to its closing parenthesis.
    const open = isSymbol(tokens[at], '(') ? at : isCall ? (name?.end ?? at + 1) : -1;
    if (open < 0 && !name) return null;
    let next = open >= 0 ? closingIndex(tokens, open) + 1 : (name?.end ?? at + 1);
    const source = this.#textOf(at, next - 1);
    const sourceEnd = tokens[Math.min(next, tokens.length) - 1]?.end ?? 0;
    if (isSymbol(tokens[next], '/*+')) while (next < end && !isSymbol(tokens[next++], '*/'));
    // FOR SYSTEM_TIME AS OF o.ts
    if (isWord(tokens[next], 'FOR')) next = nameAt(tokens, next + 4)?.end ?? next + 4;
    if (isWord(tokens[next], 'AS')) next++;
    const aliasToken = next < end ? tokens[next] : undefined;
    const alias = isName(aliasToken) && !isWord(aliasToken, ...NO_ALIAS) ? aliasToken : null;

    const last = open < 0 ? name?.parts.at(-1) : undefined;
    const cte =
      last && name?.parts.length === 1 ? ctes.find((each) => each.name === nameOf(last)) : undefined;
    const object = last && name && !cte ? this.#object(name.parts.map(nameOf)) : null;
    const columns = cte
      ? cte.columns
      : object
        ? columnsOf(object)
        : open >= 0
          ? this.#columnsOf(withText, `SELECT * FROM ${source}`)
          : [];
    const label = alias ?? last;
    if (!label && columns.length === 0) return null;
    const renamed = alias && isSymbol(tokens[next + 1], '(') ? this.#names(next + 1) : [];
    return {
      name: label ? nameOf(label) : '',
      columns: columns.map((column, i) => ({ ...column, name: renamed[i] ?? column.name })),
      kind: alias ? 'alias' : cte ? 'cte' : (object?.kind ?? 'alias'),
      place: { start: tokens[at]?.start ?? 0, end: sourceEnd },
      source: source.replace(/\s+/g, ' '),
      named: label ? { start: label.start, end: label.end } : { start: sourceEnd, end: sourceEnd },
      object,
      cte: cte ?? null,
    };
  }

  #names(open: number): string[] {
    return this.#tokens
      .slice(open + 1, closingIndex(this.#tokens, open))
      .filter(isName)
      .map(nameOf);
  }

  #object(parts: readonly string[]): CatalogObject | null {
    const { catalog } = this.#session;
    return parts.length > 3 ? null : (catalog.get(catalog.qualify(parts)) ?? null);
  }

  /** The columns of a query that is whole; none where it is not. */
  #columnsOf(withText: string, query: string): ColumnInfo[] {
    const text = withText === '' ? query : `WITH ${withText} ${query}`;
    const parsed = parseStatement(text);
    if (!('statement' in parsed) || parsed.statement.kind !== 'QueryStatement') return [];
    try {
      const { fields } = bindQuery(parsed.statement.query, this.#session.binding({ text, offset: 0 }));
      return fields.map(({ name, type }) => ({ name, type: printType(type), kind: 'physical' }));
    } catch {
      return [];
    }
  }

  #textOf(first: number, last: number): string {
    const { start, end } = spanOfTokens(this.#tokens, first, Math.min(last, this.#tokens.length - 1));
    return this.#script.slice(start, end);
  }
}

/** The columns of a table or view, as Flink prints their types. */
export function columnsOf(object: CatalogObject): ColumnInfo[] {
  return object.columns.map((column) => ({
    name: column.name,
    type: printType(column.type),
    kind: 'kind' in column ? (column as { kind: ColumnInfo['kind'] }).kind : 'physical',
  }));
}
