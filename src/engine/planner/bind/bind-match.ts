import { notYet, plainError, refuse } from '../../base/refusal.ts';
import type { Span } from '../../base/span.ts';
import { callType, DEVIATIONS } from '../../functions/aggregate-type.ts';
import { AGGREGATES } from '../../functions/function-kinds.ts';
import { unsupportedCall } from '../../functions/signature.ts';
import { untexted } from '../../plan/aggregate-methods.ts';
import type { Field, LogicalMatch, LogicalNode, MatchSpec, SortKey } from '../../plan/logical.ts';
import { printRex } from '../../plan/print-rex.ts';
import { call, literal, type PatternRef, type Rex } from '../../plan/rex.ts';
import { mapRex } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { unparseExpression } from '../../sql/unparse-query.ts';
import {
  char,
  INTEGER,
  isTimestamp,
  notNull,
  timestamp,
  timestampLtz,
  varchar,
  withNullable,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { toInt32 } from '../../values/int64.ts';
import { describePlace, notAName, placeless, type StatementText, validationError } from '../plan-error.ts';
import { aggregateName } from './aggregate-syntax.ts';
import { patternAverage, patternDeviation } from './averages.ts';
import { ExpressionBinder } from './bind-expression.ts';
import type { Bound } from './bind-query.ts';
import { bindPercentile } from './percentile.ts';
import type { Scope } from './scope.ts';

/** Stands for every variable: a column without one. */
const ANY = '*';

/** Binds MATCH_RECOGNIZE: its columns are those of PARTITION BY and the measures. */
export function bindMatch(table: Ast.MatchRecognize, input: Bound, source: StatementText): LogicalNode {
  return new MatchBinder(table, input, source).match();
}

/** Flink's validator does not get past NULLS FIRST or LAST here. */
const NO_NULLS = 'Leave NULLS FIRST or NULLS LAST out.';

class MatchBinder {
  readonly #table: Ast.MatchRecognize;
  readonly #input: Bound;
  /** Its columns, under the names that they have here. */
  readonly #fields: readonly Field[];
  readonly #source: StatementText;
  readonly #variables: readonly string[];
  /** Binds `x`, and `A.x` with a column for each variable's. */
  readonly #columns: ExpressionBinder;
  readonly #qualified: ExpressionBinder;
  #refusal: Error | null = null;
  /** A measure with an average may be NULL by its type, whatever the average is made of. */
  #hasAverage = false;

  constructor(table: Ast.MatchRecognize, input: Bound, source: StatementText) {
    this.#table = table;
    this.#input = input;
    this.#source = source;
    this.#variables = [
      ...new Set([
        ...variablesOf(table.pattern),
        ...table.define.map((d) => d.name.name),
        ...table.subsets.map((s) => s.name.name),
      ]),
    ];
    const fields = input.scope.tables.flatMap((read) => read.fields);
    this.#fields = fields;
    const scope: Scope = {
      tables: this.#variables.map((name, i) => ({ name, path: null, fields, offset: i * fields.length })),
    };
    this.#columns = new ExpressionBinder(source, input.scope);
    this.#qualified = new ExpressionBinder(source, scope);
  }

  match(): LogicalMatch {
    this.#needPlainAlias();
    const { node } = this.#input;
    const { partitionBy, rowsPerMatch, pattern, within } = this.#table;
    const partition = partitionBy.map((e) => this.#column(e));
    const withNulls = this.#table.orderBy.filter((item) => item.nulls !== null);
    const misnamed = withNulls.find((item) => item.descending);
    if (misnamed) throw notAName('SqlBasicCall', misnamed.span, NO_NULLS);
    const order = this.#table.orderBy.map(
      (item): SortKey => ({
        column: this.#column(item.expression),
        descending: item.descending,
        nullsFirst: item.nulls === null ? !item.descending : item.nulls === 'FIRST',
      }),
    );
    const [first] = order;
    if (within && first && !isTimestamp(node.fields[first.column]!.type))
      throw this.#error(within.span, 'within-time', 'First column of ORDER BY must be of type TIMESTAMP');
    const refusals = new Map<string, Error>();
    const define = this.#table.define.map(({ name, condition }) => {
      const bound = this.#binder(name.name).condition(condition, 'DEFINE');
      const refusal = this.#takeRefusal();
      if (refusal) refusals.set(name.name, refusal);
      return { variable: name.name, condition: mapRex(bound, asWritten) };
    });
    const after = this.#after();
    const measures = this.#table.measures.map((m) => this.#measure(m));
    needDistinct(measures);
    const unordered = withNulls[0];
    if (unordered)
      throw plainError('parse', 'match-nulls', 'AssertionError', 'null', unordered.span, NO_NULLS);
    for (const repeat of repeatsOf(pattern)) this.#checkCounts(repeat);
    const allRows = rowsPerMatch === 'ALL';
    const passed = allRows
      ? [...new Set([...partition, ...order.map((k) => k.column), ...node.fields.keys()])]
      : partition;
    const columns = measures.length === 0 ? this.#fields : passed.map((c) => this.#fields[c]!);
    const fields: Field[] = [
      ...columns,
      ...measures
        .filter((m) => !columns.some((c) => c.name === m.name))
        .map((m) => ({ name: m.name, type: m.rex.type })),
    ];
    return {
      kind: 'Match',
      input: node,
      fields,
      partition,
      order,
      measures,
      pattern,
      anchors: this.#table.anchors,
      after,
      define,
      allRows,
      within: within && this.#columns.bind(within),
      subsets: this.#table.subsets.map((s) => ({ name: s.name.name, items: s.items.map((i) => i.name) })),
      refusals: { measures: this.#takeRefusal(), define: refusals },
    };
  }

  #takeRefusal(): Error | null {
    const refusal = this.#refusal;
    this.#refusal = null;
    return refusal;
  }

  #error(span: Span, code: string, message: string): Error {
    return validationError(this.#source, span, code, message);
  }

  /** With a list of column names Flink's validator meets the alias twice. */
  #needPlainAlias(): void {
    const { alias, columns, input, span } = this.#table;
    if (!alias || columns.length === 0) return;
    const { text, offset } = this.#source;
    const between = text.slice(input.span.end - offset).search(/\S/);
    throw this.#error(
      { start: input.span.end + between, end: span.end },
      'alias-twice',
      `Duplicate relation name '${alias.name}' in FROM clause`,
    );
  }

  /** How often something may come is a whole number of 32 bits. */
  #checkCounts({ item, span }: Repeat): void {
    const { text, offset } = this.#source;
    const written = text.slice(item.span.end - offset, span.end - offset);
    const bad = [...written.matchAll(/[\d.eE+]+/g)].find(
      ([n]) => /\d/.test(n) && toInt32(Number(n)) !== Number(n),
    );
    if (!bad) return;
    const start = item.span.end + bad.index;
    const place = { start, end: start + bad[0].length };
    const message = `Numeric literal '${bad[0]}' out of range`;
    const where = describePlace(this.#source, place);
    throw refuse(
      place,
      [`CalciteContextException: ${where}: ${message}`, `SqlValidatorException: ${message}`],
      'parse',
    );
  }

  #column(e: Ast.Expression): number {
    const rex = this.#columns.bind(e);
    if (rex.kind !== 'InputRef') throw notYet('an expression here in MATCH_RECOGNIZE', e.span);
    return rex.index;
  }

  #after(): MatchSpec['after'] {
    const { after } = this.#table;
    if (!after || after.mode === 'NEXT ROW') return { mode: 'NEXT ROW', variable: null };
    if (after.mode === 'PAST LAST ROW') return { mode: after.mode, variable: null };
    const variable = after.variable!;
    if (!this.#variables.includes(variable.name))
      throw this.#error(variable.span, 'unknown-pattern', `Unknown pattern '${variable.name}'`);
    return { mode: after.mode === 'FIRST' ? 'FIRST' : 'LAST', variable: variable.name };
  }

  #measure(item: Ast.SelectItem): MatchSpec['measures'][number] {
    this.#hasAverage = false;
    const rex = this.#binder(null).bind(item.expression);
    const isFinal = rex.kind === 'Call' && (rex.operator === 'FINAL' || rex.operator === 'RUNNING');
    const type = withNullable(rex.type, rex.type.nullable || this.#hasAverage);
    return { name: item.alias!.name, rex: isFinal ? { ...rex, type } : call('FINAL', [rex], type) };
  }

  /** `defined`: the variable of a DEFINE, null in MEASURES; within an aggregate or a navigation columns stand for themselves. */
  #binder(defined: string | null, isInside = false): ExpressionBinder {
    return new ExpressionBinder(this.#source, { tables: [] }, (e) => {
      if (e.kind === 'ColumnRef') return this.#reference(e, isInside ? null : defined);
      return e.kind === 'Call' ? this.#call(e, defined) : null;
    });
  }

  /** A column of a variable's rows. In DEFINE it is that of the row at hand, or of the last row of another variable. */
  #reference(e: Ast.ColumnRef, defined: string | null): Rex {
    const width = this.#fields.length;
    const first = e.parts[0]!.name;
    const isColumn = e.parts.length === 1 || this.#fields.some((f) => f.name === first);
    const isBare = !(e.parts.length > 1 && this.#variables.includes(first)) && isColumn;
    this.#refuseNested(e, isBare);
    const bound = (isBare ? this.#columns : this.#qualified).bind(e);
    return mapRex(bound, (r) => {
      if (r.kind !== 'InputRef') return r;
      const variable = isBare ? ANY : this.#variables[Math.floor(r.index / width)]!;
      const column: PatternRef = { kind: 'PatternRef', variable, index: r.index % width, type: r.type };
      if (defined === null) return column;
      return call(variable === defined ? 'PREV' : 'LAST', [column, ZERO], r.type);
    });
  }

  /** Flink's validator loses its way in the fields of a column's row: it looks for the column once more among them. */
  #refuseNested({ parts }: Ast.ColumnRef, isBare: boolean): void {
    if (!isBare && !this.#variables.includes(parts[0]!.name)) return;
    const at = isBare ? 0 : 1;
    const [column, field] = parts.slice(at);
    const type = this.#fields.find((f) => f.name === column?.name)?.type;
    if (!column || !field || type?.root !== 'ROW') return;
    if (isBare) throw placeless('nested-in-pattern', `Unknown field '${column.name}'`, column.span);
    if (!type.fields.some((f) => f.name === field.name))
      throw this.#error(
        field.span,
        'unknown-column',
        `Column '${field.name}' not found in table '${parts[0]!.name}.${column.name}'`,
      );
    throw this.#error(
      column.span,
      'nested-in-pattern',
      `Column '${column.name}.${column.name}' not found in table '*'`,
    );
  }

  #call(node: Ast.Call, defined: string | null): Rex | null {
    const name = node.name.toUpperCase();
    if (AGGREGATES.has(name)) {
      const rex = this.#aggregate(node, name, defined);
      return node.keywords[0] === 'RUNNING'
        ? this.#unsupported(call('RUNNING', [rex], rex.type), printType(rex.type))
        : rex;
    }
    switch (name) {
      case 'FINAL':
      case 'RUNNING': {
        if (node.syntax !== 'prefix') return null;
        const rex = this.#binder(defined, true).bind(node.args[0]!);
        return name === 'FINAL'
          ? call(name, [rex], rex.type)
          : this.#unsupported(call(name, [rex], rex.type), printType(rex.type));
      }
      case 'FIRST':
      case 'LAST':
        return this.#running(node, this.#navigation(node, name, defined));
      case 'PREV':
      case 'NEXT':
        return this.#neighbour(node, name, defined);
      case 'CLASSIFIER':
        return this.#unsupported(call(name, [], notNull(varchar(2000))), '');
      case 'MATCH_ROWTIME': {
        const [time] = node.args.map((arg) => this.#binder(defined, true).bind(arg));
        return time ? call(name, [time], time.type) : call(name, [], notNull(timestamp(3, 'ROWTIME')));
      }
      case 'MATCH_PROCTIME':
        return call(name, [], notNull(timestampLtz(3, 'PROCTIME')));
      case 'MATCH_NUMBER':
        throw this.#error(
          node.span,
          'unknown-function',
          `No match found for function signature MATCH_NUMBER().\nSupported signatures are:\n'MATCH_NUMBER()'`,
        );
      default:
        return null;
    }
  }

  /** FINAL says what is so anyway in a row for a whole match; RUNNING is refused. */
  #running(node: Ast.Call, rex: Rex): Rex {
    if (node.keywords[0] === 'FINAL') return call('FINAL', [rex], rex.type);
    if (node.keywords[0] !== 'RUNNING') return rex;
    return this.#unsupported(call('RUNNING', [rex], rex.type), printType(withNullable(rex.type, true)));
  }

  #unsupported(rex: Rex & { kind: 'Call' }, types: string): Rex {
    this.#refusal ??= plainError(
      'plan',
      'pattern-function',
      'CodeGenException',
      unsupportedCall(rex.operator, types),
      null,
    );
    return rex;
  }

  /** FIRST and LAST go to the leaves of their argument, as Calcite's validator has it. */
  #navigation(node: Ast.Call, name: string, defined: string | null): Rex {
    const [value, offset] = node.args.map((arg) => this.#binder(defined, true).bind(arg));
    const by = offset ?? ZERO;
    if (!value || by.kind !== 'Literal') throw notYet(`${name} of this`, node.span);
    return mapRex(value, (r) =>
      r.kind === 'PatternRef' || (r.kind === 'Literal' && r.symbol === undefined)
        ? call(name, [r, by], r.type)
        : r,
    );
  }

  /** PREV and NEXT: Flink has rows of the match only, so no neighbour but the row itself. */
  #neighbour(node: Ast.Call, name: string, defined: string | null): Rex {
    const [value, offset] = node.args.map((arg) => this.#binder(defined, true).bind(arg));
    if (defined === null)
      throw this.#error(
        node.span,
        'neighbour-in-measure',
        `Cannot use PREV/NEXT in MEASURE '${this.#printed(node.args.length === 1 ? { ...node, args: [node.args[0]!, ONE] } : node)}'`,
      );
    if (!value || (offset && offset.kind !== 'Literal')) throw notYet(`${name} of this`, node.span);
    if (Number(offset?.value ?? 1) !== 0)
      this.#refusal ??= plainError(
        'plan',
        'physical-offset',
        'TableException',
        'Flink does not support physical offsets within partition.',
        node.span,
      );
    return mapRex(value, (r) => {
      if (r.kind !== 'PatternRef') return r;
      const own = call('PREV', [r, ZERO], r.type);
      return name === 'PREV' ? own : call(name, [own, ZERO], r.type);
    });
  }

  #aggregate(node: Ast.Call, name: string, defined: string | null): Rex {
    const star = node.args.find((arg) => arg.kind === 'Star' && arg.span.end - arg.span.start > 1);
    if (star)
      throw this.#error(
        { start: star.span.end - 1, end: star.span.end },
        'unknown-field',
        `Unknown field '*'`,
      );
    const args = node.args
      .filter((arg) => arg.kind !== 'Star')
      .map((arg) => this.#binder(defined, true).bind(arg));
    if (node.distinct)
      throw this.#error(
        node.span,
        'distinct-in-pattern',
        `DISTINCT/ALL not allowed with ${this.#printed(node)} function`,
      );
    if (args.some((arg) => variablesIn(arg).size > 1))
      throw this.#error(
        node.span,
        'several-variables',
        `Multiple pattern variables in '${this.#printed(node)}'`,
      );
    if (node.orderBy.length > 0) throw notYet(`${name} like this in MATCH_RECOGNIZE`, node.span);
    if (name === 'PERCENTILE') {
      const percentile = bindPercentile(this.#columns, node, args);
      return this.#ofOneVariable(call(name, percentile.args, percentile.type));
    }
    const type = callType(
      name,
      args.map((arg) => arg.type),
      { hasGroups: false, star: node.star },
    );
    if ('message' in type)
      throw validationError(this.#source, node.span, type.code, type.message, type.exception);
    if (node.filter) {
      const condition = this.#binder(defined, true).condition(node.filter, 'FILTER');
      const types = [type, condition.type].map(printType).join(', ');
      this.#refusal ??= plainError(
        'plan',
        'pattern-filter',
        'CodeGenException',
        unsupportedCall('FILTER', types),
        node.filter.span,
      );
    }
    const isDeviation = DEVIATIONS.has(name);
    const fullName = aggregateName(node);
    this.#refusal ??= untexted(
      fullName,
      args.map((arg) => arg.type),
    );
    if (!isDeviation && name !== 'AVG') return this.#ofOneVariable(call(fullName, args, type));
    this.#hasAverage = true;
    return isDeviation ? patternDeviation(name, args[0]!, type) : patternAverage(args[0]!, type);
  }

  /** Each argument may have a variable of its own to the validator, not to what makes the operator. */
  #ofOneVariable(aggregate: Rex): Rex {
    if (variablesIn(aggregate).size > 1)
      this.#refusal ??= plainError(
        'plan',
        'several-variables',
        'ValidationException',
        `Aggregation must be applied to a single pattern variable. Malformed expression: ${printRex(aggregate, [], 'ast')}`,
        null,
      );
    return aggregate;
  }

  /** As the validator prints it: names in backticks, columns with their variable. */
  #printed(node: Ast.Call): string {
    const distinct = node.distinct ? 'DISTINCT ' : '';
    return `${node.name.toUpperCase()}(${distinct}${node.args.map(printedOperand).join(', ')})`;
  }
}

/** In DEFINE Flink leaves a text's own type to it, whatever it is compared with. */
const asWritten = (rex: Rex): Rex =>
  rex.kind === 'Literal' && rex.type.root === 'VARCHAR' && typeof rex.value === 'string'
    ? { ...rex, type: withNullable(char(rex.value.length), rex.type.nullable) }
    : rex;

/** Two measures of one name end in a Java map, which complains of the later one first. */
function needDistinct(measures: MatchSpec['measures']): void {
  const later = measures.findIndex((m, i) => measures.findIndex((o) => o.name === m.name) < i);
  if (later < 0) return;
  const { name, rex } = measures[later]!;
  const first = measures.find((m) => m.name === name)!.rex;
  const [a, b] = [rex, first].map((r) => `${name}=${printRex(r, [], 'ast')}`);
  throw plainError(
    'parse',
    'measure-twice',
    'IllegalArgumentException',
    `Multiple entries with same key: ${a} and ${b}`,
    null,
  );
}

const ZERO = literal(0, notNull(INTEGER));
const ONE: Ast.Expression = {
  kind: 'Literal',
  type: 'number',
  value: '1',
  span: { start: 0, end: 0 },
};

function printedOperand(e: Ast.Expression): string {
  if (e.kind === 'ColumnRef') return e.parts.map((p) => `\`${p.name}\``).join('.');
  if (e.kind === 'Call' && e.syntax === 'infix' && e.args.length === 2)
    return `${printedOperand(e.args[0]!)} ${e.name} ${printedOperand(e.args[1]!)}`;
  return unparseExpression(e);
}

type Repeat = Extract<Ast.Pattern, { kind: 'Repeat' }>;

function repeatsOf(pattern: Ast.Pattern): readonly Repeat[] {
  switch (pattern.kind) {
    case 'Variable':
      return [];
    case 'Repeat':
      return [pattern, ...repeatsOf(pattern.item)];
    case 'Exclude':
      return repeatsOf(pattern.item);
    default:
      return pattern.items.flatMap(repeatsOf);
  }
}

function variablesOf(pattern: Ast.Pattern): readonly string[] {
  switch (pattern.kind) {
    case 'Variable':
      return [pattern.name.name];
    case 'Repeat':
    case 'Exclude':
      return variablesOf(pattern.item);
    default:
      return pattern.items.flatMap(variablesOf);
  }
}

function variablesIn(rex: Rex): ReadonlySet<string> {
  const found = new Set<string>();
  mapRex(rex, (r) => {
    if (r.kind === 'PatternRef') found.add(r.variable);
    return r;
  });
  return found;
}
