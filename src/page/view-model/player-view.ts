import { type Run, StepFlag, stepFlags, turnOf } from '../../engine/engine-api.ts';

/** Why a step is worth stopping at, the most telling first. */
export type MarkerKind = 'late' | 'fired' | 'retraction' | 'output';

/** A step with a coloured tick on the scrub bar. */
export interface Marker {
  /** Position at which the step is done. */
  readonly position: number;
  readonly kind: MarkerKind;
}

const markersOf = new WeakMap<Run, readonly Marker[]>();

/** The steps that stand out. Plain output is none of them, except the first one. */
export function markers(run: Run): readonly Marker[] {
  const known = markersOf.get(run);
  if (known) return known;
  const found: Marker[] = [];
  let hasOutput = false;
  for (let step = 0; step < run.steps.count; step++) {
    const flags = stepFlags(run.steps, step);
    const isFirstOutput: boolean = !hasOutput && (flags & StepFlag.OUTPUT) !== 0;
    hasOutput ||= isFirstOutput;
    const kind = markerKind(flags, isFirstOutput);
    if (kind) found.push({ position: step + 1, kind });
  }
  markersOf.set(run, found);
  return found;
}

function markerKind(flags: number, isFirstOutput: boolean): MarkerKind | null {
  if (flags & StepFlag.LATE) return 'late';
  if (flags & StepFlag.FIRED) return 'fired';
  if (flags & StepFlag.RETRACTION) return 'retraction';
  return isFirstOutput ? 'output' : null;
}

/** The next or the previous marker from a position; the end of the run where there is none. */
export function nextMarker(run: Run, position: number, direction: 1 | -1): number {
  const list = markers(run);
  const found =
    direction > 0
      ? list.find((marker) => marker.position > position)
      : list.findLast((marker) => marker.position < position);
  return found?.position ?? (direction > 0 ? run.steps.count : 0);
}

/** Where a first look should stop: the first retraction or late row, else the first output, else the end. */
export function firstSurprise(run: Run): number {
  const list = markers(run);
  const surprise = list.find(({ kind }) => kind === 'retraction' || kind === 'late') ?? list[0];
  return surprise?.position ?? run.steps.count;
}

/** Where the playhead stands in a new run of the same story: at the same step, else in the turn of the same event. */
export function carriedPosition(
  before: { readonly run: Run; readonly eventIds: readonly number[]; readonly position: number } | null,
  run: Run,
  eventIds: readonly number[],
): number {
  if (!before) return 0;
  if (before.position >= before.run.steps.count) return run.steps.count;
  if (before.run.steps.count === run.steps.count) return before.position;
  const turn = before.position === 0 ? 0 : turnOf(before.run.steps, before.position - 1);
  const id = before.eventIds[turn - 1];
  const input = id === undefined ? -1 : eventIds.indexOf(id);
  if (input < 0) return Math.min(before.position, run.steps.count);
  let position = 0;
  while (position < run.steps.count && turnOf(run.steps, position) <= input + 1) position++;
  return position;
}

/** Ticks of a scrub bar that is `width` pixels wide: every step where there is room, only markers where not. */
export function scrubTicks(
  run: Run,
  width: number,
): readonly { readonly position: number; readonly kind: MarkerKind | 'step' }[] {
  const kinds = new Map<number, MarkerKind>(markers(run).map(({ position, kind }) => [position, kind]));
  const room = Math.max(1, Math.floor(width / 4));
  if (run.steps.count <= room) {
    return Array.from({ length: run.steps.count }, (_, step) => ({
      position: step + 1,
      kind: kinds.get(step + 1) ?? 'step',
    }));
  }
  // One tick for each few pixels; the most telling marker in them wins.
  const rank: readonly MarkerKind[] = ['late', 'fired', 'retraction', 'output'];
  const bins = new Map<number, { position: number; kind: MarkerKind }>();
  for (const [position, kind] of kinds) {
    const bin = Math.floor((position / run.steps.count) * room);
    const known = bins.get(bin);
    if (!known || rank.indexOf(kind) < rank.indexOf(known.kind)) bins.set(bin, { position, kind });
  }
  return [...bins.values()];
}
