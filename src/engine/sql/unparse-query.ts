import { unreachable } from '../base/assert.ts';
import type {
  Call,
  Case,
  Expression,
  FrameBound,
  GroupItem,
  Hint,
  Identifier,
  IntervalLiteral,
  Join,
  Literal,
  MatchRecognize,
  NamedTable,
  OrderedQuery,
  Pattern,
  Query,
  Sample,
  Select,
  SelectItem,
  SetOperation,
  SortItem,
  TableArgument,
  TableFunction,
  TableRef,
  Unnest,
  WindowSpec,
  With,
} from './ast.ts';
import { qualifierText } from './parse-literal.ts';
import {
  ACCESS_PRECEDENCE,
  EXISTS_PRECEDENCE,
  INFIX_PRECEDENCE,
  NOT_PRECEDENCE,
  POSTFIX_PRECEDENCE,
  PREDICATE_PRECEDENCE,
  SIGN_PRECEDENCE,
} from './precedence.ts';
import { needsBackticks, RESERVED_FUNCTIONS, RESERVED_WORDS } from './reserved.ts';
import { backticked, dotted, identifier, quoted, unparseName, unparseType } from './unparse-name.ts';

/** Queries and the expressions in them, which may hold queries again, back to text. Parentheses stand where the tree needs them. */

// ---------------------------------------------------------------- queries

/** The text of a query; parsed again, it gives the same tree but for spans. */
export function unparseQuery(query: Query): string {
  switch (query.kind) {
    case 'Select':
      return select(query);
    case 'SetOperation':
      return setOperation(query);
    case 'Values':
      return `VALUES ${query.rows.map((row) => (row.items.length === 1 && !row.explicit ? `(${list(row.items)})` : unparseExpression(row))).join(', ')}`;
    case 'With':
      return withQuery(query);
    case 'OrderedQuery':
      return orderedQuery(query);
    case 'ExplicitTable':
      return `TABLE ${unparseName(query.name)}`;
    default:
      return unreachable(query);
  }
}

function withQuery({ items, body, recursive }: With): string {
  const texts = items.map(
    ({ name, columns, query }) => `${identifier(name)}${identifierList(columns)} AS (${unparseQuery(query)})`,
  );
  const text = body.kind === 'With' ? `(${unparseQuery(body)})` : unparseQuery(body);
  return `WITH ${recursive ? 'RECURSIVE ' : ''}${texts.join(', ')} ${text}`;
}

/** ` (a, b)`, or nothing for no names. */
export function identifierList(columns: readonly Identifier[]): string {
  return columns.length === 0 ? '' : ` (${columns.map(identifier).join(', ')})`;
}

function orderedQuery({ query, orderBy, offset, fetch }: OrderedQuery): string {
  const parts = [
    query.kind === 'OrderedQuery' || query.kind === 'With' ? `(${unparseQuery(query)})` : unparseQuery(query),
  ];
  if (orderBy.length > 0) parts.push(`ORDER BY ${sortItems(orderBy)}`);
  if (offset !== null) parts.push(`OFFSET ${unparseExpression(offset)} ROWS`);
  if (fetch !== null) parts.push(`FETCH NEXT ${unparseExpression(fetch)} ROWS ONLY`);
  return parts.join(' ');
}

/** Left-associative, INTERSECT before the others; queries with clauses of their own at the end stand in parentheses. */
function setOperation({ operator, all, left, right }: SetOperation): string {
  const rank = setRank(operator);
  return `${setOperand(left, rank)} ${operator}${all ? ' ALL' : ''} ${setOperand(right, rank + 1)}`;
}

function setRank(operator: SetOperation['operator']): number {
  return operator === 'INTERSECT' ? 2 : 1;
}

function setOperand(query: Query, minimum: number): string {
  const open =
    query.kind === 'OrderedQuery' ||
    query.kind === 'With' ||
    (query.kind === 'SetOperation' && setRank(query.operator) < minimum);
  return open ? `(${unparseQuery(query)})` : unparseQuery(query);
}

function select(query: Select): string {
  const parts = ['SELECT'];
  if (query.hints.length > 0) parts.push(hintComment(query.hints));
  if (query.distinct) parts.push('DISTINCT');
  parts.push(query.items.map(selectItem).join(', '));
  if (query.from !== null) parts.push(`FROM ${tableRef(query.from)}`);
  if (query.where !== null) parts.push(`WHERE ${unparseExpression(query.where)}`);
  if (query.groupBy !== null) parts.push(`GROUP BY ${query.groupBy.map(groupItem).join(', ')}`);
  if (query.having !== null) parts.push(`HAVING ${unparseExpression(query.having)}`);
  if (query.windows.length > 0)
    parts.push(
      `WINDOW ${query.windows.map(({ name, spec }) => `${identifier(name)} AS ${windowSpec(spec)}`).join(', ')}`,
    );
  if (query.qualify !== null) parts.push(`QUALIFY ${unparseExpression(query.qualify)}`);
  return parts.join(' ');
}

function selectItem({ expression, alias }: SelectItem): string {
  return unparseExpression(expression) + aliasText(alias);
}

function aliasText(alias: Identifier | null): string {
  return alias === null ? '' : ` AS ${identifier(alias)}`;
}

function groupItem(item: GroupItem): string {
  switch (item.kind) {
    case 'Expression':
      return unparseExpression(item.expression);
    case 'GroupingSets':
      return `GROUPING SETS (${item.items.map(groupItem).join(', ')})`;
    case 'Cube':
      return `CUBE (${item.items.map(groupItem).join(', ')})`;
    case 'Rollup':
      return `ROLLUP (${item.items.map(groupItem).join(', ')})`;
    case 'Set':
      return `(${list(item.items)})`;
    default:
      return unreachable(item);
  }
}

/** Hints in the comment that holds them. */
export function hintComment(hints: readonly Hint[]): string {
  return `/*+ ${hints.map(hint).join(', ')} */`;
}

/** Which of the three ways to write its options a hint had does not show in the tree; strings say the same. */
function hint({ name, options }: Hint): string {
  if (options.length === 0) return identifier(name);
  const texts = options.map(({ key, value }) =>
    value === null ? quoted(key) : `${quoted(key)} = ${quoted(value)}`,
  );
  return `${identifier(name)}(${texts.join(', ')})`;
}

// ---------------------------------------------------------------- tables

/** A table of FROM. */
export function tableRef(table: TableRef): string {
  switch (table.kind) {
    case 'NamedTable':
      return namedTable(table) + aliased(table);
    case 'DerivedTable':
      return `${table.lateral ? 'LATERAL ' : ''}(${unparseQuery(table.query)})${aliased(table)}`;
    case 'TableFunction':
      return tableFunction(table) + aliased(table);
    case 'Unnest':
      return unnest(table) + aliased(table);
    case 'Join':
      return join(table);
    case 'MatchRecognize':
      return matchRecognize(table) + aliased(table);
    case 'Sample':
      return sample(table);
    default:
      return unreachable(table);
  }
}

function sample({ input, method, argument, seed }: Sample): string {
  const repeated = seed === null ? '' : ` REPEATABLE(${seed})`;
  return `${tableRef(input)} TABLESAMPLE ${method}(${method === 'SUBSTITUTE' ? quoted(argument) : argument})${repeated}`;
}

function aliased({
  alias,
  columns,
}: {
  readonly alias: Identifier | null;
  readonly columns: readonly Identifier[];
}): string {
  return aliasText(alias) + identifierList(columns);
}

function asOf({ asOf: time }: Pick<NamedTable, 'asOf'>): string {
  return time === null ? '' : ` FOR SYSTEM_TIME AS OF ${unparseExpression(time)}`;
}

function namedTable(table: NamedTable): string {
  return `${unparseName(table.name)}${table.hints.length > 0 ? ` ${hintComment(table.hints)}` : ''}${asOf(table)}`;
}

function tableFunction({ call: called, lateral, wrapped }: TableFunction): string {
  const text = unparseExpression(called);
  return `${lateral ? 'LATERAL ' : ''}${wrapped ? `TABLE(${text})` : text}`;
}

function unnest({ operands, ordinality }: Unnest): string {
  return `UNNEST(${list(operands)})${ordinality ? ' WITH ORDINALITY' : ''}`;
}

function join({ type, natural, comma, left, right, on, using }: Join): string {
  if (comma) return `${tableRef(left)}, ${joinOperand(right, 'Comma')}`;
  const condition =
    on === null ? (using === null ? '' : ` USING${identifierList(using)}`) : ` ON ${unparseExpression(on)}`;
  return `${joinOperand(left, 'Left')} ${natural ? 'NATURAL ' : ''}${type} JOIN ${joinOperand(right, 'Right')}${condition}`;
}

/** Joins are left-associative and bind tighter than commas. */
function joinOperand(table: TableRef, place: 'Comma' | 'Left' | 'Right'): string {
  const open = table.kind === 'Join' && (place === 'Right' || table.comma);
  return open ? `(${tableRef(table)})` : tableRef(table);
}

// ---------------------------------------------------------------- MATCH_RECOGNIZE

function matchRecognize(table: MatchRecognize): string {
  const parts: string[] = [];
  if (table.partitionBy.length > 0) parts.push(`PARTITION BY ${list(table.partitionBy)}`);
  if (table.orderBy.length > 0) parts.push(`ORDER BY ${sortItems(table.orderBy)}`);
  if (table.measures.length > 0) parts.push(`MEASURES ${table.measures.map(selectItem).join(', ')}`);
  if (table.rowsPerMatch !== null)
    parts.push(table.rowsPerMatch === 'ONE' ? 'ONE ROW PER MATCH' : 'ALL ROWS PER MATCH');
  if (table.after !== null) parts.push(`AFTER MATCH SKIP ${skip(table.after)}`);
  const { start, end } = table.anchors;
  parts.push(`PATTERN (${start ? '^ ' : ''}${patternText(table.pattern)}${end ? ' $' : ''})`);
  if (table.within !== null) parts.push(`WITHIN ${unparseExpression(table.within)}`);
  if (table.subsets.length > 0)
    parts.push(
      `SUBSET ${table.subsets.map(({ name, items }) => `${identifier(name)} =${identifierList(items)}`).join(', ')}`,
    );
  parts.push(
    `DEFINE ${table.define.map(({ name, condition }) => `${identifier(name)} AS ${unparseExpression(condition)}`).join(', ')}`,
  );
  return `${tableRef(table.input)} MATCH_RECOGNIZE (${parts.join(' ')})`;
}

function skip({ mode, variable }: NonNullable<MatchRecognize['after']>): string {
  if (variable === null) return mode === 'PAST LAST ROW' ? mode : `TO ${mode}`;
  return mode === 'VARIABLE' ? `TO ${identifier(variable)}` : `TO ${mode} ${identifier(variable)}`;
}

function patternText(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'Variable':
      return identifier(pattern.name);
    case 'Sequence':
      return pattern.items
        .map((item) =>
          item.kind === 'Alternation' || item.kind === 'Sequence'
            ? `(${patternText(item)})`
            : patternText(item),
        )
        .join(' ');
    case 'Alternation':
      return pattern.items
        .map((item) => (item.kind === 'Alternation' ? `(${patternText(item)})` : patternText(item)))
        .join(' | ');
    case 'Permute':
      return `PERMUTE(${pattern.items.map(patternText).join(', ')})`;
    case 'Exclude':
      return `{- ${patternText(pattern.item)} -}`;
    case 'Repeat':
      return repeat(pattern);
    default:
      return unreachable(pattern);
  }
}

function repeat({ item, min, max, greedy }: Pattern & { readonly kind: 'Repeat' }): string {
  const simple = item.kind === 'Variable' || item.kind === 'Permute' || item.kind === 'Exclude';
  const bounds = max === min ? `{${min}}` : `{${min < 0 ? '' : min},${max ?? ''}}`;
  return `${simple ? patternText(item) : `(${patternText(item)})`}${bounds}${greedy ? '' : '?'}`;
}

// ---------------------------------------------------------------- expressions

/** Binds tighter than any operator: what stands in no need of parentheses. */
const ATOM_PRECEDENCE = ACCESS_PRECEDENCE + 1;

/** The text of an expression; parsed again, it gives the same tree but for spans. */
export function unparseExpression(expression: Expression): string {
  return operand(expression, 0);
}

/** In parentheses if it binds less tightly than `minimum`. */
function operand(expression: Expression, minimum: number): string {
  const text = bare(expression);
  return precedenceOf(expression) < minimum ? `(${text})` : text;
}

function precedenceOf(expression: Expression): number {
  if (expression.kind === 'Call') return callPrecedence(expression);
  return expression.kind === 'ItemAccess' || expression.kind === 'FieldAccess'
    ? ACCESS_PRECEDENCE
    : ATOM_PRECEDENCE;
}

function callPrecedence({ name, syntax }: Call): number {
  if (syntax === 'infix') return INFIX_PRECEDENCE.get(name) ?? PREDICATE_PRECEDENCE;
  if (syntax === 'postfix') return POSTFIX_PRECEDENCE;
  if (syntax !== 'prefix') return ATOM_PRECEDENCE;
  if (name === 'NOT') return NOT_PRECEDENCE;
  return name === '-' || name === '+' ? SIGN_PRECEDENCE : EXISTS_PRECEDENCE;
}

function bare(expression: Expression): string {
  switch (expression.kind) {
    case 'Literal':
      return literal(expression);
    case 'IntervalLiteral':
      return interval(expression);
    case 'ColumnRef':
      return dotted(expression.parts);
    case 'Star':
      return [...expression.qualifier.map(identifier), '*'].join('.');
    case 'Call':
      return call(expression);
    case 'Case':
      return caseExpression(expression);
    case 'Cast':
      return `${expression.isTry ? 'TRY_CAST' : 'CAST'}(${unparseExpression(expression.operand)} AS ${unparseType(expression.type)})`;
    case 'WindowCall':
      return `${call(expression.call)} OVER ${'name' in expression.window ? identifier(expression.window) : windowSpec(expression.window)}`;
    case 'SubQuery':
      return `(${unparseQuery(expression.query)})`;
    case 'RowValue':
      return `${expression.explicit ? 'ROW' : ''}(${list(expression.items)})`;
    case 'ArrayValue':
      return `ARRAY[${list(expression.items)}]`;
    case 'MapValue':
      return `MAP[${list(expression.items)}]`;
    case 'ItemAccess':
      return `${operand(expression.operand, ACCESS_PRECEDENCE)}[${unparseExpression(expression.index)}]`;
    case 'FieldAccess':
      return `${fieldOperand(expression.operand)}.${identifier(expression.field)}`;
    case 'NamedArgument':
      return `${identifier(expression.name)} => ${unparseExpression(expression.value)}`;
    case 'DefaultValue':
      return 'DEFAULT';
    case 'TableArgument':
      return tableArgument(expression);
    case 'ModelArgument':
      return `MODEL ${unparseName(expression.model)}`;
    case 'Descriptor':
      return `DESCRIPTOR(${expression.columns.map(identifier).join(', ')})`;
    case 'DynamicParameter':
      return '?';
    default:
      return unreachable(expression);
  }
}

export function list(expressions: readonly Expression[]): string {
  return expressions.map(unparseExpression).join(', ');
}

/** `a.b` would be a column; the field `b` of the column `a` is `(a).b`. */
function fieldOperand(expression: Expression): string {
  const closed =
    expression.kind === 'ItemAccess' ||
    expression.kind === 'FieldAccess' ||
    expression.kind === 'SubQuery' ||
    expression.kind === 'Cast';
  return closed || (expression.kind === 'Call' && expression.syntax === 'function')
    ? bare(expression)
    : `(${bare(expression)})`;
}

// ---------------------------------------------------------------- literals

function literal({ type, value, charset }: Literal): string {
  switch (type) {
    case 'string':
      return charset ? `_${charset}${quoted(value)}` : quoted(value);
    case 'binary':
      return `X${quoted(value)}`;
    case 'date':
    case 'time':
    case 'timestamp':
      return `${type.toUpperCase()} ${quoted(value)}`;
    case 'timestamp_ltz':
      return `TIMESTAMP WITH LOCAL TIME ZONE ${quoted(value)}`;
    case 'number':
    case 'boolean':
    case 'null':
    case 'unknown':
      return value;
    default:
      return unreachable(type);
  }
}

function interval({ value, negative, qualifier }: IntervalLiteral): string {
  return `INTERVAL ${negative ? '-' : ''}${quoted(value)} ${qualifierText(qualifier)}`;
}

// ---------------------------------------------------------------- calls

function call(expression: Call): string {
  switch (expression.syntax) {
    case 'infix':
      return infix(expression);
    case 'prefix':
      return prefix(expression);
    case 'postfix':
      return `${operand(argument(expression, 0), POSTFIX_PRECEDENCE)} ${expression.name}`;
    case 'niladic':
      return expression.name;
    case 'special':
      return specialCall(expression);
    case 'function':
      return functionCall(expression);
    default:
      return unreachable(expression.syntax);
  }
}

function argument({ args }: Call, index: number): Expression {
  return args[index] as Expression;
}

function prefix(expression: Call): string {
  const { name } = expression;
  const text = operand(argument(expression, 0), callPrecedence(expression));
  // Two minus signs in a row would begin a comment.
  return /^[-+]$/.test(name) && !/^[-+]/.test(text) ? name + text : `${name} ${text}`;
}

function infix(expression: Call): string {
  const { name, args } = expression;
  const precedence = callPrecedence(expression);
  const left = operand(argument(expression, 0), precedence);
  const right = argument(expression, 1);
  if (args.length === 3) {
    const third = operand(argument(expression, 2), PREDICATE_PRECEDENCE + 1);
    return `${left} ${name} ${operand(right, PREDICATE_PRECEDENCE + 1)} ${name.includes('BETWEEN') ? 'AND' : 'ESCAPE'} ${third}`;
  }
  return `${left} ${name} ${operand(right, precedence + 1)}`;
}

/** Aggregates that are sorted within their parentheses. */
const SORTABLE_AGGREGATES: ReadonlySet<string> = new Set([
  'ARRAY_AGG',
  'ARRAY_CONCAT_AGG',
  'GROUP_CONCAT',
  'STRING_AGG',
]);
/** Names that mean something else when they stand before `(` without backticks. */
const SPECIAL_NAMES: ReadonlySet<string> = new Set([
  'TIMESTAMPADD',
  'TIMESTAMPDIFF',
  'FIRST',
  'LAST',
  'DESCRIPTOR',
  'FINAL',
  'MAP',
]);

function functionName({ name, path }: Call): string {
  if (path !== null) return unparseName(path);
  const upper = name.toUpperCase();
  if (SORTABLE_AGGREGATES.has(upper)) return name;
  const plain = RESERVED_WORDS.has(upper)
    ? RESERVED_FUNCTIONS.has(upper)
    : !needsBackticks(name) && !SPECIAL_NAMES.has(upper);
  return plain ? name : backticked(name);
}

function functionCall(expression: Call): string {
  const { args, distinct, star, nulls, orderBy, keywords, path, name } = expression;
  const sortable = path === null && SORTABLE_AGGREGATES.has(name.toUpperCase());
  const inside = star
    ? '*'
    : `${distinct ? 'DISTINCT ' : ''}${list(args)}${sortable ? nullTreatment(nulls) + orderByClause(orderBy) : ''}`;
  const suffix = sortable ? '' : nullTreatment(nulls) + withinGroup(orderBy);
  return `${[...keywords, functionName(expression)].join(' ')}(${inside})${suffix}${filter(expression)}`;
}

function nullTreatment(nulls: Call['nulls']): string {
  return nulls === null ? '' : ` ${nulls} NULLS`;
}

function withinGroup(orderBy: readonly SortItem[]): string {
  return orderBy.length === 0 ? '' : ` WITHIN GROUP (ORDER BY ${sortItems(orderBy)})`;
}

function orderByClause(orderBy: readonly SortItem[]): string {
  return orderBy.length === 0 ? '' : ` ORDER BY ${sortItems(orderBy)}`;
}

function filter({ filter: condition }: Call): string {
  return condition === null ? '' : ` FILTER (WHERE ${unparseExpression(condition)})`;
}

/** The functions with a syntax of their own, each as its parser reads it. */
function specialCall(expression: Call): string {
  const { name, args, keywords } = expression;
  const [first = '', second = '', third = ''] = args.map(unparseExpression);
  const [keyword = ''] = keywords;
  switch (name) {
    case 'EXTRACT':
      return `EXTRACT(${keyword} FROM ${first})`;
    case 'POSITION':
      return `POSITION(${operand(argument(expression, 0), ACCESS_PRECEDENCE)} IN ${second}${third === '' ? '' : ` FROM ${third}`})`;
    case 'OVERLAY':
      return `OVERLAY(${first} PLACING ${second} FROM ${third}${args.length > 3 ? ` FOR ${unparseExpression(argument(expression, 3))}` : ''})`;
    case 'TRIM':
      return trim(keyword, first, second);
    case 'CEIL':
    case 'FLOOR':
      return `${name}(${first} TO ${keyword})`;
    case 'CONVERT':
    case 'TRANSLATE':
      return keyword === 'USING'
        ? `${name}(${first} USING ${keywords[1]})`
        : `${name}(${[list(args), ...keywords].join(', ')})`;
    case 'NEXT VALUE':
    case 'CURRENT VALUE':
      return `${name} FOR ${first}`;
    case 'TIMESTAMPADD':
    case 'TIMESTAMPDIFF':
      return `${name}(${keyword}, ${first}, ${second})`;
    case 'INTERVAL':
      return `INTERVAL (${first}) ${keyword}`;
    case 'MINUS_DATE':
      return `(${operand(argument(expression, 0), 40)} - ${operand(argument(expression, 1), 41)}) ${keyword}`;
    case 'MULTISET':
      return `MULTISET[${list(args)}]`;
    case 'JSON_EXISTS':
    case 'JSON_VALUE':
    case 'JSON_QUERY':
      return jsonPath(expression);
    case 'JSON_OBJECT':
    case 'JSON_OBJECTAGG':
      return jsonObject(expression);
    case 'JSON_ARRAY':
    case 'JSON_ARRAYAGG':
      return `${name}(${[list(args) + orderByClause(expression.orderBy), ...keywords].join(' ').trim()})${nullTreatment(expression.nulls)}${filter(expression)}`;
    default:
      return `${name}(${list(args)})`;
  }
}

function trim(side: string, first: string, second: string): string {
  if (side === '') return `TRIM(${first})`;
  return second === '' ? `TRIM(${side} FROM ${first})` : `TRIM(${side} ${first} FROM ${second})`;
}

/** The document, the path, what is passed, the type, and what to do with nothing and with errors. */
function jsonPath({ name, args, keywords, returning }: Call): string {
  const defaults = args.slice(2).filter((each) => each.kind !== 'NamedArgument');
  const passing = args
    .slice(2)
    .flatMap((each) =>
      each.kind === 'NamedArgument' ? [`${unparseExpression(each.value)} AS ${identifier(each.name)}`] : [],
    );
  const behaviors = keywords.map((each) =>
    each.startsWith('DEFAULT ON')
      ? each.replace('DEFAULT', `DEFAULT ${unparseExpression(defaults.shift() as Expression)}`)
      : each,
  );
  const clauses = [
    list(args.slice(0, 2)),
    ...(passing.length === 0 ? [] : [`PASSING ${passing.join(', ')}`]),
    ...(returning ? [`RETURNING ${unparseType(returning)}`] : []),
    ...behaviors,
  ];
  return `${name}(${clauses.join(' ')})`;
}

function jsonObject(expression: Call): string {
  const { name, args, keywords } = expression;
  const pairs: string[] = [];
  for (let at = 0; at < args.length; at += 2)
    pairs.push(
      `KEY ${unparseExpression(argument(expression, at))} VALUE ${unparseExpression(argument(expression, at + 1))}`,
    );
  return `${name}(${[pairs.join(', '), ...keywords].join(' ').trim()})${nullTreatment(expression.nulls)}${filter(expression)}`;
}

function caseExpression({ operand: subject, branches, otherwise }: Case): string {
  const parts = ['CASE'];
  if (subject !== null) parts.push(unparseExpression(subject));
  for (const { when, then } of branches)
    parts.push(`WHEN ${unparseExpression(when)} THEN ${unparseExpression(then)}`);
  if (otherwise !== null) parts.push(`ELSE ${unparseExpression(otherwise)}`);
  return `${parts.join(' ')} END`;
}

function tableArgument({ table, partitionBy, orderBy }: TableArgument): string {
  const what = 'parts' in table ? `TABLE ${unparseName(table)}` : `(${unparseQuery(table)})`;
  const partition = partitionBy.length === 0 ? '' : ` PARTITION BY (${list(partitionBy)})`;
  const order = orderBy.length === 0 ? '' : ` ORDER BY (${sortItems(orderBy)})`;
  return what + partition + order;
}

// ---------------------------------------------------------------- windows and sorting

export function sortItems(items: readonly SortItem[]): string {
  return items
    .map(
      ({ expression, descending, nulls }) =>
        `${unparseExpression(expression)}${descending ? ' DESC' : ''}${nulls === null ? '' : ` NULLS ${nulls}`}`,
    )
    .join(', ');
}

/** `(PARTITION BY … ORDER BY … ROWS …)`. */
export function windowSpec({ base, partitionBy, orderBy, frame }: WindowSpec): string {
  const parts: string[] = [];
  if (base !== null) parts.push(identifier(base));
  if (partitionBy.length > 0) parts.push(`PARTITION BY ${list(partitionBy)}`);
  if (orderBy.length > 0) parts.push(`ORDER BY ${sortItems(orderBy)}`);
  if (frame !== null)
    parts.push(
      `${frame.unit} ${frame.upper === null ? frameBound(frame.lower) : `BETWEEN ${frameBound(frame.lower)} AND ${frameBound(frame.upper)}`}`,
    );
  return `(${parts.join(' ')})`;
}

function frameBound({ type, offset }: FrameBound): string {
  return offset === null ? type : `${operand(offset, PREDICATE_PRECEDENCE + 1)} ${type}`;
}
