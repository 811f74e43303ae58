import type { OverAggregate, PhysicalAggregate } from '../plan/physical.ts';

/** The functions of an OVER window as they are executed: in a bounded frame rows are taken back. */
export function overCalls(node: OverAggregate): readonly PhysicalAggregate[] {
  const isBounded = node.group.lower.type !== 'UNBOUNDED PRECEDING';
  return node.group.calls.map((c) => ({ ...c, needsRetraction: isBounded }));
}
