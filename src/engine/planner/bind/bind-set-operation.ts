import type { Span } from '../../base/span.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import { castFields } from '../../plan/relation-tools.ts';
import type * as Ast from '../../sql/ast.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import {
  isProctime,
  isTimeAttribute,
  isTimestamp,
  type LogicalType,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { keysOfInputs } from '../rules/aggregate-remove-rule.ts';
import { constantsOfInputs } from '../rules/predicates.ts';

/** UNION, INTERSECT or EXCEPT of two queries whose columns are cast to common types. */
export function bindSetOperation(
  query: Ast.SetOperation,
  inputs: readonly LogicalNode[],
  source: StatementText,
): LogicalNode {
  const { operator, all } = query;
  const name = `${operator}${all ? ' ALL' : ''}`;
  const first = inputs[0]!;
  for (const input of inputs) {
    if (input.fields.length !== first.fields.length)
      throw validationError(
        source,
        listSpan(query.right),
        'column-count',
        `Column count mismatch in ${name}`,
      );
  }
  const fields = first.fields.map((f, i) => {
    const type = commonType(inputs.map((n) => n.fields[i]!.type));
    if (!type)
      throw validationError(
        source,
        itemSpan(query.left, i) ?? query.span,
        'mixed-types',
        `Type mismatch in column ${i + 1} of ${name}`,
      );
    return { name: f.name, type };
  });
  const cast = inputs.map((n) => {
    const types = fields.map((t, i) => {
      const own = n.fields[i]!.type;
      return isProctime(own) && sameKind(t.type, own) ? { ...t, type: own } : t;
    });
    const made = castFields(n, types);
    return made === n ? n : { ...made, written: n.written ?? n };
  });
  if (operator === 'UNION') return { kind: 'Union', inputs: cast, all, fields };
  const known = {
    constants: constantsOfInputs(operator, inputs, fields),
    keys: keysOfInputs(operator, inputs),
  };
  return { kind: 'SetOperation', operator, inputs: cast, all, fields, ...known };
}

/** Where the SELECT list of a query stands, or else the query. */
function listSpan(query: Ast.Query): Span {
  if (query.kind !== 'Select') return query.span;
  return { start: query.items[0]!.span.start, end: query.items.at(-1)!.span.end };
}

/** Where what gives a column of a SELECT stands. */
function itemSpan(query: Ast.Query, column: number): Span | undefined {
  if (query.kind !== 'Select') return undefined;
  const stars = query.items.filter(({ expression }) => expression.kind === 'Star');
  if (stars.length === 0) return query.items[column]?.expression.span;
  return query.items.length === 1 ? stars[0]!.span : undefined;
}

/** A time attribute beside the same plain type stays one: the plain column is taken for it. */
function commonType(types: readonly LogicalType[]): LogicalType | null {
  const attribute = types.find((t) => isTimestamp(t) && t.kind !== 'REGULAR');
  if (attribute && types.every((t) => sameKind(attribute, t)))
    return withNullable(
      attribute,
      types.some((t) => t.nullable),
    );
  return leastRestrictive(types);
}
const plainKind = (t: LogicalType): LogicalType =>
  withNullable(isTimestamp(t) ? { ...t, kind: 'REGULAR' } : t, true);
const sameKind = (a: LogicalType, b: LogicalType): boolean =>
  isTimeAttribute(a) && sameType(plainKind(a), plainKind(b));
