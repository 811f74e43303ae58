import type { Run, TraceSlice } from '../../engine/engine-api.ts';
import type { EngineClient } from '../worker/engine-client.ts';

/** A run of so many steps is fetched whole. */
export const WHOLE_STEPS_MAX = 10_000;
const WINDOW_STEPS = 1000;
const WINDOWS_KEPT = 8;

const NOTHING: TraceSlice = {
  from: 0,
  to: 0,
  stepStart: Int32Array.of(0),
  kind: new Uint8Array(),
  operator: new Uint16Array(),
  rowKind: new Uint8Array(),
  cause: new Int32Array(),
  row: new Int32Array(),
  atMs: new Float64Array(),
  endMs: new Float64Array(),
  rowPlace: new Int32Array(0),
  cells: [],
  rowOperator: new Uint16Array(0),
  formats: [],
  tablesBefore: [],
  watermarkBefore: new Float64Array(),
};

/** The trace of one run, whole or in windows around the playhead, the last few of them kept. */
export class TraceWindows {
  readonly #client: EngineClient;
  readonly #run: Run;
  readonly #kept = new Map<number, Promise<TraceSlice>>();

  constructor(client: EngineClient, run: Run) {
    this.#client = client;
    this.#run = run;
  }

  /** The slice in which a position lies. */
  around(position: number): Promise<TraceSlice> {
    const { count } = this.#run.steps;
    // A script without a query makes no job, so there is nothing to ask for.
    if (this.#run.operators.length === 0) return Promise.resolve(NOTHING);
    const size = count <= WHOLE_STEPS_MAX ? Math.max(count, 1) : WINDOW_STEPS;
    const number = Math.floor(Math.max(0, position - 1) / size);
    const known = this.#kept.get(number);
    if (known) return known;
    const asked = this.#client.trace(this.#run.runId, number * size, Math.min(count, (number + 1) * size));
    this.#kept.set(number, asked);
    asked.catch(() => this.#kept.delete(number));
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > WINDOWS_KEPT && !oldest.done) this.#kept.delete(oldest.value);
    return asked;
  }
}
