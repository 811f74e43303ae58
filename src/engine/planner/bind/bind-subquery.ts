import type { Span } from '../../base/span.ts';
import { isComparable, mixes } from '../../functions/scalar/comparison.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import type { Rex, RexSubQuery } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import { BOOLEAN, notNull, withNullable } from '../../types/logical-type.ts';
import { printPlanType } from '../../types/print-type.ts';
import { mixedKeys } from '../plan-error.ts';
import { isGrouped } from './ast-tools.ts';
import type { Binder } from './binder.ts';

/** A query where a value is wanted. */
export function bindScalarQuery(binder: Binder, node: Ast.SubQuery): Rex {
  const query = binder.bindQuery(node, true);
  if (query.fields.length !== 1)
    throw binder.error(node.query.span, 'scalar-query-columns', noScalarQuery(query.fields));
  return {
    kind: 'SubQuery',
    operator: '$SCALAR_QUERY',
    operands: [],
    query,
    type: withNullable(query.fields[0]!.type, true),
  };
}

/** EXISTS (…): Flink takes away what the query's SELECT list computes, and the hints with it. */
export function bindExists(binder: Binder, node: Ast.Call): Rex {
  const written = node.args[0] as Ast.SubQuery;
  const { query } = written;
  const isList = query.kind === 'Select' && !query.distinct && !isGrouped(query);
  return {
    kind: 'SubQuery',
    operator: 'EXISTS',
    operands: [],
    query: binder.bindQuery(isList ? { ...written, query: { ...query, hints: [] } } : written),
    type: notNull(BOOLEAN),
  };
}

/** A value or row that is looked for in what a query gives. */
export function bindInQuery(
  binder: Binder,
  left: Ast.Expression,
  right: Ast.SubQuery,
  whole: Span,
): RexSubQuery {
  const value = binder.bind(left);
  const query = binder.bindQuery(right);
  const operands = value.kind === 'Call' && value.operator === 'ROW' ? value.operands : [value];
  const span = { start: whole.start, end: right.query.span.end };
  // A column that is a row counts as all its fields, which those of one column never are.
  const width = value.type.root === 'ROW' ? value.type.fields.length : operands.length;
  if (width !== query.fields.length)
    throw binder.error(span, 'mixed-types', 'Values passed to IN operator must have compatible types');
  for (const [i, operand] of operands.entries()) {
    if (!isComparable(operand.type, query.fields[i]!.type))
      throw binder.error(span, 'mixed-types', 'Values passed to IN operator must have compatible types');
    if (mixes(operand.type, query.fields[i]!.type))
      throw mixedKeys(operand.type, query.fields[i]!.type, span);
  }
  const nullable = operands.some((o) => o.type.nullable) || query.fields.some((f) => f.type.nullable);
  return { kind: 'SubQuery', operator: 'IN', operands, query, type: withNullable(BOOLEAN, nullable) };
}

/** A table's type as the validator prints it. */
export const recordForm = (fields: LogicalNode['fields']): string =>
  `RecordType(${fields.map((f) => `${printPlanType(f.type, 'short')} ${f.name}`).join(', ')})`;

/** Why a table is no value. */
export function noScalarQuery(fields: LogicalNode['fields']): string {
  return `Cannot apply '$SCALAR_QUERY' to arguments of type '$SCALAR_QUERY(<${recordForm(fields).toUpperCase()}>)'. Supported form(s): '$SCALAR_QUERY(<RECORDTYPE(SINGLE FIELD)>)'`;
}
