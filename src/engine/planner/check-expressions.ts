import { argumentOf } from '../compile/arguments.ts';
import { lookupFunction } from '../functions/index.ts';
import type { Rex } from '../plan/rex.ts';
import { plainError } from './plan-error.ts';

/** Refuses what passes the validator and fails when Flink generates code for the plan. Throws `SqlError`. */
export function checkExpression(rex: Rex): void {
  if (rex.kind !== 'Call') return;
  rex.operands.forEach(checkExpression);
  const refusal = lookupFunction(rex.operator)?.refuse?.(rex.operands.map(argumentOf), rex.type);
  if (refusal == null) return;
  const [exception = '', message = ''] = refusal.split(/: (.*)/s);
  throw plainError('plan', 'no-code-for-call', exception, message, null);
}
