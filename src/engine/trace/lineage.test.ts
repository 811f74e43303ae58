import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import { cellsOf, ENTRY_KINDS, type InputEvent, type Lineage, ROW_KINDS, type Run } from '../engine-api.ts';

const TABLES = `
CREATE TABLE l (k STRING, a INT, id INT) WITH ('connector' = 'scenario');
CREATE TABLE r (k STRING, b INT, id INT) WITH ('connector' = 'scenario');
`;
const engine = createEngine({ clockMs: () => 0, canGenerate: true });

/** Changes of a run with the numbers their inputs carry in column `id`, so that runs over fewer inputs can be compared. */
function told(
  sql: string,
  inputs: readonly InputEvent[],
): { readonly changes: readonly { readonly text: string; readonly from: readonly number[] }[] } {
  const run = engine.run({ script: TABLES + sql, config: {}, inputs, startMs: 0, seed: 1 });
  expect(run.failure).toBeNull();
  const lineage = engine.lineage(run.runId)!;
  return { changes: changesOf(run).map((text, c) => ({ text, from: inputsOf(lineage, c, inputs) })) };
}

/** Changes with the inputs they came from, and who moved the watermark. */
function inputsTold(script: string, inputs: readonly InputEvent[]): string[] {
  const run = engine.run({ script, config: {}, inputs, startMs: 0, seed: 1 });
  const { start, inputs: from, trigger } = engine.lineage(run.runId)!;
  return changesOf(run).map(
    (text, c) => `${text}: ${from.slice(start[c], start[c + 1]).join(',')} by ${trigger[c]}`,
  );
}

const idOf = (event: InputEvent): number => Number(event.row['id']);

const inputsOf = ({ start, inputs }: Lineage, change: number, events: readonly InputEvent[]): number[] =>
  Array.from(inputs.slice(start[change], start[change + 1]), (input) => idOf(events[input]!));

function changesOf(run: Run): string[] {
  const slice = engine.trace(run.runId, 0, run.steps.count);
  const sinks = new Set(run.sinks.map(({ operator }) => operator));
  const texts: string[] = [];
  for (let entry = 0; entry < slice.kind.length; entry++) {
    if (ENTRY_KINDS[slice.kind[entry]!] !== 'emit' || !sinks.has(slice.operator[entry]!)) continue;
    const r = slice.row[entry]!;
    const cells = cellsOf(slice, r).map((cell) => cell ?? 'NULL');
    texts.push(`${ROW_KINDS[slice.rowKind[entry]!]} ${cells.join('|')}`);
  }
  return texts;
}

/** Rows without duplicates: each has an id of its own. */
const inputs = fc
  .array(
    fc.record({
      table: fc.constantFrom('l', 'r'),
      k: fc.constantFrom('x', 'y', 'z', null),
      n: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 14 },
  )
  .map((rows) =>
    rows.map(({ table, k, n }, id) => ({
      table,
      atMs: id * 1000,
      row: table === 'l' ? { k, a: n, id } : { k, b: n, id },
    })),
  );

/** Filters, projections and joins of which every row goes with one other alone, or shows both. */
const QUERIES = [
  'SELECT k, a + 1, id FROM l WHERE a > 1',
  'SELECT l.k, a, b, l.id, r.id FROM l JOIN r ON l.k = r.k',
  'SELECT l.k, a, b, l.id, r.id FROM l JOIN r ON l.k = r.k AND a < b WHERE b <> 4',
  'SELECT l.id, x.id, y.id FROM l JOIN r AS x ON l.k = x.k JOIN r AS y ON x.b = y.b AND x.id < y.id',
  'SELECT id, k FROM l UNION ALL SELECT id, k FROM r WHERE b > 2',
];

describe('the lineage of a change', () => {
  test.each(QUERIES)('is what it needs, and nothing else: %s', (sql) => {
    fc.assert(
      fc.property(inputs, (events) => {
        const { changes } = told(sql, events);
        for (const event of events) {
          const id = idOf(event);
          const left = new Set(
            told(
              sql,
              events.filter((e) => e !== event),
            ).changes.map(({ text }) => text),
          );
          for (const { text, from } of changes)
            expect(left.has(text), `${text} without ${id}`).toBe(!from.includes(id));
        }
      }),
      { numRuns: 25, seed: 20_260_401 },
    );
  });

  test('of an outer join is the row, its partner, and what took a NULL row back', () => {
    const events = [
      { table: 'l', atMs: 0, row: { k: 'x', a: 1, id: 0 } },
      { table: 'r', atMs: 1, row: { k: 'y', b: 1, id: 1 } },
      { table: 'r', atMs: 2, row: { k: 'x', b: 2, id: 2 } },
    ];
    expect(told('SELECT l.id, r.id FROM l LEFT JOIN r ON l.k = r.k', events).changes).toEqual([
      { text: '+I 0|NULL', from: [0] },
      { text: '-D 0|NULL', from: [0, 2] },
      { text: '+I 0|2', from: [0, 2] },
    ]);
  });

  test('of an aggregate is the rows of its group at that moment', () => {
    const events = ['x', 'y', 'x', 'x'].map((k, id) => ({ table: 'l', atMs: id, row: { k, a: id, id } }));
    const { changes } = told('SELECT k, COUNT(*), MAX(a) FROM l GROUP BY k', events);
    expect(changes.map(({ text, from }) => `${text} from ${from.join(',')}`)).toEqual([
      '+I x|1|0 from 0',
      '+I y|1|1 from 1',
      '-U x|1|0 from 0',
      '+U x|2|2 from 0,2',
      '-U x|2|2 from 0,2',
      '+U x|3|3 from 0,2,3',
    ]);
  });

  test('of what DISTINCT takes back is every duplicate that stood, with what took it back', () => {
    const script = `CREATE TABLE c (k STRING) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
SELECT DISTINCT k FROM c;`;
    const events = (['+I', '+I', '-D', '-D'] as const).map((kind, i) => ({
      table: 'c',
      kind,
      atMs: i,
      row: { k: 'x' },
    }));
    expect(inputsTold(script, events)).toEqual(['+I x: 0 by -1', '-D x: 0,3 by -1']);
  });

  test('of a window is its rows; who moved the watermark is told apart', () => {
    const script = `CREATE TABLE t (k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');
SELECT k, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;`;
    const at = ['00', '01', '03', '11', '02', '25'].map((second, i) => ({
      table: 't',
      atMs: i,
      row: { k: i === 1 ? 'y' : 'x', ts: `2020-01-01 00:00:${second}` },
    }));
    expect(inputsTold(script, at)).toEqual([
      '+I x|2020-01-01 00:00:10.000|2: 0,2 by 3',
      '+I y|2020-01-01 00:00:10.000|1: 1 by 3',
      '+I x|2020-01-01 00:00:20.000|1: 3 by 5',
      '+I x|2020-01-01 00:00:30.000|1: 5 by -1',
    ]);
  });
});
