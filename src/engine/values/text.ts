/** Text by code points, as Flink's UTF-8 strings count; a fast way for text without surrogates. */
const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a text. */
export const characters = (text: string): readonly string[] => Array.from(text);

/** `text` from character `from` (0-based) up to but not including `to`. */
export function sliceCharacters(text: string, from: number, to: number): string {
  if (to <= from) return '';
  return SURROGATE.test(text) ? characters(text).slice(from, to).join('') : text.slice(from, to);
}

export function countCharacters(text: string): number {
  return SURROGATE.test(text) ? characters(text).length : text.length;
}

/** Character by character from the end. */
export const reverseCharacters = (text: string): string => characters(text).toReversed().join('');

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
  let start = 0;
  let end = all.length;
  if (leading) while (start < end && set.includes(all[start] ?? '')) start++;
  if (trailing) while (end > start && set.includes(all[end - 1] ?? '')) end--;
  return all.slice(start, end).join('');
}

/** What Java writes of a text: half a character has no bytes and becomes a question mark. */
export const encodable = (text: string): string =>
  SURROGATE.test(text)
    ? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?')
    : text;
