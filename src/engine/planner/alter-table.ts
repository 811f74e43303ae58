import type { Catalog, CatalogTable } from '../catalog/catalog.ts';
import { collectRefs, shiftRefs } from '../plan/rex-tools.ts';
import type * as Ast from '../sql/ast.ts';
import { notNull } from '../types/logical-type.ts';
import { quoted } from './create-table.ts';
import { notYet, plainError } from './plan-error.ts';

/** Carries out ALTER TABLE. `rebuild` makes a table anew with more elements. Throws `SqlError` in Flink's words. */
export function alterTable(
  catalog: Catalog,
  statement: Extract<Ast.Statement, { readonly kind: 'AlterTable' }>,
  rebuild: (base: CatalogTable, elements: readonly Ast.TableElement[]) => CatalogTable,
): void {
  const path = catalog.qualify(statement.name.parts.map((p) => p.name));
  const table = catalog.get(path);
  if (table?.kind !== 'table') {
    if (statement.ifExists) return;
    throw plainError(
      'parse',
      'unknown-table',
      'ValidationException',
      `Table ${quoted(path)} doesn't exist or is a temporary table.`,
      statement.name.span,
    );
  }
  const fail = (message: string): Error =>
    plainError(
      'parse',
      'alter-table',
      'ValidationException',
      `Failed to execute ALTER TABLE statement.\n${message}`,
      statement.span,
    );
  const columnAt = (name: Ast.Name): number => {
    const wanted = name.parts.map((p) => p.name).join('.');
    const at = table.columns.findIndex((c) => c.name === wanted);
    if (at < 0) throw fail(`The column \`${wanted}\` does not exist in the base table.`);
    return at;
  };
  const { action } = statement;
  switch (action.kind) {
    case 'Rename': {
      const to = catalog.qualify(action.to.parts.map((p) => p.name));
      if (catalog.get(to))
        throw plainError(
          'statement',
          'table-exists',
          'TableAlreadyExistException',
          `Table (or view) ${to[1]}.${to[2]} already exists in Catalog ${to[0]}.`,
          action.to.span,
        );
      catalog.remove(path);
      catalog.put({ ...table, path: to });
      return;
    }
    case 'RenameColumn': {
      const at = columnAt(action.from);
      const to = action.to.parts.map((p) => p.name).join('.');
      if (table.columns.some((c) => c.name === to))
        throw fail(`The column \`${to}\` already existed in table schema.`);
      const from = table.columns[at]!.name;
      catalog.put({
        ...table,
        columns: table.columns.map((c, i) => (i === at ? { ...c, name: to } : c)),
        primaryKey: table.primaryKey.map((k) => (k === from ? to : k)),
      });
      return;
    }
    case 'Add':
      checkAdded(table, action.elements, fail);
      catalog.put(placed(rebuild(table, action.elements), table.columns.length, action.elements));
      return;
    case 'Modify':
      catalog.put(modified(table, action.elements, fail, rebuild));
      return;
    case 'DropColumns': {
      const gone = new Set(action.columns.map((name) => columnAt(name)));
      catalog.put(
        arranged(
          table,
          table.columns.map((_, i) => i).filter((i) => !gone.has(i)),
        ),
      );
      return;
    }
    case 'DropWatermark':
      catalog.put(withoutWatermark(table));
      return;
    case 'DropPrimaryKey':
      if (table.primaryKey.length === 0) throw fail('The base table does not define any primary key.');
      catalog.put({ ...table, primaryKey: [] });
      return;
    case 'SetOptions':
      catalog.put({
        ...table,
        options: new Map([...table.options, ...action.options.map((o) => [o.key, o.value] as const)]),
      });
      return;
    case 'ResetOptions': {
      const keys = new Set(action.keys.map((k) => k.key));
      catalog.put({ ...table, options: new Map([...table.options].filter(([key]) => !keys.has(key))) });
      return;
    }
    default:
      throw notYet(`ALTER TABLE with ${action.kind}`, statement.span, 'statement');
  }
}

function withoutWatermark(table: CatalogTable): CatalogTable {
  if (!table.watermark) return table;
  const at = table.watermark.column;
  const columns = table.columns.map((c, i) =>
    i === at && 'kind' in c.type ? { ...c, type: { ...c.type, kind: 'REGULAR' as const } } : c,
  );
  return { ...table, columns, watermark: null };
}

/** The table with those columns, in that order. Expressions of computed columns are over stored columns, the watermark's over all: both count anew. */
function arranged(table: CatalogTable, order: readonly number[]): CatalogTable {
  const isStored = (i: number): boolean => table.columns[i]!.kind !== 'computed';
  const storedBefore = table.columns.map((_, i) => i).filter(isStored);
  const storedAfter = order.filter(isStored);
  const columns = order.map((i) => {
    const column = table.columns[i]!;
    return column.expression
      ? { ...column, expression: shiftRefs(column.expression, (r) => storedAfter.indexOf(storedBefore[r]!)) }
      : column;
  });
  const { watermark } = table;
  return {
    ...table,
    columns,
    primaryKey: table.primaryKey.filter((k) => columns.some((c) => c.name === k)),
    watermark: watermark && {
      ...watermark,
      column: order.indexOf(watermark.column),
      expression: shiftRefs(watermark.expression, (r) => order.indexOf(r)),
    },
  };
}

type ColumnElement = Extract<
  Ast.TableElement,
  { readonly kind: 'PhysicalColumn' | 'MetadataColumn' | 'ComputedColumn' }
>;
const isColumn = (e: Ast.TableElement): e is ColumnElement =>
  e.kind === 'PhysicalColumn' || e.kind === 'MetadataColumn' || e.kind === 'ComputedColumn';

/** Columns that stand at the end from `from` on go where FIRST and AFTER want them. */
function placed(table: CatalogTable, from: number, elements: readonly Ast.TableElement[]): CatalogTable {
  const order = table.columns.map((_, i) => i);
  for (const [i, { position }] of elements.filter(isColumn).entries()) {
    if (position === null) continue;
    const moved = from + i;
    order.splice(order.indexOf(moved), 1);
    const after =
      position === 'FIRST' ? -1 : order.findIndex((c) => table.columns[c]!.name === position.after.name);
    order.splice(after + 1, 0, moved);
  }
  return arranged(table, order);
}

function checkAdded(
  table: CatalogTable,
  elements: readonly Ast.TableElement[],
  fail: (message: string) => Error,
): void {
  for (const e of elements) {
    if (isColumn(e) && table.columns.some((c) => c.name === e.name.name))
      throw fail(`Try to add a column \`${e.name.name}\` which already exists in the table.`);
    if (e.kind === 'PrimaryKey' && table.primaryKey.length > 0)
      throw fail(
        `The base table has already defined the primary key constraint [${table.primaryKey.map((k) => `\`${k}\``).join(', ')}]. You might want to drop it before adding a new one.`,
      );
    if (e.kind === 'Watermark' && table.watermark)
      throw fail(
        `The base table has already defined the watermark strategy ${table.watermark.strategy}. You might want to drop it before adding a new one.`,
      );
  }
}

/** MODIFY: every column that is named is taken out and put in again as it is now, where it stood or where it is wanted. */
function modified(
  table: CatalogTable,
  elements: readonly Ast.TableElement[],
  fail: (message: string) => Error,
  rebuild: (base: CatalogTable, elements: readonly Ast.TableElement[]) => CatalogTable,
): CatalogTable {
  let made = table;
  const seen = new Set<string>();
  for (const e of elements) {
    if (isColumn(e)) {
      const { name } = e.name;
      if (seen.has(name)) throw fail(`Encounter duplicate column \`${name}\`.`);
      seen.add(name);
      made = withColumn(made, e, fail, rebuild);
    } else if (e.kind === 'Watermark') {
      if (!table.watermark)
        throw fail('The base table does not define any watermark. You might want to add a new one.');
      made = rebuild(withoutWatermark(made), [e]);
    } else if (e.kind === 'PrimaryKey') {
      if (table.primaryKey.length === 0)
        throw fail(
          'The base table does not define any primary key constraint. You might want to add a new one.',
        );
      made = rebuild({ ...made, primaryKey: [] }, [e]);
    }
  }
  return made;
}

function withColumn(
  table: CatalogTable,
  element: ColumnElement,
  fail: (message: string) => Error,
  rebuild: (base: CatalogTable, elements: readonly Ast.TableElement[]) => CatalogTable,
): CatalogTable {
  const { name } = element.name;
  const at = table.columns.findIndex((c) => c.name === name);
  if (at < 0) throw fail(`Try to modify a column \`${name}\` which does not exist in the table.`);
  if (isReadByOthers(table, at))
    throw notYet('MODIFY of a column that others are computed from', element.span, 'statement');
  const rest = table.columns.map((_, i) => i).filter((i) => i !== at);
  const made = rebuild(arranged(table, rest), [element]);
  const isKey = table.primaryKey.includes(name);
  const last = made.columns.length - 1;
  const columns = made.columns.map((c, i) => (isKey && i === last ? { ...c, type: notNull(c.type) } : c));
  const restored = { ...made, columns, primaryKey: table.primaryKey };
  if (element.position !== null) return placed(restored, last, [element]);
  const order = rest.map((_, i) => i);
  order.splice(at, 0, last);
  return arranged(restored, order);
}

function isReadByOthers(table: CatalogTable, at: number): boolean {
  const stored = table.columns.map((_, i) => i).filter((i) => table.columns[i]!.kind !== 'computed');
  const isRead = table.columns.some(
    (c) => c.expression && [...collectRefs(c.expression)].some((r) => stored[r] === at),
  );
  const { watermark } = table;
  return (
    isRead || (watermark !== null && (watermark.column === at || collectRefs(watermark.expression).has(at)))
  );
}
