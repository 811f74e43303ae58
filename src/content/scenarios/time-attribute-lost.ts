import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const action = (place: number, user_name: string, time: string): InputEvent => ({
  table: 'user_actions',
  atMs: place * 1500,
  row: { user_name, user_action_time: `2020-04-15 ${time}` },
});

const TABLE = (columns: string): string => `CREATE TABLE user_actions (
  user_name        STRING,
  user_action_time TIMESTAMP(3),
${columns}
) WITH ('connector' = 'scenario');
`;

const QUERY = (table: string): string => `SELECT window_start, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts2), INTERVAL '10' MINUTE))
GROUP BY window_start, window_end;
`;

/** C4 of the concepts: what is computed from a time attribute is none, unless a watermark says what it promises. */
export const timeAttributeLost: Scenario = {
  id: 'time-attribute-lost',
  concept: 'C4',
  title: { en: 'A time attribute gets lost', zh: '时间属性的丢失' },
  about: {
    en: 'A window needs a time attribute: a column whose watermark says how far time has come. A time that is computed in a query is a plain timestamp, and Flink refuses to open windows over it. Compute it in the table instead, and declare the watermark there, as this script does.',
    zh: '窗口需要时间属性：一个带有水位线的列，水位线说明时间走到了哪里。在查询中计算出来的时间只是普通时间戳，Flink 拒绝在它上面开窗。像这个脚本一样，改为在表里计算，并在那里声明水位线。',
  },
  since: {
    en: 'Since then the older GROUP BY TUMBLE(…) takes such a column; the window table functions refuse it still.',
    zh: '后来较旧的 GROUP BY TUMBLE(…) 接受了这样的列；窗口表函数仍然拒绝。',
  },
  sql: `-- Windows over a time that is computed where the table is made
${TABLE(`  ts2              AS user_action_time + INTERVAL '1' SECOND,
  WATERMARK FOR ts2 AS ts2 - INTERVAL '5' SECOND`)}
${QUERY('user_actions')}`,
  refused: `-- Windows over a time that is computed in a view
${TABLE("  WATERMARK FOR user_action_time AS user_action_time - INTERVAL '5' SECOND")}
CREATE TEMPORARY VIEW shifted AS
SELECT user_name, user_action_time, user_action_time + INTERVAL '1' SECOND AS ts2
FROM user_actions;

${QUERY('shifted')}`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    action(0, 'Mary', '12:01:00'),
    action(1, 'Bob', '12:04:30'),
    action(2, 'Liz', '12:09:59'),
    action(3, 'Mary', '12:12:00'),
    action(4, 'Bob', '12:21:00'),
  ],
};
