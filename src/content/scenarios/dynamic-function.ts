import { DATED_CLICKS_TABLE, DATED_NOON_MS, datedClicks } from './dated-clicks.ts';
import type { Scenario } from './scenario.ts';

/** F2 of the concepts: how many moments CURRENT_TIMESTAMP has seen; the moments themselves would be those of the day on which Flink is asked. */
export const dynamicFunction: Scenario = {
  id: 'dynamic-function',
  concept: 'F2',
  title: { en: 'What time is it, for each row?', zh: '对每一行来说，现在几点？' },
  about: {
    en: 'CURRENT_TIMESTAMP is a dynamic function: a stream has no end at which to ask once, so it is asked for every record, and six clicks see six moments. In batch mode it is asked once before the query starts, and all rows see the same moment.',
    zh: 'CURRENT_TIMESTAMP 是动态函数：流没有一个可以“只问一次”的终点，所以对每条记录都会求值，六次点击看到六个时刻。在批模式下，它在查询开始前只求值一次，所有行看到同一时刻。',
  },
  sql: `-- At how many moments have the clicks been looked at?
${DATED_CLICKS_TABLE}
SELECT COUNT(DISTINCT CURRENT_TIMESTAMP) AS moments, COUNT(*) AS cnt
FROM clicks;
`,
  config: {},
  startMs: DATED_NOON_MS,
  clockMatters: true,
  events: datedClicks(400),
};
