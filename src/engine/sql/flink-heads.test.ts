import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseStatement } from './read-sql.ts';

/**
 * Statements and what the parser of a real Flink 2.2.1 says to them: the first line of the innermost message, or nothing where it
 * takes them. `Was expecting one of: …` behind it is not compared.
 */
interface Recorded {
  readonly sql: string;
  readonly refused?: string;
}

const recorded = readFileSync(
  new URL('../../../conformance/corpus/parser-heads.jsonl', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recorded);

/** The message before its list of what was expected. */
function head(message: string | undefined): string {
  return (message ?? '').split('\nWas expecting')[0] as string;
}

/** What Flink's parser says; what only its validator would find is no refusal of the parser. */
function refusal(sql: string): readonly string[] | null {
  const outcome = parseStatement(sql);
  if ('statement' in outcome) return null;
  const { chain } = outcome.diagnostic;
  return /^(SqlParser|IllegalArgument)/.test(chain[0] ?? '') ? chain : null;
}

describe('what Flink says to mistakes', () => {
  test.each(recorded.filter(({ refused }) => refused !== undefined))('$sql', ({ sql, refused }) => {
    const chain = refusal(sql);
    expect(head(chain?.at(-1))).toBe(refused);
  });

  test('the chain goes from the outermost to the innermost cause', () => {
    for (const { sql, refused } of recorded) {
      if (refused === undefined || refused.startsWith('IllegalArgumentException')) continue;
      const message = refused.slice(refused.indexOf(': ') + 2);
      const outermost = message.startsWith('Encountered "<EOF>"')
        ? `SqlParserEOFException: ${message}`
        : `SqlParserException: SQL parse failed. ${message}`;
      expect(refusal(sql)?.map(head)).toEqual([outermost, `SqlParseException: ${message}`, refused]);
    }
  });
});

test('what Flink takes is taken', () => {
  const wrong = recorded.filter(({ sql, refused }) => refused === undefined && refusal(sql) !== null);
  expect(wrong).toEqual([]);
});
