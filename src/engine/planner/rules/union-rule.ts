import type { LogicalCalc, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import { collectRefs, shiftRefs } from '../../plan/rex-tools.ts';
import { joinFields } from './join-rules.ts';
import { isTrivial, mapInputs, mergeCalc, type Pruned } from './logical-tools.ts';

/** What is computed of a UNION ALL is computed of each of its inputs (Calcite's ProjectSetOpTransposeRule). */
export function pushCalcsIntoUnions(node: LogicalNode): LogicalNode {
  const pushed = node.kind === 'Calc' ? pushedInto(node) : null;
  return mapInputs(pushed ?? node, pushCalcsIntoUnions);
}

/** The same into INTERSECT ALL and EXCEPT ALL, though rows that differ may become equal by it; through joins that do not read all. */
export function pushCalcsIntoSetOperations(node: LogicalNode): LogicalNode {
  if (node.kind !== 'Calc') return mapInputs(node, pushCalcsIntoSetOperations);
  const pushed = node.input.kind === 'SetOperation' ? pushedInto(node) : overNarrowJoin(node);
  return mapInputs(pushed ?? node, pushCalcsIntoSetOperations);
}

function overNarrowJoin(calc: LogicalCalc): LogicalNode | null {
  if (calc.input.kind !== 'Join') return null;
  const used = new Set<number>();
  for (const rex of calc.condition ? [...calc.exprs, calc.condition] : calc.exprs) collectRefs(rex, used);
  const { node: input, at } = narrowSets(calc.input, used);
  if (input === calc.input) return null;
  const move = (rex: Rex): Rex => shiftRefs(rex, (i) => at[i]!);
  return { ...calc, input, exprs: calc.exprs.map(move), condition: calc.condition && move(calc.condition) };
}

/** A join whose INTERSECT ALL and EXCEPT ALL have only the columns that are read (ProjectJoinTransposeRule). */
function narrowSets(node: LogicalNode, used: ReadonlySet<number>): Pruned {
  const all = node.fields.map((_, i) => i);
  if (node.kind === 'SetOperation') {
    const kept = used.size > 0 ? all.filter((i) => used.has(i)) : [0];
    const fields = kept.map((i) => node.fields[i]!);
    const exprs = kept.map((i) => ref(i, node.fields[i]!.type));
    const pushed =
      kept.length < all.length
        ? pushedInto({ kind: 'Calc', input: node, exprs, condition: null, fields })
        : null;
    return pushed ? { node: pushed, at: all.map((i) => kept.indexOf(i)) } : { node, at: all };
  }
  if (node.kind !== 'Join' || node.joinType === 'semi' || node.joinType === 'anti') return { node, at: all };
  const read = collectRefs(node.condition, new Set(used));
  const width = node.inputs[0].fields.length;
  const left = narrowSets(node.inputs[0], new Set([...read].filter((i) => i < width)));
  const right = narrowSets(
    node.inputs[1],
    new Set([...read].filter((i) => i >= width).map((i) => i - width)),
  );
  if (left.node === node.inputs[0] && right.node === node.inputs[1]) return { node, at: all };
  const shift = left.node.fields.length;
  const at = all.map((i) => {
    const place = i < width ? left.at[i]! : right.at[i - width]!;
    return i < width || place < 0 ? place : shift + place;
  });
  const join: LogicalJoin = {
    ...node,
    inputs: [left.node, right.node],
    condition: shiftRefs(node.condition, (i) => at[i]!),
    asOf: node.asOf === null ? null : at[node.asOf]!,
    fields: joinFields(left.node.fields, right.node.fields, node.joinType),
  };
  return { node: join, at };
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
