import type { Scenario } from './scenario.ts';

const click = (atSeconds: number, user: string, time: string) => ({
  table: 'clicks',
  atMs: atSeconds * 1000,
  row: { user, ts: `2020-04-15 12:00:${time}` },
});

/** A3 with hopping windows: each row stands in several. */
export const hoppingWindows: Scenario = {
  id: 'hopping-windows',
  concept: 'A3',
  title: { en: 'Windows that overlap', zh: '相互重叠的窗口' },
  about: {
    en: 'Windows of 20 seconds, a new one every 10: each click is counted in two of them. Point at a click to see its windows. Flink counts each slice of 10 seconds once and adds slices up; it makes no copy of a row for each window.',
    zh: '20 秒的窗口，每 10 秒开始一个：每次点击都计入两个窗口。指向一次点击可以看到它所在的窗口。Flink 对每个 10 秒的切片只计数一次，再把切片相加，不会为每个窗口复制一行。',
  },
  sql: `-- Clicks of the last 20 seconds, every 10 seconds
CREATE TABLE clicks (
  \`user\` STRING,
  ts     TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) WITH ('connector' = 'scenario');

SELECT window_start, window_end, COUNT(*) AS cnt, COUNT(DISTINCT \`user\`) AS people
FROM TABLE(HOP(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '20' SECOND))
GROUP BY window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    click(2, 'Mary', '01'),
    click(6, 'Bob', '05'),
    click(13, 'Mary', '12'),
    click(15, 'Liz', '11'),
    click(25, 'Bob', '24'),
    click(38, 'Mary', '37'),
    click(55, 'Liz', '54'),
  ],
};
