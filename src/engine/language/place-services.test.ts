import { describe, expect, test } from 'vitest';
import { definition } from './definition.ts';
import { hover } from './hover.ts';
import { ScriptChecker } from './script-checker.ts';
import { parametersOf, signatureHelp } from './signature-help.ts';
import { atCursor } from './testing/cursor-case.ts';

describe('hover', () => {
  test.each([
    ['SELECT ur|l FROM clicks', 'column: url STRING of clicks'],
    ['SELECT `us|er` FROM clicks', 'column: user STRING of clicks'],
    ['SELECT c.t|s FROM clicks AS c', 'column: ts TIMESTAMP(3) *ROWTIME* of clicks'],
    ['SELECT |c.ts FROM clicks AS c', 'alias: c of clicks (user, url, ts)'],
    ['SELECT url FROM cl|icks', 'table: clicks (user, url, ts)'],
    ['SELECT url FROM clicks AS |c', 'alias: c of clicks (user, url, ts)'],
    ['SELECT id FROM b|ig', 'view: big (id, amount)'],
    ['WITH t AS (SELECT url, 1 AS uno FROM clicks) SELECT * FROM |t', 'cte: t (url, uno)'],
    ['WITH t AS (SELECT url, 1 AS uno FROM clicks) SELECT un|o FROM t', 'column: uno INT NOT NULL of t'],
    ['WITH t| AS (SELECT url, 1 AS uno FROM clicks) SELECT * FROM t', 'cte: t (url, uno)'],
    ['SELECT UP|PER(url) FROM clicks', 'function: UPPER(string) → STRING'],
    ['SELECT COU|NT(*) FROM clicks', 'function: COUNT([DISTINCT] value) → BIGINT NOT NULL'],
    ['SELECT SUM(amount)| + 1 FROM orders', 'expression: SUM(amount) → DECIMAL(38, 2)'],
    ['SELECT amount |+ 1 FROM orders', 'expression: amount + 1 → DECIMAL(13, 2)'],
    ["SELECT 'te|xt' FROM orders", "expression: 'text' → CHAR(4) NOT NULL"],
    ['SELECT CURRENT_D|ATE', 'function: CURRENT_DATE → DATE NOT NULL'],
    ['INSERT INTO ord|ers SELECT 1, url, 2.0 FROM clicks', 'table: orders (id, url, amount)'],
    ['DESCRIBE b|ig', 'view: big (id, amount)'],
    ["CREATE TABLE n|u (a INT, b AS a + 1) WITH ('connector' = 'print')", 'table: nu (a, b)'],
    ['CREATE TABLE n (a INT, b| AS a + 1, PRIMARY KEY (a) NOT ENFORCED)', 'column: b INT NOT NULL'],
    ['CREATE TABLE n (a| INT, b AS a + 1, PRIMARY KEY (a) NOT ENFORCED)', 'column: a INT NOT NULL'],
    [
      "CREATE TABLE n (a INT) WITH ('conn|ector' = 'print')",
      'option: connector → scenario | print | blackhole | datagen',
    ],
    ["SET 'table.exec.mini-|batch.enabled' = 'true'", 'option: table.exec.mini-batch.enabled → true | false'],
    // In a statement that is wrong further on.
    ['SELECT ur|l, nothing FROM clicks', 'column: url STRING of clicks'],
    ['SELECT ur|l FROM clicks WHERE', 'column: url STRING of clicks'],
    ['SELECT url FROM clicks -- com|ment', null],
    ['SEL|ECT url FROM clicks', null],
    ['SELECT noth|ing FROM clicks', null],
  ])('%s', (text, expected) => {
    const { script, offset } = atCursor(text);
    const found = hover(new ScriptChecker(), script, offset);
    const columns =
      found && found.columns.length > 0 ? ` (${found.columns.map(({ name }) => name).join(', ')})` : '';
    const shown =
      found &&
      `${found.kind}: ${found.title}${found.origin ? ` of ${found.origin}` : ''}${found.type ? ` → ${found.type}` : ''}${columns}`;
    expect(shown).toBe(expected);
  });
});

describe('going to the definition', () => {
  test.each([
    ['SELECT url FROM cl|icks', 'CREATE TABLE [clicks] ('],
    ['SELECT id FROM b|ig', 'CREATE VIEW [big] AS'],
    ['SELECT u|rl FROM clicks', '  [url] STRING,'],
    ['SELECT `u|ser` FROM clicks', '  [`user`] STRING,'],
    ['SELECT c.u|rl FROM clicks AS c', '  [url] STRING,'],
    ['SELECT |c.url FROM clicks AS c', 'AS [c]'],
    ['SELECT c.url FROM clicks AS c|', 'CREATE TABLE [clicks] ('],
    ['WITH t AS (SELECT url FROM clicks) SELECT * FROM t|', 'WITH [t] AS'],
    ['WITH t AS (SELECT url FROM clicks) SELECT ur|l FROM t', 'WITH [t] AS'],
    ['SELECT am|ount FROM big', 'CREATE VIEW [big] AS'],
    ['INSERT INTO ord|ers SELECT 1, url, 2.0 FROM clicks', 'CREATE TABLE [orders] ('],
    [
      "SELECT * FROM TABLE(TUMBLE(TABLE cli|cks, DESCRIPTOR(ts), INTERVAL '1' HOUR))",
      'CREATE TABLE [clicks] (',
    ],
    ['CREATE TABLE n (abc INT, d AS ab|c + 1)', '([abc] INT'],
    ['SELECT noth|ing FROM clicks', null],
    ['SELECT UPP|ER(url) FROM clicks', null],
  ])('%s', (text, expected) => {
    const { script, offset } = atCursor(text);
    const found = definition(new ScriptChecker(), script, offset);
    const { start, end } = found?.target ?? { start: 0, end: 0 };
    const marked = `${script.slice(0, start)}[${script.slice(start, end)}]${script.slice(end)}`;
    expect(found && marked.includes(expected ?? '') ? expected : found).toBe(expected);
  });
});

describe('signature help', () => {
  test.each([
    ['SELECT UPPER(|', 'UPPER([string])'],
    ['SELECT SPLIT_INDEX(url, |', 'SPLIT_INDEX(string, [separator], index)'],
    ['SELECT SPLIT_INDEX(UPPER(url), |', 'SPLIT_INDEX(string, [separator], index)'],
    ['SELECT UPPER(SPLIT_INDEX(url, 1, |), 2) FROM clicks', 'SPLIT_INDEX(string, separator, [index])'],
    ['SELECT CONCAT(url, url, url, |', 'CONCAT(string1, string2, […])'],
    ['SELECT CAST(url AS |', 'CAST(value AS [type])'],
    [
      'SELECT * FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), |',
      'TUMBLE(TABLE data, DESCRIPTOR(timecol), [size] [, offset])',
    ],
    ['SELECT LAG(url, 1|', 'LAG(value [, [offset] [, default]])'],
    ['SELECT (url|', null],
    ['SELECT COALESCE((SELECT |', null],
    ['SELECT UPPER(url) |', null],
  ])('%s', (text, expected) => {
    const { script, offset } = atCursor(text);
    const help = signatureHelp(new ScriptChecker(), script, offset);
    const span = help?.parameters[help.active];
    const shown =
      help && span
        ? `${help.label.slice(0, span.start)}[${help.label.slice(span.start, span.end)}]${help.label.slice(span.end)}`
        : (help?.label ?? null);
    expect(shown).toBe(expected);
  });

  test.each([
    ['NOW()', []],
    ['CURRENT_DATE', []],
    [
      'TRIM([BOTH | LEADING | TRAILING] [characters] FROM string)',
      ['[BOTH | LEADING | TRAILING] [characters]', 'string'],
    ],
  ])('the parameters of %s', (signature, expected) => {
    expect(parametersOf(signature).map(({ start, end }) => signature.slice(start, end))).toEqual(expected);
  });
});
