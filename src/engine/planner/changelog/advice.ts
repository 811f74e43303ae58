import type { Config } from '../../catalog/config.ts';
import { isMergeable } from '../../plan/aggregate-methods.ts';
import type { PhysicalNode, Sink } from '../../plan/physical.ts';
import { findNonDeterminism } from './non-determinism.ts';

const NONE = 'No available advice...';

/** What EXPLAIN PLAN_ADVICE adds: two phases for aggregates that could have them, and warnings of non-deterministic updates. */
export function adviceFor(plans: readonly Sink[], config: Config): string {
  const findings = plans
    .flatMap((plan) => findNonDeterminism(plan, true))
    .filter((f) => !f.lookup?.upsertMaterialize);
  // What cannot be resolved is told first, and alone.
  const warning = findings.find((f) => f.kind !== 'lookup') ?? findings[0];
  const suggestion = twoPhases(plans, config);
  const all = [
    ...(suggestion === null ? [] : [`[ADVICE] ${suggestion}`]),
    ...(warning ? [`[WARNING] ${warning.message}`] : []),
  ];
  return all.length === 0 ? NONE : all.map((text, i) => `advice[${i + 1}]: ${text}`).join('\n');
}

function twoPhases(plans: readonly Sink[], config: Config): string | null {
  const isSplittable = (node: PhysicalNode): boolean =>
    node.kind === 'GroupAggregate' && node.inputs[0]!.kind === 'Exchange' && node.calls.every(isMergeable);
  if (!plans.some((plan) => someNode(plan, isSplittable))) return null;
  const missing: string[] = [];
  if (config.string('table.optimizer.agg-phase-strategy', 'AUTO').toUpperCase() === 'ONE_PHASE')
    missing.push("'table.optimizer.agg-phase-strategy' to 'AUTO'");
  if (!config.boolean('table.exec.mini-batch.enabled', false))
    missing.push("'table.exec.mini-batch.enabled' to 'true'");
  if (config.durationMs('table.exec.mini-batch.allow-latency', 0) <= 0)
    missing.push("'table.exec.mini-batch.allow-latency' to a positive long value");
  if (config.integer('table.exec.mini-batch.size', -1) <= 0)
    missing.push("'table.exec.mini-batch.size' to a positive long value");
  return missing.length === 0
    ? null
    : `You might want to enable local-global two-phase optimization by configuring (${missing.join(', ')}).`;
}

function someNode(node: PhysicalNode, test: (node: PhysicalNode) => boolean): boolean {
  return test(node) || node.inputs.some((input) => someNode(input, test));
}
