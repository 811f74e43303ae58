import { plainError } from '../../base/refusal.ts';
import { isRankFunction } from '../../functions/function-kinds.ts';
import type {
  LogicalAggregate,
  LogicalCalc,
  LogicalNode,
  LogicalOver,
  LogicalRank,
  RankRange,
} from '../../plan/logical.ts';
import { literal, type Rex } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { collectRefs, conjuncts, MIRRORED, mapRex, passesAll } from '../../plan/rex-tools.ts';
import { BIGINT, notNull } from '../../types/logical-type.ts';
import { removeNeedlessAggregates } from './aggregate-remove-rule.ts';
import { mapInputs, mergeCalc, windowRoles } from './logical-tools.ts';

/** The name of a window's only function, as long as no projection gives it another. */
export const RANK_NAME = 'w0$o0';

/** A filter on ROW_NUMBER() becomes a Top-N: Flink's FlinkLogicalRankRule. */
export function recognizeRanks(node: LogicalNode, above: LogicalNode | null = null): LogicalNode {
  if (
    node.kind === 'Aggregate' &&
    node.input.kind === 'Calc' &&
    node.input.input.kind === 'Over' &&
    above?.kind !== 'Calc'
  ) {
    // One that will go away hides no name, unless what is computed above it takes its place.
    const kept = mapInputs(node, (input) => recognizeRanks(input));
    if (removeNeedlessAggregates(kept).kind !== 'Aggregate') return kept;
  }
  const rebuilt = mapInputs(node, (input) => recognizeRanks(input, node));
  if (rebuilt.kind === 'Aggregate') return withRankName(rebuilt);
  if (rebuilt.kind !== 'Calc' || !rebuilt.condition || rebuilt.input.kind !== 'Over') return rebuilt;
  return rankOf(rebuilt, rebuilt.input, above) ?? rebuilt;
}

/** A group by a rank number that has lost its name loses it too, unless there is only one such number. */
function withRankName(node: LogicalAggregate): LogicalNode {
  const { input } = node;
  const isRank = (column: number): boolean =>
    input.fields[column]!.name === RANK_NAME &&
    !(input.kind === 'Calc' && input.exprs[column]!.kind === 'Literal');
  const fields = node.fields.map((f, i) =>
    i < node.groups.length && isRank(node.groups[i]!) ? { ...f, name: RANK_NAME } : f,
  );
  return { ...node, fields };
}

function rankOf(calc: LogicalCalc, over: LogicalOver, above: LogicalNode | null): LogicalNode | null {
  const [group, ...others] = over.groups;
  const fn = group?.calls.length === 1 && others.length === 0 ? group.calls[0]! : null;
  if (!group || !fn || !isRankFunction(fn.name) || fn.args.length > 0) return null;
  const rank = over.input.fields.length;
  let start = 1;
  let end: number | null = null;
  let endColumn = -1;
  let isGiven = false;
  let isPoint = false;
  const rest: Rex[] = [];
  for (const part of conjuncts(calc.condition!)) {
    const limit = limitOf(part, rank);
    if (!limit) rest.push(part);
    else {
      isGiven = true;
      if ('column' in limit) endColumn = limit.column;
      else {
        start = Math.max(start, limit.low);
        if (limit.high !== null) end = end === null ? limit.high : Math.min(end, limit.high);
        // Not where a limit only leaves one rank.
        if (limit.isPoint) isPoint = true;
      }
    }
  }
  if (!isGiven) return null;
  if (group.order.length === 0) {
    throw plainError(
      'plan',
      'rank-needs-order',
      'ValidationException',
      'Over Agg: The window rank function requires order by clause with non-constant fields. please re-check the over window statement.',
      null,
    );
  }
  if (end === null && endColumn < 0) {
    throw plainError(
      'plan',
      'rank-end',
      'TableException',
      'Rank end is not specified. Currently rank only support TopN, which means the rank end must be specified.',
      null,
    );
  }
  // It is no Top-N where its number is asked for once more.
  if (rest.some((part) => collectRefs(part).has(rank))) return null;
  if (endColumn < 0 && end! <= 0)
    throw plainError(
      'plan',
      'rank-end',
      'TableException',
      `Rank end should not less than zero, but now is ${end}`,
      null,
    );
  const bounds = windowRoles(over.input);
  if (
    fn.name !== 'ROW_NUMBER' &&
    group.partition.some((p) => bounds.get(p) === 'start') &&
    group.partition.some((p) => bounds.get(p) === 'end')
  ) {
    throw plainError(
      'plan',
      'rank-function',
      'TableException',
      `${fn.name}() function is not supported on Window TopN currently, only ROW_NUMBER() is supported.`,
      null,
    );
  }
  if (fn.name !== 'ROW_NUMBER')
    throw plainError(
      'plan',
      'rank-function',
      'TableException',
      `${fn.name}() on streaming table is not supported currently`,
      null,
    );
  const range: RankRange = { start, end: end ?? Infinity, endColumn };
  const isConstant = endColumn < 0 && start === end;
  // A projection that keeps the columns' order, or that an aggregate or another window reads through, is merged away in Calcite, and its names with it.
  const isReadThrough =
    above?.kind === 'Over' || (above?.kind === 'Aggregate' && calc.exprs.every((e) => e.kind === 'InputRef'));
  const isKept =
    rest.length === 0 && endColumn < 0 ? isIncreasing(calc.exprs) : passesAll(calc.exprs, over.fields.length);
  const keepsOrder = isReadThrough || (isKept && !(isPoint && isConstant));
  const alias = calc.fields[calc.exprs.findIndex((e) => e.kind === 'InputRef' && e.index === rank)]?.name;
  const name = keepsOrder || alias === undefined ? RANK_NAME : alias;
  const node: LogicalRank = {
    kind: 'Rank',
    input: over.input,
    partition: group.partition,
    order: group.order,
    range,
    outputsRank: true,
    fields: [...over.input.fields, { name, type: fn.type }],
  };
  const constant: Rex = { ...literal(start, notNull(BIGINT)), isLate: true };
  const shown = (rex: Rex): Rex =>
    isConstant ? mapRex(rex, (r) => (r.kind === 'InputRef' && r.index === rank ? constant : r)) : rex;
  // A condition that leaves one number has put it in the place of the column.
  const isNumber = (e: Rex): boolean =>
    e.kind === 'Literal' && e.type.root === 'BIGINT' && isConstant && Number(e.value) === start;
  const columns = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : isNumber(e) ? rank : -1));
  const isNameless = isPoint && isConstant && readsLess(columns, over);
  const nameAt = (i: number): string => {
    const column = columns[i]!;
    if (isNameless) return column === rank ? `$${i}` : over.fields[column]!.name;
    return keepsOrder && column === rank ? RANK_NAME : calc.fields[i]!.name;
  };
  const fields = calc.fields.map((f, i) => ({ ...f, name: nameAt(i) }));
  return mergeCalc({
    ...calc,
    input: node,
    exprs: calc.exprs.map(shown),
    condition: rest.length > 0 ? shown(and(rest)) : null,
    fields,
  });
}

/**
 * Whether a projection passes on all that the window reads, in its order, and this is less than its input has: to Flink it is a projection below the window
 * then and none above, where the constant that the rank number is loses its name.
 */
function readsLess(columns: readonly number[], { groups, input, fields }: LogicalOver): boolean {
  const rank = input.fields.length;
  const keys = groups.flatMap((g) => [...g.partition, ...g.order.map((k) => k.column)]);
  return (
    columns.length < fields.length &&
    columns.at(-1) === rank &&
    keys.every((k) => columns.includes(k)) &&
    columns.every((c, i) => c >= 0 && (i === 0 || c > columns[i - 1]!))
  );
}

function isIncreasing(exprs: readonly Rex[]): boolean {
  const first = exprs.map((e) => Math.min(...collectRefs(e), Infinity)).filter(Number.isFinite);
  return first.every((column, i) => i === 0 || column > first[i - 1]!);
}

/** What a condition says of the rank column: bounds, both included, or a column that says the end; null for anything else. */
function limitOf(
  rex: Rex,
  rank: number,
): { low: number; high: number | null; isPoint?: true } | { column: number } | null {
  if (rex.kind !== 'Call') return null;
  const [a, b] = rex.operands;
  if (!a || !b) return null;
  const isRank = (r: Rex): boolean => r.kind === 'InputRef' && r.index === rank;
  if (rex.operator === 'SEARCH' && isRank(a) && b.kind === 'Literal' && b.sarg?.ranges.length === 1) {
    const r = b.sarg.ranges[0]!;
    const low = r.lower === null ? 1 : Number(r.lower) + (r.lowerOpen ? 1 : 0);
    return { low, high: r.upper === null ? null : Number(r.upper) - (r.upperOpen ? 1 : 0) };
  }
  const mirrored = MIRRORED[rex.operator];
  if (mirrored === undefined) return null;
  const [operator, other] = isRank(a) ? [rex.operator, b] : isRank(b) ? [mirrored, a] : [null, b];
  if (operator === null) return null;
  const plain = other.kind === 'Call' && other.operator === 'CAST' ? other.operands[0]! : other;
  if (plain.kind === 'InputRef' && plain.index !== rank && (operator === '<=' || operator === '='))
    return { column: plain.index };
  if (other.kind !== 'Literal' || (typeof other.value !== 'number' && typeof other.value !== 'bigint'))
    return null;
  const value = Number(other.value);
  switch (operator) {
    case '=':
      return { low: value, high: value, isPoint: true };
    case '<':
      return { low: 1, high: Math.ceil(value) - 1 };
    case '<=':
      return { low: 1, high: Math.floor(value) };
    case '>':
      return { low: Math.floor(value) + 1, high: null };
    default:
      return { low: Math.ceil(value), high: null };
  }
}

/** Fewer columns below a Top-N where its projection asks for fewer: its keys and its input's upsert keys stay. */
export function columnsOfRank(
  rank: LogicalRank,
  needed: readonly number[],
  keys: readonly (readonly number[])[] | null,
): number[] {
  const width = rank.input.fields.length;
  const kept = new Set(needed.filter((i) => i < width));
  for (const i of [
    ...rank.partition,
    ...rank.order.map((k) => k.column),
    ...(rank.range.endColumn >= 0 ? [rank.range.endColumn] : []),
  ])
    kept.add(i);
  for (const key of keys ?? []) for (const i of key) kept.add(i);
  return [...kept].sort((a, b) => a - b);
}
