import type { LogicalAggregate, LogicalCalc, LogicalNode } from '../../plan/logical.ts';
import { ref } from '../../plan/rex.ts';
import { mapInputs, mergeCalc, placeNamed } from './logical-tools.ts';
import { constantsOf, predicatesOf } from './predicates.ts';
import { withConstants } from './reduce-rule.ts';

/** What is grouped by twice is one group, which is shown twice above the aggregate (Calcite's AggregateProjectMergeRule). */
export function mergeEqualGroups(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, mergeEqualGroups);
  if (n.kind !== 'Aggregate' || n.sets || n.input.kind !== 'Calc') return n;
  const columns = n.input.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const first = (group: number): number =>
    columns[group]! < 0 ? group : n.groups.find((g) => columns[g] === columns[group])!;
  const kept = n.groups.filter((g) => first(g) === g);
  const removed = n.groups.length - kept.length;
  if (removed === 0) return n;
  const exprs = n.fields.map(({ type }, i) => {
    const group = n.groups[i];
    return ref(group === undefined ? i - removed : kept.indexOf(first(group)), type);
  });
  const input = groupedBy(kept, n, n.input);
  return mergeCalc({ kind: 'Calc', input, exprs, condition: null, fields: n.fields });
}

/** Nobody groups by a constant: it is put in above the aggregate, whose last column stays (Calcite's AggregateProjectPullUpConstantsRule). */
export function pullUpConstantGroups(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, pullUpConstantGroups);
  if (n.kind !== 'Aggregate' || n.sets || n.groups.length < 2 || n.input.kind !== 'Calc') return n;
  const calc = n.input;
  const constants = new Map(constantsOf(predicatesOf(calc)));
  if (n.groups.every((g) => constants.has(g))) constants.delete(n.groups[0]!);
  const kept = n.groups.filter((g) => !constants.has(g));
  if (kept.length === n.groups.length) return n;
  const removed = n.groups.length - kept.length;
  const exprs = n.fields.map(({ type }, i) => {
    const group = n.groups[i];
    if (group === undefined) return ref(i - removed, type);
    return constants.has(group) ? withConstants(ref(group, type), constants) : ref(kept.indexOf(group), type);
  });
  const made = groupedBy(kept, n, calc);
  const input = { ...made, fields: made.fields.map((f, i) => placeNamed(f, i)) };
  return mergeCalc({ kind: 'Calc', input, exprs, condition: null, fields: n.fields });
}

/** An aggregate by some of its groups, below which the columns of the others are gone. */
function groupedBy(kept: readonly number[], n: LogicalAggregate, calc: LogicalCalc): LogicalAggregate {
  const read = new Set([...kept, ...n.calls.flatMap(({ args, filter }) => [...args, filter])]);
  const columns = calc.fields.map((_, i) => i).filter((i) => read.has(i) || !n.groups.includes(i));
  const at = (column: number): number => columns.indexOf(column);
  return {
    ...n,
    input: {
      ...calc,
      exprs: columns.map((i) => calc.exprs[i]!),
      fields: columns.map((i) => calc.fields[i]!),
    },
    groups: kept.map(at),
    calls: n.calls.map((c) => ({ ...c, args: c.args.map(at), filter: at(c.filter) })),
    fields: n.fields.filter((_, i) => i >= n.groups.length || kept.includes(n.groups[i]!)),
  };
}
