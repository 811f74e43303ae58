import { notYet } from '../../base/refusal.ts';
import type { LogicalAggregate, LogicalJoin, LogicalNode, LogicalSort } from '../../plan/logical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { collectRefs, conjuncts, shiftRefs } from '../../plan/rex-tools.ts';
import { joinFields } from '../rules/join-rules.ts';
import { callOver } from '../rules/logical-tools.ts';
import { isCorrelated, mentionsOuter, unexpectedCorrelation } from './correlation.ts';

type LogicalFilter = Extract<LogicalNode, { kind: 'Filter' }>;
type LogicalProject = Extract<LogicalNode, { kind: 'Project' }>;

/** A query without what ties it to the one around: that has become conditions over its columns. */
/** A query that passes more columns on than it did. */
export interface Moved {
  readonly node: LogicalNode;
  /** Where the query's own columns are. */
  readonly at: readonly number[];
}
interface Untied extends Moved {
  readonly conditions: readonly Rex[];
}

/** Takes the correlated conditions out of a query (SubQueryDecorrelator): columns they read are passed up, aggregates group by them. */
export function withoutCorrelation(node: LogicalNode): Untied {
  if (!isCorrelated(node)) return { node, at: node.fields.map((_, i) => i), conditions: [] };
  switch (node.kind) {
    case 'Filter':
      return untiedFilter(node);
    case 'Project':
      if (!node.exprs.some(mentionsOuter)) return untiedProject(node);
      break;
    case 'Aggregate':
      if (!node.sets) return untiedAggregate(node);
      break;
    case 'Join':
      if (node.joinType === 'inner' && !mentionsOuter(node.condition)) return untiedJoin(node);
      break;
    case 'Sort':
      return untiedSort(node);
    case 'SetOperation':
    case 'Union':
      throw unexpectedCorrelation();
    default:
  }
  throw notYet('a sub-query correlated at this place', null);
}

/** The columns that conditions read, in their order. */
export const columnsOf = (conditions: readonly Rex[]): readonly number[] =>
  [...collectRefs(and(conditions))].toSorted((a, b) => a - b);

function untiedFilter(node: LogicalFilter): Untied {
  const below = withoutCorrelation(node.input);
  const parts = conjuncts(node.condition).map((p) => shiftRefs(p, (i) => below.at[i]!));
  const own = parts.filter((p) => !mentionsOuter(p));
  const { fields } = below.node;
  const kept: LogicalNode =
    own.length > 0 ? { kind: 'Filter', input: below.node, condition: and(own), fields } : below.node;
  return { ...below, node: kept, conditions: [...parts.filter(mentionsOuter), ...below.conditions] };
}

function untiedProject(node: LogicalProject): Untied {
  const below = withoutCorrelation(node.input);
  const exprs = node.exprs.map((e) => shiftRefs(e, (i) => below.at[i]!));
  const fields = [...node.fields];
  const places = columnsOf(below.conditions).map((column) => {
    const at = exprs.findIndex((e) => e.kind === 'InputRef' && e.index === column);
    if (at >= 0) return [column, at] as const;
    const { name, type } = below.node.fields[column]!;
    fields.push({ name, type });
    return [column, exprs.push(ref(column, type)) - 1] as const;
  });
  return {
    node: { kind: 'Project', input: below.node, exprs, fields },
    at: node.fields.map((_, i) => i),
    conditions: movedTo(below.conditions, new Map(places)),
  };
}

const movedTo = (conditions: readonly Rex[], places: ReadonlyMap<number, number>): readonly Rex[] =>
  conditions.map((c) => shiftRefs(c, (i) => places.get(i)!));

function untiedAggregate(node: LogicalAggregate): Untied {
  const below = withoutCorrelation(node.input);
  if (below.conditions.some((c) => c.kind !== 'Call' || c.operator !== '='))
    throw notYet('NOT IN a sub-query whose groups are tied by anything but equal columns', null);
  const own = node.groups.map((g) => below.at[g]!);
  const groups = [...own, ...columnsOf(below.conditions).filter((c) => !own.includes(c))];
  const { fields } = below.node;
  const added = groups.length - own.length;
  return {
    node: {
      ...node,
      input: below.node,
      groups,
      calls: node.calls.map((c) => callOver(c, (i) => below.at[i]!)),
      fields: [
        ...node.fields.slice(0, own.length),
        ...groups.slice(own.length).map((g) => fields[g]!),
        ...node.fields.slice(own.length),
      ],
    },
    at: node.fields.map((_, i) => (i < own.length ? i : i + added)),
    conditions: movedTo(below.conditions, new Map(groups.map((g, i) => [g, i]))),
  };
}

/** ORDER BY and LIMIT are of all rows, whatever they are tied to. */
function untiedSort(node: LogicalSort): Untied {
  const below = withoutCorrelation(node.input);
  const order = node.order.map((k) => ({ ...k, column: below.at[k.column]! }));
  return { ...below, node: { ...node, input: below.node, order, fields: below.node.fields } };
}

function untiedJoin(node: LogicalJoin): Untied {
  const [left, right] = node.inputs.map(withoutCorrelation) as [Untied, Untied];
  const width = left.node.fields.length;
  return {
    ...joinOver(node, left, right),
    conditions: [...left.conditions, ...right.conditions.map((c) => shiftRefs(c, (i) => width + i))],
  };
}

/** A join over what its inputs have become. */
export function joinOver(node: LogicalJoin, left: Moved, right: Moved): Moved {
  const [oldWidth, width] = [node.inputs[0].fields.length, left.node.fields.length];
  const at = (i: number): number => (i < oldWidth ? left.at[i]! : width + right.at[i - oldWidth]!);
  return {
    node: {
      ...node,
      inputs: [left.node, right.node],
      condition: shiftRefs(node.condition, at),
      fields: joinFields(left.node.fields, right.node.fields, node.joinType),
    },
    at: node.fields.map((_, i) => at(i)),
  };
}
