import { type Grammar, writeQuery } from './queries.ts';
import { FORGETTING, miniBatch, pauseToForget, type Scene, scriptTopic, secondOf } from './scripts.ts';
import { pickFrom } from './topic.ts';

/** Queries that are neither joins nor windows, over every changelog. */
const GRAMMAR: Grammar = {
  instead: { rows: ['table'] },
  templates: {
    rows: [
      'SELECT k, v, s FROM {rows} AS t WHERE {#condition}',
      'SELECT k, {#number} AS v, {#text} AS s FROM {rows} AS t',
      'SELECT k, {#aggregate} AS v, {#aggregateText} AS s FROM {rows} AS t GROUP BY k{#having}',
      'SELECT k, {#aggregate} AS v, {#aggregateText} AS s FROM {rows} AS t WHERE {#condition} GROUP BY k{#having}',
      'SELECT k, {#aggregate} AS v, s FROM {rows} AS t GROUP BY k, s{#having}',
      'SELECT MAX(k) AS k, v, {#aggregateText} AS s FROM {rows} AS t GROUP BY v{#having}',
      'SELECT MAX(k) AS k, {#aggregate} AS v, {#aggregateText} AS s FROM {rows} AS t',
      'SELECT DISTINCT k, v, s FROM {rows} AS t',
      "SELECT DISTINCT k, v, 'd' AS s FROM {rows} AS t",
      'SELECT k, v, s FROM {rows} AS a {#sets} SELECT k, v, s FROM {rows} AS b',
      'SELECT k, v, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part} ORDER BY {#order}) AS rn FROM {rows} AS t) WHERE rn <= {#top}',
      'SELECT k, rn AS v, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part} ORDER BY {#order}) AS rn FROM {rows} AS t) WHERE rn <= {#top}',
      'SELECT k, v, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part} ORDER BY proc {#direction}) AS rn FROM {stream} AS t) WHERE rn = 1',
      'SELECT k, v, s FROM (SELECT k, v, s FROM {rows} AS t ORDER BY {#order} LIMIT {#top})',
      'SELECT k, v, s FROM (SELECT k, v, s FROM {rows} AS t LIMIT {#top})',
      'SELECT k, v, s FROM {rows} AS t WHERE k IN (SELECT k FROM {rows} AS u)',
    ],
  },
  pools: {
    condition: [
      'v > 1',
      'v > 1 AND s IS NOT NULL',
      "s <> 'a'",
      'k IS NOT NULL',
      'v <= 2 OR v IS NULL',
      "s IN ('a', 'b')",
      'v BETWEEN 1 AND 3',
    ],
    number: ['v', 'v + 1', 'ABS(v)', 'CASE WHEN v > 1 THEN v ELSE 0 END', 'COALESCE(v, 0)', '7'],
    text: ['s', 'UPPER(s)', "COALESCE(s, '-')", "'x'", 'CAST(v AS STRING)'],
    aggregate: [
      'MAX(v)',
      'SUM(v){#filter}',
      'COUNT(*){#filter}',
      'COUNT(v)',
      'MIN(v){#filter}',
      'AVG(v)',
      'COUNT(DISTINCT v){#filter}',
      'SUM(DISTINCT v)',
      'COUNT(DISTINCT s)',
      'FIRST_VALUE(v)',
      'LAST_VALUE(v)',
      'STDDEV_POP(v)',
      'VAR_SAMP(v)',
      'SUM(v) + COUNT(*)',
    ],
    aggregateText: [
      'MAX(s)',
      'MIN(s){#filter}',
      'LISTAGG(s)',
      "LISTAGG(s, '|')",
      'FIRST_VALUE(s)',
      'LAST_VALUE(s)',
      "'g'",
    ],
    filter: ['', '', " FILTER (WHERE s = 'a')", ' FILTER (WHERE v > 1)'],
    having: ['', '', ' HAVING COUNT(*) > 1', ' HAVING MAX(v) > 1'],
    sets: ['UNION ALL', 'UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT', 'INTERSECT ALL', 'EXCEPT ALL'],
    part: ['k', 's', 'k, s'],
    order: ['v', 'v DESC', 'v DESC, s', 's, v', 'k DESC'],
    top: ['1', '2', '3'],
    direction: ['ASC', 'DESC'],
  },
};

/** Rows of one bundle come in the order of a hash table, and these tell. */
const TELLS_ORDER = /LIMIT|ROW_NUMBER|_VALUE\(|LISTAGG|STDDEV|VAR_/;

const scene: Scene = {
  grammar: GRAMMAR,
  columns: ['k', 'v', 's'],
  makeTypes: (random) => ({
    k: pickFrom(random, ['INT', 'STRING', 'BIGINT']),
    v: pickFrom(random, ['INT', 'BIGINT', 'DOUBLE', 'DECIMAL(10, 2)']),
    s: 'STRING',
  }),
  makeTable(random, kind, types) {
    // An update comes at another moment than what it takes back.
    const mode = kind === 'stream' ? 'insert' : pickFrom(random, ['insert', 'retract', 'upsert'] as const);
    const keys = mode === 'upsert' ? [['k'], ['k', 's']] : [[], ['k'], ['k', 's']];
    const key = mode === 'insert' ? [] : pickFrom(random, keys);
    return { mode, key, types, extra: ['proc AS PROCTIME()'], partitions: 1 };
  },
  makeSink: (random) =>
    pickFrom(random, [
      null,
      null,
      { key: ', PRIMARY KEY (k) NOT ENFORCED', options: '' },
      { key: ', PRIMARY KEY (s) NOT ENFORCED', options: '' },
      { key: ', PRIMARY KEY (k, s) NOT ENFORCED', options: '' },
      { key: '', options: ", 'changelog-mode'='I,UB,UA,D'" },
    ]),
  makeSecond: (random) => secondOf(random, 0.1),
  pauseMs: pauseToForget,
  hasFreeOrder: ({ config }) => config?.['table.exec.mini-batch.enabled'] === 'true',
  makeConfig(random, query) {
    const drop: { [key: string]: string } =
      random.next() < 0.5 ? {} : { 'table.exec.sink.not-null-enforcer': 'DROP' };
    if (random.next() < 0.06) return { ...drop, ...FORGETTING.config };
    if (random.next() > 0.25 || TELLS_ORDER.test(writeQuery(query).sql)) return drop;
    return { ...drop, ...miniBatch(random) };
  },
};

/** The duel about changelogs. */
export const changelogTopic = scriptTopic('changelogs', scene);
