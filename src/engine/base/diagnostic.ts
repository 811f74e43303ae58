import type { Span } from './span.ts';

/** Which part of the work refused: Flink's answers are told apart by the same words. */
export type Phase = 'parse' | 'plan' | 'statement' | 'run' | 'internal' | 'limit';

/**
 * What is wrong with the user's SQL or data, as a value.
 *
 * `chain` holds Flink's own sentences from the outermost to the innermost cause; the last one is the telling one and
 * is what the page shows. `span` is where a person sees the mistake; `null` when Flink names no place either.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'info';
  readonly phase: Phase;
  /** Stable name for explanations and fixes, e.g. `unknown-column`. */
  readonly code: string;
  readonly chain: readonly string[];
  readonly span: Span | null;
  /** A sentence of our own: what to do about it. The page knows it in Chinese by these very words. */
  readonly hint?: string;
  /** Changes of the text that certainly put it right, the likeliest first. */
  readonly fixes?: readonly Fix[];
  /** The plan as far as it was made, and the node at fault. */
  readonly plan?: RefusedPlan;
}

/** The plan of a statement that is refused: operators, inputs before those who read them. */
export interface RefusedPlan {
  readonly operators: readonly {
    readonly name: string;
    /** A few words for the box. */
    readonly label: string;
    readonly line: string;
    readonly inputs: readonly number[];
  }[];
  /** Index of the one at fault. */
  readonly at: number;
}

/** A change of the script that the editor offers. */
export interface Fix {
  readonly kind: 'replace' | 'quote' | 'remove' | 'insert' | 'watermark';
  /** What it puts in or takes out, for its title. */
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** Replaces a range of the text. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** Every machine of today has it, though no standard does. */
const STACKS: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;

/** Thrown inside the engine to end the work on one statement; caught at the engine's door and turned into a value. */
export class SqlError extends Error {
  readonly diagnostic: Diagnostic;
  /** The node of the plan at fault, where whoever refuses knows it. */
  readonly at: object | null;
  constructor(diagnostic: Diagnostic, at: object | null = null) {
    const { stackTraceLimit } = STACKS;
    // What it is about stands in the script. Taking the stack takes longer than finding what is wrong.
    STACKS.stackTraceLimit = 0;
    super(diagnostic.chain.at(-1) ?? diagnostic.code);
    STACKS.stackTraceLimit = stackTraceLimit;
    this.name = 'SqlError';
    this.diagnostic = diagnostic;
    this.at = at;
  }
}
