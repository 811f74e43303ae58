import type { Span } from '../base/span.ts';
import type { Rex } from '../plan/rex.ts';
import type { Expression, Query } from '../sql/ast.ts';
import type { LogicalType } from '../types/logical-type.ts';

/** `[catalog, database, object]`. */
export type ObjectPath = readonly [string, string, string];

/** An expression of a definition as it was written: it is bound anew where the columns change under it. */
export interface Written {
  readonly expression: Expression;
  readonly text: string;
  readonly offset: number;
}

export interface TableColumn {
  readonly name: string;
  readonly kind: 'physical' | 'computed' | 'metadata';
  /** With its time attribute: the rowtime column's type says ROWTIME. */
  readonly type: LogicalType;
  /** Of a computed column, over the table's physical and metadata columns in their order. */
  readonly expression: Rex | null;
  readonly written: Written | null;
  /** Not written to by INSERT. */
  readonly isVirtual: boolean;
}

export interface CatalogTable {
  readonly kind: 'table';
  readonly path: ObjectPath;
  readonly isTemporary: boolean;
  readonly columns: readonly TableColumn[];
  readonly primaryKey: readonly string[];
  /** What the primary key is called. */
  readonly keyName: string | null;
  readonly partitionKeys: readonly string[];
  readonly isDistributed: boolean;
  /** `expression` is over all columns in their order. */
  readonly watermark: {
    readonly column: number;
    readonly expression: Rex;
    readonly written: Written;
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
  readonly isTemporary: boolean;
  readonly columns: readonly { readonly name: string; readonly type: LogicalType }[];
  readonly query: Query;
  /** The text its query's spans count in, for messages. */
  readonly text: string;
  readonly span: Span;
}

export type CatalogObject = CatalogTable | CatalogView;

/** A class that nobody has: it is refused where it is used. */
export interface UserFunction {
  readonly className: string;
  readonly language: string | null;
}

export interface Model {
  readonly isTemporary: boolean;
  /** The columns it asks for and gives. */
  readonly input: readonly ModelColumn[];
  readonly output: readonly ModelColumn[];
  readonly options: ReadonlyMap<string, string>;
}
interface ModelColumn {
  readonly name: string;
  readonly type: LogicalType;
}

interface Database {
  readonly objects: Map<string, CatalogObject>;
  /** By their names in lower case. */
  readonly functions: Map<string, UserFunction>;
  readonly models: Map<string, Model>;
}
interface NamedCatalog {
  readonly defaultDatabase: string;
  readonly databases: Map<string, Database>;
}

const emptyDatabase = (): Database => ({ objects: new Map(), functions: new Map(), models: new Map() });
const emptyCatalog = (defaultDatabase: string): NamedCatalog => ({
  defaultDatabase,
  databases: new Map([[defaultDatabase, emptyDatabase()]]),
});

/** The tables and views a script has made so far; names are case-sensitive, as in Flink. */
export class Catalog {
  readonly #catalogs = new Map([['default_catalog', emptyCatalog('default_database')]]);
  /** Temporary objects stand before all others, in databases that need not exist. */
  readonly #temporary = new Map<string, CatalogObject>();
  currentCatalog = 'default_catalog';
  currentDatabase = 'default_database';

  /** Fills in the current catalog and database. */
  qualify(parts: readonly string[]): ObjectPath {
    if (parts.length === 3) return [parts[0]!, parts[1]!, parts[2]!];
    if (parts.length === 2) return [this.currentCatalog, parts[0]!, parts[1]!];
    return [this.currentCatalog, this.currentDatabase, parts[0]!];
  }

  /** What a name means: a temporary object where there is one. */
  get(path: ObjectPath): CatalogObject | undefined {
    return this.getTemporary(path) ?? this.getPermanent(path);
  }

  getTemporary(path: ObjectPath): CatalogObject | undefined {
    return this.#temporary.get(keyOf(path));
  }

  getPermanent(path: ObjectPath): CatalogObject | undefined {
    return this.#database(path)?.objects.get(path[2]);
  }

  put(object: CatalogObject): void {
    if (object.isTemporary) this.#temporary.set(keyOf(object.path), object);
    else this.#database(object.path)?.objects.set(object.path[2], object);
  }

  remove(path: ObjectPath): void {
    if (!this.#temporary.delete(keyOf(path))) this.#database(path)?.objects.delete(path[2]);
  }

  /** Names of all functions that were made, in lower case. */
  functionNames(): readonly string[] {
    return [...this.#catalogs.values()].flatMap(({ databases }) =>
      [...databases.values()].flatMap(({ functions }) => [...functions.keys()]),
    );
  }

  getFunction(path: ObjectPath): UserFunction | undefined {
    return this.#database(path)?.functions.get(path[2].toLowerCase());
  }

  /** Makes a function, changes it, or takes it away (`null`). */
  setFunction(path: ObjectPath, made: UserFunction | null): void {
    const functions = this.#database(path)?.functions;
    if (made) functions?.set(path[2].toLowerCase(), made);
    else functions?.delete(path[2].toLowerCase());
  }

  getModel(path: ObjectPath): Model | undefined {
    return this.#database(path)?.models.get(path[2]);
  }

  /** Makes a model, changes it, or takes it away (`null`). */
  setModel(path: ObjectPath, model: Model | null): void {
    const models = this.#database(path)?.models;
    if (model) models?.set(path[2], model);
    else models?.delete(path[2]);
  }

  #database([catalog, database]: readonly [string, string, ...string[]]): Database | undefined {
    return this.#catalogs.get(catalog)?.databases.get(database);
  }

  hasDatabase(catalog: string, database: string): boolean {
    return this.#database([catalog, database]) !== undefined;
  }

  isEmpty(catalog: string, database: string): boolean {
    const found = this.#database([catalog, database]);
    return !found || found.objects.size + found.functions.size + found.models.size === 0;
  }

  hasCatalog(catalog: string): boolean {
    return this.#catalogs.has(catalog);
  }

  enter(name: string): void {
    this.currentCatalog = name;
    this.currentDatabase = this.#catalogs.get(name)!.defaultDatabase;
  }

  createCatalog(name: string, defaultDatabase: string): void {
    this.#catalogs.set(name, emptyCatalog(defaultDatabase));
  }

  dropCatalog(name: string): void {
    this.#catalogs.delete(name);
  }

  createDatabase(catalog: string, name: string): void {
    this.#catalogs.get(catalog)?.databases.set(name, emptyDatabase());
  }

  dropDatabase(catalog: string, name: string): void {
    this.#catalogs.get(catalog)?.databases.delete(name);
  }

  catalogNames(): string[] {
    return [...this.#catalogs.keys()].sort();
  }

  /** What there is below a path: catalogs, the databases of one, the tables and views of one of these. */
  namesIn(path: readonly string[]): string[] {
    const [catalog, database] = path;
    if (catalog === undefined) return [...this.#catalogs.keys()];
    if (database === undefined) return [...(this.#catalogs.get(catalog)?.databases.keys() ?? [])];
    if (path.length > 2) return [];
    const names = new Set(this.#catalogs.get(catalog)?.databases.get(database)?.objects.keys());
    for (const { path } of this.#temporary.values())
      if (path[0] === catalog && path[1] === database) names.add(path[2]);
    return [...names];
  }

  /** Everything there is beside tables and views, as text. */
  surroundings(): string {
    const described = [...this.#catalogs].map(([name, { databases }]) => [
      name,
      [...databases].map(([database, { functions, models }]) => [
        database,
        [...functions],
        [...models.keys()],
      ]),
    ]);
    return JSON.stringify([this.currentCatalog, this.currentDatabase, described]);
  }

  /** Every object of the current database, in the order of creation. */
  objects(): CatalogObject[] {
    return this.allObjects().filter(
      ({ path: [catalog, database] }) => catalog === this.currentCatalog && database === this.currentDatabase,
    );
  }

  /** Every object that a name can mean. */
  allObjects(): CatalogObject[] {
    const permanent = [...this.#catalogs.values()].flatMap(({ databases }) =>
      [...databases.values()].flatMap(({ objects }) => [...objects.values()]),
    );
    return [
      ...permanent.filter(({ path }) => !this.#temporary.has(keyOf(path))),
      ...this.#temporary.values(),
    ];
  }
}

const keyOf = (path: ObjectPath): string => path.join('\n');
