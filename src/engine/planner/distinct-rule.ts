import type { LogicalNode } from '../plan/logical.ts';
import { ref } from '../plan/rex.ts';
import { imageOf, type Key, sorted } from './keys.ts';
import { logicalKeys } from './logical-keys.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/** A DISTINCT over rows that are distinct already goes away (Flink's FlinkAggregateRemoveRule). */
export function removeNeedlessDistinct(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, removeNeedlessDistinct);
  if (n.kind !== 'Aggregate' || n.calls.length > 0 || n.groups.length === 0 || n.sets) return n;
  const isUnique = uniqueKeys(n.input).some((key) => key.every((c) => n.groups.includes(c)));
  if (!isUnique) return n;
  const exprs = n.groups.map((g) => ref(g, n.input.fields[g]!.type));
  return mergeCalc({ kind: 'Calc', input: n.input, exprs, condition: null, fields: n.fields });
}

/** Columns that tell a node's rows apart; more than upsert keys, which must also hold while changes arrive out of order. */
export function uniqueKeys(node: LogicalNode): readonly Key[] {
  switch (node.kind) {
    case 'Join':
      return node.joinType === 'semi' || node.joinType === 'anti' ? uniqueKeys(node.inputs[0]) : [];
    case 'Calc':
      return uniqueKeys(node.input).flatMap((key) =>
        imageOf(key, (i) =>
          node.exprs.flatMap((e, at) => (e.kind === 'InputRef' && e.index === i ? [at] : [])),
        ),
      );
    case 'Aggregate':
      return [sorted(node.groups.map((_, i) => i))];
    default:
      return logicalKeys(node) ?? [];
  }
}
