import type { Catalog, CatalogTable, CatalogView } from '../catalog/catalog.ts';
import type * as Ast from '../sql/ast.ts';
import { alterTable } from './alter-table.ts';
import { quoted } from './create-table.ts';
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

const refuse = (
  code: string,
  message: string,
  span: Ast.Statement['span'],
  exception = 'ValidationException',
): Error => plainError('statement', code, exception, message, span);

/** Makes objects anew whose definition a statement changes, and refusals that need the statement's text. */
export interface Makers {
  readonly isBatch: boolean;
  readonly refuseColumn: (name: Ast.Identifier) => Error;
  /** The table with more elements behind its own. */
  readonly table: (base: CatalogTable, elements: readonly Ast.TableElement[]) => CatalogTable;
  readonly view: (base: CatalogView, query: Ast.Query) => CatalogView;
}

/**
 * Carries out a statement on the catalog, in Flink's words where it cannot. Throws `SqlError`.
 */
export function changeCatalog(catalog: Catalog, statement: CatalogStatement, makers: Makers): void {
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
      return alterTable(catalog, statement, makers.table);
    case 'AlterView': {
      const path = catalog.qualify(statement.name.parts.map((p) => p.name));
      const view = catalog.get(path);
      if (view?.kind !== 'view')
        throw plainError(
          'parse',
          'unknown-view',
          'ValidationException',
          view
            ? 'ALTER VIEW for a table is not allowed'
            : `View ${quoted(path)} doesn't exist or is a temporary view.`,
          statement.name.span,
        );
      if (statement.action.kind === 'As') {
        catalog.put(makers.view(view, statement.action.query));
        return;
      }
      catalog.remove(path);
      catalog.put({ ...view, path: catalog.qualify(statement.action.to.parts.map((p) => p.name)) });
      return;
    }
    case 'Delete':
    case 'Update':
    case 'Truncate': {
      const path = catalog.qualify(statement.table.parts.map((p) => p.name));
      if (statement.kind === 'Truncate' && !makers.isBatch)
        throw refuse(
          'truncate',
          'TRUNCATE TABLE statement is not supported in streaming mode.',
          statement.span,
          'TableException',
        );
      const table = catalog.get(path);
      if (!table)
        throw plainError(
          'parse',
          'unknown-sink',
          'ValidationException',
          `Cannot find table '${quoted(path)}' in any of the catalogs [${catalog.catalogNames().join(', ')}], nor as a temporary table.`,
          statement.table.span,
        );
      const unknown =
        statement.kind === 'Update' &&
        statement.assignments
          .map(({ column }) => column.parts.at(-1)!)
          .find(({ name }) => !table.columns.some((column) => column.name === name));
      if (unknown) throw makers.refuseColumn(unknown);
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
    case 'MATERIALIZED TABLE':
    case 'MODEL': {
      if (statement.ifExists) return;
      const what = statement.object === 'MODEL' ? 'Model' : 'Materialized Table';
      const path = catalog.qualify(parts).join('.');
      throw refuse(
        'unknown-object',
        `${what} with identifier '${path}' does not exist.`,
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
