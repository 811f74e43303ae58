import type { Span } from '../base/span.ts';
import type { LogicalType, Value } from '../types/logical-type.ts';

/**
 * A typed, resolved expression over the columns of one or more inputs: Calcite's RexNode as plain data.
 */
export type Rex = InputRef | RexLiteral | RexCall | RexOver | RexSubQuery | RexCorrelation | PatternRef;

/** Stands around a column that can be NULL although its type says NOT NULL, which no plan shows. */
export const MAY_MISS = 'MAY MISS';

export interface InputRef {
  readonly kind: 'InputRef';
  readonly index: number;
  readonly type: LogicalType;
}
export interface RexLiteral {
  readonly kind: 'Literal';
  /** A FLOAT as precise as it was written; `literalValue` is what is computed with. */
  readonly value: Value;
  readonly type: LogicalType;
  /** Digits behind the point that plans show of a DECIMAL, or of a DOUBLE that was written as one: as many as were written. */
  readonly shownScale?: number;
  /** The number as it was written, of which a DECIMAL has too few digits behind the point: it is rounded when it is computed with. */
  readonly written?: RexLiteral;
  /** A DOUBLE that the planner computed: plans show it to the last bit. */
  readonly isComputed?: true;
  /** The number of units that an interval without quotes was written with (`INTERVAL 5 SECOND`): to Flink it is a product until constants are folded. */
  readonly times?: number;
  /** Known only once a Top-N's range is, when constants have been folded. */
  readonly isLate?: true;
  /** Keyword arguments (`FLAG(HOUR)`) and Sargs carry themselves here instead of a value. */
  readonly symbol?: string;
  readonly sarg?: Sarg;
}
/**
 * `operator` is Calcite's name as plans print it: `+`, `=`, `AND`, `IS NOT NULL`, `CASE`, `CAST`, `TRY_CAST`, `COALESCE`, `SEARCH`, `UPPER`, `ITEM`,
 * `DOT` (field access; second operand a symbol literal), `ROW`, `ARRAY`, `MAP`, `REINTERPRET`, `PROCTIME`, `TUMBLE`, …
 * CASE has condition, value, condition, value, …, otherwise. CAST's target is `type`.
 */
export interface RexCall {
  readonly kind: 'Call';
  readonly operator: string;
  readonly operands: readonly Rex[];
  readonly type: LogicalType;
  /** For an alias the user wrote the function by (`CHARACTER_LENGTH`), null else; plans print `operator`. */
  readonly alias?: string;
  /** Where it is written, kept for calls that the validator takes and no code can be made for. */
  readonly place?: Span;
  /** Set where Calcite's object for the type is another than the one it would find for an expression made anew: see `keepType`. */
  readonly hasOwnType?: true;
}
export interface RexOver {
  readonly kind: 'Over';
  readonly aggregate: string;
  readonly operands: readonly Rex[];
  readonly distinct: boolean;
  readonly ignoreNulls: boolean;
  readonly partitionBy: readonly Rex[];
  readonly orderBy: readonly RexSort[];
  readonly rows: boolean;
  readonly lower: RexBound;
  readonly upper: RexBound;
  readonly type: LogicalType;
}
export interface RexSort {
  readonly rex: Rex;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
export interface RexBound {
  readonly type: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  readonly offset: Rex | null;
}
/** IN, EXISTS, SOME/ALL and scalar sub-queries, until they are rewritten to joins. `query` is a logical plan. */
export interface RexSubQuery {
  readonly kind: 'SubQuery';
  readonly operator: string;
  readonly operands: readonly Rex[];
  readonly query: unknown;
  readonly type: LogicalType;
}
/** `$cor0.f`. */
export interface RexCorrelation {
  readonly kind: 'Correlation';
  readonly id: number;
  readonly field: number;
  readonly name: string;
  readonly type: LogicalType;
}
/** A column of the rows that a variable of MATCH_RECOGNIZE stands for; `*` stands for all of them. */
export interface PatternRef {
  readonly kind: 'PatternRef';
  readonly variable: string;
  readonly index: number;
  readonly type: LogicalType;
}
/** A set of ranges of one value: `SEARCH(x, Sarg[…])`. Bounds null where open-ended. */
export interface Sarg {
  readonly ranges: readonly {
    readonly lower: Value;
    readonly lowerOpen: boolean;
    readonly upper: Value;
    readonly upperOpen: boolean;
  }[];
  readonly nullAs: 'UNKNOWN' | 'TRUE' | 'FALSE';
  /** Numbers that are shown with other digits behind the point than their type has. */
  readonly shown?: ReadonlyMap<Value, number>;
}

export const ref = (index: number, type: LogicalType): InputRef => ({ kind: 'InputRef', index, type });
export const literal = (value: Value, type: LogicalType): RexLiteral => ({ kind: 'Literal', value, type });
export const call = (operator: string, operands: readonly Rex[], type: LogicalType): RexCall => ({
  kind: 'Call',
  operator,
  operands,
  type,
});
