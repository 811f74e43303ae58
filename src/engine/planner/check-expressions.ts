import { argumentOf } from '../compile/arguments.ts';
import { lookupFunction } from '../functions/index.ts';
import type { Rex, RexCall } from '../plan/rex.ts';
import { type LogicalType, withNullable } from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { plainError } from './plan-error.ts';

const JSON_ALONE =
  'The JSON() function is currently only supported inside JSON_ARRAY() or as the VALUE param of JSON_OBJECT(). Example: JSON_OBJECT(\'a\', JSON(\'{"key": "value"}\')) or JSON_ARRAY(JSON(\'{"key": "value"}\')).';

/** Refuses what passes the validator and fails when Flink generates code for the plan. Throws `SqlError`. */
export function checkExpression(rex: Rex, around = ''): void {
  if (rex.kind !== 'Call') return;
  if (rex.operator === 'JSON' && around !== 'JSON_OBJECT' && around !== 'JSON_ARRAY')
    throw plainError('plan', 'json-alone', 'ValidationException', JSON_ALONE, null);
  for (const operand of rex.operands) checkExpression(operand, rex.operator);
  const refusal = refusalOf(rex);
  if (refusal == null) return;
  const [exception = '', message = ''] = refusal.split(/: (.*)/s);
  throw plainError('plan', 'no-code-for-call', exception, message, null);
}

function refusalOf(call: RexCall): string | null | undefined {
  const fn = lookupFunction(call.operator);
  const args = call.operands.map((operand) => ({ ...argumentOf(operand), type: codeType(operand) }));
  const lax = fn?.isModern
    ? call.operands.find(({ type }, i) => type.nullable !== args[i]!.type.nullable)
    : undefined;
  if (lax)
    return `CodeGenException: Mismatch of function's argument data type '${printType(lax.type)}' and actual argument type '${printType(withNullable(lax.type, true))}'.`;
  return fn?.refuse?.(args, call.type);
}

/** The type that Flink's code has for an expression: of a day or time plus an interval, and of a list that is searched, it forgets that there always is one. */
function codeType(rex: Rex): LogicalType {
  if (rex.kind !== 'Call' || rex.type.nullable) return rex.type;
  const { operator, operands, type } = rex;
  const isMoved = operator === '+' || operator === '-';
  const isDay = type.root === 'DATE' || type.root === 'TIME';
  if ((isDay && isMoved) || operator === 'SEARCH') return withNullable(type, true);
  const isRounded = operator === 'FLOOR' || operator === 'CEIL';
  return isDay && isRounded ? withNullable(type, codeType(operands[0]!).nullable) : type;
}
