import { CLICKS_TABLE, clicks, NOON_MS } from './clicks.ts';
import type { Scenario } from './scenario.ts';

/** A1 and B1 of the concepts: a table is the materialisation of a stream. */
export const appendOnly: Scenario = {
  id: 'append-only',
  concept: 'A1',
  title: { en: 'A table from a stream', zh: '由流得到表' },
  about: {
    en: 'Each click that arrives is an INSERT into a table that only grows. The changelog is append-only: nothing is ever taken back, and no operator has to remember anything.',
    zh: '每一次到达的点击都是对一张只增长的表的 INSERT。变更日志只有追加：没有任何内容被撤回，也没有算子需要记住任何东西。',
  },
  sql: `-- Every click is one more row
${CLICKS_TABLE}
SELECT *
FROM clicks;
`,
  config: {},
  startMs: NOON_MS,
  events: clicks(),
};
