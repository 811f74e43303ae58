import { plainError } from '../../base/refusal.ts';
import type {
  Field,
  LogicalAggregate,
  LogicalCalc,
  LogicalNode,
  LogicalWatermarkAssigner,
  LogicalWindowAggregate,
} from '../../plan/logical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import { collectRefs, shiftRefs } from '../../plan/rex-tools.ts';
import { simplifyCondition } from '../simplify/simplify-condition.ts';
import { withoutInnerSide } from './join-remove-rule.ts';
import { type Order, pruneJoin } from './join-rules.ts';
import { logicalKeys } from './logical-keys.ts';
import {
  byColumns,
  callOver,
  dedupeNames,
  filterOf,
  isTrivial,
  mergeCalc,
  namedByFilter,
  type Pruned,
  placeIn,
  placeNamed,
  windowRoles,
} from './logical-tools.ts';
import { pruneMultiJoin } from './multi-join-rule.ts';
import { columnsOfRank, RANK_NAME } from './rank-rule.ts';

/** What is below a Top-N, of the columns that it keeps. Flink narrows it late: what is computed there stays as it is. */
function belowRank(input: LogicalNode, kept: readonly number[]): LogicalNode {
  const all = input.fields.map((_, i) => i);
  if (kept.length === all.length || input.kind === 'Rank') return select(input, kept);
  if (input.kind === 'Calc' && input.input.kind === 'Rank') {
    const rank = input.input;
    const picked = new Set(input.exprs.filter(isRef).map(indexOf));
    // A Top-N that hands on all it has is narrowed in its turn (CalcRankTransposeRule).
    if (!input.condition && rank.input.fields.every((_, i) => picked.has(i))) return select(input, kept);
    // Of another only its number goes if nobody asks for it.
    const exprs = kept.map((i) => input.exprs[i]!);
    const conditions = input.condition ? [input.condition] : [];
    const number = rank.input.fields.length;
    const asks = [...exprs, ...conditions].some((e) => collectRefs(e).has(number));
    const read = [...input.exprs, ...conditions].flatMap((e) => [...collectRefs(e)]);
    const below = prune(rank, sortedNumbers(new Set(read.filter((i) => i !== number || asks))));
    const move = (rex: Rex): Rex => shiftRefs(rex, (i) => below.at[i]!);
    return mergeCalc({
      kind: 'Calc',
      input: below.node,
      exprs: exprs.map(move),
      condition: input.condition && move(input.condition),
      fields: kept.map((i) => input.fields[i]!),
    });
  }
  const whole = select(input, all);
  const exprs = kept.map((i) => ref(i, whole.fields[i]!.type));
  return mergeCalc({
    kind: 'Calc',
    input: whole,
    exprs,
    condition: null,
    fields: kept.map((i) => whole.fields[i]!),
  });
}

/**
 * Drops columns that nobody above asks for, where Flink's rules do: below window functions and unions, and in the computed columns below a watermark. Columns
 * come as `order` allows it.
 */
export function prune(node: LogicalNode, needed: readonly number[], order: Order = 'kept'): Pruned {
  const all = node.fields.map((_, i) => i);
  const whole = (n: LogicalNode): Pruned => ({ node: n, at: all });
  switch (node.kind) {
    case 'Scan':
    case 'Values':
    case 'Uncollect':
    case 'Lateral':
    case 'Snapshot':
      return whole(node);
    case 'Calc': {
      const kept = needed;
      const exprs = kept.map((i) => node.exprs[i]!);
      const used = new Set<number>();
      for (const e of exprs) collectRefs(e, used);
      if (node.condition) collectRefs(node.condition, used);
      // Columns are asked for in the order of their first use, if no filter stands between.
      const asked = node.condition ? sortedNumbers(used) : [...used];
      const onlyPicks = node.condition === null && exprs.every(isRef) && used.size === exprs.length;
      const isPicked = node.condition !== null || onlyPicks;
      const { input } = node;
      const isWhole = input.kind === 'WatermarkAssigner' && !isPicked && !dropsComputed(input, asked);
      const isInOrder = exprs.every(isRef) && node.condition === null && isIncreasing(exprs.map(indexOf));
      const given = order === 'kept' && isInOrder ? order : onlyPicks ? 'asked' : 'any';
      const below = prune(input, isWhole ? input.fields.map((_, i) => i) : asked, given);
      const move = (rex: Rex): Rex => shiftRefs(rex, (i) => below.at[i]!);
      // A projection that goes below the filter has it built anew.
      const built = used.size < input.fields.length ? simplifyCondition : (rex: Rex): Rex => rex;
      const calc = mergeCalc({
        kind: 'Calc',
        input: below.node,
        exprs: exprs.map(move),
        condition: node.condition && built(move(node.condition)),
        fields: kept.map((i) => node.fields[i]!),
      });
      return {
        node: kept.length < all.length ? namedByFilter(calc) : calc,
        at: all.map((i) => kept.indexOf(i)),
      };
    }
    case 'WatermarkAssigner': {
      if (node.input.kind !== 'Calc')
        return whole({
          ...node,
          input: prune(
            node.input,
            node.input.fields.map((_, i) => i),
          ).node,
        });
      const asked = withTime(node, needed);
      return narrowed(node, asked.length === needed.length || dropsComputed(node, needed) ? asked : all);
    }
    case 'WindowTable': {
      const width = node.input.fields.length;
      const kept = sortedNumbers(
        new Set([...needed.filter((i) => i < width), node.window.time, ...node.window.partition]),
      );
      const below = namedByFilter(select(node.input, kept));
      // Once it is narrowed its columns are called what they are called below.
      const nameAt = (i: number, place: number): Field =>
        kept.length < width ? { ...node.fields[i]!, name: below.fields[place]!.name } : node.fields[i]!;
      const at = all.map((i) => (i < width ? kept.indexOf(i) : kept.length + i - width));
      const window = {
        ...node.window,
        time: at[node.window.time]!,
        partition: node.window.partition.map((i) => at[i]!),
      };
      return {
        node: {
          ...node,
          input: below,
          window,
          fields: [...kept.map(nameAt), ...node.fields.slice(width)],
        },
        at,
      };
    }
    case 'Join': {
      const kept = withoutInnerSide(node, new Set(needed), true);
      if (!kept) return pruneJoin(node, needed, select, order);
      const from = kept.from;
      const below = prune(
        kept.input,
        needed.map((i) => i - from),
      );
      return { node: below.node, at: all.map((i) => below.at[i - from] ?? -1) };
    }
    case 'MultiJoin':
      return pruneMultiJoin(node, needed, select);
    case 'Union': {
      const kept = needed.length > 0 ? needed : [0];
      const inputs = node.inputs.map((input) => select(input, kept));
      return {
        node: {
          ...node,
          inputs,
          fields: kept.map((i, at) => ({ ...node.fields[i]!, name: inputs[0]!.fields[at]!.name })),
        },
        at: all.map((i) => kept.indexOf(i)),
      };
    }
    case 'Project':
    case 'Filter':
    case 'SetOperation':
      return whole(node);
    case 'Sort': {
      // No rule takes a projection below a sort: what stands below was narrowed before others went above.
      if (!node.read) {
        const input = select(node.input, all);
        return whole({ ...node, input, fields: input.fields });
      }
      const asked = new Set([...node.read, ...node.order.map((k) => k.column)]);
      // Below a watermark it was a projection before anything went above.
      const below = prune(
        node.input,
        node.input.kind === 'WatermarkAssigner' ? [...asked] : sortedNumbers(asked),
      );
      const { read: _, ...sort } = node;
      const order = node.order.map((k) => ({ ...k, column: below.at[k.column]! }));
      return { node: { ...sort, input: below.node, order, fields: below.node.fields }, at: below.at };
    }
    case 'Rank': {
      const width = node.input.fields.length;
      const outputsRank = needed.includes(width);
      const kept = columnsOfRank(node, needed, logicalKeys(node.input));
      const input = belowRank(node.input, kept);
      const at = all.map((i) => (i < width ? kept.indexOf(i) : outputsRank ? kept.length : -1));
      const move = (i: number): number => at[i]!;
      // Flink forgets to move the column that says the end: it is another one now, or none.
      if (node.range.endColumn >= kept.length)
        throw plainError(
          'plan',
          'rank-end',
          'TableException',
          "Rank end index can't greater than input field count.",
          null,
        );
      const columns = kept.map((i) => node.fields[i]!);
      const fields = outputsRank ? dedupeNames([...columns, node.fields[width]!]) : columns;
      return {
        node: {
          ...node,
          input,
          outputsRank,
          fields,
          partition: node.partition.map(move),
          order: node.order.map((k) => ({ ...k, column: move(k.column) })),
        },
        at,
      };
    }
    case 'Aggregate': {
      const below = readsNothing(node) ? withSubQuery(node.input) : node.input;
      const input = select(
        below,
        below.fields.map((_, i) => i),
        'any',
      );
      const pruned = prunedCalls(
        { ...node, input: readsNothing(node) ? withoutColumns(input) : input },
        needed,
      );
      const isPruned = pruned.node.calls.length < node.calls.length;
      const kept = isPruned ? withoutUnread(pruned.node) : pruned.node;
      // Once calls are gone a filter below keeps what it was to pass on.
      const isKept = isPruned && input.kind === 'Calc' && input.condition !== null;
      return { ...pruned, node: isKept ? kept : inOrderBelow(kept, below) };
    }
    case 'WindowAggregate': {
      const input = select(
        node.input,
        node.input.fields.map((_, i) => i),
      );
      return withoutProperties(prunedCalls({ ...node, input }, needed), needed);
    }
    case 'Over':
    case 'Expand':
    case 'Match':
    case 'Replicate':
    case 'Correlate':
    case 'Sink':
      return whole({
        ...node,
        input: select(
          node.input,
          node.input.fields.map((_, i) => i),
        ),
      });
  }
}

const readsNothing = ({ groups, calls }: LogicalAggregate): boolean =>
  groups.length === 0 && calls.every((c) => c.args.length === 0 && c.filter < 0);

/** A sub-query was no join yet when columns were left out for what counts rows alone: all of them are there. */
function withSubQuery(input: LogicalNode): LogicalNode {
  if (input.kind !== 'Calc' || input.input.kind !== 'Join' || !input.input.isOfSubQuery) return input;
  const { fields } = input.input;
  return input.condition ? { ...input, exprs: fields.map((f, i) => ref(i, f.type)), fields } : input.input;
}

/**
 * What counts rows alone reads below a projection (AggregateProjectMergeRule) where that costs less: to Flink only picking columns and casting them is
 * free (and what a Top-N leaves of its numbers). Of a projection that filters, the columns that it computes with stay.
 */
function withoutColumns(input: LogicalNode): LogicalNode {
  if (input.kind !== 'Calc' || (input.input.kind !== 'Rank' && input.exprs.every(isFree))) return input;
  if (!input.condition) return input.input;
  const used = [...input.exprs, input.condition].reduce((refs, e) => collectRefs(e, refs), new Set<number>());
  const { fields } = input.input;
  const kept = sortedNumbers(used);
  return {
    ...input,
    exprs: kept.map((i) => ref(i, fields[i]!.type)),
    fields: kept.map((i) => fields[i]!),
  };
}

const isFree = (rex: Rex): boolean =>
  rex.kind !== 'Call' ||
  (rex.operator === 'CAST' && rex.operands.every((operand) => operand.kind !== 'Call'));

/**
 * A projection is pushed below the watermark where that costs less: where nothing is left of it above, or fewer columns are computed
 * (ProjectWatermarkAssignerTransposeRule, FlinkLogicalCalc's cost).
 */
function dropsComputed(assigner: LogicalWatermarkAssigner, needed: readonly number[]): boolean {
  if (assigner.input.kind !== 'Calc') return false;
  const kept = withTime(assigner, needed);
  return assigner.input.exprs.some((e, i) => e.kind === 'Call' && !kept.includes(i));
}

/** Columns that are asked for, and what the watermark is made of. */
const withTime = ({ rowtime, watermark }: LogicalWatermarkAssigner, needed: readonly number[]): number[] => [
  ...new Set([...needed, rowtime, ...collectRefs(watermark)]),
];

/** A watermark over these columns of its input alone. */
function narrowed(node: LogicalWatermarkAssigner, kept: readonly number[]): Pruned {
  const at = node.fields.map((_, i) => kept.indexOf(i));
  return {
    node: {
      ...node,
      input: select(node.input, kept),
      rowtime: at[node.rowtime]!,
      watermark: shiftRefs(node.watermark, (i) => at[i]!),
      fields: kept.map((i) => node.fields[i]!),
    },
    at,
  };
}

/** Drops aggregate calls nobody asks for, late: what was computed for them below stays (PruneAggregateCallRule). */
function prunedCalls<Node extends LogicalAggregate | LogicalWindowAggregate>(
  node: Node,
  needed: readonly number[],
): Pruned<Node> {
  const width = node.groups.length;
  const all = node.fields.map((_, i) => i);
  const isCall = (i: number): boolean => i >= width && i < width + node.calls.length;
  const kept = all.filter((i) => !isCall(i) || needed.includes(i));
  if (kept.length === 0 || kept.length === all.length) return { node, at: all };
  // One that is made anew has its groups by the names that they have below by now.
  const group = (i: number): Field => ({
    ...node.fields[i]!,
    name: node.input.fields[node.groups[i]!]!.name,
  });
  const named = (i: number, at: number): Field =>
    isCall(i) ? placeNamed(node.fields[i]!, at) : i < width ? group(i) : node.fields[i]!;
  const pruned: Node = {
    ...node,
    calls: node.calls.filter((_, i) => kept.includes(width + i)),
    fields: kept.map(named),
  };
  return { node: pruned, at: all.map((i) => kept.indexOf(i)) };
}

/** A window nobody asks for the bounds of has none; what was computed for calls that went goes too. */
function withoutProperties(
  { node, at }: Pruned<LogicalWindowAggregate>,
  needed: readonly number[],
): Pruned<LogicalWindowAggregate> {
  const width = node.fields.length - node.properties.length;
  const isAsked = needed.some((i) => at[i]! >= width);
  const kept = isAsked ? node : { ...node, properties: [], fields: node.fields.slice(0, width) };
  return {
    node: at.includes(-1) ? withoutUnread(kept) : kept,
    at: at.map((i) => (!isAsked && i >= width ? -1 : i)),
  };
}

/** What a projection reads: below a watermark no more than that, in its order, if that is less than there is. */
function readBelow({ input, exprs }: LogicalCalc): {
  readonly node: LogicalNode;
  readonly at: (column: number) => number;
} {
  const used = new Set<number>();
  for (const e of exprs) collectRefs(e, used);
  const asked = input.kind === 'WatermarkAssigner' ? withTime(input, [...used]) : [];
  if (input.kind !== 'WatermarkAssigner' || asked.length === input.fields.length)
    return { node: input, at: (column) => column };
  const { node, at } = narrowed(input, asked);
  return { node, at: (column) => at[column]! };
}

/**
 * An aggregate that has lost the calls which something was computed for reads below that (AggregateProjectMergeRule): its input, or all that the filter passes
 * on.
 */
function withoutUnread<Node extends LogicalAggregate | LogicalWindowAggregate>(node: Node): Node {
  const calc = node.input;
  if (calc.kind !== 'Calc' || calc.exprs.every((e) => e.kind === 'InputRef')) return node;
  const below = calc.condition ? { node: filterOf(calc), at: placeIn(calc) } : readBelow(calc);
  const { node: input, at: place } = below;
  const at = calc.exprs.map((e) => (e.kind === 'InputRef' ? place(e.index) : -1));
  const read = [
    ...node.groups,
    ...node.calls.flatMap((c) => [...c.args, ...(c.filter < 0 ? [] : [c.filter])]),
    ...('window' in node ? [node.window.time] : []),
  ];
  if (read.some((i) => at[i]! < 0)) return node;
  return {
    ...node,
    ...('window' in node ? { window: { ...node.window, time: at[node.window.time]! } } : {}),
    input,
    groups: node.groups.map((g) => at[g]!),
    calls: node.calls.map((c) => callOver(c, (i) => at[i]!)),
  };
}

/**
 * An aggregate over a projection that only changes the order of columns reads them in the order of what is below: all columns of an input, or behind a filter
 * what it reads too (ProjectFilterTransposeRule, AggregateProjectMergeRule). A Top-N is a filter by its number.
 */
export function inOrderBelow(node: LogicalAggregate, whole: LogicalNode = node.input): LogicalNode {
  const calc = node.input;
  if (calc.kind !== 'Calc' || isTrivial(calc)) return byColumns(node);
  const isFiltered = calc.condition !== null && calc.input.kind === 'WindowTable';
  if (windowRoles(calc).size > 0 && !isFiltered) return byColumns(node);
  const rank = calc.input.kind === 'Rank' ? calc.input.input.fields.length : -1;
  const at = calc.exprs.map((e) =>
    e.kind === 'InputRef' ? e.index : e.kind === 'Literal' && e.isLate ? rank : -1,
  );
  if (at.includes(-1) || new Set(at).size !== at.length) return node;
  const filtered = [...(calc.condition ? collectRefs(calc.condition) : []), ...(rank < 0 ? [] : [rank])];
  const isMerged =
    filtered.length > 0 ? filtered.every((c) => at.includes(c)) : at.length === calc.input.fields.length;
  if (!isMerged) return node;
  const order = at.map((_, i) => i).sort((a, b) => at[a]! - at[b]!);
  const place = (i: number): number => order.indexOf(i);
  const nameOf = (i: number): string => {
    if (at[i] === rank) return RANK_NAME;
    // A join had more columns then, and other names for some of them.
    const e = whole.kind === 'Calc' && calc.condition ? whole.exprs[i] : undefined;
    return e?.kind === 'InputRef' && whole.kind === 'Calc'
      ? whole.input.fields[e.index]!.name
      : calc.input.fields[at[i]!]!.name;
  };
  const input = mergeCalc({
    ...calc,
    exprs: order.map((i) => calc.exprs[i]!),
    fields: order.map((i) => ({ ...calc.fields[i]!, name: nameOf(i) })),
  });
  const groups = node.groups.map(place);
  const calls = node.calls.map((c) => callOver(c, place));
  const fields = node.fields.map((f, i) =>
    i < groups.length ? { ...f, name: input.fields[groups[i]!]!.name } : f,
  );
  const made = byColumns({ ...node, input, groups, calls, fields }, node.fields);
  // What it filters stays below in any case, and groups in another order need a projection above.
  return calc.condition && made.kind === 'Calc' ? node : made;
}

/**
 * Prunes a whole plan. An aggregate at its top that groups in another order than it was asked to is called below what it is called there: a projection that only
 * renames is none to Flink.
 */
export function selectAll(root: LogicalNode): LogicalNode {
  const made = select(
    root,
    root.fields.map((_, i) => i),
  );
  const asked = root.kind === 'Calc' && isTrivial(root) ? root.input : root;
  if (asked.kind !== 'Aggregate' || made.kind !== 'Calc' || made.input.kind !== 'Aggregate') return made;
  if (made.condition || isTrivial(made)) return made;
  const below = made.input.fields;
  const fields = made.exprs.flatMap((e, i) =>
    e.kind === 'InputRef' ? [{ ...made.fields[i]!, name: below[e.index]!.name }] : [],
  );
  return fields.length === made.fields.length ? { ...made, fields } : made;
}

/** Prunes below and puts a Calc on top if the columns are not exactly those asked for. */
export function select(input: LogicalNode, columns: readonly number[], order: Order = 'kept'): LogicalNode {
  const below = prune(input, columns, order);
  const exprs = columns.map((i) => ref(below.at[i]!, input.fields[i]!.type));
  return mergeCalc({
    kind: 'Calc',
    input: below.node,
    exprs,
    condition: null,
    fields: columns.map((i) => input.fields[i]!),
  });
}

const isRef = (rex: Rex): boolean => rex.kind === 'InputRef';
const indexOf = (rex: Rex): number => (rex.kind === 'InputRef' ? rex.index : -1);
const isIncreasing = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);
const sortedNumbers = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);
