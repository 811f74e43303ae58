import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../../src/engine/script/answer-case.ts';
import type { Recorded } from './compare.ts';

export interface RecordedCase {
  readonly case: Case;
  readonly truth: Recorded;
}

/** JSON lines; numbers with more digits than a JavaScript number holds come as text. */
export function readLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(exactNumbers(line)) as T);
}

export function exactNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token[0] !== '"' && token.replace(/\D/g, '').length > 15 && token !== '9223372036854775807'
      ? `"${token}"`
      : token,
  );
}

/** Every recorded case under a folder, by family. */
export function recordedCases(folder: string): Map<string, RecordedCase[]> {
  const families = new Map<string, RecordedCase[]>();
  for (const file of readdirSync(folder)
    .filter((f) => f.endsWith('.truth.jsonl'))
    .sort()) {
    const family = file.replace('.truth.jsonl', '');
    const cases = new Map(readLines<Case>(join(folder, `${family}.jsonl`)).map((c) => [c.id, c]));
    families.set(
      family,
      readLines<Recorded>(join(folder, file)).flatMap((truth) =>
        cases.has(truth.id) ? [{ case: cases.get(truth.id)!, truth }] : [],
      ),
    );
  }
  return families;
}

/** All families with a score: the public ones, and queries of our own. */
export function scoredFamilies(folder: string): Map<string, RecordedCase[]> {
  return new Map(['public', 'own'].flatMap((name) => [...recordedCases(join(folder, name))]));
}
