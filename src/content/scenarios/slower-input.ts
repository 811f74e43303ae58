import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const order = (atSeconds: number, id: number, time: string): InputEvent => ({
  table: 'orders',
  atMs: atSeconds * 1000,
  row: { id, ts: `2020-04-15 12:00:${time}` },
});
const shipment = (atSeconds: number, id: number, time: string): InputEvent => ({
  table: 'shipments',
  atMs: atSeconds * 1000,
  row: { id, ts: `2020-04-15 12:00:${time}` },
});

/** C7 of the concepts: two inputs, one watermark: the lower of both. */
export const slowerInput: Scenario = {
  id: 'slower-input',
  concept: 'C7',
  title: { en: 'The slower input sets the pace', zh: '较慢的输入决定节奏' },
  about: {
    en: 'Orders and shipments in one stream of windows. The watermark of a union is the lower one of its inputs: the windows of the orders stay open until the first shipment of a later time arrives.',
    zh: '订单与发货汇成一个窗口流。合并后的水位线取各输入中较低的一个：在更晚的发货到达之前，订单的窗口一直打开。',
  },
  sql: `-- What happened in each 10 seconds, orders and shipments together
CREATE TABLE orders (
  id BIGINT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario');

CREATE TABLE shipments (
  id BIGINT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario');

CREATE TEMPORARY VIEW happenings AS
SELECT id, ts
FROM orders
UNION ALL
SELECT id, ts
FROM shipments;

SELECT window_start, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE happenings, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    order(1, 1, '01'),
    order(5, 2, '05'),
    order(13, 3, '13'),
    order(24, 4, '24'),
    shipment(26, 1, '09'),
    order(31, 5, '31'),
    shipment(34, 2, '22'),
    shipment(40, 3, '39'),
  ],
};
