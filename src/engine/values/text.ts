import { encodeUtf8, rawText } from './bytes.ts';
import { RunError } from './run-error.ts';

/** Text by code points, as Flink's UTF-8 strings count; a fast way for text without surrogates. */
const SURROGATE = /[\ud800-\udfff]/;
/** What is no UTF-8 (`rawText`). */
const RAW = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** The characters of a text. */
export const characters = (text: string): readonly string[] => {
  if (!RAW.test(text)) return Array.from(text);
  const bytes = encodeUtf8(text);
  const starts = startsOf(bytes);
  return starts.slice(1).map((end, i) => rawText(bytes.subarray(starts[i], end)));
};

/** Where the characters of bytes begin and the last ends: Flink asks their first bytes alone, so it may end beyond the last byte. */
function startsOf(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < bytes.length; starts.push(at)) {
    const first = bytes[at]!;
    at += first < 0xc2 || first >= 0xf8 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  }
  return starts;
}

/** Bytes that are copied, of which some may not be there. */
function copied(bytes: Uint8Array, from: number, to: number, base = 0): string {
  if (to <= bytes.length) return rawText(bytes.subarray(from, to));
  const at = from - base;
  throw new RunError(
    `IndexOutOfBoundsException: pos: ${16 + at}, length: ${to - from}, index: ${at}, offset: 0`,
  );
}

/** `text` from character `from` (0-based) up to but not including `to`. */
export function sliceCharacters(text: string, from: number, to: number): string {
  if (to <= from) return '';
  if (RAW.test(text)) {
    const bytes = encodeUtf8(text);
    const starts = startsOf(bytes);
    const last = starts.length - 1;
    return from >= last ? '' : copied(bytes, starts[from]!, starts[Math.min(to, last)]!);
  }
  return SURROGATE.test(text) ? characters(text).slice(from, to).join('') : text.slice(from, to);
}

export function countCharacters(text: string): number {
  return SURROGATE.test(text) ? characters(text).length : text.length;
}

/** Character by character from the end. */
export function reverseCharacters(text: string): string {
  if (RAW.test(text)) {
    const bytes = encodeUtf8(text);
    if (startsOf(bytes).at(-1)! > bytes.length) throw new RunError('IndexOutOfBoundsException: null');
  }
  return characters(text).toReversed().join('');
}

/** The 0-based character index of `part` in `text` from a character on, -1 where it is not; the empty text is at 0. */
export function indexOfCharacters(text: string, part: string, from: number): number {
  if (part === '') return 0;
  if (!SURROGATE.test(text)) return text.indexOf(part, Math.max(from, 0));
  const before = characters(text).slice(0, Math.max(from, 0)).join('').length;
  const at = text.indexOf(part, before);
  return at < 0 ? -1 : countCharacters(text.slice(0, at));
}

/** Java's `Character.isWhitespace`: no-break spaces are none. */
// oxlint-disable-next-line no-control-regex -- the control characters are meant
const JAVA_WHITESPACE = /[\t-\r\u001c-\u001f \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]/;

/** Apache Commons' `splitByWholeSeparatorPreserveAllTokens`: empty text gives nothing, an empty separator splits at white space. */
export function splitAll(text: string, separator: string): readonly string[] {
  if (text === '') return [];
  return separator === '' ? text.split(JAVA_WHITESPACE) : text.split(separator);
}

/** Removes characters of a set from either end. */
export function trimCharacters(text: string, set: string, leading: boolean, trailing: boolean): string {
  if (set === ' ' && leading && trailing) return text.replace(/^ +| +$/g, '');
  const all = characters(text);
  const check = RAW.test(text) ? checkOf(text) : null;
  let start = 0;
  let end = all.length;
  const isIn = (at: number, first: number): boolean => {
    check?.(at, first);
    return set.includes(all[at]!);
  };
  if (leading) while (start < end && isIn(start, 0)) start++;
  if (trailing) while (end > start && isIn(end - 1, start)) end--;
  return all.slice(start, end).join('');
}

/** Reads a character of a text that is no UTF-8 and begins with its `first` one now; throws if not all of it is there. */
function checkOf(text: string): (at: number, first: number) => void {
  const bytes = encodeUtf8(text);
  const starts = startsOf(bytes);
  return (at, first) => void copied(bytes, starts[at]!, starts[at + 1]!, starts[first]);
}

/** What Java writes of a text: half a character has no bytes and becomes a question mark. */
export const encodable = (text: string): string =>
  SURROGATE.test(text)
    ? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?')
    : text;
