import type { Span } from '../../base/span.ts';
import type { TableColumn } from '../../catalog/catalog.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import { oneRow, uniquify } from '../../plan/relation-tools.ts';
import { literal, type Rex, ref } from '../../plan/rex.ts';
import type * as Ast from '../../sql/ast.ts';
import { regularType, withNullable } from '../../types/logical-type.ts';
import type { SelectColumn } from './bind-select-list.ts';

/** Brings the columns of a partial INSERT's query into the table's order, NULL where none was given. */
export interface TargetColumns {
  /** Those of a SELECT list, which Flink writes anew. */
  readonly items: (items: readonly SelectColumn[]) => readonly SelectColumn[];
  /** Those of rows and tables. */
  readonly node: (node: LogicalNode, query: Ast.Query) => LogicalNode;
}

const nothing = (rex: Rex, span: Span): SelectColumn => ({
  expression: { kind: 'Literal', type: 'null', value: 'NULL', span },
  name: '',
  rex,
  span,
});

/** `columns`: the places among the persisted ones that are written; `refuse`: what there are too many or too few of, in a plain SELECT or VALUES or else. */
export function targetColumns(
  columns: readonly number[],
  persisted: readonly TableColumn[],
  refuse: (isPlain: boolean, given: number) => Error,
): TargetColumns {
  const empty = (i: number): Rex => literal(null, withNullable(regularType(persisted[i]!.type), true));
  const places = persisted.map((_, i) => columns.indexOf(i));
  const name = (i: number, given: string | undefined): string =>
    given === undefined || /^EXPR\$\d+$/.test(given) ? `EXPR$${i}` : given;
  return {
    items: (items) => {
      if (items.length !== columns.length) throw refuse(true, items.length);
      return places.map((at, i): SelectColumn => {
        const item = items[at] ?? nothing(empty(i), items[0]!.span);
        return { ...item, name: name(i, items[at]?.name) };
      });
    },
    node: (node, query) => {
      const { fields } = node;
      if (fields.length !== columns.length) throw refuse(query.kind === 'Values', fields.length);
      const exprs = places.map((at, i): Rex => (at < 0 ? empty(i) : ref(at, fields[at]!.type)));
      const names = uniquify(places.map((at, i) => name(i, fields[at]?.name)));
      const made = exprs.map((e, i) => ({ name: names[i]!, type: e.type }));
      if (node.kind !== 'Values') return { kind: 'Project', input: node, exprs, fields: made };
      // Rows are written anew before they are read.
      const rows = node.rows.map((row) => places.map((at, i) => row[at] ?? empty(i)));
      if (!places.includes(-1)) return { ...node, rows, fields: made };
      const one = oneRow();
      const inputs = rows.map(
        (row): LogicalNode => ({ kind: 'Project', input: one, exprs: row, fields: made }),
      );
      return inputs.length === 1 ? inputs[0]! : { kind: 'Union', inputs, all: true, fields: made };
    },
  };
}
