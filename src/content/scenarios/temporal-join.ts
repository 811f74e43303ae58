import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const order = (atMs: number, order_id: string, price: string, time: string): InputEvent => ({
  table: 'orders',
  atMs,
  row: { order_id, price, currency: 'EUR', order_time: `2020-04-15 ${time}` },
});
const rate = (atMs: number, kind: '+I' | '-U' | '+U', conversion_rate: string, time: string): InputEvent => ({
  table: 'currency_rates',
  kind,
  atMs,
  row: { currency: 'EUR', conversion_rate, update_time: `2020-04-15 ${time}` },
});

/** E3 of the concepts: each order is joined with the version of the rate that was valid at its time. */
export const temporalJoin: Scenario = {
  id: 'temporal-join',
  concept: 'E3',
  title: { en: 'The rate as of the order', zh: '下单时的汇率' },
  about: {
    en: 'The table of rates is versioned: its primary key and its event time make every change a new version. An order is joined with the version valid at its own time, once both watermarks have passed that time. A later rate changes no earlier result.',
    zh: '汇率表带有版本：主键和事件时间使每次变更成为一个新版本。当两侧的水位线都越过订单的时间后，订单与当时有效的版本连接。之后的汇率不会改变先前的结果。',
  },
  sql: `-- Orders at the rate of their own time
CREATE TABLE orders (
  order_id   STRING,
  price      DECIMAL(32, 2),
  currency   STRING,
  order_time TIMESTAMP(3),
  WATERMARK FOR order_time AS order_time - INTERVAL '15' SECOND
) WITH ('connector' = 'scenario');

CREATE TABLE currency_rates (
  currency        STRING,
  conversion_rate DECIMAL(32, 2),
  update_time     TIMESTAMP(3),
  WATERMARK FOR update_time AS update_time,
  PRIMARY KEY (currency) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

SELECT o.order_id, o.price, o.currency, r.conversion_rate, o.order_time
FROM orders AS o
LEFT JOIN currency_rates FOR SYSTEM_TIME AS OF o.order_time AS r ON o.currency = r.currency;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    rate(0, '+I', '1.14', '11:50:00'),
    order(1500, 'o_001', '11.11', '12:00:00'),
    rate(3000, '-U', '1.14', '12:05:00'),
    rate(3000, '+U', '1.10', '12:05:00'),
    order(4500, 'o_002', '12.51', '12:06:00'),
    rate(6000, '-U', '1.10', '12:20:00'),
    rate(6000, '+U', '1.25', '12:20:00'),
    order(7500, 'o_003', '9.90', '12:08:00'),
    order(9000, 'o_004', '3.00', '12:30:00'),
  ],
};
