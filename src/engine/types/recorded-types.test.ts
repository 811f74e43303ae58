import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseStatement } from '../sql/read-sql.ts';
import { supportsExplicitCast, supportsImplicitCast } from './implicit-cast.ts';
import { leastRestrictive } from './least-restrictive.ts';
import type { LogicalType } from './logical-type.ts';
import { printPlanType, printType, printValidatorType } from './print-type.ts';
import { isTypeNameProblem, typeFromName } from './type-name.ts';

/** Every type Flink printed in a recorded schema, read and printed again. */
const folders = ['../../../conformance/public/', '../../../conformance/functions/'].map(
  (path) => new URL(path, import.meta.url),
);
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('truth.jsonl'))
    .map((name) => new URL(name, folder)),
);
const recorded = new Set<string>();
for (const file of files) {
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const truth = JSON.parse(line) as {
      schema?: readonly { type?: string }[];
      answer?: { schema?: readonly { type?: string }[] };
    };
    for (const { type } of truth.schema ?? truth.answer?.schema ?? [])
      if (type !== undefined && !/[*]|NULL NOT|^NULL|RAW|SYMBOL|DESCRIPTOR|INTERVAL/.test(type))
        recorded.add(type);
  }
}

function typeOf(text: string): LogicalType {
  const parsed = parseStatement(`CREATE TABLE t (c ${text})`);
  if ('diagnostic' in parsed || parsed.statement.kind !== 'CreateTable') throw new Error(text);
  const column = parsed.statement.elements[0];
  if (column?.kind !== 'PhysicalColumn') throw new Error(text);
  const type = typeFromName(column.type);
  if (isTypeNameProblem(type)) throw new Error(type.message);
  return type;
}

describe('names of types', () => {
  test('there are enough of them', () => expect(recorded.size).toBeGreaterThan(40));
  test.each([...recorded])('%s', (text) => expect(printType(typeOf(text))).toBe(text));

  test.each([
    ['DECIMAL', 'DECIMAL(10, 0)', 'DECIMAL(10, 0)', 'DECIMAL(10, 0)'],
    ['VARCHAR(20)', 'VARCHAR(20)', 'VARCHAR(20) CHARACTER SET "UTF-16LE"', 'VARCHAR(20)'],
    ['STRING', 'STRING', 'VARCHAR(2147483647) CHARACTER SET "UTF-16LE"', 'VARCHAR(2147483647)'],
    ['INT', 'INT', 'INTEGER', 'INTEGER'],
    ['TIMESTAMP', 'TIMESTAMP(6)', 'TIMESTAMP(6)', 'TIMESTAMP(6)'],
    [
      'TIMESTAMP_LTZ(3)',
      'TIMESTAMP_LTZ(3)',
      'TIMESTAMP_WITH_LOCAL_TIME_ZONE(3)',
      'TIMESTAMP_WITH_LOCAL_TIME_ZONE(3)',
    ],
  ])('%s in schemas, plans and complaints', (text, schema, plan, complaint) => {
    const type = typeOf(text);
    expect([printType(type), printPlanType(type), printValidatorType(type)]).toEqual([
      schema,
      plan,
      complaint,
    ]);
  });
});

describe('types that meet', () => {
  test.each([
    ['INT', 'BIGINT', 'BIGINT'],
    ['INT', 'DECIMAL(10, 2)', 'DECIMAL(12, 2)'],
    ['DECIMAL(10, 2)', 'DOUBLE', 'DOUBLE'],
    ['INT NOT NULL', 'INT', 'INT'],
    ['CHAR(3)', 'CHAR(5)', 'VARCHAR(5)'],
    ['VARCHAR(3)', 'STRING', 'STRING'],
    ['TIMESTAMP(3)', 'TIMESTAMP(6)', 'TIMESTAMP(6)'],
    ['ARRAY<INT>', 'ARRAY<BIGINT>', 'ARRAY<BIGINT>'],
    ['INT', 'STRING', null],
    ['BOOLEAN', 'INT', null],
  ])('%s and %s: %s', (a, b, common) => {
    const type = leastRestrictive([typeOf(a), typeOf(b)]);
    expect(type === null ? null : printType(type)).toBe(common);
    const turned = leastRestrictive([typeOf(b), typeOf(a)]);
    expect(turned === null ? null : printType(turned)).toBe(common);
  });

  test('what casts implicitly casts explicitly, and everything casts to itself', () => {
    const all = [...recorded].map(typeOf);
    expect(all.filter((type) => !supportsImplicitCast(type, { ...type, nullable: true }))).toEqual([]);
    const onlyImplicit = all.flatMap((from) =>
      all
        .filter((to) => supportsImplicitCast(from, to) && !supportsExplicitCast(from, to))
        .map((to) => [from, to]),
    );
    expect(onlyImplicit).toEqual([]);
  });
});
