import type { Span } from '../base/span.ts';
import type { CatalogObject } from '../catalog/catalog.ts';
import type { ColumnInfo } from '../engine-api.ts';
import { pathOf } from '../planner/bind/ast-tools.ts';
import type { Token } from '../sql/lexer.ts';
import { columnsOf, type QueryScope, scopeAt, type VisibleCte, type VisibleTable } from './query-scope.ts';
import type { ScriptChecker } from './script-checker.ts';
import { type PlacedPart, placedTokens } from './script-parts.ts';
import { declaredColumns } from './table-elements.ts';
import { isName, isSymbol, isWord, nameOf } from './token-tools.ts';
import type { WatchedSession } from './watched-session.ts';

/** A token of a script, and the world its statement sees. */
export interface TokenUnder {
  readonly placed: PlacedPart;
  /** The statement's tokens without comments, placed in the script. */
  readonly tokens: readonly Token[];
  readonly index: number;
  readonly token: Token;
  readonly session: WatchedSession;
  readonly homes: ReadonlyMap<CatalogObject, number>;
}

/** What a name means. */
export type Named =
  | { readonly kind: 'column'; readonly table: VisibleTable; readonly column: ColumnInfo }
  | { readonly kind: 'declared'; readonly column: ColumnInfo; readonly named: Span }
  | { readonly kind: 'table'; readonly table: VisibleTable }
  | { readonly kind: 'cte'; readonly cte: VisibleCte }
  | { readonly kind: 'object'; readonly object: CatalogObject };

/** The token at a place; a name rather than the symbol beside it. */
export function tokenUnder(checker: ScriptChecker, script: string, offset: number): TokenUnder | null {
  const placed = checker
    .parts(script)
    .parts.find(({ part, start }) => start <= offset && offset <= start + part.text.length);
  if (!placed) return null;
  const tokens = placedTokens(placed);
  const touching = tokens.flatMap((token, i) => (token.start <= offset && offset <= token.end ? [i] : []));
  const index = touching.find((i) => tokens[i]?.kind !== 'symbol') ?? touching[0];
  const token = index === undefined ? undefined : tokens[index];
  if (index === undefined || !token) return null;
  return { placed, tokens, index, token, ...checker.sessionBefore(script, placed.start) };
}

/** What the name under a place stands for; null where it is no name or means nothing. */
export function nameUnder(
  script: string,
  { tokens, index, token, session, placed }: TokenUnder,
): Named | null {
  if (!isName(token)) return null;
  const name = nameOf(token);
  const scope = scopeAt(script, tokens, index, session);
  const table = tableAt(scope, token);
  if (table) return table;
  // Where it is made, a common table expression is not in sight yet.
  const cte = scopeAt(script, tokens, tokens.length, session).ctes.find(
    ({ named }) => named.start === token.start,
  );
  if (cte) return { kind: 'cte', cte };
  const made = madeBy(placed, session, name, tokens, index);
  if (made) return made;
  const declared = declaredColumns(tokens).find((column) => column.name === name);
  if (declared && scope.tables.length === 0) {
    const { token: named } = declared;
    return { kind: 'declared', column: declared, named: { start: named.start, end: named.end } };
  }
  return columnNamed(scope, tokens, index) ?? otherName(scope, session, name, tokens[index - 1]);
}

/** A name in FROM, or the alias behind it. */
function tableAt(scope: QueryScope, token: Token): Named | null {
  const within = ({ start, end }: Span): boolean => start <= token.start && token.end <= end;
  for (const table of scope.tables) {
    const isItself = table.object !== null || table.cte !== null;
    if (within(table.named) || (isItself && within(table.place))) return { kind: 'table', table };
  }
  return null;
}

/** The name behind CREATE TABLE or CREATE VIEW: what the statement makes. */
function madeBy(
  { part }: PlacedPart,
  session: WatchedSession,
  name: string,
  tokens: readonly Token[],
  index: number,
): Named | null {
  const { statement } = part;
  if (statement?.kind !== 'CreateTable' && statement?.kind !== 'CreateView') return null;
  const created = tokens.findIndex((token) => isWord(token, 'TABLE', 'VIEW'));
  const isBehind =
    index > created &&
    tokens
      .slice(created + 1, index)
      .every((token) => isWord(token, 'IF', 'NOT', 'EXISTS') || isSymbol(token, '.') || isName(token));
  if (!isBehind || statement.name.parts.at(-1)?.name !== name) return null;
  const object = objectMade(part, session);
  return object && { kind: 'object', object };
}

/** The object that a CREATE statement makes; null if it is wrong. */
export function objectMade(
  { statement, text }: PlacedPart['part'],
  session: WatchedSession,
): CatalogObject | null {
  if (statement?.kind !== 'CreateTable' && statement?.kind !== 'CreateView') return null;
  try {
    session.execute(statement, { text, offset: 0 });
  } catch {
    // It was made a moment ago, or it is wrong.
  }
  return session.catalog.get(pathOf(session.catalog, statement.name)) ?? null;
}

function columnNamed(scope: QueryScope, tokens: readonly Token[], index: number): Named | null {
  const token = tokens[index];
  const qualifier = isSymbol(tokens[index - 1], '.') ? tokens[index - 2] : undefined;
  if (!token) return null;
  for (const table of scope.tables) {
    if (qualifier && table.name !== nameOf(qualifier)) continue;
    const column = table.columns.find((each) => each.name === nameOf(token));
    if (column) return { kind: 'column', table, column };
  }
  return null;
}

function otherName(
  scope: QueryScope,
  session: WatchedSession,
  name: string,
  before: Token | undefined,
): Named | null {
  const table = scope.tables.find((each) => each.name === name);
  if (table) return { kind: 'table', table };
  const cte = scope.ctes.find((each) => each.name === name);
  if (cte) return { kind: 'cte', cte };
  // A word that merely looks like a table, an alias for instance, is none.
  const isObjectPlace = isWord(
    before,
    'TABLE',
    'VIEW',
    'INTO',
    'OVERWRITE',
    'DESCRIBE',
    'DESC',
    'LIKE',
    'EXISTS',
    'FROM',
    'JOIN',
  );
  const object =
    isObjectPlace || isSymbol(before, '.') ? session.catalog.get(session.catalog.qualify([name])) : undefined;
  return object ? { kind: 'object', object } : null;
}

/** The columns of what a name stands for. */
export function columnsNamed(named: Named): readonly ColumnInfo[] {
  switch (named.kind) {
    case 'table':
      return named.table.columns;
    case 'cte':
      return named.cte.columns;
    case 'object':
      return columnsOf(named.object);
    case 'column':
    case 'declared':
      return [];
  }
}
