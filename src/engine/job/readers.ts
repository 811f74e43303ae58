import type { PhysicalNode, Sink } from '../plan/physical.ts';
import type { Port } from '../runtime/port.ts';

/** Who takes in what an operator sends. */
export interface Reader {
  readonly port: Port;
  /** Exchanges between it and its sink. */
  readonly hops: number;
  /** Whether there is one on the way to its sink: what fails there is a task of its own and keeps no row from other readers. */
  readonly isApart: boolean;
}

/** One output read by several operators: each gets every row and watermark, in the order of the statements. */
export function broadcast(readers: readonly Reader[]): Port {
  const ports = readers.map((r) => r.port);
  return {
    row(kind, row) {
      let at = 0;
      try {
        for (; at < ports.length; at++) ports[at]!.row(kind, row);
      } catch (error) {
        if (readers[at]!.isApart) for (at++; at < ports.length; at++) ports[at]!.row(kind, row);
        throw error;
      }
    },
    watermark(ms) {
      for (const port of ports) port.watermark(ms);
    },
    idle(isIdle) {
      for (const port of ports) port.idle(isIdle);
    },
  };
}

/** Readers of one output, in the order in which what they make of a row arrives: by a shorter way first, else as in the plan. */
export const inOrder = (readers: readonly Reader[]): Reader[] =>
  [...readers].reverse().sort((a, b) => a.hops - b.hops);

/** For every node, how many exchanges lie between it and its sink on the shortest way. */
export function hopsToSink(plans: readonly Sink[]): ReadonlyMap<PhysicalNode, number> {
  const hops = new Map<PhysicalNode, number>();
  const visit = (node: PhysicalNode, above: number): void => {
    if ((hops.get(node) ?? Infinity) <= above) return;
    hops.set(node, above);
    for (const input of node.inputs) visit(input, above + (node.kind === 'Exchange' ? 1 : 0));
  };
  for (const plan of plans) visit(plan, 0);
  return hops;
}
