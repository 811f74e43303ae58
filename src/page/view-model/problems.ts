import type { Diagnostic, Fix } from '../../engine/base/diagnostic.ts';
import type { RunFailure } from '../../engine/engine-api.ts';

/** Something wrong, at its place. */
export interface Problem {
  readonly diagnostic: Diagnostic;
  /** The input at fault, for a mistake in the data. */
  readonly input: number | null;
  readonly column: string | null;
}

/** What a diagnostic says: the innermost cause is the telling one. */
export function message(diagnostic: Diagnostic): string {
  return diagnostic.chain.at(-1) ?? diagnostic.code;
}

/** The same without the name of its class and a parser's list of all that it would have taken. */
export function briefMessage(diagnostic: Diagnostic): string {
  return wording(message(diagnostic));
}

const PARSERS_LIST = /Was expecting(:| one of:)[\s\S]*$/;

/** A script with a change that the engine offers. */
export function withFix(sql: string, { edits }: Fix): string {
  return edits
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((text, { span, text: put }) => text.slice(0, span.start) + put + text.slice(span.end), sql);
}

/** What led to it, from the nearest cause outwards: sentences that say more than those before them. */
export function causes(diagnostic: Diagnostic): readonly string[] {
  const said = [wording(message(diagnostic))];
  return diagnostic.chain
    .slice(0, -1)
    .toReversed()
    .filter((line) => {
      const text = wording(line);
      if (EVERY_FAILED_JOB.test(text) || said.some((known) => text.includes(known) || known.includes(text)))
        return false;
      said.push(text);
      return true;
    });
}

const EVERY_FAILED_JOB = /^(Job execution failed|Recovery is suppressed)/;

/** A line of a chain without the name of its class and without a parser's list of what it expected. */
function wording(line: string): string {
  return line
    .replace(/^\w+(Exception|Error): /, '')
    .replace(PARSERS_LIST, '')
    .trim();
}

/** All that is wrong, each thing once, errors first. */
export function problems(diagnostics: readonly Diagnostic[], failure: RunFailure | null): readonly Problem[] {
  const seen = new Set<string>();
  const list: Problem[] = [];
  const add = (diagnostic: Diagnostic, input: number | null, column: string | null): void => {
    const key = `${diagnostic.span?.start} ${diagnostic.span?.end} ${message(diagnostic)}`;
    if (seen.has(key)) return;
    seen.add(key);
    list.push({ diagnostic, input, column });
  };
  if (failure) add(failure.diagnostic, failure.input, failure.column);
  for (const diagnostic of diagnostics) add(diagnostic, null, null);
  const rank = { error: 0, warning: 1, info: 2 };
  return list.toSorted((a, b) => rank[a.diagnostic.severity] - rank[b.diagnostic.severity]);
}
