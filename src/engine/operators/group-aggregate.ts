import { physicalLine } from '../plan/explain.ts';
import type { Calc, GroupAggregate } from '../plan/physical.ts';
import type { Rex } from '../plan/rex.ts';
import { specialize } from '../runtime/generate.ts';
import { type KeyedStore, keyedStore, STORE_PARTS, storeSource } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { Inspected, OperatorContext, Reporter, StreamOperator } from '../runtime/stream-operator.ts';
import type { LogicalType, Row } from '../types/logical-type.ts';
import {
  type Accumulators,
  accumulatorSource,
  accumulators,
  alwaysChanges,
  type BoundCall,
  bindCalls,
  type Group,
  hidesChanges,
  remembersResult,
} from './accumulators.ts';
import { expiring, type Stamped } from './expiring.ts';
import { conditionOf } from './input-view.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';

interface Common {
  readonly emit: Port['row'];
  readonly condition: ((row: Row) => boolean) | null;
  readonly updateBefore: boolean;
  readonly retracts: boolean;
  readonly report: Reporter | null;
}
interface Parts extends Common {
  readonly store: KeyedStore<Group>;
  readonly accumulators: Accumulators;
  /** No two results of a group are the same one after the other. */
  readonly alwaysChanges: boolean;
  /** A result may be another one although it is sent as the same. */
  readonly hidesChanges: boolean;
  /** With a time to live every row refreshes its group, and is answered even if nothing changed. */
  readonly expires: boolean;
}

/** Flink's GroupAggFunction: nothing for a retraction of an unknown group, nothing where the result stays the same, -D when the last row goes. */
function process(parts: Parts): Port['row'] {
  const { store, emit, condition, updateBefore, retracts, report, expires, alwaysChanges, hidesChanges } =
    parts;
  const { create, add, retract, result, same } = parts.accumulators;
  const { get, set, remove } = store;
  return function groupAggregate(kind, row) {
    if (condition !== null && !condition(row)) return;
    let group = get(row);
    if (group === undefined) {
      if (kind === 1 || kind === 3) {
        if (report !== null) report.ignored(kind, row);
        return;
      }
      group = create();
      set(row, group);
      group.n = 1;
      add(group, row);
      group.out = result(group, row);
      emit(0, group.out);
      return;
    }
    let hasChanged = true;
    if (!retracts) hasChanged = add(group, row);
    else if (kind === 0 || kind === 2) {
      group.n++;
      hasChanged = add(group, row);
    } else {
      group.n--;
      retract(group, row);
    }
    const before = group.out!;
    if (group.n === 0) {
      remove(row);
      if (report !== null) report.clear();
      emit(3, before);
      return;
    }
    if (!hasChanged && !expires) return;
    const after = result(group, row);
    if (expires) set(row, group);
    else if (!alwaysChanges && same(before, after)) {
      if (hidesChanges) group.out = after;
      return;
    }
    group.out = after;
    if (updateBefore) emit(1, before);
    emit(2, after);
  };
}

/** What a key is followed by in GROUP BY often hangs on it and has few values: with that as the outer level there are few Maps. */
const levels = <T>(columns: readonly T[]): T[] => [...columns].reverse();

interface Made {
  readonly row: Port['row'];
  readonly store: KeyedStore<Group>;
  readonly copy: Accumulators['copy'];
}

function assembled(
  node: GroupAggregate,
  calls: readonly BoundCall[],
  keys: readonly number[],
  keyTypes: readonly LogicalType[],
  ttlMs: number,
  common: Common,
  context: OperatorContext,
): Made {
  const acc = accumulators(calls, keys, context);
  const store = keyedStore<Group>(levels(keys), levels(keyTypes), context.code)();
  const row = specialize(
    process,
    physicalLine(node),
    context.code,
  )({
    ...common,
    store: expiring<Group & Stamped>(store, ttlMs, context.nowMs),
    accumulators: acc,
    expires: ttlMs > 0,
    alwaysChanges: alwaysChanges(calls),
    hidesChanges: hidesChanges(calls),
  });
  return { row, store, copy: acc.copy };
}

/** The same as `process`, store and accumulators written out in it: the calls between them cost more than what they do. */
function generated(
  node: GroupAggregate,
  calls: readonly BoundCall[],
  keys: readonly number[],
  keyTypes: readonly LogicalType[],
  { emit, condition, updateBefore, retracts, report }: Common,
  context: OperatorContext,
): Made {
  // What the last row that was sent says need not be kept beside it: it is read back into variables.
  const isInRow = remembersResult(calls);
  const source = accumulatorSource(calls, keys, context, 0, isInRow ? (i) => `a${i}` : undefined);
  const declare = (values: readonly string[]): string =>
    values.map((value, i) => `let ${source.slots[i]} = ${value};`).join(' ');
  const { state, store, find } = storeSource(levels(keys), levels(keyTypes));
  const change = retracts
    ? `if (kind === 0 || kind === 2) { g.n++; ${source.add} }
       else {
         g.n--; ${source.retract}
         if (g.n === 0) { store.remove(r); ${report ? 'report.clear();' : ''} emit(3, g.out); return; }
       }`
    : source.add;
  const body = `/* ${physicalLine(node).replaceAll('*/', '* /')} */
    ${state}
    const store = ${store};
    ${isInRow ? 'const copy = (g) => ({ n: g.n, out: g.out });' : `const acc = ${source.whole}; const { copy } = acc;`}
    function row(kind, r) {
      ${condition ? 'if (!condition(r)) return;' : ''}
      ${find}
      if (g === undefined) {
        if (kind === 1 || kind === 3) { ${report ? 'report.ignored(kind, r);' : ''} return; }
        ${isInRow ? `${declare(source.initial)} g = { n: 1, out: null };` : 'g = acc.create(); g.n = 1;'}
        store.set(r, g);
        ${source.add}
        emit(0, g.out = ${source.result});
        return;
      }
      const a = g.out;
      ${isInRow ? declare(source.slots.map((_, i) => `a[${keys.length + i}]`)) : ''}
      ${change}
      const b = ${source.result};
      ${alwaysChanges(calls) ? '' : `if (${source.same}) { ${hidesChanges(calls) ? 'g.out = b; ' : ''}return; }`}
      g.out = b;
      ${updateBefore ? 'emit(1, a);' : ''}
      emit(2, b);
    }
    return { row, store, copy };`;
  return context.code!.generate<Made>(
    [...source.names, ...Object.keys(STORE_PARTS), 'emit', 'condition', 'report'],
    body,
    [...source.values, ...Object.values(STORE_PARTS), emit, condition, report],
  );
}

/**
 * Unbounded aggregation by key.
 * @param fused A Calc right below whose work is done here, so that no row is built in between; its group columns must be plain columns.
 */
export function createGroupAggregate(
  node: GroupAggregate,
  fused: Calc | null,
  optionTtlMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const ttlMs = node.ttl?.ms ?? optionTtlMs;
  const below = fused ?? node.inputs[0]!;
  const keys = node.groups.map((g) => (fused ? columnOf(fused.exprs[g]!) : g));
  const keyTypes = node.groups.map((g) => below.fields[g]!.type);
  const calls = bindCalls(node.calls, below.fields, fused?.exprs ?? null);
  const parts: Common = {
    emit: next.row,
    condition: fused?.condition ? conditionOf(fused.condition, context) : null,
    updateBefore: node.generateUpdateBefore,
    retracts: node.inputRetracts,
    report: context.reporter,
  };
  const {
    row,
    store: plainStore,
    copy: copyGroup,
  } = context.code && ttlMs <= 0
    ? generated(node, calls, keys, keyTypes, parts, context)
    : assembled(node, calls, keys, keyTypes, ttlMs, parts, context);
  const copy =
    ttlMs > 0
      ? (g: Group & Stamped): Group => Object.assign(copyGroup(g), { writtenMs: g.writtenMs })
      : copyGroup;
  return {
    ports: [{ row, watermark: next.watermark, idle: next.idle }],
    size: () => plainStore.size(),
    // Groups that expire are not taken back; Maps in Maps are in another order.
    ...(ttlMs <= 0 && keys.length <= 1 && { standing: () => standingRows(plainStore) }),
    snapshot: () => plainStore.export(copy),
    restore: (state) => plainStore.import(state, copy),
    inspect: (): Inspected => {
      const rows: (string | null)[][] = [];
      const lives = new Lifetimes(ttlMs);
      plainStore.forEach((group: Group & Stamped) => {
        lives.add(group.writtenMs);
        if (rows.length < 200)
          rows.push([
            ...printRow(group.out!, node.fields, context.zone),
            ...(node.inputRetracts ? [String(group.n)] : []),
          ]);
      });
      const columns = [...node.fields.map((f) => f.name), ...(node.inputRetracts ? ['rows'] : [])];
      return {
        tables: [stateTable('accState', columns, node.groups.length, rows, plainStore.size(), lives)],
        timersMs: [],
      };
    },
  };
}

function standingRows(store: KeyedStore<Group>): readonly Row[] {
  const rows: Row[] = [];
  store.forEach((group) => rows.push(group.out!));
  return rows;
}

const columnOf = (rex: Rex): number => (rex.kind === 'InputRef' ? rex.index : -1);
