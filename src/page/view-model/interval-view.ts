import type { OperatorInfo, OperatorState } from '../../engine/engine-api.ts';
import { isDrawable } from './format.ts';
import { type Cells, emitted, isAdded, textOf } from './join-view.ts';
import type { Scale } from './ruler.ts';
import { type TraceIndex, watermarkAt } from './trace-index.ts';

/** A row of an interval join, with the times at which a partner may stand. */
export interface IntervalRow {
  readonly id: number;
  readonly side: 'left' | 'right';
  readonly cells: Cells;
  readonly ms: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Still remembered; else no partner can come any more. */
  readonly isKept: boolean;
  /** It came in the last step. */
  readonly isNew: boolean;
}

/** An interval join at a position. */
export interface IntervalView {
  readonly rows: readonly IntervalRow[];
  readonly matches: readonly { readonly left: number; readonly right: number; readonly isNew: boolean }[];
  /** The lower one of both inputs; NaN for none. */
  readonly watermarkMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Bounds of an interval join as its plan's line has them: `left.time` lies between `right.time + lower` and `right.time + upper`. */
export function intervalBounds({ attributes }: OperatorInfo): {
  readonly lowerMs: number;
  readonly upperMs: number;
  readonly leftTime: number;
  readonly rightTime: number;
  readonly isEventTime: boolean;
} | null {
  const text = attributes.find(([key]) => key === 'windowBounds')?.[1] ?? '';
  const number = (name: string): number => Number(new RegExp(`${name}=(-?\\d+)`).exec(text)?.[1]);
  const [lowerMs, upperMs] = [number('leftLowerBound'), number('leftUpperBound')];
  if (Number.isNaN(lowerMs) || Number.isNaN(upperMs)) return null;
  return {
    lowerMs,
    upperMs,
    leftTime: number('leftTimeIndex'),
    rightTime: number('rightTimeIndex'),
    isEventTime: text.includes('isRowTime=true'),
  };
}

/** What an interval join remembers and what has met; null where its bounds are of processing time. */
export function intervalView(
  index: TraceIndex,
  operator: OperatorInfo,
  state: OperatorState | null,
  position: number,
): IntervalView | null {
  const bounds = intervalBounds(operator);
  if (!bounds?.isEventTime) return null;
  const { lowerMs, upperMs } = bounds;
  const [left = -1, right = -1] = operator.inputs;
  const rows: IntervalRow[] = [];
  for (const side of ['left', 'right'] as const) {
    const isLeft = side === 'left';
    const input = isLeft ? left : right;
    const kept = keptRows(state, isLeft ? 'IntervalJoinLeftCache' : 'IntervalJoinRightCache', index, input);
    for (const { step, entry, kind, cells } of emitted(index, input, 0, position)) {
      const ms = timeOf(cells[isLeft ? bounds.leftTime : bounds.rightTime]);
      if (!isAdded(kind) || Number.isNaN(ms)) continue;
      const text = textOf(cells);
      const count = kept.get(text) ?? 0;
      kept.set(text, count - 1);
      const [fromMs, toMs] = isLeft ? [ms - upperMs, ms - lowerMs] : [ms + lowerMs, ms + upperMs];
      rows.push({
        id: entry,
        side,
        cells,
        ms,
        fromMs,
        toMs,
        isKept: count > 0,
        isNew: step === position - 1,
      });
    }
  }
  const width = index.run.operators[left]?.columns.length ?? 0;
  const find = (side: 'left' | 'right', cells: Cells): number =>
    rows.find((row) => row.side === side && textOf(row.cells) === textOf(cells))?.id ?? -1;
  const matches = [...emitted(index, operator.id, 0, position)]
    .map(({ step, cells }) => ({
      left: find('left', cells.slice(0, width)),
      right: find('right', cells.slice(width)),
      isNew: step === position - 1,
    }))
    .filter((pair) => pair.left >= 0 && pair.right >= 0);
  const watermarks = operator.inputs.map((input) => watermarkAt(index, input, position));
  return { rows, matches, watermarkMs: Math.min(...watermarks), ...spanOf(index, operator, bounds) };
}

/** Rows as text, and how often each is remembered. */
function keptRows(
  state: OperatorState | null,
  name: string,
  { run }: TraceIndex,
  input: number,
): Map<string, number> {
  const width = run.operators[input]?.columns.length ?? 0;
  const kept = new Map<string, number>();
  for (const row of state?.tables.find((table) => table.name === name)?.rows ?? []) {
    const text = textOf(row.slice(0, width));
    kept.set(text, (kept.get(text) ?? 0) + 1);
  }
  return kept;
}

const spans = new WeakMap<TraceIndex, Map<number, { readonly fromMs: number; readonly toMs: number }>>();

/** All times of the run, so that the picture stands still while the playhead moves; bands may reach out of it. */
function spanOf(
  index: TraceIndex,
  operator: OperatorInfo,
  bounds: NonNullable<ReturnType<typeof intervalBounds>>,
): { readonly fromMs: number; readonly toMs: number } {
  const ofRun = spans.get(index) ?? new Map<number, { readonly fromMs: number; readonly toMs: number }>();
  spans.set(index, ofRun);
  const known = ofRun.get(operator.id) ?? measuredSpan(index, operator, bounds);
  ofRun.set(operator.id, known);
  return known;
}

function measuredSpan(
  index: TraceIndex,
  operator: OperatorInfo,
  bounds: NonNullable<ReturnType<typeof intervalBounds>>,
): { readonly fromMs: number; readonly toMs: number } {
  const times = operator.inputs.flatMap((input, side) =>
    [...emitted(index, input, 0, index.slice.to)].map(({ cells }) =>
      timeOf(cells[side === 0 ? bounds.leftTime : bounds.rightTime]),
    ),
  );
  const known = times.filter(isDrawable);
  if (known.length === 0) return { fromMs: 0, toMs: 1000 };
  const [fromMs, lastMs] = [Math.min(...known), Math.max(...known)];
  const room = Math.max(1000, (lastMs - fromMs) * 0.25);
  return { fromMs: fromMs - room * 0.3, toMs: lastMs + room };
}

/** A timestamp as `CAST(… AS STRING)` prints it. */
function timeOf(text: string | null | undefined): number {
  return text ? Date.parse(`${text.replace(' ', 'T').replace(/Z?$/, '')}Z`) : Number.NaN;
}

/** The ruler of the picture. */
export function intervalScale({ fromMs, toMs }: IntervalView, left: number, right: number): Scale {
  return { fromMs, toMs, left, right };
}
