import { describe, expect, test } from 'vitest';
import { allFunctions } from './index.ts';
import { evaluateCase } from './testing/evaluate-case.ts';

describe('the documentation of functions', () => {
  test('is there in both languages', () => {
    const without = allFunctions().filter(
      ({ doc }) => !/\w/.test(doc.en) || !/[\u4e00-\u9fff]/.test(doc.zh) || doc.signature === '',
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  const examples = allFunctions().flatMap(({ name, doc }) =>
    doc.examples.map(([expression, result]) => [name, expression, result] as const),
  );
  test.each(examples)('%s: %s', (_name, expression, result) => {
    const answer = evaluateCase({ id: expression, statements: [`SELECT ${expression}`] }, 'closure')?.[0];
    expect(answer?.values[0]).toBe(result);
  });
});
