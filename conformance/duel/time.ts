import { type Grammar, isQuery, type Query, writeQuery } from './queries.ts';
import { type Scene, scriptTopic } from './scripts.ts';
import { START, type Table } from './tables.ts';
import { pickFrom } from './topic.ts';

const WINDOWS = [
  'TUMBLE(TABLE {timed}, DESCRIPTOR(ts), {#size}{#offset})',
  "HOP(TABLE {timed}, DESCRIPTOR(ts), INTERVAL '5' SECOND, {#size})",
  "CUMULATE(TABLE {timed}, DESCRIPTOR(ts), INTERVAL '5' SECOND, {#size})",
  "SESSION(TABLE {timed} PARTITION BY k, DESCRIPTOR(ts), INTERVAL '4' SECOND)",
];
/** Windows that take rows back as well. */
const CHANGING = WINDOWS.map((window) => window.replace('{timed}', '{changing}'));
const GROUPS = [
  ['TUMBLE', "ts, INTERVAL '10' SECOND"],
  ['HOP', "ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND"],
  ['SESSION', "ts, INTERVAL '4' SECOND"],
];
const grouped = (window: string, columns: string): string =>
  `SELECT k, {#aggregate} AS v, {#aggregateText} AS s, ${columns} FROM TABLE(${window}) AS w GROUP BY k, window_start, window_end`;
const sameWindow = 'a.window_start = b.window_start AND a.window_end = b.window_end';
const near = "a.ts BETWEEN b.ts - INTERVAL '5' SECOND AND b.ts + INTERVAL '3' SECOND";

const nearNow = "a.proc BETWEEN b.proc - INTERVAL '1' MINUTE AND b.proc + INTERVAL '1' MINUTE";
const untimed = '(SELECT k, v, s, CAST(ts AS TIMESTAMP(3)) AS ts, proc FROM {clocked} AS t)';

/** What keeps a time attribute, made of each window function. */
const TIMED = [
  'SELECT k, v, s, ts FROM {timed} AS t WHERE {#condition}',
  'SELECT k, {#number} AS v, {#text} AS s, ts FROM {timed} AS t',
  'SELECT k, v, s, ts FROM {timed} AS a UNION ALL SELECT k, v, s, ts FROM {timed} AS b',
  'WITH c AS (SELECT k, v, s, ts FROM {timed} AS t) SELECT k, v, s, ts FROM c WHERE {#condition}',
  'SELECT k, {#over} OVER ({#partition}ORDER BY ts{#frame}) AS v, s, ts FROM {timed} AS t',
  'SELECT k, LAG(v) OVER ({#partition}ORDER BY ts) AS v, s, ts FROM {timed} AS t',
  'SELECT k, {#over} OVER w AS v, MAX(s) OVER w AS s, ts FROM {timed} AS t WINDOW w AS ({#partition}ORDER BY ts{#frame})',
  'SELECT k, {#over} OVER (PARTITION BY k ORDER BY proc{#rows}) AS v, s, ts FROM {clocked} AS t',
  `SELECT a.k AS k, {#either} AS v, a.s AS s, a.ts AS ts FROM {timed} AS a {#join}JOIN {timed} AS b ON a.k = b.k AND ${near}{#and}`,
  "SELECT a.k AS k, {#either} AS v, b.s AS s, a.ts AS ts FROM {timed} AS a JOIN {timed} AS b ON a.k = b.k AND a.ts > b.ts AND a.ts <= b.ts + INTERVAL '6' SECOND",
  'SELECT a.k AS k, {#either} AS v, a.s AS s, a.ts AS ts FROM {timed} AS a {#join}JOIN {versions} FOR SYSTEM_TIME AS OF a.ts AS b ON a.k = b.k',
  'SELECT a.k AS k, {#either} AS v, a.s AS s, a.ts AS ts FROM {timed} AS a {#join}JOIN {latest} FOR SYSTEM_TIME AS OF a.ts AS b ON a.k = b.k{#and}',
  'SELECT a.k AS k, {#either} AS v, b.s AS s, a.ts AS ts FROM {clocked} AS a {#join}JOIN {looked} FOR SYSTEM_TIME AS OF a.proc AS b ON a.k = b.k{#and}',
  'SELECT k, v, s, ts FROM {timed} MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.v AS v, LAST(B.s) AS s, MATCH_ROWTIME() AS ts AFTER MATCH SKIP {#skip} PATTERN (A {#loop} C){#within} DEFINE {#define}) AS t',
  ...WINDOWS.flatMap((window) => [
    `${grouped(window, 'window_time AS ts')}, window_time`,
    `SELECT k, v, s, window_time AS ts FROM TABLE(${window}) AS w{#filtered}`,
  ]),
  ...GROUPS.map(
    ([name, words]) =>
      `SELECT k, {#aggregate} AS v, {#aggregateText} AS s, ${name}_ROWTIME(${words}) AS ts FROM {timed} AS t GROUP BY k, ${name}(${words})`,
  ),
];
/** The newest row of each key: a versioned view. */
const LATEST = [
  'SELECT k, v, s, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS rn FROM {timed} AS t) WHERE rn = 1',
];
const ROWS = [
  `SELECT a.k AS k, {#either} AS v, a.s AS s, CAST(a.ts AS TIMESTAMP(3)) AS ts FROM {clocked} AS a JOIN {clocked} AS b ON a.k = b.k AND ${nearNow}`,
  `SELECT a.k AS k, {#either} AS v, a.s AS s, a.ts AS ts FROM ${untimed} AS a {#outer}JOIN ${untimed} AS b ON a.k = b.k AND ${nearNow}{#and}`,
  'SELECT k, v, s, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts {#direction}) AS rn FROM {timed} AS t) WHERE rn = 1',
  'SELECT k, {#aggregate} AS v, {#aggregateText} AS s, MAX(ts) AS ts FROM {timed} AS t GROUP BY k',
  'SELECT k, v, s, ts FROM {timed} AS t ORDER BY ts{#thenBy}',
  `SELECT a.k AS k, {#either} AS v, b.s AS s, CAST(a.ts AS TIMESTAMP(3)) AS ts FROM {timed} AS a {#outer}JOIN {timed} AS b ON a.k = b.k AND ${near}`,
  ...GROUPS.flatMap(([name, words]) => [
    `SELECT k, {#aggregate} AS v, {#aggregateText} AS s, ${name}_END(${words}) AS ts FROM {timed} AS t GROUP BY k, ${name}(${words}){#having}`,
    `SELECT MAX(k) AS k, {#aggregate} AS v, {#aggregateText} AS s, ${name}_START(${words}) AS ts FROM {changing} AS t GROUP BY ${name}(${words})`,
  ]),
  ...CHANGING.flatMap((window) => [
    grouped(window, 'window_end AS ts'),
    `SELECT k, v, s, window_start AS ts FROM TABLE(${window}) AS w`,
  ]),
  ...WINDOWS.flatMap((window) => [
    `${grouped(window, 'window_end AS ts')}{#having}`,
    `SELECT MAX(k) AS k, {#aggregate} AS v, {#aggregateText} AS s, window_start AS ts FROM TABLE(${window}) AS w GROUP BY window_start, window_end`,
    `SELECT k, {#aggregate} AS v, {#aggregateText} AS s, window_end AS ts FROM TABLE(${window}) AS w GROUP BY window_end, k`,
    `SELECT k, {#aggregate} AS v, s, window_end AS ts FROM TABLE(${window}) AS w WHERE {#condition} GROUP BY window_start, s, window_end, k`,
    `SELECT k, {#aggregate} AS v, s, window_end AS ts FROM TABLE(${window}) AS w GROUP BY window_start, window_end, {#sets}`,
    `SELECT DISTINCT k, 1 AS v, s, window_end AS ts FROM TABLE(${window}) AS w`,
    `SELECT k, SUM(v) AS v, MAX(s) AS s, window_end AS ts FROM (${grouped(window, 'window_start, window_end')}, s) GROUP BY k, window_start, window_end`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part}window_start, window_end ORDER BY v DESC, s, k) AS rn FROM (${grouped(window, 'window_start, window_end')})) WHERE rn <= 2`,
    `SELECT k, rn AS v, s, window_end AS ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part}window_start, window_end ORDER BY v DESC, s, k) AS rn FROM TABLE(${window}) AS w) WHERE rn <= 2`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, window_start, window_end ORDER BY ts {#direction}) AS rn FROM TABLE(${window}) AS w) WHERE rn = 1`,
    `SELECT a.k AS k, {#either} AS v, a.s AS s, a.window_end AS ts FROM (SELECT * FROM TABLE(${window})) AS a {#outer}JOIN (SELECT * FROM TABLE(${window})) AS b ON a.k = b.k AND ${sameWindow}{#and}`,
    `SELECT a.k AS k, {#either} AS v, b.s AS s, b.window_end AS ts FROM (${grouped(window, 'window_start, window_end')}) AS a JOIN (${grouped(window, 'window_start, window_end')}) AS b ON a.k = b.k AND ${sameWindow}`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {#part}window_start, window_end ORDER BY v DESC, s, k) AS rn FROM (SELECT a.k AS k, b.v AS v, a.s AS s, a.window_start, a.window_end FROM (SELECT * FROM TABLE(${window})) AS a JOIN (SELECT * FROM TABLE(${window})) AS b ON a.k = b.k AND ${sameWindow})) WHERE rn <= 2`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT * FROM TABLE(${window})) AS a WHERE {#not}EXISTS (SELECT * FROM (SELECT * FROM TABLE(${window})) AS b WHERE a.k = b.k AND ${sameWindow})`,
    `SELECT k, v, s, window_end AS ts FROM (SELECT * FROM TABLE(${window})) AS a WHERE a.k {#not}IN (SELECT k FROM (SELECT * FROM TABLE(${window})) AS b WHERE ${sameWindow})`,
  ]),
];

const GRAMMAR: Grammar = {
  instead: { rows: ['timed'], timed: ['table'], latest: ['versions'] },
  templates: { timed: TIMED, latest: LATEST, rows: ROWS },
  pools: {
    condition: [
      'v > 1',
      "s <> 'a'",
      'k IS NOT NULL',
      'v <= 2 OR v IS NULL',
      'CURRENT_WATERMARK(ts) IS NULL OR ts > CURRENT_WATERMARK(ts)',
    ],
    filtered: ['', '', " WHERE s <> 'a'", ' WHERE k IS NOT NULL'],
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
    size: ["INTERVAL '10' SECOND", "INTERVAL '10' SECOND", "INTERVAL '20' SECOND", "INTERVAL '1' HOUR"],
    offset: ['', '', ", INTERVAL '3' SECOND", ", INTERVAL '-3' SECOND"],
    skip: ['PAST LAST ROW', 'TO NEXT ROW'],
    loop: ['B+?', 'B*', 'B?', 'B{2,}?', 'B{1,2}?', ''],
    within: ['', '', " WITHIN INTERVAL '8' SECOND"],
    define: [
      'B AS B.v > 1',
      "B AS B.v >= A.v, C AS C.s <> 'a'",
      'B AS B.v > 1 AND B.v >= COALESCE(LAST(B.v, 1), B.v)',
    ],
    sets: ['GROUPING SETS ((k), (s))', 'ROLLUP (k, s)', 'CUBE (k, s)', 'GROUPING SETS ((k, s), ())'],
    over: [
      'SUM(v)',
      'SUM(v)',
      'COUNT(*)',
      'MAX(v)',
      'MIN(v)',
      'AVG(v)',
      'FIRST_VALUE(v)',
      'LAST_VALUE(v)',
      'COUNT(DISTINCT s)',
    ],
    partition: ['PARTITION BY k ', 'PARTITION BY k ', 'PARTITION BY k, s ', ''],
    frame: [
      '',
      ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
      ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW',
      " RANGE BETWEEN INTERVAL '4' SECOND PRECEDING AND CURRENT ROW",
    ],
    rows: [
      '',
      ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW',
      ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
    ],
    either: ['b.v', 'a.v'],
    join: ['', '', 'LEFT '],
    outer: ['', 'LEFT ', 'RIGHT ', 'FULL '],
    and: ['', '', ' AND a.v <= b.v'],
    not: ['', 'NOT '],
    part: ['', 'k, '],
    direction: ['ASC', 'DESC'],
    thenBy: ['', ', v, s, k'],
  },
};

/** Zones, and moments shortly before an hour is left out or comes twice there. */
const ZONES: { readonly [zone: string]: number } = {
  'America/New_York': Date.UTC(2026, 2, 8, 6, 59, 45),
  'Europe/Berlin': Date.UTC(2026, 9, 25, 0, 59, 45),
  'Asia/Kolkata': START,
};

/** Windows of 5 s that the rows of a story are in, about. */
const WINDOWS_OF_ROWS = 5;
/** More windows than these keep an engine busy for minutes. */
const MOST_WINDOWS = 10_000;
const SECONDS: { readonly [size: string]: number } = {
  "'10' SECOND": 10,
  "'20' SECOND": 20,
  "'1' HOUR": 3600,
};

/** About how many windows a query makes: those of what it reads, times those that each of its rows is in. */
function countWindows({ table, pieces }: Query): number {
  if (table !== undefined) return WINDOWS_OF_ROWS;
  const text = pieces
    .map((piece) => (typeof piece === 'string' ? piece : isQuery(piece) ? '' : piece.text))
    .join('');
  const own = [
    ...text.matchAll(
      /(?:HOP|CUMULATE)\((?:TABLE , DESCRIPTOR\(ts\)|ts), INTERVAL '5' SECOND, INTERVAL ('\d+' \w+)/g,
    ),
  ];
  const windows = Math.max(1, ...own.map(([, size]) => (SECONDS[size ?? ''] ?? 0) / 5));
  return windows * pieces.filter(isQuery).reduce((sum, inner) => sum + countWindows(inner), 0);
}

const scene: Scene = {
  grammar: GRAMMAR,
  columns: ['k', 'v', 's', 'ts'],
  makeTypes: (random) => ({
    k: pickFrom(random, ['INT', 'STRING']),
    v: pickFrom(random, ['INT', 'BIGINT', 'DECIMAL(10, 2)']),
    s: 'STRING',
    ts: pickFrom(random, ['TIMESTAMP(3)', 'TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)']),
  }),
  makeTable(random, kind, types) {
    const watermark = `WATERMARK FOR ts AS ${pickFrom(random, ['ts', "ts - INTERVAL '2' SECOND", "ts - INTERVAL '6' SECOND"])}`;
    const table: Table = { mode: 'insert', key: [], types, extra: [watermark], partitions: 1 };
    if (kind === 'clocked') return { ...table, extra: ['proc AS PROCTIME()', watermark] };
    if (kind === 'looked') return table;
    if (kind === 'versions') return { ...table, mode: pickFrom(random, ['retract', 'upsert']), key: ['k'] };
    if (kind === 'changing')
      return random.next() < 0.5 ? { ...table, mode: 'retract' } : { ...table, mode: 'upsert', key: ['k'] };
    return { ...table, partitions: pickFrom(random, [1, 1, 2]) };
  },
  isTooMuch: (query) => countWindows(query) > MOST_WINDOWS,
  makeSink: () => null,
  hasFreeOrder: () => true,
  makeConfig(random, query) {
    const config: { [key: string]: string } = {};
    if (random.next() < 0.3) config['table.local-time-zone'] = pickFrom(random, Object.keys(ZONES));
    if (random.next() < 0.08) config['table.exec.source.idle-timeout'] = '2 s';
    if (random.next() < 0.2 && /GROUP BY (k, )?(TUMBLE|HOP)\(/.test(writeQuery(query).sql)) {
      config['table.exec.emit.early-fire.enabled'] = 'true';
      config['table.exec.emit.early-fire.delay'] = '0 ms';
    }
    if (random.next() < 0.2 && /GROUP BY (k, )?(TUMBLE|HOP)\(/.test(writeQuery(query).sql)) {
      config['table.exec.emit.late-fire.enabled'] = 'true';
      config['table.exec.emit.late-fire.delay'] = '0 ms';
      config['table.exec.emit.allow-lateness'] = '6 s';
    }
    return config;
  },
  startOf: (config) => ZONES[config['table.local-time-zone'] ?? ''] ?? START,
  pauseMs: (config) => ('table.exec.source.idle-timeout' in config ? 3000 : 0),
};

/** The duel about event time. */
export const timeTopic = scriptTopic('time', scene);
