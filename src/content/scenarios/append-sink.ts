import { CLICKS_TABLE, clicks, NOON_MS } from './clicks.ts';
import type { Scenario } from './scenario.ts';

const SCRIPT = (query: string): string => `-- An archive that can only be appended to
${CLICKS_TABLE}
CREATE TABLE archive (
  \`user\` STRING,
  cnt    BIGINT
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I');

INSERT INTO archive
${query};
`;

/** B4 of the concepts: a sink decides what it accepts. */
export const appendSink: Scenario = {
  id: 'append-sink',
  concept: 'B4',
  title: { en: 'What a sink does not take', zh: '汇不接受什么' },
  about: {
    en: 'The archive takes inserts and nothing else. A filter sends only inserts, so it may write here. A count per user is updated again and again: Flink refuses it, and names the node that makes the updates. It is marked on the plan, with a way out.',
    zh: '归档表只接受插入。过滤只发出插入，因此可以写入。每个用户的计数会不断更新：Flink 会拒绝，并指出产生更新的节点。它会在计划上标出，并给出办法。',
  },
  sql: SCRIPT("SELECT `user`, CHAR_LENGTH(url)\nFROM clicks\nWHERE url <> './home'").replace(
    'cnt    BIGINT',
    'size   BIGINT',
  ),
  refused: SCRIPT('SELECT `user`, COUNT(url) AS cnt\nFROM clicks\nGROUP BY `user`'),
  config: {},
  startMs: NOON_MS,
  events: clicks(),
};
