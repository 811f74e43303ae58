import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const action = (atMs: number, user_name: string): InputEvent => ({
  table: 'user_actions',
  atMs,
  row: { user_name },
});

/** C1 of the concepts: processing time in DDL. The windows print no time of theirs: it would be that of the day on which Flink is asked. */
export const processingTimeWindow: Scenario = {
  id: 'processing-time-window',
  concept: 'C1',
  title: { en: 'Windows of the clock on the wall', zh: '按墙上时钟划分的窗口' },
  about: {
    en: 'PROCTIME() is the clock at the moment a row is processed: windows close when the clock passes their end, with no watermark and no late rows. The price: a replay gives another answer. Drag a dot over the end of a second, and the counts change although the rows are the same.',
    zh: 'PROCTIME() 是行被处理那一刻的时钟：时钟越过窗口终点时窗口关闭，没有水位线，也没有迟到的行。代价是：重放会得到不同的结果。把一个圆点拖过整秒，行没有变，计数却变了。',
  },
  sql: `-- How many users were active in each second of the clock?
CREATE TABLE user_actions (
  user_name        STRING,
  user_action_time AS PROCTIME()
) WITH ('connector' = 'scenario');

SELECT COUNT(DISTINCT user_name) AS users, COUNT(*) AS actions
FROM user_actions
GROUP BY TUMBLE(user_action_time, INTERVAL '1' SECOND);
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  clockMatters: true,
  events: [
    action(0, 'Mary'),
    action(40, 'Bob'),
    action(80, 'Mary'),
    action(1300, 'Liz'),
    action(1340, 'Bob'),
  ],
  endMs: 2600,
};
