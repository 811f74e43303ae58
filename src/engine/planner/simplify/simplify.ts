import { plainError } from '../../base/refusal.ts';
import { isNullConstant, isWrittenTimeOfDay } from '../../compile/fold-constants.ts';
import { compareHeld } from '../../plan/held-number.ts';
import { call, literal, type Rex, type RexCall, type RexLiteral, type Sarg } from '../../plan/rex.ts';
import { anew } from '../../plan/rex-build.ts';
import {
  asksItself,
  flatOperands,
  isAlwaysFalse,
  isAlwaysTrue,
  isCast,
  isDeterministic,
  isExtract,
  isFalseLiteral,
  isIntervalSum,
  isNullLiteral,
  isRounding,
  isTrueLiteral,
  mapRex,
  rexKey,
  sameButSides,
  sizeOf,
} from '../../plan/rex-tools.ts';
import {
  BOOLEAN,
  isCollection,
  type LogicalType,
  notNull,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import { ALL, compareValues, complement } from './ranges.ts';
import { simplifyRounding, withoutNeutral, withoutSigns } from './simplify-arithmetic.ts';
import { booleanCase, isSafe, pushIntoCase } from './simplify-case.ts';
import { isLossless, withoutInnerCast } from './simplify-cast.ts';
import { simplifyKnowing } from './simplify-known.ts';
import {
  boundOf,
  decidedByNull,
  FLIPPED,
  mergeRanges,
  search,
  simplifySearch,
  withNullsIn,
} from './simplify-ranges.ts';
import { ofTruth } from './simplify-truth.ts';

const TRUE = literal(true, notNull(BOOLEAN));
const FALSE = literal(false, notNull(BOOLEAN));
const NEGATION: { readonly [op: string]: string } = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  'IS NULL': 'IS NOT NULL',
  'IS NOT NULL': 'IS NULL',
  'IS TRUE': 'IS NOT TRUE',
  'IS NOT TRUE': 'IS TRUE',
  'IS FALSE': 'IS NOT FALSE',
  'IS NOT FALSE': 'IS FALSE',
};

/**
 * Rewrites an expression to the form Calcite's RexSimplify leaves: ranges and IN lists over one value become a SEARCH, constants of AND and OR go,
 * NOT moves inwards, null tests of what cannot be NULL become literals. Three-valued logic is kept.
 */
export const simplify = remembered((rex) => {
  const made = simplifyOnce(pushIntoCase(rex));
  return made === rex ? made : simplifyOnce(made);
});

/** A condition within a CASE is looked at once for each level above it: what became of an expression is remembered as long as it lives. */
function remembered(rewrite: (rex: Rex) => Rex): (rex: Rex) => Rex {
  const known = new WeakMap<Rex, Rex>();
  return (rex) => {
    const before = known.get(rex);
    if (before) return before;
    const made = rewrite(rex);
    known.set(rex, made);
    return made;
  };
}

/** The same, as the builder of a plan does it: what is left is not looked at again. */
export function simplifyOnce(rex: Rex): Rex {
  const made = simplifyParts(rex);
  return made !== rex && isCast(rex) && rex.type.nullable && !made.type.nullable
    ? { ...rex, operands: [made] }
    : made;
}

/** From the inside out; what a number is computed of that is rounded stays as it is. */
const simplifyParts = remembered((given) => {
  if (given.kind !== 'Call' || isRounding(given)) return simplifyOne(given);
  const other = withoutNeutral(given);
  if (other) return other;
  const operands = given.operands.map(simplifyParts);
  const part = operands.some((o, i) => o !== given.operands[i]) ? anew(given, operands) : given;
  if (part !== given && isWrittenTimeOfDay(part)) return given;
  const simplified = simplifyOne(searched(part, given), given);
  const isSame = (): boolean => sameType(simplified.type, given.type) && sameButSides(simplified, given);
  return isCase(part) && isSame() ? given : simplified;
});

/** What is looked for in a set is cast as it was, if only for NULL's sake: Calcite simplifies it no more. */
function searched(part: RexCall, given: RexCall): Rex {
  if (part.operator !== 'SEARCH') return part;
  const [cast] = given.operands;
  const [value, set] = part.operands;
  return cast && isCast(cast) && cast.operands[0] === value ? { ...part, operands: [cast, set!] } : part;
}

const isCase = (rex: Rex): boolean => rex.kind === 'Call' && rex.operator === 'CASE';
/** Whether it is a CASE that can give anything but NULL. */
const choosesValue = (rex: Rex): boolean =>
  rex.kind === 'Call' &&
  rex.operator === 'CASE' &&
  rex.operands.some((o, i) => (i % 2 === 1 || i === rex.operands.length - 1) && !isNullConstant(o));

/** `a IS NOT DISTINCT FROM b` where both may be NULL, written out. */
export function expandNotDistinct(rex: Rex): Rex {
  return mapRex(rex, (part) => {
    if (part.kind !== 'Call' || part.operator !== 'IS NOT DISTINCT FROM') return part;
    const [a, b] = part.operands as [Rex, Rex];
    if (!a.type.nullable || !b.type.nullable || isNullLiteral(a) || isNullLiteral(b)) return part;
    return spelledOut(part);
  });
}

/** IS [NOT] DISTINCT FROM by what it means, whether there may be NULL or not. */
export function spelledOut(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  const { operator, operands } = rex;
  const sure = notNull(BOOLEAN);
  const each = (asks: string): Rex[] => operands.map((operand) => call(asks, [operand], sure));
  const equal = call('=', operands, BOOLEAN);
  if (operator === 'IS DISTINCT FROM')
    return call('AND', [call('OR', each('IS NOT NULL'), sure), call('IS NOT TRUE', [equal], sure)], sure);
  if (operator === 'IS NOT DISTINCT FROM')
    return call('OR', [call('AND', each('IS NULL'), sure), call('IS TRUE', [equal], sure)], sure);
  return rex;
}

/** An expression of a SELECT list after a change: it has the type that it had before, if only by a cast. */
export function keepType(before: Rex, after: Rex): Rex {
  if (before.kind === 'Call' && ownerOf(before) !== ownerOf(after) && !isNullConstant(after)) {
    const cast = call('CAST', [after], before.type);
    return ownerOf(before) === 'bound' ? { ...cast, hasOwnType: true } : cast;
  }
  if (!before.type.nullable || isNullLiteral(after)) return after;
  const type = withNullable(after.type, true);
  if (after.kind === 'Literal') return call('CAST', [{ ...after, type: notNull(type) }], type);
  return after.type.nullable ? after : call('CAST', [after], type);
}

/**
 * Whose a collection's type is: Calcite takes types for the same if they are one object. One type for different ones is made for the CASE alone that was written,
 * or was made anew over what is left; all others are found among the known.
 */
function ownerOf(rex: Rex): 'bound' | 'anew' | 'known' {
  if (rex.kind !== 'Call' || !isCollection(rex.type)) return 'known';
  if (rex.hasOwnType) return 'bound';
  if (!isCase(rex)) return 'known';
  const [first, ...rest] = rex.operands.filter((_, i) => i % 2 === 1 || i === rex.operands.length - 1);
  return rest.every((value) => sameType(value.type, first!.type)) ? 'known' : 'anew';
}

function simplifyOne(rex: Rex, given = rex): Rex {
  if (rex.kind !== 'Call') return rex;
  // A NULL that has just come out of a CASE is not seen.
  const before = (given as RexCall).operands;
  const isNull = (o: Rex, i: number): boolean => isNullLiteral(o) && !choosesValue(before[i]!);
  const isStrict = STRICT.has(rex.operator) || isExtract(rex);
  if (isStrict && !isIntervalSum(rex) && rex.operands.some(isNull))
    return literal(null, withNullable(rex.type, true));
  switch (rex.operator) {
    case 'NOT':
      return negate(rex.operands[0]!) ?? rex;
    case 'AND':
      return simplifyAnd(rex.operands, rex.type, countDecided(rex, given));
    case 'OR':
      return simplifyOr(rex.operands, rex.type, countDecided(rex, given));
    case 'IS NOT NULL':
    case 'IS NULL':
      return simplifyNullTest(rex.operator, rex.operands[0]!, rex);
    case 'IS TRUE': {
      const operand = rex.operands[0]!;
      const made = operand.type.nullable ? ofTruth(operand, simplifyOnce) : operand;
      return made.type.nullable ? { ...rex, operands: [made] } : made;
    }
    case 'IS NOT FALSE':
      return rex.operands[0]!.type.nullable ? rex : rex.operands[0]!;
    case 'IS FALSE':
    case 'IS NOT TRUE':
      return rex.operands[0]!.type.nullable ? rex : negated(rex.operands[0]!);
    case 'IS DISTINCT FROM':
    case 'IS NOT DISTINCT FROM':
      return simplifyDistinct(rex.operator === 'IS DISTINCT FROM', rex.operands[0]!, rex.operands[1]!, rex);
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return simplifyComparison(rex.operator, rex.operands[0]!, rex.operands[1]!, rex);
    case 'CASE':
      return simplifyCase(rex.operands, rex.type, rex);
    case 'CAST':
      return withoutInnerCast(rex);
    case 'SEARCH':
      return simplifySearch(rex);
    case 'LIKE':
      return simplifyLike(rex);
    case '-':
      return withoutSigns(rex);
    case 'FLOOR':
    case 'CEIL':
      return simplifyRounding(rex);
    default:
      return rex;
  }
}

/** `x LIKE '%'` is `x = x`. */
function simplifyLike(rex: RexCall): Rex {
  const [value, pattern] = rex.operands as [Rex, Rex];
  return pattern.kind === 'Literal' && pattern.value === '%'
    ? simplifyComparison('=', value, value, call('=', [value, value], rex.type))
    : rex;
}

/** Operators that Calcite takes for NULL exactly if an operand is. */
const STRICT: ReadonlySet<string> = new Set([
  '+',
  '-',
  'MINUS_DATE',
  'EXTRACT',
  'TRIM',
  'FLOOR',
  'CEIL',
  '*',
  '/',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'NOT',
  'LIKE',
  'SIMILAR TO',
  'Reinterpret',
]);

/** Asks the operands of a strict operator instead: `a * 10 IS NULL` is `a IS NULL`, though the product may be NULL by overflow. */
function simplifyNullTest(operator: 'IS NULL' | 'IS NOT NULL', operand: Rex, rex: Rex): Rex {
  const isNull = operator === 'IS NULL';
  if (isNullLiteral(operand)) return isNull ? TRUE : FALSE;
  if (!operand.type.nullable && isSafe(operand)) return isNull ? FALSE : TRUE;
  if (isLossless(operand))
    return simplifyOne(call(operator, [(operand as RexCall).operands[0]!], notNull(BOOLEAN)));
  if (operand.kind !== 'Call' || !(STRICT.has(operand.operator) || isExtract(operand))) return rex;
  const tests = operand.operands.map((o) => simplifyOne(call(operator, [o], notNull(BOOLEAN))));
  return isNull ? simplifyOr(tests, notNull(BOOLEAN)) : simplifyAnd(tests, notNull(BOOLEAN));
}

function simplifyDistinct(isDistinct: boolean, a: Rex, b: Rex, rex: Rex): Rex {
  const [value, other] = isNullLiteral(a) ? [b, a] : [a, b];
  if (isNullLiteral(other) && !value.type.nullable) return isDistinct ? TRUE : FALSE;
  if (isNullLiteral(other))
    return simplifyOne(call(isDistinct ? 'IS NOT NULL' : 'IS NULL', [value], notNull(BOOLEAN)));
  if (!a.type.nullable && !b.type.nullable)
    return simplifyOne(call(isDistinct ? '<>' : '=', [a, b], notNull(BOOLEAN)));
  const equal = call('=', [a, b], withNullable(BOOLEAN, a.type.nullable || b.type.nullable));
  if (!isDistinct)
    return !a.type.nullable || !b.type.nullable ? call('IS TRUE', [equal], notNull(BOOLEAN)) : rex;
  if (!a.type.nullable || !b.type.nullable) return call('IS NOT TRUE', [equal], notNull(BOOLEAN));
  const present = [a, b].map((x) => call('IS NOT NULL', [x], notNull(BOOLEAN)));
  return call(
    'AND',
    [call('OR', present, notNull(BOOLEAN)), call('IS NOT TRUE', [equal], notNull(BOOLEAN))],
    notNull(BOOLEAN),
  );
}

function simplifyComparison(operator: string, a: Rex, b: Rex, rex: Rex): Rex {
  if (a.kind !== 'Literal' && rexKey(a) === rexKey(b)) {
    const always = operator === '=' || operator === '<=' || operator === '>=';
    if (!a.type.nullable) return always ? TRUE : FALSE;
    const present = call(always ? 'IS NOT NULL' : 'IS NULL', [a], notNull(BOOLEAN));
    return call(always ? 'OR' : 'AND', [literal(null, BOOLEAN), present], BOOLEAN);
  }
  // What stands between values that are there has become one that is.
  const isSure = rex.type.nullable && !a.type.nullable && !b.type.nullable && a.type.root !== 'ROW';
  const made = isSure ? ({ ...rex, type: notNull(rex.type) } as Rex) : rex;
  if (a.kind === 'Literal' && b.kind === 'Literal') return comparedLiterals(operator, a, b) ?? made;
  return a.type.root === 'BOOLEAN' ? (comparedTruth(operator, a, b) ?? made) : made;
}

/** Literals of one type are compared at once; null where their types differ. */
function comparedLiterals(operator: string, a: RexLiteral, b: RexLiteral): Rex | null {
  if (!sameType(withNullable(a.type, true), withNullable(b.type, true)) || a.isLate || b.isLate) return null;
  if (a.value === null || b.value === null) return literal(null, BOOLEAN);
  const order = Math.sign(
    a.written || b.written ? compareHeld(a, b) : compareValues(a.value, b.value, a.type),
  );
  return (HOLDS[operator] as readonly number[]).includes(order) ? TRUE : FALSE;
}
/** In which order, as the sign of a comparison, two values stand where the operator holds. */
const HOLDS: { readonly [operator: string]: readonly number[] } = {
  '=': [0],
  '<>': [-1, 1],
  '<': [-1],
  '<=': [-1, 0],
  '>': [1],
  '>=': [0, 1],
};

/** `b = TRUE` is b, `b = FALSE` is NOT b; null where it stays. */
function comparedTruth(operator: string, a: Rex, b: Rex): Rex | null {
  const [value, constant, sign] = a.kind === 'Literal' ? [b, a, FLIPPED[operator]] : [a, b, operator];
  if (constant.kind !== 'Literal' || typeof constant.value !== 'boolean') return null;
  const isTrue = constant.value;
  if (sign === (isTrue ? '=' : '<>') || sign === (isTrue ? '>=' : '>')) return value;
  if (sign === (isTrue ? '<>' : '=') || sign === (isTrue ? '<' : '<=')) return negated(value);
  if (value.type.nullable) return null;
  return sign === '<=' || sign === '>=' ? TRUE : FALSE;
}

function simplifyCase(operands: readonly Rex[], type: LogicalType, rex: Rex): Rex {
  const kept: Rex[] = [];
  for (let i = 0; i + 1 < operands.length; i += 2) {
    const condition = ofTruth(operands[i]!, simplifyOnce);
    if (isAlwaysFalse(condition) || isNullLiteral(condition)) continue;
    if (isAlwaysTrue(condition)) {
      kept.push(operands[i + 1]!);
      return kept.length === 1 ? kept[0]! : call('CASE', kept, type);
    }
    kept.push(condition, operands[i + 1]!);
  }
  kept.push(operands.at(-1)!);
  const merged = mergeBranches(kept);
  if (merged.length === 1) return merged[0]!;
  const truth = type.root === 'BOOLEAN' ? booleanCase(merged) : null;
  if (truth) return widened(simplify(bounded(truth)), type);
  const isValue = (i: number): boolean => i % 2 === 1 || i === merged.length - 1;
  const isSure = type.nullable && merged.every((o, i) => !isValue(i) || !o.type.nullable);
  const isSame = !isSure && merged.length === operands.length && merged.every((o, i) => o === operands[i]);
  return isSame ? rex : call('CASE', merged, isSure ? notNull(type) : type);
}

/** A condition within a condition of CASE is there twice once it is spelled out: beyond this, no Flink comes to an end either. */
const MOST_PARTS = 5000;
function bounded(truth: Rex): Rex {
  if (sizeOf(truth) <= MOST_PARTS) return truth;
  const words = 'A condition of CASE is made of CASE so often that it grows too large to be planned';
  throw plainError('limit', 'condition-too-large', 'Limit', words, null);
}

/** A truth that became known not to be NULL stays so; where it may be NULL again, a cast says that it may not. */
const widened = (truth: Rex, type: LogicalType): Rex =>
  truth.type.nullable && !type.nullable ? call('CAST', [truth], type) : truth;

/** Neighbouring branches with one value have one condition. */
function mergeBranches(operands: readonly Rex[]): readonly Rex[] {
  const merged: Rex[] = [];
  for (let i = 0; i + 1 < operands.length; i += 2) {
    const [condition, value] = [operands[i]!, operands[i + 1]!];
    const last = merged.at(-1);
    if (last && rexKey(last) === rexKey(value) && isSafe(condition)) {
      const either = simplifyOr([merged.at(-2)!, condition], BOOLEAN);
      merged.splice(-2, 2, either, value);
    } else merged.push(condition, value);
  }
  const otherwise = operands.at(-1)!;
  const last = merged.at(-1);
  return last && rexKey(last) === rexKey(otherwise)
    ? [...merged.slice(0, -2), otherwise]
    : [...merged, otherwise];
}

const negated = (rex: Rex): Rex => negate(rex) ?? call('NOT', [rex], rex.type);

/** NOT of an expression where it can be said without NOT; null where it stays. */
function negate(operand: Rex): Rex | null {
  if (isTrueLiteral(operand)) return FALSE;
  if (isFalseLiteral(operand)) return TRUE;
  if (isNullLiteral(operand)) return operand;
  if (operand.kind !== 'Call') return null;
  if (operand.operator === 'NOT') return operand.operands[0]!;
  if (asksItself(operand)) {
    const [asked] = operand.operands as [Rex];
    return search(asked, { ranges: [ALL], nullAs: 'UNKNOWN' }, asked.type, operand.type);
  }
  const opposite = NEGATION[operand.operator];
  if (opposite !== undefined) return call(opposite, operand.operands, operand.type);
  if (operand.operator === 'SEARCH') {
    const sarg = (operand.operands[1] as { sarg: Sarg }).sarg;
    return search(
      operand.operands[0]!,
      complement(sarg, operand.operands[0]!.type),
      operand.operands[1]!.type,
      operand.type,
    );
  }
  if (operand.operator === 'AND' || operand.operator === 'OR') {
    const parts = operand.operands.map((o) => negated(o));
    return operand.operator === 'AND' ? simplifyOr(parts, operand.type) : simplifyAnd(parts, operand.type);
  }
  if (operand.operator === 'CASE') {
    const { operands, type } = operand;
    const isValue = (i: number): boolean => i % 2 === 1 || i === operands.length - 1;
    const parts = operands.map((o, i) => (isValue(i) ? negated(o) : o));
    return simplifyCase(parts, type, call('CASE', parts, type));
  }
  return null;
}

/** What a condition always is, as far as it is known without computing it. */
function isAlways(rex: Rex): boolean | null {
  if (rex.kind === 'Literal') return typeof rex.value === 'boolean' ? rex.value : null;
  if (rex.kind !== 'Call' || rex.operands[0]?.type.nullable !== false) return null;
  return rex.operator === 'IS NOT NULL' ? true : rex.operator === 'IS NULL' ? false : null;
}

/** How many parts of an AND or OR have only now turned out to be TRUE or FALSE. */
function countDecided(rex: RexCall, given: Rex): number {
  if (rex === given || given.kind !== 'Call') return 0;
  const isConstant = (operand: Rex | undefined): boolean =>
    operand?.kind === 'Literal' && operand.value !== null;
  return rex.operands.filter((o, i) => isConstant(o) && !isConstant(given.operands[i])).length;
}

/** `decided`: how many of the operands have become constants by simplifying them. */
function simplifyAnd(operands: readonly Rex[], type: LogicalType, decided = 0): Rex {
  const flat = flatOperands('AND', operands);
  if (flat.some((o) => isAlways(o) === false)) return FALSE;
  const ordered = [...flat.filter((o) => !isNot(o)), ...flat.filter(isNot)];
  const kept = withoutContradictions(dedupe(ordered.filter((o) => isAlways(o) !== true)), 'AND');
  if (kept.some((o) => isAlways(o) === false)) return FALSE;
  const decision = decided === 0 ? decidedByNull(kept, 'AND') : null;
  if (decision) return decision;
  const merged = mergeRanges(kept, 'AND', kept.length + decided);
  if (merged.length === 0) return TRUE;
  return merged.length === 1 ? merged[0]! : call('AND', merged, type);
}

function simplifyOr(operands: readonly Rex[], type: LogicalType, decided = 0): Rex {
  const flat = flatOperands('OR', operands);
  if (flat.some((o) => isAlways(o) === true)) return TRUE;
  const isNullTest = (o: Rex): boolean => o.kind === 'Call' && o.operator === 'IS NULL';
  const ordered = [...flat.filter(isNullTest), ...flat.filter((o) => !isNullTest(o))];
  const asked = knowingOthersFailed(dedupe(ordered.filter((o) => isAlways(o) !== false)));
  if (asked.some((o) => isAlways(o) === true)) return TRUE;
  const kept = withoutContradictions(
    asked.filter((o) => isAlways(o) !== false),
    'OR',
  );
  if (kept.some((o) => isAlways(o) === true)) return TRUE;
  const decision = decided === 0 ? decidedByNull(kept, 'OR') : null;
  if (decision) return decision;
  const merged = withNullsIn(mergeRanges(kept, 'OR', kept.length + decided));
  if (merged.length === 0) return FALSE;
  return merged.length === 1 ? merged[0]! : call('OR', merged, type);
}

const isNot = (rex: Rex): rex is RexCall => rex.kind === 'Call' && rex.operator === 'NOT';

/** `x AND NOT x` is never TRUE, `x OR NOT x` never FALSE: what is left asks whether x is NULL. */
function withoutContradictions(parts: readonly Rex[], how: 'AND' | 'OR'): readonly Rex[] {
  const keys = new Set(parts.map(rexKey));
  const both = parts
    .flatMap((part) => (isNot(part) ? part.operands : []))
    .filter((asked) => keys.has(rexKey(asked)) && (how === 'AND' || isSafe(asked)));
  if (both.length === 0) return parts;
  if (both.some(({ type }) => !type.nullable)) return [how === 'AND' ? FALSE : TRUE];
  const met = new Set(both.map(rexKey));
  const isMet = (part: Rex): boolean => met.has(rexKey(part));
  const isOpposite = (part: Rex): boolean => isNot(part) && isMet(part.operands[0]!);
  const asks = (operator: 'IS NULL' | 'IS NOT NULL', rex: Rex): Rex =>
    simplifyNullTest(operator, rex, call(operator, [rex], notNull(BOOLEAN)));
  const unknown = literal(null, BOOLEAN);
  if (how === 'OR')
    return dedupe(
      parts.map((part) => (isMet(part) ? asks('IS NOT NULL', part) : isOpposite(part) ? unknown : part)),
    );
  const others = parts.filter((part) => !isMet(part) && !isOpposite(part));
  const asked = both.map((part) => asks('IS NULL', part));
  return [...others.filter((part) => !isNot(part)), unknown, ...asked, ...others.filter(isNot)];
}

/** The parts of an OR by what is known where those before have failed (RexSimplify.simplifyOrTerms): first what says something of a value, then the rest. */
function knowingOthersFailed(parts: readonly Rex[]): readonly Rex[] {
  const known: Rex[] = [];
  const knowing = (part: Rex): Rex => simplifyKnowing(part, known, false, simplifyOnce);
  const first = parts.map((part) => {
    if (!isSurePredicate(part)) return part;
    const made = knowing(part);
    const inverse = negate(made);
    if (inverse) known.push(inverse);
    return made;
  });
  return known.length === 0
    ? first
    : first.map((part, i) => (isSurePredicate(parts[i]!) ? part : knowing(part)));
}

/** Whether it asks if there is a value, or how one that there is stands to a constant. */
function isSurePredicate(rex: Rex): boolean {
  if (rex.kind !== 'Call') return false;
  if (rex.operator === 'IS NULL' || rex.operator === 'IS NOT NULL') return isDeterministic(rex);
  const bound = FLIPPED[rex.operator] === undefined ? null : boundOf(rex, true);
  return bound !== null && !bound.operand.type.nullable;
}

function dedupe(operands: readonly Rex[]): Rex[] {
  const seen = new Set<string>();
  return operands.filter((o) => {
    const key = rexKey(o);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
