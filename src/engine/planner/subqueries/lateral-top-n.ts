import { plainError } from '../../base/refusal.ts';
import type { JoinType, LogicalNode } from '../../plan/logical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import { isTrueLiteral, rexKey } from '../../plan/rex-tools.ts';
import { isCorrelated, unexpectedCorrelation } from './correlation.ts';

/**
 * `(SELECT DISTINCT k FROM t), LATERAL (SELECT … FROM t WHERE t.k = k ORDER BY … LIMIT n)` is a Top-N for each k (Calcite's CorrelateSortToRank); null
 * for a query that is not ordered. Any other such query is refused, as Flink does.
 */
export function lateralTopN(
  left: LogicalNode,
  right: LogicalNode,
  joinType: JoinType,
  condition: Rex,
): LogicalNode | null {
  const sort =
    right.kind === 'Sort'
      ? right
      : right.kind === 'Project' && right.input.kind === 'Sort'
        ? right.input
        : null;
  if (!sort || !isCorrelated(right)) return null;
  const key = left.kind === 'Project' && left.input.kind === 'Aggregate' ? left.input : left;
  const project = sort.input;
  const filter = project.kind === 'Project' ? project.input : null;
  if (
    right !== sort ||
    joinType !== 'inner' ||
    !isTrueLiteral(condition) ||
    key.kind !== 'Aggregate' ||
    key.groups.length !== 1 ||
    key.calls.length > 0 ||
    key.input.kind !== 'Project' ||
    project.kind !== 'Project' ||
    filter?.kind !== 'Filter' ||
    sort.fetch === null ||
    sort.offset > 0
  )
    throw unexpectedCorrelation();
  const column = key.input.exprs[0]!;
  const inner = equalColumn(filter.condition);
  if (
    inner === null ||
    column.kind !== 'InputRef' ||
    column.index !== inner ||
    key.input.input.kind !== filter.input.kind ||
    rowsOf(key.input.input) !== rowsOf(filter.input)
  )
    throw unexpectedCorrelation();
  if (sort.order.length === 0)
    throw plainError('plan', 'order-key', 'TableException', 'orderKey should not be empty.', null);
  const order = sort.order.map((k) => {
    const by = project.exprs[k.column]!;
    if (by.kind !== 'InputRef') throw unexpectedCorrelation();
    return { ...k, column: by.index };
  });
  const table = filter.input;
  const rank: LogicalNode = {
    kind: 'Rank',
    input: table,
    partition: [inner],
    order,
    range: { start: 1, end: sort.fetch, endColumn: -1 },
    outputsRank: false,
    fields: table.fields,
  };
  return {
    kind: 'Project',
    input: rank,
    exprs: [ref(inner, table.fields[inner]!.type), ...project.exprs],
    fields: [left.fields[0]!, ...project.fields],
  };
}

/** The column of `column = outer column`. */
function equalColumn(condition: Rex): number | null {
  if (condition.kind !== 'Call' || condition.operator !== '=') return null;
  const [a, b] = condition.operands;
  const [column, outer] = a?.kind === 'Correlation' ? [b, a] : [a, b];
  return column?.kind === 'InputRef' && outer?.kind === 'Correlation' ? column.index : null;
}

/** Which table a scan (with its computed columns and watermark) reads; a value that is equal for the same one. */
function rowsOf(node: LogicalNode): unknown {
  switch (node.kind) {
    case 'Scan':
      return node.table.path.join('.');
    case 'WatermarkAssigner':
      return rowsOf(node.input);
    case 'Project':
      return node.exprs.every((e, i) => rexKey(e) === rexKey(ref(i, e.type)) || e.kind === 'Call')
        ? rowsOf(node.input)
        : node;
    default:
      return node;
  }
}
