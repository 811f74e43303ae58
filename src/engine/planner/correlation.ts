import type { Field, LogicalNode } from '../plan/logical.ts';
import { call, type Rex, type RexCorrelation, ref } from '../plan/rex.ts';
import { mapRex, shiftRefs } from '../plan/rex-tools.ts';
import type * as Ast from '../sql/ast.ts';
import { BOOLEAN, notNull } from '../types/logical-type.ts';
import { callOver, conjuncts, mapInputs } from './logical-tools.ts';
import { notYet, plainError } from './plan-error.ts';
import { and } from './rex-build.ts';
import { simplify } from './simplify.ts';

/** Whether an expression names a column of the query around. */
export const mentionsOuter = (rex: Rex): boolean =>
  rex.kind === 'Correlation' || (rex.kind === 'Call' && rex.operands.some(mentionsOuter));

/** Whether a query names columns of the one around it. */
export function isCorrelated(node: LogicalNode): boolean {
  return outerReferences(node).length > 0;
}

/** Every mention of a column of the query around, in the order of binding. */
export function outerReferences(node: LogicalNode): readonly RexCorrelation[] {
  const found: RexCorrelation[] = [];
  const visitRex = (rex: Rex): void => {
    if (rex.kind === 'Correlation') found.push(rex);
    else if (rex.kind === 'Call') rex.operands.forEach(visitRex);
  };
  const visit = (n: LogicalNode): LogicalNode => {
    mapInputs(n, visit);
    if (n.kind === 'Project') n.exprs.forEach(visitRex);
    else if (n.kind === 'Filter' || n.kind === 'Join') visitRex(n.condition);
    else if (n.kind === 'Uncollect' || n.kind === 'Correlate') visitRex(n.collection);
    return n;
  };
  visit(node);
  return found;
}

/** A correlated expression over the outer row and behind it the inner one. */
export function decorrelated(rex: Rex, width: number): Rex {
  return mapRex(rex, (r) =>
    r.kind === 'InputRef'
      ? ref(r.index + width, r.type)
      : r.kind === 'Correlation'
        ? ref(r.field, r.type)
        : r,
  );
}

/** A correlated query made one of its own: what tied it to the outer row has become columns to join by. */
export interface Decorrelated {
  readonly node: LogicalNode;
  /** Where the query's own columns are. */
  readonly at: readonly number[];
  readonly keys: readonly { readonly column: number; readonly outer: RexCorrelation }[];
  /** Columns that a group without rows would count 0 in: an outer join gives NULL. */
  readonly counts: ReadonlySet<number>;
}

/** Takes equalities with outer columns out of a query (Calcite's RelDecorrelator): the inner columns are passed up, aggregates group by them. */
export function decorrelate(node: LogicalNode): Decorrelated {
  if (!isCorrelated(node)) return { node, at: node.fields.map((_, i) => i), keys: [], counts: new Set() };
  switch (node.kind) {
    case 'Filter':
      return decorrelateFilter(node);
    case 'Project':
      return decorrelateProject(node);
    case 'Aggregate':
      return decorrelateAggregate(node);
    case 'Sort':
      throw unexpectedCorrelation();
    default:
      throw notYet('a sub-query correlated at this place', null);
  }
}

/** What Flink says where a correlation is left over. */
export const unexpectedCorrelation = (number = 1): Error =>
  plainError(
    'plan',
    'correlation-left',
    'TableException',
    `unexpected correlate variable $cor${number} in the plan`,
    null,
  );

function decorrelateFilter(node: Extract<LogicalNode, { kind: 'Filter' }>): Decorrelated {
  const below = decorrelate(node.input);
  const parts = conjuncts(node.condition);
  const keys = parts.filter(mentionsOuter).map((p) => {
    const { inner, outer } = equalPair(p);
    return { column: below.at[inner]!, outer };
  });
  const { fields } = below.node;
  const conditions = [
    ...parts.filter((p) => !mentionsOuter(p)).map((p) => shiftRefs(p, (i) => below.at[i]!)),
    ...keys.map(({ column }) => call('IS NOT NULL', [ref(column, fields[column]!.type)], notNull(BOOLEAN))),
  ];
  return {
    ...below,
    node: { kind: 'Filter', input: below.node, condition: simplify(and(conditions)), fields },
    keys: [...below.keys, ...keys],
  };
}

function decorrelateProject(node: Extract<LogicalNode, { kind: 'Project' }>): Decorrelated {
  const below = decorrelate(node.input);
  if (node.exprs.some(mentionsOuter))
    throw notYet('a sub-query that computes with columns of the query around it', null);
  const passesOn = node.exprs.every((e, i) => e.kind === 'InputRef' && e.index === i);
  if (passesOn && node.exprs.length === node.input.fields.length) return below;
  const exprs = node.exprs.map((e) => movedOver(e, below.at));
  const names = new Set(node.fields.map((f) => f.name));
  const fields = [...node.fields];
  const keys = below.keys.map(({ column, outer }) => {
    const { name, type } = below.node.fields[column]!;
    const unique = names.has(name) ? `${name}${fields.length}` : name;
    names.add(unique);
    exprs.push(ref(column, type));
    return { column: fields.push({ name: unique, type }) - 1, outer };
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

function decorrelateAggregate(node: Extract<LogicalNode, { kind: 'Aggregate' }>): Decorrelated {
  if (node.sets) throw notYet('GROUPING SETS in a correlated sub-query', null);
  const below = decorrelate(node.input);
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

/** Whether nothing but filters by equal columns ties a query to the one around it. */
export function isTiedByColumns(node: LogicalNode): boolean {
  switch (node.kind) {
    case 'Filter':
      return (
        conjuncts(node.condition).every((c) => !mentionsOuter(c) || pairIn(c)) && isTiedByColumns(node.input)
      );
    case 'Project':
      return !node.exprs.some(mentionsOuter) && isTiedByColumns(node.input);
    default:
      return !isCorrelated(node);
  }
}

interface EqualPair {
  readonly inner: number;
  readonly outer: RexCorrelation;
}

/** `inner column = outer column` of a correlated condition. */
function pairIn(condition: Rex): EqualPair | null {
  if (condition.kind !== 'Call' || condition.operator !== '=') return null;
  const [a, b] = [condition.operands[0]!, condition.operands[1]!];
  if (a.kind === 'InputRef' && b.kind === 'Correlation') return { inner: a.index, outer: b };
  return b.kind === 'InputRef' && a.kind === 'Correlation' ? { inner: b.index, outer: a } : null;
}

function equalPair(condition: Rex): EqualPair {
  const pair = pairIn(condition);
  if (pair) return pair;
  throw notYet('a sub-query that is correlated by anything but equal columns', null);
}

/** Whether a table of a FROM clause may name columns of those to its left. */
export const isLateral = (table: Ast.TableRef): boolean =>
  table.kind === 'Unnest' || (table.kind === 'DerivedTable' && table.lateral);
