import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, Expression } from './ast.ts';
import { operatorCall } from './call.ts';
import { tokenize } from './lexer.ts';
import { INFIX_PRECEDENCE } from './precedence.ts';
import { parseScript, parseStatement } from './read-sql.ts';
import { unparseExpression } from './unparse.ts';

const span = { start: 0, end: 0 };

function shape(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => (/span$/i.test(key) ? undefined : value));
}

/** The tree of an expression that stands alone in SELECT. */
function expressionOf(text: string): Expression | null {
  const outcome = parseStatement(`SELECT ${text}`);
  if (
    'diagnostic' in outcome ||
    outcome.statement.kind !== 'QueryStatement' ||
    outcome.statement.query.kind !== 'Select'
  )
    return null;
  return outcome.statement.query.items[0]?.expression ?? null;
}

const identifier = fc
  .oneof(
    fc.constantFrom('a', 'b', 'order', 'größe', 'Mixed Case', 'back`tick'),
    fc.string({ minLength: 1, maxLength: 6 }).filter((name) => !/[\n\r]/.test(name)),
  )
  .map((name) => ({ name, quoted: true, span }));
const column = fc
  .array(identifier, { minLength: 1, maxLength: 3 })
  .map((parts): Expression => ({ kind: 'ColumnRef', parts, span }));
const literal: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .constantFrom('0', '1.5', '.5', '2.', '1.5E-3')
    .map((value): Expression => ({ kind: 'Literal', type: 'number', value, span })),
  fc.string().map((value): Expression => ({ kind: 'Literal', type: 'string', value, span })),
  fc.constant<Expression>({ kind: 'Literal', type: 'null', value: 'NULL', span }),
  fc.constant<Expression>({ kind: 'Literal', type: 'boolean', value: 'TRUE', span }),
  fc.constant<Expression>({ kind: 'Literal', type: 'date', value: '2024-01-01', span }),
);

function call(name: string, args: readonly Expression[], syntax: Call['syntax']): Expression {
  return operatorCall(name, span, args, syntax, span);
}

function caseOf([when, value, otherwise]: readonly [Expression, Expression, Expression | null]): Expression {
  // oxlint-disable-next-line unicorn/no-thenable -- the tree names its parts as SQL does
  return { kind: 'Case', operand: null, branches: [{ when, then: value }], otherwise, span };
}

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const one = tie('expression');
  return {
    expression: fc.oneof(
      { maxDepth: 6, depthIdentifier: 'expression' },
      fc.oneof(column, literal),
      fc
        .tuple(fc.constantFrom(...INFIX_PRECEDENCE.keys()), one, one)
        .map(([name, left, right]) => call(name, [left, right], 'infix')),
      fc
        .tuple(fc.constantFrom('NOT', '-', '+'), one)
        .map(([name, operand]) => call(name, [operand], 'prefix')),
      fc
        .tuple(fc.constantFrom('IS NULL', 'IS NOT TRUE', 'IS JSON OBJECT', 'FORMAT JSON'), one)
        .map(([name, operand]) => call(name, [operand], 'postfix')),
      fc
        .tuple(fc.constantFrom('BETWEEN', 'NOT BETWEEN SYMMETRIC', 'LIKE', 'NOT SIMILAR TO'), one, one, one)
        .map(([name, a, b, c]) => call(name, [a, b, c], 'infix')),
      fc
        .tuple(fc.constantFrom('LIKE', 'NOT ILIKE', 'RLIKE'), one, one)
        .map(([name, a, b]) => call(name, [a, b], 'infix')),
      fc
        .tuple(
          fc.constantFrom('IN', 'NOT IN', '= SOME', '<> ALL'),
          one,
          fc.array(one, { minLength: 1, maxLength: 3 }),
        )
        .map(([name, left, items]) =>
          call(name, [left, { kind: 'RowValue', items, explicit: false, span }], 'infix'),
        ),
      fc
        .tuple(
          fc.constantFrom('UPPER', 'SUM', 'my_fn', 'trim', 'last', 'value'),
          fc.array(one, { maxLength: 3 }),
        )
        .map(([name, args]) => call(name, args, 'function')),
      fc
        .tuple(one, one)
        .map(([operand, index]): Expression => ({ kind: 'ItemAccess', operand, index, span })),
      fc
        .tuple(one, identifier)
        .map(([operand, field]): Expression => ({ kind: 'FieldAccess', operand, field, span })),
      fc
        .array(one, { minLength: 2, maxLength: 3 })
        .map((items): Expression => ({ kind: 'RowValue', items, explicit: false, span })),
      fc.array(one, { maxLength: 3 }).map((items): Expression => ({ kind: 'ArrayValue', items, span })),
      fc.tuple(one, one, fc.option(one)).map(caseOf),
    ),
  };
});

describe('expressions', () => {
  test('come back from their text as the same tree', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        const text = unparseExpression(tree);
        expect(shape(expressionOf(text))).toBe(shape(tree));
      }),
      { numRuns: 1000 },
    );
  }, 30_000);
});

const corpus = readFileSync(
  new URL('../../../conformance/corpus/flink-sql-statements.sql', import.meta.url),
  'utf8',
)
  .split(/^--#### .*$/m)
  .map((text) => text.trim())
  .filter((text) => text !== '');
const words = [
  'SELECT',
  'FROM',
  ',',
  '(',
  ')',
  "'",
  '`',
  '"',
  ';',
  'CASE',
  'END',
  '/*',
  '--',
  '[',
  '.',
  'INTERVAL',
  'x',
  '1',
  '\u0000',
  '🌊',
];

describe('broken text', () => {
  test('never throws, and leaves no part of the text out', () => {
    const mutation = fc.record({
      text: fc.constantFrom(...corpus),
      at: fc.nat(400),
      count: fc.nat(12),
      word: fc.constantFrom(...words),
    });
    fc.assert(
      fc.property(mutation, ({ text, at, count, word }) => {
        const mutant = text.slice(0, at) + word + text.slice(at + count);
        const { statements, diagnostics, parts } = parseScript(mutant);
        expect(
          statements.length + diagnostics.length > 0 || /^[\s;]*$/.test(mutant) || parts.length === 0,
        ).toBe(true);
        expect(parts.filter(({ statement }) => statement !== null).map(({ statement }) => statement)).toEqual(
          statements,
        );
        for (const diagnostic of diagnostics) {
          expect(diagnostic.span?.start).toBeGreaterThanOrEqual(0);
          expect(diagnostic.span?.end).toBeLessThanOrEqual(mutant.length);
        }
        parseStatement(mutant);
      }),
      { numRuns: 1000 },
    );
  }, 30_000);

  test('is all tokens', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        let end = 0;
        for (const token of tokenize(text)) {
          expect(text.slice(end, token.start)).toMatch(/^[ \t\n\r\f]*$/);
          expect(token.start).toBeGreaterThanOrEqual(end);
          end = token.end;
        }
        expect(end).toBe(text.length);
        parseScript(text);
      }),
      { numRuns: 1000 },
    );
  }, 30_000);

  test.each([
    ['parentheses', `SELECT ${'('.repeat(100_000)}`],
    ['prefixes', `SELECT ${'NOT '.repeat(100_000)}a`],
    ['operators', `SELECT 1${'+1'.repeat(100_000)}`],
    ['cases', `SELECT ${'CASE WHEN '.repeat(50_000)}`],
    ['types', `CREATE TABLE t (a ${'ROW<b '.repeat(50_000)}`],
    ['joins', `SELECT 1 FROM a ${'JOIN a ON b '.repeat(50_000)}`],
    ['set operations', `SELECT 1 ${'UNION SELECT 1 '.repeat(50_000)}`],
    ['tables', `SELECT * FROM ${'('.repeat(100_000)}`],
    ['patterns', `SELECT * FROM t MATCH_RECOGNIZE (PATTERN (${'('.repeat(100_000)}`],
  ])('is refused when it nests %s too deeply', (_what, text) => {
    expect(parseScript(text).diagnostics.map(({ phase }) => phase)).toEqual(['limit']);
  });

  test('is not read at all beyond a million characters', () => {
    expect(parseScript(' '.repeat(1_000_001)).diagnostics.map(({ code }) => code)).toEqual([
      'script-too-long',
    ]);
    expect(parseStatement('a'.repeat(1_000_001))).toMatchObject({ diagnostic: { phase: 'limit' } });
  });
});
