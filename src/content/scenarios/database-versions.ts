import type { InputEvent, RowKind } from '../../engine/engine-api.ts';
import type { Scenario } from './scenario.ts';

const at = (time: string): string => `2020-04-15 ${time}`;
const NAMES: Readonly<Record<string, string>> = { p_001: 'scooter', p_002: 'basketball' };

const change = (
  atMs: number,
  kind: RowKind,
  time: string,
  product_id: string,
  price: string,
): InputEvent => ({
  table: 'product_changelog',
  kind,
  atMs,
  row: { update_time: at(time), product_id, product_name: NAMES[product_id] ?? null, price },
});
const probe = (atMs: number, product_id: string, time: string): InputEvent => ({
  table: 'probe',
  atMs,
  row: { product_id, as_of: at(time) },
});

/** D1 of the concepts: a versioned table from the changelog of a database. */
export const databaseVersions: Scenario = {
  id: 'database-versions',
  concept: 'D1',
  title: { en: 'Every version of a price', zh: '价格的每个版本' },
  about: {
    en: 'The changelog of a database table, with a primary key and the time of each change, is a versioned table. Open “Versions”: one bar for each version, and a line that shows the table as of any time: at 10:00 the scooter costs 11.11, at 13:00 12.99, at 19:00 it is gone. The probes ask the same.',
    zh: '数据库表的变更日志带有主键和每次变更的时间，就是一张版本表。打开“版本”：每个版本一条横杠，一条线显示任意时刻的表：10:00 时滑板车价格 11.11，13:00 时 12.99，19:00 时已不存在。探测行问的正是这些。',
  },
  sql: `-- What did each product cost at that time?
CREATE TABLE product_changelog (
  product_id   STRING,
  product_name STRING,
  price        DECIMAL(10, 2),
  update_time  TIMESTAMP(3),
  PRIMARY KEY (product_id) NOT ENFORCED,
  WATERMARK FOR update_time AS update_time
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

CREATE TABLE probe (
  product_id STRING,
  as_of      TIMESTAMP(3),
  WATERMARK FOR as_of AS as_of
) WITH ('connector' = 'scenario');

SELECT p.as_of, p.product_id, v.product_name, v.price, v.update_time
FROM probe AS p
LEFT JOIN product_changelog FOR SYSTEM_TIME AS OF p.as_of AS v ON p.product_id = v.product_id;
`,
  config: {},
  startMs: Date.UTC(2020, 3, 15),
  events: [
    change(0, '+I', '00:01:00', 'p_001', '11.11'),
    change(1500, '+I', '00:02:00', 'p_002', '23.11'),
    probe(3000, 'p_001', '10:00:00'),
    change(4500, '-U', '12:00:00', 'p_001', '11.11'),
    change(4500, '+U', '12:00:00', 'p_001', '12.99'),
    change(6000, '-U', '12:00:00', 'p_002', '23.11'),
    change(6000, '+U', '12:00:00', 'p_002', '19.99'),
    probe(7500, 'p_001', '13:00:00'),
    change(9000, '-D', '18:00:00', 'p_001', '12.99'),
    probe(10500, 'p_001', '19:00:00'),
    probe(12000, 'p_002', '19:00:00'),
  ],
};
