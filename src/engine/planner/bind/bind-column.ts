import type { SqlError } from '../../base/diagnostic.ts';
import { notYet } from '../../base/refusal.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { fieldOf } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import type { Binder } from './binder.ts';
import { invoke } from './invoke-function.ts';
import { type Resolution, resolve } from './scope.ts';

/** A column by its name: here, in the query around, or a field within it. */
export function bindColumn(binder: Binder, node: Ast.ColumnRef): Rex {
  const parts = node.parts.map((p) => p.name);
  const found = resolve(binder.scope, parts);
  const outer = binder.scope.outer;
  // A column with the name of a table around hides nothing of that table.
  const isOwn =
    found.kind === 'merged' ||
    found.kind === 'ambiguous' ||
    (found.kind === 'column' && (found.used > 1 || parts.length === 1 || found.field.type.root === 'ROW'));
  if (outer && !isOwn) {
    const around = resolve(outer, parts);
    if (around.kind === 'column' && around.used === parts.length) {
      const { name, type } = around.field;
      const mention = { kind: 'Correlation', id: 0, field: around.index, name, type } as const;
      binder.scope.correlations?.mention(mention);
      return mention;
    }
    if (found.kind === 'missing-table' && around.kind === 'missing-column')
      throw missingColumn(binder, node, around);
    if (outer.outer && resolve(outer.outer, parts).kind === 'column')
      throw notYet('correlation over more than one level', node.span);
  }
  switch (found.kind) {
    case 'merged': {
      const { left, right, field } = found.column;
      return call('COALESCE', [left, right], field.type);
    }
    case 'column': {
      if (found.used === 1 && parts.length > 1 && found.field.type.root !== 'ROW')
        throw missingTable(binder, node, parts.slice(0, -1).join('.'));
      let rex: Rex = ref(found.index, found.field.type);
      for (const part of node.parts.slice(found.used)) rex = nestedField(binder, rex, part, node, found.used);
      return rex;
    }
    case 'ambiguous':
      throw binder.error(node.span, 'ambiguous-column', `Column '${found.name}' is ambiguous`);
    case 'missing-table':
      throw missingTable(binder, node, found.name);
    case 'missing-column': {
      if (parts.length === 1 && parts[0]!.toUpperCase() === 'PI') return invoke(binder, 'PI', [], node.span);
      throw missingColumn(binder, node, found);
    }
  }
}

function missingColumn(
  binder: Binder,
  node: Ast.ColumnRef,
  { name, table, part, suggestion }: Resolution & { kind: 'missing-column' },
): SqlError {
  const meant = suggestion === null ? '' : `; did you mean '${suggestion}'?`;
  const where = table === null ? 'any table' : `table '${table}'`;
  const hint = suggestion === null ? undefined : `Names are case-sensitive: write ${suggestion}.`;
  const span = table === null ? node.span : node.parts[part]!.span;
  return binder.error(
    span,
    'unknown-column',
    `Column '${name}' not found in ${where}${meant}`,
    undefined,
    hint,
  );
}

/** Everything before the last dot is taken for a table. */
function missingTable(binder: Binder, { span, parts }: Ast.ColumnRef, name: string): SqlError {
  const end = parts[parts.length - 2]!.span.end;
  return binder.error({ start: span.start, end }, 'unknown-table', `Table '${name}' not found`);
}

/** A field within a column that is written as a path: what is missing is told as a column. */
function nestedField(
  binder: Binder,
  operand: Rex,
  field: Ast.Identifier,
  node: Ast.ColumnRef,
  used: number,
): Rex {
  const isThere = operand.type.root === 'ROW' && operand.type.fields.some((f) => f.name === field.name);
  if (isThere) return accessField(binder, operand, field);
  const path = node.parts.slice(used - 1, node.parts.indexOf(field) + 1);
  const span = { start: path[0]!.span.start, end: field.span.end };
  const table = used > 1 ? node.parts[used - 2]!.name : binder.scope.tables[0]?.name;
  const written = path.map((part) => part.name).join('.');
  throw binder.error(span, 'unknown-column', `Column '${written}' not found in table '${table ?? ''}'`);
}

/** `a[i]`, `m[key]`; `r[1]` is a field of a row by its place. */
export function bindItem(binder: Binder, { operand, index, span }: Ast.ItemAccess): Rex {
  const args = [binder.bind(operand), binder.bind(index)] as const;
  const item = invoke(binder, 'ITEM', args, span);
  const [of, key] = args;
  if (of.type.root !== 'ROW' || key.kind !== 'Literal') return item;
  const field = typeof key.value === 'number' ? of.type.fields[key.value - 1] : undefined;
  return field ? fieldOf(of, field) : item;
}

/** A field of a row. */
export function accessField(binder: Binder, operand: Rex, field: Ast.Identifier): Rex {
  if (operand.type.root !== 'ROW') throw binder.error(field.span, 'not-a-row', 'Incompatible types');
  const found = operand.type.fields.find((f) => f.name === field.name);
  if (!found) throw binder.error(field.span, 'unknown-field', `Unknown field '${field.name}'`);
  return fieldOf(operand, found);
}
