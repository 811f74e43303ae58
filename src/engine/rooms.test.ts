import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Rooms of the engine, and files that stand apart from theirs: each imports of itself and of those before it. */
const ORDER = [
  'limits.ts',
  'base',
  'sql',
  'types',
  'values',
  'engine-api.ts',
  'functions',
  'plan/rex.ts',
  'catalog',
  'connectors',
  'plan',
  'compile',
  'planner/plan-error.ts',
  'planner/simplify',
  'planner/rules',
  'planner/subqueries',
  'planner/bind',
  'planner/physical',
  'planner/statements',
  'planner/changelog',
  'planner',
  'runtime',
  'operators',
  'trace/trace-log.ts',
  'job',
  'trace',
  'script',
  'language',
  'engine.ts',
];

const ENGINE = import.meta.dirname;
const files = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('/testing/'),
);

/** The place in the order: of all that name a file, the longest tells. */
function rankOf(file: string): number {
  const named = ORDER.filter((room) => file === room || file.startsWith(`${room}/`));
  return ORDER.indexOf(named.sort((a, b) => b.length - a.length)[0] ?? '');
}

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(ENGINE, file), 'utf8').matchAll(/^(?:import|export)\b[^;']*?from '(\.[^']+)'/gm)].map(
    ([, path]) => relative(ENGINE, join(ENGINE, dirname(file), path!)),
  );

test('imports point to rooms before their own', () => {
  expect(files.filter((file) => rankOf(file) < 0)).toEqual([]);
  const backward = files.flatMap((file) =>
    importsOf(file)
      .filter((other) => rankOf(other) > rankOf(file))
      .map((other) => `${file} imports ${other}`),
  );
  expect(backward).toEqual([]);
});
