import type { LogicalNode, LogicalProject } from '../../plan/logical.ts';
import { uniquify } from '../../plan/relation-tools.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { projectSubqueries } from '../subqueries/join-subquery.ts';
import { needOver } from './aggregate-syntax.ts';
import { impliedName } from './ast-tools.ts';
import { ExpressionBinder } from './bind-expression.ts';
import { refuseTruthFactors } from './refuse-products.ts';
import { hasTwo, resolve, type Scope, type ScopeTable, tableNamed } from './scope.ts';

export interface SelectColumn {
  readonly expression: Ast.Expression;
  readonly name: string;
  /** Already bound, for columns of a star. */
  readonly rex: Rex | null;
  readonly span: Ast.Identifier['span'];
}

function columnRef(table: ScopeTable, name: string, span: Ast.Identifier['span']): Ast.ColumnRef {
  const parts = table.name === null ? [name] : [table.name, name];
  return { kind: 'ColumnRef', parts: parts.map((p) => ({ name: p, quoted: true, span })), span };
}

/** The name a column of `*` gets behind others: already one of its own, before all names of the list are made so. */
function unused(name: string, columns: readonly SelectColumn[]): string {
  const taken = new Set(columns.map((c) => c.name));
  if (!taken.has(name)) return name;
  let i = 0;
  while (taken.has(`${name}${i}`)) i++;
  return `${name}${i}`;
}

/** The columns of a SELECT list, with those a `*` stands for. */
export function expandStars(
  items: readonly Ast.SelectItem[],
  scope: Scope,
  source: StatementText,
  onExpand?: (item: Ast.SelectItem, by: readonly Ast.SelectItem[]) => void,
): SelectColumn[] {
  const columns: SelectColumn[] = [];
  for (const item of items) {
    const first = columns.length;
    const e = item.expression;
    if (e.kind !== 'Star') {
      if (item.alias === null) needOver(e, source);
      columns.push({
        expression: e,
        name: item.alias?.name ?? impliedName(e) ?? `EXPR$${columns.length}`,
        rex: null,
        span: e.span,
      });
      continue;
    }
    const qualifier = e.qualifier.map((q) => q.name);
    const table = qualifier.length > 0 ? tableNamed(scope, qualifier) : undefined;
    if (qualifier.length > 0 && !table) {
      columns.push(...expandRow(e, scope, source));
      onExpand?.(item, columns.slice(first).map(itemOf));
      continue;
    }
    const merged = table ? [] : (scope.merged ?? []);
    for (const { left, right, field } of merged)
      columns.push({
        expression: e,
        name: unused(field.name, columns),
        rex: call('COALESCE', [left, right], field.type),
        span: e.span,
      });
    for (const t of table ? [table] : scope.tables) {
      for (const [i, field] of t.fields.entries()) {
        if (merged.some((m) => m.columns.includes(t.offset + i))) continue;
        if (hasTwo(t, field.name))
          throw validationError(source, e.span, 'ambiguous-column', `Column '${field.name}' is ambiguous`);
        columns.push({
          expression: columnRef(t, field.name, e.span),
          name: unused(field.name, columns),
          rex: ref(t.offset + i, field.type),
          span: e.span,
        });
      }
    }
    // What several tables share has no name that says it.
    if (merged.length === 0) onExpand?.(item, columns.slice(first).map(itemOf));
  }
  return columns;
}

const itemOf = ({ expression, name, span }: SelectColumn): Ast.SelectItem => ({
  expression,
  alias: impliedName(expression) === name ? null : { name, quoted: true, span },
  span,
});

/** `r.*` over a ROW column. */
function expandRow(star: Ast.Star, scope: Scope, source: StatementText): SelectColumn[] {
  const parts = star.qualifier.map((q) => q.name);
  const found = resolve(scope, parts);
  if (found.kind !== 'column') {
    throw validationError(
      source,
      star.qualifier[0]!.span,
      'unknown-identifier',
      `Unknown identifier '${parts.join('.')}'`,
    );
  }
  const rex = new ExpressionBinder(source, scope).bind({
    kind: 'ColumnRef',
    parts: star.qualifier,
    span: star.span,
  });
  if (rex.type.root !== 'ROW')
    throw validationError(source, star.span, 'unknown-identifier', `Unknown identifier '${parts.join('.')}'`);
  return rex.type.fields.map((field) => ({
    expression: {
      kind: 'ColumnRef',
      parts: [...star.qualifier, { name: field.name, quoted: true, span: star.span }],
      span: star.span,
    },
    name: field.name,
    rex: null,
    span: star.span,
  }));
}

/** The projection a SELECT list makes of its bound columns. */
export function projectList(
  items: readonly SelectColumn[],
  exprs: readonly Rex[],
  input: LogicalNode,
): LogicalProject {
  for (const { expression } of items) refuseTruthFactors(expression);
  const names = uniquify(items.map((item) => item.name));
  return projectSubqueries({
    kind: 'Project',
    input,
    exprs,
    fields: exprs.map((rex, i) => ({
      name: names[i]!,
      type: rex.type,
      ...(names[i] === items[i]!.name ? {} : { called: items[i]!.name }),
    })),
  });
}
