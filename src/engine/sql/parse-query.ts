import type { Span } from '../base/span.ts';
import type {
  Expression,
  GroupItem,
  Identifier,
  OrderedQuery,
  Query,
  RowValue,
  Select,
  SelectItem,
  Values,
  With,
} from './ast.ts';
import {
  failAtOperand,
  type Grammar,
  parseExpression,
  parseExpressionOrQuery,
  parseList,
  parseOperand,
} from './grammar.ts';
import { operandAt } from './operand-start.ts';
import { parseFrom, parseQueryInFrom } from './parse-from.ts';
import { acceptHints } from './parse-hint.ts';
import { parseUnsignedNumber } from './parse-literal.ts';
import { parseIdentifier, parseIdentifierList, parseName, takeIdentifier } from './parse-name.ts';
import { parseOrderBy, parseWindowSpec } from './parse-window.ts';
import { INFIX_PRECEDENCE } from './precedence.ts';
import { complainOfExpression, SET_WORDS, TAIL_WORDS } from './query-tail.ts';
import type { TokenStream } from './token-stream.ts';

/** Queries: SELECT and its clauses, set operations, VALUES, WITH, ORDER BY and LIMIT. */

/** As Calcite: INTERSECT binds tighter than the other two. */
const SET_PRECEDENCE = { UNION: 1, EXCEPT: 1, MINUS: 1, INTERSECT: 2 } as const;
export const queryGrammar: Pick<Grammar, 'query' | 'queryTerm' | 'queryTail'> = {
  query: parseWholeQuery,
  queryTerm: parseTerm,
  queryTail: parseTail,
};

function parseWholeQuery(tokens: TokenStream): Query {
  return tokens.nested(() => {
    const { start } = tokens;
    if (!tokens.isWord('WITH')) return parseTail(tokens, parseTerm(tokens), start);
    const withItems = parseWithItems(tokens);
    const bodyStart = tokens.start;
    const body = parseTail(tokens, parseTerm(tokens), bodyStart);
    return { kind: 'With', ...withItems, body, span: tokens.spanFrom(start) };
  });
}

function parseTail(tokens: TokenStream, first: Query, start: number): Query {
  const query = parseSetOperations(tokens, first, start, 1);
  if (tokens.whichWord(TAIL_WORDS) === null) return query;
  const orderBy = tokens.isWord('ORDER') ? parseOrderBy(tokens) : [];
  const { offset, fetch, all } = parseLimit(tokens);
  // LIMIT ALL alone says nothing.
  if (all && orderBy.length === 0 && offset === null) return query;
  return { kind: 'OrderedQuery', query, orderBy, offset, fetch, span: tokens.spanFrom(start) };
}

// ---------------------------------------------------------------- WITH

function parseWithItems(tokens: TokenStream): Pick<With, 'items' | 'recursive'> {
  tokens.expectWord('WITH');
  const recursive = tokens.acceptWord('RECURSIVE');
  const items = tokens.list(() => parseWithItem(tokens));
  return recursive ? { items, recursive } : { items };
}

function parseWithItem(tokens: TokenStream): With['items'][number] {
  const { start } = tokens;
  const name = parseIdentifier(tokens);
  const columns = tokens.isSymbol('(') ? parseIdentifierList(tokens) : [];
  tokens.expectWord('AS');
  const query = parseQueryInFrom(tokens);
  return { name, columns, query, span: tokens.spanFrom(start) };
}

// ---------------------------------------------------------------- set operations

function parseSetOperations(tokens: TokenStream, first: Query, start: number, minimum: number): Query {
  let left = first;
  for (let length = 1; ; length++) {
    tokens.checkChain(length);
    const word = tokens.whichWord(SET_WORDS);
    if (word === null || SET_PRECEDENCE[word] < minimum) return left;
    const wordSpan = tokens.takeAll(1);
    if (word === 'MINUS') refuseMinus(tokens, wordSpan);
    const all = tokens.acceptOneOf(['ALL', 'DISTINCT']) === 'ALL';
    const rightStart = tokens.start;
    const right = parseSetOperations(tokens, parseTerm(tokens), rightStart, SET_PRECEDENCE[word] + 1);
    left = { kind: 'SetOperation', operator: word, all, left, right, span: tokens.spanFrom(start) };
  }
}

function refuseMinus(tokens: TokenStream, span: Span): never {
  return tokens.complain('minus-not-allowed', span);
}

function parseTerm(tokens: TokenStream): Query {
  const { kind, value, start } = tokens.peek();
  if (kind === 'word') {
    switch (value) {
      case 'SELECT':
        return parseSelect(tokens);
      case 'VALUES':
      case 'VALUE':
        return parseValues(tokens);
      case 'TABLE':
        tokens.take();
        return { kind: 'ExplicitTable', name: parseName(tokens), span: tokens.spanFrom(start) };
    }
  }
  tokens.note(['<QUERY>']);
  if (kind === 'symbol' && value === '(') return parseQueryInParentheses(tokens);
  return refuseExpression(tokens);
}

/** `(SELECT …)` as an operand: whatever else stands in the parentheses is no query. */
function parseQueryInParentheses(tokens: TokenStream): Query {
  return tokens.nested(() => {
    const { start } = tokens.take();
    const query = parseWholeQuery(tokens);
    tokens.expectSymbol(')');
    const span = tokens.spanFrom(start);
    if (INFIX_PRECEDENCE.has(tokens.peek().value) && operandAt(tokens, 1, 1))
      complainOfExpression(tokens, span);
    return { ...query, span };
  });
}

/** Flink reads the first operand of an expression before it sees that it wanted a query. */
function refuseExpression(tokens: TokenStream): never {
  const word = tokens.peek();
  const { start } = word;
  if (operandAt(tokens, 0, 1)) {
    if (
      ['+', '-'].some((sign) => tokens.symbolAt(0, sign)) ||
      ['NOT', 'EXISTS', 'UNIQUE'].some((prefix) => tokens.wordAt(0, prefix))
    )
      tokens.take();
    else parseOperand(tokens);
    complainOfExpression(tokens, tokens.spanFrom(start), word.kind === 'word' ? word.value : '');
  }
  return failAtOperand(tokens);
}

// ---------------------------------------------------------------- SELECT

function parseSelect(tokens: TokenStream): Select {
  const { start } = tokens.take();
  const hints = acceptHints(tokens);
  const isStream = tokens.acceptWord('STREAM');
  const distinct = tokens.acceptOneOf(['DISTINCT', 'ALL']) === 'DISTINCT';
  const items = tokens.list(() => parseSelectItem(tokens));
  const clauses = tokens.acceptWord('FROM') ? parseClauses(tokens) : NO_CLAUSES;
  if (isStream) refuseStream(tokens, clauses.from);
  return { kind: 'Select', distinct, hints, items, ...clauses, span: tokens.spanFrom(start) };
}

/** No table of Flink's is one that Calcite's SELECT STREAM takes. */
function refuseStream(tokens: TokenStream, from: Select['from']): void {
  if (from?.kind === 'NamedTable')
    tokens.complainLater('select-stream', from.name.span, from.name.parts.at(-1)?.name);
}

type Clauses = Pick<Select, 'from' | 'where' | 'groupBy' | 'having' | 'windows' | 'qualify'>;
const NO_CLAUSES: Clauses = {
  from: null,
  where: null,
  groupBy: null,
  having: null,
  windows: [],
  qualify: null,
};

function parseClauses(tokens: TokenStream): Clauses {
  return {
    from: parseFrom(tokens),
    where: tokens.acceptWord('WHERE') ? parseExpression(tokens) : null,
    groupBy: tokens.acceptWord('GROUP') ? parseGroupBy(tokens) : null,
    having: tokens.acceptWord('HAVING') ? parseExpression(tokens) : null,
    windows: tokens.acceptWord('WINDOW') ? parseList(tokens, () => parseNamedWindow(tokens)) : [],
    qualify: tokens.acceptWord('QUALIFY') ? parseExpression(tokens) : null,
  };
}

function parseSelectItem(tokens: TokenStream): SelectItem {
  const { start } = tokens;
  if (tokens.acceptSymbol('*')) return parseStarAlias(tokens, start);
  const expression = parseExpression(tokens);
  const alias = acceptSelectAlias(tokens);
  return { expression, alias, span: tokens.spanFrom(start) };
}

/** The grammar lets an alias stand behind `*`; that a star has no name is found later. */
function parseStarAlias(tokens: TokenStream, start: number): SelectItem {
  const span = tokens.spanFrom(start);
  const alias = acceptSelectAlias(tokens);
  if (alias !== null) tokens.complainLater('star-with-alias', span);
  return { expression: { kind: 'Star', qualifier: [], span }, alias, span: tokens.spanFrom(start) };
}

/** `AS a` or `a`. A string is an alias to the grammar only. */
function acceptSelectAlias(tokens: TokenStream): Identifier | null {
  const explicit = tokens.acceptWord('AS');
  if (tokens.isName()) return takeIdentifier(tokens);
  if (tokens.isKind('string', '<QUOTED_STRING>')) {
    const { value, start, end } = tokens.take();
    tokens.complain('string-as-alias', { start, end }, value);
  }
  return explicit ? tokens.fail() : null;
}

// ---------------------------------------------------------------- GROUP BY

function parseGroupBy(tokens: TokenStream): GroupItem[] {
  tokens.expectWord('BY');
  tokens.acceptOneOf(['DISTINCT', 'ALL']);
  return parseList(tokens, () => parseGroupItem(tokens), groupItemAt);
}

/** Whether an item of GROUP BY can begin one token on. */
function groupItemAt(tokens: TokenStream): boolean {
  return operandAt(tokens, 1, 1) || ['GROUPING', 'CUBE', 'ROLLUP'].some((word) => tokens.wordAt(1, word));
}

/** Flink looks for GROUPING SETS by both words, for CUBE and ROLLUP by one. */
function parseGroupItem(tokens: TokenStream): GroupItem {
  return tokens.nested(() => {
    const { start } = tokens;
    if (tokens.areWords('GROUPING', 'SETS')) {
      tokens.expectWords('GROUPING', 'SETS');
      const items = parseGroupingSets(tokens);
      return { kind: 'GroupingSets', items, span: tokens.spanFrom(start) };
    }
    const word = tokens.acceptOneOf(['CUBE', 'ROLLUP']);
    if (word !== null) {
      const items = parseGroupingSets(tokens);
      return { kind: word === 'CUBE' ? 'Cube' : 'Rollup', items, span: tokens.spanFrom(start) };
    }
    if (tokens.isSymbol('(') && tokens.symbolAt(1, ')')) return parseEmptySet(tokens);
    const expression = parseExpression(tokens);
    return { kind: 'Expression', expression, span: expression.span };
  });
}

function parseGroupingSets(tokens: TokenStream): GroupItem[] {
  return tokens.enclosed(() => parseList(tokens, () => parseGroupingSet(tokens), groupItemAt));
}

/** Within GROUPING SETS, CUBE and ROLLUP a row is a set of its own. */
function parseGroupingSet(tokens: TokenStream): GroupItem {
  const { start } = tokens;
  const parenthesised = tokens.symbolAt(0, '(');
  const item = parseGroupItem(tokens);
  if (item.kind !== 'Expression') return item;
  const { expression } = item;
  if (expression.kind === 'RowValue' && !expression.explicit)
    return { kind: 'Set', items: expression.items, span: expression.span };
  return parenthesised && tokens.previous()?.value === ')' && expression.kind === 'ColumnRef'
    ? { kind: 'Set', items: [expression], span: tokens.spanFrom(start) }
    : item;
}

function parseEmptySet(tokens: TokenStream): GroupItem {
  const { start } = tokens.take();
  tokens.take();
  return { kind: 'Set', items: [], span: tokens.spanFrom(start) };
}

function parseNamedWindow(tokens: TokenStream): Select['windows'][number] {
  const name = parseIdentifier(tokens);
  tokens.expectWord('AS');
  return { name, spec: parseWindowSpec(tokens) };
}

// ---------------------------------------------------------------- LIMIT

interface Limit extends Pick<OrderedQuery, 'offset' | 'fetch'> {
  readonly all: boolean;
}

/** `LIMIT 5 OFFSET 2`, `OFFSET 2 ROWS FETCH NEXT 5 ROWS ONLY`, in the orders Flink takes. */
function parseLimit(tokens: TokenStream): Limit {
  if (tokens.isWord('LIMIT')) {
    const { fetch, all } = parseLimitClause(tokens);
    const offset = tokens.isWord('OFFSET') ? parseOffset(tokens) : null;
    return { offset, fetch, all };
  }
  const offset = tokens.isWord('OFFSET') ? parseOffset(tokens) : null;
  if (offset !== null && tokens.isWord('LIMIT')) refuseOffsetLimit(tokens);
  const fetch = tokens.isWord('FETCH') ? parseFetch(tokens) : null;
  return { offset, fetch, all: false };
}

function parseLimitClause(tokens: TokenStream): Limit {
  tokens.expectWord('LIMIT');
  if (tokens.acceptWord('ALL')) return { offset: null, fetch: null, all: true };
  const fetch = parseCount(tokens);
  if (tokens.acceptSymbol(',')) refuseLimitStart(tokens, fetch);
  return { offset: null, fetch, all: false };
}

/** Flink reads `LIMIT start, count` to its end before it says no. */
function refuseLimitStart(tokens: TokenStream, start: Expression): never {
  if (!tokens.acceptWord('ALL')) parseCount(tokens);
  const { end } = tokens.spanFrom(start.span.start);
  return tokens.complain('limit-start-count', { start: start.span.start, end });
}

function refuseOffsetLimit(tokens: TokenStream): never {
  const { start } = tokens;
  parseLimitClause(tokens);
  return tokens.complain('offset-before-limit', tokens.spanFrom(start));
}

function parseOffset(tokens: TokenStream): Expression {
  tokens.expectWord('OFFSET');
  const offset = parseCount(tokens);
  tokens.acceptOneOf(['ROW', 'ROWS']);
  return offset;
}

function parseFetch(tokens: TokenStream): Expression {
  tokens.expectWord('FETCH');
  tokens.expectOneOf(['FIRST', 'NEXT']);
  const fetch = parseCount(tokens);
  tokens.expectOneOf(['ROW', 'ROWS']);
  tokens.expectWord('ONLY');
  return fetch;
}

/** A number or `?`. */
function parseCount(tokens: TokenStream): Expression {
  const { start } = tokens;
  if (tokens.acceptSymbol('?')) return { kind: 'DynamicParameter', span: tokens.spanFrom(start) };
  return parseUnsignedNumber(tokens);
}

// ---------------------------------------------------------------- VALUES

function parseValues(tokens: TokenStream): Values {
  const { start } = tokens.take();
  const rows = parseList(tokens, () => parseRow(tokens));
  return { kind: 'Values', rows, span: tokens.spanFrom(start) };
}

/** `(1, 'a')`, `ROW(1, 'a')`, or a single value without parentheses. */
function parseRow(tokens: TokenStream): RowValue {
  const { start } = tokens;
  if (tokens.symbolAt(0, '(') && tokens.wordAt(1, 'ROW') && tokens.symbolAt(2, '('))
    return parseWrappedRow(tokens);
  const explicit = tokens.wordAt(0, 'ROW') && tokens.symbolAt(1, '(');
  if (explicit) tokens.take();
  if (!tokens.isSymbol('(')) return singleValue(parseExpression(tokens));
  tokens.take();
  const items = [parseRowItem(tokens, parseExpressionOrQuery)];
  while (tokens.acceptSymbol(',')) items.push(parseRowItem(tokens, parseExpression));
  tokens.expectSymbol(')');
  return { kind: 'RowValue', items, explicit, span: tokens.spanFrom(start) };
}

/** `VALUES (ROW(1, 2))` is `VALUES ROW(1, 2)`. */
function parseWrappedRow(tokens: TokenStream): RowValue {
  const { start } = tokens.take();
  const row = parseRow(tokens);
  tokens.expectSymbol(')');
  return { ...row, span: tokens.spanFrom(start) };
}

function singleValue(value: Expression): RowValue {
  return { kind: 'RowValue', items: [value], explicit: false, span: value.span };
}

/** DEFAULT or a value; only the first of a row may be a query without parentheses. */
function parseRowItem(tokens: TokenStream, value: (tokens: TokenStream) => Expression): Expression {
  const { start } = tokens;
  if (tokens.acceptWord('DEFAULT')) return { kind: 'DefaultValue', span: tokens.spanFrom(start) };
  return value(tokens);
}
