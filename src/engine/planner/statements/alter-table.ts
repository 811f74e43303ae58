import { SqlError } from '../../base/diagnostic.ts';
import { plainError, refuse } from '../../base/refusal.ts';
import type { Catalog, CatalogTable } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';
import type { AlterTableAction } from '../../sql/ast-statements.ts';
import { unparseExpression } from '../../sql/unparse-query.ts';
import { notNull } from '../../types/logical-type.ts';
import { partsOf, pathOf } from '../bind/ast-tools.ts';
import { quoted, rebound } from './create-table.ts';

/** Carries out ALTER TABLE. `rebuild` makes a table anew with more elements. Throws `SqlError` in Flink's words. */
export function alterTable(
  catalog: Catalog,
  statement: Extract<Ast.Statement, { readonly kind: 'AlterTable' }>,
  rebuild: (base: CatalogTable, elements: readonly Ast.TableElement[]) => CatalogTable,
): void {
  const path = pathOf(catalog, statement.name);
  const table = catalog.get(path);
  if (table?.kind === 'view' && !table.isTemporary)
    throw refuse(
      statement.name.span,
      ['ValidationException: ALTER TABLE for a view is not allowed'],
      'parse',
    );
  if (table?.kind !== 'table' || table.isTemporary) {
    if (statement.ifExists) return;
    throw refuse(
      statement.name.span,
      [`ValidationException: Table ${quoted(path)} doesn't exist or is a temporary table.`],
      'parse',
    );
  }
  const fail = (message: string): SqlError =>
    plainError(
      'parse',
      'alter-table',
      'ValidationException',
      `Failed to execute ALTER TABLE statement.\n${message}`,
      statement.span,
    );
  // What the new definition does wrong is told as a failure of the change, and as what it is.
  const failWith = (message: string): SqlError =>
    refuse(
      statement.span,
      [
        `ValidationException: Failed to execute ALTER TABLE statement.\n${message}`,
        `ValidationException: ${message}`,
      ],
      'parse',
    );
  const remade = (make: () => CatalogTable): CatalogTable => {
    try {
      return make();
    } catch (error) {
      const words = error instanceof SqlError && error.diagnostic.chain[0];
      if (!words || !words.startsWith('ValidationException: Invalid data type')) throw error;
      throw failWith(words.slice('ValidationException: '.length));
    }
  };
  const columnAt = (name: Ast.Name): number => {
    const wanted = name.parts.map((p) => p.name).join('.');
    const at = table.columns.findIndex((c) => c.name === wanted);
    if (at < 0) throw fail(`The column \`${wanted}\` does not exist in the base table.`);
    return at;
  };
  const { action } = statement;
  switch (action.kind) {
    case 'Rename': {
      const to = pathOf(catalog, action.to);
      if (catalog.getPermanent(to))
        throw refuse(action.to.span, [
          `ValidationException: Could not execute ALTER TABLE ${path.join('.')} RENAME TO ${to.join('.')}`,
          `TableAlreadyExistException: Table (or view) ${to[1]}.${to[2]} already exists in Catalog ${to[0]}.`,
        ]);
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
      checkUnread(table, [from], fail);
      catalog.put({
        ...table,
        columns: table.columns.map((c, i) => (i === at ? { ...c, name: to } : c)),
        primaryKey: table.primaryKey.map((k) => (k === from ? to : k)),
      });
      return;
    }
    case 'Add':
      checkAdded(table, action.elements, fail);
      checkFits(table, action.elements, failWith);
      catalog.put(
        placed(
          remade(() => rebuild(table, action.elements)),
          table.columns.length,
          action.elements,
          fail,
        ),
      );
      return;
    case 'Modify':
      checkModified(table, action.elements, fail);
      if (action.distribution && !table.isDistributed)
        throw fail('The base table does not define any distribution. You might want to add a new one.');
      checkFits(table, action.elements, failWith);
      catalog.put(remade(() => modified(table, action.elements, fail, rebuild)));
      return;
    case 'DropColumns': {
      const gone = action.columns.map((name) => columnAt(name));
      const names = gone.map((at) => table.columns[at]!.name);
      const twice = names.find((name, i) => names.indexOf(name) < i);
      if (twice !== undefined) throw fail(`Duplicate column \`${twice}\`.`);
      checkUnread(table, names, fail);
      const key = names.find((name) => table.primaryKey.includes(name));
      if (key !== undefined) throw fail(`The column \`${key}\` is used as the primary key.`);
      catalog.put(
        arranged(
          table,
          table.columns.map((_, i) => i).filter((i) => !gone.includes(i)),
        ),
      );
      return;
    }
    case 'DropWatermark':
      if (!table.watermark) throw fail('The base table does not define any watermark strategy.');
      catalog.put(withoutWatermark(table));
      return;
    case 'DropPrimaryKey':
    case 'DropConstraint':
      if (table.primaryKey.length === 0) throw fail('The base table does not define any primary key.');
      if (action.kind === 'DropConstraint' && action.constraint.name !== table.keyName)
        throw fail(
          `The base table does not define a primary key constraint named '${action.constraint.name}'. Available constraint name: ['${table.keyName}'].`,
        );
      catalog.put({ ...table, primaryKey: [], keyName: null });
      return;
    case 'SetOptions':
      catalog.put({
        ...table,
        options: new Map([...table.options, ...action.options.map((o) => [o.key, o.value] as const)]),
      });
      return;
    case 'ResetOptions': {
      const keys = new Set(action.keys.map((k) => k.key));
      const refused =
        keys.size === 0 ? 'empty key' : keys.has('connector') ? "changing 'connector'" : undefined;
      if (refused)
        throw refuse(
          statement.span,
          [`ValidationException: ALTER TABLE RESET does not support ${refused}`],
          'parse',
        );
      catalog.put({ ...table, options: new Map([...table.options].filter(([key]) => !keys.has(key))) });
      return;
    }
    case 'AddPartitions':
    case 'DropPartitions':
      throw noPartitions(table, action, statement.span);
    case 'DropDistribution':
      if (!table.isDistributed)
        throw refuse(
          statement.span,
          [`ValidationException: Table ${quoted(path)} does not have a distribution to drop.`],
          'parse',
        );
      catalog.put({ ...table, isDistributed: false });
      return;
  }
}

type Action<Kind extends AlterTableAction['kind']> = Extract<AlterTableAction, { kind: Kind }>;

/** The catalogs that there are keep no partitions. */
function noPartitions(
  { path, partitionKeys }: CatalogTable,
  action: Action<'AddPartitions' | 'DropPartitions'>,
  span: Ast.Statement['span'],
): SqlError {
  const specs = (
    action.kind === 'AddPartitions' ? action.partitions.map(({ spec }) => spec) : action.partitions
  ).map((spec) =>
    spec
      .map(
        ({ name, value }) =>
          `${name.name}=${value ? unparseExpression(value).replace(/^'(.*)'$/, '$1') : ''}`,
      )
      .join(', '),
  );
  const verb = action.kind === 'AddPartitions' ? 'ADD' : 'DROP';
  const unable = `TableException: Could not execute ALTER TABLE ${path.join('.')} ${verb} ${specs.map((spec) => `PARTITION (${spec})`).join(' ')}`;
  const [inCatalog, ...name] = path;
  return refuse(span, [
    unable,
    verb === 'ADD' && partitionKeys.length === 0
      ? `TableNotPartitionedException: Table ${name.join('.')} in catalog ${inCatalog} is not partitioned.`
      : `PartitionNotExistException: Partition CatalogPartitionSpec{{${specs[0]}}} of table ${name.join('.')} in catalog ${inCatalog} does not exist.`,
  ]);
}

function withoutWatermark(table: CatalogTable): CatalogTable {
  if (!table.watermark) return table;
  const at = table.watermark.column;
  const columns = table.columns.map((c, i) =>
    i === at && 'kind' in c.type ? { ...c, type: { ...c.type, kind: 'REGULAR' as const } } : c,
  );
  return { ...table, columns, watermark: null };
}

/** The table with those columns, in that order. */
function arranged(table: CatalogTable, order: readonly number[]): CatalogTable {
  const columns = order.map((i) => table.columns[i]!);
  const { watermark } = table;
  return rebound({
    ...table,
    columns,
    primaryKey: table.primaryKey.filter((k) => columns.some((c) => c.name === k)),
    watermark: watermark && { ...watermark, column: order.indexOf(watermark.column) },
  });
}

/** Columns that others are computed from, or that rows are parted or timed by, cannot go or be called otherwise. */
function checkUnread(table: CatalogTable, names: readonly string[], fail: (message: string) => Error): void {
  const readBy = (expression: Ast.Expression): Set<string> =>
    new Set(partsOf(expression, 'ColumnRef').map((e) => (e as Ast.ColumnRef).parts[0]!.name));
  const { watermark } = table;
  const timed = watermark ? readBy(watermark.written.expression) : new Set<string>();
  if (watermark) timed.add(table.columns[watermark.column]!.name);
  for (const name of names) {
    const readers = table.columns.filter(
      (c) => c.written && !names.includes(c.name) && readBy(c.written.expression).has(name),
    );
    if (readers.length > 0)
      throw fail(
        `The column \`${name}\` is referenced by computed column ${readers
          .map((c) => `\`${c.name}\``)
          .toSorted()
          .join(', ')}.`,
      );
    if (table.partitionKeys.includes(name))
      throw fail(`The column \`${name}\` is used as the partition keys.`);
    if (timed.has(name)) throw fail(`The column \`${name}\` is referenced by watermark expression.`);
  }
}

type ColumnElement = Extract<
  Ast.TableElement,
  { readonly kind: 'PhysicalColumn' | 'MetadataColumn' | 'ComputedColumn' }
>;
const isColumn = (e: Ast.TableElement): e is ColumnElement =>
  e.kind === 'PhysicalColumn' || e.kind === 'MetadataColumn' || e.kind === 'ComputedColumn';

/** Columns that stand at the end from `from` on go where FIRST and AFTER want them, one after the other. */
function placed(
  table: CatalogTable,
  from: number,
  elements: readonly Ast.TableElement[],
  fail: (message: string) => Error,
): CatalogTable {
  const order = table.columns.map((_, i) => i);
  for (const [i, { position }] of elements.filter(isColumn).entries()) {
    if (position === null) continue;
    const moved = from + i;
    order.splice(order.indexOf(moved), 1);
    if (position === 'FIRST') {
      order.unshift(moved);
      continue;
    }
    const { name } = position.after;
    const at = order.findIndex((c) => c < moved && table.columns[c]!.name === name);
    if (at < 0) throw fail(`Referenced column \`${name}\` by 'AFTER' does not exist in the table.`);
    order.splice(at + 1, 0, moved);
  }
  return arranged(table, order);
}

function checkAdded(
  table: CatalogTable,
  elements: readonly Ast.TableElement[],
  fail: (message: string) => Error,
): void {
  checkTwice(elements, fail);
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

function checkTwice(elements: readonly Ast.TableElement[], fail: (message: string) => Error): void {
  const names = elements.filter(isColumn).map((e) => e.name.name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw fail(`Encounter duplicate column \`${twice}\`.`);
}

/** A key and an event time are of columns that are there. */
function checkFits(
  table: CatalogTable,
  elements: readonly Ast.TableElement[],
  failWith: (message: string) => Error,
): void {
  const kinds = new Map<string, string>(table.columns.map((c) => [c.name, c.kind]));
  for (const e of elements.filter(isColumn))
    kinds.set(e.name.name, e.kind === 'PhysicalColumn' ? 'physical' : e.kind);
  for (const e of elements) {
    if (e.kind === 'PrimaryKey' && e.enforced === false) {
      const names = e.columns.map((c) => c.name);
      const bad = names.find((name) => kinds.get(name) !== 'physical');
      if (bad !== undefined)
        throw failWith(
          `Invalid primary key '${e.name?.name ?? `PK_${names.join('_')}`}'. Column '${bad}' ${kinds.has(bad) ? 'is not a physical column' : 'does not exist'}.`,
        );
    }
    const rowtime = e.kind === 'Watermark' ? e.column.parts.map((p) => p.name).join('.') : null;
    if (rowtime !== null && !kinds.has(rowtime))
      throw failWith(
        `Invalid column name '${rowtime}' for rowtime attribute in watermark declaration. Available columns are: [${[...kinds.keys()].join(', ')}]`,
      );
  }
}

function checkModified(
  table: CatalogTable,
  elements: readonly Ast.TableElement[],
  fail: (message: string) => Error,
): void {
  checkTwice(elements, fail);
  for (const e of elements) {
    if (isColumn(e) && !table.columns.some((c) => c.name === e.name.name))
      throw fail(`Try to modify a column \`${e.name.name}\` which does not exist in the table.`);
    if (e.kind === 'Watermark' && !table.watermark)
      throw fail('The base table does not define any watermark. You might want to add a new one.');
    if (e.kind === 'PrimaryKey' && table.primaryKey.length === 0)
      throw fail(
        'The base table does not define any primary key constraint. You might want to add a new one.',
      );
  }
}

/** MODIFY: every column that is named becomes what is said now, where it stood or where it is wanted. */
function modified(
  table: CatalogTable,
  elements: readonly Ast.TableElement[],
  fail: (message: string) => Error,
  rebuild: (base: CatalogTable, elements: readonly Ast.TableElement[]) => CatalogTable,
): CatalogTable {
  const changed = elements.filter(isColumn);
  const plain = { ...withoutWatermark(table), primaryKey: [] };
  const names = new Map(changed.map((e) => [e.name.name, e]));
  // Only stored columns are needed to read the new definitions.
  const kept = plain.columns.filter((c) => c.kind !== 'computed' && !names.has(c.name));
  const fresh = rebuild({ ...plain, columns: kept }, changed).columns.slice(kept.length);
  const columns = table.columns.map((c) => {
    const made = fresh.find(({ name }) => name === c.name) ?? c;
    return table.primaryKey.includes(c.name) ? { ...made, type: notNull(made.type) } : made;
  });
  let made: CatalogTable = rebound({ ...table, columns });
  for (const e of changed) {
    if (e.position === null || (e.position !== 'FIRST' && e.position.after.name === e.name.name)) continue;
    const at = made.columns.findIndex((c) => c.name === e.name.name);
    const rest = made.columns.map((_, i) => i).filter((i) => i !== at);
    made = placed(arranged(made, [...rest, at]), rest.length, [e], fail);
  }
  for (const e of elements) {
    if (e.kind === 'Watermark') made = rebuild(withoutWatermark(made), [e]);
    else if (e.kind === 'PrimaryKey') made = rebuild({ ...made, primaryKey: [] }, [e]);
  }
  return made;
}
