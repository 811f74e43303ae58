import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GroupAggregate, Mode, type PhysicalNode } from '../../src/engine/plan/physical.ts';
import { Entry, TraceLog } from '../../src/engine/trace/trace-log.ts';
import { changelog, runs, TABLES } from './changes.ts';
import {
  contentOf,
  isAddition,
  KINDS,
  Multiset,
  plan,
  printed,
  type Query,
  Running,
  type Sent,
  stateOf,
  tableOf,
  UPDATE_AFTER,
  UPDATE_BEFORE,
} from './harness.ts';
import { QUERIES } from './queries.ts';

/** Laws of every continuous query, held against generated changelogs. */

const BATCH = [['execution.runtime-mode', 'batch']] as const;
const BOUNDED = TABLES.replaceAll(", 'changelog-mode' = 'I,UB,UA,D'", '');

/** The rows of an operator's output, entry by entry. */
function emitted(log: TraceLog, operator: number): Sent[] {
  const sent: Sent[] = [];
  for (let i = 0; i < log.count; i++)
    if (log.kind[i] === Entry.emit && log.operator[i] === operator)
      sent.push({ kind: log.rowKind[i]!, row: log.rows[i]! });
  return sent;
}
const isUpdating = (node: PhysicalNode): boolean => (node.mode & (Mode.UB | Mode.UA | Mode.D)) !== 0;
/** Every row that goes is named in full. */
const isRetracting = (node: PhysicalNode): boolean =>
  (node.mode & Mode.UA) === 0 || (node.mode & Mode.UB) !== 0;

describe.each(QUERIES.map((one) => [one.sql, one.tables] as const))('%s', (sql, tables) => {
  const query: Query = plan(TABLES, sql);

  test('says at every moment what the batch query says of the tables', () => {
    const batch = plan(BOUNDED, sql, BATCH);
    fc.assert(
      fc.property(changelog(tables, 30), (changes) => {
        const running = new Running(query);
        changes.forEach((change, i) => {
          running.push(change);
          const seen = changes.slice(0, i + 1);
          const whole = new Running(batch);
          for (const table of tables)
            for (const row of contentOf(seen, table)) whole.push({ table, kind: 0, row });
          expect(tableOf(running.sent)).toEqual(tableOf(whole.end().sent));
        });
      }),
      runs(4),
    );
  });

  test('sends what the edges are inferred to carry, and takes nothing back that is not there', () => {
    fc.assert(
      fc.property(changelog(tables, 60), (changes) => {
        const log = new TraceLog();
        new Running(query, { trace: log }).pushAll(changes).end();
        query.nodes.forEach((node, id) => {
          if (node.kind === 'Sink') return;
          const there = new Multiset();
          for (const sent of emitted(log, id)) {
            expect(node.mode & (1 << sent.kind), `${node.kind} sends ${KINDS[sent.kind]}`).not.toBe(0);
            if (isUpdating(node) && isRetracting(node) && node.kind !== 'Exchange')
              expect(
                there.apply(sent),
                `${node.kind} sends ${KINDS[sent.kind]}${printed(sent.row)}`,
              ).toBeGreaterThanOrEqual(0);
          }
        });
      }),
      runs(6),
    );
  });

  const aggregates = query.nodes.flatMap((node, id) =>
    node.kind === 'GroupAggregate' ? [{ node, id }] : [],
  );
  test.runIf(aggregates.length > 0)('an aggregate sends each -U directly before its +U', () => {
    fc.assert(
      fc.property(changelog(tables, 60), (changes) => {
        const log = new TraceLog();
        new Running(query, { trace: log }).pushAll(changes);
        for (const { node, id } of aggregates) expectPairs(node, emitted(log, id));
      }),
      runs(6),
    );
  });

  test('in two parts it sends what it sends in one, traced or not, and remembers the same', () => {
    fc.assert(
      fc.property(
        changelog(tables, 60),
        fc.nat(60),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (changes, cut, first, second, canGenerate) => {
          const traceIf = (is: boolean) => ({ trace: is ? new TraceLog() : null, canGenerate });
          const whole = new Running(query, traceIf(false)).pushAll(changes);
          const before = new Running(query, traceIf(first)).pushAll(changes.slice(0, cut));
          const after = new Running(query, traceIf(second), before).pushAll(changes.slice(cut));
          expect([...before.text, ...after.text]).toEqual(whole.text);
          const again = new Running(query, traceIf(second), whole);
          expect(stateOf(query, after).filter((line) => !line.includes('Calc'))).toEqual(
            stateOf(query, again).filter((line) => !line.includes('Calc')),
          );
        },
      ),
      runs(8),
    );
  });

  test('its trace adds up to its table, and to the state of a run that nobody watched', () => {
    fc.assert(
      fc.property(changelog(tables, 60), (changes) => {
        const log = new TraceLog();
        const traced = new Running(query, { trace: log }).pushAll(changes);
        const plain = new Running(query).pushAll(changes);
        const sink = query.nodes.findIndex((node) => node.kind === 'Sink');
        expect(tableOf(emitted(log, sink))).toEqual(tableOf(plain.sent));
        const there = stateOf(query, plain);
        const seen = stateOf(query, traced);
        query.nodes.forEach((_, id) => {
          if (plain.job.inspectAt(id)) expect(seen[id]).toBe(there[id]);
        });
      }),
      runs(6),
    );
  });

  test('a time to live of ten years is as good as none', () => {
    const mortal = plan(TABLES, sql, [['table.exec.state.ttl', '3650 d']]);
    fc.assert(
      fc.property(changelog(tables, 60), (changes) => {
        const [one, other] = [new Running(query), new Running(mortal)];
        for (const change of changes) {
          one.push(change);
          other.push(change);
          expect(tableOf(other.sent)).toEqual(tableOf(one.sent));
        }
      }),
      runs(6),
    );
  });
});

function expectPairs(node: GroupAggregate, sent: readonly Sent[]): void {
  const keyOf = ({ row }: Sent): string => printed(row.slice(0, node.groups.length));
  sent.forEach((change, i) => {
    const next = sent[i + 1];
    if (change.kind === UPDATE_BEFORE) {
      expect(next?.kind).toBe(UPDATE_AFTER);
      expect(keyOf(next!)).toBe(keyOf(change));
    }
    if (change.kind === UPDATE_AFTER && (node.mode & Mode.UB) !== 0)
      expect(sent[i - 1]?.kind).toBe(UPDATE_BEFORE);
    expect(isAddition(change.kind) || change.kind !== UPDATE_AFTER).toBe(true);
  });
}
