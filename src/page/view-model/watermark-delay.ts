import type { TableInfo } from '../../engine/engine-api.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const UNITS: Readonly<Record<string, number>> = { SECOND, MINUTE, HOUR, DAY: 24 * HOUR };
/** What a field of an interval holds without more digits being asked for. */
const FIELD_MAX = 100;

const NAME = /^\s*(`[^`]+`|\w+)\s*$/;
const MINUS =
  /^\s*(`[^`]+`|\w+)\s*-\s*INTERVAL\s*'(?:(\d+):)?(\d+(?:\.\d+)?)'\s*(?:(\w+?)S?\s+TO\s+)?(\w+?)S?\s*$/i;

/** How far a watermark stays behind its column, by its expression: `ts`, or `ts - INTERVAL …`; null for any other. */
export function delayOf(expression: string): number | null {
  if (NAME.test(expression)) return 0;
  const [, , big, small = '', bigUnit, unit = ''] = MINUS.exec(expression) ?? [];
  const unitMs = UNITS[unit.toUpperCase()];
  if (unitMs === undefined || (big === undefined) !== (bigUnit === undefined)) return null;
  const bigMs = bigUnit === undefined ? 0 : UNITS[bigUnit.toUpperCase()];
  return bigMs === undefined ? null : Math.round(Number(big ?? 0) * bigMs + Number(small) * unitMs);
}

/** The expression with another delay. */
export function withDelay(expression: string, ms: number): string {
  const column = (NAME.exec(expression) ?? MINUS.exec(expression))?.[1] ?? expression;
  return `${column} - INTERVAL ${intervalText(Math.max(0, ms))}`;
}

/** A length of time as an interval that Flink takes without more digits: a field holds two. */
function intervalText(ms: number): string {
  if (ms < FIELD_MAX * SECOND) return `'${ms / SECOND}' SECOND`;
  if (ms < FIELD_MAX * MINUTE) {
    const seconds = Math.round((ms % MINUTE) / SECOND);
    const minutes = Math.floor(ms / MINUTE) + (seconds === 60 ? 1 : 0);
    if (seconds % 60 === 0) return `'${minutes}' MINUTE`;
    return `'${minutes}:${String(seconds).padStart(2, '0')}' MINUTE TO SECOND`;
  }
  const all = Math.min(Math.round(ms / MINUTE), FIELD_MAX * 60 - 1);
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  return minutes === 0 ? `'${hours}' HOUR` : `'${hours}:${String(minutes).padStart(2, '0')}' HOUR TO MINUTE`;
}

/** A script in which the watermark of a table stays behind by so much. */
export function scriptWithDelay(sql: string, table: TableInfo, ms: number): string {
  const { watermark } = table;
  if (!watermark || delayOf(watermark.expression) === null) return sql;
  const { start, end } = watermark.span;
  return sql.slice(0, start) + withDelay(sql.slice(start, end), ms) + sql.slice(end);
}
