import { Catalog, type CatalogObject, type ObjectPath } from '../catalog/catalog.ts';
import { Session } from '../planner/session.ts';

/** An object that was put somewhere; null where one was taken away. */
export type CatalogChange = readonly [path: ObjectPath, object: CatalogObject | null];

interface CatalogLog {
  /** Every object that was looked for, with what was there at first. */
  readonly reads: Map<string, readonly [ObjectPath, CatalogObject | undefined]>;
  readonly changes: CatalogChange[];
}

/** A catalog that writes down what is looked for in it and what is changed. */
class WatchedCatalog extends Catalog {
  #log: CatalogLog | null = null;

  /** What happens to the catalog during `work`. */
  watch<Result>(work: () => Result): CatalogLog & { readonly result: Result } {
    const log: CatalogLog = { reads: new Map(), changes: [] };
    this.#log = log;
    const result = work();
    this.#log = null;
    return { ...log, result };
  }

  override get(path: ObjectPath): CatalogObject | undefined {
    const object = super.get(path);
    const key = path.join('\n');
    if (this.#log && !this.#log.reads.has(key)) this.#log.reads.set(key, [path, object]);
    return object;
  }

  override put(object: CatalogObject): void {
    this.#log?.changes.push([object.path, object]);
    super.put(object);
  }

  override remove(path: ObjectPath): boolean {
    this.get(path);
    this.#log?.changes.push([path, null]);
    return super.remove(path);
  }

  /** Makes a change again. */
  change(path: ObjectPath, object: CatalogObject | null): void {
    if (object) this.put(object);
    else this.remove(path);
  }
}

/** A session of which is known what each statement looks at and changes. */
export class WatchedSession extends Session {
  declare readonly catalog: WatchedCatalog;
  #surroundings: string | null = null;

  constructor() {
    super([], new WatchedCatalog());
  }

  /** All that a statement may depend on beside the objects it looks for. */
  surroundings(): string {
    const { catalog } = this;
    return (this.#surroundings ??= JSON.stringify([
      this.config.entries(),
      catalog.currentCatalog,
      catalog.currentDatabase,
      catalog.names(),
    ]));
  }

  /** Said after a statement that may have changed the surroundings. */
  forgetSurroundings(): void {
    this.#surroundings = null;
  }
}
