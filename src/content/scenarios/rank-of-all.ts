import type { Scenario } from './scenario.ts';

const ACTIONS = [
  ['Mary', '12:00:00'],
  ['Bob', '12:00:10'],
  ['Liz', '12:00:20'],
  ['Tom', '12:00:30'],
  ['Mary', '12:00:40'],
  ['Ann', '12:00:50'],
  ['Bob', '12:01:00'],
] as const;

/** A6 of the concepts: one row changes the rank of everybody behind it. */
export const rankOfAll: Scenario = {
  id: 'rank-of-all',
  concept: 'A6',
  title: { en: 'One row in, many changes out', zh: '一行输入，许多变更输出' },
  about: {
    en: 'The rank of every user by the last action. A user who acts again leaves a place, and everybody behind moves up: the number of changes sent for one row grows with the number of users.',
    zh: '按最后一次操作对所有用户排名。用户再次操作时离开原来的位置，后面的所有人都前移：为一行输入而发送的变更数随用户数增长。',
  },
  since: {
    en: 'The published example was refused by older versions; Flink 2.2 runs it.',
    zh: '旧版本会拒绝这个示例；Flink 2.2 可以运行它。',
  },
  sql: `-- The rank of everybody, all the time
CREATE TABLE clicks (
  \`user\` STRING,
  cTime  TIMESTAMP(3)
) WITH ('connector' = 'scenario');

SELECT \`user\`, RANK() OVER (ORDER BY lastAction) AS place
FROM (
  SELECT \`user\`, MAX(cTime) AS lastAction
  FROM clicks
  GROUP BY \`user\`
);
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: ACTIONS.map(([user, time], place) => ({
    table: 'clicks',
    atMs: place * 1500,
    row: { user, cTime: `2020-04-15 ${time}` },
  })),
};
