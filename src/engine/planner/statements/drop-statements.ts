import { refuse } from '../../base/refusal.ts';
import type { Catalog, CatalogObject } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { quoted } from './create-table.ts';
import { databaseOf, dropCatalog, dropDatabase } from './database-statements.ts';
import { dropFunction } from './function-statements.ts';
import { dropModel } from './model-statements.ts';

type Drop = Extract<Ast.Statement, { kind: 'Drop' }>;

/** Carries out DROP of whatever. Throws `SqlError` in Flink's words. */
export function drop(catalog: Catalog, statement: Drop): void {
  switch (statement.object) {
    case 'TABLE':
      return dropObject(catalog, statement, 'table');
    case 'VIEW':
      return dropObject(catalog, statement, 'view');
    case 'CATALOG':
      return dropCatalog(catalog, statement);
    case 'DATABASE':
      return dropDatabase(catalog, statement, databaseOf(catalog, statement.name));
    case 'FUNCTION':
      return dropFunction(catalog, statement);
    case 'MODEL':
      return dropModel(catalog, statement);
    case 'MATERIALIZED TABLE': {
      if (statement.ifExists) return;
      const path = pathOf(catalog, statement.name).join('.');
      throw refuse(statement.name.span, [
        `ValidationException: Materialized Table with identifier '${path}' does not exist.`,
      ]);
    }
  }
}

function dropObject(catalog: Catalog, statement: Drop, kind: CatalogObject['kind']): void {
  const path = pathOf(catalog, statement.name);
  const { temporary, ifExists } = statement;
  const hidden = catalog.getTemporary(path)?.kind === kind;
  if (hidden && !temporary)
    throw refuse(statement.name.span, [
      `ValidationException: Temporary ${kind} with identifier '${quoted(path)}' exists. Drop it first before removing the permanent ${kind}.`,
    ]);
  if (hidden || (!temporary && catalog.getPermanent(path)?.kind === kind)) return catalog.remove(path);
  if (ifExists) return;
  const what = temporary ? 'Temporary table or view' : kind === 'table' ? 'Table' : 'View';
  throw refuse(statement.name.span, [
    `ValidationException: ${what} with identifier '${path.join('.')}' does not exist.`,
  ]);
}
