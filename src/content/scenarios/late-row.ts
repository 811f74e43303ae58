import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

/** A click at `eventSeconds` past noon that arrives `arrivalSeconds` after the clock starts. */
function click(arrivalSeconds: number, user: string, eventSeconds: number): InputEvent {
  const time = `2020-04-15 12:00:${eventSeconds.toFixed(1).padStart(4, '0')}`;
  return { table: 'clicks', atMs: arrivalSeconds * 1000, row: { user, ts: time } };
}

/** C2 and C7 of the concepts: out of order within the bound, and one row beyond it. */
export const lateRow: Scenario = {
  id: 'late-row',
  concept: 'C2',
  title: { en: 'Out of order, and too late', zh: '乱序与迟到' },
  about: {
    en: 'Clicks arrive out of order. The watermark stays 5 seconds behind the newest one, so a little disorder does no harm. One click comes after its window has closed: it is dropped. Drag its dot to the left to save it, or change the 5 seconds.',
    zh: '点击乱序到达。水位线（watermark）比最新的事件时间落后 5 秒，因此少量乱序无妨。有一次点击在其窗口关闭之后才到达：被丢弃。把它的圆点向左拖动即可挽救它，或修改这 5 秒。',
  },
  sql: `-- Clicks in windows of 10 seconds
CREATE TABLE clicks (
  \`user\` STRING,
  ts     TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'scenario');

SELECT window_start, window_end, COUNT(*) AS cnt
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: [
    click(0.8, 'Mary', 0.5),
    click(2.2, 'Bob', 1.6),
    click(4, 'Liz', 3.2),
    click(5.6, 'Mary', 5),
    click(8, 'Bob', 7.4),
    click(11.2, 'Mary', 11),
    click(12.4, 'Liz', 8.4),
    click(14, 'Bob', 9.6),
    click(16, 'Mary', 15.4),
    click(17.6, 'Liz', 8.8),
    click(19.2, 'Bob', 17),
    click(22, 'Mary', 21.4),
    click(24, 'Liz', 18.9),
    click(27, 'Bob', 26.2),
  ],
};
