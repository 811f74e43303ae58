import type { Scenario } from './scenario.ts';

const USERS = ['Mary', 'Bob', 'Mary', 'Mary', 'Liz', 'Mary', 'Bob', 'Mary'];

/** G4 of the concepts: fewer, folded changes. */
export const miniBatch: Scenario = {
  id: 'mini-batch',
  concept: 'G4',
  title: { en: 'Mini-batch: fewer changes', zh: '微批：更少的变更' },
  about: {
    en: 'Rows are collected, four at a time, before the count is brought up to date: changes of the same user fold into one. Remove the three SET lines and compare the number of changes.',
    zh: '行先收集起来，每四行更新一次计数：同一用户的多次变更折叠为一次。删除三行 SET 再比较变更的数量。',
  },
  sql: `-- Four rows at a time
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '60 s';
SET 'table.exec.mini-batch.size' = '4';

CREATE TABLE clicks (
  \`user\` STRING,
  url    STRING
) WITH ('connector' = 'scenario');

SELECT \`user\`, COUNT(url) AS cnt
FROM clicks
GROUP BY \`user\`;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: USERS.map((user, place) => ({ table: 'clicks', atMs: place * 1000, row: { user, url: './home' } })),
};
