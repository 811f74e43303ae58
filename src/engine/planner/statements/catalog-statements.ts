import { plainError, refuse } from '../../base/refusal.ts';
import type { Catalog, CatalogTable, CatalogView } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';
import { pathOf } from '../bind/ast-tools.ts';
import type { StatementText } from '../plan-error.ts';
import { alterTable } from './alter-table.ts';
import { quoted } from './create-table.ts';
import {
  alterCatalog,
  alterDatabase,
  createCatalog,
  createDatabase,
  enterCatalog,
  enterDatabase,
} from './database-statements.ts';
import { drop } from './drop-statements.ts';
import { alterFunction, createFunction } from './function-statements.ts';
import { alterModel, createModel } from './model-statements.ts';

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
      | 'CreateModel'
      | 'AlterCatalog'
      | 'AlterDatabase'
      | 'AlterFunction'
      | 'AlterModel'
      | 'AlterTable'
      | 'AlterView'
      | 'Delete'
      | 'Update'
      | 'Truncate';
  }
>;

/** Makes objects anew whose definition a statement changes, and refusals that need the statement's text. */
export interface Makers {
  readonly isBatch: boolean;
  readonly source: StatementText;
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
      return enterCatalog(catalog, statement);
    case 'UseDatabase':
      return enterDatabase(catalog, statement);
    case 'CreateCatalog':
      return createCatalog(catalog, statement);
    case 'AlterCatalog':
      return alterCatalog(catalog, statement);
    case 'CreateDatabase':
      return createDatabase(catalog, statement);
    case 'AlterDatabase':
      return alterDatabase(catalog, statement);
    case 'CreateFunction':
      return createFunction(catalog, statement);
    case 'AlterFunction':
      return alterFunction(catalog, statement);
    case 'CreateModel':
      return createModel(catalog, statement, makers.source);
    case 'AlterModel':
      return alterModel(catalog, statement);
    case 'AlterTable':
      return alterTable(catalog, statement, makers.table);
    case 'AlterView':
      return alterView(catalog, statement, makers.view);
    case 'Delete':
    case 'Update':
    case 'Truncate':
      return changeRows(catalog, statement, makers);
  }
}

function alterView(
  catalog: Catalog,
  { name, action, span }: Extract<CatalogStatement, { kind: 'AlterView' }>,
  remake: Makers['view'],
): void {
  const path = pathOf(catalog, name);
  const view = catalog.get(path);
  if (view?.kind !== 'view' || view.isTemporary)
    throw refuse(
      name.span,
      [
        view?.kind === 'table' && !view.isTemporary
          ? 'ValidationException: ALTER VIEW for a table is not allowed'
          : `ValidationException: View ${quoted(path)} doesn't exist or is a temporary view.`,
      ],
      'parse',
    );
  if (action.kind === 'As') {
    catalog.put(remake(view, action.query));
    return;
  }
  const to = pathOf(catalog, action.to);
  if (catalog.getPermanent(to))
    throw refuse(span, [
      `ValidationException: Could not execute ALTER VIEW ${path.join('.')} RENAME TO ${to.join('.')}`,
      `TableAlreadyExistException: Table (or view) ${to[1]}.${to[2]} already exists in Catalog ${to[0]}.`,
    ]);
  catalog.remove(path);
  catalog.put({ ...view, path: to });
}

/** No table here can change the rows it has. */
function changeRows(
  catalog: Catalog,
  statement: Extract<CatalogStatement, { kind: 'Delete' | 'Update' | 'Truncate' }>,
  { isBatch, refuseColumn }: Makers,
): void {
  const path = pathOf(catalog, statement.table);
  if (statement.kind === 'Truncate' && !isBatch)
    throw refuse(statement.span, [
      'TableException: TRUNCATE TABLE statement is not supported in streaming mode.',
    ]);
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
  if (unknown) throw refuseColumn(unknown);
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
