import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import type { Span } from '../../base/span.ts';
import { Config } from '../../catalog/config.ts';
import type { LogicalNode, StateTtl } from '../../plan/logical.ts';
import type * as Ast from '../../sql/ast.ts';
import { javaMap, stringHash } from '../../values/java-map.ts';
import type { Bound } from './bind-query.ts';
import { lookupHint } from './lookup-hint.ts';

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

/**
 * Checks the hints of a SELECT. Join hints change nothing in a stream, but the tables they name must be there; that is found when the query is planned.
 *
 * @param block What the whole SELECT is called where it is read: each of its joins has that name (the query-block alias of Flink's QueryHintsResolver).
 */
export function checkHints(hints: readonly Ast.Hint[], from: Bound, block: string | null): LogicalNode {
  const missing: string[] = [];
  const names = from.scope.tables.map((t) => t.name);
  const has = (name: string): boolean =>
    names.some((n) => isNamed(n, name)) || (names.length > 2 && isNamed(block, name));
  for (const hint of hints) checkHintOptions(hint);
  const joins = joinsOf(from.node, names.length);
  const isPlain = joins.some((node) => node.kind === 'Join' && node.asOf === null && !node.isLateral);
  for (const hint of hints) {
    const name = hint.name.name.toUpperCase();
    // A hint that no node takes is not looked at: versions and lookups are none that takes those of joins.
    if ((JOIN_HINTS.has(name) || name === 'STATE_TTL') && isPlain) {
      const unknown = hint.options.flatMap(({ key }) => (has(key) ? [] : [[key, key] as const]));
      // Flink keeps them in a set.
      const listed = [...javaMap(unknown, stringHash).keys()].join(', ');
      if (listed !== '') missing.push(`\`${listed}\` in \`${name}\``);
    }
    if (name !== 'LOOKUP' || joins.length === 0) continue;
    const { table } = lookupHint(hint);
    if (!has(table)) missing.push(`\`${table}\` in \`${name}\``);
  }
  if (missing.length === 0) {
    return hints.length === 0 ? from.node : withHints(from.node, names, hints, block);
  }
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

/** The joins of a FROM clause itself, those with versions, lookups and LATERAL among them. */
function joinsOf(node: LogicalNode, tables: number): LogicalNode[] {
  if (node.kind === 'Project') return joinsOf(node.input, tables);
  if ((node.kind !== 'Join' && node.kind !== 'Lateral') || tables < 2) return [];
  return [node, ...joinsOf(node.inputs[0], tables - 1)];
}

/** What a hint must have for itself, whatever it is written on. */
export function checkHintOptions(hint: Ast.Hint): void {
  const name = hint.name.name.toUpperCase();
  const refuse = (code: string, message: string): SqlError =>
    plainError('parse', code, 'AssertionError', message, hint.span);
  if (!KNOWN.has(name))
    throw refuse('unknown-hint', `Hint: ${hint.name.name} should be registered in the HintStrategyTable`);
  if (JOIN_HINTS.has(name) && hint.options.length === 0)
    throw refuse(
      'hint-options',
      `Invalid hint: ${name}, expecting at least one table or view specified in hint ${name}.`,
    );
  if (name === 'OPTIONS' && !hint.options.some(({ value }) => value !== null))
    throw refuse('no-options', 'Hint [OPTIONS] only support non empty key value options');
  if (name === 'LOOKUP') lookupHint(hint);
  if (name !== 'STATE_TTL') return;
  if (hint.options.some(({ value }) => value == null))
    throw refuse(
      'state-ttl-value',
      'Invalid list options in STATE_TTL hint, only support key-value options.',
    );
  if (hint.options.length === 0)
    throw refuse(
      'state-ttl-value',
      'Invalid STATE_TTL hint, expecting at least one key-value options specified.',
    );
  for (const { value } of hint.options) ttlMs(value!, hint.span);
}

/** Whether a name in a hint means a table: one of them may have more parts in front. */
export function isNamed(table: string | null, written: string): boolean {
  if (table === null) return false;
  return table === written || written.endsWith(`.${table}`) || table.endsWith(`.${written}`);
}

/** Hands hints down to the joins whose sides they name: of the tables of a FROM clause, each join adds one on its right. */
function withHints(
  node: LogicalNode,
  tables: readonly (string | null)[],
  hints: readonly Ast.Hint[],
  block: string | null,
): LogicalNode {
  if (node.kind === 'Project') return { ...node, input: withHints(node.input, tables, hints, block) };
  if (node.kind !== 'Join' || tables.length < 2) return node;
  const left = tables.slice(0, -1);
  const leftName = left.length === 1 ? left[0]! : block;
  const sideOf = (written: string): 'LEFT' | 'RIGHT' | null =>
    isNamed(leftName, written) ? 'LEFT' : isNamed(tables.at(-1)!, written) ? 'RIGHT' : null;
  const joins = hints
    .filter((h) => JOIN_HINTS.has(h.name.name.toUpperCase()))
    .flatMap((h) => {
      const named = h.options.flatMap((o) => sideOf(o.key) ?? []);
      // Of several sides Flink keeps the first.
      return named.length > 0 ? [`[${h.name.name.toUpperCase()} options:[${named[0]!}]]`] : [];
    });
  const ttls = hints.filter((h) => h.name.name.toUpperCase() === 'STATE_TTL').flatMap((h) => h.options);
  const ttlOf = (side: string): StateTtl | null => {
    const text = ttls.findLast((o) => sideOf(o.key) === side)?.value;
    return text == null ? null : { text, ms: ttlMs(text, hints[0]!.span) };
  };
  const lookups = hints.filter((h) => h.name.name.toUpperCase() === 'LOOKUP').map(lookupHint);
  const lookup = lookups.find(({ table }) => sideOf(table) === 'RIGHT') ?? null;
  const own = { joins, lookup, leftTtl: ttlOf('LEFT'), rightTtl: ttlOf('RIGHT') };
  const below = withHints(node.inputs[0], left, hints, block);
  const hasOwn = joins.length > 0 || own.leftTtl !== null || own.rightTtl !== null || lookup !== null;
  return { ...node, inputs: [below, node.inputs[1]], ...(hasOwn ? { hints: own } : {}) };
}

/** What a STATE_TTL hint says, in milliseconds. */
export function ttlMs(text: string, span: Span): number {
  try {
    return new Config([['ttl', text]]).durationMs('ttl', 0);
  } catch (error) {
    const reason = error instanceof SqlError ? error.diagnostic.chain.at(-1)!.replace(/^\w+: /, '') : '';
    throw plainError(
      'parse',
      'state-ttl-value',
      'AssertionError',
      `Invalid STATE_TTL hint value: ${reason}`,
      span,
    );
  }
}

/** What OPTIONS behind a table's name lays over its own options. */
export const optionsOfHints = (hints: readonly Ast.Hint[]): ReadonlyMap<string, string> =>
  new Map(
    hints
      .filter((h) => h.name.name.toUpperCase() === 'OPTIONS')
      .flatMap((h) => h.options.map((o) => [o.key, o.value ?? ''] as const)),
  );

/** A view has no options of its own. */
export function hintedView(path: readonly string[], span: Span): SqlError {
  const name = path.map((part) => `\`${part}\``).join('.');
  return plainError(
    'parse',
    'hinted-view',
    'ValidationException',
    `View '${name}' cannot be enriched with new options. Hints can only be applied to tables.`,
    span,
  );
}
