import type { SqlError } from '../base/diagnostic.ts';
import { plainError } from '../base/refusal.ts';
import type { Field } from '../plan/logical.ts';
import type { PhysicalAggregate, PhysicalNode } from '../plan/physical.ts';
import { isCharacter, type LogicalType } from '../types/logical-type.ts';

/** Aggregates whose accumulators can be merged, so that two phases can share the work. */
const MERGEABLE: ReadonlySet<string> = new Set([
  'COUNT',
  'SUM',
  '$SUM0',
  'AVG',
  'MIN',
  'MAX',
  'LISTAGG',
  'COLLECT',
  'ARRAY_AGG',
  'SINGLE_VALUE',
  'PERCENTILE',
  'JSON_OBJECTAGG_NULL_ON_NULL',
  'JSON_OBJECTAGG_ABSENT_ON_NULL',
]);

const DATA = 'org.apache.flink.table.data';
const FUNCTIONS = 'org.apache.flink.table.runtime.functions.aggregate';
const OBJECT = 'JsonObjectAggFunction';
const ARRAY = 'JsonArrayAggFunction';
/** Flink's classes of functions that lack a method somewhere. */
const CLASSES: { readonly [name: string]: string } = {
  FIRST_VALUE: 'FirstValueAggFunction',
  LAST_VALUE: 'LastValueAggFunction',
  JSON_ARRAYAGG_NULL_ON_NULL: ARRAY,
  JSON_ARRAYAGG_ABSENT_ON_NULL: ARRAY,
  JSON_OBJECTAGG_NULL_ON_NULL: OBJECT,
  JSON_OBJECTAGG_ABSENT_ON_NULL: OBJECT,
};
const accumulatorOf = (type: string): string => {
  if (type.startsWith('Json')) return `${FUNCTIONS}.${type}.Accumulator`;
  return type.includes('WithRetract')
    ? `${FUNCTIONS}.${type}.${type.replace('AggFunction', 'Accumulator')}`
    : `${DATA}.RowData`;
};

/** What values of a type are in Flink's rows. */
const DATA_CLASSES: { readonly [root in LogicalType['root']]?: string } = {
  BOOLEAN: 'java.lang.Boolean',
  TINYINT: 'java.lang.Byte',
  SMALLINT: 'java.lang.Short',
  INTEGER: 'java.lang.Integer',
  DATE: 'java.lang.Integer',
  TIME: 'java.lang.Integer',
  BIGINT: 'java.lang.Long',
  FLOAT: 'java.lang.Float',
  DOUBLE: 'java.lang.Double',
  DECIMAL: `${DATA}.DecimalData`,
  TIMESTAMP: `${DATA}.TimestampData`,
  TIMESTAMP_LTZ: `${DATA}.TimestampData`,
  BINARY: 'byte[]',
  VARBINARY: 'byte[]',
  ARRAY: `${DATA}.ArrayData`,
  MAP: `${DATA}.MapData`,
  MULTISET: `${DATA}.MapData`,
  ROW: `${DATA}.RowData`,
};

export const isMergeable = ({ name }: PhysicalAggregate): boolean => MERGEABLE.has(name);

/** What Flink says when it makes code for the aggregates of a window out of a function that lacks a method; null where none does. */
export function missingMethod(node: PhysicalNode): SqlError | null {
  if (node.kind !== 'GroupWindowAggregate' && node.kind !== 'WindowAggregate') return null;
  const untexted =
    node.kind === 'GroupWindowAggregate' ? untextedCall(node.calls, node.inputs[0]!.fields) : null;
  const isWhole = node.window.kind === 'TUMBLE' || (node.window.attached && node.window.kind !== 'SESSION');
  return untexted ?? (isWhole ? null : unmergeableCall(node.calls));
}

/** HOP, CUMULATE and SESSION merge their windows from parts, unless their bounds are there already. */
function unmergeableCall(calls: readonly PhysicalAggregate[]): SqlError | null {
  for (const { name, needsRetraction } of calls) {
    const plain = CLASSES[name];
    const type = name.endsWith('_VALUE') && needsRetraction ? plain?.replace('Agg', 'WithRetractAgg') : plain;
    if (type && !MERGEABLE.has(name))
      return withoutMethod(name, type, 'merge', [accumulatorOf(type), 'java.lang.Iterable']);
  }
  return null;
}

/** Nobody makes text of the values of JSON functions in a group window: only what is text already goes in. */
function untextedCall(calls: readonly PhysicalAggregate[], fields: readonly Field[]): SqlError | null {
  for (const { name, args } of calls) {
    const refusal = untexted(
      name,
      args.map((arg) => fields[arg]!.type),
    );
    if (refusal) return refusal;
  }
  return null;
}

/** What Flink says of a JSON aggregate over values that are no text; null of all else. */
export function untexted(name: string, args: readonly LogicalType[]): SqlError | null {
  const type = CLASSES[name];
  if (!type?.startsWith('Json') || isCharacter(args.at(-1)!)) return null;
  const classes = args.map((given) => (isCharacter(given) ? `${DATA}.StringData` : DATA_CLASSES[given.root]));
  return withoutMethod(name, type, 'accumulate', [accumulatorOf(type), ...classes]);
}

/** What MIN and MAX cannot put in order and a scalar sub-query cannot give, by Flink's names. */
const UNORDERED: { readonly [root in LogicalType['root']]?: string } = {
  BINARY: 'BINARY',
  VARBINARY: 'VARBINARY',
  ARRAY: 'ARRAY',
  MAP: 'MAP',
  MULTISET: 'MULTISET',
  ROW: 'ROW',
  VARIANT: 'VARIANT',
  INTERVAL_DAY: 'INTERVAL_DAY_TIME',
  INTERVAL_MONTH: 'INTERVAL_YEAR_MONTH',
};

/** What DISTINCT cannot tell apart. */
const INDISTINCT: ReadonlySet<LogicalType['root']> = new Set([
  'BINARY',
  'VARBINARY',
  'MAP',
  'MULTISET',
  'ROW',
  'RAW',
]);

/** Refuses the least or greatest of what has no order, DISTINCT of what it cannot tell apart and the one value that is none; null for all else. */
export function refusedType(
  { name, args, distinct }: Pick<PhysicalAggregate, 'name' | 'args'> & { readonly distinct?: boolean },
  fields: readonly Field[],
): SqlError | null {
  // A constant stands behind the columns.
  const root = fields[args[0]!]?.type.root;
  if (root === undefined) return null;
  const refused = (message: string): SqlError =>
    plainError('plan', 'aggregate-type', 'TableException', message, null);
  const type = UNORDERED[root];
  if (type && (name === 'MIN' || name === 'MAX'))
    return refused(
      `${name === 'MIN' ? 'Min' : 'Max'} aggregate function does not support type: ''${type}''.\nPlease re-check the data type.`,
    );
  if (type && name === 'SINGLE_VALUE')
    return refused(`SINGLE_VALUE aggregate function doesn't support type '${type}'.`);
  if (distinct && args.length === 1 && INDISTINCT.has(root))
    return refused(
      `Distinct aggregate function does not support type: ${root}.\nPlease re-check the data type.`,
    );
  return null;
}

export const countOfSeveral = (): SqlError =>
  plainError(
    'plan',
    'count-of-several',
    'TableException',
    'We now only support the count of one field.',
    null,
  );

export const approximateCount = (): SqlError =>
  plainError(
    'plan',
    'approximate',
    'TableException',
    'APPROX_COUNT_DISTINCT aggregate function does not support yet for streaming.',
    null,
  );

const withoutMethod = (
  name: string,
  type: string,
  method: string,
  parameters: readonly (string | undefined)[],
): SqlError =>
  plainError(
    'plan',
    'aggregate-without-method',
    'ValidationException',
    `Could not find an implementation method '${method}' in class '${FUNCTIONS}.${type}' for function '${name}' that matches the following signature:\nvoid ${method}(${parameters.join(', ')})`,
    null,
  );
