import { SqlError } from '../../base/diagnostic.ts';
import { notYet } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { AGGREGATES, GROUP_WINDOWS, WINDOW_AUXILIARY } from '../../functions/function-kinds.ts';
import { arrangeJsonOperands } from '../../functions/scalar/json.ts';
import { isTimeUnit } from '../../functions/signature.ts';
import { type LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex } from '../../plan/rex.ts';
import { withTypedNull } from '../../plan/rex-build.ts';
import { COMPARISONS, isCast } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import {
  BOOLEAN,
  char,
  isInterval,
  isNumeric,
  type LogicalType,
  notNull,
  rowOf,
  SYMBOL,
  varchar,
  withNullable,
} from '../../types/logical-type.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { firstAggregate, illegalIn, partsOf } from './ast-tools.ts';
import { bindCase, bindNullIf } from './bind-case.ts';
import { bindCast } from './bind-cast.ts';
import { accessField, bindColumn, bindItem } from './bind-column.ts';
import { bindBetween, bindEquality } from './bind-comparison.ts';
import {
  bindInterval,
  bindLiteral,
  bindNumber,
  type Fail,
  type Refuse,
  signedNumber,
} from './bind-literal.ts';
import { bindIn, bindQuantifiedList } from './bind-membership.ts';
import { bindOver, type NamedWindows } from './bind-over.ts';
import { badUnit, bindJson, bindMap, bindTimestampAdd } from './bind-special-call.ts';
import { bindExists, bindInQuery, bindScalarQuery } from './bind-subquery.ts';
import { type Asking, type Binder } from './binder.ts';
import { derivedFirst, derivesAll, derivesOne, isMiscounted } from './derived-first.ts';
import { invoke } from './invoke-function.ts';
import { withNotInside } from './not-inside.ts';
import {
  misplacedCall,
  needBoolean,
  noCharsets,
  noRounding,
  noSequence,
  noTranslation,
  notAFunction,
  onlyOfAggregates,
  unknownMoment,
} from './refuse-call.ts';
import { type Scope } from './scope.ts';

const WITH_UNIT: ReadonlySet<string> = new Set(['EXTRACT', 'FLOOR', 'CEIL', 'TIMESTAMPDIFF']);
const NEGATED: { readonly [name: string]: string } = {
  'NOT BETWEEN': 'BETWEEN',
  'NOT BETWEEN SYMMETRIC': 'BETWEEN SYMMETRIC',
  'NOT LIKE': 'LIKE',
  'NOT SIMILAR TO': 'SIMILAR TO',
  'NOT IN': 'IN',
};

const COMPARES_ROWS: ReadonlySet<string> = new Set([
  ...COMPARISONS,
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
  'OVERLAPS',
]);
const CHOOSES: ReadonlySet<string> = new Set(['COALESCE', 'IFNULL']);
/** Whether it is a row that is written out, with a NULL in it. */
const hasBareNull = (expression: Ast.Expression): expression is Ast.RowValue =>
  expression.kind === 'RowValue' &&
  expression.items.some((item) => (item.kind === 'Literal' && item.type === 'null') || hasBareNull(item));

/** Called first for every expression: gives the Rex that stands for it in a grouped query, or null to bind it as it is. */
export type Intercept = (expression: Ast.Expression, isEarly: boolean) => Rex | null;

/** Binds a query inside an expression; a scalar one is planned by another rule than those of IN and EXISTS. */
export type BindSubquery = (query: Ast.Query, isScalar: boolean) => LogicalNode;

/**
 * Binds expressions: finds what names mean, derives types, puts in the casts that Flink puts in. The rules are those of Calcite's validator and its
 * conversion to Rex, with Flink's own operators.
 */
export class ExpressionBinder implements Binder {
  readonly source: StatementText;
  readonly scope: Scope;
  readonly #intercept: Intercept | null;
  readonly #windows: NamedWindows;
  readonly #subquery: BindSubquery | null;
  /** What is wrong with a SELECT list whose columns have types all the same; null where it is told at once. */
  #misfits: SqlError[] | null = null;
  asking: Asking = 'late';

  /** @param subquery Binds a query inside an expression, which may look at `scope`; null where there can be none. */
  constructor(
    source: StatementText,
    scope: Scope,
    intercept: Intercept | null = null,
    subquery: BindSubquery | null = null,
    windows: NamedWindows = new Map(),
  ) {
    this.#subquery = subquery;
    this.source = source;
    this.scope = scope;
    this.#intercept = intercept;
    this.#windows = windows;
  }

  readonly #fail: Fail = (span, code, message, exception) => this.error(span, code, message, exception);

  readonly refuse: Refuse = (error) => {
    if (!this.#misfits) throw error;
    this.#misfits.push(error);
  };

  error(span: Span, code: string, message: string, exception?: string, hint?: string): SqlError {
    return validationError(this.source, span, code, message, exception, hint);
  }

  /** Binds a condition, which must be BOOLEAN. */
  condition(expression: Ast.Expression, clause: string): Rex {
    if (clause === 'WHERE' || clause === 'ON') this.#refuseAggregate(expression, clause);
    const rex = this.whole(
      clause === 'WHERE' || clause === 'HAVING' ? withNotInside(expression) : expression,
    );
    if (rex.type.root !== 'BOOLEAN' && rex.type.root !== 'NULL') {
      throw this.error(expression.span, 'condition-not-boolean', `${clause} clause must be a condition`);
    }
    const [operand] = isCast(rex) ? rex.operands : [];
    return operand?.type.root === 'BOOLEAN' ? operand : rex;
  }

  /** No row has a value of an aggregate yet; names that there are not are told before. */
  #refuseAggregate(expression: Ast.Expression, clause: string): void {
    const found = firstAggregate(expression);
    if (!found) return;
    for (const part of partsOf(expression, 'ColumnRef')) this.bind(part);
    throw this.error(found.span, 'misplaced-aggregate', illegalIn(found, clause));
  }

  /**
   * Binds an expression that is no part of another. What is told first is what Flink looks at first: the names in it, then what it asks for types early.
   */
  whole(expression: Ast.Expression): Rex {
    try {
      return this.bind(expression);
    } catch (error) {
      // A pattern's names mean nothing outside it.
      if (this.#intercept && this.scope.tables.length === 0) throw error;
      const plain = new ExpressionBinder(this.source, this.scope, null, this.#subquery, this.#windows);
      plain.#misfits = [];
      for (const column of partsOf(expression, 'ColumnRef')) plain.bind(column);
      for (const { expressions, isLenient, isUntyped } of derivedFirst(expression)) {
        try {
          plain.asking = isUntyped ? 'early' : 'late';
          for (const early of expressions) plain.bind(early);
        } catch (misfit) {
          if (!isLenient || !(misfit instanceof SqlError) || hasPlace(misfit)) throw misfit;
        }
      }
      throw error;
    }
  }

  /** Binds a SELECT list: a bare NULL is told as its column is come to, what leaves a column its type once every column has one. */
  list<T extends { readonly span: Span }>(items: readonly T[], bindColumn: (item: T) => Rex): Rex[] {
    this.#misfits = [];
    const columns = items.map((item) => this.typed(bindColumn(item), item.span));
    const misfits = this.#misfits;
    const misfit = misfits.find(({ diagnostic }) => diagnostic.phase === 'parse') ?? misfits[0];
    this.#misfits = null;
    if (misfit) throw misfit;
    return columns;
  }

  typed(rex: Rex, span: Span): Rex {
    if (rex.type.root === 'NULL') throw this.error(span, 'untyped-null', `Illegal use of 'NULL'`);
    return rex;
  }

  bindEarly(expression: Ast.Expression): Rex {
    return this.#ask('early', () => this.bindSide(expression));
  }

  #ask(asking: Asking, bind: () => Rex): Rex {
    const before = this.asking;
    this.asking = asking;
    try {
      return bind();
    } finally {
      this.asking = before;
    }
  }

  bind(expression: Ast.Expression): Rex {
    const rex = this.#bind(expression);
    this.source.onBound?.(expression.span, rex.type);
    return rex;
  }

  #bind(expression: Ast.Expression): Rex {
    const replaced = this.#intercept?.(expression, this.asking !== 'late');
    if (replaced) return replaced;
    switch (expression.kind) {
      case 'Literal':
        return bindLiteral(expression, this.#fail, this.refuse);
      case 'IntervalLiteral':
        return bindInterval(expression, this.#fail, this.refuse);
      case 'ColumnRef':
        return bindColumn(this, expression);
      case 'Call':
        return this.#call(expression);
      case 'Case':
        return bindCase(this, expression);
      case 'Cast':
        return bindCast(this, expression);
      case 'RowValue':
        return this.#row(expression, (item) => this.typed(this.bind(item), item.span));
      case 'MapValue':
        return bindMap(this, expression);
      case 'ArrayValue':
        return invoke(
          this,
          'ARRAY',
          expression.items.map((item) => this.bindSide(item)),
          expression.span,
        );
      case 'ItemAccess':
        return bindItem(this, expression);
      case 'FieldAccess':
        return accessField(
          this,
          this.typed(this.bind(expression.operand), expression.operand.span),
          expression.field,
        );
      case 'NamedArgument':
        return this.bind(expression.value);
      case 'SubQuery':
        return bindScalarQuery(this, expression);
      case 'WindowCall':
        return bindOver(this, expression, this.#windows);
      case 'DynamicParameter':
        throw this.error(expression.span, 'dynamic-parameter', 'Illegal use of dynamic parameter');
      case 'Star':
        throw this.error(expression.span, 'star-not-allowed', `Unknown identifier '*'`);
      default:
        throw this.error(expression.span, 'not-an-expression', `${expression.kind} is not allowed here`);
    }
  }

  bindSide(expression: Ast.Expression, other?: LogicalType): Rex {
    if (!hasBareNull(expression)) return this.bind(expression);
    return this.#row(expression, (item, i) => {
      const type = other?.root === 'ROW' ? other.fields[i]?.type : other;
      const rex = this.bindSide(item, type);
      return type ? withTypedNull(rex, type) : rex;
    });
  }

  #row({ items }: Ast.RowValue, bind: (item: Ast.Expression, i: number) => Rex): Rex {
    const fields = items.map(bind);
    return call('ROW', fields, notNull(rowOf(fields.map(({ type }, i) => ({ name: `EXPR$${i}`, type })))));
  }

  #operands(call: Ast.Call): Rex[] {
    const { name, args } = call;
    const [first, second] = args;
    const chooses = CHOOSES.has(name.toUpperCase());
    if (derivesAll(call))
      return args.map((arg) =>
        chooses && hasBareNull(arg) ? this.bindSide(arg) : this.#ask('softly', () => this.bind(arg)),
      );
    if (first && (name === 'IS NULL' || name === 'IS NOT NULL')) return [this.bindSide(first, varchar(1024))];
    if (!first || !derivesOne(call)) return args.map((arg) => this.bind(arg));
    const left = this.bindEarly(first);
    if (second && COMPARES_ROWS.has(name)) {
      const right = this.bindSide(second, left.type);
      return name.endsWith('DISTINCT FROM')
        ? [withTypedNull(left, right.type), withTypedNull(right, left.type)]
        : [left, right];
    }
    return [left, ...args.slice(1).map((arg) => this.bind(arg))];
  }

  #call(node: Ast.Call): Rex {
    const name = node.syntax === 'function' ? node.name.toUpperCase() : node.name;
    const negated = NEGATED[name];
    if (negated !== undefined) return not(this.#negatedCall(node, negated));
    if (AGGREGATES.has(name) || WINDOW_AUXILIARY.has(name) || GROUP_WINDOWS.has(name))
      throw misplacedCall(this, node, name);
    if (node.star || node.distinct) throw onlyOfAggregates(this, node, name);
    if (node.syntax === 'function' && (name === 'ARRAY' || name === 'MAP'))
      throw notAFunction(this, name, node);
    switch (name) {
      case 'BETWEEN':
      case 'BETWEEN SYMMETRIC':
        return bindBetween(this, node, name === 'BETWEEN SYMMETRIC');
      case 'IN':
        return bindIn(this, node);
      case 'AND':
      case 'OR': {
        const operands = node.args.flatMap((arg) => {
          const rex = this.typed(this.bind(arg), arg.span);
          needBoolean(this, rex, node, name);
          return rex.kind === 'Call' && rex.operator === name ? rex.operands : [rex];
        });
        return call(
          name,
          operands,
          withNullable(
            BOOLEAN,
            operands.some((o) => o.type.nullable),
          ),
        );
      }
      case '= SOME':
      case '<> ALL': {
        const right = node.args[1]!;
        if (right.kind !== 'SubQuery') break;
        const member = bindInQuery(this, node.args[0]!, right, node.span);
        return name === '= SOME' ? member : not(member);
      }
      case 'EXISTS':
        return bindExists(this, node);
      case 'UNIQUE':
        throw notYet('UNIQUE', node.span);
      case '+':
      case '-':
        if (node.args.length === 1) {
          const number = signedNumber(node);
          if (number) return bindNumber(number, this.#fail, this.refuse);
          if (name === '-') break;
          const operand = this.bind(node.args[0]!);
          if (isNumeric(operand.type) || isInterval(operand.type)) return operand;
        }
        break;
      case 'NULLIF':
        return bindNullIf(this, node);
      case 'TIMESTAMPADD':
        return bindTimestampAdd(this, node);
      case 'CONVERT':
      case 'TRANSLATE':
        if (node.keywords.length > 0) throw noCharsets(this, node);
        if (node.args.length !== 3) throw noTranslation(this, node);
        break;
      case 'FINAL':
      case 'RUNNING':
        if (node.syntax === 'prefix') throw unknownMoment(name, this.bind(node.args[0]!), node.span);
        break;
      case 'NEXT VALUE':
      case 'CURRENT VALUE':
        throw noSequence(this, node.args[0]!);
    }
    if (/ (SOME|ALL)$/.test(name)) {
      const [left, right] = node.args;
      if (right?.kind === 'SubQuery')
        return { ...bindInQuery(this, left!, right, node.span), operator: name };
      if (right?.kind === 'RowValue') return bindQuantifiedList(this, node, right);
    }
    const keywords: Rex[] = node.keywords.map(symbolLiteral);
    if (isMiscounted(node)) return invoke(this, name, [], node.span, node);
    const args = this.#operands(node);
    const [unit] = node.keywords;
    if (unit !== undefined && WITH_UNIT.has(name) && !isTimeUnit(unit)) throw badUnit(this, node, unit);
    const json = arrangeJsonOperands(name, args, node.keywords);
    if (json)
      return bindJson(
        this,
        name,
        json.map((o) => ('symbol' in o ? symbolLiteral(o.symbol) : o.operand)),
        node,
      );
    if (name === 'FLOOR' || name === 'CEIL') {
      if (keywords.length === 0 && node.args[0]?.kind === 'IntervalLiteral')
        this.refuse(noRounding(node, args[0]!));
      return invoke(this, name, [...args, ...keywords], node.span, node);
    }
    if (name === 'TRIM' && args.length === 1) {
      const sides = keywords.length > 0 ? keywords : [symbolLiteral('BOTH')];
      return invoke(this, 'TRIM', [...sides, literal(' ', notNull(char(1))), ...args], node.span, node);
    }
    if (name === '=' || name === '<>') return bindEquality(this, name, args, node.span, node);
    return invoke(this, name, [...keywords, ...args], node.span, node);
  }

  bindQuery(node: Ast.Expression, isScalar = false): LogicalNode {
    if (node.kind !== 'SubQuery' || !this.#subquery) throw notYet('a sub-query here', node.span);
    return this.#subquery(node.query, isScalar);
  }

  /** `a NOT LIKE b` without its NOT; it complains as it is written. */
  #negatedCall(node: Ast.Call, positive: string): Rex {
    try {
      return this.#call({ ...node, name: positive, syntax: 'infix' });
    } catch (error) {
      const word = positive.split(' ', 1)[0] ?? '';
      if (!(error instanceof SqlError) || (word !== 'LIKE' && word !== 'BETWEEN')) throw error;
      // Operands are named between their types, too.
      const named = word === 'LIKE' ? /'(?=LIKE)/g : /(?<=[>'] ?)(?=BETWEEN)/g;
      const chain = error.diagnostic.chain.map((line) => line.replace(named, (before) => `${before}NOT `));
      throw new SqlError({ ...error.diagnostic, chain });
    }
  }
}

const hasPlace = ({ diagnostic }: SqlError): boolean =>
  diagnostic.chain.some((line) => line.startsWith('CalciteContextException'));
const not = (operand: Rex): Rex => call('NOT', [operand], operand.type);
const symbolLiteral = (symbol: string): Rex => ({ kind: 'Literal', value: symbol, type: SYMBOL, symbol });
