/**
 * How tightly Calcite's operators bind, as in its `SqlStdOperatorTable`; a larger number binds tighter. The parser climbs by this
 * table and `unparse.ts` sets its parentheses by it.
 */

/** Operators between two operands, all of them left-associative. */
export const INFIX_PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['*', 60],
  ['/', 60],
  ['%', 60],
  ['||', 60],
  ['+', 40],
  ['-', 40],
  ['=', 30],
  ['<>', 30],
  ['<', 30],
  ['>', 30],
  ['<=', 30],
  ['>=', 30],
  ['IS DISTINCT FROM', 30],
  ['IS NOT DISTINCT FROM', 30],
  ['MEMBER OF', 30],
  ['SUBMULTISET OF', 30],
  ['NOT SUBMULTISET OF', 30],
  ['CONTAINS', 30],
  ['OVERLAPS', 30],
  ['EQUALS', 30],
  ['PRECEDES', 30],
  ['SUCCEEDS', 30],
  ['IMMEDIATELY PRECEDES', 30],
  ['IMMEDIATELY SUCCEEDS', 30],
  ['AND', 24],
  ['OR', 22],
  ['MULTISET INTERSECT', 18],
  ['MULTISET INTERSECT ALL', 18],
  ['MULTISET INTERSECT DISTINCT', 18],
  ['MULTISET UNION', 14],
  ['MULTISET UNION ALL', 14],
  ['MULTISET UNION DISTINCT', 14],
  ['MULTISET EXCEPT', 14],
  ['MULTISET EXCEPT ALL', 14],
  ['MULTISET EXCEPT DISTINCT', 14],
]);

/** IN, LIKE, BETWEEN and `= SOME (…)`. */
export const PREDICATE_PRECEDENCE = 32;
/** IS NULL and the like, and FORMAT JSON. */
export const POSTFIX_PRECEDENCE = 28;
export const NOT_PRECEDENCE = 26;
export const EXISTS_PRECEDENCE = 40;
export const SIGN_PRECEDENCE = 80;
/** `a[1]`, `f(x).y`: tighter than everything else. */
export const ACCESS_PRECEDENCE = 100;
