import { castAdvice } from '../functions/cast.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import type { Rex } from '../plan/rex.ts';
import { isInterval } from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { plainError } from './plan-error.ts';

/** What passes the validator and is refused when Flink generates code for the plan: casts it has no rule for, operators without code. */
export function checkExpressions(node: PhysicalNode): void {
  for (const rex of expressionsOf(node)) check(rex);
  node.inputs.forEach(checkExpressions);
}

function expressionsOf(node: PhysicalNode): readonly Rex[] {
  switch (node.kind) {
    case 'Calc':
      return node.condition ? [...node.exprs, node.condition] : node.exprs;
    case 'WatermarkAssigner':
      return [node.watermark];
    case 'ChangelogNormalize':
      return node.condition ? [node.condition] : [];
    case 'Values':
      return node.rows.flat();
    default:
      return [];
  }
}

function check(rex: Rex): void {
  if (rex.kind !== 'Call') return;
  rex.operands.forEach(check);
  const first = rex.operands[0];
  if ((rex.operator === 'CAST' || rex.operator === 'TRY_CAST') && first) {
    const refusal = castAdvice(first.type, rex.type);
    if (refusal !== null) throw plainError('plan', 'cast-not-allowed', 'ValidationException', refusal, null);
  }
  if ((rex.operator === '/' || rex.operator === '%') && rex.operands.some((o) => isInterval(o.type))) {
    const types = rex.operands.map((o) => printType(o.type)).join(', ');
    throw plainError('plan', 'unsupported-call', 'CodeGenException', `Unsupported call: ${rex.operator}(${types}) \nIf you think this function should be supported, you can create an issue and start a discussion for it.`, null);
  }
}
