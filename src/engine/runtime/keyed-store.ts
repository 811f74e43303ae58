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
  /** A copy, each value copied by `copy`. */
  export(copy: (value: T) => T): unknown;
  import(data: unknown, copy: (value: T) => T): void;
}

/** Values of these types are their own key in a Map. */
const isPrimitive = (type: LogicalType): boolean =>
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
  const atomsOf = (of: readonly number[]): string[] =>
    of.map((column, i) => (isPrimitive(types[i]!) ? `r[${column}]` : `key(r[${column}])`));
  if (!canGenerate) {
    const readersOf = (of: readonly number[]): ((r: Row) => unknown)[] =>
      of.map((column, i) =>
        isPrimitive(types[i]!)
          ? (r: Row): unknown => r[column]
          : (r: Row): unknown => valueKey(r[column] as Value),
      );
    return () => storeOf(readersOf(columns), readersOf(other));
  }
  return generate<() => KeyedStore<T>>(
    ['key', 'exportLevel', 'importLevel', 'visitLevel'],
    sourceOf(atomsOf(columns), atomsOf(other)),
    [valueKey, exportLevel, importLevel, visitLevel],
  );
}

function sourceOf(atoms: readonly string[], others: readonly string[]): string {
  const depth = atoms.length;
  if (depth === 0) {
    return `return () => { let v; return {
      get(r) { return v; }, getOther(r) { return v; }, set(r, value) { v = value; }, setOther(r, value) { v = value; }, remove(r) { v = undefined; }, clear() { v = undefined; }, size() { return v === undefined ? 0 : 1; },
      forEach(visit) { if (v !== undefined) visit(v); }, export(copy) { return v === undefined ? null : copy(v); }, import(data, copy) { v = data === null ? undefined : copy(data); } }; };`;
  }
  const last = atoms[depth - 1]!;
  const lastOther = others[depth - 1]!;
  const down = (missing: (i: number) => string, of: readonly string[] = atoms): string =>
    of
      .slice(0, -1)
      .map((atom, i) => `let m${i + 1} = m${i}.get(${atom}); if (m${i + 1} === undefined) { ${missing(i)} }`)
      .join(' ');
  const deepest = `m${depth - 1}`;
  return `return () => { let m0 = new Map(); let n = 0; return {
    get(r) { ${down(() => 'return undefined;')} return ${deepest}.get(${last}); },
    set(r, value) { ${down((i) => `m${i}.set(${atoms[i]}, m${i + 1} = new Map());`)} const before = ${deepest}.size; ${deepest}.set(${last}, value); n += ${deepest}.size - before; },
    getOther(r) { ${down(() => 'return undefined;', others)} return ${deepest}.get(${lastOther}); },
    setOther(r, value) { ${down((i) => `m${i}.set(${others[i]}, m${i + 1} = new Map());`, others)} const before = ${deepest}.size; ${deepest}.set(${lastOther}, value); n += ${deepest}.size - before; },
    remove(r) { ${down(() => 'return;')} if (${deepest}.delete(${last})) n--; },
    clear() { m0 = new Map(); n = 0; }, size() { return n; },
    forEach(visit) { visitLevel(m0, ${depth}, visit); },
    export(copy) { return { map: exportLevel(m0, ${depth}, copy), n }; },
    import(data, copy) { m0 = importLevel(data.map, ${depth}, copy); n = data.n; } }; };`;
}

function storeOf<T>(
  readers: readonly ((r: Row) => unknown)[],
  others: readonly ((r: Row) => unknown)[],
): KeyedStore<T> {
  const depth = readers.length;
  let root: Level = new Map();
  let only: T | undefined;
  let n = 0;
  const levelOf = (row: Row, make: boolean, by = readers): Level | undefined => {
    let level = root;
    for (let i = 0; i < depth - 1; i++) {
      const atom = by[i]!(row);
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
  const lastOf = readers[depth - 1]!;
  const lastOther = others[depth - 1]!;
  return {
    getOther: (row) => levelOf(row, false, others)?.get(lastOther(row)) as T | undefined,
    setOther: (row, value) => {
      const level = levelOf(row, true, others)!;
      const before = level.size;
      level.set(lastOther(row), value);
      n += level.size - before;
    },
    get: (row) => levelOf(row, false)?.get(lastOf(row)) as T | undefined,
    set: (row, value) => {
      const level = levelOf(row, true)!;
      const before = level.size;
      level.set(lastOf(row), value);
      n += level.size - before;
    },
    remove: (row) => {
      if (levelOf(row, false)?.delete(lastOf(row))) n--;
    },
    clear: () => {
      root = new Map();
      n = 0;
    },
    size: () => n,
    forEach: (visit) => visitLevel(root, depth, visit as (value: unknown) => void),
    export: (copy) => ({ map: exportLevel(root, depth, copy as (value: unknown) => unknown), n }),
    import: (data, copy) => {
      const saved = data as { map: Level; n: number };
      root = importLevel(saved.map, depth, copy as (value: unknown) => unknown);
      n = saved.n;
    },
  };
}

function exportLevel(map: Level, depth: number, copy: (value: unknown) => unknown): Level {
  const out: Level = new Map();
  for (const [key, value] of map)
    out.set(key, depth === 1 ? copy(value) : exportLevel(value as Level, depth - 1, copy));
  return out;
}
const importLevel = exportLevel;

function visitLevel(map: Level, depth: number, visit: (value: unknown) => void): void {
  for (const value of map.values()) {
    if (depth === 1) visit(value);
    else visitLevel(value as Level, depth - 1, visit);
  }
}
