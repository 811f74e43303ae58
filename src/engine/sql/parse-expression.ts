import type { Span } from '../base/span.ts';
import type { Expression } from './ast.ts';
import { operatorCall } from './call.ts';
import {
  type Grammar,
  parseExpression,
  parseExpressionOrQuery,
  parseOperand,
  type QueryOperands,
} from './grammar.ts';
import { operandAt } from './operand-start.ts';
import { atDotAndName, takeIdentifier } from './parse-name.ts';
import {
  EXISTS_PRECEDENCE,
  INFIX_PRECEDENCE,
  NOT_PRECEDENCE,
  POSTFIX_PRECEDENCE,
  PREDICATE_PRECEDENCE,
  SIGN_PRECEDENCE,
} from './precedence.ts';
import type { TokenStream } from './token-stream.ts';

/**
 * Expressions, by precedence climbing. Calcite reads a flat list of operands and operators and builds the tree at the end;
 * the trees are the same, and where its look-ahead decides which words a message has, this parser looks as far ahead.
 */

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
export const expressionGrammar: Pick<Grammar, 'expression'> = {
  expression: (tokens, queries) => parseOperators(tokens, { minimum: 0, stopAtAnd: false, queries }),
};

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
  tokens.note(['<OPERATOR>']);
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
    tokens.noteAhead(ahead, [operator[ahead] ?? '']);
    return null;
  }
  if (operator.length === 1 && !operandFollows(tokens)) return null;
  const nameSpan = tokens.takeAll(operator.length);
  const right = parseOperators(tokens, { ...scope, minimum: precedence + 1 });
  return operatorCall(name, nameSpan, [left, right], 'infix', spanOver(left, right));
}

/** Whether an operand stands behind the operator here; where only its first token does, the parse ends. */
function operandFollows(tokens: TokenStream): boolean {
  if (!operandAt(tokens, 1, 1)) {
    tokens.noteAhead(1, ['<OPERAND>']);
    return false;
  }
  if (operandAt(tokens, 1, 2)) return true;
  tokens.noteAhead(2, ['<OPERAND>']);
  return tokens.fail();
}

function parseBangEqual(tokens: TokenStream): null {
  if (!operandFollows(tokens)) return null;
  const { start, end } = tokens.peek();
  return tokens.complain('bang-equal', { start, end });
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
    tokens.noteAhead(1, ['NULL', 'NOT', 'TRUE', 'FALSE', 'UNKNOWN', 'A', 'EMPTY', 'JSON', 'DISTINCT']);
    return null;
  }
  tokens.takeAll(negated ? 2 : 1);
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
    tokens.noteAhead(1, ['FROM']);
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
  tokens.noteAhead(1, NEGATABLE);
  return null;
}

/** Whether what Flink wants to see behind IN, BETWEEN, LIKE or SIMILAR stands there, one token ahead. */
function predicateFits(tokens: TokenStream, word: string): boolean {
  if (word === 'IN' || word === 'SIMILAR') {
    const wanted = word === 'IN' ? '(' : 'TO';
    if (tokens.symbolAt(1, wanted) || tokens.wordAt(1, wanted)) return true;
    tokens.noteAhead(1, [wanted]);
    return false;
  }
  if (
    operandAt(tokens, 1, 1) ||
    (word === 'BETWEEN' && (tokens.wordAt(1, 'SYMMETRIC') || tokens.wordAt(1, 'ASYMMETRIC')))
  )
    return true;
  tokens.noteAhead(1, ['<OPERAND>']);
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
    if (!operandAt(tokens, 1, 1)) tokens.noteAhead(1, ['<OPERAND>']);
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
    tokens.complain('between-without-and', nameSpan);
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
    tokens.noteAhead(1, ['UNION', 'INTERSECT', 'EXCEPT']);
    return null;
  }
  const precedence = INFIX_PRECEDENCE.get(`MULTISET ${operator}`) ?? 0;
  if (precedence < scope.minimum) return null;
  const { start } = tokens;
  tokens.takeAll(2);
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
    tokens.noteAhead(1, ['JSON']);
    return null;
  }
  const nameSpan = tokens.takeAll(2);
  return operatorCall('FORMAT JSON', nameSpan, [left], 'postfix', tokens.spanFrom(left.span.start));
}

// ---------------------------------------------------------------- prefixes and access

/** An operand with the signs, NOT, EXISTS and UNIQUE before it; and FINAL and RUNNING, of which FINAL is a name where no operand follows. */
function parseSigned(tokens: TokenStream, scope: Scope): Expression {
  const { kind, value } = tokens.peek();
  const isMoment = kind === 'word' && (value === 'FINAL' || value === 'RUNNING');
  const isAlone = isMoment && (tokens.wordAt(1, 'NOT') || !operandAt(tokens, 1, 1));
  const isPrefix = (kind === 'word' || kind === 'symbol') && !isAlone;
  const precedence = prefixPrecedence(isPrefix ? value : '');
  if (precedence === null) return parseAccess(tokens, parseOperand(tokens, scope.queries));
  const nameSpan = tokens.takeAll(1);
  const operand = parseOperators(tokens, { ...scope, minimum: precedence });
  const span = { start: nameSpan.start, end: operand.span.end };
  return isMoment && operand.kind === 'Call' && operand.syntax === 'function'
    ? { ...operand, keywords: [value, ...operand.keywords], span }
    : operatorCall(value, nameSpan, [operand], 'prefix', span);
}

function prefixPrecedence(operator: string): number | null {
  switch (operator) {
    case '-':
    case '+':
    case 'FINAL':
    case 'RUNNING':
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

function spanOver(left: Expression, right: Expression): Span {
  return { start: left.span.start, end: right.span.end };
}
