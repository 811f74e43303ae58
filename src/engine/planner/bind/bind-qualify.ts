import type { Field, LogicalNode, LogicalProject } from '../../plan/logical.ts';
import type { Rex } from '../../plan/rex.ts';
import { ref } from '../../plan/rex.ts';
import { rexKey } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { unparseExpression } from '../../sql/unparse-query.ts';
import { hasOver } from '../rules/over-rule.ts';
import { projectSubqueries } from '../subqueries/join-subquery.ts';
import { hasAggregate, hasWindow, withQuotedNames } from './ast-tools.ts';
import type { ExpressionBinder } from './bind-expression.ts';
import type { SelectColumn } from './bind-select-list.ts';
import type { Binder } from './binder.ts';
import { resolve } from './scope.ts';

/** Binds QUALIFY, where a name means a column of the SELECT list first, and then one of the tables. It must look at a window. */
export function bindQualify(
  binder: ExpressionBinder,
  qualify: Ast.Expression,
  items: readonly SelectColumn[],
): Rex {
  const expression = withListColumns(binder, qualify, items);
  if (!hasWindow(expression)) {
    if (!hasAggregate(expression)) binder.condition(expression, 'QUALIFY');
    throw binder.error(
      expression.span,
      'qualify-without-window',
      `QUALIFY expression '${unparseExpression(withQuotedNames(withTables(binder, expression)))}' must contain a window function`,
    );
  }
  return binder.condition(expression, 'QUALIFY');
}

type Put = (column: Ast.ColumnRef) => Ast.Expression;

function withListColumns(
  binder: ExpressionBinder,
  qualify: Ast.Expression,
  items: readonly SelectColumn[],
): Ast.Expression {
  let { span } = qualify;
  const expression = mapColumns(qualify, (column) => {
    const [first] = column.parts;
    const named = column.parts.length === 1 ? items.filter(({ name }) => name === first!.name) : [];
    if (named.length > 1)
      throw binder.error(column.span, 'ambiguous-column', `Column '${first!.name}' is ambiguous`);
    const [item] = named;
    if (!item) return column;
    span = {
      start: Math.min(span.start, item.expression.span.start),
      end: Math.max(span.end, item.expression.span.end),
    };
    return item.expression;
  });
  return { ...expression, span };
}

/** Every column with the name of its table. */
export const withTables = (binder: Binder, expression: Ast.Expression): Ast.Expression =>
  mapColumns(expression, (column) => {
    const found = resolve(
      binder.scope,
      column.parts.map(({ name }) => name),
    );
    if (column.parts.length > 1 || found.kind !== 'column') return column;
    const table = binder.scope.tables.findLast(({ offset }) => offset <= found.index);
    if (!table || table.name === null) return column;
    return { ...column, parts: [{ ...column.parts[0]!, name: table.name }, ...column.parts] };
  });

function mapColumns<Node>(node: Node, put: Put): Node {
  if (Array.isArray(node)) return node.map((part) => mapColumns(part, put)) as Node;
  if (typeof node !== 'object' || node === null) return node;
  if ('kind' in node && node.kind === 'ColumnRef') return put(node as unknown as Ast.ColumnRef) as Node;
  if ('kind' in node && node.kind === 'SubQuery') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, mapColumns(value, put)]),
  ) as Node;
}

/**
 * A SELECT list that QUALIFY filters: the condition is one more column, computed beside the list, or over it where it only looks at windows that the
 * list already has.
 */
export function qualified(list: LogicalProject, condition: Rex): LogicalProject {
  const { fields } = list;
  const columns = fields.map((f, i) => ref(i, f.type));
  const withQualify = (of: Rex): readonly Field[] => [
    ...fields,
    { name: 'QualifyExpression', type: of.type },
  ];
  const overList = list.exprs.some(hasOver) ? readingOf(condition, list.exprs) : null;
  const computed: LogicalNode = overList
    ? { kind: 'Project', input: list, exprs: [...columns, overList], fields: withQualify(overList) }
    : projectSubqueries({
        kind: 'Project',
        input: list.input,
        exprs: [...list.exprs, condition],
        fields: withQualify(condition),
      });
  const filtered: LogicalNode = {
    kind: 'Filter',
    input: computed,
    condition: ref(columns.length, condition.type),
    fields: computed.fields,
  };
  return { kind: 'Project', input: filtered, exprs: columns, fields };
}

/** An expression as it reads what others have computed; null if it needs more than that. */
function readingOf(rex: Rex, exprs: readonly Rex[]): Rex | null {
  const at = exprs.findIndex((e) => rexKey(e) === rexKey(rex));
  if (at >= 0) return ref(at, rex.type);
  if (rex.kind === 'Literal') return rex;
  if (rex.kind !== 'Call') return null;
  const operands = rex.operands.map((operand) => readingOf(operand, exprs));
  return operands.includes(null) ? null : { ...rex, operands: operands as Rex[] };
}
