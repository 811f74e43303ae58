import { plainError } from '../../base/refusal.ts';
import { partitionsOf, sourceKinds } from '../../connectors/connectors.ts';
import { type JoinKeys, splitJoinCondition } from '../../plan/join-keys.ts';
import type { LogicalJoin } from '../../plan/logical.ts';
import { askedColumn, constantKeys } from '../../plan/lookup-keys.ts';
import { kindsOf, type LookupJoin, Mode, type PhysicalNode } from '../../plan/physical.ts';
import { call, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { conjuncts } from '../../plan/rex-tools.ts';
import { BOOLEAN, withNullable } from '../../types/logical-type.ts';
import { mergePhysicalCalc } from './calc.ts';
import { exchange } from './physical-tools.ts';

/** What Flink says of a join with the versions of a table that hold at a processing time. */
export const noProcessingTimeVersions = (): Error =>
  plainError(
    'plan',
    'processing-time-temporal-join',
    'TableException',
    'Processing-time temporal join is not supported yet.',
    null,
  );

/** A lookup join: only the left side is a stream, the right one is asked row by row. */
export function physicalLookupJoin(node: LogicalJoin, left: PhysicalNode, right: PhysicalNode): LookupJoin {
  const table = node.lookup!;
  const path = table.path.join('.');
  // A table that is only scanned is not asked: what stands in it is not known at a processing time.
  if (partitionsOf(table) !== null) throw noProcessingTimeVersions();
  const width = left.fields.length;
  const keys = askable(splitJoinCondition(node.condition, width), left, right);
  if (keys.filterNulls.includes(false)) {
    const at = keys.filterNulls.indexOf(false);
    throw plainError(
      'plan',
      'lookup-null-safe',
      'TableException',
      `LookupJoin doesn't support join condition contains 'a IS NOT DISTINCT FROM b' (or alternative '(a = b) or (a IS NULL AND b IS NULL)'), the join condition is 'IS NOT DISTINCT FROM($${keys.leftKeys[at]}, $${width + keys.rightKeys[at]!})'`,
      null,
    );
  }
  if (keys.leftKeys.length === 0 && constantKeys(right).length === 0) {
    throw plainError(
      'plan',
      'lookup-no-key',
      'TableException',
      `Temporal table join requires an equality condition on fields of table [${path}].`,
      null,
    );
  }
  return {
    kind: 'LookupJoin',
    inputs: [node.hints?.lookup?.shuffles ? exchange(left, keys.leftKeys) : left, unnormalized(right)],
    fields: node.fields,
    mode: 0,
    joinType: node.joinType,
    condition: node.condition,
    ...keys,
    table,
    upsertMaterialize: false,
    hint: node.hints?.lookup ?? null,
  };
}

/** The keys that a table can be asked by: its own columns. What equals something computed of them is only looked at afterwards. */
function askable(keys: JoinKeys, left: PhysicalNode, right: PhysicalNode): JoinKeys {
  const isAsked = (i: number): boolean => !keys.filterNulls[i] || askedColumn(right, keys.rightKeys[i]!) >= 0;
  const [asked, rest] = [true, false].map((is) =>
    [...keys.rightKeys.keys()].filter((i) => isAsked(i) === is),
  );
  if (rest!.length === 0) return keys;
  const width = left.fields.length;
  const equal = rest!.map((i) => {
    const [l, r] = [keys.leftKeys[i]!, keys.rightKeys[i]!];
    const sides = [ref(l, left.fields[l]!.type), ref(width + r, right.fields[r]!.type)];
    return call(
      '=',
      sides,
      withNullable(
        BOOLEAN,
        sides.some((side) => side.type.nullable),
      ),
    );
  });
  return {
    leftKeys: asked!.map((i) => keys.leftKeys[i]!),
    rightKeys: asked!.map((i) => keys.rightKeys[i]!),
    filterNulls: asked!.map(() => true),
    residual: and([...equal, ...(keys.residual ? conjuncts(keys.residual) : [])]),
  };
}

/** The table as its changes come, whatever a stream of it would be made to. */
function unnormalized(node: PhysicalNode): PhysicalNode {
  switch (node.kind) {
    case 'ChangelogNormalize':
      return unnormalized(node.inputs[0]!.inputs[0]!);
    case 'Calc':
      return mergePhysicalCalc({ ...node, inputs: [unnormalized(node.inputs[0]!)] });
    case 'WatermarkAssigner':
      return { ...node, inputs: node.inputs.map(unnormalized) };
    default:
      return node;
  }
}

/** The table's side with the kinds of change that its source sends. */
export function withSourceModes(node: PhysicalNode): PhysicalNode {
  if (node.kind === 'TableSourceScan') {
    const kinds = sourceKinds(node.table);
    const all = Mode.I | Mode.UB | Mode.UA | Mode.D;
    const mode = kindsOf(all).reduce((sum, kind, i) => sum | (kinds.has(kind) ? 1 << i : 0), 0);
    return { ...node, mode };
  }
  const inputs = node.inputs.map(withSourceModes);
  return { ...node, inputs, mode: inputs[0]?.mode ?? node.mode };
}
