import { expect, test } from 'vitest';
import type { Expression } from './ast.ts';
import { parseStatement } from './read-sql.ts';

/** An expression with every operator in parentheses. */
function grouped(expression: Expression): string {
  if (expression.kind === 'ColumnRef') return expression.parts.map(({ name }) => name).join('.');
  if (expression.kind === 'Literal') return expression.value;
  if (expression.kind === 'ItemAccess')
    return `(${grouped(expression.operand)}[${grouped(expression.index)}])`;
  if (expression.kind === 'FieldAccess') return `(${grouped(expression.operand)}.${expression.field.name})`;
  if (expression.kind === 'RowValue') return `{${expression.items.map(grouped).join(', ')}}`;
  if (expression.kind !== 'Call') return expression.kind;
  const [first, ...rest] = expression.args.map(grouped);
  if (expression.syntax === 'prefix') return `(${expression.name} ${first})`;
  return expression.syntax === 'postfix'
    ? `(${first} ${expression.name})`
    : `(${first} ${expression.name} ${rest.join(' & ')})`;
}

/** The only expression of `SELECT text`. */
function selected(text: string): Expression | undefined {
  const outcome = parseStatement(`SELECT ${text}`);
  const query =
    'statement' in outcome && outcome.statement.kind === 'QueryStatement' ? outcome.statement.query : null;
  return query?.kind === 'Select' ? query.items[0]?.expression : undefined;
}

test.each([
  ['a + b * c', '(a + (b * c))'],
  ['a - b - c', '((a - b) - c)'],
  ['a * b || c', '((a * b) || c)'],
  ['a + b || c', '(a + (b || c))'],
  ['- a * b', '((- a) * b)'],
  ['- a[1]', '(- (a[1]))'],
  ['a + b[1].c', '(a + ((b[1]).c))'],
  ['a OR b AND c', '(a OR (b AND c))'],
  ['a AND b OR c AND d', '((a AND b) OR (c AND d))'],
  ['NOT a AND b', '((NOT a) AND b)'],
  ['NOT a = b', '(NOT (a = b))'],
  ['NOT a IS NULL', '(NOT (a IS NULL))'],
  ['a = NOT b', '(a = (NOT b))'],
  ['a = b IS NULL', '((a = b) IS NULL)'],
  ['a AND b IS NOT TRUE', '(a AND (b IS NOT TRUE))'],
  ['a + b = c - d', '((a + b) = (c - d))'],
  ['a = b = c', '((a = b) = c)'],
  ['a = b IN (1, 2)', '(a = (b IN {1, 2}))'],
  ['a LIKE b || c AND d', '((a LIKE (b || c)) AND d)'],
  ["a LIKE b ESCAPE '!' OR d", '((a LIKE b & !) OR d)'],
  ['a BETWEEN 1 AND 2 AND b', '((a BETWEEN 1 & 2) AND b)'],
  ['a BETWEEN 1 + x AND 2 * y OR b', '((a BETWEEN (1 + x) & (2 * y)) OR b)'],
  ['a BETWEEN b OR c AND d', '(a BETWEEN (b OR c) & d)'],
  ['NOT a BETWEEN 1 AND 2', '(NOT (a BETWEEN 1 & 2))'],
  ['a NOT BETWEEN SYMMETRIC 1 AND 2 = b', '((a NOT BETWEEN SYMMETRIC 1 & 2) = b)'],
  ['a IS DISTINCT FROM b AND c', '((a IS DISTINCT FROM b) AND c)'],
  ['a IS NOT DISTINCT FROM b + 1', '(a IS NOT DISTINCT FROM (b + 1))'],
  ['(a, b) OVERLAPS (c, d) AND e', '(({a, b} OVERLAPS {c, d}) AND e)'],
  ['a IS NULL IS NULL', '((a IS NULL) IS NULL)'],
  ['(a + b) * c', '((a + b) * c)'],
  ['(a OR b) AND c', '((a OR b) AND c)'],
])('%s', (text, expected) => {
  const expression = selected(text);
  expect(expression && grouped(expression)).toBe(expected);
});
