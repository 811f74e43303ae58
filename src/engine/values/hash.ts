/**
 * MD5, SHA-1 and SHA-2 over bytes, as RFC 1321 and FIPS 180-4 write them. For SQL functions on short texts, not for secrets;
 * `@noble/hashes` would be the library to take, should more than this be needed.
 */
export type HashName = 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512';

export function hash(name: HashName, bytes: Uint8Array): Uint8Array {
  switch (name) {
    case 'MD5':
      return md5(bytes);
    case 'SHA-1':
      return sha1(bytes);
    case 'SHA-224':
      return sha256(
        bytes,
        [0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4],
      ).slice(0, 28);
    case 'SHA-256':
      return sha256(
        bytes,
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
      );
    case 'SHA-384':
      return sha512(bytes, [
        0xcbbb9d5dc1059ed8n,
        0x629a292a367cd507n,
        0x9159015a3070dd17n,
        0x152fecd8f70e5939n,
        0x67332667ffc00b31n,
        0x8eb44a8768581511n,
        0xdb0c2e0d64f98fa7n,
        0x47b5481dbefa4fa4n,
      ]).slice(0, 48);
    case 'SHA-512':
      return sha512(bytes, [
        0x6a09e667f3bcc908n,
        0xbb67ae8584caa73bn,
        0x3c6ef372fe94f82bn,
        0xa54ff53a5f1d36f1n,
        0x510e527fade682d1n,
        0x9b05688c2b3e6c1fn,
        0x1f83d9abfb41bd6bn,
        0x5be0cd19137e2179n,
      ]);
  }
}

/** The message with a one bit, zeros and its length in bits, in blocks of `block` bytes. */
function padded(bytes: Uint8Array, block: number, littleEndian: boolean): DataView {
  const lengthBytes = block / 8;
  const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const result = new Uint8Array(size);
  result.set(bytes);
  result[bytes.length] = 0x80;
  const view = new DataView(result.buffer);
  view.setBigUint64(littleEndian ? size - lengthBytes : size - 8, BigInt(bytes.length) * 8n, littleEndian);
  return view;
}
const rotateLeft = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const rotateRight = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

function md5(bytes: Uint8Array): Uint8Array {
  const view = padded(bytes, 64, true);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed =
        round === 0
          ? (b & c) | (~b & d)
          : round === 1
            ? (d & b) | (~d & c)
            : round === 2
              ? b ^ c ^ d
              : c ^ (b | ~d);
      const word =
        round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum =
        (a +
          mixed +
          Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) +
          view.getUint32(block + word * 4, true)) |
        0;
      [a, b, c, d] = [d, (b + rotateLeft(sum, MD5_SHIFTS[round * 4 + (i % 4)] ?? 0)) | 0, b, c];
    }
    for (const [i, x] of [a, b, c, d].entries()) state[i] = ((state[i] ?? 0) + x) | 0;
  }
  return words32(state, true);
}

function sha1(bytes: Uint8Array): Uint8Array {
  const view = padded(bytes, 64, false);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const w = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 80; i++)
      w[i] =
        i < 16
          ? view.getInt32(block + i * 4)
          : rotateLeft(at(w, i - 3) ^ at(w, i - 8) ^ at(w, i - 14) ^ at(w, i - 16), 1);
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const [mixed, k] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      [a, b, c, d, e] = [(rotateLeft(a, 5) + mixed + e + k + at(w, i)) | 0, a, rotateLeft(b, 30), c, d];
    }
    for (const [i, x] of [a, b, c, d, e].entries()) state[i] = ((state[i] ?? 0) + x) | 0;
  }
  return words32(state, false);
}
const at = (words: Int32Array, index: number): number => words[index] ?? 0;

/** The first `count` primes' cube roots, the fractional 64 bits: the round constants of SHA-2. */
function roundConstants(): readonly bigint[] {
  const constants: bigint[] = [];
  for (let n = 2n; constants.length < 80; n++) {
    let isPrime = true;
    for (let d = 2n; d * d <= n; d++) if (n % d === 0n) isPrime = false;
    if (isPrime) constants.push(cubeRoot(n << 192n) & 0xffffffffffffffffn);
  }
  return constants;
}
function cubeRoot(x: bigint): bigint {
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle * middle <= x) low = middle;
    else high = middle;
  }
  return low;
}
let constants64: readonly bigint[] | null = null;
const K64 = (): readonly bigint[] => (constants64 ??= roundConstants());

function sha256(bytes: Uint8Array, initial: readonly number[]): Uint8Array {
  const view = padded(bytes, 64, false);
  const state = [...initial];
  const k = K64().map((constant) => Number(constant >> 32n));
  const w = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = view.getInt32(block + i * 4);
      else {
        const [x, y] = [at(w, i - 15), at(w, i - 2)];
        w[i] =
          at(w, i - 16) +
          (rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3)) +
          at(w, i - 7) +
          (rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10));
      }
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const t1 =
        (h +
          (rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)) +
          ((e & f) ^ (~e & g)) +
          (k[i] ?? 0) +
          at(w, i)) |
        0;
      const t2 =
        ((rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) state[i] = ((state[i] ?? 0) + x) | 0;
  }
  return words32(state, false);
}

const MASK = 0xffffffffffffffffn;
const rotate64 = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & MASK;

function sha512(bytes: Uint8Array, initial: readonly bigint[]): Uint8Array {
  const view = padded(bytes, 128, false);
  const state = [...initial];
  const k = K64();
  const w: bigint[] = [];
  const word = (i: number): bigint => w[i] ?? 0n;
  for (let block = 0; block < view.byteLength; block += 128) {
    for (let i = 0; i < 80; i++) {
      if (i < 16) w[i] = view.getBigUint64(block + i * 8);
      else {
        const [x, y] = [word(i - 15), word(i - 2)];
        w[i] =
          (word(i - 16) +
            (rotate64(x, 1n) ^ rotate64(x, 8n) ^ (x >> 7n)) +
            word(i - 7) +
            (rotate64(y, 19n) ^ rotate64(y, 61n) ^ (y >> 6n))) &
          MASK;
      }
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < 80; i++) {
      const t1 =
        h +
        (rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n)) +
        ((e & f) ^ (~e & MASK & g)) +
        (k[i] ?? 0n) +
        word(i);
      const t2 = (rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(t1 + t2) & MASK, a, b, c, (d + t1) & MASK, e, f, g];
    }
    for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) state[i] = ((state[i] ?? 0n) + x) & MASK;
  }
  const result = new Uint8Array(64);
  const out = new DataView(result.buffer);
  for (const [i, x] of state.entries()) out.setBigUint64(i * 8, x);
  return result;
}

function words32(words: readonly number[], littleEndian: boolean): Uint8Array {
  const result = new Uint8Array(words.length * 4);
  const out = new DataView(result.buffer);
  for (const [i, x] of words.entries()) out.setInt32(i * 4, x, littleEndian);
  return result;
}
