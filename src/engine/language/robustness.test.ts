import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Random } from '../base/random.ts';
import { createLanguageService } from './language-service.ts';
import { ScriptChecker } from './script-checker.ts';
import { SETUP } from './testing/cursor-case.ts';

const CORPUS = ['flink-sql-statements.sql', 'wrong-statements.sql'].flatMap((file) =>
  readFileSync(new URL(`../../../conformance/corpus/${file}`, import.meta.url), 'utf8')
    .split(/^--#### /m)
    .slice(1)
    .map((block) => block.slice(block.indexOf('\n') + 1)),
);

test('at any place of any statement, broken off or not, every question has an answer within the text', () => {
  const random = new Random(11);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const outside: string[] = [];
  for (let round = 0; round < 800; round++) {
    const statement = CORPUS[below(CORPUS.length)] ?? '';
    const offset = SETUP.length + below(statement.length + 1);
    const whole = SETUP + statement;
    const script = round % 2 === 0 ? whole : whole.slice(0, offset);
    const service = createLanguageService(new ScriptChecker());
    const spans = [
      service.complete(script, offset).replace,
      service.hover(script, offset)?.span,
      service.definition(script, offset)?.target,
      ...service.foldings(script).map(({ span }) => span),
    ];
    service.signature(script, offset);
    service.format(script);
    for (const span of spans)
      if (span && (span.start < 0 || span.end < span.start || span.end > script.length)) outside.push(script);
  }
  expect(outside).toEqual([]);
});
