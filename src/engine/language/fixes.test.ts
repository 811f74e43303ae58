import { expect, test } from 'vitest';
import { ScriptChecker } from './script-checker.ts';
import { SETUP } from './testing/cursor-case.ts';

const TIMELESS = "CREATE TABLE plain (\n  id INT,\n  att TIMESTAMP(3)\n) WITH ('connector' = 'scenario');\n";
const TIMED = TIMELESS.replace(
  'TIMESTAMP(3)\n',
  "TIMESTAMP(3),\n  WATERMARK FOR att AS att - INTERVAL '5' SECOND\n",
);
const WINDOW =
  "SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE plain, DESCRIPTOR(att), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;";

test.each([
  ['SELECT usr FROM clicks', 'SELECT `user` FROM clicks'],
  ['SELECT URL FROM clicks', 'SELECT url FROM clicks'],
  ['SELECT c.ulr FROM clicks AS c', 'SELECT c.url FROM clicks AS c'],
  ['SELECT d.url FROM clicks AS dd', null],
  ['SELECT clik.url FROM clicks', null],
  ['SELECT click.url FROM clicks', 'SELECT clicks.url FROM clicks'],
  ['SELECT url FROM click', 'SELECT url FROM clicks'],
  ['WITH tops AS (SELECT 1 AS x) SELECT x FROM topps', 'WITH tops AS (SELECT 1 AS x) SELECT x FROM tops'],
  ['INSERT INTO order SELECT 1, url, 2.0 FROM clicks', 'INSERT INTO `order` SELECT 1, url, 2.0 FROM clicks'],
  ['INSERT INTO ordes SELECT 1, url, 2.0 FROM clicks', 'INSERT INTO orders SELECT 1, url, 2.0 FROM clicks'],
  ['INSERT INTO orders (idd) SELECT 1', null],
  ['INSERT INTO orders (amont) SELECT 1', 'INSERT INTO orders (amount) SELECT 1'],
  ['SELECT UPER(url) FROM clicks', 'SELECT UPPER(url) FROM clicks'],
  ['SELCT url FROM clicks', 'SELECT url FROM clicks'],
  [
    "CREATE TABLE n (a BIGNT) WITH ('connector' = 'print')",
    "CREATE TABLE n (a BIGINT) WITH ('connector' = 'print')",
  ],
  ['SELECT url FORM clicks', 'SELECT url FROM clicks'],
  ['SELECT url, FROM clicks', 'SELECT url FROM clicks'],
  ['SELECT url FROM clicks WERE url = 1', 'SELECT url FROM clicks WHERE url = 1'],
  [
    "CREATE TABLE n (a INT) WITH ('connector' = print)",
    "CREATE TABLE n (a INT) WITH ('connector' = 'print')",
  ],
  [
    "CREATE TABLE n (order INT) WITH ('connector' = 'print')",
    "CREATE TABLE n (`order` INT) WITH ('connector' = 'print')",
  ],
  [
    "CREATE TABLE n (a INT b INT) WITH ('connector' = 'print')",
    "CREATE TABLE n (a INT, b INT) WITH ('connector' = 'print')",
  ],
  ['SELECT url FROM clicks\n\nSELECT id FROM orders', 'SELECT url FROM clicks;\n\nSELECT id FROM orders'],
  [
    'CREATE VIEW w AS SELECT url FROM clicks\nINSERT INTO orders SELECT 1, url, 2.0 FROM w;',
    'CREATE VIEW w AS SELECT url FROM clicks;\nINSERT INTO orders SELECT 1, url, 2.0 FROM w;',
  ],
  ['SELECT COUNT(url FROM clicks', 'SELECT COUNT(url) FROM clicks'],
  ['SELECT nothing FROM clicks', null],
  [TIMELESS + WINDOW, TIMED + WINDOW],
])('%s', (text, expected) => {
  const script = SETUP + text;
  const { diagnostics } = new ScriptChecker().check(script);
  expect(diagnostics.length).toBeGreaterThan(0);
  const edit = diagnostics.flatMap((diagnostic) => diagnostic.fixes ?? [])[0]?.edits[0];
  const fixed = edit && script.slice(0, edit.span.start) + edit.text + script.slice(edit.span.end);
  expect(fixed?.slice(SETUP.length) ?? null).toBe(expected);
});

test('every wrong statement of a script is told, each at its place', () => {
  const script = `${SETUP}SELECT a FROM clicks;\nSELCT 1;\nSELECT b FROM orders;\nSELECT url FROM nowhere;\nSELECT url, FROM clicks;`;
  const { diagnostics } = new ScriptChecker().check(script);
  const lines = diagnostics.map(
    ({ span }) => script.slice(0, span?.start).split('\n').length - SETUP.split('\n').length + 1,
  );
  expect(lines).toEqual([1, 2, 3, 4, 5]);
});

const VERSIONED = `CREATE TABLE o (k STRING, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');
CREATE TABLE r (k STRING, rate INT, since TIMESTAMP(3), WATERMARK FOR since AS since) WITH ('connector' = 'scenario');
`;
const TEMPORAL = 'SELECT o.k, v.rate FROM o JOIN r FOR SYSTEM_TIME AS OF o.ts AS v ON o.k = v.k;';
const KEYED =
  "CREATE TABLE c (id INT PRIMARY KEY NOT ENFORCED, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');\n";
const SINK =
  "CREATE TABLE s (id INT PRIMARY KEY NOT ENFORCED, m BIGINT) WITH ('connector' = 'scenario', 'changelog-mode' = 'I');\n";
const RESOLVING = "SET 'table.optimizer.non-deterministic-update.strategy' = 'TRY_RESOLVE';\n";
const COUNTS = 'INSERT INTO s SELECT id, COUNT(*) FROM c GROUP BY id;';
const TIMES =
  "CREATE TABLE t (id INT, ts TIMESTAMP(3)) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');\n";

test.each([
  // The text, the node of the plan at fault, what is put in, and where.
  [VERSIONED + TEMPORAL, 'Join', '  PRIMARY KEY (k) NOT ENFORCED', 'WATERMARK FOR since AS since,\n'],
  [
    VERSIONED.replace(', WATERMARK FOR since AS since', ', PRIMARY KEY (k) NOT ENFORCED') + TEMPORAL,
    'Join',
    "  WATERMARK FOR since AS since - INTERVAL '5' SECOND",
    'PRIMARY KEY (k) NOT ENFORCED,\n',
  ],
  [
    VERSIONED.replace(
      ', since TIMESTAMP(3), WATERMARK FOR since AS since',
      ', PRIMARY KEY (k) NOT ENFORCED',
    ) + TEMPORAL,
    'Join',
    'o.p',
    'FOR SYSTEM_TIME AS OF ',
  ],
  [
    KEYED + SINK + COUNTS,
    'GroupAggregate',
    "'I,UA,D'",
    "m BIGINT) WITH ('connector' = 'scenario', 'changelog-mode' = ",
  ],
  [
    `${KEYED}SELECT id, SUM(n) OVER (PARTITION BY id ORDER BY ts) FROM c;`,
    'TableSourceScan',
    "'I'",
    "'connector' = 'scenario', 'changelog-mode' = ",
  ],
  [RESOLVING + KEYED + TIMES + 'INSERT INTO t SELECT id, NOW() FROM c;', 'Calc', 'c.ts', 'SELECT id, '],
  [
    `${RESOLVING}${KEYED}${TIMES.replace('ts TIMESTAMP(3)', 'label STRING')}INSERT INTO t SELECT id, UUID() FROM c;`,
    'Calc',
    "'IGNORE'",
    "strategy' = ",
  ],
  [
    `${VERSIONED}SELECT o.k, o.ts, r.since FROM o JOIN r ON o.k = r.k AND o.ts = r.since;`,
    'Calc',
    'CAST(r.since AS TIMESTAMP(3)) AS since',
    'SELECT o.k, o.ts, ',
  ],
  [
    `${VERSIONED}CREATE TABLE z (k STRING, a TIMESTAMP(3), b TIMESTAMP(3)) WITH ('connector' = 'scenario');
INSERT INTO z SELECT o.k, o.ts, r.since FROM o JOIN r ON o.k = r.k AND o.ts = r.since;`,
    'Sink',
    'CAST(r.since AS TIMESTAMP(3)) AS since',
    'SELECT o.k, o.ts, ',
  ],
] as const)('a refused plan has its node at fault, and a way out: %s', (script, node, text, before) => {
  const { diagnostics } = new ScriptChecker().check(script);
  expect(diagnostics).toHaveLength(1);
  const { plan, fixes = [] } = diagnostics[0]!;
  expect(plan?.operators[plan.at]?.name).toBe(node);
  const edit = fixes[0]?.edits[0];
  const fixed = edit ? script.slice(0, edit.span.start) + edit.text + script.slice(edit.span.end) : '';
  expect(fixed).toContain(before + text);
  expect(new ScriptChecker().check(fixed).diagnostics).toEqual([]);
});
