import { partitionsOf } from '../connectors/connectors.ts';
import type { OddityId, StepColumns } from '../engine-api.ts';
import { Mode, type PhysicalNode } from '../plan/physical.ts';

interface Met {
  readonly nodes: readonly PhysicalNode[];
  readonly hasTicks: boolean;
}

const isSource = (node: PhysicalNode) => node.kind === 'TableSourceScan';

/** When a run has met an oddity of Flink's, judged by its plan and by what its steps were. */
const TESTS: Readonly<Record<OddityId, (met: Met) => boolean>> = {
  'bounded-first': ({ nodes }) =>
    nodes.some((node) => isSource(node) && isBounded(node)) &&
    nodes.some((node) => isSource(node) && !isBounded(node)),
  'idle-sends-furthest': ({ nodes, hasTicks }) =>
    hasTicks &&
    nodes.some(
      (node) =>
        node.kind === 'TableSourceScan' &&
        (node.watermark?.idleTimeoutMs ?? 0) > 0 &&
        (partitionsOf(node.table) ?? 1) > 1,
    ),
  'monotonic-extreme': ({ nodes }) =>
    nodes.some(
      (node) =>
        node.kind === 'GroupAggregate' &&
        node.inputs[0]!.mode !== Mode.I &&
        node.calls.some(
          ({ name, needsRetraction }) => (name === 'MAX' || name === 'MIN') && !needsRetraction,
        ),
    ),
  'optional-not-greedy': ({ nodes }) =>
    nodes.some(
      (node) =>
        node.kind === 'Match' &&
        node.elements.some(({ min, max, isGreedy }) => max !== null && (isGreedy || min < max)),
    ),
  uncompiled: ({ nodes }) => nodes.some((node) => node.kind === 'Sink' && node.uncompiled !== null),
};

const isBounded = (node: PhysicalNode): boolean =>
  node.kind === 'TableSourceScan' && node.table.options.get('bounded') === 'true';

/** The oddities of Flink that a run has met. */
export function metOddities(nodes: readonly PhysicalNode[], steps: StepColumns): readonly OddityId[] {
  const met: Met = {
    nodes,
    hasTicks: steps.tickStep.length > 0,
  };
  return (Object.keys(TESTS) as OddityId[]).filter((id) => TESTS[id](met));
}
