import type { LogicalNode } from '../plan/logical.ts';

/** What the binder made at once into something else, for the syntax tree to show as it was written. */
const WRITTEN = new WeakMap<LogicalNode, LogicalNode>();

/** Gives `made`, which stands for `given`. */
export function writtenAs<Made extends LogicalNode>(made: Made, given: LogicalNode): Made {
  if (made !== given) WRITTEN.set(made, given);
  return made;
}

export const asWritten = (node: LogicalNode): LogicalNode => WRITTEN.get(node) ?? node;
