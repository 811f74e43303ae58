import { CLICKS_TABLE, clicks, NOON_MS } from './clicks.ts';
import type { Scenario } from './scenario.ts';

/** B3 of the concepts, with the wrong key: rows told apart by user, written by count. */
export const anotherKey: Scenario = {
  id: 'another-key',
  concept: 'B3',
  title: { en: 'A sink with another key', zh: '主键不同的汇' },
  about: {
    en: 'The changes are told apart by user, but the sink’s primary key is the count. Two users with the same count fight for one row, and when one of them moves on, the other’s must come back. So Flink lets the sink remember all rows of each key (upsertMaterialize) and asks for every -U. The sink that is keyed by user needs neither. Click both.',
    zh: '变更按用户区分，而汇的主键却是计数。两个计数相同的用户争用同一行；其中一个前进之后，另一个的行必须重新出现。因此 Flink 让汇记住每个键的所有行（upsertMaterialize），并要求每一个 -U。以用户为主键的汇两者都不需要。点击它们查看。',
  },
  sql: `-- Who has clicked so often, and how often has each user clicked?
${CLICKS_TABLE}
CREATE TABLE by_count (
  cnt    BIGINT,
  \`user\` STRING,
  PRIMARY KEY (cnt) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');

CREATE TABLE by_user (
  \`user\` STRING,
  cnt    BIGINT,
  PRIMARY KEY (\`user\`) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');

INSERT INTO by_count
SELECT COUNT(url), \`user\`
FROM clicks
GROUP BY \`user\`;

INSERT INTO by_user
SELECT \`user\`, COUNT(url)
FROM clicks
GROUP BY \`user\`;
`,
  config: {},
  startMs: NOON_MS,
  events: clicks(),
};
