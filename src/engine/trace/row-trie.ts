import { isOwnKey } from '../runtime/keyed-store.ts';
import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { valueKey } from '../values/compare.ts';

type Branch<T> = Map<unknown, Branch<T> | T>;

/** With so many things the columns that tell most of them apart are looked for: guessed from few first, then known. */
const LOOKS = [64, 4096];

/**
 * Things found by a whole row: Maps in Maps over its columns, those that tell most rows apart first, but only as many as it takes, which is one mostly.
 */
export class RowTrie<T extends { readonly row: Row }> {
  #atoms: readonly ((row: Row) => unknown)[];
  #root: Branch<T> = new Map();
  #size = 0;
  /** How often it has looked for the best order. */
  #looks = 0;

  constructor(types: readonly LogicalType[]) {
    this.#atoms = types.map((type, column) =>
      isOwnKey(type) ? (row) => row[column] : (row) => valueKey(row[column] as Value),
    );
  }

  size(): number {
    return this.#size;
  }

  clear(): void {
    this.#root = new Map();
    this.#size = 0;
  }

  get(row: Row): T | undefined {
    let branch = this.#root;
    for (let depth = 0; ; depth++) {
      const next = branch.get(this.#atoms[depth]!(row));
      if (next instanceof Map) branch = next;
      else return next !== undefined && this.#isSame(next.row, row, depth) ? next : undefined;
    }
  }

  /** Adds a thing under its row, which must not have one yet. */
  set(row: Row, item: T): void {
    this.#size++;
    this.#insert(row, item);
    if (this.#size === LOOKS[this.#looks]) this.#reorder();
  }

  #reorder(): void {
    this.#looks++;
    const items: T[] = [];
    this.forEach((item) => items.push(item));
    const kinds = new Map(this.#atoms.map((atom) => [atom, new Set(items.map(({ row }) => atom(row))).size]));
    const order = [...this.#atoms].sort((a, b) => kinds.get(b)! - kinds.get(a)!);
    if (order.every((atom, i) => atom === this.#atoms[i])) return;
    this.#atoms = order;
    this.#root = new Map();
    for (const item of items) this.#insert(item.row, item);
  }

  #insert(row: Row, item: T): void {
    let branch = this.#root;
    for (let depth = 0; ; depth++) {
      const atom = this.#atoms[depth]!(row);
      const next = branch.get(atom);
      if (next === undefined) {
        branch.set(atom, item);
        return;
      }
      if (next instanceof Map) branch = next;
      else {
        const deeper: Branch<T> = new Map([[this.#atoms[depth + 1]!(next.row), next]]);
        branch.set(atom, deeper);
        branch = deeper;
      }
    }
  }

  remove(row: Row): void {
    if (this.get(row) === undefined) return;
    this.#size--;
    let branch = this.#root;
    for (let depth = 0; ; depth++) {
      const atom = this.#atoms[depth]!(row);
      const next = branch.get(atom)!;
      if (next instanceof Map && !this.#endsAt(next, row, depth + 1)) branch = next;
      else {
        branch.delete(atom);
        return;
      }
    }
  }

  forEach(visit: (item: T) => void): void {
    const walk = (branch: Branch<T>): void => {
      for (const next of branch.values()) {
        if (next instanceof Map) walk(next);
        else visit(next);
      }
    };
    walk(this.#root);
  }

  /** Whether a branch leads to this row alone. */
  #endsAt(branch: Branch<T>, row: Row, depth: number): boolean {
    if (branch.size > 1) return false;
    const next = branch.get(this.#atoms[depth]!(row))!;
    return !(next instanceof Map) || this.#endsAt(next, row, depth + 1);
  }

  /** Whether two rows that agree up to `depth` do so to the end. */
  #isSame(a: Row, b: Row, depth: number): boolean {
    if (a === b) return true;
    for (let i = depth + 1; i < this.#atoms.length; i++) {
      const x = this.#atoms[i]!(a);
      const y = this.#atoms[i]!(b);
      if (x !== y && (x === x || y === y)) return false;
    }
    return true;
  }
}
