import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { Config } from '../../catalog/config.ts';
import type { LookupHint } from '../../plan/logical.ts';
import type * as Ast from '../../sql/ast.ts';

const RETRY = ['retry-predicate', 'retry-strategy', 'fixed-delay', 'max-attempts'] as const;
const isOneOf =
  (...words: string[]) =>
  (value: string): boolean =>
    words.includes(value.trim().toLowerCase());
const isWhole = (value: string): boolean => /^[+-]?\d+$/.test(value);
const isDuration = (value: string): boolean => {
  try {
    return durationMs(value) >= 0;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
};
const durationMs = (value: string): number => new Config([['value', value]]).durationMs('value', 0);

/** The options that have a form, in Flink's order. */
const FORMS: readonly (readonly [key: string, fits: (value: string) => boolean])[] = [
  ['async', isOneOf('true', 'false')],
  ['output-mode', isOneOf('ordered', 'allow_unordered')],
  ['capacity', isWhole],
  ['timeout', isDuration],
  ['retry-strategy', isOneOf('fixed_delay')],
  ['fixed-delay', isDuration],
  ['max-attempts', isWhole],
  ['shuffle', isOneOf('true', 'false')],
];

/** What a LOOKUP hint asks for; refused in Flink's words where its options do not fit. */
export function lookupHint(hint: Ast.Hint): LookupHint & { readonly table: string } {
  const refuse = (message: string): Error =>
    plainError('parse', 'lookup-hint', 'AssertionError', `Invalid LOOKUP hint${message}`, hint.span);
  const values = new Map(hint.options.flatMap((o) => (o.value == null ? [] : [[o.key, o.value] as const])));
  const table = values.get('table');
  if (table === undefined)
    throw refuse(": incomplete required option(s): [Key: 'table' , default: null (fallback keys: [])]");
  for (const [key, fits] of FORMS) {
    const value = values.get(key);
    if (value !== undefined && !fits(value))
      throw refuse(` options: Could not parse value '${value}' for key '${key}'.`);
  }
  const checkPositive = (key: string): void => {
    const value = values.get(key);
    if (value !== undefined && Number(value) <= 0)
      throw refuse(` option: ${key} value should be positive integer but was ${Number(value)}`);
  };
  if (values.get('async')?.toLowerCase() === 'true') checkPositive('capacity');
  const given = RETRY.filter((key) => values.has(key));
  if (given.length > 0 && given.length < RETRY.length)
    throw refuse(': retry options can be both null or all not null');
  const predicate = values.get('retry-predicate');
  if (predicate !== undefined && predicate.toLowerCase() !== 'lookup_miss')
    throw refuse(
      ` option: unsupported retry-predicate '${predicate}', only 'lookup_miss' is supported currently`,
    );
  checkPositive('max-attempts');
  return {
    table,
    retry:
      predicate === undefined
        ? null
        : `lookup_miss, FIXED_DELAY, ${durationMs(values.get('fixed-delay')!)}ms, ${Number(values.get('max-attempts'))}`,
    shuffles: values.get('shuffle')?.toLowerCase() === 'true',
  };
}
