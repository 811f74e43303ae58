import type { LogicalNode, SortKey } from '../../plan/logical.ts';
import { collectRefs, shiftRefs } from '../../plan/rex-tools.ts';
import { withoutMatches } from './join-filter-rule.ts';
import { filterOf, mapInputs, mergeCalc, placeIn } from './logical-tools.ts';

/**
 * Projections go above a sort where its columns are passed on unchanged (Calcite's SortProjectTransposeRule), if that makes the plan cheaper: not one that was
 * a filter too until its Top-N was found, nor one that nothing above would take in where the sort keeps all rows or there is but one. Above a filter, which
 * stays, only what computes something goes. In batch mode there are no watermarks to stop at.
 */
export function transposeSorts(
  node: LogicalNode,
  isStream: boolean,
  above: LogicalNode | null = null,
): LogicalNode {
  const rebuilt = mapInputs(node, (input) => transposeSorts(input, isStream, node));
  if (rebuilt.kind !== 'Sort') return rebuilt;
  if (rebuilt.input.kind === 'WatermarkAssigner' && !isStream && above?.kind === 'Calc') {
    const { input } = rebuilt.input;
    const sort = transposeSorts({ ...rebuilt, input, fields: input.fields }, isStream, above);
    return { ...rebuilt.input, input: sort };
  }
  if (rebuilt.input.kind !== 'Calc') return rebuilt;
  const calc = rebuilt.input;
  const isOfOneRow = calc.input.kind === 'Aggregate' && calc.input.groups.length === 0;
  const isAsLong = isOfOneRow || rebuilt.fetch === null;
  if (calc.input.kind === 'Rank' || (isAsLong && above?.kind !== 'Calc')) return rebuilt;
  if (calc.condition && (isAsLong || !calc.exprs.some((e) => e.kind === 'Call'))) return rebuilt;
  const input = calc.condition ? filterOf(calc) : calc.input;
  const exprs = calc.exprs.map((e) => (input === calc.input ? e : shiftRefs(e, placeIn(calc))));
  const order = rebuilt.order.map((k): SortKey | null => {
    const e = exprs[k.column]!;
    return e.kind === 'InputRef' ? { ...k, column: e.index } : null;
  });
  if (order.includes(null)) return rebuilt;
  const sort: LogicalNode = {
    ...rebuilt,
    input,
    order: order as SortKey[],
    fields: input.fields,
    ...(calc.condition
      ? {}
      : { read: [...exprs.reduce((read, e) => collectRefs(e, read), new Set<number>())] }),
  };
  return mergeCalc({ ...calc, input: transposeSorts(sort, isStream, calc), exprs, condition: null });
}

const isEmpty = (node: LogicalNode): boolean => node.kind === 'Values' && node.rows.length === 0;

/** What reads nothing is nothing: Calcite's PruneEmptyRules. */
export function dropEmpty(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, dropEmpty);
  const none: LogicalNode = { kind: 'Values', rows: [], fields: n.fields };
  switch (n.kind) {
    case 'Calc':
      return isEmpty(n.input) ? none : n;
    case 'Sort':
      return n.fetch === 0 || isEmpty(n.input) ? none : n;
    case 'Join': {
      if (n.asOf !== null || n.lookup) return isEmpty(n.inputs[0]) ? none : n;
      const [left, right] = n.inputs.map(isEmpty);
      if (n.joinType === 'full') return left && right ? none : n;
      if (left && n.joinType !== 'right') return none;
      if (right && n.joinType === 'right') return none;
      return left || right ? withoutMatches(n) : n;
    }
    case 'Rank':
      return isEmpty(n.input) ? none : n;
    case 'Aggregate':
      return n.groups.length > 0 && isEmpty(n.input) ? none : n;
    case 'Union': {
      const inputs = n.inputs.filter((input) => !isEmpty(input));
      if (inputs.length === n.inputs.length) return n;
      return inputs.length === 0 ? none : inputs.length === 1 ? inputs[0]! : { ...n, inputs };
    }
    default:
      return n;
  }
}
