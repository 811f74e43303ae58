import type { OverAggregate } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { DELETE, INSERT, type Port, UPDATE_AFTER, UPDATE_BEFORE } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row, Value } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { RunError } from '../values/run-error.ts';
import { accumulators, bindCalls, type Group } from './accumulators.ts';
import { expiring, type Stamped } from './expiring.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { overCalls } from './over-calls.ts';
import { lowerBound, rowOrder, sameRow, upperBound } from './row-order.ts';

/** A row with the functions' state behind it (of all its peers in a RANGE frame) and the values sent for it. */
interface Entry {
  group: Group;
  values: readonly Value[];
  /** When each FIRST_VALUE got its value. */
  born: readonly number[];
}
interface Partition extends Stamped {
  /** In order, and side by side with `entries`. */
  rows: Row[];
  entries: Entry[];
}

/** Functions whose state Flink holds as bytes that it cannot compare. */
const RAW: ReadonlySet<string> = new Set([
  'ARRAY_AGG',
  'COLLECT',
  'JSON_ARRAYAGG_ABSENT_ON_NULL',
  'JSON_ARRAYAGG_NULL_ON_NULL',
  'JSON_OBJECTAGG_ABSENT_ON_NULL',
  'JSON_OBJECTAGG_NULL_ON_NULL',
  'LAG',
  'PERCENTILE',
]);
const incomparable = (): RunError =>
  new RunError('UnsupportedOperationException: Unmaterialized BinaryRawValueData cannot be compared.');

/**
 * OVER an order that is not time: a new row shifts the values of all behind it, which are sent again until one stays the same (Flink's
 * NonTimeRows- and NonTimeRangeUnboundedPrecedingFunction). -U is sent whether asked for or not.
 */
export function createNonTimeOver(
  node: OverAggregate,
  ttlMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const fields = node.inputs[0]!.fields;
  const { partition, order, rows: byRows } = node.group;
  const acc = accumulators(bindCalls(overCalls(node), fields, null), [], context);
  const compare = rowOrder(
    order,
    order.map((k) => fields[k.column]!.type),
    context.code,
  );
  const plainStore = keyedStore<Partition>(
    partition,
    partition.map((p) => fields[p]!.type),
    context.code,
  )();
  const store = expiring(plainStore, ttlMs, context.nowMs);
  const { calls } = node.group;
  const firsts = calls.flatMap((c, i) => (c.name === 'FIRST_VALUE' ? [i] : []));
  /** Values and, last, the sets of distinct values: what a ROWS frame sends where it looks for results in its state. */
  const isWide = calls.some((c) => c.distinct);
  const width = fields.length + calls.length;
  let turn = 0;
  /** A RANGE frame compares states, in which FIRST_VALUE has the clock; a ROWS frame results. */
  const same = (a: Entry, b: Entry): boolean => {
    if (byRows) return a.values.every((v, i) => sameValue(v, b.values[i]!));
    for (let i = 0; i < calls.length; i++) {
      if (RAW.has(calls[i]!.name)) throw incomparable();
      if (!sameValue(a.values[i]!, b.values[i]!)) return false;
    }
    if (a.born.some((at, i) => at !== b.born[i])) return false;
    if (isWide) throw incomparable();
    return true;
  };
  const needNarrow = (): void => {
    if (!isWide) return;
    const states = new Set(calls.flatMap((c) => (c.distinct ? [c.args.join()] : []))).size;
    throw new RunError(
      `IllegalArgumentException: Row arity: ${width + states}, but serializer arity: ${width}`,
    );
  };
  const send = (kind: number, row: Row, values: readonly Value[]): void =>
    next.row(kind, [...row, ...values]);
  const before = (p: Partition, at: number): Group =>
    at === 0 ? acc.create() : acc.copy(p.entries[at - 1]!.group);
  const entryOf = (p: Partition, at: number, group: Group): Entry => {
    const values = acc.values(group);
    const born = firsts.map((i, j) => {
      const earlier = at === 0 ? 0 : p.entries[at - 1]!.born[j]!;
      return earlier === 0 && values[i] !== null ? turn : earlier;
    });
    return { group, values, born };
  };
  const replace = (p: Partition, at: number, entry: Entry): void => {
    const old = p.entries[at]!;
    p.entries[at] = entry;
    send(UPDATE_BEFORE, p.rows[at]!, old.values);
    send(UPDATE_AFTER, p.rows[at]!, entry.values);
  };

  /** Sends rows from `at` on again, until one has the value it had. */
  const walkRows = (p: Partition, from: number): void => {
    for (let at = from; at < p.rows.length; at++) {
      const group = before(p, at);
      acc.add(group, p.rows[at]!);
      const entry = entryOf(p, at, group);
      needNarrow();
      if (same(entry, p.entries[at]!)) {
        p.entries[at] = entry;
        return;
      }
      replace(p, at, entry);
    }
  };
  /** The same by groups of peers. */
  const walkPeers = (p: Partition, from: number): void => {
    for (let at = from; at < p.rows.length; ) {
      const end = upperBound(p.rows, p.rows[at]!, compare);
      const group = before(p, at);
      for (let i = at; i < end; i++) acc.add(group, p.rows[i]!);
      const entry = entryOf(p, at, group);
      if (same(entry, p.entries[at]!)) {
        for (let i = at; i < end; i++) p.entries[i] = entry;
        return;
      }
      for (let i = at; i < end; i++) replace(p, i, entry);
      at = end;
    }
  };
  const insert = (p: Partition, kind: number, row: Row): void => {
    const at = upperBound(p.rows, row, compare);
    if (byRows) {
      const group = before(p, at);
      acc.add(group, row);
      const entry = entryOf(p, at, group);
      p.rows.splice(at, 0, row);
      p.entries.splice(at, 0, entry);
      send(kind, row, entry.values);
      walkRows(p, at + 1);
      return;
    }
    const first = lowerBound(p.rows, row, compare);
    const group = before(p, first);
    for (let i = first; i < at; i++) acc.add(group, p.rows[i]!);
    acc.add(group, row);
    const entry = entryOf(p, first, group);
    const changed = at > first && !same(entry, p.entries[first]!);
    for (let i = first; i < at; i++) {
      if (changed) replace(p, i, entry);
      else p.entries[i] = entry;
    }
    p.rows.splice(at, 0, row);
    p.entries.splice(at, 0, entry);
    send(kind, row, entry.values);
    walkPeers(p, at + 1);
  };
  const remove = (p: Partition, kind: number, row: Row): void => {
    const first = lowerBound(p.rows, row, compare);
    const end = upperBound(p.rows, row, compare);
    let at = -1;
    for (let i = first; i < end; i++) {
      if (sameRow(p.rows[i]!, row)) {
        at = i;
        if (byRows) break;
      }
    }
    if (at < 0) {
      context.reporter?.ignored(kind, row);
      return;
    }
    const gone = p.entries[at]!;
    if (byRows) {
      needNarrow();
      const [old] = p.rows.splice(at, 1);
      p.entries.splice(at, 1);
      send(DELETE, old!, gone.values);
      walkRows(p, at);
      return;
    }
    const group = before(p, first);
    for (let i = first; i < end; i++) if (i !== at) acc.add(group, p.rows[i]!);
    const entry = entryOf(p, first, group);
    const changed = !same(entry, gone);
    for (let i = first; i < end; i++) {
      if (i === at) send(DELETE, p.rows[i]!, gone.values);
      else if (changed) replace(p, i, entry);
      else p.entries[i] = entry;
    }
    p.rows.splice(at, 1);
    p.entries.splice(at, 1);
    walkPeers(p, end - 1);
  };
  const copy = (p: Partition): Partition => ({
    ...p,
    rows: [...p.rows],
    entries: p.entries.map((e) => ({ ...e, group: acc.copy(e.group) })),
  });
  return {
    ports: [
      {
        row: (kind, row) => {
          turn++;
          let p = store.get(row);
          const isInsert = kind === INSERT || kind === UPDATE_AFTER;
          if (p === undefined) {
            if (!isInsert) {
              context.reporter?.ignored(kind, row);
              return;
            }
            p = { rows: [], entries: [] };
          }
          store.set(row, p);
          if (isInsert) insert(p, kind, row);
          else remove(p, kind, row);
          if (p.rows.length === 0) store.remove(row);
        },
        watermark: next.watermark,
        idle: next.idle,
      },
    ],
    size: () => store.size(),
    snapshot: () => ({ turn, partitions: plainStore.export(copy) }),
    restore: (state) => {
      const saved = state as { turn: number; partitions: unknown };
      turn = saved.turn;
      plainStore.import(saved.partitions, copy);
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      const lives = new Lifetimes(ttlMs);
      plainStore.forEach((p) => {
        lives.add(p.writtenMs);
        for (const [i, row] of p.rows.entries())
          if (rows.length < 200)
            rows.push(printRow([...row, ...p.entries[i]!.values], node.fields, context.zone));
      });
      return {
        tables: [
          stateTable(
            'valueState',
            node.fields.map((f) => f.name),
            0,
            rows,
            rows.length,
            lives,
          ),
        ],
        timersMs: [],
      };
    },
  };
}
