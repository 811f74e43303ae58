import { daysFromCivil, isoDayOfWeek } from './time.ts';

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
    const start = daysFromCivil(year, 1, 1);
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
        return this.#month(year) + this.#value('dayOfMonth', 1) - 1;
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

  #month(year: number, later = 0): number {
    const total = year * 12 + this.#value('month', 1) - 1 + later;
    return daysFromCivil(Math.floor(total / 12), (((total % 12) + 12) % 12) + 1, 1);
  }

  #value(field: CalendarField, otherwise: number): number {
    return this.#values.get(field) ?? otherwise;
  }

  #stampOf(field: CalendarField): number {
    return this.#stamps.get(field) ?? 0;
  }
}
