import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const order = (atMs: number, order_id: string, time: string): InputEvent => ({
  table: 'orders',
  atMs,
  row: { order_id, currency: 'EUR', order_time: `2020-04-15 ${time}` },
});

/** E3 of the concepts, silent: the join waits for the watermark of both inputs. */
export const silentTemporalJoin: Scenario = {
  id: 'silent-temporal-join',
  concept: 'E3',
  title: { en: 'A temporal join that says nothing', zh: '沉默的时态连接' },
  about: {
    en: 'The rate arrived once and has not changed since, so the watermark of the rates stands still at 11:50. The join cannot know that no rate of 11:59 is still to come: every order waits. Only the end of the input frees them here. Ask “Why is there no output?”, or add a rate of 12:10.',
    zh: '汇率到达一次后再没有变化，因此汇率的水位线停在 11:50。连接无法知道是否还会有 11:59 的汇率到来：所有订单都在等待。这里只有输入结束才会释放它们。问一问“为什么没有输出？”，或者加上一条 12:10 的汇率。',
  },
  sql: `-- Orders at the rate of their own time; the rate does not change
CREATE TABLE orders (
  order_id   STRING,
  currency   STRING,
  order_time TIMESTAMP(3),
  WATERMARK FOR order_time AS order_time
) WITH ('connector' = 'scenario');

CREATE TABLE currency_rates (
  currency        STRING,
  conversion_rate DECIMAL(32, 2),
  update_time     TIMESTAMP(3),
  WATERMARK FOR update_time AS update_time,
  PRIMARY KEY (currency) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

SELECT o.order_id, o.currency, r.conversion_rate, o.order_time
FROM orders AS o
LEFT JOIN currency_rates FOR SYSTEM_TIME AS OF o.order_time AS r ON o.currency = r.currency;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    {
      table: 'currency_rates',
      atMs: 0,
      row: { currency: 'EUR', conversion_rate: '1.14', update_time: '2020-04-15 11:50:00' },
    },
    order(1500, 'o_001', '12:00:00'),
    order(3000, 'o_002', '12:03:00'),
    order(4500, 'o_003', '12:06:00'),
  ],
};
