import { type Argument, isMisfit } from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { call, literal, type Rex, type RexCall } from '../plan/rex.ts';
import { flatOperands, isCast, mapRex } from '../plan/rex-tools.ts';
import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  type IntervalType,
  isApproximate,
  isBinary,
  isCharacter,
  isInteger,
  isInterval,
  isTimestamp,
  type LogicalType,
  notNull,
  type RowType,
  SYMBOL,
  sameType,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { canonical, divideInt64, type Int64, toInt32 } from '../values/int64.ts';
import { asDecimalLiteral } from './held-number.ts';
import { UNIT_MILLIS, UNIT_MONTHS } from './interval-literal.ts';

/** An expression as it stands in a projection: a cast to the type that there is already is gone as soon as one is built. */
export const withoutNeedlessCasts = (rex: Rex): Rex =>
  mapRex(rex, (part) =>
    isCast(part) && sameType(part.operands[0]!.type, part.type) ? part.operands[0]! : part,
  );

/** Casts without asking whether a user may: where the planner itself needs another type. Literals change in place. */
export function castTo(rex: Rex, type: LogicalType): Rex {
  if (sameType(rex.type, type) || sameType(withNullable(rex.type, type.nullable), type)) return rex;
  if (rex.kind === 'Literal') {
    if (rex.value === null) return literal(null, withNullable(type, true));
    if (rex.written && !isInteger(type)) return castTo(rex.written, type);
    const recast = recastLiteral(rex.value, rex.type, type);
    if (recast !== undefined) {
      const made = literal(recast, withNullable(type, false));
      if (isApproximate(rex.type)) return { ...rex, type: made.type };
      // A FLOAT has fewer digits than the planner holds.
      if (isApproximate(type) && typeof rex.value === 'bigint') return { ...made, written: rex };
      const shownScale = rex.shownScale ?? (rex.type.root === 'DECIMAL' ? rex.type.scale : 0);
      const isShown = type.root === 'DECIMAL' ? shownScale < type.scale : isApproximate(type);
      return isShown ? { ...made, shownScale } : made;
    }
    const held = type.root === 'DECIMAL' ? asDecimalLiteral(rex, type) : null;
    if (held) return held;
  }
  return makeCast(rex, withNullable(type, rex.type.nullable));
}

/** A bare NULL as one of a type; all else as it is. */
export const withTypedNull = (rex: Rex, type: LogicalType): Rex =>
  rex.type.root === 'NULL' ? literal(null, withNullable(type, true)) : rex;

/** A number as it is computed with, when the planner meets it below: rounded to the digits of its type. */
export const asComputed = (rex: Rex): Rex =>
  rex.kind === 'Literal' && rex.written ? literal(rex.value, rex.type) : rex;

/**
 * A CAST as the planner writes it (`RexBuilder.makeCast`): between truth and exact numbers it is a comparison or a CASE, of an interval to a number a division.
 */
export function makeCast(rex: Rex, type: LogicalType): Rex {
  const from = rex.type;
  if (rex.kind === 'Literal') return call('CAST', [rex], type);
  if (isInterval(from) && isExact(type)) {
    const number = call('Reinterpret', [rex], withNullable(BIGINT, from.nullable));
    const size = unitSize(from);
    const count =
      size === undefined || size === 1
        ? number
        : call('/INT', [number, literal(size, notNull(INTEGER))], number.type);
    return sameType(count.type, type) ? count : call('CAST', [count], type);
  }
  if (type.root === 'BOOLEAN' && isExact(from)) {
    const zero = literal(0, notNull(from));
    return call('<>', [rex, from.root === 'DECIMAL' ? { ...zero, shownScale: 0 } : zero], type);
  }
  if (from.root === 'BOOLEAN' && isExact(type)) {
    const digit = (value: number): Rex =>
      type.root === 'DECIMAL'
        ? { ...literal(canonical(BigInt(value) * 10n ** BigInt(type.scale)), notNull(type)), shownScale: 0 }
        : literal(value, notNull(type));
    const [one, zero] = [digit(1), digit(0)];
    const number = call('CASE', [rex, one, zero], type);
    if (!from.nullable) return number;
    const isThere = call('IS NOT NULL', [rex], notNull(BOOLEAN));
    return call('CASE', [isThere, call('CASE', [rex, one, zero], notNull(type)), literal(null, type)], type);
  }
  return call('CAST', [rex], type);
}

/** A call over other operands; a CASE over others is made anew, its type as well. */
export function anew(given: RexCall, operands: readonly Rex[]): RexCall {
  if (given.operator !== 'CASE') return { ...given, operands };
  const { hasOwnType: _, ...known } = given;
  return { ...known, operands };
}

/** Whether numbers of a type are whole or have a fixed number of digits. */
export const isExact = (type: LogicalType): boolean => isInteger(type) || type.root === 'DECIMAL';
/** What the last unit of an interval is, in what it is held as. */
function unitSize({ root, unit }: IntervalType): number | undefined {
  const end = unit.replace(/^.* TO /, '').replace(/\(.*/, '');
  return root === 'INTERVAL_DAY' ? UNIT_MILLIS[end] : UNIT_MONTHS[end];
}

/** The value of a literal in another type where that loses nothing and needs no work at run time; `undefined` else. */
function recastLiteral(value: Value, from: LogicalType, to: LogicalType): Value | undefined {
  if (isCharacter(from) && to.root === 'VARCHAR' && typeof value === 'string')
    return value.length <= to.length ? value : undefined;
  if (value instanceof Uint8Array && isBinary(to)) {
    const isHeld = to.root === 'BINARY' ? value.length === to.length : value.length <= to.length;
    return isHeld ? value : undefined;
  }
  if (isApproximate(from)) return isApproximate(to) ? value : undefined;
  if (isInterval(from) && isExact(to)) {
    const held = canonical(BigInt(value as Int64));
    if (to.root === 'TINYINT' || to.root === 'SMALLINT' || (to.root === 'INTEGER' && toInt32(held) !== held))
      return undefined;
    const count = divideInt64(held, unitSize(from) ?? 1);
    if (to.root !== 'DECIMAL') return count;
    // The planner counts the digits of what the interval is held as, a zero among them.
    const isHeld = String(held).replace('-', '').length <= to.precision - to.scale;
    return isHeld ? canonical(BigInt(count) * 10n ** BigInt(to.scale)) : undefined;
  }
  const isWritten = from.root === 'INTEGER' || from.root === 'BIGINT' || from.root === 'DECIMAL';
  const scale = from.root === 'DECIMAL' ? from.scale : 0;
  if (isWritten && (typeof value === 'number' || typeof value === 'bigint')) {
    if (to.root === 'BIGINT' && from.root === 'INTEGER') return value;
    if (to.root === 'DECIMAL' && to.scale >= scale) {
      const digits = String(value).replace('-', '').length - scale;
      return digits <= to.precision - to.scale
        ? canonical(BigInt(value) * 10n ** BigInt(to.scale - scale))
        : undefined;
    }
    // The planner holds every number as a decimal: one becomes a FLOAT only when it is computed with.
    if (isApproximate(to)) return Number(value) / 10 ** scale;
  }
  if (
    isTimestamp(from) &&
    isTimestamp(to) &&
    from.root === to.root &&
    from.precision <= 3 &&
    to.precision <= 3 &&
    from.precision <= to.precision
  )
    return value;
  return undefined;
}

export function and(operands: readonly Rex[]): Rex {
  const flat = flatOperands('AND', operands);
  if (flat.length === 1) return flat[0]!;
  return call(
    'AND',
    flat,
    withNullable(
      BOOLEAN,
      flat.some((o) => o.type.nullable),
    ),
  );
}

/** A field of a row, by its name. */
export function fieldOf(row: Rex, { name, type }: RowType['fields'][number]): Rex {
  const symbol: Rex = { kind: 'Literal', value: name, type: SYMBOL, symbol: name };
  return call('DOT', [row, symbol], withNullable(type, type.nullable || row.type.nullable));
}

export function argumentOf(rex: Rex): Argument {
  if (rex.kind === 'Call') return { type: rex.type, operator: rex.operator };
  if (rex.kind !== 'Literal') return { type: rex.type };
  if (rex.symbol !== undefined) return { type: rex.type, symbol: rex.symbol };
  return { type: rex.type, literal: rex.value };
}

/** A function of the planner's own choice over operands that fit, with the type that it has for them. */
export function apply(name: string, operands: readonly Rex[]): Rex {
  const type = lookupFunction(name)!.inferType(operands.map(argumentOf));
  if (isMisfit(type)) throw new Error(type.message);
  return call(name, operands, type);
}
