import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { valueKey } from '../values/compare.ts';
import type { GeneratedCode } from './generate.ts';

/** State by key, the key being some columns of a row. Values are objects that their operator changes in place. */
export interface KeyedStore<T> {
  get(row: Row): T | undefined;
  set(row: Row, value: T): void;
  remove(row: Row): void;
  clear(): void;
  size(): number;
  forEach(visit: (value: T) => void): void;
  /** The same keys read from a row of another shape, where the store was made for one. */
  getOther(row: Row): T | undefined;
  setOther(row: Row, value: T): void;
  removeOther(row: Row): void;
  /** A copy, each value copied by `copy`. */
  export(copy: (value: T) => T): unknown;
  /** Goes back to what `export` gave. Each value is copied when it is first asked for: mostly few of many are. */
  import(data: unknown, copy: (value: T) => T): void;
}

/** Values of these types are their own key in a Map. */
export const isOwnKey = (type: LogicalType): boolean =>
  !['ARRAY', 'MAP', 'ROW', 'MULTISET', 'BINARY', 'VARBINARY', 'VARIANT', 'RAW'].includes(type.root);

type Level = Map<unknown, unknown>;

/**
 * The deepest level of a key of several columns while it has one entry: mostly one column tells rows apart by itself, and a Map for each would cost more than all
 * else that is kept.
 */
class One {
  readonly k: unknown;
  v: unknown;

  constructor(k: unknown, v: unknown) {
    this.k = k;
    this.v = v;
  }
}

/** Stands for a value of a snapshot, which is copied when it is asked for. A function, for nothing is told apart from other things as cheaply. */
function saved<T>(value: T, copy: (value: T) => T): () => T {
  let own: T | undefined;
  return () => (own ??= copy(value));
}

/** What an entry of a store stands for. */
const own = (value: unknown): unknown => (typeof value === 'function' ? (value as () => unknown)() : value);

/** Whether two parts of a key are one, as a Map sees it. */
const isSame = (a: unknown, b: unknown): boolean => a === b || (a !== a && b !== b);

const mapOf = ({ k, v }: One, key: unknown, value: unknown): Level =>
  new Map([
    [k, v],
    [key, value],
  ]);

/**
 * Makes a store for a key of `columns`: one Map for one column, Maps in Maps for more, so that no key is ever built (concatenating two columns costs
 * seven times a nested lookup).
 */
export function keyedStore<T>(
  columns: readonly number[],
  types: readonly LogicalType[],
  code: GeneratedCode | null,
  other: readonly number[] = columns,
): () => KeyedStore<T> {
  if (!code) {
    const readersOf = (of: readonly number[]): Reader[] =>
      of.map((column, i) =>
        isOwnKey(types[i]!)
          ? { column, read: (r) => r[column] }
          : { column: -1, read: (r) => valueKey(r[column] as Value) },
      );
    return () => storeOf(readersOf(columns), readersOf(other));
  }
  const { state, store } = storeSource(columns, types, other);
  return code.generate<() => KeyedStore<T>>(
    Object.keys(STORE_PARTS),
    `return () => { ${state} return ${store}; };`,
    Object.values(STORE_PARTS),
  );
}

/** A store as source. */
export interface StoreSource {
  /** Declares what it holds. */
  readonly state: string;
  /** The store itself, over that. */
  readonly store: string;
  /** Declares `g`: what stands under the key of the row `r`. */
  readonly find: string;
}

export function storeSource(
  columns: readonly number[],
  types: readonly LogicalType[],
  other: readonly number[] = columns,
): StoreSource {
  const atomsOf = (of: readonly number[]): string[] =>
    of.map((column, i) => (isOwnKey(types[i]!) ? `r[${column}]` : `key(r[${column}])`));
  return partsOf(atomsOf(columns), atomsOf(other));
}

function partsOf(atoms: readonly string[], others: readonly string[]): StoreSource {
  const depth = atoms.length;
  if (depth === 0) {
    return {
      state: 'let v;',
      find: 'let g = v;',
      store: `{
      get(r) { return v; }, getOther(r) { return v; }, set(r, value) { v = value; }, setOther(r, value) { v = value; }, remove(r) { v = undefined; }, removeOther(r) { v = undefined; }, clear() { v = undefined; }, size() { return v === undefined ? 0 : 1; },
      forEach(visit) { if (v !== undefined) visit(v); }, export(copy) { return v === undefined ? null : copy(v); }, import(data, copy) { v = data === null ? undefined : copy(data); } }`,
    };
  }
  const last = depth - 1;
  const deepest = `m${last}`;
  /** Goes down to the level where the last part of the key is looked up; `missing` is done where a level above is not there. */
  const down = (missing: (i: number) => string, of: readonly string[]): string =>
    of
      .slice(0, -1)
      .map((atom, i) => {
        const absent = i < last - 1 ? `if (m${i + 1} === undefined) { ${missing(i)} }` : '';
        return `let m${i + 1} = m${i}.get(${atom}); ${absent}`;
      })
      .join(' ');
  const read = (of: readonly string[]): string =>
    depth === 1
      ? `return own(m0.get(${of[0]}));`
      : `${down(() => 'return undefined;', of)} return own(${lookUp(deepest, of[last]!)});`;
  const write = (of: readonly string[]): string => {
    if (depth === 1) return `const before = m0.size; m0.set(${of[0]}, value); n += m0.size - before;`;
    const above = `m${last - 1}.set(${of[last - 1]}, `;
    return `${down((i) => `m${i}.set(${of[i]}, m${i + 1} = new Map());`, of)} const k = ${of[last]};
      if (${deepest} === undefined) { ${above}new One(k, value)); n++; }
      else if (!(${deepest} instanceof One)) { const before = ${deepest}.size; ${deepest}.set(k, value); n += ${deepest}.size - before; }
      else if (isSame(${deepest}.k, k)) ${deepest}.v = value;
      else { ${above}mapOf(${deepest}, k, value)); n++; }`;
  };
  const remove = (of: readonly string[]): string =>
    depth === 1
      ? `if (m0.delete(${of[0]})) n--;`
      : `${down(() => 'return;', of)} if (${deepest} === undefined) return;
      if (!(${deepest} instanceof One)) { if (${deepest}.delete(${of[last]})) n--; }
      else if (isSame(${deepest}.k, ${of[last]})) { m${last - 1}.delete(${of[last - 1]}); n--; }`;
  const levels = atoms.slice(1).map((_, i) => `m${i + 1}`);
  return {
    state: 'let m0 = new Map(); let n = 0;',
    find: `${atoms
      .slice(0, -1)
      .map(
        (atom, i) =>
          `const ${levels[i]} = ${i === 0 ? '' : `m${i} === undefined ? undefined : `}m${i}.get(${atom});`,
      )
      .join(' ')} let g = own(${depth === 1 ? `m0.get(${atoms[0]})` : lookUp(deepest, atoms[last]!)});`,
    store: `{
    get(r) { ${read(atoms)} }, getOther(r) { ${read(others)} },
    set(r, value) { ${write(atoms)} }, setOther(r, value) { ${write(others)} },
    remove(r) { ${remove(atoms)} }, removeOther(r) { ${remove(others)} },
    clear() { m0 = new Map(); n = 0; }, size() { return n; },
    forEach(visit) { visitLevel(m0, ${depth}, visit); },
    export(copy) { return { root: exportLevel(m0, ${depth}, copy), n }; },
    import(data, copy) { m0 = importLevel(data.root, ${depth}, copy); n = data.n; } }`,
  };
}

/** What stands under the last part of a key, in a level that may not be there. */
const lookUp = (level: string, key: string): string =>
  `${level} === undefined ? undefined : ${level} instanceof One ? (isSame(${level}.k, ${key}) ? ${level}.v : undefined) : ${level}.get(${key})`;

/** Reads a part of a key; `column` is where it simply stands, else -1. */
interface Reader {
  readonly column: number;
  readonly read: (row: Row) => unknown;
}

function storeOf<T>(readers: readonly Reader[], others: readonly Reader[]): KeyedStore<T> {
  const depth = readers.length;
  let root: Level = new Map();
  let only: T | undefined;
  let n = 0;
  /** The level that holds the deepest ones. */
  const above = (row: Row, make: boolean, by: readonly Reader[]): Level | undefined => {
    let level = root;
    for (let i = 0; i < depth - 2; i++) {
      const atom = by[i]!.read(row);
      let next = level.get(atom) as Level | undefined;
      if (next === undefined) {
        if (!make) return undefined;
        level.set(atom, (next = new Map()));
      }
      level = next;
    }
    return level;
  };
  if (depth === 0) {
    return {
      get: () => only,
      getOther: () => only,
      set: (_, value) => {
        only = value;
      },
      setOther: (_, value) => {
        only = value;
      },
      remove: () => {
        only = undefined;
      },
      removeOther: () => {
        only = undefined;
      },
      clear: () => {
        only = undefined;
      },
      size: () => (only === undefined ? 0 : 1),
      forEach: (visit) => {
        if (only !== undefined) visit(only);
      },
      export: (copy) => (only === undefined ? null : copy(only)),
      import: (data, copy) => {
        only = data === null ? undefined : copy(data as T);
      },
    };
  }
  const found = (level: Level | One | undefined, key: unknown): T | undefined => {
    if (level instanceof One) return isSame(level.k, key) ? (own(level.v) as T) : undefined;
    return own(level?.get(key)) as T | undefined;
  };
  /** Written out for one and two columns. */
  const finder = (by: readonly Reader[]): ((row: Row) => T | undefined) => {
    const [first, second] = [by[0]!.column, by[1]?.column ?? -1];
    if (depth === 1 && first >= 0) return (row) => own(root.get(row[first])) as T | undefined;
    if (depth === 1) return (row) => own(root.get(by[0]!.read(row))) as T | undefined;
    if (depth === 2 && first >= 0 && second >= 0)
      return (row) => found(root.get(row[first]) as Level | One | undefined, row[second]);
    return (row) =>
      found(
        above(row, false, by)?.get(by[depth - 2]!.read(row)) as Level | One | undefined,
        by[depth - 1]!.read(row),
      );
  };
  const setIn = (level: Level, key: unknown, value: T): void => {
    const before = level.size;
    level.set(key, value);
    n += level.size - before;
  };
  const setter =
    (by: readonly Reader[]): KeyedStore<T>['set'] =>
    (row, value) => {
      const key = by[depth - 1]!.read(row);
      if (depth === 1) return setIn(root, key, value);
      const parent = above(row, true, by)!;
      const atom = by[depth - 2]!.read(row);
      const level = parent.get(atom) as Level | One | undefined;
      if (level instanceof Map) return setIn(level, key, value);
      if (level !== undefined && isSame(level.k, key)) {
        level.v = value;
        return;
      }
      parent.set(atom, level === undefined ? new One(key, value) : mapOf(level, key, value));
      n++;
    };
  const remover =
    (by: readonly Reader[]): KeyedStore<T>['remove'] =>
    (row) => {
      const key = by[depth - 1]!.read(row);
      const parent = depth === 1 ? undefined : above(row, false, by);
      const atom = depth === 1 ? null : by[depth - 2]!.read(row);
      const level = depth === 1 ? root : (parent?.get(atom) as Level | One | undefined);
      if (level instanceof Map ? level.delete(key) : level && isSame(level.k, key) && parent!.delete(atom))
        n--;
    };
  return {
    get: finder(readers),
    getOther: finder(others),
    set: setter(readers),
    setOther: setter(others),
    remove: remover(readers),
    removeOther: remover(others),
    clear: () => {
      root = new Map();
      n = 0;
    },
    size: () => n,
    forEach: (visit) => visitLevel(root, depth, visit as (value: unknown) => void),
    export: (copy) => ({ root: exportLevel(root, depth, copy as (value: unknown) => unknown), n }),
    import: (data, copy) => {
      const level = data as { root: SavedLevel; n: number };
      root = importLevel(level.root, depth, copy as (value: unknown) => unknown);
      n = level.n;
    },
  };
}

/** A level as lists: a store is saved often and gone back to rarely, and lists are made without hashing. */
interface SavedLevel {
  readonly keys: readonly unknown[];
  readonly values: readonly unknown[];
}

function exportLevel(map: Level | One, depth: number, copy: (value: unknown) => unknown): SavedLevel {
  if (map instanceof One) return { keys: [map.k], values: [copy(own(map.v))] };
  const keys: unknown[] = [];
  const values: unknown[] = [];
  map.forEach((value, key) => {
    keys.push(key);
    values.push(depth === 1 ? copy(own(value)) : exportLevel(value as Level | One, depth - 1, copy));
  });
  return { keys, values };
}

function importLevel({ keys, values }: SavedLevel, depth: number, copy: (value: unknown) => unknown): Level {
  const map: Level = new Map();
  for (let i = 0; i < keys.length; i++)
    map.set(
      keys[i],
      depth === 1 ? saved(values[i], copy) : importBelow(values[i] as SavedLevel, depth - 1, copy),
    );
  return map;
}

const importBelow = (level: SavedLevel, depth: number, copy: (value: unknown) => unknown): Level | One =>
  depth === 1 && level.keys.length === 1
    ? new One(level.keys[0], saved(level.values[0], copy))
    : importLevel(level, depth, copy);

function visitLevel(map: Level | One, depth: number, visit: (value: unknown) => void): void {
  if (map instanceof One) {
    visit(own(map.v));
    return;
  }
  for (const value of map.values()) {
    if (depth === 1) visit(own(value));
    else visitLevel(value as Level | One, depth - 1, visit);
  }
}

/** What the source of stores refers to. */
export const STORE_PARTS = { key: valueKey, own, One, isSame, mapOf, exportLevel, importLevel, visitLevel };
