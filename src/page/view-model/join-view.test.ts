import { expect, test } from 'vitest';
import { SCENARIOS } from '../../content/scenarios/index.ts';
import { createEngine } from '../../engine/engine.ts';
import { clockText } from './format.ts';
import { intervalView } from './interval-view.ts';
import { joinOperators } from './join-operators.ts';
import { joinView } from './join-view.ts';
import { lookupView } from './lookup-view.ts';
import { traceIndex } from './trace-index.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });

function joinOf(id: string) {
  const { sql, config, startMs, events } = SCENARIOS.find((scenario) => scenario.id === id)!;
  const run = engine.run({ script: sql, config, inputs: events, startMs, seed: 1 });
  const index = traceIndex(run, engine.trace(run.runId, 0, run.steps.count));
  const operator = joinOperators(run)[0]!;
  const stateAt = (position: number) =>
    engine.state(run.runId, position).find((state) => state.operator === operator.id) ?? null;
  return { run, index, operator, stateAt };
}

test('both sides of a LEFT JOIN, their matches, and who stands with NULLs', () => {
  const { index, operator, stateAt } = joinOf('left-join-flicker');
  const at = (position: number): string => {
    const { left, right, matches } = joinView(index, operator, stateAt(position), position);
    const place = (rows: readonly { readonly id: string }[], id: string): number =>
      rows.findIndex((row) => row.id === id) + 1;
    return [
      left.map(({ cells, isPadded }) => `${cells.join(' ')}${isPadded ? ' NULL' : ''}`).join(', '),
      right.map(({ cells }) => cells.join(' ')).join(', '),
      matches.map((m) => `${place(left, m.left)}-${place(right, m.right)} ${m.change}`).join(', '),
    ].join(' | ');
  };
  expect(at(0)).toBe(' |  | ');
  expect(at(1)).toBe('1 ball NULL |  | ');
  expect(at(2)).toBe('1 ball | ball 20 | 1-1 made');
  expect(at(4)).toBe('1 ball, 2 ball, 3 hat NULL | ball 20 | 1-1 kept, 2-1 kept');
  expect(at(5)).toBe('1 ball NULL, 2 ball NULL, 3 hat NULL |  | ');
  expect(at(7)).toBe('1 ball, 2 ball, 3 hat | ball 25, hat 9 | 2-1 kept, 1-1 kept, 3-2 made');
});

test('a row of an interval join carries the times of its partners, and leaves when they are over', () => {
  const { run, index, operator, stateAt } = joinOf('interval-join');
  const at = (position: number): readonly string[] =>
    intervalView(index, operator, stateAt(position), position)!.rows.map(
      ({ side, cells, ms, fromMs, toMs, isKept }) =>
        `${side} ${cells[0]} ${[ms, fromMs, toMs].map((time) => clockText(time).slice(0, 5)).join(' ')}${isKept ? '' : ' gone'}`,
    );
  expect(at(5)).toEqual([
    'left 1 08:00 08:00 12:00',
    'left 2 08:30 08:30 12:30',
    'right 1 10:15 06:15 10:15',
  ]);
  const last = intervalView(index, operator, stateAt(run.steps.count), run.steps.count)!;
  expect(last.rows.filter(({ isKept }) => isKept)).toEqual([]);
  const row = (id: number) => last.rows.find((candidate) => candidate.id === id)!;
  expect(last.matches.map(({ left, right }) => `${row(left).cells[0]} ${row(right).cells[0]}`)).toEqual([
    '1 1',
    '3 3',
    '4 4',
  ]);
  for (const { left, right } of last.matches) {
    expect(row(right).ms).toBeGreaterThanOrEqual(row(left).fromMs);
    expect(row(right).ms).toBeLessThanOrEqual(row(left).toMs);
  }
});

test('each lookup has come back with the value of its moment', () => {
  const { run, index, operator } = joinOf('wrong-version');
  const asked = lookupView(index, operator, run.steps.count, 100).flatMap((moment) =>
    moment.what === 'ask'
      ? [
          `${moment.key.join()} ${moment.found.map((row) => row[1]).join()}${moment.hasChanged ? ` now ${moment.now.map((row) => row[1]).join()}` : ''}`,
        ]
      : [],
  );
  expect(asked).toEqual(['Euro 116', 'Euro 116', 'US Dollar 102', 'Euro 114 now 116']);
  expect(lookupView(index, operator, 4, 100).map(({ what }) => what)).toEqual([
    'ask',
    'change',
    'change',
    'change',
  ]);
});
