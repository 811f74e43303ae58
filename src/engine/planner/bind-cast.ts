import { isMisfit } from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { call, literal, type Rex } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import { isApproximate, isNumeric, sameType, withNullable } from '../types/logical-type.ts';
import { typeFromName } from '../types/type-name.ts';
import { recastLiteral } from './bind-literal.ts';
import type { Binder } from './binder.ts';
import { argumentOf, castTo, makeCast } from './rex-build.ts';

/** CAST or TRY_CAST as a user writes it: refused where Flink has no such cast. */
export function bindCast(binder: Binder, { operand: written, type: typeName, isTry, span }: Ast.Cast): Rex {
  const operand = binder.bind(written);
  const target = typeFromName(typeName);
  if ('message' in target) throw binder.error(typeName.span, 'unknown-type', target.message);
  const fn = lookupFunction(isTry ? 'TRY_CAST' : 'CAST');
  const refusal = fn?.inferType([argumentOf(operand), { type: target }]);
  if (refusal && isMisfit(refusal))
    throw binder.error(span, 'cast-not-allowed', refusal.message, refusal.exception);
  const type = withNullable(target, isTry || operand.type.nullable);
  const recast = isTry ? null : recastLiteral(operand, type);
  if (recast) return recast;
  if (!isTry && operand.kind === 'Literal' && operand.value === null)
    return literal(null, withNullable(target, true));
  if (!isTry && sameType(operand.type, type)) return operand;
  if (isTry) return call('TRY_CAST', [operand], type);
  return operand.kind === 'Literal' && isNumeric(operand.type) && isApproximate(type)
    ? castTo(operand, type)
    : makeCast(operand, type);
}
