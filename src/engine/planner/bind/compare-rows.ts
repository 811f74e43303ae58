import { type Span } from '../../base/span.ts';
import { isMisfit } from '../../functions/function-definition.ts';
import { lookupFunction } from '../../functions/index.ts';
import { call, literal, type Rex } from '../../plan/rex.ts';
import { and, argumentOf, castTo, fieldOf, withTypedNull } from '../../plan/rex-build.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import { BOOLEAN, type LogicalType, type RowType, withNullable } from '../../types/logical-type.ts';
import { type Binder } from './binder.ts';
import { misfitError } from './refuse-call.ts';

/** The fields of a row that is written out; a cast of it is passed over, as Calcite's `RelStructuredTypeFlattener` does. */
function writtenFields(rex: Rex): readonly Rex[] | null {
  if (rex.kind !== 'Call') return null;
  if (rex.operator === 'ROW') return rex.operands;
  return rex.operator === 'CAST' ? writtenFields(rex.operands[0]!) : null;
}

/** Rows that are written out are equal field by field, taken as they are. */
export function rowsEqual(binder: Binder, a: Rex, b: Rex, span: Span): Rex {
  const whole = compareRows(binder, '=', a, b, span);
  const [left, right] = [writtenFields(a), writtenFields(b)];
  if (!left || !right) return whole;
  return and(
    left.map((value, i) => {
      const other = right[i]!;
      if (value.type.root === 'NULL' || other.type.root === 'NULL') return literal(null, BOOLEAN);
      const mayBeNull = [value.type, other.type].some((type) => type.nullable || hasNullableField(type));
      const type = withNullable(BOOLEAN, mayBeNull);
      return { ...call('=', [value, other], type), place: span };
    }),
  );
}

/** Rows count as distinct if they are so in every field, and as not distinct likewise: of NULL every field is NULL. */
export function rowsDistinct(binder: Binder, name: string, a: Rex, b: Rex, span: Span): Rex {
  const inferred = inferComparison(binder, name, a, b, span);
  const [left, right] = [a, b].map(fieldsOf);
  return and(left!.map((value, i) => call(name, [value, right![i]!], inferred)));
}

const fieldsOf = (row: Rex): readonly Rex[] =>
  row.type.root === 'ROW' ? row.type.fields.map((field) => fieldOf(row, field)) : [];

function inferComparison(binder: Binder, name: string, a: Rex, b: Rex, span: Span): LogicalType {
  const inferred = lookupFunction(name)!.inferType([argumentOf(a), argumentOf(b)]);
  if (isMisfit(inferred)) throw misfitError(binder, inferred, span);
  return inferred;
}

/** Rows that are compared as one value take the fields' names and types that hold both. */
export function compareRows(binder: Binder, name: string, a: Rex, b: Rex, span: Span): Rex {
  const inferred = inferComparison(binder, name, a, b, span);
  const isNullable = inferred.nullable || hasNullableField(a.type) || hasNullableField(b.type);
  const type = name === '=' || name === '<>' ? leastRestrictive([a.type, b.type]) : null;
  const sides = [a, b].map((side) => (type ? castTo(side, withNullable(type, side.type.nullable)) : side));
  return call(name, sides, withNullable(inferred, isNullable));
}

const hasNullableField = (type: LogicalType): boolean =>
  type.root === 'ROW' && type.fields.some((field) => field.type.nullable);

/** A row that is written out with bare NULLs, which take the types of the whole. */
export function withTypedNulls(rex: Rex, type: LogicalType): Rex {
  if (rex.kind !== 'Call' || rex.operator !== 'ROW' || type.root !== 'ROW') return rex;
  if (rex.operands.every((operand) => operand.type.root !== 'NULL')) return rex;
  const operands = rex.operands.map((operand, i) => withTypedNull(operand, type.fields[i]!.type));
  const fields = operands.map((operand, i) => ({ name: type.fields[i]!.name, type: operand.type }));
  return { ...rex, operands, type: { ...(rex.type as RowType), fields } };
}
