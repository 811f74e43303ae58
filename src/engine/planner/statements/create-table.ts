import { SqlError } from '../../base/diagnostic.ts';
import { plainError, refuse } from '../../base/refusal.ts';
import { placeOf, type Span } from '../../base/span.ts';
import type { Catalog, CatalogTable, ObjectPath, TableColumn, Written } from '../../catalog/catalog.ts';
import type { Rex } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import { unparseExpression } from '../../sql/unparse-query.ts';
import {
  isProctime,
  isTimestamp,
  type LogicalType,
  notNull,
  regularType,
  type TimestampType,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { typeFromName } from '../../types/type-name.ts';
import { anyPart, isWord, pathOf, withQuotedNames } from '../bind/ast-tools.ts';
import { ExpressionBinder } from '../bind/bind-expression.ts';
import { type StatementText, validationError } from '../plan-error.ts';
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
  const key = keyOf(node);
  if (base && base.primaryKey.length > 0 && key)
    throw refuseDdl(
      node.span,
      'The base table already has a primary key. You might want to specify EXCLUDING CONSTRAINTS.',
    );
  const keyNames = key?.names.map((n) => n.name) ?? base?.primaryKey ?? [];
  const inherited = base?.columns ?? [];
  const replaced = replacedBy(node, inherited);
  checkNames(
    node,
    inherited.filter((c) => !replaced.has(c.name)),
  );
  const stored: TableColumn[] = inherited
    .filter((c) => c.kind !== 'computed' && !replaced.has(c.name))
    .map((c) => (!node.like && keyNames.includes(c.name) ? { ...c, type: notNull(c.type) } : c));
  for (const e of node.elements) {
    if (e.kind !== 'PhysicalColumn' && e.kind !== 'MetadataColumn') continue;
    const type = typeFromName(e.type);
    if ('message' in type) {
      const error = validationError(source, e.type.span, 'unknown-type', type.message);
      throw new SqlError({ ...error.diagnostic, chain: error.diagnostic.chain.slice(1) });
    }
    const [precision, scale] = e.type.name === 'DECIMAL' ? e.type.args : [];
    if (precision !== undefined && scale !== undefined && scale > precision)
      throw refuseDdl(
        e.type.span,
        `Decimal scale must be between 0 and the precision ${precision} (both inclusive).`,
      );
    const isVirtual = e.kind === 'MetadataColumn' && e.virtual;
    stored.push({
      name: e.name.name,
      kind: e.kind === 'MetadataColumn' ? 'metadata' : 'physical',
      type: keyNames.includes(e.name.name) ? notNull(type) : type,
      expression: null,
      written: null,
      isVirtual,
    });
  }
  const added = node.elements.flatMap((e): TableColumn[] => {
    if (e.kind === 'PhysicalColumn' || e.kind === 'MetadataColumn')
      return [stored.find((c) => c.name === e.name.name)!];
    if (e.kind !== 'ComputedColumn') return [];
    const written = { expression: e.expression, text: source.text, offset: source.offset };
    return [computed(e.name.name, written, stored, source)];
  });
  const columns = [
    ...inherited.map((c) => [...stored, ...added].find((s) => s.name === c.name) ?? c),
    ...added.filter((c) => !replaced.has(c.name)),
  ];
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
  for (const name of node.partitionedBy)
    if (!columns.some((c) => c.name === name.name))
      throw refuseDdl(
        name.span,
        `Partition column '${name.name}' not defined in the table schema. Available columns: [${columns.map((c) => `'${c.name}'`).join(', ')}]`,
      );
  checkBuckets(node.distribution, columns);
  const withTime = bindWatermark(node, columns, source, base?.watermark ?? null);
  const nullable = node.like && key && columns.find((c) => keyNames.includes(c.name) && c.type.nullable);
  if (nullable)
    throw refuseDdl(
      node.span,
      `Invalid primary key 'PK_${keyNames.join('_')}'. Column '${nullable.name}' is nullable.`,
    );
  return {
    kind: 'table',
    path: pathOf(catalog, node.name),
    isTemporary: node.temporary,
    columns: withTime.columns,
    primaryKey: keyNames,
    keyName: keyNameOf(node) ?? (key ? `PK_${keyNames.join('_')}` : (base?.keyName ?? null)),
    partitionKeys:
      node.partitionedBy.length > 0 ? node.partitionedBy.map((n) => n.name) : (base?.partitionKeys ?? []),
    isDistributed: node.distribution !== null || base?.isDistributed === true,
    watermark: withTime.watermark,
    options: new Map([...(base?.options ?? []), ...node.options.map((o) => [o.key, o.value] as const)]),
    span: node.span,
  };
}

/** The key that a CREATE TABLE declares; refuses what Flink has no room for, before anything else is looked at. */
export function keyOf(node: Ast.CreateTable): { readonly names: readonly Ast.Identifier[] } | undefined {
  const refused = (code: string, words: string, hint?: string): SqlError =>
    plainError('parse', code, 'SqlValidateException', words, node.span, hint);
  const constraints = node.elements.flatMap((e) =>
    e.kind === 'PrimaryKey'
      ? [{ names: e.columns, enforced: e.enforced, unique: e.unique }]
      : e.kind === 'PhysicalColumn' && e.primaryKey
        ? [{ names: [e.name], enforced: e.primaryKey.enforced, unique: false }]
        : [],
  );
  const keys = constraints.filter((c) => !c.unique);
  if (keys.length > 1) throw refused('two-keys', 'Duplicate primary key definition');
  for (const { unique, enforced } of constraints) {
    if (unique) throw refused('unique-constraint', 'UNIQUE constraint is not supported yet');
    if (enforced !== false)
      throw refused(
        'key-enforced',
        `Flink doesn't support ENFORCED mode for PRIMARY KEY constraint. ENFORCED/NOT ENFORCED controls if the constraint checks are performed on the incoming/outgoing data. Flink does not own the data therefore the only supported mode is the NOT ENFORCED mode`,
        'Write PRIMARY KEY (…) NOT ENFORCED.',
      );
  }
  return keys[0];
}

function checkBuckets(distribution: Ast.CreateTable['distribution'], columns: readonly TableColumn[]): void {
  const physical = columns.filter((c) => c.kind === 'physical').map((c) => c.name);
  const unknown = distribution?.columns.find(({ name }) => !physical.includes(name));
  if (unknown)
    throw refuseDdl(
      unknown.span,
      `Invalid bucket key '${unknown.name}'. A bucket key for a distribution must reference a physical column in the schema. Available columns are: [${physical.join(', ')}]`,
    );
  if (distribution && distribution.buckets !== null && distribution.buckets < 1)
    throw plainError(
      'parse',
      'bucket-count',
      'ValidationException',
      `Invalid bucket count '${distribution.buckets}'. The number of buckets for a distributed table must be at least 1.`,
      null,
    );
}

const keyNameOf = ({ elements }: Ast.CreateTable): string | null =>
  elements.find((e) => e.kind === 'PrimaryKey')?.name?.name ?? null;

/** The columns of the table that this one is like whose places others of their kind and name take (OVERWRITING). */
function replacedBy({ like, elements }: Ast.CreateTable, inherited: readonly TableColumn[]): Set<string> {
  const isOver = (feature: string): boolean =>
    like?.clauses.some((c) => c.mode === 'OVERWRITING' && c.feature === feature) === true;
  const names = (kind: 'ComputedColumn' | 'MetadataColumn'): string[] =>
    elements.flatMap((e) => (e.kind === kind ? [e.name.name] : []));
  const computed = isOver('GENERATED') ? names('ComputedColumn') : [];
  const metadata = isOver('METADATA') ? names('MetadataColumn') : [];
  const isTaken = ({ kind, name }: TableColumn): boolean =>
    (kind === 'computed' && computed.includes(name)) || (kind === 'metadata' && metadata.includes(name));
  return new Set(inherited.filter(isTaken).map((c) => c.name));
}

/** Columns have names of their own, also beside those of the table that this one is like. */
function checkNames(node: Ast.CreateTable, inherited: readonly TableColumn[]): void {
  const known = new Map(inherited.map((c) => [c.name, c.kind]));
  const physical = new Set(inherited.filter((c) => c.kind === 'physical').map((c) => c.name));
  for (const e of node.elements) {
    if (e.kind !== 'PhysicalColumn') continue;
    const { name, span } = e.name;
    if (known.has(name)) throw refuseDdl(span, `A column named '${name}' already exists in the base table.`);
    if (physical.has(name))
      throw refuseDdl(span, `A regular Column named '${name}' already exists in the table.`);
    physical.add(name);
  }
  for (const e of node.elements) {
    if (e.kind !== 'MetadataColumn' && e.kind !== 'ComputedColumn') continue;
    const { name, span } = e.name;
    const isComputed = e.kind === 'ComputedColumn';
    const [kind, feature] = isComputed ? ['Computed', 'GENERATED'] : ['Metadata', 'METADATA'];
    if (physical.has(name))
      throw refuseDdl(
        span,
        `A column named '${name}' already exists in the table. Duplicate columns exist in the ${isComputed ? 'compute' : 'metadata'} column and regular column. `,
      );
    const before = known.get(name);
    if (before !== undefined)
      throw refuseDdl(
        span,
        before === kind.toLowerCase()
          ? `A ${feature.toLowerCase()} column named '${name}' already exists in the base table. You might want to specify EXCLUDING ${feature} or OVERWRITING ${feature}.`
          : `A column named '${name}' already exists in the base table. ${kind} columns can only overwrite other ${kind.toLowerCase()} columns.`,
      );
    known.set(name, isComputed ? 'computed' : 'metadata');
  }
}

function computed(
  name: string,
  written: Written,
  stored: readonly TableColumn[],
  { onBound }: Pick<StatementText, 'onBound'> = {},
): TableColumn {
  const binder = new ExpressionBinder(
    { ...written, ...(onBound ? { onBound } : {}) },
    { tables: [{ name: null, path: null, fields: stored, offset: 0 }] },
  );
  const expression = inDdl(() => binder.bind(written.expression));
  if (expression.type.root === 'NULL') {
    const words =
      'The null type is reserved for representing untyped NULL literals. It should not be used in constructed types. Please cast NULL literals to a more explicit type.';
    throw refuse(
      written.expression.span,
      [`ValidationException: SQL validation failed. ${words}`, `ValidationException: ${words}`],
      'parse',
    );
  }
  refuseWords(written, `computed column '${name}'`);
  return { name, kind: 'computed', type: expression.type, expression, written, isVirtual: true };
}

/** A table's expressions are read once more as they are written back, where a column that is called like a word of SQL is that word. */
function refuseWords({ expression }: Written, what: string): void {
  const words = new Set<string>();
  anyPart(expression, (e) => {
    if (e.kind === 'ColumnRef' && e.parts.length === 1 && isWord(e.parts[0]!)) words.add(e.parts[0]!.name);
    return false;
  });
  const word = [...words].find((name) => name !== name.toUpperCase())?.toUpperCase();
  if (word === undefined) return;
  const text = unparseExpression(withQuotedNames(expression)).replaceAll(`\`${word}\``, word);
  const at = text.search(new RegExp(`\\b${word}\\b`)) + 1;
  const unknown = `Unknown identifier '${word}'`;
  throw refuse(
    expression.span,
    [
      `ValidationException: Invalid expression for ${what.replace('?', text)}.`,
      `ValidationException: Invalid SQL expression: ${text}`,
      `CalciteContextException: From line 1, column ${at} to line 1, column ${at + word.length - 1}: ${unknown}`,
      `SqlValidatorException: ${unknown}`,
    ],
    'parse',
  );
}

/** The table with its computed columns and its watermark bound to its columns as they are now. */
export function rebound(table: CatalogTable): CatalogTable {
  const plain = table.columns.map((c) => ({ ...c, type: regularType(c.type) }));
  const stored = plain.filter((c) => c.kind !== 'computed');
  const columns = plain.map((c) => (c.written ? computed(c.name, c.written, stored) : c));
  const { watermark } = table;
  if (!watermark) return { ...table, columns };
  const { name } = table.columns[watermark.column]!;
  checkTime('time field', columns.find((c) => c.name === name)!.type, watermark.span);
  return { ...table, ...watermarked(columns, name, watermark.written, watermark.span) };
}

/** The table of a LIKE clause with what its options leave of it: everything, unless told otherwise. */
export function likeBase(
  catalog: Catalog,
  { like, options }: Pick<Ast.CreateTable, 'options'> & { like: NonNullable<Ast.CreateTable['like']> },
  source: StatementText,
): CatalogTable {
  checkClauses(like);
  const path = pathOf(catalog, like.name);
  const base = catalog.get(path);
  if (base?.kind !== 'table') {
    const problem = base ? 'can not be a VIEW' : 'not found in the catalog';
    const at = placeOf(source.text, like.name.span.start - source.offset);
    throw plainError(
      'parse',
      'like-missing',
      'ValidationException',
      `Source table '${quoted(path)}' of the LIKE clause ${problem}, at line ${at.line}, column ${at.column}`,
      like.name.span,
    );
  }
  const modeOf = (feature: string): string =>
    like.clauses.findLast((c) => c.feature === feature)?.mode ??
    like.clauses.findLast((c) => c.feature === 'ALL')?.mode ??
    'INCLUDING';
  const isIn = (feature: string): boolean => modeOf(feature) !== 'EXCLUDING';
  const keepsOptions = like.clauses.some(
    ({ mode, feature }) => mode === 'INCLUDING' && (feature === 'OPTIONS' || feature === 'ALL'),
  );
  const again = keepsOptions && options.find(({ key }) => base.options.has(key));
  if (again)
    throw refuseDdl(
      like.name.span,
      `There already exists an option ['${again.key}' -> '${base.options.get(again.key)}']  in the base table. You might want to specify EXCLUDING OPTIONS or OVERWRITING OPTIONS.`,
    );
  const columns = base.columns.filter(
    (c) => c.kind === 'physical' || isIn(c.kind === 'computed' ? 'GENERATED' : 'METADATA'),
  );
  const keepsAll = columns.length === base.columns.length;
  return {
    ...base,
    columns:
      isIn('WATERMARKS') && keepsAll ? columns : columns.map((c) => ({ ...c, type: regularType(c.type) })),
    primaryKey: isIn('CONSTRAINTS') ? base.primaryKey : [],
    watermark: isIn('WATERMARKS') && keepsAll ? base.watermark : null,
    options: isIn('OPTIONS') ? base.options : new Map(),
  };
}

const NEVER_OVERWRITTEN: ReadonlySet<string> = new Set(['ALL', 'PARTITIONS', 'CONSTRAINTS', 'DISTRIBUTION']);

function checkClauses({ clauses, name }: NonNullable<Ast.CreateTable['like']>): void {
  const refuse = (words: string): SqlError =>
    plainError('parse', 'like-clause', 'SqlValidateException', words, name.span);
  if (new Set(clauses.map(({ feature }) => feature)).size < clauses.length)
    throw refuse('Each like option feature can be declared only once.');
  const wrong = clauses.find(({ mode, feature }) => mode === 'OVERWRITING' && NEVER_OVERWRITTEN.has(feature));
  if (wrong) throw refuse(`Illegal merging strategy '${wrong.mode}' for '${wrong.feature}' option.`);
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
  const isOverwriting = node.like?.clauses.some(
    (c) => c.mode === 'OVERWRITING' && c.feature === 'WATERMARKS',
  );
  if (node.like && inherited && columns[inherited.column]?.name === name && !isOverwriting)
    throw refuseDdl(
      clause.span,
      `There already exists a watermark spec for column '${name}' in the base table. You might want to specify EXCLUDING WATERMARKS or OVERWRITING WATERMARKS.`,
    );
  const written = { expression: clause.expression, text: source.text, offset: source.offset };
  return watermarked(columns, name, written, clause.span, source);
}

/** Watermarks are of timestamps with up to three digits, and are such. */
function checkTime(
  what: 'time field' | 'expression',
  type: LogicalType,
  span: Span,
): asserts type is TimestampType {
  if (isTimestamp(type) && type.precision <= 3) return;
  throw plainError(
    'parse',
    'watermark-type',
    'ValidationException',
    `Invalid data type of ${what} for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the ${what === 'time field' ? what : 'watermark expression'} type is ${printType(type)}`,
    span,
    'Make it a TIMESTAMP(3) or TIMESTAMP_LTZ(3), or add a computed column that is one.',
  );
}

/** Columns of which one is the event time, and how its watermark is made. */
function watermarked(
  columns: readonly TableColumn[],
  name: string,
  written: Written,
  span: Span,
  { onBound }: Pick<StatementText, 'onBound'> = {},
): { columns: readonly TableColumn[]; watermark: NonNullable<CatalogTable['watermark']> } {
  const at = columns.findIndex((c) => c.name === name);
  const type: LogicalType = regularType(columns[at]!.type);
  if (isProctime(columns[at]!.type))
    throw refuseDdl(span, 'A watermark can not be defined for a processing-time attribute.');
  const binder = new ExpressionBinder(
    { ...written, ...(onBound ? { onBound } : {}) },
    { tables: [{ name: null, path: null, fields: columns, offset: 0 }] },
  );
  const expression = inDdl(() => binder.bind(written.expression));
  checkTime('time field', type, span);
  checkTime('expression', expression.type, span);
  refuseWords(written, `watermark 'WATERMARK FOR \`${name}\` AS [?]'`);
  const { start, end } = written.expression.span;
  const rowtime: LogicalType = { ...type, kind: 'ROWTIME' };
  return {
    columns: columns.map((c, i) => (i === at ? { ...c, type: rowtime } : c)),
    watermark: {
      column: at,
      expression,
      written,
      text: written.text.slice(start - written.offset, end - written.offset),
      strategy: `\`${columns[at]!.name}\` AS ${unparseExpression(withQuotedNames(written.expression))}`,
      span: written.expression.span,
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
      .map((line) =>
        line.replace(/(?:Column|Table) '([^']*)' not found(?: in any table.*)?$/, "Unknown identifier '$1'"),
      );
    throw new SqlError({ ...error.diagnostic, chain });
  }
}

/** Whether an object may be made there; not when there is one already and that is fine. Throws `SqlError` where it is not. */
export function isFree(
  catalog: Catalog,
  path: ObjectPath,
  { temporary, ifNotExists, name: { span } }: Pick<Ast.CreateTable, 'temporary' | 'ifNotExists' | 'name'>,
): boolean {
  const [inCatalog, database, name] = path;
  const there = temporary ? catalog.getTemporary(path) : catalog.getPermanent(path);
  if (there && ifNotExists) return false;
  if (temporary) {
    if (there) throw refuse(span, [`ValidationException: Temporary table '${quoted(path)}' already exists`]);
    return true;
  }
  if (!catalog.hasCatalog(inCatalog))
    throw refuse(span, [`ValidationException: Catalog ${inCatalog} does not exist.`]);
  const unable = `ValidationException: Could not execute CreateTable in path ${quoted(path)}`;
  if (!catalog.hasDatabase(inCatalog, database))
    throw refuse(span, [
      unable,
      `DatabaseNotExistException: Database ${database} does not exist in Catalog ${inCatalog}.`,
    ]);
  if (there)
    throw refuse(span, [
      unable,
      `TableAlreadyExistException: Table (or view) ${database}.${name} already exists in Catalog ${inCatalog}.`,
    ]);
  return true;
}

const refuseDdl = (span: Span, words: string): SqlError =>
  refuse(span, [`ValidationException: ${words}`], 'parse');

/** `` `cat`.`db`.`t` ``. */
export const quoted = (path: ObjectPath): string => path.map((p) => `\`${p}\``).join('.');
