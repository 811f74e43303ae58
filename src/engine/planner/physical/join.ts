import type { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { joinNames, splitJoinCondition } from '../../plan/join-keys.ts';
import type { LogicalJoin, LogicalMultiJoin } from '../../plan/logical.ts';
import type { PhysicalNode } from '../../plan/physical.ts';
import { isRowtime } from '../../types/logical-type.ts';
import { multiJoinKeys } from '../rules/multi-join-keys.ts';
import { physicalLookupJoin } from './lookup-join.ts';
import { exchange } from './physical-tools.ts';
import { physicalTemporalJoin } from './temporal-join.ts';

/** A join over its planned inputs, both brought together by the columns that must be equal. */
export function physicalJoin(
  node: LogicalJoin,
  left: PhysicalNode,
  right: PhysicalNode,
  isStream: boolean,
): PhysicalNode {
  if (node.lookup) return physicalLookupJoin(node, left, right);
  if (node.asOf !== null) return physicalTemporalJoin(node, left, right, exchange);
  // Batch mode keeps no state that a time could bound.
  const interval = isStream ? node.interval : undefined;
  const windowJoin = isStream ? node.windowJoin : undefined;
  const rest = interval?.rest ?? windowJoin?.rest ?? node.condition;
  const keys = splitJoinCondition(rest, left.fields.length);
  const inputs = [exchange(left, keys.leftKeys), exchange(right, keys.rightKeys)];
  const common = {
    inputs,
    fields: node.fields,
    mode: 0,
    joinType: node.joinType,
    condition: node.condition,
    ...keys,
  };
  if (interval) return { kind: 'IntervalJoin', ...common, bounds: interval };
  if (windowJoin) {
    if (!isRowtime(windowJoin.window.timeType)) throw refuseProctime();
    // Inputs may have kept the names of their windows.
    const names = joinNames(left.fields, right.fields);
    const fields = node.fields.map((f, i) => ({ ...f, name: names[i]! }));
    const readAs = node.fields.map((f) => f.name);
    return { kind: 'WindowJoin', ...common, fields, condition: windowJoin.rest, spec: windowJoin, readAs };
  }
  return { kind: 'Join', ...common, ...(node.hints ? { hints: node.hints } : {}) };
}

const refuseProctime = (): SqlError =>
  plainError(
    'plan',
    'proctime-window-join',
    'TableException',
    'Processing time Window Join is not supported yet.',
    null,
  );

/** A multi-way join over its planned inputs, all brought together by the key they share. */
export function physicalMultiJoin(node: LogicalMultiJoin, inputs: readonly PhysicalNode[]): PhysicalNode {
  const { conditions, joinTypes, ttls, fields } = node;
  const widths = inputs.map((input) => input.fields.length);
  const found = multiJoinKeys(widths, conditions);
  const keys = found?.common ?? widths.map(() => []);
  return {
    kind: 'MultiJoin',
    inputs: inputs.map((input, i) => exchange(input, keys[i]!)),
    fields,
    mode: 0,
    joinTypes,
    conditions,
    ttls,
    keys,
    ownKeys: found?.own ?? keys,
  };
}
