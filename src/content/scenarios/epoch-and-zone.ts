import type { Scenario } from './scenario.ts';

const reading = (place: number, ts: number) => ({
  table: 'readings',
  atMs: place * 1500,
  row: { id: place + 1, ts },
});

/** C3 of the concepts: event time from an epoch; the session's zone says where a day begins. */
export const epochAndZone: Scenario = {
  id: 'epoch-and-zone',
  concept: 'C3',
  title: { en: 'Whose day is it?', zh: '这是谁的一天？' },
  about: {
    en: 'Event time from epoch milliseconds is a TIMESTAMP_LTZ: a point on the world’s clock. The session time zone decides how it prints and where the window of a day begins. Change the zone to UTC and the rows fall into other days.',
    zh: '由纪元毫秒得到的事件时间是 TIMESTAMP_LTZ：世界时钟上的一个时刻。会话时区决定它如何显示，以及一天的窗口从哪里开始。把时区改为 UTC，行就会落入另外的日子。',
  },
  sql: `-- Days in Shanghai
SET 'table.local-time-zone' = 'Asia/Shanghai';

CREATE TABLE readings (
  id       BIGINT,
  ts       BIGINT,
  time_ltz AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR time_ltz AS time_ltz - INTERVAL '5' SECOND
) WITH ('connector' = 'scenario');

SELECT window_start, window_end, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(time_ltz), INTERVAL '1' DAY))
GROUP BY window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2021, 3, 21),
  events: [1618989564564, 1619010000000, 1619020800000, 1619050000000, 1619107200001, 1619200000000].map(
    (ts, place) => reading(place, ts),
  ),
};
