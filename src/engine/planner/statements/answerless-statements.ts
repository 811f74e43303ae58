import { SqlError } from '../../base/diagnostic.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { lookupFunction } from '../../functions/index.ts';
import type * as Ast from '../../sql/ast.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { cannotInstantiate } from '../bind/user-functions.ts';
import { quoted } from './create-table.ts';
import { databaseOf } from './database-statements.ts';

/** Statements that tell of the catalog or act on a cluster: a run has no place for what they answer, but their refusals are Flink's. */
export type AnswerlessStatement = Extract<
  Ast.Statement,
  {
    kind:
      | 'AddJar'
      | 'Analyze'
      | 'ClientCommand'
      | 'Describe'
      | 'ExecutePlan'
      | 'LoadModule'
      | 'RemoveJar'
      | 'Show'
      | 'ShowCreate'
      | 'StopJob'
      | 'UnloadModule'
      | 'UseModules';
  }
>;

/** Throws `SqlError` where Flink refuses the statement. */
export function checkAnswerless(
  catalog: Catalog,
  statement: AnswerlessStatement,
  unknownColumn: (name: Ast.Identifier) => SqlError,
): void {
  // What is described as a database, Flink takes for a column.
  const described = statement.kind === 'Describe' && statement.object === 'DATABASE' ? statement.name : null;
  if (described) throw unknownColumn(described.parts[0]!);
  const chain = refusalOf(catalog, statement);
  if (chain !== null)
    throw new SqlError({
      severity: 'error',
      phase: 'statement',
      code: 'statement-refused',
      chain,
      span: statement.span,
    });
}

const missing = (catalog: Catalog, name: Ast.Name): readonly string[] | null =>
  catalog.get(pathOf(catalog, name))
    ? null
    : [
        `ValidationException: Tables or views with the identifier '${pathOf(catalog, name).join('.')}' doesn't exist.`,
      ];

function refusalOf(catalog: Catalog, statement: AnswerlessStatement): readonly string[] | null {
  switch (statement.kind) {
    case 'AddJar':
      return [
        `TableException: Could not register the specified resource [ResourceUri{resourceType=JAR, uri='${statement.path}'}].`,
        `FileNotFoundException: jar resource [${statement.path}] not found.`,
      ];
    case 'Analyze':
      return ['TableException: ANALYZE TABLE is not supported for streaming mode now'];
    case 'ClientCommand':
    case 'RemoveJar':
    case 'StopJob':
      return [NO_SUCH_STATEMENT];
    case 'Describe':
      if (statement.object === 'JOB')
        return [
          'UnsupportedOperationException: DescribeJobOperation does not support ExecutableOperation yet.',
        ];
      if (!statement.name) return null;
      if (statement.object === 'CATALOG') return noMetadata(catalog, statement.name);
      if (statement.object === 'MODEL')
        return catalog.getModel(pathOf(catalog, statement.name))
          ? null
          : [
              `ValidationException: Model with the identifier '${pathOf(catalog, statement.name).join('.')}' doesn't exist.`,
            ];
      if (statement.object === 'FUNCTION') return undescribed(catalog, statement.name);
      return statement.object === 'TABLE' ? missing(catalog, statement.name) : null;
    case 'ExecutePlan':
      return [
        `TableException: Failed to execute EXECUTE PLAN '${statement.path}' statement.`,
        `FileNotFoundException: file resource [${statement.path}] not found.`,
      ];
    case 'LoadModule':
      return noModuleToLoad(statement);
    case 'Show':
      return unshown(catalog, statement);
    case 'ShowCreate':
      return uncreated(catalog, statement);
    case 'UnloadModule': {
      const { name } = statement.name;
      return name === 'core'
        ? null
        : [
            `ValidationException: Could not execute UNLOAD MODULE ${name}. No module with name '${name}' exists`,
            `ValidationException: No module with name '${name}' exists`,
          ];
    }
    case 'UseModules': {
      const unknown = statement.modules.find(({ name }) => name !== 'core')?.name;
      return unknown === undefined ? null : [`ValidationException: No module with name '${unknown}' exists`];
    }
  }
}

/** Only catalogs that a statement made are described. */
const noMetadata = (catalog: Catalog, { parts }: Ast.Name): readonly string[] | null => {
  const name = parts[0]!.name;
  return name !== 'default_catalog' && catalog.hasCatalog(name)
    ? null
    : [`ValidationException: Cannot obtain metadata information from Catalog ${name}.`];
};

function undescribed(catalog: Catalog, name: Ast.Name): readonly string[] | null {
  const written = name.parts.map((part) => part.name);
  const unmade = cannotInstantiate(catalog, name);
  if (unmade) return unmade;
  const isBuiltIn = written.length === 1 && lookupFunction(written[0]!.toUpperCase()) !== undefined;
  return isBuiltIn
    ? null
    : [
        `ValidationException: Function with the identifier '${written.map((part) => `\`${part}\``).join('.')}' doesn't exist.`,
      ];
}

function unshown(
  catalog: Catalog,
  { what, scope, table }: Extract<AnswerlessStatement, { kind: 'Show' }>,
): readonly string[] | null {
  const unknownCatalog = (name: string): readonly string[] | null =>
    catalog.hasCatalog(name) ? null : [`ValidationException: Catalog ${name} does not exist`];
  switch (what) {
    case 'COLUMNS':
      return scope && missing(catalog, scope.name);
    case 'DATABASES':
      return scope && unknownCatalog(scope.name.parts[0]!.name);
    case 'JOBS':
      return ["UnsupportedOperationException: ShowJobsOperation doesn't support ExecutableOperation yet."];
    case 'PROCEDURES':
      return [
        'UnsupportedOperationException: listProcedures is not implemented for class org.apache.flink.table.catalog.GenericInMemoryCatalog.',
      ];
    case 'TABLES':
    case 'VIEWS':
    case 'MATERIALIZED TABLES':
    case 'MODELS': {
      if (!scope) return null;
      const [inCatalog, database] = databaseOf(catalog, scope.name);
      const unknown = unknownCatalog(inCatalog);
      if (unknown || catalog.hasDatabase(inCatalog, database)) return unknown;
      return what === 'MODELS'
        ? [
            `ValidationException: Database ${database} does not exist`,
            `DatabaseNotExistException: Database ${database} does not exist in Catalog ${inCatalog}.`,
          ]
        : [`ValidationException: Database '${inCatalog}'.'${database}' doesn't exist.`];
    }
    case 'PARTITIONS': {
      if (!table) return null;
      const [inCatalog, database, name] = pathOf(catalog, table);
      const unable = `Could not execute SHOW PARTITIONS ${inCatalog}.${database}.${name}`;
      const found = catalog.get([inCatalog, database, name]);
      if (!found)
        return [
          `ValidationException: ${unable}`,
          `TableNotExistException: Table (or view) ${database}.${name} does not exist in Catalog ${inCatalog}.`,
        ];
      if (found.kind === 'table' && found.partitionKeys.length > 0) return null;
      return [
        `TableException: ${unable}`,
        `TableNotPartitionedException: Table ${database}.${name} in catalog ${inCatalog} is not partitioned.`,
      ];
    }
    default:
      return null;
  }
}

/** What SHOW CREATE is not for. */
function uncreated(
  catalog: Catalog,
  { object, name }: Extract<AnswerlessStatement, { kind: 'ShowCreate' }>,
): readonly string[] | null {
  const path = pathOf(catalog, name);
  if (object === 'CATALOG') return noMetadata(catalog, name);
  if (object === 'MODEL')
    return catalog.getModel(path)
      ? null
      : [
          `ValidationException: Could not execute SHOW CREATE MODEL. Model with identifier ${quoted(path)} does not exist.`,
        ];
  const found = catalog.get(path);
  if (object === 'MATERIALIZED TABLE')
    return [
      found
        ? NOT_MATERIALIZED
        : `ValidationException: Could not execute SHOW CREATE MATERIALIZED TABLE. Materialized table with identifier ${quoted(path)} does not exist.`,
    ];
  const kind = object === 'TABLE' ? 'table' : 'view';
  if (!found)
    return [
      `ValidationException: Could not execute SHOW CREATE ${object}. ${object === 'TABLE' ? 'Table' : 'View'} with identifier ${quoted(path)} does not exist.`,
    ];
  if (found.kind === kind) return null;
  return [
    `TableException: SHOW CREATE ${object} is only supported for ${kind}s, but ${quoted(path)} is a ${found.kind}. Please use SHOW CREATE ${object === 'TABLE' ? 'VIEW' : 'TABLE'} instead.`,
  ];
}

const NOT_MATERIALIZED =
  "ClassCastException: class org.apache.flink.table.catalog.ResolvedCatalogTable cannot be cast to class org.apache.flink.table.catalog.ResolvedCatalogMaterializedTable (org.apache.flink.table.catalog.ResolvedCatalogTable and org.apache.flink.table.catalog.ResolvedCatalogMaterializedTable are in unnamed module of loader 'app')";

function noModuleToLoad({
  name: { name },
  options,
}: Extract<AnswerlessStatement, { kind: 'LoadModule' }>): readonly string[] {
  const listed = options.map(({ key, value }) => `'${key}'='${value}'`).toSorted();
  const unable =
    `Unable to create module '${name}'.\n\nModule options are:\n\n${listed.join('\n')}`.trimEnd();
  return [
    `ValidationException: Could not execute LOAD MODULE \`${name}\`. ${unable}`,
    `ValidationException: ${unable}`,
    `ValidationException: Could not find any factory for identifier '${name}' that implements 'org.apache.flink.table.factories.ModuleFactory' in the classpath.\n\nAvailable factory identifiers are:\n\ncore`,
  ];
}

const NO_SUCH_STATEMENT =
  'TableException: Unsupported SQL query! executeSql() only accepts a single SQL statement of type CREATE TABLE, DROP TABLE, ALTER TABLE, CREATE DATABASE, DROP DATABASE, ALTER DATABASE, CREATE FUNCTION, DROP FUNCTION, ALTER FUNCTION, CREATE CATALOG, DROP CATALOG, USE CATALOG, USE [CATALOG.]DATABASE, SHOW CATALOGS, SHOW DATABASES, SHOW TABLES, SHOW [USER] FUNCTIONS, SHOW PARTITIONSCREATE VIEW, DROP VIEW, SHOW VIEWS, INSERT, DESCRIBE, LOAD MODULE, UNLOAD MODULE, USE MODULES, SHOW [FULL] MODULES.';
