import { expect, test } from 'vitest';
import { SCENARIOS } from '../../content/scenarios/index.ts';
import { createEngine } from '../../engine/engine.ts';
import { comparedRows, inputsDone } from './batch-view.ts';
import { tableRows } from './table-view.ts';
import { traceIndex } from './trace-index.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: true });

test('rows meet as often as both tables have them, in any order', () => {
  const sides = (stream: string, batch: string): string =>
    comparedRows(
      Array.from(stream, (cell) => [cell]),
      Array.from(batch, (cell) => [cell]),
    )
      .map(({ cells, side }) => `${cells[0]}${{ both: '=', stream: '<', batch: '>' }[side]}`)
      .join(' ');
  expect(sides('abc', 'cba')).toBe('a= b= c=');
  expect(sides('aab', 'abb')).toBe('a= a< b= b>');
  expect(sides('', 'x')).toBe('x>');
  expect(comparedRows([[null, '1']], [['', '1']]).map(({ side }) => side)).toEqual(['stream', 'batch']);
});

test.each([
  'snapshot',
  'count-per-user',
  'append-only',
  'view-maintenance',
  'cdc-orders',
  'left-join-flicker',
  'non-deterministic-update',
])('%s equals its batch after every row', (id) => {
  const { sql, config, startMs, events } = SCENARIOS.find((scenario) => scenario.id === id)!;
  const run = engine.run({ script: sql, config, inputs: events, startMs, seed: 1 });
  const index = traceIndex(run, engine.trace(run.runId, 0, run.steps.count));
  const seen: number[] = [];
  for (let position = 0; position <= run.steps.count; position++) {
    const { inputs, isSettled } = inputsDone(index, position, events.length);
    if (!isSettled) continue;
    seen.push(inputs);
    const { tables, refusal } = engine.batch({
      script: sql,
      config,
      inputs: events.slice(0, inputs),
      startMs,
      seed: 1,
    });
    expect(refusal).toBe(null);
    const sides = run.sinks.flatMap(({ name }, sink) =>
      comparedRows(
        tableRows(index, sink, position),
        tables.find((table) => table.sink === name)?.rows ?? [],
      ).map(({ side }) => side),
    );
    expect(new Set(sides).has('stream') || new Set(sides).has('batch'), `${inputs} rows`).toBe(false);
  }
  expect(new Set(seen)).toEqual(new Set([0, ...events.keys()].concat(events.length)));
});

test('a batch leaves the run alone, and says why there is none', () => {
  const { sql, config, startMs, events } = SCENARIOS.find(({ id }) => id === 'count-per-user')!;
  const request = { script: sql, config, inputs: events, startMs, seed: 1 };
  const run = engine.run(request);
  const before = engine.trace(run.runId, 0, run.steps.count);
  const { tables } = engine.batch({ ...request, inputs: events.slice(0, 3) });
  expect(tables).toEqual([
    {
      sink: 'result',
      size: 2,
      rows: [
        ['Mary', '2'],
        ['Bob', '1'],
      ],
    },
  ]);
  expect(engine.trace(run.runId, 0, run.steps.count)).toEqual(before);
  expect(engine.batch({ ...request, script: 'SELECT nothing;' }).refusal).toMatchObject({
    severity: 'error',
  });
});
