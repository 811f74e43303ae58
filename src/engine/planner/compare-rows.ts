import type { Span } from '../base/span.ts';
import { isMisfit } from '../functions/function-definition.ts';
import { lookupFunction } from '../functions/index.ts';
import { call, type Rex, type RexCall } from '../plan/rex.ts';
import { leastRestrictive } from '../types/least-restrictive.ts';
import { BOOLEAN, isCharacter, isNumeric, type LogicalType, withNullable } from '../types/logical-type.ts';
import type { Binder } from './binder.ts';
import { plainError } from './plan-error.ts';
import { misfitError } from './refuse-call.ts';
import { and, argumentOf, castTo } from './rex-build.ts';

/** Rows that are written out are equal field by field, taken as they are. */
export function rowsEqual(binder: Binder, a: Rex, b: Rex, span: Span): Rex {
  const isWritten = (rex: Rex): rex is RexCall => rex.kind === 'Call' && rex.operator === 'ROW';
  const width = (rex: Rex): number => (rex.type.root === 'ROW' ? rex.type.fields.length : 0);
  if (width(a) !== width(b))
    throw binder.error(span, 'mixed-types', 'Values passed to IN operator must have compatible types');
  const whole = compareRows(binder, '=', a, b, span);
  if (!isWritten(a) || !isWritten(b)) return whole;
  return and(
    a.operands.map((value, i) => {
      const other = b.operands[i]!;
      needComparable(binder, value, other, span);
      return call('=', [value, other], withNullable(BOOLEAN, value.type.nullable || other.type.nullable));
    }),
  );
}

/** Rows that are compared as one value take the fields' names and types that hold both. */
export function compareRows(binder: Binder, name: string, a: Rex, b: Rex, span: Span): Rex {
  const inferred = lookupFunction(name)!.inferType([argumentOf(a), argumentOf(b)]);
  if (isMisfit(inferred)) throw misfitError(binder, inferred, span);
  const isNullable = inferred.nullable || hasNullableField(a.type) || hasNullableField(b.type);
  const type = leastRestrictive([a.type, b.type]);
  const sides = [a, b].map((side) => (type ? castTo(side, withNullable(type, side.type.nullable)) : side));
  return call(name, sides, withNullable(inferred, isNullable));
}

const hasNullableField = (type: LogicalType): boolean =>
  type.root === 'ROW' && type.fields.some((field) => field.type.nullable);

/** `=` and its like between text and number pass the validator and are refused at planning, in Flink's words. */
export function needComparable(binder: Binder, left: Rex, right: Rex, span: Span): void {
  const [a, b] = [left.type, right.type];
  if ((isCharacter(a) && isNumeric(b)) || (isNumeric(a) && isCharacter(b))) {
    binder.refuse(
      plainError(
        'plan',
        'text-compared-with-number',
        'ValidationException',
        `implicit type conversion between ${a.root} and ${b.root} is not supported now`,
        span,
        'Write an explicit CAST.',
      ),
    );
  }
}
