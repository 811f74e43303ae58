import type { Random } from '../../src/engine/base/random.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';
import type { Change, Recorded } from '../suite/compare.ts';
import { type Grammar, makeQuery, type Query, smallerQueries, tablesOf, writeQuery } from './queries.ts';
import { declare, type Happening, makeStory, type Table, tellStory } from './tables.ts';
import { pickFrom, type Topic } from './topic.ts';

/** A script: tables, what happens to them, one query, and where its result goes. */
export interface ScriptDraft {
  readonly tables: readonly Table[];
  readonly story: readonly Happening[];
  readonly query: Query;
  /** The declaration of a sink after its columns and its options, or nothing for a SELECT. */
  readonly sink: { readonly key: string; readonly options: string } | null;
  /** What a second INSERT makes of the same query, `{query}`; the first then has a sink too. */
  readonly second?: string | null;
  /** Whether both INSERTs read a view of the query. */
  readonly hasView?: boolean;
  readonly config: { readonly [key: string]: string };
}
/** What a topic chooses for itself. */
export interface Scene {
  readonly grammar: Grammar;
  /** Columns of the query. */
  readonly columns: readonly string[];
  makeTable(random: Random, kind: string, types: Table['types']): Table;
  makeTypes(random: Random): Table['types'];
  /** Whether a query is too much work for an engine. */
  isTooMuch?(query: Query): boolean;
  makeSink(random: Random, query: Query): ScriptDraft['sink'];
  makeSecond?(random: Random): string | null;
  /** Whether what is sent within a turn hangs on the order of a hash table. */
  hasFreeOrder(given: Case): boolean;
  makeConfig(random: Random, query: Query): ScriptDraft['config'];
  /** When the story starts. */
  startOf?(config: ScriptDraft['config']): number;
  /** Whether the clock matters. */
  pauseMs?(config: ScriptDraft['config']): number;
}

const SINK_TYPES: { readonly [column: string]: string } = { v: 'DOUBLE', s: 'STRING' };

/** Bundles of one to three rows. */
export const miniBatch = (random: Random): ScriptDraft['config'] => ({
  'table.exec.mini-batch.enabled': 'true',
  'table.exec.mini-batch.allow-latency': '1 h',
  'table.exec.mini-batch.size': pickFrom(random, ['1', '2', '3']),
});

/** How long state is kept where it is forgotten, and how long nothing happens then: no step of a busy machine takes as long as the one, nor falls short of the other. */
export const FORGETTING = { config: { 'table.exec.state.ttl': '6 s' }, pauseMs: 7000 };
export const pauseToForget = (config: ScriptDraft['config']): number =>
  config['table.exec.state.ttl'] === undefined ? 0 : FORGETTING.pauseMs;

/** What a second INSERT makes of a query, in one script of so many. */
export const secondOf = (random: Random, share: number): string | null =>
  random.next() >= share
    ? null
    : pickFrom(random, [
        'SELECT k, COUNT(*) AS v, MAX(s) AS s FROM {query} GROUP BY k',
        'SELECT k, v, s FROM {query} WHERE v > 1',
        "SELECT k, v, 'z' AS s FROM {query}",
      ]);

/** Only what remains of each turn's changes: what is sent and taken back within one hangs on the order of a hash table. */
function settle(answer: Recorded): Recorded {
  const steps = answer.steps.map((changes) => {
    const left: Change[] = [];
    for (const { sink, kind, row } of changes) {
      const sign = kind.startsWith('+') ? '+I' : '-D';
      const isOpposite = (other: Change): boolean =>
        other.sink === sink && other.kind !== sign && JSON.stringify(other.row) === JSON.stringify(row);
      const at = left.findIndex(isOpposite);
      if (at >= 0) left.splice(at, 1);
      else left.push({ sink, kind: sign, row });
    }
    return left;
  });
  return { ...answer, steps };
}

/** A topic of scripts: whole queries over changelogs. */
export function scriptTopic(name: string, scene: Scene): Topic<ScriptDraft> {
  const { grammar, columns } = scene;
  return {
    name,
    hasPlans: true,
    settle: (given, answer) => (scene.hasFreeOrder(given) ? settle(answer) : answer),
    make(random) {
      const types = scene.makeTypes(random);
      const tables: Table[] = [];
      const addTable = (kind: string): number => tables.push(scene.makeTable(random, kind, types)) - 1;
      const depth = 1 + Math.floor(random.next() * 4);
      let query: Query;
      do {
        tables.length = 0;
        query = makeQuery(random, grammar, 'rows', depth, addTable);
      } while (query.table !== undefined || tables.length > 5 || scene.isTooMuch?.(query) === true);
      const sink = scene.makeSink(random, query);
      const config = scene.makeConfig(random, query);
      const start = scene.startOf?.(config);
      const story = makeStory(random, tables, 6 + tables.length * 5, {
        ...(start === undefined ? {} : { start }),
        pauseMs: scene.pauseMs?.(config) ?? 0,
      });
      const second = scene.makeSecond?.(random) ?? null;
      return { tables, story, query, sink, config, second, hasView: second !== null && random.next() < 0.5 };
    },
    render({ tables, story, query, sink, second, hasView, config }, id) {
      const read = new Set(tablesOf(query));
      const written = writeQuery(query);
      const isShared = hasView === true && second !== undefined && second !== null;
      const sql = isShared ? 'SELECT * FROM shared' : written.sql;
      const views = isShared
        ? [...written.views, `CREATE TEMPORARY VIEW shared AS ${written.sql}`]
        : written.views;
      const declared = [...read].sort((a, b) => a - b).map((number) => declare(tables[number]!, number));
      const declaredColumns = columns.map((c) => `${c} ${SINK_TYPES[c] ?? tables[0]!.types[c]}`).join(', ');
      const insert = (name: string, of: string, into: ScriptDraft['sink']): string[] => [
        `CREATE TABLE ${name} (${declaredColumns}${into?.key ?? ''}) WITH ('connector'='scenario'${into?.options ?? ''})`,
        `INSERT INTO ${name} SELECT ${columns.join(', ')} FROM (${of})`,
      ];
      const [first, other] = [
        insert('sink', sql, sink),
        second ? insert('sink2', second.replace('{query}', `(${sql})`), null) : [],
      ];
      const statements =
        sink || second ? [first[0]!, ...other.slice(0, 1), first[1]!, ...other.slice(1)] : [sql];
      return {
        id,
        ...(Object.keys(config).length > 0 ? { config } : {}),
        statements: [...declared, ...views, ...statements],
        timeline: tellStory(
          tables,
          story.filter(({ table }) => read.has(table)),
        ),
      };
    },
    parts: () => 1,
    pick: (draft) => draft,
    *smaller(draft) {
      // A plan needs no rows.
      if (draft.story.length > 0) yield { ...draft, story: [] };
      for (const query of smallerQueries(draft.query, grammar)) yield { ...draft, query };
      if (draft.second) yield { ...draft, second: null };
      if (draft.hasView) yield { ...draft, hasView: false };
      if (draft.sink) yield { ...draft, sink: null };
      if (Object.keys(draft.config).length > 0) yield { ...draft, config: {} };
      const read = new Set(tablesOf(draft.query));
      const story = draft.story.filter(({ table }) => read.has(table));
      for (let size = story.length >> 1; size >= 1; size >>= 1)
        for (let at = 0; at < story.length; at += size)
          yield { ...draft, story: [...story.slice(0, at), ...story.slice(at + size)] };
    },
  };
}
