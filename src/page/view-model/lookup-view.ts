import type { OperatorInfo, RowKind } from '../../engine/engine-api.ts';
import { type Cells, emitted, isAdded, textOf } from './join-view.ts';
import type { TraceIndex } from './trace-index.ts';

/** Something between a stream and the database that it asks, in order of time. */
export type LookupMoment =
  | {
      readonly what: 'change';
      readonly step: number;
      readonly kind: RowKind;
      readonly cells: Cells;
    }
  | {
      readonly what: 'ask';
      readonly step: number;
      readonly kind: RowKind;
      readonly cells: Cells;
      /** The values that were asked for. */
      readonly key: Cells;
      /** What came back at that moment. */
      readonly found: readonly Cells[];
      /** What would come back now. */
      readonly now: readonly Cells[];
      readonly hasChanged: boolean;
    };

/** The questions of a lookup join and the changes of the table that it asks, up to a position, the latest first. */
export function lookupView(
  index: TraceIndex,
  operator: OperatorInfo,
  position: number,
  most: number,
): readonly LookupMoment[] {
  const [left = -1, right = -1] = operator.inputs;
  const [asker, table] = [index.run.operators[left], index.run.operators[right]];
  if (!asker || !table) return [];
  const width = asker.columns.length;
  const keys = keysOf(operator);
  const place = (of: OperatorInfo, name: string): number =>
    of.columns.findIndex((column) => column.name === name);
  const leftKeys = keys.map(([, name]) => place(asker, name));
  const rightKeys = keys.map(([name]) => place(table, name));
  const keyText = (cells: Cells, columns: readonly number[]): string =>
    textOf(columns.map((column) => cells[column] ?? null));

  const answers = new Map<number, Cells[]>();
  for (const { cause, cells } of emitted(index, operator.id, 0, position)) {
    const found = answers.get(cause);
    const row = cells.slice(width);
    if (found) found.push(row);
    else answers.set(cause, [row]);
  }
  const stands = new Map<string, Cells>();
  const changes = [...emitted(index, right, 0, position)];
  for (const { kind, cells } of changes) {
    if (isAdded(kind)) stands.set(textOf(cells), cells);
    else stands.delete(textOf(cells));
  }
  const moments: LookupMoment[] = changes.map(({ step, kind, cells }) => ({
    what: 'change',
    step,
    kind,
    cells,
  }));
  for (const { step, entry, kind, cells } of emitted(index, left, 0, position)) {
    const key = leftKeys.map((column) => cells[column] ?? null);
    // A row of NULLs is what an outer join makes of no answer.
    const found = (answers.get(entry) ?? []).filter((row) => row.some((cell) => cell !== null));
    const now = [...stands.values()].filter((row) => keyText(row, rightKeys) === textOf(key));
    const hasChanged = found.map(textOf).toSorted().join('\n') !== now.map(textOf).toSorted().join('\n');
    moments.push({ what: 'ask', step, kind, cells, key, found, now, hasChanged });
  }
  return moments.toSorted((a, b) => b.step - a.step).slice(0, most);
}

/** `lookup=[id=customer_id]`: columns of the table, and those of the stream that they are asked by. */
function keysOf({ attributes }: OperatorInfo): readonly (readonly [table: string, stream: string])[] {
  const text = attributes.find(([key]) => key === 'lookup')?.[1] ?? '';
  return text.split(', ').flatMap((pair) => {
    const [table, stream] = pair.split('=');
    return table && stream ? [[table, stream] as const] : [];
  });
}
