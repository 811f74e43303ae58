import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GroupAggregate, Mode, type PhysicalNode } from '../../src/engine/plan/physical.ts';
import { UPDATE_AFTER, UPDATE_BEFORE } from '../../src/engine/runtime/port.ts';
import { Entry, TraceLog } from '../../src/engine/trace/trace-log.ts';
import { changelog, runs, TABLES } from './changes.ts';
import {
  contentOf,
  KINDS,
  Multiset,
  plan,
  printed,
  type Query,
  Running,
  type Sent,
  seams,
  stateOf,
  tableOf,
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
        const wrong = query.nodes.flatMap((node, id) =>
          node.kind === 'Sink' ? [] : breaches(node, emitted(log, id)).map((what) => `${node.kind}: ${what}`),
        );
        expect(wrong).toEqual([]);
      }),
      runs(4),
    );
  });

  test('in two parts it sends what it sends in one, traced or not, and remembers the same', () => {
    fc.assert(
      fc.property(changelog(tables, 40), fc.integer({ min: 1, max: 9 }), (changes, share) => {
        const { whole, inParts } = seams(query, changes, share);
        expect(inParts).toEqual(whole);
      }),
      runs(4),
    );
  });

  test('its trace adds up to its table, and to the state of a run that nobody watched', () => {
    fc.assert(
      fc.property(changelog(tables, 60), (changes) => {
        const log = new TraceLog();
        const watched = new Running(query, { trace: log }).pushAll(changes);
        const alone = new Running(query).pushAll(changes);
        const sink = query.nodes.findIndex((node) => node.kind === 'Sink');
        expect(tableOf(emitted(log, sink))).toEqual(tableOf(alone.sent));
        const there = stateOf(query, alone);
        const seen = stateOf(query, watched);
        const both = query.nodes.flatMap((_, id) => (alone.job.inspectAt(id) ? [id] : []));
        expect(both.map((id) => seen[id])).toEqual(both.map((id) => there[id]));
      }),
      runs(4),
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
      runs(4),
    );
  });
});

const aggregatesOf = ({ nodes }: Query) =>
  nodes.flatMap((node, id) => (node.kind === 'GroupAggregate' ? [{ node, id }] : []));
const AGGREGATING = QUERIES.filter(({ sql }) => aggregatesOf(plan(TABLES, sql)).length > 0);

test.each(AGGREGATING.map((one) => [one.sql, one.tables] as const))(
  'an aggregate sends each -U directly before its +U: %s',
  (sql, tables) => {
    const query = plan(TABLES, sql);
    fc.assert(
      fc.property(changelog(tables, 60), (changes) => {
        const log = new TraceLog();
        new Running(query, { trace: log }).pushAll(changes);
        expect(aggregatesOf(query).flatMap(({ node, id }) => unpaired(node, emitted(log, id)))).toEqual([]);
      }),
      runs(4),
    );
  },
);

/** Changes whose kind the edge does not carry, and rows taken back that are not there. */
function breaches(node: PhysicalNode, sent: readonly Sent[]): string[] {
  const there = new Multiset();
  const knowsRows = isUpdating(node) && isRetracting(node) && node.kind !== 'Exchange';
  return sent.flatMap((change) => {
    const isCarried = (node.mode & (1 << change.kind)) !== 0;
    const isThere = !knowsRows || there.apply(change) >= 0;
    return isCarried && isThere ? [] : [`${KINDS[change.kind]}${printed(change.row)}`];
  });
}

/** Updates whose other half does not stand beside them. */
function unpaired(node: GroupAggregate, sent: readonly Sent[]): string[] {
  const keyOf = (change: Sent | undefined): string =>
    change ? printed(change.row.slice(0, node.groups.length)) : '';
  const hasBefore = (node.mode & Mode.UB) !== 0;
  return sent.flatMap((change, i) => {
    const [kind, other] =
      change.kind === UPDATE_BEFORE ? [UPDATE_AFTER, sent[i + 1]] : [UPDATE_BEFORE, sent[i - 1]];
    const needsOther = change.kind === UPDATE_BEFORE || (change.kind === UPDATE_AFTER && hasBefore);
    const isPaired = other?.kind === kind && keyOf(other) === keyOf(change);
    return !needsOther || isPaired ? [] : [`${KINDS[change.kind]}${printed(change.row)}`];
  });
}
