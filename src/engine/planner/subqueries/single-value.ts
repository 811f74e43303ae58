import type { LogicalAggregate, LogicalNode } from '../../plan/logical.ts';
import { castTo } from '../../plan/rex-build.ts';
import { joinFields } from '../rules/join-rules.ts';
import { mapInputs } from '../rules/logical-tools.ts';

/** Once anything in a statement is taken apart, Flink drops SINGLE_VALUE over what is one row anyway (RelDecorrelator's RemoveSingleAggregateRule). */
export function withoutSingleValues(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, withoutSingleValues);
  switch (n.kind) {
    case 'Aggregate':
      return valueOfOneRow(n) ?? n;
    case 'Filter':
      return { ...n, fields: n.input.fields };
    case 'Join': {
      const names = joinFields(n.inputs[0].fields, n.inputs[1].fields, n.joinType);
      return { ...n, fields: n.fields.map((f, i) => ({ ...f, name: names[i]!.name })) };
    }
    default:
      return n;
  }
}

function valueOfOneRow({ input, groups, calls, fields }: LogicalAggregate): LogicalNode | null {
  const isSingleValue = groups.length === 0 && calls.length === 1 && calls[0]!.name === 'SINGLE_VALUE';
  if (!isSingleValue || input.kind !== 'Project') return null;
  const { input: below } = input;
  if (below.kind !== 'Aggregate' || below.groups.length > 0 || below.sets) return null;
  const { type } = fields[0]!;
  return {
    ...input,
    exprs: [castTo(input.exprs[0]!, type)],
    fields: [{ name: input.fields[0]!.name, type }],
  };
}
