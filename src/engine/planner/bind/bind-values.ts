import { plainError } from '../../base/refusal.ts';
import { type Field, type LogicalNode } from '../../plan/logical.ts';
import { oneRow } from '../../plan/relation-tools.ts';
import { call, type Rex } from '../../plan/rex.ts';
import { asComputed, castTo } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import { isNumeric, NULL, withNullable } from '../../types/logical-type.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { ExpressionBinder } from './bind-expression.ts';
import { type Scope } from './scope.ts';

/** A literal shown with all the digits of its type. */
function inFull(rex: Rex): Rex {
  if (rex.kind !== 'Literal' || rex.shownScale === undefined) return rex;
  const { shownScale: _, ...rest } = rex;
  return rest;
}

/** Numbers beside dates in one column pass Calcite's validator, and fail when Flink generates code for them. */
function mixedWithDate(values: readonly Rex[]): Error {
  const number = values.find((v) => v.type.root === 'INTEGER') ?? values[0]!;
  const shown = number.kind === 'Literal' ? String(number.value) : '?';
  return plainError(
    'plan',
    'mixed-types',
    'CodeGenException',
    `Incompatible types of expression and result type. Expression[GeneratedExpression(((int) ${shown}),false,,INT NOT NULL,Some(${shown}))] type is [INT NOT NULL], result type is [DATE NOT NULL]`,
    null,
  );
}

/** The rows of VALUES, which may read columns of the query around (`scope`), under their common types; a projection for each row where they are not all literals. */
export function bindValues(query: Ast.Values, source: StatementText, scope: Scope): LogicalNode {
  const binder = new ExpressionBinder(source, scope);
  const rows = query.rows.map((row) => row.items.map((item) => binder.bind(item)));
  const width = rows[0]!.length;
  const fields: Field[] = [];
  for (let column = 0; column < width; column++) {
    const untyped = rows.findIndex((row) => row[column]?.type.root === 'NULL');
    if (untyped >= 0)
      throw validationError(
        source,
        query.rows[untyped]!.items[column]!.span,
        'untyped-null',
        `Illegal use of 'NULL'`,
      );
    const types = rows.map((row) => row[column]?.type ?? NULL);
    const type = leastRestrictive(types);
    if ((type === null || types.some(isNumeric)) && types.some((t) => t.root === 'DATE'))
      throw mixedWithDate(rows.map((row) => row[column]!));
    if (type === null)
      throw validationError(
        source,
        query.span,
        'mixed-types',
        'Values passed to VALUES operator must have compatible types',
      );
    fields.push({ name: `EXPR$${column}`, type });
  }
  if (rows.some((row) => row.length !== width))
    throw validationError(
      source,
      query.span,
      'column-count',
      'Values passed to VALUES operator must have compatible types',
    );
  const cast = rows.map((row) =>
    row.map((rex, i) => inFull(castTo(asComputed(rex), withNullable(fields[i]!.type, rex.type.nullable)))),
  );
  const isWritten = query.rows.every((row) => row.items.every((item) => item.kind !== 'Cast'));
  if (isWritten && cast.every((row) => row.every((rex) => rex.kind === 'Literal')))
    return { kind: 'Values', rows: cast, fields };
  const one = oneRow();
  const nullable = cast.map((row) =>
    row.map((rex, i) =>
      rex.kind === 'Literal' && rex.value !== null && fields[i]!.type.nullable
        ? call('CAST', [rex], fields[i]!.type)
        : rex,
    ),
  );
  const projects = nullable.map((row): LogicalNode => ({ kind: 'Project', input: one, exprs: row, fields }));
  return projects.length === 1 ? projects[0]! : { kind: 'Union', inputs: projects, all: true, fields };
}
