import type { SqlError } from '../base/diagnostic.ts';
import { Random } from '../base/random.ts';
import type { Config } from '../catalog/config.ts';
import { partitionsOf } from '../connectors/connectors.ts';
import { createOperator, fusesAbove, fusibleBelow } from '../operators/index.ts';
import { handsOnAll } from '../operators/sink.ts';
import type { SourceOperator } from '../operators/source.ts';
import type { Calc, PhysicalNode, Sink, TableSourceScan, Values } from '../plan/physical.ts';
import { isBatch } from '../planner/physical/batch.ts';
import type { Port } from '../runtime/port.ts';
import type { Inspected, OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { Step } from '../trace/trace-log.ts';
import type { Row } from '../types/logical-type.ts';
import { CLOSING, type Inputs, type ParsedInput } from './inputs.ts';
import { broadcast, hopsToSink, inOrder, type Reader } from './readers.ts';
import { hasSharedInputs, UnionGates } from './union-gates.ts';
import {
  type Collector,
  codeFor,
  collected,
  type Movement,
  observed,
  reporterOf,
  type Watchers,
} from './watch.ts';

export interface JobOptions extends Watchers {
  readonly config: Config;
  readonly startMs: number;
  readonly seed: number;
  readonly zone: string;
  readonly canGenerate: boolean;
  /** Who hears what reaches a sink. */
  readonly collector: (sink: number) => Collector;
}

/** Thrown to leave a run in the middle. */
const STOP = new Error('stopped');

interface Running {
  readonly operator: StreamOperator;
  readonly id: number;
}

/** Every node of the plans, inputs before those who read them; a node's place is its operator's id in every trace. */
export function operatorOrder(plans: readonly Sink[]): PhysicalNode[] {
  const order: PhysicalNode[] = [];
  const visit = (node: PhysicalNode): void => {
    if (order.includes(node)) return;
    node.inputs.forEach(visit);
    order.push(node);
  };
  plans.forEach(visit);
  return order;
}

/**
 * A running job: operators wired by direct calls, driven one input at a time. Nothing happens by itself: the caller pushes rows, moves the clock, and
 * ends the input. What it did can be saved between two inputs and gone back to.
 */
export class Job {
  readonly #options: JobOptions;
  readonly #order: readonly PhysicalNode[];
  readonly #running: Running[] = [];
  readonly #sources: { readonly table: string; readonly source: SourceOperator }[] = [];
  /** Tables whose rows are all there at the start. */
  readonly #bounded = new Set<string>();
  readonly #byTable = new Map<string, SourceOperator[]>();
  readonly #clockDriven: StreamOperator[] = [];
  readonly #random: Random;
  readonly #gates: UnionGates;
  readonly #isBatch: boolean;
  /** What it dies of as it starts. */
  readonly #uncompiled: SqlError | null;
  #nowMs: number;
  #lastOrder = 0;
  /** How many inputs there were. */
  #taken = 0;
  #turn = 0;
  readonly #movement: Movement;
  /** A step does more than to be counted. */
  #isWatched = false;
  /** Watermarks make no steps of their own now. */
  #isOneStep = false;
  /** Steps after which to stop, for looking at the state in between. */
  #stopAt = Infinity;

  constructor(plans: readonly Sink[], options: JobOptions) {
    this.#options = options;
    this.#order = operatorOrder(plans);
    this.#movement = {
      watermarks: new Float64Array(this.#order.length).fill(Number.NaN),
      hasMoved: false,
      goesOn: false,
      begins: () => this.#watermarkStep(),
    };
    this.#nowMs = options.startMs;
    this.#isBatch = isBatch(options.config);
    this.#random = new Random(options.seed);
    this.#gates = new UnionGates(options.trace);
    this.#uncompiled = plans.find(({ uncompiled }) => uncompiled)?.uncompiled ?? null;
    this.#build(this.#uncompiled ? [] : plans);
    this.#isWatched = options.trace !== null || this.#gates.areThere;
    this.#movement.goesOn = !this.#isWatched;
    for (const { operator } of this.#running) if (operator.nextClockMs) this.#clockDriven.push(operator);
  }

  // -------------------------------------------------------------- wiring

  /** Makes the operators, those that read before those they read from, so that every one knows where its output goes. */
  #build(plans: readonly Sink[]): void {
    const { config, trace } = this.#options;
    const readers = new Map<PhysicalNode, Reader[]>();
    const isExchange = ({ kind }: PhysicalNode): boolean => kind === 'Exchange';
    const readBy = (node: PhysicalNode, port: Port, reader: PhysicalNode): void => {
      const way = hops.get(reader)!;
      const isApart = way > 0 || isExchange(reader) || reader.inputs.some(isExchange);
      readers.set(node, [...(readers.get(node) ?? []), { port, hops: way, isApart }]);
    };
    const hops = hopsToSink(plans);
    const uses = this.#usesOfNodes();
    const above = new Map<PhysicalNode, Calc>();
    for (let id = this.#order.length - 1; id >= 0; id--) {
      const node = this.#order[id]!;
      const sink = plans.indexOf(node as Sink);
      const to = inOrder(readers.get(node) ?? []);
      // A Calc whose every reader computes it itself.
      if (sink < 0 && to.length === 0) continue;
      const read = to.length === 1 ? to[0]!.port : broadcast(to);
      const next = sink >= 0 ? collected(this.#options.collector(sink), id, this.#options) : read;
      // At full speed exchanges are no hop and Calcs are computed by the operator above them.
      if (node.kind === 'Exchange' && !trace) {
        readBy(node.inputs[0]!, next, node);
        continue;
      }
      const input = node.inputs[0];
      const isOnlyReader = input !== undefined && uses.get(input) === 1 && !readers.has(input);
      if (node.kind === 'Calc' && !trace && isOnlyReader && fusesAbove(input, node)) {
        above.set(input, node);
        readBy(input, next, node);
        continue;
      }
      const below = trace ? [] : fusibleBelow(node, config);
      const operator = createOperator(
        node,
        { below, above: above.get(node) ?? null },
        config,
        this.#context(id),
        observed(node, id, next, this.#options, this.#movement),
      );
      this.#running.push({ operator, id });
      if (node.kind === 'TableSourceScan' || node.kind === 'Values')
        this.#addSource(node, operator as SourceOperator);
      const isGated = node.kind === 'Union' && !this.#isBatch && hasSharedInputs(node);
      const ways = isGated ? this.#gates.before(operator.ports) : operator.ports;
      for (let i = node.inputs.length - 1; i >= 0; i--)
        readBy(below[i]?.inputs[0] ?? node.inputs[i]!, ways[i]!, node);
    }
    this.#running.reverse();
    this.#sources.reverse();
    if (this.#gates.areThere)
      for (const [i, { table, source }] of this.#sources.entries())
        this.#sources[i] = { table, source: this.#opening(source) };
    for (const { table, source } of this.#sources)
      this.#byTable.set(table, [...(this.#byTable.get(table) ?? []), source]);
  }

  /** How many nodes read each. */
  #usesOfNodes(): ReadonlyMap<PhysicalNode, number> {
    const uses = new Map<PhysicalNode, number>();
    for (const node of this.#order)
      for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
    return uses;
  }

  #addSource(node: TableSourceScan | Values, source: SourceOperator): void {
    const table = node.kind === 'TableSourceScan' ? node.table.path.join('.') : '';
    this.#sources.push({ table, source });
    // In batch mode every table is bounded, and none ends before the others.
    if (!this.#isBatch && node.kind === 'TableSourceScan' && node.table.options.get('bounded') === 'true')
      this.#bounded.add(table);
  }

  /** A source whose rows get to the end of every way before the next one comes. */
  #opening(source: SourceOperator): SourceOperator {
    const gates = this.#gates;
    return {
      ...source,
      start() {
        source.start();
        gates.open();
      },
      push(partition, kind, row) {
        source.push(partition, kind, row);
        gates.open();
      },
      close(partition) {
        source.close(partition);
        gates.open();
      },
      end() {
        source.end();
        gates.open();
      },
    };
  }

  #context(id: number): OperatorContext {
    return {
      zone: this.#options.zone,
      code: this.#options.canGenerate ? codeFor(this.#options) : null,
      nowMs: this.#isBatch ? () => this.#options.startMs : () => this.#nowMs,
      random: () => this.#random.next(),
      watermarkMs: () => null,
      order: () => ++this.#lastOrder,
      turn: () => this.#taken,
      tickMs: this.#order.some(isPartitioned) ? TICK_MS : 0,
      reporter: reporterOf(id, this.#options),
    };
  }

  #beginStep(kind: number): void {
    const { steps, trace } = this.#options;
    this.#gates.open();
    if (steps && steps.count >= this.#stopAt) throw STOP;
    if (kind === Step.clock) steps?.beginTick(this.#turn, this.#nowMs);
    else steps?.begin(kind, this.#turn);
    trace?.beginStep();
    if (trace) trace.current = -1;
  }

  /** What `work` does is one step, however many watermarks move. */
  #oneStep(kind: number, work: () => void): void {
    this.#isOneStep = true;
    this.#movement.goesOn = false;
    this.#beginStep(kind);
    work();
    this.#isOneStep = false;
    this.#movement.goesOn = !this.#isWatched;
  }

  #watermarkStep(): void {
    this.#movement.hasMoved = true;
    if (!this.#isOneStep) this.#beginStep(Step.watermark);
  }

  // -------------------------------------------------------------- driving

  /**
   * Turn 0: literals send their rows, and bounded tables all of theirs, for they are there before anything else arrives. Throws what the code that
   * Flink generates dies of.
   */
  start(inputs: Iterable<ParsedInput>): void {
    if (this.#uncompiled) throw this.#uncompiled;
    if (!this.#isBatch) this.#startLiterals();
    if (this.#bounded.size === 0) return;
    for (const { table, partition, kind, row } of inputs) {
      if (!this.#bounded.has(table)) continue;
      if (this.#options.steps) this.#beginStep(Step.row);
      this.#give(table, partition, kind, row);
    }
    this.#end(this.#sources.filter(({ table }) => this.#bounded.has(table)));
  }

  #startLiterals(): void {
    const literals = this.#sources.filter(({ table }) => table === '');
    if (literals.length > 0) {
      this.#oneStep(Step.start, () => {
        for (const { source } of literals) source.start();
      });
    }
  }

  /** Whether the table's rows are taken by `start`. */
  isBounded(table: string): boolean {
    return this.#bounded.size > 0 && this.#bounded.has(table);
  }

  /** Whether the job reads the table. */
  reads(table: string): boolean {
    return this.#byTable.has(table);
  }

  /** The rows that follow are caused by input `turn - 1`. */
  beginTurn(turn: number): void {
    this.#turn = turn;
  }

  /** The input being worked off, counted from 1; one past the last at the end of input. */
  get turn(): number {
    return this.#turn;
  }

  /** Inputs `from` up to `to` arrive, each at its time; those of bounded tables were there at the start. */
  feed(inputs: Inputs, from: number, to: number): void {
    if (this.#isWatched) {
      for (let i = from; i < to; i++) this.#arrive(inputs, i);
      return;
    }
    const { startMs, steps } = this.#options;
    const { origins, originIds, rows, atMs } = inputs;
    const hasTimers = this.#clockDriven.length > 0;
    let origin = -1;
    let [table, partition, kind] = ['', 0, 0];
    let sources: readonly SourceOperator[] | null = null;
    let source: SourceOperator | null = null;
    for (let i = from; i < to; i++) {
      this.#turn = i + 1;
      const nowMs = startMs + atMs[i]!;
      if (hasTimers) this.advanceClock(nowMs);
      else if (nowMs > this.#nowMs) this.#nowMs = nowMs;
      if (originIds[i] !== origin) {
        origin = originIds[i]!;
        const next = origins[origin]!;
        ({ partition, kind } = next);
        if (sources === null || next.table !== table) {
          table = next.table;
          sources = this.isBounded(table) ? null : this.sourceOf(table);
          source = sources?.length === 1 ? sources[0]! : null;
        }
      }
      if (sources === null) continue;
      if (steps !== null) steps.beginInput(i + 1);
      this.#taken++;
      if (kind === CLOSING) this.#give(table, partition, CLOSING, rows[i]!);
      else if (source !== null) source.push(partition, kind, rows[i]!);
      else for (let s = 0; s < sources.length; s++) sources[s]!.push(partition, kind, rows[i]!);
    }
  }

  /** Input `i` of a job that is watched. Calls of its own, so that those of `feed` keep their targets. */
  #arrive(inputs: Inputs, i: number): void {
    const { table, partition, kind } = inputs.originOf(i);
    this.#turn = i + 1;
    this.advanceClock(this.#options.startMs + inputs.atMs[i]!);
    if (!this.isBounded(table)) this.push(table, partition, kind, inputs.rows[i]!);
  }

  /** One row arrives, now, or a partition ends. */
  push(table: string, partition: number, kind: number, row: Row): void {
    if (this.#options.steps) this.#beginStep(Step.row);
    this.#taken++;
    this.#give(table, partition, kind, row);
  }

  #give(table: string, partition: number, kind: number, row: Row): void {
    for (const source of this.sourceOf(table)) {
      if (kind === CLOSING) source.close(partition);
      else source.push(partition, kind, row);
    }
  }

  /** Straight to a source, for callers with many rows for the same table: rows given so count as one input. */
  sourceOf(table: string): readonly SourceOperator[] {
    return this.#byTable.get(table) ?? [];
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Processing time passes: timers fire in order, each at its own time. */
  advanceClock(toMs: number): void {
    while (this.#clockDriven.length > 0) {
      let due: StreamOperator | null = null;
      let at = Infinity;
      for (const operator of this.#clockDriven) {
        const own = operator.nextClockMs!();
        const isEarlier = own === at && due !== null && orderOf(operator) < orderOf(due);
        if (own < at || isEarlier) {
          at = own;
          due = operator;
        }
      }
      if (due === null || at > toMs) break;
      this.#nowMs = Math.max(this.#nowMs, at);
      const { steps, trace } = this.#options;
      this.#movement.hasMoved = false;
      this.#oneStep(Step.clock, () => {
        due.onClock!(this.#nowMs);
        this.#gates.open();
      });
      // A tick at which nothing happened is no step.
      if (steps?.isUneventful && !this.#movement.hasMoved) {
        steps.dropTick();
        trace?.stepStart.pop();
      }
    }
    if (toMs > this.#nowMs) this.#nowMs = toMs;
  }

  /** Every source that has not ended yet does: the last watermark, source by source. */
  end(): void {
    if (this.#isBatch) this.#startLiterals();
    this.#end(this.#sources.filter(({ table }) => table !== '' && !this.#bounded.has(table)));
  }

  #end(sources: readonly { readonly source: SourceOperator }[]): void {
    for (const { source } of sources) {
      this.#oneStep(Step.end, () => source.end());
    }
  }

  // -------------------------------------------------------------- state

  inspectAt(id: number): Inspected | null {
    return this.#running.find((r) => r.id === id)?.operator.inspect() ?? null;
  }

  /** Gives the rows of a sink's table, those that came first first, where the operator above it holds just them in its state; null else. */
  standing(sink: Sink): (() => readonly Row[]) | null {
    if (!handsOnAll(sink, this.#options.config)) return null;
    let node = sink.inputs[0]!;
    while (node.kind === 'Exchange') node = node.inputs[0]!;
    const id = this.#order.indexOf(node);
    return this.#running.find((r) => r.id === id)?.operator.standing ?? null;
  }

  /** Does `work` until `steps` steps are done; what it was in the middle of stays undone. */
  stopAfter(steps: number, work: () => void): void {
    this.#stopAt = steps;
    this.#isWatched = true;
    this.#movement.goesOn = false;
    try {
      work();
    } catch (signal) {
      if (signal !== STOP) throw signal;
    }
    this.#stopAt = Infinity;
  }

  /** The last watermark each operator has sent on, for those that only pass it on worked out from their inputs; `before` where this job has sent none. */
  lastWatermarks(before?: Float64Array): Float64Array {
    const out = this.#movement.watermarks.slice();
    for (const [id, node] of this.#order.entries()) {
      if (!Number.isNaN(out[id]!)) continue;
      if (before && node.inputs.length === 0) out[id] = before[id]!;
      else if (node.inputs.length > 0) {
        const least = Math.min(...node.inputs.map((input) => out[this.#order.indexOf(input)]!));
        out[id] = Number.isNaN(least) && before ? before[id]! : least;
      }
    }
    return out;
  }

  snapshot(): JobState {
    return {
      nowMs: this.#nowMs,
      lastOrder: this.#lastOrder,
      taken: this.#taken,
      random: this.#random.state,
      operators: new Map(this.#running.map(({ id, operator }) => [id, operator.snapshot()])),
    };
  }

  restore(state: JobState): void {
    this.#nowMs = state.nowMs;
    this.#lastOrder = state.lastOrder;
    this.#taken = state.taken;
    this.#random.state = state.random;
    for (const { id, operator } of this.#running)
      if (state.operators.has(id)) operator.restore(state.operators.get(id));
  }

  /** About how many entries a snapshot copies. */
  stateSize(): number {
    return this.#running.reduce((sum, { operator }) => sum + (operator.size?.() ?? 0), 0);
  }
}

/** Sources that make watermarks by partition make them as often as this, which sets the pace of the whole job. */
const TICK_MS = 5;
const isPartitioned = (node: PhysicalNode): boolean =>
  node.kind === 'TableSourceScan' && partitionsOf(node.table) !== null;

const orderOf = (operator: StreamOperator): number => operator.clockOrder?.() ?? 0;

export interface JobState {
  readonly nowMs: number;
  readonly lastOrder: number;
  readonly taken: number;
  readonly random: number;
  readonly operators: ReadonlyMap<number, unknown>;
}
