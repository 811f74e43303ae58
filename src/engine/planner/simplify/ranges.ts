import type { Sarg } from '../../plan/rex.ts';
import { isApproximate, type LogicalType, type Value, valueScale } from '../../types/logical-type.ts';
import { comparator } from '../../values/compare.ts';
import { canonical, type Int64 } from '../../values/int64.ts';

/** A stretch of values between two bounds, either of which may be missing. */
export type Range = Sarg['ranges'][number];
export const ALL: Range = { lower: null, lowerOpen: true, upper: null, upperOpen: true };

/** The same ranges over values of a type of the same kind with more digits. */
export function rescaled(ranges: readonly Range[], from: LogicalType, to: LogicalType): readonly Range[] {
  const inOther = rescaling(from, to);
  if (!inOther) return ranges;
  return ranges.map((range) => ({ ...range, lower: inOther(range.lower), upper: inOther(range.upper) }));
}

/** The same of values that something is known of. */
export function rescaledKeys<T>(
  known: ReadonlyMap<Value, T>,
  from: LogicalType,
  to: LogicalType,
): ReadonlyMap<Value, T> {
  const inOther = rescaling(from, to);
  return inOther ? new Map([...known].map(([value, one]) => [inOther(value), one])) : known;
}

/** How to write values with more digits, or as floating numbers; null where they are so already. */
function rescaling(from: LogicalType, to: LogicalType): ((value: Value) => Value) | null {
  if (isApproximate(to) && !isApproximate(from))
    return (value) => (value === null ? null : Number(value) / 10 ** valueScale(from));
  const digits = valueScale(to) - valueScale(from);
  if (digits <= 0) return null;
  return (value) => (value === null ? null : canonical(BigInt(value as Int64) * 10n ** BigInt(digits)));
}

/** Orders two values of a type. */
export const compareValues = (a: Value, b: Value, type: LogicalType): number => comparator(type)(a, b);

/** What a set leaves out; what is NULL stays so. */
export function complement(sarg: Sarg, type: LogicalType): Sarg {
  let rest: readonly Range[] = [ALL];
  for (const range of sarg.ranges) {
    const outside: Range[] = [];
    if (range.lower !== null) outside.push({ ...ALL, upper: range.lower, upperOpen: !range.lowerOpen });
    if (range.upper !== null) outside.push({ ...ALL, lower: range.upper, lowerOpen: !range.upperOpen });
    rest = intersect(rest, outside, type);
  }
  return { ...sarg, ranges: rest };
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
  const order = compareValues(range.lower, range.upper, type);
  return order > 0 || (order === 0 && (range.lowerOpen || range.upperOpen));
}

/** What both sets have. */
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

/** What either set has, in order. */
export function unite(ranges: readonly Range[], type: LogicalType): readonly Range[] {
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
