import type { LogicalNode } from '../plan/logical.ts';
import { ref } from '../plan/rex.ts';
import { constantsOf, withConstants } from './constants-rule.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/** Nobody groups by a constant: it is put in above the aggregate, whose last column stays (Calcite's AggregateProjectPullUpConstantsRule). */
export function pullUpConstantGroups(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, pullUpConstantGroups);
  if (n.kind !== 'Aggregate' || n.sets || n.groups.length < 2 || n.input.kind !== 'Calc') return n;
  const constants = new Map(constantsOf(n.input));
  if (n.groups.every((g) => constants.has(g))) constants.delete(n.groups[0]!);
  const kept = n.groups.filter((g) => !constants.has(g));
  if (kept.length === n.groups.length) return n;
  const removed = n.groups.length - kept.length;
  const exprs = n.fields.map(({ type }, i) => {
    const group = n.groups[i];
    if (group === undefined) return ref(i - removed, type);
    return constants.has(group) ? withConstants(ref(group, type), constants) : ref(kept.indexOf(group), type);
  });
  const fields = n.fields.filter((_, i) => i >= n.groups.length || kept.includes(n.groups[i]!));
  return mergeCalc({
    kind: 'Calc',
    input: { ...n, groups: kept, fields },
    exprs,
    condition: null,
    fields: n.fields,
  });
}
