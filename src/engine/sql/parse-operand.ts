import type { Span } from '../base/span.ts';
import type { Case, Expression, Query, RowValue } from './ast.ts';
import { operatorCall } from './call.ts';
import {
  failAtOperand,
  type Grammar,
  parseExpression,
  parseExpressionOrQuery,
  parseExpressions,
  parseQuery,
  parseQueryTail,
  parseQueryTerm,
  type QueryOperands,
} from './grammar.ts';
import { isEscape, operandAt, queryAt, SPECIAL_FUNCTIONS, secondFits } from './operand-start.ts';
import { parseEscape } from './parse-escape.ts';
import { calledName, parseCall, parseSpecialFunction } from './parse-function.ts';
import {
  isIntervalUnit,
  noteIntervalUnits,
  parseDateTimeLiteral,
  parseInterval,
  parseIntervalQualifier,
  parseStringLiteral,
  qualifierText,
  takeNumber,
} from './parse-literal.ts';
import { atDotAndName, isStringKind, parseName, takeIdentifier } from './parse-name.ts';
import { atQueryTail, complainOfExpression, SET_WORDS } from './query-tail.ts';
import { CONTEXT_VARIABLES, isNiladic, RESERVED_FUNCTIONS, RESERVED_WORDS } from './reserved.ts';
import type { TokenStream } from './token-stream.ts';

/** Operands: what stands between the operators of an expression. */

export const operandGrammar: Pick<Grammar, 'operand' | 'expressionOrQuery'> = {
  operand: parseAnyOperand,
  expressionOrQuery: parseEither,
};

function parseAnyOperand(tokens: TokenStream, queries: QueryOperands): Expression {
  const { kind, value } = tokens.peek();
  if (kind === 'number') return takeNumber(tokens);
  if (isStringKind(kind)) return parseStringLiteral(tokens);
  if (kind === 'quoted-name') return parseNameOrCall(tokens);
  if (kind === 'word') return parseWordOperand(tokens, value);
  if (kind === 'symbol' && value === '(') return parseParenthesised(tokens, queries);
  if (isEscape(tokens, 0)) return parseEscape(tokens);
  if (kind === 'symbol' && value === '?') return { kind: 'DynamicParameter', span: tokens.takeAll(1) };
  return failAtOperand(tokens);
}

function parseWordOperand(tokens: TokenStream, word: string): Expression {
  if (word === 'ROW') return parseRow(tokens);
  if (operandAt(tokens, 0, 1) && !secondFits(tokens, word, 1)) failAtSecondWord(tokens);
  const called = tokens.symbolAt(1, '(');
  switch (word) {
    case 'NULL':
    case 'TRUE':
    case 'FALSE':
    case 'UNKNOWN':
      return parseConstant(tokens, word);
    case 'CASE':
      return parseCase(tokens);
    case 'INTERVAL':
      return parseInterval(tokens);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return called ? parseReservedCall(tokens) : parseDateTimeLiteral(tokens);
    case 'ARRAY':
    case 'MULTISET':
      return parseArray(tokens);
    case 'MAP':
      if (tokens.symbolAt(1, '[')) return parseMap(tokens);
      break;
    case 'NEXT':
    case 'CURRENT':
      if (tokens.wordAt(1, 'VALUE')) return parseSequence(tokens, word);
      break;
  }
  if (called) {
    const special = parseSpecialFunction(tokens, word);
    if (special !== null) return special;
  }
  if (!RESERVED_WORDS.has(word)) return parseNameOrCall(tokens);
  if (called && (RESERVED_FUNCTIONS.has(word) || SPECIAL_FUNCTIONS.has(word)))
    return parseReservedCall(tokens);
  if (CONTEXT_VARIABLES.has(word)) return parseContextVariable(tokens, word);
  if (RESERVED_FUNCTIONS.has(word)) failAtSecondWord(tokens);
  return failAtOperand(tokens);
}

/** `NEXT VALUE FOR sequence`, `CURRENT VALUE FOR sequence`. */
function parseSequence(tokens: TokenStream, word: string): Expression {
  const { start, end } = tokens.takeAll(2);
  tokens.expectWord('FOR');
  const { parts, span } = parseName(tokens);
  const sequence: Expression = { kind: 'ColumnRef', parts, span };
  return operatorCall(`${word} VALUE`, { start, end }, [sequence], 'special', tokens.spanFrom(start));
}

/** A word that begins an operand with something behind it that does not go on: Flink names both. */
function failAtSecondWord(tokens: TokenStream): never {
  tokens.noteAhead(1, ['(']);
  return failAtOperand(tokens);
}

function parseConstant(tokens: TokenStream, word: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN'): Expression {
  const { start, end } = tokens.take();
  const type = word === 'NULL' ? 'null' : word === 'UNKNOWN' ? 'unknown' : 'boolean';
  return { kind: 'Literal', type, value: word, span: { start, end } };
}

/** `CURRENT_DATE` and the others without parentheses. */
function parseContextVariable(tokens: TokenStream, word: string): Expression {
  const { text } = tokens.peek();
  const span = tokens.takeAll(1);
  return isNiladic(word)
    ? operatorCall(word, span, [], 'niladic', span)
    : { kind: 'ColumnRef', parts: [{ name: text, quoted: false, span }], span };
}

/** A call of a function whose name is a reserved word: `SUM(x)`. */
function parseReservedCall(tokens: TokenStream): Expression {
  const token = tokens.take();
  const nameSpan = { start: token.start, end: token.end };
  return parseCall(tokens, { name: token.text, nameSpan, path: null, quoted: false });
}

/** `a`, `a.b.c`, `t.*`, `f(x)`, `cat.db.f(x)`. */
function parseNameOrCall(tokens: TokenStream): Expression {
  const { start } = tokens;
  const parts = [takeIdentifier(tokens)];
  while (atDotAndName(tokens)) {
    tokens.take();
    parts.push(takeIdentifier(tokens));
  }
  const span = tokens.spanFrom(start);
  if (tokens.symbolAt(0, '.') && tokens.symbolAt(1, '*')) {
    tokens.takeAll(2);
    return { kind: 'Star', qualifier: parts, span: tokens.spanFrom(start) };
  }
  if (!tokens.isSymbol('(')) return { kind: 'ColumnRef', parts, span };
  return parseCall(tokens, calledName({ parts, span }));
}

/** `(a)`, `(a, b)`, `(SELECT …)`, `(a - b) DAY`. */
function parseParenthesised(tokens: TokenStream, queries: QueryOperands): Expression {
  const { start } = tokens.take();
  const first = parseExpressionOrQuery(tokens);
  if (first.kind === 'SubQuery' && queries === 'no-queries') complainOfQuery(tokens, first.span);
  const items = [first];
  while (tokens.acceptSymbol(',')) items.push(parseExpression(tokens));
  tokens.expectSymbol(')');
  const span = tokens.spanFrom(start);
  if (items.length > 1) {
    if (isIntervalUnit(tokens, 0) && !tokens.nameAt(0)) tokens.complain('illegal-interval', span);
    return { kind: 'RowValue', items, explicit: false, span };
  }
  if (first.kind === 'SubQuery') return { ...first, span };
  return isIntervalUnit(tokens, 0) ? parseDifference(tokens, first, start) : withIntervalNoted(tokens, first);
}

function withIntervalNoted(tokens: TokenStream, expression: Expression): Expression {
  noteIntervalUnits(tokens);
  return expression;
}

/** `(a - b) DAY`, the time between two times. */
function parseDifference(tokens: TokenStream, operand: Expression, start: number): Expression {
  if (operand.kind !== 'Call' || operand.name !== '-' || operand.args.length !== 2) {
    // `(a) day` may be an alias in the making; only DATETIME - DATETIME takes a qualifier.
    if (tokens.nameAt(0)) return operand;
    tokens.complain('illegal-interval', operand.span);
  }
  const qualifier = parseIntervalQualifier(tokens);
  return {
    ...operatorCall('MINUS_DATE', operand.nameSpan, operand.args, 'special', tokens.spanFrom(start)),
    keywords: [qualifierText(qualifier)],
  };
}

function parseEither(tokens: TokenStream): Expression {
  const { start } = tokens;
  if (queryAt(tokens, 0)) return subQuery(parseQuery(tokens));
  tokens.note(['<QUERY>']);
  const expression = parseExpression(tokens);
  if (!atQueryTail(tokens)) return expression;
  if (expression.kind !== 'SubQuery') return refuseQueryTail(tokens, expression);
  // `((SELECT 1) UNION SELECT 2)` shows only behind its first part that it is a query.
  return { ...subQuery(parseQueryTail(tokens, expression.query, start)), span: tokens.spanFrom(start) };
}

/** ORDER BY or UNION behind an expression that is no query. LIMIT stays for the caller to complain of. */
function refuseQueryTail(tokens: TokenStream, expression: Expression): Expression {
  const { start, end, value: word } = tokens.peek();
  if (word === 'ORDER') tokens.complain('order-by-unexpected', { start, end });
  if (!SET_WORDS.some((each) => each === word)) return expression;
  tokens.take();
  tokens.acceptOneOf(['ALL', 'DISTINCT']);
  parseQueryTerm(tokens);
  return complainOfExpression(tokens, expression.span);
}

function subQuery(query: Query): Expression {
  return { kind: 'SubQuery', query, span: query.span };
}

function complainOfQuery(tokens: TokenStream, span: Span): never {
  return tokens.complain('query-not-allowed', span);
}

function parseRow(tokens: TokenStream): RowValue {
  const { start } = tokens.take();
  const items = tokens.enclosed(() => parseItems(tokens));
  return { kind: 'RowValue', items, explicit: true, span: tokens.spanFrom(start) };
}

/** Expressions, of which the first may be a query. */
function parseItems(tokens: TokenStream): Expression[] {
  const items = [parseExpressionOrQuery(tokens)];
  while (tokens.acceptSymbol(',')) items.push(parseExpression(tokens));
  return items;
}

/** `ARRAY[1, 2]`; `ARRAY(SELECT …)` and MULTISET are calls. */
function parseArray(tokens: TokenStream): Expression {
  const { start, end, value: word } = tokens.take();
  const nameSpan = { start, end };
  if (tokens.acceptSymbol('[')) {
    const items = tokens.isSymbol(']') ? [] : parseExpressions(tokens, 'no-queries');
    tokens.expectSymbol(']');
    const span = tokens.spanFrom(start);
    return word === 'ARRAY'
      ? { kind: 'ArrayValue', items, span }
      : operatorCall('MULTISET', nameSpan, items, 'special', span);
  }
  const args = tokens.enclosed(() => (tokens.isSymbol(')') ? [] : parseItems(tokens)));
  return operatorCall(word, nameSpan, args, 'function', tokens.spanFrom(start));
}

/** `MAP['a', 1, 'b', 2]`. */
function parseMap(tokens: TokenStream): Expression {
  const { start } = tokens.take();
  tokens.expectSymbol('[');
  const items = tokens.isSymbol(']') ? [] : parseExpressions(tokens, 'no-queries');
  tokens.expectSymbol(']');
  return { kind: 'MapValue', items, span: tokens.spanFrom(start) };
}

function parseCase(tokens: TokenStream): Case {
  const { start } = tokens.take();
  const operand = tokens.isWord('WHEN') ? null : parseExpression(tokens);
  const branches = [parseBranch(tokens)];
  while (tokens.isWord('WHEN')) branches.push(parseBranch(tokens));
  const otherwise = tokens.acceptWord('ELSE') ? parseExpression(tokens) : null;
  tokens.expectWord('END');
  return { kind: 'Case', operand, branches, otherwise, span: tokens.spanFrom(start) };
}

/** `WHEN a THEN b`; several values behind one WHEN make a row of them. */
function parseBranch(tokens: TokenStream): Case['branches'][number] {
  tokens.expectWord('WHEN');
  const { start } = tokens;
  const values = parseExpressions(tokens);
  const [first] = values;
  const when: Expression =
    values.length === 1 && first
      ? first
      : { kind: 'RowValue', items: values, explicit: false, span: tokens.spanFrom(start) };
  tokens.expectWord('THEN');
  const value = parseExpression(tokens);
  // oxlint-disable-next-line unicorn/no-thenable -- the tree names its parts as SQL does
  return { when, then: value };
}
