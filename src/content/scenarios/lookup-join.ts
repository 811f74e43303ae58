import type { InputEvent } from '../../engine/engine-api.ts';
import { LATEST_RATES_TABLE, latestRate } from './latest-rates.ts';
import type { Scenario } from './scenario.ts';

const order = (atMs: number, amount: number, currency: string): InputEvent => ({
  table: 'Orders',
  atMs,
  row: { amount, currency },
});

/** E4 and E6, with D3: a table that knows only the present is asked for each row. */
export const lookupJoin: Scenario = {
  id: 'lookup-join',
  concept: 'E6',
  title: { en: 'Asking a database for each row', zh: '为每一行查询数据库' },
  about: {
    en: 'The latest rates stand in a database that knows only the present. Each order asks it at the moment it is processed: 2 Euro give 228 before the rate changes and 232 after. Results that have left are not corrected, and a replay at another time would give others.',
    zh: '最新汇率存放在只知道“现在”的数据库里。每个订单在被处理的那一刻去查询：汇率改变之前 2 欧元得到 228，之后得到 232。已发出的结果不会更正，在另一时刻重放会得到不同的结果。',
  },
  sql: `-- Orders at the rate of the moment
CREATE TABLE Orders (
  amount    BIGINT,
  currency  STRING,
  proc_time AS PROCTIME()
) WITH ('connector' = 'scenario');

${LATEST_RATES_TABLE}
SELECT o.amount, o.currency, r.rate, o.amount * r.rate AS total
FROM Orders AS o
JOIN LatestRates FOR SYSTEM_TIME AS OF o.proc_time AS r ON o.currency = r.currency;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 10, 15),
  events: [
    latestRate(0, 'US Dollar', 102),
    latestRate(0, 'Euro', 114),
    latestRate(0, 'Yen', 1),
    order(1500, 2, 'Euro'),
    order(3000, 1, 'US Dollar'),
    latestRate(4500, 'Euro', 114, '-U'),
    latestRate(4500, 'Euro', 116, '+U'),
    order(6000, 2, 'Euro'),
  ],
};
