import { expect, test } from 'vitest';
import { createEngine } from '../../engine/engine.ts';
import { delayOf, scriptWithDelay, withDelay } from './watermark-delay.ts';

test.each([
  ['ts', 0],
  ['`ts`', 0],
  ["ts - INTERVAL '5' SECOND", 5000],
  ["ts - INTERVAL '0.001' SECOND", 1],
  ["`the time` - interval '2' minutes", 120_000],
  ["ts - INTERVAL '2:30' MINUTE TO SECOND", 150_000],
  ["ts - INTERVAL '1:30' HOUR TO MINUTE", 5_400_000],
  ["ts - INTERVAL '1' DAY", 86_400_000],
  ["LEAST(ts, now) - INTERVAL '5' SECOND", null],
  ["ts - INTERVAL '5' YEAR", null],
  ['ts + n', null],
])('%s stays behind by %s', (expression, ms) => {
  expect(delayOf(expression)).toBe(ms);
});

const engine = createEngine({ clockMs: () => 0, canGenerate: false });

test.each([0, 1, 500, 5000, 12_500, 99_999, 100_000, 150_000, 3_600_000, 5_400_000, 6_000_000, 360_000_000])(
  'a delay of %s ms is written as Flink takes it, and read back',
  (ms) => {
    const sql = "CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');";
    const [table] = engine.check(sql).tables;
    const changed = scriptWithDelay(sql, table!, ms);
    const { diagnostics, tables } = engine.check(changed);
    expect(diagnostics).toEqual([]);
    const read = delayOf(tables[0]!.watermark!.expression)!;
    const grain = ms < 100_000 ? 1 : ms < 6_000_000 ? 1000 : 60_000;
    expect(Math.abs(read - Math.min(ms, 359_940_000))).toBeLessThan(grain);
    expect(withDelay(tables[0]!.watermark!.expression, ms)).toBe(tables[0]!.watermark!.expression);
  },
);
