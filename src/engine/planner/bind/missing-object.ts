import type { Catalog } from '../../catalog/catalog.ts';

/** What Flink says of a name that nothing has: which of its parts is not there. */
export function missingObject(catalog: Catalog, parts: readonly string[]): string {
  const [inCatalog, database, name] = catalog.qualify(parts);
  const hasCatalog = catalog.hasCatalog(inCatalog);
  const hasDatabase = catalog.hasDatabase(inCatalog, database);
  if (parts.length === 3 && !hasCatalog) return `Object '${inCatalog}' not found`;
  if (parts.length >= 2 && !hasDatabase) return `Object '${database}' not found`;
  const within = parts.length === 3 ? `${inCatalog}.${database}` : database;
  return `Object '${name}' not found${parts.length > 1 ? ` within '${within}'` : ''}`;
}
