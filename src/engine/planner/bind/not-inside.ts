import type * as Ast from '../../sql/ast.ts';

/** A condition with an IN in it, in which NOT goes inside AND and OR (Calcite's pushDownNotForIn). */
export function withNotInside(condition: Ast.Expression): Ast.Expression {
  if (condition.kind !== 'Call' || !hasIn(condition)) return condition;
  const { name, args } = condition;
  if (name === 'AND' || name === 'OR') return { ...condition, args: args.map(withNotInside) };
  const [negated] = args;
  if (name !== 'NOT' || negated?.kind !== 'Call') return condition;
  switch (negated.name) {
    case 'AND':
    case 'OR':
      return {
        ...negated,
        name: negated.name === 'AND' ? 'OR' : 'AND',
        args: negated.args.map((arg) => withNotInside({ ...condition, args: [arg] })),
      };
    case 'NOT':
      return withNotInside(negated.args[0]!);
    case 'IN':
      return { ...negated, name: 'NOT IN' };
    case 'NOT IN':
      return { ...negated, name: 'IN' };
    default:
      return condition;
  }
}

const hasIn = (e: Ast.Expression): boolean =>
  e.kind === 'Call' && (e.name === 'IN' || e.name === 'NOT IN' || e.args.some(hasIn));
