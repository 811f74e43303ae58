import { plainError } from '../../base/refusal.ts';
import type { Span } from '../../base/span.ts';
import type { Catalog, ObjectPath } from '../../catalog/catalog.ts';
import { AGGREGATES, GROUP_WINDOWS, WINDOW_AUXILIARY } from '../../functions/function-kinds.ts';
import type * as Ast from '../../sql/ast.ts';
import { CONTEXT_VARIABLES } from '../../sql/reserved.ts';
import type { StatementText } from '../plan-error.ts';
import { resolve, type Scope } from './scope.ts';

export function argumentForm(arg: Ast.Expression, source: StatementText): string {
  if (arg.kind === 'Descriptor') return '<COLUMN_LIST>';
  if (arg.kind === 'TableArgument') return '<TABLE>';
  if (arg.kind === 'IntervalLiteral')
    return `<INTERVAL ${arg.qualifier.from}${arg.qualifier.to ? ` TO ${arg.qualifier.to}` : ''}>`;
  return source.text.slice(arg.span.start - source.offset, arg.span.end - source.offset);
}

/** What a column is called where no alias was written. */
export function impliedName(e: Ast.Expression): string | null {
  if (e.kind === 'ColumnRef') return e.parts.at(-1)!.name;
  return null;
}

/** Aggregates are written as functions, those over JSON with words among their arguments. */
export const isFunctionSyntax = (e: Ast.Call): boolean => e.syntax === 'function' || e.syntax === 'special';

/** A text that expressions share which mean the same, however they are written: Flink finds the names of groups and aggregates by it. */
export function identityOf(e: Ast.Expression, scope: Scope): string {
  return JSON.stringify(e, (key, value: unknown) => {
    if (key === 'span' || key === 'nameSpan') return undefined;
    if (typeof value !== 'object' || value === null || !('kind' in value)) return value;
    if (value.kind === 'Call') return { ...value, name: (value as Ast.Call).name.toUpperCase() };
    if (value.kind !== 'ColumnRef') return value;
    const parts = (value as Ast.ColumnRef).parts.map((p) => p.name);
    const found = resolve(scope, parts);
    return found.kind === 'column' ? [found.index, ...parts.slice(found.used)] : parts;
  });
}

export function isGroupWindow(e: Ast.Expression): e is Ast.Call {
  return e.kind === 'Call' && GROUP_WINDOWS.has(e.name.toUpperCase());
}

/** Whether `test` holds for the expression or any part of it that is evaluated in the same query. */
export function anyPart(e: Ast.Expression, test: (e: Ast.Expression) => boolean): boolean {
  if (test(e)) return true;
  const parts: readonly Ast.Expression[] =
    e.kind === 'Call'
      ? [...e.args, ...(e.filter ? [e.filter] : [])]
      : e.kind === 'Case'
        ? [
            ...(e.operand ? [e.operand] : []),
            ...e.branches.flatMap((b) => [b.when, b.then]),
            ...(e.otherwise ? [e.otherwise] : []),
          ]
        : e.kind === 'Cast' || e.kind === 'FieldAccess'
          ? [e.operand]
          : e.kind === 'RowValue' || e.kind === 'ArrayValue' || e.kind === 'MapValue'
            ? e.items
            : e.kind === 'ItemAccess'
              ? [e.operand, e.index]
              : e.kind === 'NamedArgument'
                ? [e.value]
                : [];
  return parts.some((part) => anyPart(part, test));
}

/** All expressions of a kind in one that is evaluated in the same query, the outermost only, in the order they are written. */
export function partsOf(node: unknown, kind: Ast.Expression['kind']): Ast.Expression[] {
  if (typeof node !== 'object' || node === null) return [];
  // What a sequence is called is no column.
  const isSequence = 'name' in node && typeof node.name === 'string' && node.name.endsWith(' VALUE');
  if (isSequence || ('kind' in node && node.kind === 'SubQuery')) return [];
  if ('kind' in node && node.kind === kind) return [node as Ast.Expression];
  return Object.values(node).flatMap((part) => partsOf(part, kind));
}

export const hasAggregate = (e: Ast.Expression): boolean =>
  anyPart(e, (x) => x.kind === 'Call' && isFunctionSyntax(x) && AGGREGATES.has(x.name.toUpperCase()));
/** Whether a SELECT gives a row for each group. */
export const isGrouped = ({ groupBy, having, items }: Ast.Select): boolean =>
  groupBy !== null || having !== null || items.some((item) => hasAggregate(item.expression));

/** The first aggregate, over a window or not, in an expression. */
export function firstAggregate(e: Ast.Expression): Ast.Call | Ast.WindowCall | null {
  let found: Ast.Call | Ast.WindowCall | null = null;
  anyPart(e, (x) => {
    const isAggregate = x.kind === 'Call' && isFunctionSyntax(x) && AGGREGATES.has(x.name.toUpperCase());
    if (x.kind === 'WindowCall' || isAggregate) found = x;
    return found !== null;
  });
  return found;
}
/** What the validator says of it in a clause that has no values of aggregates yet. */
export const illegalIn = ({ kind }: Ast.Call | Ast.WindowCall, clause: string): string =>
  `${kind === 'WindowCall' ? 'Windowed aggregate' : 'Aggregate'} expression is illegal in ${clause} clause`;
export const hasWindow = (e: Ast.Expression): boolean => anyPart(e, (x) => x.kind === 'WindowCall');
export const hasAuxiliary = (e: Ast.Expression): boolean =>
  anyPart(e, (x) => x.kind === 'Call' && WINDOW_AUXILIARY.has(x.name.toUpperCase()));
export const mentionsColumn = (e: Ast.Expression): boolean => anyPart(e, (x) => x.kind === 'ColumnRef');

/** A name without backticks that is a word of SQL as well, such as USER: written back it is that word. */
export const isWord = ({ name, quoted }: Ast.Identifier): boolean =>
  !quoted && CONTEXT_VARIABLES.has(name.toUpperCase());

/** The expression with all names of columns in backticks, as Flink writes expressions back. */
export function withQuotedNames<Node>(node: Node): Node {
  if (Array.isArray(node)) return node.map(withQuotedNames) as Node;
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withQuotedNames(value)]));
  const parts = copy['kind'] === 'ColumnRef' ? (copy['parts'] as Ast.Identifier[]) : null;
  const written = (part: Ast.Identifier): Ast.Identifier =>
    isWord(part) ? { ...part, name: part.name.toUpperCase() } : { ...part, quoted: true };
  return (parts ? { ...copy, parts: parts.map(written) } : copy) as Node;
}

/** The expression with columns of one name replaced by other expressions. */
export function withColumns<Node>(node: Node, replaced: (name: string) => Ast.Expression | undefined): Node {
  if (Array.isArray(node)) return node.map((part) => withColumns(part, replaced)) as Node;
  if (typeof node !== 'object' || node === null) return node;
  const { kind, parts } = node as { readonly kind?: string; readonly parts?: readonly Ast.Identifier[] };
  const other = kind === 'ColumnRef' && parts?.length === 1 ? replaced(parts[0]!.name) : undefined;
  if (other) return other as Node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withColumns(value, replaced)]),
  ) as Node;
}

/** `SELECT * FROM …`. */
export const selectAll = (from: Ast.TableRef, span: Span): Ast.Select => ({
  kind: 'Select',
  distinct: false,
  hints: [],
  items: [{ expression: { kind: 'Star', qualifier: [], span }, alias: null, span }],
  from,
  where: null,
  groupBy: null,
  having: null,
  windows: [],
  qualify: null,
  span,
});

/** The full path of what a statement names. */
export function pathOf(catalog: Catalog, { parts, span }: Ast.Name): ObjectPath {
  if (parts.length > 3)
    throw plainError(
      'parse',
      'long-path',
      'ValidationException',
      'Object identifier must consist of 1 to 3 parts.',
      span,
    );
  return catalog.qualify(parts.map((part) => part.name));
}
