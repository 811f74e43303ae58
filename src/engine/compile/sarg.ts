import type { Sarg } from '../plan/rex.ts';
import type { LogicalType, Value } from '../types/logical-type.ts';
import { comparator } from '../values/compare.ts';

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

/** The values of a Sarg that is a list of points, null for one with true ranges. */
export function sargPoints(sarg: Sarg): readonly Value[] | null {
  const isPoint = sarg.ranges.every(
    (range) => range.lower !== null && range.lower === range.upper && !range.lowerOpen && !range.upperOpen,
  );
  return isPoint ? sarg.ranges.map((range) => range.lower) : null;
}

/** What SEARCH gives for NULL. */
export function sargOfNull(sarg: Sarg): boolean | null {
  return sarg.nullAs === 'UNKNOWN' ? null : sarg.nullAs === 'TRUE';
}
