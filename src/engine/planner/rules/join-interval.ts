import { plainError } from '../../base/refusal.ts';
import type { IntervalBounds, LogicalJoin } from '../../plan/logical.ts';
import { literal, type Rex } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { conjuncts, MIRRORED } from '../../plan/rex-tools.ts';
import {
  BOOLEAN,
  isProctime,
  isRowtime,
  isTimeAttribute,
  notNull,
  withNullable,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';

interface TimeSide {
  readonly column: number;
  readonly offsetMs: number;
}

/** A time attribute with constant lengths of time added to it; null for anything else. */
function timeSide(rex: Rex): TimeSide | null {
  if (rex.kind === 'InputRef') return isTimeAttribute(rex.type) ? { column: rex.index, offsetMs: 0 } : null;
  if (rex.kind !== 'Call' || (rex.operator !== '+' && rex.operator !== '-') || rex.operands.length !== 2)
    return null;
  const [a, b] = [rex.operands[0]!, rex.operands[1]!];
  const [time, length] = [timeSide(a), milliseconds(b)];
  if (time && length !== null)
    return { column: time.column, offsetMs: time.offsetMs + (rex.operator === '+' ? length : -length) };
  const [first, second] = [milliseconds(a), timeSide(b)];
  return rex.operator === '+' && first !== null && second
    ? { column: second.column, offsetMs: second.offsetMs + first }
    : null;
}

function milliseconds(rex: Rex): number | null {
  if (rex.kind === 'Literal')
    return rex.type.root === 'INTERVAL_DAY' && typeof rex.value === 'number' ? rex.value : null;
  if (rex.kind !== 'Call' || rex.type.root !== 'INTERVAL_DAY') return null;
  const number = (o: Rex): number | null =>
    o.kind === 'Literal' && typeof o.value === 'number' ? o.value : milliseconds(o);
  const [a, b] = rex.operands.map(number);
  if (a == null || b == null) return null;
  return rex.operator === '*' ? a * b : rex.operator === '+' ? a + b : rex.operator === '-' ? a - b : null;
}

/** The bounds of an interval join and the rest of its condition; null where the condition does not bound the inputs' times from both ends. */
export function intervalOf(join: LogicalJoin, condition: Rex): IntervalBounds | null {
  if (join.joinType === 'semi' || join.joinType === 'anti' || join.asOf !== null) return null;
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const types = [...left.fields, ...right.fields].map((f) => f.type);
  const rest: Rex[] = [];
  const bounds: {
    readonly operator: string;
    readonly ms: number;
    readonly left: number;
    readonly right: number;
  }[] = [];
  for (const part of conjuncts(condition)) {
    const flipped = part.kind === 'Call' ? MIRRORED[part.operator] : undefined;
    const sides = part.kind === 'Call' && flipped ? part.operands.map(timeSide) : [];
    const [a, b] = sides;
    if (
      part.kind !== 'Call' ||
      !flipped ||
      !a ||
      !b ||
      a.column < width === b.column < width ||
      isRowtime(types[a.column]!) !== isRowtime(types[b.column]!)
    ) {
      rest.push(part);
      continue;
    }
    const isLeftFirst = a.column < width;
    const [l, r] = isLeftFirst ? [a, b] : [b, a];
    bounds.push({
      operator: isLeftFirst ? part.operator : flipped,
      ms: r.offsetMs - l.offsetMs,
      left: l.column,
      right: r.column - width,
    });
  }
  const lower = bounds.find((b) => b.operator === '>' || b.operator === '>=' || b.operator === '=');
  const upper = bounds.find((b) => b.operator === '<' || b.operator === '<=' || b.operator === '=');
  if (!lower || !upper || bounds.length !== (lower === upper ? 1 : 2)) return null;
  if (lower.left !== upper.left || lower.right !== upper.right) return null;
  const [leftType, rightType] = [types[lower.left]!, types[width + lower.right]!];
  if (isRowtime(leftType) && leftType.root !== rightType.root) {
    throw plainError(
      'plan',
      'interval-time-types',
      'ValidationException',
      `Interval join with rowtime attribute requires same rowtime types, but the types are ${printType(withNullable(leftType, true))} *ROWTIME* and ${printType(withNullable(rightType, true))} *ROWTIME*.`.replaceAll(
        ' *ROWTIME* *ROWTIME*',
        ' *ROWTIME*',
      ),
      null,
    );
  }
  if (isProctime(leftType) && types.some(isRowtime)) {
    throw plainError(
      'plan',
      'interval-proctime',
      'TableException',
      'Interval join with proctime attribute requires no event-time attributes are in the join inputs.',
      null,
    );
  }
  return {
    isRowtime: isRowtime(leftType),
    lowerMs: lower.operator === '>' ? lower.ms + 1 : lower.ms,
    upperMs: upper.operator === '<' ? upper.ms - 1 : upper.ms,
    leftTime: lower.left,
    rightTime: lower.right,
    rest: rest.length > 0 ? and(rest) : literal(true, notNull(BOOLEAN)),
  };
}
