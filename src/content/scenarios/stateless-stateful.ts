import { CLICKS_TABLE, clicks, NOON_MS } from './clicks.ts';
import type { Scenario } from './scenario.ts';

/** G1 of the concepts: the planner decides what has to be remembered. */
export const statelessStateful: Scenario = {
  id: 'stateless-stateful',
  concept: 'G1',
  title: { en: 'Who has to remember?', zh: '谁需要记忆？' },
  about: {
    en: 'Two queries over the same clicks. The filter forgets each row at once; the list of distinct pairs has to remember every pair it has seen. A mark in the corner of a box says that the operator keeps state: click it to see what.',
    zh: '对同样的点击的两个查询。过滤处理完一行就忘记；去重必须记住见过的每一对值。方框角上的标记表示该算子保存状态：点击它查看内容。',
  },
  sql: `-- One query that forgets, one that remembers
${CLICKS_TABLE}
SELECT \`user\`, url
FROM clicks
WHERE url LIKE './prod%';

SELECT DISTINCT \`user\`, SUBSTRING(url FROM 1 FOR 6) AS page
FROM clicks;
`,
  config: {},
  startMs: NOON_MS,
  events: clicks(),
};
