import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/engine/base/random.ts';
import { compileScript } from '../../src/engine/script/compile-script.ts';
import { babble, MONSTERS, mutate } from './mutate.ts';

/**
 * Whatever is typed, the engine answers with diagnostics: it throws nothing else, and does not hang. `FUZZ=100000 npx vitest run conformance/fuzz`
 * tries more.
 */
const ROUNDS = Number(process.env['FUZZ'] ?? 3000);
/** Far more than any statement needs, even on a busy machine. */
const LIMIT_MS = 5000;

const texts = ['flink-sql-statements.sql', 'wrong-statements.sql'].flatMap((file) =>
  readFileSync(join(import.meta.dirname, '..', 'corpus', file), 'utf8').split(/;\s*\n|^--#### .*\n/m),
);
const SETUP =
  "CREATE TABLE t (a INT, b STRING, c DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');\n";

/** What went wrong with a text, or null: a diagnostic is an answer. */
function problemOf(text: string): string | null {
  const started = performance.now();
  try {
    const { diagnostics } = compileScript(SETUP + text, []);
    const internal = diagnostics.find((d) => d.phase === 'internal');
    if (internal) return `internal: ${internal.chain.at(-1)}`;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message.slice(0, 200)}`;
  }
  const ms = performance.now() - started;
  return ms > LIMIT_MS ? `took ${Math.round(ms)} ms` : null;
}

function problemsOf(make: (random: Random) => string, seed: number): string[] {
  const random = new Random(seed);
  const found = new Map<string, string>();
  for (let i = 0; i < ROUNDS; i++) {
    const text = make(random);
    const problem = problemOf(text);
    if (problem !== null && !found.has(problem)) found.set(problem, text);
  }
  return [...found].map(([problem, text]) => `${problem}\n  ${text}`);
}

test('mutated statements are answered with diagnostics', { timeout: 3_600_000 }, () => {
  expect(problemsOf((random) => mutate(random, texts), 1)).toEqual([]);
});

test('babble is answered with diagnostics', { timeout: 3_600_000 }, () => {
  expect(problemsOf(babble, 2)).toEqual([]);
});

describe('depth and length end in a diagnostic or an answer', () => {
  test.each(MONSTERS)('%s', (_, sql) => {
    expect(problemOf(sql)).toBeNull();
  });
});
