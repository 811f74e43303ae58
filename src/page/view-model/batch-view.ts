import { stepKind, turnOf } from '../../engine/engine-api.ts';
import { firstStepOfTurn, type TraceIndex } from './trace-index.ts';

/** A row of one table or of both. */
export interface ComparedRow {
  /** Stable while the rows are the same. */
  readonly id: string;
  readonly cells: readonly (string | null)[];
  readonly side: 'both' | 'stream' | 'batch';
}

/** Two tables as one, row by row: equal rows meet as often as both have them, in any order. */
export function comparedRows(
  stream: readonly (readonly (string | null)[])[],
  batch: readonly (readonly (string | null)[])[],
): readonly ComparedRow[] {
  const waiting = new Map<string, number>();
  for (const cells of batch) {
    const text = JSON.stringify(cells);
    waiting.set(text, (waiting.get(text) ?? 0) + 1);
  }
  const rows: ComparedRow[] = [];
  const add = (cells: readonly (string | null)[], side: ComparedRow['side']): void => {
    rows.push({ id: `${side} ${rows.length}`, cells, side });
  };
  for (const cells of stream) {
    const text = JSON.stringify(cells);
    const left = waiting.get(text) ?? 0;
    if (left > 0) waiting.set(text, left - 1);
    add(cells, left > 0 ? 'both' : 'stream');
  }
  for (const cells of batch) {
    const text = JSON.stringify(cells);
    const left = waiting.get(text) ?? 0;
    if (left === 0) continue;
    waiting.set(text, left - 1);
    add(cells, 'batch');
  }
  return rows;
}

/** How many inputs a position has behind it, and whether all that the last of them causes is done. */
export function inputsDone(
  { run }: TraceIndex,
  position: number,
  inputs: number,
): { readonly inputs: number; readonly isSettled: boolean } {
  const turn = position > 0 ? turnOf(run.steps, position - 1) : 0;
  const isSettled = position === 0 || turnOf(run.steps, position) !== turn;
  if (turn > inputs) return { inputs, isSettled };
  // A turn that begins with the clock has not brought its row yet.
  let step = firstStepOfTurn(run, turn);
  while (step < position && stepKind(run.steps, step) !== 'row') step++;
  const isHere = step < position;
  return { inputs: isHere ? turn : Math.max(0, turn - 1), isSettled };
}
