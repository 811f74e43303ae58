import type { Config } from '../catalog/config.ts';
import { partitionsOf } from '../connectors/connectors.ts';
import type { Calc, PhysicalNode } from '../plan/physical.ts';
import { callsFunction } from '../plan/rex-tools.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { createCalc } from './calc.ts';
import { createChangelogNormalize } from './changelog-normalize.ts';
import { createGroupAggregate } from './group-aggregate.ts';
import { createGroupWindowAggregate } from './group-window-aggregate.ts';
import { isDeduplicate } from '../plan/explain.ts';
import { createDeduplicate } from './deduplicate.ts';
import { createExpand } from './expand.ts';
import { createReplicateRows } from './replicate-rows.ts';
import { createOverAggregate } from './over-aggregate.ts';
import { createRank } from './rank.ts';
import { createTemporalSort } from './temporal-sort.ts';
import { createSink } from './sink.ts';
import { createSource, createValues } from './source.ts';
import { createDropUpdateBefore, createExchange, createWindowTableFunction } from './stateless.ts';
import { createUnion } from './union.ts';
import { createWatermarkAssigner } from './watermark-assigner.ts';
import { createLocalWindowAggregate, createWindowAggregate } from './window-aggregate.ts';

/** Makes the operator of a plan node, its output going to `next`; `fused` is a Calc below whose work it takes over. */
export function createOperator(node: PhysicalNode, fused: Calc | null, config: Config, context: OperatorContext, next: Port): StreamOperator {
  const intervalMs = config.durationMs('pipeline.auto-watermark-interval', 0);
  const ttlMs = config.durationMs('table.exec.state.ttl', 0);
  switch (node.kind) {
    case 'TableSourceScan':
      return createSource(node, partitionsOf(node.table) ?? 1, intervalMs, context, next);
    case 'Values':
      return createValues(node, context, next);
    case 'Calc':
      return createCalc(node, context, next);
    case 'WatermarkAssigner':
      return createWatermarkAssigner(node, intervalMs, config.durationMs('table.exec.source.idle-timeout', 0), context, next);
    case 'Exchange':
      return createExchange(next);
    case 'GroupAggregate':
      return createGroupAggregate(node, fused, ttlMs, context, next);
    case 'GroupWindowAggregate':
      return createGroupWindowAggregate(node, fused, context, next);
    case 'WindowTableFunction':
      return createWindowTableFunction(node, context, next);
    case 'LocalWindowAggregate':
      return createLocalWindowAggregate(node, fused, context, next);
    case 'WindowAggregate':
    case 'GlobalWindowAggregate':
      return createWindowAggregate(node, context, next);
    case 'ChangelogNormalize':
      return createChangelogNormalize(node, ttlMs, context, next);
    case 'DropUpdateBefore':
      return createDropUpdateBefore(next);
    case 'Union':
      return createUnion(node.inputs.length, next);
    case 'Rank':
      return isDeduplicate(node)
        ? createDeduplicate(node, ttlMs, config.boolean('table.exec.deduplicate.insert-update-after-sensitive-enabled', true), context, next)
        : createRank(node, ttlMs, context, next);
    case 'SortLimit':
    case 'Limit':
      return createRank(node, ttlMs, context, next);
    case 'TemporalSort':
      return createTemporalSort(node, context, next);
    case 'OverAggregate':
      return createOverAggregate(node, ttlMs, context, next);
    case 'Expand':
      return createExpand(node, context, next);
    case 'ReplicateRows':
      return createReplicateRows(next);
    case 'Sink':
      return createSink(node, config, context, next);
  }
}

/** The Calc (behind an exchange) that a stateful operator can compute itself: its keys and time must be plain columns of the row below. */
export function fusibleCalc(node: PhysicalNode): Calc | null {
  if (node.kind !== 'GroupAggregate' && node.kind !== 'LocalWindowAggregate') return null;
  let below = node.inputs[0]!;
  if (below.kind === 'Exchange') below = below.inputs[0]!;
  if (below.kind !== 'Calc') return null;
  const calc = below;
  // CURRENT_WATERMARK asks for the watermark of the Calc's own place.
  if ([...calc.exprs, calc.condition].some((e) => e !== null && callsFunction(e, 'CURRENT_WATERMARK'))) return null;
  const columns = node.kind === 'LocalWindowAggregate' ? [...node.groups, node.window.time] : node.groups;
  return columns.every((c) => calc.exprs[c]!.kind === 'InputRef') ? calc : null;
}
