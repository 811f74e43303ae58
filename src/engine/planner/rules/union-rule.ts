import type { LogicalCalc, LogicalNode } from '../../plan/logical.ts';
import { isTrivial, mapInputs, mergeCalc } from './logical-tools.ts';

/** What is computed of a UNION ALL is computed of each of its inputs (Calcite's ProjectSetOpTransposeRule). */
export function pushCalcsIntoUnions(node: LogicalNode): LogicalNode {
  const pushed = node.kind === 'Calc' ? pushedInto(node) : null;
  return mapInputs(pushed ?? node, pushCalcsIntoUnions);
}

/** The same into INTERSECT ALL and EXCEPT ALL, though rows that differ may become equal by it. */
export function pushCalcsIntoSetOperations(node: LogicalNode): LogicalNode {
  const pushed = node.kind === 'Calc' && node.input.kind === 'SetOperation' ? pushedInto(node) : null;
  return mapInputs(pushed ?? node, pushCalcsIntoSetOperations);
}

function pushedInto(calc: LogicalCalc): LogicalNode | null {
  const { input: union, exprs, fields } = calc;
  if ((union.kind !== 'Union' && union.kind !== 'SetOperation') || !union.all || isTrivial(calc)) return null;
  if (calc.condition) return null;
  const inputs = union.inputs.map((input) =>
    mergeCalc({ kind: 'Calc', input, exprs, condition: null, fields }),
  );
  return union.kind === 'Union'
    ? { ...union, inputs, fields }
    : { ...union, inputs, fields, constants: [], keys: [] };
}
