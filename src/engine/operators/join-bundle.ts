import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import type { LogicalType, Row } from '../types/logical-type.ts';
import type { Change } from './bundle.ts';
import { javaHashOrder } from './java-hash-order.ts';
import type { SidePlan } from './join-state.ts';

/** Works off a change; one that is suppressed belongs to an update whose two halves came in one bundle. */
export type TakeChange = (kind: number, row: Row, isSuppressed: boolean) => void;

/** The changes of one row, or of one key of rows. */
interface Entry {
  readonly row: Row;
  changes: Change[];
}
interface Group {
  readonly row: Row;
  readonly entries: KeyedStore<Entry>;
  order: Entry[];
}

/** The changes of one side of a join that wait for their bundle to end (Flink's BufferBundle): those that undo each other are gone. */
export class JoinBundle {
  readonly #plan: SidePlan;
  readonly #key: readonly number[];
  readonly #types: readonly LogicalType[];
  readonly #makeGroups: () => KeyedStore<Group>;
  readonly #makeEntries: () => KeyedStore<Entry>;
  #groups: KeyedStore<Group>;
  #order: Group[] = [];

  constructor(
    plan: SidePlan,
    key: readonly number[],
    types: readonly LogicalType[],
    context: OperatorContext,
  ) {
    this.#plan = plan;
    this.#key = key;
    this.#types = types;
    this.#makeGroups = keyedStore<Group>(key, types, context.code);
    this.#makeEntries = keyedStore<Entry>(plan.identity, plan.types, context.code);
    this.#groups = this.#makeGroups();
  }

  add(kind: number, row: Row): void {
    let group = this.#groups.get(row);
    if (group === undefined) {
      group = { row, entries: this.#makeEntries(), order: [] };
      this.#groups.set(row, group);
      this.#order.push(group);
    }
    let entry = group.entries.get(row);
    if (entry === undefined) {
      entry = { row, changes: [] };
      group.entries.set(row, entry);
      group.order.push(entry);
    }
    entry.changes = this.#folded(entry.changes, { kind, row });
    if (entry.changes.length > 0) return;
    group.entries.remove(row);
    group.order = group.order.filter((e) => e !== entry);
    if (group.order.length > 0) return;
    this.#groups.remove(row);
    this.#order = this.#order.filter((g) => g !== group);
  }

  /** Of rows with a key the last change counts, and before an addition what it takes back; of others as many as are left. */
  #folded(changes: readonly Change[], change: Change): Change[] {
    const last = changes.at(-1);
    if (last === undefined) return [change];
    const [isAddition, wasAddition] = [adds(change), adds(last)];
    if (this.#plan.spec === 'NoUniqueKey')
      return isAddition === wasAddition ? [...changes, change] : changes.slice(0, -1);
    if (wasAddition) return isAddition ? [...changes.slice(0, -1), change] : changes.slice(0, -1);
    return isAddition ? [...changes, change] : [...changes.slice(0, -1), change];
  }

  /** Hands out what waits, in the order of Flink's hash maps. */
  flush(take: TakeChange): void {
    const groups = inHashOrder(this.#order, this.#key, this.#types);
    this.#groups = this.#makeGroups();
    this.#order = [];
    const hasKey = this.#plan.spec !== 'NoUniqueKey';
    for (const group of groups)
      for (const { changes } of inHashOrder(group.order, this.#plan.identity, this.#plan.types))
        for (const { kind, row } of changes) take(kind, row, hasKey && changes.length > 1);
  }

  get changes(): readonly Change[] {
    return this.#order.flatMap((group) => group.order.flatMap((entry) => entry.changes));
  }

  restore(changes: readonly Change[]): void {
    this.#groups = this.#makeGroups();
    this.#order = [];
    for (const { kind, row } of changes) this.add(kind, row);
  }
}

const adds = ({ kind }: Change): boolean => kind === 0 || kind === 2;

const inHashOrder = <T extends { readonly row: Row }>(
  items: readonly T[],
  key: readonly number[],
  types: readonly LogicalType[],
): readonly T[] =>
  items.length < 2 ? items : (javaHashOrder(key, types)?.sort(items, (item) => item.row) ?? items);
