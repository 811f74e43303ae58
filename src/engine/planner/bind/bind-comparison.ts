import type { Span } from '../../base/span.ts';
import { comparedTypes, isComparable } from '../../functions/scalar/comparison.ts';
import { printArgument } from '../../functions/signature.ts';
import { call, type Rex } from '../../plan/rex.ts';
import { and, argumentOf, castTo } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import { BOOLEAN, withNullable } from '../../types/logical-type.ts';
import type { Binder } from './binder.ts';
import { invoke } from './invoke-function.ts';

/** `=` and `<>` bring both sides to their least restrictive type (Calcite's Consistency.LEAST_RESTRICTIVE); the ordering comparisons do not. */
export function bindEquality(
  binder: Binder,
  name: string,
  args: readonly Rex[],
  span: Span,
  node?: Ast.Call,
): Rex {
  const made = invoke(binder, name, args, span, node);
  if (made.kind !== 'Call' || made.operands.length !== 2 || made.operator !== name) return made;
  const type = leastRestrictive(made.operands.map((o) => o.type));
  if (!type || type.root === 'ROW' || type.root === 'NULL') return made;
  return call(
    name,
    made.operands.map((o) => (o.type.root === 'NULL' ? o : castTo(o, withNullable(type, o.type.nullable)))),
    made.type,
  );
}

/** BETWEEN is two comparisons; symmetric, either way round. */
export function bindBetween(binder: Binder, node: Ast.Call, symmetric: boolean): Rex {
  const [middle, ...limits] = node.args;
  const args = [binder.bindEarly(middle!), ...limits.map((arg) => binder.bind(arg))] as [Rex, Rex, Rex];
  const [asked, ...bounds] = args.map(({ type }) => type);
  if (!bounds.every((type) => isComparable(asked!, type))) {
    const name = `BETWEEN ${symmetric ? 'SYMMETRIC' : 'ASYMMETRIC'}`;
    const [a, b, c] = args.map((arg) => printArgument(argumentOf(arg)));
    throw binder.error(
      node.span,
      'wrong-argument-type',
      `Cannot apply '${name}' to arguments of type '${a} ${name} ${b} AND ${c}'. Supported form(s): '<COMPARABLE_TYPE> BETWEEN <COMPARABLE_TYPE> AND <COMPARABLE_TYPE>'`,
    );
  }
  const types = comparedTypes(args.map(argumentOf));
  const [value, low, high] = args.map((arg, i) => castTo(arg, types[i]!)) as [Rex, Rex, Rex];
  const within = (a: Rex, b: Rex): Rex =>
    and([invoke(binder, '>=', [value, a], node.span), invoke(binder, '<=', [value, b], node.span)]);
  if (!symmetric) return within(low, high);
  const either = [within(low, high), within(high, low)];
  return call(
    'OR',
    either,
    withNullable(
      BOOLEAN,
      either.some((e) => e.type.nullable),
    ),
  );
}
