// Sorts out the public cases that use nothing but what the first slice promises: reads the statements and options of every case, never an answer.
//   node conformance/in-scope.mjs   rewrites conformance/in-scope.json
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Words that mean SQL beyond the slice, wherever they stand outside strings and quoted names. */
const OUTSIDE = new Set(
  (
    'JOIN OVER MATCH_RECOGNIZE UNION INTERSECT EXCEPT HOP CUMULATE SESSION UNNEST LATERAL DISTINCT FILTER GROUPING CUBE ROLLUP LIMIT OFFSET FETCH QUALIFY WINDOW ' +
    'EXISTS ANY SOME ALL WITHIN ARRAY MAP MULTISET ROW TINYINT SMALLINT FLOAT CHAR BINARY VARBINARY BYTES TIME VARIANT RAW INTERVAL_TYPE ' +
    'ALTER DROP USE DESCRIBE SHOW RESET DELETE UPDATE TRUNCATE CALL LOAD UNLOAD ADD REMOVE EXECUTE BEGIN FUNCTION CATALOG DATABASE MODEL MATERIALIZED ' +
    'TEMPORARY METADATA PARTITIONED DISTRIBUTED SYSTEM_TIME JSON ORDER'
  ).split(' '),
);
/** Everything that may stand before an opening parenthesis. */
const CALLS = new Set(
  (
    'COUNT SUM AVG MIN MAX TUMBLE TUMBLE_START TUMBLE_END TUMBLE_ROWTIME TUMBLE_PROCTIME DESCRIPTOR PROCTIME CURRENT_WATERMARK CAST TRY_CAST COALESCE NULLIF IF IFNULL ' +
    'UPPER LOWER CHAR_LENGTH SUBSTRING CONCAT ABS ROUND FLOOR CEIL MOD TO_TIMESTAMP TO_TIMESTAMP_LTZ DATE_FORMAT TYPEOF GREATEST LEAST ' +
    'TABLE VALUES WITH KEY IN AND OR NOT WHEN THEN ELSE ON BY AS FROM WHERE SELECT HAVING BETWEEN DECIMAL TIMESTAMP TIMESTAMP_LTZ INTO SET STRING CASE LIKE'
  ).split(' '),
);
const OPTIONS = new Set([
  'table.local-time-zone',
  'pipeline.auto-watermark-interval',
  'table.exec.source.idle-timeout',
  'table.exec.source.cdc-events-duplicate',
  'table.exec.sink.upsert-materialize',
  'table.exec.sink.not-null-enforcer',
  'table.optimizer.agg-phase-strategy',
  'execution.runtime-mode',
]);

const bare = (sql) =>
  sql
    .replace(/--[^\n]*/g, ' ')
    .replace(/'(?:[^']|'')*'/g, " '' ")
    .replace(/`[^`]*`/g, ' q ');

/** Why a case is outside; null if it is inside. */
function outside(given) {
  for (const [key, value] of Object.entries(given.config ?? {})) {
    if (!OPTIONS.has(key) || value === 'BATCH') return `option ${key}`;
  }
  for (const statement of given.statements) {
    const set = /^\s*SET\s+'([^']+)'/i.exec(statement);
    if (set && !OPTIONS.has(set[1])) return `option ${set[1]}`;
    const text = bare(statement);
    if (text.includes('/*+')) return 'hint';
    if (/\bLIKE\s+\w+\s*(\(|$)/.test(text) && /CREATE\s+TABLE/i.test(text)) return 'LIKE clause';
    if (/\bFROM\s+[\w.]+(\s+(AS\s+)?\w+)?\s*,/i.test(text)) return 'comma join';
    for (const m of text.matchAll(/(\S+)\s*\(\s*SELECT\b/gi))
      if (!/(^|\()(FROM|AS|TUMBLE\(?|VALUES)$/i.test(m[1])) return 'sub-query in an expression';
    if (/\bVARCHAR\s*\(/i.test(text)) return 'VARCHAR(n)';
    if (/CREATE\s+TABLE[\s\S]*\)\s*AS\s+SELECT/i.test(text)) return 'CREATE TABLE AS';
    const words = text.toUpperCase().match(/[A-Z_][A-Z_0-9$]*|\(/g) ?? [];
    for (const [i, word] of words.entries()) {
      if (OUTSIDE.has(word)) return word;
      if (word === '(') continue;
      const isCall =
        words[i + 1] === '(' && new RegExp(`\\b${word.replace(/\$/g, '\\$')}\\s*\\(`, 'i').test(text);
      const isNew = /^(TABLE|INTO|VIEW|AS|EXISTS|KEY|VALUES)$/.test(words[i - 1] ?? '');
      if (isCall && !CALLS.has(word) && !isNew) return `call of ${word}`;
    }
  }
  return null;
}

const inside = {};
for (const file of readdirSync(join(here, 'public'))
  .filter((f) => f.endsWith('.jsonl') && !f.includes('.truth.'))
  .sort()) {
  const ids = readFileSync(join(here, 'public', file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter((c) => outside(c) === null)
    .map((c) => c.id);
  inside[file.replace('.jsonl', '')] = ids;
}
writeFileSync(join(here, 'in-scope.json'), `${JSON.stringify(inside, null, 1)}\n`);
console.log(
  Object.entries(inside)
    .map(([family, ids]) => `${family} ${ids.length}`)
    .join(', '),
);
