import type { Span } from '../base/span.ts';
import type { Rex } from '../plan/rex.ts';
import type { Query } from '../sql/ast.ts';
import type { LogicalType } from '../types/logical-type.ts';

/** `[catalog, database, object]`. */
export type ObjectPath = readonly [string, string, string];

export interface TableColumn {
  readonly name: string;
  readonly kind: 'physical' | 'computed' | 'metadata';
  /** With its time attribute: the rowtime column's type says ROWTIME. */
  readonly type: LogicalType;
  /** Of a computed column, over the table's physical and metadata columns in their order. */
  readonly expression: Rex | null;
  /** Not written to by INSERT. */
  readonly isVirtual: boolean;
}

export interface CatalogTable {
  readonly kind: 'table';
  readonly path: ObjectPath;
  readonly columns: readonly TableColumn[];
  readonly primaryKey: readonly string[];
  /** `expression` is over all columns in their order. */
  readonly watermark: {
    readonly column: number;
    readonly expression: Rex;
    readonly text: string;
    /** `` `ts` AS `ts` - INTERVAL '1' SECOND ``, as Flink names it. */
    readonly strategy: string;
    readonly span: Span;
  } | null;
  readonly options: ReadonlyMap<string, string>;
  /** Where the statement that made it stands. */
  readonly span: Span;
}

export interface CatalogView {
  readonly kind: 'view';
  readonly path: ObjectPath;
  readonly columns: readonly { readonly name: string; readonly type: LogicalType }[];
  readonly query: Query;
  /** The text its query's spans count in, for messages. */
  readonly text: string;
  readonly span: Span;
}

export type CatalogObject = CatalogTable | CatalogView;

interface Database {
  readonly objects: Map<string, CatalogObject>;
}

/** The tables and views a script has made so far; names are case-sensitive, as in Flink. */
export class Catalog {
  readonly #catalogs = new Map<string, Map<string, Database>>([
    ['default_catalog', new Map([['default_database', { objects: new Map() }]])],
  ]);
  currentCatalog = 'default_catalog';
  currentDatabase = 'default_database';

  /** Fills in the current catalog and database. */
  qualify(parts: readonly string[]): ObjectPath {
    if (parts.length === 3) return [parts[0]!, parts[1]!, parts[2]!];
    if (parts.length === 2) return [this.currentCatalog, parts[0]!, parts[1]!];
    return [this.currentCatalog, this.currentDatabase, parts[0]!];
  }

  get(path: ObjectPath): CatalogObject | undefined {
    return this.#catalogs.get(path[0])?.get(path[1])?.objects.get(path[2]);
  }

  put(object: CatalogObject): void {
    this.#catalogs.get(object.path[0])?.get(object.path[1])?.objects.set(object.path[2], object);
  }

  remove(path: ObjectPath): boolean {
    return this.#catalogs.get(path[0])?.get(path[1])?.objects.delete(path[2]) ?? false;
  }

  hasDatabase(catalog: string, database: string): boolean {
    return this.#catalogs.get(catalog)?.has(database) ?? false;
  }

  hasCatalog(catalog: string): boolean {
    return this.#catalogs.has(catalog);
  }

  createCatalog(name: string): void {
    this.#catalogs.set(name, new Map([['default', { objects: new Map() }]]));
  }

  dropCatalog(name: string): void {
    this.#catalogs.delete(name);
  }

  createDatabase(catalog: string, name: string): void {
    this.#catalogs.get(catalog)?.set(name, { objects: new Map() });
  }

  dropDatabase(catalog: string, name: string): void {
    this.#catalogs.get(catalog)?.delete(name);
  }

  catalogNames(): string[] {
    return [...this.#catalogs.keys()].sort();
  }

  /** Every catalog with its databases. */
  names(): [catalog: string, databases: string[]][] {
    return [...this.#catalogs].map(([name, databases]) => [name, [...databases.keys()]]);
  }

  /** Every object of the current database, in the order of creation. */
  objects(): CatalogObject[] {
    return [...(this.#catalogs.get(this.currentCatalog)?.get(this.currentDatabase)?.objects.values() ?? [])];
  }

  allObjects(): CatalogObject[] {
    return [...this.#catalogs.values()].flatMap((databases) =>
      [...databases.values()].flatMap((d) => [...d.objects.values()]),
    );
  }
}
