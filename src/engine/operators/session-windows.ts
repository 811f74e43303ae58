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
import type { Inspected, OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
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
}

/** The open sessions of one key. */
interface KeySessions<Content> {
  readonly open: Session<Content>[];
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
 * watermark (or the clock) passes its end. A row whose session would be over already is late.
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
  const report = context.reporter;
  const store: KeyedStore<KeySessions<Content>> = keyedStore<KeySessions<Content>>(
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
    const start = time.toLocal(instant);
    const end = start + window.sizeMs;
    let own = store.get(row);
    const joined = own === undefined ? [] : own.open.filter((s) => s.start <= end && start <= s.end);
    const reached = joined.reduce((latest, s) => Math.max(latest, s.end), end);
    if (isEventTime && time.timerOf(reached) <= progress) {
      report?.late(kind, row, instant);
      return;
    }
    if (own === undefined) {
      own = { open: [] };
      store.set(row, own);
    }
    const session = joined[0] ?? { start, end, key: row, content: contents.create(), isOpen: true };
    if (joined.length === 0) own.open.push(session);
    const before = joined.length === 0 ? Number.NaN : session.end;
    if (report !== null) {
      const from = Math.min(start, ...joined.map((known) => known.start));
      for (const known of joined)
        if (known.start !== from || known.end !== reached) report.clear(known.start, known.end);
    }
    for (const other of joined.slice(1)) {
      contents.merge(session.content, other.content);
      session.start = Math.min(session.start, other.start);
      other.isOpen = false;
      own.open.splice(own.open.indexOf(other), 1);
    }
    session.start = Math.min(session.start, start);
    session.end = reached;
    if (reached !== before) {
      timers.add(time.timerOf(reached), session);
      report?.timer(time.timerOf(reached));
    }
    report?.window(session.start, session.end);
    contents.take(session.content, kind, row);
  };

  const advance = (ms: number): void => {
    progress = ms;
    while (timers.nextMs <= ms) {
      const at = timers.nextMs;
      const session = timers.pop();
      // A timer of a session that has grown or been joined since.
      if (!session.isOpen || time.timerOf(session.end) !== at) continue;
      session.isOpen = false;
      const own = store.get(session.key)!;
      own.open.splice(own.open.indexOf(session), 1);
      if (own.open.length === 0) store.remove(session.key);
      report?.fire(session.start, session.end);
      if (!contents.isEmpty(session.content))
        contents.send(session, isEventTime ? time.rowtimeOf(session.end) : null);
      report?.clear();
      report?.fired();
    }
  };

  const copy = (own: KeySessions<Content>): KeySessions<Content> => ({
    open: own.open.map((s) => ({ ...s, content: contents.copy(s.content) })),
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
      store.forEach((own) => {
        for (const session of own.open) timers.add(time.timerOf(session.end), session);
      });
    },
    inspect: (): Inspected => {
      const rows: (string | null)[][] = [];
      const ends: number[] = [];
      let size = 0;
      store.forEach((own) => {
        for (const s of own.open) {
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
  return sessionWindows<Group>(
    node.window,
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
      send: (session, rowtimeMs) =>
        next.row(
          0,
          acc.result(
            session.content,
            session.key,
            ...node.properties.map((p) => property(p, session, rowtimeMs)),
          ),
        ),
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
