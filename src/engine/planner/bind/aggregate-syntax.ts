import { OVER_FUNCTIONS, OVER_FUNCTIONS_OF_VALUES } from '../../functions/function-kinds.ts';
import type * as Ast from '../../sql/ast.ts';
import { type StatementText, validationError } from '../plan-error.ts';

/** The validator misses OVER where a column of the result is such a call and nothing else; deeper ones it lets pass. */
export function needOver(item: Ast.Expression, source: StatementText): void {
  const name = item.kind === 'Call' ? item.name.toUpperCase() : '';
  if (item.kind !== 'Call' || !OVER_FUNCTIONS.has(name)) return;
  const isTooMany = item.args.length > 0 && !OVER_FUNCTIONS_OF_VALUES.has(name);
  throw validationError(
    source,
    item.span,
    'function-without-over',
    isTooMany
      ? `Invalid number of arguments to function '${name}'. Was expecting 0 arguments`
      : 'OVER clause is necessary for window functions',
  );
}

/** What plans call an aggregate: those that make JSON say what they do with NULLs. */
export function aggregateName(node: Ast.Call): string {
  const name = node.name.toUpperCase();
  if (name !== 'JSON_OBJECTAGG' && name !== 'JSON_ARRAYAGG') return name;
  const nulls = node.keywords[0] ?? (name === 'JSON_OBJECTAGG' ? 'NULL ON NULL' : 'ABSENT ON NULL');
  return `${name}_${nulls.replaceAll(' ', '_')}`;
}

const WITH_NULLS: ReadonlySet<string> = new Set(['LAG', 'LEAD', 'ARRAY_AGG']);

/** Where a call stands, without what it says of NULLs. */
export function withoutNulls({ span }: Ast.Call, source: StatementText): Ast.Call['span'] {
  const written = source.text.slice(span.start - source.offset, span.end - source.offset);
  const words = /\s*\b(IGNORE|RESPECT)\s+NULLS\s*$/i.exec(written);
  return { ...span, end: span.end - (words?.[0].length ?? 0) };
}

/** Few aggregates can be told what to do with NULLs. */
export function checkNullTreatment(call: Ast.Call, source: StatementText): void {
  const name = call.name.toUpperCase();
  if (call.nulls === null || WITH_NULLS.has(name)) return;
  throw validationError(
    source,
    withoutNulls(call, source),
    'null-treatment',
    `Cannot specify IGNORE NULLS or RESPECT NULLS following '${name}'`,
  );
}
