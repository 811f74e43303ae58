import { plainError } from '../../base/refusal.ts';
import type * as Ast from '../../sql/ast.ts';

/**
 * Refuses a product of what is no constant with the cast of TRUE or FALSE, in a SELECT list: to learn whether the product grows with its operand, Calcite
 * asks for the sign of the constant.
 */
export function refuseTruthFactors(e: Ast.Expression): void {
  isConstant(e);
}

/** Whether Calcite takes it for a constant, as far as it looks. */
function isConstant(e: Ast.Expression): boolean {
  if (e.kind === 'Literal') return e.type !== 'null';
  if (e.kind === 'IntervalLiteral') return true;
  if (e.kind === 'Cast')
    return !e.isTry && !TEXT.has(e.type.name) && isConstant(e.operand) && !isText(e.operand);
  if (e.kind !== 'Call') return false;
  const [a, b] = e.args;
  if (e.syntax === 'prefix' || ROUNDING.test(e.name)) return a !== undefined && isConstant(a);
  if (e.syntax !== 'infix' || !a || !b || !MONOTONIC.has(e.name)) return false;
  const [first, second] = [isConstant(a), isConstant(b)];
  if (e.name === '*' && first !== second) refuseTruth(second ? b : a);
  return first && second;
}
const TEXT: ReadonlySet<string> = new Set(['CHAR', 'VARCHAR', 'STRING']);
const MONOTONIC: ReadonlySet<string> = new Set(['+', '-', '*']);
const ROUNDING = /^(?:FLOOR|CEIL|CEILING)$/i;

const isText = (e: Ast.Expression): boolean => e.kind === 'Literal' && e.type === 'string';

function refuseTruth(constant: Ast.Expression): void {
  if (constant.kind === 'Cast') refuseTruth(constant.operand);
  if (constant.kind !== 'Literal' || constant.type !== 'boolean') return;
  const words = `cannot cast ${constant.value.toLowerCase()} as class java.math.BigDecimal`;
  throw plainError('parse', 'truth-as-factor', 'AssertionError', words, constant.span);
}
