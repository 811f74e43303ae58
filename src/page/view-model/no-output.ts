import { ENTRY_KINDS, type OperatorInfo, type Run, turnOf } from '../../engine/engine-api.ts';
import { isEndOfTime } from './format.ts';
import { firstOutputStep, type TraceIndex } from './trace-index.ts';

/** The known reasons why a query has sent nothing. */
export type NoOutputReason =
  | 'no-rows'
  | 'filtered'
  | 'late'
  | 'silent-partition'
  | 'slow-partition'
  | 'held-by-input'
  | 'window-open'
  | 'waits-for-watermark'
  | 'no-match'
  | 'no-match-in-interval'
  | 'no-version'
  | 'lookup-found-nothing'
  | 'mini-batch'
  | 'kept';

/** Why there is no output yet, and where to look. */
export interface NoOutput {
  readonly reason: NoOutputReason;
  readonly operator: OperatorInfo;
  /** The table that holds things up, where one does. */
  readonly table: string;
  readonly partition: number;
  /** What time has to be reached, and how far the watermark is; NaN where no time is waited for. */
  readonly neededMs: number;
  readonly watermarkMs: number;
  /** Rows that came to the operator. */
  readonly rows: number;
  /** Position right after the first output of the whole run; -1 if there is none. */
  readonly firstOutput: number;
}

/** What arrived, as far as the analysis needs it. */
export interface Arrival {
  readonly table: string;
  readonly partition?: number;
  readonly closes?: boolean;
}

const EMIT = ENTRY_KINDS.indexOf('emit');
const LATE = ENTRY_KINDS.indexOf('late');
const FILTERED = ENTRY_KINDS.indexOf('filtered');

/** Operators that send only once the watermark allows it. */
const WAIT_FOR_WATERMARK: ReadonlySet<string> = new Set([
  'WindowAggregate',
  'GlobalWindowAggregate',
  'LocalWindowAggregate',
  'GroupWindowAggregate',
  'WindowRank',
  'WindowDeduplicate',
  'WindowJoin',
  'OverAggregate',
  'TemporalSort',
  'TemporalJoin',
  'Match',
]);
const MINI_BATCH: ReadonlySet<string> = new Set([
  'LocalGroupAggregate',
  'IncrementalGroupAggregate',
  'GlobalGroupAggregate',
]);

/** Looks for the reason why a sink has received nothing up to a position; null if every sink has received something, or nothing runs. */
export function noOutput(index: TraceIndex, position: number, arrivals: readonly Arrival[]): NoOutput | null {
  const { run } = index;
  if (firstOutputStep(run) < Math.min(position, index.slice.from)) return null;
  const analysis = new Analysis(index, position, arrivals);
  for (const { operator } of run.sinks) {
    const found = analysis.explain(operator);
    if (found) return found;
  }
  return null;
}

class Analysis {
  readonly #index: TraceIndex;
  readonly #run: Run;
  readonly #position: number;
  readonly #arrivals: readonly Arrival[];
  readonly #sent: Int32Array;
  readonly #late: Int32Array;
  readonly #filtered: Int32Array;
  /** The least event time that each operator has sent; NaN where it has none. */
  readonly #firstMs: Float64Array;

  constructor(index: TraceIndex, position: number, arrivals: readonly Arrival[]) {
    const { run, slice } = index;
    this.#index = index;
    this.#run = run;
    this.#position = position;
    const turns = turnOf(run.steps, position - 1);
    this.#arrivals = arrivals.slice(0, turns);
    const count = run.operators.length;
    this.#sent = new Int32Array(count);
    this.#late = new Int32Array(count);
    this.#filtered = new Int32Array(count);
    this.#firstMs = new Float64Array(count).fill(Number.NaN);
    const end = slice.stepStart[Math.min(position, slice.to) - slice.from] ?? 0;
    for (let entry = 0; entry < end; entry++) {
      const operator = slice.operator[entry] ?? 0;
      const kind = slice.kind[entry];
      if (kind === EMIT) {
        this.#sent[operator]!++;
        const ms = slice.atMs[entry] ?? Number.NaN;
        const first = this.#firstMs[operator]!;
        if (ms < first || Number.isNaN(first)) this.#firstMs[operator] = ms;
      } else if (kind === LATE) this.#late[operator]!++;
      else if (kind === FILTERED) this.#filtered[operator]!++;
    }
  }

  /** Why an operator has sent nothing; null if it has. */
  explain(id: number): NoOutput | null {
    const operator = this.#run.operators[id];
    if (!operator || this.#sent[id]! > 0) return null;
    const { inputs, name } = operator;
    if (inputs.length === 0) return this.#because('no-rows', operator, { table: operator.table ?? '' });
    const silent = inputs.filter((input) => this.#sent[input] === 0);
    const needsAll = name.endsWith('Join') && name !== 'LookupJoin' && isInner(operator);
    const [cause] = needsAll || silent.length === inputs.length ? silent : [];
    if (cause !== undefined) return this.explain(cause);
    const rows = inputs.reduce((sum, input) => sum + this.#sent[input]!, 0);
    if (this.#late[id]! > 0 && this.#late[id]! >= rows) return this.#because('late', operator);
    if (name === 'Calc' && this.#filtered[id]! > 0) return this.#because('filtered', operator);
    if (WAIT_FOR_WATERMARK.has(name)) {
      const waiting = this.#waiting(operator);
      if (waiting) return waiting;
    }
    return this.#because(otherReason(name), operator);
  }

  #because(reason: NoOutputReason, operator: OperatorInfo, more: Partial<NoOutput> = {}): NoOutput {
    const first = firstOutputStep(this.#run);
    return {
      reason,
      operator,
      table: '',
      partition: -1,
      neededMs: Number.NaN,
      watermarkMs: Number.NaN,
      rows: operator.inputs.reduce((sum, input) => sum + this.#sent[input]!, 0),
      firstOutput: Number.isFinite(first) ? first + 1 : -1,
      ...more,
    };
  }

  /** What a time-driven operator waits for; null if time is not what it lacks. */
  #waiting(operator: OperatorInfo): NoOutput | null {
    const neededMs = this.#needed(operator);
    const watermarks = operator.inputs.map((input) => this.#watermark(input));
    const least = watermarks.reduce((a, b) => Math.min(a, b), Infinity);
    if (isEndOfTime(least) || least >= neededMs) return null;
    const holder = operator.inputs[watermarks.indexOf(least)];
    const held = holder === undefined ? null : this.#holder(operator, holder, neededMs);
    if (held) return { ...held, neededMs };
    const furthest = Math.max(...watermarks);
    if (watermarks.length > 1 && furthest > least && furthest >= neededMs)
      return this.#because('held-by-input', operator, {
        table: this.#sourceOf(holder ?? -1),
        neededMs,
        watermarkMs: finite(least),
      });
    const reason = this.#openEnd(operator) === null ? 'waits-for-watermark' : 'window-open';
    return this.#because(reason, operator, { neededMs, watermarkMs: finite(least) });
  }

  /** The watermark at which the operator could send something. */
  #needed(operator: OperatorInfo): number {
    const end = this.#openEnd(operator);
    if (end !== null) return end - 1;
    const times = operator.inputs.map((input) => this.#firstMs[input]!);
    const probe = operator.name === 'TemporalJoin' ? times[0]! : Math.min(...times);
    return Number.isNaN(probe) ? Infinity : probe;
  }

  /** The soonest end of a window that has rows and has not fired. */
  #openEnd(operator: OperatorInfo): number | null {
    const own = new Set([operator.id]);
    for (let at = operator.inputs[0]; at !== undefined; ) {
      const below: OperatorInfo | undefined = this.#run.operators[at];
      if (!below || !['Exchange', 'Calc', 'LocalWindowAggregate', 'WindowTableFunction'].includes(below.name))
        break;
      own.add(below.id);
      at = below.inputs[0];
    }
    const ends = this.#index.windows
      .filter(
        ({ operator: at, rowSteps, mergedStep }) =>
          own.has(at) &&
          (rowSteps[0] ?? Infinity) < this.#position &&
          (mergedStep < 0 || mergedStep >= this.#position),
      )
      .map(({ endMs }) => endMs);
    return ends.length > 0 ? Math.min(...ends) : null;
  }

  /** The input that holds a watermark back: one whose source is silent, or a partition of one. */
  #holder(operator: OperatorInfo, input: number, neededMs: number): NoOutput | null {
    const at = this.#run.operators[input];
    if (!at) return null;
    const watermarkMs = finite(this.#watermark(input));
    if (at.inputs.length === 0) {
      const table = at.table ?? '';
      const info = this.#run.tables.find(({ name }) => name === table);
      const parted = this.#partition(table, info?.partitions ?? 1, neededMs);
      if (parted)
        return this.#because(parted.reason, operator, { table, partition: parted.partition, watermarkMs });
      return this.#sent[input] === 0
        ? this.#because('held-by-input', operator, { table, watermarkMs })
        : null;
    }
    const least = Math.min(...at.inputs.map((below) => this.#watermark(below)));
    for (const below of at.inputs) {
      if (this.#watermark(below) !== least) continue;
      const found = this.#holder(operator, below, neededMs);
      if (found) return found;
    }
    const furthest = Math.max(...at.inputs.map((below) => this.#watermark(below)));
    if (at.inputs.length > 1 && furthest > least && furthest >= neededMs) {
      const slow = at.inputs.find((below) => this.#watermark(below) === least) ?? -1;
      return this.#because('held-by-input', operator, { table: this.#sourceOf(slow), watermarkMs });
    }
    return null;
  }

  /** A partition without rows, or one whose rows stay behind what is needed while another's do not. */
  #partition(
    table: string,
    partitions: number,
    neededMs: number,
  ): { readonly reason: 'silent-partition' | 'slow-partition'; readonly partition: number } | null {
    if (partitions < 2) return null;
    const furthest = new Float64Array(partitions).fill(-Infinity);
    this.#arrivals.forEach((arrival, input) => {
      const partition = arrival.partition ?? 0;
      // One that has ended keeps nobody waiting.
      const ms = arrival.closes ? Infinity : (this.#run.eventTimeMs[input] ?? -Infinity);
      if (arrival.table === table) furthest[partition] = Math.max(furthest[partition] ?? -Infinity, ms);
    });
    const silent = furthest.indexOf(-Infinity);
    if (silent >= 0) return { reason: 'silent-partition', partition: silent };
    const least = Math.min(...furthest);
    if (Math.max(...furthest) > neededMs && least <= neededMs)
      return { reason: 'slow-partition', partition: furthest.indexOf(least) };
    return null;
  }

  /** The table an operator reads in the end. */
  #sourceOf(id: number): string {
    let at = this.#run.operators[id];
    while (at && at.inputs.length > 0) at = this.#run.operators[at.inputs[0] ?? -1];
    return at?.table ?? '';
  }

  /** The last watermark an operator sent; -Infinity for none. */
  #watermark(id: number): number {
    const track = this.#index.watermarks.get(id);
    const before = this.#index.slice.watermarkBefore[id] ?? Number.NaN;
    let last = Number.isNaN(before) ? -Infinity : before;
    track?.step.forEach((step, place) => {
      if (step < this.#position) last = track.value[place] ?? last;
    });
    return last;
  }
}

const finite = (ms: number): number => (Number.isFinite(ms) ? ms : Number.NaN);

const isInner = (operator: OperatorInfo): boolean =>
  operator.attributes.some(([key, value]) => key === 'joinType' && /^\[?(Inner|LeftSemi)/.test(value));

function otherReason(name: string): NoOutputReason {
  if (name === 'LookupJoin') return 'lookup-found-nothing';
  if (name === 'TemporalJoin') return 'no-version';
  if (name === 'IntervalJoin') return 'no-match-in-interval';
  if (name === 'Join' || name === 'WindowJoin') return 'no-match';
  return MINI_BATCH.has(name) ? 'mini-batch' : 'kept';
}
