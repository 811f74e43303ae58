import { type Grammar, writeQuery } from './queries.ts';
import { FORGETTING, miniBatch, pauseToForget, type Scene, scriptTopic, secondOf } from './scripts.ts';
import { pickFrom } from './topic.ts';

/** Joins of every kind. Nothing here tells the order in which a join's matches come, for that is a hash table's. */
const GRAMMAR: Grammar = {
  instead: { rows: ['table'] },
  templates: {
    rows: [
      'SELECT {#key} AS k, {#number} AS v, {#text} AS s FROM {rows} AS a {#join}JOIN {rows} AS b ON {#on}',
      'SELECT {#ttl}{#key} AS k, {#number} AS v, {#text} AS s FROM {rows} AS a {#join}JOIN {rows} AS b ON {#on}',
      'SELECT {#ttl}{#key} AS k, c.v AS v, {#text} AS s FROM {rows} AS a {#join}JOIN {rows} AS b ON {#on} {#join}JOIN {rows} AS c ON {#third}',
      'SELECT k, v, s FROM {rows} AS a WHERE v > (SELECT COUNT(*) FROM {rows} AS b {#left}JOIN {rows} AS c ON b.k = c.k)',
      'SELECT {#key} AS k, {#number} AS v, {#text} AS s FROM {rows} AS a {#join}JOIN {rows} AS b ON {#on} WHERE {#where}',
      'SELECT k, v, s FROM {rows} AS a WHERE {#not}EXISTS (SELECT 1 FROM {rows} AS b WHERE {#equal})',
      'SELECT k, v, s FROM {rows} AS a WHERE k IN (SELECT k FROM {rows} AS b)',
      'SELECT k, v, s FROM {rows} AS a WHERE s NOT IN (SELECT s FROM {rows} AS b)',
      'SELECT k, v, s FROM {rows} AS a WHERE v > (SELECT MIN(v) FROM {rows} AS b)',
      'SELECT a.k AS k, {#number} AS v, {#text} AS s FROM {stream} AS a {#left}JOIN {versions} FOR SYSTEM_TIME AS OF a.ts AS b ON a.k = b.k{#and}',
      'SELECT a.k AS k, {#number} AS v, {#text} AS s FROM {stream} AS a {#left}JOIN {lookup} FOR SYSTEM_TIME AS OF a.proc AS b ON a.k = b.k{#and}',
      'SELECT k, {#aggregate} AS v, {#aggregateText} AS s FROM {rows} AS t GROUP BY k',
      'SELECT k, v, s FROM {rows} AS t WHERE {#condition}',
      'SELECT DISTINCT k, v, s FROM {rows} AS t',
      'SELECT k, v, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, s) AS rn FROM {rows} AS t) WHERE rn <= 2',
    ],
  },
  pools: {
    key: ['a.k', 'a.k', 'COALESCE(a.k, b.k)', 'b.k'],
    number: ['b.v', 'a.v', 'a.v + b.v'],
    text: ['a.s', 'b.s'],
    join: ['', 'LEFT ', 'RIGHT ', 'FULL '],
    left: ['', 'LEFT '],
    third: ['a.k = c.k', 'a.k = c.k', 'b.k = c.k', 'a.k = c.k AND b.s = c.s', 'a.s = c.s'],
    ttl: ['', '', "/*+ STATE_TTL('a' = '1d') */ ", "/*+ STATE_TTL('b' = '1d', 'a' = '2 h') */ "],
    and: ['', ' AND b.v > 1', " AND a.s <> 'a'"],
    equal: ['a.k = b.k', 'a.k = b.k AND a.s = b.s', 'a.k = b.k AND a.v < b.v', 'a.s = b.s'],
    on: [
      'a.k = b.k',
      '{#equal}',
      '{#equal}',
      'a.k = b.k AND a.v > 1',
      'a.k = b.k AND b.v > 1',
      'a.v < b.v',
      'a.k IS NOT DISTINCT FROM b.k',
    ],
    not: ['', 'NOT '],
    where: ['a.v > 1', 'b.v > 1', 'b.k IS NULL', 'a.s IS NOT NULL', 'a.v < b.v'],
    aggregate: ['MAX(v)', 'SUM(v)', 'COUNT(*)', 'COUNT(DISTINCT v)', 'MIN(v)'],
    aggregateText: ['MAX(s)', 'MIN(s)', "'g'"],
    condition: ['v > 1', "s <> 'a'", 'k IS NOT NULL', 'v IS NULL'],
  },
};

/** Several joins in one operator: the order in which its maps hand out rows is another in every run. */
const MULTI_JOIN = 'table.optimizer.multi-join.enabled';

const scene: Scene = {
  grammar: GRAMMAR,
  columns: ['k', 'v', 's'],
  makeTypes: (random) => ({
    k: pickFrom(random, ['INT', 'STRING']),
    v: pickFrom(random, ['INT', 'BIGINT', 'DECIMAL(10, 2)']),
    s: 'STRING',
  }),
  makeTable(random, kind, types) {
    const extra = ['proc AS PROCTIME()'];
    const timed = { ...types, ts: 'TIMESTAMP(3)' };
    const watermark = "WATERMARK FOR ts AS ts - INTERVAL '2' SECOND";
    if (kind === 'stream')
      return { mode: 'insert', key: [], types: timed, extra: [...extra, watermark], partitions: 1 };
    if (kind === 'versions') {
      const mode = pickFrom(random, ['retract', 'upsert'] as const);
      return { mode, key: ['k'], types: timed, extra: [watermark], partitions: 1 };
    }
    if (kind === 'lookup') return { mode: 'retract', key: ['k'], types, extra: [], partitions: 1 };
    const mode = pickFrom(random, ['insert', 'retract', 'upsert'] as const);
    const keys = mode === 'upsert' ? [['k'], ['k', 's']] : [[], ['k'], ['k', 's']];
    return { mode, key: mode === 'insert' ? [] : pickFrom(random, keys), types, extra: [], partitions: 1 };
  },
  makeSink(random, query) {
    const retract = { key: '', options: ", 'changelog-mode'='I,UB,UA,D'" };
    // What is in between shows the order of matches, unless it is taken back.
    if (/GROUP BY|ROW_NUMBER/.test(writeQuery(query).sql)) return retract;
    return pickFrom(random, [null, null, retract, { key: ', PRIMARY KEY (k) NOT ENFORCED', options: '' }]);
  },
  makeSecond: (random) => secondOf(random, 0.1),
  pauseMs: pauseToForget,
  hasFreeOrder: ({ statements, config }) =>
    config?.[MULTI_JOIN] === 'true' ||
    config?.['table.exec.mini-batch.enabled'] === 'true' ||
    (statements.at(-1)!.match(/JOIN|IN \(SELECT|EXISTS|GROUP BY|DISTINCT|ROW_NUMBER/g) ?? []).length > 1,
  makeConfig: (random) => ({
    'table.exec.sink.not-null-enforcer': 'DROP',
    ...(random.next() < 0.3 ? { [MULTI_JOIN]: 'true' } : {}),
    ...(random.next() < 0.06 ? FORGETTING.config : random.next() < 0.15 ? miniBatch(random) : {}),
  }),
};

/** The duel about joins. */
export const joinTopic = scriptTopic('joins', scene);
