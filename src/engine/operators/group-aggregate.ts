import { compileCondition } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import { physicalLine } from '../plan/explain.ts';
import type { Calc, GroupAggregate } from '../plan/physical.ts';
import type { Rex } from '../plan/rex.ts';
import { generate, specialize } from '../runtime/generate.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { Inspected, OperatorContext, Reporter, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { type Accumulators, accumulators, bindCalls, type Group } from './accumulators.ts';
import { expiring, type Stamped } from './expiring.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';

interface Parts {
  readonly store: KeyedStore<Group>;
  readonly accumulators: Accumulators;
  readonly emit: Port['row'];
  readonly condition: ((row: Row) => boolean) | null;
  readonly updateBefore: boolean;
  readonly retracts: boolean;
  readonly report: Reporter | null;
  /** With a time to live every row refreshes its group, and is answered even if nothing changed. */
  readonly expires: boolean;
}

/** Flink's GroupAggFunction: nothing for a retraction of an unknown group, nothing where the result stays the same, -D when the last row goes. */
function process(parts: Parts): Port['row'] {
  const { store, emit, condition, updateBefore, retracts, report, expires } = parts;
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
    if (!retracts) add(group, row);
    else if (kind === 0 || kind === 2) {
      group.n++;
      add(group, row);
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
    const after = result(group, row);
    if (expires) set(row, group);
    else if (same(before, after)) return;
    group.out = after;
    if (updateBefore) emit(1, before);
    emit(2, after);
  };
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
  const source = fused ? fused.inputs[0]! : below;
  const keys = node.groups.map((g) => (fused ? columnOf(fused.exprs[g]!) : g));
  const keyTypes = node.groups.map((g) => below.fields[g]!.type);
  const calls = bindCalls(node.calls, below.fields, fused?.exprs ?? null);
  const acc = accumulators(calls, keys, context);
  const plainStore = keyedStore<Group>(keys, keyTypes, context.canGenerate)();
  const store = expiring<Group & Stamped>(plainStore, ttlMs, context.nowMs);
  const copy =
    ttlMs > 0
      ? (g: Group & Stamped): Group => Object.assign(acc.copy(g), { writtenMs: g.writtenMs })
      : acc.copy;
  const row = specialize(
    process,
    physicalLine(node),
    context.canGenerate,
  )({
    store,
    accumulators: acc,
    emit: next.row,
    condition: fused?.condition ? condition(fused.condition, context) : null,
    updateBefore: node.generateUpdateBefore,
    retracts: node.inputRetracts,
    report: context.reporter,
    expires: ttlMs > 0,
  });
  void source;
  return {
    ports: [{ row, watermark: next.watermark, idle: next.idle }],
    size: () => store.size(),
    snapshot: () => plainStore.export(copy),
    restore: (state) => plainStore.import(state, copy),
    inspect: (): Inspected => {
      const rows: (string | null)[][] = [];
      const lives = new Lifetimes(ttlMs);
      store.forEach((group) => {
        lives.add(group.writtenMs);
        if (rows.length < 200)
          rows.push([
            ...printRow(group.out!, node.fields, context.zone),
            ...(node.inputRetracts ? [String(group.n)] : []),
          ]);
      });
      const columns = [...node.fields.map((f) => f.name), ...(node.inputRetracts ? ['rows'] : [])];
      return {
        tables: [stateTable('accState', columns, node.groups.length, rows, store.size(), lives)],
        timersMs: [],
      };
    },
  };
}

const columnOf = (rex: Rex): number => (rex.kind === 'InputRef' ? rex.index : -1);

function condition(rex: Rex, context: OperatorContext): (row: Row) => boolean {
  if (!context.canGenerate) return compileCondition(rex, context);
  const builder = new SourceBuilder(context);
  const test = builder.condition(rex, (i) => `r[${i}]`);
  return generate<(row: Row) => boolean>(
    builder.names,
    `return function condition(r) { ${builder.take()} return ${test}; };`,
    builder.values,
  );
}
