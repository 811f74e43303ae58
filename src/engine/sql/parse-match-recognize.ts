import type { Expression, Identifier, MatchRecognize, Pattern, SelectItem, TableRef } from './ast.ts';
import { parseExpression, parseExpressions } from './grammar.ts';
import { parseInterval, parseUnsignedNumber } from './parse-literal.ts';
import { acceptAlias, parseIdentifier, parseIdentifierList, takeIdentifier } from './parse-name.ts';
import { parseOrderBy } from './parse-window.ts';
import type { TokenStream } from './token-stream.ts';

/** MATCH_RECOGNIZE: clauses in a fixed order, and the little language of patterns. */

/** `MATCH_RECOGNIZE (…) AS m` behind the table it reads. */
export function parseMatchRecognize(tokens: TokenStream, input: TableRef, start: number): MatchRecognize {
  checkOpening(tokens);
  tokens.expectWord('MATCH_RECOGNIZE');
  tokens.expectSymbol('(');
  const partitionBy = acceptPartitionBy(tokens);
  const orderBy = tokens.isWord('ORDER') ? parseOrderBy(tokens) : [];
  const measures = tokens.acceptWord('MEASURES') ? tokens.list(() => parseMeasure(tokens)) : [];
  const rowsPerMatch = acceptRowsPerMatch(tokens);
  const after = acceptAfterMatch(tokens);
  const { pattern, anchors } = parsePatternClause(tokens);
  const within = tokens.acceptWord('WITHIN') ? parseWithin(tokens) : null;
  const subsets = tokens.acceptWord('SUBSET') ? tokens.list(() => parseSubset(tokens)) : [];
  tokens.expectWord('DEFINE');
  const define = tokens.list(() => parseDefinition(tokens));
  tokens.expectSymbol(')');
  const alias = acceptAlias(tokens);
  const columns = alias !== null && tokens.isSymbol('(') ? parseIdentifierList(tokens) : [];
  const span = tokens.spanFrom(start);
  return {
    kind: 'MatchRecognize',
    input,
    partitionBy,
    orderBy,
    measures,
    rowsPerMatch,
    after,
    pattern,
    anchors,
    within,
    subsets,
    define,
    alias,
    columns,
    span,
  };
}

const FIRST_CLAUSES = ['PARTITION', 'ORDER', 'MEASURES', 'ONE', 'ALL', 'AFTER', 'PATTERN'] as const;

/** Flink knows the clause by its word, the `(` and what begins in it, and complains of the first when one is missing. */
function checkOpening(tokens: TokenStream): void {
  const opened = tokens.symbolAt(1, '(');
  if (opened && FIRST_CLAUSES.some((word) => tokens.wordAt(2, word))) return;
  tokens.note(['<IDENTIFIER>']);
  if (opened) tokens.noteAhead(2, FIRST_CLAUSES);
  else tokens.noteAhead(1, ['(']);
  tokens.fail();
}

function acceptPartitionBy(tokens: TokenStream): Expression[] {
  if (!tokens.acceptWord('PARTITION')) return [];
  tokens.expectWord('BY');
  return parseExpressions(tokens, 'no-queries');
}

function parseMeasure(tokens: TokenStream): SelectItem {
  const { start } = tokens;
  const expression = parseExpression(tokens, 'no-queries');
  tokens.expectWord('AS');
  return { expression, alias: parseIdentifier(tokens), span: tokens.spanFrom(start) };
}

function acceptRowsPerMatch(tokens: TokenStream): MatchRecognize['rowsPerMatch'] {
  const rows = tokens.acceptOneOf(['ONE', 'ALL']);
  if (rows === null) return null;
  tokens.expectWords(rows === 'ONE' ? 'ROW' : 'ROWS', 'PER', 'MATCH');
  return rows;
}

function acceptAfterMatch(tokens: TokenStream): MatchRecognize['after'] {
  const { start } = tokens;
  if (!tokens.acceptWord('AFTER')) return null;
  tokens.expectWords('MATCH', 'SKIP');
  if (tokens.acceptWord('PAST')) {
    tokens.expectWords('LAST', 'ROW');
    return { mode: 'PAST LAST ROW', variable: null, span: tokens.spanFrom(start) };
  }
  tokens.expectWord('TO');
  if (tokens.acceptWords('NEXT', 'ROW'))
    return { mode: 'NEXT ROW', variable: null, span: tokens.spanFrom(start) };
  const mode = (['FIRST', 'LAST'] as const).find((word) => tokens.isWord(word) && tokens.nameAt(1));
  if (mode !== undefined) tokens.take();
  const variable = parseIdentifier(tokens);
  return { mode: mode ?? 'VARIABLE', variable, span: tokens.spanFrom(start) };
}

function parseWithin(tokens: TokenStream): Expression {
  // A number without quotes makes no literal.
  if (!tokens.isWord('INTERVAL') || (tokens.kindAt(1) === 'number' && tokens.take())) tokens.fail();
  return parseInterval(tokens);
}

/** `U = (A, B)`. */
function parseSubset(tokens: TokenStream): MatchRecognize['subsets'][number] {
  const name = parseIdentifier(tokens);
  tokens.expectSymbol('=');
  return { name, items: parseIdentifierList(tokens) };
}

function parseDefinition(tokens: TokenStream): MatchRecognize['define'][number] {
  const { start } = tokens;
  const name = parseIdentifier(tokens);
  tokens.expectWord('AS');
  return { name, condition: parseExpression(tokens), span: tokens.spanFrom(start) };
}

// ---------------------------------------------------------------- patterns

function parsePatternClause(tokens: TokenStream): Pick<MatchRecognize, 'pattern' | 'anchors'> {
  tokens.expectWord('PATTERN');
  return tokens.enclosed(() => {
    const start = tokens.acceptSymbol('^');
    const pattern = parsePattern(tokens);
    return { pattern, anchors: { start, end: tokens.acceptSymbol('$') } };
  });
}

/** `A B | C`. */
function parsePattern(tokens: TokenStream): Pattern {
  return tokens.nested(() => {
    const { start } = tokens;
    const items = [parseSequence(tokens)];
    while (tokens.acceptSymbol('|')) items.push(parseSequence(tokens));
    return oneOrAll('Alternation', items, tokens, start);
  });
}

function parseSequence(tokens: TokenStream): Pattern {
  const { start } = tokens;
  const items = [parseRepeated(tokens)];
  while (atPatternStart(tokens)) items.push(parseRepeated(tokens));
  return oneOrAll('Sequence', items, tokens, start);
}

function oneOrAll(
  kind: 'Alternation' | 'Sequence',
  items: readonly Pattern[],
  tokens: TokenStream,
  start: number,
): Pattern {
  const [first] = items;
  return items.length === 1 && first ? first : { kind, items, span: tokens.spanFrom(start) };
}

function atPatternStart(tokens: TokenStream): boolean {
  return tokens.isName() || tokens.isSymbol('(') || tokens.isSymbol('{') || tokens.isWord('PERMUTE');
}

/** A variable or group with its quantifier: `A`, `A+?`, `(A B){2,3}`. */
function parseRepeated(tokens: TokenStream): Pattern {
  const { start } = tokens;
  const item = parsePatternItem(tokens);
  const bounds = acceptQuantifier(tokens);
  if (bounds === null) return item;
  const greedy = !tokens.acceptSymbol('?');
  return { kind: 'Repeat', item, ...bounds, greedy, span: tokens.spanFrom(start) };
}

function parsePatternItem(tokens: TokenStream): Pattern {
  const { start } = tokens;
  if (tokens.isName()) {
    const name: Identifier = takeIdentifier(tokens);
    return { kind: 'Variable', name, span: name.span };
  }
  if (tokens.acceptSymbol('(')) {
    const inner = parsePattern(tokens);
    tokens.expectSymbol(')');
    return inner;
  }
  if (tokens.acceptSymbol('{')) {
    tokens.expectSymbol('-');
    const item = parsePattern(tokens);
    tokens.expectSymbol('-');
    tokens.expectSymbol('}');
    return { kind: 'Exclude', item, span: tokens.spanFrom(start) };
  }
  tokens.expectWord('PERMUTE');
  const items = tokens.parenthesised(() => parsePattern(tokens));
  return { kind: 'Permute', items, span: tokens.spanFrom(start) };
}

interface Bounds {
  readonly min: number;
  readonly max: number | null;
}

function acceptQuantifier(tokens: TokenStream): Bounds | null {
  if (tokens.acceptSymbol('*')) return { min: 0, max: null };
  if (tokens.acceptSymbol('+')) return { min: 1, max: null };
  if (tokens.acceptSymbol('?')) return { min: 0, max: 1 };
  // `A {- B -}` is no quantifier but the next item.
  if (!tokens.isSymbol('{') || tokens.symbolAt(1, '-')) return null;
  tokens.take();
  const bounds = parseBounds(tokens);
  tokens.expectSymbol('}');
  return bounds;
}

/** `2`, `2,`, `2,3` or `,3`. */
function parseBounds(tokens: TokenStream): Bounds {
  if (tokens.acceptSymbol(',')) return { min: -1, max: parseCount(tokens) };
  const min = parseCount(tokens);
  if (!tokens.acceptSymbol(',')) return { min, max: min };
  return { min, max: tokens.isSymbol('}') ? null : parseCount(tokens) };
}

function parseCount(tokens: TokenStream): number {
  return Number(parseUnsignedNumber(tokens).value);
}
