import { expect, test } from 'vitest';
import { type StepColumns, stepKind, turnOf } from '../engine-api.ts';
import { Step, StepLog } from './trace-log.ts';

const columns = (log: StepLog): StepColumns => log.columns(0, new Float64Array(9), 0, 0);
const told = (made: StepColumns): string[] =>
  Array.from({ length: made.count }, (_, step) => `${turnOf(made, step)} ${stepKind(made, step)}`);

test('steps say what they were and of which turn, in whatever way turns follow each other', () => {
  const log = new StepLog(0);
  log.expect(2);
  log.begin(Step.start, 0);
  log.beginInput(1);
  log.begin(Step.watermark, 1);
  log.beginTick(2, 5);
  log.beginInput(2);
  log.goOn(Step.watermark);
  // Nothing happens at these: the first of a turn, one in the middle, one of a turn that does not follow.
  log.beginTick(3, 6);
  log.dropTick();
  log.beginInput(3);
  log.beginTick(3, 7);
  log.dropTick();
  log.beginTick(6, 8);
  log.dropTick();
  log.beginInput(5);
  log.begin(Step.end, 6);
  log.begin(Step.end, 6);
  const made = columns(log);
  expect(told(made)).toEqual([
    '0 start',
    '1 row',
    '1 watermark',
    '2 clock',
    '2 row',
    '2 watermark',
    '3 row',
    '5 row',
    '6 end',
    '6 end',
  ]);
  expect(log.turn).toBe(6);
  for (let step = 1; step < made.count; step++)
    expect(log.turnOf(step, 1, 0), `step ${step}`).toBe(turnOf(made, step));
  expect([...made.tickStep]).toEqual([3]);
});

test('an input that a tick comes before is of the tick’s turn, and nothing is noted of that', () => {
  const log = new StepLog(0);
  for (let turn = 1; turn <= 3; turn++) {
    log.beginTick(turn, turn);
    log.beginInput(turn);
  }
  const made = columns(log);
  expect(told(made)).toEqual(['1 clock', '1 row', '2 clock', '2 row', '3 clock', '3 row']);
  expect([...made.jumpStep]).toEqual([0]);
});
