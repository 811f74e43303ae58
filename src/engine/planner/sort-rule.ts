import type { LogicalNode, LogicalSort, SortKey } from '../plan/logical.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/**
 * Projections go above a sort where its columns are passed on unchanged (Calcite's SortProjectTransposeRule): above one with a limit, for few rows are
 * left there, and above others if they can be merged with one that stands there already.
 */
export function transposeSorts(node: LogicalNode): LogicalNode {
  const rebuilt = mapInputs(node, transposeSorts);
  if (rebuilt.kind === 'Sort' && rebuilt.fetch !== null) return transposed(rebuilt) ?? rebuilt;
  if (rebuilt.kind !== 'Calc' || rebuilt.input.kind !== 'Sort') return rebuilt;
  const input = transposed(rebuilt.input);
  return input ? mergeCalc({ ...rebuilt, input }) : rebuilt;
}

function transposed(sort: LogicalSort): LogicalNode | null {
  const calc = sort.input;
  if (calc.kind !== 'Calc' || calc.condition) return null;
  const order = sort.order.map((k): SortKey | null => {
    const e = calc.exprs[k.column]!;
    return e.kind === 'InputRef' ? { ...k, column: e.index } : null;
  });
  if (order.includes(null)) return null;
  const below: LogicalSort = {
    ...sort,
    input: calc.input,
    order: order as SortKey[],
    fields: calc.input.fields,
  };
  return mergeCalc({ ...calc, input: transposeSorts(below) });
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
