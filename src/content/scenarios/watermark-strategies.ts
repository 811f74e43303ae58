import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

/** The same readings, in the same order, in both tables. */
const readings = (table: string): InputEvent[] =>
  ['12:00:10', '12:00:45', '12:01:05', '12:00:50', '12:01:30', '12:02:20'].map((time, place) => ({
    table,
    atMs: place * 1500,
    row: { id: place + 1, ts: `2020-04-15 ${time}` },
  }));

const QUERY = (table: string): string => `SELECT window_start, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
`;

/** C6 of the concepts: what a WATERMARK clause promises. */
export const watermarkStrategies: Scenario = {
  id: 'watermark-strategies',
  concept: 'C6',
  title: { en: 'What a watermark promises', zh: '水位线承诺了什么' },
  about: {
    en: "The same readings twice. “AS ts” promises that times only ascend: results come early, and reading 4 is dropped. “AS ts - INTERVAL '30' SECOND” allows for 30 seconds of disorder: reading 4 is counted, and every result comes later. Compare the two tables, or change the 30.",
    zh: "同样的读数出现两次。“AS ts”承诺时间只会递增：结果来得早，读数 4 被丢弃。“AS ts - INTERVAL '30' SECOND”容许 30 秒的乱序：读数 4 被计入，但每个结果都来得更晚。比较这两张表，或者修改 30。",
  },
  sql: `-- One promise each: times ascend, or are at most 30 seconds out of order
CREATE TABLE ascending (
  id BIGINT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario');

CREATE TABLE bounded (
  id BIGINT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '30' SECOND
) WITH ('connector' = 'scenario');

${QUERY('ascending')}
${QUERY('bounded')}`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [...readings('ascending'), ...readings('bounded')].toSorted((a, b) => a.atMs - b.atMs),
};
