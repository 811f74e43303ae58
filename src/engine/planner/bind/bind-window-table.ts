import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { printArgument } from '../../functions/signature.ts';
import { type LogicalNode, type WindowSpec } from '../../plan/logical.ts';
import { ref } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import {
  isInterval,
  isTimestamp,
  type LogicalType,
  notNull,
  timestamp,
  withNullable,
} from '../../types/logical-type.ts';
import { printPlanType } from '../../types/print-type.ts';
import { notAName, type StatementText, validationError } from '../plan-error.ts';
import { argumentForm, partsOf } from './ast-tools.ts';
import { ExpressionBinder } from './bind-expression.ts';
import { recordForm } from './bind-subquery.ts';
import { EMPTY_SCOPE } from './scope.ts';

const WINDOW_PARAMETERS = {
  TUMBLE: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'],
  HOP: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'],
  CUMULATE: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'],
  SESSION: ['DATA', 'TIMECOL', 'GAP'],
} as const;

/** TUMBLE, HOP, CUMULATE or SESSION over a table, with positional or named arguments. */
export function bindWindowTable(
  callNode: Ast.Call,
  name: WindowSpec['kind'],
  source: StatementText,
  read: (table: Ast.Query | Ast.Name) => LogicalNode,
): LogicalNode {
  const parameters = WINDOW_PARAMETERS[name];
  const args = new Map<string, Ast.Expression>();
  for (const [i, arg] of callNode.args.entries()) {
    if (arg.kind === 'NamedArgument') args.set(arg.name.name.toUpperCase(), arg.value);
    else if (parameters[i] !== undefined) args.set(parameters[i], arg);
  }
  const isMixed = callNode.args.some((arg) => arg.kind === 'NamedArgument');
  if (isMixed && callNode.args[0]?.kind === 'TableArgument')
    throw notAName('SqlNodeList', callNode.span, 'Name all arguments or none.');
  const required = parameters.filter((p) => p !== 'OFFSET');
  const table = args.get('DATA');
  const loose = parameters.map((p) => args.get(p)).find((arg) => arg?.kind === 'ColumnRef');
  if (loose?.kind === 'ColumnRef') {
    throw validationError(
      source,
      loose.span,
      'table-keyword-missing',
      `Column '${loose.parts.map((p) => p.name).join('.')}' not found in any table`,
      undefined,
    );
  }
  const isKnown = [...args.keys()].every((p) => (parameters as readonly string[]).includes(p));
  const isMissing = required.some((p) => !args.has(p));
  // A name that nobody knows stands for nothing, where all that is needed is there.
  if (
    required.length > callNode.args.length ||
    callNode.args.length > parameters.length ||
    (isMissing && !isKnown)
  ) {
    throw validationError(
      source,
      callNode.span,
      'wrong-argument-count',
      `Invalid number of arguments to function '${name}'. Was expecting ${required.length} arguments`,
    );
  }
  const misfit = (timeType: LogicalType | null = null): Error =>
    windowSignature(source, callNode, name, timeType, read);
  if (isMissing) throw misfit();
  const subquery = table?.kind === 'SubQuery' ? table.query : null;
  if (!table || (table.kind !== 'TableArgument' && !subquery)) throw misfit();
  const variable = patternVariable(subquery);
  if (variable)
    throw validationError(source, variable.span, 'unknown-table', `Table '${variable.name}' not found`);
  const input = subquery ? firstSelect(read(subquery)) : read((table as Ast.TableArgument).table);
  const descriptor = args.get('TIMECOL')!;
  if (descriptor.kind !== 'Descriptor') throw noDescriptor(descriptor, source) ?? misfit();
  const [column] = descriptor.columns;
  if (!column)
    throw unplaced('ArrayIndexOutOfBoundsException', 'Index 0 out of bounds for length 0', descriptor.span);
  const columnName = column.name;
  const [first] = callNode.args;
  if (first?.kind === 'NamedArgument' && first.value !== table) {
    const type = argumentForm(first.value, source).slice(1, -1);
    const message = `Trying to access field ${columnName} in a type with no fields: ${type}`;
    throw unplaced('IllegalStateException', message, first.span);
  }
  const time = input.fields.findIndex((f) => f.name === columnName);
  if (time < 0)
    throw validationError(source, column.span, 'unknown-column', `Unknown identifier '${columnName}'`);
  const timeType = input.fields[time]!.type;
  if (!isTimestamp(timeType)) throw misfit(timeType);
  const binder = new ExpressionBinder(source, EMPTY_SCOPE);
  const length = (parameter: string): { ms: number; unit: string } => {
    const arg = args.get(parameter);
    if (!arg) return { ms: 0, unit: '' };
    const rex = binder.bind(arg);
    const isComputed = arg.kind === 'IntervalLiteral' ? !arg.quoted : rex.kind !== 'Literal';
    if (isInterval(rex.type) && isComputed)
      throw plainError(
        'plan',
        'window-not-constant',
        'TableException',
        'Only constant window descriptors are supported.',
        arg.span,
        "Write the length in quotes: INTERVAL '10' SECOND.",
      );
    if (rex.kind !== 'Literal' || rex.type.root !== 'INTERVAL_DAY' || typeof rex.value !== 'number') {
      if (rex.type.root === 'INTERVAL_MONTH')
        throw plainError(
          'plan',
          'window-unit',
          'TableException',
          'Window aggregate only support SECOND, MINUTE, HOUR, DAY as the time unit. MONTH and YEAR time unit are not supported yet.',
          arg.span,
        );
      throw misfit();
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
  if (name !== 'SESSION' && table.kind === 'TableArgument') refuseSetSemantics(table, callNode, name, source);
  const partition =
    table.kind === 'TableArgument' ? table.partitionBy.map((e) => partitionColumn(e, input, source)) : [];
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
  const windowTime = withNullable(timeType, false);
  // A table that has such columns already has two of a name then, and neither can be named.
  const extra = (['window_start', 'window_end', 'window_time'] as const).map((n) => ({
    name: n,
    type: n === 'window_time' ? windowTime : notNull(timestamp(3)),
  }));
  // The AST shows the table argument as a projection of all its columns.
  const projected: LogicalNode = subquery
    ? input
    : { kind: 'Project', input, exprs: input.fields.map((f, i) => ref(i, f.type)), fields: input.fields };
  return { kind: 'WindowTable', input: projected, window, fields: [...input.fields, ...extra] };
}

/** Only SESSION takes tables by their parts, and in an order. */
function refuseSetSemantics(
  table: Ast.TableArgument,
  callNode: Ast.Call,
  name: string,
  source: StatementText,
): void {
  const operand = callNode.args.findIndex(
    (arg) => arg === table || (arg.kind === 'NamedArgument' && arg.value === table),
  );
  const refuse = (done: string, clause: string): Error =>
    validationError(
      source,
      callNode.span,
      'set-semantics',
      `Only tables with set semantics may be ${done}. Invalid ${clause} clause in the ${operand}-th operand of table function '${name}'`,
    );
  if (table.partitionBy.length > 0) throw refuse('partitioned', 'PARTITION BY');
  if (table.orderBy.length > 0) throw refuse('ordered', 'ORDER BY');
}

/** The first variable that a DEFINE asks: within an argument Flink's validator takes it for a table. */
function patternVariable(node: unknown): Ast.Identifier | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if (!('kind' in node) || node.kind !== 'MatchRecognize')
    return Object.values(node)
      .map(patternVariable)
      .find((found) => found !== undefined);
  const columns = (node as Ast.MatchRecognize).define.flatMap((d) => partsOf(d.condition, 'ColumnRef'));
  return (columns as Ast.ColumnRef[]).find((column) => column.parts.length > 1)?.parts[0];
}

/** Of a set operation that is an argument itself Flink's function reads the first query alone. */
function firstSelect(node: LogicalNode): LogicalNode {
  return node.kind === 'Union' || node.kind === 'SetOperation' ? firstSelect(node.inputs[0]!) : node;
}

function partitionColumn(expression: Ast.Expression, input: LogicalNode, source: StatementText): number {
  const columnName = expression.kind === 'ColumnRef' ? expression.parts.at(-1)!.name : '';
  const at = input.fields.findIndex((f) => f.name === columnName);
  if (at < 0)
    throw validationError(
      source,
      expression.span,
      'unknown-column',
      `Column '${columnName}' not found in any table`,
    );
  return at;
}

/** A refusal that Flink's validator tells without a place. */
function unplaced(exception: string, message: string, span: Span): Error {
  const { diagnostic } = plainError('parse', 'wrong-window-arguments', exception, message, span);
  const head = `ValidationException: SQL validation failed. ${message}`;
  return new SqlError({ ...diagnostic, chain: [head, ...diagnostic.chain] });
}

/** DESCRIPTOR of what is no column's name. */
function noDescriptor(given: Ast.Expression, source: StatementText): Error | null {
  const [what] = given.kind === 'Call' && given.name.toUpperCase() === 'DESCRIPTOR' ? given.args : [];
  if (what?.kind === 'ColumnRef')
    return validationError(
      source,
      what.span,
      'descriptor-path',
      'Table or column alias must be a simple identifier',
    );
  if (what?.kind !== 'Literal' || (what.type !== 'string' && what.type !== 'number')) return null;
  return notAName(
    what.type === 'string' ? 'SqlCharStringLiteral' : 'SqlNumericLiteral',
    what.span,
    'Write the name of a column.',
  );
}

function windowSignature(
  source: StatementText,
  node: Ast.Call,
  name: string,
  timeType: LogicalType | null,
  read: (table: Ast.Query | Ast.Name) => LogicalNode,
): Error {
  const forms: { readonly [name: string]: string } = {
    TUMBLE: 'TUMBLE(TABLE table_name, DESCRIPTOR(timecol), datetime interval[, datetime interval])',
    HOP: 'HOP(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
    CUMULATE:
      'CUMULATE(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
    SESSION:
      "SESSION(TABLE table_name [PARTITION BY ('colname'...)], DESCRIPTOR(timecol), datetime interval)",
  };
  if (timeType) {
    const form = forms[name]!.replace("('colname'...)", '(keycols, ...)');
    return unplaced(
      'ValidationException',
      `The window function ${form} requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is ${printPlanType(timeType, 'short')}.\nBesides, the timecol must be a time attribute type in streaming mode.`,
      node.span,
    );
  }
  const binder = new ExpressionBinder(source, EMPTY_SCOPE);
  const shown = node.args.map((arg) => {
    const value = arg.kind === 'NamedArgument' ? arg.value : arg;
    if (value.kind === 'TableArgument') return `<${recordForm(read(value.table).fields).toUpperCase()}>`;
    if (value.kind === 'SubQuery') return `<${recordForm(read(value.query).fields).toUpperCase()}>`;
    return value.kind === 'Literal' ? printArgument(binder.bind(value)) : argumentForm(value, source);
  });
  return validationError(
    source,
    node.span,
    'wrong-window-arguments',
    `Cannot apply '${name}' to arguments of type '${name}(${shown.join(', ')})'. Supported form(s): ${forms[name]}`,
  );
}
