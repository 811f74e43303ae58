import type { Case } from '../../src/engine/script/answer-case.ts';
import type { Recorded } from '../suite/compare.ts';

/** A difference that `docs/oddities.md` explains; every pattern that is given must be found. */
export interface Oddity {
  /** Words of the sentence in `docs/oddities.md`. */
  readonly explained: string;
  /** In one of the statements. */
  readonly sql?: string;
  /** In the messages of Flink's error, or in its rows. */
  readonly flink?: string;
  /** In the messages of our error, or in our rows. */
  readonly ours?: string;
}

const isFound = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || new RegExp(pattern).test(text);

/** The oddity that explains a difference, if one does. */
export function knownOddity(
  oddities: readonly Oddity[],
  given: Case,
  truth: Recorded,
  answer: Recorded,
): Oddity | undefined {
  const messages = (of: Recorded): string =>
    [...(of.error?.chain ?? []), ...of.steps.flat().flatMap(({ row }) => row)].join('\n');
  return oddities.find(
    ({ sql, flink, ours }) =>
      isFound(sql, given.statements.join('\n')) &&
      isFound(flink, messages(truth)) &&
      isFound(ours, messages(answer)),
  );
}
