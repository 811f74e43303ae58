import { SqlError } from '../../base/diagnostic.ts';
import { argumentOf } from '../../compile/arguments.ts';
import { compileClosure } from '../../compile/closure.ts';
import { foldConstant } from '../../compile/fold-constants.ts';
import { SourceBuilder } from '../../compile/source-builder.ts';
import { call, type Rex } from '../../plan/rex.ts';
import { ExpressionBinder } from '../../planner/bind/bind-expression.ts';
import { checkExpression, uncompilableIn } from '../../planner/rules/check-expressions.ts';
import { keepType, simplify } from '../../planner/simplify/simplify.ts';
import type * as Ast from '../../sql/ast.ts';
import { parseStatement } from '../../sql/read-sql.ts';
import { type LogicalType, type Row, SYMBOL, type Value, withNullable } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { isTypeNameProblem, typeFromName } from '../../types/type-name.ts';
import { type JsonCell, parseJson } from '../../values/parse-json.ts';
import { printValue } from '../../values/print-value.ts';
import { RunError } from '../../values/run-error.ts';
import { type EvaluationContext, isMisfit } from '../function-definition.ts';
import { lookupFunction } from '../index.ts';
import { arrangeJsonOperands } from '../scalar/json.ts';

/** Evaluates the SELECT list of a conformance case of the simplest kind (one table or none, nothing but expressions), for tests. */
export interface ExpressionCase {
  readonly id: string;
  readonly config?: { readonly [key: string]: string };
  readonly statements: readonly string[];
  readonly timeline?: readonly { readonly row?: { readonly [column: string]: JsonCell } }[];
}
export interface ItemAnswer {
  readonly sql: string;
  readonly rex: Rex | null;
  readonly type: string | null;
  /** One for each row; a text that starts with `!` is an error. */
  readonly values: readonly (string | null)[];
}

/** How an expression is computed: by closures, by generated code, or folded first. */
export type Mode = 'closure' | 'generated' | 'folded';

export function evaluateCase(
  { statements, timeline = [], config = {} }: ExpressionCase,
  mode: Mode,
): readonly ItemAnswer[] | null {
  const settings = { ...config };
  let fields: { name: string; type: LogicalType }[] = [];
  for (const text of statements) {
    const parsed = parseStatement(text);
    if ('diagnostic' in parsed) return null;
    const { statement } = parsed;
    if (statement.kind === 'SetOption' && statement.key !== null)
      settings[statement.key] = statement.value ?? '';
    if (statement.kind === 'CreateTable') {
      fields = statement.elements.flatMap((element) => {
        if (element.kind !== 'PhysicalColumn') return [];
        const type = typeFromName(element.type);
        return isTypeNameProblem(type) ? [] : [{ name: element.name.name, type }];
      });
    }
    if (statement.kind === 'QueryStatement' && statement.query.kind === 'Select') {
      const { query } = statement;
      if (
        query.where !== null ||
        query.groupBy !== null ||
        (query.from !== null && query.from.kind !== 'NamedTable')
      )
        return null;
      const table =
        query.from?.kind === 'NamedTable'
          ? (query.from.alias?.name ?? query.from.name.parts.at(-1)?.name ?? 't')
          : null;
      const context: EvaluationContext = {
        zone: settings['table.local-time-zone'] ?? 'UTC',
        nowMs: () => 1_700_000_000_000,
        random: () => 0.5,
        watermarkMs: () => null,
      };
      const rows =
        query.from === null
          ? [[]]
          : timeline.flatMap((entry) => (entry.row === undefined ? [] : [rowOf(entry.row, fields)]));
      const binder: ExpressionBinder = new ExpressionBinder(
        { text, offset: 0 },
        { tables: table === null ? [] : [{ name: table, path: null, fields, offset: 0 }] },
        (expression) => bindJson(expression, binder),
      );
      return query.items
        .filter((item) => item.expression.kind !== 'Star')
        .map((item) => answer(text, item.expression, binder, rows, context, mode));
    }
  }
  return null;
}

/** JSON functions with their operands in the order of plans, should the planner not arrange them itself. */
function bindJson(expression: Ast.Expression, binder: ExpressionBinder): Rex | null {
  if (expression.kind !== 'Call') return null;
  const name = expression.name.toUpperCase();
  const arranged = arrangeJsonOperands(name, expression.args, expression.keywords);
  const fn = lookupFunction(name);
  if (arranged === null || fn === undefined) return null;
  const operands = arranged.map(
    (one): Rex =>
      'symbol' in one
        ? { kind: 'Literal', value: one.symbol, type: SYMBOL, symbol: one.symbol }
        : binder.bind(one.operand),
  );
  const inferred = fn.inferType(operands.map(argumentOf));
  const written = expression.returning ? typeFromName(expression.returning) : null;
  if (isMisfit(inferred) || (written !== null && isTypeNameProblem(written))) return null;
  return call(fn.name, operands, written === null ? inferred : withNullable(written, true));
}

function rowOf(
  cells: { readonly [column: string]: JsonCell },
  fields: readonly { readonly name: string; readonly type: LogicalType }[],
): Row {
  return fields.map(({ name, type }) => {
    const parsed = parseJson(cells[name], type);
    if ('problem' in parsed) throw new Error(`${name}: ${parsed.problem}`);
    return parsed.value;
  });
}

function answer(
  text: string,
  expression: Ast.Expression,
  binder: ExpressionBinder,
  rows: readonly Row[],
  context: EvaluationContext,
  mode: Mode,
): ItemAnswer {
  const sql = text.slice(expression.span.start, expression.span.end);
  let rex: Rex;
  try {
    const bound = binder.bind(expression);
    rex = keepType(bound, simplify(bound));
    checkExpression(rex);
    const uncompiled = uncompilableIn(rex);
    if (uncompiled) throw uncompiled;
  } catch (error) {
    if (!(error instanceof SqlError)) throw new Error(`${sql}: ${String(error)}`, { cause: error });
    return { sql, rex: null, type: null, values: rows.map(() => `!${error.diagnostic.chain.at(-1) ?? ''}`) };
  }
  const run = compile(mode === 'folded' ? foldConstant(rex, context) : rex, context, mode);
  const { type } = rex;
  const values = rows.map((row) => {
    try {
      return printValue(run(row), type, context.zone);
    } catch (error) {
      if (error instanceof RunError) return `!${error.chain.at(-1) ?? ''}`;
      throw new Error(`${sql}: ${String(error)}`, { cause: error });
    }
  });
  return { sql, rex, type: printType(type), values };
}

/** An expression as a function of a row, by one of the two compilers. */
export function compile(rex: Rex, context: EvaluationContext, mode: Mode): (row: Row) => Value {
  if (mode !== 'generated') return compileClosure(rex, context);
  const builder = new SourceBuilder(context);
  const atom = builder.emit(rex, (index) => `r[${index}]`);
  const make = new Function(...builder.names, `return (r) => { ${builder.take()}\nreturn ${atom}; };`) as (
    ...values: readonly unknown[]
  ) => (row: Row) => Value;
  return make(...builder.values);
}
