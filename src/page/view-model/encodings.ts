import { cellsOf, type RowKind, type Run } from '../../engine/engine-api.ts';
import { changesDone, rowKindOf, type TraceIndex } from './trace-index.ts';

/** The three ways to write a changelog down. */
export const ENCODINGS = ['append', 'retract', 'upsert'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Why a changelog cannot be written in an encoding. */
export type Impossible = 'updates' | 'noBefore' | 'noKey';

/** What one change is in one encoding; null where it needs no message. */
export interface Message {
  readonly sign: 'add' | 'retract' | 'upsert' | 'delete';
  readonly cells: readonly (string | null)[];
}

export interface EncodedChange {
  readonly change: number;
  readonly step: number;
  readonly kind: RowKind;
  readonly messages: Readonly<Record<Encoding, Message | null>>;
}

export interface Encodings {
  readonly impossible: Readonly<Record<Encoding, Impossible | null>>;
  /** Messages so far, of the part of the run that is at hand. */
  readonly counts: Readonly<Record<Encoding, number>>;
  /** The last changes, newest first. */
  readonly changes: readonly EncodedChange[];
}

/** The changes of a sink up to a position, as append, retract and upsert messages; at most the last `most` of them spelled out. */
export function encodings(index: TraceIndex, sink: number, position: number, most: number): Encodings {
  const impossible = impossibleIn(index.run, sink);
  const key = index.run.sinks[sink]?.key ?? [];
  const counts = { append: 0, retract: 0, upsert: 0 };
  const changes: EncodedChange[] = [];
  for (let change = changesDone(index.changes, position) - 1; change >= 0; change--) {
    if (index.changes.sink[change] !== sink) continue;
    const kind = rowKindOf(index.changes.kind[change]);
    const signs = signsOf(kind);
    for (const encoding of ENCODINGS)
      if (impossible[encoding] === null && signs[encoding] !== null) counts[encoding]++;
    if (changes.length >= most) continue;
    const cells = cellsOf(index.slice, index.changes.row[change] ?? -1);
    const message = (encoding: Encoding): Message | null => {
      const sign = signs[encoding];
      if (sign === null || impossible[encoding] !== null) return null;
      return { sign, cells: sign === 'delete' ? key.map((column) => cells[column] ?? null) : cells };
    };
    changes.push({
      change,
      step: index.changes.step[change] ?? 0,
      kind,
      messages: { append: message('append'), retract: message('retract'), upsert: message('upsert') },
    });
  }
  return { impossible, counts, changes };
}

function signsOf(kind: RowKind): Record<Encoding, Message['sign'] | null> {
  const isAdded = kind === '+I' || kind === '+U';
  return {
    append: kind === '+I' ? 'add' : null,
    retract: isAdded ? 'add' : 'retract',
    upsert: isAdded ? 'upsert' : kind === '-D' ? 'delete' : null,
  };
}

function impossibleIn(run: Run, sink: number): Record<Encoding, Impossible | null> {
  const { operator, key } = run.sinks[sink] ?? { operator: -1, key: [] };
  const input = run.operators[operator]?.inputs[0];
  const kinds = input === undefined ? [] : (run.operators[input]?.kinds ?? []);
  return {
    append: kinds.some((kind) => kind !== '+I') ? 'updates' : null,
    retract: kinds.includes('+U') && !kinds.includes('-U') ? 'noBefore' : null,
    upsert: key.length === 0 ? 'noKey' : null,
  };
}
