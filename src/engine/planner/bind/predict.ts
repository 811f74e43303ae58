import { SqlError } from '../../base/diagnostic.ts';
import { refuse } from '../../base/refusal.ts';
import type { Catalog, Model } from '../../catalog/catalog.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import type * as Ast from '../../sql/ast.ts';
import { supportsImplicitCast } from '../../types/implicit-cast.ts';
import { notNull, regularType, rowOf } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { pathOf } from './ast-tools.ts';
import { recordForm } from './bind-subquery.ts';

/** The parameters of the functions over models; the last may be left out. */
const PARAMETERS = {
  ML_PREDICT: {
    INPUT: '{TABLE, ROW SEMANTIC TABLE}',
    MODEL: '{MODEL}',
    ARGS: 'DESCRIPTOR',
    CONFIG: 'MAP<STRING, STRING>',
  },
  ML_EVALUATE: {
    INPUT: '{TABLE, SET SEMANTIC TABLE}',
    MODEL: '{MODEL}',
    LABEL: 'DESCRIPTOR',
    ARGS: 'DESCRIPTOR',
    TASK: 'STRING NOT NULL',
    CONFIG: 'MAP<STRING, STRING>',
  },
} as const;
type ModelFunction = keyof typeof PARAMETERS;

export const isModelFunction = (name: string): name is ModelFunction => Object.hasOwn(PARAMETERS, name);

/** Why a model tells nothing: its arguments do not fit, or, when they do, nobody provides models. */
export function refusePrediction(
  node: Ast.Call,
  name: ModelFunction,
  catalog: Catalog,
  source: StatementText,
  read: (table: Ast.Query | Ast.Name) => LogicalNode,
): SqlError {
  const parameters = Object.entries<string>(PARAMETERS[name]);
  const args = new Map(
    node.args.map((arg, i) =>
      arg.kind === 'NamedArgument'
        ? [arg.name.name.toUpperCase(), arg.value]
        : [parameters[i]?.[0] ?? '', arg],
    ),
  );
  const table = args.get('INPUT');
  const fields = table?.kind === 'TableArgument' ? read(table.table).fields : [];
  const loose = [...args.values()].find((arg) => arg.kind === 'ColumnRef');
  if (loose?.kind === 'ColumnRef') {
    const column = loose.parts.map((part) => part.name).join('.');
    return validationError(source, loose.span, 'unknown-column', `Column '${column}' not found in any table`);
  }
  const given = args.get('MODEL');
  const path = given?.kind === 'ModelArgument' ? pathOf(catalog, given.model) : null;
  const model = path && catalog.getModel(path);
  if (given?.kind === 'ModelArgument' && !model)
    return validationError(
      source,
      given.model.span,
      'unknown-model',
      `Object '${given.model.parts.at(-1)!.name}' not found`,
    );
  const signature = `${name}(${parameters.map(([parameter, type]) => `${parameter} => ${type}`).join(', ')})`;
  const descriptor = args.get('ARGS');
  if (!path || !model || descriptor?.kind !== 'Descriptor') {
    const shown = [fields, ...(model ? [model.output] : [])]
      .map((record) => `<${recordForm(record)}>`)
      .join(', ');
    const message = `No match found for function signature ${name}(${shown}).\nSupported signatures are:\n${signature}`;
    return validationError(source, node.span, 'unknown-function', message);
  }
  const misfit = name === 'ML_PREDICT' ? misfitOf(descriptor, model, fields) : null;
  if (misfit) {
    const row = (record: LogicalNode['fields']): string => printType(notNull(rowOf(record)));
    const call = `Invalid function call:\n${name}(${row(fields)}, ${row(model.output)}, DESCRIPTOR NOT NULL, MAP<STRING, STRING>)`;
    const lines = [call, `Invalid input arguments. Expected signatures are:\n${signature}`, misfit];
    return refuse(
      node.span,
      [`SQL validation failed. ${call}`, ...lines].map((line) => `ValidationException: ${line}`),
      'parse',
    );
  }
  const options = [...model.options].map(([key, value]) => `'${key}'='${value}'`).toSorted();
  return refuse(
    node.span,
    [
      `ValidationException: Unable to create a model provider for model '${path.join('.')}'.\n\nModel options are:\n\n${options.join('\n')}`,
      "ValidationException: Could not find any factories that implement 'org.apache.flink.table.factories.ModelProviderFactory' in the classpath.",
    ],
    'parse',
  );
}

/** What does not fit between the columns that are given and those that a model asks for. */
function misfitOf(
  { columns }: Ast.Descriptor,
  { input }: Model,
  fields: LogicalNode['fields'],
): string | null {
  if (columns.length !== input.length)
    return `Number of descriptor columns (${columns.length}) does not match model input size (${input.length}).`;
  for (const [i, { name }] of columns.entries()) {
    const column = fields.find((field) => field.name === name);
    if (!column)
      return `Descriptor column '${name}' not found in table columns. Available columns: ${fields.map((f) => f.name).join(', ')}.`;
    const asked = input[i]!.type;
    if (!supportsImplicitCast(regularType(column.type), asked))
      return `Descriptor column '${name}' type ${printType(column.type)} cannot be assigned to model input type ${printType(asked)} at position ${i}.`;
  }
  return null;
}
