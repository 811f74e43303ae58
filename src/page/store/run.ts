import type { BatchAnswer, Run, RunRequest, TraceSlice } from '../../engine/engine-api.ts';
import { carriedPosition, firstSurprise } from '../view-model/player-view.ts';
import {
  CancelledError,
  type EngineClient,
  SlowCheckError,
  WorkerCrashError,
} from '../worker/engine-client.ts';
import { withoutIds } from './document.ts';
import { client, SCRIPT_LENGTH_LIVE_MAX } from './engine.ts';
import { type DocumentFacts, documentOf, isStale, type Notice, type RunResult, useStore } from './store.ts';
import { TraceWindows } from './trace-windows.ts';

const CHECK_AFTER_MS = 120;
const RUN_AFTER_MS = 400;
/** A run that took longer is offered, not started, after an edit; one over a few rows is waited for a little longer. */
const QUICK_RUN_MS = 200;
const QUICK_SMALL_RUN_MS = 1000;
const SMALL_RUN_EVENTS = 1000;
/** Asking again for a run that has gone on for so long ends it; a quicker one is waited for. */
const PATIENCE_MS = 500;
const SEED = 42;

let windows: TraceWindows | null = null;
let isRunAgainWanted = false;
/** What the run in progress runs. */
let running: DocumentFacts | null = null;
/** What a new run makes untrue; other words stay until they are closed. */
const NOTICES_OF_A_RUN: readonly Notice['kind'][] = ['crash', 'cancelled', 'slowCheck', 'tooLong'];
let checkTimer: ReturnType<typeof setTimeout> | undefined;
let runTimer: ReturnType<typeof setTimeout> | undefined;

/** What to do when the run is there. */
interface RunAim {
  /** Where the playhead goes; without it, it stays at its step or its event. */
  readonly position?: number | 'first-surprise' | 'start' | 'end';
  readonly isPlaying?: boolean;
}
let aim: RunAim = {};

/** Runs the document. While one run is busy, the next one waits or, if that takes too long, takes its place. */
export function runNow(next: RunAim = {}): void {
  clearTimeout(runTimer);
  aim = { ...aim, ...next };
  const { phase, runStartedAt } = useStore.getState();
  if (phase === 'running') {
    isRunAgainWanted = true;
    if (performance.now() - runStartedAt > PATIENCE_MS) client.cancel();
    return;
  }
  void run();
}

/** Ends the run in progress. */
export function cancelRun(): void {
  isRunAgainWanted = false;
  client.cancel();
}

async function run(): Promise<void> {
  isRunAgainWanted = false;
  const startedAt = performance.now();
  const document = documentOf(useStore.getState());
  running = document;
  const { notice } = useStore.getState();
  useStore.setState({
    phase: 'running',
    progress: 0,
    runStartedAt: startedAt,
    notice: notice && NOTICES_OF_A_RUN.includes(notice.kind) ? null : notice,
  });
  try {
    const made = await client.run(requestOf(document), (progress) => useStore.setState({ progress }));
    await show(made, document, startedAt);
  } catch (error) {
    if (error instanceof CancelledError) {
      if (!isRunAgainWanted) useStore.setState({ notice: { kind: 'cancelled', detail: '' } });
    } else {
      useStore.setState({ notice: { kind: 'crash', detail: messageOf(error) } });
    }
  }
  running = null;
  useStore.setState({ phase: 'idle' });
  if (isRunAgainWanted) void run();
}

function requestOf({ sql, config, startMs, endMs, events }: DocumentFacts): RunRequest {
  return { script: sql, config, inputs: withoutIds(events), startMs, endMs, seed: SEED };
}

async function show(made: Run, document: DocumentFacts, startedAt: number): Promise<void> {
  const facts = useStore.getState();
  const wallMs = performance.now() - startedAt;
  const result = { run: made, document, wallMs };
  const isRefused =
    made.operators.length === 0 && made.diagnostics.some(({ severity }) => severity === 'error');
  if (isRefused) {
    useStore.setState({ refused: result });
    aim = {};
    return;
  }
  const before = facts.result && {
    run: facts.result.run,
    eventIds: facts.result.document.events.map(({ id }) => id),
    position: facts.position,
  };
  const position = positionOf(made, document, before);
  const nextWindows = new TraceWindows(client, made);
  const slice = await nextWindows.around(position);
  windows = nextWindows;
  const isPlaying = aim.isPlaying ?? (facts.isPlaying && position < made.steps.count);
  const isSameStory = facts.result?.document.scenarioId === document.scenarioId;
  const selected = facts.selectedOperator;
  const keepsSelection =
    isSameStory &&
    selected !== null &&
    facts.result?.run.operators[selected]?.name === made.operators[selected]?.name;
  useStore.setState({
    result,
    refused: null,
    slice,
    position,
    shown: position,
    isPlaying,
    playUntil: aim.isPlaying && aim.position === 'start' ? firstSurprise(made) : facts.playUntil,
    hot: isSameStory ? facts.hot : null,
    isHotPinned: isSameStory && facts.isHotPinned,
    selectedOperator: keepsSelection ? selected : null,
  });
  aim = {};
}

function positionOf(
  made: Run,
  document: DocumentFacts,
  before: Parameters<typeof carriedPosition>[0],
): number {
  const wanted = aim.position;
  if (wanted === 'start') return 0;
  if (wanted === 'end') return made.steps.count;
  if (wanted === 'first-surprise') return firstSurprise(made);
  if (wanted !== undefined) return Math.max(0, Math.min(wanted, made.steps.count));
  return carriedPosition(
    before,
    made,
    document.events.map(({ id }) => id),
  );
}

/** Brings the part of the trace that a position needs; the playhead may have moved on when it is there. */
export async function fetchAround(position: number): Promise<void> {
  const asked = windows;
  if (!asked) return;
  try {
    const slice: TraceSlice = await asked.around(position);
    if (windows === asked && useStore.getState().slice !== slice) useStore.setState({ slice });
  } catch (error) {
    if (error instanceof WorkerCrashError)
      useStore.setState({ notice: { kind: 'crash', detail: error.message } });
  }
}

/** What every stateful operator remembers at a position of the run on the screen; null if it cannot be had. */
export async function stateAt(runId: number, position: number): ReturnType<EngineClient['state']> {
  try {
    return await client.state(runId, position);
  } catch {
    return [];
  }
}

/** What the script of a run comes to in batch mode over its first inputs; null if it cannot be had. */
export async function batchOver(document: DocumentFacts, inputs: number): Promise<BatchAnswer | null> {
  try {
    return await client.batch(requestOf({ ...document, events: document.events.slice(0, inputs) }));
  } catch {
    return null;
  }
}

/** Checks the script soon after it changed, and runs it a little later if that is quick. */
export function watchDocument(): () => void {
  const stopSql = useStore.subscribe(
    ({ sql }) => sql,
    (sql) => {
      clearTimeout(checkTimer);
      clearTimeout(runTimer);
      if (sql.length > SCRIPT_LENGTH_LIVE_MAX) {
        useStore.setState({ notice: { kind: 'tooLong', detail: sql.length.toLocaleString('en') } });
        return;
      }
      checkTimer = setTimeout(() => void check(), CHECK_AFTER_MS);
      runTimer = setTimeout(() => void runIfSound(), RUN_AFTER_MS);
    },
  );
  const stopEvents = useStore.subscribe(
    ({ events, endMs }) => ({ events, endMs }),
    () =>
      // A document that is opened is run by whoever opens it, at once.
      queueMicrotask(() => {
        const facts = useStore.getState();
        if (
          running &&
          running.events === facts.events &&
          running.sql === facts.sql &&
          running.endMs === facts.endMs
        )
          return;
        if (isStale(facts) && isQuick(facts.result)) runNow();
      }),
    { equalityFn: (a, b) => a.events === b.events && a.endMs === b.endMs },
  );
  const stopPosition = useStore.subscribe(
    ({ shown }) => shown,
    (position) => {
      const { slice } = useStore.getState();
      if (slice && !covers(slice, position)) void fetchAround(position);
    },
  );
  return () => {
    stopSql();
    stopEvents();
    stopPosition();
  };
}

/** Whether a slice holds what is needed to show a position. */
export function covers(slice: TraceSlice, position: number): boolean {
  return position >= slice.from && position <= slice.to && (position > slice.from || slice.from === 0);
}

/** Checks the script as it stands. */
export async function check(): Promise<boolean> {
  clearTimeout(checkTimer);
  const { sql } = useStore.getState();
  try {
    const checked = await client.check(sql);
    if (useStore.getState().sql !== sql) return false;
    useStore.setState({ checked, checkedSql: sql });
    return checked.diagnostics.every(({ severity }) => severity !== 'error');
  } catch (error) {
    if (useStore.getState().sql !== sql) return false;
    if (error instanceof SlowCheckError) useStore.setState({ notice: { kind: 'slowCheck', detail: '' } });
    else if (!(error instanceof CancelledError)) {
      useStore.setState({ notice: { kind: 'crash', detail: messageOf(error) } });
    }
    return false;
  }
}

async function runIfSound(): Promise<void> {
  const facts = useStore.getState();
  if (!isStale(facts)) return;
  const { sql, checkedSql, checked, result } = facts;
  const isSound =
    checkedSql === sql && checked
      ? checked.diagnostics.every(({ severity }) => severity !== 'error')
      : await check();
  if (isSound && useStore.getState().sql === sql && isQuick(result)) runNow();
}

function isQuick(result: RunResult | null): boolean {
  if (result === null) return true;
  const isSmall = result.document.events.length <= SMALL_RUN_EVENTS;
  return result.run.elapsedMs < (isSmall ? QUICK_SMALL_RUN_MS : QUICK_RUN_MS);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
