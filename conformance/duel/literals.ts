import type { Kind } from './templates.ts';

/** Constants of each kind, edge values among them. */
export const LITERALS: { readonly [kind in Kind]: readonly string[] } = {
  bool: ['TRUE', 'FALSE', 'CAST(NULL AS BOOLEAN)'],
  tiny: ['CAST(127 AS TINYINT)', 'CAST(-128 AS TINYINT)', 'CAST(3 AS TINYINT)', 'CAST(NULL AS TINYINT)'],
  small: [
    'CAST(32767 AS SMALLINT)',
    'CAST(-32768 AS SMALLINT)',
    'CAST(7 AS SMALLINT)',
    'CAST(NULL AS SMALLINT)',
  ],
  int: ['0', '1', '-1', '42', '2147483647', '-2147483648', 'CAST(NULL AS INT)', '13'],
  big: [
    '9223372036854775807',
    '-9223372036854775807',
    'CAST(5 AS BIGINT)',
    '9007199254740993',
    '3000000000',
    'CAST(NULL AS BIGINT)',
  ],
  float: [
    'CAST(1.5 AS FLOAT)',
    'CAST(0.1 AS FLOAT)',
    'CAST(-3.4e38 AS FLOAT)',
    'CAST(1e-40 AS FLOAT)',
    'CAST(NULL AS FLOAT)',
    'CAST(16777217 AS FLOAT)',
  ],
  double: [
    '1.5e0',
    '0.1e0',
    '-2.5e0',
    '1e308',
    '1e-300',
    "CAST('NaN' AS DOUBLE)",
    "CAST('Infinity' AS DOUBLE)",
    "CAST('-Infinity' AS DOUBLE)",
    'CAST(NULL AS DOUBLE)',
    '0e0',
    '-0e0',
  ],
  dec: [
    '0.5',
    '12.345',
    '-99.99',
    '.001',
    '100.00',
    "CAST('12345678901234567890123456789012345678' AS DECIMAL(38, 0))",
    "CAST('1234567890.123456789' AS DECIMAL(38, 18))",
    'CAST(NULL AS DECIMAL(10, 3))',
    '9999999999.9999999999',
  ],
  text: [
    "''",
    "'a'",
    "'abc'",
    "'Hello World'",
    "' pad '",
    "'O''Neil'",
    "'😀x'",
    "'日本語'",
    "'12'",
    "'-7.5'",
    "'a,b,,c'",
    "'k=1,b=2'",
    "'2024-02-29'",
    "'2024-02-29 12:34:56.789'",
    "'true'",
    "'ß'",
    'CAST(NULL AS STRING)',
    "CAST('abc' AS VARCHAR(5))",
    '\'"q"\'',
    "'tab\there'",
  ],
  bytes: ["x''", "x'00ff'", "x'616263'", "x'f09f9880'", 'CAST(NULL AS BYTES)'],
  date: [
    "DATE '2024-02-29'",
    "DATE '1970-01-01'",
    "DATE '1969-12-31'",
    "DATE '0001-01-01'",
    "DATE '9999-12-31'",
    'CAST(NULL AS DATE)',
    "DATE '2023-12-31'",
  ],
  time: ["TIME '00:00:00'", "TIME '23:59:59'", "TIME '12:34:56'", 'CAST(NULL AS TIME)'],
  ts: [
    "TIMESTAMP '2024-02-29 12:34:56.789'",
    "TIMESTAMP '1970-01-01 00:00:00'",
    "TIMESTAMP '1969-12-31 23:59:59.999'",
    "TIMESTAMP '2024-03-31 02:30:00.123456'",
    "TIMESTAMP '2023-12-31 23:59:59.123456789'",
    'CAST(NULL AS TIMESTAMP(3))',
    "TIMESTAMP '1900-03-01 00:00:00.0'",
  ],
  ltz: [
    'TO_TIMESTAMP_LTZ(1711846800000, 3)',
    'TO_TIMESTAMP_LTZ(0, 3)',
    'TO_TIMESTAMP_LTZ(-1, 0)',
    'TO_TIMESTAMP_LTZ(1730001600123, 3)',
    'CAST(NULL AS TIMESTAMP_LTZ(3))',
  ],
  days: [
    "INTERVAL '1' DAY",
    "INTERVAL '-5' HOUR",
    "INTERVAL '1 02:03:04.005' DAY TO SECOND",
    "INTERVAL '90' MINUTE",
    "INTERVAL '0.001' SECOND",
    "INTERVAL '10:20' HOUR TO MINUTE",
  ],
  months: ["INTERVAL '1' MONTH", "INTERVAL '-13' MONTH", "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '4' YEAR"],
  ints: ['ARRAY[1, 2, 3]', 'ARRAY[3, CAST(NULL AS INT), 3]', 'ARRAY[-1]', 'CAST(NULL AS ARRAY<INT>)'],
  texts: [
    "ARRAY['b', 'a', 'b']",
    "ARRAY['', CAST(NULL AS STRING)]",
    'CAST(NULL AS ARRAY<STRING>)',
    "ARRAY['abc']",
  ],
  map: ["MAP['a', 1, 'b', 2]", "MAP['x', CAST(NULL AS INT)]", 'CAST(NULL AS MAP<STRING, INT>)'],
  row: ["ROW(1, 'a')", "ROW(CAST(NULL AS INT), CAST('b' AS STRING))"],
};

/** A type a column may have, and values in the spelling of Flink's `json` format. */
interface ColumnType {
  readonly type: string;
  readonly values: readonly (
    | string
    | number
    | boolean
    | null
    | readonly unknown[]
    | { readonly [key: string]: unknown }
  )[];
}
export type Cell = ColumnType['values'][number];

const TEXTS = [
  '',
  'a',
  'abc',
  'Hello World',
  '  x ',
  '12',
  '-3.75',
  '😀',
  'ÄÖ ß',
  'a,b',
  'k=v,x=1',
  '2024-02-29',
  '2023-01-01 10:20:30',
  'true',
  '{"a": 1}',
];

/** The types of columns a case may read, by kind. */
export const COLUMNS: { readonly [kind in Kind]?: readonly ColumnType[] } = {
  bool: [{ type: 'BOOLEAN', values: [true, false] }],
  tiny: [{ type: 'TINYINT', values: [0, 1, -1, 127, -128, 10] }],
  small: [{ type: 'SMALLINT', values: [0, 1, -1, 32767, -32768, 100] }],
  int: [{ type: 'INT', values: [0, 1, -1, 2, 3, 2147483647, -2147483648, 1000] }],
  big: [
    {
      type: 'BIGINT',
      values: [
        '0',
        '1',
        '-1',
        '9223372036854775807',
        '-9223372036854775808',
        '9007199254740993',
        '1700000000',
      ],
    },
  ],
  float: [{ type: 'FLOAT', values: [0, 1.5, -0.1, 16777216, 3.4e38, 1e-20] }],
  double: [{ type: 'DOUBLE', values: [0, 1.5, -0.1, 1e308, 1e-300, 123456.789, 0.5] }],
  dec: [
    { type: 'DECIMAL(10, 2)', values: ['0.00', '1.50', '-0.01', '99999999.99', '12.35'] },
    {
      type: 'DECIMAL(38, 10)',
      values: ['0', '1234567890123456789012345678.0123456789', '-1.5', '0.0000000001'],
    },
    { type: 'DECIMAL(20, 0)', values: ['0', '99999999999999999999', '-5', '7'] },
    { type: 'DECIMAL(5, 5)', values: ['0.00001', '0.99999', '-0.5'] },
  ],
  text: [
    { type: 'STRING', values: TEXTS },
    { type: 'VARCHAR(20)', values: TEXTS },
    { type: 'CHAR(3)', values: ['abc', 'x y', '123'] },
  ],
  bytes: [
    { type: 'BYTES', values: ['', 'YWJj', 'AP8=', '8J+YgA=='] },
    { type: 'BINARY(3)', values: ['YWJj', 'AAEC'] },
  ],
  date: [{ type: 'DATE', values: ['2024-02-29', '1970-01-01', '1969-12-31', '2000-01-01', '2023-12-31'] }],
  time: [{ type: 'TIME', values: ['00:00:00', '23:59:59', '12:34:56'] }],
  ts: [
    {
      type: 'TIMESTAMP(3)',
      values: [
        '2024-02-29 12:34:56.789',
        '1970-01-01 00:00:00',
        '1969-12-31 23:59:59.5',
        '2024-10-27 02:30:00',
      ],
    },
    {
      type: 'TIMESTAMP(6)',
      values: ['2024-02-29 12:34:56.123456', '2001-01-01 00:00:00.000001', '1960-05-05 05:05:05.5'],
    },
    { type: 'TIMESTAMP(9)', values: ['2024-02-29 12:34:56.123456789', '2024-12-31 23:59:59.999999999'] },
    { type: 'TIMESTAMP(0)', values: ['2024-02-29 12:34:56', '2024-03-31 02:30:00'] },
  ],
  ltz: [
    {
      type: 'TIMESTAMP_LTZ(3)',
      values: [
        '2024-03-31 01:30:00Z',
        '1970-01-01 00:00:00Z',
        '2024-10-27 00:30:00.123Z',
        '1969-12-31 12:00:00Z',
      ],
    },
    { type: 'TIMESTAMP_LTZ(6)', values: ['2024-03-31 01:30:00.123456Z', '2024-07-01 00:00:00Z'] },
  ],
  ints: [{ type: 'ARRAY<INT>', values: [[], [1], [3, 1, 2, 1], [null, 5], [-2147483648, 0]] }],
  texts: [{ type: 'ARRAY<STRING>', values: [[], ['a'], ['b', 'a', null], ['😀', '']] }],
  map: [{ type: 'MAP<STRING, INT>', values: [{}, { a: 1 }, { b: null, a: 7 }] }],
  row: [
    {
      type: 'ROW<`EXPR$0` INT, `EXPR$1` STRING>',
      values: [
        { EXPR$0: 1, EXPR$1: 'x' },
        { EXPR$0: null, EXPR$1: null },
      ],
    },
  ],
};

/** Session zones; most cases are in UTC. */
export const ZONES = [
  'UTC',
  'UTC',
  'UTC',
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
] as const;
