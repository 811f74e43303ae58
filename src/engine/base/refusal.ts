import { type Phase, SqlError } from './diagnostic.ts';
import type { Span } from './span.ts';

/** A refusal without a place of its own; `span` says where a person should look. */
export function plainError(
  phase: Phase,
  code: string,
  exception: string,
  message: string,
  span: Span | null,
  hint?: string,
  /** The node of the plan at fault. */
  at: object | null = null,
): SqlError {
  const chain = [`${exception}: ${message}`];
  return new SqlError(
    { severity: 'error', phase, code, chain, span, ...(hint === undefined ? {} : { hint }) },
    at,
  );
}

/** A statement's refusal, from the outermost sentence to the innermost. */
export function refuse(span: Span, chain: readonly string[], phase: Phase = 'statement'): SqlError {
  return new SqlError({ severity: 'error', phase, code: 'statement-refused', chain, span });
}

/** What Flink's parser refuses in a sentence of its own although it could read it. */
export function unparsed(span: Span, words: string): SqlError {
  const chain = [
    `SqlParserException: SQL parse failed. ${words}`,
    `SqlParseException: ${words}`,
    `ParseException: ${words}`,
  ];
  return refuse(span, chain, 'parse');
}

/** Correct Flink SQL that this engine cannot run yet: said as such, never approximated. */
export function notYet(what: string, span: Span | null, phase: Phase = 'plan'): SqlError {
  return new SqlError({
    severity: 'info',
    phase,
    code: 'not-supported-here',
    chain: [`Tidemark does not support ${what} yet; a real Flink does.`],
    span,
  });
}
