import { foldConstant } from '../../compile/fold-constants.ts';
import { type EvaluationContext } from '../../functions/function-definition.ts';
import { type Rex } from '../../plan/rex.ts';
import { anew } from '../../plan/rex-build.ts';
import { isCast, isNullLiteral, isTrueLiteral } from '../../plan/rex-tools.ts';
import { sameType, withNullable } from '../../types/logical-type.ts';
import { simplify, simplifyOnce } from './simplify.ts';
import { ofTruth } from './simplify-truth.ts';

/** What Calcite's builder makes of a projection: casts of literals are computed, casts that change nothing but whether there may be NULL go. */
export const simplifyBuilt = (rex: Rex, context: EvaluationContext): Rex => simplifyOnce(built(rex, context));

/** A CASE's conditions are built once: what they come to is what decides. */
const built = (rex: Rex, context: EvaluationContext): Rex =>
  mapReached(
    rex,
    (part) => builtCast(part, context),
    (_, when) => simplifyOnce(when()),
  );

function builtCast(part: Rex, context: EvaluationContext): Rex {
  if (!isCast(part)) return part;
  const operand = part.operands[0]!;
  if (operand.kind === 'Literal' && !isNullLiteral(operand)) return foldConstant(part, context);
  const { type } = part;
  return sameType(operand.type, type) || (type.nullable && sameType(withNullable(operand.type, true), type))
    ? operand
    : part;
}

/** With TRUE, FALSE or NULL in the place of every condition of a CASE that constants decide, so that simplifying takes the branches they decide against. */
export const decideBranches = (rex: Rex, context: EvaluationContext): Rex =>
  mapReached(
    rex,
    (part) => part,
    (given) => ofTruth(simplify(simplifyBuilt(given, context)), simplify),
  );

/** What a condition of a CASE comes to, by itself and by what is made of it. */
type Decide = (given: Rex, made: () => Rex) => Rex;

/** Changes an expression from the inside out, but for branches of a CASE that are never chosen: what fails in these is not looked at. */
function mapReached(rex: Rex, change: (part: Rex) => Rex, decide: Decide): Rex {
  if (rex.kind !== 'Call') return change(rex);
  const map = (operand: Rex): Rex => mapReached(operand, change, decide);
  const operands = rex.operator === 'CASE' ? mapBranches(rex.operands, decide, map) : rex.operands.map(map);
  return change(operands.some((o, i) => o !== rex.operands[i]) ? anew(rex, operands) : rex);
}

function mapBranches(given: readonly Rex[], decide: Decide, map: (rex: Rex) => Rex): Rex[] {
  const operands = [...given];
  for (let i = 0; i < given.length; i += 2) {
    const [when, then] = [given[i]!, given[i + 1]];
    let made: Rex | null = null;
    const mapped = (): Rex => (made ??= map(when));
    const decided = then && decide(when, mapped);
    const isConstant = decided?.kind === 'Literal';
    operands[i] = isConstant ? decided : mapped();
    if (then && (!isConstant || isTrueLiteral(decided))) operands[i + 1] = map(then);
    if (isConstant && isTrueLiteral(decided)) break;
  }
  return operands;
}
