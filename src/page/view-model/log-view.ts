import { cellsOf, type RowKind, turnOf } from '../../engine/engine-api.ts';
import { rowKindOf, type TraceIndex } from './trace-index.ts';

/** One change as the log shows it. */
export interface LogRow {
  readonly change: number;
  readonly step: number;
  readonly turn: number;
  readonly kind: RowKind;
  /** Index in `Run.sinks`. */
  readonly sink: number;
  readonly cells: readonly (string | null)[];
  /** Whether it is one half of a -U and +U that belong together. */
  readonly pair: 'before' | 'after' | undefined;
}

/** A change of the log. */
export function logRow(index: TraceIndex, change: number): LogRow {
  const { changes, run, slice } = index;
  const step = changes.step[change] ?? 0;
  const kind = rowKindOf(changes.kind[change]);
  const isPartner = (other: number, wanted: RowKind): boolean =>
    changes.step[other] === step &&
    changes.sink[other] === changes.sink[change] &&
    other >= 0 &&
    other < changes.count &&
    rowKindOf(changes.kind[other]) === wanted;
  const pair =
    kind === '-U' && isPartner(change + 1, '+U')
      ? 'before'
      : kind === '+U' && isPartner(change - 1, '-U')
        ? 'after'
        : undefined;
  return {
    change,
    step,
    turn: turnOf(run.steps, step),
    kind,
    sink: changes.sink[change] ?? 0,
    cells: cellsOf(slice, changes.row[change] ?? -1),
    pair,
  };
}

/** The last watermark that reached each sink in each turn; turns without one are left out. */
export function turnWatermarks(
  index: TraceIndex,
): readonly { readonly turn: number; readonly sink: number; readonly ms: number }[] {
  const last = new Map<string, { turn: number; sink: number; ms: number }>();
  for (const [sink, { operator }] of index.run.sinks.entries()) {
    const track = index.watermarks.get(operator);
    track?.step.forEach((step, place) => {
      const turn = turnOf(index.run.steps, step);
      last.set(`${turn} ${sink}`, { turn, sink, ms: track.value[place] ?? Number.NaN });
    });
  }
  return [...last.values()].toSorted((a, b) => a.turn - b.turn || a.sink - b.sink);
}

/** The log up to a position as lines, oldest first: what tests compare. */
export function logText(index: TraceIndex, done: number): string {
  return Array.from({ length: done }, (_, change) => {
    const { step, kind, cells, pair } = logRow(index, change);
    const bracket = pair === 'before' ? '┐' : pair === 'after' ? '┘' : ' ';
    return `${step + 1} ${kind} ${bracket} ${cells.map((cell) => cell ?? '.').join('  ')}`;
  }).join('\n');
}
