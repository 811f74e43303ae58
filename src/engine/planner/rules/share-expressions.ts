import type { Rex } from '../../plan/rex.ts';
import { mapRex, rexKey } from '../../plan/rex-tools.ts';
import { sameType, withNullable } from '../../types/logical-type.ts';

/**
 * Writes what is said twice as it was said first: a Calc keeps one of `a < b` and `b > a`, of `a = b` and `b = a`. Gives a function that is asked for the
 * expressions in their order.
 */
export function sharer(): (rex: Rex) => Rex {
  const known = new Map<string, Rex>();
  return (rex) =>
    mapRex(rex, (part) => {
      if (part.kind !== 'Call') return part;
      const key = normalKey(part);
      const first = known.get(key);
      if (first) return first;
      known.set(key, part);
      return part;
    });
}

const TURNED: { readonly [operator: string]: string } = { '>': '<', '>=': '<=' };
const SYMMETRIC: ReadonlySet<string> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);

/** A key that is equal for expressions that differ in the order of such operands alone. */
const normalKey = (rex: Rex): string => rexKey(mapRex(rex, normalized));

function normalized(rex: Rex): Rex {
  if (rex.kind !== 'Call' || rex.operands.length !== 2) return rex;
  const [a, b] = rex.operands as [Rex, Rex];
  const turned = TURNED[rex.operator];
  if (turned !== undefined) return { ...rex, operator: turned, operands: [b, a] };
  const isAlike = sameType(withNullable(a.type, true), withNullable(b.type, true));
  const isSymmetric =
    SYMMETRIC.has(rex.operator) || ((rex.operator === '+' || rex.operator === '*') && isAlike);
  return isSymmetric && rexKey(a) > rexKey(b) ? { ...rex, operands: [b, a] } : rex;
}
