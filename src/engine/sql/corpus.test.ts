import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Statement } from './ast.ts';
import { parseScript, parseStatement } from './read-sql.ts';
import { unparse } from './unparse.ts';

/** The blocks of a corpus file: the line behind `--####` and the text up to the next one. */
function blocksOf(file: string): (readonly [string, string])[] {
  const text = readFileSync(new URL(`../../../conformance/corpus/${file}`, import.meta.url), 'utf8');
  return text
    .split(/^--#### /m)
    .slice(1)
    .map((block) => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1).trim()]);
}

/** The tree without its spans, as text. */
function shape(statement: Statement): string {
  return JSON.stringify(statement, (key, value: unknown) => (/span$/i.test(key) ? undefined : value));
}

function parsed(text: string): Statement {
  const { statements, diagnostics } = parseScript(text);
  expect(diagnostics).toEqual([]);
  expect(statements).toHaveLength(1);
  return statements[0] as Statement;
}

describe('the 170 statements of the corpus', () => {
  const blocks = blocksOf('flink-sql-statements.sql');

  test('are all there', () => {
    expect(blocks).toHaveLength(170);
  });

  test.each(blocks)('%s', (_title, text) => {
    const statement = parsed(text);
    const again = parsed(unparse(statement));
    expect(shape(again)).toBe(shape(statement));
  });

  test('have spans within their text, children within their parents', () => {
    const outside = blocks.flatMap(([, text]) => strays(parsed(text), 0, text.length));
    expect(outside).toEqual([]);
  });

  test('are refused by Flink where they are several', () => {
    const several = blocks.filter(([, text]) => 'diagnostic' in parseStatement(text)).map(([title]) => title);
    expect(several).toEqual(['insert | statement-set-bare']);
  });
});

/** The spans that reach beyond what they are in. */
function strays(node: unknown, from: number, to: number): { start: number; end: number }[] {
  if (typeof node !== 'object' || node === null) return [];
  const span = 'span' in node ? (node.span as { start: number; end: number }) : { start: from, end: to };
  const own = span.start < from || span.end > to || span.end < span.start ? [span] : [];
  const children = Object.entries(node).filter(([key]) => !/span$/i.test(key));
  return [...own, ...children.flatMap(([, child]) => strays(child, span.start, span.end))];
}

describe('the 30 wrong statements', () => {
  /** Where a person sees the mistake, and what is said about it. */
  const seen: readonly (readonly [string, string])[] = blocksOf('wrong-statements.sql').map(
    ([title, text]) => {
      const { diagnostics } = parseScript(text);
      const [first] = diagnostics;
      if (!first?.span) return [title, 'accepted'];
      const lines = text.slice(0, first.span.start).split('\n');
      const word = text.slice(first.span.start, first.span.end);
      return [
        title.slice(0, title.indexOf(' ')),
        `${lines.length}:${(lines.at(-1) ?? '').length + 1} ${word} | ${first.hint}`,
      ];
    },
  );

  test('show the mistake where a person sees it', () => {
    expect(seen.map(([, what]) => what)).toEqual([
      '1:1 SELCT | Did you mean SELECT?',
      '1:10 FORM | Did you mean FROM?',
      '1:17 WHRE | Did you mean WHERE?',
      '1:10 b | A comma is missing before b or c.',
      '3:1 FROM | There is a comma too many before FROM.',
      '1:16 FROM | A ) is missing before FROM.',
      '1:35 ) | There is no ( that this ) closes.',
      "1:27 ' | A string needs a closing '.",
      '3:3 b | A comma is missing before b.',
      "1:44 datagen | A string is needed here: write 'datagen'.",
      '1:19 FOOBAR | There is no type FOOBAR.',
      '1:27 x | Expected a number here.',
      '3:13 ts | Expected FOR here.',
      '4:5 INTERVAL | INTERVAL is no type a column can have.',
      '1:50 bidtime | DESCRIPTOR needs parentheses: DESCRIPTOR(bidtime).',
      // TUMBLE(bid, …): a name is a column to the parser; the planner refuses it, as Flink's validator does.
      'accepted',
      '1:83 GROUP | A ) is missing before GROUP.',
      '1:8 value | value is a reserved word: as a name, write `value` in backticks.',
      '1:24 order | order is a reserved word: as a name, write `order` in backticks.',
      '1:28 WHERE | WHERE belongs before GROUP BY.',
      '1:23 a | Expected BY here.',
      '1:22 ON | Expected a name, (, LATERAL, TABLE or UNNEST here.',
      '1:24 ON | The statement ends too early: expected an expression next.',
      "1:8 \" | Double quotes are not used here: write 'text' for a string and `name` for a column.",
      '1:25 != | Write <> instead of !=.',
      '1:8 sink | Expected INTO or OVERWRITE here.',
      '1:34 FROM | CASE needs an END before FROM.',
      '2:8 FROM | Expected an expression here.',
      '1:23 ten | Expected ALL, ?, a number or DECIMAL here.',
      '1:64 DEFINE | Expected a comma, ONE, ALL, AFTER or PATTERN here.',
    ]);
  });
});
