import type { Grammar } from './queries.ts';
import { type Scene, scriptTopic } from './scripts.ts';
import { pickFrom } from './topic.ts';

const WINDOWS = [
  "TUMBLE(TABLE {timed}, DESCRIPTOR(ts), INTERVAL '10' SECOND)",
  "HOP(TABLE {timed}, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)",
  "CUMULATE(TABLE {timed}, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' SECOND)",
  "SESSION(TABLE {timed} PARTITION BY k, DESCRIPTOR(ts), INTERVAL '4' SECOND)",
];
const GROUPS = [
  ['TUMBLE', "ts, INTERVAL '10' SECOND"],
  ['HOP', "ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND"],
  ['SESSION', "ts, INTERVAL '4' SECOND"],
];
const grouped = (window: string, columns: string): string =>
  `SELECT k, {#aggregate} AS v, {#aggregateText} AS s, ${columns} FROM TABLE(${window}) AS w GROUP BY k, window_start, window_end`;

/** What keeps a time attribute, made of each window function. */
const TIMED = [
  'SELECT k, v, s, ts FROM {timed} AS t WHERE {#condition}',
  'SELECT k, {#number} AS v, {#text} AS s, ts FROM {timed} AS t',
  'SELECT k, v, s, ts FROM {timed} AS a UNION ALL SELECT k, v, s, ts FROM {timed} AS b',
  'SELECT k, SUM(v) OVER (PARTITION BY k ORDER BY ts{#frame}) AS v, s, ts FROM {timed} AS t',
  "SELECT a.k AS k, {#either} AS v, a.s AS s, a.ts AS ts FROM {timed} AS a {#join}JOIN {timed} AS b ON a.k = b.k AND a.ts BETWEEN b.ts - INTERVAL '5' SECOND AND b.ts + INTERVAL '3' SECOND",
  ...WINDOWS.flatMap((window) => [
    `${grouped(window, 'window_time AS ts')}, window_time`,
    `SELECT k, v, s, window_time AS ts FROM TABLE(${window}) AS w`,
  ]),
  ...GROUPS.map(
    ([name, words]) =>
      `SELECT k, {#aggregate} AS v, {#aggregateText} AS s, ${name}_ROWTIME(${words}) AS ts FROM {timed} AS t GROUP BY k, ${name}(${words})`,
  ),
];
const ROWS = [
  'SELECT k, v, s, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts {#direction}) AS rn FROM {timed} AS t) WHERE rn = 1',
  'SELECT k, {#aggregate} AS v, {#aggregateText} AS s, MAX(ts) AS ts FROM {timed} AS t GROUP BY k',
  ...WINDOWS.flatMap((window) => [
    `${grouped(window, 'window_end AS ts')}{#having}`,
    `SELECT MAX(k) AS k, {#aggregate} AS v, {#aggregateText} AS s, window_start AS ts FROM TABLE(${window}) AS w GROUP BY window_start, window_end`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part}window_start, window_end ORDER BY v DESC, s, k) AS rn FROM (${grouped(window, 'window_start, window_end')})) WHERE rn <= 2`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part}window_start, window_end ORDER BY v DESC, s, k) AS rn FROM TABLE(${window}) AS w) WHERE rn <= 2`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, window_start, window_end ORDER BY ts {#direction}) AS rn FROM TABLE(${window}) AS w) WHERE rn = 1`,
    `SELECT a.k AS k, {#either} AS v, a.s AS s, a.window_end AS ts FROM (SELECT * FROM TABLE(${window})) AS a {#join}JOIN (SELECT * FROM TABLE(${window})) AS b ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end`,
  ]),
];

const GRAMMAR: Grammar = {
  instead: { rows: ['timed'], timed: ['table'] },
  templates: { timed: TIMED, rows: ROWS },
  pools: {
    condition: ['v > 1', "s <> 'a'", 'k IS NOT NULL', 'v <= 2 OR v IS NULL'],
    number: ['v', 'v + 1', 'COALESCE(v, 0)'],
    text: ['s', 'UPPER(s)', "'x'"],
    aggregate: [
      'MAX(v)',
      'SUM(v){#filter}',
      'COUNT(*){#filter}',
      'MIN(v)',
      'AVG(v)',
      'COUNT(DISTINCT v){#filter}',
      'SUM(DISTINCT v)',
    ],
    aggregateText: ['MAX(s)', 'MIN(s)', "'g'"],
    filter: ['', '', " FILTER (WHERE s = 'a')", ' FILTER (WHERE v > 1)'],
    having: ['', ' HAVING COUNT(*) > 1'],
    frame: [
      '',
      ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
      ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW',
      " RANGE BETWEEN INTERVAL '4' SECOND PRECEDING AND CURRENT ROW",
    ],
    either: ['b.v', 'a.v'],
    join: ['', '', 'LEFT '],
    part: ['', 'k, '],
    direction: ['ASC', 'DESC'],
  },
};

const scene: Scene = {
  grammar: GRAMMAR,
  columns: ['k', 'v', 's', 'ts'],
  makeTypes: (random) => ({
    k: pickFrom(random, ['INT', 'STRING']),
    v: pickFrom(random, ['INT', 'BIGINT', 'DECIMAL(10, 2)']),
    s: 'STRING',
    ts: pickFrom(random, ['TIMESTAMP(3)', 'TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)']),
  }),
  makeTable: (random, _kind, types) => ({
    mode: 'insert',
    key: [],
    types,
    extra: [
      `WATERMARK FOR ts AS ${pickFrom(random, ['ts', "ts - INTERVAL '2' SECOND", "ts - INTERVAL '6' SECOND"])}`,
    ],
    partitions: pickFrom(random, [1, 1, 2]),
  }),
  makeSink: () => null,
  hasFreeOrder: () => true,
  makeConfig: () => ({}),
};

/** The duel about event time. */
export const timeTopic = scriptTopic('time', scene);
