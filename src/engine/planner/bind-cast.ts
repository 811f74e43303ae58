import type { SqlError } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { isMisfit } from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { call, literal, type Rex, type RexLiteral } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import {
  isApproximate,
  isInterval,
  isNumeric,
  type LogicalType,
  sameType,
  withNullable,
} from '../types/logical-type.ts';
import { typeFromName } from '../types/type-name.ts';
import type { Int64 } from '../values/int64.ts';
import { recastLiteral } from './bind-literal.ts';
import type { Binder } from './binder.ts';
import { refuse } from './plan-error.ts';
import { argumentOf, castTo, makeCast } from './rex-build.ts';

const badDecimal = (rule: string, span: Span): SqlError =>
  refuse(span, [`ValidationException: Decimal ${rule} (both inclusive).`], 'parse');

/** CAST or TRY_CAST as a user writes it: refused where Flink has no such cast. */
export function bindCast(binder: Binder, { operand: written, type: typeName, isTry, span }: Ast.Cast): Rex {
  const operand = binder.bind(written);
  const target = typeFromName(typeName);
  if ('message' in target) throw binder.error(typeName.span, 'unknown-type', target.message);
  const [precision = 10, scale = 0] = typeName.name === 'DECIMAL' ? typeName.args : [];
  if (precision < 1) throw badDecimal(`precision must be between 1 and 38`, typeName.span);
  if (scale > precision)
    throw badDecimal(`scale must be between 0 and the precision ${precision}`, typeName.span);
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
  if (!isTry && sameType(operand.type, type)) return operand;
  if (isTry) return call('TRY_CAST', [operand], type);
  return operand.kind === 'Literal' &&
    isNumeric(operand.type) &&
    (isApproximate(type) || fitsIn(operand, type))
    ? castTo(operand, type)
    : makeCast(operand, type);
}

/** Whether an exact number has its digits in a DECIMAL: then it is one as it was written. */
function fitsIn({ value, type }: RexLiteral, target: LogicalType): boolean {
  if (target.root !== 'DECIMAL' || value === null || isApproximate(type)) return false;
  const scale = type.root === 'DECIMAL' ? type.scale : 0;
  const whole = String(BigInt(value as Int64) / 10n ** BigInt(scale)).replace(/^-?0?/, '').length;
  return scale <= target.scale && whole <= target.precision - target.scale;
}
