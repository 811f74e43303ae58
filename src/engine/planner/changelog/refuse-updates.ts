import { plainError } from '../../base/refusal.ts';
import { describeNode } from '../../plan/explain.ts';
import { type ChangelogMode, Mode, type PhysicalNode, printMode } from '../../plan/physical.ts';

/** A way out for whoever meets a plan that Flink cannot make. */
export const KINDS_HINT =
  'Flink cannot plan this over rows that are inserted and deleted but never updated: read a table whose changes have -U and +U, or aggregate before.';

/**
 * A Top-N, a union and a ChangelogNormalize ask for updates even an input that inserts and deletes but never updates: a defect of Flink. What makes its own
 * changes then stumbles over its own kinds; what hands them on ends at a source that cannot, which gives null.
 * @param modeOf What a node sends when nobody asks for updates.
 */
export function refuseUpdates(
  node: PhysicalNode,
  asked: 'ONLY_UPDATE_AFTER' | 'BEFORE_AND_AFTER',
  modeOf: (node: PhysicalNode) => ChangelogMode,
): null {
  const mode = modeOf(node);
  if ((mode & ~Mode.I) === 0) return null;
  if (node.kind !== 'TableSourceScan' && !handsChangesOn(node))
    throw plainError(
      'plan',
      'update-kind-conflict',
      'TableException',
      `UpdateKindTrait [${asked}] conflicts with ModifyKindSetTrait ${printMode(mode)}. This is a bug in planner, please file an issue. \nCurrent node is ${describeNode(node)}.`,
      null,
      KINDS_HINT,
      node,
    );
  for (const input of node.inputs) refuseUpdates(input, asked, modeOf);
  return null;
}

/** Whether what leaves a node is what came in, row by row. */
const handsChangesOn = ({ kind }: PhysicalNode): boolean =>
  [
    'Calc',
    'Correlate',
    'Exchange',
    'Expand',
    'LookupJoin',
    'ReplicateRows',
    'TemporalJoin',
    'Union',
    'WatermarkAssigner',
    'WindowTableFunction',
  ].includes(kind);
