import { DATED_CLICKS_TABLE, DATED_NOON_MS, datedClicks } from './dated-clicks.ts';
import type { Scenario } from './scenario.ts';

const QUERY = (time: string): string => `SELECT *
FROM clicks
WHERE cTime BETWEEN TIMESTAMPADD(MINUTE, -2, TIMESTAMP '2022-08-22 ${time}') AND TIMESTAMP '2022-08-22 ${time}';
`;

/** F1 of the concepts, against literals: what CURRENT_TIMESTAMP says when Flink is asked is another time each day. */
export const askedTwice: Scenario = {
  id: 'asked-twice',
  concept: 'F1',
  title: { en: 'Asked twice, answered twice', zh: '问两次，答两次' },
  about: {
    en: 'Batch is not always deterministic either: “the last two minutes” depends on when you ask. Here CURRENT_TIMESTAMP is written out as the time at which somebody asks. At 12:02 there are six clicks, a minute later three, over the same data. UUID() and RAND() are of the same kind.',
    zh: '批处理也并非总是确定的：“最近两分钟”取决于什么时候问。这里把 CURRENT_TIMESTAMP 写成提问的时刻：12:02 有六次点击，一分钟后只有三次，而数据相同。UUID() 和 RAND() 也属于这一类。',
  },
  sql: `-- The clicks of the last two minutes, asked at 12:02 and again at 12:03
${DATED_CLICKS_TABLE}
${QUERY('12:02:00')}
${QUERY('12:03:00')}`,
  config: { 'execution.runtime-mode': 'BATCH' },
  startMs: DATED_NOON_MS,
  events: datedClicks(1500),
};
