import { expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import { ENTRY_KINDS } from '../engine-api.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const HOUR = 3_600_000;

/** Windows of days over instants, in a zone: of each, its bounds in hours since midnight UTC, and what happened. */
function windows(zone: string): string[] {
  const script = `SET 'table.local-time-zone' = '${zone}';
CREATE TABLE t (ms BIGINT, ts AS TO_TIMESTAMP_LTZ(ms, 3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');
SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end;`;
  const inputs = [9, 17, 41].map((hours, at) => ({ table: 't', atMs: at, row: { ms: hours * HOUR } }));
  const { runId, steps } = engine.run({ script, config: {}, inputs, startMs: 0, seed: 1 });
  const slice = engine.trace(runId, 0, steps.count);
  const seen = new Set<string>();
  for (const [entry, kind] of slice.kind.entries()) {
    const name = ENTRY_KINDS[kind];
    if (name === 'window' || name === 'fire')
      seen.add(`${name} ${(slice.atMs[entry] ?? 0) / HOUR} ${(slice.endMs[entry] ?? 0) / HOUR}`);
  }
  return [...seen].toSorted();
}

test('windows of local days stand on the axis of event time where their rows are', () => {
  expect(windows('UTC')).toEqual(['fire 0 24', 'fire 24 48', 'window 0 24', 'window 24 48']);
  expect(windows('Asia/Shanghai')).toEqual([
    'fire -8 16',
    'fire 16 40',
    'fire 40 64',
    'window -8 16',
    'window 16 40',
    'window 40 64',
  ]);
});
