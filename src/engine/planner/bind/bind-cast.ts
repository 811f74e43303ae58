import { type SqlError } from '../../base/diagnostic.ts';
import { refuse } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { isMisfit } from '../../functions/function-definition.ts';
import { lookupFunction } from '../../functions/index.ts';
import { call, literal, type Rex, type RexLiteral } from '../../plan/rex.ts';
import { argumentOf, castTo, makeCast } from '../../plan/rex-build.ts';
import { isCast } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import {
  type DecimalType,
  isApproximate,
  isInteger,
  isInterval,
  isNumeric,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import { typeFromName } from '../../types/type-name.ts';
import { canonical, holdsInteger, type Int64 } from '../../values/int64.ts';
import { recastLiteral } from './bind-literal.ts';
import { type Binder } from './binder.ts';

const badDecimal = (rule: string, span: Span): SqlError =>
  refuse(span, [`ValidationException: Decimal ${rule} (both inclusive).`], 'parse');

/** CAST or TRY_CAST as a user writes it: refused where Flink has no such cast. */
export function bindCast(binder: Binder, { operand: written, type: typeName, isTry, span }: Ast.Cast): Rex {
  const bound = binder.bindEarly(written);
  const target = typeFromName(typeName);
  if ('message' in target) throw binder.error(typeName.span, 'unknown-type', target.message);
  const [precision = 10, scale = 0] = typeName.name === 'DECIMAL' ? typeName.args : [];
  if (precision < 1) throw badDecimal(`precision must be between 1 and 38`, typeName.span);
  if (scale > precision)
    throw badDecimal(`scale must be between 0 and the precision ${precision}`, typeName.span);
  const operand = isTry || isInteger(target) || !isNumeric(target) ? bound : numberWritten(bound);
  const fn = lookupFunction(isTry ? 'TRY_CAST' : 'CAST');
  const refusal = fn?.inferType([argumentOf(operand), { type: target }]);
  if (refusal && isMisfit(refusal))
    throw binder.error(span, 'cast-not-allowed', refusal.message, refusal.exception);
  const type = withNullable(target, isTry || operand.type.nullable);
  // A number that has been cast before counts no units.
  const isCounted = !(isInterval(type) && written.kind === 'Cast');
  const recast = isTry || !isCounted ? null : recastLiteral(operand, type);
  if (recast) return recast;
  if (!isTry && operand.kind === 'Literal' && operand.value === null)
    return literal(null, withNullable(target, true));
  // A needless cast of a column is one until a projection is built of it.
  if (sameType(operand.type, type))
    return isTry || operand.kind === 'Literal' ? operand : call('CAST', [operand], type);
  if (isTry) return call('TRY_CAST', [operand], type);
  const isHeld = isApproximate(type) || type.root === 'DECIMAL';
  return operand.kind === 'Literal' && isNumeric(operand.type) && isHeld
    ? castTo(operand, type)
    : makeCast(operand, type);
}

/** A number that is written and cast to an exact one keeps the digits it was written with, until it is computed with. */
function numberWritten(rex: Rex): Rex {
  const { type } = rex;
  const [number] = isCast(rex) ? rex.operands : [];
  if (rex.kind === 'Literal') return withDigitsWritten(rex);
  if (number?.kind !== 'Literal' || isApproximate(number.type) || !isNumeric(number.type)) return rex;
  if (isInteger(type))
    return isInteger(number.type) && holdsInteger(type.root, number.value as Int64) ? number : rex;
  return type.root === 'DECIMAL' && hasWholeDigits(number, type) ? number : rex;
}

function withDigitsWritten(number: RexLiteral): Rex {
  if (number.written) return number.written;
  const { value, type, shownScale } = number;
  if (type.root !== 'DECIMAL' || shownScale === undefined || value === null) return number;
  const digits = canonical(BigInt(value as Int64) / 10n ** BigInt(type.scale - shownScale));
  return literal(digits, { ...type, scale: shownScale });
}

/** Whether a DECIMAL has room for what an exact number has before its point. */
function hasWholeDigits({ value, type }: RexLiteral, target: DecimalType): boolean {
  if (value === null || isApproximate(type)) return false;
  const scale = type.root === 'DECIMAL' ? type.scale : 0;
  const whole = String(BigInt(value as Int64) / 10n ** BigInt(scale)).replace(/^-?0?/, '').length;
  return whole <= target.precision - target.scale;
}
