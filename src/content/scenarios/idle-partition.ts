import type { Scenario } from './scenario.ts';

const click = (atMs: number, partition: number, user: string, time: string) => ({
  table: 'clicks',
  partition,
  atMs,
  row: { user, ts: `2020-04-15 12:00:${time}` },
});

/** C7 of the concepts: a partition that sends nothing holds everything back. */
export const idlePartition: Scenario = {
  id: 'idle-partition',
  concept: 'C7',
  title: { en: 'An idle partition holds everything back', zh: '空闲分区拖住一切' },
  about: {
    en: 'Two partitions, each with a watermark of its own; the source sends the lower one. Partition 1 falls silent after one click, and no window closes although partition 0 goes on. After a second without a row it counts as idle, and the watermark is free. Remove the SET line and ask “Why is there no output?”. Or end partition 1: nobody waits for one that is over.',
    zh: '两个分区各有自己的水位线，源发送其中较低的一个。分区 1 在一次点击后沉默，尽管分区 0 仍在继续，却没有窗口关闭。一秒没有行之后它被视为空闲，水位线才得到释放。删除 SET 这一行，再问“为什么没有输出？”。或者结束分区 1：已经结束的分区没有谁会再等。',
  },
  sql: `-- How long to wait for a partition that says nothing?
SET 'table.exec.source.idle-timeout' = '1 s';

CREATE TABLE clicks (
  \`user\` STRING,
  ts     TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario', 'partitions' = '2');

SELECT window_start, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  clockMatters: true,
  events: [
    click(0, 0, 'Mary', '01'),
    click(200, 1, 'Bob', '02'),
    click(400, 0, 'Mary', '14'),
    click(700, 0, 'Liz', '26'),
    click(2400, 0, 'Mary', '27'),
    click(2700, 0, 'Liz', '38'),
  ],
};
