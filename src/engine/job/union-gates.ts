import type { PhysicalNode } from '../plan/physical.ts';
import type { Port } from '../runtime/port.ts';
import type { TraceLog } from '../trace/trace-log.ts';
import type { Row } from '../types/logical-type.ts';

interface Arrived {
  readonly kind: number;
  readonly row: Row;
  /** What it happened under, in a trace. */
  readonly cause: number;
}
interface Gate {
  readonly ports: readonly Port[];
  /** What has arrived at each input. */
  arrived: Arrived[][];
}

/** Whether two inputs of a union come from one node: what that one sends at once then waits on two ways. */
export function hasSharedInputs(node: PhysicalNode): boolean {
  const seen = new Set<PhysicalNode>();
  const collect = (below: PhysicalNode, own: Set<PhysicalNode>): void => {
    if (own.has(below)) return;
    own.add(below);
    for (const input of below.inputs) collect(input, own);
  };
  return node.inputs.some((input) => {
    const own = new Set<PhysicalNode>();
    collect(input, own);
    const isShared = [...own].some((n) => seen.has(n));
    for (const n of own) seen.add(n);
    return isShared;
  });
}

/**
 * The ways into unions whose inputs have something in common. Flink's tasks empty one channel after the other: all that one row (or one tick of the clock)
 * makes arrive at the first input comes before any of it at the second. The two inputs of a join take turns instead.
 */
export class UnionGates {
  readonly #trace: TraceLog | null;
  #waiting: Gate[] = [];
  #isOpening = false;
  areThere = false;

  constructor(trace: TraceLog | null) {
    this.#trace = trace;
  }

  /** Ports before those of a union. */
  before(ports: readonly Port[]): readonly Port[] {
    this.areThere = true;
    const trace = this.#trace;
    const gate: Gate = { ports, arrived: ports.map(() => []) };
    return ports.map((port, i) => ({
      row: (kind, row) => {
        if (gate.arrived.every((list) => list.length === 0)) this.#waiting.push(gate);
        gate.arrived[i]!.push({ kind, row, cause: trace?.current ?? -1 });
      },
      watermark: (ms) => {
        this.#let(gate);
        port.watermark(ms);
      },
      idle: (isIdle) => {
        this.#let(gate);
        port.idle(isIdle);
      },
    }));
  }

  /** Lets everything that waits in. */
  open(): void {
    if (this.#isOpening || this.#waiting.length === 0) return;
    this.#isOpening = true;
    try {
      for (let gate = this.#waiting.shift(); gate !== undefined; gate = this.#waiting.shift())
        this.#let(gate);
    } finally {
      this.#isOpening = false;
    }
  }

  #let(gate: Gate): void {
    const { arrived, ports } = gate;
    if (arrived.every((list) => list.length === 0)) return;
    gate.arrived = ports.map(() => []);
    const trace = this.#trace;
    const before = trace?.current ?? -1;
    for (const [i, list] of arrived.entries())
      for (const { kind, row, cause } of list) {
        if (trace) trace.current = cause;
        ports[i]!.row(kind, row);
      }
    if (trace) trace.current = before;
  }
}
