import { Random } from '../../src/engine/base/random.ts';
import type { Json } from '../../src/engine/engine-api.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';
import { pickFrom } from '../duel/topic.ts';

/** Generated values of each type, cast, compared and printed: about 10,000 results whose law is Flink's recorded answer. */
const ROWS = 40;

type Make = (random: Random) => Json;
const below = (random: Random, n: number): number => Math.floor(random.next() * n);
const digits = (random: Random, n: number): string =>
  Array.from({ length: n }, () => below(random, 10)).join('');
const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** A whole number of any size that the bits allow, the limits among them. */
const integer =
  (bits: number): Make =>
  (random) => {
    const limit = 1n << BigInt(bits - 1);
    if (below(random, 8) === 0) return String(pickFrom(random, [limit - 1n, -limit, 0n, 1n, -1n]));
    const size = BigInt(1 + below(random, bits - 1));
    const value = BigInt.asUintN(Number(size), BigInt(`0x${digits(random, 20)}`));
    return String(below(random, 2) === 0 ? value : -value);
  };
const decimal =
  (precision: number, scale: number): Make =>
  (random) => {
    const whole = digits(random, below(random, precision - scale + 1)).replace(/^0+(?=.)/, '');
    const fraction = digits(random, below(random, scale + 1));
    return `${below(random, 2) === 0 ? '' : '-'}${whole || '0'}${fraction ? `.${fraction}` : ''}`;
  };
const floating =
  (range: number, round: (x: number) => number): Make =>
  (random) =>
    round((random.next() - 0.5) * 10 ** (below(random, 2 * range) - range)) + 0;
const date: Make = (random) =>
  `${pad(1 + below(random, below(random, 4) === 0 ? 9999 : 2100), 4)}-${pad(1 + below(random, 12), 2)}-${pad(1 + below(random, 28), 2)}`;
const time: Make = (random) =>
  `${pad(below(random, 24), 2)}:${pad(below(random, 60), 2)}:${pad(below(random, 60), 2)}`;
const timestamp =
  (precision: number, zone = ''): Make =>
  (random) => {
    const fraction = precision === 0 ? '' : `.${digits(random, precision)}`;
    const day = `${pad(1900 + below(random, 200), 4)}-${pad(1 + below(random, 12), 2)}-${pad(1 + below(random, 28), 2)}`;
    return `${day} ${time(random) as string}${fraction}${zone}`;
  };
const PIECES = [
  'a',
  'B',
  'é',
  '😀',
  ' ',
  '-',
  '+',
  '.',
  '1',
  '23',
  '0',
  'e5',
  'true',
  'No',
  '2024-02-30',
  '2021-1-5',
  '12:34',
  ' 01:02:03.45',
  'T',
  'NaN',
  'x',
];
const text: Make = (random) =>
  Array.from({ length: below(random, 5) }, () => pickFrom(random, PIECES)).join('');
const bytes: Make = (random) =>
  btoa(String.fromCharCode(...Array.from({ length: below(random, 6) }, () => 32 + below(random, 95))));
const listOf =
  (make: Make): Make =>
  (random) =>
    Array.from({ length: below(random, 4) }, () => (below(random, 5) === 0 ? null : make(random)));

const TEXTS = ['CAST(c AS STRING)', 'CAST(c AS CHAR(5))', 'CAST(c AS VARCHAR(4))'];
const ORDER = ['c < e', 'c = e', 'GREATEST(c, e)', 'c IS NOT DISTINCT FROM e'];
const castTo = (...types: readonly string[]): string[] => types.map((type) => `CAST(c AS ${type})`);
const tryTo = (...types: readonly string[]): string[] => types.map((type) => `TRY_CAST(c AS ${type})`);
const NUMBERS = [
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DECIMAL(10, 2)',
  'DECIMAL(38, 18)',
];
const number = [...TEXTS, ...ORDER, ...castTo(...NUMBERS)];
const moment = [
  ...TEXTS,
  ...ORDER,
  ...castTo('DATE', 'TIME', 'TIMESTAMP(0)', 'TIMESTAMP(3)', 'TIMESTAMP(9)', 'TIMESTAMP_LTZ(6)'),
];

const LAWS: readonly (readonly [type: string, make: Make, expressions: readonly string[]])[] = [
  [
    'BOOLEAN',
    (random) => below(random, 2) === 0,
    [...TEXTS, ...ORDER, ...castTo('INT', 'DOUBLE', 'DECIMAL(3, 1)')],
  ],
  ['TINYINT', integer(8), number],
  ['SMALLINT', integer(16), number],
  ['INT', integer(32), [...number, 'CAST(c AS BOOLEAN)']],
  ['BIGINT', integer(64), number],
  ['FLOAT', floating(12, Math.fround), number],
  ['DOUBLE', floating(25, (x) => x), number],
  ['DECIMAL(5, 2)', decimal(5, 2), number],
  ['DECIMAL(18, 6)', decimal(18, 6), number],
  ['DECIMAL(38, 10)', decimal(38, 10), number],
  [
    'STRING',
    text,
    [
      ...TEXTS,
      ...ORDER,
      ...tryTo(...NUMBERS, 'BOOLEAN', 'DATE', 'TIME', 'TIMESTAMP(3)', 'TIMESTAMP(9)', 'TIMESTAMP_LTZ(3)'),
      ...castTo('BYTES', 'BINARY(3)'),
    ],
  ],
  ['BYTES', bytes, [...castTo('STRING', 'BINARY(3)', 'VARBINARY(2)'), 'c', 'c = e', 'c < e']],
  ['DATE', date, [...TEXTS, ...ORDER, ...castTo('TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)')]],
  ['TIME', time, [...TEXTS, ...ORDER, ...castTo('TIMESTAMP(3)')]],
  ['TIMESTAMP(0)', timestamp(0), moment],
  ['TIMESTAMP(3)', timestamp(3), moment],
  ['TIMESTAMP(9)', timestamp(9), moment],
  ['TIMESTAMP_LTZ(3)', timestamp(3, 'Z'), moment],
  ['TIMESTAMP_LTZ(6)', timestamp(6, 'Z'), moment],
  ['ARRAY<INT>', listOf(integer(32)), [...castTo('STRING', 'ARRAY<STRING>', 'ARRAY<DOUBLE>'), 'c = e']],
  ['ARRAY<DOUBLE>', listOf(floating(9, (x) => x)), [...castTo('STRING', 'ARRAY<INT>'), 'c = e']],
];

/** One case for each type: two columns of it, a row for every pair of values. */
export function lawCases(): Case[] {
  return LAWS.map(([type, make, expressions], number) => {
    const random = new Random(20_260_101 + number);
    const cell = (): Json => (below(random, 12) === 0 ? null : make(random));
    return {
      id: `law/${type}`,
      config: { 'table.local-time-zone': number % 2 === 0 ? 'Europe/Berlin' : 'UTC' },
      statements: [
        `CREATE TABLE t (c ${type}, e ${type}) WITH ('connector'='scenario')`,
        `SELECT ${expressions.join(', ')} FROM t`,
      ],
      timeline: Array.from({ length: ROWS }, () => {
        const c = cell();
        return { table: 't', row: { c, e: below(random, 4) === 0 ? c : cell() } };
      }),
    };
  });
}
