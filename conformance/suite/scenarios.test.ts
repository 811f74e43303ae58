import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SCENARIOS } from '../../src/content/scenarios/index.ts';
import { readLines } from './cases.ts';
import { judge, type Recorded, sameChanges } from './compare.ts';
import { refusedCases, scenarioCase } from './scenario-case.ts';
import { answer } from './score.ts';

const file = (name: string): string => join(import.meta.dirname, '..', 'scenarios', `${name}.jsonl`);
const truths = new Map(
  ['scenarios', 'refused'].flatMap((name) =>
    readLines<Recorded>(file(`${name}.truth`)).map((truth) => [truth.id, truth] as const),
  ),
);
const refused = refusedCases(SCENARIOS);

test('the recorded cases are the scenarios as they stand (else: npm run score, then npm run record)', () => {
  expect(SCENARIOS.map(scenarioCase)).toEqual(readLines(file('scenarios')));
  expect(refused).toEqual(readLines(file('refused')));
});

test.each(SCENARIOS.map((s) => [s.id, s] as const))(
  '%s is answered as a real Flink answers it',
  (_, scenario) => {
    const given = scenarioCase(scenario);
    const truth = truths.get(given.id);
    expect(truth, 'recorded').toBeDefined();
    const own = answer({ case: given, truth: truth! });
    expect(own.error).toBeUndefined();
    expect(sameChanges(truth!, own), JSON.stringify(own.steps)).toBe(true);
    expect(judge(truth!, own)).toMatchObject({ passed: true, plan: true, modes: true });
  },
);

test.each(refused.map((c) => [c.id, c] as const))(
  '%s is refused in the words of a real Flink',
  (id, given) => {
    const truth = truths.get(id);
    expect(truth?.error, 'recorded').toBeDefined();
    expect(judge(truth!, answer({ case: given, truth: truth! })).passed).toBe(true);
  },
);
