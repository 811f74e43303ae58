import { unreachable } from '../base/assert.ts';
import type {
  ColumnPosition,
  CreateTable,
  Identifier,
  Insert,
  Option,
  Statement,
  StatementSet,
  TableElement,
} from './ast.ts';
import type {
  AlterCatalog,
  AlterMaterializedTable,
  AlterModel,
  AlterTableAction,
  AlterView,
  Analyze,
  CreateFunction,
  CreateMaterializedTable,
  CreateModel,
  Describe,
  Drop,
  OptionKey,
  PartitionSpec,
  Show,
  Update,
} from './ast-statements.ts';
import { identifier, quoted, unparseName, unparseType } from './unparse-name.ts';
import {
  hintComment,
  identifierList,
  list,
  tableRef,
  unparseExpression,
  unparseQuery,
} from './unparse-query.ts';

export { unparseExpression } from './unparse-query.ts';

/** Statements back to text. */

/** The text of a statement, without `;` at its end; parsed again, it gives the same tree but for spans. */
export function unparse(statement: Statement): string {
  return words(statementParts(statement));
}

/** What a statement is made of, in order; empty parts are left out. */
type Parts = readonly string[];

function words(parts: Parts): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** The word if it is said. */
function when(said: boolean, word: string): string {
  return said ? word : '';
}

function statementParts(statement: Statement): Parts {
  switch (statement.kind) {
    case 'QueryStatement':
      return [unparseQuery(statement.query)];
    case 'Insert':
      return insert(statement);
    case 'CreateTable':
      return createTable(statement);
    case 'CreateView': {
      const { orReplace, temporary, ifNotExists, name, columns } = statement;
      const columnList = identifierList(columns.map((column) => column.name)).trim();
      return [
        'CREATE',
        when(orReplace, 'OR REPLACE'),
        when(temporary, 'TEMPORARY'),
        'VIEW',
        notExists(ifNotExists),
        unparseName(name),
        columnList,
        comment(statement.comment),
        'AS',
        unparseQuery(statement.query),
      ];
    }
    case 'SetOption':
      return statement.key === null
        ? ['SET']
        : ['SET', quoted(statement.key), '=', quoted(statement.value ?? '')];
    case 'ResetOption':
      return statement.key === null ? ['RESET'] : ['RESET', quoted(statement.key)];
    case 'Explain':
      return ['EXPLAIN', statement.details.join(', '), explained(statement.statement)];
    case 'StatementSet':
      return [statementSet(statement, 'EXECUTE ')];
    case 'CreateCatalog':
      return [
        'CREATE CATALOG',
        notExists(statement.ifNotExists),
        identifier(statement.name),
        comment(statement.comment),
        withOptions(statement.options),
      ];
    case 'CreateDatabase':
      return [
        'CREATE DATABASE',
        notExists(statement.ifNotExists),
        unparseName(statement.name),
        comment(statement.comment),
        withOptions(statement.options),
      ];
    case 'CreateFunction':
      return createFunction(statement);
    case 'CreateModel':
      return createModel(statement);
    case 'CreateMaterializedTable':
      return createMaterializedTable(statement);
    case 'Drop':
      return drop(statement);
    case 'AlterTable':
      return [
        'ALTER TABLE',
        when(statement.ifExists, 'IF EXISTS'),
        unparseName(statement.name),
        ...alterTableAction(statement.action),
      ];
    case 'AlterView':
      return ['ALTER VIEW', unparseName(statement.name), ...alterViewAction(statement.action)];
    case 'AlterDatabase':
      return ['ALTER DATABASE', unparseName(statement.name), 'SET', options(statement.options)];
    case 'AlterCatalog':
      return ['ALTER CATALOG', identifier(statement.name), ...alterCatalogAction(statement.action)];
    case 'AlterFunction': {
      const { temporary, system, ifExists, name, className, language } = statement;
      return [
        'ALTER',
        when(temporary, 'TEMPORARY'),
        when(system, 'SYSTEM'),
        'FUNCTION',
        when(ifExists, 'IF EXISTS'),
        unparseName(name),
        'AS',
        quoted(className),
        language === null ? '' : `LANGUAGE ${language}`,
      ];
    }
    case 'AlterModel':
      return [
        'ALTER MODEL',
        when(statement.ifExists, 'IF EXISTS'),
        unparseName(statement.name),
        ...alterModelAction(statement.action),
      ];
    case 'AlterMaterializedTable':
      return [
        'ALTER MATERIALIZED TABLE',
        unparseName(statement.name),
        ...alterMaterializedAction(statement.action),
      ];
    case 'Show':
      return show(statement);
    case 'ShowCreate':
      return ['SHOW CREATE', statement.object, unparseName(statement.name)];
    case 'Describe':
      return describe(statement);
    case 'UseDatabase':
      return ['USE', unparseName(statement.name)];
    case 'UseCatalog':
      return ['USE CATALOG', identifier(statement.name)];
    case 'UseModules':
      return ['USE MODULES', statement.modules.map(identifier).join(', ')];
    case 'LoadModule':
      return ['LOAD MODULE', identifier(statement.name), withOptions(statement.options)];
    case 'UnloadModule':
      return ['UNLOAD MODULE', identifier(statement.name)];
    case 'Update':
      return [
        'UPDATE',
        unparseName(statement.table),
        alias(statement.alias),
        'SET',
        assigned(statement.assignments),
        where(statement.where),
      ];
    case 'Merge': {
      const { update, insert } = statement;
      return [
        'MERGE INTO',
        unparseName(statement.table),
        alias(statement.alias),
        `USING ${tableRef(statement.using)} ON ${unparseExpression(statement.on)}`,
        update ? `WHEN MATCHED THEN UPDATE SET ${assigned(update)}` : '',
        insert
          ? `WHEN NOT MATCHED THEN INSERT ${insert.columns ? identifierList(insert.columns) : ''} VALUES (${list(insert.values)})`
          : '',
      ];
    }
    case 'Delete':
      return ['DELETE FROM', unparseName(statement.table), alias(statement.alias), where(statement.where)];
    case 'Truncate':
      return ['TRUNCATE TABLE', unparseName(statement.table)];
    case 'CallProcedure':
      return ['CALL', `${unparseName(statement.name)}(${list(statement.args)})`];
    case 'Analyze':
      return analyze(statement);
    case 'CompilePlan': {
      const { execute, path, ifNotExists, statement: compiled } = statement;
      const target = compiled.kind === 'Insert' ? unparse(compiled) : statementSet(compiled, '');
      return [
        'COMPILE',
        when(execute, 'AND EXECUTE'),
        'PLAN',
        quoted(path),
        notExists(ifNotExists),
        'FOR',
        target,
      ];
    }
    case 'ExecutePlan':
      return ['EXECUTE PLAN', quoted(statement.path)];
    case 'Execute':
      return ['EXECUTE', unparse(statement.statement)];
    case 'AddJar':
      return ['ADD JAR', quoted(statement.path)];
    case 'RemoveJar':
      return ['REMOVE JAR', quoted(statement.path)];
    case 'StopJob':
      return [
        'STOP JOB',
        quoted(statement.job),
        when(statement.withSavepoint, 'WITH SAVEPOINT'),
        when(statement.withDrain, 'WITH DRAIN'),
      ];
    case 'BeginStatementSet':
      return ['BEGIN STATEMENT SET'];
    case 'EndStatementSet':
      return ['END'];
    case 'ClientCommand':
      return [statement.command];
    default:
      return unreachable(statement);
  }
}

// ---------------------------------------------------------------- shared pieces

function notExists(said: boolean): string {
  return when(said, 'IF NOT EXISTS');
}

function comment(text: string | null): string {
  return text === null ? '' : `COMMENT ${quoted(text)}`;
}

function options(all: readonly Option[]): string {
  return `(${all.map(({ key, value }) => `${quoted(key)} = ${quoted(value)}`).join(', ')})`;
}

/** WITH and the options; nothing for none, which the tree does not tell from `WITH ()`. */
function withOptions(all: readonly Option[]): string {
  return all.length === 0 ? '' : `WITH ${options(all)}`;
}

function resetKeys(keys: readonly OptionKey[]): string {
  return `(${keys.map(({ key }) => quoted(key)).join(', ')})`;
}

function partition(spec: PartitionSpec): string {
  if (spec.length === 0) return '';
  return `PARTITION (${spec.map(({ name, value }) => identifier(name) + (value === null ? '' : ` = ${unparseExpression(value)}`)).join(', ')})`;
}

function alias(name: Identifier | null): string {
  return name === null ? '' : `AS ${identifier(name)}`;
}

const assigned = (assignments: Update['assignments']): string =>
  assignments.map(({ column, value }) => `${unparseName(column)} = ${unparseExpression(value)}`).join(', ');

function where(condition: Parameters<typeof unparseExpression>[0] | null): string {
  return condition === null ? '' : `WHERE ${unparseExpression(condition)}`;
}

// ---------------------------------------------------------------- inserts and sets of them

function insert({ upsert, overwrite, table, hints, partition: spec, columns, query }: Insert): Parts {
  const columnList = columns === null ? '' : `(${columns.map(unparseName).join(', ')})`;
  return [
    upsert ? 'UPSERT' : 'INSERT',
    overwrite ? 'OVERWRITE' : 'INTO',
    unparseName(table),
    hints.length === 0 ? '' : hintComment(hints),
    partition(spec),
    columnList,
    unparseQuery(query),
  ];
}

/** `prefix` stands before STATEMENT SET where the set is a statement of its own. */
function statementSet({ inserts, bare }: StatementSet, prefix: string): string {
  const texts = inserts.map((each) => `${unparse(each)}; `).join('');
  return bare ? `BEGIN STATEMENT SET; ${texts}END` : `${prefix}STATEMENT SET BEGIN ${texts}END`;
}

function explained(statement: Statement): string {
  return statement.kind === 'StatementSet' ? statementSet(statement, '') : unparse(statement);
}

// ---------------------------------------------------------------- CREATE and DROP

function createTable(table: CreateTable): Parts {
  return [
    'CREATE',
    when(table.orReplace, 'OR REPLACE'),
    when(table.temporary, 'TEMPORARY'),
    'TABLE',
    notExists(table.ifNotExists),
    unparseName(table.name),
    elementList(table.elements),
    comment(table.comment),
    table.distribution === null ? '' : `DISTRIBUTED ${distribution(table.distribution)}`,
    partitionedBy(table.partitionedBy),
    withOptions(table.options),
    table.like === null ? '' : like(table.like),
    table.query === null ? '' : `AS ${unparseQuery(table.query)}`,
  ];
}

function like({ name, clauses }: NonNullable<CreateTable['like']>): string {
  const text = clauses.map(({ mode, feature }) => `${mode} ${feature}`).join(' ');
  return `LIKE ${unparseName(name)}${text === '' ? '' : ` (${text})`}`;
}

function partitionedBy(columns: readonly Identifier[]): string {
  return columns.length === 0 ? '' : `PARTITIONED BY${identifierList(columns)}`;
}

function distribution({ kind, columns, buckets }: NonNullable<CreateTable['distribution']>): string {
  const into = buckets === null ? '' : `INTO ${buckets} BUCKETS`;
  return columns.length === 0
    ? into
    : words([`BY${kind === null ? '' : ` ${kind}`}${identifierList(columns)}`, into]);
}

function elementList(elements: readonly TableElement[]): string {
  return elements.length === 0 ? '' : `(${elements.map(element).join(', ')})`;
}

function element(column: TableElement): string {
  switch (column.kind) {
    case 'PhysicalColumn':
      return words([
        identifier(column.name),
        unparseType(column.type),
        column.primaryKey === null ? '' : `PRIMARY KEY${enforcement(column.primaryKey.enforced)}`,
        comment(column.comment),
        position(column.position),
      ]);
    case 'MetadataColumn':
      return words([
        identifier(column.name),
        unparseType(column.type),
        'METADATA',
        column.from === null ? '' : `FROM ${quoted(column.from)}`,
        when(column.virtual, 'VIRTUAL'),
        comment(column.comment),
        position(column.position),
      ]);
    case 'ComputedColumn':
      return words([
        identifier(column.name),
        'AS',
        unparseExpression(column.expression),
        comment(column.comment),
        position(column.position),
      ]);
    case 'Watermark':
      return `WATERMARK FOR ${unparseName(column.column)} AS ${unparseExpression(column.expression)}`;
    case 'PrimaryKey':
      return `${column.name === null ? '' : `CONSTRAINT ${identifier(column.name)} `}${column.unique ? 'UNIQUE' : 'PRIMARY KEY'}${identifierList(column.columns)}${enforcement(column.enforced)}`;
    case 'ColumnName':
      return identifier(column.name);
    default:
      return unreachable(column);
  }
}

function enforcement(enforced: boolean | null): string {
  return enforced === null ? '' : enforced ? ' ENFORCED' : ' NOT ENFORCED';
}

function position(place: ColumnPosition | null): string {
  if (place === null) return '';
  return place === 'FIRST' ? place : `AFTER ${identifier(place.after)}`;
}

function createFunction({
  temporary,
  system,
  ifNotExists,
  name,
  className,
  language,
  resources,
  options: all,
}: CreateFunction): Parts {
  const using =
    resources.length === 0 ? '' : `USING ${resources.map(({ path }) => `JAR ${quoted(path)}`).join(', ')}`;
  return [
    'CREATE',
    when(temporary, 'TEMPORARY'),
    when(system, 'SYSTEM'),
    'FUNCTION',
    notExists(ifNotExists),
    unparseName(name),
    'AS',
    quoted(className),
    language === null ? '' : `LANGUAGE ${language}`,
    using,
    withOptions(all),
  ];
}

function createModel(model: CreateModel): Parts {
  const { temporary, ifNotExists, name, input, output, query } = model;
  return [
    'CREATE',
    when(temporary, 'TEMPORARY'),
    'MODEL',
    notExists(ifNotExists),
    unparseName(name),
    input.length === 0 ? '' : `INPUT ${elementList(input)}`,
    output.length === 0 ? '' : `OUTPUT ${elementList(output)}`,
    comment(model.comment),
    withOptions(model.options),
    query === null ? '' : `AS ${unparseQuery(query)}`,
  ];
}

function createMaterializedTable(table: CreateMaterializedTable): Parts {
  const { freshness, refreshMode } = table;
  return [
    'CREATE MATERIALIZED TABLE',
    unparseName(table.name),
    elementList(table.elements),
    comment(table.comment),
    table.distribution === null ? '' : `DISTRIBUTED ${distribution(table.distribution)}`,
    partitionedBy(table.partitionedBy),
    withOptions(table.options),
    freshness === null ? '' : `FRESHNESS = ${unparseExpression(freshness)}`,
    refreshMode === null ? '' : `REFRESH_MODE = ${refreshMode}`,
    'AS',
    unparseQuery(table.query),
  ];
}

function drop({ object, temporary, system, ifExists, name, behavior }: Drop): Parts {
  return [
    'DROP',
    when(temporary, 'TEMPORARY'),
    when(system, 'SYSTEM'),
    object,
    when(ifExists, 'IF EXISTS'),
    unparseName(name),
    behavior ?? '',
  ];
}

// ---------------------------------------------------------------- ALTER

function alterTableAction(action: AlterTableAction): Parts {
  switch (action.kind) {
    case 'Add':
    case 'Modify': {
      const parts = [
        ...action.elements.map(element),
        ...(action.distribution === null ? [] : [`DISTRIBUTION ${distribution(action.distribution)}`]),
      ];
      return [
        action.kind.toUpperCase(),
        action.parenthesised || parts.length > 1 ? `(${parts.join(', ')})` : parts.join(''),
      ];
    }
    case 'AddPartitions':
      return [
        'ADD',
        notExists(action.ifNotExists),
        ...action.partitions.map((each) => words([partition(each.spec), withOptions(each.options)])),
      ];
    case 'DropPartitions':
      return ['DROP', when(action.ifExists, 'IF EXISTS'), action.partitions.map(partition).join(', ')];
    case 'DropColumns': {
      const names = action.columns.map(unparseName).join(', ');
      return ['DROP', action.parenthesised ? `(${names})` : names];
    }
    case 'DropPrimaryKey':
      return ['DROP PRIMARY KEY'];
    case 'DropConstraint':
      return ['DROP CONSTRAINT', identifier(action.constraint)];
    case 'DropWatermark':
      return ['DROP WATERMARK'];
    case 'DropDistribution':
      return ['DROP DISTRIBUTION'];
    case 'Rename':
      return ['RENAME TO', unparseName(action.to)];
    case 'RenameColumn':
      return ['RENAME', unparseName(action.from), 'TO', unparseName(action.to)];
    case 'SetOptions':
      return ['SET', options(action.options)];
    case 'ResetOptions':
      return ['RESET', resetKeys(action.keys)];
    default:
      return unreachable(action);
  }
}

function alterViewAction(action: AlterView['action']): Parts {
  return action.kind === 'As' ? ['AS', unparseQuery(action.query)] : ['RENAME TO', unparseName(action.to)];
}

function alterCatalogAction(action: AlterCatalog['action']): Parts {
  if (action.kind === 'Comment') return [comment(action.comment)];
  return action.kind === 'SetOptions' ? ['SET', options(action.options)] : ['RESET', resetKeys(action.keys)];
}

function alterModelAction(action: AlterModel['action']): Parts {
  if (action.kind === 'Rename') return ['RENAME TO', unparseName(action.to)];
  return action.kind === 'SetOptions' ? ['SET', options(action.options)] : ['RESET', resetKeys(action.keys)];
}

function alterMaterializedAction(action: AlterMaterializedTable['action']): Parts {
  switch (action.kind) {
    case 'Suspend':
      return ['SUSPEND'];
    case 'Resume':
      return ['RESUME', withOptions(action.options)];
    case 'Refresh':
      return ['REFRESH', partition(action.partition)];
    case 'SetOptions':
      return ['SET', options(action.options)];
    case 'ResetOptions':
      return ['RESET', resetKeys(action.keys)];
    case 'SetFreshness':
      return ['SET FRESHNESS =', unparseExpression(action.freshness)];
    case 'SetRefreshMode':
      return ['SET REFRESH_MODE =', action.refreshMode];
    case 'As':
      return ['AS', unparseQuery(action.query)];
    case 'AddDistribution':
      return ['ADD DISTRIBUTION', distribution(action.distribution)];
    case 'ModifyDistribution':
      return ['MODIFY DISTRIBUTION', distribution(action.distribution)];
    case 'DropDistribution':
      return ['DROP DISTRIBUTION'];
    default:
      return unreachable(action);
  }
}

// ---------------------------------------------------------------- SHOW, DESCRIBE, ANALYZE

function show({ what, scope, like: filter, table, partition: spec }: Show): Parts {
  return [
    'SHOW',
    what,
    table === null ? '' : unparseName(table),
    partition(spec),
    scope === null ? '' : `${scope.preposition} ${unparseName(scope.name)}`,
    filter === null ? '' : `${filter.not ? 'NOT ' : ''}${filter.operator} ${quoted(filter.pattern)}`,
  ];
}

function describe({ object, extended, name, job }: Describe): Parts {
  if (job !== null) return ['DESCRIBE JOB', quoted(job)];
  // A table called like a kind of thing (`DESCRIBE catalog`) needs the word TABLE to be one.
  const kind = object === 'TABLE' && extended ? '' : object;
  return ['DESCRIBE', kind, when(extended, 'EXTENDED'), name === null ? '' : unparseName(name)];
}

function analyze({ table, partition: spec, columns }: Analyze): Parts {
  const target =
    columns === null
      ? ''
      : columns === 'ALL'
        ? 'FOR ALL COLUMNS'
        : `FOR COLUMNS ${columns.map(identifier).join(', ')}`;
  return ['ANALYZE TABLE', unparseName(table), partition(spec), 'COMPUTE STATISTICS', target];
}
