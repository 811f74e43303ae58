import type { Config } from '../catalog/config.ts';
import {
  type Lineage,
  type OperatorState,
  type RunFailure,
  type StepColumns,
  type TraceSlice,
  turnOf,
} from '../engine-api.ts';
import { Inputs } from '../job/inputs.ts';
import { Job, type JobState, operatorOrder } from '../job/job.ts';
import { runFailure } from '../job/run-failure.ts';
import {
  CHUNK_INPUTS,
  INPUTS_FOR_STATE_ENTRY,
  KEYFRAME_EVERY_MS,
  LEAST_CHUNK_INPUTS,
  MOST_INPUTS_TO_REPLAY,
  MOST_TABLE_ROWS,
  SLICE_STEPS,
  WHOLE_TRACE_STEPS,
} from '../limits.ts';
import { shortestUpsertKey } from '../plan/keys.ts';
import { Mode, type PhysicalNode, type Sink } from '../plan/physical.ts';
import { sinkName } from '../plan/sink-name.ts';
import { sinkKey } from '../planner/changelog/infer-changelog.ts';
import { GENERATED } from '../runtime/generate.ts';
import { SliceEncoder, type TableBefore } from './encode-slice.ts';
import { eventTimesMs } from './event-times.ts';
import { lineageOf } from './lineage.ts';
import { boundsAsInstants } from './local-windows.ts';
import { type SavedTable, type SinkShape, SinkTable } from './sink-table.ts';
import { Entry, StepLog, TraceLog } from './trace-log.ts';

export interface RecordingOptions {
  readonly config: Config;
  readonly zone: string;
  readonly startMs: number;
  /** How long the clock goes on after the last input, in milliseconds since the start. */
  readonly endMs?: number;
  readonly seed: number;
  readonly canGenerate: boolean;
  /** Milliseconds of some clock: how long the run takes says where keyframes pay. What a trace tells does not hang on it. */
  readonly clockMs: () => number;
}

/** Where a job stood before an input: what is needed to go on from there. */
interface Keyframe {
  /** Inputs done; -1 before the literals. */
  readonly inputs: number;
  readonly step: number;
  /** The turn of the step before. */
  readonly turn: number;
  readonly state: JobState;
  readonly tables: readonly SavedTable[];
  readonly watermarks: Float64Array;
}

/** A job with everything logged. */
interface TracedJob {
  readonly job: Job;
  readonly log: TraceLog;
  readonly steps: StepLog;
}

/** A stretch of a run with everything logged. */
interface Stretch {
  readonly fromStep: number;
  readonly log: TraceLog;
  /** Watermarks and tables where the stretch starts. */
  readonly watermarks: Float64Array;
  readonly tables: readonly SinkTable[];
}

/**
 * A run and its trace. It runs at full speed, keeping its inputs, what each step was and a keyframe now and then. Up to
 * `WHOLE_TRACE_STEPS` steps it is then run once more with everything logged; of a longer run any stretch is replayed from the keyframe before.
 */
export class Recording {
  /** A log that is not in use. Memory touched for the first time costs more than what is written there. */
  static #spareLog: TraceLog | null = null;
  readonly #plans: readonly Sink[];
  readonly #options: RecordingOptions;
  readonly #order: readonly PhysicalNode[];
  readonly #sinkNames: readonly string[];
  readonly #steps = new StepLog(0);
  readonly #shapes: readonly SinkShape[];
  /** The id of each sink. */
  readonly #sinks: readonly number[];
  readonly #encoder: SliceEncoder;
  readonly #keyframes: Keyframe[] = [];
  #inputs = new Inputs(0);
  /** The job of `run`, and what its sinks hold. */
  readonly #job: Job;
  readonly #tables: readonly SinkTable[];
  /** For whoever is the first to ask for a stretch, or for the whole. */
  #ready: TracedJob | null;
  /** The last job with everything logged. Without one alive the machine forgets what it has learned of the operators' code. */
  readonly #alive: { traced: Job | null } = { traced: null };
  /** The whole trace, if it is kept. */
  #whole: TraceLog | null = null;
  /** The run stopped at an error; a replay stops there too. */
  #hasFailed = false;

  constructor(plans: readonly Sink[], options: RecordingOptions) {
    this.#plans = plans;
    this.#options = options;
    this.#order = operatorOrder(plans);
    const names: string[] = [];
    for (const plan of plans) names.push(sinkName(plan, names));
    this.#sinkNames = names;
    this.#encoder = new SliceEncoder(
      this.#order.map(({ fields }) => fields.map(({ type }) => type)),
      options.zone,
      options.canGenerate ? GENERATED.traced : null,
    );
    this.#sinks = plans.map((plan) => this.#order.indexOf(plan));
    this.#shapes = plans.map((plan) => {
      const input = plan.inputs[0]!;
      const declared = sinkKey(plan);
      return {
        types: input.fields.map(({ type }) => type),
        key: declared.length > 0 && plan.upsertMaterialize ? declared : shortestUpsertKey(input),
        isInsertOnly: input.mode === Mode.I,
      };
    });
    this.#tables = this.#makeTables();
    this.#job = this.#makeJob(null, this.#steps, this.#tables);
    this.#fill(this.#tables, null, this.#job);
    this.#ready = this.#makeTraced();
  }

  #makeTraced(): TracedJob {
    const log = Recording.#spareLog ?? new TraceLog();
    Recording.#spareLog = null;
    const steps = new StepLog(0);
    return { job: this.#makeJob(log, steps, null), log, steps };
  }

  #takeTraced(): TracedJob {
    const traced = this.#ready ?? this.#makeTraced();
    this.#ready = null;
    return traced;
  }

  #makeTables(): SinkTable[] {
    const code = this.#options.canGenerate ? GENERATED.counted : null;
    return this.#shapes.map((shape) => new SinkTable(shape, MOST_TABLE_ROWS, code));
  }

  /** Gives tables what they held; those whose rows stand in the state of a job that goes on leave them there. */
  #fill(tables: readonly SinkTable[], saved: readonly SavedTable[] | null, job: Job | null): void {
    for (const [i, table] of tables.entries()) {
      const standing = job?.standing(this.#plans[i]!);
      if (standing) table.leaveTo(standing, saved?.[i]?.count ?? 0);
      else if (saved) table.restore(saved[i]!);
    }
  }

  #makeJob(trace: TraceLog | null, steps: StepLog, tables: readonly SinkTable[] | null): Job {
    const { config, zone, startMs, seed, canGenerate } = this.#options;
    const job = new Job(this.#plans, {
      config,
      startMs,
      seed,
      zone,
      trace,
      steps,
      canGenerate,
      collector: (sink) => tables?.[sink]!.port() ?? { row() {}, watermark() {} },
    });
    if (trace) this.#alive.traced = job;
    return job;
  }

  /** To be called once. Runs all inputs; gives what stopped it, if anything did. A short run is then run again with everything logged. */
  run(inputs: Inputs, onProgress?: (inputs: number) => void): RunFailure | null {
    this.#inputs = inputs;
    this.#steps.expect(2 * inputs.count + 1024);
    const failure = this.#runOnce(onProgress);
    for (const table of this.#tables) table.release();
    this.#hasFailed = failure !== null;
    if (this.#steps.count <= WHOLE_TRACE_STEPS) {
      const { job, log } = this.#takeTraced();
      this.#drive(job, -1, inputs.count + 1, () => false);
      this.#whole = log;
    }
    return failure;
  }

  #runOnce(onProgress?: (inputs: number) => void): RunFailure | null {
    const inputs = this.#inputs;
    const tables = this.#tables;
    const job = this.#job;
    const stateSize = (): number => tables.reduce((sum, table) => sum + table.entries, job.stateSize());
    const { clockMs } = this.#options;
    this.#keyframe(-1, job, tables);
    let [keyframeAt, keyframeMs] = [0, clockMs()];
    try {
      job.start(inputs);
      let chunk = CHUNK_INPUTS;
      // The end of a run is looked at first: it gets a keyframe however large the state is.
      let lastStretch = Infinity;
      const counts = tables.map(() => 0);
      for (let i = 0, to: number; i < inputs.count; i = to) {
        to = Math.min(i + chunk, inputs.count);
        const tail = this.#lastStretchAfter(i);
        if (to >= tail) lastStretch = Math.min(lastStretch, tail);
        if (i < lastStretch && lastStretch < to) to = lastStretch;
        const [gap, gapMs] = [i - keyframeAt, clockMs() - keyframeMs];
        let isDue =
          gap >= MOST_INPUTS_TO_REPLAY ||
          (gapMs >= KEYFRAME_EVERY_MS && gap >= INPUTS_FOR_STATE_ENTRY * stateSize());
        if (i > 0 && (isDue || i === lastStretch) && tables.every((table) => table.isWhole)) {
          this.#keyframe(i, job, tables);
          [keyframeAt, keyframeMs, isDue] = [i, clockMs(), false];
        }
        // Of rows that come fast only those before the next keyframe will be seen: keeping all of them takes a tenth of a run.
        const isNear = isDue || tail - to < CHUNK_INPUTS;
        for (const [t, table] of tables.entries()) {
          table.keep(isNear || table.count - counts[t]! < 2 * MOST_TABLE_ROWS);
          counts[t] = table.count;
        }
        onProgress?.(i);
        const fedMs = clockMs();
        job.feed(inputs, i, to);
        if (clockMs() - fedMs > KEYFRAME_EVERY_MS) chunk = Math.max(chunk >> 1, LEAST_CHUNK_INPUTS);
      }
      this.#end(job);
      return null;
    } catch (error) {
      const done = job.turn - 1;
      return runFailure(error, done >= 0 && done < inputs.count ? done : null);
    }
  }

  /** About where the last steps begin that are asked for at once, by what inputs have brought up to `input`. */
  #lastStretchAfter(input: number): number {
    const enough = (1.02 * SLICE_STEPS * input) / Math.max(this.#steps.count, 1);
    return Math.max(input, this.#inputs.count - Math.ceil(enough));
  }

  #keyframe(inputs: number, job: Job, tables: readonly SinkTable[]): void {
    const watermarks = job.lastWatermarks(this.#keyframes.at(-1)?.watermarks);
    this.#keyframes.push({
      inputs,
      step: this.#steps.count,
      turn: this.#steps.turn,
      state: job.snapshot(),
      tables: tables.map((table) => table.save()),
      watermarks,
    });
  }

  /** Ids of the sinks, in the order of the statements. */
  sinkOperators(): readonly number[] {
    return this.#sinks;
  }

  stepColumns(): StepColumns {
    const { atMs, count } = this.#inputs;
    const { startMs, endMs = 0 } = this.#options;
    const changes = this.#tables.reduce((sum, table) => sum + table.count, 0);
    return this.#steps.columns(startMs, atMs.subarray(0, count), endMs, changes);
  }

  /** Event time of the first so many inputs, in epoch milliseconds; NaN where there is none. */
  eventTimeMs(inputCount: number): Float64Array {
    return eventTimesMs(this.#order, this.#inputs, inputCount);
  }

  // -------------------------------------------------------------- the one door

  slice(from: number, to: number): TraceSlice {
    const count = this.#steps.count;
    const first = Math.max(0, Math.min(from, count));
    const last = Math.max(first, Math.min(to, count));
    const stretch = this.#whole ? this.#stretchOf(this.#whole) : this.#replay(first, last);
    const { log } = stretch;
    const slice = this.#encoder.encode(
      log,
      first,
      last,
      stretch.fromStep,
      this.#tablesBefore(stretch, first),
      this.#watermarksBefore(stretch, first),
    );
    if (log !== this.#whole) {
      log.clear();
      Recording.#spareLog = log;
    }
    return boundsAsInstants(slice, this.#order, this.#options.zone);
  }

  #stretchOf(log: TraceLog): Stretch {
    const watermarks = new Float64Array(this.#order.length).fill(Number.NaN);
    return { fromStep: 0, log, watermarks, tables: this.#makeTables() };
  }

  /** What the sinks hold before a step: what they held at the start of the logged stretch, and the changes since. */
  #tablesBefore({ log, fromStep, tables }: Stretch, step: number): TableBefore[] {
    const end = log.stepStart[step - fromStep] ?? log.count;
    for (let i = 0; i < end; i++) {
      if (log.kind[i] !== Entry.emit) continue;
      const sink = this.#sinks.indexOf(log.operator[i]!);
      if (sink >= 0) tables[sink]!.add(log.rowKind[i]!, log.rows[i]!);
    }
    return tables.map((table, i) => ({
      sink: this.#sinkNames[i]!,
      operator: this.#sinks[i]!,
      ...table.read(),
    }));
  }

  #watermarksBefore({ log, fromStep, watermarks: start }: Stretch, step: number): Float64Array {
    const watermarks = start.slice();
    const end = log.stepStart[step - fromStep] ?? log.count;
    for (let i = 0; i < end; i++)
      if (log.kind[i] === Entry.watermark) watermarks[log.operator[i]!] = log.atMs[i]!;
    return watermarks;
  }

  /** The keyframe to start from so that step `step` is still to come. */
  #keyframeBefore(step: number): Keyframe {
    let best = this.#keyframes[0]!;
    for (const keyframe of this.#keyframes) if (keyframe.step <= step) best = keyframe;
    return best;
  }

  #replay(from: number, to: number): Stretch {
    const keyframe = this.#keyframeBefore(from);
    const firstInput = this.#lastInputBefore(keyframe, from);
    // Up to the stretch at full speed, then with everything logged. A short way is logged too, which takes less than another job.
    const isFar = firstInput - keyframe.inputs > SLICE_STEPS;
    const start = isFar ? this.#runUpTo(firstInput, keyframe) : keyframe;
    const tables = this.#makeTables();
    this.#fill(tables, start.tables, null);
    const { job, log, steps } = this.#takeTraced();
    job.restore(start.state);
    this.#drive(job, start.inputs, this.#inputs.count + 1, () => start.step + steps.count >= to);
    return {
      fromStep: start.step,
      log,
      watermarks: start.watermarks,
      tables,
    };
  }

  /** Goes on from a keyframe, at full speed, to where input `to` is next. */
  #runUpTo(to: number, keyframe: Keyframe): Keyframe {
    const steps = new StepLog(keyframe.inputs + 1);
    const tables = this.#makeTables();
    const job = this.#makeJob(null, steps, tables);
    job.restore(keyframe.state);
    this.#fill(tables, keyframe.tables, job);
    this.#drive(job, keyframe.inputs, to, () => false);
    return {
      inputs: to,
      step: keyframe.step + steps.count,
      turn: steps.turn,
      state: job.snapshot(),
      tables: tables.map((table) => table.save()),
      watermarks: job.lastWatermarks(keyframe.watermarks),
    };
  }

  /** The last input whose first step is not after `step`. */
  #lastInputBefore(keyframe: Keyframe, step: number): number {
    if (step >= this.#steps.count) return this.#inputs.count;
    const turn = this.#steps.turnOf(step, keyframe.step, keyframe.turn);
    return Math.max(keyframe.inputs, turn - 1);
  }

  /** Feeds inputs `from` up to `to` (one past the last means the end of input), stopping early when `isEnough`. -1 starts with the literals. */
  #drive(job: Job, from: number, to: number, isEnough: () => boolean): void {
    try {
      if (from < 0) job.start(this.#inputs);
      for (let i = Math.max(0, from); i < Math.min(to, this.#inputs.count); i++) {
        if (isEnough()) return;
        job.feed(this.#inputs, i, i + 1);
      }
      if (to > this.#inputs.count && !isEnough()) {
        this.#end(job);
      }
    } catch (error) {
      // The run failed here as well; what came before the failure stands.
      if (!this.#hasFailed) throw error;
    }
  }

  /** Where every change came from; null for a run whose trace is not kept whole. */
  lineage(): Lineage | null {
    const log = this.#whole;
    if (!log) return null;
    const steps = this.stepColumns();
    const stepOf = stepFinder(log);
    const bounded = this.#boundedInputs();
    const { zone, startMs, canGenerate } = this.#options;
    const turnInput = (entry: number): number => {
      const input = turnOf(steps, stepOf(entry)) - 1;
      return input < this.#inputs.count ? input : -1;
    };
    return lineageOf({
      order: this.#order,
      sinks: this.#sinks,
      log,
      turnInput,
      // What is there before anything arrives comes in the first steps, a row each.
      inputOf: (entry) => {
        const step = stepOf(entry);
        return turnOf(steps, step) > 0 ? turnInput(entry) : (bounded[step] ?? -1);
      },
      context: {
        zone,
        code: canGenerate ? GENERATED.traced : null,
        nowMs: () => startMs,
        random: () => 0,
        watermarkMs: () => null,
        order: () => 0,
        turn: () => 0,
        tickMs: 0,
        reporter: null,
      },
    });
  }

  /** By step of turn 0: the input of a bounded table that it reads. */
  #boundedInputs(): readonly number[] {
    const bounded = new Set(
      this.#order.flatMap((node) =>
        node.kind === 'TableSourceScan' && node.table.options.get('bounded') === 'true'
          ? [node.table.path.join('.')]
          : [],
      ),
    );
    const hasLiterals = this.#order.some(({ kind }) => kind === 'Values');
    const inputs: number[] = hasLiterals ? [-1] : [];
    for (let input = 0; input < this.#inputs.count; input++)
      if (bounded.has(this.#inputs.originOf(input).table)) inputs.push(input);
    return inputs;
  }

  /** No row comes any more: the clock goes on for as long as it was asked to, and the sources end. */
  #end(job: Job): void {
    const { startMs, endMs = 0 } = this.#options;
    job.beginTurn(this.#inputs.count + 1);
    job.advanceClock(startMs + endMs);
    job.end();
  }

  /** What operators remember after the first `position` steps: run again from the keyframe before, one step at a time. */
  stateAt(position: number): readonly OperatorState[] {
    const keyframe = this.#keyframeBefore(Math.max(0, position - 1));
    const steps = new StepLog(keyframe.inputs + 1);
    const job = this.#makeJob(null, steps, null);
    job.restore(keyframe.state);
    const target = position - keyframe.step;
    if (target > 0)
      job.stopAfter(target, () =>
        this.#drive(job, keyframe.inputs, this.#inputs.count + 1, () => steps.count > target),
      );
    return this.#order.flatMap((_, id): OperatorState[] => {
      const inspected = job.inspectAt(id);
      return inspected && (inspected.tables.length > 0 || inspected.timersMs.length > 0)
        ? [{ operator: id, ...inspected }]
        : [];
    });
  }
}

/** The step each entry belongs to; asked for in ascending order. */
function stepFinder({ stepStart }: TraceLog): (entry: number) => number {
  let step = 0;
  return (entry) => {
    while ((stepStart[step + 1] ?? Infinity) <= entry) step++;
    return step;
  };
}
