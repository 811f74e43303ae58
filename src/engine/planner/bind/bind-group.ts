import { notYet, plainError } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { callType } from '../../functions/aggregate-type.ts';
import { AGGREGATES, WINDOW_AUXILIARY } from '../../functions/function-kinds.ts';
import { printArgument } from '../../functions/signature.ts';
import {
  type AggregateCall,
  type LogicalNode,
  type StateTtl,
  type WindowProperty,
} from '../../plan/logical.ts';
import { uniquifyFields } from '../../plan/relation-tools.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { withoutNeedlessCasts } from '../../plan/rex-build.ts';
import { changesNothing, passesAll } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import {
  BIGINT,
  isInterval,
  isTimestamp,
  type LogicalType,
  notNull,
  timestamp,
  timestampLtz,
  withNullable,
} from '../../types/logical-type.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { isDistinct } from '../rules/aggregate-remove-rule.ts';
import { groupingSets, isPlainGroupBy } from '../rules/grouping-sets.ts';
import { callOver, dedupeNames } from '../rules/logical-tools.ts';
import { simplifyCondition } from '../simplify/simplify-condition.ts';
import { isCorrelated } from '../subqueries/correlation.ts';
import { filterBySubqueries, projectSubqueries } from '../subqueries/join-subquery.ts';
import { aggregateName, checkNullTreatment, needOver } from './aggregate-syntax.ts';
import {
  firstAggregate,
  hasAggregate,
  hasAuxiliary,
  hasWindow,
  identityOf,
  illegalIn,
  isFunctionSyntax,
  isGroupWindow,
  mentionsColumn,
} from './ast-tools.ts';
import { type BindSubquery, ExpressionBinder, type Intercept } from './bind-expression.ts';
import { type NamedWindows } from './bind-over.ts';
import { projectList, type SelectColumn } from './bind-select-list.ts';
import { isNamed, ttlMs } from './join-hints.ts';
import { bindPercentile } from './percentile.ts';
import { onlyOfAggregates } from './refuse-call.ts';
import { type Scope } from './scope.ts';

/** What a SELECT with groups or aggregates is bound from. */
export interface GroupedSelect {
  readonly select: Ast.Select;
  /** Columns of the SELECT list, then `hidden` ones it is only ordered by. */
  readonly items: readonly SelectColumn[];
  readonly hidden: number;
  readonly input: LogicalNode;
  readonly scope: Scope;
  readonly windows: NamedWindows;
  readonly source: StatementText;
  readonly subquery: BindSubquery;
  readonly isInScalar: boolean;
}

/** Binds GROUP BY, the aggregates of the SELECT list, and HAVING: a projection of what they read, the aggregate, a projection of the list. */
export function bindGrouped(given: GroupedSelect): LogicalNode {
  return new GroupBinder(given).bind();
}

/** How many arguments a group window needs; one more says how it is aligned. */
const windowWidth = (name: string): number => (name === 'HOP' ? 3 : 2);

interface Group {
  readonly rex: Rex;
  readonly name: string | null;
  readonly window: Ast.Call | null;
}

class GroupBinder {
  readonly #given: GroupedSelect;
  readonly #source: StatementText;
  /** Binds what is evaluated below the aggregate. */
  readonly #plain: ExpressionBinder;
  /** What the SELECT list calls the expressions it names. */
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #groups: readonly Group[];
  /** Grouping sets as positions in the groups; null for a plain GROUP BY. */
  readonly #sets: readonly (readonly number[])[] | null;
  /** Columns below the aggregate: the groups, then arguments of aggregates. */
  readonly #args: { readonly rex: Rex; readonly name: string }[];
  readonly #calls: (AggregateCall & { readonly key: string })[] = [];
  #hasJson = false;

  constructor(given: GroupedSelect) {
    this.#given = given;
    this.#source = given.source;
    this.#plain = new ExpressionBinder(given.source, given.scope, null, given.subquery);
    const { items, hidden } = given;
    this.#aliases = new Map(
      items
        .slice(0, items.length - hidden)
        .map((item) => [identityOf(item.expression, given.scope), item.name]),
    );
    const groupBy = given.select.groupBy ?? [];
    const sets = groupingSets(groupBy);
    this.#groups = this.#bindGroups(sets.flat());
    this.#sets = isPlainGroupBy(groupBy)
      ? null
      : sets.map((set) => [
          ...new Set(set.map((e) => this.#groups.findIndex((g) => sameRex(g.rex, this.#plain.bind(e))))),
        ]);
    this.#args = this.#groups.map(({ rex, name }, i) => ({ rex, name: name ?? `$f${i}` }));
  }

  #illegalNull = ({ span }: Ast.Expression): Error =>
    this.#error(span, 'untyped-null', `Illegal use of 'NULL'`);

  #error(span: Span, code: string, message: string, exception?: string): Error {
    return validationError(this.#source, span, code, message, exception);
  }

  #bindGroups(expressions: readonly Ast.Expression[]): Group[] {
    const { fields } = this.#given.input;
    const groups: Group[] = [];
    for (const expression of expressions) {
      if (isGroupWindow(expression)) {
        groups.push({ rex: this.#groupWindow(expression), name: null, window: expression });
        continue;
      }
      const aggregate = firstAggregate(expression);
      if (aggregate)
        throw this.#error(aggregate.span, 'aggregate-in-group-by', illegalIn(aggregate, 'GROUP BY'));
      needOver(expression, this.#source);
      const rex = this.#plain.typed(this.#plain.bind(expression), expression.span);
      if (groups.some((g) => sameRex(g.rex, rex))) continue;
      // A column of USING is two, which nobody names.
      const isMerged = expression.kind === 'ColumnRef' && rex.kind === 'Call' && rex.operator === 'COALESCE';
      const alias = isMerged ? null : this.#aliases.get(identityOf(expression, this.#given.scope));
      const name = alias ?? (rex.kind === 'InputRef' ? fields[rex.index]!.name : null);
      groups.push({ rex, name, window: null });
    }
    return groups;
  }

  bind(): LogicalNode {
    const { select, items, scope, windows, source } = this.#given;
    const subquery: BindSubquery = (query, isScalar) => {
      const bound = this.#given.subquery(query, isScalar);
      if (isCorrelated(bound)) throw notYet('a correlated sub-query beside GROUP BY', query.span);
      return bound;
    };
    const intercept: Intercept = (expression, isEarly) => this.#aboveAggregate(expression, isEarly);
    const binder = new ExpressionBinder(source, scope, intercept, subquery, windows);
    const bindHaving = (): Rex | null =>
      select.having && this.#having(new ExpressionBinder(source, scope, intercept, subquery), select.having);
    const list = (): Rex[] => binder.list(items, (item) => withoutNeedlessCasts(this.#item(item, binder)));
    const exprs = afterOther(list, bindHaving);
    const having = bindHaving();
    const aggregate = this.#aggregateNode();
    const input = having
      ? filterBySubqueries(
          { kind: 'Filter', input: aggregate, condition: having, fields: aggregate.fields },
          this.#given.isInScalar,
          null,
        )
      : aggregate;
    const asked = projectList(items, exprs, input);
    // A list of the groups as they stand is those.
    if (aggregate.kind === 'Aggregate' || !passesAll(exprs, input.fields.length)) return asked;
    if (input.kind === 'Project') return { ...input, fields: asked.fields };
    return changesNothing(exprs, asked.fields, input.fields) ? input : asked;
  }

  /** A column of the SELECT list; those of a star must be groups. */
  #item(item: SelectColumn, binder: ExpressionBinder): Rex {
    if (item.rex?.kind === 'Literal') return item.rex;
    if (item.rex?.kind !== 'InputRef') return binder.whole(item.expression);
    const at = this.#groups.findIndex((g) => sameRex(g.rex, item.rex!));
    if (at >= 0) return ref(at, item.rex.type);
    throw this.#error(
      item.span,
      'not-grouped',
      `Expression '${qualifiedName(item.rex.index, this.#given.scope)}' is not being grouped`,
    );
  }

  /** What an expression above the aggregate stands for as a whole: an aggregate, a property of the window or a group; null: look at its parts. */
  #aboveAggregate(expression: Ast.Expression, isEarly: boolean): Rex | null {
    if (expression.kind === 'Call' && isFunctionSyntax(expression)) {
      const name = expression.name.toUpperCase();
      if (AGGREGATES.has(name)) return this.#aggregate(expression, name, isEarly);
      const auxiliary = WINDOW_AUXILIARY.get(name);
      if (auxiliary) return this.#auxiliary(expression, name, auxiliary.property);
    }
    if (hasAggregate(expression) || isGroupWindow(expression)) return null;
    const mayBeGroup = expression.kind === 'SubQuery' && this.#groups.some((g) => g.rex.kind === 'SubQuery');
    if ((!mayBeGroup && !mentionsColumn(expression)) || hasAuxiliary(expression)) return null;
    const rex = this.#plain.bind(expression);
    const at = this.#groups.findIndex((g) => sameRex(g.rex, rex));
    if (at >= 0) return ref(at, this.#isInEverySet(at) ? rex.type : withNullable(rex.type, true));
    if (expression.kind === 'ColumnRef') {
      throw this.#error(
        expression.span,
        'not-grouped',
        `Expression '${expression.parts.map((p) => p.name).join('.')}' is not being grouped`,
      );
    }
    return null;
  }

  #isInEverySet(group: number): boolean {
    return this.#sets?.every((set) => set.includes(group)) ?? true;
  }

  /** Columns that are only counted are not computed, unless all columns of the input are read as they are. */
  #dropCounted(): void {
    const { fields } = this.#given.input;
    const isWhole = this.#args.every(({ rex }, i) => rex.kind === 'InputRef' && rex.index === i);
    if (isWhole && this.#args.length === fields.length) return;
    const read = new Set([
      ...this.#groups.keys(),
      ...this.#calls.flatMap((c) => (c.filter < 0 ? c.args : [...c.args, c.filter])),
    ]);
    const kept = [...this.#args.keys()].filter((i) => read.has(i));
    if (kept.length === this.#args.length) return;
    const at = (i: number): number => kept.indexOf(i);
    this.#args.splice(0, this.#args.length, ...kept.map((i) => this.#args[i]!));
    for (const [i, c] of this.#calls.entries()) this.#calls[i] = callOver(c, at);
  }

  #having(binder: ExpressionBinder, having: Ast.Expression): Rex {
    const condition = binder.condition(having, 'HAVING');
    if (hasWindow(having))
      throw plainError(
        'plan',
        'window-in-having',
        'CodeGenException',
        'Aggregate functions over windows are not supported yet.',
        having.span,
      );
    return simplifyCondition(condition);
  }

  /** The aggregate over a projection of its groups and arguments. */
  #aggregateNode(): LogicalNode {
    if (!this.#hasJson) this.#dropCounted();
    const args = this.#args;
    const fields = uniquifyFields(args.map((a) => ({ name: a.name, type: a.rex.type })));
    const below = this.#given.input;
    const exprs = args.map((a) => a.rex);
    // All columns of a projection are that projection, under the names that they have here.
    const isBelow = below.kind === 'Project' && passesAll(exprs, below.fields.length);
    const input: LogicalNode =
      args.length === 0
        ? below
        : isBelow
          ? { ...below, fields }
          : projectSubqueries({ kind: 'Project', input: below, exprs, fields });
    const groups = this.#groups.map((_, i) => i);
    const groupFields = groups.map((i) =>
      this.#isInEverySet(i) ? fields[i]! : { ...fields[i]!, type: withNullable(fields[i]!.type, true) },
    );
    const callFields = this.#calls.map((c, i) => ({
      name: c.alias ?? `$f${groups.length + i}`,
      type: c.type,
    }));
    // Groups of one row each are not even made.
    if (groups.length > 0 && this.#calls.length === 0 && !this.#sets && isDistinct(input)) return input;
    const ttl = stateTtl(this.#given.select);
    return {
      kind: 'Aggregate',
      input,
      groups,
      calls: this.#calls.map(({ key: _, ...c }) => c),
      fields: dedupeNames([...groupFields, ...callFields]),
      ...(this.#sets ? { sets: this.#sets } : {}),
      ...(ttl ? { ttl } : {}),
    };
  }

  /** The column below the aggregate that holds an expression. */
  #argument(rex: Rex): number {
    const at = this.#args.findIndex((a) => sameRex(a.rex, rex));
    if (at >= 0) return at;
    const { length } = this.#args;
    const name = rex.kind === 'InputRef' ? this.#given.input.fields[rex.index]!.name : `$f${length}`;
    return this.#args.push({ rex, name }) - 1;
  }

  #aggregate(node: Ast.Call, name: string, isEarly: boolean): Rex {
    const groupCount = this.#groups.length;
    const hasGroups = this.#given.select.groupBy !== null && groupCount > 0;
    if (node.args.some((arg) => hasAggregate(arg) || hasWindow(arg)))
      throw this.#error(node.span, 'nested-aggregate', 'Aggregate expressions cannot be nested');
    const isGrouping = name === 'GROUPING' || name === 'GROUPING_ID' || name === 'GROUP_ID';
    const within = withinGroup(node, this.#source);
    if (within)
      throw this.#error(
        within,
        'within-group',
        `Aggregate expression '${name}' must not contain a WITHIN GROUP clause`,
      );
    checkNullTreatment(node, this.#source);
    // The order is written into the plan and never looked at.
    if (name !== 'ARRAY_AGG' && name !== 'JSON_ARRAYAGG' && node.orderBy.length > 0)
      throw notYet('ORDER BY within an aggregate', node.span);
    for (const { expression } of node.orderBy) this.#plain.bind(expression);
    if (node.star && name !== 'COUNT') throw onlyOfAggregates(this.#given, node, name);
    const given = node.args.map((arg) => (isEarly ? this.#plain.bindEarly(arg) : this.#plain.bind(arg)));
    const percentile = name === 'PERCENTILE' ? bindPercentile(this.#plain, node, given) : null;
    const bound = percentile?.args ?? given;
    const type = isGrouping
      ? notNull(BIGINT)
      : (percentile?.type ??
        callType(
          name,
          bound.map((b) => b.type),
          { hasGroups: hasGroups && !node.filter, star: node.star },
        ));
    const bare = node.args.find((_, i) => given[i]!.type.root === 'NULL');
    if (bare && !percentile && !name.startsWith('JSON_')) throw this.#illegalNull(bare);
    if ('message' in type) throw this.#error(node.span, type.code, type.message, type.exception);
    const separator = name === 'LISTAGG' ? node.args[1] : undefined;
    if (separator && separator.kind !== 'Literal')
      throw this.#error(node.span, 'not-a-literal', `Argument to function '${name}' must be a literal`);
    if (separator?.kind === 'Literal' && separator.type === 'null') throw this.#illegalNull(separator);
    const columns = bound.map((rex) => this.#argument(rex));
    // COUNT does not look at columns that cannot be NULL, as Calcite has it.
    const args =
      name === 'COUNT' && !node.distinct ? columns.filter((_, i) => bound[i]!.type.nullable) : columns;
    const ungrouped = isGrouping ? args.findIndex((a) => a >= groupCount) : -1;
    if (ungrouped >= 0)
      throw this.#given.select.groupBy === null
        ? this.#error(
            node.span,
            'grouping-of-ungrouped',
            `${name} operator may only occur in an aggregate query`,
          )
        : this.#error(
            node.args[ungrouped]!.span,
            'grouping-of-ungrouped',
            `Argument to ${name} operator must be a grouped expression`,
          );
    const fullName = aggregateName(node);
    if (fullName !== name) this.#hasJson = true;
    if (node.filter && hasAggregate(node.filter))
      throw this.#error(
        node.filter.span,
        'aggregate-in-filter',
        'FILTER must not contain aggregate expression',
      );
    const filterRex = node.filter ? this.#plain.condition(node.filter, 'FILTER') : null;
    const filter = filterRex
      ? this.#argument(
          filterRex.type.nullable
            ? call('IS TRUE', [filterRex], withNullable(filterRex.type, false))
            : filterRex,
        )
      : -1;
    const distinct = node.distinct && name !== 'MIN' && name !== 'MAX';
    const key = JSON.stringify([fullName, args, distinct, filter, node.nulls]);
    const at = this.#calls.findIndex((c) => c.key === key);
    if (at >= 0) return ref(groupCount + at, this.#calls[at]!.type);
    const alias = this.#aliases.get(identityOf(node, this.#given.scope)) ?? null;
    this.#calls.push({
      name: fullName,
      args,
      distinct,
      filter,
      ignoreNulls: node.nulls === 'IGNORE',
      type,
      alias,
      key,
    });
    return ref(groupCount + this.#calls.length - 1, type);
  }

  #groupWindow(node: Ast.Call): Rex {
    const name = node.name.toUpperCase();
    const args = node.args.map((arg) => this.#plain.bind(arg));
    const time = args[0];
    const width = windowWidth(name);
    if (!time || args.length < width || args.length > width + 1)
      throw this.#wrongCount(node.span, `$${name}`, width);
    const isTime = isTimestamp(time.type) || time.type.root === 'TIME' || time.type.root === 'DATE';
    const sizes = args.slice(1, width);
    const alignment = args[sizes.length + 1];
    const isAligned = !alignment || alignment.type.root === 'TIME';
    if (!isTime || !isAligned || !sizes.every(({ type }) => isInterval(type))) {
      const types = args.map((a) => printArgument({ type: a.type })).join(', ');
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

  #wrongCount(span: Span, name: string, width: number): Error {
    return this.#error(
      span,
      'wrong-argument-count',
      `Invalid number of arguments to function '${name}'. Was expecting ${width} arguments`,
    );
  }

  #auxiliary(node: Ast.Call, name: string, property: WindowProperty): Rex {
    const window = name.slice(0, name.indexOf('_'));
    const width = windowWidth(window);
    if (node.args.length < width || node.args.length > width + 1)
      throw this.#wrongCount(node.span, name, width);
    const at = this.#groups.findIndex(({ rex, window: w }) => {
      if (!w || w.name.toUpperCase() !== window || rex.kind !== 'Call') return false;
      const args = node.args.map((arg) => this.#plain.bind(arg));
      return args.length === rex.operands.length && args.every((a, i) => sameRex(a, rex.operands[i]!));
    });
    if (at < 0) {
      throw this.#error(
        node.span,
        'window-mismatch',
        `Call to auxiliary group function '${name}' must have matching call to group function '$${window}' in GROUP BY clause`,
      );
    }
    const time = this.#groups[at]!.rex.type;
    const isLtz = time.root === 'TIMESTAMP_LTZ';
    const type: LogicalType =
      property === 'start' || property === 'end'
        ? notNull(timestamp(3))
        : property === 'proctime'
          ? notNull(timestampLtz(3, 'PROCTIME'))
          : withNullable(isLtz ? timestampLtz(3, 'ROWTIME') : timestamp(3, 'ROWTIME'), time.nullable);
    return call(name, [ref(at, time)], type);
  }
}

/** What is bound first may be complained of second. */
function afterOther<T>(bind: () => T, other: () => unknown): T {
  try {
    return bind();
  } catch (error) {
    other();
    throw error;
  }
}

function qualifiedName(index: number, scope: Scope): string {
  const table = scope.tables.find((t) => index >= t.offset && index < t.offset + t.fields.length);
  return table ? `${table.name ?? ''}.${table.fields[index - table.offset]!.name}` : String(index);
}

const sameRex = (a: Rex, b: Rex): boolean => a === b || rexKey(a) === rexKey(b);
const rexKey = (rex: Rex): string =>
  JSON.stringify(rex, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));

/** STATE_TTL of the one table an aggregate reads, by its name or alias; over a join the hint is the join's, which knows its tables. */
export function stateTtl(select: Ast.Select): StateTtl | null {
  const from = select.from;
  if (from && hasPlainJoin(from)) return null;
  const name =
    from?.kind === 'NamedTable' || from?.kind === 'DerivedTable'
      ? (from.alias?.name ?? (from.kind === 'NamedTable' ? from.name.parts.at(-1)!.name : null))
      : null;
  for (const hint of select.hints) {
    if (hint.name.name.toUpperCase() !== 'STATE_TTL') continue;
    const unknown = hint.options.filter((o) => !isNamed(name, o.key)).map((o) => `\`${o.key}\``);
    if (unknown.length > 0)
      throw plainError(
        'plan',
        'hint-table',
        'ValidationException',
        `The options of following hints cannot match the name of input tables or views: \n${unknown.join(', ')} in \`STATE_TTL\``,
        hint.span,
      );
    const text = hint.options.findLast((o) => isNamed(name, o.key))?.value;
    if (text) return { text, ms: ttlMs(text, hint.span) };
  }
  return null;
}

/** Whether tables are joined as they are: versions, lookups and LATERAL make no node that takes a STATE_TTL. */
function hasPlainJoin(from: Ast.TableRef): boolean {
  if (from.kind !== 'Join') return false;
  const { left, right } = from;
  const isPlain =
    right.kind === 'NamedTable'
      ? right.asOf === null
      : right.kind === 'DerivedTable'
        ? !right.lateral
        : right.kind !== 'Unnest' && right.kind !== 'TableFunction';
  return isPlain || hasPlainJoin(left);
}

/** Where a call stands that WITHIN GROUP is written behind; null for any other. */
function withinGroup({ span, orderBy }: Ast.Call, { text, offset }: StatementText): Span | null {
  if (orderBy.length === 0) return null;
  const written = text.slice(span.start - offset, span.end - offset);
  const length = written.search(/\s*\bwithin\s+group\s*\(/i);
  return length < 0 ? null : { start: span.start, end: span.start + length };
}
