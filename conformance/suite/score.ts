import { answerCase } from '../../src/engine/script/answer-case.ts';
import type { RecordedCase } from './cases.ts';
import { CHECKS, type Check, judge, type Recorded } from './compare.ts';

/** The committed score: by family, the cases that pass, and those whose plan, modes, together and advice are Flink's. */
export interface Score {
  readonly [family: string]: { readonly [check in Check]: readonly string[] };
}

/** An answer of ours; a mistake of our own is an error of phase `internal`. */
export function answer(given: RecordedCase, canGenerate = true): Recorded {
  try {
    return answerCase(given.case, { canGenerate });
  } catch (error) {
    return {
      id: given.case.id,
      steps: [],
      watermarks: [],
      error: { phase: 'internal', chain: [String(error)] },
    };
  }
}

export function scoreOf(families: ReadonlyMap<string, readonly RecordedCase[]>): Score {
  return Object.fromEntries(
    [...families].map(([family, cases]) => {
      const judged = cases.map((c) => ({ id: c.case.id, checks: judge(c.truth, answer(c)) }));
      return [
        family,
        Object.fromEntries(
          CHECKS.map((check) => [check, judged.filter((j) => j.checks[check] === true).map((j) => j.id)]),
        ) as { [check in Check]: string[] },
      ];
    }),
  );
}
