import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { valueKey } from '../values/compare.ts';
import { generate } from './generate.ts';

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
  import(data: unknown, copy: (value: T) => T): void;
}

/** Values of these types are their own key in a Map. */
export const isOwnKey = (type: LogicalType): boolean =>
  !['ARRAY', 'MAP', 'ROW', 'MULTISET', 'BINARY', 'VARBINARY', 'VARIANT', 'RAW'].includes(type.root);

type Level = Map<unknown, unknown>;

/**
 * Makes a store for a key of `columns`: one Map for one column, Maps in Maps for more, so that no key is ever built (concatenating two columns costs
 * seven times a nested lookup).
 */
export function keyedStore<T>(
  columns: readonly number[],
  types: readonly LogicalType[],
  canGenerate: boolean,
  other: readonly number[] = columns,
): () => KeyedStore<T> {
  if (!canGenerate) {
    const readersOf = (of: readonly number[]): Reader[] =>
      of.map((column, i) =>
        isOwnKey(types[i]!)
          ? { column, read: (r) => r[column] }
          : { column: -1, read: (r) => valueKey(r[column] as Value) },
      );
    return () => storeOf(readersOf(columns), readersOf(other));
  }
  const { state, store } = storeSource(columns, types, other);
  return generate<() => KeyedStore<T>>(
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
  const down = (missing: (i: number) => string, of: readonly string[]): string =>
    of
      .slice(0, -1)
      .map((atom, i) => `let m${i + 1} = m${i}.get(${atom}); if (m${i + 1} === undefined) { ${missing(i)} }`)
      .join(' ');
  const deepest = `m${depth - 1}`;
  const read = (of: readonly string[]): string =>
    `${down(() => 'return undefined;', of)} return ${deepest}.get(${of[depth - 1]});`;
  const write = (of: readonly string[]): string =>
    `${down((i) => `m${i}.set(${of[i]}, m${i + 1} = new Map());`, of)} const before = ${deepest}.size; ${deepest}.set(${of[depth - 1]}, value); n += ${deepest}.size - before;`;
  const remove = (of: readonly string[]): string =>
    `${down(() => 'return;', of)} if (${deepest}.delete(${of[depth - 1]})) n--;`;
  const levels = atoms.slice(1).map((_, i) => `m${i + 1}`);
  return {
    state: 'let m0 = new Map(); let n = 0;',
    find: `${atoms
      .slice(0, -1)
      .map(
        (atom, i) =>
          `const ${levels[i]} = ${i === 0 ? '' : `m${i} === undefined ? undefined : `}m${i}.get(${atom});`,
      )
      .join(
        ' ',
      )} let g = ${depth === 1 ? '' : `${deepest} === undefined ? undefined : `}${deepest}.get(${atoms[depth - 1]});`,
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
  const levelOf = (row: Row, make: boolean, by = readers): Level | undefined => {
    let level = root;
    for (let i = 0; i < depth - 1; i++) {
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
  const lastOf = readers[depth - 1]!.read;
  const lastOther = others[depth - 1]!.read;
  /** Written out for one and two columns. */
  const finder = (by: readonly Reader[]): ((row: Row) => T | undefined) => {
    const [first, second] = [by[0]!.column, by[1]?.column ?? -1];
    if (depth === 1 && first >= 0) return (row) => root.get(row[first]) as T | undefined;
    if (depth === 2 && first >= 0 && second >= 0)
      return (row) => (root.get(row[first]) as Level | undefined)?.get(row[second]) as T | undefined;
    return (row) => levelOf(row, false, by)?.get(by[depth - 1]!.read(row)) as T | undefined;
  };
  return {
    getOther: finder(others),
    setOther: (row, value) => {
      const level = levelOf(row, true, others)!;
      const before = level.size;
      level.set(lastOther(row), value);
      n += level.size - before;
    },
    get: finder(readers),
    set: (row, value) => {
      const level = levelOf(row, true)!;
      const before = level.size;
      level.set(lastOf(row), value);
      n += level.size - before;
    },
    remove: (row) => {
      if (levelOf(row, false)?.delete(lastOf(row))) n--;
    },
    removeOther: (row) => {
      if (levelOf(row, false, others)?.delete(lastOther(row))) n--;
    },
    clear: () => {
      root = new Map();
      n = 0;
    },
    size: () => n,
    forEach: (visit) => visitLevel(root, depth, visit as (value: unknown) => void),
    export: (copy) => ({ root: exportLevel(root, depth, copy as (value: unknown) => unknown), n }),
    import: (data, copy) => {
      const saved = data as { root: SavedLevel; n: number };
      root = importLevel(saved.root, depth, copy as (value: unknown) => unknown);
      n = saved.n;
    },
  };
}

/** A level as lists: a store is saved often and gone back to rarely, and lists are made without hashing. */
interface SavedLevel {
  readonly keys: readonly unknown[];
  readonly values: readonly unknown[];
}

function exportLevel(map: Level, depth: number, copy: (value: unknown) => unknown): SavedLevel {
  const keys: unknown[] = [];
  const values: unknown[] = [];
  map.forEach((value, key) => {
    keys.push(key);
    values.push(depth === 1 ? copy(value) : exportLevel(value as Level, depth - 1, copy));
  });
  return { keys, values };
}

function importLevel({ keys, values }: SavedLevel, depth: number, copy: (value: unknown) => unknown): Level {
  const map: Level = new Map();
  for (let i = 0; i < keys.length; i++)
    map.set(keys[i], depth === 1 ? copy(values[i]) : importLevel(values[i] as SavedLevel, depth - 1, copy));
  return map;
}

function visitLevel(map: Level, depth: number, visit: (value: unknown) => void): void {
  for (const value of map.values()) {
    if (depth === 1) visit(value);
    else visitLevel(value as Level, depth - 1, visit);
  }
}

/** What the source of stores refers to. */
export const STORE_PARTS = { key: valueKey, exportLevel, importLevel, visitLevel };
