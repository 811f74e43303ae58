import type { Span } from '../base/span.ts';
import type { CatalogObject } from '../catalog/catalog.ts';
import type { Definition } from '../engine-api.ts';
import { type Named, nameUnder, type TokenUnder, tokenUnder } from './name-under.ts';
import type { VisibleTable } from './query-scope.ts';
import type { ScriptChecker } from './script-checker.ts';
import { type PlacedPart, placedTokens } from './script-parts.ts';
import { declaredColumns } from './table-elements.ts';

/** Where the table, view, common table expression, alias or column at a place was made. */
export function definition(checker: ScriptChecker, script: string, offset: number): Definition | null {
  const under = tokenUnder(checker, script, offset);
  const named = under && nameUnder(script, under);
  if (!named) return null;
  const origin = { start: under.token.start, end: under.token.end };
  const target = targetOf(named, origin, (object) => statementOf(checker, script, under, object));
  return target && { origin, target };
}

/** The statement that made an object. */
type Maker = PlacedPart;

function statementOf(
  checker: ScriptChecker,
  script: string,
  { homes, placed }: TokenUnder,
  object: CatalogObject,
): Maker {
  const home = homes.get(object);
  return checker.parts(script).parts.find(({ start }) => start === home) ?? placed;
}

function targetOf(named: Named, origin: Span, makerOf: (object: CatalogObject) => Maker): Span | null {
  switch (named.kind) {
    case 'declared':
      return named.named;
    case 'cte':
      return named.cte.named;
    case 'object':
      return nameIn(makerOf(named.object));
    case 'column':
      return columnTarget(named.table, named.column.name, makerOf);
    case 'table':
      return tableTarget(named.table, origin, makerOf);
  }
}

/** From a use of an alias to the alias; from there, and from a name in FROM, to what it stands for. */
function tableTarget(table: VisibleTable, origin: Span, makerOf: (object: CatalogObject) => Maker): Span {
  const isUse = origin.start > table.named.end || origin.end < table.place.start;
  if (isUse) return table.named;
  if (table.object) return nameIn(makerOf(table.object));
  return table.cte?.named ?? table.place;
}

function columnTarget(table: VisibleTable, column: string, makerOf: (object: CatalogObject) => Maker): Span {
  if (!table.object) return table.cte?.named ?? table.named;
  const maker = makerOf(table.object);
  const declared = declaredColumns(placedTokens(maker)).find(({ name }) => name === column)?.token;
  return declared ? { start: declared.start, end: declared.end } : nameIn(maker);
}

/** The name of what a CREATE statement makes. */
function nameIn({ part, start }: Maker): Span {
  const { statement } = part;
  const span =
    statement?.kind === 'CreateTable' || statement?.kind === 'CreateView'
      ? statement.name.span
      : { start: 0, end: 0 };
  return { start: span.start + start, end: span.end + start };
}
