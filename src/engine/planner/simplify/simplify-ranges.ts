import { call, literal, type Rex, type RexCall, type RexLiteral, type Sarg } from '../../plan/rex.ts';
import { isDeterministic, MIRRORED, rexKey } from '../../plan/rex-tools.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import {
  BOOLEAN,
  isCharacter,
  isInteger,
  isNumeric,
  isTimestamp,
  type LogicalType,
  notNull,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import {
  ALL,
  compareValues,
  complement,
  intersect,
  type Range,
  rescaled,
  rescaledKeys,
  unite,
} from './ranges.ts';

const TRUE = literal(true, notNull(BOOLEAN));
/** What a comparison is with its sides exchanged. */
export const FLIPPED: { readonly [op: string]: string } = {
  ...MIRRORED,
  '<>': '<>',
};

/** `x IS NULL OR x < 5` is one range that takes NULL in. */
export function withNullsIn(parts: readonly Rex[]): readonly Rex[] {
  for (const [i, part] of parts.entries()) {
    const tested = part.kind === 'Call' && part.operator === 'IS NULL' ? part.operands[0]! : null;
    if (tested === null || !canHaveRange(tested)) continue;
    const key = rexKey(tested);
    const at = parts.findIndex((p) => {
      const bound = boundOf(p);
      return bound !== null && rexKey(bound.operand) === key;
    });
    if (at < 0) continue;
    const { ranges, literalType, shown } = boundOf(parts[at]!)!;
    const made = searchWithNull(tested, { ranges, nullAs: 'TRUE', shown }, literalType);
    const first = Math.min(i, at);
    return withNullsIn(parts.flatMap((p, k) => (k === first ? [made] : k === i || k === at ? [] : [p])));
  }
  return parts;
}

/**
 * `x = 1 AND x IS NULL` is never TRUE, `x = 1 OR x IS NOT NULL` never FALSE, whatever x is compared with; null where anything else stands beside them.
 */
export function decidedByNull(parts: readonly Rex[], how: 'AND' | 'OR'): Rex | null {
  const asks = how === 'AND' ? 'IS NULL' : 'IS NOT NULL';
  const test = parts.find((part) => part.kind === 'Call' && part.operator === asks);
  if (test?.kind !== 'Call' || parts.length === 1) return null;
  const [value] = test.operands as [Rex];
  const key = rexKey(value);
  const isOfValue = (part: Rex): boolean => {
    const bound = boundOf(part);
    return part === test || (bound !== null && rexKey(bound.operand) === key);
  };
  if (!parts.every(isOfValue)) return null;
  return how === 'AND'
    ? call('<>', [value, value], BOOLEAN)
    : call('OR', [test, literal(null, BOOLEAN)], BOOLEAN);
}

interface Bound {
  readonly operand: Rex;
  /** Whether it is a set already. */
  readonly isSet: boolean;
  readonly ranges: readonly Range[];
  readonly literalType: LogicalType;
  readonly shown: ShownScales;
}
type ShownScales = NonNullable<Sarg['shown']>;

/** With how many digits behind the point a literal is shown, where its type does not say it. */
function shownScales({ value, type, shownScale }: RexLiteral): ShownScales {
  const scale = shownScale ?? (isInteger(type) ? 0 : type.root === 'DECIMAL' ? type.scale : undefined);
  return new Map(scale === undefined ? [] : [[value, scale]]);
}

/** Columns, fields and casts are asked once for a set of ranges; what is computed otherwise is compared each time. */
const canHaveRange = (rex: Rex): boolean =>
  rex.kind === 'InputRef' || (rex.kind === 'Call' && (rex.operator === 'DOT' || rex.operator === 'CAST'));

function setOf({ operands }: RexCall, nullAs: Sarg['nullAs']): Bound | null {
  const set = operands[1]!;
  return set.kind === 'Literal' && set.sarg?.nullAs === nullAs
    ? {
        operand: operands[0]!,
        isSet: true,
        ranges: set.sarg.ranges,
        literalType: set.type,
        shown: set.sarg.shown ?? new Map(),
      }
    : null;
}

/** A comparison of something with a literal, as ranges; null where it is none. `ofAnything`: also of what is computed. */
export function boundOf(rex: Rex, ofAnything = false): Bound | null {
  if (rex.kind !== 'Call') return null;
  if (rex.operator === 'SEARCH') return setOf(rex, 'UNKNOWN');
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
    !(canHaveRange(operand) || (ofAnything && isDeterministic(operand))) ||
    constant.value === null ||
    constant.symbol !== undefined
  )
    return null;
  const value = constant.value;
  const ranges: { readonly [op: string]: readonly Range[] } = {
    '=': [{ lower: value, lowerOpen: false, upper: value, upperOpen: false }],
    '<>': [
      { ...ALL, upper: value, upperOpen: true },
      { ...ALL, lower: value, lowerOpen: true },
    ],
    '<': [{ ...ALL, upper: value, upperOpen: true }],
    '<=': [{ ...ALL, upper: value, upperOpen: false }],
    '>': [{ ...ALL, lower: value, lowerOpen: true }],
    '>=': [{ ...ALL, lower: value, lowerOpen: false }],
  };
  return {
    operand,
    isSet: false,
    ranges: ranges[operator]!,
    literalType: constant.type,
    shown: shownScales(constant),
  };
}

/** Comparisons of one thing, merged as far as they are read. */
interface Group {
  readonly bound: Bound;
  ranges: readonly Range[];
  takesNull: boolean;
  count: number;
  readonly first: number;
  longest: LogicalType;
  shown: ShownScales;
}

/** Whether ranges are worth a SEARCH (`SargCollector.needToFix`): several of one thing, or nothing but comparisons that come to one. */
function isWorthMerging(groups: readonly Group[], terms: number, how: 'AND' | 'OR'): boolean {
  const isComplex = ({ ranges, longest }: Group): boolean => {
    const asked = how === 'OR' ? ranges : complement({ ranges, nullAs: 'UNKNOWN' }, longest).ranges;
    return asked.length > (isAllButOne(asked, longest) ? 2 : 1);
  };
  return (
    groups.some((group) => group.takesNull || group.bound.isSet || isComplex(group)) ||
    (groups.length === 1 && groups[0]!.count === terms)
  );
}

/**
 * Merges comparisons of the same thing with literals of one type, at the place of the first. `terms`: how many parts there have been; `ofAnything`: also of
 * what is computed.
 */
export function mergeRanges(
  operands: readonly Rex[],
  how: 'AND' | 'OR',
  terms = operands.length,
  ofAnything = false,
): readonly Rex[] {
  const groups = new Map<string, Group>();
  const keys = operands.map((rex, i) => {
    const known = boundOf(rex, ofAnything);
    // What takes NULL in gives way to what does not.
    const bound =
      known ??
      (how === 'AND' && rex.kind === 'Call' && rex.operator === 'SEARCH' ? setOf(rex, 'TRUE') : null);
    if (!bound) return null;
    const key = `${rexKey(bound.operand)}|${kindOf(bound.literalType)}`;
    const group = groups.get(key);
    if (!group) {
      groups.set(key, {
        bound,
        ranges: bound.ranges,
        takesNull: !known,
        count: 1,
        first: i,
        longest: bound.literalType,
        shown: bound.shown,
      });
    } else {
      const common = commonType(group.longest, bound.literalType);
      const own = rescaled(group.ranges, group.longest, common);
      const other = rescaled(bound.ranges, bound.literalType, common);
      group.ranges = how === 'AND' ? intersect(own, other, common) : unite([...own, ...other], common);
      group.takesNull &&= !known;
      group.count++;
      group.shown = new Map([
        ...rescaledKeys(bound.shown, bound.literalType, common),
        ...rescaledKeys(group.shown, group.longest, common),
      ]);
      group.longest = common;
    }
    return key;
  });
  if (!isWorthMerging([...groups.values()], terms, how)) return operands;
  return operands.flatMap((rex, i) => {
    const key = keys[i];
    const group = key == null ? undefined : groups.get(key);
    if (!group) return [rex];
    if (group.count < 2) return [literalLast(rex)];
    if (group.first !== i) return [];
    const { bound, ranges, takesNull, longest, shown } = group;
    const type = withNullable(BOOLEAN, bound.operand.type.nullable);
    const nullAs = takesNull ? 'TRUE' : 'UNKNOWN';
    const sarg: Sarg = { ranges, nullAs, shown };
    if (takesNull) return [searchWithNull(bound.operand, sarg, longest)];
    return [search(bound.operand, sarg, longest, type)];
  });
}

/** Literals of one kind are compared alike: texts of any length, numbers of any type. */
export const kindOf = (type: LogicalType): string =>
  isNumeric(type) ? 'NUMBER' : isCharacter(type) ? 'TEXT' : type.root;

/** `5 < x` as `x > 5`. */
function literalLast(rex: Rex): Rex {
  const flipped = rex.kind === 'Call' && rex.operands[0]!.kind === 'Literal' && FLIPPED[rex.operator];
  return flipped ? { ...rex, operator: flipped, operands: rex.operands.toReversed() } : rex;
}

/** The type that holds the literals of both types, of one kind. */
export function commonType(a: LogicalType, b: LogicalType): LogicalType {
  const isMerged = isCharacter(a) || isNumeric(a) || isTimestamp(a);
  return isMerged && !sameType(a, b) ? (leastRestrictive([a, b]) ?? a) : a;
}

/** What is never NULL needs no word about NULL. */
export function simplifySearch(rex: RexCall): Rex {
  const [operand, set] = [rex.operands[0]!, rex.operands[1]!];
  if (operand.type.nullable || set.kind !== 'Literal' || set.sarg?.nullAs !== 'TRUE') return rex;
  return search(operand, { ...set.sarg, nullAs: 'UNKNOWN' }, set.type, notNull(BOOLEAN));
}

/** A range of which only TRUE counts: a comparison where it can be one, else a set without NULL. */
export function searchWithoutNull(rex: RexCall): Rex {
  const [operand, set] = [rex.operands[0]!, rex.operands[1]!];
  if (set.kind !== 'Literal' || !set.sarg) return rex;
  const plain = search(operand, { ...set.sarg, nullAs: 'UNKNOWN' }, set.type, rex.type);
  if (plain.kind === 'Call' && FLIPPED[plain.operator] !== undefined) return plain;
  const made: Rex = { ...set, sarg: { ...set.sarg, nullAs: 'FALSE' } };
  return call('SEARCH', [operand, made], notNull(BOOLEAN));
}

function searchWithNull(operand: Rex, sarg: Sarg, type: LogicalType): Rex {
  const set: Rex = { kind: 'Literal', value: null, type, sarg };
  return call('SEARCH', [operand, set], notNull(BOOLEAN));
}

/** SEARCH, or the plain comparison a set of one range is. */
export function search(operand: Rex, sarg: Sarg, literalType: LogicalType, type: LogicalType): Rex {
  const { ranges } = sarg;
  if (ranges.length === 0) return call('<>', [operand, operand], type);
  const only = ranges[0]!;
  if (ranges.length === 1) {
    if (only.lower === null && only.upper === null)
      return operand.type.nullable
        ? call('OR', [call('IS NOT NULL', [operand], notNull(BOOLEAN)), literal(null, BOOLEAN)], BOOLEAN)
        : TRUE;
    if (only.lower === null)
      return call(only.upperOpen ? '<' : '<=', [operand, literal(only.upper, literalType)], type);
    if (only.upper === null)
      return call(only.lowerOpen ? '>' : '>=', [operand, literal(only.lower, literalType)], type);
    if (compareValues(only.lower, only.upper, literalType) === 0)
      return call('=', [operand, literal(only.lower, literalType)], type);
  }
  if (isAllButOne(ranges, literalType))
    return call('<>', [operand, literal(ranges[0]!.upper, literalType)], type);
  return call('SEARCH', [operand, { kind: 'Literal', value: null, type: literalType, sarg }], type);
}

/** Whether ranges are everything but a single value. */
function isAllButOne(ranges: readonly Range[], type: LogicalType): boolean {
  const [a, b] = ranges;
  if (ranges.length !== 2 || a?.lower !== null || b?.upper !== null) return false;
  return a.upperOpen && b.lowerOpen && compareValues(a.upper, b.lower, type) === 0;
}
