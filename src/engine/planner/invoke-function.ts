import type { Span } from '../base/span.ts';
import { isMisfit, type Misfit } from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { call, type Rex } from '../plan/rex.ts';
import type * as Ast from '../sql/ast.ts';
import type { Binder } from './binder.ts';
import { compareRows, needComparable, rowsEqual } from './compare-rows.ts';
import { convertCall } from './convert-call.ts';
import { misfitError, unknownFunction } from './refuse-call.ts';
import { argumentOf, castTo } from './rex-build.ts';

const EQUALITIES: ReadonlySet<string> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);
const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** A call by name over bound arguments: inference, coercion, or Flink's refusal. */
export function invoke(binder: Binder, name: string, args: readonly Rex[], span: Span, node?: Ast.Call): Rex {
  const fn = lookupFunction(name);
  if (!fn) throw unknownFunction(binder, name, args, span, node);
  if (
    COMPARISONS.has(name) &&
    args.length === 2 &&
    args[0]!.type.root === 'ROW' &&
    args[1]!.type.root === 'ROW'
  )
    return name === '='
      ? rowsEqual(binder, args[0]!, args[1]!, span)
      : compareRows(binder, name, args[0]!, args[1]!, span);
  for (const [i, arg] of args.entries()) {
    if (arg.type.root === 'NULL' && !fn.inferType(args.map(argumentOf)))
      throw binder.error(node?.args[i]?.span ?? span, 'untyped-null', `Illegal use of 'NULL'`);
  }
  if (EQUALITIES.has(name) && args.length === 2)
    needComparable(binder, args[0]!, args[1]!, node?.span ?? span);
  const inferred = fn.inferType(args.map(argumentOf));
  if (isMisfit(inferred)) throw misfitError(binder, asWritten(inferred, fn.name, name), span);
  const coerced = fn.coerce?.(args.map(argumentOf), inferred);
  const operands = coerced ? args.map((arg, i) => castTo(arg, coerced[i] ?? arg.type)) : args;
  return convertCall(call(fn.name, operands, inferred));
}

/** A complaint under the name that was written, where a function has two. */
const asWritten = (misfit: Misfit, name: string, written: string): Misfit =>
  written === 'CHARACTER_LENGTH' ? { ...misfit, message: misfit.message.replaceAll(name, written) } : misfit;
