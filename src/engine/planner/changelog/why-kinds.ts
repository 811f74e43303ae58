import { sinkKinds } from '../../connectors/connectors.ts';
import type { KindsReason } from '../../engine-api.ts';
import { Mode, type PhysicalNode } from '../../plan/physical.ts';

interface Why {
  readonly reason: KindsReason;
  /** Who settled it; null where nobody below has a say. */
  readonly by: PhysicalNode | null;
}

/**
 * Why a node sends the kinds of change it sends, told from the finished plan: the way down to the first operator that could not do without the -U,
 * or to the sink where nobody asks for it. (`infer-changelog.ts` decides; this explains.)
 */
export function whyKinds(node: PhysicalNode, plan: readonly PhysicalNode[]): Why {
  const { mode } = node;
  if (node.kind === 'Sink') return { reason: 'sink', by: null };
  if ((mode & ~Mode.I) === 0) return { reason: 'inserts-only', by: null };
  if ((mode & Mode.UA) === 0) return { reason: 'deletes-only', by: null };
  const readersOf = (of: PhysicalNode) => plan.filter(({ inputs }) => inputs.includes(of));
  if ((mode & Mode.UB) === 0) {
    if (node.kind === 'TableSourceScan') return { reason: 'source-upserts', by: node };
    return { reason: 'nobody-asks', by: lastOf(node, readersOf) };
  }
  return firstThatAsks(node, readersOf);
}

type ReadersOf = (node: PhysicalNode) => readonly PhysicalNode[];

/** The end of the way down. */
function lastOf(node: PhysicalNode, readersOf: ReadersOf): PhysicalNode {
  const next = readersOf(node)[0];
  return next && passesOn(next) ? lastOf(next, readersOf) : (next ?? node);
}

function firstThatAsks(node: PhysicalNode, readersOf: ReadersOf): Why {
  let filter: PhysicalNode | null = null;
  let at = node;
  for (;;) {
    const readers = readersOf(at);
    const next = readers.find(({ kind }) => kind !== 'DropUpdateBefore') ?? readers[0];
    if (!next) return { reason: 'nobody-asks', by: at };
    if (next.kind === 'DropUpdateBefore') return { reason: 'source-sends-both', by: next };
    if (next.kind === 'Calc' && next.condition) filter ??= next;
    if (!passesOn(next)) return whyAsked(next, filter);
    at = next;
  }
}

/** Whether an operator takes updates as it is asked to send them. */
function passesOn(node: PhysicalNode): boolean {
  switch (node.kind) {
    case 'Calc':
    case 'Exchange':
    case 'Union':
    case 'Expand':
    case 'WatermarkAssigner':
    case 'WindowTableFunction':
    case 'MiniBatchAssigner':
    case 'LookupJoin':
    case 'ReplicateRows':
      return true;
    default:
      return false;
  }
}

function whyAsked(by: PhysicalNode, filter: PhysicalNode | null): Why {
  switch (by.kind) {
    case 'Sink':
      if (by.table === null) return { reason: 'result-takes-back', by };
      if (sinkKinds(by.table).has('-U')) return { reason: 'sink-takes-back', by };
      return filter
        ? { reason: 'filter-may-drop-the-new', by: filter }
        : { reason: 'sink-has-another-key', by };
    case 'Join':
    case 'MultiJoin':
      return { reason: 'join-must-remove', by };
    case 'Rank':
    case 'SortLimit':
    case 'Limit':
      return { reason: 'rank-must-remove', by };
    case 'OverAggregate':
      return { reason: 'aggregate-must-subtract', by };
    default:
      return { reason: 'calls' in by ? 'aggregate-must-subtract' : 'operator-must-remove', by };
  }
}
