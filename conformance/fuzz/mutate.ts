import type { Random } from '../../src/engine/base/random.ts';
import { pickFrom } from '../duel/topic.ts';

const NOISE = [
  "'",
  '"',
  '`',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  '--',
  '/*',
  '*/',
  '.',
  '*',
  'NULL',
  '\\',
  '\u0000',
  '😀',
  '\ud800',
  '<',
  '||',
  '0',
  '1e999',
];

/** A text with a few of its words lost, doubled, swapped, mixed with another text's, or replaced by noise. */
export function mutate(random: Random, texts: readonly string[]): string {
  const words = pickFrom(random, texts).split(/(\s+|\b)/);
  const at = (): number => Math.floor(random.next() * words.length);
  for (let times = 1 + Math.floor(random.next() * 4); times > 0; times--) {
    switch (Math.floor(random.next() * 6)) {
      case 0:
        words.splice(at(), 1 + Math.floor(random.next() * 3));
        break;
      case 1:
        words.splice(at(), 0, words[at()] ?? '');
        break;
      case 2: {
        const [i, j] = [at(), at()];
        [words[i], words[j]] = [words[j] ?? '', words[i] ?? ''];
        break;
      }
      case 3: {
        const other = pickFrom(random, texts).split(/(\s+|\b)/);
        const from = Math.floor(random.next() * other.length);
        words.splice(at(), 0, ...other.slice(from, from + 6));
        break;
      }
      case 4:
        words.splice(at(), 1, pickFrom(random, NOISE));
        break;
      default:
        words.splice(Math.max(1, at()));
    }
  }
  return words.join('');
}

/** Characters without any sense. */
export function babble(random: Random): string {
  const length = Math.floor(random.next() * 60);
  return Array.from({ length }, () =>
    random.next() < 0.3
      ? pickFrom(random, NOISE)
      : String.fromCharCode(Math.floor(random.next() * (random.next() < 0.9 ? 128 : 65536))),
  ).join('');
}

/** Depth and length beyond all measure. */
export const MONSTERS: readonly (readonly [what: string, sql: string])[] = [
  ['parentheses', `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
  ['signs', `SELECT ${'- '.repeat(20_000)}1`],
  ['NOT', `SELECT ${'NOT '.repeat(20_000)}TRUE`],
  ['additions', `SELECT ${'1 + '.repeat(20_000)}1`],
  ['ORs', `SELECT ${'a = 1 OR '.repeat(20_000)}TRUE`],
  ['calls', `SELECT ${'UPPER('.repeat(10_000)}'a'${')'.repeat(10_000)}`],
  ['CASEs', `SELECT ${'CASE WHEN TRUE THEN '.repeat(5_000)}1${' END'.repeat(5_000)}`],
  ['sub-queries', `${'SELECT * FROM ('.repeat(5_000)}SELECT 1${')'.repeat(5_000)}`],
  ['arrays', `SELECT ${'ARRAY['.repeat(5_000)}1${']'.repeat(5_000)}`],
  ['types', `SELECT CAST(NULL AS ${'ARRAY<'.repeat(5_000)}INT${'>'.repeat(5_000)})`],
  ['unions', `SELECT 1${' UNION ALL SELECT 1'.repeat(5_000)}`],
  ['columns', `SELECT ${Array.from({ length: 20_000 }, (_, i) => i).join(', ')}`],
  ['an open comment', `SELECT 1 ${'/* '.repeat(20_000)}`],
  ['an open text', `SELECT '${'a'.repeat(900_000)}`],
  ['a long name', `SELECT ${'a'.repeat(900_000)}`],
  ['a long number', `SELECT ${'9'.repeat(100_000)}`],
  ['beyond the longest script', `SELECT 1 ${' '.repeat(1_100_000)}`],
];
