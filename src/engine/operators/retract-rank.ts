import type { Rank } from '../plan/physical.ts';
import { DELETE, INSERT, type Port, UPDATE_AFTER, UPDATE_BEFORE } from '../runtime/port.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import { isProctime, type Row } from '../types/logical-type.ts';
import { lowerBound, type RowOrder, sameIn, upperBound } from './row-order.ts';

/** A row in state. Without a rank number Flink sends the stored object itself, and its kind stays what it was last sent as. */
export interface Stored {
  readonly row: Row;
  kind: number;
}
/** The rows of one sort key, by arrival, and how many Flink counts there. */
export interface Peers {
  readonly sample: Row;
  count: number;
  rows: Stored[];
}

/**
 * Flink's RetractableTopNFunction over one partition. It knows a row again only while the row's kind in state is +I: a row that was last sent as an
 * update is not found when it is retracted: nothing is sent then, only the count of its sort key goes down.
 */
export function retractableRank(
  node: Rank,
  compare: RowOrder,
  context: OperatorContext,
  next: Port,
): (peers: Peers[], end: number, kind: number, row: Row) => void {
  const { start } = node.range;
  const { outputsRank, generateUpdateBefore } = node;
  const send = (kind: number, stored: Stored, rank: number): void => {
    if (rank < start) return;
    if (outputsRank) next.row(kind, [...stored.row, rank]);
    else {
      stored.kind = kind;
      next.row(kind, stored.row);
    }
  };
  const before = (stored: Stored, rank: number): void => {
    if (generateUpdateBefore) send(UPDATE_BEFORE, stored, rank);
  };
  const usesNumbers = outputsRank || start > 1;
  // Rows do not carry a processing time: a retraction that comes later is of the same row.
  const isSame = sameIn(
    [...node.inputs[0]!.fields.entries()].flatMap(([i, f]) => (isProctime(f.type) ? [] : [i])),
  );
  const isKnown = (stored: Stored, row: Row): boolean => stored.kind === INSERT && isSame(stored.row, row);

  const insertNumbered = (peers: readonly Peers[], at: number, end: number, added: Stored): void => {
    let rank = 0;
    for (let i = 0; i <= at && rank <= end; i++) rank += peers[i]!.count;
    if (rank > end) return;
    let current = added;
    for (let i = at + 1; i < peers.length; i++) {
      if (peers[i]!.count === 0) continue;
      for (const stored of peers[i]!.rows) {
        if (rank > end) return;
        before(stored, rank);
        send(UPDATE_AFTER, current, rank);
        current = stored;
        rank++;
      }
    }
    if (rank <= end) send(INSERT, current, rank);
  };

  const insertPlain = (peers: readonly Peers[], at: number, end: number, added: Stored): void => {
    let rank = 0;
    for (let i = 0; i <= at; i++) {
      if (rank > end) return;
      rank += peers[i]!.count;
    }
    const isIn = rank <= end;
    let gone: Stored | undefined;
    for (let i = at + 1; i < peers.length && rank <= end; i++) {
      const last = rank + peers[i]!.count;
      if (last <= end) rank = last;
      else {
        gone = peers[i]!.rows[end - rank];
        break;
      }
    }
    // What is pushed out is sent as a copy.
    if (gone) next.row(DELETE, gone.row);
    if (isIn) send(INSERT, added, rank);
  };

  const retractNumbered = (peers: readonly Peers[], at: number, end: number, row: Row): boolean => {
    let rank = 0;
    for (let i = 0; i < at; i++) rank += peers[i]!.count;
    let previous: Stored | null = null;
    for (let i = at; i < peers.length && rank <= end; i++) {
      if (i > at && (previous === null || peers[i]!.count === 0)) {
        rank += peers[i]!.count;
        continue;
      }
      const { rows } = peers[i]!;
      for (let n = 0; n < rows.length && rank <= end; rank++) {
        const stored = rows[n]!;
        if (previous === null && i === at && isKnown(stored, row)) {
          previous = stored;
          rows.splice(n, 1);
          continue;
        }
        if (previous !== null) {
          before(previous, rank);
          send(UPDATE_AFTER, stored, rank);
          previous = stored;
        }
        n++;
      }
    }
    if (previous !== null && rank <= end) send(DELETE, previous, rank);
    return previous !== null;
  };

  const retractPlain = (peers: readonly Peers[], at: number, end: number, row: Row): boolean => {
    let rank = 1;
    for (let i = 0; i < at; i++) rank += peers[i]!.count;
    if (rank > end) return false;
    const { rows } = peers[at]!;
    let isFound = false;
    for (let n = 0; n < rows.length && rank <= end; rank++) {
      const stored = rows[n]!;
      if (!isFound && isKnown(stored, row)) {
        send(DELETE, stored, rank);
        rank--;
        isFound = true;
        rows.splice(n, 1);
        continue;
      }
      if (isFound && rank === end) send(INSERT, stored, rank);
      n++;
    }
    if (!isFound) return false;
    for (let i = at + 1; i < peers.length && rank <= end; i++) {
      const last = rank + peers[i]!.count - 1;
      if (last < end) rank = last + 1;
      else {
        const moved = peers[i]!.rows[end - rank];
        if (moved) send(INSERT, moved, end);
        break;
      }
    }
    return true;
  };

  return (peers, end, kind, row) => {
    const samples = peers.map((p) => p.sample);
    const from = lowerBound(samples, row, compare);
    const isThere = from < upperBound(samples, row, compare);
    if (kind === INSERT || kind === UPDATE_AFTER) {
      if (!isThere) peers.splice(from, 0, { sample: row, count: 0, rows: [] });
      const added: Stored = { row, kind: INSERT };
      peers[from]!.count++;
      (usesNumbers ? insertNumbered : insertPlain)(peers, from, end, added);
      peers[from]!.rows.push(added);
      return;
    }
    if (!isThere) {
      context.reporter?.ignored(kind, row);
      return;
    }
    const own = peers[from]!;
    // A sort key that is counted down to nothing is not looked at, though rows may still be there.
    const isCounted = own.count > 0;
    const isFound = isCounted && (usesNumbers ? retractNumbered : retractPlain)(peers, from, end, row);
    if (isCounted) own.count--;
    if (!isFound) {
      const at = own.rows.findIndex((stored) => isKnown(stored, row));
      if (at >= 0) own.rows.splice(at, 1);
      else context.reporter?.ignored(kind, row);
    }
    if (own.count <= 0 && own.rows.length === 0) peers.splice(peers.indexOf(own), 1);
  };
}
