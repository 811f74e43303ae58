import type { Scenario } from './scenario.ts';

/** G1 of the concepts, first half: a query that remembers nothing. */
export const filter: Scenario = {
  id: 'filter',
  concept: 'G1',
  title: { en: 'Filter: a query without memory', zh: '过滤：没有记忆的查询' },
  about: {
    en: 'Each row is looked at once and either goes on or is dropped. No operator keeps state, so nothing is ever updated. Change the condition and see which rows fall out.',
    zh: '每一行只看一次：要么放行，要么丢弃。没有算子保存状态，因此从不更新结果。修改条件，看看哪些行会被过滤掉。',
  },
  sql: `-- Who looks at products?
CREATE TABLE clicks (
  \`user\` STRING,
  url    STRING
) WITH ('connector' = 'scenario');

SELECT \`user\`, UPPER(url) AS url
FROM clicks
WHERE url LIKE './prod%';
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    { table: 'clicks', atMs: 0, row: { user: 'Mary', url: './home' } },
    { table: 'clicks', atMs: 1000, row: { user: 'Mary', url: './prod?id=1' } },
    { table: 'clicks', atMs: 2000, row: { user: 'Bob', url: './cart' } },
    { table: 'clicks', atMs: 3500, row: { user: 'Liz', url: './prod?id=8' } },
    { table: 'clicks', atMs: 5000, row: { user: 'Liz', url: null } },
    { table: 'clicks', atMs: 6000, row: { user: 'Bob', url: './prod?id=7' } },
  ],
};
