import { SqlError } from '../base/diagnostic.ts';
import { placeOf } from '../base/span.ts';
import { Catalog, type CatalogTable, type ObjectPath, type TableColumn } from '../catalog/catalog.ts';
import type { Rex } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import { unparseExpression } from '../sql/unparse-query.ts';
import { isProctime, isTimestamp, type LogicalType, notNull } from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { typeFromName } from '../types/type-name.ts';
import { withQuotedNames } from './ast-tools.ts';
import { ExpressionBinder } from './bind-expression.ts';
import { stripTime } from './match-sink.ts';
import { plainError, type StatementText, validationError } from './plan-error.ts';
import type { Scope } from './scope.ts';
/**
 * The table of a CREATE TABLE.
 * @param base A table whose columns, key, watermark and options come first (LIKE).
 */
export function bindTable(
  catalog: Catalog,
  node: Ast.CreateTable,
  source: StatementText,
  base: CatalogTable | null,
): CatalogTable {
  const primaryKeys = node.elements.flatMap((e) =>
    e.kind === 'PrimaryKey' && !e.unique
      ? [{ names: e.columns, enforced: e.enforced }]
      : e.kind === 'PhysicalColumn' && e.primaryKey
        ? [{ names: [e.name], enforced: e.primaryKey.enforced }]
        : [],
  );
  if (primaryKeys.length > 1)
    throw plainError(
      'parse',
      'two-keys',
      'SqlValidateException',
      'Duplicate primary key definition',
      node.span,
    );
  const key = primaryKeys[0];
  if (key && key.enforced !== false) {
    throw plainError(
      'parse',
      'key-enforced',
      'SqlValidateException',
      `Flink doesn't support ENFORCED mode for PRIMARY KEY constraint. ENFORCED/NOT ENFORCED controls if the constraint checks are performed on the incoming/outgoing data. Flink does not own the data therefore the only supported mode is the NOT ENFORCED mode`,
      node.span,
      'Write PRIMARY KEY (…) NOT ENFORCED.',
    );
  }
  const keyNames = key?.names.map((n) => n.name) ?? base?.primaryKey ?? [];
  const inherited = base?.columns ?? [];
  const stored: TableColumn[] = inherited
    .filter((c) => c.kind !== 'computed')
    .map((c) => (keyNames.includes(c.name) ? { ...c, type: notNull(c.type) } : c));
  const declared = new Set<string>(inherited.map((c) => c.name));
  for (const e of node.elements) {
    if (e.kind !== 'PhysicalColumn' && e.kind !== 'MetadataColumn' && e.kind !== 'ComputedColumn') continue;
    if (declared.has(e.name.name))
      throw plainError(
        'parse',
        'duplicate-column',
        'ValidationException',
        `A ${e.kind === 'ComputedColumn' ? 'generated' : 'regular'} Column named '${e.name.name}' already exists in the table.`,
        e.name.span,
      );
    declared.add(e.name.name);
    if (e.kind === 'ComputedColumn') continue;
    const type = typeFromName(e.type);
    if ('message' in type) {
      const error = validationError(source, e.type.span, 'unknown-type', type.message);
      throw new SqlError({ ...error.diagnostic, chain: error.diagnostic.chain.slice(1) });
    }
    const isVirtual = e.kind === 'MetadataColumn' && e.virtual;
    stored.push({
      name: e.name.name,
      kind: e.kind === 'MetadataColumn' ? 'metadata' : 'physical',
      type: keyNames.includes(e.name.name) ? notNull(type) : type,
      expression: null,
      isVirtual,
    });
  }
  const storedScope: Scope = { tables: [{ name: null, path: null, fields: stored, offset: 0 }] };
  const binder = new ExpressionBinder(source, storedScope);
  const added = node.elements.flatMap((e): TableColumn[] => {
    if (e.kind === 'PhysicalColumn' || e.kind === 'MetadataColumn')
      return [stored.find((c) => c.name === e.name.name)!];
    if (e.kind !== 'ComputedColumn') return [];
    const expression = inDdl(() => binder.bind(e.expression));
    return [{ name: e.name.name, kind: 'computed', type: expression.type, expression, isVirtual: true }];
  });
  const columns = [...inherited.map((c) => stored.find((s) => s.name === c.name) ?? c), ...added];
  for (const name of key?.names ?? []) {
    if (!columns.some((c) => c.name === name.name)) {
      const at = placeOf(source.text, name.span.start - source.offset);
      throw plainError(
        'parse',
        'key-column-missing',
        'ValidationException',
        `Primary key column '${name.name}' is not defined in the schema at line ${at.line}, column ${at.column}`,
        name.span,
      );
    }
  }
  for (const name of key?.names ?? []) {
    if (columns.find((c) => c.name === name.name)?.kind === 'physical') continue;
    const at = placeOf(source.text, name.span.start - source.offset);
    throw plainError(
      'parse',
      'key-not-physical',
      'ValidationException',
      `Could not create a PRIMARY KEY with column '${name.name}' at line ${at.line}, column ${at.column}.\nA PRIMARY KEY constraint must be declared on physical columns.`,
      name.span,
    );
  }
  const withTime = bindWatermark(node, columns, source, base?.watermark ?? null);
  return {
    kind: 'table',
    path: catalog.qualify(node.name.parts.map((p) => p.name)),
    columns: withTime.columns,
    primaryKey: keyNames,
    watermark: withTime.watermark,
    options: new Map([...(base?.options ?? []), ...node.options.map((o) => [o.key, o.value] as const)]),
    span: node.span,
  };
}

/** The table of a LIKE clause with what its options leave of it: everything, unless told otherwise. */
export function likeBase(
  catalog: Catalog,
  like: NonNullable<Ast.CreateTable['like']>,
  source: StatementText,
): CatalogTable {
  const path = catalog.qualify(like.name.parts.map((p) => p.name));
  const base = catalog.get(path);
  if (base?.kind !== 'table') {
    const at = placeOf(source.text, like.name.span.start - source.offset);
    throw plainError(
      'parse',
      'like-missing',
      'ValidationException',
      `Source table '${quoted(path)}' of the LIKE clause not found in the catalog, at line ${at.line}, column ${at.column}`,
      like.name.span,
    );
  }
  const modeOf = (feature: string): string =>
    like.clauses.findLast((c) => c.feature === feature)?.mode ??
    like.clauses.findLast((c) => c.feature === 'ALL')?.mode ??
    'INCLUDING';
  const isIn = (feature: string): boolean => modeOf(feature) !== 'EXCLUDING';
  const columns = base.columns.filter(
    (c) => c.kind === 'physical' || isIn(c.kind === 'computed' ? 'GENERATED' : 'METADATA'),
  );
  const keepsAll = columns.length === base.columns.length;
  return {
    ...base,
    columns:
      isIn('WATERMARKS') && keepsAll ? columns : columns.map((c) => ({ ...c, type: stripTime(c.type) })),
    primaryKey: isIn('CONSTRAINTS') ? base.primaryKey : [],
    watermark: isIn('WATERMARKS') && keepsAll ? base.watermark : null,
    options: isIn('OPTIONS') ? base.options : new Map(),
  };
}

function bindWatermark(
  node: Ast.CreateTable,
  columns: readonly TableColumn[],
  source: StatementText,
  inherited: CatalogTable['watermark'],
): { columns: readonly TableColumn[]; watermark: CatalogTable['watermark'] } {
  const clause = node.elements.find((e) => e.kind === 'Watermark');
  if (!clause || clause.kind !== 'Watermark') return { columns, watermark: inherited };
  const name = clause.column.parts.map((p) => p.name).join('.');
  const at = columns.findIndex((c) => c.name === name);
  if (at < 0) {
    const place = placeOf(source.text, clause.column.span.start - source.offset);
    throw plainError(
      'parse',
      'rowtime-missing',
      'ValidationException',
      `The rowtime attribute field '${name}' is not defined in the table schema, at line ${place.line}, column ${place.column}\nAvailable fields: [${columns.map((c) => `'${c.name}'`).join(', ')}]`,
      clause.column.span,
    );
  }
  const type: LogicalType = columns[at]!.type;
  const isClock: boolean = isProctime(type);
  if (isClock)
    throw plainError(
      'parse',
      'watermark-on-proctime',
      'ValidationException',
      'A watermark can not be defined for a processing-time attribute.',
      clause.span,
    );
  const refuse = (what: string, t: LogicalType): SqlError =>
    plainError(
      'parse',
      'watermark-type',
      'ValidationException',
      `Invalid data type of ${what} for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the ${what === 'time field' ? 'time field' : 'watermark expression'} type is ${printType(t)}`,
      clause.span,
      'Make it a TIMESTAMP(3) or TIMESTAMP_LTZ(3), or add a computed column that is one.',
    );
  if (!isTimestamp(type) || type.precision > 3) throw refuse('time field', type);
  const binder = new ExpressionBinder(source, {
    tables: [{ name: null, path: null, fields: columns, offset: 0 }],
  });
  const expression = inDdl(() => binder.bind(clause.expression));
  if (!isTimestamp(expression.type) || expression.type.precision > 3)
    throw refuse('expression', expression.type);
  const text = source.text.slice(
    clause.expression.span.start - source.offset,
    clause.expression.span.end - source.offset,
  );
  const rowtime: LogicalType = { ...type, kind: 'ROWTIME' };
  return {
    columns: columns.map((c, i) => (i === at ? { ...c, type: rowtime } : c)),
    watermark: {
      column: at,
      expression,
      text,
      strategy: `\`${columns[at]!.name}\` AS ${unparseExpression(withQuotedNames(clause.expression))}`,
      span: clause.expression.span,
    },
  };
}

/** Names in DDL expressions are refused without the outermost sentence, and as unknown identifiers. */
function inDdl(bind: () => Rex): Rex {
  try {
    return bind();
  } catch (error) {
    if (!(error instanceof SqlError) || error.diagnostic.chain.length < 3) throw error;
    const chain = error.diagnostic.chain
      .slice(1)
      .map((line) => line.replace(/Column '([^']*)' not found in any table.*$/, "Unknown identifier '$1'"));
    throw new SqlError({ ...error.diagnostic, chain });
  }
}

/** `` `cat`.`db`.`t` ``. */
export const quoted = (path: ObjectPath): string => path.map((p) => `\`${p}\``).join('.');
