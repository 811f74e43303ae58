import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const CLICKS = {
  cart: ['Mary', '12:00:05', './cart'],
  home: ['Mary', '12:00:00', './home'],
  prod: ['Bob', '12:00:30', './prod?id=3'],
} as const;
const ORDERS = [
  ['home', 'prod', 'cart'],
  ['cart', 'home', 'prod'],
] as const;

/** F3 of the concepts: the same rows in two orders of arrival. */
export const arrivalOrder: Scenario = {
  id: 'arrival-order',
  concept: 'F3',
  title: { en: 'The same rows in another order', zh: '同样的行，另一种顺序' },
  about: {
    en: 'A source that is read again may hand over the same rows in another order. Counts do not care; FIRST_VALUE without an ORDER BY takes what came first, so the two replays disagree about Mary. The earliest time (MIN) is the same again: what hangs on event time does not hang on arrival.',
    zh: '重新读取数据源时，同样的行可能以另一种顺序到来。计数不受影响；没有 ORDER BY 的 FIRST_VALUE 取最先到达的值，于是两次重放对 Mary 的结果不同。最早时间（MIN）则相同：取决于事件时间的结果与到达顺序无关。',
  },
  sql: `-- What was each user's first click, in two replays of the same rows?
CREATE TABLE clicks (
  replay BIGINT,
  \`user\` STRING,
  cTime  TIMESTAMP(3),
  url    STRING
) WITH ('connector' = 'scenario');

SELECT replay, \`user\`, COUNT(*) AS cnt, FIRST_VALUE(url) AS first_url, MIN(cTime) AS first_time
FROM clicks
GROUP BY replay, \`user\`;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15, 12),
  events: ORDERS.flatMap((order, replay) =>
    order.map((click, place): InputEvent => {
      const [user, time, url] = CLICKS[click];
      return {
        table: 'clicks',
        atMs: (replay * 4 + place) * 1500,
        row: { replay: replay + 1, user, cTime: `2020-04-15 ${time}`, url },
      };
    }),
  ),
};
