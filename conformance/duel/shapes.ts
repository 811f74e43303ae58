import { type Grammar, writeQuery } from './queries.ts';
import { type Scene, scriptTopic, secondOf } from './scripts.ts';
import { pickFrom } from './topic.ts';

const TOP = 'ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, s)';

/** What users write beyond plain joins and groups: WITH, grouping sets, OVER, sub-queries at every place, LATERAL, UNNEST, versions made by a view. */
const GRAMMAR: Grammar = {
  instead: { rows: ['table'], versioned: ['versions'] },
  templates: {
    rows: [
      'SELECT {#grouped} FROM {rows} AS t GROUP BY {#sets}',
      'SELECT {#grouped} FROM {rows} AS t GROUP BY {#sets}{#having}',
      'WITH c AS (SELECT k, v, s FROM {rows} AS t) SELECT a.k AS k, b.v AS v, a.s AS s FROM c AS a {#join}JOIN c AS b ON {#on}',
      'WITH c AS (SELECT k, {#aggregate} AS v, MAX(s) AS s FROM {rows} AS t GROUP BY k), d AS (SELECT * FROM c WHERE v > 1) SELECT k, v, s FROM c UNION ALL SELECT k, v, s FROM d',
      'SELECT k, {#aggregate} OVER (PARTITION BY k ORDER BY proc{#frame}) AS v, s FROM {stream} AS t',
      'SELECT k, {#running} OVER (PARTITION BY k ORDER BY v) AS v, s FROM {rows} AS t',
      'SELECT k, (SELECT {#aggregate} FROM {rows} AS b) AS v, s FROM {rows} AS a',
      'SELECT k, (SELECT {#counted} FROM {rows} AS b WHERE b.k = a.k) AS v, s FROM {rows} AS a',
      'SELECT k, CASE WHEN k IN (SELECT k FROM {rows} AS b) THEN v ELSE 0 END AS v, s FROM {rows} AS a',
      'SELECT k, v, s FROM {rows} AS a WHERE v {#than} (SELECT {#counted} FROM {rows} AS b WHERE b.k = a.k)',
      'SELECT k, v, s FROM {rows} AS a WHERE k IN (SELECT k FROM {rows} AS b) OR v > 1',
      'SELECT k, v, s FROM {rows} AS a WHERE NOT (k IN (SELECT k FROM {rows} AS b WHERE b.v > 1))',
      'SELECT k, v, s FROM {rows} AS a WHERE (k, s) {#not}IN (SELECT k, s FROM {rows} AS b)',
      'SELECT k, v, s FROM {rows} AS a WHERE {#not}EXISTS (SELECT 1 FROM {rows} AS b WHERE {#tied})',
      'SELECT k, v, s FROM {rows} AS a WHERE v {#than} {#every} (SELECT v FROM {rows} AS b)',
      'SELECT a.k AS k, t.v AS v, t.s AS s FROM (SELECT DISTINCT k FROM {rows} AS x) AS a, LATERAL (SELECT v, s FROM {rows} AS b WHERE b.k = a.k ORDER BY v DESC, s LIMIT 2) AS t',
      'SELECT a.k AS k, t.v AS v, a.s AS s FROM {rows} AS a {#left}JOIN LATERAL (SELECT {#aggregate} AS v FROM {rows} AS b WHERE b.k = a.k) AS t ON TRUE',
      'SELECT k, u AS v, s FROM {rows} AS t CROSS JOIN UNNEST(ARRAY[v, v + 1]) AS x (u)',
      'SELECT k, u AS v, s FROM {rows} AS t LEFT JOIN UNNEST(ARRAY[v, v * 2]) AS x (u) ON u > 1',
      'SELECT a.k AS k, {#either} AS v, {#text} AS s FROM {stream} AS a {#left}JOIN {versioned} FOR SYSTEM_TIME AS OF a.ts AS b ON a.k = b.k{#and}',
      'SELECT a.k AS k, {#either} AS v, {#text} AS s FROM {stream} AS a {#left}JOIN {lookup} FOR SYSTEM_TIME AS OF a.proc AS b ON {#looked}{#and}',
      'SELECT a.k AS k, {#either} AS v, {#text} AS s FROM {rows} AS a {#join}JOIN {rows} AS b ON {#on} WHERE {#where}',
      'SELECT a.k AS k, {#either} AS v, c.s AS s FROM {rows} AS a {#join}JOIN {rows} AS b ON {#on} {#join}JOIN {rows} AS c ON {#third}',
      `SELECT k, v, s FROM (SELECT *, ${TOP} AS rn FROM {rows} AS t) WHERE rn {#ranks}`,
      'SELECT k, {#aggregate} AS v, {#aggregateText} AS s FROM {rows} AS t GROUP BY k{#having}',
      'SELECT k, v, s FROM {rows} AS t WHERE {#condition}',
      'SELECT k, v, s FROM (VALUES (1, 1, {#letter}), (2, 3, {#letter})) AS t (k, v, s) WHERE v > (SELECT COUNT(*) FROM {rows} AS b)',
    ],
    versioned: [
      'SELECT k, v, s, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS rn FROM {stream} AS t) WHERE rn = 1',
    ],
  },
  pools: {
    grouped: [
      'k, COUNT(*) AS v, s',
      'k, {#aggregate} AS v, s',
      'k, SUM(v) AS v, MAX(s) AS s',
      'k, GROUPING(k) + 2 * GROUPING(s) AS v, s',
    ],
    sets: [
      'GROUPING SETS ((k, s), (k))',
      'ROLLUP (k, s)',
      'CUBE (k, s)',
      'GROUPING SETS ((k, s), (s), ())',
      'k, ROLLUP (s)',
      'k, s',
    ],
    having: ['', ' HAVING COUNT(*) > 1'],
    aggregate: ['MAX(v)', 'SUM(v)', 'COUNT(*)', 'MIN(v)', 'COUNT(DISTINCT v)', 'AVG(v)'],
    aggregateText: ['MAX(s)', 'MIN(s)', "'g'"],
    running: ['SUM(v)', 'COUNT(*)', 'MAX(v)'],
    counted: ['MAX(v)', 'COUNT(*)', 'SUM(v)', 'MIN(v)'],
    frame: [
      '',
      ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW',
      ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
    ],
    join: ['', 'LEFT ', 'RIGHT ', 'FULL '],
    left: ['', 'LEFT '],
    on: [
      'a.k = b.k',
      'a.k = b.k AND a.v < b.v',
      'a.k = b.k AND a.s = b.s',
      'a.k = b.k AND a.v > 1',
      'a.v < b.v',
    ],
    third: ['a.k = c.k', 'b.k = c.k', 'a.k = c.k AND b.s = c.s', 'b.k = c.k AND a.v > c.v'],
    looked: ['a.k = b.k', 'a.k = b.k AND a.s = b.s', 'a.s = b.s'],
    and: ['', ' AND b.v > 1', " AND a.s <> 'a'"],
    either: ['b.v', 'a.v', 'a.v + b.v'],
    text: ['a.s', 'b.s', "COALESCE(b.s, '-')"],
    than: ['>', '>=', '=', '<>'],
    every: ['ALL', 'SOME'],
    not: ['', 'NOT '],
    tied: ['a.k = b.k', 'a.k = b.k AND a.v < b.v', 'a.k = b.k AND b.v > 1', 'a.k = b.k AND a.s <> b.s'],
    where: ['a.v > 1', 'b.v > 1', 'b.k IS NULL', 'a.s IS NOT NULL', "COALESCE(b.s, 'x') <> 'a'", 'a.v = 2'],
    ranks: ['<= 2', '= 1', 'BETWEEN 2 AND 3'],
    condition: [
      'v > 1',
      "s <> 'a'",
      'k IS NOT NULL',
      'v = 3',
      "s LIKE 'a%'",
      'v IN (1, 2, 3) AND s IS NOT NULL',
    ],
    letter: ["'a'", "'b'"],
  },
};

/** Rows of one bundle come in the order of a hash table, and these tell. */
const TELLS_ORDER = /LIMIT|ROW_NUMBER|OVER \(|SYSTEM_TIME/;

const scene: Scene = {
  grammar: GRAMMAR,
  columns: ['k', 'v', 's'],
  makeTypes: (random) => ({
    k: 'INT',
    v: pickFrom(random, ['INT', 'BIGINT', 'DECIMAL(10, 2)']),
    s: 'STRING',
  }),
  makeTable(random, kind, types) {
    const timed = { ...types, ts: 'TIMESTAMP(3)' };
    const watermark = "WATERMARK FOR ts AS ts - INTERVAL '2' SECOND";
    if (kind === 'stream')
      return {
        mode: 'insert',
        key: [],
        types: timed,
        extra: ['proc AS PROCTIME()', watermark],
        partitions: 1,
      };
    if (kind === 'versions') {
      const mode = pickFrom(random, ['retract', 'upsert'] as const);
      return { mode, key: ['k'], types: timed, extra: [watermark], partitions: 1 };
    }
    if (kind === 'lookup') return { mode: 'retract', key: ['k'], types, extra: [], partitions: 1 };
    const mode = pickFrom(random, ['insert', 'retract', 'upsert'] as const);
    const keys = mode === 'upsert' ? [['k'], ['k', 's']] : [[], ['k']];
    return { mode, key: mode === 'insert' ? [] : pickFrom(random, keys), types, extra: [], partitions: 1 };
  },
  makeSink: (random) =>
    pickFrom(random, [null, null, { key: '', options: ", 'changelog-mode'='I,UB,UA,D'" }]),
  makeSecond: (random) => secondOf(random, 0.25),
  hasFreeOrder: () => true,
  makeConfig(random, query) {
    const drop: { [key: string]: string } = { 'table.exec.sink.not-null-enforcer': 'DROP' };
    if (random.next() > 0.2 || TELLS_ORDER.test(writeQuery(query).sql)) return drop;
    return {
      ...drop,
      'table.exec.mini-batch.enabled': 'true',
      'table.exec.mini-batch.allow-latency': '1 h',
      'table.exec.mini-batch.size': pickFrom(random, ['1', '2', '3']),
    };
  },
};

/** The duel about other shapes of queries. */
export const shapeTopic = scriptTopic('shapes', scene);
