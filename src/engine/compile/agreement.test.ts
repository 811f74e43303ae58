import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EvaluationContext } from '../functions/function-definition.ts';
import { allFunctions } from '../functions/index.ts';
import { compile, type ExpressionCase, evaluateCase, type Mode } from '../functions/testing/evaluate-case.ts';
import type { Rex } from '../plan/rex.ts';
import { type Row, type Value, withNullable } from '../types/logical-type.ts';
import type { JsonCell } from '../values/parse-json.ts';
import { RunError } from '../values/run-error.ts';

/** The law of this folder: closures and generated code mean the same, whatever the row. */

/** Cells of a column as rows of input spell them: often the values where things go wrong. */
const CELLS: { readonly [type: string]: fc.Arbitrary<JsonCell> } = {
  INT: fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.constantFrom(0, 1, -1, 2_147_483_646, -2_147_483_648),
  ),
  BIGINT: fc.oneof(
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
    fc.integer(),
    fc.constantFrom('9007199254740992', '-9223372036854775808', 0),
  ),
  DOUBLE: fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e30, max: 1e30 }), fc.integer()),
  FLOAT: fc.float({ noDefaultInfinity: true, noNaN: true, min: -16777216, max: 16777216 }),
  'DECIMAL(10,2)': fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }).map((x) => (x / 100).toFixed(2)),
  STRING: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('', '12', '1.5', 'true', '2024-02-29', '2024-02-29 12:00:00', '{"a": [1]}', 'a,b'),
  ),
  'TIMESTAMP(3)': instant(3),
  'TIMESTAMP(6)': instant(6),
  'TIMESTAMP_LTZ(3)': instant(3).map((text) => `${text}Z`),
  DATE: instant(0).map((text) => text.slice(0, 10)),
  TIME: instant(0).map((text) => text.slice(11)),
};
function instant(digits: number): fc.Arbitrary<string> {
  const seconds = fc.integer({ min: -60_000_000_000, max: 250_000_000_000 });
  return fc.tuple(seconds, fc.integer({ min: 0, max: 10 ** digits - 1 })).map(([second, fraction]) => {
    const text = new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return digits === 0 ? text : `${text}.${String(fraction).padStart(digits, '0')}`;
  });
}

const columnsOf = (create: string): readonly (readonly [name: string, type: string])[] =>
  [...create.matchAll(/[(,]\s*(\w+) ([A-Z_]+(?:\([\d, ]+\))?(?:<[^>]*>)?)/g)].map(
    ([, name = '', type = '']) => [name, type.replace(' ', '')],
  );

describe('closures and generated code agree on random rows', () => {
  const file = new URL('../../../conformance/functions/cases.jsonl', import.meta.url);
  const cases = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ExpressionCase);
  const known = cases
    .filter(({ id }) => id.startsWith('values/'))
    .map((one) => [one.id, one, columnsOf(one.statements[0] ?? '')] as const)
    .filter(([, , columns]) => columns.length > 0 && columns.every(([, type]) => CELLS[type] !== undefined));
  test('there are enough of them', () => expect(known.length).toBeGreaterThan(15));

  test.each(known)('%s', (_id, one, columns) => {
    const row = fc.record(
      Object.fromEntries(
        columns.map(([name, type]) => [name, fc.option(CELLS[type] ?? fc.constant(null), { freq: 6 })]),
      ),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 12, maxLength: 12 }), (rows) => {
        const timeline = rows.map((cells) => ({ row: cells }));
        expect(evaluateCase({ ...one, timeline }, 'generated')).toEqual(
          evaluateCase({ ...one, timeline }, 'closure'),
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('every function agrees on columns instead of literals, NULL among them', () => {
  const context: EvaluationContext = {
    zone: 'UTC',
    nowMs: () => 0,
    random: () => 0.25,
    watermarkMs: () => null,
  };
  const examples = allFunctions().flatMap(({ doc }) => doc.examples.map(([expression]) => expression));

  test.each(examples)('%s', (expression) => {
    const rex = evaluateCase({ id: expression, statements: [`SELECT ${expression}`] }, 'closure')?.[0]?.rex;
    if (!rex) return;
    const values: Value[] = [];
    const general = withColumns(rex, values);
    const ways = (['closure', 'generated'] satisfies Mode[]).map((mode) =>
      attempt(compile(general, context, mode)),
    );
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: values.length, maxLength: values.length }),
        (isNull) => {
          const row = values.map((value, i) => (isNull[i] ? null : value));
          expect(ways[1]?.(row)).toEqual(ways[0]?.(row));
        },
      ),
      { numRuns: Math.min(2 ** values.length * 2, 40) },
    );
  });
});

/** The expression with a nullable column for each literal, whose value is appended to `values`. */
function withColumns(rex: Rex, values: Value[]): Rex {
  if (
    rex.kind === 'Literal' &&
    rex.value !== null &&
    rex.symbol === undefined &&
    rex.type.root !== 'SYMBOL'
  ) {
    values.push(rex.value);
    return { kind: 'InputRef', index: values.length - 1, type: withNullable(rex.type, true) };
  }
  if (rex.kind !== 'Call' || rex.operator === 'JSON_OBJECT') return rex; // Flink takes nothing but literals for keys
  return {
    ...rex,
    operands: rex.operands.map((operand) => withColumns(operand, values)),
    type: withNullable(rex.type, true),
  };
}

function attempt(run: (row: Row) => Value): (row: Row) => unknown {
  return (row) => {
    try {
      return { value: run(row) };
    } catch (error) {
      if (error instanceof RunError) return { chain: error.chain };
      throw error;
    }
  };
}
