import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { openSink } from '../../connectors/connectors.ts';
import type { LogicalProject, LogicalSink } from '../../plan/logical.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { castTo } from '../../plan/rex-build.ts';
import { supportsAvoidingCast, supportsImplicitCast } from '../../types/implicit-cast.ts';
import { type LogicalType, notNull, regularType, sameType, withNullable } from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';

/** Casts a query's columns to its sink's types, or refuses in Flink's words. Done when the plan is translated, after validation. */
export function matchSink(sink: LogicalSink, isStream: boolean): LogicalSink {
  const table = sink.table!;
  const persisted = table.columns.filter((c) => c.kind !== 'computed' && !c.isVirtual);
  const fields = sink.input.fields;
  const refuse = (cause: string): SqlError =>
    plainError(
      'plan',
      'sink-mismatch',
      'ValidationException',
      `Column types of query result and sink for '${table.path.join('.')}' do not match.\nCause: ${cause}\n\nQuery schema: [${fields.map((f) => `${f.name}: ${printType(isStream ? f.type : regularType(f.type))}`).join(', ')}]\nSink schema:  [${persisted.map((c) => `${c.name}: ${printType(withNullable(regularType(c.type), true))}`).join(', ')}]`,
      null,
    );
  if (fields.length !== persisted.length) throw refuse('Different number of columns.');
  const columns = fields.map((f, i) => {
    const column = persisted[i]!;
    if (
      !supportsImplicitCast(
        withNullable(regularType(f.type), true),
        withNullable(regularType(column.type), true),
      )
    )
      throw refuse(`Incompatible types for sink column '${column.name}' at position ${i}.`);
    const target = withNullable(regularType(column.type), true);
    const own = withNullable(f.type, true);
    return { target, isSame: sameType(own, target), fits: supportsAvoidingCast(own, target) };
  });
  openSink(table);
  if (columns.every((c) => c.fits)) return sink;
  // Once one column needs a cast, all are brought to the sink's types, which may be NULL (RelOptUtil.createCastRel).
  const below = sink.input.kind === 'Project' ? sink.input : null;
  const cast = (of: LogicalProject | null): readonly Rex[] =>
    fields.map((f, i): Rex => {
      const { target, isSame } = columns[i]!;
      const column = of ? of.exprs[i]! : ref(i, f.type);
      return isSame && f.type.nullable
        ? column
        : call('CAST', [constantAs(column, target)], isSame ? withNullable(f.type, true) : target);
    });
  const exprs = cast(below);
  const project: LogicalProject = {
    kind: 'Project',
    input: below ? below.input : sink.input,
    exprs,
    fields: exprs.map((e, i) => ({ name: persisted[i]!.name, type: e.type })),
  };
  const written = below?.written?.kind === 'Project' ? below.written : null;
  const input = written ? { ...project, written: { ...written, exprs: cast(written) } } : project;
  return { ...sink, input, fields: input.fields };
}

/** A constant becomes one of the sink's type, which is then cast to what may be NULL. */
function constantAs(rex: Rex, type: LogicalType): Rex {
  const made = rex.kind === 'Literal' && rex.value !== null ? castTo(rex, notNull(type)) : rex;
  return made.kind === 'Literal' ? made : rex;
}
