import type { LogicalJoin, LogicalMultiJoin, LogicalNode } from '../../plan/logical.ts';
import { literal } from '../../plan/rex.ts';
import { collectRefs, shiftRefs } from '../../plan/rex-tools.ts';
import { BOOLEAN, notNull, regularType } from '../../types/logical-type.ts';
import { intervalOf } from './join-interval.ts';
import { plainTimes, retype } from './join-rules.ts';
import { convertOperand, mapInputs, type Pruned } from './logical-tools.ts';
import { multiJoinKeys } from './multi-join-keys.ts';

const TRUE = literal(true, notNull(BOOLEAN));

/**
 * Makes of every INNER or LEFT join, binary ones too, a multi-way join, and of one whose left input is a multi-way join with the same key one with an input more
 * (`table.optimizer.multi-join.enabled`, Flink's JoinToMultiJoinRule). Joins by time keep their own operators.
 */
export function makeMultiJoins(given: LogicalNode): LogicalNode {
  const node = mapInputs(given, makeMultiJoins);
  if (node.kind !== 'Join' || !isRegular(node)) return node;
  const { inputs, joinType, condition, hints } = node;
  const [left, right] = inputs;
  const [leftTtl, rightTtl] = [hints?.leftTtl ?? null, hints?.rightTtl ?? null];
  const first: Pick<LogicalMultiJoin, 'inputs' | 'joinTypes' | 'conditions' | 'ttls'> =
    left.kind === 'MultiJoin' && hasCommonKey(left, node)
      ? left
      : { inputs: [left], joinTypes: ['inner'], conditions: [TRUE], ttls: [leftTtl] };
  return {
    kind: 'MultiJoin',
    inputs: [...first.inputs, right],
    joinTypes: [...first.joinTypes, joinType],
    conditions: [...first.conditions, condition],
    ttls: [...first.ttls, rightTtl],
    fields: node.fields,
  };
}

function isRegular(join: LogicalJoin): join is LogicalJoin & { joinType: 'inner' | 'left' } {
  if (join.joinType !== 'inner' && join.joinType !== 'left') return false;
  if (join.asOf !== null || join.lookup || join.refusal) return false;
  const [left, right] = join.inputs;
  return intervalOf(join, retype(join.condition, [...left.fields, ...right.fields])) === null;
}

const hasCommonKey = (left: LogicalMultiJoin, join: LogicalJoin): boolean =>
  (multiJoinKeys(
    [...left.inputs, join.inputs[1]].map((input) => input.fields.length),
    [...left.conditions, join.condition],
  )?.common[0]?.length ?? 0) > 0;

/**
 * Multi-way joins with columns of the same types are one to Flink's planner, which knows them by nothing else (FlinkLogicalMultiJoin explains no terms): the
 * first of them stands for all, even for one above it.
 */
export function mistakeMultiJoins(root: LogicalNode): LogicalNode {
  const known = new Map<string, LogicalNode>();
  const visit = (given: LogicalNode): LogicalNode => {
    const node = mapInputs(given, visit);
    if (node.kind !== 'MultiJoin') return node;
    const types = JSON.stringify(node.fields.map((f) => f.type));
    const first = known.get(types) ?? node;
    known.set(types, first);
    return first;
  };
  return visit(root);
}

/** Keeps of every input what is asked for and what conditions read, under the names it had (ProjectMultiJoinTransposeRule). */
export function pruneMultiJoin(
  node: LogicalMultiJoin,
  needed: readonly number[],
  select: (input: LogicalNode, columns: readonly number[]) => LogicalNode,
): Pruned {
  const used = new Set(needed);
  for (const condition of node.conditions) collectRefs(condition, used);
  const kept = node.fields.map((_, i) => i).filter((i) => used.has(i));
  const at = node.fields.map((_, i) => kept.indexOf(i));
  let start = 0;
  const inputs = node.inputs.map((input) => {
    const [from, to] = [start, start + input.fields.length];
    start = to;
    return select(
      input,
      kept.filter((i) => i >= from && i < to).map((i) => i - from),
    );
  });
  const conditions = node.conditions.map((c) => shiftRefs(c, (i) => at[i]!));
  return { node: { ...node, inputs, conditions, fields: kept.map((i) => node.fields[i]!) }, at };
}

/** It reads its inputs' time attributes as plain timestamps. */
export function materializeMultiJoin(node: LogicalMultiJoin): LogicalNode {
  const inputs = node.inputs.map(plainTimes);
  const types = inputs.flatMap((input) => input.fields);
  return {
    ...node,
    inputs,
    conditions: node.conditions.map((c) => convertOperand(retype(c, types), true)),
    fields: node.fields.map((f) => ({ ...f, type: regularType(f.type) })),
  };
}
