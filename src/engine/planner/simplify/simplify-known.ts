import { call, literal, type Rex, type RexCall } from '../../plan/rex.ts';
import { COMPARISONS, isFalseLiteral, isTrueLiteral, rexKey } from '../../plan/rex-tools.ts';
import { BOOLEAN, notNull, withNullable } from '../../types/logical-type.ts';
import { ALL, encloses, intersect, type Range, rescaled, singlePoint } from './ranges.ts';
import { boundOf, commonType, kindOf } from './simplify-ranges.ts';

const SURE = notNull(BOOLEAN);

/**
 * Simplifies an expression by what is known of its columns, as Calcite's RexSimplify does with predicates. `asFalse`: only TRUE counts. The type stays: what has
 * become sure is cast, or was a test. `simplify` is for what that makes of it.
 */
export function simplifyKnowing(
  rex: Rex,
  known: readonly Rex[],
  asFalse: boolean,
  simplify: (rex: Rex) => Rex,
): Rex {
  const knowing = (part: Rex, mode: boolean): Rex => simplifyKnowing(part, known, mode, simplify);
  if (known.length === 0 || rex.kind !== 'Call') return rex;
  const operands = (mode: boolean): Rex => {
    const made = rex.operands.map((o) => knowing(o, mode));
    return made.every((o, i) => o === rex.operands[i]) ? rex : simplify({ ...rex, operands: made });
  };
  switch (rex.operator) {
    case 'AND':
    case 'OR':
      return operands(asFalse);
    case 'CASE': {
      // Nothing is known to the conditions of a CASE.
      const isValue = (i: number): boolean => i % 2 === 1 || i === rex.operands.length - 1;
      const made = rex.operands.map((o, i) => (isValue(i) ? knowing(o, asFalse) : o));
      return made.every((o, i) => o === rex.operands[i]) ? rex : simplify({ ...rex, operands: made });
    }
    case 'IS NULL':
    case 'IS NOT NULL':
      return isKnown(rex, known) ? literal(true, SURE) : operands(false);
    case 'IS NOT TRUE': {
      const [inner] = rex.operands as [Rex];
      return isSure(inner, known) && inner.type.nullable
        ? simplify(call('NOT', [knowing(inner, false)], inner.type))
        : operands(false);
    }
    case 'IS TRUE':
      return asFalse ? knowing(rex.operands[0]!, true) : whetherTrue(rex, known, knowing);
    default:
      return COMPARISONS.has(rex.operator) ? compared(rex, known, simplify) : operands(false);
  }
}

const isKnown = (test: Rex, known: readonly Rex[]): boolean => {
  const key = rexKey(test);
  return known.some((p) => rexKey(p) === key);
};

function whetherTrue(rex: RexCall, known: readonly Rex[], knowing: (part: Rex, mode: boolean) => Rex): Rex {
  const inner = rex.operands[0]!;
  if (isSure(inner, known)) {
    const made = knowing(inner, false);
    return made.type.nullable ? call('CAST', [made], SURE) : made;
  }
  const made = knowing(inner, true);
  if (made === inner) return rex;
  return isTrueLiteral(made) || isFalseLiteral(made) || !made.type.nullable
    ? made
    : { ...rex, operands: [made] };
}

/** Whether an expression is known to have a value. */
function isSure(rex: Rex, known: readonly Rex[]): boolean {
  if (!rex.type.nullable || isKnown(call('IS NOT NULL', [rex], SURE), known)) return true;
  return rex.kind === 'Call' && COMPARISONS.has(rex.operator) && rex.operands.every((o) => isSure(o, known));
}

/** A comparison with a constant that other comparisons of the same decide, or narrow to one value. */
function compared(rex: RexCall, known: readonly Rex[], simplify: (rex: Rex) => Rex): Rex {
  const bound = boundOf(rex, true);
  if (!bound) return rex;
  const key = rexKey(bound.operand);
  let { ranges: left, literalType: type } = bound;
  for (const predicate of known) {
    if (predicate.kind !== 'Call' || !COMPARISONS.has(predicate.operator)) continue;
    const other = boundOf(predicate, true);
    if (!other || rexKey(other.operand) !== key || kindOf(other.literalType) !== kindOf(type)) continue;
    const common = commonType(type, other.literalType);
    const ranges = rescaled(other.ranges, other.literalType, common);
    left = rescaled(left, type, common);
    type = common;
    left = encloses(left, ranges, type) ? [ALL] : intersect(left, ranges, type);
  }
  if (same(left, rescaled(bound.ranges, bound.literalType, type))) return rex;
  if (left.length === 0) return literal(false, SURE);
  if (left.length === 1 && left[0]!.lower === null && left[0]!.upper === null) {
    const test = simplify(call('IS NOT NULL', [bound.operand], SURE));
    return test.kind === 'Call' && isKnown(test, known) ? literal(true, SURE) : test;
  }
  const point = singlePoint(left, type);
  return point === null || rex.operator === '='
    ? rex
    : call('=', [bound.operand, literal(point, type)], withNullable(BOOLEAN, rex.type.nullable));
}

const same = (a: readonly Range[], b: readonly Range[]): boolean =>
  JSON.stringify(a, plain) === JSON.stringify(b, plain);
const plain = (_: string, v: unknown): unknown => (typeof v === 'bigint' ? `${v}n` : v);
