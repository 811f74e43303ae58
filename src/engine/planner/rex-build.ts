import type { Argument } from '../functions/function-definition.ts';
import { call, literal, type Rex } from '../plan/rex.ts';
import {
  BOOLEAN,
  isCharacter,
  isTimestamp,
  type LogicalType,
  sameType,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { canonical } from '../values/int64.ts';

/** Casts without asking whether a user may: where the planner itself needs another type. Literals change in place. */
export function castTo(rex: Rex, type: LogicalType): Rex {
  if (sameType(rex.type, type) || sameType(withNullable(rex.type, type.nullable), type)) return rex;
  if (rex.kind === 'Literal') {
    if (rex.value === null) return literal(null, withNullable(type, true));
    const recast = recastLiteral(rex.value, rex.type, type);
    if (recast !== undefined) {
      const made = literal(recast, withNullable(type, false));
      const shownScale = rex.shownScale ?? (rex.type.root === 'DECIMAL' ? rex.type.scale : 0);
      const isShown = type.root === 'DECIMAL' ? shownScale < type.scale : type.root === 'DOUBLE';
      return isShown ? { ...made, shownScale } : made;
    }
  }
  return call('CAST', [rex], withNullable(type, rex.type.nullable));
}

/** The value of a literal in another type where that loses nothing and needs no work at run time; `undefined` else. */
function recastLiteral(value: Value, from: LogicalType, to: LogicalType): Value | undefined {
  if (isCharacter(from) && to.root === 'VARCHAR' && typeof value === 'string')
    return value.length <= to.length ? value : undefined;
  const isExact = from.root === 'INTEGER' || from.root === 'BIGINT' || from.root === 'DECIMAL';
  const scale = from.root === 'DECIMAL' ? from.scale : 0;
  if (isExact && (typeof value === 'number' || typeof value === 'bigint')) {
    if (to.root === 'BIGINT' && from.root === 'INTEGER') return value;
    if (to.root === 'DECIMAL' && to.scale >= scale)
      return canonical(BigInt(value) * 10n ** BigInt(to.scale - scale));
    if (to.root === 'DOUBLE') return Number(value) / 10 ** scale;
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
  const flat = operands.flatMap((o) => (o.kind === 'Call' && o.operator === 'AND' ? o.operands : [o]));
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

export function argumentOf(rex: Rex): Argument {
  if (rex.kind === 'Call') return { type: rex.type, operator: rex.operator };
  if (rex.kind !== 'Literal') return { type: rex.type };
  if (rex.symbol !== undefined) return { type: rex.type, symbol: rex.symbol };
  return { type: rex.type, literal: rex.value };
}
