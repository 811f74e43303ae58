import { call, literal, type Rex } from '../../plan/rex.ts';
import { castTo } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import { isCollection, type LogicalType, NULL, sameType, withNullable } from '../../types/logical-type.ts';
import { bindEquality } from './bind-comparison.ts';
import { type Binder } from './binder.ts';
import { withTypedNulls } from './compare-rows.ts';

const ALL_NULL = 'ELSE clause or at least one THEN clause must be non-NULL';

/** CASE, both the searched and the one over an operand. */
export function bindCase(binder: Binder, node: Ast.Case): Rex {
  const operand = node.operand;
  // A sub-query is one, however often what it gives is compared.
  const asked = operand?.kind === 'SubQuery' ? binder.bind(operand) : null;
  // All conditions are looked at before the first value is.
  const conditions = node.branches.map(({ when }) =>
    operand
      ? bindEquality(binder, '=', [asked ?? binder.bindEarly(operand), binder.bindSide(when)], when.span)
      : bindCondition(binder, when),
  );
  const values = node.branches.map(({ then }) => binder.bindEarly(then));
  values.push(node.otherwise ? binder.bindEarly(node.otherwise) : literal(null, NULL));
  if (values.every((v) => v.type.root === 'NULL')) throw binder.error(node.span, 'untyped-null', ALL_NULL);
  const type = leastRestrictive(values.map((v) => v.type));
  if (type === null)
    throw binder.error(node.span, 'mixed-types', 'Illegal mixing of types in CASE or COALESCE statement');
  const own = isOfOwnType(values, type) ? { hasOwnType: true as const } : {};
  // A cast to the type of the whole may give NULL if the whole may.
  const valueOf = (given: Rex): Rex => {
    const value = withTypedNulls(given, type);
    const made = castTo(value, type);
    if (made === value)
      return sameType(type, value.type) || value.kind === 'Literal'
        ? value
        : { ...call('CAST', [value], type), ...own };
    return made.kind === 'Call' ? { ...made, type, ...own } : made;
  };
  const operands = values.flatMap((value, i) => [...conditions.slice(i, i + 1), valueOf(value)]);
  return { ...call('CASE', operands, type), ...own };
}

/** The type of collections of different types is made for this CASE alone, unless there is a bare NULL; all others are found among the known. */
const isOfOwnType = (values: readonly Rex[], type: LogicalType): boolean =>
  isCollection(type) &&
  values.every((value) => value.type.root !== 'NULL') &&
  values.some((value) => !sameType(value.type, values[0]!.type));

function bindCondition(binder: Binder, when: Ast.Expression): Rex {
  const rex = binder.bind(when);
  if (rex.type.root === 'BOOLEAN' || (rex.type.root === 'NULL' && binder.asking === 'late')) return rex;
  throw binder.error(when.span, 'condition-not-boolean', 'Expected a boolean type');
}

/** NULLIF(a, b) is a CASE, as Calcite rewrites it. */
export function bindNullIf(binder: Binder, node: Ast.Call): Rex {
  if (node.args.length !== 2)
    throw binder.error(
      node.span,
      'wrong-argument-count',
      "Invalid number of arguments to function 'NULLIF'. Was expecting 2 arguments",
    );
  const [a, b] = [binder.bindEarly(node.args[0]!), binder.bindSide(node.args[1]!)];
  const equal = bindEquality(binder, '=', [a, b], node.span);
  if (a.type.root === 'NULL') throw binder.error(node.span, 'untyped-null', ALL_NULL);
  const type = withNullable(a.type, true);
  const value = a.type.nullable || a.kind === 'Literal' ? a : call('CAST', [a], type);
  return call('CASE', [equal, literal(null, type), value], type);
}
