import { plainError } from '../base/refusal.ts';

const DURATION_UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(d|day|days)$/, 86400000],
  [/^(h|hour|hours)$/, 3600000],
  [/^(min|m|minute|minutes)$/, 60000],
  [/^(s|sec|secs|second|seconds)$/, 1000],
  [/^(ms|milli|millis|millisecond|milliseconds|)$/, 1],
  [/^(µs|micro|micros|microsecond|microseconds)$/, 0.001],
  [/^(ns|nano|nanos|nanosecond|nanoseconds)$/, 0.000001],
];

/** `pt1h30m` and the like, as `java.time.Duration` reads it. */
function isoDurationMs(text: string): number | null {
  const parts =
    /^p(?:([+-]?\d+)d)?(?:t(?=.)(?:([+-]?\d+)h)?(?:([+-]?\d+)m)?(?:([+-]?\d+(?:\.\d*)?)s)?)?$/.exec(text);
  if (!parts || parts.slice(1).every((part) => part === undefined)) return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((days! * 24 + hours!) * 60 + minutes!) * 60_000 + seconds! * 1000;
}

/** Flink's options as a script's SET statements have left them; reading one checks its value, as in Flink, and not before. */
export class Config {
  readonly #values: Map<string, string>;

  constructor(values: Iterable<readonly [string, string]> = []) {
    this.#values = new Map(values);
  }

  set(key: string, value: string): void {
    this.#values.set(key, value);
  }

  reset(key: string | null): void {
    if (key === null) this.#values.clear();
    else this.#values.delete(key);
  }

  string(key: string, fallback: string): string {
    return this.#values.get(key) ?? fallback;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#values.get(key);
    if (value === undefined) return fallback;
    if (/^true$/i.test(value)) return true;
    if (/^false$/i.test(value)) return false;
    throw this.#bad(
      key,
      value,
      `IllegalArgumentException: Unrecognized option for boolean: ${value}. Expected either true or false(case insensitive)`,
    );
  }

  /** Milliseconds of a duration such as `5 s`, `1h`, `200 ms`. Throws Flink's complaint about a value that is none. */
  durationMs(key: string, fallbackMs: number): number {
    const value = this.#values.get(key);
    if (value === undefined) return fallbackMs;
    const text = value.trim().toLowerCase();
    const iso = isoDurationMs(text);
    if (iso !== null) return iso;
    const match = /^(\d+)\s*(.*)$/.exec(text);
    if (!match)
      throw this.#bad(
        key,
        value,
        `NumberFormatException: text does not start with a number, and is not a valid ISO-8601 duration format: ${value}`,
      );
    const unit = DURATION_UNITS.find(([pattern]) => pattern.test(match[2]!));
    if (!unit)
      throw this.#bad(
        key,
        value,
        `IllegalArgumentException: Time interval unit label '${match[2]}' does not match any of the recognized units: DAYS: (d | day | days), HOURS: (h | hour | hours), MINUTES: (min | m | minute | minutes), SECONDS: (s | sec | secs | second | seconds), MILLISECONDS: (ms | milli | millis | millisecond | milliseconds), MICROSECONDS: (µs | micro | micros | microsecond | microseconds), NANOSECONDS: (ns | nano | nanos | nanosecond | nanoseconds)`,
      );
    return Number(match[1]) * unit[1];
  }

  integer(key: string, fallback: number): number {
    const value = this.#values.get(key);
    if (value === undefined) return fallback;
    if (/^[+-]?\d+$/.test(value)) return Number(value);
    throw this.#bad(key, value, `NumberFormatException: For input string: "${value}"`);
  }

  /** Throws Flink's complaint where the option is none of an enumeration's values. */
  oneOf(key: string, type: string, values: readonly string[]): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    const given = value.toUpperCase();
    if (values.some((one) => one.toUpperCase() === given || one === given.replaceAll('-', '_'))) return;
    throw this.#bad(
      key,
      value,
      `IllegalArgumentException: Could not parse value for enum class ${type.includes('.') ? '' : 'org.apache.flink.table.api.config.'}${type}. Expected one of: [[${values.join(', ')}]]`,
    );
  }

  #bad(key: string, value: string, cause: string): Error {
    const error = plainError(
      'plan',
      'bad-option',
      'IllegalArgumentException',
      `Could not parse value '${value}' for key '${key}'.`,
      null,
    );
    return Object.assign(error, {
      diagnostic: { ...error.diagnostic, chain: [...error.diagnostic.chain, cause] },
    });
  }

  entries(): [string, string][] {
    return [...this.#values];
  }
}
