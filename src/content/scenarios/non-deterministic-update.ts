import type { InputEvent } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const logistics = (atMs: number, kind: '+I' | '-U' | '+U', source: string, time: string): InputEvent => ({
  table: 't_logistics',
  kind,
  atMs,
  row: { logistics_id: 11, logistics_source: source, logistics_time: `2022-08-22 ${time}`, order_id: 1 },
});

const SCRIPT = (time: string): string => `-- Orders with where they come from
SET 'table.optimizer.non-deterministic-update.strategy' = 'TRY_RESOLVE';

CREATE TABLE t_order (
  order_id   BIGINT,
  order_name STRING,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

CREATE TABLE t_logistics (
  logistics_id     BIGINT,
  logistics_source STRING,
  logistics_time   TIMESTAMP(3),
  order_id         BIGINT,
  PRIMARY KEY (logistics_id) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

CREATE TABLE t_join_sink (
  order_id         BIGINT,
  order_name       STRING,
  logistics_source STRING,
  logistics_time   TIMESTAMP(3),
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UA,D');

INSERT INTO t_join_sink
SELECT o.order_id, o.order_name, l.logistics_source, ${time}
FROM t_order AS o
LEFT JOIN t_logistics AS l ON o.order_id = l.order_id;
`;

/** F4 of the concepts: a row that is taken back must be the row that was sent. */
export const nonDeterministicUpdate: Scenario = {
  id: 'non-deterministic-update',
  concept: 'F4',
  title: { en: 'A retraction that fits no row', zh: '对不上任何行的撤回' },
  about: {
    en: 'To take a row back, the join has to send exactly the row it sent before. NOW() would give another time at the second look, and the sink would be left with a row nobody can take back. With TRY_RESOLVE Flink refuses that and names the column. The way out is a column of the data, as here.',
    zh: '要撤回一行，连接必须发出与之前完全相同的行。NOW() 第二次求值会得到另一个时间，汇里就会留下一行谁也无法撤回的数据。使用 TRY_RESOLVE 时，Flink 会拒绝并指出是哪一列。出路是使用数据中的列，就像这里一样。',
  },
  sql: SCRIPT('l.logistics_time'),
  refused: SCRIPT('NOW()'),
  config: {},
  startMs: Date.UTC(2022, 7, 22, 12),
  events: [
    { table: 't_order', atMs: 0, row: { order_id: 1, order_name: 'phone' } },
    logistics(1500, '+I', 'Paris', '12:00:00'),
    logistics(3000, '-U', 'Paris', '12:00:00'),
    logistics(3000, '+U', 'Rome', '12:30:00'),
    { table: 't_order', kind: '-D', atMs: 4500, row: { order_id: 1, order_name: 'phone' } },
  ],
};
