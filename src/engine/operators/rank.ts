import { physicalLine } from '../plan/explain.ts';
import type { Calc, Rank } from '../plan/physical.ts';
import { specialize } from '../runtime/generate.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { DELETE, INSERT, type Port, UPDATE_AFTER, UPDATE_BEFORE } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { isProctime, type Row } from '../types/logical-type.ts';
import { appendTop } from './append-top.ts';
import { expiring, type Stamped } from './expiring.ts';
import { type InputView, inputView } from './input-view.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { type Peers, retractableRank } from './retract-rank.ts';
import { type RowOrder, rowOrder, sameIn, upperBound } from './row-order.ts';

/** The rows of one partition in their order, those of equal key by arrival, and where the Top-N ends. */
interface Partition extends Stamped {
  rows: Row[];
  /** Instead of `rows` where rows are taken back. */
  peers: Peers[];
  end: number;
}

/** What the strategies share: which changes of which ranks are sent on, and how. */
interface Output {
  readonly withRank: boolean;
  insert(row: Row, rank: number): void;
  remove(row: Row, rank: number): void;
  before(row: Row, rank: number): void;
  after(row: Row, rank: number): void;
  replace(before: Row, after: Row, rank: number): void;
}

/** No peers: those of partitions that keep rows. */
const NONE: Peers[] = [];

type Take = (partition: Partition, kind: number, row: Row) => void;

/**
 * Top-N by partition, and LIMIT: Flink's family of TopN functions.
 * @param fused A Calc right below that only picks columns, whose work is done here: rows are kept as they come and built on their way out.
 */
export function createRank(
  node: Rank,
  fused: Calc | null,
  ttlMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const view = inputView(node.inputs[0]!, fused, context);
  const { fields, columns } = view;
  // Rows do not carry the processing time they are ordered by: all are equal there.
  const order = node.order.filter((k) => !isProctime(fields[k.column]!.type));
  const compare = rowOrder(
    order.map((k) => ({ ...k, column: columns[k.column]! })),
    order.map((k) => fields[k.column]!.type),
    context.code,
  );
  const makeStore = keyedStore<Partition>(
    node.partition.map((p) => columns[p]!),
    node.partition.map((p) => fields[p]!.type),
    context.code,
  );
  const plainStore = makeStore();
  const store = expiring(plainStore, ttlMs, context.nowMs);
  const { range } = node;
  const rows: Rows = { compare, columns, make: projector(view, context) };
  const keepsPeers = node.strategy.kind === 'Retract';
  const take = keepsPeers
    ? retracting(node, compare, context, next)
    : strategyOf(node, rows, outputOf(node, rows.make, next), context);
  const endOf = (row: Row): number =>
    range.endColumn >= 0 ? Number(row[columns[range.endColumn]!] ?? 0) : range.end;
  const open = (row: Row): Partition => {
    const partition: Partition = { rows: [], peers: keepsPeers ? [] : NONE, end: endOf(row) };
    store.set(row, partition);
    return partition;
  };
  const copy = (p: Partition, read: (row: Row) => Row = (row) => row): Partition => ({
    ...p,
    rows: p.rows.map(read),
    peers: p.peers.map((x) => ({ ...x, rows: x.rows.map((r) => ({ ...r })) })),
  });
  const rowsOf = (p: Partition): readonly Row[] =>
    p.peers.length > 0 ? p.peers.flatMap((x) => x.rows.map((r) => r.row)) : p.rows;
  const general: Port['row'] = (kind, row) => {
    if (view.passes !== null && !view.passes(row)) {
      context.reporter?.filtered(kind, row);
      return;
    }
    let partition = store.get(row);
    if (partition === undefined) partition = open(row);
    else if (ttlMs > 0) store.set(row, partition);
    take(partition, kind, row);
    if (partition.rows.length === 0 && partition.peers.length === 0 && range.endColumn < 0) store.remove(row);
  };
  const top = (): Port['row'] =>
    specialize(
      appendTop,
      physicalLine(node),
      context.code,
    )({
      ...rows,
      get: store.get,
      open,
      passes: view.passes,
      emit: next.row,
      end: range.end,
      report: context.reporter,
    });
  return {
    ports: [
      {
        row: isPlainTop(node) && ttlMs <= 0 ? top() : general,
        watermark: next.watermark,
        idle: next.idle,
      },
    ],
    size: () => plainStore.size(),
    snapshot: () => ({ store: plainStore.export((p) => copy(p)), isBelowCalc: view.hasCalc }),
    restore: (state) => {
      const saved = state as { store: unknown; isBelowCalc: boolean };
      const read = view.reading(saved.isBelowCalc) ?? undefined;
      plainStore.import(saved.store, (p) => copy(p, read));
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      let size = 0;
      const lives = new Lifetimes(ttlMs);
      plainStore.forEach((p) => {
        const held = rowsOf(p);
        size += held.length;
        held.forEach((row, i) => {
          lives.add(p.writtenMs);
          if (rows.length < 200)
            rows.push([...printRow(view.project(row), fields, context.zone), String(i + 1)]);
        });
      });
      return {
        tables: [stateTable('data-state', [...fields.map((f) => f.name), 'rank'], 0, rows, size, lives)],
        timersMs: [],
      };
    },
  };
}

/** Whether `appendTop` does it: more than one row of a fixed number, their ranks not sent. */
const isPlainTop = ({ strategy, range, outputsRank, order, kind, inputs }: Rank): boolean =>
  strategy.kind === 'AppendFast' &&
  !outputsRank &&
  range.start === 1 &&
  range.end > 1 &&
  range.endColumn < 0 &&
  (kind === 'Limit' || order.length > 1 || !isProctime(inputs[0]!.fields[order[0]!.column]!.type));

function retracting(node: Rank, compare: RowOrder, context: OperatorContext, next: Port): Take {
  const take = retractableRank(node, compare, context, next);
  return (p, kind, row) => take(p.peers, p.end, kind, row);
}

function outputOf(node: Rank, make: Rows['make'], next: Port): Output {
  const { start } = node.range;
  const made = node.outputsRank ? (row: Row, rank: number): Row => [...make(row), rank] : make;
  const before = (row: Row, rank: number): void => {
    if (rank >= start && node.generateUpdateBefore) next.row(UPDATE_BEFORE, made(row, rank));
  };
  const after = (row: Row, rank: number): void => {
    if (rank >= start) next.row(UPDATE_AFTER, made(row, rank));
  };
  return {
    withRank: node.outputsRank || start > 1,
    insert: (row, rank) => {
      if (rank >= start) next.row(INSERT, made(row, rank));
    },
    remove: (row, rank) => {
      if (rank >= start) next.row(DELETE, made(row, rank));
    },
    before,
    after,
    replace: (old, row, rank) => {
      before(old, rank);
      after(row, rank);
    },
  };
}

/** What a strategy knows of rows, which it keeps as they come: how they compare, where the columns it reads stand, and what is sent on of them. */
interface Rows {
  readonly compare: RowOrder;
  readonly columns: readonly number[];
  readonly make: (row: Row) => Row;
}

function projector(view: InputView, { code }: OperatorContext): (row: Row) => Row {
  if (!view.hasCalc || !code) return view.project;
  const cells = view.columns.map((c) => `r[${c}]`);
  return code.generate<(row: Row) => Row>(
    [],
    `return function project(r) { return [${cells.join(', ')}]; };`,
    [],
  );
}

function strategyOf(node: Rank, rows: Rows, out: Output, context: OperatorContext): Take {
  const { strategy, range, order } = node;
  const isFirst = range.start === 1 && range.end === 1 && range.endColumn < 0;
  const fields = node.inputs[0]!.fields;
  switch (strategy.kind) {
    case 'AppendFast': {
      const first = order[0];
      if (
        node.kind !== 'Limit' &&
        order.length === 1 &&
        isProctime(fields[first!.column]!.type) &&
        !first!.descending
      )
        return firstN(out);
      return isFirst
        ? top1(rows, out)
        : appendOnly(rows, out, range.endColumn >= 0 ? 100 : range.end, context);
    }
    case 'UpdateFast':
      return isFirst ? top1(rows, out) : updatable(rows, strategy.key, out);
    default:
      throw new Error(`no Top-N strategy ${strategy.kind}`);
  }
}

/** By processing time the first rows stay the first. */
const firstN =
  (out: Output): Take =>
  (p, _, row) => {
    if (p.rows.length >= p.end) return;
    p.rows.push(row);
    out.insert(row, p.rows.length);
  };

/** FastTop1Function: only a strictly better row takes the place. */
const top1 =
  ({ compare }: Rows, out: Output): Take =>
  (p, _, row) => {
    const old = p.rows[0];
    if (old === undefined) {
      p.rows.push(row);
      out.insert(row, 1);
    } else if (compare(row, old) < 0) {
      p.rows[0] = row;
      out.replace(old, row, 1);
    }
  };

/** Rows from `at` on move down by one: each takes the place of the next, up to rank `end`; the last one is new there. */
function moveDown(rows: readonly Row[], at: number, end: number, out: Output): void {
  const last = Math.min(rows.length, end);
  for (let i = at; i < last; i++) {
    if (i === rows.length - 1) out.insert(rows[i]!, i + 1);
    else out.replace(rows[i + 1]!, rows[i]!, i + 1);
  }
}

function appendOnly(
  { compare, columns }: Rows,
  out: Output,
  capacity: number,
  context: OperatorContext,
): Take {
  const areSame = sameIn(columns);
  return (p, kind, row) => {
    const { rows } = p;
    if (rows.length >= capacity && rows.length > 0 && compare(row, rows[rows.length - 1]!) >= 0) {
      context.reporter?.ignored(kind, row);
      return;
    }
    const at = upperBound(rows, row, compare);
    rows.push(row);
    for (let i = rows.length - 1; i > at; i--) rows[i] = rows[i - 1]!;
    rows[at] = row;
    if (out.withRank) {
      moveDown(rows, at, p.end, out);
      if (rows.length > p.end) rows.length = p.end;
      return;
    }
    if (rows.length > p.end) {
      const gone = rows.pop()!;
      if (areSame(gone, row)) return;
      out.remove(gone, p.end);
    }
    out.insert(row, 1);
  };
}

/** Rows are known by their upsert key and only get better (UpdatableTopNFunction). */
function updatable({ compare }: Rows, key: readonly number[], out: Output): Take {
  const sameKey = sameIn(key);
  return (p, _, row) => {
    const { rows } = p;
    const from = rows.findIndex((r) => sameKey(r, row));
    if (from < 0) {
      const worst = rows[rows.length - 1];
      if (worst !== undefined && rows.length >= p.end && compare(row, worst) >= 0) return;
      const at = upperBound(rows, row, compare);
      rows.splice(at, 0, row);
      if (out.withRank) {
        moveDown(rows, at, p.end, out);
        if (rows.length > p.end) rows.length = p.end;
        return;
      }
      if (rows.length > p.end) out.remove(rows.pop()!, p.end);
      out.insert(row, 1);
      return;
    }
    const old = rows[from]!;
    if (compare(old, row) === 0) {
      rows[from] = row;
      out.replace(old, row, from + 1);
      return;
    }
    rows.splice(from, 1);
    const to = upperBound(rows, row, compare);
    rows.splice(to, 0, row);
    if (!out.withRank) {
      out.replace(old, row, 1);
      return;
    }
    // Of a key the old row goes before the new one comes, wherever it stood.
    for (let i = to; i < from; i++) {
      out.before(rows[i + 1]!, i + 1);
      if (i === to) out.before(old, from + 1);
      out.after(rows[i]!, i + 1);
    }
    if (to === from) out.before(old, from + 1);
    out.after(rows[from]!, from + 1);
  };
}
