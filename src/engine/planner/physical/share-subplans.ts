import type { Config } from '../../catalog/config.ts';
import { physicalLine } from '../../plan/explain.ts';
import type { PhysicalNode, Sink, Union } from '../../plan/physical.ts';
import { withNullable } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';

const isReusing = (config: Config): boolean => config.boolean('table.optimizer.reuse-sub-plan-enabled', true);

/**
 * Makes the equal parts of several plans one, as Flink reuses sub-plans of a job: equal nodes over equal inputs, with equal changelog modes, become the
 * same object, so that a table read by several statements is read once.
 */
export function shareSubplans(plans: readonly Sink[], config: Config): readonly Sink[] {
  if (!isReusing(config)) return plans;
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

/** The plans of several statements as one job. */
export const shareAll = (plans: readonly Sink[], config: Config): readonly Sink[] =>
  shareSubplans(shareSinks(plans, config), config);

/** Several INSERTs into one table become one sink over their union, where rows of the same kinds come as the same columns (Flink's SinkReuser). */
export function shareSinks(plans: readonly Sink[], config: Config): readonly Sink[] {
  if (!isReusing(config) || !config.boolean('table.optimizer.reuse-sink-enabled', true)) return plans;
  const groups = new Map<string | Sink, Sink[]>();
  for (const plan of plans) {
    const key = plan.table ? sinkDigest(plan) : plan;
    const group = groups.get(key);
    if (group) group.push(plan);
    else groups.set(key, [plan]);
  }
  return [...groups.values()].map((group): Sink => {
    const first = group[0]!;
    if (group.length === 1) return first;
    const { fields, mode } = first.inputs[0]!;
    const union: Union = { kind: 'Union', inputs: group.map((sink) => sink.inputs[0]!), fields, mode };
    return { ...first, inputs: [union] };
  });
}

function sinkDigest({ table, targetColumns, upsertMaterialize, inputs }: Sink): string {
  const { fields, mode } = inputs[0]!;
  const types = fields.map(({ type }) => printType(withNullable(type, true)));
  return [table!.path.join('.'), targetColumns?.join() ?? '', upsertMaterialize, mode, ...types].join('|');
}
