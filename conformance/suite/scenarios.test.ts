import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SCENARIOS } from '../../src/content/scenarios/index.ts';
import { readLines } from './cases.ts';
import { judge, type Recorded, sameChanges } from './compare.ts';
import { scenarioCase } from './scenario-case.ts';
import { answer } from './score.ts';

const truths = new Map(
  readLines<Recorded>(join(import.meta.dirname, '..', 'scenarios', 'scenarios.truth.jsonl')).map((t) => [
    t.id,
    t,
  ]),
);
const recorded = readLines<unknown>(join(import.meta.dirname, '..', 'scenarios', 'scenarios.jsonl'));

test('the recorded cases are the scenarios as they stand (else: npm run score, then npm run record)', () => {
  expect(SCENARIOS.map(scenarioCase)).toEqual(recorded);
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
