import type { PhysicalNode } from './physical.ts';
import type { Rex, RexLiteral } from './rex.ts';
import { conjuncts } from './rex-tools.ts';

/** The table's own column behind one of its side's, which may stand there as longer text; -1 for what is computed. */
export function askedColumn(right: PhysicalNode, column: number): number {
  if (right.kind !== 'Calc') return column;
  const expr = right.exprs[column]!;
  const isText = ({ type }: Rex): boolean => type.root === 'CHAR' || type.root === 'VARCHAR';
  const given = expr.kind === 'Call' && expr.operator === 'CAST' ? expr.operands[0]! : expr;
  return given.kind === 'InputRef' && (given === expr || (isText(expr) && isText(given))) ? given.index : -1;
}

/** Conditions that are checked on the table's rows alone. */
export function tableConditions(right: PhysicalNode): {
  readonly names: readonly string[];
  readonly parts: readonly Rex[];
} {
  if (right.kind !== 'Calc' || !right.condition) return { names: [], parts: [] };
  return { names: right.inputs[0]!.fields.map((f) => f.name), parts: conjuncts(right.condition) };
}

/** Columns that a table is asked for by a constant. */
export const constantKeys = (right: PhysicalNode): (readonly [column: string, value: RexLiteral])[] => {
  const { names, parts } = tableConditions(right);
  return parts.flatMap((part) => {
    if (part.kind !== 'Call' || part.operator !== '=') return [];
    const [a, b] =
      part.operands[0]!.kind === 'InputRef' ? part.operands : [part.operands[1], part.operands[0]];
    return a?.kind === 'InputRef' && b?.kind === 'Literal' ? [[names[a.index]!, b] as const] : [];
  });
};
