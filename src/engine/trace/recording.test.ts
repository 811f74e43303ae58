import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatalogTable } from '../catalog/catalog.ts';
import { createEngine } from '../engine.ts';
import {
  cellsOf,
  ENTRY_KINDS,
  type InputEvent,
  type Run,
  StepFlag,
  stepFlags,
  type TraceSlice,
  turnStart,
} from '../engine-api.ts';
import { Inputs, type ParsedInput } from '../job/inputs.ts';
import { MOST_TABLE_ROWS, WHOLE_TRACE_STEPS } from '../limits.ts';
import { shareAll } from '../planner/physical/share-subplans.ts';
import { compileScript } from '../script/compile-script.ts';
import { inputReader } from '../script/run-inputs.ts';
import { Recording } from './recording.ts';

const SCRIPT = `
CREATE TABLE clicks (who STRING, ts TIMESTAMP(3), n INT, WATERMARK FOR ts AS ts - INTERVAL '3' SECOND) WITH ('connector' = 'scenario');
SELECT who, window_start, COUNT(*) AS c, SUM(n) AS s FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND)) WHERE n >= 0 GROUP BY who, window_start, window_end;
SELECT who, COUNT(*) AS c, MAX(n) AS m FROM clicks GROUP BY who;
SELECT c, COUNT(*) AS whos FROM (SELECT who, COUNT(*) AS c FROM clicks GROUP BY who) GROUP BY c;
SELECT c + 0 AS c, whos FROM (SELECT c, COUNT(*) AS whos FROM (SELECT who, COUNT(*) AS c FROM clicks GROUP BY who) GROUP BY c);
`;

const at = (ms: number): string =>
  new Date(1_577_880_000_000 + ms).toISOString().replace('T', ' ').replace('Z', '');

const arbitraryInputs = (maxLength: number): fc.Arbitrary<InputEvent[]> =>
  fc
    .array(
      fc.record({
        who: fc.constantFrom('ann', 'bob', 'cyd', null),
        behindMs: fc.integer({ min: 0, max: 15_000 }),
        n: fc.integer({ min: -1, max: 9 }),
      }),
      { maxLength },
    )
    .map((rows) =>
      rows.map(({ who, behindMs, n }, i) => ({
        table: 'clicks',
        atMs: i * 1000,
        row: { who, ts: at(i * 1000 + 20_000 - behindMs), n },
      })),
    );

const engine = createEngine({ clockMs: () => 0, canGenerate: true });
const run = (inputs: readonly InputEvent[]): Run =>
  engine.run({ script: SCRIPT, config: {}, inputs, startMs: 0, seed: 1 });

const print = (slice: TraceSlice, row: number): string =>
  cellsOf(slice, row)
    .map((cell) => cell ?? 'NULL')
    .join('|');

/** What the sinks held before a slice. */
const tables = (slice: TraceSlice): string[][] =>
  slice.tablesBefore.map(({ rows }) => Array.from(rows, (row) => print(slice, row)));

/** A slice with its rows spelled out, so that slices of different extent can be compared. */
function entries(slice: TraceSlice): string[] {
  const out: string[] = [];
  for (let s = 0; s < slice.to - slice.from; s++) {
    for (let i = slice.stepStart[s]!; i < slice.stepStart[s + 1]!; i++) {
      out.push(
        [
          slice.from + s,
          ENTRY_KINDS[slice.kind[i]!],
          slice.operator[i],
          slice.rowKind[i],
          print(slice, slice.row[i]!),
          slice.atMs[i],
          slice.endMs[i],
        ].join(' '),
      );
    }
  }
  return out;
}

describe('the trace', () => {
  test('any stretch is the same as that stretch of the whole', () => {
    fc.assert(
      fc.property(arbitraryInputs(40), fc.nat(), fc.nat(), (inputs, a, b) => {
        const made = run(inputs);
        const count = made.steps.count;
        const from = count === 0 ? 0 : a % count;
        const to = from + (b % (count - from + 1));
        const whole = entries(engine.trace(made.runId, 0, count));
        const part = entries(engine.trace(made.runId, from, to));
        expect(part).toEqual(
          whole.filter((line) => Number(line.split(' ')[0]) >= from && Number(line.split(' ')[0]) < to),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('every cause stands before its effect, within the same step', () => {
    fc.assert(
      fc.property(arbitraryInputs(30), (inputs) => {
        const made = run(inputs);
        const slice = engine.trace(made.runId, 0, made.steps.count);
        for (let s = 0; s < made.steps.count; s++) {
          for (let i = slice.stepStart[s]!; i < slice.stepStart[s + 1]!; i++) {
            const cause = slice.cause[i]!;
            expect(
              cause < i && (cause < 0 || cause >= slice.stepStart[s]!),
              `entry ${i} of step ${s} points at ${cause}`,
            ).toBe(true);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('state at a step is the state of a run that ends there', () => {
    fc.assert(
      fc.property(arbitraryInputs(30), fc.nat(), (inputs, n) => {
        const cut = inputs.length === 0 ? 0 : n % (inputs.length + 1);
        const made = run(inputs);
        // The position at which exactly the first `cut` inputs are done.
        const position = turnStart(made.steps, cut + 1);
        const whole = engine.state(made.runId, position);
        const shorter = run(inputs.slice(0, cut));
        const end = turnStart(shorter.steps, cut + 1);
        expect(whole).toEqual(engine.state(shorter.runId, end));
      }),
      { numRuns: 30 },
    );
  });

  test('a long run is replayed exactly: the stretch after a keyframe equals the same stretch of a short run with the same inputs before it', () => {
    const inputs: InputEvent[] = Array.from({ length: 12_000 }, (_, i) => ({
      table: 'clicks',
      atMs: i * 10,
      row: { who: `u${i % 50}`, ts: at(i * 500 + 20_000 - (i % 7) * 900), n: i % 5 },
    }));
    const compiled = compileScript(SCRIPT, []);
    const table = compiled.session!.catalog.allObjects().find((o): o is CatalogTable => o.kind === 'table')!;
    const read = inputReader(table);
    const parsed = (count: number): Inputs => {
      const made = new Inputs(count);
      for (const event of inputs.slice(0, count)) made.add(event.atMs, read(event) as ParsedInput);
      return made;
    };
    // Every look at the clock takes a while: keyframes lie close to each other.
    let nowMs = 0;
    const options = {
      config: compiled.session!.config,
      zone: 'UTC',
      startMs: 0,
      seed: 1,
      canGenerate: true,
      clockMs: () => (nowMs += 5),
    };
    const plans = shareAll(
      compiled.jobs.map((j) => j.planned.run),
      compiled.session!.config,
    );
    const long = new Recording(plans, options);
    long.run(parsed(inputs.length));
    const steps = long.stepColumns();
    expect(steps.count).toBeGreaterThan(WHOLE_TRACE_STEPS);
    // The first steps of the long run, once replayed and once kept whole by a run short enough.
    const short = new Recording(plans, options);
    short.run(parsed(6000));
    const [from, to] = [5000, 5600];
    expect(entries(long.slice(from, to))).toEqual(entries(short.slice(from, to)));
    expect(long.slice(from, to).tablesBefore.map((t) => t.size)).toEqual(
      short.slice(from, to).tablesBefore.map((t) => t.size),
    );
    expect(tables(long.slice(from, to))).toEqual(tables(short.slice(from, to)));
    // A table that is left to its operator's state is the one that changes add up to, also far behind a keyframe.
    for (const step of [from, steps.count - 5000, steps.count - 900]) {
      const [, , left, added] = tables(long.slice(step, step + 1));
      expect(left!.length).toBeGreaterThan(1);
      expect(left).toEqual(added);
    }
    expect([...long.slice(from, to).watermarkBefore]).toEqual([...short.slice(from, to).watermarkBefore]);
    // What running at full speed noted is what the replay says.
    const late = long.slice(steps.count - 800, steps.count);
    for (let s = 0; s < 800; s++) {
      let outputs = 0;
      for (let i = late.stepStart[s]!; i < late.stepStart[s + 1]!; i++)
        if (ENTRY_KINDS[late.kind[i]!] === 'emit' && plans.length > 0 && isSink(late.operator[i]!, long))
          outputs++;
      expect(outputs > 0).toBe((stepFlags(steps, steps.count - 800 + s) & StepFlag.OUTPUT) > 0);
    }
  });

  test('of rows that are only counted while they come fast, every stretch still has those before it', () => {
    const script = `CREATE TABLE clicks (n INT) WITH ('connector' = 'scenario');
      SELECT n, n + 1 AS m FROM clicks WHERE MOD(n, 3) > 0; SELECT n FROM clicks; SELECT MAX(n) FROM clicks;`;
    const long = createEngine({ clockMs: () => (nowMs += 1), canGenerate: true });
    let nowMs = 0;
    const inputs = Array.from({ length: 60_000 }, (_, n) => ({ table: 'clicks', atMs: 0, row: { n } }));
    const made = long.run({ script, config: {}, inputs, startMs: 0, seed: 1 });
    expect(made.steps.changes).toBe(40_000 + 60_000 + 2 * 60_000 - 1);
    for (const step of [0, 500, 3000, 15_001, 28_672, 33_333, 45_678, 59_000, 60_000]) {
      const slice = long.trace(made.runId, step, step + 1);
      const [calculated, copied, counted] = tables(slice);
      const all = Array.from({ length: step }, (_, n) => n);
      const lastOf = (kept: readonly number[]): number[] => kept.slice(-MOST_TABLE_ROWS);
      expect(copied, `step ${step}`).toEqual(lastOf(all).map(String));
      expect(calculated, `step ${step}`).toEqual(
        lastOf(all.filter((n) => n % 3 > 0)).map((n) => `${n}|${n + 1}`),
      );
      expect(counted).toEqual(step === 0 ? [] : [String(step - 1)]);
      expect(slice.tablesBefore.map(({ size }) => size)).toEqual([
        all.filter((n) => n % 3 > 0).length,
        step,
        Math.min(step, 1),
      ]);
    }
  });

  test('windows whose rows are only counted while they come fast are all there where they are looked at', () => {
    // Rows are only counted where no column is NOT NULL.
    const windows = (of: string): string => `SELECT window_start AS w, ${of}(n) AS s, window_end AS e
      FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end`;
    const script = `CREATE TABLE clicks (n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');
      ${windows('SUM')}; SELECT s FROM (${windows('MAX')}); SELECT s + 1 FROM (${windows('MIN')}) WHERE s >= 0;`;
    let nowMs = 0;
    const long = createEngine({ clockMs: () => (nowMs += 1), canGenerate: true });
    const count = 30_000;
    const inputs = Array.from({ length: count }, (_, n) => ({
      table: 'clicks',
      atMs: 0,
      row: { n, ts: at(n * 1000) },
    }));
    const made = long.run({ script, config: {}, inputs, startMs: 0, seed: 1 });
    expect(made.steps.changes).toBe(3 * count);
    const last = made.steps.count - 1;
    for (const step of [1000, 9001, Math.floor(last / 2), last - 2000, last]) {
      const slice = long.trace(made.runId, step, step + 1);
      const size = slice.tablesBefore[0]!.size;
      expect(slice.tablesBefore.map((table) => table.size)).toEqual([size, size, size]);
      const fired = Array.from({ length: size }, (_, n) => n).slice(-MOST_TABLE_ROWS);
      const start = (n: number): string => at(n * 1000);
      expect(tables(slice), `step ${step}`).toEqual([
        fired.map((n) => `${start(n)}|${n}|${start(n + 1)}`),
        fired.map(String),
        fired.map((n) => String(n + 1)),
      ]);
    }
  });
});

function isSink(operator: number, recording: Recording): boolean {
  return recording.sinkOperators().includes(operator);
}
