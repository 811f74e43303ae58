import { expect, test } from 'vitest';
import { SCENARIOS } from '../../content/scenarios/index.ts';
import { createEngine } from '../../engine/engine.ts';
import { braidFrame } from './braid-frame.ts';
import { braidView } from './braid-view.ts';
import { clockText } from './format.ts';
import { planeBands, planeFrame, planePoints, standing } from './plane-view.ts';
import { traceIndex } from './trace-index.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const HEIGHT = 250;

function planeOf(id: string) {
  const { sql, config, startMs, events, endMs } = SCENARIOS.find((scenario) => scenario.id === id)!;
  const request = { script: sql, config, inputs: events, startMs, seed: 1, ...(endMs ? { endMs } : {}) };
  const run = engine.run(request);
  const index = traceIndex(run, engine.trace(run.runId, 0, run.steps.count));
  const braid = braidFrame({
    run,
    index,
    inputs: events,
    startMs,
    width: 900,
    zoom: { from: 0, to: 1 },
  });
  return { run, index, events, braid, frame: planeFrame(braid, index, HEIGHT) };
}

test('a row that is late lies under the staircase that stood when it came', () => {
  const { run, index, events, braid, frame } = planeOf('late-row');
  const points = planePoints(frame!, braidView(braid, index, events, run.steps.count), index);
  expect(points.map(({ isLate }) => isLate)).toEqual(events.map((_, input) => input === 9));
  const late = points[9]!;
  // Up is smaller: 12:00:08.8 under a watermark of 12:00:10.4.
  expect(late.y).toBeGreaterThan(late.lineY);
  const { left, right, fromMs, toMs } = frame!.event;
  const msOf = (y: number): number => fromMs + ((y - left) / (right - left)) * (toMs - fromMs);
  expect(clockText(Math.round(msOf(late.lineY) / 100) * 100)).toBe('12:00:10.4');
  expect(clockText(Math.round(msOf(late.y) / 100) * 100)).toBe('12:00:08.8');
});

test('of two sources the lower staircase counts', () => {
  const { run, frame } = planeOf('slower-input');
  expect(frame!.stairs.map(({ table }) => table).toSorted()).toEqual(['orders', 'shipments']);
  for (let position = 1; position <= run.steps.count; position++) {
    const both = frame!.stairs.map((stair) => standing(stair, position));
    // Math.min of NaN is NaN: none as long as one of them has none.
    expect(standing(frame!.combined!, position)).toBe(Math.min(...both));
  }
});

test('a window closes where the staircase leaves its band', () => {
  const { run, index, events, braid, frame } = planeOf('late-row');
  const bands = planeBands(frame!, braidView(braid, index, events, run.steps.count), index);
  const first = bands[0]!;
  const step = frame!.combined!.step.find(
    (at) => standing(frame!.combined!, at + 1) >= first.mark.bar.track.endMs - 1,
  )!;
  expect(first.closedX).toBeCloseTo(frame!.combined!.x[frame!.combined!.step.indexOf(step)]!, 5);
  expect(bands.map(({ mark }) => `${mark.count} ${mark.state}`)).toEqual([
    '7 closed',
    '4 closed',
    '2 closed',
  ]);
});

test('without event time there is no plane', () => {
  expect(planeOf('count-per-user').frame).toBe(null);
});
