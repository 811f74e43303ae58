import type { AggregateCall, Field, LogicalAggregate, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import { BIGINT, BOOLEAN, notNull, withNullable } from '../../types/logical-type.ts';
import { simplify } from '../simplify/simplify.ts';
import { callOver, mapInputs } from './logical-tools.ts';

/** A GROUP BY clause as the sets of expressions it groups by; one set for a plain one. */
export function groupingSets(items: readonly Ast.GroupItem[]): readonly (readonly Ast.Expression[])[] {
  return items
    .map(setsOf)
    .reduce<readonly (readonly Ast.Expression[])[]>(
      (all, sets) => all.flatMap((a) => sets.map((b) => [...a, ...b])),
      [[]],
    );
}

export const isPlainGroupBy = (items: readonly Ast.GroupItem[]): boolean =>
  items.every((item) => item.kind === 'Expression' || item.kind === 'Set');

function setsOf(item: Ast.GroupItem): readonly (readonly Ast.Expression[])[] {
  switch (item.kind) {
    case 'Expression':
      return [[item.expression]];
    case 'Set':
      return [item.items];
    case 'GroupingSets':
      return item.items.flatMap(setsOf);
    case 'Rollup': {
      const parts = item.items.map((i) => setsOf(i)[0]!);
      return [...parts.keys(), parts.length].map((n) => parts.slice(0, parts.length - n).flat());
    }
    case 'Cube': {
      const parts = item.items.map((i) => setsOf(i)[0]!);
      return Array.from({ length: 2 ** parts.length }, (_, mask) =>
        parts.filter((_, i) => !(mask & (1 << (parts.length - 1 - i)))).flat(),
      );
    }
  }
}

/** GROUPING SETS become an Expand, which sends every row once for each set, and an aggregate that groups by the set's number `$e` too. */
export function expandGroupingSets(node: LogicalNode): LogicalNode {
  const rebuilt = mapInputs(node, expandGroupingSets);
  if (rebuilt.kind !== 'Aggregate') return rebuilt;
  if (rebuilt.sets) return expand(rebuilt, rebuilt.sets);
  return rebuilt.calls.some(isGrouping) ? withoutGrouping(rebuilt) : rebuilt;
}

/** In a plain GROUP BY nothing is rolled up: GROUPING is 0, which Flink finds too late to compute with it. */
function withoutGrouping(node: LogicalAggregate): LogicalNode {
  const width = node.groups.length;
  const kept = node.fields.map((_, i) => i).filter((i) => i < width || !isGrouping(node.calls[i - width]!));
  const input: LogicalAggregate = {
    ...node,
    calls: node.calls.filter((c) => !isGrouping(c)),
    fields: placed(kept.map((i) => node.fields[i]!)),
  };
  const zero: Rex = { ...literal(0, notNull(BIGINT)), isLate: true };
  const exprs = node.fields.map((f, i) => (kept.includes(i) ? ref(kept.indexOf(i), f.type) : zero));
  return { kind: 'Calc', input, exprs, condition: null, fields: node.fields };
}

/** A name that nobody gave says the place. */
const placed = (fields: readonly Field[]): Field[] =>
  fields.map((f, i) => (/^\$f\d+$/.test(f.name) ? { ...f, name: `$f${i}` } : f));

const isGrouping = (c: AggregateCall): boolean =>
  c.name === 'GROUPING' || c.name === 'GROUPING_ID' || c.name === 'GROUP_ID';

/** An aggregate that reads all columns of what is below in another order reads them where they are (AggregateProjectMergeRule). */
function readingBelow(node: LogicalAggregate): LogicalAggregate {
  const calc = node.input;
  if (calc.kind !== 'Calc' || calc.condition) return node;
  const at = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  if (at.includes(-1) || new Set(at).size !== at.length || at.length !== calc.input.fields.length)
    return node;
  return {
    ...node,
    input: calc.input,
    groups: node.groups.map((g) => at[g]!),
    calls: node.calls.map((c) => callOver(c, (i) => at[i]!)),
  };
}

function expand(given: LogicalAggregate, sets: readonly (readonly number[])[]): LogicalNode {
  const node = readingBelow(given);
  const { input, groups } = node;
  const width = input.fields.length;
  const numberOf = (set: readonly number[]): number =>
    groups.reduce((bits, _, i) => bits * 2 + (set.includes(i) ? 0 : 1), 0);
  const ordered = [...new Map(sets.map((s) => [numberOf(s), s])).entries()].sort(([a], [b]) => a - b);
  const aggregated = node.calls.filter((c) => !isGrouping(c));
  const argued = new Set(aggregated.flatMap((c) => [...c.args, ...(c.filter >= 0 ? [c.filter] : [])]));
  // A call reads a column that every set groups by where it is.
  const isAlways = (group: number): boolean => ordered.every(([, set]) => set.includes(group));
  const copies = groups.filter((g, i) => argued.has(g) && !isAlways(i));
  const bigint = notNull(BIGINT);
  const projects = ordered.map(([number, set]): Rex[] => [
    ...input.fields.map((f, i): Rex => {
      const group = groups.indexOf(i);
      return group >= 0 && !set.includes(group) ? literal(null, withNullable(f.type, true)) : ref(i, f.type);
    }),
    literal(number, bigint),
    ...copies.map((c) => ref(c, input.fields[c]!.type)),
  ]);
  const fields: Field[] = [
    ...input.fields.map((f, i) =>
      groups.includes(i) && !isAlways(groups.indexOf(i)) ? { ...f, type: withNullable(f.type, true) } : f,
    ),
    { name: '$e', type: bigint },
    ...copies.map((c) => ({ name: `${input.fields[c]!.name}_0`, type: input.fields[c]!.type })),
  ];
  const move = (column: number): number =>
    copies.includes(column) ? width + 1 + copies.indexOf(column) : column;
  const expanded: LogicalNode = { kind: 'Expand', input, projects, fields };
  const calls = aggregated.map((c) => callOver(c, move));
  const names = node.fields.slice(groups.length);
  const aggregate: LogicalAggregate = {
    kind: 'Aggregate',
    input: expanded,
    groups: [...groups, width],
    calls,
    fields: placed([
      ...groups.map((g) => fields[g]!),
      fields[width]!,
      ...node.calls.flatMap((c, i) => (isGrouping(c) ? [] : [names[i]!])),
    ]),
    ...(node.ttl ? { ttl: node.ttl } : {}),
  };
  const e = ref(groups.length, bigint);
  let next = groups.length + 1;
  const exprs = node.fields.map((_, i): Rex => {
    if (i < groups.length) return ref(i, aggregate.fields[i]!.type);
    const c = node.calls[i - groups.length]!;
    return isGrouping(c) ? groupingValue(c, groups, ordered, e) : ref(next, aggregate.fields[next++]!.type);
  });
  return {
    kind: 'Calc',
    input: aggregate,
    exprs,
    condition: null,
    fields: node.fields.map((f, i) => ({ ...f, type: exprs[i]!.type })),
  };
}

/** GROUPING(a, b): a bit for each argument, set where it is rolled up, as a CASE over the set's number. */
function groupingValue(
  c: AggregateCall,
  groups: readonly number[],
  ordered: readonly (readonly [number, readonly number[]])[],
  e: Rex,
): Rex {
  const bigint = notNull(BIGINT);
  const values = ordered.map(([number, set]) => ({
    number,
    value:
      c.name === 'GROUP_ID'
        ? 0
        : c.args.reduce((bits, a) => bits * 2 + (set.includes(groups.indexOf(a)) ? 0 : 1), 0),
  }));
  const last = values.at(-1)!.value;
  while (values.length > 0 && values.at(-1)!.value === last) values.pop();
  const branches: Rex[] = [];
  for (let i = 0; i < values.length; ) {
    const { value } = values[i]!;
    const tests: Rex[] = [];
    for (; i < values.length && values[i]!.value === value; i++)
      tests.push(call('=', [e, literal(values[i]!.number, bigint)], notNull(BOOLEAN)));
    branches.push(
      tests.length === 1 ? tests[0]! : simplify(call('OR', tests, notNull(BOOLEAN))),
      literal(value, bigint),
    );
  }
  return branches.length === 0
    ? literal(last, bigint)
    : call('CASE', [...branches, literal(last, bigint)], bigint);
}
