import { type DecimalType, decimal, type LogicalType } from './logical-type.ts';

/** Rules of `LogicalTypeMerging` for DECIMAL results (adopted by Flink from SQL Server). All results are nullable; callers set nullability. */
const MAX_PRECISION = 38;
const MINIMUM_ADJUSTED_SCALE = 6;

function adjust(precision: number, scale: number): DecimalType {
  if (precision <= MAX_PRECISION) return decimal(precision, scale);
  const digits = precision - scale;
  return decimal(MAX_PRECISION, Math.max(MAX_PRECISION - digits, Math.min(scale, MINIMUM_ADJUSTED_SCALE)));
}

export function additionType(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  return adjust(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
}
export function multiplicationType(a: DecimalType, b: DecimalType): DecimalType {
  return adjust(a.precision + b.precision + 1, a.scale + b.scale);
}
export function divisionType(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(6, a.scale + b.precision + 1);
  return adjust(a.precision - a.scale + b.scale + scale, scale);
}
export function moduloType(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  return adjust(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}
/** ROUND and TRUNCATE to `digits`. */
export function roundType(type: DecimalType, digits: number): DecimalType {
  if (digits >= type.scale) return decimal(type.precision, type.scale);
  if (digits < 0) return decimal(Math.min(MAX_PRECISION, 1 + type.precision - type.scale), 0);
  return decimal(1 + type.precision - type.scale + digits, digits);
}

/** An exact number as the DECIMAL that holds it: TINYINT 3, SMALLINT 5, INT 10, BIGINT 19 digits; null for other types. */
export function asDecimal(type: LogicalType): DecimalType | null {
  switch (type.root) {
    case 'DECIMAL':
      return type;
    case 'TINYINT':
      return decimal(3, 0);
    case 'SMALLINT':
      return decimal(5, 0);
    case 'INTEGER':
      return decimal(10, 0);
    case 'BIGINT':
      return decimal(19, 0);
    default:
      return null;
  }
}
