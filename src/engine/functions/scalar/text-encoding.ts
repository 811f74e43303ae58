import { BYTES, INTEGER, STRING } from '../../types/logical-type.ts';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8, rawText, repaired } from '../../values/bytes.ts';
import type { Int64 } from '../../values/int64.ts';
import { hex } from '../../values/print-value.ts';
import { RunError } from '../../values/run-error.ts';
import type { ScalarFunction } from '../function-definition.ts';
import { modernFamily } from '../modern.ts';
import { returns, returnsNullable, scalarFamily } from '../signature.ts';

const text = scalarFamily('string');
const modern = modernFamily('string');

/** Text in one of the character sets Java always has. */
function encode(value: string, charset: string): Uint8Array {
  switch (charset.toUpperCase().replace('_', '-')) {
    case 'UTF-8':
    case 'UTF8':
      return encodeUtf8(value);
    case 'US-ASCII':
    case 'ASCII':
      return Uint8Array.from(value, (character) =>
        character.charCodeAt(0) < 128 ? character.charCodeAt(0) : 63,
      );
    case 'ISO-8859-1':
    case 'LATIN1':
      return Uint8Array.from(value, (character) =>
        character.charCodeAt(0) < 256 ? character.charCodeAt(0) : 63,
      );
    case 'UTF-16BE':
      return utf16(value, false, false);
    case 'UTF-16LE':
      return utf16(value, true, false);
    case 'UTF-16':
      return utf16(value, false, true);
    default:
      throw new RunError(`UnsupportedEncodingException: ${charset}`);
  }
}

function utf16(value: string, littleEndian: boolean, withMark: boolean): Uint8Array {
  const marked = withMark && value !== '' ? `\ufeff${value}` : value;
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), littleEndian);
  return bytes;
}

function decode(bytes: Uint8Array, charset: string): string {
  switch (charset.toUpperCase().replace('_', '-')) {
    case 'UTF-8':
    case 'UTF8':
      return decodeUtf8(bytes);
    case 'US-ASCII':
    case 'ASCII':
      return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : '\ufffd')).join('');
    case 'ISO-8859-1':
    case 'LATIN1':
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    case 'UTF-16LE':
      return decodeUtf16(bytes, true);
    case 'UTF-16BE':
      return decodeUtf16(bytes, false);
    case 'UTF-16': {
      const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
      const isMarked = isLittle || (bytes[0] === 0xfe && bytes[1] === 0xff);
      return decodeUtf16(isMarked ? bytes.subarray(2) : bytes, isLittle);
    }
    default:
      throw new RunError(`UnsupportedEncodingException: ${charset}`);
  }
}

function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let result = '';
  for (let i = 0; i + 1 < bytes.length; i += 2)
    result += String.fromCharCode(view.getUint16(i, littleEndian));
  return bytes.length % 2 === 1 ? `${result}\ufffd` : result;
}

/** `EncodingUtils.unhex`: the first digit of an odd number of digits is lost and leaves a zero byte; other characters give NULL. */
function unhex(value: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(value)) return null;
  const even = value.length % 2 === 1 ? `00${value.slice(1)}` : value;
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? encodeUtf8(value) : value;

const fromBase64 = (value: string | Uint8Array): string => rawText(decodeBase64(bytesOf(value)));

const unsigned64 = (value: Int64): bigint => BigInt.asUintN(64, BigInt(value));

/** Text as bytes, codes and digits, and back. */
export const encodingFunctions: readonly ScalarFunction[] = [
  text({
    name: 'ASCII',
    forms: [['CHARACTER']],
    returns: returns(INTEGER),
    evaluate: (value: string) => ((encodeUtf8(value.slice(0, 2))[0] ?? 0) << 24) >> 24,
    doc: [
      'ASCII(string)',
      'Code of the first byte; 0 for empty text.',
      '首字节的编码；空文本为 0。',
      ["ASCII('A')", '65'],
    ],
  }),
  text({
    name: 'CHR',
    forms: [['INTEGER']],
    returns: returnsNullable(STRING),
    evaluate: (code: Int64) => (code < 0 ? '' : String.fromCharCode(Number(BigInt.asUintN(8, BigInt(code))))),
    doc: [
      'CHR(integer)',
      'The character with a code (modulo 256).',
      '编码对应的字符（对 256 取模）。',
      ['CHR(65)', 'A'],
    ],
  }),
  text({
    name: 'ENCODE',
    forms: [['CHARACTER', 'CHARACTER']],
    returns: returns(BYTES),
    evaluate: (value: string, charset: string) => encode(repaired(value), charset),
    doc: [
      'ENCODE(string, charset)',
      'The bytes of a text in a character set.',
      '文本在某字符集下的字节。',
      ["ENCODE('a', 'UTF-8')", "x'61'"],
    ],
  }),
  text({
    name: 'DECODE',
    forms: [['BINARY', 'CHARACTER']],
    returns: returns(STRING),
    evaluate: decode,
    doc: [
      'DECODE(binary, charset)',
      'The text of bytes in a character set.',
      '按字符集把字节解码为文本。',
      ["DECODE(X'61', 'UTF-8')", 'a'],
    ],
  }),
  text({
    name: 'TO_BASE64',
    forms: [['STRING']],
    returns: returns(STRING),
    evaluate: (value: string | Uint8Array) => encodeBase64(bytesOf(value)),
    doc: ['TO_BASE64(string)', 'In base64.', '编码为 base64。', ["TO_BASE64('hello')", 'aGVsbG8=']],
  }),
  text({
    name: 'FROM_BASE64',
    forms: [['STRING']],
    returns: returns(STRING),
    evaluate: fromBase64,
    doc: [
      'FROM_BASE64(string)',
      'Text from base64.',
      '从 base64 解码为文本。',
      ["FROM_BASE64('aGVsbG8=')", 'hello'],
    ],
  }),
  text({
    name: 'HEX',
    forms: [['INTEGER'], ['CHARACTER']],
    returns: returns(STRING),
    evaluate: (value: string | Int64) =>
      (typeof value === 'string'
        ? hex(encodeUtf8(repaired(value)))
        : unsigned64(value).toString(16)
      ).toUpperCase(),
    doc: [
      'HEX(number or string)',
      'In hexadecimal.',
      '转为十六进制。',
      ['HEX(255)', 'FF'],
      ["HEX('A')", '41'],
    ],
  }),
  modern({
    name: 'UNHEX',
    parameters: [[['expr', 'CHARACTER_STRING']]],
    returns: returnsNullable(BYTES),
    evaluate: unhex,
    doc: [
      'UNHEX(string)',
      'Bytes from hexadecimal digits; NULL if there are others.',
      '将十六进制文本转为字节；含其他字符时为 NULL。',
      ["UNHEX('4142')", "x'4142'"],
    ],
  }),
  text({
    name: 'BIN',
    forms: [['INTEGER']],
    returns: returns(STRING),
    evaluate: (value: Int64) => unsigned64(value).toString(2),
    doc: ['BIN(integer)', 'In binary.', '转为二进制。', ['BIN(10)', '1010']],
  }),
];
