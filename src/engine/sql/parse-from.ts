import type {
  Call,
  DerivedTable,
  Expression,
  Identifier,
  Join,
  Query,
  Sample,
  TableFunction,
  TableRef,
  Unnest,
} from './ast.ts';
import { parseExpression, parseExpressionOrQuery, parseQuery, parseQueryTail } from './grammar.ts';
import { queryAt } from './operand-start.ts';
import { parseTableCall } from './parse-function.ts';
import { acceptHints } from './parse-hint.ts';
import { parseMatchRecognize } from './parse-match-recognize.ts';
import { acceptAlias, parseIdentifierList, parseName, parseStringText } from './parse-name.ts';
import { atQueryTail, complainOfExpression } from './query-tail.ts';
import type { TokenStream } from './token-stream.ts';

/** FROM: tables, queries, table functions, and the joins between them. */

/** What stands behind FROM, to the end of its last table. */
export function parseFrom(tokens: TokenStream): TableRef {
  const { start } = tokens;
  let left = parseJoins(tokens);
  for (let length = 1; tokens.isSymbol(',') && tableFollows(tokens, 1); length++) {
    tokens.checkChain(length);
    tokens.take();
    const right = parseJoins(tokens);
    left = {
      kind: 'Join',
      type: 'CROSS',
      natural: false,
      comma: true,
      left,
      right,
      on: null,
      using: null,
      span: tokens.spanFrom(start),
    };
  }
  return left;
}

/** Whether a table can begin `ahead` places on, as far as `depth` tokens tell. */
function tableFollows(tokens: TokenStream, ahead: number, depth: 1 | 2 = 1): boolean {
  if (tokens.nameAt(ahead) || TABLE_WORDS.some((word) => tokens.wordAt(ahead, word))) return true;
  if (tokens.symbolAt(ahead, '(')) return depth === 1 || parenthesisedTableFollows(tokens, ahead + 1);
  tokens.noteAhead(ahead, ['<IDENTIFIER>', '(', ...TABLE_WORDS]);
  return false;
}

/** Whether what stands behind a `(` can be a table, a join or a query. */
function parenthesisedTableFollows(tokens: TokenStream, ahead: number): boolean {
  if (queryAt(tokens, ahead) || tableFollows(tokens, ahead)) return true;
  tokens.noteAhead(ahead, ['<QUERY>']);
  return false;
}

const TABLE_WORDS = ['LATERAL', 'TABLE', 'UNNEST'] as const;

// ---------------------------------------------------------------- joins

function parseJoins(tokens: TokenStream): TableRef {
  const { start } = tokens;
  return parseJoinTail(tokens, parseTable(tokens), start);
}

function parseJoinTail(tokens: TokenStream, first: TableRef, start: number): TableRef {
  let left = first;
  for (let length = 1; ; length++) {
    tokens.checkChain(length);
    const operator = acceptJoinOperator(tokens);
    if (operator === null) return left;
    const right = parseTable(tokens);
    const on = tokens.acceptWord('ON') ? parseExpression(tokens) : null;
    const using = on === null && tokens.acceptWord('USING') ? parseIdentifierList(tokens) : null;
    left = { kind: 'Join', ...operator, comma: false, left, right, on, using, span: tokens.spanFrom(start) };
  }
}

/** The words of a join, each row being one way to write its type. */
const JOIN_OPERATORS: readonly (readonly [Join['type'], readonly string[]])[] = [
  ['INNER', ['JOIN']],
  ['INNER', ['INNER', 'JOIN']],
  ['LEFT', ['LEFT', 'JOIN']],
  ['LEFT', ['LEFT', 'OUTER', 'JOIN']],
  ['RIGHT', ['RIGHT', 'JOIN']],
  ['RIGHT', ['RIGHT', 'OUTER', 'JOIN']],
  ['FULL', ['FULL', 'JOIN']],
  ['FULL', ['FULL', 'OUTER', 'JOIN']],
  ['CROSS', ['CROSS', 'JOIN']],
];

const JOIN_STARTS: ReadonlySet<string> = new Set([
  'NATURAL',
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'CROSS',
  'OUTER',
]);

/**
 * Takes the words of a join if they stand here. Flink looks at two tokens to see that it is a join and at three to see that it is
 * complete; where the third is wrong, it says so at the first.
 */
function acceptJoinOperator(tokens: TokenStream): Pick<Join, 'type' | 'natural'> | null {
  if (!JOIN_STARTS.has(tokens.peek().value)) {
    tokens.noteAll([...JOIN_STARTS]);
    return null;
  }
  checkApply(tokens);
  const natural = tokens.isWord('NATURAL');
  const offset = natural ? 1 : 0;
  for (const [type, words] of JOIN_OPERATORS) {
    if (!words.every((word, at) => tokens.wordAt(offset + at, word))) continue;
    const length = offset + words.length;
    if (length === 1 && !tableFollows(tokens, 1)) return null;
    if (length < 3 && !tableFollows(tokens, length, length === 1 ? 2 : 1)) tokens.fail();
    tokens.takeAll(length);
    return { type, natural };
  }
  return incompleteJoin(tokens, offset);
}

/** CROSS and OUTER alone begin an APPLY to Flink's grammar, which it then misses. */
function checkApply(tokens: TokenStream): void {
  if (!(tokens.wordAt(0, 'CROSS') && !tokens.wordAt(1, 'JOIN')) && !tokens.wordAt(0, 'OUTER')) return;
  const outer = tokens.take().value === 'OUTER';
  tokens.noteAll(outer ? ['APPLY'] : ['APPLY', 'JOIN']);
  tokens.fail();
}

/** Notes how far a join got; ends the parse where two of its tokens fitted. */
function incompleteJoin(tokens: TokenStream, offset: number): null {
  let furthest = 0;
  for (const [, words] of JOIN_OPERATORS) {
    const wrong = words.findIndex((word, at) => !tokens.wordAt(offset + at, word));
    const fitted = offset + wrong;
    if (fitted > 2) continue;
    tokens.noteAhead(fitted, [words[wrong] ?? '']);
    furthest = Math.max(furthest, fitted);
  }
  return furthest > 1 ? tokens.fail() : null;
}

// ---------------------------------------------------------------- tables

/** One table with its alias. */
export function parseTable(tokens: TokenStream): TableRef {
  return tokens.nested(() => {
    const { start } = tokens;
    const table = parseUnsampled(tokens, start);
    return table.kind !== 'Join' && tokens.acceptWord('TABLESAMPLE')
      ? parseSample(tokens, table, start)
      : table;
  });
}

function parseUnsampled(tokens: TokenStream, start: number): TableRef {
  const lateral = tokens.acceptWord('LATERAL');
  if (!lateral && tokens.isName()) return parseNamedTable(tokens, start);
  if (tokens.isSymbol('(')) return parseParenthesisedTable(tokens, start, lateral);
  if (tokens.isWord('UNNEST')) return parseUnnest(tokens, start, lateral);
  if (tokens.acceptWord('TABLE')) return parseTableFunction(tokens, start, lateral);
  return tokens.fail();
}

/** `SUBSTITUTE('name')`, `BERNOULLI(percentage) [REPEATABLE(seed)]`, SYSTEM likewise. */
function parseSample(tokens: TokenStream, input: TableRef, start: number): Sample {
  const method = tokens.expectOneOf(['SUBSTITUTE', 'BERNOULLI', 'SYSTEM']);
  const argument = tokens.enclosed(() =>
    method === 'SUBSTITUTE' ? parseStringText(tokens) : takeNumber(tokens),
  );
  const isRepeatable = method !== 'SUBSTITUTE' && tokens.acceptWord('REPEATABLE');
  const seed = isRepeatable ? tokens.parenthesised(() => takeNumber(tokens)).join() : null;
  const span = tokens.spanFrom(start);
  if (method !== 'SUBSTITUTE' && Number(argument) > 100) tokens.complainLater('sample-percentage', span);
  return { kind: 'Sample', input, method, argument, seed, span };
}

const takeNumber = (tokens: TokenStream): string =>
  tokens.isKind('number', '<UNSIGNED_INTEGER_LITERAL>') ? tokens.take().value : tokens.fail();

/** `t`, with hints, `FOR SYSTEM_TIME AS OF x` and an alias; or `f(x)`. */
function parseNamedTable(tokens: TokenStream, start: number): TableRef {
  const name = parseName(tokens);
  if (tokens.isSymbol('(')) return finishFunction(tokens, start, parseTableCall(tokens, name), false, false);
  const hints = acceptHints(tokens);
  const asOf = acceptAsOf(tokens);
  if (tokens.isWord('MATCH_RECOGNIZE')) {
    const input = {
      kind: 'NamedTable',
      name,
      hints,
      asOf,
      alias: null,
      columns: [],
      span: tokens.spanFrom(start),
    } as const;
    return parseMatchRecognize(tokens, input, start);
  }
  const aliased = acceptAliasAndColumns(tokens);
  return { kind: 'NamedTable', name, hints, asOf, ...aliased, span: tokens.spanFrom(start) };
}

/** `FOR SYSTEM_TIME AS OF expression`. */
function acceptAsOf(tokens: TokenStream): Expression | null {
  if (!tokens.acceptWord('FOR')) return null;
  tokens.expectWords('SYSTEM_TIME', 'AS', 'OF');
  return parseExpression(tokens, 'no-queries');
}

/** `AS a (x, y)`. */
function acceptAliasAndColumns(tokens: TokenStream): {
  readonly alias: Identifier | null;
  readonly columns: readonly Identifier[];
} {
  const alias = acceptAlias(tokens);
  const columns = alias !== null && tokens.isSymbol('(') ? parseIdentifierList(tokens) : [];
  return { alias, columns };
}

/** `(SELECT …)` or `(a JOIN b ON …)`. Nothing else may stand in parentheses, and a join in them takes no alias. */
function parseParenthesisedTable(tokens: TokenStream, start: number, lateral: boolean): TableRef {
  const inner = parseQueryOrJoins(tokens);
  if (inner.kind === 'query') return finishDerived(tokens, start, inner.query, lateral);
  if (inner.table.kind !== 'Join') tokens.complain('query-or-join-expected', inner.table.span);
  const { alias } = acceptAliasAndColumns(tokens);
  if (alias !== null) tokens.complain('join-with-alias', inner.table.span);
  return inner.table;
}

/** The query of a WITH item, parentheses included. */
export function parseQueryInFrom(tokens: TokenStream): Query {
  const inner = tokens.enclosed(() => parseParenthesisContents(tokens));
  if (inner.kind === 'query') return inner.query;
  return complainOfExpression(tokens, inner.table.span);
}

type QueryOrTable =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'table'; readonly table: TableRef };

/** Parentheses in FROM and what stands in them. Flink looks one token into them before it takes them for such. */
function parseQueryOrJoins(tokens: TokenStream): QueryOrTable {
  if (tokens.symbolAt(0, '(') && !parenthesisedTableFollows(tokens, 1)) tokens.fail();
  return tokens.enclosed(() => parseParenthesisContents(tokens));
}

/** `((SELECT 1) UNION SELECT 2)` shows only behind its first part what it is. */
function parseParenthesisContents(tokens: TokenStream): QueryOrTable {
  if (queryAt(tokens, 0) && !(tokens.wordAt(0, 'TABLE') && tokens.symbolAt(1, '(')))
    return { kind: 'query', query: parseQuery(tokens) };
  tokens.note(['<QUERY>']);
  const { start } = tokens;
  const first = parseTable(tokens);
  const query = bareQueryOf(first);
  if (query !== null && atQueryTail(tokens))
    return { kind: 'query', query: parseQueryTail(tokens, query, start) };
  const table = parseJoinTail(tokens, first, start);
  return query !== null && table === first ? { kind: 'query', query } : { kind: 'table', table };
}

/** The query of `(SELECT …)` with nothing else said about it. */
function bareQueryOf(table: TableRef): Query | null {
  return table.kind === 'DerivedTable' && !table.lateral && table.alias === null ? table.query : null;
}

function finishDerived(tokens: TokenStream, start: number, query: Query, lateral: boolean): TableRef {
  if (tokens.isWord('MATCH_RECOGNIZE')) {
    const input = derived(tokens, start, query, { lateral, alias: null, columns: [] });
    return parseMatchRecognize(tokens, input, start);
  }
  return derived(tokens, start, query, { lateral, ...acceptAliasAndColumns(tokens) });
}

function derived(
  tokens: TokenStream,
  start: number,
  query: Query,
  rest: Pick<DerivedTable, 'lateral' | 'alias' | 'columns'>,
): DerivedTable {
  return { kind: 'DerivedTable', query, ...rest, span: tokens.spanFrom(start) };
}

function parseUnnest(tokens: TokenStream, start: number, lateral: boolean): Unnest {
  if (!lateral && !tokens.symbolAt(1, '(')) {
    tokens.noteAhead(1, ['(']);
    tokens.fail();
  }
  tokens.expectWord('UNNEST');
  const operands = tokens.parenthesised(() => parseExpressionOrQuery(tokens));
  const ordinality = tokens.acceptWord('WITH');
  if (ordinality) tokens.expectWord('ORDINALITY');
  const aliased = acceptAliasAndColumns(tokens);
  return { kind: 'Unnest', operands, ordinality, ...aliased, span: tokens.spanFrom(start) };
}

/** `TABLE(f(…))` behind its first word. */
function parseTableFunction(tokens: TokenStream, start: number, lateral: boolean): TableFunction {
  tokens.expectSymbol('(');
  tokens.acceptWord('SPECIFIC');
  const call = parseTableCall(tokens, parseName(tokens));
  tokens.expectSymbol(')');
  return finishFunction(tokens, start, call, lateral, true);
}

function finishFunction(
  tokens: TokenStream,
  start: number,
  call: Call,
  lateral: boolean,
  wrapped: boolean,
): TableFunction {
  const aliased = acceptAliasAndColumns(tokens);
  return { kind: 'TableFunction', call, lateral, wrapped, ...aliased, span: tokens.spanFrom(start) };
}
