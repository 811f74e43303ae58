import { CLICKS_TABLE, clicks, NOON_MS } from './clicks.ts';
import type { Scenario } from './scenario.ts';

/** A4 of the concepts: a continuous query equals the batch query on the input so far. */
export const snapshot: Scenario = {
  id: 'snapshot',
  concept: 'A4',
  title: { en: 'Always what a batch would say', zh: '始终等于批处理的结果' },
  about: {
    en: 'Users who have clicked less than three times. At every step the result is what the same query gives in batch mode over the rows that have arrived so far: open “Batch” beside the table, and step. With her third click Mary leaves both.',
    zh: '点击少于三次的用户。在每一步，结果都等于同一查询以批模式在目前已到达的行上得到的结果：打开表旁边的“批处理”并逐步前进。第三次点击之后，Mary 从两边同时消失。',
  },
  sql: `-- Who has clicked less than three times, and where?
${CLICKS_TABLE}
SELECT \`user\`, COUNT(*) AS cnt, COUNT(DISTINCT url) AS pages, MAX(cTime) AS last_click
FROM clicks
GROUP BY \`user\`
HAVING COUNT(*) < 3;
`,
  config: {},
  startMs: NOON_MS,
  events: clicks(),
};
