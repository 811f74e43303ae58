import type { Scenario } from './scenario.ts';

/** A2 of the concepts: a continuous query whose results are updated. */
export const countPerUser: Scenario = {
  id: 'count-per-user',
  concept: 'A2',
  title: { en: 'Clicks per user', zh: '每个用户的点击数' },
  about: {
    en: 'Every click changes somebody’s count. Watch row 3: the old result of Mary is taken back (-U) before the new one is sent (+U). The query keeps one counter for each user in its state.',
    zh: '每次点击都会改变某个用户的计数。请看第 3 行：先撤回 Mary 的旧结果（-U），再发送新结果（+U）。查询在状态中为每个用户保存一个计数器。',
  },
  sql: `-- How often has each user clicked so far?
CREATE TABLE clicks (
  \`user\` STRING,
  cTime  TIMESTAMP(3),
  url    STRING
) WITH ('connector' = 'scenario');

SELECT \`user\`, COUNT(url) AS cnt
FROM clicks
GROUP BY \`user\`;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    { table: 'clicks', atMs: 0, row: { user: 'Mary', cTime: '2020-04-15 12:00:00', url: './home' } },
    { table: 'clicks', atMs: 1000, row: { user: 'Bob', cTime: '2020-04-15 12:00:00', url: './cart' } },
    { table: 'clicks', atMs: 2500, row: { user: 'Mary', cTime: '2020-04-15 12:00:02', url: './prod?id=1' } },
    { table: 'clicks', atMs: 4000, row: { user: 'Liz', cTime: '2020-04-15 12:00:04', url: './home' } },
    { table: 'clicks', atMs: 6000, row: { user: 'Bob', cTime: '2020-04-15 12:00:06', url: './prod?id=3' } },
    { table: 'clicks', atMs: 7500, row: { user: 'Mary', cTime: '2020-04-15 12:00:07', url: './prod?id=7' } },
    { table: 'clicks', atMs: 8500, row: { user: 'Liz', cTime: '2020-04-15 12:00:08', url: null } },
    { table: 'clicks', atMs: 10000, row: { user: 'Liz', cTime: '2020-04-15 12:00:10', url: './cart' } },
  ],
};
