import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const click = (atMs: number, user: string, time: string): InputEvent => ({
  table: 'clicks',
  atMs,
  row: { user, ts: `2020-04-15 12:00:${time}` },
});

/** C7 of the concepts: event time moves with rows alone. */
export const lastWindow: Scenario = {
  id: 'last-window',
  concept: 'C7',
  title: { en: 'The last window does not close', zh: '最后一个窗口不关闭' },
  about: {
    en: 'The clicks stop, the clock goes on, and the second window stays open: only a later row moves the watermark. A stream in life never ends, so its last result is always missing. Here the input ends after three seconds without a row, and that closes it. Add a click of 12:00:21 to see the other way.',
    zh: '点击停止了，时钟继续走，第二个窗口却一直打开：只有更晚的行才能推动水位线。真实的流永不结束，所以最后的结果总是缺少。这里在三秒没有行之后输入结束，窗口才关闭。加上一次 12:00:21 的点击，可以看到另一种关闭方式。',
  },
  sql: `-- Clicks in windows of 10 seconds
CREATE TABLE clicks (
  \`user\` STRING,
  ts     TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario');

SELECT window_start, window_end, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  clockMatters: true,
  events: [
    click(0, 'Mary', '02'),
    click(400, 'Bob', '07'),
    click(800, 'Liz', '13'),
    click(1200, 'Mary', '18'),
  ],
  endMs: 4200,
};
