import { SqlError } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { isMisfit, type Misfit } from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { isComparable } from '../functions/scalar/comparison.ts';
import { arrangeJsonOperands } from '../functions/scalar/json.ts';
import { isTimeUnit, printArgument, unsupportedCall } from '../functions/signature.ts';
import { UNSUPPORTED_FUNCTIONS } from '../functions/unsupported.ts';
import type { LogicalNode } from '../plan/logical.ts';
import { call, literal, type Rex, type RexCall, type RexSubQuery, ref } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import { leastRestrictive } from '../types/least-restrictive.ts';
import {
  BOOLEAN,
  char,
  intervalDay,
  intervalMonth,
  isApproximate,
  isCharacter,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
  NULL,
  notNull,
  rowOf,
  SYMBOL,
  sameType,
  timestamp,
  withNullable,
} from '../types/logical-type.ts';
import { printPlanType, printType, printTypeFamily, printValidatorType } from '../types/print-type.ts';
import { typeFromName } from '../types/type-name.ts';
import { bindInterval, bindLiteral, type Fail, negateLiteral, recastLiteral } from './bind-literal.ts';
import { bindOver, type NamedWindows } from './bind-over.ts';
import { convertCall } from './convert-call.ts';
import { UNIT_MILLIS, UNIT_MONTHS } from './interval-literal.ts';
import { notYet, placeless, plainError, type StatementText, validationError } from './plan-error.ts';
import { and, argumentOf, castTo, makeCast } from './rex-build.ts';
import { resolve, type Scope } from './scope.ts';

/** Functions that only exist as aggregates, and so need a group. */
export const AGGREGATES: ReadonlySet<string> = new Set([
  'COUNT',
  'SUM',
  'AVG',
  'MIN',
  'MAX',
  'FIRST_VALUE',
  'LAST_VALUE',
  'LISTAGG',
  'COLLECT',
  'ARRAY_AGG',
  'JSON_OBJECTAGG',
  'JSON_ARRAYAGG',
  'SINGLE_VALUE',
  'STDDEV',
  'STDDEV_POP',
  'STDDEV_SAMP',
  'VARIANCE',
  'VAR_POP',
  'VAR_SAMP',
  'APPROX_COUNT_DISTINCT',
  'GROUPING',
  'GROUPING_ID',
  'GROUP_ID',
  'PERCENTILE',
]);
const ALL_NULL = 'ELSE clause or at least one THEN clause must be non-NULL';
/** Functions that only exist with an OVER clause. */
const OVER_FUNCTIONS: ReadonlySet<string> = new Set([
  'ROW_NUMBER',
  'RANK',
  'DENSE_RANK',
  'PERCENT_RANK',
  'CUME_DIST',
  'NTILE',
  'LAG',
  'LEAD',
]);
const OVER_FUNCTIONS_OF_VALUES: ReadonlySet<string> = new Set(['NTILE', 'LAG', 'LEAD']);
/** Functions that only exist in MATCH_RECOGNIZE, with the arguments the validator adds. */
const PATTERN_FUNCTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['CLASSIFIER', []],
  ['MATCH_ROWTIME', []],
  ['MATCH_PROCTIME', []],
  ['FIRST', ['0']],
  ['LAST', ['0']],
  ['PREV', ['1']],
  ['NEXT', ['1']],
]);
/** Functions of a legacy group window in a SELECT list. */
export const WINDOW_AUXILIARY: ReadonlyMap<
  string,
  {
    readonly window: 'TUMBLE' | 'HOP' | 'SESSION';
    readonly property: 'start' | 'end' | 'rowtime' | 'proctime';
  }
> = new Map(
  (['TUMBLE', 'HOP', 'SESSION'] as const).flatMap((window) =>
    (['start', 'end', 'rowtime', 'proctime'] as const).map(
      (property) => [`${window}_${property.toUpperCase()}`, { window, property }] as const,
    ),
  ),
);
const WITH_UNIT: ReadonlySet<string> = new Set(['EXTRACT', 'FLOOR', 'CEIL', 'TIMESTAMPDIFF']);
const EQUALITIES: ReadonlySet<string> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);
const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
/** Character sets a JVM has, as far as they are asked for. */
const CHARSETS =
  /^(?:utf_?-?(?:8|16|32)(?:le|be)?|latin_?1|iso-?_?8859_?-?1?|us-?ascii|ascii|gbk|gb2312|big5)$/i;
const NEGATED: { readonly [name: string]: string } = {
  'NOT BETWEEN': 'BETWEEN',
  'NOT BETWEEN SYMMETRIC': 'BETWEEN SYMMETRIC',
  'NOT LIKE': 'LIKE',
  'NOT SIMILAR TO': 'SIMILAR TO',
  'NOT IN': 'IN',
};

/** The validator misses OVER where a column of the result is such a call and nothing else; deeper ones it lets pass. */
export function needOver(item: Ast.Expression, source: StatementText): void {
  const name = item.kind === 'Call' ? item.name.toUpperCase() : '';
  if (item.kind !== 'Call' || !OVER_FUNCTIONS.has(name)) return;
  const isTooMany = item.args.length > 0 && !OVER_FUNCTIONS_OF_VALUES.has(name);
  throw validationError(
    source,
    item.span,
    'function-without-over',
    isTooMany
      ? `Invalid number of arguments to function '${name}'. Was expecting 0 arguments`
      : 'OVER clause is necessary for window functions',
  );
}

/** Called first for every expression: gives the Rex that stands for it in a grouped query, or null to bind it as it is. */
export type Intercept = (expression: Ast.Expression) => Rex | null;

/** Binds a query inside an expression; a scalar one is planned by another rule than those of IN and EXISTS. */
export type BindSubquery = (query: Ast.Query, isScalar: boolean) => LogicalNode;

/**
 * Binds expressions: finds what names mean, derives types, puts in the casts that Flink puts in. The rules are those of Calcite's validator and its
 * conversion to Rex, with Flink's own operators.
 */
export class ExpressionBinder {
  readonly #source: StatementText;
  readonly #scope: Scope;
  readonly #intercept: Intercept | null;
  readonly #windows: NamedWindows;
  readonly #subquery: BindSubquery | null;

  /** @param subquery Binds a query inside an expression, which may look at `scope`; null where there can be none. */
  constructor(
    source: StatementText,
    scope: Scope,
    intercept: Intercept | null = null,
    subquery: BindSubquery | null = null,
    windows: NamedWindows = new Map(),
  ) {
    this.#subquery = subquery;
    this.#source = source;
    this.#scope = scope;
    this.#intercept = intercept;
    this.#windows = windows;
  }

  readonly #fail: Fail = (span, code, message, exception) => this.error(span, code, message, exception);

  error(span: Span, code: string, message: string, exception?: string, hint?: string): SqlError {
    return validationError(this.#source, span, code, message, exception, hint);
  }

  /** Binds a condition, which must be BOOLEAN. */
  condition(expression: Ast.Expression, clause: string): Rex {
    const rex = this.bind(expression);
    if (rex.type.root !== 'BOOLEAN' && rex.type.root !== 'NULL') {
      throw this.error(expression.span, 'condition-not-boolean', `${clause} clause must be a condition`);
    }
    return rex;
  }

  #condition(when: Ast.Expression): Rex {
    const rex = this.bind(when);
    if (rex.type.root === 'BOOLEAN' || rex.type.root === 'NULL') return rex;
    throw this.error(when.span, 'condition-not-boolean', 'Expected a boolean type');
  }

  bind(expression: Ast.Expression): Rex {
    const rex = this.#bind(expression);
    this.#source.onBound?.(expression.span, rex.type);
    return rex;
  }

  #bind(expression: Ast.Expression): Rex {
    const replaced = this.#intercept?.(expression);
    if (replaced) return replaced;
    switch (expression.kind) {
      case 'Literal':
        return bindLiteral(expression, this.#fail);
      case 'IntervalLiteral':
        return bindInterval(expression, this.#fail);
      case 'ColumnRef':
        return this.#column(expression);
      case 'Call':
        return this.#call(expression);
      case 'Case':
        return this.#case(expression);
      case 'Cast':
        return this.#cast(expression);
      case 'RowValue': {
        const items = expression.items.map((item) => this.bind(item));
        return call(
          'ROW',
          items,
          notNull(rowOf(items.map((item, i) => ({ name: `EXPR$${i}`, type: item.type })))),
        );
      }
      case 'ArrayValue':
      case 'MapValue':
        return this.#invoke(
          expression.kind === 'ArrayValue' ? 'ARRAY' : 'MAP',
          expression.items.map((item) => this.bind(item)),
          expression.span,
        );
      case 'ItemAccess':
        return this.#invoke(
          'ITEM',
          [this.bind(expression.operand), this.bind(expression.index)],
          expression.span,
        );
      case 'FieldAccess':
        return this.#field(this.bind(expression.operand), expression.field);
      case 'NamedArgument':
        return this.bind(expression.value);
      case 'SubQuery':
        return this.#scalarQuery(expression);
      case 'WindowCall':
        return bindOver(expression, (e) => this.bind(e), this.#windows, this.#source);
      case 'Star':
        throw this.error(expression.span, 'star-not-allowed', `Unknown identifier '*'`);
      default:
        throw this.error(expression.span, 'not-an-expression', `${expression.kind} is not allowed here`);
    }
  }

  #column(node: Ast.ColumnRef): Rex {
    const parts = node.parts.map((p) => p.name);
    const found = resolve(this.#scope, parts);
    const outer = this.#scope.outer;
    if (outer && (found.kind === 'missing-column' || found.kind === 'missing-table')) {
      const around = resolve(outer, parts);
      if (around.kind === 'column' && around.used === parts.length) {
        const { name, type } = around.field;
        const mention = { kind: 'Correlation', id: 0, field: around.index, name, type } as const;
        this.#scope.correlations?.mention(mention);
        return mention;
      }
      if (outer.outer && resolve(outer.outer, parts).kind === 'column')
        throw notYet('correlation over more than one level', node.span);
    }
    switch (found.kind) {
      case 'merged': {
        const { left, right, field } = found.column;
        return call('COALESCE', [left, right], field.type);
      }
      case 'column': {
        let rex: Rex = ref(found.index, found.field.type);
        for (const part of node.parts.slice(found.used)) rex = this.#nested(rex, part, node, found.used);
        return rex;
      }
      case 'ambiguous':
        throw this.error(node.span, 'ambiguous-column', `Column '${found.name}' is ambiguous`);
      case 'missing-table':
        throw this.error(
          { start: node.span.start, end: node.parts[node.parts.length - 2]!.span.end },
          'unknown-table',
          `Table '${found.name}' not found`,
        );
      case 'missing-column': {
        if (parts.length === 1 && parts[0]!.toUpperCase() === 'PI') return this.#invoke('PI', [], node.span);
        const meant = found.suggestion === null ? '' : `; did you mean '${found.suggestion}'?`;
        const where = found.table === null ? 'any table' : `table '${found.table}'`;
        const hint =
          found.suggestion === null ? undefined : `Names are case-sensitive: write ${found.suggestion}.`;
        const span = found.table === null ? node.span : node.parts[found.part]!.span;
        throw this.error(
          span,
          'unknown-column',
          `Column '${found.name}' not found in ${where}${meant}`,
          undefined,
          hint,
        );
      }
    }
  }

  /** A field within a column that is written as a path: what is missing is told as a column. */
  #nested(operand: Rex, field: Ast.Identifier, node: Ast.ColumnRef, used: number): Rex {
    const isThere = operand.type.root === 'ROW' && operand.type.fields.some((f) => f.name === field.name);
    if (isThere) return this.#field(operand, field);
    const path = node.parts.slice(used - 1, node.parts.indexOf(field) + 1);
    const span = { start: path[0]!.span.start, end: field.span.end };
    const table = used > 1 ? node.parts[used - 2]!.name : this.#scope.tables[0]?.name;
    const written = path.map((part) => part.name).join('.');
    throw this.error(span, 'unknown-column', `Column '${written}' not found in table '${table ?? ''}'`);
  }

  #field(operand: Rex, field: Ast.Identifier): Rex {
    if (operand.type.root !== 'ROW') throw this.error(field.span, 'not-a-row', 'Incompatible types');
    const found = operand.type.fields.find((f) => f.name === field.name);
    if (!found) throw this.error(field.span, 'unknown-field', `Unknown field '${field.name}'`);
    return call(
      'DOT',
      [operand, { kind: 'Literal', value: field.name, type: SYMBOL, symbol: field.name }],
      withNullable(found.type, found.type.nullable || operand.type.nullable),
    );
  }

  #case(node: Ast.Case): Rex {
    const operand = node.operand;
    const branches = node.branches.map(({ when, then }) => ({
      when: operand
        ? this.#equality('=', [this.bind(operand), this.bind(when)], when.span)
        : this.#condition(when),
      then: this.bind(then),
    }));
    const otherwise = node.otherwise ? this.bind(node.otherwise) : literal(null, NULL);
    const values = [...branches.map((b) => b.then), otherwise];
    if (values.every((v) => v.type.root === 'NULL')) throw this.error(node.span, 'untyped-null', ALL_NULL);
    const type = this.#common(values, node.span, 'Illegal mixing of types in CASE or COALESCE statement');
    const operands = [...branches.flatMap((b) => [b.when, castTo(b.then, type)]), castTo(otherwise, type)];
    return call('CASE', operands, type);
  }

  #common(values: readonly Rex[], span: Span, refusal: string): LogicalType {
    const type = leastRestrictive(values.map((v) => v.type));
    if (type === null) throw this.error(span, 'mixed-types', refusal);
    return type;
  }

  #cast(node: Ast.Cast): Rex {
    const operand = this.bind(node.operand);
    const target = typeFromName(node.type);
    if ('message' in target) throw this.error(node.type.span, 'unknown-type', target.message);
    return this.cast(operand, target, node.isTry, node.span);
  }

  /** CAST or TRY_CAST as a user writes it: refused where Flink has no such cast. */
  cast(operand: Rex, target: LogicalType, isTry: boolean, span: Span): Rex {
    const fn = lookupFunction(isTry ? 'TRY_CAST' : 'CAST');
    const refusal = fn?.inferType([argumentOf(operand), { type: target }]);
    if (refusal && isMisfit(refusal))
      throw this.error(span, 'cast-not-allowed', refusal.message, refusal.exception);
    const type = withNullable(target, isTry || operand.type.nullable);
    const recast = isTry ? null : recastLiteral(operand, type);
    if (recast) return recast;
    if (!isTry && operand.kind === 'Literal' && operand.value === null)
      return literal(null, withNullable(target, true));
    if (!isTry && sameType(operand.type, type)) return operand;
    if (isTry) return call('TRY_CAST', [operand], type);
    return operand.kind === 'Literal' && isNumeric(operand.type) && isApproximate(type)
      ? castTo(operand, type)
      : makeCast(operand, type);
  }

  #call(node: Ast.Call): Rex {
    const name = node.syntax === 'function' ? node.name.toUpperCase() : node.name;
    const negated = NEGATED[name];
    if (negated !== undefined) return this.#not(this.#negatedCall(node, name, negated));
    if (AGGREGATES.has(name) || WINDOW_AUXILIARY.has(name)) throw this.#misplaced(node, name);
    switch (name) {
      case 'BETWEEN':
      case 'BETWEEN SYMMETRIC':
        return this.#between(node, name === 'BETWEEN SYMMETRIC');
      case 'IN':
        return this.#in(node);
      case 'AND':
      case 'OR': {
        const operands = node.args.flatMap((arg) => {
          const rex = this.bind(arg);
          if (rex.type.root === 'NULL') throw this.error(arg.span, 'untyped-null', `Illegal use of 'NULL'`);
          this.#needBoolean(rex, node, name);
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
        const member = this.#inQuery(node.args[0]!, right, node.span);
        return name === '= SOME' ? member : this.#not(member);
      }
      case 'EXISTS':
        return this.#exists(node);
      case 'UNIQUE':
        throw notYet('UNIQUE', node.span);
      case '+':
      case '-':
        if (node.args.length === 1) {
          const operand = name === '-' ? this.#negated(node.args[0]!) : this.bind(node.args[0]!);
          if (!isNumeric(operand.type) && !isInterval(operand.type)) break;
          if (name === '+') return operand;
          const negative = negateLiteral(operand);
          if (negative) return negative;
        }
        break;
      case 'NULLIF': {
        if (node.args.length !== 2)
          throw this.error(
            node.span,
            'wrong-argument-count',
            "Invalid number of arguments to function 'NULLIF'. Was expecting 2 arguments",
          );
        const [a, b] = [this.bind(node.args[0]!), this.bind(node.args[1]!)];
        if (a.type.root === 'NULL') throw this.error(node.span, 'untyped-null', ALL_NULL);
        const equal = this.#equality('=', [a, b], node.span);
        return call(
          'CASE',
          [equal, literal(null, withNullable(a.type, true)), a],
          withNullable(a.type, true),
        );
      }
      case 'TIMESTAMPADD':
        return this.#timestampAdd(node);
      case 'CONVERT':
      case 'TRANSLATE':
        if (node.keywords.length > 0) throw this.#noCharsets(node);
        break;
      case 'NEXT VALUE':
      case 'CURRENT VALUE':
        throw this.#noSequence(node.args[0]!);
    }
    if (/ (SOME|ALL)$/.test(name) && node.args[1]?.kind === 'SubQuery')
      return { ...this.#inQuery(node.args[0]!, node.args[1], node.span), operator: name };
    const keywords: Rex[] = node.keywords.map(symbolLiteral);
    const args = node.args.map((arg) => this.bind(arg));
    const [unit] = node.keywords;
    if (unit !== undefined && WITH_UNIT.has(name) && !isTimeUnit(unit))
      throw this.error(node.span, 'bad-unit', `'${unit}' is not a valid time frame`);
    const json = arrangeJsonOperands(name, args, node.keywords);
    if (json)
      return this.#json(
        name,
        json.map((o) => ('symbol' in o ? symbolLiteral(o.symbol) : o.operand)),
        node,
      );
    if (name === 'FLOOR' || name === 'CEIL')
      return this.#invoke(name, [...args, ...keywords], node.span, node);
    if (name === 'TRIM' && keywords.length === 0 && args.length === 1) {
      return this.#invoke(
        'TRIM',
        [
          { kind: 'Literal', value: 'BOTH', type: SYMBOL, symbol: 'BOTH' },
          literal(' ', notNull(char(1))),
          args[0]!,
        ],
        node.span,
        node,
      );
    }
    if (name === 'TRIM' && args.length === 1)
      return this.#invoke('TRIM', [...keywords, literal(' ', notNull(char(1))), args[0]!], node.span, node);
    if (name === '=' || name === '<>') return this.#equality(name, args, node.span, node);
    return this.#invoke(name, [...keywords, ...args], node.span, node);
  }

  /** Flink's parser knows changes of the character set, and nothing behind it does. */
  #noCharsets(node: Ast.Call): SqlError {
    const [first = '', second = ''] = node.keywords;
    const { type } = this.bind(node.args[0]!);
    const [name, charsets] = first === 'USING' ? ['TRANSLATE', [second]] : ['CONVERT', [first, second]];
    if (!isCharacter(type))
      return this.error(
        node.span,
        'wrong-argument-type',
        `Invalid type '${type.root}' in '${name}' function. Only 'CHARACTER' type is supported`,
      );
    const unknown = charsets.find((charset) => !CHARSETS.test(charset))?.toUpperCase();
    if (unknown !== undefined)
      return new SqlError({
        severity: 'error',
        phase: 'parse',
        code: 'unknown-charset',
        chain: [
          `ValidationException: SQL validation failed. ${unknown}`,
          `UnsupportedCharsetException: ${unknown}`,
        ],
        span: node.span,
      });
    const types = [printType(type), ...charsets.map((charset) => `CHAR(${charset.length}) NOT NULL`)];
    return plainError(
      'plan',
      'no-code-for-call',
      'CodeGenException',
      unsupportedCall(name, types.join(', ')),
      node.span,
    );
  }

  /** No catalog of Flink has sequences. */
  #noSequence(sequence: Ast.Expression): SqlError {
    const name = sequence.kind === 'ColumnRef' ? sequence.parts.map((part) => part.name).join('.') : '';
    const isTable = this.#scope.tables.some((table) => table.name === name);
    return this.error(
      sequence.span,
      'unknown-sequence',
      `Table '${name}' ${isTable ? 'is not a sequence' : 'not found'}`,
    );
  }

  /** A JSON function; RETURNING names the type of its result. */
  #json(name: string, operands: readonly Rex[], node: Ast.Call): Rex {
    const made = this.#invoke(name, operands, node.span, node);
    if (!node.returning) return made;
    const type = typeFromName(node.returning);
    if ('message' in type) throw this.error(node.returning.span, 'unknown-type', type.message);
    return { ...made, type: withNullable(type, true) } as Rex;
  }

  /** `=` and `<>` bring both sides to their least restrictive type (Calcite's Consistency.LEAST_RESTRICTIVE); the ordering comparisons do not. */
  #equality(name: string, args: readonly Rex[], span: Span, node?: Ast.Call): Rex {
    const made = this.#invoke(name, args, span, node);
    if (made.kind !== 'Call' || made.operands.length !== 2 || made.operator !== name) return made;
    const type = leastRestrictive(made.operands.map((o) => o.type));
    if (!type || type.root === 'ROW' || type.root === 'NULL') return made;
    return call(
      name,
      made.operands.map((o) => (o.type.root === 'NULL' ? o : castTo(o, withNullable(type, o.type.nullable)))),
      made.type,
    );
  }

  #misplaced(node: Ast.Call, name: string): SqlError {
    if (WINDOW_AUXILIARY.has(name)) {
      return this.error(
        node.span,
        'window-function-outside-group',
        `Group function '${name}' can only appear in GROUP BY clause`,
      );
    }
    return this.error(node.span, 'misplaced-aggregate', 'Aggregate expression is illegal in WHERE clause');
  }

  #needBoolean(rex: Rex, node: Ast.Call, name: string): void {
    if (rex.type.root === 'BOOLEAN' || rex.type.root === 'NULL') return;
    const types = node.args.map((arg) => `<${printValidatorType(this.bind(arg).type)}>`).join(` ${name} `);
    throw this.error(
      node.span,
      'wrong-argument-type',
      `Cannot apply '${name}' to arguments of type '${types}'. Supported form(s): '<BOOLEAN> ${name} <BOOLEAN>'`,
    );
  }

  #not(operand: Rex): Rex {
    return call('NOT', [operand], operand.type);
  }

  #between(node: Ast.Call, symmetric: boolean): Rex {
    const [value, low, high] = [this.bind(node.args[0]!), this.bind(node.args[1]!), this.bind(node.args[2]!)];
    if (!isComparable(value.type, low.type) || !isComparable(value.type, high.type)) {
      const name = `BETWEEN ${symmetric ? 'SYMMETRIC' : 'ASYMMETRIC'}`;
      const [a, b, c] = [value, low, high].map((arg) => printArgument(argumentOf(arg)));
      throw this.error(
        node.span,
        'wrong-argument-type',
        `Cannot apply '${name}' to arguments of type '${a} ${name} ${b} AND ${c}'. Supported form(s): '<COMPARABLE_TYPE> BETWEEN <COMPARABLE_TYPE> AND <COMPARABLE_TYPE>'`,
      );
    }
    const within = (a: Rex, b: Rex): Rex =>
      and([this.#invoke('>=', [value, a], node.span), this.#invoke('<=', [value, b], node.span)]);
    if (!symmetric) return within(low, high);
    const either = [within(low, high), within(high, low)];
    return call(
      'OR',
      either,
      withNullable(
        BOOLEAN,
        either.some((e) => e.type.nullable),
      ),
    );
  }

  #in(node: Ast.Call): Rex {
    const [left, right] = [node.args[0]!, node.args[1]!];
    if (right.kind === 'SubQuery') return this.#inQuery(left, right, node.span);
    if (right.kind !== 'RowValue') throw notYet('IN with a sub-query', node.span);
    const value = this.bind(left);
    const written = right.items.map((item) => this.bind(item));
    const common = leastRestrictive(written.map((item) => item.type));
    if (common === null && written.some((item) => item.type.root !== 'NULL'))
      throw this.error(right.span, 'mixed-types', 'Values in expression list must have compatible types');
    if (common !== null && !isComparable(value.type, common))
      throw this.error(node.span, 'mixed-types', 'Values passed to IN operator must have compatible types');
    const items = written.map((item) => this.#member(value, asListed(item, value.type), node.span));
    if (items.length === 1) return items[0]!;
    const listed = listedTexts(items);
    return call(
      'OR',
      listed,
      withNullable(
        BOOLEAN,
        listed.some((i) => i.type.nullable),
      ),
    );
  }

  /** One comparison of an IN list: what is listed takes the type of the value, even where that loses digits. */
  #member(value: Rex, item: Rex, span: Span): Rex {
    if (value.type.root === 'ROW' && item.type.root === 'ROW') return this.#rowsEqual(value, item, span);
    return this.#invoke('=', [value, asMember(item, value.type)], span);
  }

  #bindQuery(node: Ast.SubQuery | Ast.Expression, isScalar = false): LogicalNode {
    if (node.kind !== 'SubQuery' || !this.#subquery) throw notYet('a sub-query here', node.span);
    return this.#subquery(node.query, isScalar);
  }

  #scalarQuery(node: Ast.SubQuery): Rex {
    const query = this.#bindQuery(node, true);
    if (query.fields.length !== 1)
      throw this.error(node.span, 'scalar-query-columns', noScalarQuery(query.fields));
    return {
      kind: 'SubQuery',
      operator: '$SCALAR_QUERY',
      operands: [],
      query,
      type: withNullable(query.fields[0]!.type, true),
    };
  }

  #exists(node: Ast.Call): Rex {
    return {
      kind: 'SubQuery',
      operator: 'EXISTS',
      operands: [],
      query: this.#bindQuery(node.args[0]!),
      type: notNull(BOOLEAN),
    };
  }

  #inQuery(left: Ast.Expression, right: Ast.SubQuery, span: Span): RexSubQuery {
    const value = this.bind(left);
    const query = this.#bindQuery(right);
    const operands = value.kind === 'Call' && value.operator === 'ROW' ? value.operands : [value];
    if (operands.length !== query.fields.length)
      throw this.error(span, 'mixed-types', 'Values passed to IN operator must have compatible types');
    for (const [i, operand] of operands.entries()) {
      if (!leastRestrictive([operand.type, query.fields[i]!.type]))
        throw this.error(span, 'mixed-types', 'Values passed to IN operator must have compatible types');
    }
    const nullable = operands.some((o) => o.type.nullable) || query.fields.some((f) => f.type.nullable);
    return { kind: 'SubQuery', operator: 'IN', operands, query, type: withNullable(BOOLEAN, nullable) };
  }

  /** Rows that are written out are equal field by field, taken as they are; what is listed in IN takes the type of the value. */
  #rowsEqual(a: Rex, b: Rex, span: Span, isListed = false): Rex {
    const isWritten = (rex: Rex): rex is RexCall => rex.kind === 'Call' && rex.operator === 'ROW';
    const width = (rex: Rex): number => (rex.type.root === 'ROW' ? rex.type.fields.length : 0);
    if (width(a) !== width(b))
      throw this.error(span, 'mixed-types', 'Values passed to IN operator must have compatible types');
    const whole = this.#compareRows('=', a, b, span);
    if (!isWritten(a) || !isWritten(b)) return whole;
    return and(
      a.operands.map((value, i) => {
        const written = b.operands[i]!;
        const other = isListed && !isCharacter(value.type) ? asMember(written, value.type) : written;
        this.#needComparable('=', [value, other], span);
        return call('=', [value, other], withNullable(BOOLEAN, value.type.nullable || other.type.nullable));
      }),
    );
  }

  /** Rows that are compared as one value take the fields' names and types that hold both. */
  #compareRows(name: string, a: Rex, b: Rex, span: Span): Rex {
    const inferred = lookupFunction(name)!.inferType([argumentOf(a), argumentOf(b)]);
    if (isMisfit(inferred)) throw this.#misfit(inferred, span);
    const isNullable = inferred.nullable || hasNullableField(a.type) || hasNullableField(b.type);
    const type = leastRestrictive([a.type, b.type]);
    const sides = [a, b].map((side) => (type ? castTo(side, withNullable(type, side.type.nullable)) : side));
    return call(name, sides, withNullable(inferred, isNullable));
  }

  /** TIMESTAMPADD(unit, n, t) is t + n units; a literal n is folded into the interval, as Calcite's rewrite does. */
  #timestampAdd(node: Ast.Call): Rex {
    const unit = (node.keywords[0] ?? 'DAY') as Ast.TimeUnit;
    const [count, when] = [this.bind(node.args[0]!), this.bind(node.args[1]!)];
    if (count.type.root === 'NULL' || when.type.root === 'NULL')
      throw this.error(node.span, 'untyped-null', `Illegal use of 'NULL'`);
    if (
      !isInteger(count.type) ||
      !(isTimestamp(when.type) || when.type.root === 'DATE' || when.type.root === 'TIME')
    ) {
      const given = [`<INTERVAL ${unit}>`, ...[count, when].map((arg) => printArgument(argumentOf(arg)))];
      throw this.error(
        node.span,
        'wrong-argument-type',
        `Cannot apply 'TIMESTAMPADD' to arguments of type 'TIMESTAMPADD(${given.join(', ')})'. Supported form(s): 'TIMESTAMPADD(<ANY>, <INTEGER>, <DATETIME>)'`,
      );
    }
    const months = UNIT_MONTHS[unit];
    const millis = UNIT_MILLIS[unit];
    const type = months === undefined ? intervalDay(unit) : intervalMonth(unit);
    const factor = months ?? millis;
    if (factor === undefined) throw this.error(node.span, 'bad-unit', `'${unit}' is not a valid time frame`);
    const one = literal(factor, notNull(type));
    const interval =
      count.kind === 'Literal' && typeof count.value === 'number'
        ? literal(count.value * factor, notNull(type))
        : call('*', [one, count], withNullable(type, count.type.nullable));
    const sum = this.#invoke('+', [when, interval], node.span, node);
    // A day plus hours is an instant within it.
    const isInstant = when.type.root === 'DATE' && factor < 86400000 && months === undefined;
    return isInstant ? ({ ...sum, type: withNullable(timestamp(6), sum.type.nullable) } as Rex) : sum;
  }

  /** A call by name over bound arguments: inference, coercion, or Flink's refusal. */
  /** The operand of a minus: a number that is too large is told with its sign. */
  #negated(operand: Ast.Expression): Rex {
    try {
      return this.bind(operand);
    } catch (error) {
      if (!(error instanceof SqlError) || error.diagnostic.code !== 'number-out-of-range') throw error;
      const chain = error.diagnostic.chain.map((line) => line.replace("literal '", "literal '-"));
      throw new SqlError({ ...error.diagnostic, chain });
    }
  }

  /** `a NOT LIKE b` without its NOT; it complains as it is written. */
  #negatedCall(node: Ast.Call, name: string, positive: string): Rex {
    try {
      return this.#call({ ...node, name: positive, syntax: 'infix' });
    } catch (error) {
      if (!(error instanceof SqlError) || positive !== 'LIKE') throw error;
      const chain = error.diagnostic.chain.map((line) => line.replaceAll(`'${positive}`, `'${name}`));
      throw new SqlError({ ...error.diagnostic, chain });
    }
  }

  #invoke(name: string, args: readonly Rex[], span: Span, node?: Ast.Call): Rex {
    const fn = lookupFunction(name);
    if (!fn) throw this.#unknownFunction(name, args, span, node);
    if (
      COMPARISONS.has(name) &&
      args.length === 2 &&
      args[0]!.type.root === 'ROW' &&
      args[1]!.type.root === 'ROW'
    )
      return name === '='
        ? this.#rowsEqual(args[0]!, args[1]!, span)
        : this.#compareRows(name, args[0]!, args[1]!, span);
    for (const [i, arg] of args.entries()) {
      if (arg.type.root === 'NULL' && !fn.inferType(args.map(argumentOf)))
        throw this.error(node?.args[i]?.span ?? span, 'untyped-null', `Illegal use of 'NULL'`);
    }
    if (EQUALITIES.has(name) && args.length === 2) this.#needComparable(name, args, node?.span ?? span);
    const inferred = fn.inferType(args.map(argumentOf));
    if (isMisfit(inferred)) throw this.#misfit(asWritten(inferred, fn.name, name), span);
    const coerced = fn.coerce?.(args.map(argumentOf), inferred);
    const operands = coerced ? args.map((arg, i) => castTo(arg, coerced[i] ?? arg.type)) : args;
    return convertCall(call(fn.name, operands, inferred));
  }

  #misfit(misfit: Misfit, span: Span): SqlError {
    if (misfit.exception === 'AssertionError')
      return plainError('parse', 'wrong-argument-type', 'AssertionError', misfit.message, span);
    if (misfit.message.startsWith('Invalid function call:') || misfit.exception === 'ValidationException') {
      const parts = misfit.message.split('\u0000');
      return new SqlError({
        severity: 'error',
        phase: 'parse',
        code: 'wrong-argument-type',
        chain: [
          `ValidationException: SQL validation failed. ${parts[0]}`,
          ...parts.map((p) => `ValidationException: ${p}`),
        ],
        span,
      });
    }
    return this.error(span, 'wrong-argument-type', misfit.message, misfit.exception);
  }

  /** `=` and its like between text and number pass the validator and are refused at planning, in Flink's words. */
  #needComparable(name: string, args: readonly Rex[], span: Span): void {
    const [a, b] = [args[0]!.type, args[1]!.type];
    if (!EQUALITIES.has(name)) return;
    if ((isCharacter(a) && isNumeric(b)) || (isNumeric(a) && isCharacter(b))) {
      const rootName = (t: LogicalType): string => t.root;
      throw plainError(
        'plan',
        'text-compared-with-number',
        'ValidationException',
        `implicit type conversion between ${rootName(a)} and ${rootName(b)} is not supported now`,
        span,
        'Write an explicit CAST.',
      );
    }
  }

  /** There is no table function but those over windows; arguments that are wrong themselves are told first. */
  noTableFunction(
    node: Ast.Call,
    columnsOf: (table: Ast.Name | Ast.Query) => LogicalNode['fields'],
  ): SqlError {
    const args = node.args.map((arg) => {
      if (arg.kind !== 'TableArgument') return this.bind(arg);
      const fields = columnsOf(arg.table);
      if (fields.length !== 1) throw placeless('scalar-query-columns', noScalarQuery(fields));
      return ref(0, fields[0]!.type);
    });
    return this.#unknownFunction(node.name, args, node.span, node);
  }

  /** An argument as the validator prints it: columns with the name of their table. */
  #printed(arg: Ast.Expression): string {
    const text = this.#source.text.slice(
      arg.span.start - this.#source.offset,
      arg.span.end - this.#source.offset,
    );
    if (arg.kind !== 'ColumnRef') return text;
    const names = arg.parts.map((part) => part.name);
    const [table] = this.#scope.tables;
    return (names.length > 1 || !table ? names : [table.name, ...names]).map((n) => `\`${n}\``).join('.');
  }

  #unknownFunction(name: string, args: readonly Rex[], span: Span, node?: Ast.Call): SqlError {
    if (UNSUPPORTED_FUNCTIONS.has(name)) return notYet(`the function ${name}`, span);
    if (OVER_FUNCTIONS.has(name)) {
      const types = args.map((arg) => printType(arg.type)).join(', ');
      return plainError(
        'plan',
        'function-without-over',
        'CodeGenException',
        unsupportedCall(name, types),
        span,
      );
    }
    if (PATTERN_FUNCTIONS.has(name)) {
      const written = [
        ...(node?.args.map((arg) => this.#printed(arg)) ?? []),
        ...(PATTERN_FUNCTIONS.get(name) ?? []),
      ];
      return this.error(
        span,
        'function-outside-pattern',
        `Function '${name}(${written.join(', ')})' can only be used in MATCH_RECOGNIZE`,
      );
    }
    const families = args.map((arg) => `<${printTypeFamily(arg.type)}>`).join(', ');
    return this.error(
      span,
      'unknown-function',
      `No match found for function signature ${node?.name ?? name}(${families})`,
    );
  }
}

/** Why a table is no value. */
function noScalarQuery(fields: LogicalNode['fields']): string {
  const columns = fields.map((f) => `${printPlanType(f.type, 'short')} ${f.name}`.toUpperCase());
  return `Cannot apply '$SCALAR_QUERY' to arguments of type '$SCALAR_QUERY(<RECORDTYPE(${columns.join(', ')})>)'. Supported form(s): '$SCALAR_QUERY(<RECORDTYPE(SINGLE FIELD)>)'`;
}

/** A complaint under the name that was written, where a function has two. */
const asWritten = (misfit: Misfit, name: string, written: string): Misfit =>
  written === 'CHARACTER_LENGTH' ? { ...misfit, message: misfit.message.replaceAll(name, written) } : misfit;

const hasNullableField = (type: LogicalType): boolean =>
  type.root === 'ROW' && type.fields.some((field) => field.type.nullable);

/** What is listed in IN, in the type of the value. */
function asMember(item: Rex, type: LogicalType): Rex {
  const isAlike =
    item.type.root === type.root ||
    item.type.root === 'NULL' ||
    type.root === 'NULL' ||
    (type.root === 'VARCHAR' && item.type.root === 'CHAR');
  return isAlike ? item : castTo(item, withNullable(type, item.type.nullable));
}

/** A number of an IN list is taken for a DECIMAL as the column is, where it fits. */
function asListed(item: Rex, type: LogicalType): Rex {
  if (type.root !== 'DECIMAL' || item.kind !== 'Literal' || item.value === null) return item;
  const scale = item.type.root === 'DECIMAL' ? item.type.scale : isInteger(item.type) ? 0 : null;
  return scale !== null && scale <= type.scale ? castTo(item, notNull(type)) : item;
}

/** Texts of an IN list have one type of their own: CHAR if they are equally long. */
function listedTexts(items: readonly Rex[]): readonly Rex[] {
  const texts = items.map((item) => {
    const value = item.kind === 'Call' && item.operator === '=' ? item.operands[1]! : null;
    return value?.kind === 'Literal' && typeof value.value === 'string' && isCharacter(value.type)
      ? value.value
      : null;
  });
  if (texts.includes(null)) return items;
  const lengths = (texts as string[]).map((text) => text.length);
  const length = Math.max(...lengths);
  const root = lengths.every((l) => l === length) ? 'CHAR' : 'VARCHAR';
  return items.map((item) => {
    const { operands } = item as RexCall;
    const value = { ...operands[1]!, type: notNull({ root, length, nullable: false }) } as Rex;
    return { ...(item as RexCall), operands: [operands[0]!, value] };
  });
}

const symbolLiteral = (symbol: string): Rex => ({ kind: 'Literal', value: symbol, type: SYMBOL, symbol });
