import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const order = (atMs: number, id: number, product: string): InputEvent => ({
  table: 'orders',
  atMs,
  row: { id, product },
});
const product = (
  atMs: number,
  name: string,
  price: number,
  kind: '+I' | '-U' | '+U' | '-D' = '+I',
): InputEvent => ({
  table: 'products',
  atMs,
  kind,
  row: { name, price },
});

/** E1 of the concepts: a regular join keeps both sides for ever, and takes NULLs back. */
export const leftJoinFlicker: Scenario = {
  id: 'left-join-flicker',
  concept: 'E1',
  title: { en: 'A LEFT JOIN takes its NULLs back', zh: 'LEFT JOIN 会撤回它的 NULL' },
  about: {
    en: 'An order that finds no product is sent with NULLs at once. When the product comes, that row is taken back (-D) and the joined one inserted; when the price changes, every order of the product changes with it. Both sides are kept for ever: click Join.',
    zh: '找不到产品的订单会立刻带着 NULL 发出。产品到达时，那一行被撤回（-D），并插入连接后的行；价格改变时，该产品的所有订单都随之改变。两侧都被永久保存：点击 Join 查看。',
  },
  sql: `-- Orders with the price of their product, whatever comes first
CREATE TABLE orders (
  id      BIGINT,
  product STRING
) WITH ('connector' = 'scenario');

CREATE TABLE products (
  name  STRING,
  price BIGINT,
  PRIMARY KEY (name) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

SELECT o.id, o.product, p.price
FROM orders AS o
LEFT JOIN products AS p ON o.product = p.name;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    order(0, 1, 'ball'),
    product(1500, 'ball', 20),
    order(3000, 2, 'ball'),
    order(4500, 3, 'hat'),
    product(6000, 'ball', 20, '-U'),
    product(6000, 'ball', 25, '+U'),
    product(8000, 'hat', 9),
    product(9500, 'ball', 25, '-D'),
  ],
};
