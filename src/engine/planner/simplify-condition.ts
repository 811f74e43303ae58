import { call, type Rex } from '../plan/rex.ts';
import { conjunctionOf, isFalseLiteral, isTrueLiteral, sameButSides } from '../plan/rex-tools.ts';
import { BOOLEAN, notNull } from '../types/logical-type.ts';
import { simplify } from './simplify.ts';
import { ofTruth } from './simplify-truth.ts';

/**
 * Simplifies a filter's condition, of which only TRUE counts: what asks again whether a compared value is NULL goes away. Whoever builds a filter anew puts
 * the parts of an AND in order, and none of an OR.
 */
export function simplifyCondition(rex: Rex): Rex {
  const made = unlessTurned(rex, simplifyTruth(rex), true);
  if (made === rex || made.kind !== 'Call' || made.operator !== 'AND') return made;
  const given = conjunctionOf(rex);
  const operands = made.operands.map((part) => given.find((g) => sameButSides(part, g, true)) ?? part);
  return { ...made, operands };
}

/** The same by a rule, which changes nothing where Calcite sees no difference. `made`: what another rule has made of the condition. */
export const simplifyByRule = (rex: Rex, made = rex): Rex => unlessTurned(rex, simplifyTruth(made));

/** What a rule has made of a condition, or the condition itself if only sides have changed. */
export const unlessTurned = (rex: Rex, made: Rex, isSorted = false): Rex =>
  sameButSides(made, rex, isSorted) ? rex : made;

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
