import type { LogicalType, Value } from '../types/logical-type.ts';
import { encodeUtf8 } from './bytes.ts';
import type { Int64 } from './int64.ts';
import { mapFromEntries } from './map.ts';
import { timestampMillis, timestampNanos } from './time.ts';

/** The hash of a key as the Java object that stands for it has it; null where it is not modelled. */
export type JavaHash = (key: Value) => number;

/** `String.hashCode`. */
export const stringHash: JavaHash = (key) => {
  const text = key as string;
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
};

/** The hash of a key in Flink's internal form. */
function internalHash(type: LogicalType): JavaHash | null {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return (key) => murmur(encodeUtf8(key as string));
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
      return (key) => key as number;
    case 'BIGINT':
      return (key) => longHash(key as Int64);
    case 'BOOLEAN':
      return (key) => (key === true ? 1231 : 1237);
    case 'DOUBLE':
      return (key) => {
        bits.setFloat64(0, key as number);
        return bits.getInt32(0) ^ bits.getInt32(4);
      };
    case 'FLOAT':
      return (key) => {
        bits.setFloat32(0, key as number);
        return bits.getInt32(0);
      };
    case 'DECIMAL':
      return (key) => (Math.imul(31, bigHash(BigInt(key as Int64))) + type.scale) | 0;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (key) =>
        (Math.imul(31, longHash(timestampMillis(key as Int64, type.precision))) +
          timestampNanos(key as Int64, type.precision)) |
        0;
    default:
      return null;
  }
}

const bits = new DataView(new ArrayBuffer(8));

/** `Long.hashCode`. */
function longHash(value: Int64): number {
  const unsigned = BigInt.asUintN(64, BigInt(value));
  return Number(BigInt.asIntN(32, unsigned ^ (unsigned >> 32n)));
}

/** What `BigDecimal` makes of its digits: 31 for each word of 32 bits. */
function bigHash(unscaled: bigint): number {
  const words: number[] = [];
  for (let left = unscaled < 0n ? -unscaled : unscaled; left > 0n; left >>= 32n)
    words.unshift(Number(BigInt.asIntN(32, left)));
  const hash = words.reduce((h, word) => (Math.imul(31, h) + word) | 0, 0);
  return unscaled < 0n ? -hash : hash;
}

/**
 * A map whose entries stand in the order in which a Java HashMap that was filled with them hands them out; `expected` is the number of
 * entries that the map was made for, where that was said.
 */
export function javaMap(
  entries: Iterable<readonly [Value, Value]>,
  hash: JavaHash,
  expected?: number,
): Map<Value, Value> {
  const map = new Map(entries);
  if (map.size < 2) return map;
  let capacity = expected === undefined ? 16 : 1;
  if (expected !== undefined)
    while (capacity < (expected <= 2 ? expected + 1 : Math.ceil(expected / 0.75))) capacity *= 2;
  while (map.size > capacity * 0.75) capacity *= 2;
  const bucket = (key: Value): number => {
    const h = key === null ? 0 : hash(key);
    return (h ^ (h >>> 16)) & (capacity - 1);
  };
  return new Map([...map].sort(([a], [b]) => bucket(a) - bucket(b)));
}

/** The same for keys in Flink's internal form; null where their hash is not modelled. */
export function hashedMap(
  entries: Iterable<readonly [Value, Value]>,
  keyType: LogicalType,
): Map<Value, Value> | null {
  const hash = internalHash(keyType);
  return hash && javaMap(entries, hash);
}

/** Keys whose hash is not modelled keep the order of writing. */
export const internalMap = (
  entries: Iterable<readonly [Value, Value]>,
  keyType: LogicalType,
): Map<Value, Value> => hashedMap(entries, keyType) ?? mapFromEntries(entries, keyType);

/** `MurmurHashUtils.hashBytes`: whole words first, then what is left byte by byte. */
function murmur(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const aligned = bytes.length & ~3;
  let h = 42;
  const mix = (k: number): void => {
    h ^= Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
    h = (Math.imul(rotate(h, 13), 5) + 0xe6546b64) | 0;
  };
  for (let i = 0; i < aligned; i += 4) mix(view.getInt32(i, true));
  for (let i = aligned; i < bytes.length; i++) mix(view.getInt8(i));
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
