import { compileCondition } from '../compile/closure.ts';
import type { Field, WindowProperty, WindowSpec } from '../plan/logical.ts';
import type {
  Calc,
  GroupWindowAggregate,
  PhysicalAggregate,
  PhysicalNode,
  WindowAggregate,
  WindowTableFunction,
} from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { Inspected, OperatorContext, Reporter, StreamOperator } from '../runtime/stream-operator.ts';
import { TimerQueue } from '../runtime/timer-queue.ts';
import { isRowtime, type Row, type Value } from '../types/logical-type.ts';
import { printTimestamp } from '../values/time.ts';
import { accumulators, bindCalls, type Group } from './accumulators.ts';
import { printCell, stateTable } from './inspect.ts';
import { windowTime } from './window-time.ts';

/** One session of one key, its bounds in local milliseconds; `content` is what its rows come to. */
interface Session<Content> {
  start: number;
  end: number;
  /** A row its key columns can be read from. */
  key: Row;
  content: Content;
  isOpen: boolean;
  /** The next open session of its key: most keys have one. */
  next: Session<Content> | null;
}

interface Contents<Content> {
  readonly create: () => Content;
  readonly take: (content: Content, kind: number, row: Row) => void;
  readonly merge: (into: Content, other: Content) => void;
  readonly copy: (content: Content) => Content;
  readonly isEmpty: (content: Content) => boolean;
  readonly send: (session: Session<Content>, rowtimeMs: number | null) => void;
  /** Cells of a line of state. */
  readonly show: (content: Content) => readonly (string | null)[];
}

/**
 * Sessions of each key: a row opens `[time, time + gap)`, which joins every open session it overlaps or touches; a session is sent and forgotten once the
 * watermark (or the clock) passes its end. A row whose session would be over already is late. Rows whose bounds were made further below join nothing.
 */
function sessionWindows<Content>(
  window: WindowSpec,
  keys: readonly number[],
  keyFields: readonly Field[],
  names: readonly string[],
  timeColumn: number,
  passes: ((row: Row) => boolean) | null,
  contents: Contents<Content>,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const time = windowTime(window, context.zone);
  const isEventTime = isRowtime(window.timeType);
  const { attached } = window;
  const report = context.reporter;
  /** The first open session of each key. */
  const store: KeyedStore<Session<Content>> = keyedStore<Session<Content>>(
    keys,
    keyFields.map((f) => f.type),
    context.canGenerate,
  )();
  const timers = new TimerQueue<Session<Content>>();
  let progress = -Infinity;

  const take = (kind: number, row: Row): void => {
    if (passes !== null && !passes(row)) return;
    const instant = isEventTime ? (row[timeColumn] as number | null) : context.nowMs();
    if (instant === null) {
      report?.ignored(kind, row);
      return;
    }
    const start = attached ? (row[attached.start] as number) : time.toLocal(instant);
    const end = attached ? (row[attached.end] as number) : start + window.sizeMs;
    const first = store.get(row);
    let session: Session<Content> | null = null;
    let hasOthers = false;
    let reached = end;
    for (let s = first ?? null; s !== null; s = s.next) {
      if (attached ? s.start !== start || s.end !== end : s.start > end || start > s.end) continue;
      if (session === null) session = s;
      else hasOthers = true;
      if (s.end > reached) reached = s.end;
    }
    const timer = time.timerOf(reached);
    if (isEventTime && timer <= progress) {
      report?.late(kind, row, instant);
      return;
    }
    const before = session === null ? Number.NaN : session.end;
    if (report !== null && !attached) tellJoined(first ?? null, start, end, reached, report);
    if (session === null) {
      session = { start, end, key: row, content: contents.create(), isOpen: true, next: null };
      if (first === undefined) store.set(row, session);
      else lastOf(first).next = session;
    } else if (hasOthers) joinOthers(session, start, end);
    if (start < session.start) session.start = start;
    session.end = reached;
    if (reached !== before) {
      timers.add(timer, session);
      report?.timer(timer);
    }
    report?.window(session.start, session.end);
    contents.take(session.content, kind, row);
  };

  /** Takes in the later sessions of a key that a row from `start` to `end` joins with it. */
  const joinOthers = (session: Session<Content>, start: number, end: number): void => {
    for (let last = session; last.next !== null; ) {
      const other = last.next;
      if (other.start > end || start > other.end) {
        last = other;
        continue;
      }
      contents.merge(session.content, other.content);
      session.start = Math.min(session.start, other.start);
      other.isOpen = false;
      last.next = other.next;
    }
  };

  const close = (session: Session<Content>): void => {
    session.isOpen = false;
    const first = store.get(session.key)!;
    if (first !== session) {
      let last = first;
      while (last.next !== session) last = last.next!;
      last.next = session.next;
    } else if (session.next === null) store.remove(session.key);
    else store.set(session.key, session.next);
  };

  const advance = (ms: number): void => {
    progress = ms;
    while (timers.nextMs <= ms) {
      const at = timers.nextMs;
      const session = timers.pop();
      // A timer of a session that has grown or been joined since.
      if (!session.isOpen || time.timerOf(session.end) !== at) continue;
      close(session);
      report?.fire(session.start, session.end);
      if (!contents.isEmpty(session.content))
        contents.send(session, isEventTime ? time.rowtimeOf(session.end) : null);
      report?.clear();
      report?.fired();
    }
  };

  const copy = (session: Session<Content>): Session<Content> => ({
    ...session,
    content: contents.copy(session.content),
    next: session.next && copy(session.next),
  });
  return {
    ports: [
      {
        row: take,
        watermark: (ms) => {
          if (isEventTime) advance(ms);
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => store.size(),
    snapshot: () => ({ progress, sessions: store.export(copy) }),
    restore: (state) => {
      const saved = state as { progress: number; sessions: unknown };
      progress = saved.progress;
      store.import(saved.sessions, copy);
      timers.clear();
      store.forEach((first) => {
        for (let s: Session<Content> | null = first; s !== null; s = s.next)
          timers.add(time.timerOf(s.end), s);
      });
    },
    inspect: (): Inspected => {
      const rows: (string | null)[][] = [];
      const ends: number[] = [];
      let size = 0;
      store.forEach((first) => {
        for (let s: Session<Content> | null = first; s !== null; s = s.next) {
          size++;
          ends.push(time.timerOf(s.end));
          if (rows.length < 200)
            rows.push([
              printTimestamp(s.start, 0, 3),
              printTimestamp(s.end, 0, 3),
              ...keys.map((k, i) => printCell(s.key[k]!, keyFields[i]!.type, context.zone)),
              ...contents.show(s.content),
            ]);
        }
      });
      return {
        tables: [
          stateTable(
            'session-windows',
            ['window_start', 'window_end', ...keyFields.map((f) => f.name), ...names],
            2 + keys.length,
            rows,
            size,
          ),
        ],
        timersMs: ends.sort((a, b) => a - b).map((atMs) => ({ atMs, key: '', isEventTime })),
      };
    },
    ...(isEventTime
      ? {}
      : { nextClockMs: () => timers.nextMs + 1, onClock: (nowMs: number) => advance(nowMs - 1) }),
  };
}

function lastOf<Content>(session: Session<Content>): Session<Content> {
  let last = session;
  while (last.next !== null) last = last.next;
  return last;
}

/** Tells the trace of the sessions that are no more once a row from `start` to `end` has joined them. */
function tellJoined<Content>(
  first: Session<Content> | null,
  start: number,
  end: number,
  reached: number,
  report: Reporter,
): void {
  const joined: Session<Content>[] = [];
  for (let s = first; s !== null; s = s.next) if (s.start <= end && start <= s.end) joined.push(s);
  const from = Math.min(start, ...joined.map((s) => s.start));
  for (const s of joined) if (s.start !== from || s.end !== reached) report.clear(s.start, s.end);
}

// ---------------------------------------------------------------- aggregates

/** GROUP BY SESSION(…), and an aggregate over the SESSION table function: one row for each session when it is over. */
export function createSessionAggregate(
  node: GroupWindowAggregate | WindowAggregate,
  fused: Calc | null,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const below: PhysicalNode = fused ?? node.inputs[0]!;
  const column = (i: number): number => {
    const e = fused?.exprs[i];
    return e === undefined ? i : e.kind === 'InputRef' ? e.index : -1;
  };
  const keys = node.groups.map(column);
  const calls: readonly PhysicalAggregate[] = node.calls;
  const acc = accumulators(
    bindCalls(calls, below.fields, fused?.exprs ?? null),
    keys,
    context,
    node.properties.length,
  );
  const property = (name: WindowProperty, session: Session<Group>, rowtimeMs: number | null): Value =>
    name === 'start'
      ? session.start
      : name === 'end'
        ? session.end
        : name === 'rowtime'
          ? rowtimeMs
          : context.nowMs();
  const { attached } = node.window;
  const window = attached
    ? { ...node.window, attached: { start: column(attached.start), end: column(attached.end) } }
    : node.window;
  return sessionWindows<Group>(
    window,
    keys,
    node.groups.map((g) => below.fields[g]!),
    calls.map((c, i) => c.alias ?? `${c.name}$${i}`),
    column(node.window.time),
    fused?.condition ? compileCondition(fused.condition, context) : null,
    {
      create: acc.create,
      take: (group, kind, row) => {
        if (kind === 1 || kind === 3) {
          group.n--;
          acc.retract(group, row);
        } else {
          group.n++;
          acc.add(group, row);
        }
      },
      merge: acc.merge,
      copy: acc.copy,
      isEmpty: (group) => group.n === 0,
      send: (session, rowtimeMs) => {
        const bounds = node.properties.map((p) => property(p, session, rowtimeMs));
        next.row(0, acc.result(session.content, session.key, ...bounds));
      },
      show: (group) => acc.values(group).map((v, i) => printCell(v, calls[i]!.type, context.zone)),
    },
    context,
    next,
  );
}

// ---------------------------------------------------------------- the table function alone

interface Buffered {
  readonly kind: number;
  readonly row: Row;
  readonly order: number;
}

/** SESSION as a table function that stands alone: rows wait until their session is over, then come with its bounds, in order of arrival. */
export function createSessionTableFunction(
  node: WindowTableFunction,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { window } = node;
  const { fields } = node.inputs[0]!;
  let arrived = 0;
  return sessionWindows<Buffered[]>(
    window,
    window.partition,
    window.partition.map((p) => fields[p]!),
    ['rows'],
    window.time,
    null,
    {
      create: () => [],
      take: (rows, kind, row) => void rows.push({ kind, row, order: arrived++ }),
      merge: (into, other) => {
        into.push(...other);
        into.sort((a, b) => a.order - b.order);
      },
      copy: (rows) => rows.slice(),
      isEmpty: (rows) => rows.length === 0,
      send: (session, rowtimeMs) => {
        for (const { kind, row } of session.content)
          next.row(kind, [...row, session.start, session.end, rowtimeMs]);
      },
      show: (rows) => [String(rows.length)],
    },
    context,
    next,
  );
}
