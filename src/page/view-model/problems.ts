import type { Diagnostic } from '../../engine/base/diagnostic.ts';
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
