import { call, literal, type Rex, type RexCall, type Sarg } from '../plan/rex.ts';
import {
  isDeterministic,
  isFalseLiteral,
  isNullLiteral,
  isTrueLiteral,
  mapRex,
  rexKey,
} from '../plan/rex-tools.ts';
import {
  BOOLEAN,
  isCharacter,
  isInteger,
  type LogicalType,
  notNull,
  sameType,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { comparator } from '../values/compare.ts';

const compareValues = (a: Value, b: Value, type: LogicalType): number => comparator(type)(a, b);
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
const FLIPPED: { readonly [op: string]: string } = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Rewrites an expression to the form Calcite's RexSimplify leaves: ranges and IN lists over one value become a SEARCH, constants of AND and OR go,
 * NOT moves inwards, null tests of what cannot be NULL become literals. Three-valued logic is kept.
 */
export function simplify(rex: Rex): Rex {
  const made = mapRex(rex, simplifyOne);
  return made !== rex && isCast(rex) && rex.type.nullable && !made.type.nullable
    ? call('CAST', [made], rex.type)
    : made;
}

/** Lets COALESCE end with what cannot be NULL (Flink's RemoveUnreachableCoalesceArgumentsRule). */
export const withoutUnreachable = (rex: Rex): Rex =>
  mapRex(rex, (r) =>
    r.kind === 'Call' && r.operator === 'COALESCE' ? simplifyCoalesce(r.operands, r.type, r) : r,
  );

function simplifyOne(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  switch (rex.operator) {
    case 'NOT':
      return negate(rex.operands[0]!) ?? rex;
    case 'AND':
      return simplifyAnd(rex.operands, rex.type);
    case 'OR':
      return simplifyOr(rex.operands, rex.type);
    case 'IS NOT NULL':
    case 'IS NULL':
      return simplifyNullTest(rex.operator, rex.operands[0]!, rex);
    case 'IS TRUE':
      return rex.operands[0]!.type.nullable ? rex : rex.operands[0]!;
    case 'IS NOT FALSE':
      return rex.operands[0]!.type.nullable ? rex : rex.operands[0]!;
    case 'IS FALSE':
    case 'IS NOT TRUE':
      return rex.operands[0]!.type.nullable ? rex : (negate(rex.operands[0]!) ?? rex);
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
      return simplifyCast(rex);
    default:
      return rex;
  }
}

const isCast = (rex: Rex): rex is RexCall => rex.kind === 'Call' && rex.operator === 'CAST';

/** Whether a cast says nothing new but that there may be NULLs. */
const keepsType = (from: LogicalType, to: LogicalType): boolean =>
  sameType(from, to) || (to.nullable && !from.nullable && sameType(withNullable(from, true), to));

/** A cast to what something is already goes, and one before a cast that loses nothing. */
function simplifyCast(rex: RexCall): Rex {
  const operand = rex.operands[0]!;
  if (keepsType(operand.type, rex.type)) return operand;
  if (!isCast(operand)) return rex;
  const inner = operand.operands[0]!;
  if (!isLossless(inner.type, operand.type)) return rex;
  return keepsType(inner.type, rex.type) ? inner : { ...rex, operands: [inner] };
}

const INTEGERS: readonly string[] = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];

function isLossless(from: LogicalType, to: LogicalType): boolean {
  if (isInteger(from) && isInteger(to)) return INTEGERS.indexOf(from.root) <= INTEGERS.indexOf(to.root);
  return from.root === 'VARCHAR' && to.root === 'VARCHAR' && from.length <= to.length;
}

/** Operators that Calcite takes for NULL exactly if an operand is. */
const STRICT: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'NOT',
  'CAST',
]);

/** Asks the operands of a strict operator instead: `a * 10 IS NULL` is `a IS NULL`, though the product may be NULL by overflow. */
function simplifyNullTest(operator: 'IS NULL' | 'IS NOT NULL', operand: Rex, rex: Rex): Rex {
  const isNull = operator === 'IS NULL';
  if (isNullLiteral(operand)) return isNull ? TRUE : FALSE;
  if (!operand.type.nullable) return isNull ? FALSE : TRUE;
  if (operand.kind !== 'Call' || !STRICT.has(operand.operator)) return rex;
  const tests = operand.operands.map((o) => simplifyOne(call(operator, [o], notNull(BOOLEAN))));
  return isNull ? simplifyOr(tests, notNull(BOOLEAN)) : simplifyAnd(tests, notNull(BOOLEAN));
}

function simplifyDistinct(isDistinct: boolean, a: Rex, b: Rex, rex: Rex): Rex {
  const [value, other] = isNullLiteral(a) ? [b, a] : [a, b];
  if (isNullLiteral(other))
    return simplifyOne(call(isDistinct ? 'IS NOT NULL' : 'IS NULL', [value], notNull(BOOLEAN)));
  if (!a.type.nullable && !b.type.nullable) return call(isDistinct ? '<>' : '=', [a, b], notNull(BOOLEAN));
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
  if (isNullLiteral(a) || isNullLiteral(b)) return literal(null, withNullable(BOOLEAN, true));
  if (a.kind !== 'Literal' && rexKey(a) === rexKey(b)) {
    const always = operator === '=' || operator === '<=' || operator === '>=';
    if (!a.type.nullable) return always ? TRUE : FALSE;
    const present = call(always ? 'IS NOT NULL' : 'IS NULL', [a], notNull(BOOLEAN));
    return call(always ? 'OR' : 'AND', [literal(null, BOOLEAN), present], BOOLEAN);
  }
  return rex;
}

function simplifyCase(operands: readonly Rex[], type: LogicalType, rex: Rex): Rex {
  const kept: Rex[] = [];
  for (let i = 0; i + 1 < operands.length; i += 2) {
    const condition = operands[i]!;
    if (isFalseLiteral(condition) || isNullLiteral(condition)) continue;
    if (isTrueLiteral(condition)) {
      kept.push(operands[i + 1]!);
      return kept.length === 1 ? kept[0]! : call('CASE', kept, type);
    }
    kept.push(condition, operands[i + 1]!);
  }
  kept.push(operands.at(-1)!);
  if (kept.length === operands.length) return rex;
  return kept.length === 1 ? kept[0]! : call('CASE', kept, type);
}

/** What stands behind an operand that cannot be NULL is never reached. */
function simplifyCoalesce(operands: readonly Rex[], type: LogicalType, rex: Rex): Rex {
  const last = operands.findIndex((operand) => !operand.type.nullable);
  if (last === 0) return operands[0]!;
  return last < 0 || last === operands.length - 1 ? rex : call('COALESCE', operands.slice(0, last + 1), type);
}

/** NOT of an expression where it can be said without NOT; null where it stays. */
function negate(operand: Rex): Rex | null {
  if (isTrueLiteral(operand)) return FALSE;
  if (isFalseLiteral(operand)) return TRUE;
  if (isNullLiteral(operand)) return operand;
  if (operand.kind !== 'Call') return null;
  if (operand.operator === 'NOT') return operand.operands[0]!;
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
    const parts = operand.operands.map((o) => negate(o) ?? call('NOT', [o], o.type));
    return operand.operator === 'AND' ? simplifyOr(parts, operand.type) : simplifyAnd(parts, operand.type);
  }
  return null;
}

function simplifyAnd(operands: readonly Rex[], type: LogicalType): Rex {
  const flat = operands.flatMap((o) => (o.kind === 'Call' && o.operator === 'AND' ? o.operands : [o]));
  if (flat.some(isFalseLiteral)) return FALSE;
  const kept = dedupe(flat.filter((o) => !isTrueLiteral(o)));
  const merged = mergeRanges(kept, 'AND');
  if (merged.length === 0) return TRUE;
  return merged.length === 1 ? merged[0]! : call('AND', merged, type);
}

function simplifyOr(operands: readonly Rex[], type: LogicalType): Rex {
  const flat = operands.flatMap((o) => (o.kind === 'Call' && o.operator === 'OR' ? o.operands : [o]));
  if (flat.some(isTrueLiteral)) return TRUE;
  const kept = dedupe(flat.filter((o) => !isFalseLiteral(o)));
  const merged = withNullsIn(mergeRanges(kept, 'OR'));
  if (merged.length === 0) return FALSE;
  return merged.length === 1 ? merged[0]! : call('OR', merged, type);
}

/** `x IS NULL OR x < 5` is one range that takes NULL in. */
function withNullsIn(parts: Rex[]): Rex[] {
  for (const [i, part] of parts.entries()) {
    const tested = part.kind === 'Call' && part.operator === 'IS NULL' ? part.operands[0]! : null;
    if (tested?.kind !== 'InputRef') continue;
    const at = parts.findIndex((p) => {
      const bound = boundOf(p);
      return bound?.operand.kind === 'InputRef' && bound.operand.index === tested.index;
    });
    if (at < 0) continue;
    const { ranges, literalType } = boundOf(parts[at]!)!;
    const set: Rex = { kind: 'Literal', value: null, type: literalType, sarg: { ranges, nullAs: 'TRUE' } };
    const made = call('SEARCH', [tested, set], notNull(BOOLEAN));
    const first = Math.min(i, at);
    return withNullsIn(parts.flatMap((p, k) => (k === first ? [made] : k === i || k === at ? [] : [p])));
  }
  return parts;
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

// ---------------------------------------------------------------- ranges over one value

export type Range = Sarg['ranges'][number];
/** Every value. */
export const FULL: Range = { lower: null, lowerOpen: true, upper: null, upperOpen: true };

interface Bound {
  readonly operand: Rex;
  readonly ranges: readonly Range[];
  readonly literalType: LogicalType;
}

/** A comparison of a column, or of anything, with a literal, as ranges; null where it is none. */
export function boundOf(rex: Rex, ofAnything = false): Bound | null {
  if (rex.kind !== 'Call') return null;
  if (rex.operator === 'SEARCH') {
    const set = rex.operands[1]!;
    return set.kind === 'Literal' && set.sarg && set.sarg.nullAs === 'UNKNOWN'
      ? { operand: rex.operands[0]!, ranges: set.sarg.ranges, literalType: set.type }
      : null;
  }
  if (FLIPPED[rex.operator] === undefined) return null;
  const [a, b] = [rex.operands[0]!, rex.operands[1]!];
  const [operand, constant, operator] =
    b.kind === 'Literal'
      ? [a, b, rex.operator]
      : a.kind === 'Literal'
        ? [b, a, FLIPPED[rex.operator]!]
        : [a, null, rex.operator];
  if (
    constant === null ||
    (operand.kind !== 'InputRef' && !(ofAnything && isDeterministic(operand))) ||
    constant.value === null ||
    constant.symbol !== undefined
  )
    return null;
  const value = constant.value;
  const ranges: { readonly [op: string]: readonly Range[] } = {
    '=': [{ lower: value, lowerOpen: false, upper: value, upperOpen: false }],
    '<>': [
      { ...FULL, upper: value, upperOpen: true },
      { ...FULL, lower: value, lowerOpen: true },
    ],
    '<': [{ ...FULL, upper: value, upperOpen: true }],
    '<=': [{ ...FULL, upper: value, upperOpen: false }],
    '>': [{ ...FULL, lower: value, lowerOpen: true }],
    '>=': [{ ...FULL, lower: value, lowerOpen: false }],
  };
  return { operand, ranges: ranges[operator]!, literalType: constant.type };
}

/** Merges comparisons of the same thing with literals of one type, where there are at least two, at the place of the first. */
function mergeRanges(operands: readonly Rex[], how: 'AND' | 'OR'): Rex[] {
  const groups = new Map<
    string,
    { bound: Bound; ranges: readonly Range[]; count: number; first: number; longest: LogicalType }
  >();
  const keys = operands.map((rex, i) => {
    const bound = boundOf(rex);
    if (!bound) return null;
    const key = `${rexKey(bound.operand)}|${bound.literalType.root}|${bound.literalType.root === 'DECIMAL' ? bound.literalType.scale : ''}`;
    const group = groups.get(key);
    if (!group) {
      groups.set(key, { bound, ranges: bound.ranges, count: 1, first: i, longest: bound.literalType });
    } else {
      group.ranges =
        how === 'AND'
          ? intersect(group.ranges, bound.ranges, bound.literalType)
          : unite([...group.ranges, ...bound.ranges], bound.literalType);
      group.count++;
      if (
        isCharacter(bound.literalType) &&
        isCharacter(group.longest) &&
        bound.literalType.length > group.longest.length
      )
        group.longest = bound.literalType;
    }
    return key;
  });
  return operands.flatMap((rex, i) => {
    const key = keys[i];
    const group = key == null ? undefined : groups.get(key);
    if (!group || group.count < 2) return [rex];
    if (group.first !== i) return [];
    const type = withNullable(BOOLEAN, group.bound.operand.type.nullable);
    return [search(group.bound.operand, { ranges: group.ranges, nullAs: 'UNKNOWN' }, group.longest, type)];
  });
}

/** SEARCH, or the plain comparison a set of one range is. */
function search(operand: Rex, sarg: Sarg, literalType: LogicalType, type: LogicalType): Rex {
  const { ranges } = sarg;
  if (ranges.length === 0)
    return operand.type.nullable
      ? call('AND', [literal(null, BOOLEAN), call('IS NULL', [operand], notNull(BOOLEAN))], BOOLEAN)
      : FALSE;
  const only = ranges[0]!;
  if (ranges.length === 1) {
    if (only.lower === null && only.upper === null)
      return operand.type.nullable
        ? call('OR', [literal(null, BOOLEAN), call('IS NOT NULL', [operand], notNull(BOOLEAN))], BOOLEAN)
        : TRUE;
    if (only.lower === null)
      return call(only.upperOpen ? '<' : '<=', [operand, literal(only.upper, literalType)], type);
    if (only.upper === null)
      return call(only.lowerOpen ? '>' : '>=', [operand, literal(only.lower, literalType)], type);
    if (compareValues(only.lower, only.upper, literalType) === 0)
      return call('=', [operand, literal(only.lower, literalType)], type);
  }
  if (ranges.length === 2) {
    const [a, b] = [ranges[0]!, ranges[1]!];
    if (
      a.lower === null &&
      b.upper === null &&
      a.upper !== null &&
      b.lower !== null &&
      a.upperOpen &&
      b.lowerOpen &&
      compareValues(a.upper, b.lower, literalType) === 0
    ) {
      return call('<>', [operand, literal(a.upper, literalType)], type);
    }
  }
  return call('SEARCH', [operand, { kind: 'Literal', value: null, type: literalType, sarg }], type);
}

function complement(sarg: Sarg, type: LogicalType): Sarg {
  let rest: readonly Range[] = [FULL];
  for (const range of sarg.ranges) {
    const outside: Range[] = [];
    if (range.lower !== null) outside.push({ ...FULL, upper: range.lower, upperOpen: !range.lowerOpen });
    if (range.upper !== null) outside.push({ ...FULL, lower: range.upper, lowerOpen: !range.upperOpen });
    rest = intersect(rest, outside, type);
  }
  return { ranges: rest, nullAs: sarg.nullAs };
}

function compareLower(a: Range, b: Range, type: LogicalType): number {
  if (a.lower === null || b.lower === null) return a.lower === b.lower ? 0 : a.lower === null ? -1 : 1;
  return compareValues(a.lower, b.lower, type) || Number(a.lowerOpen) - Number(b.lowerOpen);
}

function compareUpper(a: Range, b: Range, type: LogicalType): number {
  if (a.upper === null || b.upper === null) return a.upper === b.upper ? 0 : a.upper === null ? 1 : -1;
  return compareValues(a.upper, b.upper, type) || Number(b.upperOpen) - Number(a.upperOpen);
}

function isEmpty(range: Range, type: LogicalType): boolean {
  if (range.lower === null || range.upper === null) return false;
  const order = compareValues(range.lower as Exclude<Value, null>, range.upper as Exclude<Value, null>, type);
  return order > 0 || (order === 0 && (range.lowerOpen || range.upperOpen));
}

/** What is in both. */
export function intersect(a: readonly Range[], b: readonly Range[], type: LogicalType): readonly Range[] {
  return a.flatMap((x) =>
    b.flatMap((y) => {
      const low = compareLower(x, y, type) >= 0 ? x : y;
      const high = compareUpper(x, y, type) <= 0 ? x : y;
      const both: Range = {
        lower: low.lower,
        lowerOpen: low.lowerOpen,
        upper: high.upper,
        upperOpen: high.upperOpen,
      };
      return isEmpty(both, type) ? [] : [both];
    }),
  );
}

/** Whether all of one set is in another. */
export function encloses(outer: readonly Range[], inner: readonly Range[], type: LogicalType): boolean {
  const both = intersect(outer, inner, type);
  return (
    both.length === inner.length &&
    both.every((r, i) => compareLower(r, inner[i]!, type) === 0 && compareUpper(r, inner[i]!, type) === 0)
  );
}

/** The one value of a set; null where there are more, or none. */
export function singlePoint(ranges: readonly Range[], type: LogicalType): Value {
  const only = ranges.length === 1 ? ranges[0]! : null;
  if (!only || only.lower === null || only.upper === null) return null;
  return compareValues(only.lower, only.upper, type) === 0 ? only.lower : null;
}

function unite(ranges: readonly Range[], type: LogicalType): readonly Range[] {
  const sorted = [...ranges].sort((a, b) => compareLower(a, b, type));
  const merged: Range[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (!last) {
      merged.push(range);
      continue;
    }
    const order =
      last.upper === null ? 1 : range.lower === null ? 1 : compareValues(last.upper, range.lower, type);
    if (order > 0 || (order === 0 && !(last.upperOpen && range.lowerOpen))) {
      if (compareUpper(last, range, type) < 0)
        merged[merged.length - 1] = { ...last, upper: range.upper, upperOpen: range.upperOpen };
    } else {
      merged.push(range);
    }
  }
  return merged;
}
