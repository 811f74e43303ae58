import type { Span } from '../base/span.ts';
import type { Call, Cast, Expression, Name, SortItem, TypeName, WindowCall } from './ast.ts';
import { operatorCall } from './call.ts';
import { parseExpression, parseExpressionOrQuery, parseExpressions, parseOperand } from './grammar.ts';
import { operandAt, SPECIAL_FUNCTIONS } from './operand-start.ts';
import { parseNumericLiteral } from './parse-literal.ts';
import { parseIdentifier, parseIdentifierOrList, parseName, takeIdentifier } from './parse-name.ts';
import { parseCastType, parseIntervalType } from './parse-type.ts';
import { parseOrderBy, parseSortItem, parseWindowSpec } from './parse-window.ts';
import { RESERVED_FUNCTIONS, words } from './reserved.ts';
import type { TokenStream } from './token-stream.ts';

/** Calls of functions: the ordinary ones, and those with a syntax of their own (CAST, EXTRACT, TRIM, JSON_VALUE, …). */

interface CalledName {
  /** The name as written. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly path: Name | null;
  readonly quoted: boolean;
}

/** Aggregates that may be sorted within their parentheses. */
const SORTABLE_AGGREGATES = words('ARRAY_AGG ARRAY_CONCAT_AGG GROUP_CONCAT STRING_AGG');

/** The rest of a call in FROM: its arguments, and nothing behind them. */
export function parseTableCall(tokens: TokenStream, name: Name): Call {
  return parseCallArguments(tokens, calledName(name), false);
}

/** A function by its name; what is written with dots is a path. */
export function calledName(name: Name): CalledName {
  const [first] = name.parts;
  const simple = name.parts.length === 1 && first !== undefined;
  const text = name.parts.map((part) => part.name).join('.');
  return { name: text, nameSpan: name.span, path: simple ? null : name, quoted: simple && first.quoted };
}

/** The rest of a call, from its `(` to FILTER or OVER. */
export function parseCall(tokens: TokenStream, called: CalledName): Expression {
  const upper = called.quoted ? '' : called.name.toUpperCase();
  const call = parseCallArguments(tokens, called, SORTABLE_AGGREGATES.has(upper));
  if (upper === 'DESCRIPTOR' && call.args.every(isColumn)) {
    return {
      kind: 'Descriptor',
      columns: call.args.flatMap((arg) => (arg.kind === 'ColumnRef' ? arg.parts : [])),
      span: call.span,
    };
  }
  return parseOver(tokens, parseCallSuffix(tokens, call));
}

function isColumn(expression: Expression): boolean {
  return expression.kind === 'ColumnRef' && expression.parts.length === 1;
}

function parseCallArguments(
  tokens: TokenStream,
  { name, nameSpan, path }: CalledName,
  sortable: boolean,
): Call {
  const call = { ...operatorCall(name, nameSpan, [], 'function', nameSpan), path };
  tokens.expectSymbol('(');
  if (tokens.acceptSymbol('*')) {
    tokens.expectSymbol(')');
    return { ...call, star: true, span: tokens.spanFrom(nameSpan.start) };
  }
  if (tokens.acceptSymbol(')')) return { ...call, span: tokens.spanFrom(nameSpan.start) };
  const distinct = tokens.acceptOneOf(['DISTINCT', 'ALL']) === 'DISTINCT';
  const args = [sortable ? parseArgument(tokens) : parseFirstArgument(tokens)];
  while (tokens.acceptSymbol(',')) args.push(parseArgument(tokens));
  const nulls = sortable ? acceptNullTreatment(tokens) : null;
  const orderBy = sortable && tokens.isWord('ORDER') ? parseOrderBy(tokens) : [];
  tokens.expectSymbol(')');
  return { ...call, args, distinct, nulls, orderBy, span: tokens.spanFrom(nameSpan.start) };
}

/** IGNORE NULLS, WITHIN GROUP, FILTER. */
function parseCallSuffix(tokens: TokenStream, call: Call): Call {
  const nulls = acceptNullTreatment(tokens) ?? call.nulls;
  return {
    ...acceptWithinGroup(tokens, call),
    nulls,
    filter: tokens.acceptWord('FILTER') ? tokens.enclosed(() => parseFilter(tokens)) : null,
    span: tokens.spanFrom(call.span.start),
  };
}

function parseFilter(tokens: TokenStream): Expression {
  tokens.expectWord('WHERE');
  return parseExpression(tokens);
}

function acceptWithinGroup(tokens: TokenStream, call: Call): Call {
  if (!tokens.acceptWord('WITHIN')) return call;
  tokens.expectWord('GROUP');
  const orderBy = tokens.enclosed(() => parseOrderBy(tokens));
  return { ...call, orderBy, span: tokens.spanFrom(call.span.start) };
}

function acceptNullTreatment(tokens: TokenStream): Call['nulls'] {
  const nulls = (['IGNORE', 'RESPECT'] as const).find((word) => tokens.areWords(word, 'NULLS'));
  if (nulls === undefined) return null;
  tokens.takeAll(2);
  return nulls;
}

/** `OVER (…)` or `OVER w`, where it follows. */
function parseOver(tokens: TokenStream, call: Call): Call | WindowCall {
  if (!tokens.acceptWord('OVER')) return call;
  const window = tokens.isName() ? takeIdentifier(tokens) : parseWindowSpec(tokens);
  return { kind: 'WindowCall', call, window, span: tokens.spanFrom(call.span.start) };
}

// ---------------------------------------------------------------- arguments

/** The arguments of CALL, from `(` to `)`. */
export function parseArguments(tokens: TokenStream): Expression[] {
  tokens.expectSymbol('(');
  if (tokens.acceptSymbol(')')) return [];
  const args = [parseFirstArgument(tokens)];
  while (tokens.acceptSymbol(',')) args.push(parseArgument(tokens));
  tokens.expectSymbol(')');
  return args;
}

/** An argument by its name or place. Only the first may be a query without parentheses. */
function parseFirstArgument(tokens: TokenStream): Expression {
  return parseNamed(tokens, () => {
    const marked = parseSpecialArgument(tokens);
    if (marked !== null) return marked;
    const { start } = tokens;
    const argument = parseExpressionOrQuery(tokens);
    if (!(tokens.isWord('PARTITION') || tokens.isWord('ORDER'))) return argument;
    const semantics = parseTableSemantics(tokens);
    if (argument.kind !== 'SubQuery') return missingTableWord(tokens, argument);
    return { kind: 'TableArgument', table: argument.query, ...semantics, span: tokens.spanFrom(start) };
  });
}

/** `f(orders PARTITION BY x)`: without TABLE before it, the name is one of a column. */
function missingTableWord(tokens: TokenStream, argument: Expression): Expression {
  const { start, end } = argument.span;
  tokens.complainLater('table-word-missing', argument.span, tokens.text.slice(start, end));
  return argument;
}

function parseArgument(tokens: TokenStream): Expression {
  return parseNamed(tokens, () => parseSpecialArgument(tokens) ?? parseExpression(tokens));
}

/** `name => value`, or the value alone. */
function parseNamed(tokens: TokenStream, value: () => Expression): Expression {
  if (!(tokens.nameAt(0) && tokens.symbolAt(1, '=>'))) return value();
  const { start } = tokens;
  const name = takeIdentifier(tokens);
  tokens.take();
  return { kind: 'NamedArgument', name, value: value(), span: tokens.spanFrom(start) };
}

/** DEFAULT, `TABLE t …`, `MODEL m`; null where something else stands. */
function parseSpecialArgument(tokens: TokenStream): Expression | null {
  const { start } = tokens;
  if (tokens.acceptWord('DEFAULT')) return { kind: 'DefaultValue', span: tokens.spanFrom(start) };
  if (tokens.wordAt(0, 'MODEL') && tokens.nameAt(1)) {
    tokens.take();
    return { kind: 'ModelArgument', model: parseName(tokens), span: tokens.spanFrom(start) };
  }
  if (!tokens.acceptWord('TABLE')) return null;
  const table = parseName(tokens);
  return { kind: 'TableArgument', table, ...parseTableSemantics(tokens), span: tokens.spanFrom(start) };
}

/** PARTITION BY and ORDER BY behind a table argument. */
function parseTableSemantics(tokens: TokenStream): {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
} {
  let partitionBy: readonly Expression[] = [];
  if (tokens.acceptWord('PARTITION')) {
    tokens.expectWord('BY');
    partitionBy = parseIdentifierOrList(tokens).map(
      (each): Expression => ({ kind: 'ColumnRef', parts: [each], span: each.span }),
    );
  }
  let orderBy: readonly SortItem[] = [];
  if (tokens.acceptWord('ORDER')) {
    tokens.expectWord('BY');
    orderBy = tokens.isSymbol('(')
      ? tokens.parenthesised(() => parseSortItem(tokens))
      : [parseSortItem(tokens)];
  }
  return { partitionBy, orderBy };
}

// ---------------------------------------------------------------- functions with a syntax of their own

/** Functions of which only what stands in the parentheses is their own. */
const SPECIAL_ARGUMENTS: ReadonlyMap<string, (tokens: TokenStream) => SpecialParts> = new Map([
  ['EXTRACT', parseExtract],
  ['POSITION', parsePosition],
  ['OVERLAY', parseOverlay],
  ['SUBSTRING', parseSubstring],
  ['TRIM', parseTrim],
  ['CONVERT', parseConvert],
  ['TRANSLATE', parseTranslate],
  ['TIMESTAMPADD', parseUnitFirst],
  ['TIMESTAMPDIFF', parseUnitFirst],
  ['FIRST', parseNavigation],
  ['LAST', parseNavigation],
  ['PREV', parseNavigation],
  ['NEXT', parseNavigation],
  ['JSON_EXISTS', parseJsonExists],
  ['JSON_VALUE', parseJsonValue],
  ['JSON_QUERY', parseJsonQuery],
  ['JSON_OBJECT', parseJsonObject],
  ['JSON_ARRAY', parseJsonArray],
  ['JSON_OBJECTAGG', parseJsonObjectAggregate],
]);

/** The call that begins here if `word` is a function with its own syntax, `(` standing behind it; null otherwise. */
export function parseSpecialFunction(tokens: TokenStream, word: string): Expression | null {
  const inside = SPECIAL_ARGUMENTS.get(word);
  if (inside) return special(tokens, inside);
  switch (word) {
    case 'CAST':
    case 'TRY_CAST':
      return parseCast(tokens, word);
    case 'CEIL':
    case 'CEILING':
    case 'FLOOR':
      return parseRounding(tokens);
    case 'JSON_ARRAYAGG':
      return acceptWithinGroup(tokens, special(tokens, parseJsonArrayAggregate));
    default:
      return null;
  }
}

/** What such a function is made of beyond its name. */
type SpecialParts = Partial<Pick<Call, 'args' | 'keywords' | 'returning' | 'orderBy'>>;

/** `text USING charset`; null where no USING stands. */
function acceptCharset(tokens: TokenStream): SpecialParts['keywords'] | null {
  return tokens.acceptWord('USING') ? ['USING', parseIdentifier(tokens).name] : null;
}

/** `CONVERT(text USING charset)`, `CONVERT(text, charset, charset)`. */
function parseConvert(tokens: TokenStream): SpecialParts {
  const args = [parseExpression(tokens)];
  const using = acceptCharset(tokens);
  if (using) return { args, keywords: using };
  const charset = (): string => {
    tokens.expectSymbol(',');
    return parseIdentifier(tokens).name;
  };
  return { args, keywords: [charset(), charset()] };
}

/** `TRANSLATE(text USING charset)`, `TRANSLATE(text, from, to)`. */
function parseTranslate(tokens: TokenStream): SpecialParts {
  const args = [parseExpression(tokens)];
  const using = acceptCharset(tokens);
  if (using) return { args, keywords: using };
  while (tokens.acceptSymbol(',')) args.push(parseExpression(tokens));
  return { args };
}

/** Takes the name and both parentheses, and leaves what stands between them to `inside`. */
function special(tokens: TokenStream, inside: (tokens: TokenStream) => SpecialParts): Call {
  const { value } = tokens.peek();
  const nameSpan = tokens.takeAll(1);
  const parts = tokens.enclosed(() => inside(tokens));
  return { ...operatorCall(value, nameSpan, [], 'special', tokens.spanFrom(nameSpan.start)), ...parts };
}

function parseCast(tokens: TokenStream, word: string): Cast {
  const { start } = tokens.take();
  tokens.expectSymbol('(');
  const operand = parseExpression(tokens);
  tokens.expectWord('AS');
  const type = tokens.isWord('INTERVAL') ? parseIntervalType(tokens) : parseCastType(tokens);
  tokens.expectSymbol(')');
  return { kind: 'Cast', isTry: word === 'TRY_CAST', operand, type, span: tokens.spanFrom(start) };
}

/** Time units, the reserved ones among them; any other name stands for a unit too and is looked up later. */
const TIME_UNITS: readonly string[] = [
  ...words(`
  NANOSECOND MICROSECOND MILLISECOND SECOND MINUTE HOUR DAY DOW DOY ISODOW ISOYEAR WEEK MONTH QUARTER YEAR EPOCH DECADE CENTURY
  MILLENNIUM
`),
];

function parseTimeUnit(tokens: TokenStream): string {
  const unit = tokens.acceptOneOf(TIME_UNITS);
  if (unit !== null) return unit;
  return parseIdentifier(tokens).name.toUpperCase();
}

function parseExtract(tokens: TokenStream): SpecialParts {
  const unit = parseTimeUnit(tokens);
  tokens.expectWord('FROM');
  return { args: [parseExpression(tokens)], keywords: [unit] };
}

function parsePosition(tokens: TokenStream): SpecialParts {
  // No expression in parentheses can stand first.
  if (tokens.isSymbol('(') || tokens.isWord('ROW')) tokens.fail();
  const args = [parseOperand(tokens)];
  tokens.expectWord('IN');
  args.push(parseExpression(tokens));
  if (tokens.acceptWord('FROM')) args.push(parseExpression(tokens));
  return { args };
}

function parseOverlay(tokens: TokenStream): SpecialParts {
  const args = [parseExpression(tokens)];
  for (const word of ['PLACING', 'FROM']) {
    tokens.expectWord(word);
    args.push(parseExpression(tokens));
  }
  if (tokens.acceptWord('FOR')) args.push(parseExpression(tokens));
  return { args };
}

/** `SUBSTRING(s FROM 2 FOR 3)` and `SUBSTRING(s, 2, 3)` are the same. */
function parseSubstring(tokens: TokenStream): SpecialParts {
  const args = [parseExpression(tokens)];
  if (!tokens.acceptWord('FROM')) tokens.expectSymbol(',');
  args.push(parseExpression(tokens));
  if (tokens.acceptWord('FOR') || tokens.acceptSymbol(',')) args.push(parseExpression(tokens));
  return { args };
}

/** `TRIM(s)`, `TRIM(BOTH FROM s)`, `TRIM(LEADING 'x' FROM s)`; the characters to trim come first in the arguments. */
function parseTrim(tokens: TokenStream): SpecialParts {
  const side = tokens.acceptOneOf(['BOTH', 'TRAILING', 'LEADING']);
  if (side === null && tokens.isWord('FROM')) tokens.complain('trim-without-operand', tokens.takeAll(1));
  const args = tokens.isWord('FROM') ? [] : [parseExpression(tokens)];
  const keywords = side === null ? [] : [side];
  if (!tokens.acceptWord('FROM')) return { args, keywords };
  args.push(parseExpression(tokens));
  return { args, keywords: [side ?? 'BOTH'] };
}

/** `CEIL(x)` is a function like any other, `CEIL(ts TO DAY)` is not. */
function parseRounding(tokens: TokenStream): Expression {
  const { text, value } = tokens.peek();
  const nameSpan = tokens.takeAll(1);
  tokens.expectSymbol('(');
  const args = [parseExpression(tokens)];
  const unit = tokens.acceptWord('TO') ? parseTimeUnit(tokens) : null;
  tokens.expectSymbol(')');
  const span = tokens.spanFrom(nameSpan.start);
  if (unit === null) return parseOver(tokens, operatorCall(text, nameSpan, args, 'function', span));
  const name = value === 'CEILING' ? 'CEIL' : value;
  return { ...operatorCall(name, nameSpan, args, 'special', span), keywords: [unit] };
}

/** Units may be written in the manner of ODBC: `SQL_TSI_DAY`. */
function parseUnitFirst(tokens: TokenStream): SpecialParts {
  const unit = parseTimeUnit(tokens).replace(/^SQL_TSI_(?!FRAC|MICRO)/, '');
  tokens.expectSymbol(',');
  const args = [parseExpression(tokens)];
  tokens.expectSymbol(',');
  args.push(parseExpression(tokens));
  return { args, keywords: [unit] };
}

/** `LAST(A.x, 1)`: the offset is a number, not an expression. */
function parseNavigation(tokens: TokenStream): SpecialParts {
  const args = [parseExpression(tokens)];
  if (tokens.acceptSymbol(',')) args.push(parseNumericLiteral(tokens));
  return { args };
}

// ---------------------------------------------------------------- JSON

/** The document and the path, and PASSING, whose values become named arguments. */
function parseJsonDocument(tokens: TokenStream): Expression[] {
  const args = [parseExpression(tokens, 'no-queries')];
  tokens.expectSymbol(',');
  args.push(parseExpression(tokens, 'no-queries'));
  if (tokens.acceptWord('PASSING')) args.push(...tokens.list(() => parsePassing(tokens)));
  return args;
}

function parsePassing(tokens: TokenStream): Expression {
  const { start } = tokens;
  const value = parseExpression(tokens, 'no-queries');
  tokens.expectWord('AS');
  return { kind: 'NamedArgument', name: parseIdentifier(tokens), value, span: tokens.spanFrom(start) };
}

function parseJsonExists(tokens: TokenStream): SpecialParts {
  const args = parseJsonDocument(tokens);
  const behavior = tokens.acceptOneOf(['TRUE', 'FALSE', 'UNKNOWN', 'ERROR']);
  if (behavior === null) return { args };
  tokens.expectWords('ON', 'ERROR');
  return { args, keywords: [`${behavior} ON ERROR`] };
}

/** `RETURNING type`, where it stands. */
function acceptReturning(tokens: TokenStream): TypeName | null {
  return tokens.acceptWord('RETURNING') ? parseCastType(tokens) : null;
}

/** `NULL ON EMPTY`, `DEFAULT 3 ON ERROR`: the default values are appended to the arguments in order. */
function parseJsonValue(tokens: TokenStream): SpecialParts {
  const args = parseJsonDocument(tokens);
  const returning = acceptReturning(tokens);
  const keywords = parseBehaviors(tokens, () => {
    const behavior = tokens.acceptOneOf(['ERROR', 'NULL', 'DEFAULT']);
    if (behavior === 'DEFAULT') args.push(parseExpression(tokens, 'no-queries'));
    return behavior;
  });
  return { args, keywords, returning };
}

function parseJsonQuery(tokens: TokenStream): SpecialParts {
  const args = parseJsonDocument(tokens);
  const returning = acceptReturning(tokens);
  const wrapper = acceptWrapper(tokens);
  const behaviors = parseBehaviors(tokens, () => acceptQueryBehavior(tokens));
  return { args, keywords: wrapper === null ? behaviors : [wrapper, ...behaviors], returning };
}

/** What is done ON EMPTY and ON ERROR. */
function parseBehaviors(tokens: TokenStream, accept: () => string | null): string[] {
  const keywords: string[] = [];
  for (;;) {
    const behavior = accept();
    if (behavior === null) return keywords;
    tokens.expectWord('ON');
    keywords.push(`${behavior} ON ${tokens.expectOneOf(['EMPTY', 'ERROR'])}`);
  }
}

/** All spellings of the wrapper in their longest form. */
function acceptWrapper(tokens: TokenStream): string | null {
  let wrapper: string;
  if (tokens.acceptWord('WITHOUT')) wrapper = 'WITHOUT ARRAY WRAPPER';
  else if (tokens.acceptWord('WITH'))
    wrapper = `WITH ${tokens.acceptOneOf(['CONDITIONAL', 'UNCONDITIONAL']) ?? 'UNCONDITIONAL'} ARRAY WRAPPER`;
  else return null;
  tokens.acceptWord('ARRAY');
  tokens.expectWord('WRAPPER');
  return wrapper;
}

function acceptQueryBehavior(tokens: TokenStream): string | null {
  const behavior = tokens.acceptOneOf(['ERROR', 'NULL']);
  if (behavior !== null) return behavior;
  if (!tokens.acceptWord('EMPTY')) return null;
  return `EMPTY ${tokens.expectOneOf(['ARRAY', 'OBJECT'])}`;
}

function parseJsonObject(tokens: TokenStream): SpecialParts {
  return parseJsonParts(tokens, () => {
    const { start } = tokens;
    return tokens.list(() => parseKeyAndValue(tokens, start)).flat();
  });
}

function parseJsonArray(tokens: TokenStream): SpecialParts {
  return parseJsonParts(tokens, () => parseExpressions(tokens, 'no-queries'));
}

function parseJsonParts(tokens: TokenStream, parts: () => Expression[]): SpecialParts {
  const args = tokens.isSymbol(')') || atNullClause(tokens) ? [] : parts();
  return { args, keywords: acceptNullClause(tokens) };
}

/** `KEY k VALUE v`, `k VALUE v` or `k : v`. Two tokens ahead, Flink's parser knows no first key that is a CASE or a call without a syntax of its own. */
function parseKeyAndValue(tokens: TokenStream, first?: number): Expression[] {
  const { kind, value } = tokens.peek();
  const next = tokens.peek(1).value;
  const isCall =
    tokens.start === first &&
    (next === '('
      ? !SPECIAL_ARGUMENTS.has(value) &&
        !SPECIAL_FUNCTIONS.has(value) &&
        (tokens.nameAt(0) || RESERVED_FUNCTIONS.has(value))
      : value === 'CASE');
  if (kind !== 'symbol' && (isCall || next === ')' || next === ',')) {
    tokens.noteAhead(0, ['<IDENTIFIER>']);
    tokens.noteAhead(1, ['VALUE', ':']);
    tokens.fail();
  }
  if (tokens.isWord('KEY') && operandAt(tokens, 1, 1)) tokens.take();
  const key = parseExpression(tokens, 'no-queries');
  if (!tokens.acceptWord('VALUE')) tokens.expectSymbol(':');
  return [key, parseExpression(tokens, 'no-queries')];
}

/** Neither FILTER nor OVER may follow an aggregate that makes JSON. */
function parseJsonObjectAggregate(tokens: TokenStream): SpecialParts {
  return { args: parseKeyAndValue(tokens), keywords: acceptNullClause(tokens) };
}

function parseJsonArrayAggregate(tokens: TokenStream): SpecialParts {
  const args = [parseExpression(tokens, 'no-queries')];
  const orderBy = tokens.isWord('ORDER') ? parseOrderBy(tokens) : [];
  return { args, orderBy, keywords: acceptNullClause(tokens) };
}

function atNullClause(tokens: TokenStream): boolean {
  return tokens.areWords('NULL', 'ON') || tokens.areWords('ABSENT', 'ON');
}

/** `NULL ON NULL` or `ABSENT ON NULL`. */
function acceptNullClause(tokens: TokenStream): string[] {
  const behavior = tokens.acceptOneOf(['NULL', 'ABSENT']);
  if (behavior === null) return [];
  tokens.expectWords('ON', 'NULL');
  return [`${behavior} ON NULL`];
}
