import type { InputEvent } from '../../engine/engine-api.ts';
import { LATEST_RATES_TABLE, latestRate } from './latest-rates.ts';
import type { Scenario } from './scenario.ts';

const probe = (atMs: number, currency: string, time: string): InputEvent => ({
  table: 'probe',
  atMs,
  row: { currency, asked: `2020-04-15 ${time}` },
});

const QUERY = (of: string): string => `SELECT p.asked, p.currency, r.rate
FROM probe AS p
LEFT JOIN LatestRates FOR SYSTEM_TIME AS OF p.${of} AS r ON p.currency = r.currency;
`;

/** D3 of the concepts: a table without versions. */
export const latestOnly: Scenario = {
  id: 'latest-only',
  concept: 'D3',
  title: { en: 'A table that knows only the present', zh: '只知道现在的表' },
  about: {
    en: 'The table of the latest rates has a key, but no time: it holds one row for each currency, and a change replaces it. Asked for the Euro it says 114 first and 116 later; asked again about 10:15, it says 116. As of a time of the past it cannot be asked at all, and Flink refuses.',
    zh: '最新汇率表有主键，但没有时间：每种货币只有一行，变更会替换它。先问欧元得到 114，之后得到 116；再问 10:15 的汇率，得到的仍是 116。它根本无法按过去的时刻查询，Flink 会拒绝。',
  },
  sql: `-- The rate of the moment at which the question arrives
${LATEST_RATES_TABLE}
CREATE TABLE probe (
  currency STRING,
  asked    TIMESTAMP(3),
  proc     AS PROCTIME()
) WITH ('connector' = 'scenario');

${QUERY('proc')}`,
  refused: `-- The rate as of a time of the past
${LATEST_RATES_TABLE}
CREATE TABLE probe (
  currency STRING,
  asked    TIMESTAMP(3),
  proc     AS PROCTIME(),
  WATERMARK FOR asked AS asked
) WITH ('connector' = 'scenario');

${QUERY('asked')}`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 10, 15),
  events: [
    latestRate(0, 'US Dollar', 102),
    latestRate(0, 'Euro', 114),
    latestRate(0, 'Yen', 1),
    probe(1500, 'Euro', '10:15:00'),
    latestRate(3000, 'Euro', 114, '-U'),
    latestRate(3000, 'Euro', 116, '+U'),
    probe(4500, 'Euro', '11:00:00'),
    probe(6000, 'Euro', '10:15:00'),
  ],
};
