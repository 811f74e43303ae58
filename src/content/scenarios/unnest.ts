import type { Scenario } from './scenario.ts';

/** E7 of the concepts: an array becomes rows. */
export const unnest: Scenario = {
  id: 'unnest',
  concept: 'E7',
  title: { en: 'An array becomes rows', zh: '数组变成多行' },
  about: {
    en: 'Each order carries an array of tags; UNNEST makes a row of every element, WITH ORDINALITY numbers them. An order without tags gives no row (a LEFT JOIN would keep it).',
    zh: '每个订单带有一个标签数组；UNNEST 把每个元素变成一行，WITH ORDINALITY 为它们编号。没有标签的订单不产生行（LEFT JOIN 会保留它）。',
  },
  sql: `-- One row for each tag
CREATE TABLE Orders (
  order_id BIGINT,
  tags     ARRAY<STRING>
) WITH ('connector' = 'scenario');

SELECT order_id, tag, place
FROM Orders
CROSS JOIN UNNEST(tags) WITH ORDINALITY AS t (tag, place);
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    { table: 'Orders', atMs: 0, row: { order_id: 1, tags: ['new', 'gift'] } },
    { table: 'Orders', atMs: 1500, row: { order_id: 2, tags: [] } },
    { table: 'Orders', atMs: 3000, row: { order_id: 3, tags: ['express', 'fragile', 'gift'] } },
  ],
};
