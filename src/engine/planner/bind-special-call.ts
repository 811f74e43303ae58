import { SqlError } from '../base/diagnostic.ts';
import { castProblem } from '../functions/cast.ts';
import { printArgument } from '../functions/signature.ts';
import { call, literal, type Rex } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import {
  intervalDay,
  intervalMonth,
  isInteger,
  isTimestamp,
  notNull,
  timestamp,
  withNullable,
} from '../types/logical-type.ts';
import { typeFromName } from '../types/type-name.ts';
import type { Binder } from './binder.ts';
import { UNIT_MILLIS, UNIT_MONTHS } from './interval-literal.ts';
import { invoke } from './invoke-function.ts';
import { argumentOf } from './rex-build.ts';

/** TIMESTAMPADD(unit, n, t) is t + n units; a literal n is folded into the interval, as Calcite's rewrite does. */
export function bindTimestampAdd(binder: Binder, node: Ast.Call): Rex {
  const unit = (node.keywords[0] ?? 'DAY') as Ast.TimeUnit;
  const [count, when] = [binder.bind(node.args[0]!), binder.bind(node.args[1]!)];
  if (count.type.root === 'NULL' || when.type.root === 'NULL')
    throw binder.error(node.span, 'untyped-null', `Illegal use of 'NULL'`);
  if (
    !isInteger(count.type) ||
    !(isTimestamp(when.type) || when.type.root === 'DATE' || when.type.root === 'TIME')
  ) {
    const given = [`<INTERVAL ${unit}>`, ...[count, when].map((arg) => printArgument(argumentOf(arg)))];
    throw binder.error(
      node.span,
      'wrong-argument-type',
      `Cannot apply 'TIMESTAMPADD' to arguments of type 'TIMESTAMPADD(${given.join(', ')})'. Supported form(s): 'TIMESTAMPADD(<ANY>, <INTEGER>, <DATETIME>)'`,
    );
  }
  const months = UNIT_MONTHS[unit];
  const millis = UNIT_MILLIS[unit];
  const type = months === undefined ? intervalDay(unit) : intervalMonth(unit);
  const factor = months ?? millis;
  if (factor === undefined) throw binder.error(node.span, 'bad-unit', `'${unit}' is not a valid time frame`);
  const one = literal(factor, notNull(type));
  const interval = call('*', [one, count], withNullable(type, count.type.nullable));
  const sum = invoke(binder, '+', [when, interval], node.span, node);
  // A day plus hours is an instant within it.
  const isInstant = when.type.root === 'DATE' && factor < 86400000 && months === undefined;
  return isInstant ? ({ ...sum, type: withNullable(timestamp(6), sum.type.nullable) } as Rex) : sum;
}

/** `MAP[…]`: a NULL takes the type of what stands first, and a key or value that has to be cast must be one that can. */
export function bindMap(binder: Binder, { items, span }: Ast.MapValue): Rex {
  const bound = items.map((item) => binder.bind(item));
  const first = bound[0]?.type;
  const typed = bound.map((rex) =>
    rex.type.root === 'NULL' && first !== undefined ? literal(null, withNullable(first, true)) : rex,
  );
  const map = invoke(binder, 'MAP', typed, span);
  const { type } = map;
  for (const [i, item] of items.entries()) {
    const target = type.root !== 'MAP' ? type : i % 2 === 0 ? type.key : type.value;
    const problem = castProblem(typed[i]!.type, target);
    if (problem) throw unplaced(binder.error(item.span, 'cast-not-allowed', problem.message));
  }
  return map;
}

/** A CAST that the validator writes begins nowhere. */
const unplaced = ({ diagnostic }: SqlError): SqlError =>
  new SqlError({
    ...diagnostic,
    chain: diagnostic.chain.map((line) =>
      line.replace(/(?:From .*? to|At) (?=line)/, 'From line 0, column 0 to '),
    ),
  });

/** A JSON function; RETURNING names the type of its result. */
export function bindJson(binder: Binder, name: string, operands: readonly Rex[], node: Ast.Call): Rex {
  const made = invoke(binder, name, operands, node.span, node);
  if (!node.returning) return made;
  const type = typeFromName(node.returning);
  if ('message' in type) throw binder.error(node.returning.span, 'unknown-type', type.message);
  return { ...made, type: withNullable(type, true) } as Rex;
}
