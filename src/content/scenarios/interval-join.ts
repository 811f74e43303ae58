import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const order = (atMs: number, id: number, time: string): InputEvent => ({
  table: 'orders',
  atMs,
  row: { id, order_time: `2020-04-15 ${time}` },
});
const shipment = (atMs: number, order_id: number, time: string): InputEvent => ({
  table: 'shipments',
  atMs,
  row: { order_id, ship_time: `2020-04-15 ${time}` },
});

/** E2 of the concepts: rows meet within an interval, and leave state after it. */
export const intervalJoin: Scenario = {
  id: 'interval-join',
  concept: 'E2',
  title: { en: 'Shipped within four hours', zh: '四小时内发货' },
  about: {
    en: 'An order meets the shipment that follows within four hours. The interval tells how long each row can still find a partner, so that the state is bounded: once the watermark has passed, rows leave. Order 2 is shipped too late and finds nothing.',
    zh: '订单与四小时内的发货相遇。区间说明每一行还能在多长时间内找到伙伴，因此状态有界：水位线越过之后，行就离开。订单 2 发货太晚，什么也找不到。',
  },
  sql: `-- Which orders were shipped within four hours?
CREATE TABLE orders (
  id         BIGINT,
  order_time TIMESTAMP(3),
  WATERMARK FOR order_time AS order_time
) WITH ('connector' = 'scenario');

CREATE TABLE shipments (
  order_id  BIGINT,
  ship_time TIMESTAMP(3),
  WATERMARK FOR ship_time AS ship_time
) WITH ('connector' = 'scenario');

SELECT o.id, o.order_time, CAST(s.ship_time AS TIMESTAMP(3)) AS ship_time
FROM orders AS o, shipments AS s
WHERE o.id = s.order_id AND o.order_time BETWEEN s.ship_time - INTERVAL '4' HOUR AND s.ship_time;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 8),
  events: [
    order(0, 1, '08:00:00'),
    order(1500, 2, '08:30:00'),
    shipment(3000, 1, '10:15:00'),
    order(4500, 3, '11:00:00'),
    order(6000, 4, '13:00:00'),
    shipment(7500, 2, '13:30:00'),
    shipment(9000, 3, '13:45:00'),
    shipment(10500, 4, '14:00:00'),
  ],
};
