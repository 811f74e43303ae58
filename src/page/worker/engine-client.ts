import { proxy, type Remote, wrap } from 'comlink';
import type {
  BatchAnswer,
  Checked,
  EngineApi,
  LanguageApi,
  Lineage,
  OperatorState,
  Run,
  RunRequest,
  TraceSlice,
} from '../../engine/engine-api.ts';

import { Newest } from './newest.ts';

/** The user cancelled what was asked. */
export class CancelledError extends Error {
  override name = 'CancelledError';
}

/** The worker died; the next question gets a fresh one. */
export class WorkerCrashError extends Error {
  override name = 'WorkerCrashError';
}

/** A check that took so long that it was given up. */
export class SlowCheckError extends Error {
  override name = 'SlowCheckError';
}

const CHECK_MS_MAX = 3000;
/** A check that is still busy after so long gives way to the next one, whose script is newer. */
const CHECK_PATIENCE_MS = 1500;

/** One worker and the questions that wait for it. */
class Station {
  readonly engine: Remote<EngineApi>;
  /** The worker has been loaded and answers: what takes long from here on is the question's doing. */
  readonly ready: Promise<unknown>;
  waiting = 0;
  readonly #worker: Worker;
  /** A terminated worker never answers, so ending it has to settle what was asked. */
  readonly #ended: Promise<never>;
  #end: (reason: Error) => void = () => {};

  constructor(onCrash: (station: Station) => void) {
    this.#worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
    this.engine = wrap<EngineApi>(this.#worker);
    this.#ended = new Promise<never>((_resolve, reject) => {
      this.#end = reject;
    });
    this.#ended.catch(() => {});
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.end(new WorkerCrashError(event.message || 'the worker stopped'));
      onCrash(this);
    });
    this.ready = Promise.race([this.engine.check(''), this.#ended]);
    this.ready.catch(() => {});
  }

  async ask<Answer>(question: (engine: Remote<EngineApi>) => Promise<Answer>): Promise<Answer> {
    this.waiting++;
    try {
      return await Promise.race([question(this.engine), this.#ended]);
    } finally {
      this.waiting--;
    }
  }

  end(reason: Error): void {
    this.#worker.terminate();
    this.#end(reason);
  }
}

/** Asks the engine in its worker. One run at a time; to cancel is to end the worker and start a fresh one. */
export class EngineClient {
  #station: Station | null = null;
  /** Checks while a run is busy go to a worker of their own, so that typing never waits for a query. */
  #spare: Station | null = null;
  #isRunning = false;
  #checking: { readonly station: Station; readonly since: number } | null = null;
  /** Questions of the editor, by their kind. */
  readonly #lanes = new Map<keyof LanguageApi, Newest>();
  #last: { station: Station; request: RunRequest; runId: number; engineRunId: number } | null = null;
  /** A fresh worker counts its runs from the start, so the page gets numbers of our own. */
  #runs = 0;

  /** Constants are computed while a script is checked, so a check too can go on for ever; then its worker is ended. */
  async check(script: string): Promise<Checked> {
    const busy = this.#checking;
    if (busy && performance.now() - busy.since > CHECK_PATIENCE_MS)
      this.#give(busy.station, new CancelledError('outdated'));
    const station = this.#idle();
    const answer = station.ask((engine) => engine.check(script));
    answer.catch(() => {});
    await station.ready;
    const checking = { station, since: performance.now() };
    this.#checking = checking;
    const timer = setTimeout(
      () => this.#give(station, new SlowCheckError('the check took too long')),
      CHECK_MS_MAX,
    );
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      if (this.#checking === checking) this.#checking = null;
    }
  }

  /** Asks what the editor wants to know; null if a newer question of the same kind took its place. */
  async language<Question extends keyof LanguageApi>(
    question: Question,
    script: string,
    offset: number,
  ): Promise<ReturnType<LanguageApi[Question]> | null> {
    const lane = this.#lanes.get(question) ?? new Newest();
    this.#lanes.set(question, lane);
    return lane.do(() =>
      this.#idle().ask(async (engine) => {
        const answer = await engine[question](script, offset);
        return answer as ReturnType<LanguageApi[Question]>;
      }),
    );
  }

  /** A worker that is not busy with a run. */
  #idle(): Station {
    return this.#isRunning ? (this.#spare ??= this.#start()) : this.#main();
  }

  /** Gives a worker up for another reason than a cancelled run. */
  #give(station: Station, reason: Error): void {
    this.#forget(station);
    station.end(reason);
  }

  #forget(station: Station): void {
    if (this.#station === station) {
      this.#station = null;
      this.#isRunning = false;
    }
    if (this.#spare === station) this.#spare = null;
  }

  async run(request: RunRequest, onProgress: (inputs: number) => void): Promise<Run> {
    if (this.#isRunning) this.cancel();
    const station = this.#main();
    this.#isRunning = true;
    try {
      const run = await station.ask((engine) => engine.run(request, proxy(onProgress)));
      this.#last = { station, request, runId: ++this.#runs, engineRunId: run.runId };
      return { ...run, runId: this.#runs };
    } finally {
      if (this.#station === station || this.#station === null) this.#isRunning = false;
    }
  }

  trace(runId: number, from: number, to: number): Promise<TraceSlice> {
    return this.#ofRun(runId, (engine, id) => engine.trace(id, from, to));
  }

  lineage(runId: number): Promise<Lineage | null> {
    return this.#ofRun(runId, (engine, id) => engine.lineage(id));
  }

  state(runId: number, position: number): Promise<readonly OperatorState[]> {
    return this.#ofRun(runId, (engine, id) => engine.state(id, position));
  }

  /** Asks about a run; rejected with `CancelledError` if another takes its place, also while this is on its way. */
  async #ofRun<T>(runId: number, ask: (engine: Remote<EngineApi>, id: number) => Promise<T>): Promise<T> {
    const { station, id } = await this.#stationOf(runId);
    try {
      return await station.ask((engine) => ask(engine, id));
    } catch (error) {
      throw this.#last?.runId === runId ? error : new CancelledError('another run has taken its place');
    }
  }

  /** What the request's script comes to in batch mode; the run on the screen stays. */
  async batch(request: RunRequest): Promise<BatchAnswer> {
    return this.#idle().ask((engine) => engine.batch(request));
  }

  /** Ends whatever is being asked; it is rejected with `CancelledError`. */
  cancel(): void {
    const station = this.#station;
    this.#station = null;
    this.#isRunning = false;
    station?.end(new CancelledError('cancelled'));
  }

  /** The worker that holds a run; one that was started since does the run again first. */
  async #stationOf(runId: number): Promise<{ station: Station; id: number }> {
    const last = this.#last;
    if (last?.runId !== runId) throw new CancelledError('another run has taken its place');
    const station = this.#main();
    if (last.station === station) return { station, id: last.engineRunId };
    const again = await station.ask((engine) => engine.run(last.request));
    this.#last = { station, request: last.request, runId, engineRunId: again.runId };
    return { station, id: again.runId };
  }

  #main(): Station {
    return (this.#station ??= this.#start());
  }

  #start(): Station {
    return new Station((crashed) => this.#forget(crashed));
  }
}
