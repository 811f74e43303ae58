import { cellsOf, type OperatorInfo, type OperatorState, type RowKind } from '../../engine/engine-api.ts';
import { entriesOf, entryKind, rowKindOf, type TraceIndex } from './trace-index.ts';

export type Cells = readonly (string | null)[];

/** What an operator sent in the steps from `from` to before `to`: its entry, the entry it came from, the row. */
export function* emitted(
  { slice }: TraceIndex,
  operator: number,
  from: number,
  to: number,
): Generator<{
  readonly step: number;
  readonly entry: number;
  readonly cause: number;
  readonly kind: RowKind;
  readonly cells: Cells;
}> {
  for (let step = Math.max(from, slice.from); step < Math.min(to, slice.to); step++) {
    const { from: first, to: end } = entriesOf(slice, step);
    for (let entry = first; entry < end; entry++) {
      if (slice.operator[entry] !== operator || entryKind(slice, entry) !== 'emit') continue;
      const kind = rowKindOf(slice.rowKind[entry]);
      const cells = cellsOf(slice, slice.row[entry] ?? -1);
      yield { step, entry, cause: slice.cause[entry] ?? -1, kind, cells };
    }
  }
}

export const isAdded = (kind: RowKind): boolean => kind === '+I' || kind === '+U';

/** The name of a row among others: its cells as text. */
export const textOf = (cells: Cells): string => JSON.stringify(cells);

/** A row of one side, as the join keeps it. */
export interface JoinRow {
  readonly id: string;
  readonly cells: Cells;
  /** How many equal ones there are. */
  readonly count: number;
  /** It stands in the result with NULLs for the other side. */
  readonly isPadded: boolean;
}

/** Two rows that have met. */
export interface JoinMatch {
  readonly left: string;
  readonly right: string;
  /** What the last step did: made the pair, took it back, or neither. */
  readonly change: 'made' | 'taken' | 'kept';
}

/** Both sides of a regular join and what has met. */
export interface JoinView {
  readonly left: readonly JoinRow[];
  readonly right: readonly JoinRow[];
  readonly matches: readonly JoinMatch[];
}

/** How often each joined row stands in what a join has sent, and what the last step did to it. */
interface Sent {
  readonly cells: Cells;
  count: number;
  change: JoinMatch['change'];
}

function sentBy(index: TraceIndex, operator: number, position: number): Map<string, Sent> {
  const rows = new Map<string, Sent>();
  for (const { step, kind, cells } of emitted(index, operator, 0, position)) {
    const id = textOf(cells);
    let sent = rows.get(id);
    if (!sent) rows.set(id, (sent = { cells, count: 0, change: 'kept' }));
    sent.count += isAdded(kind) ? 1 : -1;
    if (step === position - 1) sent.change = isAdded(kind) ? 'made' : 'taken';
  }
  return rows;
}

/** The state of a regular join with its matches: the rows as the engine keeps them, the matches as the join has sent them. */
export function joinView(
  index: TraceIndex,
  operator: OperatorInfo,
  state: OperatorState | null,
  position: number,
): JoinView {
  const widths = operator.inputs.map((input) => index.run.operators[input]?.columns.length ?? 0);
  const width = widths[0] ?? 0;
  const sent = [...sentBy(index, operator.id, position).values()];
  const isNothing = (cells: Cells): boolean => cells.every((cell) => cell === null);
  const padded = new Set(
    sent.flatMap(({ cells, count }) => {
      const [left, right] = [cells.slice(0, width), cells.slice(width)];
      if (count <= 0 || right.length === 0) return [];
      return [
        ...(isNothing(right) ? [`left ${textOf(left)}`] : []),
        ...(isNothing(left) ? [`right ${textOf(right)}`] : []),
      ];
    }),
  );
  const side = (name: 'left' | 'right', place: number): JoinRow[] => {
    const rows = new Map<string, JoinRow>();
    const table = state?.tables.find((candidate) => candidate.name === `${name}-records`);
    const countColumn = table?.columns.lastIndexOf('count') ?? -1;
    for (const row of table?.rows ?? []) {
      const cells = row.slice(0, widths[place]);
      const id = textOf(cells);
      const count = countColumn < cells.length ? 1 : Number(row[countColumn] ?? 1);
      const known = rows.get(id)?.count ?? 0;
      rows.set(id, { id, cells, count: known + count, isPadded: padded.has(`${name} ${id}`) });
    }
    return [...rows.values()];
  };
  const [left, right] = [side('left', 0), side('right', 1)];
  const [leftIds, rightIds] = [left, right].map((rows) => new Set(rows.map(({ id }) => id)));
  const matches = sent.flatMap(({ cells, count, change }): JoinMatch[] => {
    const pair = { left: textOf(cells.slice(0, width)), right: textOf(cells.slice(width)), change };
    const isThere = leftIds?.has(pair.left) && rightIds?.has(pair.right);
    return isThere && (count > 0 || change === 'taken') ? [pair] : [];
  });
  return { left, right, matches };
}
