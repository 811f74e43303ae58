import type { Catalog, CatalogTable, ObjectPath } from '../catalog/catalog.ts';
import { shiftRefs } from '../plan/rex-tools.ts';
import type * as Ast from '../sql/ast.ts';
import { notYet, plainError } from './plan-error.ts';

/** Statements that change or name objects of the catalog and need no query. */
export type CatalogStatement = Extract<
  Ast.Statement,
  {
    kind:
      | 'Drop'
      | 'UseCatalog'
      | 'UseDatabase'
      | 'CreateCatalog'
      | 'CreateDatabase'
      | 'CreateFunction'
      | 'AlterTable'
      | 'AlterView'
      | 'Delete'
      | 'Update'
      | 'Truncate';
  }
>;

const quoted = (path: ObjectPath): string => path.map((p) => `\`${p}\``).join('.');
const refuse = (
  code: string,
  message: string,
  span: Ast.Statement['span'],
  exception = 'ValidationException',
): Error => plainError('statement', code, exception, message, span);

/**
 * Carries out a statement on the catalog, in Flink's words where it cannot. `rebuild` makes a table anew with more elements: what ADD and MODIFY need.
 * Throws `SqlError`.
 */
export function changeCatalog(
  catalog: Catalog,
  statement: CatalogStatement,
  rebuild: (base: CatalogTable, elements: readonly Ast.TableElement[]) => CatalogTable,
): void {
  switch (statement.kind) {
    case 'Drop':
      return drop(catalog, statement);
    case 'UseCatalog':
      if (!catalog.hasCatalog(statement.name.name))
        throw refuse(
          'unknown-catalog',
          `A catalog with name [${statement.name.name}] does not exist.`,
          statement.name.span,
          'CatalogException',
        );
      catalog.currentCatalog = statement.name.name;
      catalog.currentDatabase = statement.name.name === 'default_catalog' ? 'default_database' : 'default';
      return;
    case 'UseDatabase': {
      const parts = statement.name.parts.map((p) => p.name);
      const [inCatalog, database] =
        parts.length === 2 ? [parts[0]!, parts[1]!] : [catalog.currentCatalog, parts[0]!];
      if (!catalog.hasCatalog(inCatalog))
        throw refuse(
          'unknown-catalog',
          `A catalog with name [${inCatalog}] does not exist.`,
          statement.name.span,
          'CatalogException',
        );
      if (!catalog.hasDatabase(inCatalog, database))
        throw refuse(
          'unknown-database',
          `A database with name [${database}] does not exist in the catalog: [${inCatalog}].`,
          statement.name.span,
          'CatalogException',
        );
      catalog.currentCatalog = inCatalog;
      catalog.currentDatabase = database;
      return;
    }
    case 'CreateCatalog':
      return createCatalog(catalog, statement);
    case 'CreateDatabase': {
      const parts = statement.name.parts.map((p) => p.name);
      const [inCatalog, database] =
        parts.length === 2 ? [parts[0]!, parts[1]!] : [catalog.currentCatalog, parts[0]!];
      if (!catalog.hasDatabase(inCatalog, database)) return catalog.createDatabase(inCatalog, database);
      if (statement.ifNotExists) return;
      throw plainError(
        'statement',
        'database-exists',
        'ValidationException',
        `Could not execute CREATE DATABASE: (catalogDatabase: [{}], catalogName: [${inCatalog}], databaseName: [${database}], ignoreIfExists: [false])`,
        statement.name.span,
      );
    }
    case 'CreateFunction':
      return refuseFunction(catalog, statement);
    case 'AlterTable':
      return alterTable(catalog, statement, rebuild);
    case 'AlterView': {
      const path = catalog.qualify(statement.name.parts.map((p) => p.name));
      const view = catalog.get(path);
      if (view?.kind !== 'view')
        throw plainError(
          'parse',
          'unknown-view',
          'ValidationException',
          `View ${quoted(path)} doesn't exist or is a temporary view.`,
          statement.name.span,
        );
      if (statement.action.kind !== 'Rename') throw notYet('ALTER VIEW … AS', statement.span, 'statement');
      catalog.remove(path);
      catalog.put({ ...view, path: catalog.qualify(statement.action.to.parts.map((p) => p.name)) });
      return;
    }
    case 'Delete':
    case 'Update':
    case 'Truncate': {
      const path = catalog.qualify(statement.table.parts.map((p) => p.name));
      if (!catalog.get(path))
        throw plainError(
          'parse',
          'unknown-sink',
          'ValidationException',
          `Cannot find table '${quoted(path)}' in any of the catalogs [${catalog.catalogNames().join(', ')}], nor as a temporary table.`,
          statement.table.span,
        );
      const [verb, ability] = {
        Delete: ['delete', 'SupportsRowLevelDelete'],
        Update: ['update', 'SupportsRowLevelUpdate'],
        Truncate: ['truncate', 'SupportsTruncate'],
      }[statement.kind] as [string, string];
      throw plainError(
        'plan',
        'row-level-change',
        'UnsupportedOperationException',
        `Can't perform ${verb} operation of the table ${path.join('.')} because the corresponding dynamic table sink has not yet implemented org.apache.flink.table.connector.sink.abilities.${ability}.`,
        statement.span,
      );
    }
  }
}

function drop(catalog: Catalog, statement: Extract<CatalogStatement, { kind: 'Drop' }>): void {
  const parts = statement.name.parts.map((p) => p.name);
  switch (statement.object) {
    case 'TABLE':
    case 'VIEW': {
      const path = catalog.qualify(parts);
      const isTable = statement.object === 'TABLE';
      if (catalog.get(path)?.kind === (isTable ? 'table' : 'view')) return void catalog.remove(path);
      if (statement.ifExists) return;
      const what = `${statement.temporary ? 'Temporary ' : ''}${isTable ? 'table' : 'view'}`;
      throw refuse(
        'unknown-object',
        `${what[0]!.toUpperCase()}${what.slice(1)} with identifier '${path.join('.')}' does not exist.`,
        statement.name.span,
      );
    }
    case 'CATALOG':
      if (catalog.hasCatalog(parts[0]!)) return catalog.dropCatalog(parts[0]!);
      if (statement.ifExists) return;
      throw refuse(
        'unknown-catalog',
        `Catalog ${parts[0]} does not exist.`,
        statement.name.span,
        'CatalogException',
      );
    case 'DATABASE': {
      const [inCatalog, database] =
        parts.length === 2 ? [parts[0]!, parts[1]!] : [catalog.currentCatalog, parts[0]!];
      if (catalog.hasDatabase(inCatalog, database)) return catalog.dropDatabase(inCatalog, database);
      if (statement.ifExists) return;
      throw refuse(
        'unknown-database',
        `Could not execute DROP DATABASE: (identifier: [${inCatalog}.${database}], IfExists: [false], isRestrict: [${statement.behavior !== 'CASCADE'}])`,
        statement.name.span,
      );
    }
    default:
      if (!statement.ifExists) throw notYet(`DROP ${statement.object}`, statement.span, 'statement');
  }
}

function createCatalog(
  catalog: Catalog,
  statement: Extract<CatalogStatement, { kind: 'CreateCatalog' }>,
): void {
  const { name } = statement.name;
  if (catalog.hasCatalog(name)) {
    if (statement.ifNotExists) return;
    throw refuse(
      'catalog-exists',
      `Catalog ${name} already exists.`,
      statement.name.span,
      'CatalogException',
    );
  }
  const type = statement.options.find((o) => o.key === 'type')?.value;
  if (type !== 'generic_in_memory')
    throw notYet(`a catalog of type '${type ?? ''}' (only 'generic_in_memory')`, statement.span, 'statement');
  catalog.createCatalog(name);
  catalog.createDatabase(
    name,
    statement.options.find((o) => o.key === 'default-database')?.value ?? 'default',
  );
}

/** A user function is a class on a JVM's path; there is none here, as there is none for a class that Flink cannot find. */
function refuseFunction(
  catalog: Catalog,
  statement: Extract<CatalogStatement, { kind: 'CreateFunction' }>,
): void {
  if (!statement.temporary) return;
  const name = statement.system
    ? statement.name.parts.at(-1)!.name
    : catalog.qualify(statement.name.parts.map((p) => p.name)).join('.');
  const error = refuse(
    'function-class',
    `Could not register temporary ${statement.system ? 'system' : 'catalog'} function '${name}' due to implementation errors.`,
    statement.span,
  ) as { diagnostic?: unknown } & Error;
  const { diagnostic } = error as unknown as { diagnostic: { chain: readonly string[] } };
  throw Object.assign(error, {
    diagnostic: {
      ...diagnostic,
      chain: [...diagnostic.chain, `ClassNotFoundException: ${statement.className}`],
      hint: 'User functions are Java classes; a browser has none. Say it with the built-in functions.',
    },
  });
}

// ---------------------------------------------------------------- ALTER TABLE

function alterTable(
  catalog: Catalog,
  statement: Extract<CatalogStatement, { kind: 'AlterTable' }>,
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
  const columnAt = (name: Ast.Name, verb: string): number => {
    const wanted = name.parts.map((p) => p.name).join('.');
    const at = table.columns.findIndex((c) => c.name === wanted);
    if (at < 0) throw fail(`The column \`${wanted}\` does not exist in the base table.`);
    void verb;
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
      const at = columnAt(action.from, 'rename');
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
    case 'Modify': {
      if (action.kind === 'Add') {
        for (const e of action.elements) {
          if (
            'name' in e &&
            e.name !== null &&
            'name' in e.name &&
            table.columns.some((c) => c.name === (e.name as Ast.Identifier).name)
          ) {
            throw fail(
              `Try to add a column \`${(e.name as Ast.Identifier).name}\` which already exists in the table.`,
            );
          }
          if (e.kind === 'PrimaryKey' && table.primaryKey.length > 0)
            throw fail(
              `The base table has already defined the primary key constraint [${table.primaryKey.map((k) => `\`${k}\``).join(', ')}]. You might want to drop it before adding a new one.`,
            );
          if (e.kind === 'Watermark' && table.watermark)
            throw fail(
              'The base table has already defined the watermark strategy. You might want to drop it before adding a new one.',
            );
        }
      } else if (action.elements.some((e) => e.kind !== 'Watermark'))
        throw notYet('ALTER TABLE … MODIFY of columns', statement.span, 'statement');
      const base = action.kind === 'Modify' ? withoutWatermark(table) : table;
      catalog.put(rebuild(base, action.elements));
      return;
    }
    case 'DropColumns': {
      const gone = new Set(action.columns.map((name) => columnAt(name, 'drop')));
      catalog.put(withoutColumns(table, gone));
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

/** Expressions of computed columns are over stored columns, the watermark's over all: both count anew. */
function withoutColumns(table: CatalogTable, gone: ReadonlySet<number>): CatalogTable {
  const all = table.columns.map((_, i) => i).filter((i) => !gone.has(i));
  const storedBefore = table.columns
    .map((c, i) => ({ c, i }))
    .filter(({ c }) => c.kind !== 'computed')
    .map(({ i }) => i);
  const storedAfter = storedBefore.filter((i) => !gone.has(i));
  const columns = all.map((i) => {
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
      column: all.indexOf(watermark.column),
      expression: shiftRefs(watermark.expression, (r) => all.indexOf(r)),
    },
  };
}
