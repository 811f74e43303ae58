import type { SqlError } from '../base/diagnostic.ts';
import type { CatalogTable } from '../catalog/catalog.ts';
import type { RowKind } from '../engine-api.ts';
import type { Value } from '../types/logical-type.ts';
import type {
  AggregateCall,
  Field,
  IntervalBounds,
  JoinHints,
  JoinType,
  LookupHint,
  MatchSpec,
  OverGroup,
  RankRange,
  SortKey,
  SplitPhase,
  StateTtl,
  UnnestSpec,
  WindowJoinSpec,
  WindowProperty,
  WindowSpec,
} from './logical.ts';
import type { Rex } from './rex.ts';

/** Row kinds an edge carries: a set of +I, -U, +U, -D as bits. */
export const Mode = { I: 1, UB: 2, UA: 4, D: 8 } as const;
/** Any combination of `Mode`'s bits; 0 for a sink, which sends nothing. */
export type ChangelogMode = number;

/** `[I,UB,UA,D]`, as plans print it. */
export function printMode(mode: ChangelogMode): string {
  if (mode === 0) return '[NONE]';
  return `[${(['I', 'UB', 'UA', 'D'] as const).filter((kind) => mode & Mode[kind]).join(',')}]`;
}

export function kindsOf(mode: ChangelogMode): RowKind[] {
  const kinds: readonly RowKind[] = ['+I', '-U', '+U', '-D'];
  return kinds.filter((_, i) => mode & (1 << i));
}

/** An aggregate call as it is executed: with or without retraction. */
export interface PhysicalAggregate extends AggregateCall {
  readonly needsRetraction: boolean;
}

interface Node {
  readonly inputs: readonly PhysicalNode[];
  readonly fields: readonly Field[];
  /** What its outgoing edge carries. */
  readonly mode: ChangelogMode;
}
export interface TableSourceScan extends Node {
  readonly kind: 'TableSourceScan';
  readonly table: CatalogTable;
  /** Options that a hint of the query gives the table; they stand in its `options` too. */
  readonly hinted: ReadonlyMap<string, string>;
  /** Its name, where plans show that as a hint. */
  readonly alias: string | null;
  /** Pushed into the source: partitions then have watermarks of their own. */
  readonly watermark: {
    /** The column of the rowtime; -1 where it is computed above. */
    readonly rowtime: number;
    readonly expression: Rex;
    readonly idleTimeoutMs: number;
  } | null;
}
export interface Values extends Node {
  readonly kind: 'Values';
  readonly rows: readonly (readonly Rex[])[];
}
export interface Calc extends Node {
  readonly kind: 'Calc';
  readonly exprs: readonly Rex[];
  readonly condition: Rex | null;
}
export interface WatermarkAssigner extends Node {
  readonly kind: 'WatermarkAssigner';
  readonly rowtime: number;
  readonly watermark: Rex;
}
export interface Exchange extends Node {
  readonly kind: 'Exchange';
  /** Columns of the hash; null for a single partition. */
  readonly keys: readonly number[] | null;
}
/** Where bundles of mini-batch processing end. */
export interface MiniBatchAssigner extends Node {
  readonly kind: 'MiniBatchAssigner';
  readonly intervalMs: number;
  readonly time: 'ProcTime' | 'RowTime';
}
/** The first of two phases: folds a bundle by key. */
export interface LocalGroupAggregate extends Node {
  readonly kind: 'LocalGroupAggregate';
  readonly phase?: SplitPhase;
  readonly groups: readonly number[];
  /** With a COUNT(*) at the end where rows are taken back and none is asked for. */
  readonly calls: readonly PhysicalAggregate[];
  readonly inputRetracts: boolean;
}
/** Between the phases of an aggregate split in buckets: what a bundle adds to the groups of each bucket, brought together for the groups themselves. */
export interface IncrementalGroupAggregate extends Node {
  readonly kind: 'IncrementalGroupAggregate';
  /** Columns of its input: with the buckets, and without. */
  readonly groups: readonly number[];
  readonly finalGroups: readonly number[];
  /** Those of the local phase. */
  readonly calls: readonly PhysicalAggregate[];
}
export interface GroupAggregate extends Node {
  /** The global phase's calls have the columns of the local phase's input as arguments. */
  readonly kind: 'GroupAggregate' | 'GlobalGroupAggregate';
  readonly phase?: SplitPhase;
  readonly groups: readonly number[];
  readonly calls: readonly PhysicalAggregate[];
  readonly generateUpdateBefore: boolean;
  /** The input may take rows back, so groups count their rows. */
  readonly inputRetracts: boolean;
  /** From a STATE_TTL hint; absent for the option's. */
  readonly ttl?: StateTtl;
}
export interface GroupWindowAggregate extends Node {
  readonly kind: 'GroupWindowAggregate';
  readonly groups: readonly number[];
  readonly calls: readonly PhysicalAggregate[];
  readonly window: WindowSpec;
  readonly properties: readonly WindowProperty[];
  readonly emit: EmitStrategy | null;
  readonly inputRetracts: boolean;
}
/** Early and late firing of legacy group windows, in milliseconds; null where off. */
export interface EmitStrategy {
  readonly earlyMs: number | null;
  readonly lateMs: number | null;
  readonly latenessMs: number;
}
export interface WindowTableFunction extends Node {
  readonly kind: 'WindowTableFunction';
  readonly window: WindowSpec;
}
/** An aggregate over windows of a table function, whole or in two phases. */
export interface WindowAggregate extends Node {
  readonly kind: 'WindowAggregate' | 'LocalWindowAggregate' | 'GlobalWindowAggregate';
  /** Columns of this node's input. */
  readonly groups: readonly number[];
  /** Arguments are columns of the input of the local phase, or of the only one. */
  readonly calls: readonly PhysicalAggregate[];
  /** `time` is a column of the local or only phase's input. */
  readonly window: WindowSpec;
  readonly properties: readonly WindowProperty[];
  readonly inputRetracts: boolean;
  /** What a projection above calls the columns: as the query did, while the text of the aggregate names them as its input does. */
  readonly readAs?: readonly string[];
  /** An implicit COUNT(*) at the end of `calls`, added for HOP so that empty windows are not sent. */
  readonly hasHiddenCount: boolean;
}
export interface ChangelogNormalize extends Node {
  readonly kind: 'ChangelogNormalize';
  readonly key: readonly number[];
  readonly condition: Rex | null;
  readonly generateUpdateBefore: boolean;
}
export interface DropUpdateBefore extends Node {
  readonly kind: 'DropUpdateBefore';
}
export interface Union extends Node {
  readonly kind: 'Union';
}
/** How a Top-N keeps its rows: only what can still come first, by upsert key, or all; undefined until modes are inferred. */
export type RankStrategy =
  | { readonly kind: 'Undefined' | 'AppendFast' | 'Retract' }
  | { readonly kind: 'UpdateFast'; readonly key: readonly number[] };
/** ROW_NUMBER with a filter on it, ORDER BY with LIMIT (`SortLimit`), or LIMIT alone. */
export interface Rank extends Node {
  readonly kind: 'Rank' | 'SortLimit' | 'Limit';
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly range: RankRange;
  readonly outputsRank: boolean;
  readonly strategy: RankStrategy;
  readonly generateUpdateBefore: boolean;
}
/** A Top-N whose partition is a window, or its first or last row by time; `window` is attached. */
export interface WindowRank extends Node {
  readonly kind: 'WindowRank' | 'WindowDeduplicate';
  readonly window: WindowSpec;
  /** Without the window's bounds. */
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly range: RankRange;
  readonly outputsRank: boolean;
}
/** ORDER BY a time attribute, ascending, and further columns. */
export interface TemporalSort extends Node {
  readonly kind: 'TemporalSort';
  readonly order: readonly SortKey[];
}
export interface OverAggregate extends Node {
  readonly kind: 'OverAggregate';
  readonly group: OverGroup;
  readonly generateUpdateBefore: boolean;
  /** What Flink refuses when it makes the operator, after it has settled the row kinds. */
  readonly refusal: SqlError | null;
}
/** Batch mode: keeps what an updating input leaves, and sends it when the input has ended. */
export interface Collect extends Node {
  readonly kind: 'Collect';
  /** Empty for none. */
  readonly order: readonly SortKey[];
  /** Columns of the groups of the aggregate below, whose rows stand where their group came first; null for any rows. */
  readonly groups: readonly number[] | null;
  /** The row of a global aggregate over nothing. */
  readonly whenEmpty: readonly Value[] | null;
}
/** Batch mode: all OVER windows, each over its whole partition. */
export interface BatchOver extends Node {
  readonly kind: 'BatchOver';
  readonly groups: readonly OverGroup[];
}
export interface Expand extends Node {
  readonly kind: 'Expand';
  readonly projects: readonly (readonly Rex[])[];
}
/** Flink prints it as the Correlate it is there. */
export interface ReplicateRows extends Node {
  readonly kind: 'ReplicateRows';
}
/** UNNEST: every row with each element of a collection it holds. */
export interface Correlate extends Node, UnnestSpec {
  readonly kind: 'Correlate';
  readonly joinType: 'inner' | 'left';
  /** Over the element's columns alone; null for none. */
  readonly condition: Rex | null;
  readonly correlation: number;
}
/** A variable of a pattern and how often it may stand in a row; `max` is null for any number. */
export interface PatternElement {
  readonly variable: string;
  readonly min: number;
  readonly max: number | null;
  readonly isGreedy: boolean;
}
/** MATCH_RECOGNIZE over rows in the order of a time attribute. */
export interface Match extends Node, MatchSpec {
  readonly kind: 'Match';
  readonly elements: readonly PatternElement[];
  /** How long a match may last; null for any time. */
  readonly withinMs: number | null;
  /** What Flink refuses when it makes the operator, after it has settled the row kinds. */
  readonly refusal: SqlError | null;
}
/** What two-input joins have in common. The condition reads the left input's columns and behind them the right one's. */
interface JoinNode extends Node {
  readonly joinType: JoinType;
  /** As plans show it. */
  readonly condition: Rex;
  /** Columns that are equal: of the left and of the right input, in the same order. */
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  /** Keys for which NULL matches nothing. */
  readonly filterNulls: readonly boolean[];
  /** The rest of the condition. */
  readonly residual: Rex | null;
}
/** A regular join. */
export interface Join extends JoinNode {
  readonly kind: 'Join';
  readonly hints?: JoinHints;
  /** Works in bundles. */
  readonly isMiniBatch?: true;
}
/** A regular join of several inputs at once; see `LogicalMultiJoin`. */
export interface MultiJoin extends Node {
  readonly kind: 'MultiJoin';
  readonly joinTypes: readonly ('inner' | 'left')[];
  readonly conditions: readonly Rex[];
  readonly ttls: readonly (StateTtl | null)[];
  /** For each input: the columns of the key that all share, and of all keys it is joined by. */
  readonly keys: readonly (readonly number[])[];
  readonly ownKeys: readonly (readonly number[])[];
}
export interface IntervalJoin extends JoinNode {
  readonly kind: 'IntervalJoin';
  readonly bounds: IntervalBounds;
}
export interface TemporalJoin extends JoinNode {
  readonly kind: 'TemporalJoin';
  /** Columns of the two inputs. */
  readonly leftTime: number;
  readonly rightTime: number;
}
export interface WindowJoin extends JoinNode {
  readonly kind: 'WindowJoin';
  readonly spec: WindowJoinSpec;
  /** The names by which a Calc right above still knows its columns. */
  readonly readAs: readonly string[];
}
/** Its second input is the table it asks; plans do not show it. */
export interface LookupJoin extends JoinNode {
  readonly kind: 'LookupJoin';
  readonly table: CatalogTable;
  /** Remembers by the left side's upsert key what was found, so that a retraction takes back that. */
  readonly upsertMaterialize: boolean;
  readonly hint: LookupHint | null;
}
export interface Sink extends Node {
  readonly kind: 'Sink';
  /** null for the result of a SELECT. */
  readonly table: CatalogTable | null;
  readonly name: string;
  readonly targetColumns: readonly number[] | null;
  /** Options of a hint behind the table's name; absent for none. */
  readonly hinted?: ReadonlyMap<string, string>;
  readonly upsertMaterialize: boolean;
  /** Upsert key of its input that the materialiser tells rows apart by; null for the whole row. */
  readonly inputUpsertKey: readonly number[] | null;
  /** What the job dies of before its first row: Flink generates code for the plan that does not compile. */
  readonly uncompiled: SqlError | null;
}

export type PhysicalNode =
  | TableSourceScan
  | Values
  | Calc
  | WatermarkAssigner
  | Exchange
  | GroupAggregate
  | GroupWindowAggregate
  | WindowTableFunction
  | WindowAggregate
  | ChangelogNormalize
  | DropUpdateBefore
  | Union
  | Rank
  | WindowRank
  | TemporalSort
  | OverAggregate
  | Collect
  | BatchOver
  | Expand
  | ReplicateRows
  | Correlate
  | Match
  | MiniBatchAssigner
  | LocalGroupAggregate
  | IncrementalGroupAggregate
  | Join
  | MultiJoin
  | IntervalJoin
  | TemporalJoin
  | LookupJoin
  | WindowJoin
  | Sink;
