import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from './bytes.ts';
import { hash } from './hash.ts';
import { hex } from './print-value.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

describe('digests', () => {
  test.each(['MD5', 'SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const)('%s', (name) => {
    const theirs = (data: Uint8Array): string => createHash(name.replace('-', '')).update(data).digest('hex');
    fc.assert(
      fc.property(bytes, (data) => {
        expect(hex(hash(name, data)).toLowerCase()).toBe(theirs(data));
      }),
    );
    for (const length of [0, 55, 56, 63, 64, 111, 112, 119, 120, 127, 128]) {
      const data = new Uint8Array(length).fill(97);
      expect(hex(hash(name, data)).toLowerCase()).toBe(theirs(data));
    }
  });
});

describe('encodings', () => {
  test('Base64 and UTF-8 are those of Node', () => {
    fc.assert(
      fc.property(bytes, fc.string({ unit: 'binary' }), (data, text) => {
        expect(encodeBase64(data)).toBe(Buffer.from(data).toString('base64'));
        expect(hex(decodeBase64(encodeUtf8(encodeBase64(data))))).toBe(hex(data));
        expect([...encodeUtf8(text)]).toEqual([...Buffer.from(text, 'utf8')]);
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
  });
});
