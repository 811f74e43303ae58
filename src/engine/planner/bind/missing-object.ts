import { plainError } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { type Catalog } from '../../catalog/catalog.ts';
import { type StatementText, validationError } from '../plan-error.ts';

/** How far a name leads: to a catalog, a database or a table, and what of it is left then. */
interface Found {
  readonly path: readonly string[];
  readonly rest: readonly string[];
}

/** What Flink says of a name that nothing has: which of its parts is not there, and which is, were it written in another case. */
export function missingObject(
  catalog: Catalog,
  parts: readonly string[],
  source: StatementText,
  span: Span,
): Error {
  const missing = (name: string, within: readonly string[], meant?: string): Error => {
    const place = within.length > 0 ? ` within '${within.join('.')}'` : '';
    const hint = meant === undefined ? '' : `; did you mean '${meant}'?`;
    return validationError(source, span, 'unknown-table', `Object '${name}' not found${place}${hint}`);
  };
  const exact = only(follow(catalog, parts, (names, name) => names.find((n) => n === name)));
  const loose = only(follow(catalog, parts, inAnyCase));
  if (!loose) return missing(parts[0]!, []);
  const { path, rest } = loose;
  if (exact && rest.length > 0) return missing(rest[0]!, path);
  const at = exact?.path.length ?? 0;
  const meant = at + path.length + rest.length - parts.length;
  // Calcite counts the catalog twice where a name has its database alone in front.
  if (meant >= path.length)
    return plainError(
      'parse',
      'unknown-table',
      'ArrayIndexOutOfBoundsException',
      `Index ${meant} out of bounds for length ${path.length}`,
      span,
    );
  return missing(parts[at]!, path.slice(0, meant), path[meant]);
}

const only = (found: readonly Found[]): Found | undefined => (found.length === 1 ? found[0] : undefined);

/** Where a name leads to behind the current catalog and database, behind the catalog, and alone. */
function follow(
  catalog: Catalog,
  parts: readonly string[],
  find: (names: readonly string[], name: string) => string | undefined,
): readonly Found[] {
  const { currentCatalog, currentDatabase } = catalog;
  const found: Found[] = [];
  for (const prefix of [[currentCatalog, currentDatabase], [currentCatalog], []]) {
    const names = [...prefix, ...parts];
    const path: string[] = [];
    for (const name of names) {
      const known = find(catalog.namesIn(path), name);
      if (known === undefined) break;
      path.push(known);
    }
    const rest = names.slice(path.length);
    const isTable = path.length === 3;
    if (isTable && rest.length === 0) return [{ path, rest }];
    if (isTable || (rest.length > 0 && path.length > prefix.length)) found.push({ path, rest });
  }
  return found;
}

/** A name as it is, in capitals, in small letters, or else in any mixture of them. */
function inAnyCase(names: readonly string[], name: string): string | undefined {
  return (
    [name, name.toUpperCase(), name.toLowerCase()].find((n) => names.includes(n)) ??
    names.find((n) => n.toLowerCase() === name.toLowerCase())
  );
}
