import type { IntervalJoin, Join, LookupJoin, TemporalJoin, WindowJoin } from '../plan/physical.ts';
import { call, type Rex } from '../plan/rex.ts';
import { shiftRefs } from '../plan/rex-tools.ts';
import { BOOLEAN, notNull, withNullable } from '../types/logical-type.ts';
import { and } from './rex-build.ts';

/** What a temporal join asks of versions, until its primary key is known. */
export const INITIAL_VERSIONS = '__INITIAL_TEMPORAL_JOIN_CONDITION';

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
    const nullSafe = equalityOfNullSafe(part);
    const pair = equalColumns(nullSafe ?? part, leftWidth);
    if (!pair) rest.push(part);
    else if (!leftKeys.some((l, i) => l === pair[0] && rightKeys[i] === pair[1] - leftWidth)) {
      leftKeys.push(pair[0]);
      rightKeys.push(pair[1] - leftWidth);
      filterNulls.push(!nullSafe && part.kind === 'Call' && part.operator === '=');
    }
  }
  return { leftKeys, rightKeys, filterNulls, residual: rest.length === 0 ? null : and(rest) };
}

/** `a = b OR a IS NULL AND b IS NULL`, as INTERSECT compares. */
export const nullSafeEqual = (a: Rex, b: Rex): Rex =>
  call(
    'OR',
    [
      call('=', [a, b], withNullable(BOOLEAN, a.type.nullable || b.type.nullable)),
      call('AND', [isNull(a), isNull(b)], notNull(BOOLEAN)),
    ],
    BOOLEAN,
  );
const isNull = (rex: Rex): Rex => call('IS NULL', [rex], notNull(BOOLEAN));

/** The equality in `a = b OR a IS NULL AND b IS NULL`; null for any other condition. */
export function equalityOfNullSafe(part: Rex): Rex | null {
  if (part.kind !== 'Call' || part.operator !== 'OR' || part.operands.length !== 2) return null;
  const [equal, nulls] = [part.operands[0]!, part.operands[1]!];
  if (equal.kind !== 'Call' || equal.operator !== '=' || equal.operands.some((o) => o.kind !== 'InputRef'))
    return null;
  if (nulls.kind !== 'Call' || nulls.operator !== 'AND' || nulls.operands.length !== 2) return null;
  const matches = nulls.operands.every((o, i) => {
    const wanted = equal.operands[i]!;
    const tested = o.kind === 'Call' && o.operator === 'IS NULL' ? o.operands[0]! : null;
    return tested?.kind === 'InputRef' && wanted.kind === 'InputRef' && tested.index === wanted.index;
  });
  return matches ? equal : null;
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
