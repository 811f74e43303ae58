import { SqlError } from '../base/diagnostic.ts';
import { placeOf } from '../base/span.ts';
import {
  Catalog,
  type CatalogTable,
  type CatalogView,
  type ObjectPath,
  type TableColumn,
} from '../catalog/catalog.ts';
import { Config } from '../catalog/config.ts';
import { openSink, openSource } from '../connectors/connectors.ts';
import type { Field, LogicalNode, LogicalSink } from '../plan/logical.ts';
import { call, literal, type Rex, ref } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import { supportsImplicitCast } from '../types/implicit-cast.ts';
import {
  isCharacter,
  isProctime,
  isRowtime,
  isTimestamp,
  type LogicalType,
  notNull,
  withNullable,
} from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { typeFromName } from '../types/type-name.ts';
import { isBatch } from './batch.ts';
import { ExpressionBinder } from './bind-expression.ts';
import { type BindingContext, bindQuery } from './bind-query.ts';
import { changeCatalog } from './catalog-statements.ts';
import { notYet, plainError, type StatementText, validationError } from './plan-error.ts';
import { uniquify } from './relation-tools.ts';
import type { Scope } from './scope.ts';

/** In batch mode an event time is an ordinary timestamp. */
const withoutRowtime = (f: Field): Field =>
  isRowtime(f.type) ? { ...f, type: { ...f.type, kind: 'REGULAR' } } : f;

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
          ? this.#createTableAs(statement, statement.query, source)
          : (this.#createTable(statement, source), []);
      case 'CreateView':
        this.#createView(statement, source);
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
        return statement.inserts.map((insert) => this.#insert(insert, source, null));
      case 'Explain':
        return this.#explain(statement, source);
      default:
        return this.#other(statement, source);
    }
  }

  #explain(statement: Ast.Explain, source: StatementText): BoundStatement[] {
    const inner = statement.statement;
    try {
      if (inner.kind === 'QueryStatement') return [this.#select(inner.query, source, statement.details)];
      if (inner.kind === 'Insert') return [this.#insert(inner, source, statement.details)];
      if (inner.kind === 'StatementSet')
        return inner.inserts.map((insert) => this.#insert(insert, source, statement.details));
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
      statement.span,
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
      case 'AlterTable':
      case 'AlterView':
      case 'Delete':
      case 'Update':
      case 'Truncate':
        changeCatalog(this.catalog, statement, (base, elements) =>
          this.#bindTable(
            {
              ...EMPTY_TABLE,
              name: statement.kind === 'AlterTable' ? statement.name : EMPTY_TABLE.name,
              elements,
              span: statement.span,
            },
            source,
            base,
          ),
        );
        return [];
      case 'Execute':
        return this.execute(statement.statement, source);
      // What they answer is text about the catalog, which a run has no place for.
      case 'Show':
      case 'ShowCreate':
      case 'Describe':
      // The statements in between are of one job anyway.
      case 'BeginStatementSet':
      case 'EndStatementSet':
        return [];
      default:
        throw notYet(`the statement ${statement.kind}`, statement.span, 'statement');
    }
  }

  binding(source: StatementText): BindingContext {
    return {
      catalog: this.catalog,
      source,
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
      schema: isBatch(this.config) ? bound.fields.map(withoutRowtime) : bound.fields,
      explain,
    };
  }

  // -------------------------------------------------------------- INSERT

  #insert(insert: Ast.Insert, source: StatementText, explain: readonly string[] | null): BoundStatement {
    if (insert.upsert)
      throw plainError(
        'parse',
        'upsert-into',
        'ValidationException',
        'UPSERT INTO statement is not supported. Please use INSERT INTO instead.',
        insert.span,
      );
    const path = this.catalog.qualify(insert.table.parts.map((p) => p.name));
    const table = this.catalog.get(path);
    if (!table || table.kind !== 'table') {
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
    const query = this.#insertedQuery(insert.query, source);
    if (columns && query.fields.length !== columns.length) {
      throw validationError(
        source,
        insert.query.span,
        'column-count',
        `Number of INSERT target columns (${columns.length}) does not equal number of source items (${query.fields.length})`,
      );
    }
    const missing = columns && persisted.find((c, i) => !columns.includes(i) && !c.type.nullable);
    if (missing) {
      const message = `Column '${missing.name}' has no default value and does not allow NULLs`;
      throw new SqlError({
        severity: 'error',
        phase: 'parse',
        code: 'missing-not-null',
        span: insert.span,
        chain: [
          `ValidationException: SQL validation failed. At line 0, column 0: ${message}`,
          `CalciteContextException: At line 0, column 0: ${message}`,
          `SqlValidatorException: ${message}`,
        ],
      });
    }
    const arranged = columns ? arrange(query, columns, persisted) : query;
    const sink: LogicalSink = {
      kind: 'Sink',
      input: arranged,
      table,
      name: path[2],
      targetColumns: columns ?? null,
      fields: arranged.fields,
    };
    return { sink: table, logical: sink, schema: query.fields, explain };
  }

  /** An untyped NULL is met twice in an INSERT, and told with two heads. */
  #insertedQuery(query: Ast.Query, source: StatementText): LogicalNode {
    try {
      return bindQuery(query, this.binding(source));
    } catch (error) {
      throw error instanceof SqlError && error.diagnostic.code === 'untyped-null' ? twice(error) : error;
    }
  }

  // -------------------------------------------------------------- CREATE

  #createTable(node: Ast.CreateTable, source: StatementText): void {
    const table = this.#bindTable(node, source, node.like ? this.#likeBase(node.like, source) : null);
    if (this.catalog.get(table.path)) {
      if (node.ifNotExists) return;
      if (node.temporary)
        throw plainError(
          'statement',
          'table-exists',
          'ValidationException',
          `Temporary table '${quoted(table.path)}' already exists`,
          node.name.span,
        );
      throw new SqlError({
        severity: 'error',
        phase: 'statement',
        code: 'table-exists',
        span: node.name.span,
        chain: [
          `ValidationException: Could not execute CreateTable in path ${quoted(table.path)}`,
          `TableAlreadyExistException: Table (or view) ${table.path[1]}.${table.path[2]} already exists in Catalog ${table.path[0]}.`,
        ],
      });
    }
    this.catalog.put(table);
  }

  /** CREATE TABLE … AS: a table with the query's columns, and an INSERT that fills it. */
  #createTableAs(node: Ast.CreateTable, query: Ast.Query, source: StatementText): BoundStatement[] {
    if (node.elements.length > 0)
      throw notYet('CREATE TABLE (…) AS with columns of its own', node.span, 'statement');
    const bound = bindQuery(query, this.binding(source));
    const path = this.catalog.qualify(node.name.parts.map((p) => p.name));
    const columns = bound.fields.map(
      (f): TableColumn => ({
        name: f.name,
        kind: 'physical',
        type: stripTime(f.type),
        expression: null,
        isVirtual: false,
      }),
    );
    this.catalog.put({
      kind: 'table',
      path,
      columns,
      primaryKey: [],
      watermark: null,
      options: new Map(node.options.map((o) => [o.key, o.value])),
      span: node.span,
    });
    return [
      this.#insert(
        {
          kind: 'Insert',
          overwrite: false,
          upsert: false,
          table: node.name,
          hints: [],
          partition: [],
          columns: null,
          query,
          span: node.span,
        } as unknown as Ast.Insert,
        source,
        null,
      ),
    ];
  }

  /** The table of a LIKE clause with what its options leave of it: everything, unless told otherwise. */
  #likeBase(like: NonNullable<Ast.CreateTable['like']>, source: StatementText): CatalogTable {
    const path = this.catalog.qualify(like.name.parts.map((p) => p.name));
    const base = this.catalog.get(path);
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

  /** @param base A table whose columns, key, watermark and options come first. */
  #bindTable(node: Ast.CreateTable, source: StatementText, base: CatalogTable | null): CatalogTable {
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
      const expression = this.#inDdl(() => binder.bind(e.expression));
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
    const withTime = this.#watermark(node, columns, source, base?.watermark ?? null);
    return {
      kind: 'table',
      path: this.catalog.qualify(node.name.parts.map((p) => p.name)),
      columns: withTime.columns,
      primaryKey: keyNames,
      watermark: withTime.watermark,
      options: new Map([...(base?.options ?? []), ...node.options.map((o) => [o.key, o.value] as const)]),
      span: node.span,
    };
  }

  #watermark(
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
    const expression = this.#inDdl(() => binder.bind(clause.expression));
    if (!isTimestamp(expression.type) || expression.type.precision > 3)
      throw refuse('expression', expression.type);
    const text = source.text.slice(
      clause.expression.span.start - source.offset,
      clause.expression.span.end - source.offset,
    );
    const rowtime: LogicalType = { ...type, kind: 'ROWTIME' };
    return {
      columns: columns.map((c, i) => (i === at ? { ...c, type: rowtime } : c)),
      watermark: { column: at, expression, text, span: clause.expression.span },
    };
  }

  /** Names in DDL expressions are refused without the outermost sentence, and as unknown identifiers. */
  #inDdl(bind: () => Rex): Rex {
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

  #createView(node: Ast.CreateView, source: StatementText): void {
    const path = this.catalog.qualify(node.name.parts.map((p) => p.name));
    let bound: LogicalNode;
    try {
      bound = bindQuery(node.query, this.binding(source));
    } catch (error) {
      if (error instanceof SqlError && error.diagnostic.chain[1]?.startsWith('CalciteContextException'))
        throw new SqlError({ ...error.diagnostic, chain: error.diagnostic.chain.slice(1) });
      throw error;
    }
    if (this.catalog.get(path)) {
      if (node.ifNotExists) return;
      if (node.temporary)
        throw plainError(
          'statement',
          'view-exists',
          'ValidationException',
          `Temporary table '${quoted(path)}' already exists`,
          node.name.span,
        );
      throw new SqlError({
        severity: 'error',
        phase: 'statement',
        code: 'view-exists',
        span: node.name.span,
        chain: [
          `ValidationException: Could not execute CreateTable in path ${quoted(path)}`,
          `TableAlreadyExistException: Table (or view) ${path[1]}.${path[2]} already exists in Catalog ${path[0]}.`,
        ],
      });
    }
    if (node.columns.length > 0 && node.columns.length !== bound.fields.length) {
      throw plainError(
        'parse',
        'column-count',
        'ValidationException',
        `VIEW definition and input fields not match:\n\tDef fields: [${node.columns.map((c) => c.name.name).join(', ')}].\n\tInput fields: [${bound.fields.map((f) => f.name).join(', ')}].`,
        node.span,
      );
    }
    const columns = bound.fields.map((f, i) => ({
      name: node.columns[i]?.name.name ?? f.name,
      type: f.type,
    }));
    const view: CatalogView = {
      kind: 'view',
      path,
      columns,
      query: node.query,
      text: ' '.repeat(source.offset) + source.text,
      span: node.span,
    };
    this.catalog.put(view);
  }
}

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

/** `` `cat`.`db`.`t` ``. */
export const quoted = (path: ObjectPath): string => path.map((p) => `\`${p}\``).join('.');

/** A partial INSERT's columns in the table's order, NULL where none was given. */
function arrange(
  query: LogicalNode,
  columns: readonly number[],
  persisted: readonly TableColumn[],
): LogicalNode {
  const exprs = persisted.map((c, i): Rex => {
    const at = columns.indexOf(i);
    return at < 0 ? literal(null, withNullable(c.type, true)) : ref(at, query.fields[at]!.type);
  });
  const names = uniquify(
    persisted.map((c, i) => (columns.includes(i) ? query.fields[columns.indexOf(i)]!.name : c.name)),
  );
  return {
    kind: 'Project',
    input: query,
    exprs,
    fields: exprs.map((e, i) => ({ name: names[i]!, type: e.type })),
  };
}

/** Casts a query's columns to its sink's types, or refuses in Flink's words. Done when the plan is translated, after validation. */
/** Text goes into a longer or equally long VARCHAR as it is. */
const fitsAsText = (from: LogicalType, to: LogicalType): boolean =>
  isCharacter(from) && to.root === 'VARCHAR' && from.length <= to.length;

export function matchSink(sink: LogicalSink): LogicalSink {
  const table = sink.table!;
  const persisted = table.columns.filter((c) => c.kind !== 'computed' && !c.isVirtual);
  const fields = sink.input.fields;
  const refuse = (cause: string): SqlError =>
    plainError(
      'plan',
      'sink-mismatch',
      'ValidationException',
      `Column types of query result and sink for '${table.path.join('.')}' do not match.\nCause: ${cause}\n\nQuery schema: [${fields.map((f) => `${f.name}: ${printType(stripTime(f.type))}`).join(', ')}]\nSink schema:  [${persisted.map((c) => `${c.name}: ${printType(withNullable(stripTime(c.type), true))}`).join(', ')}]`,
      null,
    );
  if (fields.length !== persisted.length) throw refuse('Different number of columns.');
  const columns = fields.map((f, i) => {
    const column = persisted[i]!;
    if (
      !supportsImplicitCast(withNullable(stripTime(f.type), true), withNullable(stripTime(column.type), true))
    )
      throw refuse(`Incompatible types for sink column '${column.name}' at position ${i}.`);
    const target = withNullable(stripTime(column.type), true);
    const own = withNullable(f.type, true);
    return { target, isSame: sameButTime(own, target), fits: fitsAsText(own, target) };
  });
  openSink(table);
  if (columns.every((c) => c.isSame || c.fits)) return sink;
  // Once one column needs a cast, all are brought to the sink's types, which may be NULL.
  const exprs = fields.map((f, i): Rex => {
    const { target, isSame } = columns[i]!;
    const column = ref(i, f.type);
    return isSame && f.type.nullable
      ? column
      : call('CAST', [column], isSame ? withNullable(f.type, true) : target);
  });
  const input: LogicalNode = {
    kind: 'Project',
    input: sink.input,
    exprs,
    fields: exprs.map((e, i) => ({ name: persisted[i]!.name, type: e.type })),
  };
  return { ...sink, input, fields: input.fields };
}

function stripTime(type: LogicalType): LogicalType {
  return isTimestamp(type) && type.kind !== 'REGULAR' ? { ...type, kind: 'REGULAR' } : type;
}
const sameButTime = (a: LogicalType, b: LogicalType): boolean =>
  JSON.stringify(stripTime(withNullable(a, true))) === JSON.stringify(stripTime(withNullable(b, true)));
