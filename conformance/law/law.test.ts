import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLines } from '../suite/cases.ts';
import type { Recorded } from '../suite/compare.ts';
import { answer } from '../suite/score.ts';
import { lawCases } from './law-cases.ts';

/** Recorded with `npm run record -- conformance/law/cases.jsonl conformance/law/truth.jsonl`; of an answer only rows and types are kept. */
const recorded = readFileSync(join(import.meta.dirname, 'cases.jsonl'), 'utf8');
const truths = new Map(
  readLines<Recorded>(join(import.meta.dirname, 'truth.jsonl')).map((truth) => [truth.id, truth]),
);
const cases = lawCases();

test('the recorded cases are those that are generated', () => {
  expect(`${cases.map((one) => JSON.stringify(one)).join('\n')}\n`).toBe(recorded);
});

test('they hold about 10,000 values', () => {
  const values = [...truths.values()].flatMap((t) => t.steps.flat().flatMap(({ row }) => row));
  expect(values.length).toBeGreaterThan(9_000);
});

test.each(cases.map((one) => [one.id, one] as const))('%s', (id, given) => {
  const truth = truths.get(id)!;
  const own = answer({ case: given, truth });
  expect(own.error).toBeUndefined();
  const beside = ({ schema, steps }: Recorded): string[] => {
    const expressions = given.statements
      .at(-1)!
      .slice('SELECT '.length)
      .split(/, (?![^()]*\))/);
    return steps
      .flat()
      .flatMap(({ row }, i) =>
        row.map(
          (value, column) =>
            `${expressions[column]} [${JSON.stringify(given.timeline?.[i])}]: ${schema?.[column]?.type} = ${value}`,
        ),
      );
  };
  expect(beside(own)).toEqual(beside(truth));
});
