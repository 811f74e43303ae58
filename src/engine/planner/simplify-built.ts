import { foldConstant } from '../compile/fold-constants.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import type { Rex } from '../plan/rex.ts';
import { isCast, isNullLiteral, isTrueLiteral } from '../plan/rex-tools.ts';
import { type LogicalType, sameType, withNullable } from '../types/logical-type.ts';
import { simplifyOnce } from './simplify.ts';

/** What Calcite's builder makes of a projection: casts of literals are computed, casts that change nothing but whether there may be NULL go. */
export function simplifyBuilt(rex: Rex, context: EvaluationContext): Rex {
  const built = mapReached(rex, context, (part) => {
    if (!isCast(part)) return part;
    const operand = part.operands[0]!;
    if (operand.kind === 'Literal' && !isNullLiteral(operand)) return foldConstant(part, context);
    return sameType(asNullable(operand), asNullable(part)) ? operand : part;
  });
  return simplifyOnce(built);
}
const asNullable = ({ type }: Rex): LogicalType => withNullable(type, true);

/** With TRUE, FALSE or NULL in the place of every condition of a CASE that constants decide, so that simplifying takes the branches they decide against. */
export const decideBranches = (rex: Rex, context: EvaluationContext): Rex =>
  mapReached(rex, context, (part) => part);

/** Changes an expression from the inside out, but for branches of a CASE that are never chosen: what fails in these is not looked at. */
function mapReached(rex: Rex, context: EvaluationContext, change: (part: Rex) => Rex): Rex {
  if (rex.kind !== 'Call') return change(rex);
  const map = (operand: Rex): Rex => mapReached(operand, context, change);
  const operands = rex.operator === 'CASE' ? mapBranches(rex.operands, context, map) : rex.operands.map(map);
  return change(operands.some((o, i) => o !== rex.operands[i]) ? { ...rex, operands } : rex);
}

function mapBranches(given: readonly Rex[], context: EvaluationContext, map: (rex: Rex) => Rex): Rex[] {
  const operands = [...given];
  for (let i = 0; i < given.length; i += 2) {
    const [when, then] = [given[i]!, given[i + 1]];
    const decided = then && simplifyBuilt(when, context);
    const isConstant = decided?.kind === 'Literal';
    operands[i] = isConstant ? decided : map(when);
    if (then && (!isConstant || isTrueLiteral(decided))) operands[i + 1] = map(then);
    if (isConstant && isTrueLiteral(decided)) break;
  }
  return operands;
}
