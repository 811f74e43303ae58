import { multiJoinInputSpec } from '../plan/keys.ts';
import type { MultiJoin } from '../plan/physical.ts';
import { isTrueLiteral } from '../plan/rex-tools.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { combinedWatermarks } from '../runtime/watermark-valve.ts';
import type { Row } from '../types/logical-type.ts';
import { conditionOf } from './input-view.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { nullRow } from './join-parts.ts';
import { arrangement, copySide, type SidePlan, type SideState, sideAccess } from './join-state.ts';

/** The rows of every input under one key; null for an input that has none. */
type Bucket = (SideState | null)[];

const NOTHING: Row = [];

/** How an input keeps its rows (Flink's MultiJoinStateViews): those of the first in one map, those of others by the columns they are joined by. */
function planOf(node: MultiJoin, input: number, optionMs: number): SidePlan {
  const { fields } = node.inputs[input]!;
  const { spec, key } = multiJoinInputSpec(node, input);
  const own = input === 0 ? [] : node.ownKeys[input]!;
  const isOwn = spec === 'JoinKeyContainsUniqueKey' && input > 0;
  const rest = isOwn ? [] : spec === 'NoUniqueKey' ? fields.map((_, i) => i) : key;
  const identity = [...new Set([...own, ...rest])];
  return {
    spec: spec === 'NoUniqueKey' ? spec : 'HasUniqueKey',
    identity,
    types: identity.map((i) => fields[i]!.type),
    isAppendOnly: false,
    counts: false,
    // Where one input has a hint, those without live for ever, whatever the option says.
    ttlMs: node.ttls.some((ttl) => ttl !== null) ? (node.ttls[input]?.ms ?? 0) : optionMs,
  };
}

/**
 * A regular join of several inputs (Flink's StreamingMultiJoinOperator): every change goes through all combinations of the other inputs' rows under its key, input
 * by input, and is kept only then. A row of the left that nothing of a LEFT-joined input matches is padded.
 */
export function createMultiJoin(
  node: MultiJoin,
  optionMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { inputs, joinTypes, keys } = node;
  const plans = inputs.map((_, i) => planOf(node, i, optionMs));
  const access = plans.map((plan) => sideAccess(plan, context));
  // The maps of inputs joined by columns have keys whose Java hash is another in every run.
  const arranges = plans.map((plan, i) =>
    i === 0 || node.ownKeys[i]!.length === 0 ? arrangement(plan) : null,
  );
  const tests = node.conditions.map((c) => (isTrueLiteral(c) ? () => true : conditionOf(c, context)));
  const padding = inputs.map((input) => nullRow(input.fields.length));
  const store = keyedStore<Bucket>(
    keys[0]!.map((_, i) => i),
    keys[0]!.map((k) => inputs[0]!.fields[k]!.type),
    context.code,
  )();
  const valve = combinedWatermarks(next.watermark, next.idle, inputs.length);

  /** The rows of an input, equal ones as often as they are there. */
  function* rowsOf(bucket: Bucket, input: number): Iterable<Row> {
    const side = bucket[input];
    if (!side) return;
    const arrange = arranges[input]!;
    const isSorted = arrange !== null && side.rows.length > 1;
    if (isSorted) side.order = arrange(side.rows, side.peak, side.order);
    for (let n = 0; n < side.rows.length; n++) {
      const at = isSorted ? side.order!.places[n]! : n;
      const times = plans[input]!.spec === 'NoUniqueKey' ? side.counts![at]! : 1;
      for (let i = 0; i < times; i++) yield side.rows[at]!;
    }
  }

  /** One change on its way through the inputs. */
  const work = (bucket: Bucket, own: number, changed: Row, changedKind: number): void => {
    const isAddition = changedKind === 0 || changedKind === 2;
    const extended = (joined: Row, row: Row, input: number): Row | null => {
      const all = input === 0 ? row : [...joined, ...row];
      return input === 0 || tests[input]!(all) ? all : null;
    };
    /** Joins what is joined so far to the inputs from `input` on, and sends it once it has passed all. */
    const descend = (joined: Row, input: number, kind: number): void => {
      if (input === inputs.length) {
        next.row(kind, joined);
        return;
      }
      const isLeft = joinTypes[input] === 'left';
      if (input === own) {
        meet(joined, isLeft ? matchesIn(joined, input) : 0, kind);
        return;
      }
      let matched = false;
      for (const row of rowsOf(bucket, input)) {
        const all = extended(joined, row, input);
        if (all === null) continue;
        matched = true;
        descend(all, input + 1, kind);
      }
      if (isLeft && !matched) descend([...joined, ...padding[input]!], input + 1, kind);
    };
    const matchesIn = (joined: Row, input: number): number => {
      let count = 0;
      for (const row of rowsOf(bucket, input)) if (extended(joined, row, input) !== null) count++;
      return count;
    };
    /** The changed row meets what is joined so far: what was padded is taken back before, or sent again after the last match has gone. */
    const meet = (joined: Row, others: number, kind: number): void => {
      const all = extended(joined, changed, own);
      if (all === null) return;
      const isLeft = joinTypes[own] === 'left';
      const padded = [...joined, ...padding[own]!];
      if (isAddition && isLeft && others === 0) descend(padded, own + 1, 3);
      descend(all, own + 1, kind);
      if (!isAddition && isLeft && others === 1) descend(padded, own + 1, 0);
    };
    descend(NOTHING, 0, changedKind);
  };

  const take = (input: number): Port['row'] => {
    const columns = keys[input]!;
    return (kind, row) => {
      const key = columns.map((c) => row[c]!);
      let bucket = store.get(key);
      if (bucket === undefined) store.set(key, (bucket = inputs.map(() => null)));
      bucket.forEach((side, i) => side && access[i]!.expire(side));
      work(bucket, input, row, kind);
      if (kind === 0 || kind === 2) access[input]!.add((bucket[input] ??= access[input]!.make()), row, 0);
      else if (bucket[input]) access[input]!.remove(bucket[input], row);
      if (bucket.every((side) => side === null || side.rows.length === 0)) store.remove(key);
    };
  };
  const copy = (bucket: Bucket): Bucket => bucket.map((side) => copySide(side, null));
  return {
    ports: inputs.map(
      (_, i): Port => ({
        row: take(i),
        watermark: (ms) => valve.watermark(i, ms),
        idle: (isIdle) => valve.idle(i, isIdle),
      }),
    ),
    size: () => store.size(),
    snapshot: () => ({ store: store.export(copy), valve: valve.snapshot() }),
    restore: (state) => {
      const saved = state as { store: unknown; valve: unknown };
      store.import(saved.store, copy);
      valve.restore(saved.valve);
    },
    inspect: () => ({
      tables: inputs.map(({ fields }, input) => {
        const rows: (string | null)[][] = [];
        const lives = new Lifetimes(plans[input]!.ttlMs);
        let size = 0;
        store.forEach((bucket) => {
          const side = bucket[input];
          if (!side) return;
          size += side.rows.length;
          for (let i = 0; i < side.rows.length && rows.length < 200; i++) {
            lives.add(side.written?.[i]);
            rows.push([...printRow(side.rows[i]!, fields, context.zone), String(side.counts![i]!)]);
          }
        });
        const columns = [...fields.map((f) => f.name), 'count'];
        return stateTable(`input-${input + 1}-records`, columns, 0, rows, size, lives);
      }),
      timersMs: [],
    }),
  };
}
