import type { AggregateCall } from '../../plan/logical.ts';
import type { PhysicalAggregate, PhysicalNode } from '../../plan/physical.ts';
import { BIGINT, notNull } from '../../types/logical-type.ts';

export function exchange(input: PhysicalNode, keys: readonly number[]): PhysicalNode {
  if (keys.length === 0 && isSingle(input)) return input;
  return {
    kind: 'Exchange',
    inputs: [input],
    fields: input.fields,
    mode: 0,
    keys: keys.length > 0 ? keys : null,
  };
}

const isSingle = (node: PhysicalNode): boolean => node.kind === 'Limit' || node.kind === 'SortLimit';

/** `COUNT(*)` that nobody wrote: how many rows a group has. */
export const countOfRows = (needsRetraction: boolean): PhysicalAggregate => ({
  name: 'COUNT',
  args: [],
  distinct: false,
  filter: -1,
  ignoreNulls: false,
  type: notNull(BIGINT),
  alias: null,
  needsRetraction,
});

/** Aggregates before it is known whether their input retracts. */
export const physicalCalls = (calls: readonly AggregateCall[]): PhysicalAggregate[] =>
  calls.map((c) => ({ ...c, needsRetraction: false }));
