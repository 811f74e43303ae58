import type { AggregateCall, LogicalNode } from '../plan/logical.ts';
import { type Rex, ref } from '../plan/rex.ts';
import { imageOf, type Key, sorted } from './keys.ts';
import { logicalKeys } from './logical-keys.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';
import { castTo } from './rex-build.ts';

/** What aggregates to itself over a single row. */
const isOfOneRow = ({ name, args, filter }: AggregateCall): boolean =>
  (name === 'SUM' || name === 'MIN' || name === 'MAX') && filter < 0 && args.length === 1;

/** An aggregate of groups that have one row each goes away (Flink's FlinkAggregateRemoveRule). */
export function removeNeedlessAggregates(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, removeNeedlessAggregates);
  if (n.kind !== 'Aggregate' || !n.calls.every(isOfOneRow) || n.groups.length === 0 || n.sets) return n;
  const isUnique = uniqueKeys(n.input).some((key) => key.every((c) => n.groups.includes(c)));
  if (!isUnique) return n;
  const column = (i: number): Rex => ref(i, n.input.fields[i]!.type);
  const exprs = [...n.groups.map(column), ...n.calls.map(({ args, type }) => castTo(column(args[0]!), type))];
  return mergeCalc({ kind: 'Calc', input: n.input, exprs, condition: null, fields: n.fields });
}

/** Columns that tell a node's rows apart; more than upsert keys, which must also hold while changes arrive out of order. */
export function uniqueKeys(node: LogicalNode): readonly Key[] {
  switch (node.kind) {
    case 'Join':
      return node.joinType === 'semi' || node.joinType === 'anti' ? uniqueKeys(node.inputs[0]) : [];
    case 'Calc':
      if (node.input.kind === 'Rank') return logicalKeys(node) ?? [];
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
