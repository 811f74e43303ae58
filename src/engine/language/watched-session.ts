import { Catalog, type CatalogObject, type ObjectPath } from '../catalog/catalog.ts';
import { Session } from '../planner/statements/session.ts';

/** An object that was put somewhere; null where one was taken away. */
export type CatalogChange = readonly [path: ObjectPath, object: CatalogObject | null];

type Found = readonly [temporary: CatalogObject | undefined, permanent: CatalogObject | undefined];
/** Every place that was looked at, with what was there at first. */
export type CatalogReads = ReadonlyMap<string, readonly [ObjectPath, Found]>;

interface CatalogLog {
  readonly reads: Map<string, readonly [ObjectPath, Found]>;
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

  override getTemporary(path: ObjectPath): CatalogObject | undefined {
    this.#note(path);
    return super.getTemporary(path);
  }

  override getPermanent(path: ObjectPath): CatalogObject | undefined {
    this.#note(path);
    return super.getPermanent(path);
  }

  override put(object: CatalogObject): void {
    this.#log?.changes.push([object.path, object]);
    super.put(object);
  }

  override remove(path: ObjectPath): void {
    this.#note(path);
    this.#log?.changes.push([path, null]);
    super.remove(path);
  }

  /** What stands at a place, temporary and not. */
  found(path: ObjectPath): Found {
    return [super.getTemporary(path), super.getPermanent(path)];
  }

  #note(path: ObjectPath): void {
    const key = path.join('\n');
    if (this.#log && !this.#log.reads.has(key)) this.#log.reads.set(key, [path, this.found(path)]);
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
    return (this.#surroundings ??= JSON.stringify([this.config.entries(), catalog.surroundings()]));
  }

  /** Said after a statement that may have changed the surroundings. */
  forgetSurroundings(): void {
    this.#surroundings = null;
  }
}
