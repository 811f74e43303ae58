import type { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import type { Catalog, CatalogTable, TableColumn } from '../../catalog/catalog.ts';
import type { Field } from '../../plan/logical.ts';
import type * as Ast from '../../sql/ast.ts';
import { supportsImplicitCast } from '../../types/implicit-cast.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { regularType } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { typeFromName } from '../../types/type-name.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { keyOf } from './create-table.ts';

/**
 * The columns that CREATE TABLE … AS gives a table: those declared that the query does not have, then the query's, with the types declared for
 * them. Names alone say in which order the query's columns come.
 */
export function tableOfQuery(
  catalog: Catalog,
  node: Ast.CreateTable,
  fields: readonly Field[],
): CatalogTable {
  const declared = new Map<string, LogicalType>();
  for (const element of node.elements) {
    if (element.kind !== 'PhysicalColumn') continue;
    const type = typeFromName(element.type);
    if ('message' in type) throw refused(node, type.message);
    declared.set(element.name.name, type);
  }
  const own = [...declared].filter(([name]) => !fields.some((f) => f.name === name));
  const keys = keyOf(node)?.names.map((key) => key.name) ?? [];
  const missing = own.find(([name, type]) => !type.nullable || keys.includes(name));
  if (missing) throw refused(node, `Column '${missing[0]}' has no default value and does not allow NULLs.`);
  const queried = ordered(node, fields).map(({ name, type: given }, position): [string, LogicalType] => {
    const source = regularType(given);
    const type = declared.get(name) ?? source;
    if (!supportsImplicitCast(source, type))
      throw refused(
        node,
        `Incompatible types for sink column '${name}' at position ${position}. The source column has type '${printType(source)}', while the target column has type '${printType(type)}'.`,
      );
    return [name, type];
  });
  const columns = [...own, ...queried].map(
    ([name, type]): TableColumn => ({
      name,
      kind: 'physical',
      type,
      expression: null,
      written: null,
      isVirtual: false,
    }),
  );
  checkKey(node, columns);
  return {
    kind: 'table',
    path: pathOf(catalog, node.name),
    isTemporary: node.temporary,
    columns,
    primaryKey: [],
    keyName: null,
    partitionKeys: [],
    isDistributed: false,
    watermark: null,
    options: new Map(),
    span: node.span,
  };
}

function ordered(node: Ast.CreateTable, fields: readonly Field[]): readonly Field[] {
  const names = node.elements.flatMap((e) => (e.kind === 'ColumnName' ? [e.name.name] : []));
  if (names.length === 0) return fields;
  if (names.length !== fields.length)
    throw refused(
      node,
      'The number of columns in the column list must match the number of columns in the source schema.',
    );
  return names.map((name) => {
    const field = fields.find((f) => f.name === name);
    if (!field) throw refused(node, `Column '${name}' not found in the source schema. `);
    return field;
  });
}

/** The query's columns are what they are: a key cannot make them NOT NULL. */
function checkKey(node: Ast.CreateTable, columns: readonly TableColumn[]): void {
  const key = node.elements.flatMap((e) => (e.kind === 'PrimaryKey' ? e.columns.map((c) => c.name) : []));
  const nullable = key.find((name) => columns.some((c) => c.name === name && c.type.nullable));
  if (nullable !== undefined)
    throw refused(node, `Invalid primary key 'PK_${key.join('_')}'. Column '${nullable}' is nullable.`);
}

const refused = (node: Ast.CreateTable, words: string): SqlError =>
  plainError('parse', 'create-table-as', 'ValidationException', words, node.span);
