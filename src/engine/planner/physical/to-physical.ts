import { notYet } from '../../base/refusal.ts';
import { type Config } from '../../catalog/config.ts';
import { sourceKinds } from '../../connectors/connectors.ts';
import { approximateCount, countOfSeveral, refusedType } from '../../plan/aggregate-methods.ts';
import { type AggregateCall, type Field, type LogicalNode, type LogicalSink } from '../../plan/logical.ts';
import { type PhysicalNode, type WatermarkAssigner } from '../../plan/physical.ts';
import { and } from '../../plan/rex-build.ts';
import { normalConjuncts } from '../simplify/normal-form.ts';
import { asBatch, checkForBatch, collect, isBatch } from './batch.ts';
import { mergePhysicalCalc, watermarkInSource, withMissing } from './calc.ts';
import { pushCalcsIntoNormalize } from './changelog-normalize.ts';
import { planGroupWindow } from './group-window.ts';
import { physicalJoin, physicalMultiJoin } from './join.ts';
import { physicalMatch } from './match.ts';
import { exchange, physicalCalls } from './physical-tools.ts';
import { batchOver, physicalOver, physicalRank, physicalSort } from './sort.ts';
import { planExpand, planWindowAggregate, planWindowTable } from './window.ts';

/**
 * Turns an optimised logical plan into physical nodes, with exchanges where rows are brought together by key. Changelog modes are still to be
 * inferred: every node's `mode` is 0 here.
 */
export function toPhysical(sink: LogicalSink, config: Config): PhysicalNode {
  return pushCalcsIntoNormalize(new PhysicalPlanner(config).sink(sink));
}

class PhysicalPlanner {
  readonly config: Config;

  constructor(config: Config) {
    this.config = config;
  }

  sink(sink: LogicalSink): PhysicalNode {
    if (isBatch(this.config)) checkForBatch(sink.input);
    const input = isBatch(this.config) ? collect(this.node(sink.input), []) : this.node(sink.input);
    return {
      kind: 'Sink',
      inputs: [input],
      fields: sink.fields,
      mode: 0,
      table: sink.table,
      name: sink.name,
      targetColumns: sink.targetColumns,
      ...(sink.hinted ? { hinted: sink.hinted } : {}),
      upsertMaterialize: false,
      inputUpsertKey: null,
      uncompiled: sink.uncompiled ?? null,
    };
  }

  node(node: LogicalNode): PhysicalNode {
    if (!isBatch(this.config)) return this.#stream(node);
    if (node.kind === 'Over') return batchOver(node, this.node(node.input));
    if (node.kind === 'Sort' && node.fetch === null && node.offset === 0)
      return collect(this.node(node.input), node.order);
    return asBatch(this.#stream(node));
  }

  #stream(node: LogicalNode): PhysicalNode {
    switch (node.kind) {
      case 'Scan':
        return this.#scan(node);
      case 'Values':
        return { kind: 'Values', inputs: [], fields: node.fields, mode: 0, rows: node.rows };
      case 'Calc':
        return this.#calc(node);
      case 'WatermarkAssigner':
        return this.#watermark(node);
      case 'Aggregate':
        return this.#aggregate(node);
      case 'WindowTable':
        return planWindowTable(this, node);
      case 'WindowAggregate':
        return planGroupWindow(this, node);
      case 'Union':
        return {
          kind: 'Union',
          inputs: node.inputs.map((input) => this.node(input)),
          fields: node.fields,
          mode: 0,
        };
      case 'Sort':
        return physicalSort(node, this.node(node.input), isBatch(this.config));
      case 'Rank':
        return physicalRank(node, this.node(node.input));
      case 'Over':
        return physicalOver(node, this.node(node.input));
      case 'Uncollect':
      case 'Correlate':
        return this.#correlate(node);
      case 'Match':
        return physicalMatch(node, this.node(node.input), !isBatch(this.config));
      case 'Replicate':
        return { kind: 'ReplicateRows', inputs: [this.node(node.input)], fields: node.fields, mode: 0 };
      case 'Expand':
        return planExpand(this, node);
      case 'Join':
        return physicalJoin(
          node,
          this.node(node.inputs[0]),
          this.node(node.inputs[1]),
          !isBatch(this.config),
        );
      case 'MultiJoin':
        return physicalMultiJoin(
          node,
          node.inputs.map((input) => this.node(input)),
        );
      case 'Lateral':
      case 'Snapshot':
      case 'Project':
      case 'Filter':
      case 'SetOperation':
      case 'Sink':
        throw notYet(`an unoptimised ${node.kind}`, null);
    }
  }

  /** UNNEST without a table beside it reads one row without columns. */
  #correlate(node: Extract<LogicalNode, { kind: 'Uncollect' | 'Correlate' }>): PhysicalNode {
    const { collection, ordinality } = node;
    const common = { kind: 'Correlate', mode: 0, collection, ordinality } as const;
    if (node.kind === 'Correlate') {
      const { fields, joinType, condition, correlation } = node;
      return { ...common, inputs: [this.node(node.input)], fields, joinType, condition, correlation };
    }
    const one: PhysicalNode = { kind: 'Values', inputs: [], fields: [], mode: 0, rows: [[]] };
    return {
      ...common,
      inputs: [one],
      fields: node.fields,
      joinType: 'inner',
      condition: null,
      correlation: 0,
    };
  }

  #watermark(node: Extract<LogicalNode, { kind: 'WatermarkAssigner' }>): PhysicalNode {
    const input = this.node(node.input);
    const assigner: WatermarkAssigner = {
      kind: 'WatermarkAssigner',
      inputs: [input],
      fields: node.fields,
      mode: 0,
      rowtime: node.rowtime,
      watermark: node.watermark,
    };
    return isBatch(this.config)
      ? assigner
      : watermarkInSource(assigner, this.config.durationMs('table.exec.source.idle-timeout', 0));
  }

  #scan(node: Extract<LogicalNode, { kind: 'Scan' }>): PhysicalNode {
    const scan: PhysicalNode = {
      kind: 'TableSourceScan',
      inputs: [],
      fields: node.fields,
      mode: 0,
      table: node.table,
      hinted: node.hinted,
      alias: node.alias,
      watermark: null,
    };
    const kinds = sourceKinds(node.table);
    const isUpsert = kinds.has('+U') && !kinds.has('-U');
    const hasDuplicates =
      kinds.size > 1 && this.config.boolean('table.exec.source.cdc-events-duplicate', false);
    if (!isUpsert && !hasDuplicates) return scan;
    const key = node.table.primaryKey.map((name) => node.fields.findIndex((f) => f.name === name));
    return {
      kind: 'ChangelogNormalize',
      inputs: [exchange(scan, key)],
      fields: node.fields,
      mode: 0,
      key,
      condition: null,
      generateUpdateBefore: false,
    };
  }

  /** What a filter asks beside the number of a Top-N has been split off it as comparisons (RankUtil.extractRankRange). */
  #calc(node: Extract<LogicalNode, { kind: 'Calc' }>): PhysicalNode {
    const { condition } = node;
    const isSplit = condition !== null && node.input.kind === 'Rank';
    const input = this.node(node.input);
    return mergePhysicalCalc({
      kind: 'Calc',
      inputs: [input],
      fields: node.fields,
      mode: 0,
      ...withMissing(
        { exprs: node.exprs, condition: isSplit ? and(normalConjuncts(condition)) : condition },
        input,
      ),
    });
  }

  #aggregate(node: Extract<LogicalNode, { kind: 'Aggregate' }>): PhysicalNode {
    checkCalls(node.calls, node.input.fields, isBatch(this.config));
    const window = planWindowAggregate(this, node);
    if (window) return window;
    const input = this.node(node.input);
    return {
      kind: 'GroupAggregate',
      inputs: [exchange(input, node.groups)],
      fields: node.fields,
      mode: 0,
      groups: node.groups,
      calls: physicalCalls(node.calls.map(counted)),
      generateUpdateBefore: false,
      inputRetracts: false,
      ...(node.phase ? { phase: node.phase } : {}),
      ...(node.ttl ? { ttl: node.ttl } : {}),
    };
  }
}

/** Flink estimates the number of distinct values from hashes, which is that number up to some thousands. */
const counted = (c: AggregateCall): AggregateCall =>
  c.name === 'APPROX_COUNT_DISTINCT' ? { ...c, distinct: true } : c;

/** Aggregates that no stream computes. */
function checkCalls(calls: readonly AggregateCall[], fields: readonly Field[], isBounded: boolean): void {
  for (const c of calls) {
    if (c.name === 'COUNT' && c.args.length > 1) throw countOfSeveral();
    if (c.name === 'APPROX_COUNT_DISTINCT' && !isBounded) throw approximateCount();
    const refused = refusedType(isBounded ? { ...c, distinct: false } : c, fields);
    if (refused) throw refused;
  }
}
