import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TimelineEntry } from '../../src/engine/script/answer-case.ts';
import type { Recorded } from '../suite/compare.ts';
import { answer } from '../suite/score.ts';

/** Single expressions over the rows of one table, right and wrong ones, with what Flink 2.2.1 answered; those in `open` are not mended yet. */
interface Recording {
  readonly columns: string;
  readonly timeline: readonly TimelineEntry[];
  readonly items: readonly Item[];
  readonly open: readonly string[];
}
type Item =
  | { readonly sql: string; readonly type: string; readonly values: readonly (string | null)[] }
  | { readonly sql: string; readonly phase: string; readonly error: readonly string[] };

const { columns, timeline, items, open } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'expressions.json'), 'utf8'),
) as Recording;

const plain = (line: string): string =>
  line
    .replace(/^[A-Za-z]+(Exception|Error): /, '')
    .replace(/Was expecting(:| one of:)[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Errors agree by one of their sentences, results by types and values. */
function isSame(item: Item, own: Recorded): boolean {
  if ('error' in item) {
    const said = own.error?.chain.map(plain) ?? [];
    return item.error.some((line) => said.includes(plain(line)));
  }
  const values = own.steps.flat().map(({ row }) => row[0]);
  return own.schema?.[0]?.type === item.type && JSON.stringify(values) === JSON.stringify(item.values);
}

test('each expression is answered as Flink answers it, but for those marked as open', () => {
  const differing = items.filter((item) => {
    const given = { id: 'x', statements: [columns, `SELECT ${item.sql} AS v FROM t`], timeline };
    return !isSame(item, answer({ case: given, truth: { id: 'x', steps: [], watermarks: [] } }));
  });
  expect(differing.map(({ sql }) => sql)).toEqual(open);
});
