import {
  type DecimalType,
  decimal,
  isApproximate,
  isCharacter,
  isInteger,
  isNumeric,
  type LogicalType,
  notNull,
  sameType,
  type Value,
} from '../types/logical-type.ts';
import { compareDecimal, exactDigits, exactToDecimal, parseExact, printDecimal } from '../values/decimal.ts';
import { canonical, holdsInteger, type Int64 } from '../values/int64.ts';
import { RunError } from '../values/run-error.ts';
import { literal, type Rex, type RexCall, type RexLiteral } from './rex.ts';

/** A number as the planner holds it in a literal of whatever type: as a decimal, with all its digits. */
interface Held {
  readonly unscaled: bigint;
  readonly scale: number;
  /** What has been a floating number once is shown with its exponent. */
  readonly isFloating: boolean;
  readonly isComputed?: true;
}

/** Whether a number is made of a number or text by a cast. */
export const isNumericCast = ({ operator, operands: [operand], type }: RexCall): boolean =>
  operator === 'CAST' && isNumeric(type) && (isNumeric(operand!.type) || isCharacter(operand!.type));

/** A FLOAT that the planner computed: it writes seven digits. */
export const asFloat = (value: number): number => Number(Math.fround(value).toPrecision(7));

/**
 * The literal that casts of a written number or text come to: a type that has room for the number only puts itself in the place of the one before, any other
 * changes it. Null where it cannot be told. `fold` is for what is no number, `compute` for the cast of a literal.
 */
export function heldNumber(
  rex: RexCall,
  fold: (rex: Rex) => Rex,
  compute: (cast: Rex) => Value,
): RexLiteral | null {
  const [operand] = rex.operands as [Rex];
  // An exact number that is still cast to another is so by the planner, which computes it.
  const isExact = ({ type }: Rex): boolean => isNumeric(type) && !isApproximate(type);
  if (operand.kind === 'Literal' && isExact(operand) && isExact(rex))
    return operand.written && sameType(operand.type, notNull(rex.type)) ? operand : null;
  try {
    const held = holding(rex, fold, compute);
    return held && asLiteral(held, rex.type);
  } catch (error) {
    if (error instanceof RunError) return null;
    throw error;
  }
}

function holding(rex: Rex, fold: (rex: Rex) => Rex, compute: (cast: Rex) => Value): Held | null {
  if (rex.kind === 'Literal') return ofLiteral(rex);
  if (rex.kind !== 'Call' || !isNumericCast(rex)) return null;
  const [operand] = rex.operands as [Rex];
  if (!isNumeric(operand.type)) {
    const text = fold(operand);
    return text.kind === 'Literal' && text.value !== null ? computed(rex, text, compute) : null;
  }
  const held = holding(operand, fold, compute);
  if (held === null || hasRoom(rex.type, held)) return held;
  const before = asLiteral(held, operand.type);
  return before && computed(rex, before, compute);
}

function computed(rex: RexCall, operand: RexLiteral, compute: (cast: Rex) => Value): Held | null {
  const { type } = rex;
  const value = compute({ ...rex, operands: [operand] });
  if (value === null) return null;
  if (type.root === 'DECIMAL')
    return { unscaled: BigInt(value as Int64), scale: type.scale, isFloating: false };
  if (isInteger(type)) return { unscaled: BigInt(value as Int64), scale: 0, isFloating: false };
  if (!Number.isFinite(value)) return null;
  return type.root === 'FLOAT' ? floating(asFloat(value as number)) : ofDouble(value as number);
}

function ofLiteral(number: RexLiteral): Held | null {
  const { value, type, shownScale, isComputed, isLate } = number.written ?? number;
  if (isLate || value === null || !isNumeric(type)) return null;
  if (isInteger(type)) return { unscaled: BigInt(value as Int64), scale: 0, isFloating: false };
  if (type.root === 'DECIMAL') {
    const scale = shownScale ?? type.scale;
    const unscaled = BigInt(value as Int64) / 10n ** BigInt(Math.max(0, type.scale - scale));
    return { unscaled, scale: Math.min(scale, type.scale), isFloating: false };
  }
  if (isComputed) return ofDouble(value as number);
  const held = floating(value as number);
  if (shownScale === undefined) return held;
  const zeros = Math.max(0, shownScale - held.scale);
  return { unscaled: held.unscaled * 10n ** BigInt(zeros), scale: held.scale + zeros, isFloating: false };
}

const floating = (value: number): Held => ({ ...parseExact(value.toExponential())!, isFloating: true });

function ofDouble(value: number): Held {
  const [unscaled, scale] = exactDigits(Math.abs(value));
  return { unscaled: value < 0 ? -unscaled : unscaled, scale, isFloating: true, isComputed: true };
}

/** Whether a type takes a number as it is: floating ones any, whole ones what has nothing behind the point, DECIMAL what it has digits for before it. */
function hasRoom(type: LogicalType, { unscaled, scale }: Held): boolean {
  if (isApproximate(type)) return true;
  if (type.root === 'DECIMAL')
    return String(unscaled).replace('-', '').length - scale <= type.precision - type.scale;
  return scale === 0 && holdsInteger(type.root, lowBits(unscaled));
}

function asLiteral(held: Held, type: LogicalType): RexLiteral | null {
  const { unscaled, scale } = held;
  if (type.root === 'DECIMAL') {
    const value = exactToDecimal(held, type.precision, type.scale);
    if (value === null) return null;
    const made = literal(value, notNull(type));
    if (scale > type.scale) return { ...made, written: exactLiteral(held) };
    return scale < type.scale && scale >= 0 ? { ...made, shownScale: scale } : made;
  }
  if (isInteger(type)) return literal(lowBits(unscaled), notNull(type));
  const made = literal(numberOf(held), notNull(type));
  if (held.isComputed) return { ...made, isComputed: true };
  return held.isFloating ? made : { ...made, shownScale: scale };
}

/** A number in a DECIMAL that is just long enough. */
function exactLiteral({ unscaled, scale }: Held): RexLiteral {
  const digits = String(unscaled).replace('-', '').length;
  return literal(canonical(unscaled), notNull(decimal(Math.max(digits, scale), scale)));
}

/** A number in a DECIMAL that has room for what is before its point: it is as it was written until it is computed with. Null where there is no room. */
export function asDecimalLiteral(number: RexLiteral, type: DecimalType): RexLiteral | null {
  const held = number.isComputed ? null : ofLiteral(number);
  const made = held && hasRoom(type, held) ? asLiteral(held, type) : null;
  return made?.written ? { ...made, written: number.written ?? number } : made;
}

/** Compares numbers with all the digits that the planner holds. */
export function compareHeld(a: RexLiteral, b: RexLiteral): number {
  const [left, right] = [ofLiteral(a), ofLiteral(b)];
  return left && right
    ? compareDecimal(canonical(left.unscaled), left.scale, canonical(right.unscaled), right.scale)
    : 0;
}

/** A whole number as a `long`: of what is too large, the lower half is looked at. */
const lowBits = (unscaled: bigint): Int64 => canonical(BigInt.asIntN(64, unscaled));

const numberOf = ({ unscaled, scale }: Held): number =>
  Number(scale >= 0 ? printDecimal(unscaled, scale) : `${unscaled}e${-scale}`);
