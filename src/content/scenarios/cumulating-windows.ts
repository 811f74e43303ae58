import type { Scenario } from './scenario.ts';

const sale = (atMinutes: number, amount: number, time: string) => ({
  table: 'sales',
  atMs: atMinutes * 60_000,
  row: { amount, ts: `2020-04-15 ${time}` },
});

/** A3 with cumulating windows: the figure of the day so far, every hour. */
export const cumulatingWindows: Scenario = {
  id: 'cumulating-windows',
  concept: 'A3',
  title: { en: 'The day so far, every hour', zh: '每小时一次的当日累计' },
  about: {
    en: 'Cumulating windows all start together and end an hour apart, up to four hours: nests of windows. Each result adds an hour to the one before. An hour without sales gives a result too, if there were some before.',
    zh: '累积窗口从同一时刻开始，每小时结束一个，最长四小时：窗口层层嵌套。每个结果比前一个多一个小时。没有销售的小时也会有结果，只要之前有过销售。',
  },
  sql: `-- Sales since midnight or noon, told every hour
CREATE TABLE sales (
  amount BIGINT,
  ts     TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario');

SELECT window_start, window_end, SUM(amount) AS total
FROM TABLE(CUMULATE(TABLE sales, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '4' HOUR))
GROUP BY window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    sale(10, 3, '12:10:00'),
    sale(40, 4, '12:40:00'),
    sale(70, 5, '13:10:00'),
    sale(200, 2, '15:20:00'),
    sale(250, 7, '16:10:00'),
    sale(310, 1, '17:10:00'),
  ],
};
