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
import { copyOnce, type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import { isRowtime, type Row, type Value } from '../types/logical-type.ts';
import { RunError } from '../values/run-error.ts';
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
  /** When it is over, and the timer of a moment ago, to be used again. */
  timer: SessionTimer<Content> | null;
  spare: SessionTimer<Content> | null;
  /** The next open session of its key: most keys have one. */
  next: Session<Content> | null;
}
interface SessionTimer<Content> {
  readonly session: Session<Content>;
  /** Where it stands among all timers. */
  place: number;
}

const NO_TIME =
  'RuntimeException: rowtimeIndex should not be null, please convert it to a non-null long value.';
const NO_BOUNDS = 'RuntimeException: RowTime field should not be null.';

interface Contents<Content> {
  readonly create: () => Content;
  readonly take: (content: Content, kind: number, row: Row) => void;
  readonly merge: (into: Content, other: Content) => void;
  readonly copy: (content: Content) => Content;
  readonly isEmpty: (content: Content) => boolean;
  /** What a row without a time is taken for; it is ignored where nothing says so. */
  readonly timeOfNull?: () => number;
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
    context.code,
  )();
  const timers = new TimerHeap<SessionTimer<Content>>((timer, place) => {
    timer.place = place;
  });
  let progress = -Infinity;

  /** A session that grows has its new timer before the old one, and those of the sessions it took in, are gone (Flink's MergingWindowProcessFunction). */
  const setTimer = (session: Session<Content>): void => {
    const timer = session.spare ?? { session, place: 0 };
    session.spare = session.timer;
    session.timer = timer;
    const atMs = time.timerOf(session.end);
    timers.add(atMs, timer);
    report?.timer(atMs);
  };

  const take = (kind: number, row: Row): void => {
    if (passes !== null && !passes(row)) return;
    const given = isEventTime ? (row[timeColumn] as number | null) : context.nowMs();
    const instant = given ?? contents.timeOfNull?.() ?? null;
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
    if (report !== null && !attached) tellJoined(first ?? null, start, end, reached, report);
    if (session === null) {
      session = { start, end, key: row, content: contents.create(), timer: null, spare: null, next: null };
      if (first === undefined) store.set(row, session);
      else lastOf(first).next = session;
      setTimer(session);
    } else if (start < session.start || reached > session.end) grow(session, start, reached, hasOthers);
    report?.window?.(session.start, session.end);
    contents.take(session.content, kind, row);
  };

  /** Makes a session reach from `start` to `end`, with the other one of its key that it touches then. */
  const grow = (session: Session<Content>, start: number, end: number, hasOther: boolean): void => {
    const other = hasOther ? takeOut(session, start, end) : null;
    const isOtherFirst = other !== null && isIteratedFirst(other, session);
    session.start = Math.min(session.start, start, other?.start ?? start);
    session.end = end;
    if (other !== null) contents.merge(session.content, other.content);
    setTimer(session);
    if (isOtherFirst) timers.removeAt(other.timer!.place);
    timers.removeAt(session.spare!.place);
    if (other !== null && !isOtherFirst) timers.removeAt(other.timer!.place);
  };
  /** Takes out the later session of a key that touches what reaches from `start` to `end`. */
  const takeOut = (session: Session<Content>, start: number, end: number): Session<Content> => {
    let last = session;
    while (last.next!.start > end || start > last.next!.end) last = last.next!;
    const other = last.next!;
    last.next = other.next;
    return other;
  };

  const close = (session: Session<Content>): void => {
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
      const { session } = timers.pop();
      close(session);
      report?.fire(session.start, session.end);
      if (!contents.isEmpty(session.content))
        contents.send(session, isEventTime ? time.rowtimeOf(session.end) : null);
      report?.clear();
      report?.fired();
    }
  };

  const copying = (): ((session: Session<Content>) => Session<Content>) => {
    const copied: (session: Session<Content>) => Session<Content> = copyOnce((session) => ({
      ...session,
      content: contents.copy(session.content),
      timer: null,
      spare: null,
      next: session.next && copied(session.next),
    }));
    return copied;
  };
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
    snapshot: () => {
      const copied = copying();
      return {
        progress,
        sessions: store.export(copied),
        timers: timers.export(({ session }) => copied(session)),
      };
    },
    restore: (state) => {
      const saved = state as {
        progress: number;
        sessions: unknown;
        timers: SavedTimers<Session<Content>>;
      };
      progress = saved.progress;
      const copied = copying();
      store.import(saved.sessions, copied);
      timers.import(saved.timers, (of) => {
        const session = copied(of);
        session.timer = { session, place: 0 };
        return session.timer;
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

/** Whether a Java HashSet that holds the bounds of two sessions gives `a` before `b`; in one bucket the later one was put in first. */
function isIteratedFirst(a: Session<unknown>, b: Session<unknown>): boolean {
  const [first, second] = [bucketOf(a), bucketOf(b)];
  return first < second || (first === second && a.start > b.start);
}

/** `TimeWindow.hashCode`, spread over the sixteen buckets of a small set. */
function bucketOf({ start, end }: Session<unknown>): number {
  const odd = Number(BigInt.asIntN(32, BigInt(end) * 2n + 1n));
  let inverse = Math.imul(odd, Math.imul(odd, odd));
  for (let i = 0; i < 3; i++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  const hash = Number(BigInt.asIntN(32, BigInt(start) + BigInt(inverse)));
  return (hash ^ (hash >>> 16)) & 15;
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
      timeOfNull: () => {
        if (node.kind === 'GroupWindowAggregate') return 0;
        throw new RunError(attached ? NO_BOUNDS : NO_TIME);
      },
      send: (session, rowtimeMs) => {
        const bounds = node.properties.map((p) => property(p, session, rowtimeMs));
        next.row(0, acc.result(session.content, session.key, bounds));
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
