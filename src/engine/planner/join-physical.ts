import type { LogicalJoin } from '../plan/logical.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import { splitJoinCondition } from './join-keys.ts';
import { physicalLookupJoin } from './join-lookup.ts';
import { physicalTemporalJoin } from './join-temporal.ts';
import { exchange } from './physical-tools.ts';

/** A join over its planned inputs, both brought together by the columns that must be equal. */
export function physicalJoin(
  node: LogicalJoin,
  left: PhysicalNode,
  right: PhysicalNode,
  isStream: boolean,
): PhysicalNode {
  if (node.lookup) return physicalLookupJoin(node, left, right, isStream);
  if (node.asOf !== null) return physicalTemporalJoin(node, left, right, exchange);
  const keys = splitJoinCondition(
    node.interval?.rest ?? node.windowJoin?.rest ?? node.condition,
    left.fields.length,
  );
  const inputs = [exchange(left, keys.leftKeys), exchange(right, keys.rightKeys)];
  const common = {
    inputs,
    fields: node.fields,
    mode: 0,
    joinType: node.joinType,
    condition: node.condition,
    ...keys,
  };
  if (node.interval) return { kind: 'IntervalJoin', ...common, bounds: node.interval };
  if (node.windowJoin)
    return { kind: 'WindowJoin', ...common, condition: node.windowJoin.rest, spec: node.windowJoin };
  return { kind: 'Join', ...common, ...(node.hints ? { hints: node.hints } : {}) };
}
