import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const HOURS = [9, 15, 17, 33, 41] as const;
const DAY = Date.UTC(2021, 2, 21);

const rows: InputEvent[] = HOURS.flatMap((hours, place): InputEvent[] => {
  const ms = DAY + hours * 3_600_000;
  const text = new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const atMs = place * 1500;
  return [
    { table: 'wall', atMs, row: { id: place + 1, ts: text } },
    { table: 'world', atMs, row: { id: place + 1, ms } },
  ];
});

const QUERY = (table: string): string => `SELECT window_start, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '1' DAY))
GROUP BY window_start, window_end;
`;

/** C3 of the concepts, with both kinds of timestamps: what is written on a wall, and a point on the world's clock. */
export const twoKindsOfDay: Scenario = {
  id: 'two-kinds-of-day',
  concept: 'C3',
  title: { en: 'Two kinds of day', zh: '两种“一天”' },
  about: {
    en: 'A TIMESTAMP is what a clock on the wall showed: its days begin at its own midnight, whatever the session says. A TIMESTAMP_LTZ is a moment of the world: its days begin at midnight in the session’s zone, here Shanghai, eight hours earlier. The same five readings fall into other days.',
    zh: 'TIMESTAMP 是墙上时钟显示的时间：它的一天从自己的午夜开始，与会话无关。TIMESTAMP_LTZ 是世界上的一个时刻：它的一天从会话时区（这里是上海）的午夜开始，早八个小时。同样的五个读数落入了不同的日子。',
  },
  sql: `-- Readings of each day: of the wall's, and of Shanghai's
SET 'table.local-time-zone' = 'Asia/Shanghai';

CREATE TABLE wall (
  id BIGINT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario');

CREATE TABLE world (
  id BIGINT,
  ms BIGINT,
  ts AS TO_TIMESTAMP_LTZ(ms, 3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'scenario');

${QUERY('wall')}
${QUERY('world')}`,
  config: {},
  startMs: DAY,
  events: rows,
};
