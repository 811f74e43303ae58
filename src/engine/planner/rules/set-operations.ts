import { nullSafeEqual } from '../../plan/join-keys.ts';
import type { AggregateCall, Field, LogicalAggregate, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { passesAll } from '../../plan/rex-tools.ts';
import { BIGINT, BOOLEAN, INTEGER, notNull, withNullable } from '../../types/logical-type.ts';
import { simplify } from '../simplify/simplify.ts';
import { makeJoin } from './join-rules.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/** UNION without ALL is a DISTINCT over UNION ALL. */
export function distinctUnions(node: LogicalNode): LogicalNode {
  const rebuilt = mapInputs(node, distinctUnions);
  if (rebuilt.kind !== 'Union' || rebuilt.all) return rebuilt;
  const all: LogicalNode = { ...rebuilt, all: true };
  return {
    kind: 'Aggregate',
    input: all,
    groups: rebuilt.fields.map((_, i) => i),
    calls: [],
    fields: rebuilt.fields,
  };
}

/** What is distinct afterwards need not be so before it is united with more (AggregateUnionAggregateRule). */
export function mergeDistincts(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, mergeDistincts);
  if (n.kind !== 'Aggregate' || !isDistinct(n)) return n;
  const union = n.input;
  if (union.kind !== 'Union' || union.inputs.length !== 2 || !union.inputs.some(isDistinct)) return n;
  return { ...n, input: { ...union, inputs: union.inputs.map((i) => (isDistinct(i) ? groupsOf(i) : i)) } };
}

const isDistinct = (node: LogicalNode): node is LogicalAggregate =>
  node.kind === 'Aggregate' && node.calls.length === 0 && node.groups.length > 0 && !node.sets;

function groupsOf({ input, groups, fields }: LogicalAggregate): LogicalNode {
  const exprs = groups.map((g) => ref(g, input.fields[g]!.type));
  if (passesAll(exprs, input.fields.length)) return input;
  return mergeCalc({ kind: 'Calc', input, exprs, condition: null, fields });
}

/** Makes joins and counts of INTERSECT and EXCEPT, once filters and projections have been pushed into them. */
export function expandSetOperations(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, expandSetOperations);
  if (n.kind !== 'SetOperation') return n;
  const { operator, all, inputs, fields } = n;
  if (!all) return distinctJoin(inputs, fields, operator === 'INTERSECT' ? 'semi' : 'anti');
  return operator === 'INTERSECT' ? intersectAll(inputs, fields) : exceptAll(inputs, fields);
}

/** INTERSECT and EXCEPT: distinct rows of the left side that stand in the right one, or do not. */
function distinctJoin(
  inputs: readonly LogicalNode[],
  fields: readonly Field[],
  type: 'semi' | 'anti',
): LogicalNode {
  const [left, right] = [inputs[0]!, inputs[1]!];
  const width = left.fields.length;
  const same = left.fields.map((f, i) => {
    const other = right.fields[i]!;
    const [a, b] = [ref(i, f.type), ref(width + i, other.type)];
    return width === 1 && (f.type.nullable || other.type.nullable)
      ? call('IS NOT DISTINCT FROM', [a, b], notNull(BOOLEAN))
      : nullSafeEqual(a, b);
  });
  const join = makeJoin(left, right, type, simplify(and(same)));
  return { kind: 'Aggregate', input: join, groups: fields.map((_, i) => i), calls: [], fields };
}

const column = (fields: readonly Field[], i: number): Rex => ref(i, fields[i]!.type);

/** The rows of each side with columns that say which side they are from. */
function marked(
  inputs: readonly LogicalNode[],
  fields: readonly Field[],
  markers: readonly Field[],
  valuesOf: (side: number) => readonly Rex[],
): LogicalNode {
  const all = [...fields, ...markers];
  const sides = inputs.map(
    (input, side): LogicalNode => ({
      kind: 'Project',
      input,
      exprs: [...input.fields.map((_, i) => column(input.fields, i)), ...valuesOf(side)],
      fields: all.map((f, i) => ({
        name: input.fields[i]?.name ?? f.name,
        type: input.fields[i]?.type ?? f.type,
      })),
    }),
  );
  return { kind: 'Union', inputs: sides, all: true, fields: all };
}

function counted(input: LogicalNode, fields: readonly Field[], calls: readonly AggregateCall[]): LogicalNode {
  return {
    kind: 'Aggregate',
    input,
    groups: fields.map((_, i) => i),
    calls,
    fields: [...fields, ...calls.map((c) => ({ name: c.alias!, type: c.type }))],
  };
}

const aggregate = (name: string, arg: number, alias: string, nullable: boolean): AggregateCall => ({
  name,
  args: [arg],
  distinct: false,
  filter: -1,
  ignoreNulls: false,
  type: withNullable(BIGINT, nullable),
  alias,
});

/** Repeats every row as often as its first column says: Flink's $REPLICATE_ROWS table function, correlated. */
function replicated(input: LogicalNode, fields: readonly Field[]): LogicalNode {
  const names = new Set(input.fields.map((f) => f.name));
  const copies = fields.map((f) => {
    let name = f.name;
    for (let i = 0; names.has(name); i++) name = `${f.name}${i}`;
    names.add(name);
    return { ...f, name };
  });
  const node: LogicalNode = { kind: 'Replicate', input, fields: [...input.fields, ...copies] };
  return {
    kind: 'Project',
    input: node,
    exprs: fields.map((f, i) => ref(input.fields.length + i, f.type)),
    fields,
  };
}

/** INTERSECT ALL: each row as often as it stands in both sides (Calcite's rewrite with two counts). */
function intersectAll(inputs: readonly LogicalNode[], fields: readonly Field[]): LogicalNode {
  const markers = ['vcol_left_marker', 'vcol_right_marker'].map((name) => ({ name, type: notNull(BOOLEAN) }));
  const yes = literal(true, notNull(BOOLEAN));
  const no = literal(null, BOOLEAN);
  const union = marked(inputs, fields, markers, (side) => (side === 0 ? [yes, no] : [no, yes]));
  const width = fields.length;
  const counts = counted(union, fields, [
    aggregate('COUNT', width, 'vcol_left_cnt', false),
    aggregate('COUNT', width + 1, 'vcol_right_cnt', false),
  ]);
  const bigint = notNull(BIGINT);
  const [left, right] = [ref(width, bigint), ref(width + 1, bigint)];
  const atLeastOne = (side: Rex): Rex => call('>=', [side, literal(1, notNull(INTEGER))], notNull(BOOLEAN));
  const both: LogicalNode = {
    kind: 'Filter',
    input: counts,
    condition: call('AND', [atLeastOne(left), atLeastOne(right)], notNull(BOOLEAN)),
    fields: counts.fields,
  };
  const least = call('IF', [call('>', [left, right], notNull(BOOLEAN)), right, left], bigint);
  const project: LogicalNode = {
    kind: 'Project',
    input: both,
    exprs: [least, ...fields.map((_, i) => column(fields, i))],
    fields: [{ name: '$f0', type: bigint }, ...fields],
  };
  return replicated(project, fields);
}

/** EXCEPT ALL: each row as often as it stands in the left side more than in the right. */
function exceptAll(inputs: readonly LogicalNode[], fields: readonly Field[]): LogicalNode {
  const bigint = notNull(BIGINT);
  const union = marked(inputs, fields, [{ name: 'vcol_marker', type: bigint }], (side) => [
    literal(side === 0 ? 1 : -1, bigint),
  ]);
  const width = fields.length;
  const sums = counted(union, fields, [aggregate('SUM', width, 'sum_vcol_marker', false)]);
  const sum = ref(width, bigint);
  const more: LogicalNode = {
    kind: 'Filter',
    input: sums,
    condition: call('>', [sum, literal(0, notNull(INTEGER))], notNull(BOOLEAN)),
    fields: sums.fields,
  };
  const project: LogicalNode = {
    kind: 'Project',
    input: more,
    exprs: [sum, ...fields.map((_, i) => column(fields, i))],
    fields: [{ name: 'sum_vcol_marker', type: bigint }, ...fields],
  };
  return replicated(project, fields);
}
