import { plainError } from '../../base/refusal.ts';
import { temporalJoinTree } from '../../plan/explain-logical.ts';
import { INITIAL_VERSIONS, splitJoinCondition } from '../../plan/join-keys.ts';
import { upsertKeys } from '../../plan/keys.ts';
import type { LogicalJoin } from '../../plan/logical.ts';
import type { PhysicalNode } from '../../plan/physical.ts';
import { call, type Rex, type RexCall, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { conjuncts } from '../../plan/rex-tools.ts';
import { BOOLEAN, isProctime, notNull } from '../../types/logical-type.ts';
import { mergePhysicalCalc } from './calc.ts';
import { noProcessingTimeVersions } from './lookup-join.ts';

const flag = notNull(BOOLEAN);

/** A temporal join over its planned inputs. Its versions come as the source sends them: nothing is made of upserts in between. */
export function physicalTemporalJoin(
  node: LogicalJoin,
  left: PhysicalNode,
  normalized: PhysicalNode,
  exchange: (input: PhysicalNode, keys: readonly number[]) => PhysicalNode,
): PhysicalNode {
  const right = asSent(normalized);
  const width = left.fields.length;
  const parts = conjuncts(node.condition);
  const versions = parts.find((p): p is RexCall => p.kind === 'Call' && p.operator === INITIAL_VERSIONS)!;
  const others = parts.filter((p) => p !== versions);
  const keys = splitJoinCondition(and(others), width);
  const known = (upsertKeys(right) ?? []).filter((k) => k.length > 0);
  const key = known.find((k) => k.every((c) => keys.rightKeys.includes(c)));
  if (!key) throw noPrimaryKey(node, known[0], keys);
  if (isProctime(left.fields[node.asOf!]!.type)) throw noProcessingTimeVersions();
  if (filters(right)) {
    throw plainError(
      'plan',
      'temporal-filter',
      'TableException',
      'Filter is not allowed for right changelog input of event time temporal join, it will corrupt the versioning of data. Please consider removing the filter before joining.',
      null,
    );
  }
  const primaryKey = call(
    '__TEMPORAL_JOIN_CONDITION_PRIMARY_KEY',
    key.map((c) => ref(width + c, right.fields[c]!.type)),
    flag,
  );
  const [leftTime, rightTime, leftKey, rightKey] = versions.operands;
  const condition = and([
    ...others,
    call('__TEMPORAL_JOIN_CONDITION', [leftTime!, rightTime!, primaryKey, leftKey!, rightKey!], flag),
  ]);
  return {
    kind: 'TemporalJoin',
    inputs: [exchange(left, keys.leftKeys), exchange(right, keys.rightKeys)],
    fields: node.fields,
    mode: 0,
    joinType: node.joinType,
    condition,
    ...keys,
    leftTime: (leftTime as Extract<Rex, { kind: 'InputRef' }>).index,
    rightTime: (rightTime as Extract<Rex, { kind: 'InputRef' }>).index - width,
  };
}

/** The keys of the versioned table do not lie within the columns that are equal, or there are none. */
function noPrimaryKey(
  join: LogicalJoin,
  known: readonly number[] | undefined,
  { leftKeys, rightKeys }: { readonly leftKeys: readonly number[]; readonly rightKeys: readonly number[] },
): Error {
  const [left, right] = join.inputs;
  const names = known?.map((c) => join.fields[left.fields.length + c]!.name).join(',');
  const equal = leftKeys.map((k, i) => `${left.fields[k]!.name}=${right.fields[rightKeys[i]!]!.name}`);
  return plainError(
    'plan',
    'temporal-no-primary-key',
    'ValidationException',
    names === undefined
      ? `Temporal Table Join requires primary key in versioned table, but no primary key can be found. The physical plan is:\n${temporalJoinTree(join, join.asOf!)}`
      : `Temporal table's primary key [${names}] must be included in the equivalence condition of temporal join, but current temporal join condition is [${equal.join(',')}].`,
    null,
  );
}

function asSent(node: PhysicalNode): PhysicalNode {
  switch (node.kind) {
    case 'ChangelogNormalize':
      return node.inputs[0]!.inputs[0]!;
    case 'Calc':
      return mergePhysicalCalc({ ...node, inputs: [asSent(node.inputs[0]!)] });
    case 'WatermarkAssigner':
      return { ...node, inputs: node.inputs.map(asSent) };
    default:
      return node;
  }
}

function filters(node: PhysicalNode): boolean {
  if (node.kind === 'Calc') return node.condition !== null || filters(node.inputs[0]!);
  return node.kind === 'WatermarkAssigner' && filters(node.inputs[0]!);
}
