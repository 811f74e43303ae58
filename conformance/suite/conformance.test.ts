import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scoredFamilies } from './cases.ts';
import { CHECKS, judge, type Recorded, sameChanges, sameWatermarks } from './compare.ts';
import { answer, type Score } from './score.ts';

const folder = join(import.meta.dirname, '..');
const families = scoredFamilies(folder);
const score = JSON.parse(readFileSync(join(folder, 'score.json'), 'utf8')) as Score;
const scope = JSON.parse(readFileSync(join(folder, 'in-scope.json'), 'utf8')) as {
  readonly [family: string]: readonly string[];
};

describe.each([...families])('%s', { timeout: 60_000 }, (family, cases) => {
  let known: readonly Recorded[] | null = null;
  const answers = (): readonly Recorded[] => (known ??= cases.map((c) => answer(c)));

  test('the committed score is what the engine reaches', () => {
    const listed = score[family]!;
    const judged = answers().map((a, i) => ({ id: a.id, holds: judge(cases[i]!.truth, a) }));
    for (const check of CHECKS) {
      const reached = judged.filter(({ holds }) => holds[check] === true).map(({ id }) => id);
      expect(
        {
          lost: listed[check].filter((id) => !reached.includes(id)),
          unlisted: reached.filter((id) => !listed[check].includes(id)),
        },
        check,
      ).toEqual({ lost: [], unlisted: [] });
    }
  });

  test('every case of the first slice is answered as Flink answers it', () => {
    expect((scope[family] ?? []).filter((id) => !score[family]!.passed.includes(id))).toEqual([]);
  });

  test('closures and generated code give the same answer', () => {
    const differing = cases.filter((c, i) => {
      const [generated, closures] = [answers()[i]!, answer(c, false)];
      return (
        !sameChanges(generated, closures) ||
        !sameWatermarks(generated, closures) ||
        JSON.stringify(generated.error) !== JSON.stringify(closures.error)
      );
    });
    expect(differing.map((c) => c.case.id)).toEqual([]);
  });

  test('nothing is answered by a mistake of our own', () => {
    expect(
      answers()
        .filter((a) => a.error?.phase === 'internal')
        .map((a) => `${a.id}: ${a.error?.chain.at(-1)}`),
    ).toEqual([]);
  });
});
