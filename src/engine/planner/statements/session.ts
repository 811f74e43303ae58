import { SqlError } from '../../base/diagnostic.ts';
import { notYet, plainError, unparsed } from '../../base/refusal.ts';
import { Catalog, type CatalogTable } from '../../catalog/catalog.ts';
import { Config } from '../../catalog/config.ts';
import { openSource } from '../../connectors/connectors.ts';
import type { Field, LogicalNode, LogicalSink } from '../../plan/logical.ts';
import type * as Ast from '../../sql/ast.ts';
import { withoutRowtime } from '../../types/logical-type.ts';
import { pathOf } from '../bind/ast-tools.ts';
import { type BindingContext, bindQuery } from '../bind/bind-query.ts';
import { checkHintOptions, optionsOfHints } from '../bind/join-hints.ts';
import { type TargetColumns, targetColumns } from '../bind/target-columns.ts';
import { isBatch } from '../physical/batch.ts';
import { placeless, type StatementText, validationError } from '../plan-error.ts';
import { checkAnswerless } from './answerless-statements.ts';
import { changeCatalog } from './catalog-statements.ts';
import { bindTable, isFree, keyOf, likeBase, quoted } from './create-table.ts';
import { tableOfQuery } from './create-table-as.ts';
import { createView, viewOf } from './create-view.ts';
import { createMaterializedTable, refuseAlterMaterializedTable } from './materialized-table.ts';

/** A SELECT or INSERT, bound and ready to be planned. */
export interface BoundStatement {
  /** `null` for a SELECT. */
  readonly sink: CatalogTable | null;
  readonly logical: LogicalSink;
  /** The query's own columns, as Flink's resolved schema has them. */
  readonly schema: readonly Field[];
  /** EXPLAIN's details, null where it is to be run. */
  readonly explain: readonly string[] | null;
}

/** A script's catalog and options, and what its statements do to them. */
export class Session {
  readonly catalog: Catalog;
  readonly config: Config;
  /** How many correlations its statements have numbered so far. */
  readonly #mentioned = { count: 0 };

  constructor(config: Iterable<readonly [string, string]> = [], catalog = new Catalog()) {
    this.catalog = catalog;
    this.config = new Config(config);
    const mode = this.config.string('execution.runtime-mode', 'STREAMING').toUpperCase();
    if (mode !== 'STREAMING' && mode !== 'BATCH') {
      throw plainError(
        'statement',
        'runtime-mode',
        'TableException',
        `Unsupported mode '${mode}' for 'execution.runtime-mode'. Only an explicit BATCH or STREAMING mode is supported in Table API.`,
        null,
      );
    }
  }

  /** Carries out one statement; gives the queries and INSERTs that are to be planned. Throws `SqlError`. */
  execute(statement: Ast.Statement, source: StatementText): BoundStatement[] {
    switch (statement.kind) {
      case 'CreateTable':
        return statement.query
          ? this.#createTableAs(statement, statement.query, source, null)
          : (this.#createTable(statement, source), []);
      case 'CreateView':
        createView(statement, this.binding(source));
        return [];
      case 'SetOption':
        if (statement.key !== null && statement.value !== null)
          this.config.set(statement.key, statement.value);
        return [];
      case 'ResetOption':
        this.config.reset(statement.key);
        return [];
      case 'QueryStatement':
        return [this.#select(statement.query, source, null)];
      case 'Insert':
        return [this.#insert(statement, source, null)];
      case 'StatementSet':
        return statement.inserts.map((insert) => this.#insert(insert, source, null, LOOKS_AT_SET));
      case 'Explain':
        return this.#explain(statement, source);
      default:
        return this.#other(statement, source);
    }
  }

  #explain(statement: Ast.Explain, source: StatementText): BoundStatement[] {
    const inner =
      statement.statement.kind === 'Execute' ? statement.statement.statement : statement.statement;
    const { details, span } = statement;
    if (new Set(details).size < details.length)
      throw unparsed(span, 'Duplicate EXPLAIN DETAIL is not allowed.');
    if (inner.kind.startsWith('Create') && !(inner.kind === 'CreateTable' && inner.query))
      throw unparsed(
        span,
        'Unsupported CREATE OR REPLACE statement for EXPLAIN. The statement must define a query using the AS clause (i.e. CTAS/RTAS statements).',
      );
    try {
      if (inner.kind === 'CreateTable' && inner.query) {
        const bound = this.#createTableAs(inner, inner.query, source, details);
        for (const { sink } of bound) this.catalog.remove(sink!.path);
        return bound;
      }
      if (inner.kind === 'QueryStatement') return [this.#select(inner.query, source, details)];
      if (inner.kind === 'Insert') return [this.#insert(inner, source, details)];
      if (inner.kind === 'StatementSet')
        return inner.inserts.map((insert) => this.#insert(insert, source, details, LOOKS_AT_SET));
    } catch (error) {
      if (
        error instanceof SqlError &&
        error.diagnostic.chain[0]?.startsWith('ValidationException: SQL validation failed.')
      ) {
        throw twice(error);
      }
      throw error;
    }
    throw plainError(
      'statement',
      'explain-unsupported',
      'TableException',
      `Unsupported operation: ${inner.kind}`,
      span,
    );
  }

  #other(
    statement: Exclude<
      Ast.Statement,
      {
        kind:
          | 'CreateTable'
          | 'CreateView'
          | 'SetOption'
          | 'ResetOption'
          | 'QueryStatement'
          | 'Insert'
          | 'StatementSet'
          | 'Explain';
      }
    >,
    source: StatementText,
  ): BoundStatement[] {
    switch (statement.kind) {
      case 'Drop':
      case 'UseCatalog':
      case 'UseDatabase':
      case 'CreateCatalog':
      case 'CreateDatabase':
      case 'CreateFunction':
      case 'CreateModel':
      case 'AlterCatalog':
      case 'AlterDatabase':
      case 'AlterFunction':
      case 'AlterModel':
      case 'AlterTable':
      case 'AlterView':
      case 'Delete':
      case 'Update':
      case 'Truncate':
        changeCatalog(this.catalog, statement, {
          isBatch: isBatch(this.config),
          refuseColumn: (name) =>
            validationError(
              source,
              name.span,
              'unknown-target-column',
              `Unknown target column '${name.name}'`,
            ),
          source,
          view: (base, query) => viewOf(base, query, this.binding(source)),
          table: (base, elements) =>
            bindTable(
              this.catalog,
              {
                ...EMPTY_TABLE,
                name: statement.kind === 'AlterTable' ? statement.name : EMPTY_TABLE.name,
                elements,
                span: statement.span,
              },
              source,
              base,
            ),
        });
        return [];
      case 'Execute':
        return this.execute(statement.statement, source);
      case 'Merge':
        throw this.#refuseMerge(statement, source);
      case 'AddJar':
      case 'Analyze':
      case 'ClientCommand':
      case 'Describe':
      case 'ExecutePlan':
      case 'LoadModule':
      case 'RemoveJar':
      case 'Show':
      case 'ShowCreate':
      case 'StopJob':
      case 'UnloadModule':
      case 'UseModules':
        checkAnswerless(this.catalog, statement, (name) => unknownColumn(source, name));
        return [];
      // The statements in between are of one job anyway.
      case 'BeginStatementSet':
      case 'EndStatementSet':
        return [];
      case 'CallProcedure':
        throw noProcedures(statement);
      case 'CreateMaterializedTable':
        createMaterializedTable(statement, this.binding(source));
        return [];
      case 'AlterMaterializedTable':
        throw refuseAlterMaterializedTable(this.catalog, statement, source);
      default:
        throw notYet(`the statement ${statement.kind}`, statement.span, 'statement');
    }
  }

  binding(source: StatementText): BindingContext {
    return {
      catalog: this.catalog,
      source: { ...source, isBounded: isBatch(this.config) },
      isStream: !isBatch(this.config),
      mentioned: this.#mentioned,
      openSource: (table, hints) =>
        openSource(table, hints, {
          cdcDuplicates: this.config.boolean('table.exec.source.cdc-events-duplicate', false),
          isBatch: isBatch(this.config),
        }),
    };
  }

  #select(query: Ast.Query, source: StatementText, explain: readonly string[] | null): BoundStatement {
    const bound = bindQuery(query, this.binding(source));
    return {
      sink: null,
      logical: {
        kind: 'Sink',
        input: bound,
        table: null,
        name: 'result',
        targetColumns: null,
        fields: bound.fields,
      },
      schema: isBatch(this.config)
        ? bound.fields.map((f) => ({ ...f, type: withoutRowtime(f.type) }))
        : bound.fields,
      explain,
    };
  }

  #insert(
    insert: Ast.Insert,
    source: StatementText,
    explain: readonly string[] | null,
    looks = LOOKS_AT_INSERT,
  ): BoundStatement {
    if (insert.upsert)
      throw plainError(
        'parse',
        'upsert-into',
        'ValidationException',
        'UPSERT INTO statement is not supported. Please use INSERT INTO instead.',
        insert.span,
      );
    const path = pathOf(this.catalog, insert.table);
    const declared = this.catalog.get(path);
    for (const hint of insert.hints) checkHintOptions(hint);
    const hinted = optionsOfHints(insert.hints);
    const table =
      declared?.kind === 'table' && hinted.size > 0
        ? { ...declared, options: new Map([...declared.options, ...hinted]) }
        : declared;
    if (table?.kind === 'view')
      throw plainError(
        'plan',
        'view-as-sink',
        'TableException',
        `Sink '${path.join('.')}' does not exists`,
        insert.table.span,
      );
    if (!table) {
      throw plainError(
        'parse',
        'unknown-sink',
        'ValidationException',
        `Cannot find table '${quoted(path)}' in any of the catalogs [${this.catalog.catalogNames().join(', ')}], nor as a temporary table.`,
        insert.table.span,
      );
    }
    const persisted = table.columns.filter((c) => c.kind !== 'computed' && !c.isVirtual);
    const columns = insert.columns?.map((name) => {
      const column = name.parts.at(-1)!;
      const at = persisted.findIndex((c) => c.name === column.name);
      if (at < 0)
        throw validationError(
          source,
          name.span,
          'unknown-target-column',
          `Unknown target column '${column.name}'`,
        );
      return at;
    });
    const twice = insert.columns?.find((column, i) => columns!.indexOf(columns![i]!) < i);
    if (twice)
      throw validationError(
        source,
        twice.span,
        'target-column-twice',
        `Target column '${twice.parts.at(-1)!.name}' is assigned more than once`,
      );
    for (const { name } of insert.partition)
      if (!persisted.some((column) => column.name === name.name))
        throw validationError(
          source,
          name.span,
          'unknown-target-column',
          `Unknown target column '${name.name}'`,
        );
    const target =
      columns &&
      targetColumns(columns, persisted, (isPlain, given) =>
        validationError(
          source,
          insert.query.span,
          'column-count',
          isPlain
            ? 'Number of columns must match number of query columns'
            : `Number of INSERT target columns (${columns.length}) does not equal number of source items (${given})`,
        ),
      );
    const query = this.#insertedQuery(insert.query, source, target ?? null, looks);
    this.#checkAbilities(insert, table);
    const missing = columns && persisted.find((c, i) => !columns.includes(i) && !c.type.nullable);
    if (missing)
      throw placeless(
        'missing-not-null',
        `Column '${missing.name}' has no default value and does not allow NULLs`,
        insert.span,
      );
    const sink: LogicalSink = {
      kind: 'Sink',
      input: query,
      table,
      name: path[2],
      targetColumns: columns ?? null,
      ...(hinted.size > 0 ? { hinted } : {}),
      fields: query.fields,
    };
    return { sink: table, logical: sink, schema: query.fields, explain };
  }

  /** No table here can write partitions or be overwritten. */
  #checkAbilities({ overwrite, partition, span }: Ast.Insert, { path, partitionKeys }: CatalogTable): void {
    const name = path.join('.');
    const refuse = (message: string, exception = 'ValidationException'): Error =>
      plainError('plan', 'sink-ability', exception, message, span);
    if (partitionKeys.length > 0)
      throw refuse(
        `Table '${name}' is a partitioned table, but the underlying DynamicTableSink doesn't implement the SupportsPartitioning interface.`,
        'TableException',
      );
    if (partition[0])
      throw refuse(
        `Static partition column '${partition[0].name.name}' should be in the partition keys list [] for table '${name}'.`,
      );
    if (overwrite)
      throw refuse(
        `INSERT OVERWRITE requires that the underlying DynamicTableSink of table '${name}' implements the SupportsOverwrite interface.`,
      );
  }

  /** MERGE is known to the validator alone. */
  #refuseMerge(
    { table: name, insert, span }: Extract<Ast.Statement, { kind: 'Merge' }>,
    source: StatementText,
  ): Error {
    const table = this.catalog.get(pathOf(this.catalog, name));
    const refuse = (code: string, message: string): Error =>
      validationError(source, name.span, code, message);
    if (table?.kind !== 'table')
      return refuse('unknown-table', `Object '${name.parts.at(-1)!.name}' not found`);
    if (insert) {
      const columns = table.columns.filter((column) => column.kind !== 'computed' && !column.isVirtual);
      const targets = insert.columns?.map((column) => column.name) ?? columns.map((column) => column.name);
      if (targets.length !== insert.values.length)
        return refuse(
          'column-count',
          `Number of INSERT target columns (${targets.length}) does not equal number of source items (${insert.values.length})`,
        );
      const missing = columns.find((column) => !column.type.nullable && !targets.includes(column.name));
      if (missing)
        return refuse(
          'missing-not-null',
          `Column '${missing.name}' has no default value and does not allow NULLs`,
        );
    }
    return plainError('parse', 'merge', 'TableException', `Unsupported query: ${source.text}`, span);
  }

  /** An untyped NULL is met twice in an INSERT, and told with two heads. */
  #insertedQuery(
    query: Ast.Query,
    source: StatementText,
    target: TargetColumns | null,
    looks: number,
  ): LogicalNode {
    try {
      return bindQuery(query, this.binding(source), target, looks);
    } catch (error) {
      throw error instanceof SqlError && error.diagnostic.code === 'untyped-null' ? twice(error) : error;
    }
  }

  #createTable(node: Ast.CreateTable, source: StatementText): void {
    keyOf(node);
    const table = bindTable(
      this.catalog,
      node,
      source,
      node.like ? likeBase(this.catalog, { ...node, like: node.like }, source) : null,
    );
    if (isFree(this.catalog, table.path, node)) this.catalog.put(table);
  }

  /** CREATE TABLE … AS: a table with the query's columns, and an INSERT that fills it. */
  #createTableAs(
    node: Ast.CreateTable,
    query: Ast.Query,
    source: StatementText,
    explain: readonly string[] | null,
  ): BoundStatement[] {
    keyOf(node);
    if (node.temporary)
      throw plainError(
        'parse',
        'temporary-as',
        'SqlValidateException',
        'CREATE TABLE AS SELECT syntax does not support to create temporary table yet.',
        node.span,
      );
    const { fields } = bindQuery(query, this.binding(source));
    const base = tableOfQuery(this.catalog, node, fields);
    const elements = node.elements.filter((e) => e.kind !== 'PhysicalColumn' && e.kind !== 'ColumnName');
    const table = bindTable(this.catalog, { ...node, elements }, source, base);
    if (!isFree(this.catalog, table.path, node)) return [];
    this.catalog.put(table);
    const { span } = node;
    const columns = fields.map(({ name }) => ({ parts: [{ name, quoted: true, span }], span }));
    const bound = this.#insert(
      {
        kind: 'Insert',
        overwrite: false,
        upsert: false,
        table: node.name,
        hints: [],
        partition: [],
        columns: node.elements.length > 0 ? columns : null,
        query,
        span: node.span,
      },
      source,
      explain,
    );
    return [{ ...bound, logical: { ...bound.logical, targetColumns: null } }];
  }
}

const unknownColumn = (source: StatementText, { name, span }: Ast.Identifier): SqlError =>
  validationError(source, span, 'unknown-column', `Column '${name}' not found in any table`);

/** The catalogs that there are know no procedures. */
function noProcedures({ span }: Ast.Statement): SqlError {
  const words =
    'getProcedure is not implemented for class org.apache.flink.table.catalog.GenericInMemoryCatalog.';
  return new SqlError({
    severity: 'error',
    phase: 'parse',
    code: 'no-procedures',
    span,
    chain: [
      `ValidationException: SQL validation failed. SQL validation failed. ${words}`,
      `ValidationException: SQL validation failed. ${words}`,
      `UnsupportedOperationException: ${words}`,
    ],
  });
}

/** How often Flink looks at an INSERT: twice as often as at a query, once in a statement set. */
const LOOKS_AT_INSERT = 4;
const LOOKS_AT_SET = 1;

/** The error as a validation within a validation tells it. */
function twice(error: SqlError): SqlError {
  const [first = '', ...rest] = error.diagnostic.chain;
  return new SqlError({
    ...error.diagnostic,
    chain: [
      first.replace('SQL validation failed.', 'SQL validation failed. SQL validation failed.'),
      first,
      ...rest,
    ],
  });
}

/** What ALTER TABLE's new elements are read as a part of. */
const EMPTY_TABLE: Ast.CreateTable = {
  kind: 'CreateTable',
  temporary: false,
  orReplace: false,
  ifNotExists: false,
  name: { parts: [], span: { start: 0, end: 0 } },
  elements: [],
  comment: null,
  distribution: null,
  partitionedBy: [],
  options: [],
  like: null,
  query: null,
  span: { start: 0, end: 0 },
};
