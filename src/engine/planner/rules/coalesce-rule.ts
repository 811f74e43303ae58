import { plainError } from '../../base/refusal.ts';
import { isNullConstant } from '../../compile/fold-constants.ts';
import type { EvaluationContext } from '../../functions/function-definition.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import { call, type Rex, type RexCall } from '../../plan/rex.ts';
import { castTo } from '../../plan/rex-build.ts';
import { isCast, mapRex } from '../../plan/rex-tools.ts';
import { notNull } from '../../types/logical-type.ts';
import { simplify } from '../simplify/simplify.ts';
import { simplifyBuilt } from '../simplify/simplify-built.ts';
import { mapInputs } from './logical-tools.ts';

/**
 * Takes out of every COALESCE what is never reached (Flink's RemoveUnreachableCoalesceArgumentsRule), by the types that columns have before joins become
 * stricter.
 */
export function simplifyCoalesces(node: LogicalNode, context: EvaluationContext): LogicalNode {
  const n = mapInputs(node, (input) => simplifyCoalesces(input, context));
  switch (n.kind) {
    case 'Filter':
    case 'Join':
      return { ...n, condition: withoutUnreachable(n.condition, context) };
    case 'Project':
      return { ...n, exprs: n.exprs.map((rex) => withoutUnreachableColumn(rex, context)) };
    default:
      return n;
  }
}

/** A column of which nothing is left but a constant is of another type than before, which fails the planning. */
function withoutUnreachableColumn(rex: Rex, context: EvaluationContext): Rex {
  const made = withoutUnreachable(rex, context);
  const isConstant = made.kind === 'Literal' || (isCast(made) && made.operands[0]!.kind === 'Literal');
  if (made === rex || !isConstant || !rex.type.nullable || isNullConstant(made)) return made;
  const words = 'Cannot add expression of different type to set:';
  throw plainError('plan', 'coalesce-of-constant', 'AssertionError', words, null);
}

const withoutUnreachable = (rex: Rex, context: EvaluationContext): Rex =>
  mapRex(rex, (r) => (r.kind === 'Call' && r.operator === 'COALESCE' ? reachable(r, context) : r));

/** A COALESCE up to the first operand that cannot be NULL, as the operands stand in the plan that was built. */
function reachable(rex: RexCall, context: EvaluationContext): Rex {
  const operands = rex.operands.map((o) => withoutLaxCast(simplify(simplifyBuilt(o, context))));
  const last = operands.findIndex((operand) => !operand.type.nullable);
  if (last === 0) return castTo(operands[0]!, notNull(rex.type));
  if (last < 0 || last === operands.length - 1) return rex;
  return call('COALESCE', operands.slice(0, last + 1), rex.type);
}

/** A literal that is cast to what it can be as it stands may not be NULL, whatever the cast says; one that had to be computed keeps the cast's type. */
const withoutLaxCast = (rex: Rex): Rex => {
  const inner = isCast(rex) ? castTo(rex.operands[0]!, rex.type) : rex;
  return inner.kind === 'Literal' ? inner : rex;
};
