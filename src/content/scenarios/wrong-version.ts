import type { InputEvent } from '../../engine/engine-api.ts';
import { LATEST_RATES_TABLE, latestRate } from './latest-rates.ts';
import type { Scenario } from './scenario.ts';

const order = (atMs: number, amount: number, currency: string, time: string): InputEvent => ({
  table: 'Orders',
  atMs,
  row: { amount, currency, o_time: `2020-04-15 ${time}` },
});

/** E4 of the concepts, and what goes wrong with it: an order that is late reads the version of its arrival. */
export const wrongVersion: Scenario = {
  id: 'wrong-version',
  concept: 'E4',
  title: { en: 'The wrong version, because of the clock', zh: '因时钟而读错版本' },
  about: {
    en: 'Each order is joined with the rate that holds when it is processed: 2 Euro of 10:15 give 228, 2 Euro of 10:52 give 232. The last order was made at 10:40, when the rate was 114, but it arrives after the change and gets 116. Drag it to the left, and the answer is another: processing time does not repeat.',
    zh: '每个订单与被处理时有效的汇率连接：10:15 的 2 欧元得到 228，10:52 的 2 欧元得到 232。最后一个订单在 10:40 下单，当时汇率是 114，但它在汇率变更之后才到达，得到 116。把它向左拖，结果就不同：处理时间无法重现。',
  },
  sql: `-- Orders at the rate of the clock, with the time at which they were made
${LATEST_RATES_TABLE}
CREATE TABLE Orders (
  amount     BIGINT,
  currency   STRING,
  o_time     TIMESTAMP(3),
  o_proctime AS PROCTIME()
) WITH ('connector' = 'scenario');

SELECT o.amount, o.currency, o.o_time, r.rate, o.amount * r.rate AS total
FROM Orders AS o
JOIN LatestRates FOR SYSTEM_TIME AS OF o.o_proctime AS r ON r.currency = o.currency;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 10, 15),
  events: [
    latestRate(0, 'US Dollar', 102),
    latestRate(0, 'Euro', 114),
    latestRate(0, 'Yen', 1),
    order(1500, 2, 'Euro', '10:15:00'),
    order(3000, 1, 'US Dollar', '10:30:00'),
    latestRate(4500, 'Euro', 114, '-U'),
    latestRate(4500, 'Euro', 116, '+U'),
    order(6000, 2, 'Euro', '10:52:00'),
    order(7500, 2, 'Euro', '10:40:00'),
  ],
};
