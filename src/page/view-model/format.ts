const DAY_MS = 86_400_000;
/** Watermarks at the ends of the range of BIGINT mean "none yet" and "no more rows"; a date cannot say them. */
const DATE_MS_MAX = 8.64e15;

/** The last watermark of a stream that has ended. */
export function isEndOfTime(ms: number): boolean {
  return ms >= DATE_MS_MAX;
}

/** A time that can stand on a ruler. */
export function isDrawable(ms: number): boolean {
  return Math.abs(ms) < DATE_MS_MAX;
}

/** Event time as a clock shows it: `12:00:08.4`; with the date where `withDate` says so. */
export function clockText(ms: number, withDate = false): string {
  if (!isDrawable(ms)) return ms > 0 ? '∞' : '−∞';
  const iso = new Date(ms).toISOString();
  const fraction = iso.slice(19, 23).replace(/\.?0+$/, '');
  const time = iso.slice(11, 19) + fraction;
  return withDate ? `${iso.slice(0, 10)} ${time}` : time;
}

/** Whether two times fall on different days, so that clock texts alone would mislead. */
export function spansDays(fromMs: number, toMs: number): boolean {
  return Math.floor(fromMs / DAY_MS) !== Math.floor(toMs / DAY_MS);
}

/** A length of time, short: `800 ms`, `13.5 s`, `2 min 30 s`, `1 h 5 min`, `3 d`. */
export function durationText(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  const length = Math.abs(ms);
  if (length < 1) return '0 s';
  if (length < 1000) return `${sign}${Math.round(length)} ms`;
  if (length < 60_000) return `${sign}${trim(length / 1000)} s`;
  if (length < 3_600_000) return sign + pair(length, 60_000, 'min', 1000, 's');
  if (length < DAY_MS) return sign + pair(length, 3_600_000, 'h', 60_000, 'min');
  return sign + pair(length, DAY_MS, 'd', 3_600_000, 'h');
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  let bigCount = Math.floor(ms / big);
  let rest = Math.round((ms - bigCount * big) / small);
  if (rest * small === big) {
    bigCount++;
    rest = 0;
  }
  return rest === 0 ? `${bigCount} ${bigUnit}` : `${bigCount} ${bigUnit} ${rest} ${smallUnit}`;
}

function trim(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 3 : 1)));
}

/** A row as people write it: `[Mary, 2]`. */
export function rowText(cells: readonly (string | null)[]): string {
  return `[${cells.map((cell) => cell ?? 'NULL').join(', ')}]`;
}

/** A window as Flink's documentation writes intervals: start included, end not. */
export function windowText(startMs: number, endMs: number): string {
  const withDate = spansDays(startMs, endMs - 1);
  return `[${clockText(startMs, withDate)}, ${clockText(endMs, withDate)})`;
}
