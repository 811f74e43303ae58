import {
  char,
  INTEGER,
  isApproximate,
  isNumeric,
  isTimestamp,
  type LogicalType,
  STRING,
  type Value,
  varchar,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { decodeUtf8, encodeUtf8, repaired } from '../../values/bytes.ts';
import { type HashName, hash } from '../../values/hash.ts';
import { type Int64 } from '../../values/int64.ts';
import { hashCodeOf } from '../../values/java-hash-code.ts';
import { type FormatArgument, javaFormat } from '../../values/java-printf.ts';
import { hex, printer } from '../../values/print-value.ts';
import { RunError } from '../../values/run-error.ts';
import { isoTimestamp } from '../../values/time.ts';
import { type ScalarFunction } from '../function-definition.ts';
import { javaRegex } from '../java-regex.ts';
import { modernFamily, WRONG_COUNT } from '../modern.ts';
import { argType, type Doc, noCode, returns, returnsNullable, scalarFamily } from '../signature.ts';

const digest = scalarFamily('hash');
const text = scalarFamily('string');
const modern = modernFamily('string');

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? encodeUtf8(value) : value;

function hashFunction(name: string, algorithm: HashName, length: number, doc: Doc): ScalarFunction {
  return digest({
    name,
    forms: [['STRING']],
    returns: returns(char(length)),
    evaluate: (value: string | Uint8Array) => hex(hash(algorithm, bytesOf(value))),
    doc,
  });
}

const SHA2: Readonly<Record<string, HashName>> = {
  '224': 'SHA-224',
  '256': 'SHA-256',
  '384': 'SHA-384',
  '512': 'SHA-512',
};

// ---------------------------------------------------------------- URLs

interface UrlParts {
  readonly protocol: string;
  readonly authority: string;
  readonly userInfo: string | null;
  readonly host: string;
  readonly path: string;
  readonly query: string | null;
  readonly ref: string | null;
}

const PROTOCOLS: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'file', 'jar', 'mailto']);

/** `java.net.URL`: only protocols it knows. */
function parseUrl(url: string): UrlParts | null {
  const match = /^\s*([a-zA-Z][\w+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url);
  if (match === null) return null;
  const [, protocol = '', authority = '', path = '', query, ref] = match;
  if (!PROTOCOLS.has(protocol.toLowerCase())) return null;
  const at = authority.lastIndexOf('@');
  const hostAndPort = at < 0 ? authority : authority.slice(at + 1);
  const host = hostAndPort.startsWith('[')
    ? hostAndPort.slice(0, hostAndPort.indexOf(']') + 1)
    : hostAndPort.replace(/:.*$/, '');
  if (!/^(?:\[.*\]|[^:]*)(?::\d*)?$/.test(hostAndPort)) return null;
  return {
    protocol: protocol.toLowerCase(),
    authority,
    userInfo: at < 0 ? null : authority.slice(0, at),
    host,
    path,
    query: query ?? null,
    ref: ref ?? null,
  };
}

function urlPart(url: string, part: string): string | null {
  const parts = parseUrl(url);
  if (parts === null) return null;
  switch (part) {
    case 'HOST':
      return parts.host;
    case 'PATH':
      return parts.path;
    case 'QUERY':
      return parts.query;
    case 'REF':
      return parts.ref;
    case 'PROTOCOL':
      return parts.protocol;
    case 'FILE':
      return parts.path + (parts.query === null ? '' : `?${parts.query}`);
    case 'AUTHORITY':
      return parts.authority === '' ? null : parts.authority;
    case 'USERINFO':
      return parts.userInfo;
    default:
      return null;
  }
}
function queryValue(url: string, part: string, key: string): string | null {
  const query = part === 'QUERY' ? urlPart(url, part) : null;
  if (query === null) return null;
  const regex = javaRegex(`(&|^)\\Q${key}\\E=([^&]*)`);
  if (regex === null) return null;
  regex.lastIndex = 0;
  return regex.exec(query)?.[2] ?? null;
}

function urlEncode(value: string): string {
  let result = '';
  for (const character of repaired(value)) {
    if (/^[a-zA-Z0-9.\-*_]$/.test(character)) result += character;
    else if (character === ' ') result += '+';
    else
      for (const byte of encodeUtf8(character))
        result += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}
function urlDecode(value: string): string | null {
  let result = '';
  for (let i = 0; i < value.length; ) {
    const character = value.charAt(i);
    if (character === '%') {
      const bytes: number[] = [];
      while (value.charAt(i) === '%') {
        const digits = value.slice(i + 1, i + 3);
        if (!/^[0-9a-fA-F]{2}$/.test(digits)) return null;
        bytes.push(Number.parseInt(digits, 16));
        i += 3;
      }
      result += decodeUtf8(Uint8Array.from(bytes));
    } else {
      result += character === '+' ? ' ' : character;
      i++;
    }
  }
  return result;
}

// ---------------------------------------------------------------- PRINTF

/** Of how many bits Java's number for a value is: dates, times and intervals are numbers too. */
const BITS: { readonly [root: string]: number } = {
  TINYINT: 8,
  SMALLINT: 16,
  INTEGER: 32,
  BIGINT: 64,
  DATE: 32,
  TIME: 32,
  INTERVAL_MONTH: 32,
  INTERVAL_DAY: 64,
};

/** A value as Java's formatter gets it: as Flink holds it. */
function formatArgument(type: LogicalType, zone: string): (value: Value) => FormatArgument {
  const make = presentArgument(type, zone);
  return (value) => (value === null ? { kind: 'null' } : make(value));
}

/** Whether the values of a type hash as Flink's own code does it. */
const hasJavaHash = (type: LogicalType): boolean => isNumeric(type) || type.root === 'BOOLEAN';

function presentArgument(type: LogicalType, zone: string): (value: Value) => FormatArgument {
  const bits = BITS[type.root];
  if (bits !== undefined) return (value) => ({ kind: 'integer', value: BigInt(value as Int64), bits });
  const isSingle = type.root === 'FLOAT';
  if (isApproximate(type)) return (value) => ({ kind: 'floating', value: value as number, isSingle });
  if (type.root === 'BOOLEAN') return (value) => ({ kind: 'boolean', value: value as boolean });
  if (isTimestamp(type))
    return (value) => ({ kind: 'other', text: isoTimestamp(value as Int64, type.precision) });
  const print = printer(type, zone);
  return (value) => ({ kind: 'other', text: print(value) });
}

export const hashAndUrlFunctions: readonly ScalarFunction[] = [
  hashFunction('MD5', 'MD5', 32, [
    'MD5(string)',
    'The MD5 hash in lower-case hexadecimal.',
    'MD5 散列值（小写十六进制）。',
    ["MD5('abc')", '900150983cd24fb0d6963f7d28e17f72'],
  ]),
  hashFunction('SHA1', 'SHA-1', 40, [
    'SHA1(string)',
    'The SHA-1 hash in lower-case hexadecimal.',
    'SHA-1 散列值（小写十六进制）。',
    ["SHA1('abc')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ]),
  hashFunction('SHA224', 'SHA-224', 56, [
    'SHA224(string)',
    'The SHA-224 hash in lower-case hexadecimal.',
    'SHA-224 散列值（小写十六进制）。',
    ["SHA224('abc')", '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'],
  ]),
  hashFunction('SHA256', 'SHA-256', 64, [
    'SHA256(string)',
    'The SHA-256 hash in lower-case hexadecimal.',
    'SHA-256 散列值（小写十六进制）。',
    ["SHA256('abc')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ]),
  hashFunction('SHA384', 'SHA-384', 96, [
    'SHA384(string)',
    'The SHA-384 hash in lower-case hexadecimal.',
    'SHA-384 散列值（小写十六进制）。',
    [
      "SHA384('')",
      '38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b',
    ],
  ]),
  hashFunction('SHA512', 'SHA-512', 128, [
    'SHA512(string)',
    'The SHA-512 hash in lower-case hexadecimal.',
    'SHA-512 散列值（小写十六进制）。',
    [
      "SHA512('')",
      'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
    ],
  ]),
  digest({
    name: 'SHA2',
    forms: [['STRING', 'INTEGER']],
    returns: returns(varchar(128)),
    // The digest for a length that is written is looked for before there is a row.
    refuse: ([, size]) =>
      size?.literal == null || String(size.literal) in SHA2
        ? null
        : 'RuntimeException: Unsupported algorithm.',
    // A length that is computed is put into the name of a digest as it is.
    implement: () => (value: string | Uint8Array, length: Int64) => {
      const algorithm = SHA2[String(length)] ?? (length === 1 ? 'SHA-1' : undefined);
      if (algorithm === undefined)
        throw new RunError(`NoSuchAlgorithmException: SHA-${length} MessageDigest not available`);
      return hex(hash(algorithm, bytesOf(value)));
    },
    doc: [
      'SHA2(string, length)',
      'A SHA-2 hash of 224, 256, 384 or 512 bits.',
      '224、256、384 或 512 位的 SHA-2 散列值。',
      ["SHA2('', 224)", 'd14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f'],
    ],
  }),
  digest({
    name: 'HASH_CODE',
    forms: [['BOOLEAN'], ['NUMERIC'], ['CHARACTER'], ['TIMESTAMP'], ['TIME'], ['DATE']],
    returns: returns(INTEGER),
    refuse: (args) => (argType(args, 0).root === 'TIMESTAMP_LTZ' ? noCode('HASH_CODE', args) : null),
    implement: (types) => hashCodeOf(types[0]!),
    doc: [
      'HASH_CODE(value)',
      "Java's hash code of a value; that of a text without its sign.",
      'Java 的散列码；字符串取绝对值。',
      ["HASH_CODE('abc')", '96354'],
    ],
  }),
  text({
    name: 'PARSE_URL',
    forms: [
      ['CHARACTER', 'CHARACTER'],
      ['CHARACTER', 'CHARACTER', 'CHARACTER'],
    ],
    returns: returnsNullable(STRING),
    evaluate: (url: string, part: string, key?: string) =>
      key === undefined ? urlPart(url, part) : queryValue(url, part, key),
    doc: [
      'PARSE_URL(url, part [, key])',
      'A part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO; or one value of the query.',
      '取 URL 的一部分：HOST、PATH、QUERY、REF、PROTOCOL、FILE、AUTHORITY、USERINFO，或查询串中的某个值。',
      ["PARSE_URL('http://a.b/c?k=v', 'HOST')", 'a.b'],
      ["PARSE_URL('http://a.b/c?k=v', 'QUERY', 'k')", 'v'],
    ],
  }),
  modern({
    name: 'URL_ENCODE',
    parameters: [[[null, 'CHARACTER_STRING']]],
    returns: returnsNullable(STRING),
    evaluate: urlEncode,
    doc: ['URL_ENCODE(string)', 'For use in a URL.', '进行 URL 编码。', ["URL_ENCODE('a b/c')", 'a+b%2Fc']],
  }),
  modern({
    name: 'URL_DECODE',
    parameters: [[[null, 'CHARACTER_STRING']]],
    returns: returnsNullable(STRING),
    evaluate: urlDecode,
    doc: [
      'URL_DECODE(string)',
      'Text of a URL; NULL if it is malformed.',
      '进行 URL 解码；格式错误时为 NULL。',
      ["URL_DECODE('a+b%2Fc')", 'a b/c'],
    ],
  }),
  modern({
    name: 'PRINTF',
    parameters: {
      check: (args) =>
        args[0] === undefined
          ? WRONG_COUNT
          : ['CHAR', 'VARCHAR', 'NULL'].includes(args[0].type.root)
            ? null
            : `Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was '${printType(args[0].type)}'.`,
      signatures: ['PRINTF(format <CHARACTER_STRING>, obj <ANY>...)'],
    },
    returns: returnsNullable(STRING),
    strict: false,
    implement: (types, _result, { zone }) => {
      const makers = types.slice(1).map((type) => formatArgument(type, zone));
      const hashes = types.slice(1).map((type) => (hasJavaHash(type) ? hashCodeOf(type) : null));
      return (format: Value, ...values: Value[]) =>
        format === null
          ? null
          : javaFormat(
              format as string,
              values.map((value, i) => makers[i]?.(value) ?? { kind: 'null' }),
              (i) => hashes[i]?.(values[i] as never) ?? null,
            );
    },
    doc: [
      'PRINTF(format, value, …)',
      "Text by Java's format patterns such as `%s`, `%d`, `%.2f`; NULL if a value does not fit.",
      '按 Java 格式（如 `%s`、`%d`、`%.2f`）生成文本；值不匹配时为 NULL。',
      ["PRINTF('%s-%03d', 'a', 7)", 'a-007'],
    ],
  }),
];
