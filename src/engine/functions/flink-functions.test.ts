import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answerCase } from '../script/answer-case.ts';
import { AGGREGATES, WINDOW_AUXILIARY } from './function-kinds.ts';
import { lookupFunction } from './index.ts';
import { UNSUPPORTED_FUNCTIONS } from './unsupported.ts';

/** Every function a statement of Flink 2.2.1 may name (`BuiltInFunctionDefinitions` and `FlinkSqlOperatorTable`), by what it is here. */
const table = JSON.parse(
  readFileSync(new URL('../../../conformance/functions/flink-functions.json', import.meta.url), 'utf8'),
) as { readonly [what: string]: readonly string[] };

const refusalOf = (call: string): string | undefined =>
  answerCase({ id: 'x', statements: [`SELECT ${call}`] }, { canGenerate: false }).error?.chain.at(-1);

test('what the table calls supported is', () => {
  expect(table['scalar']!.filter((name) => !lookupFunction(name))).toEqual([]);
  expect(table['aggregate']!.filter((name) => !AGGREGATES.has(name))).toEqual([]);
  expect(table['window']!.filter((name) => !WINDOW_AUXILIARY.has(name))).toEqual([]);
});

test('what the table calls unsupported says so', () => {
  expect([...UNSUPPORTED_FUNCTIONS].toSorted()).toEqual(table['unsupported']);
  for (const name of UNSUPPORTED_FUNCTIONS)
    expect(refusalOf(`${name}(1)`)).toBe(
      `Tidemark does not support the function ${name} yet; a real Flink does.`,
    );
});

test('no function is silently missing', () => {
  // Table functions are looked for in FROM alone.
  const unknown = Object.entries(table)
    .flatMap(([what, names]) => (what === 'table' ? [] : names))
    .filter((name) => /^[A-Z_0-9]+$/.test(name) && refusalOf(`${name}(1)`)?.includes('No match found for'));
  expect(unknown.filter((name) => !lookupFunction(name) && !AGGREGATES.has(name))).toEqual([]);
});

test('an unknown function gets the sentence of Flink', () => {
  expect(refusalOf('SHOUT(1)')).toBe(
    'SqlValidatorException: No match found for function signature SHOUT(<NUMERIC>)',
  );
});
