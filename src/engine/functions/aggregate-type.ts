import { type AggregateMisfit, aggregateType } from '../functions/aggregates.ts';
import { printArgument } from '../functions/signature.ts';
import {
  BIGINT,
  isCharacter,
  isNumeric,
  type LogicalType,
  notNull,
  varchar,
  withNullable,
} from '../types/logical-type.ts';

/** Aggregates of squares: the plan makes sums and counts of them. */
export const DEVIATIONS: ReadonlySet<string> = new Set([
  'STDDEV',
  'STDDEV_POP',
  'STDDEV_SAMP',
  'VARIANCE',
  'VAR_POP',
  'VAR_SAMP',
]);

/** The result type of an aggregate call, those of `aggregateType` and the rest. What no stream can compute is refused when it is planned. */
export function callType(
  name: string,
  args: readonly LogicalType[],
  grouped: { readonly hasGroups: boolean; readonly star: boolean },
): LogicalType | AggregateMisfit {
  const arg = args[0];
  const wrongCount: AggregateMisfit = {
    code: 'wrong-argument-count',
    message: `Invalid number of arguments to function '${name}'. Was expecting 1 arguments`,
  };
  if (name === 'COUNT' && args.length === 0 && !grouped.star) return wrongCount;
  if (name === 'COUNT' || name === 'APPROX_COUNT_DISTINCT') return notNull(BIGINT);
  if (name === 'JSON_OBJECTAGG' && arg && !isCharacter(arg) && arg.root !== 'NULL') {
    const made = 'JSON_OBJECTAGG_NULL_ON_NULL';
    const given = args.map((a) => printArgument({ type: a })).join(', ');
    return {
      code: 'wrong-argument-type',
      message: `Cannot apply '${made}' to arguments of type '${made}(${given})'. Supported form(s): '${made}(<CHARACTER>, <ANY>)'`,
    };
  }
  if (name === 'JSON_OBJECTAGG' || name === 'JSON_ARRAYAGG') return notNull(varchar(2000));
  if (
    name === 'LISTAGG' &&
    arg &&
    !args.every(({ root }) => root === 'CHAR' || root === 'VARCHAR' || root === 'NULL')
  ) {
    return {
      code: 'wrong-argument-type',
      message: `Cannot apply 'LISTAGG' to arguments of type 'LISTAGG(${args.map((a) => printArgument({ type: a })).join(', ')})'. Supported form(s): 'LISTAGG(<CHARACTER>)'\n'LISTAGG(<CHARACTER>, <CHARACTER_LITERAL>)'`,
    };
  }
  if (!DEVIATIONS.has(name)) return aggregateType(name, args, grouped);
  if (args.length !== 1 || !arg) return wrongCount;
  if (!isNumeric(arg))
    return {
      code: 'wrong-argument-type',
      message: `Cannot apply '${name}' to arguments of type '${name}(${printArgument({ type: arg })})'. Supported form(s): '${name}(<NUMERIC>)'`,
    };
  const average = aggregateType('AVG', args, { hasGroups: false, star: false });
  return 'message' in average ? average : withNullable(average, !grouped.hasGroups || arg.nullable);
}
