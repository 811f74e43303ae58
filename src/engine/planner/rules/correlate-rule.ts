import { joinNames } from '../../plan/join-keys.ts';
import type { Field, LogicalCalc, LogicalCorrelate, LogicalNode } from '../../plan/logical.ts';
import type { Rex } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { collectRefs, conjuncts, isDeterministic, mapRex, shiftRefs } from '../../plan/rex-tools.ts';
import { simplify } from '../simplify/simplify.ts';
import { retype } from './join-rules.ts';
import { convertOperand, filtered, mergeCalc } from './logical-tools.ts';

/** Moves conditions above a Correlate below it, or into it where they look at the element alone. Null if nothing moves. */
export function pushFilterIntoCorrelate(calc: LogicalCalc, node: LogicalCorrelate): LogicalNode | null {
  // One without a variable is made only once filters are where they stay.
  if (node.correlation === 0) return null;
  const width = node.input.fields.length;
  const below: Rex[] = [];
  const within: Rex[] = [];
  const stay: Rex[] = [];
  for (const part of conjuncts(calc.condition!)) {
    const refs = [...collectRefs(part)];
    if (!isDeterministic(part) || refs.length === 0) stay.push(part);
    else if (refs.every((i) => i < width)) below.push(part);
    else if (node.joinType === 'inner' && refs.every((i) => i >= width)) within.push(part);
    else stay.push(part);
  }
  if (below.length === 0 && within.length === 0) return null;
  const own = [
    ...(node.condition ? [node.condition] : []),
    ...within.map((c) => asWritten(shiftRefs(c, (i) => i - width))),
  ];
  const made: LogicalCorrelate = {
    ...node,
    input: below.length > 0 ? filtered(node.input, below) : node.input,
    condition: own.length > 0 ? simplify(and(own)) : null,
    fields: within.some(isPoint) ? namedAsAbove(calc, node) : node.fields,
  };
  return mergeCalc({ ...calc, input: made, condition: stay.length > 0 ? and(stay) : null });
}

/** Text literals with the type they were written in: Flink pushes a condition here before it compares types. */
const asWritten = (rex: Rex): Rex =>
  mapRex(rex, (r) =>
    r.kind === 'Literal' && r.type.root === 'VARCHAR' && typeof r.value === 'string'
      ? { ...r, type: { ...r.type, root: 'CHAR', length: r.value.length } }
      : r,
  );

/** `column = constant`: Flink puts the constant in the column's place, in a projection that keeps its names. */
const isPoint = (rex: Rex): boolean =>
  rex.kind === 'Call' &&
  rex.operator === '=' &&
  rex.operands.some((o) => o.kind === 'Literal') &&
  rex.operands.some((o) => o.kind === 'InputRef');

function namedAsAbove(calc: LogicalCalc, node: LogicalCorrelate): readonly Field[] {
  const width = node.input.fields.length;
  return node.fields.map((f, i) => {
    const at = calc.exprs.findIndex((e) => e.kind === 'InputRef' && e.index === i);
    return i < width || at < 0 ? f : { ...f, name: calc.fields[at]!.name };
  });
}

/** A Correlate keeps its input's time attributes; what it computes its collection from are plain timestamps. */
export function materializeCorrelate(node: LogicalCorrelate): LogicalNode {
  const width = node.input.fields.length;
  const collection = convertOperand(retype(node.collection, node.input.fields), false);
  const elements = node.fields.slice(width);
  const names = joinNames(node.input.fields, elements);
  const fields = [...node.input.fields, ...elements].map((f, i) => ({ ...f, name: names[i]! }));
  return { ...node, collection, fields };
}
