import { SqlError } from '../base/diagnostic.ts';
import { plainError } from '../base/refusal.ts';
import { placeOf, type Span } from '../base/span.ts';
import { type LogicalType, withNullable } from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';

/** The text of one statement and where it stands in its script: Flink's messages count from the statement's start, diagnostics from the script's. */
export interface StatementText {
  readonly text: string;
  readonly offset: number;
  /** Told the type of every expression as it is bound: what the editor shows. */
  readonly onBound?: (span: Span, type: LogicalType) => void;
  /** It is read in batch mode, where functions know no time attribute. */
  readonly isBounded?: boolean;
}

/** `From line 1, column 8 to line 1, column 10`, as Calcite says where. */
export function describePlace(source: StatementText, span: Span): string {
  const from = placeOf(source.text, span.start - source.offset);
  const to = placeOf(source.text, Math.max(span.start, span.end - 1) - source.offset);
  if (from.line === to.line && from.column === to.column)
    return `At line ${from.line}, column ${from.column}`;
  return `From line ${from.line}, column ${from.column} to line ${to.line}, column ${to.column}`;
}

/** A refusal of the validator, in the three sentences Flink wraps it in. */
export function validationError(
  source: StatementText,
  span: Span,
  code: string,
  message: string,
  exception = 'SqlValidatorException',
  hint?: string,
): SqlError {
  const where = describePlace(source, span);
  return new SqlError({
    severity: 'error',
    phase: 'parse',
    code,
    chain: [
      `ValidationException: SQL validation failed. ${where}: ${message}`,
      `CalciteContextException: ${where}: ${message}`,
      `${exception}: ${message}`,
    ],
    span,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A refusal of the validator that knows no place. */
export function placeless(code: string, message: string, span: Span | null = null): SqlError {
  return new SqlError({
    severity: 'error',
    phase: 'parse',
    code,
    span,
    chain: [
      `ValidationException: SQL validation failed. At line 0, column 0: ${message}`,
      `CalciteContextException: At line 0, column 0: ${message}`,
      `SqlValidatorException: ${message}`,
    ],
  });
}

/** Refuses a list of column aliases that is not as long as the table has columns. */
export function checkAliases(
  source: StatementText,
  names: readonly string[],
  aliases: readonly { readonly span: Span }[],
): void {
  if (aliases.length === 0 || aliases.length === names.length) return;
  const shown = names.map((name) => `'${name}'`).join(', ');
  throw validationError(
    source,
    { start: aliases[0]!.span.start, end: aliases.at(-1)!.span.end },
    'alias-count',
    `List of column aliases must have same degree as table; table has ${names.length} columns (${shown}), whereas alias list has ${aliases.length} columns`,
  );
}

/** Flink's validator takes something for a plain name that is none. */
export function notAName(
  what: 'SqlBasicCall' | 'SqlNodeList' | 'SqlCharStringLiteral' | 'SqlNumericLiteral',
  span: Span,
  hint: string,
): SqlError {
  const name = (c: string): string => `org.apache.calcite.sql.${c}`;
  const message = `class ${name(what)} cannot be cast to class ${name('SqlIdentifier')} (${name(what)} and ${name('SqlIdentifier')} are in unnamed module of loader 'app')`;
  return new SqlError({
    severity: 'error',
    phase: 'parse',
    code: 'not-a-name',
    chain: [`ValidationException: SQL validation failed. ${message}`, `ClassCastException: ${message}`],
    span,
    hint,
  });
}

/** Keys of a join that are compared although one is text and the other is not. */
export function mixedKeys(left: LogicalType, right: LogicalType, span: Span): SqlError {
  const name = (type: LogicalType): string => printPlanType(withNullable(type, true), 'short');
  return plainError(
    'plan',
    'text-compared-with-number',
    'TableException',
    `implicit type conversion between ${name(left)} and ${name(right)} is not supported on join's condition now`,
    span,
    'Write an explicit CAST.',
  );
}
