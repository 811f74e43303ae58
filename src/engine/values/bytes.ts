import { RunError } from './run-error.ts';

/** UTF-8, base64 and hexadecimal without platform APIs, as Java does them. */

/** UTF-8 bytes of a text; a lone surrogate is `?`, as Java's `getBytes` writes it, unless it stands for a byte (`rawText`). */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code >= 0xd800 && code <= 0xdfff)
      bytes.push(code >= 0xdc80 && code <= 0xdcff ? code & 0xff : 63);
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return Uint8Array.from(bytes);
}

const REPLACEMENT = '\ufffd';

/** Text of UTF-8 bytes; each malformed sequence becomes U+FFFD (maximal subparts, as Java and browsers do). */
export const decodeUtf8 = (bytes: Uint8Array): string => decode(bytes, () => REPLACEMENT);

/** Text that keeps the bytes it was made of: one that is no UTF-8 stands as a surrogate of its own. */
export const rawText = (bytes: Uint8Array): string =>
  decode(bytes, (malformed) => String.fromCharCode(...malformed.map((byte) => 0xdc00 | byte)));

/** What is seen of a text that may hold such bytes. */
export const repaired = (text: string): string =>
  /[\udc80-\udcff]/.test(text) ? decodeUtf8(encodeUtf8(text)) : text;

function decode(bytes: Uint8Array, malformed: (bytes: readonly number[]) => string): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const start = i;
    const first = bytes[i++] ?? 0;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const length =
      first >= 0xc2 && first < 0xe0
        ? 1
        : first >= 0xe0 && first < 0xf0
          ? 2
          : first >= 0xf0 && first < 0xf5
            ? 3
            : 0;
    if (length === 0) {
      text += malformed([first]);
      continue;
    }
    let code = first & (0x3f >> length);
    let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let done = 0;
    while (done < length) {
      const next = bytes[i];
      if (next === undefined || next < low || next > high) break;
      code = (code << 6) | (next & 63);
      low = 0x80;
      high = 0xbf;
      i++;
      done++;
    }
    text += done === length ? String.fromCodePoint(code) : malformed([...bytes.subarray(start, i)]);
  }
  return text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    text += BASE64.charAt(a >> 2) + BASE64.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? '=' : BASE64.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? '=' : BASE64.charAt(c & 63);
  }
  return text;
}

/** Java's `Base64.getDecoder()`; what it complains of is thrown in its words. Padding may be left out. */
export function decodeBase64(source: Uint8Array): Uint8Array {
  if (source.length === 1) throw complaint('Input byte[] should at least have 2 bytes for base64 bytes');
  const bytes: number[] = [];
  let at = 0;
  let bits = 0;
  let shift = 18;
  while (at < source.length) {
    const byte = source[at++] as number;
    const digit = BASE64.indexOf(String.fromCharCode(byte));
    if (byte === PADDING) {
      const isWhole = shift === 6 ? source[at++] === PADDING : shift !== 18;
      if (!isWhole) throw complaint('Input byte array has wrong 4-byte ending unit');
      break;
    }
    if (digit < 0) throw complaint(`Illegal base64 character ${((byte << 24) >> 24).toString(16)}`);
    bits |= digit << shift;
    shift -= 6;
    if (shift >= 0) continue;
    bytes.push(bits >> 16, (bits >> 8) & 255, bits & 255);
    [bits, shift] = [0, 18];
  }
  if (shift === 12) throw complaint('Last unit does not have enough valid bits');
  if (shift === 6) bytes.push(bits >> 16);
  else if (shift === 0) bytes.push(bits >> 16, (bits >> 8) & 255);
  if (at < source.length) throw complaint(`Input byte array has incorrect ending byte at ${at}`);
  return Uint8Array.from(bytes);
}
const PADDING = 61;
const complaint = (words: string): RunError => new RunError(`IllegalArgumentException: ${words}`);
