import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { placeOf } from '../../base/span.ts';
import type { CatalogView } from '../../catalog/catalog.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import type * as Ast from '../../sql/ast.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { type BindingContext, bindQuery } from '../bind/bind-query.ts';
import type { StatementText } from '../plan-error.ts';
import { isFree } from './create-table.ts';

/** Carries out CREATE VIEW. Throws `SqlError` in Flink's words. */
export function createView(node: Ast.CreateView, context: BindingContext): void {
  const { catalog, source } = context;
  const path = pathOf(catalog, node.name);
  const { bound, query } = bindView(node.query, context);
  if (!isFree(catalog, path, node)) return;
  if (node.columns.length > 0 && node.columns.length !== bound.fields.length) {
    throw plainError(
      'parse',
      'column-count',
      'ValidationException',
      `VIEW definition and input fields not match:\n\tDef fields: [${node.columns.map((c) => c.name.name).join(', ')}].\n\tInput fields: [${bound.fields.map((f) => f.name).join(', ')}].`,
      node.span,
    );
  }
  checkViewNames(node, source);
  catalog.put({
    kind: 'view',
    path,
    isTemporary: node.temporary,
    columns: bound.fields.map(({ name, type }, i) => ({ name: node.columns[i]?.name.name ?? name, type })),
    query,
    text: textOf(source),
    span: node.span,
  });
}

/** The view with another query. */
export function viewOf(base: CatalogView, written: Ast.Query, context: BindingContext): CatalogView {
  const { bound, query } = bindView(written, context);
  const columns = bound.fields.map(({ name, type }) => ({ name, type }));
  return { ...base, columns, query, text: textOf(context.source) };
}

const textOf = ({ text, offset }: StatementText): string => ' '.repeat(offset) + text;

/** A view's query means what it meant when the view was made: the tables and columns that it had then. */
function bindView(
  written: Ast.Query,
  context: BindingContext,
): { readonly bound: LogicalNode; readonly query: Ast.Query } {
  const expansions = new Map<object, readonly object[]>();
  try {
    const bound = bindQuery(written, { ...context, onExpand: (node, by) => expansions.set(node, by) });
    return { bound, query: expanded(written, expansions) };
  } catch (error) {
    if (error instanceof SqlError && error.diagnostic.chain[1]?.startsWith('CalciteContextException'))
      throw new SqlError({ ...error.diagnostic, chain: error.diagnostic.chain.slice(1) });
    throw error;
  }
}

function expanded<Node>(node: Node, expansions: ReadonlyMap<object, readonly object[]>): Node {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node))
    return node.flatMap((part) => expansions.get(part) ?? [expanded(part, expansions)]) as Node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      expanded(expansions.get(value as object)?.[0] ?? value, expansions),
    ]),
  ) as Node;
}

/** A view's columns have names of their own, be they written before the query or in it. */
function checkViewNames({ columns, query }: Ast.CreateView, source: StatementText): void {
  if (query.kind !== 'Select') return;
  const written = query.items.map(({ expression, alias }) =>
    expression.kind === 'ColumnRef' ? (alias ?? expression.parts.at(-1)) : alias,
  );
  const names = columns.length > 0 ? columns.map(({ name }) => name) : written;
  const first = names.findIndex((name, i) => name && names.findLastIndex((n) => n?.name === name.name) > i);
  if (first < 0) return;
  const { line, column } = placeOf(source.text, (query.items[first] ?? query).span.start - source.offset);
  const words = `A column with the same name \`${names[first]?.name}\` has been defined at line ${line}, column ${column}.`;
  throw new SqlError({
    severity: 'error',
    phase: 'parse',
    code: 'duplicate-column',
    span: query.items[first]?.span ?? query.span,
    chain: [`ValidationException: SQL validation failed. ${words}`, `SqlValidateException: ${words}`],
  });
}
