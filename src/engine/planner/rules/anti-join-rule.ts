import { splitJoinCondition } from '../../plan/join-keys.ts';
import type { LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { ref } from '../../plan/rex.ts';
import { collectRefs, shiftRefs } from '../../plan/rex-tools.ts';
import { joinFields, pickedColumns } from './join-rules.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/** An anti join by keys goes below an inner join of which it asks one side alone: that leaves fewer rows to join (FlinkSemiAntiJoinJoinTransposeRule, and its cost). */
export function pushAntiJoins(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, pushAntiJoins);
  return n.kind === 'Join' && n.joinType === 'anti' ? belowInnerJoin(n) : n;
}

function belowInnerJoin(anti: LogicalJoin): LogicalNode {
  const [given, without] = anti.inputs;
  const picked = given.kind === 'Calc' && given.condition === null ? pickedColumns(given) : null;
  const join = picked ? picked.input : given;
  if (join.kind !== 'Join' || join.joinType !== 'inner' || join.asOf !== null || join.lookup) return anti;
  if (join.refusal) return anti;
  const columns = picked ? picked.columns : given.fields.map((_, i) => i);
  const width = join.inputs[0].fields.length;
  const refs = [...collectRefs(anti.condition)];
  const asked = refs.filter((i) => i < columns.length).map((i) => columns[i]!);
  const isLeft = asked.every((i) => i < width);
  const asksBoth = !isLeft && asked.some((i) => i < width);
  if (asked.length === refs.length || asksBoth) return anti;
  if (splitJoinCondition(anti.condition, columns.length).leftKeys.length === 0) return anti;
  const side = join.inputs[isLeft ? 0 : 1];
  const place = (i: number): number =>
    i < columns.length ? columns[i]! - (isLeft ? 0 : width) : i - columns.length + side.fields.length;
  const below = belowInnerJoin({
    ...anti,
    inputs: [side, without],
    condition: shiftRefs(anti.condition, place),
    fields: side.fields,
  });
  const inputs = isLeft ? ([below, join.inputs[1]] as const) : ([join.inputs[0], below] as const);
  return mergeCalc({
    kind: 'Calc',
    input: { ...join, inputs, fields: joinFields(inputs[0].fields, inputs[1].fields, join.joinType) },
    exprs: given.fields.map((f, i) => ref(columns[i]!, f.type)),
    condition: null,
    fields: given.fields,
  });
}
