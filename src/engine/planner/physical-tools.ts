import type { PhysicalNode } from '../plan/physical.ts';

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
