import type { Scenario } from './scenario.ts';

const click = (atSeconds: number, user: string, time: string) => ({
  table: 'clicks',
  atMs: atSeconds * 1000,
  row: { user, ts: `2020-04-15 12:${time}` },
});

/** A3 with session windows: a late piece joins two sessions into one. */
export const sessionMerge: Scenario = {
  id: 'session-merge',
  concept: 'C2',
  title: { en: 'Sessions that merge', zh: '会合并的会话' },
  about: {
    en: 'A session ends after 30 seconds without a click. Mary’s clicks at 12:00:00 and 12:00:50 open two sessions; the click at 12:00:25, which arrives out of order, lies within 30 seconds of both and makes them one.',
    zh: '30 秒没有点击，会话就结束。Mary 在 12:00:00 和 12:00:50 的点击打开了两个会话；乱序到达的 12:00:25 的点击距离两者都不到 30 秒，于是把它们合并为一个。',
  },
  sql: `-- A session ends after half a minute without a click
CREATE TABLE clicks (
  \`user\` STRING,
  ts     TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '40' SECOND
) WITH ('connector' = 'scenario');

SELECT \`user\`, window_start, window_end, COUNT(*) AS cnt
FROM TABLE(SESSION(TABLE clicks PARTITION BY \`user\`, DESCRIPTOR(ts), INTERVAL '30' SECOND))
GROUP BY \`user\`, window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    click(1, 'Mary', '00:00'),
    click(3, 'Bob', '00:10'),
    click(5, 'Mary', '00:50'),
    click(7, 'Mary', '00:25'),
    click(9, 'Bob', '01:00'),
    click(11, 'Mary', '02:30'),
    click(13, 'Bob', '03:30'),
  ],
};
