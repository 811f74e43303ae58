import { plainError, refuse } from '../../base/refusal.ts';
import { type Catalog, type CatalogTable, type CatalogView } from '../../catalog/catalog.ts';
import { type LogicalNode, windowKind } from '../../plan/logical.ts';
import { castFields, oneRow, rename } from '../../plan/relation-tools.ts';
import { withoutNeedlessCasts } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import { notNull, regularType } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { checkAliases, type StatementText, validationError } from '../plan-error.ts';
import { isDistinct } from '../rules/aggregate-remove-rule.ts';
import { isLateral } from '../subqueries/correlation.ts';
import { Correlations, isLeftOver } from '../subqueries/correlations.ts';
import { filterBySubqueries } from '../subqueries/join-subquery.ts';
import { isUnnested } from '../subqueries/lateral.ts';
import { firstAggregate, hasAggregate, impliedName, isGrouped, selectAll } from './ast-tools.ts';
import { type BindSubquery, ExpressionBinder } from './bind-expression.ts';
import { bindGrouped, stateTtl } from './bind-group.ts';
import { asOfOf, bindJoin } from './bind-join.ts';
import { bindMatch } from './bind-match.ts';
import { bindOrdered } from './bind-order.ts';
import { type NamedWindows } from './bind-over.ts';
import { bindQualify, qualified } from './bind-qualify.ts';
import { expandStars, projectList, type SelectColumn } from './bind-select-list.ts';
import { bindSetOperation } from './bind-set-operation.ts';
import { noVersionOfThen } from './bind-temporal-join.ts';
import { bindValues } from './bind-values.ts';
import { bindWindowTable } from './bind-window-table.ts';
import { checkHintOptions, checkHints, hintedView, optionsOfHints } from './join-hints.ts';
import { missingObject } from './missing-object.ts';
import { isModelFunction, refusePrediction } from './predict.ts';
import { noTableFunction } from './refuse-call.ts';
import { scanOf } from './scan.ts';
import { EMPTY_SCOPE, type Scope, type ScopeTable } from './scope.ts';
import { type TargetColumns } from './target-columns.ts';
import { bindUnnest } from './unnest.ts';
import { refuseUserFunctions } from './user-functions.ts';

/** What binding a query may look at. */
export interface BindingContext {
  readonly catalog: Catalog;
  readonly source: StatementText;
  /** False in batch mode. */
  readonly isStream: boolean;
  /** Checks a table's connector for reading, as Flink does while it converts a query. Throws Flink's refusal. */
  readonly openSource: (table: CatalogTable, hints: ReadonlyMap<string, string>) => CatalogTable;
  /** Told what the names of tables and the stars in SELECT lists stand for. */
  readonly onExpand?: (node: object, by: readonly object[]) => void;
  /** How many correlations the statements before it have numbered. */
  readonly mentioned: { count: number };
}

/** … and what the whole statement says. */
interface QueryContext extends BindingContext {
  /** Some SELECT of it has hints. */
  readonly hasHints: boolean;
  /** What the table is called that is read here, if it is a query or a view: hints can name its joins by it. */
  readonly block: string | null;
  /** The order that the columns of this query, no query inside it, are to have. */
  readonly target: TargetColumns | null;
}

export interface Bound {
  readonly node: LogicalNode;
  readonly scope: Scope;
}

/** A common table expression is bound wherever it is named; its columns are called there what is written beside its name. */
interface CommonTable {
  readonly bind: (isInScalar: boolean, isInSubquery: boolean) => LogicalNode;
  readonly columns: readonly Ast.Identifier[];
}

/**
 * Binds a query to a logical plan, as Calcite's validator and SqlToRelConverter do together. Whether its tables can be read is asked by the second of
 * them: whatever is wrong with the query comes before that.
 * `looks`: how often Flink looks at the statement.
 */
export function bindQuery(
  query: Ast.Query,
  context: BindingContext,
  target: TargetColumns | null = null,
  looks = 2,
): LogicalNode {
  refuseUserFunctions(context.catalog, query, context.source.text);
  const correlations = new Correlations(context.mentioned.count, looks);
  const unreadable: unknown[] = [];
  const openSource: BindingContext['openSource'] = (table, hints) => {
    try {
      return context.openSource(table, hints);
    } catch (error) {
      unreadable.push(error);
      return table;
    }
  };
  try {
    const whole = {
      ...context,
      openSource,
      hasHints: context.source.text.includes('/*+') && hasHints(query),
      block: null,
      target,
    };
    const bound = correlations.numbered(new QueryBinder(whole, new Map(), correlations).query(query, true));
    if (unreadable.length > 0) throw unreadable[0];
    return bound;
  } catch (error) {
    throw correlations.refusing(error);
  } finally {
    context.mentioned.count = correlations.after;
  }
}

function hasHints(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  const isHinted = 'kind' in node && node.kind === 'Select' && (node as Ast.Select).hints.length > 0;
  return isHinted || Object.values(node).some(hasHints);
}

class QueryBinder {
  readonly #context: QueryContext;
  /** Common table expressions in sight. */
  readonly #ctes: ReadonlyMap<string, CommonTable>;

  /** What the query around this one sees, for a sub-query. */
  readonly #outer: Scope | null;
  /** What the whole statement mentions of queries around. */
  readonly #correlations: Correlations;
  /** Whether this is inside a scalar sub-query. */
  readonly #isInScalar: boolean;
  /** Whether this is inside a sub-query of an expression. */
  readonly #isInSubquery: boolean;

  constructor(
    context: QueryContext,
    ctes: ReadonlyMap<string, CommonTable>,
    correlations: Correlations,
    outer: Scope | null = null,
    isInScalar = false,
    isInSubquery = false,
  ) {
    this.#context = context;
    this.#ctes = ctes;
    this.#outer = outer;
    this.#correlations = correlations;
    this.#isInScalar = isInScalar;
    this.#isInSubquery = isInSubquery;
  }

  /** A binder for a query inside this one. */
  #inner(
    outer: Scope | null,
    ctes = this.#ctes,
    isInScalar = this.#isInScalar,
    isInSubquery = this.#isInSubquery,
    block: string | null = null,
  ): QueryBinder {
    const context = { ...this.#context, block, target: null };
    return new QueryBinder(context, ctes, this.#correlations, outer, isInScalar, isInSubquery);
  }

  #subquery(scope: Scope): BindSubquery {
    return (query, isScalar) => {
      const start = this.#correlations.count;
      const node = this.#inner(scope, this.#ctes, this.#isInScalar || isScalar, true).query(query);
      this.#correlations.bound(node, start);
      return node;
    };
  }

  /** `isRoot`: ORDER BY without a limit means something only there, a view's own query included. */
  query(query: Ast.Query, isRoot = false): LogicalNode {
    switch (query.kind) {
      case 'Select':
        return this.#select(query, [], isRoot);
      case 'Values':
        this.#correlations.block();
        return this.#arranged(
          bindValues(query, this.#context.source, this.#around(EMPTY_SCOPE, this.#outer)),
          query,
        );
      case 'SetOperation':
        return bindSetOperation(
          query,
          [this.query(query.left), this.query(query.right)],
          this.#context.source,
        );
      case 'With': {
        const ctes = new Map(this.#ctes);
        for (const item of query.items) {
          const inSight = new Map(ctes);
          const bind = (isInScalar: boolean, isInSubquery: boolean): LogicalNode =>
            this.#inner(this.#outer, inSight, isInScalar, isInSubquery).query(item.query);
          // What is wrong with it is told even where nobody names it.
          const { fields } = this.#correlations.aside(() => bind(this.#isInScalar, this.#isInSubquery));
          const [first, last] = [item.columns[0], item.columns.at(-1)];
          if (first && last && item.columns.length !== fields.length)
            throw this.#error(
              { start: first.span.start - 1, end: last.span.end + 1 },
              'alias-count',
              'Number of columns must match number of query columns',
            );
          ctes.set(item.name.name, { bind, columns: item.columns });
        }
        return new QueryBinder(
          { ...this.#context, block: null },
          ctes,
          this.#correlations,
          this.#outer,
          this.#isInScalar,
          this.#isInSubquery,
        ).query(query.body, isRoot);
      }
      case 'OrderedQuery': {
        if (query.query.kind === 'ExplicitTable') throw refuse(query.span, NO_ORDERED_TABLE, 'parse');
        const start = this.#correlations.count;
        return bindOrdered(query, isRoot, this.#context.source, (q, hidden) => {
          this.#correlations.rewind(start);
          return q.kind === 'Select' ? this.#select(q, hidden) : this.query(q);
        });
      }
      case 'ExplicitTable':
        return this.#select(allOf(query), [], isRoot);
    }
  }

  #arranged(node: LogicalNode, query: Ast.Query): LogicalNode {
    return this.#context.target?.node(node, query) ?? node;
  }

  #error(span: Ast.Identifier['span'], code: string, message: string, exception?: string): Error {
    return validationError(this.#context.source, span, code, message, exception);
  }

  /** In WHERE the columns of USING are still two. */
  #whereBinder({ merged: _, ...scope }: Scope, windows: NamedWindows): ExpressionBinder {
    return new ExpressionBinder(this.#context.source, scope, null, this.#subquery(scope), windows);
  }

  /** `hidden` columns follow those of the SELECT list: what it is ordered by. `isTop`: nothing is done with its rows, not even ordering them. */
  #select(select: Ast.Select, hidden: readonly Ast.Expression[] = [], isTop = false): LogicalNode {
    const windows: NamedWindows = new Map(select.windows.map((w) => [w.name.name, w.spec]));
    if (!select.from) this.#correlations.block();
    const isOverGroups = isGrouped(select);
    const table = select.from
      ? this.#table(select.from, this.#outer, isTop && !isOverGroups && !select.distinct)
      : { node: oneRow(), scope: EMPTY_SCOPE };
    const from = {
      node: table.node,
      scope: this.#around(table.scope, this.#outer),
    };
    const binder = new ExpressionBinder(
      this.#context.source,
      from.scope,
      null,
      this.#subquery(from.scope),
      windows,
    );
    let node = checkHints(select.hints, from, this.#context.block);
    if (select.where)
      node = filterBySubqueries(
        {
          kind: 'Filter',
          input: node,
          condition: this.#whereBinder(from.scope, windows).condition(select.where, 'WHERE'),
          fields: node.fields,
        },
        this.#isInScalar,
        this.#correlations,
      );
    const listed = expandStars(select.items, from.scope, this.#context.source, this.#context.onExpand);
    const items = [
      ...(this.#context.target?.items(listed) ?? listed),
      ...hidden.map(
        (e, i): SelectColumn => ({
          expression: e,
          name: impliedName(e) ?? `EXPR$${select.items.length + i}`,
          rex: null,
          span: e.span,
        }),
      ),
    ];
    const misplaced = isOverGroups ? undefined : hidden.find(hasAggregate);
    if (misplaced)
      throw this.#error(
        firstAggregate(misplaced)!.span,
        'aggregate-in-order-by',
        'Aggregate expression is illegal in ORDER BY clause of non-aggregating SELECT',
      );
    if (select.qualify && isOverGroups) throw groupsQualified(select);
    const projected = isOverGroups
      ? bindGrouped({
          select,
          items,
          hidden: hidden.length,
          input: node,
          scope: from.scope,
          windows,
          source: this.#context.source,
          subquery: this.#subquery(from.scope),
          isInScalar: this.#isInScalar,
        })
      : this.#list(select, items, binder, node);
    if (!select.distinct || isDistinct(projected)) return projected;
    const ttl = stateTtl(select);
    return {
      kind: 'Aggregate',
      input: projected,
      groups: projected.fields.map((_, i) => i),
      calls: [],
      isDistinct: true,
      fields: projected.fields,
      ...(ttl ? { ttl } : {}),
    };
  }

  /** The SELECT list, and what QUALIFY leaves of it. */
  #list(
    { qualify }: Ast.Select,
    items: readonly SelectColumn[],
    binder: ExpressionBinder,
    input: LogicalNode,
  ): LogicalNode {
    const condition = qualify && bindQualify(binder, qualify, items);
    const exprs = binder.list(
      items,
      (item) => item.rex ?? withoutNeedlessCasts(binder.whole(item.expression)),
    );
    const list = projectList(items, exprs, input);
    return condition ? qualified(list, condition) : list;
  }

  /** `outer`: what UNNEST and LATERAL may name. `keepsOrder`: a view's rows stay in the view's order. */
  #table(table: Ast.TableRef, outer: Scope | null, keepsOrder = false): Bound {
    switch (table.kind) {
      case 'NamedTable':
        return this.#named(table, keepsOrder);
      case 'DerivedTable': {
        const name = table.alias?.name ?? null;
        const inner = this.#inner(
          table.lateral ? outer : this.#outer,
          this.#ctes,
          this.#isInScalar,
          this.#isInSubquery,
          name ?? this.#context.block,
        );
        const node = inner.query(table.query);
        // The only column of VALUES is named as the table is.
        const isScalar = name !== null && table.query.kind === 'Values' && node.fields.length === 1;
        const named = isScalar ? { ...node, fields: [{ ...node.fields[0]!, called: name }] } : node;
        return this.#aliased(named, name, table.columns);
      }
      case 'TableFunction':
        return this.#tableFunction(table, outer);
      case 'Join':
        return this.#join(table, outer);
      case 'Sample':
        return this.#sample(table, this.#table(table.input, outer));
      case 'Unnest': {
        const binder = new ExpressionBinder(this.#context.source, this.#around(EMPTY_SCOPE, outer));
        this.#correlations.block();
        const node = bindUnnest(table, binder, this.#context.source);
        return aliased(node, table.alias?.name ?? null, table.columns);
      }
      case 'MatchRecognize':
        return this.#aliased(
          bindMatch(table, this.#table(table.input, outer), this.#context.source),
          table.alias?.name ?? null,
          table.columns,
        );
    }
  }

  /** A sample is all of a table or nothing: Flink plans no other. */
  #sample({ method, argument, span }: Ast.Sample, input: Bound): Bound {
    const percentage = method === 'SUBSTITUTE' ? 100 : Number(argument);
    if (percentage === 100) return input;
    if (percentage === 0) return { ...input, node: { kind: 'Values', rows: [], fields: input.node.fields } };
    throw plainError(
      'plan',
      'sample',
      'TableException',
      'Cannot generate a valid execution plan for the given query: it samples a table.',
      span,
      'Flink plans TABLESAMPLE of 0 or 100 percent alone.',
    );
  }

  #join(table: Ast.Join, outer: Scope | null): Bound {
    const left = this.#table(table.left, outer);
    const start = this.#correlations.count;
    const right = this.#table(
      asOfOf(table.right) ? ({ ...table.right, asOf: null } as Ast.TableRef) : table.right,
      this.#around(left.scope, this.#outer),
    );
    if (asOfOf(table.right)) {
      const snapshot = this.#correlations.count;
      this.#correlations.mention();
      this.#correlations.block();
      return bindJoin(table, left, right, this.#context, snapshot);
    }
    const first = isLateral(table.right) ? this.#correlations.bound(right.node, start) : null;
    if (first === null) return bindJoin(table, left, right, this.#context);
    if (table.type === 'RIGHT' || table.type === 'FULL')
      throw plainError(
        'parse',
        'lateral-join-type',
        'IllegalStateException',
        `Unknown join type ${table.type}`,
        table.span,
      );
    if (isUnnested(right.node)) this.#correlations.settle(right.node);
    try {
      return bindJoin(table, left, right, this.#context, first);
    } catch (error) {
      if (!isLeftOver(error)) throw error;
      // What is written after it may be refused with other words, or be mentions that count.
      this.#correlations.block();
      const rows: LogicalNode = { kind: 'Values', rows: [], fields: right.node.fields };
      return bindJoin(table, left, { ...right, node: rows }, this.#context);
    }
  }

  /** A scope with what the query around it sees. */
  #around(scope: Scope, outer: Scope | null): Scope {
    return outer ? { ...scope, outer, correlations: this.#correlations } : scope;
  }

  #named(table: Ast.NamedTable, keepsOrder = false): Bound {
    if (table.asOf) throw noVersionOfThen(table.asOf, this.#context.source, EMPTY_SCOPE);
    const parts = table.name.parts.map((p) => p.name);
    const alias = table.alias?.name ?? parts.at(-1)!;
    const cte = parts.length === 1 ? this.#ctes.get(parts[0]!) : undefined;
    if (cte) {
      const columns = table.columns.length > 0 ? table.columns : cte.columns;
      return this.#aliased(cte.bind(this.#isInScalar, this.#isInSubquery), alias, columns);
    }
    const path = this.#context.catalog.qualify(parts);
    const object = this.#context.catalog.get(path);
    if (!object) throw missingObject(this.#context.catalog, parts, this.#context.source, table.name.span);
    this.#context.onExpand?.(table, [
      {
        ...table,
        name: { ...table.name, parts: path.map((name) => ({ name, quoted: true, span: table.name.span })) },
        alias: table.alias ?? table.name.parts.at(-1)!,
      },
    ]);
    for (const hint of table.hints) {
      if (!KNOWN_HINTS.has(hint.name.name.toUpperCase())) {
        throw this.#error(
          hint.span,
          'unknown-hint',
          `Hint: ${hint.name.name} should be registered in the HintStrategyTable`,
          'CalciteException',
        );
      }
      checkHintOptions(hint);
    }
    const hints = optionsOfHints(table.hints);
    if (object.kind === 'view') {
      if (hints.size > 0) throw hintedView(path, table.name.span);
      const view = this.#view(object, alias);
      return this.#aliased(keepsOrder ? view : unordered(view), alias, table.columns, path);
    }
    // Flink gives tables their names as hints where there are hints, and takes them away everywhere but in sub-queries: what is computed on top has them.
    const kept = this.#context.hasHints && this.#isInSubquery ? alias : null;
    const scan = scanOf(this.#context.openSource(object, hints), hints, kept);
    return this.#aliased(scan, alias, table.columns, path);
  }

  /** A table under a name, and its columns under others where they are given. */
  #aliased(
    node: LogicalNode,
    name: string | null,
    columns: readonly Ast.Identifier[],
    path: readonly string[] | null = null,
  ): Bound {
    checkAliases(
      this.#context.source,
      node.fields.map((f) => f.name),
      columns,
    );
    return aliased(node, name, columns, path);
  }

  #view(view: CatalogView, block: string): LogicalNode {
    const node = new QueryBinder(
      {
        ...this.#context,
        source: { text: view.text, offset: 0, isBounded: !this.#context.isStream },
        block,
        target: null,
      },
      new Map(),
      this.#correlations,
      null,
      this.#isInScalar,
    ).query(view.query, true);
    const named = rename(
      node,
      view.columns.map((c) => c.name),
    );
    // A table below may have changed since: the view's columns keep their types.
    const isSame = view.columns.every(
      ({ type }, i) =>
        printType(notNull(regularType(type))) === printType(notNull(regularType(named.fields[i]!.type))),
    );
    return isSame ? named : castFields(named, view.columns);
  }

  #tableFunction(table: Ast.TableFunction, outer: Scope | null): Bound {
    const kind = windowKind(table.call.name.toUpperCase());
    const name = table.call.name.toUpperCase();
    if (isModelFunction(name))
      throw refusePrediction(table.call, name, this.#context.catalog, this.#context.source, (read) =>
        'parts' in read ? this.#tableNamed(read) : this.query(read),
      );
    if (kind === undefined) {
      const binder = new ExpressionBinder(this.#context.source, outer ? { tables: [], outer } : EMPTY_SCOPE);
      throw noTableFunction(binder, table.call, (read) =>
        'parts' in read ? this.#tableNamed(read).fields : this.query(read).fields,
      );
    }
    const node = bindWindowTable(table.call, kind, this.#context.source, (read) =>
      'parts' in read ? this.#tableNamed(read) : this.query(read),
    );
    return aliased(node, table.alias?.name ?? null, table.columns);
  }

  #tableNamed(name: Ast.Name): LogicalNode {
    const { node, scope } = this.#named(bareTable(name));
    return rename(
      node,
      scope.tables.flatMap(({ fields }) => fields.map((f) => f.name)),
    );
  }
}

/** Calcite rewrites a bare `TABLE t`, not one in an order or with a limit. */
const NO_ORDERED_TABLE: readonly string[] = [
  'ValidationException: SQL validation failed. null',
  'UnsupportedOperationException: null',
];

/** `TABLE t` is `SELECT * FROM t`. */
const allOf = ({ name, span }: Ast.ExplicitTable): Ast.Select => selectAll(bareTable(name), span);
const bareTable = (name: Ast.Name): Ast.NamedTable => ({
  kind: 'NamedTable',
  name,
  hints: [],
  asOf: null,
  alias: null,
  columns: [],
  span: name.span,
});

/** Calcite's converter takes an ORDER BY without a FETCH away where it is outermost, whatever its OFFSET is. */
const unordered = (node: LogicalNode): LogicalNode =>
  node.kind === 'Sort' && node.order.length > 0 && node.fetch === null ? node.input : node;

/** Flink's converter looks for the SELECT list below QUALIFY, where the groups are. */
function groupsQualified({ having, span }: Ast.Select): Error {
  const name = (c: string): string => `org.apache.calcite.rel.logical.Logical${c}`;
  const found = name(having ? 'Filter' : 'Aggregate');
  const message = `class ${found} cannot be cast to class ${name('Project')} (${found} and ${name('Project')} are in unnamed module of loader 'app')`;
  return plainError('parse', 'groups-qualified', 'ClassCastException', message, span);
}

const KNOWN_HINTS: ReadonlySet<string> = new Set([
  'OPTIONS',
  'LOOKUP',
  'STATE_TTL',
  'BROADCAST',
  'SHUFFLE_HASH',
  'SHUFFLE_MERGE',
  'NEST_LOOP',
  'MULTI_JOIN',
]);

function aliased(
  node: LogicalNode,
  name: string | null,
  columns: readonly Ast.Identifier[],
  path: readonly string[] | null = null,
): Bound {
  const fields =
    columns.length > 0
      ? node.fields.map((f, i) => ({ name: columns[i]?.name ?? f.name, type: f.type }))
      : node.fields.map((f) => (f.called === undefined ? f : { name: f.called, type: f.type }));
  const named: LogicalNode = node.kind === 'Values' && columns.length > 0 ? { ...node, fields } : node;
  return {
    node: named,
    scope: {
      tables: [
        {
          name,
          path: name !== null && path && name === path.at(-1) ? path : null,
          fields,
          offset: 0,
        } satisfies ScopeTable,
      ],
    },
  };
}
