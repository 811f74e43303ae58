import { type CivilDate, civilFromDays, daysFromCivil, isoDayOfWeek } from './time.ts';

/** Fields of a date in the order in which a text set them; Sunday is 1. */
export type CalendarField =
  | 'year'
  | 'weekYear'
  | 'month'
  | 'dayOfMonth'
  | 'dayOfYear'
  | 'dayOfWeek'
  | 'weekOfYear'
  | 'weekOfMonth'
  | 'dayOfWeekInMonth';

/** 15 October 1582: `GregorianCalendar` counts what is before by the Julian calendar. */
const CUTOVER = -141_427;
/** Between the years' beginning in March and 1970, by the Julian calendar. */
const JULIAN_EPOCH = 719_470;

/** Days since 1970-01-01 of a date as `GregorianCalendar` reads it. */
export function calendarDays(year: number, month: number, day: number): number {
  const days = daysFromCivil(year, month, day);
  if (days >= CUTOVER) return days;
  const y = month <= 2 ? year - 1 : year;
  const shifted = month > 2 ? month - 3 : month + 9;
  return 365 * y + Math.floor(y / 4) + Math.floor((153 * shifted + 2) / 5) + day - 1 - JULIAN_EPOCH;
}

/** The date of a day number as `GregorianCalendar` shows it. */
export function calendarDate(days: number): CivilDate {
  if (days >= CUTOVER) return civilFromDays(days);
  const z = days + JULIAN_EPOCH;
  const cycle = Math.floor(z / 1461);
  const ofCycle = z - cycle * 1461;
  const yearOfCycle = Math.floor((ofCycle - Math.floor(ofCycle / 1460)) / 365);
  const dayOfYear = ofCycle - 365 * yearOfCycle;
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = cycle * 4 + yearOfCycle + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}

const SUNDAY = 1;

/** The last such day of the week on or before a day. */
const onOrBefore = (days: number, dayOfWeek: number): number => {
  const isSuch = ((((isoDayOfWeek(days) % 7) + 1 - dayOfWeek) % 7) + 7) % 7;
  return days - isSuch;
};

/** The Sunday that begins the first week of a month or year. */
function firstWeek(start: number): number {
  const sunday = onOrBefore(start + 6, SUNDAY);
  return sunday > start ? sunday - 7 : sunday;
}

/** The day that a lenient `GregorianCalendar` of the US settles on: of fields that contradict each other the one set last counts. */
export class CalendarFields {
  readonly #values = new Map<CalendarField, number>();
  readonly #stamps = new Map<CalendarField, number>();
  #stamp = 0;

  set(field: CalendarField, value: number): void {
    this.#values.set(field, value);
    this.#stamps.set(field, ++this.#stamp);
  }

  days(): number {
    const isWeekDate = this.#stampOf('weekYear') > this.#stampOf('year');
    const year = this.#value(isWeekDate ? 'weekYear' : 'year', 1970);
    const start = calendarDays(year, 1, 1);
    const dayOfWeek = this.#values.get('dayOfWeek');
    const inWeek = (week: number, of: number): number =>
      (dayOfWeek === undefined ? firstWeek(of) : onOrBefore(firstWeek(of) + 6, dayOfWeek)) + 7 * (week - 1);
    if (isWeekDate) return inWeek(this.#value('weekOfYear', 1), start);
    switch (this.#decisive()) {
      case 'dayOfYear':
        return start + this.#value('dayOfYear', 1) - 1;
      case 'weekOfYear':
        return inWeek(this.#value('weekOfYear', 1), start);
      case 'weekOfMonth':
        return inWeek(this.#value('weekOfMonth', 1), this.#month(year));
      case 'dayOfWeekInMonth': {
        const count = this.#value('dayOfWeekInMonth', 1);
        const from =
          count >= 0 ? this.#month(year) + 7 * count - 1 : this.#month(year, 1) + 7 * (count + 1) - 1;
        return onOrBefore(from, dayOfWeek ?? SUNDAY);
      }
      default:
        return this.#month(year, 0, this.#value('dayOfMonth', 1));
    }
  }

  /** `Calendar.selectFields`: which field says the day. */
  #decisive(): CalendarField {
    const of = (field: CalendarField): number => this.#stampOf(field);
    const withDay = (field: CalendarField): number =>
      of(field) === 0 || of('dayOfWeek') === 0 ? 0 : Math.max(of(field), of('dayOfWeek'));
    const best = (stamps: readonly (readonly [CalendarField, number])[]): CalendarField | null => {
      const top = Math.max(...stamps.map(([, stamp]) => stamp));
      return top === 0 ? null : (stamps.find(([, stamp]) => stamp === top)?.[0] ?? null);
    };
    return (
      best([
        ['dayOfMonth', of('dayOfMonth')],
        ['weekOfMonth', withDay('weekOfMonth')],
        ['dayOfWeekInMonth', withDay('dayOfWeekInMonth')],
        ['dayOfYear', of('dayOfYear')],
        ['weekOfYear', withDay('weekOfYear')],
      ]) ??
      best([
        ['weekOfMonth', of('weekOfMonth')],
        ['dayOfWeekInMonth', Math.max(of('dayOfWeekInMonth'), of('dayOfWeek'))],
        ['weekOfYear', of('weekOfYear')],
      ]) ??
      'dayOfMonth'
    );
  }

  /** A day of the month that is set, counted on from its first. */
  #month(year: number, later = 0, day = 1): number {
    const total = year * 12 + this.#value('month', 1) - 1 + later;
    return calendarDays(Math.floor(total / 12), (((total % 12) + 12) % 12) + 1, day);
  }

  #value(field: CalendarField, otherwise: number): number {
    return this.#values.get(field) ?? otherwise;
  }

  #stampOf(field: CalendarField): number {
    return this.#stamps.get(field) ?? 0;
  }
}
