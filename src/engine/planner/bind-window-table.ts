import { SqlError } from '../base/diagnostic.ts';
import type { LogicalNode, WindowSpec } from '../plan/logical.ts';
import { ref } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import { isTimestamp, type LogicalType, notNull, timestamp, withNullable } from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';
import { argumentForm, partsOf } from './ast-tools.ts';
import { ExpressionBinder } from './bind-expression.ts';
import { notAName, plainError, type StatementText, validationError } from './plan-error.ts';
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
    else if (parameters[i] !== undefined) args.set(parameters[i]!, arg);
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
  if (required.length > callNode.args.length || callNode.args.length > parameters.length) {
    throw validationError(
      source,
      callNode.span,
      'wrong-argument-count',
      `Invalid number of arguments to function '${name}'. Was expecting ${required.length} arguments`,
    );
  }
  if (required.some((p) => !args.has(p))) throw windowSignature(source, callNode, name, null);
  const subquery = table?.kind === 'SubQuery' ? table.query : null;
  if (!table || (table.kind !== 'TableArgument' && !subquery))
    throw windowSignature(source, callNode, name, null);
  const variable = patternVariable(subquery);
  if (variable)
    throw validationError(source, variable.span, 'unknown-table', `Table '${variable.name}' not found`);
  const input = subquery ? firstSelect(read(subquery)) : read((table as Ast.TableArgument).table);
  const descriptor = args.get('TIMECOL')!;
  if (descriptor.kind !== 'Descriptor') throw windowSignature(source, callNode, name, null);
  const columnName = descriptor.columns[0]!.name;
  const time = input.fields.findIndex((f) => f.name === columnName);
  if (time < 0)
    throw validationError(
      source,
      descriptor.columns[0]!.span,
      'unknown-column',
      `Unknown identifier '${columnName}'`,
    );
  const timeType = input.fields[time]!.type;
  if (!isTimestamp(timeType)) throw windowSignature(source, callNode, name, timeType);
  const binder = new ExpressionBinder(source, EMPTY_SCOPE);
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
      throw windowSignature(source, callNode, name, null);
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

function windowSignature(
  source: StatementText,
  node: Ast.Call,
  name: string,
  timeType: LogicalType | null,
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
    const message = `The window function ${form} requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is ${printPlanType(timeType, 'short')}.\nBesides, the timecol must be a time attribute type in streaming mode.`;
    const error = plainError('parse', 'window-time-type', 'ValidationException', message, node.span);
    const head = `ValidationException: SQL validation failed. ${message}`;
    return new SqlError({ ...error.diagnostic, chain: [head, ...error.diagnostic.chain] });
  }
  const shown = node.args.map((arg) => argumentForm(arg, source)).join(', ');
  return validationError(
    source,
    node.span,
    'wrong-window-arguments',
    `Cannot apply '${name}' to arguments of type '${name}(${shown})'. Supported form(s): ${forms[name]}`,
  );
}
