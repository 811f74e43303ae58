import type { Span } from '../base/span.ts';
import type { Call, Case, Expression, Identifier, Query, RowValue } from './ast.ts';
import { operatorCall } from './call.ts';
import {
  OPERAND_IMAGES,
  operandAt,
  QUERY_IMAGES,
  queryAt,
  SPECIAL_FUNCTIONS,
  secondFits,
} from './operand-start.ts';
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
import { atDotAndName, parseIdentifier, takeIdentifier } from './parse-name.ts';
import {
  atQueryTail,
  complainOfExpression,
  parseQuery,
  parseQueryTail,
  parseQueryTerm,
  SET_OPERATORS,
} from './parse-query.ts';
import {
  EXISTS_PRECEDENCE,
  INFIX_PRECEDENCE,
  NOT_PRECEDENCE,
  POSTFIX_PRECEDENCE,
  PREDICATE_PRECEDENCE,
  SIGN_PRECEDENCE,
} from './precedence.ts';
import { CONTEXT_VARIABLES, RESERVED_FUNCTIONS, RESERVED_WORDS } from './reserved.ts';
import type { TokenStream } from './token-stream.ts';

/**
 * Expressions, by precedence climbing. Calcite reads a flat list of operands and operators and builds the tree at the end;
 * the trees are the same, and where its look-ahead decides which words a message has, this parser looks as far ahead.
 */

/** Whether a query in parentheses may be an operand, as everywhere but in watermarks, window specifications, measures and the like. */
export type QueryOperands = 'queries' | 'no-queries';

/** What the part of an expression that is being read may contain. */
interface Scope {
  /** Operators that bind less tightly belong to the caller. */
  readonly minimum: number;
  /** Between BETWEEN and its AND: that AND is not an operator here. */
  readonly stopAtAnd: boolean;
  readonly queries: QueryOperands;
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '>', '<=', '>=']);
const IS_STATES = ['NULL', 'TRUE', 'FALSE', 'UNKNOWN', 'EMPTY'] as const;
const JSON_KINDS = ['VALUE', 'OBJECT', 'ARRAY', 'SCALAR'] as const;
const OPERATOR_IMAGES = [
  'NOT',
  'IN',
  '<',
  '<=',
  '>',
  '>=',
  '=',
  '<>',
  '!=',
  'BETWEEN',
  'LIKE',
  'ILIKE',
  'RLIKE',
  'SIMILAR',
  '+',
  '-',
  '*',
  '/',
  '%',
  '||',
  'AND',
  'OR',
  'IS',
  'MEMBER',
  'SUBMULTISET',
  'CONTAINS',
  'OVERLAPS',
  'EQUALS',
  'PRECEDES',
  'SUCCEEDS',
  'IMMEDIATELY',
  'MULTISET',
  '[',
  'FORMAT',
].map((word) => `"${word}"`);

/** An expression. Fails with Flink's words; never returns less than the longest expression that stands here. */
export function parseExpression(tokens: TokenStream, queries: QueryOperands = 'queries'): Expression {
  return parseOperators(tokens, { minimum: 0, stopAtAnd: false, queries });
}

/** One or more expressions, separated by commas. */
export function parseExpressions(tokens: TokenStream, queries: QueryOperands = 'queries'): Expression[] {
  return parseList(tokens, () => parseExpression(tokens, queries));
}

/** A list whose commas count only with an operand behind them: Flink looks one token further before it goes on. */
export function parseList<T>(
  tokens: TokenStream,
  item: () => T,
  follows = (stream: TokenStream) => operandAt(stream, 1, 1),
): T[] {
  const items = [item()];
  while (tokens.isSymbol(',')) {
    if (!follows(tokens)) {
      tokens.noteAhead(1, OPERAND_IMAGES);
      return items;
    }
    tokens.take();
    items.push(item());
  }
  return items;
}

/** Ends the parse where an operand should stand and none does. */
export function failAtOperand(tokens: TokenStream): never {
  tokens.noteAll(OPERAND_IMAGES);
  tokens.fail();
}

function parseOperators(tokens: TokenStream, scope: Scope): Expression {
  return tokens.nested(() => {
    let left = parseSigned(tokens, scope);
    for (let length = 1; ; length++) {
      tokens.checkChain(length);
      const longer = parseOperator(tokens, left, scope);
      if (longer === null) return left;
      left = longer;
    }
  });
}

// ---------------------------------------------------------------- operators

/** The expression that the operator behind `left` makes of it; null where there is none, or none that belongs here. */
function parseOperator(tokens: TokenStream, left: Expression, scope: Scope): Expression | null {
  tokens.noteAll(OPERATOR_IMAGES);
  const { kind, value } = tokens.peek();
  if (kind === 'symbol') return parseSymbolOperator(tokens, left, value, scope);
  if (kind !== 'word') return null;
  switch (value) {
    case 'AND':
      return scope.stopAtAnd ? null : parseInfix(tokens, left, ['AND'], scope);
    case 'OR':
    case 'CONTAINS':
    case 'OVERLAPS':
    case 'EQUALS':
    case 'PRECEDES':
    case 'SUCCEEDS':
      return parseInfix(tokens, left, [value], scope);
    case 'IS':
      return parseIs(tokens, left, scope);
    case 'NOT':
      return parseNegatedPredicate(tokens, left, scope);
    case 'IN':
    case 'BETWEEN':
    case 'LIKE':
    case 'ILIKE':
    case 'RLIKE':
    case 'SIMILAR':
      return predicateFits(tokens, value) ? parsePredicate(tokens, left, false, scope) : null;
    case 'MEMBER':
    case 'SUBMULTISET':
      return parseInfix(tokens, left, [value, 'OF'], scope);
    case 'IMMEDIATELY':
      return parseInfix(tokens, left, [value, tokens.wordAt(1, 'SUCCEEDS') ? 'SUCCEEDS' : 'PRECEDES'], scope);
    case 'MULTISET':
      return parseMultisetOperator(tokens, left, scope);
    case 'FORMAT':
      return parseFormatJson(tokens, left, scope);
    default:
      return null;
  }
}

function parseSymbolOperator(
  tokens: TokenStream,
  left: Expression,
  symbol: string,
  scope: Scope,
): Expression | null {
  if (symbol === '!=') return parseBangEqual(tokens);
  if (!INFIX_PRECEDENCE.has(symbol)) return null;
  if (COMPARISONS.has(symbol) && ['SOME', 'ANY', 'ALL'].some((word) => tokens.wordAt(1, word)))
    return parseQuantified(tokens, left, scope);
  return parseInfix(tokens, left, [symbol], scope);
}

/** An operator of one or more tokens with an operand behind it. Flink looks one token behind it first, then two. */
function parseInfix(
  tokens: TokenStream,
  left: Expression,
  operator: readonly string[],
  scope: Scope,
): Expression | null {
  const name = operator.join(' ');
  const precedence = INFIX_PRECEDENCE.get(name) ?? 0;
  if (precedence < scope.minimum) return null;
  for (let ahead = 1; ahead < operator.length; ahead++) {
    if (tokens.wordAt(ahead, operator[ahead] as string)) continue;
    tokens.noteAhead(ahead, [`"${operator[ahead]}"`]);
    return null;
  }
  if (operator.length === 1 && !operandFollows(tokens)) return null;
  const nameSpan = takeWords(tokens, operator.length);
  const right = parseOperators(tokens, { ...scope, minimum: precedence + 1 });
  return operatorCall(name, nameSpan, [left, right], 'infix', spanOver(left, right));
}

/** Whether an operand stands behind the operator here; where only its first token does, the parse ends. */
function operandFollows(tokens: TokenStream): boolean {
  if (!operandAt(tokens, 1, 1)) {
    tokens.noteAhead(1, OPERAND_IMAGES);
    return false;
  }
  if (operandAt(tokens, 1, 2)) return true;
  tokens.noteAhead(2, OPERAND_IMAGES);
  return tokens.fail();
}

function parseBangEqual(tokens: TokenStream): null {
  if (!operandFollows(tokens)) return null;
  const { start, end } = tokens.peek();
  const message = "Bang equal '!=' is not allowed under the current SQL conformance level";
  return tokens.complain({
    code: 'bang-equal',
    message,
    cause: 'CalciteException',
    by: 'parser',
    span: { start, end },
    hint: 'Write <> instead of !=.',
  });
}

/** `= SOME (…)`, `> ALL (…)`; ANY is another word for SOME. */
function parseQuantified(tokens: TokenStream, left: Expression, scope: Scope): Expression | null {
  if (PREDICATE_PRECEDENCE < scope.minimum) return null;
  const { start, value: comparison } = tokens.take();
  const quantifier = tokens.take().value === 'ALL' ? 'ALL' : 'SOME';
  const nameSpan = tokens.spanFrom(start);
  const right = parseInList(tokens);
  return operatorCall(
    `${comparison} ${quantifier}`,
    nameSpan,
    [left, right],
    'infix',
    tokens.spanFrom(left.span.start),
  );
}

/** IS [NOT] NULL, TRUE, …, JSON …, DISTINCT FROM. */
function parseIs(tokens: TokenStream, left: Expression, scope: Scope): Expression | null {
  const negated = tokens.wordAt(1, 'NOT');
  const distinct = tokens.wordAt(negated ? 2 : 1, 'DISTINCT');
  if ((distinct ? (INFIX_PRECEDENCE.get('IS DISTINCT FROM') ?? 0) : POSTFIX_PRECEDENCE) < scope.minimum)
    return null;
  const { start } = tokens;
  if (!negated && !distinct && !['A', 'JSON', ...IS_STATES].some((word) => tokens.wordAt(1, word))) {
    tokens.noteAhead(
      1,
      ['NULL', 'NOT', 'TRUE', 'FALSE', 'UNKNOWN', 'A', 'EMPTY', 'JSON', 'DISTINCT'].map(
        (word) => `"${word}"`,
      ),
    );
    return null;
  }
  tokens.take();
  if (negated) tokens.take();
  const is = negated ? 'IS NOT' : 'IS';
  if (distinct) return parseIsDistinct(tokens, left, start, is, scope);
  const state = parseIsState(tokens);
  return operatorCall(
    `${is} ${state}`,
    tokens.spanFrom(start),
    [left],
    'postfix',
    tokens.spanFrom(left.span.start),
  );
}

function parseIsDistinct(
  tokens: TokenStream,
  left: Expression,
  start: number,
  is: string,
  scope: Scope,
): Expression {
  if (is === 'IS' && !tokens.wordAt(1, 'FROM')) {
    tokens.noteAhead(1, ['"FROM"']);
    tokens.fail();
  }
  tokens.expectWords('DISTINCT', 'FROM');
  const nameSpan = tokens.spanFrom(start);
  const right = parseOperators(tokens, {
    ...scope,
    minimum: (INFIX_PRECEDENCE.get('IS DISTINCT FROM') ?? 0) + 1,
  });
  return operatorCall(`${is} DISTINCT FROM`, nameSpan, [left, right], 'infix', spanOver(left, right));
}

/** What stands behind IS or IS NOT: `NULL`, `A SET`, `JSON OBJECT`; a bare JSON is JSON VALUE. */
function parseIsState(tokens: TokenStream): string {
  const state = tokens.acceptOneOf(IS_STATES);
  if (state !== null) return state;
  if (tokens.acceptWord('A')) {
    tokens.expectWord('SET');
    return 'A SET';
  }
  tokens.expectWord('JSON');
  return `JSON ${tokens.acceptOneOf(JSON_KINDS) ?? 'VALUE'}`;
}

const NEGATABLE = ['IN', 'BETWEEN', 'LIKE', 'ILIKE', 'RLIKE', 'SIMILAR'] as const;

function parseNegatedPredicate(tokens: TokenStream, left: Expression, scope: Scope): Expression | null {
  if (tokens.wordAt(1, 'SUBMULTISET')) return parseInfix(tokens, left, ['NOT', 'SUBMULTISET', 'OF'], scope);
  if (NEGATABLE.some((word) => tokens.wordAt(1, word))) return parsePredicate(tokens, left, true, scope);
  tokens.noteAhead(
    1,
    NEGATABLE.map((word) => `"${word}"`),
  );
  return null;
}

/** Whether what Flink wants to see behind IN, BETWEEN, LIKE or SIMILAR stands there, one token ahead. */
function predicateFits(tokens: TokenStream, word: string): boolean {
  if (word === 'IN' || word === 'SIMILAR') {
    const wanted = word === 'IN' ? '(' : 'TO';
    if (tokens.symbolAt(1, wanted) || tokens.wordAt(1, wanted)) return true;
    tokens.noteAhead(1, [`"${wanted}"`]);
    return false;
  }
  if (
    operandAt(tokens, 1, 1) ||
    (word === 'BETWEEN' && (tokens.wordAt(1, 'SYMMETRIC') || tokens.wordAt(1, 'ASYMMETRIC')))
  )
    return true;
  tokens.noteAhead(1, OPERAND_IMAGES);
  return false;
}

/** `[NOT] IN`, BETWEEN, LIKE, ILIKE, RLIKE, SIMILAR TO. */
function parsePredicate(
  tokens: TokenStream,
  left: Expression,
  negated: boolean,
  scope: Scope,
): Expression | null {
  if (PREDICATE_PRECEDENCE < scope.minimum) return null;
  const { start } = tokens;
  if (negated) tokens.take();
  const { value: word } = tokens.take();
  const not = negated ? 'NOT ' : '';
  switch (word) {
    case 'IN': {
      const nameSpan = tokens.spanFrom(start);
      const right = parseInList(tokens);
      return operatorCall(`${not}IN`, nameSpan, [left, right], 'infix', tokens.spanFrom(left.span.start));
    }
    case 'BETWEEN':
      return parseBetween(tokens, left, start, not, scope);
    case 'SIMILAR':
      tokens.expectWord('TO');
      return parseLike(tokens, left, `${not}SIMILAR TO`, tokens.spanFrom(start), scope);
    default:
      return parseLike(tokens, left, not + word, tokens.spanFrom(start), scope);
  }
}

function parseLike(
  tokens: TokenStream,
  left: Expression,
  name: string,
  nameSpan: Span,
  scope: Scope,
): Expression {
  const args = [left, parseOperators(tokens, { ...scope, minimum: PREDICATE_PRECEDENCE + 1 })];
  if (tokens.isWord('ESCAPE')) {
    if (!operandAt(tokens, 1, 1)) tokens.noteAhead(1, OPERAND_IMAGES);
    else {
      tokens.take();
      args.push(parseOperators(tokens, { ...scope, minimum: PREDICATE_PRECEDENCE + 1 }));
    }
  }
  return operatorCall(name, nameSpan, args, 'infix', tokens.spanFrom(left.span.start));
}

/** Everything up to the AND is the lower bound; behind it, only what binds tighter than BETWEEN is the upper one. */
function parseBetween(
  tokens: TokenStream,
  left: Expression,
  start: number,
  not: string,
  scope: Scope,
): Expression {
  const symmetric = tokens.acceptOneOf(['SYMMETRIC', 'ASYMMETRIC']) === 'SYMMETRIC';
  const nameSpan = tokens.spanFrom(start);
  const lower = parseOperators(tokens, { ...scope, minimum: 0, stopAtAnd: true });
  if (!tokens.isWord('AND') || !operandFollows(tokens)) {
    const message = 'BETWEEN operator has no terminating AND';
    tokens.complain({
      code: 'between-without-and',
      message,
      cause: 'SqlValidatorException',
      by: 'parser',
      span: nameSpan,
      hint: 'Write a BETWEEN 1 AND 5.',
    });
  }
  tokens.take();
  const upper = parseOperators(tokens, { ...scope, minimum: PREDICATE_PRECEDENCE + 1 });
  return operatorCall(
    `${not}BETWEEN${symmetric ? ' SYMMETRIC' : ''}`,
    nameSpan,
    [left, lower, upper],
    'infix',
    spanOver(left, upper),
  );
}

/** `(1, 2, 3)` or `(SELECT …)`. */
function parseInList(tokens: TokenStream): Expression {
  const { start } = tokens;
  tokens.expectSymbol('(');
  const first = parseExpressionOrQuery(tokens);
  if (first.kind === 'SubQuery' && tokens.acceptSymbol(')'))
    return { ...first, span: tokens.spanFrom(start) };
  const items = [first];
  while (tokens.acceptSymbol(',')) items.push(parseExpression(tokens));
  tokens.expectSymbol(')');
  return { kind: 'RowValue', items, explicit: false, span: tokens.spanFrom(start) };
}

function parseMultisetOperator(tokens: TokenStream, left: Expression, scope: Scope): Expression | null {
  const operator = (['UNION', 'INTERSECT', 'EXCEPT'] as const).find((word) => tokens.wordAt(1, word));
  if (operator === undefined) {
    tokens.noteAhead(1, ['"UNION"', '"INTERSECT"', '"EXCEPT"']);
    return null;
  }
  const precedence = INFIX_PRECEDENCE.get(`MULTISET ${operator}`) ?? 0;
  if (precedence < scope.minimum) return null;
  const { start } = tokens;
  takeWords(tokens, 2);
  const quantifier = tokens.acceptOneOf(['ALL', 'DISTINCT']);
  const nameSpan = tokens.spanFrom(start);
  const right = parseOperators(tokens, { ...scope, minimum: precedence + 1 });
  const name = `MULTISET ${operator}${quantifier === null ? '' : ` ${quantifier}`}`;
  return operatorCall(name, nameSpan, [left, right], 'infix', spanOver(left, right));
}

/** `x FORMAT JSON`. */
function parseFormatJson(tokens: TokenStream, left: Expression, scope: Scope): Expression | null {
  if (POSTFIX_PRECEDENCE < scope.minimum) return null;
  if (!tokens.wordAt(1, 'JSON')) {
    tokens.noteAhead(1, ['"JSON"']);
    return null;
  }
  const nameSpan = takeWords(tokens, 2);
  return operatorCall('FORMAT JSON', nameSpan, [left], 'postfix', tokens.spanFrom(left.span.start));
}

// ---------------------------------------------------------------- operands

/** An operand with the signs, NOT, EXISTS and UNIQUE before it. */
function parseSigned(tokens: TokenStream, scope: Scope): Expression {
  const { kind, value } = tokens.peek();
  const precedence = prefixPrecedence(kind === 'word' || kind === 'symbol' ? value : '');
  if (precedence === null) return parseAccess(tokens, parseOperand(tokens, scope.queries));
  const nameSpan = takeWords(tokens, 1);
  const operand = parseOperators(tokens, { ...scope, minimum: precedence });
  return operatorCall(value, nameSpan, [operand], 'prefix', { start: nameSpan.start, end: operand.span.end });
}

function prefixPrecedence(operator: string): number | null {
  switch (operator) {
    case '-':
    case '+':
      return SIGN_PRECEDENCE;
    case 'NOT':
      return NOT_PRECEDENCE;
    case 'EXISTS':
    case 'UNIQUE':
      return EXISTS_PRECEDENCE;
    default:
      return null;
  }
}

/** `a[1]`, `f(x).y`, `a[1].x.y`. */
function parseAccess(tokens: TokenStream, operand: Expression): Expression {
  let result = operand;
  for (let length = 1; ; length++) {
    tokens.checkChain(length);
    if (tokens.acceptSymbol('[')) {
      const index = parseExpression(tokens);
      tokens.expectSymbol(']');
      result = { kind: 'ItemAccess', operand: result, index, span: tokens.spanFrom(operand.span.start) };
    } else if (atDotAndName(tokens)) {
      tokens.take();
      const field = takeIdentifier(tokens);
      result = { kind: 'FieldAccess', operand: result, field, span: tokens.spanFrom(operand.span.start) };
    } else {
      return result;
    }
  }
}

/** An operand without operators: a literal, a name, a call, something in parentheses. */
export function parseOperand(tokens: TokenStream, queries: QueryOperands = 'queries'): Expression {
  const { kind, value, start, end } = tokens.peek();
  switch (kind) {
    case 'number':
      return takeNumber(tokens);
    case 'string':
    case 'unicode-string':
    case 'prefixed-string':
    case 'escaped-string':
    case 'binary':
      return parseStringLiteral(tokens);
    case 'quoted-name':
      return parseNameOrCall(tokens);
    case 'word':
      return parseWordOperand(tokens, value);
    case 'symbol':
      if (value === '(') return parseParenthesised(tokens, queries);
      if (value === '?') {
        tokens.take();
        return { kind: 'DynamicParameter', span: { start, end } };
      }
      return failAtOperand(tokens);
    default:
      return failAtOperand(tokens);
  }
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
    case 'RUNNING':
    case 'FINAL':
      if (word === 'RUNNING' || tokens.symbolAt(2, '(')) return parseRunning(tokens);
      break;
  }
  if (called) {
    const special = parseSpecialFunction(tokens, word);
    if (special !== null) return special;
  }
  if (!RESERVED_WORDS.has(word)) return parseNameOrCall(tokens);
  if (
    called &&
    (RESERVED_FUNCTIONS.has(word) ||
      SPECIAL_FUNCTIONS.has(word) ||
      word.endsWith('_AGG') ||
      word === 'GROUP_CONCAT')
  )
    return parseReservedCall(tokens);
  if (CONTEXT_VARIABLES.has(word)) return parseContextVariable(tokens, word);
  if (RESERVED_FUNCTIONS.has(word)) failAtSecondWord(tokens);
  return failAtOperand(tokens);
}

/** A word that begins an operand with something behind it that does not go on: Flink names both. */
function failAtSecondWord(tokens: TokenStream): never {
  tokens.noteAhead(1, ['"("']);
  return failAtOperand(tokens);
}

function parseConstant(tokens: TokenStream, word: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN'): Expression {
  const { start, end } = tokens.take();
  const type = word === 'NULL' ? 'null' : word === 'UNKNOWN' ? 'unknown' : 'boolean';
  return { kind: 'Literal', type, value: word, span: { start, end } };
}

/** `CURRENT_DATE` and the others without parentheses. */
function parseContextVariable(tokens: TokenStream, word: string): Call {
  const span = takeWords(tokens, 1);
  return operatorCall(word, span, [], 'niladic', span);
}

/** A call of a function whose name is a reserved word: `SUM(x)`. */
function parseReservedCall(tokens: TokenStream): Expression {
  const token = tokens.take();
  const nameSpan = { start: token.start, end: token.end };
  return parseCall(tokens, { name: token.text, nameSpan, path: null, quoted: false });
}

/** `RUNNING LAST(A.x)`, `FINAL FIRST(A.x)`. */
function parseRunning(tokens: TokenStream): Expression {
  const { start, value: word } = tokens.take();
  const call = parseOperand(tokens);
  if (call.kind !== 'Call') return tokens.fail();
  return { ...call, keywords: [word, ...call.keywords], span: tokens.spanFrom(start) };
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
    takeWords(tokens, 2);
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
  if (items.length > 1) return { kind: 'RowValue', items, explicit: false, span };
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
    const message = 'Illegal expression. Was expecting ""(DATETIME - DATETIME) INTERVALQUALIFIER"';
    tokens.complain({
      code: 'illegal-interval',
      message,
      cause: 'CalciteException',
      by: 'parser',
      span: operand.span,
    });
  }
  const qualifier = parseIntervalQualifier(tokens);
  return {
    ...operatorCall('MINUS_DATE', operand.nameSpan, operand.args, 'special', tokens.spanFrom(start)),
    keywords: [qualifierText(qualifier)],
  };
}

/** What stands first in parentheses: a query of any shape, or an expression. */
export function parseExpressionOrQuery(tokens: TokenStream): Expression {
  const { start } = tokens;
  if (queryAt(tokens, 0)) return subQuery(parseQuery(tokens));
  tokens.noteAll(QUERY_IMAGES);
  const expression = parseExpression(tokens);
  if (!atQueryTail(tokens)) return expression;
  if (expression.kind !== 'SubQuery') return refuseQueryTail(tokens, expression);
  // `((SELECT 1) UNION SELECT 2)` shows only behind its first part that it is a query.
  return { ...subQuery(parseQueryTail(tokens, expression.query, start)), span: tokens.spanFrom(start) };
}

/** ORDER BY or UNION behind an expression that is no query. LIMIT stays for the caller to complain of. */
function refuseQueryTail(tokens: TokenStream, expression: Expression): Expression {
  const { start, end, value: word } = tokens.peek();
  if (word === 'ORDER')
    tokens.complain({
      code: 'order-by-unexpected',
      message: 'ORDER BY unexpected',
      cause: 'CalciteException',
      by: 'parser',
      span: { start, end },
    });
  if (!SET_OPERATORS.includes(word)) return expression;
  tokens.take();
  tokens.acceptOneOf(['ALL', 'DISTINCT']);
  parseQueryTerm(tokens);
  return complainOfExpression(tokens, expression.span);
}

function subQuery(query: Query): Expression {
  return { kind: 'SubQuery', query, span: query.span };
}

function complainOfQuery(tokens: TokenStream, span: Span): never {
  const message = 'Query expression encountered in illegal context';
  return tokens.complain({
    code: 'query-not-allowed',
    message,
    cause: 'CalciteException',
    by: 'parser',
    span,
    hint: 'A query cannot stand here.',
  });
}

function parseRow(tokens: TokenStream): RowValue {
  const { start } = tokens.take();
  tokens.expectSymbol('(');
  const items = [parseExpressionOrQuery(tokens)];
  while (tokens.acceptSymbol(',')) items.push(parseExpression(tokens));
  tokens.expectSymbol(')');
  return { kind: 'RowValue', items, explicit: true, span: tokens.spanFrom(start) };
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
  tokens.expectSymbol('(');
  if (tokens.acceptSymbol(')')) return operatorCall(word, nameSpan, [], 'function', tokens.spanFrom(start));
  const args = [parseExpressionOrQuery(tokens)];
  while (tokens.acceptSymbol(',')) args.push(parseExpression(tokens));
  tokens.expectSymbol(')');
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
  return { when, then: parseExpression(tokens) };
}

// ---------------------------------------------------------------- small

/** Takes the next `count` tokens and says where they stood. */
function takeWords(tokens: TokenStream, count: number): Span {
  const { start } = tokens;
  for (let taken = 0; taken < count; taken++) tokens.take();
  return tokens.spanFrom(start);
}

function spanOver(left: Expression, right: Expression): Span {
  return { start: left.span.start, end: right.span.end };
}

/** A column by its name alone, where the grammar takes a name and the tree an expression. */
export function parseColumn(tokens: TokenStream): Expression {
  return columnOf(parseIdentifier(tokens));
}

export function columnOf(identifier: Identifier): Expression {
  return { kind: 'ColumnRef', parts: [identifier], span: identifier.span };
}
