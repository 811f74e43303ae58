import type { Match } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { copyOnce, type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import {
  isApproximate,
  isCharacter,
  isInteger,
  isProctime,
  type LogicalType,
  type Row,
  type Value,
} from '../types/logical-type.ts';
import { printRow, stateTable } from './inspect.ts';
import { compileMatchExpression } from './match-expressions.ts';
import { MatchAutomaton, type MatchStep, type Progress, type Taken } from './match-nfa.ts';
import { rowOrder } from './row-order.ts';

interface Waiting {
  readonly row: Row;
  readonly ms: number;
}
/** One partition: rows that wait for the time, and how far its matches are. */
interface Partition {
  readonly key: readonly Value[];
  waiting: Waiting[];
  progress: Progress;
  /** The instant of the last row fed, and how many rows it has had. */
  lastMs: number;
  count: number;
  /** When it is looked at. */
  readonly due: Set<number>;
  /** Whether a match has begun since it was last looked at. */
  hasBegun: boolean;
}

/** What Flink writes for the column of a variable without rows where the column's type has no NULL: its generated code's default. */
function writtenForNull(type: LogicalType): Value {
  if (isInteger(type) || isApproximate(type)) return -1;
  return isCharacter(type) ? '' : type.root === 'BOOLEAN' ? false : null;
}

/**
 * MATCH_RECOGNIZE. By event time rows wait for the watermark, late ones are dropped, and each partition's automaton gets them in the order of time; by
 * processing time they are fed as they come, a moment later where further columns order them.
 */
export function createMatch(node: Match, context: OperatorContext, next: Port): StreamOperator {
  const { fields } = node.inputs[0]!;
  const { column } = node.order[0]!;
  const isClock = isProctime(fields[column]!.type);
  const further = node.order.slice(1);
  const waits = !isClock || further.length > 0;
  const compare = rowOrder(
    further,
    further.map((k) => fields[k.column]!.type),
    context.code,
  );
  const conditions = new Map(
    node.define.map((d) => [d.variable, compileMatchExpression(d.condition, context)]),
  );
  const measures = node.measures.map(({ rex }) => {
    const value = compileMatchExpression(rex, context);
    const missing = rex.type.nullable ? null : writtenForNull(rex.type);
    return (match: Taken, ms: number): Value => value(match, ms) ?? missing;
  });
  /** A variable without a condition takes any row. */
  const isVariable = (variable: string, taken: Taken): boolean => {
    const condition = conditions.get(variable);
    return condition === undefined || condition(taken, taken.event.ms) === true;
  };
  const automaton = new MatchAutomaton(node.elements, node.after, node.withinMs, isVariable);
  const store = keyedStore<Partition>(
    node.partition,
    node.partition.map((p) => fields[p]!.type),
    context.code,
  )();
  const timers = new TimerHeap<Partition>();
  let nowMs = -Infinity;

  const partitionOf = (row: Row): Partition => {
    let p = store.get(row);
    if (p === undefined) {
      const key = node.partition.map((c) => row[c]!);
      p = {
        key,
        waiting: [],
        progress: automaton.begin(),
        lastMs: -Infinity,
        count: 0,
        due: new Set(),
        hasBegun: false,
      };
      store.set(row, p);
    }
    return p;
  };
  const setTimer = (p: Partition, ms: number): void => {
    const atMs = isClock ? ms + 1 : ms;
    if (p.due.has(atMs)) return;
    p.due.add(atMs);
    timers.add(atMs, p);
    context.reporter?.timer(atMs);
  };
  const apply = (p: Partition, { progress, matches }: MatchStep, ms: number): void => {
    p.progress = progress;
    for (const match of matches) next.row(INSERT, [...p.key, ...measures.map((m) => m(match, ms))]);
  };
  const feed = (p: Partition, row: Row, ms: number): void => {
    p.count = ms === p.lastMs ? p.count + 1 : 0;
    p.lastMs = ms;
    const step = automaton.process(p.progress, { row, ms, id: p.count });
    if (step.begins) p.hasBegun = true;
    if (p.hasBegun && node.withinMs !== null) setTimer(p, ms + node.withinMs);
    apply(p, step, ms);
  };
  /** Feeds a partition what has waited until now, instant by instant. */
  const catchUp = (p: Partition, untilMs: number): void => {
    const due = p.waiting.filter((w) => w.ms <= untilMs).sort((a, b) => a.ms - b.ms || compare(a.row, b.row));
    p.waiting = p.waiting.filter((w) => w.ms > untilMs);
    let atMs = -Infinity;
    for (const { row, ms } of due) {
      if (ms > atMs) apply(p, automaton.advance(p.progress, ms), ms);
      atMs = ms;
      feed(p, row, ms);
    }
    apply(p, automaton.advance(p.progress, untilMs), untilMs);
    p.hasBegun = false;
  };
  const release = (untilMs: number): void => {
    while (timers.nextMs <= untilMs) {
      const atMs = timers.nextMs;
      const p = timers.pop();
      p.due.delete(atMs);
      catchUp(p, untilMs);
    }
  };
  const take = (row: Row): void => {
    const ms = isClock ? context.nowMs() : (row[column] as number);
    if (!isClock && ms <= nowMs) {
      context.reporter?.late(INSERT, row, ms);
      return;
    }
    const p = partitionOf(row);
    if (waits) {
      p.waiting.push({ row, ms });
      setTimer(p, ms);
      return;
    }
    apply(p, automaton.advance(p.progress, ms), ms);
    feed(p, row, ms);
    p.hasBegun = false;
  };
  const copy = (p: Partition): Partition => ({ ...p, waiting: [...p.waiting], due: new Set(p.due) });
  return {
    ports: [
      {
        row: (_, row) => take(row),
        watermark: (ms) => {
          nowMs = ms;
          if (!isClock) release(ms);
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => store.size(),
    snapshot: () => {
      const copied = copyOnce(copy);
      return { nowMs, store: store.export(copied), timers: timers.export(copied) };
    },
    restore: (state) => {
      const saved = state as {
        nowMs: number;
        store: unknown;
        timers: SavedTimers<Partition>;
      };
      nowMs = saved.nowMs;
      const copied = copyOnce(copy);
      store.import(saved.store, copied);
      timers.import(saved.timers, copied);
    },
    inspect: () => {
      const waiting: (string | null)[][] = [];
      const partial: (string | null)[][] = [];
      const key = node.partition.map((c) => fields[c]!);
      store.forEach((p) => {
        for (const { row } of p.waiting) waiting.push(printRow(row, fields, context.zone));
        const rows = `${p.progress.partial.filter((c) => c.taken).length}`;
        partial.push([...printRow(p.key, key, context.zone), rows]);
      });
      const names = (of: typeof fields): readonly string[] => of.map((f) => f.name);
      return {
        tables: [
          stateTable('elementQueue', names(fields), 0, waiting, waiting.length),
          stateTable('partialMatches', [...names(key), 'matches'], key.length, partial, partial.length),
        ],
        timersMs: [],
      };
    },
    ...(isClock ? { nextClockMs: () => timers.nextMs, onClock: release } : {}),
  };
}
