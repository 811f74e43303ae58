import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createEngine } from '../../engine/engine.ts';
import { chineseHint } from './hints-zh.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: false });

test('every hint that the wrong statements of the corpus bring is there in Chinese', () => {
  const corpus = readFileSync(
    new URL('../../../conformance/corpus/wrong-statements.sql', import.meta.url),
    'utf8',
  );
  const hints = corpus
    .split(/^--#### /m)
    .slice(1)
    .flatMap((block) => engine.check(block.slice(block.indexOf('\n'))).diagnostics)
    .flatMap(({ hint }) => hint ?? []);
  expect(hints.length).toBeGreaterThan(25);
  expect([...new Set(hints)].filter((hint) => !/[一-鿿]/.test(chineseHint(hint)))).toEqual([]);
});

test.each([
  ['Did you mean SELECT?', '是不是想写 SELECT？'],
  ["Write U&'…' before UESCAPE.", "在 UESCAPE 之前写 U&'…'。"],
  ['Expected a comma, FROM or a name here.', '这里应为 逗号, FROM 或 名称。'],
  [
    'One row falls into 86,400,000 windows; Tidemark stops at 250,000, where a real Flink goes on.',
    '一行会落入 86,400,000 个窗口；Tidemark 到 250,000 个就停止，真正的 Flink 会继续。',
  ],
  [
    'One watermark closes too many windows; Tidemark stops at 250,000, where a real Flink goes on.',
    '一个水位线关闭的窗口过多；Tidemark 到 250,000 个就停止，真正的 Flink 会继续。',
  ],
  ['Give the windows a longer step, or make them shorter.', '请加大窗口的步长，或缩短窗口。'],
  ['Nobody has translated this.', 'Nobody has translated this.'],
])('%s', (hint, chinese) => {
  expect(chineseHint(hint)).toBe(chinese);
});
