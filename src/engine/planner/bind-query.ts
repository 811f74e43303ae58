import type { Catalog, CatalogTable, CatalogView } from '../catalog/catalog.ts';
import { Config } from '../catalog/config.ts';
import type {
  AggregateCall,
  Field,
  LogicalNode,
  StateTtl,
  WindowProperty,
  WindowSpec,
} from '../plan/logical.ts';
import { call, literal, type Rex, ref } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import { leastRestrictive } from '../types/least-restrictive.ts';
import {
  BIGINT,
  INTEGER,
  isNumeric,
  isTimeAttribute,
  isTimestamp,
  type LogicalType,
  NULL,
  notNull,
  STRING,
  sameType,
  timestamp,
  timestampLtz,
  withNullable,
} from '../types/logical-type.ts';
import { printType, printValidatorType } from '../types/print-type.ts';
import { callType } from './aggregate-type.ts';
import { AGGREGATES, ExpressionBinder, WINDOW_AUXILIARY } from './bind-expression.ts';
import { bindMatch } from './bind-match.ts';
import { bindOrdered } from './bind-order.ts';
import { type NamedWindows } from './bind-over.ts';
import { isCorrelated, isLateral, lateralTables, outerReferences } from './correlation.ts';
import { groupingSets, isPlainGroupBy } from './grouping-sets.ts';
import { asOfOf, bindJoin } from './join-bind.ts';
import { checkHints } from './join-hints.ts';
import { filterBySubqueries, projectSubqueries } from './join-subquery.ts';
import { filterOnOvers } from './over-rule.ts';
import { checkAliases, notYet, plainError, type StatementText, validationError } from './plan-error.ts';
import { castTo } from './rex-build.ts';
import { EMPTY_SCOPE, resolve, type Scope, type ScopeTable, tableNamed } from './scope.ts';
import { distinctJoin, exceptAll, intersectAll } from './set-operations.ts';
import { bindUnnest } from './unnest.ts';

/** What binding a query may look at. */
export interface BindingContext {
  readonly catalog: Catalog;
  readonly source: StatementText;
  /** Checks a table's connector for reading, as Flink does while it converts a query. Throws Flink's refusal. */
  readonly openSource: (table: CatalogTable, hints: ReadonlyMap<string, string>) => CatalogTable;
}

export interface Bound {
  readonly node: LogicalNode;
  readonly scope: Scope;
}

/** Binds a query to a logical plan, as Calcite's validator and SqlToRelConverter do together. */
export function bindQuery(query: Ast.Query, context: BindingContext): LogicalNode {
  return new QueryBinder(context, new Map()).query(query, true);
}

class QueryBinder {
  readonly #context: BindingContext;
  /** Common table expressions in sight. */
  readonly #ctes: ReadonlyMap<string, LogicalNode>;

  /** What the query around this one sees, for a sub-query. */
  readonly #outer: Scope | null;
  /** Numbers for plans to tell correlations apart by. */
  readonly #correlations: { next: number };

  constructor(
    context: BindingContext,
    ctes: ReadonlyMap<string, LogicalNode>,
    outer: Scope | null = null,
    correlations: { next: number } = { next: 0 },
  ) {
    this.#context = context;
    this.#ctes = ctes;
    this.#outer = outer;
    this.#correlations = correlations;
  }

  /** A binder for a query inside this one. */
  #inner(outer: Scope | null, ctes = this.#ctes): QueryBinder {
    return new QueryBinder(this.#context, ctes, outer, this.#correlations);
  }

  /** `isRoot`: ORDER BY without a limit means something only there. */
  query(query: Ast.Query, isRoot = false): LogicalNode {
    switch (query.kind) {
      case 'Select':
        return this.#select(query);
      case 'Values':
        return this.#values(query);
      case 'SetOperation':
        return this.#setOperation(query);
      case 'With': {
        const ctes = new Map(this.#ctes);
        for (const item of query.items) {
          const node = this.#inner(this.#outer, ctes).query(item.query);
          const [first, last] = [item.columns[0], item.columns.at(-1)];
          if (first && last && item.columns.length !== node.fields.length)
            throw this.#error(
              { start: first.span.start - 1, end: last.span.end + 1 },
              'alias-count',
              'Number of columns must match number of query columns',
            );
          ctes.set(
            item.name.name,
            item.columns.length > 0
              ? rename(
                  node,
                  item.columns.map((c) => c.name),
                )
              : node,
          );
        }
        return this.#inner(this.#outer, ctes).query(query.body, isRoot);
      }
      case 'OrderedQuery':
        return bindOrdered(query, isRoot, this.#context.source, (q, hidden) =>
          q.kind === 'Select' ? this.#select(q, hidden) : this.query(q),
        );
      case 'ExplicitTable':
        return this.#named({
          kind: 'NamedTable',
          name: query.name,
          hints: [],
          asOf: null,
          alias: null,
          columns: [],
          span: query.span,
        }).node;
    }
  }

  #setOperation(query: Ast.SetOperation): LogicalNode {
    const name = `${query.operator}${query.all ? ' ALL' : ''}`;
    const sides = [this.query(query.left), this.query(query.right)];
    const inputs =
      query.operator === 'UNION'
        ? sides.flatMap((n) => (n.kind === 'Union' && n.all === query.all ? n.inputs : [n]))
        : sides;
    const first = inputs[0]!;
    for (const input of inputs) {
      if (input.fields.length !== first.fields.length)
        throw this.#error(query.right.span, 'column-count', `Column count mismatch in ${name}`);
    }
    const types = first.fields.map((f, i) => {
      const type = commonType(inputs.map((n) => n.fields[i]!.type));
      if (!type) throw this.#error(query.span, 'mixed-types', `Type mismatch in column ${i + 1} of ${name}`);
      return { name: f.name, type };
    });
    const cast = inputs.map((n) =>
      castFields(
        n,
        types.map((t, i) => (sameKind(t.type, n.fields[i]!.type) ? { ...t, type: n.fields[i]!.type } : t)),
      ),
    );
    if (query.operator === 'UNION') return { kind: 'Union', inputs: cast, all: query.all, fields: types };
    if (!query.all) return distinctJoin(cast, types, query.operator === 'INTERSECT' ? 'semi' : 'anti');
    return query.operator === 'INTERSECT' ? intersectAll(cast, types) : exceptAll(cast, types);
  }

  #error(span: Ast.Identifier['span'], code: string, message: string, exception?: string): Error {
    return validationError(this.#context.source, span, code, message, exception);
  }

  #values(query: Ast.Values): LogicalNode {
    const binder = new ExpressionBinder(this.#context.source, EMPTY_SCOPE);
    const rows = query.rows.map((row) => row.items.map((item) => binder.bind(item)));
    const width = rows[0]!.length;
    const fields: Field[] = [];
    for (let column = 0; column < width; column++) {
      const untyped = rows.findIndex((row) => row[column]?.type.root === 'NULL');
      if (untyped >= 0)
        throw this.#error(query.rows[untyped]!.items[column]!.span, 'untyped-null', `Illegal use of 'NULL'`);
      const types = rows.map((row) => row[column]?.type ?? NULL);
      const type = leastRestrictive(types);
      if ((type === null || types.some(isNumeric)) && types.some((t) => t.root === 'DATE'))
        throw mixedWithDate(rows.map((row) => row[column]!));
      if (type === null)
        throw this.#error(
          query.span,
          'mixed-types',
          'Values passed to VALUES operator must have compatible types',
        );
      fields.push({ name: `EXPR$${column}`, type });
    }
    if (rows.some((row) => row.length !== width))
      throw this.#error(
        query.span,
        'column-count',
        'Values passed to VALUES operator must have compatible types',
      );
    const cast = rows.map((row) =>
      row.map((rex, i) => inFull(castTo(rex, withNullable(fields[i]!.type, rex.type.nullable)))),
    );
    const isWritten = query.rows.every((row) => row.items.every((item) => item.kind !== 'Cast'));
    if (isWritten && cast.every((row) => row.every((rex) => rex.kind === 'Literal')))
      return { kind: 'Values', rows: cast, fields };
    const one = oneRow();
    const nullable = cast.map((row) =>
      row.map((rex, i) =>
        rex.kind === 'Literal' && rex.value !== null && fields[i]!.type.nullable
          ? call('CAST', [rex], fields[i]!.type)
          : rex,
      ),
    );
    const projects = nullable.map(
      (row): LogicalNode => ({ kind: 'Project', input: one, exprs: row, fields }),
    );
    return projects.length === 1 ? projects[0]! : { kind: 'Union', inputs: projects, all: true, fields };
  }

  /** `hidden` columns follow those of the SELECT list: what it is ordered by. */
  #select(select: Ast.Select, hidden: readonly Ast.Expression[] = []): LogicalNode {
    const windows: NamedWindows = new Map(select.windows.map((w) => [w.name.name, w.spec]));
    if (select.from) this.#correlations.next += lateralTables(select.from);
    const table = select.from
      ? this.#table(select.from, this.#outer)
      : { node: oneRow(), scope: EMPTY_SCOPE };
    const from = {
      node: table.node,
      scope: this.#outer ? { ...table.scope, outer: this.#outer } : table.scope,
    };
    const binder = new ExpressionBinder(
      this.#context.source,
      from.scope,
      null,
      (query) => this.#inner(from.scope).query(query),
      windows,
    );
    let node = checkHints(select.hints, from);
    if (select.where)
      node = filterBySubqueries({
        kind: 'Filter',
        input: node,
        condition: binder.condition(select.where, 'WHERE'),
        fields: node.fields,
      });
    const items = [
      ...this.#expandStars(select.items, from.scope),
      ...hidden.map(
        (e, i): SelectColumn => ({
          expression: e,
          name: impliedName(e) ?? `EXPR$${select.items.length + i}`,
          rex: null,
          span: e.span,
        }),
      ),
    ];
    const isGrouped =
      select.groupBy !== null ||
      select.having !== null ||
      items.some((item) => hasAggregate(item.expression));
    if (select.qualify && isGrouped) throw notYet('QUALIFY over groups', select.span);
    if (select.qualify) node = filterOnOvers(node, binder.condition(select.qualify, 'QUALIFY'));
    const projected = isGrouped
      ? this.#grouped(select, items, node, from.scope, windows, hidden.length)
      : this.#project(items, node, (e) => binder.bind(e));
    if (!select.distinct) return projected;
    const ttl = stateTtl(select);
    return {
      kind: 'Aggregate',
      input: projected,
      groups: projected.fields.map((_, i) => i),
      calls: [],
      fields: projected.fields,
      ...(ttl ? { ttl } : {}),
    };
  }

  #project(
    items: readonly SelectColumn[],
    input: LogicalNode,
    bind: (e: Ast.Expression) => Rex,
  ): LogicalNode {
    const exprs = items.map((item) => (item.rex ? item.rex : bind(item.expression)));
    for (const [i, rex] of exprs.entries()) {
      if (rex.type.root === 'NULL')
        throw this.#error(items[i]!.span, 'untyped-null', `Illegal use of 'NULL'`);
    }
    const names = uniquify(items.map((item) => item.name));
    return projectSubqueries({
      kind: 'Project',
      input,
      exprs,
      fields: exprs.map((rex, i) => ({ name: names[i]!, type: rex.type })),
    });
  }

  #expandStars(items: readonly Ast.SelectItem[], scope: Scope): SelectColumn[] {
    const columns: SelectColumn[] = [];
    for (const item of items) {
      const e = item.expression;
      if (e.kind !== 'Star') {
        columns.push({
          expression: e,
          name: item.alias?.name ?? impliedName(e) ?? `EXPR$${columns.length}`,
          rex: null,
          span: e.span,
        });
        continue;
      }
      const qualifier = e.qualifier.map((q) => q.name);
      const table = qualifier.length > 0 ? tableNamed(scope, qualifier) : undefined;
      if (qualifier.length > 0 && !table) {
        columns.push(...this.#expandRow(e, scope));
        continue;
      }
      const merged = table ? [] : (scope.merged ?? []);
      for (const { left, right, field } of merged)
        columns.push({
          expression: e,
          name: unused(field.name, columns),
          rex: call('COALESCE', [left, right], field.type),
          span: e.span,
        });
      for (const t of table ? [table] : scope.tables) {
        for (const [i, field] of t.fields.entries()) {
          if (merged.some((m) => m.columns.includes(t.offset + i))) continue;
          columns.push({
            expression: columnRef(t, field.name, e.span),
            name: unused(field.name, columns),
            rex: ref(t.offset + i, field.type),
            span: e.span,
          });
        }
      }
    }
    return columns;
  }

  /** `r.*` over a ROW column. */
  #expandRow(star: Ast.Star, scope: Scope): SelectColumn[] {
    const parts = star.qualifier.map((q) => q.name);
    const found = resolve(scope, parts);
    if (found.kind !== 'column') {
      throw this.#error(
        star.qualifier[0]!.span,
        'unknown-identifier',
        `Unknown identifier '${parts.join('.')}'`,
      );
    }
    const rex = new ExpressionBinder(this.#context.source, scope).bind({
      kind: 'ColumnRef',
      parts: star.qualifier,
      span: star.span,
    });
    if (rex.type.root !== 'ROW')
      throw this.#error(star.span, 'unknown-identifier', `Unknown identifier '${parts.join('.')}'`);
    return rex.type.fields.map((field) => ({
      expression: {
        kind: 'ColumnRef',
        parts: [...star.qualifier, { name: field.name, quoted: true, span: star.span }],
        span: star.span,
      },
      name: field.name,
      rex: null,
      span: star.span,
    }));
  }

  // -------------------------------------------------------------- grouping

  #grouped(
    select: Ast.Select,
    items: readonly SelectColumn[],
    input: LogicalNode,
    scope: Scope,
    windows: NamedWindows,
    hidden: number,
  ): LogicalNode {
    const source = this.#context.source;
    const plain = new ExpressionBinder(source, scope);
    const aliases = new Map(
      items
        .slice(0, items.length - hidden)
        .reverse()
        .map((item) => [textOf(source, item.expression), item.name]),
    );
    const groups: { rex: Rex; name: string | null; window: Ast.Call | null }[] = [];
    const setsOfAll = groupingSets(select.groupBy ?? []);
    for (const set of setsOfAll) {
      for (const expression of set) {
        if (isGroupWindow(expression)) {
          groups.push({ rex: this.#groupWindow(expression, plain), name: null, window: expression });
          continue;
        }
        if (hasAggregate(expression))
          throw this.#error(
            expression.span,
            'aggregate-in-group-by',
            'Aggregate expression is illegal in GROUP BY clause',
          );
        const rex = plain.bind(expression);
        if (groups.some((g) => sameRex(g.rex, rex))) continue;
        const name =
          aliases.get(textOf(source, expression)) ??
          (rex.kind === 'InputRef' ? input.fields[rex.index]!.name : null);
        groups.push({ rex, name, window: null });
      }
    }
    const args: { rex: Rex; name: string | null }[] = groups.map(({ rex, name }) => ({ rex, name }));
    const calls: (AggregateCall & { readonly key: string })[] = [];
    const argument = (rex: Rex): number => {
      const at = args.findIndex((a) => sameRex(a.rex, rex));
      if (at >= 0) return at;
      args.push({ rex, name: rex.kind === 'InputRef' ? input.fields[rex.index]!.name : null });
      return args.length - 1;
    };
    const isPlain = isPlainGroupBy(select.groupBy ?? []);
    const sets = isPlain
      ? null
      : setsOfAll.map((set) => [
          ...new Set(set.map((e) => groups.findIndex((g) => sameRex(g.rex, plain.bind(e))))),
        ]);
    const groupCount = groups.length;
    const jsonArguments = new Set<number>();
    const hasGroups = select.groupBy !== null && groups.length > 0;

    const intercept =
      (clause: 'SELECT' | 'HAVING') =>
      (expression: Ast.Expression): Rex | null => {
        if (expression.kind === 'Call' && isFunctionSyntax(expression)) {
          const name = expression.name.toUpperCase();
          if (AGGREGATES.has(name))
            return this.#aggregate(
              expression,
              name,
              plain,
              argument,
              calls,
              groupCount,
              hasGroups,
              aliases,
              jsonArguments,
            );
          const auxiliary = WINDOW_AUXILIARY.get(name);
          if (auxiliary) return this.#auxiliary(expression, name, auxiliary.property, plain, groups);
        }
        if (hasAggregate(expression)) return null;
        if (isGroupWindow(expression)) return null;
        if (!mentionsColumn(expression)) return null;
        if (hasAuxiliary(expression)) return null;
        const rex = plain.bind(expression);
        const at = groups.findIndex((g) => sameRex(g.rex, rex));
        if (at >= 0)
          return ref(
            at,
            sets && !sets.every((set) => set.includes(at)) ? withNullable(rex.type, true) : rex.type,
          );
        if (expression.kind === 'ColumnRef') {
          throw this.#error(
            expression.span,
            'not-grouped',
            `Expression '${expression.parts.map((p) => p.name).join('.')}' is not being grouped`,
          );
        }
        void clause;
        return null;
      };

    const subquery = (query: Ast.Query): LogicalNode => {
      const bound = this.#inner(scope).query(query);
      if (isCorrelated(bound)) throw notYet('a correlated sub-query beside GROUP BY', query.span);
      return bound;
    };
    const binder = new ExpressionBinder(source, scope, intercept('SELECT'), subquery, windows);
    const exprs = items.map((item) => {
      if (item.rex && item.rex.kind === 'InputRef') {
        const at = groups.findIndex((g) => sameRex(g.rex, item.rex!));
        if (at >= 0) return ref(at, item.rex.type);
        throw this.#error(
          item.span,
          'not-grouped',
          `Expression '${this.#qualifiedName(item.rex.index, scope)}' is not being grouped`,
        );
      }
      return binder.bind(item.expression);
    });
    const having = select.having
      ? new ExpressionBinder(source, scope, intercept('HAVING'), subquery).condition(select.having, 'HAVING')
      : null;

    const wrapped = [...jsonArguments].sort((a, b) => a - b);
    const jsonAt = new Map(
      wrapped.map((a) => [a, args.push({ rex: jsonString(args[a]!.rex), name: null }) - 1]),
    );
    const projectFields = args.map((a, i) => ({ name: a.name ?? `$f${i}`, type: a.rex.type }));
    const names = uniquify(projectFields.map((f) => f.name));
    const needsProject = args.length > 0;
    const project: LogicalNode = needsProject
      ? {
          kind: 'Project',
          input,
          exprs: args.map((a) => a.rex),
          fields: projectFields.map((f, i) => ({ ...f, name: names[i]! })),
        }
      : {
          kind: 'Project',
          input,
          exprs: [literal(0, notNull(INTEGER))],
          fields: [{ name: '$f0', type: notNull(INTEGER) }],
        };
    const aggregateFields = uniquifyFields([
      ...groups.map((_, i) =>
        sets && !sets.every((set) => set.includes(i))
          ? { ...project.fields[i]!, type: withNullable(project.fields[i]!.type, true) }
          : project.fields[i]!,
      ),
      ...calls.map((c, i) => ({ name: c.alias ?? `$f${groupCount + i}`, type: c.type })),
    ]);
    const ttl = stateTtl(select);
    let node: LogicalNode = {
      kind: 'Aggregate',
      input: project,
      groups: groups.map((_, i) => i),
      calls: calls.map(({ key: _, ...c }) => withJsonArguments(c, jsonAt)),
      fields: aggregateFields,
      ...(sets ? { sets } : {}),
      ...(ttl ? { ttl } : {}),
    };
    if (having)
      node = filterBySubqueries({ kind: 'Filter', input: node, condition: having, fields: node.fields });
    for (const [i, rex] of exprs.entries()) {
      if (rex.type.root === 'NULL')
        throw this.#error(items[i]!.span, 'untyped-null', `Illegal use of 'NULL'`);
    }
    const outNames = uniquify(items.map((item) => item.name));
    return projectSubqueries({
      kind: 'Project',
      input: node,
      exprs,
      fields: exprs.map((rex, i) => ({ name: outNames[i]!, type: rex.type })),
    });
  }

  #qualifiedName(index: number, scope: Scope): string {
    const table = scope.tables.find((t) => index >= t.offset && index < t.offset + t.fields.length);
    return table ? `${table.name ?? ''}.${table.fields[index - table.offset]!.name}` : String(index);
  }

  #aggregate(
    node: Ast.Call,
    name: string,
    plain: ExpressionBinder,
    argument: (rex: Rex) => number,
    calls: (AggregateCall & { readonly key: string })[],
    groupCount: number,
    hasGroups: boolean,
    aliases: ReadonlyMap<string, string>,
    jsonArguments: Set<number>,
  ): Rex {
    if (node.args.some(hasAggregate))
      throw this.#error(node.span, 'nested-aggregate', 'Aggregate expressions cannot be nested');
    const isGrouping = name === 'GROUPING' || name === 'GROUPING_ID' || name === 'GROUP_ID';
    if (node.orderBy.length > 0) throw notYet('ORDER BY within an aggregate', node.span);
    const bound = node.args.map((arg) => plain.bind(arg));
    const type = isGrouping
      ? notNull(BIGINT)
      : callType(
          name,
          bound.map((b) => b.type),
          { hasGroups: hasGroups && !node.filter, star: node.star },
        );
    if ('message' in type) throw this.#error(node.span, type.code, type.message, type.exception);
    const args = bound.map((rex) => argument(rex));
    if (isGrouping && args.some((a) => a >= groupCount))
      throw this.#error(
        node.span,
        'grouping-of-ungrouped',
        `Argument to operator '${name}' must be a grouped expression`,
      );
    const isJson = name === 'JSON_OBJECTAGG' || name === 'JSON_ARRAYAGG';
    if (isJson) jsonArguments.add(args.at(-1)!);
    const fullName = isJson
      ? `${name}_${(node.keywords[0] ?? (name === 'JSON_OBJECTAGG' ? 'NULL ON NULL' : 'ABSENT ON NULL')).replaceAll(' ', '_')}`
      : name;
    const filterRex = node.filter ? plain.condition(node.filter, 'FILTER') : null;
    const filter = filterRex
      ? argument(call('IS TRUE', [filterRex], withNullable(filterRex.type, false)))
      : -1;
    // COUNT of a column that cannot be NULL is COUNT(*), as Calcite has it.
    const effectiveArgs =
      name === 'COUNT' && !node.distinct && bound.length === 1 && !bound[0]!.type.nullable ? [] : args;
    const distinct = node.distinct && name !== 'MIN' && name !== 'MAX';
    const key = JSON.stringify([fullName, effectiveArgs, distinct, filter, node.nulls]);
    const at = calls.findIndex((c) => c.key === key);
    if (at >= 0) return ref(groupCount + at, calls[at]!.type);
    const alias = aliases.get(textOf(this.#context.source, node)) ?? null;
    calls.push({
      name: fullName,
      args: effectiveArgs,
      distinct,
      filter,
      ignoreNulls: node.nulls === 'IGNORE',
      type,
      alias,
      key,
    });
    return ref(groupCount + calls.length - 1, type);
  }

  #groupWindow(node: Ast.Call, plain: ExpressionBinder): Rex {
    const name = node.name.toUpperCase();
    const args = node.args.map((arg) => plain.bind(arg));
    const time = args[0];
    if (!time || args.length < 2)
      throw this.#error(
        node.span,
        'wrong-argument-count',
        `Invalid number of arguments to function '$${name}'. Was expecting ${name === 'HOP' ? 3 : 2} arguments`,
      );
    if (!isTimestamp(time.type) && time.type.root !== 'TIME' && time.type.root !== 'DATE') {
      const types = args.map((a) => `<${printValidatorType(a.type)}>`).join(', ');
      const forms =
        name === 'HOP'
          ? [
              `'$HOP(<DATETIME>, <DATETIME_INTERVAL>, <DATETIME_INTERVAL>)'`,
              `'$HOP(<DATETIME>, <DATETIME_INTERVAL>, <DATETIME_INTERVAL>, <TIME>)'`,
            ]
          : [
              `'$${name}(<DATETIME>, <DATETIME_INTERVAL>)'`,
              `'$${name}(<DATETIME>, <DATETIME_INTERVAL>, <TIME>)'`,
            ];
      throw this.#error(
        node.span,
        'wrong-argument-type',
        `Cannot apply '$${name}' to arguments of type '$${name}(${types})'. Supported form(s): ${forms.join('\n')}`,
      );
    }
    return call(`$${name}`, args, time.type);
  }

  #auxiliary(
    node: Ast.Call,
    name: string,
    property: WindowProperty,
    plain: ExpressionBinder,
    groups: readonly { rex: Rex; window: Ast.Call | null }[],
  ): Rex {
    const window = name.slice(0, name.indexOf('_'));
    const at = groups.findIndex(({ rex, window: w }) => {
      if (!w || w.name.toUpperCase() !== window || rex.kind !== 'Call') return false;
      const args = node.args.map((arg) => plain.bind(arg));
      return args.length === rex.operands.length && args.every((a, i) => sameRex(a, rex.operands[i]!));
    });
    if (at < 0) {
      throw this.#error(
        node.span,
        'window-mismatch',
        `Call to auxiliary group function '${name}' must have matching call to group function '$${window}' in GROUP BY clause`,
      );
    }
    const time = groups[at]!.rex.type;
    const isLtz = time.root === 'TIMESTAMP_LTZ';
    const type: LogicalType =
      property === 'start' || property === 'end'
        ? notNull(timestamp(3))
        : property === 'proctime'
          ? notNull(timestampLtz(3, 'PROCTIME'))
          : withNullable(isLtz ? timestampLtz(3, 'ROWTIME') : timestamp(3, 'ROWTIME'), time.nullable);
    return call(name, [ref(at, time)], type);
  }

  // -------------------------------------------------------------- FROM

  /** `outer`: what UNNEST and LATERAL may name. */
  #table(table: Ast.TableRef, outer: Scope | null): Bound {
    switch (table.kind) {
      case 'NamedTable':
        return this.#named(table);
      case 'DerivedTable': {
        if (table.asOf) throw notYet('FOR SYSTEM_TIME AS OF', table.span);
        return this.#aliased(
          this.#inner(table.lateral ? outer : this.#outer).query(table.query),
          table.alias?.name ?? null,
          table.columns,
        );
      }
      case 'TableFunction':
        return this.#tableFunction(table, outer);
      case 'Join':
        return this.#join(table, outer);
      case 'Unnest': {
        const binder = new ExpressionBinder(
          this.#context.source,
          outer ? { tables: [], outer } : EMPTY_SCOPE,
        );
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

  #join(table: Ast.Join, outer: Scope | null): Bound {
    const left = this.#table(table.left, outer);
    const seen = this.#outer ? { ...left.scope, outer: this.#outer } : left.scope;
    const right = this.#table(
      asOfOf(table.right) ? ({ ...table.right, asOf: null } as Ast.TableRef) : table.right,
      seen,
    );
    const references = isLateral(table.right) ? outerReferences(right.node).length : 0;
    if (references === 0) return bindJoin(table, left, right, this.#context.source);
    if (table.type === 'RIGHT' || table.type === 'FULL')
      throw plainError(
        'parse',
        'lateral-join-type',
        'IllegalStateException',
        `Unknown join type ${table.type}`,
        table.span,
      );
    this.#correlations.next += references;
    return bindJoin(table, left, right, this.#context.source, this.#correlations.next - 1);
  }

  #named(table: Ast.NamedTable): Bound {
    if (table.asOf) throw notYet('FOR SYSTEM_TIME AS OF', table.span);
    const parts = table.name.parts.map((p) => p.name);
    const alias = table.alias?.name ?? parts.at(-1)!;
    const cte = parts.length === 1 ? this.#ctes.get(parts[0]!) : undefined;
    if (cte) return this.#aliased(cte, alias, table.columns);
    const path = this.#context.catalog.qualify(parts);
    const object = this.#context.catalog.get(path);
    if (!object)
      throw this.#error(
        table.name.span,
        'unknown-table',
        `Object '${this.#missingPart(parts)}' not found${this.#within(parts)}`,
      );
    for (const hint of table.hints) {
      if (!KNOWN_HINTS.has(hint.name.name.toUpperCase())) {
        throw this.#error(
          hint.span,
          'unknown-hint',
          `Hint: ${hint.name.name} should be registered in the HintStrategyTable`,
          'CalciteException',
        );
      }
    }
    if (object.kind === 'view') return this.#aliased(this.#view(object), alias, table.columns, path);
    const hints = new Map(
      table.hints
        .filter((h) => h.name.name.toUpperCase() === 'OPTIONS')
        .flatMap((h) => h.options.map((o) => [o.key, o.value ?? ''] as const)),
    );
    return this.#aliased(scanOf(this.#context.openSource(object, hints)), alias, table.columns, path);
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

  /** Which part of `cat.db.t` does not exist. */
  #missingPart(parts: readonly string[]): string {
    const [catalog, database, name] = this.#context.catalog.qualify(parts);
    if (parts.length === 3 && !this.#context.catalog.hasCatalog(catalog)) return catalog;
    if (parts.length >= 2 && !this.#context.catalog.hasDatabase(catalog, database)) return database;
    return name;
  }

  #within(parts: readonly string[]): string {
    const [catalog, database] = this.#context.catalog.qualify(parts);
    if (
      parts.length === 3 &&
      this.#context.catalog.hasCatalog(catalog) &&
      this.#context.catalog.hasDatabase(catalog, database)
    )
      return ` within '${catalog}.${database}'`;
    if (parts.length === 2 && this.#context.catalog.hasDatabase(catalog, database))
      return ` within '${catalog}.${database}'`;
    return '';
  }

  #view(view: CatalogView): LogicalNode {
    const node = new QueryBinder(
      { ...this.#context, source: { text: view.text, offset: 0 } },
      new Map(),
    ).query(view.query);
    return rename(
      node,
      view.columns.map((c) => c.name),
    );
  }

  #tableFunction(table: Ast.TableFunction, outer: Scope | null): Bound {
    const name = table.call.name.toUpperCase();
    if (name !== 'TUMBLE' && name !== 'HOP' && name !== 'CUMULATE' && name !== 'SESSION') {
      const binder = new ExpressionBinder(this.#context.source, outer ? { tables: [], outer } : EMPTY_SCOPE);
      throw binder.noTableFunction(table.call);
    }
    const node = this.#windowTable(table.call, name);
    return aliased(node, table.alias?.name ?? null, table.columns);
  }

  /** TUMBLE, HOP, CUMULATE or SESSION over a table, with positional or named arguments. */
  #windowTable(callNode: Ast.Call, name: 'TUMBLE' | 'HOP' | 'CUMULATE' | 'SESSION'): LogicalNode {
    const parameters = WINDOW_PARAMETERS[name];
    const args = new Map<string, Ast.Expression>();
    for (const [i, arg] of callNode.args.entries()) {
      if (arg.kind === 'NamedArgument') args.set(arg.name.name.toUpperCase(), arg.value);
      else if (parameters[i] !== undefined) args.set(parameters[i]!, arg);
    }
    const required = parameters.filter((p) => p !== 'OFFSET');
    const table = args.get('DATA');
    if (table && table.kind === 'ColumnRef') {
      throw this.#error(
        table.span,
        'table-keyword-missing',
        `Column '${table.parts.map((p) => p.name).join('.')}' not found in any table`,
        undefined,
      );
    }
    if (required.length > callNode.args.length || callNode.args.length > parameters.length) {
      throw this.#error(
        callNode.span,
        'wrong-argument-count',
        `Invalid number of arguments to function '${name}'. Was expecting ${required.length} arguments`,
      );
    }
    if (required.some((p) => !args.has(p))) throw this.#windowSignature(callNode, name, null);
    const subquery = table?.kind === 'SubQuery' ? table.query : null;
    if (!table || (table.kind !== 'TableArgument' && !subquery))
      throw this.#windowSignature(callNode, name, null);
    const input = subquery ? this.query(subquery) : this.#tableArgument(table as Ast.TableArgument);
    const descriptor = args.get('TIMECOL')!;
    if (descriptor.kind !== 'Descriptor') throw this.#windowSignature(callNode, name, null);
    const columnName = descriptor.columns[0]!.name;
    const time = input.fields.findIndex((f) => f.name === columnName);
    if (time < 0)
      throw this.#error(descriptor.columns[0]!.span, 'unknown-column', `Unknown identifier '${columnName}'`);
    const timeType = input.fields[time]!.type;
    if (!isTimestamp(timeType)) throw this.#windowSignature(callNode, name, timeType);
    const binder = new ExpressionBinder(this.#context.source, EMPTY_SCOPE);
    const length = (parameter: string): { ms: number; unit: string } => {
      const arg = args.get(parameter);
      if (!arg) return { ms: 0, unit: '' };
      const rex = binder.bind(arg);
      if (rex.kind !== 'Literal' || rex.type.root !== 'INTERVAL_DAY' || typeof rex.value !== 'number') {
        if (rex.type.root === 'INTERVAL_MONTH')
          throw plainError(
            'plan',
            'window-unit',
            'TableException',
            'Window aggregate only support SECOND, MINUTE, HOUR, DAY as the time unit. MONTH and YEAR time unit are not supported yet.',
            arg.span,
          );
        throw this.#windowSignature(callNode, name, null);
      }
      return { ms: rex.value, unit: rex.type.unit };
    };
    const lengths =
      name === 'HOP'
        ? [length('SLIDE'), length('SIZE')]
        : name === 'CUMULATE'
          ? [length('STEP'), length('SIZE')]
          : [length(name === 'SESSION' ? 'GAP' : 'SIZE')];
    const offset = length('OFFSET');
    const partition =
      table.kind === 'TableArgument' ? table.partitionBy.map((e) => this.#partitionColumn(e, input)) : [];
    const window: WindowSpec = {
      kind: name,
      time,
      timeType,
      partition,
      sizeMs: lengths.at(-1)!.ms,
      slideMs: lengths.length > 1 ? lengths[0]!.ms : 0,
      offsetMs: offset.ms,
      units: [...lengths.map((l) => l.unit), ...(offset.unit ? [offset.unit] : [])],
    };
    const windowTime = withNullable({ ...timeType, precision: 3 }, false);
    const taken = new Set(input.fields.map((f) => f.name));
    const extra = (['window_start', 'window_end', 'window_time'] as const).map((n) => ({
      name: taken.has(n) ? `${n}0` : n,
      type: n === 'window_time' ? windowTime : notNull(timestamp(3)),
    }));
    // The AST shows the table argument as a projection of all its columns.
    const projected: LogicalNode = subquery
      ? input
      : { kind: 'Project', input, exprs: input.fields.map((f, i) => ref(i, f.type)), fields: input.fields };
    return { kind: 'WindowTable', input: projected, window, fields: [...input.fields, ...extra] };
  }

  #partitionColumn(expression: Ast.Expression, input: LogicalNode): number {
    const columnName = expression.kind === 'ColumnRef' ? expression.parts.at(-1)!.name : '';
    const at = input.fields.findIndex((f) => f.name === columnName);
    if (at < 0)
      throw this.#error(expression.span, 'unknown-column', `Column '${columnName}' not found in any table`);
    return at;
  }

  #tableArgument(argument: Ast.TableArgument): LogicalNode {
    if (!('parts' in argument.table)) return this.query(argument.table);
    return this.#named({
      kind: 'NamedTable',
      name: argument.table,
      hints: [],
      asOf: null,
      alias: null,
      columns: [],
      span: argument.span,
    }).node;
  }

  #windowSignature(node: Ast.Call, name: string, timeType: LogicalType | null): Error {
    const forms: { readonly [name: string]: string } = {
      TUMBLE: 'TUMBLE(TABLE table_name, DESCRIPTOR(timecol), datetime interval[, datetime interval])',
      HOP: 'HOP(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
      CUMULATE:
        'CUMULATE(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
      SESSION:
        "SESSION(TABLE table_name [PARTITION BY ('colname'...)], DESCRIPTOR(timecol), datetime interval)",
    };
    if (timeType) {
      const message = `The window function ${forms[name]} requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is ${printType(withNullable(timeType, true))}.\nBesides, the timecol must be a time attribute type in streaming mode.`;
      return plainError('parse', 'window-time-type', 'ValidationException', message, node.span);
    }
    const shown = node.args.map((arg) => argumentForm(arg, this.#context.source)).join(', ');
    return this.#error(
      node.span,
      'wrong-window-arguments',
      `Cannot apply '${name}' to arguments of type '${name}(${shown})'. Supported form(s): ${forms[name]}`,
    );
  }
}

/** A literal shown with all the digits of its type. */
function inFull(rex: Rex): Rex {
  if (rex.kind !== 'Literal' || rex.shownScale === undefined) return rex;
  const { shownScale: _, ...rest } = rex;
  return rest;
}

/** A time attribute beside the same plain type stays one: the plain column is taken for it. */
function commonType(types: readonly LogicalType[]): LogicalType | null {
  const attribute = types.find((t) => isTimestamp(t) && t.kind !== 'REGULAR');
  if (attribute && types.every((t) => sameKind(attribute, t)))
    return withNullable(
      attribute,
      types.some((t) => t.nullable),
    );
  return leastRestrictive(types);
}
const plainKind = (t: LogicalType): LogicalType =>
  withNullable(isTimestamp(t) ? { ...t, kind: 'REGULAR' } : t, true);
const sameKind = (a: LogicalType, b: LogicalType): boolean =>
  isTimeAttribute(a) && sameType(plainKind(a), plainKind(b));

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

const WINDOW_PARAMETERS = {
  TUMBLE: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'],
  HOP: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'],
  CUMULATE: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'],
  SESSION: ['DATA', 'TIMECOL', 'GAP'],
} as const;

interface SelectColumn {
  readonly expression: Ast.Expression;
  readonly name: string;
  /** Already bound, for columns of a star. */
  readonly rex: Rex | null;
  readonly span: Ast.Identifier['span'];
}

/** Numbers beside dates in one column pass Calcite's validator, and fail when Flink generates code for them. */
function mixedWithDate(values: readonly Rex[]): Error {
  const number = values.find((v) => v.type.root === 'INTEGER') ?? values[0]!;
  const shown = number.kind === 'Literal' ? String(number.value) : '?';
  return plainError(
    'plan',
    'mixed-types',
    'CodeGenException',
    `Incompatible types of expression and result type. Expression[GeneratedExpression(((int) ${shown}),false,,INT NOT NULL,Some(${shown}))] type is [INT NOT NULL], result type is [DATE NOT NULL]`,
    null,
  );
}

function argumentForm(arg: Ast.Expression, source: StatementText): string {
  if (arg.kind === 'Descriptor') return '<COLUMN_LIST>';
  if (arg.kind === 'TableArgument') return '<TABLE>';
  if (arg.kind === 'IntervalLiteral')
    return `<INTERVAL ${arg.qualifier.from}${arg.qualifier.to ? ` TO ${arg.qualifier.to}` : ''}>`;
  return source.text.slice(arg.span.start - source.offset, arg.span.end - source.offset);
}

/** The one row that a query without FROM reads. */
function oneRow(): LogicalNode {
  return {
    kind: 'Values',
    rows: [[literal(0, notNull(INTEGER))]],
    fields: [{ name: 'ZERO', type: notNull(INTEGER) }],
  };
}

/** The scan of a table with its computed columns and watermark on top, as Flink expands it. */
export function scanOf(table: CatalogTable): LogicalNode {
  const stored = table.columns.filter((c) => c.kind !== 'computed');
  let node: LogicalNode = {
    kind: 'Scan',
    table,
    fields: stored.map(({ name, type }) => ({ name, type: regular(type) })),
  };
  const fields = table.columns.map((c) => ({
    name: c.name,
    type: isTimeAttribute(c.type) && c.type.kind === 'ROWTIME' ? regular(c.type) : c.type,
  }));
  if (table.columns.some((c) => c.kind === 'computed')) {
    const exprs = table.columns.map((c, i) => c.expression ?? ref(stored.indexOf(c), fields[i]!.type));
    node = { kind: 'Project', input: node, exprs, fields };
  }
  if (table.watermark) {
    const rowtime = table.watermark.column;
    node = {
      kind: 'WatermarkAssigner',
      input: node,
      rowtime,
      watermark: table.watermark.expression,
      fields: table.columns.map((c, i) => (i === rowtime ? { name: c.name, type: c.type } : node.fields[i]!)),
    };
  }
  return node;
}

function regular(type: LogicalType): LogicalType {
  return isTimestamp(type) && type.kind === 'ROWTIME' ? { ...type, kind: 'REGULAR' } : type;
}

function aliased(
  node: LogicalNode,
  name: string | null,
  columns: readonly Ast.Identifier[],
  path: readonly string[] | null = null,
): Bound {
  const fields =
    columns.length > 0
      ? node.fields.map((f, i) => ({ name: columns[i]?.name ?? f.name, type: f.type }))
      : node.fields;
  const named: LogicalNode = node.kind === 'Values' ? { ...node, fields } : node;
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

/** The same rows under other column names. */
export function rename(node: LogicalNode, names: readonly string[]): LogicalNode {
  if (node.fields.every((f, i) => f.name === names[i])) return node;
  const fields = node.fields.map((f, i) => ({ name: names[i] ?? f.name, type: f.type }));
  if (node.kind === 'Project') return { ...node, fields };
  return { kind: 'Project', input: node, exprs: node.fields.map((f, i) => ref(i, f.type)), fields };
}

/** The same rows cast to other types, where any differs. */
export function castFields(node: LogicalNode, fields: readonly Field[]): LogicalNode {
  const cast = (rex: Rex, type: LogicalType): Rex => {
    const made = castTo(rex, type);
    // What is never NULL on one side and may be on another is cast too, unless it is a literal.
    return made === rex && rex.kind !== 'Literal' && rex.type.nullable !== type.nullable
      ? call('CAST', [rex], type)
      : made.kind === 'Call' && made !== rex
        ? { ...made, type }
        : made;
  };
  const exprs = node.fields.map((f, i) => cast(ref(i, f.type), fields[i]!.type));
  if (exprs.every((e) => e.kind === 'InputRef')) return node;
  if (node.kind === 'Project') {
    return {
      ...node,
      exprs: node.exprs.map((e, i) => cast(e, fields[i]!.type)),
      fields: exprs.map((e, i) => ({ name: node.fields[i]!.name, type: e.type })),
    };
  }
  return {
    kind: 'Project',
    input: node,
    exprs,
    fields: exprs.map((e, i) => ({ name: node.fields[i]!.name, type: e.type })),
  };
}

const sameRex = (a: Rex, b: Rex): boolean => a === b || rexKey(a) === rexKey(b);
const rexKey = (rex: Rex): string =>
  JSON.stringify(rex, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));

function columnRef(table: ScopeTable, name: string, span: Ast.Identifier['span']): Ast.ColumnRef {
  const parts = table.name === null ? [name] : [table.name, name];
  return { kind: 'ColumnRef', parts: parts.map((p) => ({ name: p, quoted: true, span })), span };
}

/** What a column is called where no alias was written. */
function impliedName(e: Ast.Expression): string | null {
  if (e.kind === 'ColumnRef') return e.parts.at(-1)!.name;
  return null;
}

/** The name a column of `*` gets behind others: already one of its own, before all names of the list are made so. */
function unused(name: string, columns: readonly SelectColumn[]): string {
  const taken = new Set(columns.map((c) => c.name));
  if (!taken.has(name)) return name;
  let i = 0;
  while (taken.has(`${name}${i}`)) i++;
  return `${name}${i}`;
}

/** `a, b, a` becomes `a, b, a0`, as Calcite's uniquifier does. */
export function uniquify(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let i = 0; used.has(candidate); i++) candidate = `${name}${i}`;
    used.add(candidate);
    return candidate;
  });
}

function uniquifyFields(fields: readonly Field[]): Field[] {
  const names = uniquify(fields.map((f) => f.name));
  return fields.map((f, i) => ({ name: names[i]!, type: f.type }));
}

/** STATE_TTL of the one table an aggregate reads, by its name or alias. */
function stateTtl(select: Ast.Select): StateTtl | null {
  const from = select.from;
  const name =
    from?.kind === 'NamedTable' || from?.kind === 'DerivedTable'
      ? (from.alias?.name ?? (from.kind === 'NamedTable' ? from.name.parts.at(-1)!.name : null))
      : null;
  for (const hint of select.hints) {
    if (hint.name.name.toUpperCase() !== 'STATE_TTL') continue;
    const text = hint.options.find((o) => o.key === name)?.value;
    if (text) return { text, ms: new Config([['ttl', text]]).durationMs('ttl', 0) };
  }
  return null;
}

/** Flink wraps what JSON aggregates collect in JSON_STRING, in a projection of its own. */
function jsonString(rex: Rex): Rex {
  return call('JSON_STRING', [rex], withNullable(STRING, rex.type.nullable));
}

function withJsonArguments(c: AggregateCall, at: ReadonlyMap<number, number>): AggregateCall {
  if (!c.name.startsWith('JSON_')) return c;
  return { ...c, args: c.args.map((a, i) => (i === c.args.length - 1 ? at.get(a)! : a)) };
}

/** Aggregates are written as functions, those over JSON with words among their arguments. */
const isFunctionSyntax = (e: Ast.Call): boolean => e.syntax === 'function' || e.syntax === 'special';

function textOf(source: StatementText, e: Ast.Expression): string {
  return source.text
    .slice(e.span.start - source.offset, e.span.end - source.offset)
    .replace(/\s+/g, ' ')
    .replace(/`/g, '');
}

function isGroupWindow(e: Ast.Expression): e is Ast.Call {
  return e.kind === 'Call' && ['TUMBLE', 'HOP', 'SESSION'].includes(e.name.toUpperCase());
}

/** Whether `test` holds for the expression or any part of it that is evaluated in the same query. */
export function anyPart(e: Ast.Expression, test: (e: Ast.Expression) => boolean): boolean {
  if (test(e)) return true;
  const parts: readonly Ast.Expression[] =
    e.kind === 'Call'
      ? [...e.args, ...(e.filter ? [e.filter] : [])]
      : e.kind === 'Case'
        ? [
            ...(e.operand ? [e.operand] : []),
            ...e.branches.flatMap((b) => [b.when, b.then]),
            ...(e.otherwise ? [e.otherwise] : []),
          ]
        : e.kind === 'Cast' || e.kind === 'FieldAccess'
          ? [e.operand]
          : e.kind === 'RowValue' || e.kind === 'ArrayValue' || e.kind === 'MapValue'
            ? e.items
            : e.kind === 'ItemAccess'
              ? [e.operand, e.index]
              : e.kind === 'NamedArgument'
                ? [e.value]
                : [];
  return parts.some((part) => anyPart(part, test));
}

export const hasAggregate = (e: Ast.Expression): boolean =>
  anyPart(e, (x) => x.kind === 'Call' && isFunctionSyntax(x) && AGGREGATES.has(x.name.toUpperCase()));
const hasAuxiliary = (e: Ast.Expression): boolean =>
  anyPart(e, (x) => x.kind === 'Call' && WINDOW_AUXILIARY.has(x.name.toUpperCase()));
const mentionsColumn = (e: Ast.Expression): boolean => anyPart(e, (x) => x.kind === 'ColumnRef');
