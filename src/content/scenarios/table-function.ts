import type { Scenario } from './scenario.ts';

const SCRIPT = (join: string): string => `-- One row for each word of the order
CREATE TABLE Orders (
  order_id BIGINT,
  tags     STRING
) WITH ('connector' = 'scenario');

SELECT order_id, res
FROM Orders${join};
`;

/** E8 of the concepts: a table function is joined laterally. Its own code needs a JVM; a function that gives an array, and UNNEST, do not. */
export const tableFunction: Scenario = {
  id: 'table-function',
  concept: 'E8',
  title: { en: 'A function that gives rows', zh: '返回多行的函数' },
  about: {
    en: 'For each order, the right side is computed from the order: SPLIT makes an array of its tags, UNNEST rows of the array. LEFT JOIN … ON TRUE keeps an order without any. A table function of your own is joined as LATERAL TABLE(f(…)); it is a class that has to be registered first, and Flink says so.',
    zh: '对每个订单，右侧由订单本身计算得出：SPLIT 把标签变成数组，UNNEST 把数组变成多行。LEFT JOIN … ON TRUE 会保留没有标签的订单。自己的表函数以 LATERAL TABLE(f(…)) 连接；它是一个必须先注册的类，否则 Flink 会指出。',
  },
  sql: SCRIPT("\nLEFT JOIN UNNEST(SPLIT(tags, ',')) AS t (res) ON TRUE"),
  refused: SCRIPT(', LATERAL TABLE(table_func(order_id)) AS t (res)'),
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    { table: 'Orders', atMs: 0, row: { order_id: 1, tags: 'new,gift' } },
    { table: 'Orders', atMs: 1500, row: { order_id: 2, tags: null } },
    { table: 'Orders', atMs: 3000, row: { order_id: 3, tags: 'express,fragile,gift' } },
  ],
};
