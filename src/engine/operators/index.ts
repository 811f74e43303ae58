import type { Config } from '../catalog/config.ts';
import { partitionsOf } from '../connectors/connectors.ts';
import { isDeduplicate } from '../plan/explain-rank.ts';
import type { Field } from '../plan/logical.ts';
import type { Calc, PhysicalNode, Rank } from '../plan/physical.ts';
import { callsFunction } from '../plan/rex-tools.ts';
import { isBatch } from '../planner/physical/batch.ts';
import { miniBatchOf } from '../planner/physical/mini-batch.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { isRowtime } from '../types/logical-type.ts';
import { createBatchOver } from './batch-over.ts';
import { createBatchSortLimit } from './batch-sort-limit.ts';
import { bundled, type Keeps } from './bundle.ts';
import { createCalc } from './calc.ts';
import { createChangelogNormalize } from './changelog-normalize.ts';
import { createCollect } from './collect.ts';
import { createCorrelate } from './correlate.ts';
import { createDeduplicate } from './deduplicate.ts';
import { createExpand } from './expand.ts';
import { createGroupAggregate } from './group-aggregate.ts';
import { createGroupWindowAggregate } from './group-window-aggregate.ts';
import { createIncrementalAggregate } from './incremental-aggregate.ts';
import { calcBelow, picksColumns } from './input-view.ts';
import { createIntervalJoin } from './interval-join.ts';
import { createJoin } from './join.ts';
import { createLocalWindowAggregate } from './local-window-aggregate.ts';
import { createLookupJoin } from './lookup-join.ts';
import { createMatch } from './match.ts';
import { createLocalGroupAggregate, createMiniBatchAggregate } from './mini-batch-aggregate.ts';
import { createMiniBatchAssigner } from './mini-batch-assigner.ts';
import { createMultiJoin } from './multi-join.ts';
import { createOverAggregate } from './over-aggregate.ts';
import { createRank } from './rank.ts';
import { createReplicateRows } from './replicate-rows.ts';
import { createSessionAggregate, createSessionTableFunction } from './session-windows.ts';
import { createSink } from './sink.ts';
import { createSource, createValues } from './source.ts';
import { createDropUpdateBefore, createExchange, createWindowTableFunction } from './stateless.ts';
import { createTemporalJoin } from './temporal-join.ts';
import { createTemporalSort } from './temporal-sort.ts';
import { createUnion } from './union.ts';
import { createWatermarkAssigner } from './watermark-assigner.ts';
import { createWindowAggregate } from './window-aggregate.ts';
import { createWindowJoin } from './window-join.ts';
import { createWindowRank } from './window-rank.ts';

/** The Calcs next to an operator whose work it takes over: one for each input, and one over its output. */
export interface Fusion {
  readonly below: readonly (Calc | null)[];
  readonly above: Calc | null;
}

/** Makes the operator of a plan node, its output going to `next`. */
export function createOperator(
  node: PhysicalNode,
  { below, above }: Fusion,
  config: Config,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const fused = below[0] ?? null;
  const intervalMs = config.durationMs('pipeline.auto-watermark-interval', 0);
  const ttlMs = isBatch(config) ? 0 : config.durationMs('table.exec.state.ttl', 0);
  const size = miniBatchOf(config)?.size ?? 0;
  const inBundles = (
    operator: StreamOperator,
    key: readonly number[],
    fields: readonly Field[],
    keeps: Keeps,
  ): StreamOperator =>
    size > 0
      ? bundled(
          operator,
          key,
          key.map((k) => fields[k]!.type),
          size,
          keeps,
          context,
        )
      : operator;
  switch (node.kind) {
    case 'TableSourceScan':
      return createSource(node, partitionsOf(node.table) ?? 1, intervalMs, context, next);
    case 'Values':
      return createValues(node, context, next);
    case 'Calc':
      return createCalc(node, context, next);
    case 'WatermarkAssigner':
      return createWatermarkAssigner(
        node,
        intervalMs,
        config.durationMs('table.exec.source.idle-timeout', 0),
        context,
        next,
      );
    case 'Exchange':
      return createExchange(next);
    case 'MiniBatchAssigner':
      return createMiniBatchAssigner(node, context, next);
    case 'LocalGroupAggregate':
      return createLocalGroupAggregate(node, size, context, next);
    case 'IncrementalGroupAggregate':
      return createIncrementalAggregate(node, size, context, next);
    case 'GlobalGroupAggregate':
      return createMiniBatchAggregate(node, size, ttlMs, context, next);
    case 'GroupAggregate':
      return size > 0
        ? createMiniBatchAggregate(node, size, ttlMs, context, next)
        : createGroupAggregate(node, fused, ttlMs, context, next);
    case 'GroupWindowAggregate':
      return node.window.kind === 'SESSION'
        ? createSessionAggregate(node, fused, context, next)
        : createGroupWindowAggregate(node, fused, context, next);
    case 'WindowTableFunction':
      return node.window.kind === 'SESSION'
        ? createSessionTableFunction(node, context, next)
        : createWindowTableFunction(node, context, next);
    case 'LocalWindowAggregate':
      return createLocalWindowAggregate(node, fused, context, next);
    case 'WindowAggregate':
    case 'GlobalWindowAggregate':
      return node.window.kind === 'SESSION'
        ? createSessionAggregate(node, null, context, next)
        : createWindowAggregate(node, context, next);
    case 'ChangelogNormalize':
      return inBundles(createChangelogNormalize(node, ttlMs, context, next), node.key, node.fields, 'last');
    case 'DropUpdateBefore':
      return createDropUpdateBefore(next);
    case 'Union':
      return createUnion(node.inputs.length, next);
    case 'Rank':
      if (!isDeduplicate(node)) return createRank(node, fused, ttlMs, context, next);
      return inBundles(
        createDeduplicate(
          node,
          ttlMs,
          config.boolean('table.exec.deduplicate.insert-update-after-sensitive-enabled', true),
          context,
          next,
        ),
        node.partition,
        node.inputs[0]!.fields,
        keptInBundle(node),
      );
    case 'SortLimit':
      if (isBatch(config)) return createBatchSortLimit(node, context, next);
      return createRank(node, null, ttlMs, context, next);
    case 'Limit':
      return createRank(node, null, ttlMs, context, next);
    case 'WindowRank':
    case 'WindowDeduplicate':
      return createWindowRank(node, context, next);
    case 'TemporalSort':
      return createTemporalSort(node, context, next);
    case 'OverAggregate':
      return createOverAggregate(node, ttlMs, context, next);
    case 'Collect':
      return createCollect(node, context, next);
    case 'BatchOver':
      return createBatchOver(node, context, next);
    case 'Expand':
      return createExpand(node, context, next);
    case 'Correlate':
      return createCorrelate(node, context, next);
    case 'Match':
      return createMatch(node, context, next);
    case 'ReplicateRows':
      return createReplicateRows(next);
    case 'Join':
      return createJoin(node, below, above, ttlMs, size, context, next);
    case 'MultiJoin':
      return createMultiJoin(node, ttlMs, context, next);
    case 'IntervalJoin':
      return createIntervalJoin(node, config, context, next);
    case 'WindowJoin':
      return createWindowJoin(node, context, next);
    case 'LookupJoin':
      return createLookupJoin(node, context, next);
    case 'TemporalJoin':
      return createTemporalJoin(node, below, above, ttlMs, context, next);
    case 'Sink':
      return createSink(node, config, context, next);
  }
}

/** By processing time one row of a bundle decides; by event time each is compared. */
function keptInBundle(node: Rank): Keeps {
  const first = node.order[0]!;
  if (isRowtime(node.inputs[0]!.fields[first.column]!.type)) return 'all';
  return first.descending ? 'last' : 'first';
}

/** The Calcs (behind exchanges) that a stateful operator can compute itself: what it needs of a row as it comes must be plain columns of the row below. */
export function fusibleBelow(node: PhysicalNode, config: Config): readonly (Calc | null)[] {
  return node.inputs.map((input) => {
    const calc = calcBelow(input);
    return calc && isFusible(calc) && computes(node, calc, config) ? calc : null;
  });
}

/** Whether an operator can compute the Calc that reads it: it then makes that one's rows in the place of its own. */
export const fusesAbove = (node: PhysicalNode, calc: Calc): boolean =>
  isFusible(calc) &&
  (node.kind === 'TemporalJoin' ||
    (node.kind === 'Join' && node.joinType !== 'semi' && node.joinType !== 'anti'));

/** CURRENT_WATERMARK asks for the watermark of the Calc's own place. */
const isFusible = (calc: Calc): boolean =>
  ![...calc.exprs, calc.condition].some((e) => e !== null && callsFunction(e, 'CURRENT_WATERMARK'));

function computes(node: PhysicalNode, calc: Calc, config: Config): boolean {
  const isPlain = (column: number): boolean => calc.exprs[column]!.kind === 'InputRef';
  switch (node.kind) {
    case 'GroupAggregate':
      return !miniBatchOf(config) && node.groups.every(isPlain);
    case 'LocalWindowAggregate':
      return [...node.groups, node.window.time].every(isPlain);
    case 'Join':
    case 'TemporalJoin':
      return picksColumns(calc);
    case 'Rank':
      return node.strategy.kind === 'AppendFast' && picksColumns(calc) && !isDeduplicate(node);
    default:
      return false;
  }
}
