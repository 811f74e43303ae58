import type { Scenario } from './scenario.ts';

/** B2 of the concepts, from the other side: a changelog comes in, and an aggregate follows it. */
export const cdcOrders: Scenario = {
  id: 'cdc-orders',
  concept: 'B2',
  title: { en: 'Orders from a database', zh: '来自数据库的订单' },
  about: {
    en: 'The source is the changelog of a database table: rows are inserted, updated and deleted. The sums follow: a -U takes an amount out, the +U puts the new one in, and the last order of a product takes its row along (-D).',
    zh: '数据源是数据库表的变更日志：行被插入、更新和删除。汇总随之变化：-U 减去旧金额，+U 加上新金额；某产品的最后一个订单被删除时，其结果行也被删除（-D）。',
  },
  sql: `-- What is on order for each product?
CREATE TABLE orders (
  order_id BIGINT,
  product  STRING,
  amount   BIGINT,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

SELECT product, COUNT(*) AS orders, SUM(amount) AS total
FROM orders
GROUP BY product;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    { table: 'orders', atMs: 0, row: { order_id: 1, product: 'scooter', amount: 3 } },
    { table: 'orders', atMs: 1500, row: { order_id: 2, product: 'ball', amount: 10 } },
    { table: 'orders', atMs: 3000, row: { order_id: 3, product: 'scooter', amount: 1 } },
    { table: 'orders', atMs: 5000, kind: '-U', row: { order_id: 1, product: 'scooter', amount: 3 } },
    { table: 'orders', atMs: 5000, kind: '+U', row: { order_id: 1, product: 'scooter', amount: 5 } },
    { table: 'orders', atMs: 7000, kind: '-U', row: { order_id: 3, product: 'scooter', amount: 1 } },
    { table: 'orders', atMs: 7000, kind: '+U', row: { order_id: 3, product: 'ball', amount: 1 } },
    { table: 'orders', atMs: 9000, kind: '-D', row: { order_id: 1, product: 'scooter', amount: 5 } },
    { table: 'orders', atMs: 11000, kind: '-D', row: { order_id: 2, product: 'ball', amount: 10 } },
  ],
};
