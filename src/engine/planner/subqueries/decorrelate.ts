import { notYet } from '../../base/refusal.ts';
import type { Field, LogicalAggregate, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { call, type Rex, type RexCorrelation, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { conjuncts, mapRex, passesAll, shiftRefs } from '../../plan/rex-tools.ts';
import { BOOLEAN, notNull } from '../../types/logical-type.ts';
import { makeJoin, withColumns } from '../rules/join-rules.ts';
import { callOver } from '../rules/logical-tools.ts';
import { simplify } from '../simplify/simplify.ts';
import { isCorrelated, mentionsOuter, unexpectedCorrelation } from './correlation.ts';
import { joinOver, type Moved } from './untie.ts';

type Filter = Extract<LogicalNode, { kind: 'Filter' }>;
type Project = Extract<LogicalNode, { kind: 'Project' }>;

/** A column that has the value of an outer one. */
interface Key {
  readonly column: number;
  readonly outer: RexCorrelation;
}

/** A correlated query made one of its own: what tied it to the outer row has become columns to join by. */
export interface Decorrelated extends Moved {
  /** In the order of the outer columns. */
  readonly keys: readonly Key[];
  /** Columns that a group without rows would count 0 in: an outer join gives NULL. */
  readonly counts: ReadonlySet<number>;
}

/**
 * Takes the columns of the query around out of a query (Calcite's RelDecorrelator). Where each is only said to be equal to something of the query's own, that
 * is passed up in its place; else the query is joined with the distinct values that the outer rows have. Aggregates group by them.
 */
export function decorrelate(node: LogicalNode, outer: LogicalNode): Decorrelated {
  if (!isCorrelated(node)) return { node, at: node.fields.map((_, i) => i), keys: [], counts: new Set() };
  switch (node.kind) {
    case 'Filter':
      return decorrelateFilter(node, outer);
    case 'Project':
      return decorrelateProject(node, outer);
    case 'Aggregate':
      return decorrelateAggregate(node, outer);
    case 'Join':
      return decorrelateJoin(node, outer);
    case 'Sort':
    case 'SetOperation':
    case 'Union':
      throw unexpectedCorrelation();
    default:
      throw notYet('a sub-query correlated at this place', null);
  }
}

function decorrelateFilter(node: Filter, outer: LogicalNode): Decorrelated {
  const below = decorrelate(node.input, outer);
  const parts = conjuncts(simplify(node.condition))
    .map(withoutIsTrue)
    .map((p) => shiftRefs(p, (i) => below.at[i]!));
  const needed = mentionsIn(parts);
  if (needed.every(({ field }) => below.keys.some((k) => k.outer.field === field)))
    return filtered(
      below,
      parts.map((p) => ofKeys(p, below.keys)),
    );
  const local = localKeys(parts, needed, below);
  if (!local) return withValues(below, parts, outer, parts);
  const { fields } = local.node;
  const present = local.own.map(({ column }) =>
    call('IS NOT NULL', [ref(column, fields[column]!.type)], notNull(BOOLEAN)),
  );
  const others = parts.filter((p) => !local.by.has(p)).map((p) => ofKeys(p, local.own));
  return filtered(local, [...others, ...present]);
}

/** The outer columns that expressions mention, each once and in their order. */
function mentionsIn(exprs: readonly Rex[]): readonly RexCorrelation[] {
  const found = new Map<number, RexCorrelation>();
  for (const e of exprs)
    mapRex(e, (r) => {
      if (r.kind === 'Correlation') found.set(r.field, r);
      return r;
    });
  return [...found.values()].toSorted((x, y) => x.field - y.field);
}

/** In a condition only TRUE counts anyway. */
export const withoutIsTrue = (rex: Rex): Rex =>
  rex.kind === 'Call' && rex.operator === 'IS TRUE' ? rex.operands[0]! : rex;

const filtered = (below: Decorrelated, conditions: readonly Rex[]): Decorrelated => {
  const { node: input } = below;
  const condition = simplify(and(conditions));
  return { ...below, node: { kind: 'Filter', input, condition, fields: input.fields } };
};

const inOrder = (keys: readonly Key[]): readonly Key[] =>
  [...keys].sort((a, b) => a.outer.field - b.outer.field);

interface Local extends Decorrelated {
  readonly own: readonly Key[];
  /** The conditions that say so. */
  readonly by: ReadonlySet<Rex>;
}

/** Outer columns by what a condition says that they are equal to; null if one of them is not, or is known already. */
function localKeys(
  parts: readonly Rex[],
  needed: readonly RexCorrelation[],
  below: Decorrelated,
): Local | null {
  const { fields } = below.node;
  const computed: Rex[] = [];
  const own: Key[] = [];
  const by = new Set<Rex>();
  for (const outer of needed) {
    const part = parts.find((p) => pairIn(p)?.outer.field === outer.field);
    if (!part || below.keys.some((k) => k.outer.field === outer.field)) return null;
    const { inner } = pairIn(part)!;
    const column = inner.kind === 'InputRef' ? inner.index : fields.length + computed.push(inner) - 1;
    own.push({ column, outer });
    by.add(part);
  }
  const keys = inOrder([...below.keys, ...own]);
  return { ...below, node: withColumns(below.node, computed), keys, own, by };
}

/** `something of its own = outer column`. */
function pairIn(condition: Rex): { readonly inner: Rex; readonly outer: RexCorrelation } | null {
  if (condition.kind !== 'Call' || condition.operator !== '=') return null;
  const [a, b] = condition.operands as [Rex, Rex];
  if (a.kind === 'Correlation' && !mentionsOuter(b)) return { inner: b, outer: a };
  return b.kind === 'Correlation' && !mentionsOuter(a) ? { inner: a, outer: b } : null;
}

/** Joins a query, by conditions, with the distinct values of the outer columns that expressions mention (RelDecorrelator's value generator). */
function withValues(
  below: Decorrelated,
  exprs: readonly Rex[],
  outer: LogicalNode,
  conditions: readonly Rex[] = [],
): Decorrelated {
  const mentions = mentionsIn(exprs);
  const columns = mentions.map(({ field }) => field);
  const fields = columns.map((c) => outer.fields[c]!);
  const picked: LogicalNode = {
    kind: 'Project',
    input: outer,
    exprs: columns.map((c) => ref(c, outer.fields[c]!.type)),
    fields,
  };
  const groups = fields.map((_, i) => i);
  const values: LogicalNode = { kind: 'Aggregate', input: picked, groups, calls: [], fields };
  const width = below.node.fields.length;
  const keys = inOrder([
    ...below.keys.filter(({ outer: { field } }) => !columns.includes(field)),
    ...mentions.map((mention, i) => ({ column: width + i, outer: mention })),
  ]);
  const by = and(conditions.map((c) => ofKeys(c, keys)));
  return { ...below, node: makeJoin(below.node, values, 'inner', by), keys };
}

/** An expression that reads the keys in the place of the outer columns. */
function ofKeys(rex: Rex, keys: readonly Key[]): Rex {
  return mapRex(rex, (r) => {
    if (r.kind !== 'Correlation') return r;
    return ref(keys.find(({ outer }) => outer.field === r.field)!.column, r.type);
  });
}

function decorrelateJoin(node: LogicalJoin, outer: LogicalNode): Decorrelated {
  if (mentionsOuter(node.condition)) throw unexpectedCorrelation();
  const [left, right] = node.inputs.map((input) => decorrelate(input, outer)) as [Decorrelated, Decorrelated];
  const isHalf = node.joinType === 'semi' || node.joinType === 'anti';
  if (isHalf && right.keys.length > 0) throw unexpectedCorrelation();
  const width = left.node.fields.length;
  return {
    ...joinOver(node, left, right),
    keys: inOrder([...left.keys, ...right.keys.map((k) => ({ ...k, column: width + k.column }))]),
    counts: new Set(),
  };
}

function decorrelateProject(node: Project, outer: LogicalNode): Decorrelated {
  const own = decorrelate(node.input, outer);
  const isMade = node.exprs.some(mentionsOuter);
  const below = isMade ? withValues(own, node.exprs, outer) : own;
  // To Calcite there is no projection that only passes on what an aggregate makes.
  if (node.input.kind === 'Aggregate' && passesAll(node.exprs, node.input.fields.length)) return below;
  const exprs = node.exprs.map((e) => ofKeys(movedOver(e, below.at), below.keys));
  const names = new Set(node.fields.map((f) => f.name));
  const fields = [...node.fields];
  const keys = below.keys.map(({ column, outer: mention }) => {
    const { name, type } = below.node.fields[column]!;
    const unique = names.has(name) ? `${name}${fields.length}` : name;
    names.add(unique);
    exprs.push(ref(column, type));
    return { column: fields.push({ name: unique, type }) - 1, outer: mention };
  });
  const counts = new Set<number>();
  exprs.forEach((e, i) => {
    if (e.kind === 'InputRef' && below.counts.has(e.index)) counts.add(i);
    else if (e.kind === 'Call' && [...below.counts].some((c) => readsColumn(e, c)))
      throw notYet('a correlated sub-query that computes with COUNT', null);
  });
  return {
    node: { kind: 'Project', input: below.node, exprs, fields },
    at: node.fields.map((_, i) => i),
    keys,
    counts,
  };
}

const readsColumn = (rex: Rex, column: number): boolean =>
  rex.kind === 'InputRef'
    ? rex.index === column
    : rex.kind === 'Call' && rex.operands.some((o) => readsColumn(o, column));

/** An expression (OVER windows included) over columns that have moved. */
function movedOver(rex: Rex, at: readonly number[]): Rex {
  const move = (r: Rex): Rex => movedOver(r, at);
  if (rex.kind === 'Over')
    return {
      ...rex,
      operands: rex.operands.map(move),
      partitionBy: rex.partitionBy.map(move),
      orderBy: rex.orderBy.map((s) => ({ ...s, rex: move(s.rex) })),
    };
  if (rex.kind === 'Call') return { ...rex, operands: rex.operands.map(move) };
  return rex.kind === 'InputRef' ? ref(at[rex.index]!, rex.type) : rex;
}

function decorrelateAggregate(node: LogicalAggregate, outer: LogicalNode): Decorrelated {
  if (node.sets) throw notYet('GROUPING SETS in a correlated sub-query', null);
  const below = decorrelate(node.input, outer);
  const groups = node.groups.map((g) => below.at[g]!);
  const added = below.keys.filter(({ column }, i) => {
    const isFirst = below.keys.findIndex((k) => k.column === column) === i;
    return isFirst && !groups.includes(column);
  });
  const grouped = [...groups, ...added.map((k) => k.column)];
  const read = new Set(node.calls.flatMap((c) => [...c.args, c.filter]));
  const others = below.at.filter((column, i) => read.has(i) && !grouped.includes(column));
  const order = [...grouped, ...others];
  const input: LogicalNode = {
    kind: 'Project',
    input: below.node,
    exprs: order.map((column) => ref(column, below.node.fields[column]!.type)),
    fields: order.map((column) => below.node.fields[column]!),
  };
  const place = (i: number): number => order.indexOf(below.at[i]!);
  const fields: Field[] = [
    ...node.fields.slice(0, groups.length),
    ...added.map((k) => below.node.fields[k.column]!),
    ...node.fields
      .slice(groups.length)
      .map((f, i) =>
        node.calls[i]!.alias === null && f.name === `$f${groups.length + i}`
          ? { ...f, name: `$f${grouped.length + i}` }
          : f,
      ),
  ];
  const shift = added.length;
  const at = node.fields.map((_, i) => (i < groups.length ? i : i + shift));
  const counts = new Set(
    groups.length > 0
      ? []
      : node.calls.flatMap((c, i) => (c.name === 'COUNT' ? [at[groups.length + i]!] : [])),
  );
  return {
    node: {
      ...node,
      input,
      groups: grouped.map((_, i) => i),
      calls: node.calls.map((c) => callOver(c, place)),
      fields,
    },
    at,
    keys: below.keys.map(({ column, outer }) => ({ column: grouped.indexOf(column), outer })),
    counts,
  };
}
