import { INTEGER, type LogicalType, notNull } from '../types/logical-type.ts';
import type { Field, UnnestSpec } from './logical.ts';

/** The columns of a collection's elements: those of rows have names. */
export function elementColumns(
  type: LogicalType,
): readonly { readonly name: string | null; readonly type: LogicalType }[] {
  if (type.root === 'MAP')
    return [
      { name: null, type: type.key },
      { name: null, type: type.value },
    ];
  if (type.root !== 'ARRAY' && type.root !== 'MULTISET') return [];
  return type.element.root === 'ROW' ? type.element.fields : [{ name: null, type: type.element }];
}

export const withOrdinality = (
  { ordinality }: UnnestSpec,
  types: readonly LogicalType[],
): readonly LogicalType[] => (ordinality ? [...types, notNull(INTEGER)] : types);

/** The columns of a collection's elements as plans name them. */
export function elementFields(spec: UnnestSpec): readonly Field[] {
  const { type } = spec.collection;
  const columns = elementColumns(type);
  const names = columns.map(
    (c, i) => c.name ?? (spec.ordinality && type.root !== 'MAP' ? `EXPR$${i}` : `f${i}`),
  );
  return withOrdinality(
    spec,
    columns.map((c) => c.type),
  ).map((t, i) => ({
    name: names[i] ?? 'ORDINALITY',
    type: t,
  }));
}
