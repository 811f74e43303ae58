import type { LogicalNode } from '../plan/logical.ts';
import type * as Ast from '../sql/ast.ts';
import type { Bound } from './bind-query.ts';
import { notYet, plainError } from './plan-error.ts';

const JOIN_HINTS: ReadonlySet<string> = new Set([
  'BROADCAST',
  'SHUFFLE_HASH',
  'SHUFFLE_MERGE',
  'NEST_LOOP',
  'NO_BROADCAST',
  'NO_SHUFFLE_HASH',
  'NO_SHUFFLE_MERGE',
  'NO_NEST_LOOP',
]);
const KNOWN: ReadonlySet<string> = new Set([...JOIN_HINTS, 'LOOKUP', 'STATE_TTL', 'OPTIONS']);

/** Checks the hints of a SELECT. Join hints change nothing in a stream, but the tables they name must be there; that is found when the query is planned. */
export function checkHints(hints: readonly Ast.Hint[], from: Bound): LogicalNode {
  const missing: string[] = [];
  const has = (name: string): boolean => from.scope.tables.some((t) => t.name === name);
  for (const hint of hints) {
    const name = hint.name.name.toUpperCase();
    if (!KNOWN.has(name))
      throw plainError(
        'parse',
        'unknown-hint',
        'AssertionError',
        `Hint: ${hint.name.name} should be registered in the HintStrategyTable`,
        hint.span,
      );
    if (name === 'STATE_TTL' && from.scope.tables.length > 1) throw notYet('STATE_TTL hints', hint.span);
    if (JOIN_HINTS.has(name))
      missing.push(...hint.options.filter((o) => !has(o.key)).map((o) => `\`${o.key}\` in \`${name}\``));
    if (name !== 'LOOKUP') continue;
    const table = hint.options.find((o) => o.key === 'table')?.value;
    if (table == null)
      throw plainError(
        'parse',
        'lookup-hint',
        'AssertionError',
        "Invalid LOOKUP hint: incomplete required option(s): [Key: 'table' , default: null (fallback keys: [])]",
        hint.span,
      );
    if (!has(table)) missing.push(`\`${table}\` in \`${name}\``);
  }
  if (missing.length === 0) return from.node;
  const refusal = plainError(
    'plan',
    'hint-table',
    'ValidationException',
    `The options of following hints cannot match the name of input tables or views: \n${missing.join(', ')}`,
    hints[0]!.span,
  );
  const refuse = (node: LogicalNode): LogicalNode => {
    if (node.kind === 'Join') return { ...node, refusal };
    if (node.kind === 'Project') return { ...node, input: refuse(node.input) };
    throw refusal;
  };
  return refuse(from.node);
}
