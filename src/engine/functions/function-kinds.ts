import { BIGINT, DOUBLE, type LogicalType, notNull } from '../types/logical-type.ts';
import { DEVIATIONS } from './aggregate-type.ts';

/** Functions that only exist as aggregates, and so need a group. */
export const AGGREGATES: ReadonlySet<string> = new Set([
  'COUNT',
  'SUM',
  'AVG',
  'MIN',
  'MAX',
  'FIRST_VALUE',
  'LAST_VALUE',
  'LISTAGG',
  'COLLECT',
  'ARRAY_AGG',
  'JSON_OBJECTAGG',
  'JSON_ARRAYAGG',
  'SINGLE_VALUE',
  ...DEVIATIONS,
  'APPROX_COUNT_DISTINCT',
  'GROUPING',
  'GROUPING_ID',
  'GROUP_ID',
  'PERCENTILE',
]);

/** Functions that only exist in MATCH_RECOGNIZE, with the arguments the validator adds. */
export const PATTERN_FUNCTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['CLASSIFIER', []],
  ['MATCH_ROWTIME', []],
  ['MATCH_PROCTIME', []],
  ['FIRST', ['0']],
  ['LAST', ['0']],
  ['PREV', ['1']],
  ['NEXT', ['1']],
]);

/** What GROUP BY may cut by. */
export const GROUP_WINDOWS: ReadonlySet<string> = new Set(['TUMBLE', 'HOP', 'SESSION']);

/** Functions of a legacy group window in a SELECT list. */
export const WINDOW_AUXILIARY: ReadonlyMap<
  string,
  {
    readonly window: 'TUMBLE' | 'HOP' | 'SESSION';
    readonly property: 'start' | 'end' | 'rowtime' | 'proctime';
  }
> = new Map(
  (['TUMBLE', 'HOP', 'SESSION'] as const).flatMap((window) =>
    (['start', 'end', 'rowtime', 'proctime'] as const).map(
      (property) => [`${window}_${property.toUpperCase()}`, { window, property }] as const,
    ),
  ),
);

/** What functions that number the rows of a window give. */
export const RANKS: { readonly [name: string]: LogicalType } = {
  ROW_NUMBER: notNull(BIGINT),
  RANK: notNull(BIGINT),
  DENSE_RANK: notNull(BIGINT),
  NTILE: notNull(BIGINT),
  PERCENT_RANK: notNull(DOUBLE),
  CUME_DIST: notNull(DOUBLE),
};

export const isRankFunction = (name: string): boolean => RANKS[name] !== undefined;

/** Functions that only exist with an OVER clause. */
export const OVER_FUNCTIONS: ReadonlySet<string> = new Set([...Object.keys(RANKS), 'LAG', 'LEAD']);
export const OVER_FUNCTIONS_OF_VALUES: ReadonlySet<string> = new Set(['NTILE', 'LAG', 'LEAD']);
