import { notYet, plainError } from '../../base/refusal.ts';
import type { LogicalNode, SortKey } from '../../plan/logical.ts';
import { ref } from '../../plan/rex.ts';
import { rexKey } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { unparseExpression } from '../../sql/unparse-query.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { partsOf, selectAll, withColumns } from './ast-tools.ts';

/** Binds a query, the columns of a SELECT followed by hidden ones. */
type BindQuery = (query: Ast.Query, hidden: readonly Ast.Expression[]) => LogicalNode;

/**
 * ORDER BY, OFFSET and FETCH. What is ordered by and not selected is computed beside the SELECT list and dropped on top. In a sub-query an ORDER BY
 * without limit means nothing and goes.
 */
export function bindOrdered(
  query: Ast.OrderedQuery,
  isRoot: boolean,
  source: StatementText,
  bind: BindQuery,
): LogicalNode {
  const offset = query.offset ? countOf(query.offset) : 0;
  const fetch = query.fetch ? countOf(query.fetch) : null;
  if (!isRoot && !query.offset && !query.fetch) return bind(query.query, []);
  const visible = bind(query.query, []);
  const width = visible.fields.length;
  const hidden: Ast.Expression[] = [];
  const places = query.orderBy.map((item) => {
    const e = item.expression;
    const at = placeOfItem(e, visible, source);
    if (at >= 0) return at;
    refuseUnselected(e, query.query, source);
    hidden.push(withColumns(e, (name) => itemOf(query.query, name)));
    return width + hidden.length - 1;
  });
  const whole = hidden.length === 0 ? visible : bind(asSelect(query.query), hidden);
  const { node, at } = withoutCopies(whole, width);
  const order = query.orderBy.map(
    (item, i): SortKey => ({
      column: at(places[i]!),
      descending: item.descending,
      nullsFirst: item.nulls === null ? !item.descending : item.nulls === 'FIRST',
    }),
  );
  const distinct = order.filter((k, i) => order.findIndex((o) => o.column === k.column) === i);
  const sort: LogicalNode = {
    kind: 'Sort',
    input: node,
    order: distinct,
    offset,
    fetch,
    fields: node.fields,
  };
  if (node.fields.length === width) return sort;
  return {
    kind: 'Project',
    input: sort,
    exprs: visible.fields.map((f, i) => ref(i, f.type)),
    fields: visible.fields,
  };
}

/** A query beside whose columns others can be computed. */
function asSelect(query: Ast.Query): Ast.Select {
  if (query.kind === 'Select') return query;
  const { span } = query;
  return selectAll({ kind: 'DerivedTable', query, lateral: false, alias: null, columns: [], span }, span);
}

/** DISTINCT leaves only what is selected to order by. */
function refuseUnselected(e: Ast.Expression, query: Ast.Query, source: StatementText): void {
  if (query.kind !== 'Select' || !query.distinct) return;
  const selected = new Set<string>();
  for (const { expression, alias } of query.items) {
    if (expression.kind === 'Star') return;
    selected.add(unparseExpression(expression));
    if (expression.kind === 'ColumnRef') selected.add(expression.parts.at(-1)!.name);
    if (alias) selected.add(alias.name);
  }
  if (selected.has(unparseExpression(e))) return;
  for (const column of partsOf(e, 'ColumnRef') as Ast.ColumnRef[]) {
    const name = column.parts.at(-1)!.name;
    if (!selected.has(name))
      throw validationError(
        source,
        column.span,
        'not-selected',
        `Expression '${column.parts.map((part) => part.name).join('.')}' is not in the select clause`,
      );
  }
}

/** What a SELECT list names so. */
const itemOf = (query: Ast.Query, name: string): Ast.Expression | undefined =>
  query.kind === 'Select' ? query.items.find(({ alias }) => alias?.name === name)?.expression : undefined;

/** A place in the SELECT list, from 1, or the name of one of its columns; -1 for anything else. */
function placeOfItem(e: Ast.Expression, visible: LogicalNode, source: StatementText): number {
  if (e.kind === 'Literal' && e.type === 'number' && /^\d+$/.test(e.value)) {
    const at = Number(e.value);
    if (at < 1 || at > visible.fields.length)
      throw validationError(source, e.span, 'bad-ordinal', 'Ordinal out of range');
    return at - 1;
  }
  return e.kind === 'ColumnRef' && e.parts.length === 1
    ? visible.fields.findIndex((f) => f.name === e.parts[0]!.name)
    : -1;
}

/** Hidden columns that are selected anyway are the selected ones. */
function withoutCopies(
  node: LogicalNode,
  width: number,
): { node: LogicalNode; at: (column: number) => number } {
  if (node.kind !== 'Project' || node.fields.length === width) return { node, at: (i) => i };
  const { exprs, fields } = node;
  const first = exprs.map((e) => exprs.findIndex((o) => rexKey(o) === rexKey(e)));
  const kept = exprs.map((_, i) => i).filter((i) => i < width || first[i] === i);
  const made: LogicalNode = {
    ...node,
    exprs: kept.map((i) => exprs[i]!),
    fields: kept.map((i) => fields[i]!),
  };
  return { node: made, at: (i) => kept.indexOf(i < width ? i : first[i]!) };
}

function countOf(e: Ast.Expression): number {
  if (e.kind === 'Literal' && e.type === 'number') return Number(e.value);
  if (e.kind === 'DynamicParameter') throw notYet('parameters', e.span);
  throw plainError('plan', 'bad-limit', 'TableException', 'LIMIT and OFFSET take a number', e.span);
}
