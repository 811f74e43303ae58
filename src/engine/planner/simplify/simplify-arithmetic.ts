import type { Rex, RexCall } from '../../plan/rex.ts';
import { makeCast } from '../../plan/rex-build.ts';
import { isNumeric, type LogicalType, sameType } from '../../types/logical-type.ts';

/** `- -x` is x. */
export function withoutSigns(rex: RexCall): Rex {
  const [a, b] = rex.operands;
  const isDouble = !b && a?.kind === 'Call' && a.operator === '-' && a.operands.length === 1;
  return isDouble ? a.operands[0]! : rex;
}

/** What is left of a sum with 0 and of a product with 1, as it is: Calcite does not simplify it; null for any other. */
export function withoutNeutral({ operator, operands, type }: RexCall): Rex | null {
  if (!ARITHMETIC.has(operator)) return null;
  const [a, b] = operands;
  if (!isNumeric(type) || !a || !b) return null;
  const neutral = operator === '+' || operator === '-' ? 0 : 1;
  const isCommutative = operator === '+' || operator === '*';
  if (isNumber(b, neutral)) return asType(a, type);
  return isCommutative && isNumber(a, neutral) ? asType(b, type) : null;
}
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/']);

function isNumber(rex: Rex, value: number): boolean {
  if (rex.kind !== 'Literal' || !isNumeric(rex.type) || rex.value === null) return false;
  const scale = rex.type.root === 'DECIMAL' ? rex.type.scale : 0;
  return Number(rex.value) === value * 10 ** scale;
}

const asType = (rex: Rex, type: LogicalType): Rex => (sameType(rex.type, type) ? rex : makeCast(rex, type));

/** From the finest unit on: rounding to one of them need not round to a finer one before. */
const UNITS =
  'NANOSECOND MICROSECOND MILLISECOND SECOND MINUTE HOUR DAY MONTH QUARTER YEAR DECADE CENTURY MILLENNIUM'.split(
    ' ',
  );

/** Rounding twice to the same or a coarser unit is rounding once. */
export function simplifyRounding(rex: RexCall): Rex {
  const [inner, unit] = rex.operands;
  if (inner?.kind !== 'Call' || inner.operator !== rex.operator || inner.operands.length !== 2) return rex;
  const rank = (symbol: Rex | undefined): number =>
    symbol?.kind === 'Literal' ? UNITS.indexOf(symbol.symbol ?? '') : -1;
  const [outer, finer] = [rank(unit), rank(inner.operands[1])];
  return finer >= 0 && outer >= finer ? { ...rex, operands: [inner.operands[0]!, unit!] } : rex;
}
