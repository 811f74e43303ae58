import type { LogicalType, Value } from '../types/logical-type.ts';

/** How Flink's generated Java hashes a value of a type (`CodeGenUtils.hashCodeForType`); never asked about NULL. */
export function hashCodeOf(type: LogicalType): (value: never) => number {
  switch (type.root) {
    case 'BOOLEAN':
      return (value: Value) => (value ? 1231 : 1237);
    case 'BIGINT':
      return (value: number | bigint) => hashLong(BigInt(value));
    case 'FLOAT':
      return (value: number) => {
        scratch.setFloat32(0, value);
        return scratch.getInt32(0);
      };
    case 'DOUBLE':
      return (value: number) => {
        scratch.setFloat64(0, value);
        return scratch.getInt32(0) ^ scratch.getInt32(4);
      };
    case 'DECIMAL':
      return (value: number | bigint) => (Math.imul(31, hashInteger(BigInt(value))) + type.scale) | 0;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (value: number | bigint) => hashMoment(BigInt(value), type.precision);
    case 'CHAR':
    case 'VARCHAR':
      return (value: string) => Math.abs(hashText(value));
    default:
      return (value: Value) => Number(value);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

const hashLong = (value: bigint): number => Number(BigInt.asIntN(32, value ^ (value >> 32n)));

/** `BigInteger.hashCode` */
function hashInteger(value: bigint): number {
  let code = 0;
  const words: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 32n)
    words.push(Number(rest & 0xffffffffn));
  for (const word of words.reverse()) code = (Math.imul(31, code) + word) | 0;
  return value < 0n ? -code : code;
}

/** `TimestampData.hashCode` */
function hashMoment(value: bigint, precision: number): number {
  const unit = precision <= 3 ? 1n : precision <= 6 ? 1000n : 1_000_000n;
  const part = ((value % unit) + unit) % unit;
  const ms = (value - part) / unit;
  const nanos = part * (1_000_000n / unit);
  return (Math.imul(31, hashLong(ms)) + Number(nanos)) | 0;
}

function hashText(text: string): number {
  let code = 0;
  for (let i = 0; i < text.length; i++) code = (Math.imul(31, code) + text.charCodeAt(i)) | 0;
  return code;
}
