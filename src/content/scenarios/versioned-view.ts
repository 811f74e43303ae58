import type { Scenario } from './scenario.ts';

const RATES = [
  ['09:00:00', 'US Dollar', 102],
  ['09:00:00', 'Euro', 114],
  ['09:00:00', 'Yen', 1],
  ['10:45:00', 'Euro', 116],
  ['11:15:00', 'Euro', 119],
  ['11:49:00', 'Pounds', 108],
] as const;

/** D2 of the concepts: a versioned view by deduplication of a history. */
export const versionedView: Scenario = {
  id: 'versioned-view',
  concept: 'D2',
  title: { en: 'Versions from a history', zh: '由历史得到版本' },
  about: {
    en: 'An append-only history of rates becomes a versioned table: the last row of each currency, by its time, is the version that holds. Flink sees a deduplication: the partition becomes the primary key, the order its event time.',
    zh: '只追加的汇率历史变成带版本的表：每种货币按时间的最后一行就是当前有效的版本。Flink 把它识别为去重：分区列成为主键，排序列成为事件时间。',
  },
  sql: `-- The rate that holds, for each currency
CREATE TABLE RatesHistory (
  currency_time TIMESTAMP(3),
  currency      STRING,
  rate          BIGINT,
  WATERMARK FOR currency_time AS currency_time
) WITH ('connector' = 'scenario');

CREATE TEMPORARY VIEW versioned_rates AS
SELECT currency, rate, currency_time
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY currency ORDER BY currency_time DESC) AS rowNum
  FROM RatesHistory
)
WHERE rowNum = 1;

SELECT *
FROM versioned_rates;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 9),
  events: RATES.map(([time, currency, rate], place) => ({
    table: 'RatesHistory',
    atMs: place * 1500,
    row: { currency_time: `2020-04-15 ${time}`, currency, rate },
  })),
};
