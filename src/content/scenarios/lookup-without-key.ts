import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const customer = (atMs: number, kind: '+I' | '-U' | '+U', id: number, name: string): InputEvent => ({
  table: 'dim_customer',
  kind,
  atMs,
  row: { id, name },
});
const order = (
  atMs: number,
  kind: '+I' | '-U' | '+U' | '-D',
  order_id: number,
  customer_id: number,
  price: number,
): InputEvent => ({ table: 'orders', kind, atMs, row: { order_id, customer_id, price } });

/** F5 of the concepts: what a lookup found has to be remembered if it cannot be found again. */
export const lookupWithoutKey: Scenario = {
  id: 'lookup-without-key',
  concept: 'F5',
  title: { en: 'A lookup that has to remember', zh: '必须记忆的查找' },
  about: {
    en: 'An order of Mary is joined, then she changes her name, then the order changes. To take the first row back, the lookup must say “Mary” again, but the database says “Marie”. Under TRY_RESOLVE the lookup keeps what it found (upsertMaterialize). Give dim_customer a PRIMARY KEY (id), and it can forget.',
    zh: 'Mary 的订单完成连接，之后她改了名字，再之后订单变更。要撤回第一行，查找必须再次给出“Mary”，而数据库已经是“Marie”。使用 TRY_RESOLVE 时，查找会保留它找到的内容（upsertMaterialize）。给 dim_customer 加上 PRIMARY KEY (id)，它就可以忘记。',
  },
  sql: `-- Orders with the name of their customer
SET 'table.optimizer.non-deterministic-update.strategy' = 'TRY_RESOLVE';

CREATE TABLE orders (
  order_id    INT,
  customer_id INT,
  price       INT,
  proc        AS PROCTIME(),
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

CREATE TABLE dim_customer (
  id   INT,
  name STRING
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

CREATE TABLE enriched (
  order_id INT,
  price    INT,
  name     STRING,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');

INSERT INTO enriched
SELECT o.order_id, o.price, c.name
FROM orders AS o
LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.proc AS c ON o.customer_id = c.id;
`,
  config: {},
  startMs: Date.UTC(2022, 7, 22, 12),
  events: [
    customer(0, '+I', 1, 'Mary'),
    customer(0, '+I', 2, 'Bob'),
    order(1500, '+I', 1, 1, 10),
    order(3000, '+I', 2, 2, 20),
    customer(4500, '-U', 1, 'Mary'),
    customer(4500, '+U', 1, 'Marie'),
    order(6000, '-U', 1, 1, 10),
    order(6000, '+U', 1, 1, 15),
    order(7500, '-D', 2, 2, 20),
  ],
};
