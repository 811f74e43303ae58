import { describe, expect, test } from 'vitest';
import { complete } from './complete.ts';
import { ScriptChecker } from './script-checker.ts';
import { atCursor } from './testing/cursor-case.ts';

/** What is offered, as `kind label` without the kind for columns. */
function offered(text: string): string[] {
  const { script, offset } = atCursor(text);
  return complete(new ScriptChecker(), script, offset).items.map(({ kind, label }) => `${kind} ${label}`);
}

const HAS: readonly (readonly [text: string, has: readonly string[], hasNot: readonly string[]])[] = [
  ['|', ['keyword SELECT', 'keyword CREATE TABLE'], ['table clicks']],
  ['SELECT a FROM clicks; |', ['keyword SELECT', 'keyword INSERT INTO'], ['column url']],
  [
    'SELECT | FROM clicks',
    [
      'column user',
      'column url',
      'column ts',
      'function COUNT',
      'function UPPER',
      'keyword DISTINCT',
      'keyword CASE',
      'table clicks',
    ],
    ['keyword FROM', 'column amount'],
  ],
  ['SELECT u| FROM clicks', ['column url', 'function UPPER'], ['column amount']],
  [
    'SELECT url | FROM clicks',
    ['keyword FROM', 'keyword AS', 'keyword LIKE'],
    ['column url', 'function UPPER'],
  ],
  [
    'SELECT url FROM |',
    ['table clicks', 'view big', 'keyword TABLE', 'keyword LATERAL', 'keyword UNNEST'],
    ['column url'],
  ],
  ['SELECT url FROM cl|', ['table clicks'], []],
  [
    'SELECT url FROM clicks |',
    ['keyword WHERE', 'keyword GROUP BY', 'keyword LEFT JOIN', 'keyword ORDER BY', 'keyword UNION ALL'],
    ['column url'],
  ],
  [
    'SELECT url FROM clicks WHERE |',
    ['column url', 'keyword NOT', 'keyword EXISTS'],
    ['keyword WHERE', 'keyword FROM'],
  ],
  ['SELECT url FROM clicks WHERE url = 1 |', ['keyword AND', 'keyword GROUP BY'], ['keyword WHERE']],
  ['SELECT url FROM clicks GROUP |', ['keyword BY'], []],
  ['SELECT url FROM clicks GROUP BY |', ['column url'], []],
  ['SELECT c.| FROM clicks AS c', ['column user', 'column url'], ['function UPPER', 'keyword FROM']],
  ['SELECT c.u| FROM clicks c', ['column url'], []],
  [
    'SELECT | FROM clicks AS c JOIN orders o ON c.url = o.url',
    ['column c.url', 'column o.url', 'column amount', 'alias c', 'alias o'],
    ['column url'],
  ],
  ['SELECT * FROM clicks AS c JOIN orders o ON |', ['column amount', 'alias o'], []],
  ['SELECT * FROM clicks JOIN |', ['table orders'], ['column url']],
  ['SELECT * FROM clicks, |', ['table orders'], ['column url']],
  [
    'WITH t AS (SELECT url, 1 AS uno FROM clicks) SELECT | FROM t',
    ['column url', 'column uno'],
    ['column user'],
  ],
  ['WITH t AS (SELECT url FROM clicks) SELECT * FROM |', ['cte t', 'table clicks'], []],
  ['WITH t AS (SELECT | FROM clicks) SELECT * FROM t', ['column user'], []],
  [
    'WITH t (a, b) AS (SELECT url, `user` FROM clicks) SELECT | FROM t',
    ['column a', 'column b'],
    ['column url'],
  ],
  [
    'SELECT | FROM (SELECT amount * 2 AS twice FROM orders) AS d',
    ['column twice', 'alias d'],
    ['column amount'],
  ],
  [
    'SELECT url FROM clicks WHERE url IN (SELECT | FROM orders)',
    ['column amount', 'column orders.url', 'column user'],
    [],
  ],
  [
    "SELECT | FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' HOUR))",
    ['column window_start', 'column window_end', 'column url'],
    [],
  ],
  ['SELECT * FROM TABLE(TUMBLE(TABLE |', ['table clicks'], []],
  ['SELECT * FROM TABLE(|', ['function TUMBLE', 'function HOP', 'function CUMULATE'], ['table clicks']],
  ['SELECT * FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(|', ['column ts'], ['column url']],
  ['SELECT id, | FROM big\n\nCREATE VIEW w AS SELECT 1 AS x;', ['column amount'], ['column url']],
  ['SELECT CAST(id AS |) FROM orders', ['type BIGINT', 'type STRING', 'type TIMESTAMP(3)'], ['column id']],
  ['CREATE TABLE n (a |', ['type STRING', 'type DECIMAL(10, 2)', 'keyword AS'], ['function UPPER']],
  [
    'CREATE TABLE n (a INT |)',
    ['keyword NOT NULL', 'keyword PRIMARY KEY', 'keyword COMMENT'],
    ['type STRING'],
  ],
  [
    'CREATE TABLE n (a INT, |)',
    ['keyword WATERMARK FOR', 'keyword PRIMARY KEY'],
    ['type STRING', 'function UPPER'],
  ],
  ['CREATE TABLE n (a INT, ts TIMESTAMP(3), WATERMARK FOR |)', ['column ts', 'column a'], []],
  ['CREATE TABLE n (a INT, b AS |)', ['column a', 'function UPPER'], ['column b']],
  ['CREATE TABLE n (a INT, PRIMARY KEY (|', ['column a'], []],
  ['CREATE TABLE n (a INT) |', ['keyword WITH', 'keyword LIKE'], []],
  ['CREATE TABLE n (a INT) WITH (|)', ['option connector', 'option partitions'], []],
  ["CREATE TABLE n (a INT) WITH ('|')", ['option connector'], ['value print']],
  [
    "CREATE TABLE n (a INT) WITH ('connector' = '|')",
    ['value scenario', 'value print', 'value datagen'],
    ['option connector'],
  ],
  [
    "CREATE TABLE n (a INT) WITH ('connector' = 'datagen', '|')",
    ['option fields.a.min', 'option rows-per-second'],
    ['option connector', 'option changelog-mode'],
  ],
  ["CREATE TABLE n (a INT) WITH ('connector' = 'scenario', 'changelog-mode' = '|", ['value I,UB,UA,D'], []],
  ["SET '|", ['option table.exec.state.ttl'], []],
  ['SET |', ['option table.exec.state.ttl'], []],
  ["SET 'table.exec.mini-batch.enabled' = '|'", ['value true', 'value false'], []],
  ['INSERT INTO |', ['table orders', 'table clicks'], ['column url']],
  ['INSERT INTO orders (|', ['column id', 'column amount'], ['column ts', 'function UPPER']],
  ['INSERT INTO orders SELECT |', ['function UPPER', 'keyword CASE'], []],
  ['INSERT INTO |\nSELECT id, url, amount FROM orders', ['table orders'], []],
  ['DESCRIBE |', ['table clicks', 'view big'], []],
  ['DROP TABLE |', ['table clicks'], []],
  ['DROP |', ['keyword TABLE', 'keyword VIEW'], []],
  ['CREATE TABLE |', [], ['table clicks']],
  ['SELECT COUNT(|) FROM clicks', ['column url', 'keyword DISTINCT'], []],
  ['SELECT EXTRACT(|', ['keyword HOUR', 'keyword DAY'], []],
  ["SELECT INTERVAL '1' |", ['keyword HOUR', 'keyword DAY'], ['column url']],
  ['SELECT CASE WHEN url = 1 | FROM clicks', ['keyword THEN', 'keyword AND'], []],
  ['SELECT ROW_NUMBER() OVER (|) FROM clicks', ['keyword PARTITION BY', 'keyword ORDER BY'], []],
  ['SELECT ROW_NUMBER() OVER (PARTITION BY | FROM clicks', ['column url'], []],
  ["SELECT 'no | thing' FROM clicks", [], ['column url']],
  ['SELECT url -- no | thing\nFROM clicks', [], ['column url', 'keyword FROM']],
  ['SELECT `|` FROM clicks', ['column user'], ['keyword CASE']],
  ['SELECT url FROM clicks WHERE url IS |', ['keyword NULL', 'keyword NOT NULL'], ['column url']],
  ['SELECT o.amount, c.| FROM orders FOR SYSTEM_TIME AS OF c.ts AS o, clicks AS c', ['column ts'], []],
];

describe('completion', () => {
  test.each(HAS)('%s', (text, has, hasNot) => {
    const items = offered(text);
    expect({
      missing: has.filter((item) => !items.includes(item)),
      wrong: hasNot.filter((item) => items.includes(item)),
    }).toEqual({
      missing: [],
      wrong: [],
    });
  });

  test.each([
    ['SELECT us| FROM clicks', 'user', '`user`'],
    ['SELECT | FROM clicks', 'UPPER', 'UPPER($0)'],
    ['SELECT |(url) FROM clicks', 'UPPER', 'UPPER'],
    ['SELECT | FROM clicks', 'NOW', 'NOW()'],
    ['SELECT | FROM clicks', 'CURRENT_DATE', 'CURRENT_DATE'],
    ["CREATE TABLE n (a INT) WITH ('|')", 'connector', "'connector' = '$0'"],
    ['CREATE TABLE n (a INT) WITH (|)', 'connector', "'connector' = '$0'"],
    ["CREATE TABLE n (a INT) WITH ('connector' = |)", 'print', "'print'"],
    ["CREATE TABLE n (a INT) WITH ('connector' = 'pr|')", 'print', 'print'],
  ])('%s inserts %s as %s', (text, label, insert) => {
    const { script, offset } = atCursor(text);
    const item = complete(new ScriptChecker(), script, offset).items.find((each) => each.label === label);
    expect(item?.insert ?? item?.label).toBe(insert);
  });

  test.each([
    ["WITH ('co|nn')", "'conn'"],
    ['SELECT co|nn FROM', 'conn'],
    ['SELECT `co|nn` FROM', '`conn`'],
  ])('in %s replaces %s', (text, replaced) => {
    const { script, offset } = atCursor(text.startsWith('WITH') ? `CREATE TABLE n (a INT) ${text}` : text);
    const { replace } = complete(new ScriptChecker(), script, offset);
    expect(script.slice(replace.start, replace.end)).toBe(replaced);
  });
});
