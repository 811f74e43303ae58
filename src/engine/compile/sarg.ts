import { call, type Rex, type RexCall, type RexLiteral, type Sarg } from '../plan/rex.ts';
import {
  DOUBLE,
  isApproximate,
  isInteger,
  isTimestamp,
  type LogicalType,
  type Value,
  valueScale,
  withNullable,
} from '../types/logical-type.ts';
import { comparator } from '../values/compare.ts';
import { canonical } from '../values/int64.ts';

/** The test of `SEARCH(x, Sarg[…])` on a non-NULL value. */
export function sargTest(sarg: Sarg, type: LogicalType): (value: Value) => boolean {
  const points = sargPoints(sarg);
  if (points !== null && points.every((point) => typeof point !== 'object')) {
    const set: ReadonlySet<Value> = new Set(points);
    return (value) => set.has(value);
  }
  const compare = comparator(type);
  return (value) =>
    sarg.ranges.some(({ lower, lowerOpen, upper, upperOpen }) => {
      const low = lower === null ? 1 : compare(value, lower);
      const high = upper === null ? -1 : compare(value, upper);
      return (
        (lowerOpen && lower !== null ? low > 0 : low >= 0) &&
        (upperOpen && upper !== null ? high < 0 : high <= 0)
      );
    });
}

/** What SEARCH looks for: among floating numbers an exact one is a DOUBLE. */
export function searchedValue({ operands }: RexCall): Rex {
  const [value, set] = operands as [Rex, Rex];
  return isApproximate(set.type) && !isApproximate(value.type)
    ? call('CAST', [value], withNullable(DOUBLE, value.type.nullable))
    : value;
}

/** The same ranges with their ends in the form of the values that are looked for: `d BETWEEN 1 AND 2` asks a DECIMAL with integers. */
export function sargFor(literal: RexLiteral, type: LogicalType): Sarg | undefined {
  const { sarg } = literal;
  const adapt = sarg && adapter(literal.type, type);
  if (!adapt) return sarg;
  return {
    ...sarg,
    ranges: sarg.ranges.map((r) => ({
      ...r,
      lower: r.lower === null ? null : adapt(r.lower),
      upper: r.upper === null ? null : adapt(r.upper),
    })),
  };
}

/** How a value of one exact type is told in the values of another; null where it is the same. */
function adapter(from: LogicalType, to: LogicalType): ((value: Value) => Value) | null {
  if (to.root === 'FLOAT' && isApproximate(from)) return (value) => Math.fround(value as number);
  if (from.root !== 'DECIMAL' && !isInteger(from) && !isTimestamp(from)) return null;
  const digits = valueScale(to) - valueScale(from);
  if (isApproximate(to) || digits < 0)
    return valueScale(from) === 0 ? Number : (value) => Number(value) / 10 ** -digits;
  return digits === 0 ? null : (value) => canonical(BigInt(value as number | bigint) * 10n ** BigInt(digits));
}

/** The values of a Sarg that is a list of points, null for one with true ranges. */
export function sargPoints(sarg: Sarg): readonly Value[] | null {
  const isPoint = sarg.ranges.every(
    (range) => range.lower !== null && range.lower === range.upper && !range.lowerOpen && !range.upperOpen,
  );
  return isPoint ? sarg.ranges.map((range) => range.lower) : null;
}

/** Whether a SEARCH looks in a list of values, or for what is none of them; any other compares. */
export function searchesList({ operator, operands }: RexCall): boolean {
  const set = operator === 'SEARCH' ? operands[1]! : null;
  if (set?.kind !== 'Literal' || !set.sarg) return false;
  const { ranges } = set.sarg;
  const isAllBut = ranges.length > 1 && ranges[0]!.lower === null && ranges.at(-1)!.upper === null;
  const leavesOne = ({ lower, lowerOpen }: Sarg['ranges'][number], i: number): boolean =>
    i === 0 || (lowerOpen && ranges[i - 1]!.upperOpen && lower === ranges[i - 1]!.upper);
  return sargPoints(set.sarg) !== null || (isAllBut && ranges.every(leavesOne));
}

/** What SEARCH gives for NULL. */
export function sargOfNull(sarg: Sarg): boolean | null {
  return sarg.nullAs === 'UNKNOWN' ? null : sarg.nullAs === 'TRUE';
}
