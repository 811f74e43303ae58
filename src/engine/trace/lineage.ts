import type { Lineage } from '../engine-api.ts';
import { inputView } from '../operators/input-view.ts';
import { type JoinTest, joinTest } from '../operators/join-parts.ts';
import type { Join, LookupJoin, MultiJoin, OverAggregate, PhysicalNode } from '../plan/physical.ts';
import type { RexBound } from '../plan/rex.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { Entry, type TraceLog } from './trace-log.ts';

/** Numbers kept at the most; what comes from more than that is not told. */
const MOST_ENTRIES = 1_000_000;

const NOTHING: readonly number[] = [];

interface Last {
  entry: number;
}
interface Members {
  entries: number[];
}

/** What one input of an operator has brought so far. */
interface Arrived {
  /** The last entry with each row. */
  readonly byRow: KeyedStore<Last>;
  /** Entries that stand, by the columns rows are brought together by; null where the operator asks for single rows only. */
  readonly byKey: KeyedStore<Members> | null;
}

/** What is needed of a run to tell its lineage. */
export interface LineageRun {
  readonly order: readonly PhysicalNode[];
  readonly sinks: readonly number[];
  readonly log: TraceLog;
  /** The input that entry `entry` of a source came from, -1 for a literal. */
  readonly inputOf: (entry: number) => number;
  /** The input during whose turn an entry was made, -1 outside of all. */
  readonly turnInput: (entry: number) => number;
  readonly context: OperatorContext;
}

/**
 * The inputs that each change comes from, following the trace from what came in to what went out. A row that is only passed on has its maker's lineage;
 * a join's has that of both rows; an aggregate's that of all rows that stand in its group (and window) at that moment; a row that takes another back
 * has that of both. Null if that is more than can be told.
 */
export function lineageOf(run: LineageRun): Lineage | null {
  return new LineageWalk(run).walk();
}

class LineageWalk {
  readonly #run: LineageRun;
  readonly #log: TraceLog;
  /** The operators that read each operator, and as which of their inputs. */
  readonly #readers: readonly (readonly { readonly reader: number; readonly port: number }[])[];
  readonly #arrived: readonly (readonly Arrived[])[];
  /** By source: the entries with each row that have not been taken back. */
  readonly #sent: readonly KeyedStore<Members>[];
  readonly #tests: ReadonlyMap<number, JoinTest | null>;
  /** By entry: the inputs it comes from, ascending. */
  readonly #inputs: (readonly number[])[] = [];
  /** Entries that put a row into a window, by operator and the window's end. */
  readonly #windows = new Map<number, Map<number, { readonly startMs: number; readonly entry: number }[]>>();
  #told = 0;

  constructor(run: LineageRun) {
    this.#run = run;
    this.#log = run.log;
    const readers = run.order.map((): { reader: number; port: number }[] => []);
    for (const [reader, node] of run.order.entries())
      node.inputs.forEach((input, port) => readers[run.order.indexOf(input)]!.push({ reader, port }));
    this.#readers = readers;
    this.#arrived = run.order.map((node) => node.inputs.map((_, port) => arrivedAt(node, port)));
    this.#sent = run.order.map((node) => byWholeRow<Members>(node));
    this.#tests = new Map(
      run.order.flatMap((node, id) => (isRowMatcher(node) ? [[id, matcherOf(node, run.context)]] : [])),
    );
  }

  walk(): Lineage | null {
    const { sinks } = this.#run;
    const log = this.#log;
    const start = [0];
    const inputs: number[] = [];
    const trigger: number[] = [];
    for (let entry = 0; entry < log.count; entry++) {
      if (log.kind[entry] === Entry.window) this.#enterWindow(entry);
      if (log.kind[entry] !== Entry.emit) continue;
      const operator = log.operator[entry]!;
      const from = this.#makers(entry, operator);
      this.#told += from.length;
      if (this.#told > MOST_ENTRIES) return null;
      this.#inputs[entry] = from;
      if (sinks.includes(operator)) {
        for (const input of from) inputs.push(input);
        start.push(inputs.length);
        const during = this.#run.turnInput(entry);
        trigger.push(from.includes(during) ? -1 : during);
      }
      for (const { reader, port } of this.#readers[operator]!) this.#arrive(reader, port, entry);
    }
    return {
      start: Int32Array.from(start),
      inputs: Int32Array.from(inputs),
      trigger: Int32Array.from(trigger),
    };
  }

  #enterWindow(entry: number): void {
    const { operator, atMs, endMs } = this.#log;
    const id = operator[entry]!;
    const byEnd = this.#windows.get(id) ?? new Map<number, { startMs: number; entry: number }[]>();
    this.#windows.set(id, byEnd);
    const end = endMs[entry]!;
    const known = byEnd.get(end);
    if (known) known.push({ startMs: atMs[entry]!, entry });
    else byEnd.set(end, [{ startMs: atMs[entry]!, entry }]);
  }

  #arrive(reader: number, port: number, entry: number): void {
    const { byRow, byKey } = this.#arrived[reader]![port]!;
    const row = this.#log.rows[entry]!;
    const kind = this.#log.rowKind[entry]!;
    const isTakenBack = kind === 1 || kind === 3;
    if (!isTakenBack) byRow.set(row, { entry });
    if (!byKey) return;
    const members = byKey.get(row);
    if (!isTakenBack) {
      if (members) members.entries.push(entry);
      else byKey.set(row, { entries: [entry] });
      return;
    }
    const at = members?.entries.findLastIndex((e) => isSameRow(this.#log.rows[e]!, row)) ?? -1;
    if (at >= 0) members!.entries.splice(at, 1);
  }

  /** The inputs behind a row that an operator sent. */
  #makers(entry: number, id: number): readonly number[] {
    const node = this.#run.order[id]!;
    const row = this.#log.rows[entry]!;
    const kind = this.#log.rowKind[entry]!;
    const cause = this.#causeIn(entry, id);
    switch (node.kind) {
      case 'TableSourceScan':
      case 'Values':
        return this.#ofSource(entry, id, row, kind);
      case 'GroupAggregate':
      case 'GlobalGroupAggregate':
      case 'LocalGroupAggregate':
      case 'IncrementalGroupAggregate':
      case 'BatchOver':
      case 'Match':
        return this.#ofGroup(id, row, kind, cause);
      case 'OverAggregate':
        return this.#ofFrame(id, node, row);
      case 'GroupWindowAggregate':
      case 'WindowAggregate':
      case 'LocalWindowAggregate':
      case 'GlobalWindowAggregate':
        return this.#ofWindow(entry, id, node, row, cause);
      case 'Join':
      case 'IntervalJoin':
      case 'TemporalJoin':
      case 'WindowJoin':
      case 'LookupJoin':
        return this.#ofJoin(id, node, row, kind, cause);
      case 'MultiJoin':
        return this.#ofMultiJoin(id, node, row, cause);
      case 'Rank':
      case 'SortLimit':
      case 'Limit':
      case 'WindowRank':
      case 'WindowDeduplicate':
      case 'TemporalSort':
      case 'ChangelogNormalize':
      case 'Collect':
      case 'Sink':
        return this.#ofRow(id, row, kind, cause);
      case 'WindowTableFunction':
        return cause < 0 ? this.#ofRow(id, row, kind, cause) : this.#inputs[cause]!;
      default:
        return cause < 0 ? NOTHING : this.#inputs[cause]!;
    }
  }

  /** The entry of an input whose row was being worked off when this was sent; -1 if a timer or a watermark was. */
  #causeIn(entry: number, id: number): number {
    const { cause, kind, operator } = this.#log;
    let at = cause[entry]!;
    while (at >= 0 && operator[at] === id && kind[at] !== Entry.emit) at = cause[at]!;
    return at >= 0 && kind[at] === Entry.emit ? at : -1;
  }

  /** A row of a source: its input, and where it takes one back, the input that one came with. */
  #ofSource(entry: number, id: number, row: Row, kind: number): readonly number[] {
    const input = this.#run.inputOf(entry);
    const own = input < 0 ? NOTHING : [input];
    const known = this.#sent[id]!.get(row);
    if (isTakingBack(kind)) {
      const taken = known?.entries.pop();
      return taken === undefined ? own : union([own, this.#inputs[taken]!]);
    }
    if (known) known.entries.push(entry);
    else this.#sent[id]!.set(row, { entries: [entry] });
    return own;
  }

  /** A row that is passed on as it came, perhaps with columns behind it: its own makers, and who pushed it out. */
  #ofRow(id: number, row: Row, kind: number, cause: number): readonly number[] {
    if (cause >= 0 && isPrefix(this.#log.rows[cause]!, row)) {
      const isPassedOn = (kind === 1 || kind === 3) === isTakingBack(this.#log.rowKind[cause]!);
      if (isPassedOn) return this.#inputs[cause]!;
    }
    const found = this.#arrived[id]![0]!.byRow.get(row);
    const own = found ? this.#inputs[found.entry]! : NOTHING;
    return isTakingBack(kind) && cause >= 0 ? union([own, this.#inputs[cause]!]) : own;
  }

  #ofGroup(id: number, row: Row, kind: number, cause: number): readonly number[] {
    const members = this.#arrived[id]![0]!.byKey!.getOther(row)?.entries ?? [];
    const parts = members.filter((e) => kind !== 1 || e !== cause).map((e) => this.#inputs[e]!);
    // What was there before is taken back because of the row that came.
    if (cause >= 0 && isTakingBack(this.#log.rowKind[cause]!)) parts.push(this.#inputs[cause]!);
    return union(parts);
  }

  /** The rows of the partition that stand before the row, as far back as the frame reaches. */
  #ofFrame(id: number, { group }: OverAggregate, row: Row): readonly number[] {
    const rows = this.#log.rows;
    const order = group.order[0]?.column ?? -1;
    const timeOf = (given: Row): number => (order < 0 ? 0 : Number(given[order]));
    const until = timeOf(row);
    const partition = this.#arrived[id]![0]!.byKey!.getOther(row)?.entries ?? [];
    const before = partition.filter((e) => order < 0 || timeOf(rows[e]!) <= until);
    const reach = reachOf(group.lower);
    if (reach === null) return union(before.map((e) => this.#inputs[e]!));
    const inFrame = group.rows
      ? before.toSorted((a, b) => timeOf(rows[a]!) - timeOf(rows[b]!)).slice(-reach - 1)
      : before.filter((e) => timeOf(rows[e]!) >= until - reach);
    return union(inFrame.map((e) => this.#inputs[e]!));
  }

  /** The rows that were put into the window, and have the key of the row. */
  #ofWindow(
    entry: number,
    id: number,
    node: Extract<PhysicalNode, { readonly groups: readonly number[] }>,
    row: Row,
    cause: number,
  ): readonly number[] {
    const { atMs, endMs, kind, operator } = this.#log;
    let fire = this.#log.cause[entry]!;
    while (fire >= 0 && !(kind[fire] === Entry.fire && operator[fire] === id)) fire = this.#log.cause[fire]!;
    const local = node.inputs[0]!.inputs[0];
    const isSecondPhase = node.kind === 'GlobalWindowAggregate' && local?.kind === 'LocalWindowAggregate';
    const member = isSecondPhase ? local : node;
    const byEnd = this.#windows.get(isSecondPhase ? this.#run.order.indexOf(local) : id);
    if (fire < 0 || !byEnd) return cause < 0 ? NOTHING : this.#inputs[cause]!;
    const parts: (readonly number[])[] = [];
    for (const put of byEnd.get(endMs[fire]!) ?? []) {
      const from = this.#log.cause[put.entry]!;
      if (put.startMs !== atMs[fire] || from < 0) continue;
      const given = this.#log.rows[from]!;
      if (member.groups.every((column, i) => sameValue(given[column]!, row[i]!)))
        parts.push(this.#inputs[from]!);
    }
    return union(parts);
  }

  #ofJoin(
    id: number,
    node: Extract<PhysicalNode, { readonly leftKeys: readonly number[] }>,
    row: Row,
    kind: number,
    cause: number,
  ): readonly number[] {
    const [left, right] = this.#arrived[id]!;
    const width = node.inputs[0]!.fields.length;
    const leftRow = row.slice(0, width);
    const hasRight = row.length > width;
    const rightRow = hasRight ? row.slice(width) : null;
    const parts: (readonly number[])[] = cause >= 0 ? [this.#inputs[cause]!] : [];
    const found = [left!.byRow.get(leftRow), rightRow ? right!.byRow.get(rightRow) : undefined];
    const ports = [node.inputs[0]!, node.inputs[1]!].map((input) => this.#run.order.indexOf(input));
    for (const [side, entry] of found.entries()) {
      const isCause = cause >= 0 && this.#log.operator[cause] === ports[side];
      const part = side === 0 ? leftRow : rightRow!;
      // The side that the cause came from is the cause itself, if its row is the one that was sent.
      if (entry && !(isCause && isSameRow(this.#log.rows[cause]!, part)))
        parts.push(this.#inputs[entry.entry]!);
    }
    if (!hasRight && node.joinType === 'semi' && !isTakingBack(kind))
      parts.push(...this.#matches(id, node, leftRow));
    return union(parts);
  }

  /** The cause, and for every other input the row that stands in its columns. */
  #ofMultiJoin(id: number, node: MultiJoin, row: Row, cause: number): readonly number[] {
    const parts: (readonly number[])[] = cause >= 0 ? [this.#inputs[cause]!] : [];
    let start = 0;
    for (const [port, input] of node.inputs.entries()) {
      const part = row.slice(start, (start += input.fields.length));
      const isCause = cause >= 0 && this.#log.operator[cause] === this.#run.order.indexOf(input);
      const entry = this.#arrived[id]![port]!.byRow.get(part);
      if (entry && !(isCause && isSameRow(this.#log.rows[cause]!, part)))
        parts.push(this.#inputs[entry.entry]!);
    }
    return union(parts);
  }

  /** The rows of the right side that a row of the left one goes with. */
  #matches(
    id: number,
    node: Extract<PhysicalNode, { readonly leftKeys: readonly number[] }>,
    left: Row,
  ): (readonly number[])[] {
    if (!isRowMatcher(node)) return [];
    const test = this.#tests.get(id) ?? null;
    const members = this.#arrived[id]![1]!.byKey?.getOther(left)?.entries ?? [];
    return members
      .filter((e) => test === null || test(left, this.#log.rows[e]!))
      .map((e) => this.#inputs[e]!);
  }
}

const isRowMatcher = (node: PhysicalNode): node is Join | LookupJoin =>
  node.kind === 'Join' || node.kind === 'LookupJoin';

/** What a join's keys leave of its condition, over whole rows. */
const matcherOf = (node: Join | LookupJoin, context: OperatorContext): JoinTest | null => {
  const [left, right] = node.inputs.map((input) => inputView(input, null, context));
  return joinTest(node.residual, left!, right!, context);
};

const isTakingBack = (kind: number): boolean => kind === 1 || kind === 3;

const isSameRow = (a: Row, b: Row): boolean => a === b || (a.length === b.length && isPrefix(a, b));
const isPrefix = (a: Row, b: Row): boolean => a.every((value, i) => sameValue(value, b[i] ?? null));

const byWholeRow = <T>({ fields }: PhysicalNode): KeyedStore<T> =>
  keyedStore<T>(
    fields.map((_, i) => i),
    fields.map((f) => f.type),
    null,
  )();

/** How far before a row its frame begins: rows or milliseconds; null where it begins with the partition. */
function reachOf({ type, offset }: RexBound): number | null {
  if (type === 'CURRENT ROW') return 0;
  return type === 'PRECEDING' && offset?.kind === 'Literal' ? Number(offset.value) : null;
}

function arrivedAt(node: PhysicalNode, port: number): Arrived {
  const { fields } = node.inputs[port]!;
  const types = fields.map((f) => f.type);
  const byRow = byWholeRow<Last>(node.inputs[port]!);
  const key = keyAt(node, port);
  const byKey = key
    ? keyedStore<Members>(
        key.columns,
        key.columns.map((c) => types[c]!),
        null,
        key.other,
      )()
    : null;
  return { byRow, byKey };
}

/** The columns an input's rows are brought together by, and where those stand in the rows that ask for them. */
function keyAt(
  node: PhysicalNode,
  port: number,
): { columns: readonly number[]; other: readonly number[] } | null {
  switch (node.kind) {
    case 'GroupAggregate':
    case 'GlobalGroupAggregate':
    case 'LocalGroupAggregate':
      return { columns: node.groups, other: node.groups.map((_, i) => i) };
    case 'IncrementalGroupAggregate':
      return { columns: node.finalGroups, other: node.finalGroups.map((_, i) => i) };
    case 'Match':
      return { columns: node.partition, other: node.partition.map((_, i) => i) };
    case 'OverAggregate':
      return { columns: node.group.partition, other: node.group.partition };
    case 'BatchOver': {
      const partition = node.groups[0]?.partition ?? [];
      return { columns: partition, other: partition };
    }
    case 'Join':
      return port === 1 ? { columns: node.rightKeys, other: node.leftKeys } : null;
    default:
      return null;
  }
}

/** The numbers of all parts, ascending, each once. */
function union(parts: readonly (readonly number[])[]): readonly number[] {
  const [first] = parts;
  if (!first) return NOTHING;
  if (parts.length === 1) return first;
  return [...new Set(parts.flat())].toSorted((a, b) => a - b);
}
