import type { Scenario } from './scenario.ts';

const at = (atMs: number, sessionId: string) => ({ table: 'clicks', atMs, row: { sessionId } });

/** G2 of the concepts: idle state is forgotten, and the answer is wrong afterwards. */
export const stateTtl: Scenario = {
  id: 'state-ttl',
  concept: 'G2',
  title: { en: 'Forgetting what is idle', zh: '忘记空闲的状态' },
  about: {
    en: 'State that has not been written for a second is forgotten. Session s-1 comes back after a longer pause: it is counted from 1 again, as an insert, although the result has a row for it. That is the price of bounded state.',
    zh: '一秒内没有被写过的状态会被忘记。会话 s-1 在较长的停顿后再次出现：它重新从 1 开始计数，并且作为插入发出，尽管结果中已经有它的一行。这就是有界状态的代价。',
  },
  sql: `-- Counters that are forgotten after a second without clicks
SET 'table.exec.state.ttl' = '1 s';

CREATE TABLE clicks (
  sessionId STRING
) WITH ('connector' = 'scenario');

SELECT sessionId, COUNT(*) AS cnt
FROM clicks
GROUP BY sessionId;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  clockMatters: true,
  events: [
    at(0, 's-1'),
    at(300, 's-1'),
    at(600, 's-2'),
    at(900, 's-1'),
    at(2600, 's-1'),
    at(2900, 's-2'),
    at(3200, 's-1'),
  ],
};
