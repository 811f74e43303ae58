import { expect, test } from 'vitest';
import { createEngine } from '../../engine.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const TABLES = `
CREATE TABLE clicks (who STRING, n BIGINT) WITH ('connector' = 'scenario');
CREATE TABLE users (who STRING, city STRING, PRIMARY KEY (who) NOT ENFORCED) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
CREATE TABLE by_city (city STRING, c BIGINT, PRIMARY KEY (city) NOT ENFORCED) WITH ('connector' = 'scenario');
CREATE TABLE by_count (city STRING, c BIGINT, PRIMARY KEY (c) NOT ENFORCED) WITH ('connector' = 'scenario');
CREATE TABLE all_cities (city STRING, c BIGINT) WITH ('connector' = 'scenario');
`;
const COUNTS = 'SELECT who, COUNT(*) AS c FROM clicks GROUP BY who';

/** A query, an operator of its plan, why that sends what it sends, and who settled it. */
const CASES = [
  [COUNTS, 'GroupAggregate', 'result-takes-back', 'Sink'],
  [COUNTS, 'TableSourceScan', 'inserts-only', null],
  [`INSERT INTO by_city ${COUNTS}`, 'GroupAggregate', 'nobody-asks', 'Sink'],
  [`INSERT INTO by_count ${COUNTS}`, 'GroupAggregate', 'sink-has-another-key', 'Sink'],
  [`INSERT INTO all_cities ${COUNTS}`, 'GroupAggregate', 'sink-takes-back', 'Sink'],
  [`INSERT INTO by_city ${COUNTS} HAVING COUNT(*) < 3`, 'GroupAggregate', 'filter-may-drop-the-new', 'Calc'],
  [
    `INSERT INTO by_city SELECT city, COUNT(*) FROM users GROUP BY city`,
    'TableSourceScan',
    'aggregate-must-subtract',
    'GroupAggregate',
  ],
  [
    `INSERT INTO by_city SELECT who, CHAR_LENGTH(city) FROM users`,
    'TableSourceScan',
    'source-sends-both',
    'DropUpdateBefore',
  ],
  [
    `SELECT who, c FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY c DESC) AS r FROM (SELECT who, SUM(n) AS c FROM clicks GROUP BY who)) WHERE r <= 3`,
    'GroupAggregate',
    'rank-must-remove',
    'Rank',
  ],
  [
    `SELECT u.city, s.c FROM (SELECT city, COUNT(*) AS c FROM users GROUP BY city) AS s JOIN users AS u ON s.c = CHAR_LENGTH(u.who)`,
    'GroupAggregate',
    'join-must-remove',
    'Join',
  ],
] as const;

test.each(CASES)('%s: %s sends so because %s', (query, name, reason, by) => {
  const run = engine.run({ script: `${TABLES}${query};`, config: {}, inputs: [], startMs: 0, seed: 1 });
  expect(run.diagnostics).toEqual([]);
  const operator = run.operators.find((candidate) => candidate.name === name);
  expect(operator?.why.reason).toBe(reason);
  expect(operator?.why.by === null ? null : run.operators[operator?.why.by ?? -1]?.name).toBe(by);
});
