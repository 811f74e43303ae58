import type { IntervalJoin, Join, LookupJoin, TemporalJoin, WindowJoin } from '../plan/physical.ts';
import type { Rex } from '../plan/rex.ts';
import { shiftRefs } from '../plan/rex-tools.ts';
import { and } from './rex-build.ts';

/** Columns that a join brings together, and what is left of its condition. */
export interface JoinKeys {
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly filterNulls: readonly boolean[];
  readonly residual: Rex | null;
}

/** Splits a condition into equal columns of both sides and the rest. */
export function splitJoinCondition(condition: Rex, leftWidth: number): JoinKeys {
  const parts =
    condition.kind === 'Literal' && condition.value === true
      ? []
      : condition.kind === 'Call' && condition.operator === 'AND'
        ? condition.operands
        : [condition];
  const leftKeys: number[] = [];
  const rightKeys: number[] = [];
  const filterNulls: boolean[] = [];
  const rest: Rex[] = [];
  for (const part of parts) {
    const pair = equalColumns(part, leftWidth);
    if (!pair) rest.push(part);
    else if (!leftKeys.some((l, i) => l === pair[0] && rightKeys[i] === pair[1] - leftWidth)) {
      leftKeys.push(pair[0]);
      rightKeys.push(pair[1] - leftWidth);
      filterNulls.push(part.kind === 'Call' && part.operator === '=');
    }
  }
  return { leftKeys, rightKeys, filterNulls, residual: rest.length === 0 ? null : and(rest) };
}

/** The left and the right column of `a = b` or `a IS NOT DISTINCT FROM b`. */
function equalColumns(part: Rex, leftWidth: number): [number, number] | null {
  if (part.kind !== 'Call' || (part.operator !== '=' && part.operator !== 'IS NOT DISTINCT FROM'))
    return null;
  const [a, b] = [part.operands[0]!, part.operands[1]!];
  if (a.kind !== 'InputRef' || b.kind !== 'InputRef') return null;
  if (a.index < leftWidth && b.index >= leftWidth) return [a.index, b.index];
  return b.index < leftWidth && a.index >= leftWidth ? [b.index, a.index] : null;
}

/** A condition over the same columns with both sides moved. */
export const moveCondition = (
  condition: Rex,
  leftWidth: number,
  left: (i: number) => number,
  right: (i: number) => number,
): Rex => shiftRefs(condition, (i) => (i < leftWidth ? left(i) : right(i - leftWidth)));

/** Names of a join's columns: those of the right side give way. */
export function joinNames(
  left: readonly { readonly name: string }[],
  right: readonly { readonly name: string }[],
): string[] {
  const used = new Set<string>();
  return [...left, ...right].map(({ name }) => {
    let unique = name;
    for (let i = 0; used.has(unique); i++) unique = `${name}${i}`;
    used.add(unique);
    return unique;
  });
}

export const namesOfJoin = (node: Join | IntervalJoin | TemporalJoin | LookupJoin | WindowJoin): string[] =>
  joinNames(node.inputs[0]!.fields, node.inputs[1]!.fields);
