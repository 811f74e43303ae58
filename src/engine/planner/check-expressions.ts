import { castAdvice } from '../functions/cast.ts';
import { itemAdvice } from '../functions/scalar/collections.ts';
import type { Rex } from '../plan/rex.ts';
import { isInterval } from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { plainError } from './plan-error.ts';

/** Refuses what passes the validator and fails when Flink generates code for the plan: casts it has no rule for, operators without code. */
export function checkExpression(rex: Rex): void {
  if (rex.kind !== 'Call') return;
  rex.operands.forEach(checkExpression);
  const first = rex.operands[0];
  if ((rex.operator === 'CAST' || rex.operator === 'TRY_CAST') && first) {
    const refusal = castAdvice(first.type, rex.type);
    if (refusal !== null) throw plainError('plan', 'cast-not-allowed', 'ValidationException', refusal, null);
  }
  if (rex.operator === 'CARDINALITY' && first?.type.root === 'MULTISET')
    throw plainError('plan', 'unsupported-call', 'CodeGenException', 'Expect an array or a map.', null);
  if (rex.operator === 'ITEM' && first) {
    const index = rex.operands[1];
    const refusal = itemAdvice(first.type, index?.kind === 'Literal' ? index.value : undefined);
    if (refusal !== null) throw plainError('plan', 'bad-index', 'ValidationException', refusal, null);
  }
  if ((rex.operator === '/' || rex.operator === '%') && rex.operands.some((o) => isInterval(o.type))) {
    const types = rex.operands.map((o) => printType(o.type)).join(', ');
    throw plainError(
      'plan',
      'unsupported-call',
      'CodeGenException',
      `Unsupported call: ${rex.operator}(${types}) \nIf you think this function should be supported, you can create an issue and start a discussion for it.`,
      null,
    );
  }
}
