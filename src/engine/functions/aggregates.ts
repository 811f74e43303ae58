import {
  arrayOf,
  decimal,
  isApproximate,
  isCharacter,
  isInteger,
  isNumeric,
  type LogicalType,
  multisetOf,
  notNull,
  STRING,
  withNullable,
} from '../types/logical-type.ts';
import { printArgument } from './signature.ts';

/** Why an aggregate does not fit its arguments, in Flink's words. */
export interface AggregateMisfit {
  readonly message: string;
  readonly code: string;
  readonly exception?: string;
}

/**
 * The result type of an aggregate function in a GROUP BY, as Flink's type system derives it: nullable where the group can be empty of values.
 * @param grouped `hasGroups`: a group has at least one row, so a NOT NULL argument gives a NOT NULL result; `star`: COUNT(*).
 */
export function aggregateType(
  name: string,
  args: readonly LogicalType[],
  grouped: { readonly hasGroups: boolean; readonly star: boolean },
): LogicalType | AggregateMisfit {
  const arg = args[0];
  const wrongCount = (n: number): AggregateMisfit => ({
    code: 'wrong-argument-count',
    message: `Invalid number of arguments to function '${name}'. Was expecting ${n} arguments`,
  });
  const nullable = (type: LogicalType): LogicalType =>
    withNullable(type, !(grouped.hasGroups && arg !== undefined && !arg.nullable));
  switch (name) {
    case 'SUM':
    case '$SUM0':
    case 'AVG':
      if (args.length !== 1 || !arg) return wrongCount(1);
      if (!isNumeric(arg)) {
        return {
          code: 'wrong-argument-type',
          message: `Cannot apply '${name}' to arguments of type '${name}(${printArgument({ type: arg })})'. Supported form(s): '${name}(<NUMERIC>)'`,
        };
      }
      return nullable(name === 'AVG' ? averageType(arg) : sumType(arg));
    case 'MIN':
    case 'MAX':
    case 'SINGLE_VALUE':
      if (args.length !== 1 || !arg) return wrongCount(1);
      return nullable(arg);
    case 'FIRST_VALUE':
    case 'LAST_VALUE':
      if (args.length !== 1 || !arg) return wrongCount(1);
      return nullable(arg);
    case 'LISTAGG':
      if (!arg || args.length > 2) return wrongCount(1);
      return isCharacter(arg) ? arg : withNullable(STRING, arg?.nullable ?? true);
    case 'COLLECT':
      return arg && args.length === 1 ? notNull(multisetOf(arg)) : wrongCount(1);
    case 'ARRAY_AGG':
      return arg && args.length === 1 ? withNullable(arrayOf(arg), arg.nullable) : wrongCount(1);
    default:
      return {
        code: 'not-supported-here',
        message: `Tidemark does not support the aggregate ${name} yet; a real Flink does.`,
      };
  }
}

/** SUM keeps integer and floating types; a DECIMAL widens to 38 digits. */
export function sumType(arg: LogicalType): LogicalType {
  return arg.root === 'DECIMAL' ? withNullable(decimal(38, arg.scale), arg.nullable) : arg;
}

/** AVG keeps integer and floating types (integers truncate); a DECIMAL gets 38 digits and a scale of at least 6. */
export function averageType(arg: LogicalType): LogicalType {
  if (arg.root === 'DECIMAL') return withNullable(decimal(38, Math.max(6, arg.scale)), arg.nullable);
  return isInteger(arg) || isApproximate(arg) ? arg : arg;
}
