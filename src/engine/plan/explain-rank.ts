import { isRowtime, isTimeAttribute } from '../types/logical-type.ts';
import { windowSource, windowText } from './explain-aggregates.ts';
import { Mode, type PhysicalNode, type Rank, type WindowRank } from './physical.ts';
import { orderText, type Style } from './print-rex.ts';

export function rankAttributes(
  node: Rank,
  names: readonly string[],
  style: Style,
): readonly (readonly [string, string])[] {
  const { start, end, endColumn } = node.range;
  const { strategy } = node;
  const strategyText = `${strategy.kind}Strategy${strategy.kind === 'UpdateFast' ? `[${strategy.key.join(',')}]` : ''}`;
  if (node.kind !== 'Rank') {
    const limits = [
      ['offset', String(start - 1)],
      ['fetch', String(end - start + 1)],
    ] as const;
    return node.kind === 'Limit'
      ? limits
      : [['orderBy', orderText(node.order, names)], ...limits, ['strategy', strategyText]];
  }
  const hasRowtime = node.order.some((k) => isRowtime(node.inputs[0]!.fields[k.column]!.type));
  const order = `${hasRowtime ? 'ROWTIME ' : ''}${orderText(node.order, names)}`;
  if (style === 'infix' && isDeduplicate(node)) {
    const first = node.order[0]!;
    return [
      ['keep', first.descending ? 'LastRow' : 'FirstRow'],
      ['key', node.partition.map((p) => names[p]).join(', ')],
      ['order', isRowtime(node.fields[first.column]!.type) ? 'ROWTIME' : 'PROCTIME'],
      ['outputInsertOnly', String(node.mode === Mode.I)],
    ];
  }
  return [
    ['strategy', strategyText],
    ['rankType', 'ROW_NUMBER'],
    ['rankRange', endColumn >= 0 ? `rankEnd=${names[endColumn]}` : `rankStart=${start}, rankEnd=${end}`],
    ['partitionBy', node.partition.map((p) => names[p]).join(', ')],
    ['orderBy', order],
    ['select', node.fields.map((f) => f.name).join(', ')],
  ];
}

export function windowRankAttributes(
  node: WindowRank,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const { start, end } = node.range;
  const window = windowText(node.window, windowSource(node.window, names), names);
  const partition = node.partition.map((p) => names[p]).join(', ');
  if (node.kind === 'WindowDeduplicate') {
    const first = node.order[0]!;
    return [
      ['window', window],
      ['keep', first.descending ? 'LastRow' : 'FirstRow'],
      ['partitionKeys', partition],
      ['orderKey', names[first.column]!],
      ['order', isRowtime(node.inputs[0]!.fields[first.column]!.type) ? 'ROWTIME' : 'PROCTIME'],
    ];
  }
  return [
    ['window', window],
    ['rankType', 'ROW_NUMBER'],
    ['rankRange', `rankStart=${start}, rankEnd=${end}`],
    ['partitionBy', partition],
    ['orderBy', orderText(node.order, names)],
    ['select', node.fields.map((f) => f.name).join(', ')],
  ];
}

/** A Top-1 by one time attribute over inserts alone runs as a deduplication. */
export const isDeduplicate = (node: PhysicalNode): node is Rank =>
  node.kind === 'Rank' &&
  !node.outputsRank &&
  node.range.start === 1 &&
  node.range.end === 1 &&
  node.range.endColumn < 0 &&
  node.order.length === 1 &&
  isTimeAttribute(node.inputs[0]!.fields[node.order[0]!.column]!.type) &&
  node.strategy.kind === 'AppendFast';
