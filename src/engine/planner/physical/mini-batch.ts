import { plainError } from '../../base/refusal.ts';
import type { Config } from '../../catalog/config.ts';
import { isMergeable } from '../../plan/aggregate-methods.ts';
import { containsKey } from '../../plan/keys.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import {
  type GroupAggregate,
  type LocalGroupAggregate,
  Mode,
  type PhysicalNode,
  type Sink,
} from '../../plan/physical.ts';
import { isRowtime } from '../../types/logical-type.ts';
import { uniqueKeys } from '../rules/aggregate-remove-rule.ts';
import { isBatch } from './batch.ts';
import { countOfRows } from './physical-tools.ts';

/** What `table.exec.mini-batch.*` ask for; null where it is off. */
export interface MiniBatch {
  readonly latencyMs: number;
  readonly size: number;
}

export function miniBatchOf(config: Config): MiniBatch | null {
  if (isBatch(config) || !config.boolean('table.exec.mini-batch.enabled', false)) return null;
  const refuse = (message: string): Error =>
    plainError('plan', 'mini-batch', 'IllegalArgumentException', message, null);
  const latencyMs = config.durationMs('table.exec.mini-batch.allow-latency', 0);
  if (latencyMs <= 0) throw refuse('MiniBatch Latency must be greater than 0 ms. [null]');
  const size = Number(config.string('table.exec.mini-batch.size', '-1'));
  if (!(size > 0))
    throw refuse("Key: 'table.exec.mini-batch.size' , default: -1 (fallback keys: []) must be > 0.");
  return { latencyMs, size };
}

/**
 * Puts mini-batch assigners above the sources, and splits aggregates in two phases where Flink does: not for a job that only projects and filters
 * (`onlyProjects`). Changelog modes have been inferred.
 */
export function applyMiniBatch(sink: Sink, isPlain: boolean, config: Config): Sink {
  const batch = miniBatchOf(config);
  if (!batch) return sink;
  const top = sink.inputs[0]!.kind;
  // What stands at the top is nobody's input.
  const isBare = top === 'TableSourceScan' || (top === 'WatermarkAssigner' && !sink.table);
  if (isBare || isPlain) return sink;
  const isOnePhase =
    config.string('table.optimizer.agg-phase-strategy', 'AUTO').toUpperCase() === 'ONE_PHASE';
  const isIncremental = config.boolean('table.optimizer.incremental-agg-enabled', true);
  const visit = (node: PhysicalNode, mode: 'ProcTime' | 'RowTime' | null): PhysicalNode => {
    if (node.kind === 'TableSourceScan' || node.kind === 'WatermarkAssigner') {
      return mode
        ? {
            kind: 'MiniBatchAssigner',
            inputs: [node],
            fields: node.fields,
            mode: node.mode,
            intervalMs: batch.latencyMs,
            time: mode,
          }
        : node;
    }
    const below =
      node.kind === 'GroupWindowAggregate' ? null : mode && needsWatermark(node) ? 'RowTime' : mode;
    const made = { ...node, inputs: node.inputs.map((input) => visit(input, below)) } as PhysicalNode;
    if (made.kind !== 'GroupAggregate' || isOnePhase) return made;
    const phased = twoPhases(made);
    return isIncremental ? (incremental(phased) ?? phased) : phased;
  };
  return { ...sink, inputs: sink.inputs.map((input) => visit(input, 'ProcTime')) };
}

/** Joins take their inputs in bundles where there are any. */
export const bundleJoins = (root: PhysicalNode, config: Config): PhysicalNode =>
  miniBatchOf(config) ? withBundledJoins(root) : root;

function withBundledJoins(node: PhysicalNode): PhysicalNode {
  const made = { ...node, inputs: node.inputs.map(withBundledJoins) } as PhysicalNode;
  return made.kind === 'Join' ? { ...made, isMiniBatch: true } : made;
}

/** Whether a query only projects and filters (`FlinkRexUtil.shouldSkipMiniBatch`). */
export function onlyProjects(node: LogicalNode): boolean {
  switch (node.kind) {
    case 'Scan':
    case 'Values':
      return true;
    case 'Project':
      return (
        !node.exprs.some((e) => e.kind === 'Over' && e.aggregate === 'ROW_NUMBER') && onlyProjects(node.input)
      );
    case 'Filter':
    case 'Sink':
      return onlyProjects(node.input);
    case 'Union':
      return node.all && node.inputs.every(onlyProjects);
    case 'Aggregate': {
      // Rows that are distinct as they are have never been aggregated.
      const isDistinct = uniqueKeys(node.input).some((key) => containsKey(node.groups, key));
      return node.calls.length === 0 && isDistinct && onlyProjects(node.input);
    }
    case 'Join':
      return node.isOfSubQuery === true && onlyProjects(node.inputs[0]);
    default:
      return false;
  }
}

/** What waits for event time gets its bundles by that too (`requireWatermark` of Flink's nodes). */
function needsWatermark(node: PhysicalNode): boolean {
  switch (node.kind) {
    case 'LocalWindowAggregate':
    case 'WindowAggregate':
    case 'WindowRank':
    case 'WindowDeduplicate':
    case 'WindowTableFunction':
      return isRowtime(node.window.timeType);
    case 'WindowJoin':
      return isRowtime(node.spec.window.timeType);
    case 'IntervalJoin':
      return node.bounds.isRowtime;
    case 'TemporalJoin':
      return isRowtime(node.inputs[0]!.fields[node.leftTime]!.type);
    case 'Rank':
      return node.order.some((k) => isRowtime(node.inputs[0]!.fields[k.column]!.type));
    case 'OverAggregate':
      return isRowtime(node.inputs[0]!.fields[node.group.order[0]!.column]!.type);
    case 'Match':
      return isRowtime(node.inputs[0]!.fields[node.order[0]!.column]!.type);
    default:
      return false;
  }
}

function twoPhases(node: GroupAggregate): PhysicalNode {
  const exchange = node.inputs[0]!;
  if (exchange.kind !== 'Exchange' || !node.calls.every(isMergeable)) return node;
  const input = exchange.inputs[0]!;
  const counts = node.calls.some(
    (c) => c.name === 'COUNT' && c.args.length === 0 && c.filter < 0 && !c.distinct,
  );
  const calls = node.inputRetracts && !counts ? [...node.calls, countOfRows(true)] : node.calls;
  const keys = node.groups.map((_, i) => i);
  const fields = [
    ...node.groups.map((g) => input.fields[g]!),
    ...calls.map((c, i) => ({ name: `agg$${i}`, type: c.type })),
  ];
  const local: PhysicalNode = {
    kind: 'LocalGroupAggregate',
    inputs: [input],
    fields,
    mode: Mode.I,
    groups: node.groups,
    calls,
    inputRetracts: node.inputRetracts,
    ...(node.phase ? { phase: node.phase } : {}),
  };
  const moved: PhysicalNode = {
    ...exchange,
    inputs: [local],
    fields,
    mode: Mode.I,
    keys: keys.length > 0 ? keys : null,
  };
  return { ...node, kind: 'GlobalGroupAggregate', inputs: [moved], groups: keys };
}

/** The two middle phases of an aggregate that is split in buckets become one (IncrementalAggregateRule); null for any other. */
function incremental(node: PhysicalNode): PhysicalNode | null {
  const exchange = node.inputs[0]!;
  const local = exchange.inputs[0];
  const partial = local?.inputs[0];
  if (node.kind !== 'GlobalGroupAggregate' || local?.kind !== 'LocalGroupAggregate') return null;
  if (node.phase !== 'FINAL' || partial?.kind !== 'GlobalGroupAggregate' || partial.phase !== 'PARTIAL')
    return null;
  const first = partial.inputs[0]!.inputs[0] as LocalGroupAggregate;
  const finalGroups = node.groups;
  const fields = [...finalGroups.map((g) => first.fields[g]!), ...first.fields.slice(first.groups.length)];
  const made: PhysicalNode = {
    kind: 'IncrementalGroupAggregate',
    inputs: partial.inputs,
    fields,
    mode: Mode.I,
    groups: partial.groups,
    finalGroups,
    calls: first.calls,
  };
  const calls = node.calls.map((c) => ({ ...c, needsRetraction: first.inputRetracts }));
  return { ...node, calls, inputs: [{ ...exchange, inputs: [made], fields, mode: Mode.I }] };
}
