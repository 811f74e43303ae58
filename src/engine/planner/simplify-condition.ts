import { call, type Rex } from '../plan/rex.ts';
import { isFalseLiteral, isTrueLiteral, sameButSides } from '../plan/rex-tools.ts';
import { BOOLEAN, notNull } from '../types/logical-type.ts';
import { simplify } from './simplify.ts';
import { ofTruth } from './simplify-truth.ts';

/**
 * Simplifies a filter's condition, of which only TRUE counts: what asks again whether a compared value is NULL goes away. One that would only have two
 * parts change places stays: Calcite's rules see no difference. `made`: what another rule has made of it.
 */
export function simplifyCondition(rex: Rex, made = rex): Rex {
  return unlessTurned(rex, simplifyTruth(made));
}

/** What a rule has made of a condition, or the condition itself where Calcite sees no difference. */
export const unlessTurned = (rex: Rex, made: Rex): Rex => (sameButSides(made, rex, true) ? rex : made);

/** Simplifies what is asked ON in any case. */
export const simplifyTruth = (rex: Rex): Rex => ofTruth(simplify(rex), simplify);

/** Simplifies a join's condition: columns of both sides that may both be NULL stay compared as they are, for they are keys. */
export function simplifyJoinCondition(
  rex: Rex,
  width: number,
  simplified: (part: Rex) => Rex = (part) => unlessTurned(part, simplify(part)),
): Rex {
  const isKey = (part: Rex): boolean => {
    if (part.kind !== 'Call' || part.operator !== 'IS NOT DISTINCT FROM') return false;
    const sides = part.operands.map((o) => (o.kind === 'InputRef' ? o.index < width : null));
    return sides.includes(true) && sides.includes(false);
  };
  const parts = rex.kind === 'Call' && rex.operator === 'AND' ? rex.operands : [rex];
  const keys = parts.filter(isKey);
  if (keys.length === 0) return simplified(rex);
  const rest = parts.filter((part) => !keys.includes(part));
  if (rest.length === 0) return keys.length === 1 ? keys[0]! : call('AND', keys, notNull(BOOLEAN));
  const made = simplified(rest.length === 1 ? rest[0]! : call('AND', rest, rex.type));
  if (isFalseLiteral(made)) return made;
  const others = isTrueLiteral(made)
    ? []
    : made.kind === 'Call' && made.operator === 'AND'
      ? made.operands
      : [made];
  // Parts keep their order as far as they are still there.
  return keys.length + others.length === 1 ? keys[0]! : call('AND', [...keys, ...others], rex.type);
}
