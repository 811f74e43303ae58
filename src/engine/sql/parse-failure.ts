import type { Span } from '../base/span.ts';
import type { ComplaintCode } from './complaints.ts';
import type { Token, TokenSource } from './lexer.ts';

/** What the parser knows of a mistake. Words, place and advice come of it in `syntax-error.ts`, once somebody asks. */

/** A refusal in one of Flink's own sentences, rather than `Encountered …`. */
export interface Complaint {
  readonly kind: 'complaint';
  readonly code: ComplaintCode;
  readonly span: Span;
  /** What the sentence names. */
  readonly detail: string;
}

export type Failure =
  | { readonly kind: 'lexical'; readonly token: Token }
  | { readonly kind: 'unexpected'; readonly index: number; readonly tried: readonly (readonly string[])[] }
  | Complaint
  | { readonly kind: 'limit'; readonly message: string; readonly span: Span }
  /** No statement at all. */
  | { readonly kind: 'empty' }
  /** A second statement where there may be one. */
  | { readonly kind: 'several'; readonly span: Span };

/** A failure and where the statement stands. */
export interface Mistake {
  readonly failure: Failure;
  readonly tokens: TokenSource;
  /** The index of the statement's first token. */
  readonly first: number;
}

/** Ends the parse of one statement; never leaves `parse.ts`. */
export class ParseFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind);
    this.name = 'ParseFailure';
    this.failure = failure;
  }
}
