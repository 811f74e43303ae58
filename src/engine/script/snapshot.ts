import type { CatalogTable } from '../catalog/catalog.ts';
import { sourceKinds } from '../connectors/connectors.ts';
import type { InputEvent } from '../engine-api.ts';
import { parseScript } from '../sql/read-sql.ts';

/** A script and its inputs as batch mode can read them. */
export interface Snapshot {
  readonly script: string;
  readonly inputs: readonly InputEvent[];
}

/**
 * Batch mode reads insert-only tables alone. A table whose changelog has deletes or updates is read as what stands in it after all its inputs: the script says
 * that it is insert-only, and its inputs are the rows that are left.
 */
export function snapshotOf(
  script: string,
  inputs: readonly InputEvent[],
  read: readonly CatalogTable[],
): Snapshot {
  const changing = read.filter((table) => [...sourceKinds(table)].some((kind) => kind !== '+I'));
  if (changing.length === 0) return { script, inputs };
  const names = new Map(changing.map((table) => [table.path[2], table]));
  const standing = new Map<string, InputEvent>();
  let others = 0;
  for (const event of inputs) {
    if (event.closes) continue;
    const table = names.get(event.table);
    if (!table) {
      standing.set(`input ${others++}`, event);
      continue;
    }
    const { kind = '+I', row } = event;
    const columns = table.primaryKey.length > 0 ? table.primaryKey : Object.keys(row).toSorted();
    let id = JSON.stringify([event.table, ...columns.map((column) => row[column] ?? null)]);
    if (kind === '-U' || kind === '-D') {
      while (standing.has(`${id}'`)) id += "'";
      standing.delete(id);
      continue;
    }
    // Without a key, equal rows stand beside each other.
    while (table.primaryKey.length === 0 && standing.has(id)) id += "'";
    standing.set(id, { table: event.table, row, atMs: event.atMs });
  }
  return {
    script: readAsInserts(script, names),
    inputs: [...standing.values()].toSorted((a, b) => a.atMs - b.atMs),
  };
}

const CHANGELOG_MODE = /('changelog-mode'\s*=\s*)'[^']*'/i;

function readAsInserts(script: string, tables: ReadonlyMap<string, CatalogTable>): string {
  return parseScript(script)
    .parts.toReversed()
    .reduce((text, { span, statement }) => {
      if (statement?.kind !== 'CreateTable' || !tables.has(statement.name.parts.at(-1)?.name ?? ''))
        return text;
      const changed = text.slice(span.start, span.end).replace(CHANGELOG_MODE, "$1'I'");
      return text.slice(0, span.start) + changed + text.slice(span.end);
    }, script);
}
