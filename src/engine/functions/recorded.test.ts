import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ExpressionCase, evaluateCase, type ItemAnswer, type Mode } from './testing/evaluate-case.ts';

/**
 * Every function against what Flink 2.2.1 answered: the values of many functions on varied rows (`values/…`), the examples of the
 * documentation (`example/…`) and the words of its refusals (`misfit/…`). Recorded with `npm run record -- --ask`.
 */
interface Truth {
  readonly id: string;
  readonly schema?: readonly { readonly name: string; readonly type: string }[];
  readonly steps: readonly (readonly { readonly row: readonly (string | null)[] }[])[];
  readonly error?: { readonly chain: readonly string[] };
}

const folder = new URL('../../../conformance/functions/', import.meta.url);
const lines = (file: string): unknown[] =>
  readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const cases = lines('cases.jsonl') as ExpressionCase[];
const truths = new Map((lines('truth.jsonl') as Truth[]).map((truth) => [truth.id, truth]));
const truthOf = (id: string): Truth => truths.get(id) ?? { id, steps: [] };
const lastMessage = (truth: Truth): string => truth.error?.chain.at(-1) ?? '';

/** Ours beside Flink's, one line a value: what to compare, in a shape that shows the expression when it fails. */
function beside(
  answers: readonly ItemAnswer[],
  truth: Truth,
): { readonly ours: string[]; readonly flink: string[] } {
  const rows = truth.steps.flat().map(({ row }) => row);
  const ours: string[] = [];
  const flink: string[] = [];
  answers.forEach(({ sql, type, values }, column) => {
    ours.push(`${sql}: ${type}`);
    flink.push(`${sql}: ${truth.schema?.[column]?.type}`);
    rows.forEach((row, index) => {
      ours.push(`${sql} [${index}] = ${values[index]}`);
      flink.push(`${sql} [${index}] = ${row[column]}`);
    });
  });
  return { ours, flink };
}

const valued = cases.filter(({ id }) => !id.startsWith('misfit/') && truthOf(id).schema !== undefined);

describe.each<Mode>(['closure', 'generated', 'folded'])('values and types as Flink’s, %s', (mode) => {
  test.each(valued.map((one) => [one.id, one] as const))('%s', (id, one) => {
    const answers = evaluateCase(one, mode);
    expect(answers).not.toBeNull();
    const truth = truthOf(id);
    const { ours, flink } = beside(answers ?? [], truth);
    expect(ours).toEqual(flink);
    // The row after the last that came out is what the job died of (a NullPointerException is a fault of Flink's own).
    const isDying = truth.error !== undefined && !lastMessage(truth).startsWith('NullPointerException');
    const atFailure = (answers ?? []).map(({ values }) => values[truth.steps.flat().length]);
    expect(isDying ? atFailure : [`!${lastMessage(truth)}`]).toContain(`!${lastMessage(truth)}`);
  });
});

/** Refusals that the planner makes (or Flink’s code generator and Janino, whose words are not worth imitating). */
const NOT_OURS = new Set(
  // SUBSTRING(s), NULLIF of a number and a text, NULLIF(k), TIMESTAMPADD of a text, JSON_VALUE/QUERY/EXISTS of a number, TRANSLATE of two
  [5, 29, 30, 50, 75, 76, 77, 101]
    // a text as an array, IN and IS DISTINCT FROM across families, INTERVAL times DOUBLE, PI(1), NOW(1)
    .concat([131, 149, 150, 155, 161, 164])
    .map((number) => `misfit/${number}`),
);

describe('refusals in Flink’s words', () => {
  const misfits = cases.filter(({ id }) => id.startsWith('misfit/') && !NOT_OURS.has(id));
  test.each(misfits.map((one) => [one.id, one] as const))('%s', (id, one) => {
    const truth = truthOf(id);
    const answer = evaluateCase({ ...one, timeline: [{ row: {} }] }, 'closure')?.[0];
    expect(answer?.rex ? answer.type : answer?.values[0]?.slice(1)).toBe(
      truth.error ? lastMessage(truth) : truth.schema?.[0]?.type,
    );
  });
});
