import { INTEGER, type LogicalType, notNull, sameType, withNullable } from '../types/logical-type.ts';
import { type Field, type LogicalNode } from './logical.ts';
import { call, literal, type Rex, ref } from './rex.ts';
import { asComputed, castTo } from './rex-build.ts';

/** The one row that a query without FROM reads. */
export function oneRow(): LogicalNode {
  return {
    kind: 'Values',
    rows: [[literal(0, notNull(INTEGER))]],
    fields: [{ name: 'ZERO', type: notNull(INTEGER) }],
  };
}

/** The same rows under other column names. */
export function rename(node: LogicalNode, names: readonly string[]): LogicalNode {
  if (node.fields.every((f, i) => f.name === names[i])) return node;
  const fields = node.fields.map((f, i) => ({ name: names[i] ?? f.name, type: f.type }));
  if (node.kind === 'Project') return { ...node, fields };
  return { kind: 'Project', input: node, exprs: node.fields.map((f, i) => ref(i, f.type)), fields };
}

/** The same rows cast to other types, where any differs. */
export function castFields(node: LogicalNode, fields: readonly Field[]): LogicalNode {
  const cast = (rex: Rex, type: LogicalType): Rex => {
    const isSame = sameType(withNullable(rex.type, type.nullable), type);
    const made = castTo(isSame ? rex : asComputed(rex), type);
    // What is never NULL on one side and may be on another is cast too, unless it is a literal.
    return made === rex && rex.kind !== 'Literal' && rex.type.nullable !== type.nullable
      ? call('CAST', [rex], type)
      : made.kind === 'Call' && made !== rex
        ? { ...made, type }
        : made;
  };
  const exprs = node.fields.map((f, i) => cast(ref(i, f.type), fields[i]!.type));
  if (exprs.every((e) => e.kind === 'InputRef')) return node;
  if (node.kind === 'Project') {
    return {
      ...node,
      exprs: node.exprs.map((e, i) => cast(e, fields[i]!.type)),
      fields: exprs.map((e, i) => ({ name: node.fields[i]!.name, type: e.type })),
    };
  }
  return {
    kind: 'Project',
    input: node,
    exprs,
    fields: exprs.map((e, i) => ({ name: node.fields[i]!.name, type: e.type })),
  };
}

/** `a, b, a` becomes `a, b, a0`, as Calcite's uniquifier does; columns without a name are called by the first free place from theirs on. */
export function uniquify(names: readonly (string | null)[]): string[] {
  const used = new Set<string>();
  return names.map((name, place) => {
    let candidate = name ?? `$f${place}`;
    for (let i = name === null ? place + 1 : 0; used.has(candidate); i++) candidate = `${name ?? '$f'}${i}`;
    used.add(candidate);
    return candidate;
  });
}

export function uniquifyFields(fields: readonly Field[]): Field[] {
  const names = uniquify(fields.map((f) => f.name));
  return fields.map((f, i) => ({ name: names[i]!, type: f.type }));
}
