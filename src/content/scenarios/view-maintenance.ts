import { CLICKS_TABLE, clicks, NOON_MS } from './clicks.ts';
import type { Scenario } from './scenario.ts';

/** A4 and A5 of the concepts: a continuous query keeps a view up to date. */
export const viewMaintenance: Scenario = {
  id: 'view-maintenance',
  concept: 'A5',
  title: { en: 'A view that keeps itself up to date', zh: '自动维护的视图' },
  about: {
    en: 'A continuous query is the eager maintenance of a materialised view: each click changes exactly the rows that it concerns. At every step the table is what a batch query would give on the clicks so far.',
    zh: '连续查询就是对物化视图的即时维护：每次点击只改变与它有关的行。在每一步，结果表都等于对目前为止的点击执行批查询的结果。',
  },
  sql: `-- The busiest pages, as a view over the clicks
${CLICKS_TABLE}
CREATE TEMPORARY VIEW visits AS
SELECT SUBSTRING(url FROM 3 FOR 4) AS page, COUNT(*) AS cnt, COUNT(DISTINCT \`user\`) AS people
FROM clicks
GROUP BY SUBSTRING(url FROM 3 FOR 4);

SELECT page, cnt, people
FROM visits
WHERE cnt > 1;
`,
  config: {},
  startMs: NOON_MS,
  events: clicks(),
};
