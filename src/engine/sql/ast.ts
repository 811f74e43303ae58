import type { Span } from '../base/span.ts';

/**
 * The tree of a Flink SQL script: what was written and where, nothing about what it means.
 * Names are as written, types are names with arguments, literals are text. Every node has its span.
 * `parse ∘ unparse` is the identity on trees but for spans.
 */
interface Node {
  readonly span: Span;
}

// ---------------------------------------------------------------- names

export interface Identifier extends Node {
  readonly name: string;
  /** Written in backticks. */
  readonly quoted: boolean;
}
/** `a`, `a.b`, `cat.db.t`. */
export interface Name extends Node {
  readonly parts: readonly Identifier[];
}

// ---------------------------------------------------------------- types

export interface TypeField extends Node {
  readonly name: Identifier;
  readonly type: TypeName;
  readonly comment: string | null;
}
export interface TypeName extends Node {
  /** Upper case: `INT`, `TIMESTAMP_LTZ`, `ARRAY`, `ROW`, … with synonyms (INTEGER, DEC, NUMERIC) already resolved to Flink's name. */
  readonly name: string;
  /** Length, or precision and scale, as written; empty where none was. */
  readonly args: readonly number[];
  /** Element of ARRAY and MULTISET; key and value of MAP. */
  readonly elements: readonly TypeName[];
  /** Fields of ROW and STRUCTURED. */
  readonly fields: readonly TypeField[];
  /** The qualifier of an INTERVAL. */
  readonly interval: IntervalQualifier | null;
  /** `true` for NOT NULL, `false` for NULL, `null` where nothing was said. */
  readonly notNull: boolean | null;
  /** Strings of RAW('class', 'snapshot') and the class of STRUCTURED. */
  readonly strings: readonly string[];
}
export type TimeUnit =
  | 'YEAR'
  | 'QUARTER'
  | 'MONTH'
  | 'WEEK'
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'
  | 'MILLISECOND'
  | 'MICROSECOND'
  | 'NANOSECOND'
  | 'EPOCH'
  | 'DOW'
  | 'DOY'
  | 'ISODOW'
  | 'ISOYEAR'
  | 'DECADE'
  | 'CENTURY'
  | 'MILLENNIUM';
export interface IntervalQualifier extends Node {
  /** Singular: `SECONDS` is `SECOND`. */
  readonly from: TimeUnit;
  readonly to: TimeUnit | null;
  readonly precision: number | null;
  readonly fraction: number | null;
}

// ---------------------------------------------------------------- expressions

export type Expression =
  | Literal
  | IntervalLiteral
  | ColumnRef
  | Star
  | Call
  | Case
  | Cast
  | WindowCall
  | SubQuery
  | RowValue
  | ArrayValue
  | MapValue
  | ItemAccess
  | FieldAccess
  | NamedArgument
  | DefaultValue
  | TableArgument
  | ModelArgument
  | Descriptor
  | DynamicParameter;

export interface Literal extends Node {
  readonly kind: 'Literal';
  readonly type:
    | 'number'
    | 'string'
    | 'binary'
    | 'boolean'
    | 'null'
    | 'unknown'
    | 'date'
    | 'time'
    | 'timestamp'
    | 'timestamp_ltz';
  /** number: as written (`1.5E-3`); string: decoded, without quotes (U& escapes resolved); binary: hex digits; date and time: the text. */
  readonly value: string;
  /** `_UTF8'…'` and such; null for the ordinary case. */
  readonly charset?: string | null;
}
export interface IntervalLiteral extends Node {
  readonly kind: 'IntervalLiteral';
  /** The text inside the quotes, or the digits of `INTERVAL 5 SECOND`. */
  readonly value: string;
  /** Without quotes it is no literal to Flink, but a product of the number and the unit. */
  readonly quoted: boolean;
  readonly negative: boolean;
  readonly qualifier: IntervalQualifier;
}
/** `a`, `t.a`, `t.r.f`: which part is a table and which a field is found out by validation. */
export interface ColumnRef extends Node {
  readonly kind: 'ColumnRef';
  readonly parts: readonly Identifier[];
}
/** `*`, `t.*`, `r.f.*`. */
export interface Star extends Node {
  readonly kind: 'Star';
  readonly qualifier: readonly Identifier[];
}
/**
 * Operators, predicates and functions alike. `name` is Calcite's name of the operator in upper case:
 * `+ - * / % || = <> < <= > >= AND OR NOT` (also unary `-` and `+` as `-` / `+` with one argument), `IS NULL`, `IS NOT NULL`, `IS TRUE`,
 * `IS NOT TRUE`, `IS FALSE`, `IS NOT FALSE`, `IS UNKNOWN`, `IS NOT UNKNOWN`, `IS DISTINCT FROM`, `IS NOT DISTINCT FROM`,
 * `IS JSON VALUE|OBJECT|ARRAY|SCALAR` and `IS NOT JSON …`, `BETWEEN`, `NOT BETWEEN`, `BETWEEN SYMMETRIC`, `NOT BETWEEN SYMMETRIC`,
 * `LIKE`, `NOT LIKE`, `SIMILAR TO`, `NOT SIMILAR TO` (third argument: escape), `IN`, `NOT IN` (right side a RowValue list `IN (…)` or a SubQuery),
 * `EXISTS`, `UNIQUE`, `OVERLAPS`, `= SOME`, `> ALL`, …, `EXTRACT` (first argument Keyword literal), `FLOOR`/`CEIL` with a unit, `TRIM` (BOTH/LEADING/TRAILING),
 * `POSITION`, `OVERLAY`, `SUBSTRING`, `TIMESTAMPADD`, `TIMESTAMPDIFF`, `JSON_VALUE`, …; otherwise the function's name as written.
 */
export interface Call extends Node {
  readonly kind: 'Call';
  readonly name: string;
  /** Where the function's name or the operator stands. */
  readonly nameSpan: Span;
  /** The full path of a function written `cat.db.f`; null for operators and plain names. */
  readonly path: Name | null;
  readonly args: readonly Expression[];
  /** Keywords among or after the arguments, in order, e.g. `['HOUR']` of EXTRACT, `['BOTH']` of TRIM, `['NULL ON NULL']`, `['RETURNING', …]`. */
  readonly keywords: readonly string[];
  /** RETURNING type of JSON functions. */
  readonly returning?: TypeName | null;
  readonly distinct: boolean;
  /** `COUNT(*)`. */
  readonly star: boolean;
  readonly filter: Expression | null;
  /** ORDER BY within an aggregate's parentheses, or WITHIN GROUP. */
  readonly orderBy: readonly SortItem[];
  /** `IGNORE NULLS` / `RESPECT NULLS`. */
  readonly nulls: 'IGNORE' | 'RESPECT' | null;
  /** Written as an operator, or as a niladic function without parentheses (`CURRENT_DATE`). */
  readonly syntax: 'function' | 'infix' | 'prefix' | 'postfix' | 'niladic' | 'special';
}
export interface Case extends Node {
  readonly kind: 'Case';
  readonly operand: Expression | null;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | null;
}
export interface Cast extends Node {
  readonly kind: 'Cast';
  readonly isTry: boolean;
  readonly operand: Expression;
  readonly type: TypeName;
}
/** `f(…) OVER (…)` or `f(…) OVER w`. */
export interface WindowCall extends Node {
  readonly kind: 'WindowCall';
  readonly call: Call;
  readonly window: WindowSpec | Identifier;
}
export interface WindowSpec extends Node {
  readonly base: Identifier | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: WindowFrame | null;
}
export interface WindowFrame extends Node {
  readonly unit: 'ROWS' | 'RANGE';
  readonly lower: FrameBound;
  readonly upper: FrameBound | null;
}
export interface FrameBound extends Node {
  readonly type: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  readonly offset: Expression | null;
}
export interface SubQuery extends Node {
  readonly kind: 'SubQuery';
  readonly query: Query;
}
/** `(a, b)`, `ROW(a, b)`, and the right side of IN (…). */
export interface RowValue extends Node {
  readonly kind: 'RowValue';
  readonly items: readonly Expression[];
  readonly explicit: boolean;
}
export interface ArrayValue extends Node {
  readonly kind: 'ArrayValue';
  readonly items: readonly Expression[];
}
/** Keys and values in turn. */
export interface MapValue extends Node {
  readonly kind: 'MapValue';
  readonly items: readonly Expression[];
}
export interface ItemAccess extends Node {
  readonly kind: 'ItemAccess';
  readonly operand: Expression;
  readonly index: Expression;
}
/** `arr[1].x`, `f(x).y`; a plain chain of names is a ColumnRef. */
export interface FieldAccess extends Node {
  readonly kind: 'FieldAccess';
  readonly operand: Expression;
  readonly field: Identifier;
}
export interface NamedArgument extends Node {
  readonly kind: 'NamedArgument';
  readonly name: Identifier;
  readonly value: Expression;
}
export interface DefaultValue extends Node {
  readonly kind: 'DefaultValue';
}
/** `TABLE t PARTITION BY … ORDER BY …` or `TABLE (query)` as an argument of a table function. */
export interface TableArgument extends Node {
  readonly kind: 'TableArgument';
  readonly table: Name | Query;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
}
export interface ModelArgument extends Node {
  readonly kind: 'ModelArgument';
  readonly model: Name;
}
export interface Descriptor extends Node {
  readonly kind: 'Descriptor';
  readonly columns: readonly Identifier[];
}
export interface DynamicParameter extends Node {
  readonly kind: 'DynamicParameter';
}

// ---------------------------------------------------------------- queries

export type Query = Select | SetOperation | Values | With | OrderedQuery | ExplicitTable;

export interface Select extends Node {
  readonly kind: 'Select';
  readonly distinct: boolean;
  readonly hints: readonly Hint[];
  readonly items: readonly SelectItem[];
  /** Comma-separated tables are CROSS joins with `comma: true`. */
  readonly from: TableRef | null;
  readonly where: Expression | null;
  readonly groupBy: readonly GroupItem[] | null;
  readonly having: Expression | null;
  readonly windows: readonly { readonly name: Identifier; readonly spec: WindowSpec }[];
  readonly qualify: Expression | null;
}
export interface SelectItem extends Node {
  readonly expression: Expression;
  readonly alias: Identifier | null;
}
export type GroupItem =
  | { readonly kind: 'Expression'; readonly expression: Expression; readonly span: Span }
  | {
      readonly kind: 'GroupingSets' | 'Cube' | 'Rollup';
      readonly items: readonly GroupItem[];
      readonly span: Span;
    }
  /** `(a, b)` within GROUPING SETS, and `()`. */
  | { readonly kind: 'Set'; readonly items: readonly Expression[]; readonly span: Span };
export interface SetOperation extends Node {
  readonly kind: 'SetOperation';
  readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly all: boolean;
  readonly left: Query;
  readonly right: Query;
}
export interface Values extends Node {
  readonly kind: 'Values';
  readonly rows: readonly RowValue[];
}
export interface With extends Node {
  readonly kind: 'With';
  /** Present for WITH RECURSIVE, which Flink parses and refuses later. */
  readonly recursive?: boolean;
  readonly items: readonly {
    readonly name: Identifier;
    readonly columns: readonly Identifier[];
    readonly query: Query;
    readonly span: Span;
  }[];
  readonly body: Query;
}
/** A query with ORDER BY, LIMIT, OFFSET or FETCH at its end. */
export interface OrderedQuery extends Node {
  readonly kind: 'OrderedQuery';
  readonly query: Query;
  readonly orderBy: readonly SortItem[];
  readonly offset: Expression | null;
  readonly fetch: Expression | null;
}
/** `TABLE t` as a query. */
export interface ExplicitTable extends Node {
  readonly kind: 'ExplicitTable';
  readonly name: Name;
}
export interface SortItem extends Node {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls: 'FIRST' | 'LAST' | null;
}
export interface Hint extends Node {
  readonly name: Identifier;
  /** `OPTIONS('k'='v')` has keys; `BROADCAST(a, b)` and `LOOKUP('table'='c')` mix. */
  readonly options: readonly { readonly key: string; readonly value: string | null; readonly span: Span }[];
}

export type TableRef = NamedTable | DerivedTable | TableFunction | Join | Unnest | MatchRecognize | Sample;

/** `t TABLESAMPLE BERNOULLI(50)`. */
export interface Sample extends Node {
  readonly kind: 'Sample';
  readonly input: TableRef;
  readonly method: 'BERNOULLI' | 'SYSTEM' | 'SUBSTITUTE';
  /** A percentage, or the name of what is read instead, as it is written. */
  readonly argument: string;
  /** The seed behind REPEATABLE. */
  readonly seed: string | null;
}

interface Aliased extends Node {
  readonly alias: Identifier | null;
  readonly columns: readonly Identifier[];
}
export interface NamedTable extends Aliased {
  readonly kind: 'NamedTable';
  readonly name: Name;
  readonly hints: readonly Hint[];
  /** FOR SYSTEM_TIME AS OF. */
  readonly asOf: Expression | null;
}
export interface DerivedTable extends Aliased {
  readonly kind: 'DerivedTable';
  readonly query: Query;
  readonly lateral: boolean;
}
/** `TABLE(f(…))`, `LATERAL TABLE(f(…))`, or `f(…)` straight in FROM. */
export interface TableFunction extends Aliased {
  readonly kind: 'TableFunction';
  readonly call: Call;
  readonly lateral: boolean;
  readonly wrapped: boolean;
}
export interface Unnest extends Aliased {
  readonly kind: 'Unnest';
  readonly operands: readonly Expression[];
  readonly ordinality: boolean;
}
export interface Join extends Node {
  readonly kind: 'Join';
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | 'LEFT SEMI' | 'ANTI';
  readonly natural: boolean;
  /** Written with a comma. */
  readonly comma: boolean;
  readonly left: TableRef;
  readonly right: TableRef;
  readonly on: Expression | null;
  readonly using: readonly Identifier[] | null;
}
export interface MatchRecognize extends Aliased {
  readonly kind: 'MatchRecognize';
  readonly input: TableRef;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly measures: readonly SelectItem[];
  readonly rowsPerMatch: 'ONE' | 'ALL' | null;
  readonly after: {
    readonly mode: 'NEXT ROW' | 'PAST LAST ROW' | 'FIRST' | 'LAST' | 'VARIABLE';
    readonly variable: Identifier | null;
    readonly span: Span;
  } | null;
  readonly pattern: Pattern;
  /** `^` before the pattern and `$` behind it. */
  readonly anchors: { readonly start: boolean; readonly end: boolean };
  readonly within: Expression | null;
  readonly subsets: readonly { readonly name: Identifier; readonly items: readonly Identifier[] }[];
  readonly define: readonly {
    readonly name: Identifier;
    readonly condition: Expression;
    readonly span: Span;
  }[];
}
export type Pattern =
  | { readonly kind: 'Variable'; readonly name: Identifier; readonly span: Span }
  | {
      readonly kind: 'Sequence' | 'Alternation' | 'Permute';
      readonly items: readonly Pattern[];
      readonly span: Span;
    }
  | { readonly kind: 'Exclude'; readonly item: Pattern; readonly span: Span }
  | {
      readonly kind: 'Repeat';
      readonly item: Pattern;
      /** -1 where none is written: `{,2}`. */
      readonly min: number;
      readonly max: number | null;
      readonly greedy: boolean;
      readonly span: Span;
    };

// ---------------------------------------------------------------- statements

export interface Option extends Node {
  readonly key: string;
  readonly value: string;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}
export type TableElement =
  | (Node & {
      readonly kind: 'PhysicalColumn';
      readonly name: Identifier;
      readonly type: TypeName;
      readonly primaryKey: { readonly enforced: boolean | null } | null;
      readonly comment: string | null;
      readonly position: ColumnPosition | null;
    })
  | (Node & {
      readonly kind: 'MetadataColumn';
      readonly name: Identifier;
      readonly type: TypeName;
      readonly from: string | null;
      readonly virtual: boolean;
      readonly comment: string | null;
      readonly position: ColumnPosition | null;
    })
  | (Node & {
      readonly kind: 'ComputedColumn';
      readonly name: Identifier;
      readonly expression: Expression;
      readonly comment: string | null;
      readonly position: ColumnPosition | null;
    })
  | (Node & { readonly kind: 'Watermark'; readonly column: Name; readonly expression: Expression })
  | (Node & {
      readonly kind: 'PrimaryKey';
      readonly name: Identifier | null;
      readonly columns: readonly Identifier[];
      readonly enforced: boolean | null;
      readonly unique: boolean;
    })
  /** A bare name in the column list of CREATE TABLE … AS. */
  | (Node & { readonly kind: 'ColumnName'; readonly name: Identifier });
export type ColumnPosition = 'FIRST' | { readonly after: Identifier };

export interface CreateTable extends Node {
  readonly kind: 'CreateTable';
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: Name;
  readonly elements: readonly TableElement[];
  readonly comment: string | null;
  readonly distribution: {
    readonly kind: 'HASH' | 'RANGE' | null;
    readonly columns: readonly Identifier[];
    readonly buckets: number | null;
  } | null;
  readonly partitionedBy: readonly Identifier[];
  readonly options: readonly Option[];
  readonly like: {
    readonly name: Name;
    readonly clauses: readonly {
      readonly mode: 'INCLUDING' | 'EXCLUDING' | 'OVERWRITING';
      readonly feature: string;
    }[];
  } | null;
  readonly query: Query | null;
}
export interface CreateView extends Node {
  readonly kind: 'CreateView';
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: Name;
  readonly columns: readonly { readonly name: Identifier; readonly comment: string | null }[];
  readonly comment: string | null;
  readonly query: Query;
}
export interface Insert extends Node {
  readonly kind: 'Insert';
  readonly overwrite: boolean;
  /** UPSERT INTO parses and is refused by Flink with its own sentence. */
  readonly upsert: boolean;
  readonly table: Name;
  readonly hints: readonly Hint[];
  readonly partition: readonly { readonly name: Identifier; readonly value: Expression | null }[];
  /** null where no column list was written. */
  readonly columns: readonly Name[] | null;
  readonly query: Query;
}
export interface QueryStatement extends Node {
  readonly kind: 'QueryStatement';
  readonly query: Query;
}
export interface SetOption extends Node {
  readonly kind: 'SetOption';
  /** Both null for a bare SET. */
  readonly key: string | null;
  readonly value: string | null;
}
export interface ResetOption extends Node {
  readonly kind: 'ResetOption';
  readonly key: string | null;
}
export interface Explain extends Node {
  readonly kind: 'Explain';
  /** `ESTIMATED_COST`, `CHANGELOG_MODE`, `JSON_EXECUTION_PLAN`, `PLAN_ADVICE`. */
  readonly details: readonly string[];
  readonly statement: Statement;
}
export interface StatementSet extends Node {
  readonly kind: 'StatementSet';
  readonly inserts: readonly Insert[];
  /** `BEGIN STATEMENT SET; … END;` rather than `EXECUTE STATEMENT SET BEGIN … END;`. */
  readonly bare: boolean;
}

/**
 * Every statement of Flink. The ones this file does not spell out (DROP, ALTER, SHOW, DESCRIBE, USE, LOAD, catalogs, functions, models,
 * materialized tables, UPDATE, DELETE, TRUNCATE, CALL, ANALYZE, COMPILE, jobs, jars) are in `ast-statements.ts`.
 */
export type Statement =
  | CreateTable
  | CreateView
  | Insert
  | QueryStatement
  | SetOption
  | ResetOption
  | Explain
  | StatementSet
  | import('./ast-statements.ts').OtherStatement;
