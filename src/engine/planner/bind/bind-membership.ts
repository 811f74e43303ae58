import { notYet } from '../../base/refusal.ts';
import { type Span } from '../../base/span.ts';
import { isComparable } from '../../functions/scalar/comparison.ts';
import { call, type Rex } from '../../plan/rex.ts';
import { castTo } from '../../plan/rex-build.ts';
import { rexKey } from '../../plan/rex-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import {
  BOOLEAN,
  isCharacter,
  isInteger,
  type LogicalType,
  notNull,
  type RowType,
  withNullable,
} from '../../types/logical-type.ts';
import { bindInQuery } from './bind-subquery.ts';
import { type Binder } from './binder.ts';
import { rowsEqual, withTypedNulls } from './compare-rows.ts';
import { invoke } from './invoke-function.ts';

/** `IN` over a list or a query. */
export function bindIn(binder: Binder, node: Ast.Call): Rex {
  const [left, right] = [node.args[0]!, node.args[1]!];
  if (right.kind === 'SubQuery') return bindInQuery(binder, left, right, node.span);
  if (right.kind !== 'RowValue') throw notYet('IN with a sub-query', node.span);
  return bindListed(binder, node, right, '=', 'OR');
}

/** `> ALL (1, 2)`: compared with each that is listed. */
export function bindQuantifiedList(binder: Binder, node: Ast.Call, list: Ast.RowValue): Rex {
  const [comparison = '', quantifier] = node.name.split(' ');
  return bindListed(binder, node, list, comparison, quantifier === 'ALL' ? 'AND' : 'OR');
}

function bindListed(
  binder: Binder,
  { args, span }: Ast.Call,
  list: Ast.RowValue,
  comparison: string,
  junction: 'AND' | 'OR',
): Rex {
  const value = binder.bindEarly(args[0]!);
  // As many rows as columns: Flink's validator takes the one for the other, and gives every NULL of a row the type of one column.
  const columns =
    value.type.root === 'ROW' && value.type.fields.length === list.items.length ? value.type.fields : [];
  const written = list.items.map((item, i) => binder.bindSide(item, columns[i]?.type));
  const common = leastRestrictive(written.map((item) => item.type));
  if (common === null && written.some((item) => item.type.root !== 'NULL'))
    throw binder.error(list.span, 'mixed-types', 'Values in expression list must have compatible types');
  if (common !== null && !isComparable(value.type, common))
    throw binder.error(span, 'mixed-types', 'Values passed to IN operator must have compatible types');
  const listed = written.map((item) => (common ? withTypedNulls(item, common) : item));
  const asked = listed.map((item) =>
    compareMember(binder, comparison, value, asListed(item, value.type), span),
  );
  const items = [...new Map(asked.map((item) => [rexKey(item), item])).values()];
  if (items.length === 1) return items[0]!;
  return call(
    junction,
    items,
    withNullable(
      BOOLEAN,
      items.some((i) => i.type.nullable),
    ),
  );
}

/** One comparison with what is listed, which takes the type of the value, even where that loses digits. */
function compareMember(binder: Binder, comparison: string, value: Rex, item: Rex, span: Span): Rex {
  if (comparison === '=' && value.type.root === 'ROW' && item.type.root === 'ROW')
    return rowsEqual(binder, value, asMemberRow(withTypedNulls(item, value.type), value.type), span);
  const member = asMember(item, value.type);
  // What is listed and of the value's kind is compared as it is; everywhere else Flink brings both sides to one type.
  const isOfKind = member.kind === 'Literal' && value.type.root === member.type.root;
  if (isOfKind || (isCharacter(value.type) && isCharacter(member.type)))
    return call(
      comparison,
      [value, member],
      withNullable(BOOLEAN, value.type.nullable || member.type.nullable),
    );
  return invoke(binder, comparison, [value, member], span);
}

/** A row that is listed, with fields in the types of the value's. */
function asMemberRow(item: Rex, { fields }: RowType): Rex {
  if (item.kind !== 'Call' || item.operator !== 'ROW') return item;
  const operands = item.operands.map((field, i) => asMember(field, fields[i]?.type ?? field.type));
  const type = {
    ...(item.type as RowType),
    fields: operands.map(({ type }, i) => ({ name: fields[i]?.name ?? '', type })),
  };
  return { ...item, operands, type };
}

/** What is listed in IN, in the type of the value. */
function asMember(item: Rex, type: LogicalType): Rex {
  const isAlike =
    item.type.root === type.root ||
    item.type.root === 'NULL' ||
    type.root === 'NULL' ||
    (type.root === 'VARCHAR' && item.type.root === 'CHAR');
  return isAlike ? item : castTo(item, withNullable(type, item.type.nullable));
}

/** A whole number of an IN list, or one that its type has too few digits for, is taken for a DECIMAL as the column is. */
function asListed(item: Rex, type: LogicalType): Rex {
  if (type.root !== 'DECIMAL' || item.kind !== 'Literal' || item.value === null) return item;
  return isInteger(item.type) || item.written ? castTo(item, notNull(type)) : item;
}
