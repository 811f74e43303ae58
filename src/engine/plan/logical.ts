import type { SqlError } from '../base/diagnostic.ts';
import type { CatalogTable } from '../catalog/catalog.ts';
import type { Pattern } from '../sql/ast.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { Rex, RexBound, RexLiteral } from './rex.ts';

/** A column of a plan node's output. */
export interface Field {
  readonly name: string;
  readonly type: LogicalType;
  /** What a query calls it, where a column before has that name already. */
  readonly called?: string;
}

/** Calcite's relational algebra as plain data. `fields` is the node's output row. */
export type LogicalNode =
  | LogicalScan
  | LogicalValues
  | LogicalProject
  | LogicalFilter
  | LogicalCalc
  | LogicalAggregate
  | LogicalWatermarkAssigner
  | LogicalWindowTable
  | LogicalWindowAggregate
  | LogicalUnion
  | LogicalSetOperation
  | LogicalSort
  | LogicalOver
  | LogicalRank
  | LogicalExpand
  | LogicalReplicate
  | LogicalUncollect
  | LogicalCorrelate
  | LogicalMatch
  | LogicalJoin
  | LogicalMultiJoin
  | LogicalLateral
  | LogicalSnapshot
  | LogicalSink;

interface Node {
  readonly fields: readonly Field[];
  /** What the syntax tree shows in its place: how it was written, before its sub-queries became joins or its types were changed. */
  readonly written?: LogicalNode;
  /** The number of the correlation that its sub-queries name its columns by. */
  readonly variable?: number;
}
export interface LogicalScan extends Node {
  readonly kind: 'Scan';
  readonly table: CatalogTable;
  /** Options that a hint of the query gives the table; they stand in its `options` too. */
  readonly hinted: ReadonlyMap<string, string>;
  /** Its name, where plans show that as a hint. */
  readonly alias: string | null;
}
/** Rows of literals. */
export interface LogicalValues extends Node {
  readonly kind: 'Values';
  readonly rows: readonly (readonly Rex[])[];
}
export interface LogicalProject extends Node {
  readonly kind: 'Project';
  readonly input: LogicalNode;
  readonly exprs: readonly Rex[];
}
export interface LogicalFilter extends Node {
  readonly kind: 'Filter';
  readonly input: LogicalNode;
  readonly condition: Rex;
}
/** Projection and condition in one, both over the input's columns: what Projects and Filters become while a plan is optimised. */
export interface LogicalCalc extends Node {
  readonly kind: 'Calc';
  readonly input: LogicalNode;
  readonly exprs: readonly Rex[];
  readonly condition: Rex | null;
}
/** One aggregate function call over columns of the input. */
export interface AggregateCall {
  /** Flink's name: `COUNT`, `SUM`, `$SUM0`, `MAX`, … */
  readonly name: string;
  readonly args: readonly number[];
  /** Literals among the arguments, LAG's offset or the value in `MAX('x') OVER (…)`, each at its place. */
  readonly constants?: readonly { readonly at: number; readonly value: RexLiteral }[];
  readonly distinct: boolean;
  /** Column of the input that must be TRUE, or -1. */
  readonly filter: number;
  readonly ignoreNulls: boolean;
  readonly type: LogicalType;
  /** Name of its output column, null where the planner has to make one up. */
  readonly alias: string | null;
}
/** The arguments of a call as they are written, columns and literals alike. */
export function operandsOf<T>(
  { args, constants }: Pick<AggregateCall, 'args' | 'constants'>,
  ofColumn: (column: number) => T,
  ofLiteral: (value: RexLiteral) => T,
): T[] {
  const operands = args.map(ofColumn);
  for (const { at, value } of constants ?? []) operands.splice(at, 0, ofLiteral(value));
  return operands;
}
/** How long state lives that is not written to, and how that was written. */
export interface StateTtl {
  readonly text: string;
  readonly ms: number;
}
/** The two steps of an aggregate of distinct values that is split in buckets. */
export type SplitPhase = 'PARTIAL' | 'FINAL';
export interface LogicalAggregate extends Node {
  readonly kind: 'Aggregate';
  readonly phase?: SplitPhase;
  readonly input: LogicalNode;
  /** Columns of the input; the output has them first, in this order. */
  readonly groups: readonly number[];
  readonly calls: readonly AggregateCall[];
  /** GROUPING SETS, as places in `groups`; absent for a plain GROUP BY. */
  readonly sets?: readonly (readonly number[])[];
  /** Of a SELECT DISTINCT: a projection above it is that of another SELECT. */
  readonly isDistinct?: true;
  /** From a STATE_TTL hint; absent for the option's. */
  readonly ttl?: StateTtl;
}
export interface LogicalWatermarkAssigner extends Node {
  readonly kind: 'WatermarkAssigner';
  readonly input: LogicalNode;
  readonly rowtime: number;
  readonly watermark: Rex;
}
const WINDOW_KINDS = ['TUMBLE', 'HOP', 'CUMULATE', 'SESSION'] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];
/**
 * The kind of window that has this name; undefined if none has. Always our own literal, never a piece of the query: V8 (11.3) may take such a piece and an
 * equal literal for different once it compiles a loop that compares them.
 */
export const windowKind = (name: string): WindowKind | undefined =>
  WINDOW_KINDS.find((kind) => kind === name);

/** What a window is made of, lengths in milliseconds. */
export interface WindowSpec {
  readonly kind: WindowKind;
  /** Size of TUMBLE and HOP, maximum size of CUMULATE, gap of SESSION. */
  readonly sizeMs: number;
  /** Slide of HOP, step of CUMULATE; 0 else. */
  readonly slideMs: number;
  readonly offsetMs: number;
  /** Column of the input. */
  readonly time: number;
  readonly timeType: LogicalType;
  /** What the column was called when a legacy window was made of it, whatever it is called since. */
  readonly timeName?: string;
  /** PARTITION BY of a SESSION. */
  readonly partition: readonly number[];
  /** The unit the lengths were written in, for the text of plans. */
  readonly units: readonly string[];
  /** Columns that hold the bounds of windows made further below; `time` is then the end's column. */
  readonly attached?: { readonly start: number; readonly end: number };
}
/** A window table-valued function: appends window_start, window_end, window_time. */
export interface LogicalWindowTable extends Node {
  readonly kind: 'WindowTable';
  readonly input: LogicalNode;
  readonly window: WindowSpec;
}
/** A window property that an aggregate over windows puts out. */
export type WindowProperty = 'start' | 'end' | 'rowtime' | 'proctime';
/** GROUP BY TUMBLE(…): the legacy group window. */
export interface LogicalWindowAggregate extends Node {
  readonly kind: 'WindowAggregate';
  readonly input: LogicalNode;
  readonly groups: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly window: WindowSpec;
  readonly properties: readonly WindowProperty[];
}
export interface LogicalUnion extends Node {
  readonly kind: 'Union';
  readonly inputs: readonly LogicalNode[];
  readonly all: boolean;
}
/** INTERSECT and EXCEPT, until they are rewritten to joins or, with ALL, to counts. */
export interface LogicalSetOperation extends Node {
  readonly kind: 'SetOperation';
  readonly operator: 'INTERSECT' | 'EXCEPT';
  readonly inputs: readonly LogicalNode[];
  readonly all: boolean;
  /** What constants its inputs have before they are cast to common types (Flink's planner looks before CoerceInputsRule casts them). */
  readonly constants: readonly Rex[];
  /** Columns that tell its rows apart. */
  readonly keys: readonly (readonly number[])[];
}
/** A column to sort by. */
export interface SortKey {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
/** ORDER BY, OFFSET and FETCH; `order` is empty for a LIMIT alone, `fetch` null for none. */
export interface LogicalSort extends Node {
  readonly kind: 'Sort';
  readonly input: LogicalNode;
  readonly order: readonly SortKey[];
  readonly offset: number;
  readonly fetch: number | null;
  /** What the projections that went above it read; all columns where none did. */
  readonly read?: readonly number[];
}
/** The functions of one OVER window. */
export interface OverGroup {
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly rows: boolean;
  readonly lower: RexBound;
  readonly upper: RexBound;
  readonly calls: readonly AggregateCall[];
}
/** Appends the values of OVER windows to every row. */
export interface LogicalOver extends Node {
  readonly kind: 'Over';
  readonly input: LogicalNode;
  readonly groups: readonly OverGroup[];
}
/** Where a Top-N begins and ends: ranks are counted from 1; `endColumn` is a column that says the end, or -1. */
export interface RankRange {
  readonly start: number;
  readonly end: number;
  readonly endColumn: number;
}
/** Keeps the rows of each partition whose ROW_NUMBER lies in a range, with that number as last column if `outputsRank`. */
export interface LogicalRank extends Node {
  readonly kind: 'Rank';
  readonly input: LogicalNode;
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly range: RankRange;
  readonly outputsRank: boolean;
}
/** Every row once for each of several projections: GROUPING SETS. */
export interface LogicalExpand extends Node {
  readonly kind: 'Expand';
  readonly input: LogicalNode;
  readonly projects: readonly (readonly Rex[])[];
}
/** Every row as often as its first column says, its other columns once more at its end: for INTERSECT ALL and EXCEPT ALL. */
export interface LogicalReplicate extends Node {
  readonly kind: 'Replicate';
  readonly input: LogicalNode;
}
/** How a collection becomes rows: UNNEST. */
export interface UnnestSpec {
  /** An array, map or multiset. */
  readonly collection: Rex;
  /** WITH ORDINALITY: a last column counts the elements of a collection from 1. */
  readonly ordinality: boolean;
}
/** UNNEST of a collection without a FROM clause to its left; its expression may name columns of the query around. */
export interface LogicalUncollect extends Node, UnnestSpec {
  readonly kind: 'Uncollect';
  /** Whether its columns are given names of their own; they are `called` so. */
  readonly isNamed: boolean;
}
/** Every row with each element of a collection it holds. */
export interface LogicalCorrelate extends Node, UnnestSpec {
  readonly kind: 'Correlate';
  readonly input: LogicalNode;
  readonly joinType: 'inner' | 'left';
  /** Over the element's columns alone; null for none. */
  readonly condition: Rex | null;
  /** The number of its `$cor` variable in plans; 0 if it has none. */
  readonly correlation: number;
  /** What the query calls its columns: windows above have them by these names. */
  readonly called: readonly string[];
}
/** What MATCH_RECOGNIZE looks for and says of it. Expressions are over `PatternRef`s. */
export interface MatchSpec {
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly measures: readonly { readonly name: string; readonly rex: Rex }[];
  readonly pattern: Pattern;
  readonly after: {
    readonly mode: 'NEXT ROW' | 'PAST LAST ROW' | 'FIRST' | 'LAST';
    readonly variable: string | null;
  };
  readonly subsets: readonly { readonly name: string; readonly items: readonly string[] }[];
  readonly define: readonly { readonly variable: string; readonly condition: Rex }[];
}
/** MATCH_RECOGNIZE: a row for each match. */
export interface LogicalMatch extends Node, MatchSpec {
  readonly kind: 'Match';
  readonly input: LogicalNode;
  readonly allRows: boolean;
  /** Whether the pattern is tied to the first and the last row. */
  readonly anchors: { readonly start: boolean; readonly end: boolean };
  /** The literal of WITHIN. */
  readonly within: Rex | null;
  /** What Flink refuses in its expressions once it makes the operator, of DEFINE by variable. */
  readonly refusals: { readonly measures: Error | null; readonly define: ReadonlyMap<string, Error> };
}
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';
/** Bounds of an interval join: left time in [right time + lower, right time + upper], in milliseconds. */
export interface IntervalBounds {
  readonly isRowtime: boolean;
  readonly lowerMs: number;
  readonly upperMs: number;
  /** Columns of the two inputs. */
  readonly leftTime: number;
  readonly rightTime: number;
  /** The condition without the bounds. */
  readonly rest: Rex;
}
/** A join of rows of the same window: where both inputs have its bounds, and the condition without them. */
export interface WindowJoinSpec {
  readonly window: WindowSpec;
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
  readonly rest: Rex;
}
/** What hints ask of a join; `joins` as plans print it. */
/** What a LOOKUP hint asks of a join, as far as a plan shows it. */
export interface LookupHint {
  readonly retry: string | null;
  readonly shuffles: boolean;
}
export interface JoinHints {
  readonly joins: readonly string[];
  readonly leftTtl: StateTtl | null;
  readonly rightTtl: StateTtl | null;
  readonly lookup: LookupHint | null;
}
/** A join of two inputs; `condition` reads the columns of the left input and behind them those of the right one. A semi or anti join puts out the left row alone. */
export interface LogicalJoin extends Node {
  readonly kind: 'Join';
  readonly inputs: readonly [LogicalNode, LogicalNode];
  readonly joinType: JoinType;
  readonly condition: Rex;
  /** FOR SYSTEM_TIME AS OF this column of the left input. */
  readonly asOf: number | null;
  /** The number of the correlation that FOR SYSTEM_TIME AS OF makes, for refusals that quote it. */
  readonly snapshot?: number;
  /** The table that is asked for the rows that stand in it now: FOR SYSTEM_TIME AS OF processing time. */
  readonly lookup?: CatalogTable;
  readonly windowJoin?: WindowJoinSpec;
  readonly hints?: JoinHints;
  /** Made of LATERAL. */
  readonly isLateral?: true;
  /** Made of a sub-query in a condition or a SELECT list. */
  readonly isOfSubQuery?: true;
  /** What Flink refuses the join with once it plans it. */
  readonly refusal?: Error;
  /** Set once the condition has been found to bound the inputs' times. */
  readonly interval: IntervalBounds | null;
}
/**
 * A regular join of several inputs by a key that all share. Each but the first is joined to all before it; its condition reads their columns and behind them its
 * own.
 */
export interface LogicalMultiJoin extends Node {
  readonly kind: 'MultiJoin';
  readonly inputs: readonly LogicalNode[];
  /** For each input; those of the first say nothing. */
  readonly joinTypes: readonly ('inner' | 'left')[];
  readonly conditions: readonly Rex[];
  /** From STATE_TTL hints; null for the option's. */
  readonly ttls: readonly (StateTtl | null)[];
}
/** A join whose right side names columns of the left one, as it was written. */
export interface LogicalLateral extends Node {
  readonly kind: 'Lateral';
  readonly inputs: readonly [LogicalNode, LogicalNode];
  readonly joinType: JoinType;
  /** The left columns that the right side names. */
  readonly columns: readonly number[];
}
/** FOR SYSTEM_TIME AS OF, as it was written. */
export interface LogicalSnapshot extends Node {
  readonly kind: 'Snapshot';
  readonly input: LogicalNode;
  readonly period: Rex;
}
export interface LogicalSink extends Node {
  readonly kind: 'Sink';
  readonly input: LogicalNode;
  /** null for a SELECT's result. */
  readonly table: CatalogTable | null;
  readonly name: string;
  /** Columns written by a partial INSERT, as indexes of the table's persisted columns; null for all. */
  readonly targetColumns: readonly number[] | null;
  /** Options that a hint behind the table's name lays over its own; absent for none. */
  readonly hinted?: ReadonlyMap<string, string>;
  /** What the job dies of before its first row: Flink generates code for the plan that does not compile. */
  readonly uncompiled?: SqlError | null;
}

export const inputsOf = (node: LogicalNode): readonly LogicalNode[] => {
  switch (node.kind) {
    case 'Scan':
    case 'Values':
    case 'Uncollect':
      return [];
    case 'Union':
    case 'SetOperation':
    case 'Join':
    case 'MultiJoin':
    case 'Lateral':
      return node.inputs;
    default:
      return [node.input];
  }
};

/** Whether rows are the groups of the SELECT that reads them, as its HAVING leaves them. */
export function areOwnGroups(node: LogicalNode): boolean {
  const below = node.kind === 'Filter' ? node.input : node;
  return below.kind === 'Aggregate' && !below.isDistinct;
}
