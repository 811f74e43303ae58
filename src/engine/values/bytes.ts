/** UTF-8, base64 and hexadecimal without platform APIs, as Java does them. */

/** UTF-8 bytes of a text; a lone surrogate is `?`, as Java's `getBytes` writes it. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code >= 0xd800 && code <= 0xdfff) bytes.push(63);
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
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
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
      text += REPLACEMENT;
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
    text += done === length ? String.fromCodePoint(code) : REPLACEMENT;
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

/** What Java's decoder says to bytes that are no base64 text. */
export function base64Complaint(bytes: Uint8Array): string {
  if (bytes.length < 2) return 'Input byte[] should at least have 2 bytes for base64 bytes';
  for (const [i, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    if (character === '=') return 'Input byte array has wrong 4-byte ending unit';
    if (!BASE64.includes(character)) return `Illegal base64 character ${((byte << 24) >> 24).toString(16)}`;
    if (i === bytes.length - 1) break;
  }
  return 'Last unit does not have enough valid bits';
}

/** Bytes of a base64 text, padding optional; null for a text that is none. */
export function decodeBase64(text: string): Uint8Array | null {
  const digits = text.replace(/={1,2}$/, '');
  if (digits.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(digits)) return null;
  const bytes: number[] = [];
  for (let i = 0; i < digits.length; i += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = Array.from(digits.slice(i, i + 4), (digit) => BASE64.indexOf(digit));
    const length = Math.min(4, digits.length - i);
    bytes.push((a << 2) | (b >> 4));
    if (length > 2) bytes.push(((b & 15) << 4) | (c >> 2));
    if (length > 3) bytes.push(((c & 3) << 6) | d);
  }
  return Uint8Array.from(bytes);
}
