import { physicalLine } from '../plan/explain.ts';
import type { PhysicalNode, Sink } from '../plan/physical.ts';

/**
 * Makes the equal parts of several plans one, as Flink reuses sub-plans of a job: equal nodes over equal inputs, with equal changelog modes, become the
 * same object, so that a table read by several statements is read once.
 */
export function shareSubplans(plans: readonly Sink[]): readonly Sink[] {
  const known = new Map<string, PhysicalNode>();
  const ids = new Map<PhysicalNode, number>();
  const share = (node: PhysicalNode): PhysicalNode => {
    const inputs = node.inputs.map(share);
    const key = `${physicalLine(node)}|${node.mode}|${node.fields.map((f) => f.name).join()}|${inputs.map((input) => ids.get(input)).join()}`;
    const same = known.get(key);
    if (same) return same;
    const made: PhysicalNode = inputs.every((input, i) => input === node.inputs[i])
      ? node
      : { ...node, inputs };
    known.set(key, made);
    ids.set(made, ids.size);
    return made;
  };
  return plans.map((plan) => ({ ...plan, inputs: plan.inputs.map(share) }));
}
