import type { Scenario } from './scenario.ts';

const SESSIONS = ['s-1', 's-2', 's-1', 's-3', 's-4', 's-2', 's-5', 's-6', 's-7', 's-1', 's-8', 's-9'];

/** A6 of the concepts: state that grows with every new key. */
export const growingState: Scenario = {
  id: 'growing-state',
  concept: 'A6',
  title: { en: 'State that never stops growing', zh: '不断增长的状态' },
  about: {
    en: 'A counter for each session. Sessions end, but nobody tells the query: click GroupAggregate and watch its state grow by one entry with each new session, for ever. What bounds it is a state TTL (see “Forgetting what is idle”) or a window.',
    zh: '每个会话一个计数器。会话会结束，但没有人告诉查询：点击 GroupAggregate，可以看到每个新会话都让状态增加一项，永不减少。能限制它的是状态 TTL（见“忘记空闲的状态”）或窗口。',
  },
  sql: `-- One counter for each session, kept for ever
CREATE TABLE clicks (
  sessionId STRING,
  url       STRING
) WITH ('connector' = 'scenario');

SELECT sessionId, COUNT(*) AS cnt
FROM clicks
GROUP BY sessionId;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: SESSIONS.map((sessionId, place) => ({
    table: 'clicks',
    atMs: place * 1000,
    row: { sessionId, url: './home' },
  })),
};
