import type { Span } from '../../base/span.ts';
import { isMisfit, type Misfit } from '../../functions/function-definition.ts';
import { lookupFunction } from '../../functions/index.ts';
import { call, type Rex } from '../../plan/rex.ts';
import { argumentOf, castTo } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import { partsOf, supportsAvoidingCast } from '../../types/implicit-cast.ts';
import { type LogicalType, notNull, sameType, withoutRowtime } from '../../types/logical-type.ts';
import type { Binder } from './binder.ts';
import { compareRows, rowsDistinct, rowsEqual } from './compare-rows.ts';
import { convertCall } from './convert-call.ts';
import { misfitError, unknownFunction } from './refuse-call.ts';

const ILLEGAL_NULL = `Illegal use of 'NULL'`;
const EQUALITIES: ReadonlySet<string> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);
const ROW_COMPARISONS: ReadonlyMap<string, typeof compareRows> = new Map([
  ['=', (binder, _name, a, b, span) => rowsEqual(binder, a, b, span)],
  ...['<>', '<', '<=', '>', '>='].map((name) => [name, compareRows] as const),
  ...['IS DISTINCT FROM', 'IS NOT DISTINCT FROM'].map((name) => [name, rowsDistinct] as const),
]);

/** A call by name over bound arguments: inference, coercion, or Flink's refusal. */
export function invoke(binder: Binder, name: string, args: readonly Rex[], span: Span, node?: Ast.Call): Rex {
  const fn = lookupFunction(name);
  if (!fn) {
    refuseNull(binder, args, node);
    throw unknownFunction(binder, name, args, span, node);
  }
  const compare = ROW_COMPARISONS.get(name);
  if (compare && args.length === 2 && args.every(({ type }) => type.root === 'ROW'))
    return compare(binder, name, args[0]!, args[1]!, span);
  const given = binder.source.isBounded
    ? args.map((arg) => ({ ...argumentOf(arg), type: withoutRowtime(arg.type) }))
    : args.map(argumentOf);
  for (const [i, arg] of args.entries()) {
    if (arg.type.root === 'NULL' && !fn.inferType(given))
      throw binder.error(node?.args[i]?.span ?? span, 'untyped-null', ILLEGAL_NULL);
  }
  const found = fn.inferType(given);
  const isEarly = binder.asking === 'early' || (binder.asking === 'softly' && !fn.isModern);
  const inferred = isMisfit(found) && isEarly ? (found.early ?? found) : found;
  if (isMisfit(inferred)) {
    const isOfNull = inferred.message === ILLEGAL_NULL;
    const place = isOfNull
      ? node?.args.find((arg) => arg.kind === 'Literal' && arg.type === 'null')
      : undefined;
    throw misfitError(binder, asWritten(inferred, fn.name, name), place?.span ?? span);
  }
  const coerced = fn.coerce?.(given, inferred);
  if (fn.isModern && coerced) refuseUnwritten(binder, args, coerced, span);
  const fits = (from: LogicalType, to: LogicalType): boolean =>
    sameType(from, to) || (fn.isModern === true && supportsAvoidingCast(from, to));
  const operands = coerced
    ? args.map((arg, i) => {
        const to = coerced[i] ?? arg.type;
        return fits(given[i]!.type, to) ? arg : castTo(arg, fn.isModern ? withSureElements(to) : to);
      })
    : args;
  // To the validator, what it casts may be NULL if the type that is wanted may.
  const again = fn.isModern && coerced ? fn.inferType(coerced.map((type) => ({ type }))) : inferred;
  const made = call(fn.name, operands, isMisfit(again) ? inferred : again);
  return convertCall(EQUALITIES.has(name) ? { ...made, place: node?.span ?? span } : made);
}

/** A bare NULL is told before whatever else is wrong with a call. */
function refuseNull(binder: Binder, args: readonly Rex[], node: Ast.Call | undefined): void {
  const at = args.findIndex((arg) => arg.kind === 'Literal' && arg.type.root === 'NULL');
  const written = node?.args[at];
  if (written) throw binder.error(written.span, 'untyped-null', ILLEGAL_NULL);
}

/** A CAST of the validator's own forgets that elements of an array may be NULL. */
const withSureElements = (type: LogicalType): LogicalType =>
  type.root === 'ARRAY' ? { ...type, element: notNull(withSureElements(type.element)) } : type;

/** The validator cannot write a CAST of its own to an interval. */
function refuseUnwritten(
  binder: Binder,
  args: readonly Rex[],
  coerced: readonly LogicalType[],
  span: Span,
): void {
  const unwritten = coerced.find(
    (type, i) =>
      intervalIn(type) &&
      (binder.asking !== 'late' || args[i]!.type.root !== 'NULL') &&
      !supportsAvoidingCast(args[i]!.type, type),
  );
  if (unwritten)
    throw binder.error(
      span,
      'wrong-argument-type',
      `Unsupported type when convertTypeToSpec: ${intervalIn(unwritten)}`,
      'UnsupportedOperationException',
    );
}
/** The kind of interval in a type. */
function intervalIn(type: LogicalType): string | undefined {
  if (type.root === 'INTERVAL_DAY') return 'INTERVAL_DAY_SECOND';
  if (type.root === 'INTERVAL_MONTH') return 'INTERVAL_YEAR_MONTH';
  return partsOf(type).map(intervalIn).find(Boolean);
}

/** A complaint under the name that was written, where a function has two. */
const asWritten = (misfit: Misfit, name: string, written: string): Misfit =>
  written === 'CHARACTER_LENGTH' ? { ...misfit, message: misfit.message.replaceAll(name, written) } : misfit;
