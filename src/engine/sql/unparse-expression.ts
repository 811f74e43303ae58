import { unreachable } from '../base/assert.ts';
import type {
  Call,
  Case,
  Expression,
  FrameBound,
  Identifier,
  IntervalLiteral,
  Literal,
  Name,
  SortItem,
  TableArgument,
  TypeField,
  TypeName,
  WindowSpec,
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
import { unparseQuery } from './unparse-query.ts';

/** Expressions, names and types back to text. Parentheses stand where the tree needs them and nowhere else. */

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
  switch (expression.kind) {
    case 'Call':
      return callPrecedence(expression);
    case 'ItemAccess':
    case 'FieldAccess':
      return ACCESS_PRECEDENCE;
    default:
      return ATOM_PRECEDENCE;
  }
}

function callPrecedence({ name, syntax }: Call): number {
  switch (syntax) {
    case 'infix':
      return INFIX_PRECEDENCE.get(name) ?? PREDICATE_PRECEDENCE;
    case 'postfix':
      return POSTFIX_PRECEDENCE;
    case 'prefix':
      return name === 'NOT'
        ? NOT_PRECEDENCE
        : name === '-' || name === '+'
          ? SIGN_PRECEDENCE
          : EXISTS_PRECEDENCE;
    default:
      return ATOM_PRECEDENCE;
  }
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

// ---------------------------------------------------------------- literals and names

/** `'it''s'`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name, in backticks where it needs them. */
export function identifier({ name, quoted: inBackticks }: Identifier): string {
  return inBackticks || needsBackticks(name) ? backticked(name) : name;
}

function backticked(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function unparseName({ parts }: Name): string {
  return dotted(parts);
}

function dotted(parts: readonly Identifier[]): string {
  return parts.map(identifier).join('.');
}

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
    default:
      return value;
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

// ---------------------------------------------------------------- types

/** The text of a type, with its NOT NULL. */
export function unparseType(type: TypeName): string {
  const nullability = type.notNull === null ? '' : type.notNull ? ' NOT NULL' : ' NULL';
  return typeBody(type) + nullability;
}

function typeBody({ name, args, elements, fields, interval: qualifier, strings }: TypeName): string {
  switch (name) {
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
      return `${name}<${elements.map(unparseType).join(', ')}>`;
    case 'ROW':
      return `ROW<${fields.map(typeField).join(', ')}>`;
    case 'STRUCTURED':
      return `STRUCTURED<${[...strings.map(quoted), ...fields.map(typeField)].join(', ')}>`;
    case 'RAW':
      return `RAW(${strings.map(quoted).join(', ')})`;
    case 'INTERVAL':
      return qualifier === null ? name : `INTERVAL ${qualifierText(qualifier)}`;
    case 'TIME_LTZ':
      return `TIME${numbers(args)} WITH LOCAL TIME ZONE`;
    default:
      return name + numbers(args);
  }
}

function numbers(args: readonly number[]): string {
  return args.length === 0 ? '' : `(${args.join(', ')})`;
}

function typeField({ name, type, comment }: TypeField): string {
  return `${identifier(name)} ${unparseType(type)}${comment === null ? '' : ` ${quoted(comment)}`}`;
}
