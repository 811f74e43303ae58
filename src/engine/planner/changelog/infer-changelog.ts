import { plainError } from '../../base/refusal.ts';
import type { Config } from '../../catalog/config.ts';
import { sinkKinds, sourceKinds } from '../../connectors/connectors.ts';
import { describeNode, physicalTreeWith } from '../../plan/explain.ts';
import {
  containsKey,
  inputKeyHoldsCommonKey,
  isTop1,
  shortestUpsertKey,
  sideKeyHoldsJoinKey,
  sorted,
  upsertKeys,
} from '../../plan/keys.ts';
import {
  type ChangelogMode,
  Mode,
  type OverAggregate,
  type PhysicalAggregate,
  type PhysicalNode,
  type Rank,
  type RankStrategy,
  type Sink,
  type WindowAggregate,
} from '../../plan/physical.ts';
import { collectRefs } from '../../plan/rex-tools.ts';
import { isTimeAttribute } from '../../types/logical-type.ts';
import { withSourceModes } from '../physical/lookup-join.ts';
import { withHiddenCount } from '../physical/window.ts';
import { modifiedMonotonicity, monotonicityOfAggregate } from './monotonicity.ts';
import { KINDS_HINT, refuseUpdates } from './refuse-updates.ts';

/** Which kinds of change a node may send: bits of insert, update, delete. */
const Kinds = { INSERT: 1, UPDATE: 2, DELETE: 4 } as const;
const ALL = 7;
const SINK_HINT =
  'Let the sink take updates, or write what is never taken back, such as windows that have closed.';
const OPERATOR_HINT =
  'Rows that can change have no fixed place in time: read a table that is only appended to, or put a window aggregation before.';
/** How updates travel on an edge. */
type UpdateKind = 'NONE' | 'ONLY_AFTER' | 'BEFORE_AND_AFTER';

/**
 * Infers what every edge carries, in Flink's two passes: first which kinds of change each node produces and whether its consumer takes them, then,
 * from the root down, whether updates travel with their -U or without, trying the cheaper form first.
 *
 * A sink of `null` table asks for all kinds if `forResult` (a running SELECT), and for as little as possible if not (EXPLAIN of a SELECT).
 */
export function inferChangelog(sink: PhysicalNode, config: Config, forResult: boolean): Sink {
  if (sink.kind !== 'Sink')
    throw plainError('internal', 'no-sink', 'IllegalStateException', 'a plan ends in a sink', null);
  const inference = new ChangelogInference(config);
  inference.checkKinds(sink);
  return inference.sink(sink, forResult);
}

class ChangelogInference {
  readonly #config: Config;
  readonly #kinds = new Map<PhysicalNode, number>();

  constructor(config: Config) {
    this.#config = config;
  }

  // -------------------------------------------------------------- first pass

  checkKinds(sink: Sink): void {
    const accepted = sink.table ? kindsAccepted(sink) : ALL;
    this.#require(sink.inputs[0]!, accepted, sink.table ? `Table sink '${sink.table.path.join('.')}'` : '');
  }

  #require(node: PhysicalNode, accepted: number, requester: string): void {
    const produced = this.#produce(node, accepted, requester);
    const refused = produced & ~accepted;
    if (refused === 0) return;
    const names = [
      refused & Kinds.INSERT ? 'insert' : '',
      refused & Kinds.UPDATE ? 'update' : '',
      refused & Kinds.DELETE ? 'delete' : '',
    ]
      .filter(Boolean)
      .join(' and ');
    throw plainError(
      'plan',
      'changes-not-consumed',
      'TableException',
      `${requester} doesn't support consuming ${names} changes which is produced by node ${describeNode(this.#asRetracting(node))}`,
      null,
      requester.startsWith('Table sink') ? SINK_HINT : OPERATOR_HINT,
      node,
    );
  }

  /** The node with its aggregates named as they will run, which the second pass would settle. */
  #asRetracting(node: PhysicalNode): PhysicalNode {
    if (
      !('calls' in node) ||
      !node.inputs.some((input) => (this.#kinds.get(input) ?? 0) & (Kinds.UPDATE | Kinds.DELETE))
    )
      return node;
    return { ...node, calls: node.calls.map((c) => ({ ...c, needsRetraction: true })) };
  }

  #produce(node: PhysicalNode, accepted: number, requester: string): number {
    const known = this.#kinds.get(node);
    if (known !== undefined) return known;
    const pass = (): number => {
      let union = 0;
      for (const input of node.inputs) {
        this.#require(input, accepted, requester);
        union |= this.#kinds.get(input)!;
      }
      return union;
    };
    const take = (allowed: number): number => {
      let union = 0;
      for (const input of node.inputs) {
        this.#require(input, allowed, `StreamPhysical${node.kind}`);
        union |= this.#kinds.get(input)!;
      }
      return union;
    };
    const kinds = ((): number => {
      switch (node.kind) {
        case 'TableSourceScan': {
          const source = sourceKinds(node.table);
          return (
            (source.has('+I') ? Kinds.INSERT : 0) |
            (source.has('+U') ? Kinds.UPDATE : 0) |
            (source.has('-D') ? Kinds.DELETE : 0)
          );
        }
        case 'Values':
          return Kinds.INSERT;
        case 'Calc':
        case 'Exchange':
        case 'WatermarkAssigner':
        case 'WindowTableFunction':
        case 'DropUpdateBefore':
        case 'Union':
          return pass();
        case 'LocalWindowAggregate':
          return take(ALL);
        case 'MiniBatchAssigner':
        case 'LocalGroupAggregate':
        case 'IncrementalGroupAggregate':
          return pass();
        case 'GroupAggregate':
        case 'GlobalGroupAggregate':
          return Kinds.INSERT | Kinds.UPDATE | (take(ALL) & (Kinds.UPDATE | Kinds.DELETE) ? Kinds.DELETE : 0);
        case 'GroupWindowAggregate':
          take(ALL);
          return Kinds.INSERT | (node.emit ? Kinds.UPDATE : 0);
        case 'WindowAggregate':
        case 'GlobalWindowAggregate':
          take(ALL);
          return Kinds.INSERT;
        case 'ChangelogNormalize':
          take(ALL);
          return ALL;
        case 'Rank':
        case 'SortLimit':
        case 'Limit':
          return this.#kindsOfRank(node, take(ALL));
        case 'Match':
          this.#require(node.inputs[0]!, Kinds.INSERT, 'Match Recognize');
          return Kinds.INSERT;
        case 'TemporalSort':
        case 'BatchOver':
          return take(Kinds.INSERT);
        case 'Collect':
          take(ALL);
          return Kinds.INSERT;
        case 'OverAggregate':
          return take(isByTime(node) ? Kinds.INSERT : ALL) && (isByTime(node) ? Kinds.INSERT : ALL);
        case 'Expand':
        case 'ReplicateRows':
        case 'Correlate':
          return pass();
        case 'LookupJoin':
          this.#require(node.inputs[0]!, accepted, requester);
          return this.#kinds.get(node.inputs[0]!)!;
        case 'Join': {
          const union = take(ALL);
          return node.joinType === 'inner' || node.joinType === 'semi' ? union : ALL;
        }
        case 'MultiJoin': {
          const union = take(ALL);
          return node.joinTypes.includes('left') ? ALL : union;
        }
        case 'IntervalJoin':
        case 'WindowJoin':
        case 'WindowRank':
        case 'WindowDeduplicate':
          take(Kinds.INSERT);
          return Kinds.INSERT;
        case 'TemporalJoin':
          take(ALL);
          return this.#kinds.get(node.inputs[0]!)!;
        case 'Sink':
          return 0;
      }
    })();
    this.#kinds.set(node, kinds);
    return kinds;
  }

  /** A Top-1 over inserts alone is taken for a deduplication that only inserts, unless its one order column descends: a defect of Flink 2.1 to 2.3. */
  #kindsOfRank(node: Rank, input: number): number {
    const appends = (input & ~Kinds.INSERT) === 0;
    if (node.kind === 'Limit') return appends ? Kinds.INSERT : ALL;
    if (!isTop1(node) || !appends || this.#config.boolean('table.exec.mini-batch.enabled', false)) return ALL;
    return node.order.length === 1 && node.order[0]!.descending ? ALL : Kinds.INSERT;
  }

  /** Tries the strategies that Flink allows, the cheapest first. */
  #visitRank(node: Rank, mode: ChangelogMode, generateUpdateBefore: boolean): PhysicalNode | null {
    const input = node.inputs[0]!;
    const made = (visited: PhysicalNode, strategy: RankStrategy): PhysicalNode => ({
      ...node,
      inputs: [visited],
      mode,
      strategy,
      generateUpdateBefore,
    });
    if ((this.#kinds.get(input)! & ~Kinds.INSERT) === 0) {
      const visited = this.#visit(input, 'NONE');
      return visited && made(visited, { kind: 'AppendFast' });
    }
    if ((this.#kinds.get(input)! & Kinds.UPDATE) === 0) {
      if (node.kind !== 'Limit') return this.#refuseAsked(input, 'BEFORE_AND_AFTER');
      const visited = this.#visit(input, 'NONE');
      return visited && made(visited, { kind: 'Retract' });
    }
    const key = (upsertKeys(input) ?? []).find((k) => containsKey(k, node.partition));
    if (key && node.order.length > 0) {
      const monotonicity = modifiedMonotonicity(input);
      const isMonotonic =
        monotonicity &&
        node.order.every(
          (k) =>
            monotonicity[k.column] === 'CONSTANT' ||
            monotonicity[k.column] === (k.descending ? 'INCREASING' : 'DECREASING'),
        );
      const visited = isMonotonic ? this.#visit(input, 'ONLY_AFTER') : null;
      if (visited) return made(visited, { kind: 'UpdateFast', key });
    }
    const visited = this.#visit(input, 'BEFORE_AND_AFTER');
    return visited && made(visited, { kind: 'Retract' });
  }

  #refuseAsked(node: PhysicalNode, asked: UpdateKind): null {
    return refuseUpdates(node, asked === 'ONLY_AFTER' ? 'ONLY_UPDATE_AFTER' : 'BEFORE_AND_AFTER', (n) =>
      modeOf(this.#kinds.get(n) ?? 0, 'NONE'),
    );
  }

  // -------------------------------------------------------------- second pass

  sink(sink: Sink, forResult: boolean): Sink {
    const input = sink.inputs[0]!;
    const attempts = this.#sinkAttempts(sink, input, forResult);
    for (const asked of attempts) {
      const made = this.#visit(input, asked);
      if (made) return this.#materialized({ ...sink, inputs: [made] });
    }
    throw plainError(
      'plan',
      'no-changelog-mode',
      'TableException',
      `Can't generate a valid execution plan for the given query:\n${physicalTreeWith(sink.table ? sink : input, () => '')}`,
      null,
      KINDS_HINT,
    );
  }

  #sinkAttempts(sink: Sink, input: PhysicalNode, forResult: boolean): UpdateKind[] {
    const hasUpdates = (this.#kinds.get(input)! & Kinds.UPDATE) !== 0;
    if (!hasUpdates) return ['NONE'];
    if (!sink.table) return forResult ? ['BEFORE_AND_AFTER'] : ['ONLY_AFTER', 'BEFORE_AND_AFTER'];
    const accepted = sinkKinds(sink.table);
    if (accepted.has('-U')) return ['BEFORE_AND_AFTER'];
    if (!accepted.has('+U')) return ['NONE'];
    const key = sinkKey(sink);
    if (key.length === 0) return ['ONLY_AFTER', 'BEFORE_AND_AFTER'];
    const keys = upsertKeys(input);
    const isSame = keys?.some((k) => k.length === key.length && containsKey(key, k)) ?? false;
    return isSame ? ['ONLY_AFTER', 'BEFORE_AND_AFTER'] : ['BEFORE_AND_AFTER'];
  }

  /** The node with modes for its edges, sending updates as asked; null if it cannot. */
  #visit(node: PhysicalNode, asked: UpdateKind): PhysicalNode | null {
    const kinds = this.#kinds.get(node)!;
    const hasUpdates = (kinds & Kinds.UPDATE) !== 0;
    const given: UpdateKind = hasUpdates ? asked : 'NONE';
    const mode = modeOf(kinds, given);
    const visitInputs = (want: UpdateKind): PhysicalNode[] | null => {
      const made: PhysicalNode[] = [];
      for (const input of node.inputs) {
        const visited = this.#visit(input, (this.#kinds.get(input)! & Kinds.UPDATE) !== 0 ? want : 'NONE');
        if (!visited) return null;
        made.push(visited);
      }
      return made;
    };
    switch (node.kind) {
      case 'TableSourceScan': {
        const source = sourceKinds(node.table);
        const own =
          (source.has('+I') ? Mode.I : 0) |
          (source.has('-U') ? Mode.UB : 0) |
          (source.has('+U') ? Mode.UA : 0) |
          (source.has('-D') ? Mode.D : 0);
        const scan: PhysicalNode = { ...node, mode: own };
        if (!(own & Mode.UB)) return hasUpdates && given === 'BEFORE_AND_AFTER' ? null : scan;
        if (given === 'BEFORE_AND_AFTER') return scan;
        return { kind: 'DropUpdateBefore', inputs: [scan], fields: node.fields, mode: own & ~Mode.UB };
      }
      case 'Values':
        return { ...node, mode };
      case 'Calc': {
        if (given === 'ONLY_AFTER' && node.condition && !this.#conditionOnKey(node)) return null;
        const inputs = visitInputs(asked);
        return inputs && { ...node, inputs, mode };
      }
      case 'Exchange':
      case 'WatermarkAssigner':
      case 'WindowTableFunction':
      case 'DropUpdateBefore': {
        const inputs = visitInputs(asked);
        return inputs && { ...node, inputs, mode };
      }
      case 'Union': {
        const only = node.inputs.find(
          (input) =>
            input.kind !== 'TableSourceScan' &&
            (this.#kinds.get(input)! & ALL) === (Kinds.INSERT | Kinds.DELETE),
        );
        if (only && asked !== 'NONE') return this.#refuseAsked(only, asked);
        const inputs = visitInputs(asked);
        return inputs && { ...node, inputs, mode };
      }
      case 'LocalWindowAggregate': {
        const inputs = visitInputs('BEFORE_AND_AFTER');
        return inputs && countingWindow({ ...node, inputs, mode: inputs[0]!.mode });
      }
      case 'MiniBatchAssigner':
      case 'LocalGroupAggregate':
      case 'IncrementalGroupAggregate':
        return null;
      case 'GroupAggregate':
      case 'GlobalGroupAggregate': {
        const inputs = visitInputs('BEFORE_AND_AFTER');
        if (!inputs) return null;
        const made = {
          ...node,
          inputs,
          mode,
          generateUpdateBefore: given === 'BEFORE_AND_AFTER',
          ...retracting(node.calls, inputs[0]!),
        };
        return { ...made, calls: withMonotonicity(node.groups, made.calls, inputs[0]!) };
      }
      case 'GroupWindowAggregate': {
        const inputs = visitInputs('BEFORE_AND_AFTER');
        if (!inputs) return null;
        return { ...node, inputs, mode, ...retracting(node.calls, inputs[0]!) };
      }
      case 'WindowAggregate': {
        const inputs = visitInputs('BEFORE_AND_AFTER');
        return inputs && countingWindow({ ...node, inputs, mode });
      }
      case 'GlobalWindowAggregate': {
        const inputs = visitInputs('BEFORE_AND_AFTER');
        return inputs && countingWindow({ ...node, inputs, mode });
      }
      case 'ChangelogNormalize': {
        if ((this.#kinds.get(node.inputs[0]!)! & Kinds.UPDATE) === 0)
          return this.#refuseAsked(node.inputs[0]!, 'ONLY_AFTER');
        const inputs = visitInputs('ONLY_AFTER');
        if (!inputs) return null;
        const isNeeded =
          given === 'BEFORE_AND_AFTER' ||
          node.condition !== null ||
          this.#config.boolean('table.exec.source.cdc-events-duplicate', false);
        if (!isNeeded) return withoutExchange(inputs[0]!);
        return { ...node, inputs, mode, generateUpdateBefore: given === 'BEFORE_AND_AFTER' };
      }
      case 'Rank':
      case 'SortLimit':
      case 'Limit':
        return this.#visitRank(node, mode, given === 'BEFORE_AND_AFTER');
      case 'Collect': {
        const inputs = visitInputs('BEFORE_AND_AFTER');
        return inputs && { ...node, inputs, mode };
      }
      case 'BatchOver':
      case 'Match':
      case 'TemporalSort': {
        const inputs = visitInputs('NONE');
        return inputs && { ...node, inputs, mode };
      }
      case 'OverAggregate': {
        const inputs = visitInputs('BEFORE_AND_AFTER');
        return inputs && { ...node, inputs, mode, generateUpdateBefore: given === 'BEFORE_AND_AFTER' };
      }
      case 'Expand':
      case 'ReplicateRows':
      case 'Correlate': {
        const inputs = visitInputs(asked);
        return inputs && { ...node, inputs, mode };
      }
      case 'LookupJoin': {
        const left = this.#visit(node.inputs[0]!, given);
        return left && { ...node, inputs: [left, withSourceModes(node.inputs[1]!)], mode };
      }
      case 'Join': {
        const isRefused =
          asked === 'ONLY_AFTER' &&
          ([0, 1] as const).some(
            (side) =>
              (this.#kinds.get(node.inputs[side]!)! & Kinds.UPDATE) !== 0 && !sideKeyHoldsJoinKey(node, side),
          );
        if (isRefused) return null;
        const inputs = visitInputs(asked === 'ONLY_AFTER' ? 'ONLY_AFTER' : 'BEFORE_AND_AFTER');
        return inputs && { ...node, inputs, mode };
      }
      case 'MultiJoin': {
        const isRefused =
          asked === 'ONLY_AFTER' &&
          node.inputs.some(
            (input, i) => (this.#kinds.get(input)! & Kinds.UPDATE) !== 0 && !inputKeyHoldsCommonKey(node, i),
          );
        if (isRefused) return null;
        const inputs = visitInputs(asked === 'ONLY_AFTER' ? 'ONLY_AFTER' : 'BEFORE_AND_AFTER');
        return inputs && { ...node, inputs, mode };
      }
      case 'IntervalJoin':
      case 'WindowJoin':
      case 'WindowRank':
      case 'WindowDeduplicate': {
        const inputs = visitInputs('NONE');
        return inputs && { ...node, inputs, mode };
      }
      case 'TemporalJoin': {
        const left = this.#visit(node.inputs[0]!, given);
        const hasVersionUpdates = (this.#kinds.get(node.inputs[1]!)! & Kinds.UPDATE) !== 0;
        const right = hasVersionUpdates
          ? (this.#visit(node.inputs[1]!, 'ONLY_AFTER') ?? this.#visit(node.inputs[1]!, 'BEFORE_AND_AFTER'))
          : this.#visit(node.inputs[1]!, 'NONE');
        return left && right && { ...node, inputs: [left, right], mode };
      }
      case 'Sink':
        return null;
    }
  }

  /** Without -U a condition may only look at the upsert key: else a row that stops fulfilling it would never be taken back. */
  #conditionOnKey(node: Extract<PhysicalNode, { kind: 'Calc' }>): boolean {
    const used = [...collectRefs(node.condition!)];
    return (upsertKeys(node.inputs[0]!) ?? []).some((key) => used.every((i) => key.includes(i)));
  }

  #materialized(sink: Sink): Sink {
    const input = sink.inputs[0]!;
    const table = sink.table;
    if (!table) return sink;
    const key = sinkKey(sink);
    const accepted = sinkKinds(table);
    const isAppend = !accepted.has('+U') && !accepted.has('-D');
    const isRetract = accepted.has('-U');
    const keys = upsertKeys(input) ?? [];
    const strategy = this.#config.string('table.exec.sink.upsert-materialize', 'AUTO').toUpperCase();
    const hasKey = table.primaryKey.length > 0;
    const inputAppends = (input.mode & ~Mode.I) === 0;
    const needed =
      strategy === 'NONE'
        ? false
        : strategy === 'FORCE'
          ? hasKey && !isRetract
          : hasKey && !inputAppends && !isAppend && !isRetract && !keys.some((k) => containsKey(key, k));
    return { ...sink, upsertMaterialize: needed, inputUpsertKey: shortestUpsertKey(input) };
  }
}

/** Primary key of the sink's table as columns of what is written. */
export function sinkKey(sink: Sink): readonly number[] {
  const table = sink.table;
  if (!table) return [];
  const persisted = table.columns.filter((c) => c.kind !== 'computed' && !c.isVirtual);
  return sorted(table.primaryKey.map((name) => persisted.findIndex((c) => c.name === name)));
}

function kindsAccepted(sink: Sink): number {
  const accepted = sinkKinds(sink.table!);
  return (
    (accepted.has('+I') ? Kinds.INSERT : 0) |
    (accepted.has('+U') ? Kinds.UPDATE : 0) |
    (accepted.has('-D') ? Kinds.DELETE : 0)
  );
}

function modeOf(kinds: number, update: UpdateKind): ChangelogMode {
  let mode = 0;
  if (kinds & Kinds.INSERT) mode |= Mode.I;
  if (kinds & Kinds.UPDATE) mode |= update === 'BEFORE_AND_AFTER' ? Mode.UB | Mode.UA : Mode.UA;
  if (kinds & Kinds.DELETE) mode |= Mode.D;
  return mode;
}

const retracts = (mode: ChangelogMode): boolean => (mode & (Mode.UB | Mode.D)) !== 0;

function retracting(
  calls: readonly PhysicalAggregate[],
  input: PhysicalNode,
): { calls: readonly PhysicalAggregate[]; inputRetracts: boolean } {
  const inputRetracts = retracts(input.mode);
  return {
    inputRetracts,
    calls: inputRetracts ? calls.map((c) => ({ ...c, needsRetraction: true })) : calls,
  };
}

/** Windows that rows are taken back from know how many they have; sessions always do. */
function countingWindow(node: WindowAggregate): WindowAggregate {
  const made = { ...node, ...retracting(node.calls, node.inputs[0]!) };
  return made.inputRetracts && node.window.kind !== 'SESSION' ? withHiddenCount(made) : made;
}

/** MAX of what only grows, and MIN of what only shrinks, need no memory of what was taken back. */
function withMonotonicity(
  groups: readonly number[],
  calls: readonly PhysicalAggregate[],
  input: PhysicalNode,
): readonly PhysicalAggregate[] {
  if (!calls.some((c) => c.needsRetraction && (c.name === 'MAX' || c.name === 'MIN'))) return calls;
  const monotonicity = monotonicityOfAggregate(groups, calls, input);
  return calls.map((c, i) => {
    const own = monotonicity?.[groups.length + i];
    return (c.name === 'MAX' && own === 'INCREASING') || (c.name === 'MIN' && own === 'DECREASING')
      ? { ...c, needsRetraction: false }
      : c;
  });
}

/** Without an order Flink takes a window for one by time, and refuses it later. */
const isByTime = ({ group, inputs }: OverAggregate): boolean =>
  group.order.slice(0, 1).every(({ column }) => isTimeAttribute(inputs[0]!.fields[column]!.type));

const withoutExchange = (node: PhysicalNode): PhysicalNode =>
  node.kind === 'Exchange' ? node.inputs[0]! : node;
