import { isBinary, type LogicalType, type Value } from '../types/logical-type.ts';

/** What an expression may ask of the world; all of it comes in as an argument. Times are epoch milliseconds. */
export interface EvaluationContext {
  /** `table.local-time-zone`, an IANA name or a fixed offset such as `GMT+08:00`. */
  readonly zone: string;
  /** Simulated processing time of this moment. */
  nowMs(): number;
  /** The next number in [0, 1) of the job's seeded generator. */
  random(): number;
  /** Watermark known to the operator that evaluates, null before the first. */
  watermarkMs(): number | null;
}

/** What inference knows of an argument. */
export interface Argument {
  readonly type: LogicalType;
  /** The value of a literal argument; `undefined` where it is not one. */
  readonly literal?: Value;
  /** Which column of the input it is, where it is one. */
  readonly column?: number;
  /** A keyword argument: `HOUR` of EXTRACT, `BOTH` of TRIM. */
  readonly symbol?: string;
  /** The operator of an argument that is a call itself: JSON_OBJECT takes nested JSON functions as they are. */
  readonly operator?: string;
}

/** Why the arguments do not fit; the words after `SQL validation failed. From line …: `. */
export interface Misfit {
  readonly message: string;
  /** Which exception Flink throws innermost, `SqlValidatorException` unless said. */
  readonly exception?: string;
  /** What is said instead where the validator asks for the type before it has given one to a bare NULL. */
  readonly early?: Misfit;
}
export const isMisfit = (x: LogicalType | Misfit): x is Misfit => 'message' in x;

/**
 * How a call is computed for arguments of certain types. The compiler handles NULL for `strict` functions: `evaluate` then never sees one.
 */
export interface Implementation {
  readonly evaluate: (...args: never[]) => Value;
  /** The same as JavaScript source over argument sources, for the hot ones; arguments are variables, columns or literals and may be repeated. Must mean what `evaluate` means. */
  readonly inline?: (...args: string[]) => string;
  /** Looks at the first arguments before the next is computed: throws what the call dies of. */
  readonly checkFirst?: (...args: Value[]) => void;
}

export interface ScalarFunction {
  /** Flink's name, upper case, or the operator's sign. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** NULL in any argument gives NULL. */
  readonly strict: boolean;
  /** `false` for UUID, RAND, NOW, …: never folded, and the reason for non-deterministic updates. */
  readonly isDeterministic: boolean;
  /** CURRENT_TIMESTAMP and its like: one value a query in batch, one a row in streaming. */
  readonly isDynamic?: boolean;
  /** Of Flink's newer stack, whose code looks once more at the types of the arguments. */
  readonly isModern?: boolean;
  /** Derives the result type, or says in Flink's words why the arguments do not fit. */
  inferType(args: readonly Argument[]): LogicalType | Misfit;
  /** Types the arguments must be cast to before the call; absent where they are taken as they are. */
  coerce?(args: readonly Argument[], result: LogicalType): readonly LogicalType[];
  /** Why Flink's code generator refuses a call that its validator let pass (`Exception: words`), or null. */
  refuse?(args: readonly Argument[], result: LogicalType): string | null;
  implement(
    argTypes: readonly LogicalType[],
    resultType: LogicalType,
    context: EvaluationContext,
    args: readonly Argument[],
  ): Implementation;
  /** Hover and signature help, in both languages. */
  readonly doc: FunctionDoc;
}

/** What Flink says where its generated Java does not compile: a fault of its own. */
export const NOT_COMPILABLE =
  'InvalidProgramException: Table program cannot be compiled. This is a bug. Please file an issue.';

/** Positions and lengths are `int` in Flink's Java: a BIGINT there does not compile. */
export const refuseLong = (args: readonly Argument[]): string | null =>
  args.slice(1).some(({ type }) => type.root === 'BIGINT') ? NOT_COMPILABLE : null;

/** The validator lets bytes through where there is code for text alone. */
export const refuseBytes = (args: readonly Argument[]): string | null =>
  args.some(({ type }) => isBinary(type)) ? NOT_COMPILABLE : null;

/** For a function that the planner writes in other words before it is computed (`convert-call`). */
export const neverComputed = (): never => {
  throw new Error('A function that the planner rewrites cannot be computed.');
};

export interface FunctionDoc {
  /** `SPLIT_INDEX(string1, string2, integer1)` */
  readonly signature: string;
  readonly category: string;
  readonly en: string;
  readonly zh: string;
  /** Expression and its result, each run by a test against Flink's recorded answer. */
  readonly examples: readonly (readonly [expression: string, result: string | null])[];
}
