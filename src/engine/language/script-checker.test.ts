import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Random } from '../base/random.ts';
import { compileScript } from '../script/compile-script.ts';
import { ScriptChecker } from './script-checker.ts';
import { longScript } from './testing/long-script.ts';

const CORPUS = readFileSync(
  new URL('../../../conformance/corpus/flink-sql-statements.sql', import.meta.url),
  'utf8',
).slice(0, 12_000);
const PIECES = [
  'a',
  ' ',
  '\n',
  ';',
  "'",
  '(',
  ')',
  '--',
  '`',
  ',',
  'SELECT ',
  "SET 'a' = 'b';",
  'DROP TABLE clicks_1;',
  '',
];

test.each([
  ['a corpus', CORPUS, 60],
  ['tables, views and queries', longScript(120), 60],
])('checking after an edit says what checking from the start says: %s', (_name, script, edits) => {
  const random = new Random(7);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const checker = new ScriptChecker();
  let text = script;
  for (let edit = 0; edit < edits; edit++) {
    const at = below(text.length);
    const removed = below(4) === 0 ? below(30) : 0;
    text = text.slice(0, at) + PIECES[below(PIECES.length)] + text.slice(at + removed);
    const checked = checker.check(text);
    const { statements, diagnostics } = compileScript(text, []);
    expect(checked.statements).toEqual(statements);
    const told = (list: typeof diagnostics) =>
      list
        .map(({ code, chain, span }) => ({ code, chain, span }))
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(told(checked.diagnostics)).toEqual(told(diagnostics));
  }
});

test('a script of 2,000 lines after a keystroke', () => {
  const checker = new ScriptChecker();
  let text = longScript(2000);
  const first = timed(() => checker.check(text));
  const keystroke = (where: string, typed: string): number => {
    const at = text.indexOf(where) + where.length;
    text = text.slice(0, at) + typed + text.slice(at);
    return timed(() => checker.check(text));
  };
  const inQuery = Array.from('WHERE c.amount > 3', (_, i) => keystroke('WHERE c.amount > 3', String(i % 10)));
  const inComment = Array.from('abcdef', (letter) => keystroke('-- part 40', letter));
  const inTable = Array.from('abcdef', (letter) => keystroke('CREATE TABLE clicks_0 (\n  `user', letter));
  // The worst that a key can do: change a table that two hundred queries read.
  const shared = new ScriptChecker();
  let reads = `${longScript(10)}\n${Array.from({ length: 200 }, (_, i) => `SELECT url, COUNT(*) AS c${i}\nFROM clicks_0\nWHERE amount > ${i}\nGROUP BY url;`).join('\n')}`;
  shared.check(reads);
  const inShared = Array.from('abcdef', (letter) => {
    reads = reads.replace('day_name', `day_name${letter}`);
    return timed(() => shared.check(reads));
  });
  const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!.toFixed(1);
  process.stdout.write(
    `${text.split('\n').length} lines: first check ${first.toFixed(0)} ms; a keystroke in a query ${median(inQuery)} ms, in a comment ${median(inComment)} ms, in a table ${median(inTable)} ms, in a table that 200 queries read ${median(inShared)} ms\n`,
  );
  expect(checker.check(text).statements.length).toBeGreaterThan(250);
});

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
