import type { Scenario } from './scenario.ts';

const MINUTE = 60_000;

/** A3 of the concepts: the same count, for each hour: rows are only appended. */
export const countPerUserAndHour: Scenario = {
  id: 'count-per-user-and-hour',
  concept: 'A3',
  title: { en: 'Clicks per user and hour', zh: '每个用户每小时的点击数' },
  about: {
    en: 'The same clicks, counted for each hour. Nothing leaves until the watermark passes the end of an hour; then the window closes, its rows are appended, and its state is freed. There are only inserts.',
    zh: '同样的点击，按小时计数。在水位线（watermark）越过一小时的终点之前没有任何输出；之后窗口关闭，追加结果行并释放状态。只有插入。',
  },
  sql: `-- How often has each user clicked in each hour?
CREATE TABLE clicks (
  \`user\` STRING,
  cTime  TIMESTAMP(3),
  url    STRING,
  WATERMARK FOR cTime AS cTime
) WITH ('connector' = 'scenario');

SELECT \`user\`, window_end AS endT, COUNT(url) AS cnt
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(cTime), INTERVAL '1' HOUR))
GROUP BY \`user\`, window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    { table: 'clicks', atMs: 0, row: { user: 'Mary', cTime: '2020-04-15 12:00:00', url: './home' } },
    { table: 'clicks', atMs: MINUTE, row: { user: 'Bob', cTime: '2020-04-15 12:00:00', url: './cart' } },
    {
      table: 'clicks',
      atMs: 3 * MINUTE,
      row: { user: 'Mary', cTime: '2020-04-15 12:02:00', url: './prod?id=2' },
    },
    {
      table: 'clicks',
      atMs: 56 * MINUTE,
      row: { user: 'Mary', cTime: '2020-04-15 12:55:00', url: './home' },
    },
    {
      table: 'clicks',
      atMs: 62 * MINUTE,
      row: { user: 'Bob', cTime: '2020-04-15 13:01:00', url: './prod?id=4' },
    },
    { table: 'clicks', atMs: 91 * MINUTE, row: { user: 'Liz', cTime: '2020-04-15 13:30:00', url: './cart' } },
    {
      table: 'clicks',
      atMs: 119.5 * MINUTE,
      row: { user: 'Liz', cTime: '2020-04-15 13:59:00', url: './home' },
    },
    {
      table: 'clicks',
      atMs: 121 * MINUTE,
      row: { user: 'Mary', cTime: '2020-04-15 14:00:00', url: './prod?id=1' },
    },
    {
      table: 'clicks',
      atMs: 123 * MINUTE,
      row: { user: 'Liz', cTime: '2020-04-15 14:02:00', url: './prod?id=8' },
    },
    {
      table: 'clicks',
      atMs: 151 * MINUTE,
      row: { user: 'Bob', cTime: '2020-04-15 14:30:00', url: './prod?id=7' },
    },
    {
      table: 'clicks',
      atMs: 161 * MINUTE,
      row: { user: 'Bob', cTime: '2020-04-15 14:40:00', url: './home' },
    },
  ],
};
