import { printArgument } from '../../functions/signature.ts';
import { elementColumns, elementFields } from '../../plan/element-fields.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import type * as Ast from '../../sql/ast.ts';
import { type LogicalType } from '../../types/logical-type.ts';
import { checkAliases, type StatementText, validationError } from '../plan-error.ts';
import type { ExpressionBinder } from './bind-expression.ts';

const FORMS = ['MULTISET', 'ARRAY', 'MAP'];

/** UNNEST as a query: its columns are named as the validator names them, or by the alias. */
export function bindUnnest(table: Ast.Unnest, binder: ExpressionBinder, source: StatementText): LogicalNode {
  const collection = binder.bind(table.operands[0]!);
  const { type } = collection;
  const columns = elementColumns(type);
  if (columns.length === 0) {
    const forms = [...FORMS.map((f) => `'UNNEST(<${f}>)'`), ...FORMS.map((f) => `UNNEST(<${f}>)`)].join('\n');
    throw validationError(
      source,
      { start: table.span.start, end: closing(table.operands.at(-1)!, source) },
      'unnest-of-scalar',
      `Cannot apply 'UNNEST' to arguments of type 'UNNEST(${printArgument({ type })})'. Supported form(s): ${forms}`,
    );
  }
  const spec = { collection, ordinality: table.ordinality };
  const own = [
    ...columns.map((c, i) => c.name ?? validatorName(type, i)),
    ...(table.ordinality ? ['ORDINALITY'] : []),
  ];
  // A column without a name is called as the table is.
  const [scalar, ...others] = own;
  const isScalar = columns.length === 1 && columns[0]!.name === null && table.alias !== null;
  const implied = [isScalar ? table.alias.name : scalar!, ...others];
  checkAliases(source, own, table.columns);
  const isNamed = table.columns.length > 0;
  const names = isNamed ? table.columns.map((c) => c.name) : implied;
  const fields = elementFields(spec).map((f, i) => ({ ...f, called: names[i]! }));
  return { kind: 'Uncollect', ...spec, isNamed, fields };
}

/** Behind the `)` of the call: an alias is no part of it. */
const closing = ({ span }: Ast.Expression, { text, offset }: StatementText): number =>
  text.indexOf(')', span.end - offset) + 1 + offset;

const validatorName = (type: LogicalType, i: number): string =>
  type.root === 'MAP' ? ['KEY', 'VALUE'][i]! : `EXPR$${i}`;
