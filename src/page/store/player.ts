import { nextMarker } from '../view-model/player-view.ts';
import { runNow } from './run.ts';
import { isStale, useStore } from './store.ts';

/** Speeds that can be chosen. */
export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 4];
/** How long a step is shown at speed 1. */
export const STEP_MS = 700;
const LONG_RUN_STEPS = 1000;
const SCRUB_GAP_MS = 60;
const SHOW_EVERY_MS = 250;

/** Moves the playhead; playing goes on unless the end is reached. */
export function seek(position: number): void {
  const { result, position: before, isPlaying, playUntil } = useStore.getState();
  const last = result?.run.steps.count ?? 0;
  const next = Math.max(0, Math.min(Math.round(position), last));
  if (next === before) return;
  const ends = next >= last || (playUntil !== null && next >= playUntil);
  useStore.setState({
    position: next,
    shown: shownAt(next, last),
    isPlaying: isPlaying && !ends,
    playUntil: ends ? null : playUntil,
  });
}

let lastSeekAt = 0;
let lastShownAt = 0;
let showTimer: ReturnType<typeof setTimeout> | undefined;

/** While a long run is scrubbed, only the playhead follows at once; the panes follow when it rests, and now and then. */
function shownAt(position: number, steps: number): number {
  const now = performance.now();
  const isScrubbed = steps > LONG_RUN_STEPS && now - lastSeekAt < SCRUB_GAP_MS;
  lastSeekAt = now;
  if (!isScrubbed) {
    lastShownAt = now;
    clearTimeout(showTimer);
    showTimer = undefined;
    return position;
  }
  showTimer ??= setTimeout(
    () => {
      showTimer = undefined;
      lastShownAt = performance.now();
      useStore.setState(({ position: latest }) => ({ shown: latest }));
    },
    Math.max(0, lastShownAt + SHOW_EVERY_MS - now),
  );
  return useStore.getState().shown;
}

/** Moves the playhead by hand: playing stops. */
export function jump(position: number): void {
  useStore.setState({ isPlaying: false, playUntil: null });
  seek(position);
}

/** One step on or back. */
export function stepBy(steps: number): void {
  jump(useStore.getState().position + steps);
}

/** To the next or the previous marker. */
export function jumpToMarker(direction: 1 | -1): void {
  const { result, position } = useStore.getState();
  if (result) jump(nextMarker(result.run, position, direction));
}

/** Plays or pauses. A script that has not been run is run first; at the end it starts again. */
export function togglePlay(): void {
  const facts = useStore.getState();
  if (facts.isPlaying) {
    useStore.setState({ isPlaying: false, playUntil: null });
    return;
  }
  if (!facts.result || (isStale(facts) && facts.refused?.document.sql !== facts.sql)) {
    runNow({ isPlaying: true });
    return;
  }
  const isAtEnd = facts.position >= facts.result.run.steps.count;
  useStore.setState({
    isPlaying: facts.result.run.steps.count > 0,
    playUntil: null,
    ...(isAtEnd ? { position: 0, shown: 0 } : {}),
  });
}

/** The next speed up or down. */
export function changeSpeed(direction: 1 | -1): void {
  const { speed } = useStore.getState();
  const next = SPEEDS[SPEEDS.indexOf(speed) + direction];
  if (next !== undefined) useStore.setState({ speed: next });
}

/** Moves the playhead at the chosen speed while playing. */
export function watchPlaying(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = (): void => {
    const { position, isPlaying, speed } = useStore.getState();
    if (!isPlaying) return;
    seek(position + 1);
    timer = setTimeout(tick, STEP_MS / speed);
  };
  return useStore.subscribe(
    ({ isPlaying }) => isPlaying,
    (isPlaying) => {
      clearTimeout(timer);
      if (isPlaying) timer = setTimeout(tick, STEP_MS / useStore.getState().speed / 2);
    },
  );
}
