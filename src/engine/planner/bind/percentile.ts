import type { Misfit } from '../../functions/function-definition.ts';
import { newStackMisfit, newStackWrongCount } from '../../functions/signature.ts';
import type { Rex } from '../../plan/rex.ts';
import { argumentOf, castTo } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import {
  arrayOf,
  DOUBLE,
  isInteger,
  isNumeric,
  type LogicalType,
  notNull,
  TINYINT,
  type Value,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import type { Binder } from './binder.ts';
import { misfitError } from './refuse-call.ts';

const PERCENTAGES = 'percentage [<NUMERIC NOT NULL> | ARRAY<NUMERIC NOT NULL> NOT NULL]';
const SIGNATURES = [
  `PERCENTILE(expr <NUMERIC>, ${PERCENTAGES})`,
  `PERCENTILE(expr <NUMERIC>, ${PERCENTAGES}, frequency <INTEGER_NUMERIC>)`,
];

/** PERCENTILE bound; refused in Flink's words where its arguments do not fit. */
export function bindPercentile(binder: Binder, node: Ast.Call, args: readonly Rex[]): PercentileCall {
  args.forEach((arg, i) => {
    if (i > 0 && arg.type.root === 'NULL')
      throw binder.error(node.args[i]!.span, 'untyped-null', `Illegal use of 'NULL'`);
  });
  const made = percentileCall(args);
  if ('message' in made) throw misfitError(binder, made, node.span);
  return made;
}

interface PercentileCall {
  readonly args: readonly Rex[];
  readonly type: LogicalType;
}

/** PERCENTILE's arguments as it takes them, its percentages as DOUBLE; or why they do not fit. A list of percentages gives a list of results. */
function percentileCall(args: readonly Rex[]): PercentileCall | Misfit {
  const given = args.map(argumentOf);
  const [value, asked, frequency] = args;
  if (!value || !asked || args.length > 3) return newStackWrongCount('PERCENTILE', given, SIGNATURES);
  const isFit =
    (isNumeric(value.type) || value.type.root === 'NULL') &&
    isPercentage(asked) &&
    (!frequency || isInteger(frequency.type));
  if (!isFit) return newStackMisfit('PERCENTILE', given, SIGNATURES, printType);
  const isList = asked.type.root === 'ARRAY';
  const wanted = notNull(isList ? arrayOf(notNull(DOUBLE)) : DOUBLE);
  return {
    args: [
      value.type.root === 'NULL' ? castTo(value, TINYINT) : value,
      castTo(asked, wanted),
      ...(frequency ? [frequency] : []),
    ],
    type: isList ? arrayOf(DOUBLE) : DOUBLE,
  };
}

function isPercentage(asked: Rex): boolean {
  const { type } = asked;
  if (type.nullable) return false;
  if (type.root === 'ARRAY') {
    const items = asked.kind === 'Call' && asked.operator === 'ARRAY' ? asked.operands : [];
    return isNumeric(type.element) && !type.element.nullable && items.every(isWithinOne);
  }
  return isNumeric(type) && isWithinOne(asked);
}

/** What is written out has to lie between 0 and 1. */
function isWithinOne(rex: Rex): boolean {
  if (rex.kind !== 'Literal') return true;
  const asDouble = castTo(rex, notNull(DOUBLE));
  const value: Value = asDouble.kind === 'Literal' ? asDouble.value : null;
  return typeof value === 'number' && value >= 0 && value <= 1;
}
