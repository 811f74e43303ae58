import { call, literal, type Rex, type RexCall } from '../../plan/rex.ts';
import { asksItself, COMPARISONS, isNullLiteral, rexKey } from '../../plan/rex-tools.ts';
import { BOOLEAN, notNull } from '../../types/logical-type.ts';
import { simplifyKnowing } from './simplify-known.ts';
import { searchWithoutNull } from './simplify-ranges.ts';

const FALSE = literal(false, notNull(BOOLEAN));

/** A simplified condition of which only TRUE counts; `simplify` is for what that makes of it. */
export function ofTruth(rex: Rex, simplify: (rex: Rex) => Rex): Rex {
  const within = (part: Rex): Rex => ofTruth(part, simplify);
  if (isNullLiteral(rex)) return FALSE;
  if (rex.kind !== 'Call') return rex;
  switch (rex.operator) {
    case 'AND':
      return simplify(
        call('AND', withoutNullTests(knowingEachOther(rex.operands.map(within), simplify)), rex.type),
      );
    case 'OR':
      return simplify(call('OR', withoutHopeless(rex.operands.map(within)), rex.type));
    case 'CASE': {
      const isValue = (i: number): boolean => i % 2 === 1 || i === rex.operands.length - 1;
      const operands = rex.operands.map((o, i) => (isValue(i) ? within(o) : o));
      return operands.every((o, i) => o === rex.operands[i]) ? rex : simplify({ ...rex, operands });
    }
    case '<>':
      return asksItself(rex) ? FALSE : rex;
    case 'IS TRUE':
      return within(rex.operands[0]!);
    case 'IS FALSE':
      return within(simplify(call('NOT', rex.operands, rex.operands[0]!.type)));
    default:
      return rex;
  }
}

/** The parts of an AND by what is known where the others hold (RexSimplify.simplifyAndTerms): first what compares with a constant, then the rest. */
function knowingEachOther(parts: readonly Rex[], simplify: (rex: Rex) => Rex): readonly Rex[] {
  const known: Rex[] = [];
  const first = parts.map((part) => {
    if (!isPredicate(part)) return part;
    const made = simplifyKnowing(part, known, true, simplify);
    known.push(made);
    return made;
  });
  return first.map((part) => (isPredicate(part) ? part : simplifyKnowing(part, known, true, simplify)));
}

/** Whether a part asks of a column how it stands to a constant, or whether it is there. */
function isPredicate(rex: Rex): boolean {
  if (rex.kind !== 'Call') return false;
  const [a, b] = rex.operands;
  if (rex.operator === 'IS NULL' || rex.operator === 'IS NOT NULL') return isAccess(a!);
  const isComparison = COMPARISONS.has(rex.operator);
  return isComparison && ((isAccess(a!) && b!.kind === 'Literal') || (a!.kind === 'Literal' && isAccess(b!)));
}
const isAccess = (rex: Rex): boolean =>
  rex.kind === 'InputRef' ||
  (rex.kind === 'Call' && (rex.operator === 'CAST' || rex.operator === 'DOT') && isAccess(rex.operands[0]!));

/** What compares a value is not asked beside the question whether there is one: without it, it would be NULL. */
function withoutHopeless(parts: readonly Rex[]): readonly Rex[] {
  const present = new Set(
    parts.flatMap((part) =>
      part.kind === 'Call' && part.operator === 'IS NOT NULL' ? [rexKey(part.operands[0]!)] : [],
    ),
  );
  const isHopeless = (part: Rex): boolean =>
    part.kind === 'Call' &&
    COMPARISONS.has(part.operator) &&
    part.operands.some((o) => present.has(rexKey(o)));
  return parts.filter((part) => !isHopeless(part));
}

/** IS NOT NULL of what another part compares: said already by a comparison, part of a range; what is left of it comes last. With IS NULL no row is left. */
function withoutNullTests(parts: readonly Rex[]): readonly Rex[] {
  const ranges = new Map<string, number>();
  const compared = new Set<string>();
  parts.forEach((part, i) => {
    if (part.kind !== 'Call') return;
    if (part.operator === 'SEARCH') ranges.set(rexKey(part.operands[0]!), i);
    else if (COMPARISONS.has(part.operator)) for (const o of part.operands) addCompared(o, compared);
  });
  const sure = new Set(parts.flatMap(columnsCompared));
  for (const part of parts)
    if (part.kind === 'Call' && part.operator === 'IS NOT NULL') sure.add(rexKey(part.operands[0]!));
  const isContradicted = parts.some(
    (part) => part.kind === 'Call' && part.operator === 'IS NULL' && sure.has(rexKey(part.operands[0]!)),
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
  const shown = kept.map((part) =>
    restricted.has(parts.indexOf(part)) ? searchWithoutNull(part as RexCall) : part,
  );
  const isNullTest = (part: Rex): boolean => part.kind === 'Call' && part.operator === 'IS NOT NULL';
  return [...shown.filter((part) => !isNullTest(part)), ...shown.filter(isNullTest)];
}

/** The columns that must have a value where a comparison is TRUE: they themselves are compared, cast or computed with. */
function columnsCompared(rex: Rex): readonly string[] {
  if (isAccess(rex))
    return [rexKey(rex), ...(rex.kind === 'Call' ? rex.operands.flatMap(columnsCompared) : [])];
  if (rex.kind !== 'Call') return [];
  const isPassing = COMPARISONS.has(rex.operator) || ARITHMETIC.has(rex.operator) || rex.operator === 'CAST';
  return isPassing ? rex.operands.flatMap(columnsCompared) : [];
}

/** What a comparison that is TRUE says of: its sides, and what they are computed from. */
function addCompared(rex: Rex, into: Set<string>): void {
  into.add(rexKey(rex));
  if (rex.kind === 'Call' && ARITHMETIC.has(rex.operator))
    for (const operand of rex.operands) addCompared(operand, into);
}
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', 'MINUS_DATE']);
