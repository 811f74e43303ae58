import { call, literal, type Rex, type RexCall } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import {
  conjunctionOf,
  isAlwaysTrue,
  isFalseLiteral,
  isTrueLiteral,
  mapRex,
  rexKey,
  sameButSides,
} from '../../plan/rex-tools.ts';
import { BOOLEAN, notNull } from '../../types/logical-type.ts';
import { simplify } from './simplify.ts';
import { ofTruth } from './simplify-truth.ts';

/**
 * Simplifies a filter's condition, of which only TRUE counts: what asks again whether a compared value is NULL goes away. Whoever builds a filter anew puts
 * the parts of an AND in order, and none of an OR.
 */
export function simplifyCondition(rex: Rex): Rex {
  const made = unlessTurned(rex, simplifyTruth(rex), true);
  if (made === rex) return made;
  const given = conjunctionOf(rex);
  const asGiven = (part: Rex): Rex => given.find((g) => sameButSides(part, g, true)) ?? part;
  return made.kind === 'Call' && made.operator === 'AND'
    ? { ...made, operands: made.operands.map(asGiven) }
    : asGiven(made);
}

/** The same by a rule, which changes nothing where Calcite sees no difference. `made`: what another rule has made of the condition. */
export const simplifyByRule = (rex: Rex, made = rex): Rex => unlessTurned(rex, simplifyTruth(made));

/** A column compared with itself, which the planner takes for always or never true, whether there is NULL or not (Flink's SimplifyFilterConditionRule). */
const withoutSelf = (condition: Rex): Rex =>
  mapRex(condition, (rex) => {
    const [a, b] = rex.kind === 'Call' ? rex.operands : [];
    const isSelf = a?.kind === 'InputRef' && b?.kind === 'InputRef' && a.index === b.index;
    const holds = isSelf ? OF_ITSELF[(rex as RexCall).operator] : undefined;
    return holds === undefined ? rex : literal(holds, notNull(BOOLEAN));
  });
const OF_ITSELF: { readonly [operator: string]: boolean } = {
  '=': true,
  '<=': true,
  '>=': true,
  '<>': false,
  '<': false,
  '>': false,
};

/** What a filter asks, by Flink's SimplifyFilterConditionRule; null where it asks nothing. */
export function simplifyFilter(given: Rex, condition = given): Rex | null {
  const made = pullFactors(simplifyByRule(given, withoutSelf(condition)));
  const simplified = simplifyByRule(made);
  return isAlwaysTrue(simplified) ? null : simplified;
}

/** `(a AND b) OR (a AND c)` as `a AND (b OR c)` (RexUtil.pullFactors). */
function pullFactors(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  if (rex.operator === 'AND') return and(rex.operands.map(pullFactors));
  if (rex.operator !== 'OR') return rex;
  const branches = rex.operands.map(conjunctionOf);
  const keys = branches.map((parts) => new Set(parts.map(rexKey)));
  const factors = branches[0]!.filter((part) => keys.every((of) => of.has(rexKey(part))));
  if (factors.length === 0) return rex;
  const taken = new Set(factors.map(rexKey));
  const rest = branches.map((parts) => parts.filter((part) => !taken.has(rexKey(part))));
  const isDecided = rest.some((parts) => parts.length === 0);
  return and([...factors, ...(isDecided ? [] : [call('OR', rest.map(and), rex.type)])]);
}

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
