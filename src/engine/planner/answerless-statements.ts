import { SqlError } from '../base/diagnostic.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type * as Ast from '../sql/ast.ts';
import { quoted } from './create-table.ts';

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

function refusalOf(catalog: Catalog, statement: AnswerlessStatement): readonly string[] | null {
  const pathOf = (name: Ast.Name) => catalog.qualify(name.parts.map((part) => part.name));
  const missing = (name: Ast.Name): readonly string[] | null =>
    catalog.get(pathOf(name))
      ? null
      : [
          `ValidationException: Tables or views with the identifier '${pathOf(name).join('.')}' doesn't exist.`,
        ];
  switch (statement.kind) {
    case 'AddJar':
      return [
        `TableException: Could not register the specified resource [ResourceUri{resourceType=JAR, uri='${statement.path}'}].`,
        `FileNotFoundException: jar resource [${statement.path}] not found.`,
      ];
    case 'Analyze':
      return ['TableException: ANALYZE TABLE is not supported for streaming mode now'];
    case 'ClientCommand':
    case 'StopJob':
      return [NO_SUCH_STATEMENT];
    case 'Describe':
      if (statement.object === 'JOB')
        return [
          'UnsupportedOperationException: DescribeJobOperation does not support ExecutableOperation yet.',
        ];
      if (statement.object === 'CATALOG' && statement.name)
        return [
          `ValidationException: Cannot obtain metadata information from Catalog ${statement.name.parts[0]?.name}.`,
        ];
      return statement.object === 'TABLE' && statement.name ? missing(statement.name) : null;
    case 'ExecutePlan':
      return [
        `TableException: Failed to execute EXECUTE PLAN '${statement.path}' statement.`,
        `FileNotFoundException: file resource [${statement.path}] not found.`,
      ];
    case 'LoadModule':
      return noModuleToLoad(statement);
    case 'Show': {
      if (statement.what === 'COLUMNS' && statement.scope) return missing(statement.scope.name);
      if (statement.what !== 'PARTITIONS' || !statement.table) return null;
      const [inCatalog, database, table] = pathOf(statement.table);
      return [
        `TableException: Could not execute SHOW PARTITIONS ${inCatalog}.${database}.${table}`,
        `TableNotPartitionedException: Table ${database}.${table} in catalog ${inCatalog} is not partitioned.`,
      ];
    }
    case 'ShowCreate':
      return (statement.object === 'TABLE' || statement.object === 'VIEW') && missing(statement.name)
        ? [
            `ValidationException: Could not execute SHOW CREATE ${statement.object}. ${statement.object === 'TABLE' ? 'Table' : 'View'} with identifier ${quoted(pathOf(statement.name))} does not exist.`,
          ]
        : null;
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
