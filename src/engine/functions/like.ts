import { RunError } from '../values/run-error.ts';

/** LIKE and SIMILAR TO as Flink translates them to regular expressions (`SqlLikeUtils`). */

const SPECIAL = /[[\](){}.*+?$^|#\\]/;
const quote = (character: string): string => (SPECIAL.test(character) ? `\\${character}` : character);

/** The test of a LIKE pattern; quick ways for patterns that only have `%` at their ends. */
export function likeTest(pattern: string, escape: string | null): (text: string) => boolean {
  if (escape === null && !pattern.includes('_')) {
    const parts = pattern.split('%');
    const [first = '', second = '', third = ''] = parts;
    if (parts.length === 1 && pattern !== '') return (text) => text === pattern;
    if (parts.length === 2 && second === '' && first !== '') return (text) => text.startsWith(first);
    if (parts.length === 2 && first === '' && second !== '') return (text) => text.endsWith(second);
    if (parts.length === 3 && first === '' && third === '' && second !== '')
      return (text) => text.includes(second);
  }
  const regex = new RegExp(likeSource(pattern, escape), 'u');
  return (text) => regex.test(text);
}

function checkEscape(escape: string | null): string | null {
  if (escape !== null && Array.from(escape).length !== 1)
    throw new RunError(`ValidationException: Invalid escape character '${escape}'`);
  return escape;
}
const invalidSequence = (pattern: string, index: number): RunError =>
  new RunError(`ValidationException: Invalid escape sequence '${pattern}', ${index}`);

function likeSource(pattern: string, escape: string | null): string {
  checkEscape(escape);
  let source = '';
  for (let i = 0; i < pattern.length; ) {
    const character = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
    i += character.length;
    if (character === escape) {
      const next = pattern[i];
      if (next === undefined) throw invalidSequence(pattern, i - 1);
      if (next !== '_' && next !== '%' && next !== escape) throw invalidSequence(pattern, i - 1);
      source += quote(next);
      i++;
    } else if (character === '_') source += '.';
    else if (character === '%') source += '[\\s\\S]*';
    else source += quote(character);
  }
  return `^${source}$`;
}

const CHARACTER_CLASSES: readonly (readonly [name: string, source: string])[] = [
  ['[:ALPHA:]', '\\p{Alphabetic}'],
  ['[:alpha:]', '\\p{Alphabetic}'],
  ['[:UPPER:]', '\\p{Lu}'],
  ['[:upper:]', '\\p{Lu}'],
  ['[:LOWER:]', '\\p{Ll}'],
  ['[:lower:]', '\\p{Ll}'],
  ['[:DIGIT:]', '\\d'],
  ['[:digit:]', '\\d'],
  ['[:SPACE:]', ' '],
  ['[:space:]', ' '],
  ['[:WHITESPACE:]', '\\s'],
  ['[:whitespace:]', '\\s'],
  ['[:ALNUM:]', '\\p{Alphabetic}\\p{Nd}'],
  ['[:alnum:]', '\\p{Alphabetic}\\p{Nd}'],
];
/** What may not be escaped and must be: the characters with a meaning in SIMILAR TO. */
const SIMILAR_SPECIAL = '_%|*+?()[]^{}-'.split('');

/** The test of a SIMILAR TO pattern. `.` stays any character, as in Flink. */
export function similarTest(pattern: string, escape: string | null): (text: string) => boolean {
  const regex = new RegExp(`^(?:${similarSource(pattern, escape)})$`, 'us');
  return (text) => regex.test(text);
}

function similarSource(pattern: string, escape: string | null): string {
  checkEscape(escape);
  let source = '';
  for (let i = 0; i < pattern.length; ) {
    const character = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
    i += character.length;
    if (character === escape) {
      const next = pattern[i];
      if (next === undefined || (!SIMILAR_SPECIAL.includes(next) && next !== escape))
        throw invalidSequence(pattern, i - 1);
      source += quote(next);
      i++;
    } else if (character === '_') source += '.';
    else if (character === '%') source += '.*';
    else if (character === '[') {
      const [set, next] = similarSet(pattern, i);
      source += set;
      i = next;
    } else if (character === '$' || character === '^') source += `\\${character}`;
    else if (character === '\\') source += '\\\\';
    else source += character;
  }
  return source;
}

/** `[…]` from behind its bracket: the set and the place behind it. */
function similarSet(pattern: string, start: number): [source: string, next: number] {
  let source = '[';
  let i = start;
  while (i < pattern.length) {
    const rest = pattern.slice(i);
    const named = CHARACTER_CLASSES.find(([name]) => rest.startsWith(name));
    if (named !== undefined) {
      source += named[1];
      i += named[0].length;
      continue;
    }
    const character = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
    i += character.length;
    if (character === ']') return [`${source}]`, i];
    source += character === '[' || character === '\\' || character === '&' ? `\\${character}` : character;
  }
  throw new RunError(`ValidationException: Invalid regular expression '${pattern}', ${start - 1}`);
}
