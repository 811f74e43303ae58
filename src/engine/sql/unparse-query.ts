import { unreachable } from '../base/assert.ts';
import type {
  GroupItem,
  Hint,
  Identifier,
  Join,
  MatchRecognize,
  NamedTable,
  OrderedQuery,
  Pattern,
  Query,
  Select,
  SelectItem,
  SetOperation,
  TableFunction,
  TableRef,
  Unnest,
  With,
} from './ast.ts';
import {
  identifier,
  list,
  quoted,
  sortItems,
  unparseExpression,
  unparseName,
  windowSpec,
} from './unparse-expression.ts';

/** Queries and the tables they read, back to text. */

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

/** `/*+ … *​/`. */
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

function tableRef(table: TableRef): string {
  switch (table.kind) {
    case 'NamedTable':
      return namedTable(table) + aliased(table);
    case 'DerivedTable':
      return `${table.lateral ? 'LATERAL ' : ''}(${unparseQuery(table.query)})${asOf(table)}${aliased(table)}`;
    case 'TableFunction':
      return tableFunction(table) + aliased(table);
    case 'Unnest':
      return unnest(table) + aliased(table);
    case 'Join':
      return join(table);
    case 'MatchRecognize':
      return matchRecognize(table) + aliased(table);
    default:
      return unreachable(table);
  }
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

function tableFunction({ call, lateral, wrapped }: TableFunction): string {
  const text = unparseExpression(call);
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
  parts.push(`PATTERN (${patternText(table.pattern)})`);
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
  const bounds = max === min ? `{${min}}` : `{${min},${max ?? ''}}`;
  return `${simple ? patternText(item) : `(${patternText(item)})`}${bounds}${greedy ? '' : '?'}`;
}
