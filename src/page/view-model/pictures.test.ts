import { expect, test } from 'vitest';
import { NOON_MS, tumblingRun, updatingRun } from '../fixtures/tumbling-run.ts';
import { braidFrame } from './braid-frame.ts';
import { braidText, braidView } from './braid-view.ts';
import { story } from './lineage.ts';
import { logText } from './log-view.ts';
import { planActivity, planText } from './plan-view.ts';
import { carriedPosition, firstSurprise, markers, nextMarker, scrubTicks } from './player-view.ts';
import { stepSentence } from './step-sentence.ts';
import { tableRows, tableText, tableView } from './table-view.ts';
import { changesDone, traceIndex } from './trace-index.ts';

const WHOLE = { from: 0, to: 1 };

function braidAt(position: number): string {
  const { run, slice, inputs } = tumblingRun();
  const index = traceIndex(run, slice);
  const frame = braidFrame({ run, index, inputs, startMs: NOON_MS, width: 900, zoom: WHOLE });
  return braidText(frame, braidView(frame, index, inputs, position));
}

test('the braid shows rows to come, windows that fill and close, and the late row', () => {
  expect(braidAt(0)).toBe(`output
clicks  ○ ○ ○
window 12:00:00 12:00:10  0  none
window 12:00:10 12:00:20  0  none
watermark none`);
  expect(braidAt(1)).toBe(`output
clicks  ◉ ○ ○
window 12:00:00 12:00:10  1  open
window 12:00:10 12:00:20  0  none
watermark none`);
  expect(braidAt(4)).toBe(`output  +I
clicks  ● ◉ ○
window 12:00:00 12:00:10  1  closed
window 12:00:10 12:00:20  1  open
watermark 12:00:10`);
  expect(braidAt(6)).toBe(`output  +I +I
clicks  ● ● ⊗
window 12:00:00 12:00:10  1  closed
window 12:00:10 12:00:20  1  closed
watermark ∞`);
});

test('both rulers share one scale where the two times are of one size', () => {
  const { run, slice, inputs } = tumblingRun();
  const index = traceIndex(run, slice);
  const near = braidFrame({ run, index, inputs, startMs: NOON_MS, width: 900, zoom: WHOLE });
  expect(near.isSameScale).toBe(true);
  const far = braidFrame({ run, index, inputs, startMs: NOON_MS - 86_400_000, width: 900, zoom: WHOLE });
  expect(far.isSameScale).toBe(false);
});

test('windows of a millisecond a year apart cost nothing and become a density', () => {
  const { run, slice, inputs } = tumblingRun();
  const index = traceIndex(run, slice);
  const tiny = [0, 366 * 86_400_000].map((at) => ({
    operator: 2,
    startMs: NOON_MS + at,
    endMs: NOON_MS + at + 1,
    rowSteps: [0],
    inputs: [0],
    firedStep: -1,
    mergedStep: -1,
  }));
  const eventTimeMs = Float64Array.from(tiny, ({ startMs }) => startMs);
  const frame = braidFrame({
    run: { ...run, eventTimeMs },
    index: { ...index, windows: tiny },
    inputs,
    startMs: NOON_MS,
    width: 900,
    zoom: WHOLE,
  });
  expect(frame.windows?.bars).toEqual([]);
  expect(frame.windows?.density).toHaveLength(2);
});

test('an updated row keeps its place, a deleted one is shown once more', () => {
  const { run, slice } = updatingRun();
  const index = traceIndex(run, slice);
  const at = (position: number) => tableText(index, tableView(index, 0, position));
  expect(at(0)).toBe('');
  expect(at(2)).toBe('  Mary  1\n+ Bob  1');
  expect(at(3)).toBe('~ Mary  2\n  Bob  1');
  expect(at(4)).toBe('- Mary  2\n  Bob  1');
  expect(at(5)).toBe('~ Bob  2');
});

test('an upsert sink gets the same tables without -U', () => {
  const retract = updatingRun();
  const upsert = updatingRun(false);
  for (let position = 0; position <= 5; position++) {
    expect(tableRows(traceIndex(upsert.run, upsert.slice), 0, position)).toEqual(
      tableRows(traceIndex(retract.run, retract.slice), 0, position),
    );
  }
});

test('the log brackets a -U with its +U', () => {
  const { run, slice } = updatingRun();
  const index = traceIndex(run, slice);
  expect(logText(index, changesDone(index.changes, 3))).toBe(
    '1 +I   Mary  1\n2 +I   Bob  1\n3 -U ┐ Mary  1\n3 +U ┘ Mary  2',
  );
});

test('the plan marks what moved in a step', () => {
  const { run, slice } = tumblingRun();
  const index = traceIndex(run, slice);
  expect(planText(run, planActivity(index, 1))).toBe(`TableSourceScan  clicks  +I  ◀
WatermarkAssigner  ts - 5 s  +I  ◀
GlobalWindowAggregate  TUMBLE 10 s  +I  ◀
Sink  result`);
});

test('a step is said in one sentence', () => {
  const { run, slice, inputs } = tumblingRun();
  const index = traceIndex(run, slice);
  const at = (position: number) => stepSentence(run, index, inputs, NOON_MS, position);
  expect(at(0).key).toBe('before');
  expect(at(1)).toMatchObject({
    key: 'rowWindow',
    values: { row: 'Mary', window: '[12:00:00, 12:00:10)', count: 1 },
  });
  expect(at(4)).toMatchObject({ key: 'watermarkFire', values: { watermark: '12:00:10', count: 1 } });
  expect(at(5)).toMatchObject({ key: 'rowLate', values: { behind: '1 s', watermark: '12:00:10' } });
  expect(at(6)).toMatchObject({ key: 'endFire', values: { window: '[12:00:10, 12:00:20)' } });
  const updating = updatingRun();
  const said = stepSentence(
    updating.run,
    traceIndex(updating.run, updating.slice),
    updating.inputs,
    NOON_MS,
    3,
  );
  expect(said).toMatchObject({
    key: 'rowUpdate',
    values: { operator: 'GroupAggregate', before: '[Mary, 1]', after: '[Mary, 2]' },
  });
});

test('markers are where something stands out', () => {
  const { run } = tumblingRun();
  expect(markers(run)).toEqual([
    { position: 4, kind: 'fired' },
    { position: 5, kind: 'late' },
    { position: 6, kind: 'fired' },
  ]);
  expect(nextMarker(run, 4, 1)).toBe(5);
  expect(nextMarker(run, 4, -1)).toBe(0);
  expect(firstSurprise(run)).toBe(5);
  expect(scrubTicks(run, 1000)).toHaveLength(6);
  expect(scrubTicks(run, 8).length).toBeLessThanOrEqual(3);
});

test('the playhead stays with its event when the run changes', () => {
  const { run } = tumblingRun();
  const shorter = updatingRun().run;
  expect(carriedPosition(null, run, [1, 2, 3])).toBe(0);
  expect(carriedPosition({ run, eventIds: [1, 2, 3], position: 4 }, run, [1, 2, 3])).toBe(4);
  // Event 2 has become the first of the new run: its turn is over after one step.
  expect(carriedPosition({ run, eventIds: [1, 2, 3], position: 4 }, shorter, [2, 1, 3])).toBe(1);
  expect(carriedPosition({ run, eventIds: [1, 2, 3], position: 6 }, shorter, [1, 2, 3])).toBe(5);
});

test('a result knows the rows it is made of', () => {
  const { run, slice } = tumblingRun();
  const index = traceIndex(run, slice);
  const told = story(index, { kind: 'change', change: 0 });
  expect([...told.inputs]).toEqual([0]);
  expect([...told.operators].toSorted((a, b) => a - b)).toEqual([2, 3]);
  expect([...story(index, { kind: 'event', input: 0 }).changes]).toEqual([0]);
});
