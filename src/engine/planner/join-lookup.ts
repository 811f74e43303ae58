import { partitionsOf, sourceKinds } from '../connectors/connectors.ts';
import type { LogicalJoin } from '../plan/logical.ts';
import { kindsOf, type LookupJoin, Mode, type PhysicalNode } from '../plan/physical.ts';
import type { Rex, RexLiteral } from '../plan/rex.ts';
import { splitJoinCondition } from './join-keys.ts';
import { conjuncts } from './logical-tools.ts';
import { mergePhysicalCalc } from './physical-calc.ts';
import { exchange } from './physical-tools.ts';
import { plainError } from './plan-error.ts';

/** A lookup join: only the left side is a stream, the right one is asked row by row. */
export function physicalLookupJoin(
  node: LogicalJoin,
  left: PhysicalNode,
  right: PhysicalNode,
  isStream: boolean,
): LookupJoin {
  const table = node.lookup!;
  const path = table.path.join('.');
  // A table that is only scanned is not asked: what stands in it is not known at a processing time.
  if (partitionsOf(table) !== null || (isStream && table.watermark))
    throw plainError(
      'plan',
      'processing-time-temporal-join',
      'TableException',
      'Processing-time temporal join is not supported yet.',
      null,
    );
  const width = left.fields.length;
  const keys = splitJoinCondition(node.condition, width);
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

/** Conditions that are checked on the table's rows alone. */
export function tableConditions(right: PhysicalNode): {
  readonly names: readonly string[];
  readonly parts: readonly Rex[];
} {
  if (right.kind !== 'Calc' || !right.condition) return { names: [], parts: [] };
  return { names: right.inputs[0]!.fields.map((f) => f.name), parts: conjuncts(right.condition) };
}

/** Columns that a table is asked for by a constant. */
export const constantKeys = (right: PhysicalNode): (readonly [column: string, value: RexLiteral])[] => {
  const { names, parts } = tableConditions(right);
  return parts.flatMap((part) => {
    if (part.kind !== 'Call' || part.operator !== '=') return [];
    const [a, b] =
      part.operands[0]!.kind === 'InputRef' ? part.operands : [part.operands[1], part.operands[0]];
    return a?.kind === 'InputRef' && b?.kind === 'Literal' ? [[names[a.index]!, b] as const] : [];
  });
};
