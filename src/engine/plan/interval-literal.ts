import type { IntervalQualifier, TimeUnit } from '../sql/ast.ts';

const MILLIS: { readonly [unit: string]: number } = {
  DAY: 86400000,
  HOUR: 3600000,
  MINUTE: 60000,
  SECOND: 1000,
};
/** How many months, or milliseconds, one of a unit is. */
export const UNIT_MONTHS: { readonly [unit: string]: number } = { YEAR: 12, QUARTER: 3, MONTH: 1 };
export const UNIT_MILLIS: { readonly [unit: string]: number } = {
  WEEK: 604800000,
  ...MILLIS,
  MILLISECOND: 1,
};
/** Fields behind the first are smaller than the one before. */
const MOST: { readonly [unit: string]: number } = { HOUR: 24, MINUTE: 60, SECOND: 60 };
const DEFAULT_PRECISION = 2;

/** The first field of an interval literal, where it has more digits than its qualifier allows; null where it fits. */
export function exceededField(text: string, { precision }: IntervalQualifier): number | null {
  const first = Number(/\d+/.exec(text)?.[0] ?? 0);
  if (first < 10 ** (precision ?? DEFAULT_PRECISION)) return null;
  return /^\s*-/.test(text) ? -first : first;
}

const ORDER: readonly TimeUnit[] = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];

/**
 * The value of an interval literal: months, or milliseconds. Null where the text does not fit its qualifier. Flink's WEEK multiplies as if it were
 * HOUR and its QUARTER as MONTH (measured on 2.2.1), so do we.
 */
export function parseInterval(text: string, qualifier: IntervalQualifier): number | null {
  const match = /^\s*([+-]?)(.*?)\s*$/.exec(text);
  if (!match) return null;
  const sign = match[1] === '-' ? -1 : 1;
  const body = match[2]!;
  const { from, to } = qualifier;
  if (from === 'YEAR' || from === 'MONTH' || from === 'QUARTER') {
    if (to === 'MONTH') {
      const parts = /^(\d+)-(\d+)$/.exec(body);
      return parts && Number(parts[2]) < 12 ? sign * (Number(parts[1]) * 12 + Number(parts[2])) : null;
    }
    return /^\d+$/.test(body) ? sign * Number(body) * (from === 'YEAR' ? 12 : 1) : null;
  }
  if (from === 'WEEK') return /^\d+$/.test(body) ? sign * Number(body) * 3600000 : null;
  const first = ORDER.indexOf(from);
  const last = ORDER.indexOf(to ?? from);
  if (first < 0 || last < first) return null;
  const units = ORDER.slice(first, last + 1);
  const pattern = units
    .map(
      (unit, i) =>
        (i === 0 ? '' : i === 1 && from === 'DAY' ? ' ' : ':') +
        (unit === 'SECOND' ? '(\\d+(?:\\.\\d{1,9})?)' : '(\\d+)'),
    )
    .join('');
  const parts = new RegExp(`^${pattern}$`).exec(body);
  if (!parts || units.some((unit, i) => i > 0 && Number(parts[i + 1]) >= MOST[unit]!)) return null;
  const value = units.reduce(
    (sum, unit, i) => sum + Math.trunc(Number(parts[i + 1]) * MILLIS[unit]! + 1e-6),
    0,
  );
  return sign * value;
}
