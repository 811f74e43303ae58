/** Continuous queries of functions that do not care for order: what they say at any moment hangs only on what is in the tables. */
export interface LawQuery {
  readonly tables: readonly string[];
  readonly sql: string;
}
const q = (tables: string, sql: string): LawQuery => ({ tables: tables.split(' '), sql });

export const QUERIES: readonly LawQuery[] = [
  q(
    'c',
    "SELECT k + 1 AS k1, UPPER(s) AS u, CASE WHEN v > 2 THEN 'big' ELSE s END FROM c WHERE v IS NULL OR v <> 3",
  ),
  q(
    'c',
    'SELECT k, COUNT(*) AS n, SUM(v) AS total, MIN(v) AS low, MAX(v) AS high, AVG(v) AS mean FROM c GROUP BY k',
  ),
  q('t', 'SELECT s, k, COUNT(v) AS n, MAX(v) AS high, SUM(k) AS total FROM t WHERE v > 0 GROUP BY s, k'),
  q('c', 'SELECT s, COUNT(DISTINCT v) AS n, SUM(DISTINCT v) AS total FROM c GROUP BY s'),
  q(
    'c',
    'SELECT s, COUNT(*) FILTER (WHERE v > 1) AS big, MAX(v) FILTER (WHERE k = 1) AS high FROM c GROUP BY s',
  ),
  q('c', 'SELECT k, COUNT(*) AS n FROM c GROUP BY k HAVING COUNT(*) > 1 AND SUM(v) < 9'),
  q(
    'c',
    'SELECT n, COUNT(*) AS keys, SUM(total) AS total FROM (SELECT k, COUNT(*) AS n, SUM(v) AS total FROM c GROUP BY k) GROUP BY n',
  ),
  q('c', 'SELECT k, s, COUNT(*) AS n, SUM(v) AS total FROM c GROUP BY GROUPING SETS ((k, s), (k), (s))'),
  q('c', 'SELECT DISTINCT s, k FROM c'),
  q('c d', 'SELECT k, v FROM c UNION ALL SELECT k, w FROM d'),
  q('c d', 'SELECT k, v FROM c UNION SELECT k, w FROM d'),
  q('c d', 'SELECT k, v FROM c INTERSECT SELECT k, w FROM d'),
  q('c d', 'SELECT k, v FROM c EXCEPT SELECT k, w FROM d'),
  q('c d', 'SELECT k, v FROM c INTERSECT ALL SELECT k, w FROM d'),
  q('c d', 'SELECT k, v FROM c EXCEPT ALL SELECT k, w FROM d'),
  q('c d', 'SELECT c.s, d.w, COUNT(*) AS n FROM c JOIN d ON c.k = d.k GROUP BY c.s, d.w'),
  q(
    'c d',
    'SELECT c.k, c.v + d.w AS both_of_them FROM c LEFT JOIN d ON c.k = d.k WHERE d.w IS NULL OR d.w < 3',
  ),
  q('c p', 'SELECT p.id, SUM(c.v) AS total FROM p LEFT JOIN c ON p.k = c.k GROUP BY p.id'),
  q(
    'd p',
    'SELECT a.k, a.n, p.w FROM (SELECT k, COUNT(*) AS n FROM d GROUP BY k) a FULL JOIN p ON a.k = p.id',
  ),
  q('c d p', 'SELECT c.v, d.w, p.w FROM c JOIN d ON c.k = d.k JOIN p ON d.w = p.id'),
  q('c d', 'SELECT k, v FROM c WHERE k IN (SELECT k FROM d WHERE w > 0)'),
  q('c d', 'SELECT k, v FROM c WHERE v > (SELECT MIN(w) FROM d)'),
  q(
    't',
    'SELECT k, v, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, s) AS place FROM t) WHERE place <= 3',
  ),
  q(
    't',
    'SELECT k, v, s, place FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY s ORDER BY v, k) AS place FROM t) WHERE place <= 2',
  ),
  q('t d', 'SELECT t.s, t.v, d.w FROM t, d WHERE t.k = d.k AND t.v > d.w'),
];
