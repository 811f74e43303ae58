import type { Token } from '../sql/lexer.ts';
import { describedFunctions } from './query-functions.ts';
import { isWord } from './token-tools.ts';

/** What a statement begins with. */
export const STATEMENT_PHRASES: readonly string[] = [
  'SELECT',
  'WITH',
  'INSERT INTO',
  'CREATE TABLE',
  'CREATE VIEW',
  'CREATE TEMPORARY TABLE',
  'CREATE TEMPORARY VIEW',
  'EXPLAIN',
  'EXPLAIN CHANGELOG_MODE',
  'SET',
  'RESET',
  'DESCRIBE',
  'SHOW TABLES',
  'SHOW CREATE TABLE',
  'DROP TABLE',
  'DROP VIEW',
  'ALTER TABLE',
  'EXECUTE STATEMENT SET BEGIN',
  'BEGIN STATEMENT SET',
  'USE',
  'VALUES',
];

/** Types a column can have; `$0` would be too clever: the length is often left out. */
export const TYPE_WORDS: readonly string[] = [
  'STRING',
  'INT',
  'BIGINT',
  'DOUBLE',
  'BOOLEAN',
  'DECIMAL(10, 2)',
  'TIMESTAMP(3)',
  'TIMESTAMP_LTZ(3)',
  'DATE',
  'TIME',
  'TINYINT',
  'SMALLINT',
  'FLOAT',
  'CHAR(10)',
  'VARCHAR(100)',
  'BYTES',
  'BINARY(10)',
  'VARBINARY(100)',
  'ARRAY<STRING>',
  'MAP<STRING, STRING>',
  'ROW<a INT>',
  'MULTISET<STRING>',
];

/** Words that are expected before others which always or most often follow them. */
const PHRASES: Readonly<Record<string, readonly string[]>> = {
  GROUP: ['GROUP BY'],
  ORDER: ['ORDER BY'],
  PARTITION: ['PARTITION BY'],
  PARTITIONED: ['PARTITIONED BY'],
  LEFT: ['LEFT JOIN'],
  RIGHT: ['RIGHT JOIN'],
  FULL: ['FULL JOIN'],
  INNER: ['INNER JOIN'],
  CROSS: ['CROSS JOIN'],
  UNION: ['UNION ALL', 'UNION'],
  PRIMARY: ['PRIMARY KEY'],
  WATERMARK: ['WATERMARK FOR'],
  INSERT: ['INSERT INTO'],
  IS: ['IS NULL', 'IS NOT NULL'],
  FOR: ['FOR SYSTEM_TIME AS OF'],
  SIMILAR: ['SIMILAR TO'],
};

/** Words of Calcite's grammar that Flink refuses later, and such as nobody writes. */
const RARE: ReadonlySet<string> = new Set(
  `APPLY BUCKETS CHARACTER CONTAINS CURSOR EQUALS FORMAT ILIKE IMMEDIATELY MEMBER MINUS MODEL MATERIALIZED OUTER PRECEDES RLIKE SPECIFIC STREAM
   STRUCTURED SUBMULTISET SUCCEEDS UNIQUE UPSERT VALUE NATURAL QUALIFY SYSTEM DEC NUMERIC CONSTRAINT PLAN`.split(
    /\s+/,
  ),
);

/** The keywords that may follow, as people write them: with the words that belong to them. */
export function keywordsOf(expected: ReadonlySet<string>, tokens: readonly Token[], index: number): string[] {
  const words = [...expected].filter((image) => /^"[A-Z_]+"$/.test(image)).map((image) => image.slice(1, -1));
  const isType = expected.has('"BIGINT"');
  const isOperand = expected.has('"CASE"');
  const isEnforced = isWord(tokens[index - 1], 'NOT');
  return [...new Set(words)]
    .filter((word) => !RARE.has(word) && !(isOperand && describedFunctions().has(word)))
    .filter((word) => !isType || !TYPES.has(word))
    .flatMap((word) => {
      if (word === 'NOT' && expected.has('"NULL"') && !expected.has('"CASE"')) return ['NOT NULL'];
      return isEnforced ? [word] : (PHRASES[word] ?? [word]);
    });
}

const TYPES: ReadonlySet<string> = new Set([
  ...TYPE_WORDS.map((type) => type.replace(/\W.*$/, '')),
  'INTEGER',
  'RAW',
  'REAL',
  'VARIANT',
]);
