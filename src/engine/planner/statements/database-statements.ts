import { refuse } from '../../base/refusal.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type * as Ast from '../../sql/ast.ts';

type Statement<Kind extends Ast.Statement['kind']> = Extract<Ast.Statement, { kind: Kind }>;
type DatabasePath = readonly [catalog: string, database: string];

/** Fills in the current catalog. */
export function databaseOf(catalog: Catalog, { parts }: Ast.Name): DatabasePath {
  const [first, second] = parts.map((p) => p.name);
  return second === undefined ? [catalog.currentCatalog, first!] : [first!, second];
}

const listed = (options: readonly Pick<Ast.Option, 'key' | 'value'>[]): string =>
  options
    .map(({ key, value }) => `'${key}'='${value}'`)
    .toSorted()
    .join('\n');

export function enterCatalog(catalog: Catalog, { name: { name, span } }: Statement<'UseCatalog'>): void {
  if (!catalog.hasCatalog(name))
    throw refuse(span, [`CatalogException: A catalog with name [${name}] does not exist.`]);
  catalog.enter(name);
}

export function enterDatabase(catalog: Catalog, { name }: Statement<'UseDatabase'>): void {
  const [inCatalog, database] = databaseOf(catalog, name);
  if (!catalog.hasCatalog(inCatalog))
    throw refuse(name.span, [`CatalogException: A catalog with name [${inCatalog}] does not exist.`]);
  if (!catalog.hasDatabase(inCatalog, database))
    throw refuse(name.span, [
      `CatalogException: A database with name [${database}] does not exist in the catalog: [${inCatalog}].`,
    ]);
  catalog.currentCatalog = inCatalog;
  catalog.currentDatabase = database;
}

/** The in-memory catalog is the only kind there is. */
export function createCatalog(catalog: Catalog, statement: Statement<'CreateCatalog'>): void {
  const { name, span } = statement.name;
  const { options } = statement;
  if (catalog.hasCatalog(name)) {
    if (statement.ifNotExists) return;
    throw refuse(span, [`CatalogException: Catalog ${name} already exists.`]);
  }
  const unable = (reason: string): Error =>
    refuse(statement.span, [
      `ValidationException: Unable to create catalog '${name}'.\n\nCatalog options are:\n${listed(options)}`,
      `ValidationException: ${reason}`,
    ]);
  const type = options.find(({ key }) => key === 'type')?.value;
  if (type === undefined)
    throw unable("Catalog options do not contain an option key 'type' for discovering a catalog.");
  if (type !== 'generic_in_memory')
    throw unable(
      `Could not find any factory for identifier '${type}' that implements 'org.apache.flink.table.factories.CatalogFactory' in the classpath.\n\nAvailable factory identifiers are:\n\ngeneric_in_memory`,
    );
  const unknown = unsupported(options);
  if (unknown) throw unable(unknown);
  catalog.createCatalog(name, options.find(({ key }) => key === 'default-database')?.value ?? 'default');
}

function unsupported(options: readonly Ast.Option[]): string | null {
  const unknown = options
    .map(({ key }) => key)
    .filter((key) => !['type', 'default-database', 'property-version'].includes(key))
    .toSorted();
  return unknown.length === 0
    ? null
    : `Unsupported options found for 'generic_in_memory'.\n\nUnsupported options:\n\n${unknown.join('\n')}\n\nSupported options:\n\ndefault-database\nproperty-version`;
}

export function alterCatalog(
  catalog: Catalog,
  { name: { name }, action, span }: Statement<'AlterCatalog'>,
): void {
  if (action.kind === 'ResetOptions' && action.keys.some(({ key }) => key === 'type'))
    throw refuse(
      span,
      ["ValidationException: ALTER CATALOG RESET does not support changing 'type'"],
      'parse',
    );
  // The catalog that is there from the start was never stored.
  if (name === 'default_catalog' || !catalog.hasCatalog(name))
    throw refuse(span, [
      `ValidationException: Could not execute ALTER CATALOG ${name} ${actionText(action)}`,
      `CatalogException: Catalog ${name} does not exist in the catalog store.`,
    ]);
  const unknown = action.kind === 'SetOptions' ? unsupported(action.options) : null;
  if (unknown && action.kind === 'SetOptions')
    throw refuse(span, [
      `ValidationException: Unable to create catalog '${name}'.\n\nCatalog options are:\n${listed([...action.options, { key: 'type', value: 'generic_in_memory' }])}`,
      `ValidationException: ${unknown}`,
    ]);
}

function actionText(action: Statement<'AlterCatalog'>['action']): string {
  switch (action.kind) {
    case 'SetOptions':
      return `SET ${action.options.map(({ key, value }) => `'${key}' = '${value}'`).join(', ')}`;
    case 'ResetOptions':
      return `RESET ${action.keys.map(({ key }) => `'${key}'`).join(', ')}`;
    case 'Comment':
      return `COMMENT '${action.comment}'`;
  }
}

export function dropCatalog(catalog: Catalog, { name, ifExists }: Statement<'Drop'>): void {
  const wanted = name.parts[0]!.name;
  if (!catalog.hasCatalog(wanted)) {
    if (ifExists) return;
    throw refuse(name.span, [`CatalogException: Catalog ${wanted} does not exist.`]);
  }
  if (wanted === catalog.currentCatalog)
    throw refuse(name.span, [
      `ValidationException: Could not execute DROP CATALOG: (catalogName: [${wanted}])`,
      'CatalogException: Cannot drop a catalog which is currently in use.',
    ]);
  catalog.dropCatalog(wanted);
}

export function createDatabase(catalog: Catalog, { name, ifNotExists }: Statement<'CreateDatabase'>): void {
  const [inCatalog, database] = databaseOf(catalog, name);
  const unable = `Could not execute CREATE DATABASE: (catalogDatabase: [{}], catalogName: [${inCatalog}], databaseName: [${database}], ignoreIfExists: [${ifNotExists}])`;
  if (!catalog.hasCatalog(inCatalog))
    throw refuse(name.span, [
      `TableException: ${unable}`,
      `ValidationException: Catalog ${inCatalog} does not exist`,
    ]);
  if (!catalog.hasDatabase(inCatalog, database)) return catalog.createDatabase(inCatalog, database);
  if (ifNotExists) return;
  throw refuse(name.span, [
    `ValidationException: ${unable}`,
    `DatabaseAlreadyExistException: Database ${database} already exists in Catalog ${inCatalog}.`,
  ]);
}

/** What a database is called and where it is stays as it is. */
export function alterDatabase(catalog: Catalog, { name }: Statement<'AlterDatabase'>): void {
  const [inCatalog, database] = databaseOf(catalog, name);
  if (catalog.hasDatabase(inCatalog, database)) return;
  throw refuse(
    name.span,
    [
      `ValidationException: Database ${database} not exists`,
      `DatabaseNotExistException: Database ${database} does not exist in Catalog ${inCatalog}.`,
    ],
    'parse',
  );
}

export function dropDatabase(
  catalog: Catalog,
  { name, behavior, ifExists }: Statement<'Drop'>,
  [inCatalog, database]: DatabasePath,
): void {
  const unable = `Could not execute DROP DATABASE ${ifExists ? 'IF EXISTS ' : ''}${inCatalog}.${database} ${behavior ?? 'RESTRICT'}`;
  if (!catalog.hasCatalog(inCatalog))
    throw refuse(name.span, [
      `TableException: ${unable}`,
      `CatalogNotExistException: Catalog ${inCatalog} does not exist.`,
    ]);
  if (inCatalog === catalog.currentCatalog && database === catalog.currentDatabase)
    throw refuse(name.span, [
      `TableException: ${unable}`,
      'ValidationException: Cannot drop a database which is currently in use.',
    ]);
  if (!catalog.hasDatabase(inCatalog, database)) {
    if (ifExists) return;
    throw refuse(name.span, [
      `ValidationException: ${unable}`,
      `DatabaseNotExistException: Database ${database} does not exist in Catalog ${inCatalog}.`,
    ]);
  }
  if (behavior !== 'CASCADE' && !catalog.isEmpty(inCatalog, database))
    throw refuse(name.span, [
      `ValidationException: ${unable}`,
      `DatabaseNotEmptyException: Database ${database} in catalog ${inCatalog} is not empty.`,
    ]);
  catalog.dropDatabase(inCatalog, database);
}
