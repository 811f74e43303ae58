import { notYet } from '../../base/refusal.ts';
import { elementFields } from '../../plan/element-fields.ts';
import { joinNames } from '../../plan/join-keys.ts';
import type { JoinType, LogicalCorrelate, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { collectRefs, conjuncts, isTrueLiteral, shiftRefs } from '../../plan/rex-tools.ts';
import { BOOLEAN, type LogicalType, withNullable } from '../../types/logical-type.ts';
import { joinFields, makeJoin } from '../rules/join-rules.ts';
import { simplify } from '../simplify/simplify.ts';
import { decorrelated, mentionsOuter, unexpectedCorrelation } from './correlation.ts';
import { type Decorrelated, decorrelate } from './decorrelate.ts';
import { lateralTopN } from './lateral-top-n.ts';

/**
 * A join whose right side names columns of its left one: UNNEST of such a column becomes a Correlate, any other query is joined by the columns that
 * tied it to the left.
 */
export function lateralJoin(
  left: LogicalNode,
  right: LogicalNode,
  joinType: JoinType,
  condition: Rex,
  correlation: number,
): LogicalNode {
  if (joinType !== 'inner' && joinType !== 'left') throw notYet(`a ${joinType} join with LATERAL`, null);
  const elements = uncollectBelow(right);
  if (elements) return correlate(left, right, elements, joinType, condition, correlation);
  const topN = lateralTopN(left, right, joinType, condition);
  if (topN) return topN;
  const computesWithOuter = right.kind === 'Project' && right.exprs.some(mentionsOuter);
  if (joinType === 'left' && !isTrueLiteral(condition) && computesWithOuter) throw unexpectedCorrelation();
  return joinDecorrelated(
    left,
    right.fields.length,
    decorrelate(right, left),
    joinType,
    condition,
    (join) => ({
      ...join,
      isLateral: true,
    }),
  );
}

/** Joins a decorrelated query, and shows of it what it showed before. */
export function joinDecorrelated(
  left: LogicalNode,
  shown: number,
  { node, at, keys, counts }: Decorrelated,
  joinType: 'inner' | 'left',
  condition: Rex,
  finish: (join: LogicalJoin) => LogicalJoin = (join) => join,
): LogicalNode {
  const width = left.fields.length;
  const equal = keys.map(({ column, outer }) =>
    call('=', [ref(outer.field, outer.type), ref(width + column, node.fields[column]!.type)], BOOLEAN),
  );
  const own = isTrueLiteral(condition)
    ? []
    : [shiftRefs(condition, (i) => (i < width ? i : width + at[i - width]!))];
  const join = makeJoin(left, node, joinType, simplify(and([...equal, ...own])), finish);
  const value = (i: number): Rex => {
    const column = ref(width + at[i]!, join.fields[width + at[i]!]!.type);
    // Beside another column a count is not mended (AdjustProjectForCountAggregateRule).
    if (joinType === 'inner' || shown > 1 || !counts.has(at[i]!)) return column;
    const isMissing = call('IS NULL', [column], withNullable(BOOLEAN, false));
    const zero: Rex = { kind: 'Literal', value: 0, type: withNullable(column.type, false) };
    return call('CASE', [isMissing, zero, column], column.type);
  };
  const exprs = [
    ...left.fields.map((_, i) => ref(i, join.fields[i]!.type)),
    ...Array.from({ length: shown }, (_, i) => value(i)),
  ];
  const names = joinNames(
    left.fields,
    at.slice(0, shown).map((column) => node.fields[column]!),
  );
  return {
    kind: 'Project',
    input: join,
    exprs,
    fields: exprs.map((e, i) => ({ name: names[i]!, type: e.type })),
  };
}

interface Elements {
  readonly uncollect: Extract<LogicalNode, { kind: 'Uncollect' }>;
  /** The right side's columns over the element's. */
  readonly exprs: readonly Rex[];
  readonly conditions: readonly Rex[];
}

/** UNNEST with nothing above it but projections and conditions. */
function uncollectBelow(node: LogicalNode): Elements | null {
  if (node.kind === 'Uncollect')
    return { uncollect: node, exprs: node.fields.map((f, i) => ref(i, f.type)), conditions: [] };
  if (node.kind !== 'Project' && node.kind !== 'Filter') return null;
  const below = uncollectBelow(node.input);
  if (!below) return null;
  const inline = (rex: Rex): Rex =>
    rex.kind === 'InputRef'
      ? below.exprs[rex.index]!
      : rex.kind === 'Call'
        ? { ...rex, operands: rex.operands.map(inline) }
        : rex;
  return node.kind === 'Project'
    ? { ...below, exprs: node.exprs.map(inline) }
    : { ...below, conditions: [...below.conditions, ...conjuncts(node.condition).map(inline)] };
}

/** Whether a right side is UNNEST of a column of the left one, and what may stand above it. */
export const isUnnested = (right: LogicalNode): boolean => uncollectBelow(right) !== null;

function correlate(
  left: LogicalNode,
  right: LogicalNode,
  { uncollect, exprs, conditions }: Elements,
  joinType: 'inner' | 'left',
  on: Rex,
  correlation: number,
): LogicalNode {
  const width = left.fields.length;
  if ([...exprs, ...conditions].some(mentionsOuter)) throw unexpectedCorrelation();
  const onParts = isTrueLiteral(on) ? [] : conjuncts(on);
  if (joinType === 'left' && onParts.some((c) => [...collectRefs(c)].some((i) => i < width)))
    throw unexpectedCorrelation();
  if (!isPassedOn(exprs, uncollect))
    throw notYet('computing with the columns of UNNEST within LATERAL', null);
  const within = joinType === 'left' ? onParts.map((c) => shiftRefs(c, (i) => i - width)) : [];
  const all = [...conditions, ...within];
  const elements = elementFields(uncollect);
  const own = right.fields.map((f) => (right.kind === 'Uncollect' ? (f.called ?? f.name) : f.name));
  // A projection that stays, for the nullability it adds, keeps its names.
  const keepsNames =
    joinType === 'left' && all.length === 0 && uncollect.fields.some((f) => !f.type.nullable);
  const named = elements.map((f, i) => ({ ...f, name: keepsNames ? own[i]! : f.name }));
  const names = joinNames(left.fields, named);
  const node: LogicalCorrelate = {
    kind: 'Correlate',
    input: left,
    collection: decorrelated(uncollect.collection, width),
    ordinality: uncollect.ordinality,
    joinType,
    condition: all.length > 0 ? simplify(and(all)) : null,
    correlation,
    fields: joinFields(left.fields, named, joinType).map((f, i) => ({ ...f, name: names[i]! })),
    called: [...left.fields.map((f) => f.name), ...own],
  };
  const shown: LogicalNode = {
    kind: 'Project',
    input: node,
    exprs: node.fields.map((f, i) => ref(i, f.type)),
    fields: node.fields.map((f, i) => ({ ...f, name: node.called[i]! })),
  };
  if (joinType === 'left' || onParts.length === 0) return shown;
  return { kind: 'Filter', input: shown, condition: and(onParts), fields: shown.fields };
}

/**
 * Whether a projection within LATERAL leaves the element's columns where they are. Flink sends the element whatever is computed from it, so an
 * expression in a column's own place and type has no effect there; what would break the row is not for us to repeat.
 */
function isPassedOn(exprs: readonly Rex[], uncollect: Extract<LogicalNode, { kind: 'Uncollect' }>): boolean {
  const root = (type: LogicalType): string => type.root;
  return (
    exprs.length === uncollect.fields.length &&
    exprs.every((e, i) =>
      e.kind === 'InputRef' ? e.index === i : root(e.type) === root(uncollect.fields[i]!.type),
    )
  );
}
