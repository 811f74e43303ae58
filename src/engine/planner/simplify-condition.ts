import { call, literal, type Rex, type RexCall } from '../plan/rex.ts';
import { isFalseLiteral, isNullLiteral, isTrueLiteral, rexKey } from '../plan/rex-tools.ts';
import { BOOLEAN, notNull } from '../types/logical-type.ts';
import { simplify } from './simplify.ts';

const FALSE = literal(false, notNull(BOOLEAN));
const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Simplifies a filter's condition, of which only TRUE counts: what asks again whether a compared value is NULL goes away. */
export function simplifyCondition(rex: Rex): Rex {
  return ofTruth(simplify(rex));
}

/** Simplifies a join's condition: columns of both sides that may both be NULL stay compared as they are, for they are keys. */
export function simplifyJoinCondition(
  rex: Rex,
  width: number,
  simplified: (part: Rex) => Rex = simplify,
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

function ofTruth(rex: Rex): Rex {
  if (isNullLiteral(rex)) return FALSE;
  if (rex.kind !== 'Call') return rex;
  switch (rex.operator) {
    case 'AND':
      return simplify(call('AND', withoutNullTests(rex.operands.map(ofTruth)), rex.type));
    case 'OR':
      return simplify(call('OR', rex.operands.map(ofTruth), rex.type));
    case 'LIKE': {
      const [value, pattern] = [rex.operands[0]!, rex.operands[1]!];
      const matchesAll = rex.operands.length === 2 && pattern.kind === 'Literal' && pattern.value === '%';
      return matchesAll ? simplify(call('IS NOT NULL', [value], notNull(BOOLEAN))) : rex;
    }
    default:
      return COMPARISONS.has(rex.operator) ? (comparedCase(rex) ?? rex) : rex;
  }
}

/** IS NOT NULL of what another part compares: said already by a comparison, part of a range; what is left of it comes last. With IS NULL no row is left. */
function withoutNullTests(parts: readonly Rex[]): readonly Rex[] {
  const ranges = new Map<string, number>();
  const compared = new Set<string>();
  parts.forEach((part, i) => {
    if (part.kind !== 'Call') return;
    if (part.operator === 'SEARCH') ranges.set(rexKey(part.operands[0]!), i);
    else if (COMPARISONS.has(part.operator)) for (const o of part.operands) compared.add(rexKey(o));
  });
  const isContradicted = parts.some(
    (part) => part.kind === 'Call' && part.operator === 'IS NULL' && compared.has(rexKey(part.operands[0]!)),
  );
  if (isContradicted) return [FALSE];
  const restricted = new Set<number>();
  const kept = parts.filter((part) => {
    if (part.kind !== 'Call' || part.operator !== 'IS NOT NULL') return true;
    const key = rexKey(part.operands[0]!);
    const range = ranges.get(key);
    if (range !== undefined) restricted.add(range);
    return range === undefined && !compared.has(key);
  });
  const isTest = (part: Rex): boolean => part.kind === 'Call' && part.operator === 'IS NOT NULL';
  return [...kept.filter((part) => !isTest(part)), ...kept.filter(isTest)].map((part) =>
    restricted.has(parts.indexOf(part)) ? nullAsFalse(part as RexCall) : part,
  );
}

function nullAsFalse(search: RexCall): Rex {
  const set = search.operands[1]!;
  if (set.kind !== 'Literal' || !set.sarg) return search;
  return {
    ...search,
    operands: [search.operands[0]!, { ...set, sarg: { ...set.sarg, nullAs: 'FALSE' } }],
    type: notNull(BOOLEAN),
  };
}

/** `CASE WHEN c THEN a ELSE b END > 4` asks `c AND a > 4` where `b > 4` is never TRUE, and the like; null where it stays. */
function comparedCase({ operator, operands, type }: RexCall): Rex | null {
  const [choice, constant] = [operands[0]!, operands[1]!];
  if (choice.kind !== 'Call' || choice.operator !== 'CASE' || choice.operands.length !== 3) return null;
  if (constant.kind !== 'Literal') return null;
  const [when, yes, no] = choice.operands as [Rex, Rex, Rex];
  const [a, b] = [yes, no].map((branch) => comparedConstant(operator, branch, constant)) as [
    Rex | null,
    Rex | null,
  ];
  const compare = (branch: Rex): Rex => call(operator, [branch, constant], type);
  if (b !== null && (isFalseLiteral(b) || isNullLiteral(b))) {
    if (a !== null && isTrueLiteral(a)) return ofTruth(when);
    return simplifyCondition(call('AND', [when, a ?? compare(yes)], BOOLEAN));
  }
  if (a !== null && (isFalseLiteral(a) || isNullLiteral(a)))
    return simplifyCondition(
      call('AND', [call('IS NOT TRUE', [when], notNull(BOOLEAN)), b ?? compare(no)], BOOLEAN),
    );
  return null;
}

/** A comparison of two literals, as far as it is known without a clock or types to mind; null for anything else. */
function comparedConstant(operator: string, branch: Rex, constant: Rex): Rex | null {
  if (branch.kind !== 'Literal' || constant.kind !== 'Literal') return null;
  if (branch.value === null) return literal(null, BOOLEAN);
  if (operator !== '=' && operator !== '<>') return null;
  if (branch.type.root !== constant.type.root || branch.type.root === 'DECIMAL') return null;
  return literal((branch.value === constant.value) === (operator === '='), notNull(BOOLEAN));
}
