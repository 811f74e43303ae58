import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { encodeUtf8 } from '../values/bytes.ts';
import type { Int64 } from '../values/int64.ts';
import { timestampMillis, timestampNanos } from '../values/time.ts';

/**
 * The order in which a Java HashMap hands out keys that are Flink's binary rows. A bundle is flushed in that order, and it decides which keys fall into which
 * bundle of the next operator. Null where a key has a type whose binary form is not modelled.
 */
export interface HashOrder {
  /** Sorts keys (in order of insertion) as the map would iterate over them. The map never shrinks, so its largest size so far counts. */
  sort<T>(entries: readonly T[], keyOf: (entry: T) => Row): readonly T[];
}

/** The hash a Java HashMap puts a row's key at, spread as it spreads them; null where a key has a type whose binary form is not modelled. */
export function javaHash(
  key: readonly number[],
  types: readonly LogicalType[],
): ((row: Row) => number) | null {
  const writers = types.map(writerOf);
  if (writers.includes(null)) return null;
  return (row) => {
    const h = hashOf(row, key, writers as readonly Writer[]);
    return h ^ (h >>> 16);
  };
}

/** The buckets of a Java HashMap that never held more than `peak` keys. */
export function javaCapacity(peak: number): number {
  let capacity = 16;
  while (peak > capacity * 0.75) capacity *= 2;
  return capacity;
}

/** Sorts entries by Longs (in order of insertion) as a Java HashMap that never held more than `peak` keys iterates over them. */
export function sortByLong<T>(entries: (readonly [key: number, value: T])[], peak: number): void {
  const capacity = javaCapacity(peak);
  const bucket = (key: number): number => {
    const h = key ^ Math.floor(key / 4294967296);
    return (h ^ (h >>> 16)) & (capacity - 1);
  };
  entries.sort(([a], [b]) => bucket(a) - bucket(b));
}

export function javaHashOrder(key: readonly number[], types: readonly LogicalType[]): HashOrder | null {
  const writers = types.map(writerOf);
  if (writers.includes(null)) return null;
  let capacity = 16;
  return {
    sort(entries, keyOf) {
      while (entries.length > capacity * 0.75) capacity *= 2;
      if (entries.length < 2) return entries;
      const bucket = (row: Row): number => {
        const h = hashOf(row, key, writers as readonly Writer[]);
        return (h ^ (h >>> 16)) & (capacity - 1);
      };
      return entries
        .map((entry) => ({ entry, at: bucket(keyOf(entry)) }))
        .sort((a, b) => a.at - b.at)
        .map((x) => x.entry);
    },
  };
}

/** Writes a value into its eight bytes at `offset`; what is longer is given back to stand behind the fixed part, its size in the first four of them. */
type Writer = (view: DataView, offset: number, value: Value) => Uint8Array | null;

function writerOf(type: LogicalType): Writer | null {
  const fixed =
    (write: (view: DataView, offset: number, value: number) => void): Writer =>
    (view, offset, value) => {
      write(view, offset, Number(value));
      return null;
    };
  const long: Writer = (view, offset, value) => {
    if (typeof value === 'number') {
      view.setInt32(offset, value | 0, true);
      view.setInt32(offset + 4, Math.floor(value / 4294967296), true);
    } else view.setBigInt64(offset, value as bigint, true);
    return null;
  };
  const short = (view: DataView, offset: number, bytes: Uint8Array): Uint8Array | null => {
    if (bytes.length > 7) {
      view.setInt32(offset, bytes.length, true);
      return bytes;
    }
    bytes.forEach((b, i) => {
      view.setUint8(offset + i, b);
    });
    view.setUint8(offset + 7, bytes.length | 0x80);
    return null;
  };
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return (view, offset, value) => short(view, offset, encodeUtf8(value as string));
    case 'BINARY':
    case 'VARBINARY':
      return (view, offset, value) => short(view, offset, value as Uint8Array);
    case 'BOOLEAN':
    case 'TINYINT':
      return fixed((view, offset, value) => view.setInt8(offset, value));
    case 'SMALLINT':
      return fixed((view, offset, value) => view.setInt16(offset, value, true));
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
      return fixed((view, offset, value) => view.setInt32(offset, value, true));
    case 'FLOAT':
      return fixed((view, offset, value) => view.setFloat32(offset, value, true));
    case 'DOUBLE':
      return fixed((view, offset, value) => view.setFloat64(offset, value, true));
    case 'BIGINT':
      return long;
    case 'DECIMAL':
      return type.precision <= 18 ? long : wideDecimal;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 3 ? long : fineTimestamp(type.precision);
    default:
      return null;
  }
}

/** The digits as `BigInteger.toByteArray` has them, in sixteen bytes. */
const wideDecimal: Writer = (view, offset, value) => {
  const bytes = new Uint8Array(16);
  const unscaled = BigInt(value as Int64);
  let length = 1;
  while (BigInt.asIntN(8 * length, unscaled) !== unscaled) length++;
  for (let i = 0; i < length; i++)
    bytes[length - 1 - i] = Number(BigInt.asUintN(8, unscaled >> BigInt(8 * i)));
  view.setInt32(offset, length, true);
  return bytes;
};

/** Milliseconds stand behind the fixed part, and the nanoseconds in the place of their size. */
const fineTimestamp =
  (precision: number): Writer =>
  (view, offset, value) => {
    const bytes = new Uint8Array(8);
    const millis = BigInt(timestampMillis(value as Int64, precision));
    new DataView(bytes.buffer).setBigInt64(0, millis, true);
    view.setInt32(offset, timestampNanos(value as Int64, precision), true);
    return bytes;
  };

/** Where rows are written to be hashed; it grows with the longest. */
let scratch = new Uint8Array(512);
let words = new DataView(scratch.buffer);

function grow(size: number): void {
  if (size <= scratch.length) return;
  const old = scratch;
  scratch = new Uint8Array(2 * size);
  scratch.set(old);
  words = new DataView(scratch.buffer);
}

/** `BinaryRowData.hashCode`: Murmur3 over the row's bytes, four at a time. */
function hashOf(row: Row, key: readonly number[], writers: readonly Writer[]): number {
  const fixedSize = 8 + 8 * key.length;
  grow(fixedSize);
  scratch.fill(0, 0, fixedSize);
  let size = fixedSize;
  for (let i = 0; i < key.length; i++) {
    const value = row[key[i]!]!;
    if (value === null) {
      scratch[(8 + i) >> 3]! |= 1 << (i & 7);
      continue;
    }
    const bytes = writers[i]!(words, 8 + 8 * i, value);
    if (!bytes) continue;
    words.setInt32(12 + 8 * i, size, true);
    const end = size + Math.ceil(bytes.length / 8) * 8;
    grow(end);
    scratch.fill(0, size, end);
    scratch.set(bytes, size);
    size = end;
  }
  let h = 42;
  for (let i = 0; i < size; i += 4) {
    const k = Math.imul(rotate(Math.imul(words.getInt32(i, true), 0xcc9e2d51), 15), 0x1b873593);
    h = (Math.imul(rotate(h ^ k, 13), 5) + 0xe6546b64) | 0;
  }
  h ^= size;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
