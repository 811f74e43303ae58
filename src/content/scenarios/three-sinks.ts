import { CLICKS_TABLE, clicks, NOON_MS } from './clicks.ts';
import type { Scenario } from './scenario.ts';

/** B1 to B4 of the concepts: what a sink accepts decides how changes travel. */
export const threeSinks: Scenario = {
  id: 'three-sinks',
  concept: 'B3',
  title: { en: 'Append, retract, upsert', zh: '追加、撤回、更新插入' },
  about: {
    en: 'Three sinks. The archive is only appended to. The retract sink is sent each old row (-U) before the new one; the upsert sink has a key and is sent the new row alone. Open “Encodings” to see the messages of each side by side, and click an edge of the plan to learn who asked for the -U. Write the counts into the archive, and Flink refuses.',
    zh: '三个汇。归档表只会被追加。撤回汇在新行之前收到旧行（-U）；更新插入汇有主键，只收到新行。打开“编码方式”可以并排查看各自的消息，点击计划中的边可以知道是谁要求 -U。如果把计数写入归档表，Flink 会拒绝。',
  },
  sql: `-- The same clicks, written in three ways
${CLICKS_TABLE}
CREATE TABLE archive (
  \`user\` STRING,
  url    STRING
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I');

CREATE TABLE retract_sink (
  \`user\` STRING,
  cnt    BIGINT
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

CREATE TABLE upsert_sink (
  \`user\` STRING,
  cnt    BIGINT,
  PRIMARY KEY (\`user\`) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');

INSERT INTO archive
SELECT \`user\`, url
FROM clicks;

INSERT INTO retract_sink
SELECT \`user\`, COUNT(url)
FROM clicks
GROUP BY \`user\`;

INSERT INTO upsert_sink
SELECT \`user\`, COUNT(url)
FROM clicks
GROUP BY \`user\`;
`,
  config: {},
  startMs: NOON_MS,
  events: clicks(),
};
