import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tokenize } from '../sql/lexer.ts';
import { foldings } from './folding.ts';
import { formatScript } from './format.ts';
import { NO_PARTS, updateParts } from './script-parts.ts';
import { longScript } from './testing/long-script.ts';

function corpus(file: string): string {
  return readFileSync(new URL(`../../../conformance/corpus/${file}`, import.meta.url), 'utf8');
}

const SCRIPTS: readonly (readonly [string, string])[] = [
  ...['flink-sql-statements.sql', 'wrong-statements.sql'].flatMap((file) =>
    corpus(file)
      .split(/^--#### /m)
      .slice(1)
      .map((block) => [block.slice(0, block.indexOf('\n')), `-- ${block}`] as const),
  ),
  ['a long one', longScript(100)],
];

/** A text's tokens and comments. */
function tokensOf(text: string): string[] {
  return tokenize(text).map((token) => `${token.kind} ${token.text.trimEnd()}`);
}

describe('formatting', () => {
  test.each(SCRIPTS)('keeps tokens and comments and is done after one time: %s', (_name, script) => {
    const formatted = formatScript(script);
    expect(tokensOf(formatted)).toEqual(tokensOf(script));
    expect(formatScript(formatted)).toBe(formatted);
  });

  test('does the same to what has lost its layout', () => {
    for (const [name, script] of SCRIPTS) {
      if (tokenize(script).some(({ kind }) => kind === 'error') || /--|\/\/|\/\*/.test(script.slice(3)))
        continue;
      const flat = script.replace(/^--.*\n/, '').replace(/\s+/g, ' ');
      expect(tokensOf(formatScript(flat)), name).toEqual(tokensOf(flat));
    }
  });

  test.each([
    ['select a,b from t where a=1', 'select a, b\nfrom t\nwhere a = 1\n'],
    ['SELECT a FROM t;SELECT b FROM u', 'SELECT a\nFROM t;\n\nSELECT b\nFROM u\n'],
    ["SET 'a'='b';SET 'c'='d';", "SET 'a' = 'b';\nSET 'c' = 'd';\n"],
    [
      "CREATE TABLE t(a INT,b STRING, -- the text\n PRIMARY KEY(a) NOT ENFORCED) WITH('connector'='print');",
      "CREATE TABLE t(\n  a INT,\n  b STRING, -- the text\n  PRIMARY KEY (a) NOT ENFORCED\n) WITH ('connector' = 'print');\n",
    ],
    [
      'WITH x AS (SELECT a FROM t) SELECT * FROM x JOIN (SELECT b FROM u) AS d ON x.a=d.b',
      'WITH x AS (\n  SELECT a\n  FROM t\n)\nSELECT *\nFROM x\nJOIN (\n  SELECT b\n  FROM u\n) AS d ON x.a = d.b\n',
    ],
    ['-- one\n\n\n\n-- two\nSELECT 1;', '-- one\n\n-- two\nSELECT 1;\n'],
    ['SELECT 1; -- behind\nSELECT 2;', 'SELECT 1; -- behind\nSELECT 2;\n'],
    [
      'INSERT INTO s SELECT COUNT(*),-1,EXTRACT(HOUR FROM ts) FROM t',
      'INSERT INTO s\nSELECT COUNT(*), -1, EXTRACT(HOUR FROM ts)\nFROM t\n',
    ],
    [
      'SELECT a FROM t LEFT OUTER JOIN u ON t.a=u.a WHERE a BETWEEN 1 AND 2 AND b IS NOT DISTINCT FROM c UNION ALL SELECT 1',
      'SELECT a\nFROM t\nLEFT OUTER JOIN u ON t.a = u.a\nWHERE a BETWEEN 1 AND 2 AND b IS NOT DISTINCT FROM c\nUNION ALL\nSELECT 1\n',
    ],
    [
      'SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS a_rather_long_name, SUM(amount) AS another_long_name, c FROM t',
      'SELECT\n  ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS a_rather_long_name,\n  SUM(amount) AS another_long_name,\n  c\nFROM t\n',
    ],
    [
      'SELECT a FROM t WHERE some_long_column_name = 1 AND other_long_column_name BETWEEN 10 AND 20 AND third_column IS NOT NULL',
      'SELECT a\nFROM t\nWHERE some_long_column_name = 1\n  AND other_long_column_name BETWEEN 10 AND 20\n  AND third_column IS NOT NULL\n',
    ],
    ['SELECT a /* why */ FROM t -- end', 'SELECT a /* why */\nFROM t -- end\n'],
    ['SELECT a, -- first\n b -- second\nFROM t', 'SELECT\n  a, -- first\n  b -- second\nFROM t\n'],
    ["SELECT 'never closed FROM t", "SELECT 'never closed FROM t\n"],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(formatScript(`${text}\n`)).toBe(expected);
  });
});

test('statements, parentheses and comments fold', () => {
  const script =
    "-- a\n-- b\nCREATE TABLE t (\n  a INT\n) WITH (\n  'connector' = 'print'\n);\nSELECT 1;\n/* x\n y */\n";
  const folded = foldings(updateParts(NO_PARTS, script)).map(({ span, kind }) => {
    const line = (offset: number): number => script.slice(0, offset).split('\n').length;
    return `${kind} ${line(span.start)}-${line(span.end)}`;
  });
  expect(folded).toEqual(['region 3-7', 'comment 1-2', 'region 3-5', 'region 5-7', 'comment 9-10']);
});
