import { isRowtime, isTimestamp } from '../types/logical-type.ts';
import {
  type Attributes,
  type BatchLine,
  exchange,
  fixed,
  gathered,
  namesOf,
  projection,
  sorted,
  sortedFor,
  whole,
} from './batch-line.ts';
import { sizeOf } from './batch-size.ts';
import { overGroupTexts, windowText } from './explain-aggregates.ts';
import { attributesOf } from './explain-attributes.ts';
import { batchAggregate, batchWindowAggregate } from './explain-batch-aggregates.ts';
import type { Field, OverGroup, SortKey } from './logical.ts';
import type { BatchOver, Calc, Join, PhysicalNode, Rank, WindowTableFunction } from './physical.ts';
import { orderText, type Style } from './print-rex.ts';
import { type Rex, ref } from './rex.ts';
import { rexKey, substitute } from './rex-tools.ts';

/** A plan as Flink's batch planner would draw it. */
function batchLines(node: PhysicalNode): BatchLine {
  switch (node.kind) {
    case 'Collect': {
      const input = batchLines(node.inputs[0]!);
      const isDone = node.order.length === 0 || node.groups !== null || input.name === 'SortLimit';
      return isDone ? input : sorted(gathered(whole(input), []), node.order);
    }
    case 'Exchange':
      // Operators bring their rows together themselves.
      return batchLines(node.inputs[0]!);
    case 'GroupAggregate':
      return batchAggregate(node, whole(batchLines(node.inputs[0]!)));
    case 'BatchOver':
      return over(node);
    case 'Rank':
    case 'SortLimit':
    case 'Limit':
      return limited(node);
    case 'Join':
      return joined(node);
    case 'Calc':
      return calc(node);
    case 'WindowTableFunction':
      return windowTable(node);
    case 'GroupWindowAggregate':
      return batchWindowAggregate(node, whole(batchLines(timeOrdered(node.inputs[0]!))));
    case 'Match':
      return plain(node, [gathered(whole(batchLines(node.inputs[0]!)), node.partition)]);
    case 'LookupJoin':
      return plain(node, [whole(batchLines(node.inputs[0]!))]);
    default:
      return plain(
        node,
        node.inputs.map((input) => whole(batchLines(input))),
      );
  }
}

/** A node that is the same in both modes. */
function plain(node: PhysicalNode, inputs: readonly BatchLine[]): BatchLine {
  return {
    name: node.kind === 'ReplicateRows' ? 'Correlate' : node.kind,
    attributes: (style) =>
      node.kind === 'Values' && style !== 'infix'
        ? [
            ...attributesOf(node, style).filter(([key]) => key === 'tuples'),
            ['values', node.fields.map((f) => f.name).join(', ')],
          ]
        : attributesOf(node, style).map(([key, text]) => [key, text.replaceAll(' *ROWTIME*', '')] as const),
    inputs,
    fields: node.fields,
    spread: null,
  };
}

/** Columns that only stop being a time attribute stay what they are: batch mode has none. */
function timeless(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  const operands = rex.operands.map(timeless);
  const [operand] = operands;
  if (rex.operator !== 'CAST' || operand === undefined) return { ...rex, operands };
  const [from, to] = [operand.type, rex.type];
  const isOfTime =
    isTimestamp(from) &&
    isTimestamp(to) &&
    from.root === to.root &&
    (from.precision === to.precision || isRowtime(from) || isRowtime(to));
  return isOfTime ? operand : { ...rex, operands };
}

/** A projection, merged with what its input has still to compute; none where it would change nothing. */
function calc(node: Calc): BatchLine {
  const { computed, ...input } = batchLines(node.inputs[0]!);
  const over = (rex: Rex): Rex => timeless(computed ? substitute(rex, computed) : rex);
  return projection(node.exprs.map(over), node.condition && over(node.condition), input, node.fields);
}

/** A window function over a copy of its time column, which this engine makes to have a time attribute, is shown over the column itself. */
function windowTable(node: WindowTableFunction): BatchLine {
  const input = whole(batchLines(node.inputs[0]!));
  const { window, fields } = node;
  const below = node.inputs[0]!;
  const copy = below.kind === 'Calc' ? below.exprs[window.time] : undefined;
  const own =
    below.kind === 'Calc' && copy ? below.exprs.findIndex((e) => rexKey(e) === rexKey(timeless(copy))) : -1;
  if (below.kind !== 'Calc' || !copy || below.fields[window.time]!.name !== '$time' || own < 0)
    return plain(node, [input]);
  const kept = fields.filter((_, i) => i !== window.time);
  const bare = calc({
    ...below,
    exprs: below.exprs.filter((_, i) => i !== window.time),
    fields: below.fields.filter((_, i) => i !== window.time),
  });
  const text = windowText(window, `time_col=[${below.fields[own]!.name}]`, namesOf(bare));
  return {
    name: node.kind,
    attributes: fixed([['window', text]]),
    inputs: [bare],
    fields: kept,
    spread: null,
    computed: fields.map((f, i) => ref(i === window.time ? own : i > window.time ? i - 1 : i, f.type)),
  };
}

/** What a group window reads: it sorts its rows itself. */
const timeOrdered = (input: PhysicalNode): PhysicalNode =>
  input.kind === 'Collect' || input.kind === 'Exchange' ? timeOrdered(input.inputs[0]!) : input;

/** One node for windows that follow each other over equal partitions in equal order. */
function over({ groups, inputs, fields }: BatchOver): BatchLine {
  const orderOf = ({ partition, order }: OverGroup): SortKey[] => [
    ...partition.map(
      (column) => order.find((k) => k.column === column) ?? { column, descending: false, nullsFirst: true },
    ),
    ...order.filter((k) => !partition.includes(k.column)),
  ];
  const isSame = (a: OverGroup, b: OverGroup): boolean => {
    const text = (g: OverGroup): string => JSON.stringify([g.partition, orderOf(g)]);
    return text(a) === text(b);
  };
  const parts: OverGroup[][] = [];
  for (const group of groups) {
    const last = parts.at(-1);
    if (last && isSame(last[0]!, group)) last.push(group);
    else parts.push([group]);
  }
  let line = whole(batchLines(inputs[0]!));
  let width = line.fields.length;
  for (const part of parts) {
    const { partition, order } = part[0]!;
    const together = gathered(line, partition);
    const keys = orderOf(part[0]!);
    const input = keys.length > 0 ? sortedFor(together, keys) : together;
    const names = namesOf(input);
    const calls = part.flatMap((g) => g.calls);
    const own = [
      ...line.fields,
      ...calls.map((c, i): Field => ({ name: c.alias!, type: fields[width + i]!.type })),
    ];
    const windows = overGroupTexts(part, names);
    const attributes: Attributes = [
      ...(partition.length > 0 ? [['partitionBy', partition.map((p) => names[p]).join(', ')] as const] : []),
      ...(order.length > 0 ? [['orderBy', orderText(order, names)] as const] : []),
      ...windows.map((text, i) => [`window#${i}`, text] as const),
      ['select', own.map((f) => f.name).join(', ')],
    ];
    line = {
      name: 'OverAggregate',
      attributes: fixed(attributes),
      inputs: [input],
      fields: own,
      spread: together.spread,
      order: keys,
    };
    width += calls.length;
  }
  return { ...line, fields };
}

/** The first rows of each task, then the first of those. */
function limited({ kind, order, range, inputs, fields }: Rank): BatchLine {
  const input = whole(batchLines(inputs[0]!));
  const by: Attributes = kind === 'SortLimit' ? [['orderBy', orderText(order, namesOf(input))]] : [];
  const name = kind === 'SortLimit' ? kind : 'Limit';
  const rows = (offset: number, fetch: number, isGlobal: boolean): Attributes => [
    ...by,
    ['offset', String(offset)],
    ['fetch', fetch === Infinity ? 'unlimited' : String(fetch)],
    ['global', String(isGlobal)],
  ];
  const { executedName: _, ...kept } = input;
  const local: BatchLine = { ...kept, name, attributes: fixed(rows(0, range.end, false)), inputs: [input] };
  return {
    name,
    attributes: fixed(rows(range.start - 1, range.end - range.start + 1, true)),
    inputs: [gathered(range.end === Infinity ? input : local, [])],
    fields,
    spread: [],
  };
}

/** A hash table of the smaller side, or every row of one with every row of the other. */
function joined(node: Join): BatchLine {
  const [left, right] = node.inputs.map((input) => whole(batchLines(input))) as [BatchLine, BatchLine];
  const { joinType, leftKeys, rightKeys, fields } = node;
  const [leftSize, rightSize] = [sizeOf(node.inputs[0]!), sizeOf(node.inputs[1]!)];
  const outputsRight = joinType !== 'semi' && joinType !== 'anti';
  const common = (style: Style): Attributes =>
    attributesOf(node, style).filter(([key]) => key === 'joinType' || key === 'select' || key === 'where');
  const isHash = leftKeys.length > 0 && !isSingleRow(node.inputs[0]!) && !isSingleRow(node.inputs[1]!);
  if (isHash) {
    const buildsLeft = leftSize === rightSize ? outputsRight : leftSize < rightSize;
    return {
      name: 'HashJoin',
      // One that may turn into a broadcast while it runs.
      ...(joinType === 'full' ? {} : { executedName: 'AdaptiveJoin' }),
      attributes: (style) => [
        ...(joinType !== 'full' && style === 'infix' ? [['originalJoin', 'ShuffleHashJoin'] as const] : []),
        ...common(style),
        ['build', buildsLeft ? 'left' : 'right'],
      ],
      inputs: [gathered(left, leftKeys, true), gathered(right, rightKeys, true)],
      fields,
      spread: joinType === 'full' ? null : joinType === 'right' ? null : leftKeys,
    };
  }
  // A single row that may have to be padded, or is only asked about, is no side to keep.
  const isSingleLeft =
    isSingleRow(node.inputs[0]!) && (joinType === 'inner' || joinType === 'right' || joinType === 'full');
  const isSingleRight = isSingleRow(node.inputs[1]!) && joinType !== 'right';
  const isSingle = isSingleLeft || isSingleRight;
  const buildsLeft = isSingle
    ? isSingleLeft
    : joinType === 'right' || ((joinType === 'inner' || joinType === 'full') && leftSize <= rightSize);
  return {
    name: 'NestedLoopJoin',
    attributes: (style) => [
      ...common(style),
      ['build', buildsLeft ? 'left' : 'right'],
      ...(isSingle ? [['singleRowJoin', 'true'] as const] : []),
    ],
    inputs:
      joinType === 'full'
        ? [gathered(left, []), gathered(right, [])]
        : [
            buildsLeft ? exchange(left, 'broadcast', []) : left,
            buildsLeft ? right : exchange(right, 'broadcast', []),
          ],
    fields,
    spread: null,
  };
}

/** At most one row, as Flink sees it: an aggregate of everything. */
function isSingleRow(node: PhysicalNode): boolean {
  if (node.kind === 'Collect' || node.kind === 'Calc' || node.kind === 'Exchange')
    return isSingleRow(node.inputs[0]!);
  return node.kind === 'GroupAggregate' && node.groups.length === 0;
}

/** A whole plan as Flink's batch planner would draw it. */
export const batchPlan = (root: PhysicalNode): BatchLine => whole(batchLines(root));
