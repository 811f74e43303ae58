import type { Config } from '../../catalog/config.ts';
import type { PhysicalNode } from '../../plan/physical.ts';
import { miniBatchOf } from '../physical/mini-batch.ts';

type Check = (config: Config) => void;

const isBoolean =
  (key: string): Check =>
  (config) =>
    config.boolean(key, false);
const isInteger =
  (key: string): Check =>
  (config) =>
    config.integer(key, 0);
const isDuration =
  (key: string): Check =>
  (config) =>
    config.durationMs(key, 0);
const isOneOf =
  (key: string, type: string, values: readonly string[]): Check =>
  (config) =>
    config.oneOf(key, type, values);

const EXECUTION = 'ExecutionConfigOptions$';

/** Options that every plan looks at. */
const OF_ALL: readonly Check[] = [
  isOneOf('execution.runtime-mode', 'org.apache.flink.api.common.RuntimeExecutionMode', [
    'STREAMING',
    'BATCH',
    'AUTOMATIC',
  ]),
  isBoolean('table.optimizer.join-reorder-enabled'),
  isBoolean('table.optimizer.reuse-sub-plan-enabled'),
  isOneOf(
    'table.optimizer.non-deterministic-update.strategy',
    'OptimizerConfigOptions$NonDeterministicUpdateStrategy',
    ['TRY_RESOLVE', 'IGNORE'],
  ),
  isOneOf('table.exec.uid.generation', `${EXECUTION}UidGeneration`, ['PLAN_ONLY', 'ALWAYS', 'DISABLED']),
  isBoolean('table.exec.simplify-operator-name-enabled'),
  isOneOf('table.exec.sink.not-null-enforcer', `${EXECUTION}NotNullEnforcer`, ['ERROR', 'DROP']),
  isOneOf('table.exec.sink.type-length-enforcer', `${EXECUTION}TypeLengthEnforcer`, [
    'IGNORE',
    'TRIM_PAD',
    'ERROR',
  ]),
  isOneOf('table.exec.sink.upsert-materialize', `${EXECUTION}UpsertMaterialize`, ['NONE', 'AUTO', 'FORCE']),
  isOneOf('table.exec.sink.keyed-shuffle', `${EXECUTION}SinkKeyedShuffle`, ['NONE', 'AUTO', 'FORCE']),
  isInteger('parallelism.default'),
  isInteger('table.exec.resource.default-parallelism'),
  isDuration('execution.checkpointing.interval'),
];

const isStateLasting = isDuration('table.exec.state.ttl');
const isAsync = isBoolean('table.exec.async-state.enabled');
const hasPhases = isOneOf('table.optimizer.agg-phase-strategy', 'AggregatePhaseStrategy', [
  'AUTO',
  'ONE_PHASE',
  'TWO_PHASE',
]);
const isSplit = isBoolean('table.optimizer.distinct-agg.split.enabled');
const hasBundles = isInteger('table.exec.mini-batch.size');

/** Options that operators look at. */
const OF_KIND: Partial<Record<PhysicalNode['kind'], readonly Check[]>> = {
  GroupAggregate: [hasPhases, isSplit, hasBundles, isStateLasting, isAsync],
  GroupWindowAggregate: [hasBundles],
  WindowAggregate: [hasPhases, isSplit],
  GlobalWindowAggregate: [hasPhases, isSplit],
  OverAggregate: [isStateLasting],
  Join: [isStateLasting, isAsync],
  Rank: [isStateLasting, isInteger('table.exec.rank.topn-cache-size'), isAsync],
};

/** Refuses the options that a plan looks at and that say nothing it understands. Throws `SqlError`. */
export function checkOptions(root: PhysicalNode, config: Config): void {
  for (const check of OF_ALL) check(config);
  const seen = new Set<PhysicalNode['kind']>();
  const visit = (node: PhysicalNode): void => {
    for (const input of node.inputs) visit(input);
    if (!seen.has(node.kind)) for (const check of OF_KIND[node.kind] ?? []) check(config);
    seen.add(node.kind);
  };
  visit(root);
  miniBatchOf(config);
}
