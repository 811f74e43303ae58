import { call, literal, type Rex, type Sarg } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { conjuncts, mapRex } from '../../plan/rex-tools.ts';
import { BOOLEAN, type LogicalType, notNull } from '../../types/logical-type.ts';
import { complement } from './ranges.ts';

const IS_SURE = notNull(BOOLEAN);
const disjuncts = (rex: Rex): readonly Rex[] =>
  rex.kind === 'Call' && rex.operator === 'OR' ? rex.operands.flatMap(disjuncts) : [rex];
const or = (operands: readonly Rex[]): Rex => {
  const flat = operands.flatMap(disjuncts);
  return flat.length === 1 ? flat[0]! : call('OR', flat, BOOLEAN);
};

/** The parts of a condition in conjunctive normal form, ranges written as comparisons (`FlinkRexUtil.extractConjunctiveConditions`). */
export function normalConjuncts(condition: Rex): readonly Rex[] {
  const expanded = withoutRanges(condition);
  const most = 2 * countCalls(expanded);
  // One that grows too long stays as it is; where that is certain it is not even made, for it may double with each OR.
  const { parts, leaves } = sizeOf(expanded, false);
  if (parts - leaves > most) return conjuncts(expanded);
  const made = conjunctive(expanded);
  return conjuncts(countCalls(made) > most ? expanded : made);
}

/** How many parts the normal form would have, all but at most `leaves` of them an OR. */
function sizeOf(rex: Rex, isNegated: boolean): { readonly parts: number; readonly leaves: number } {
  if (rex.kind === 'Call' && rex.operator === 'NOT') return sizeOf(rex.operands[0]!, !isNegated);
  if (rex.kind !== 'Call' || (rex.operator !== 'AND' && rex.operator !== 'OR'))
    return { parts: 1, leaves: 1 };
  const sizes = rex.operands.map((operand) => sizeOf(operand, isNegated));
  const isOr = (rex.operator === 'OR') !== isNegated;
  return {
    parts: sizes.reduce((sum, { parts }) => (isOr ? sum * parts : sum + parts), isOr ? 1 : 0),
    leaves: sizes.reduce((sum, { leaves }) => sum + leaves, 0),
  };
}

function conjunctive(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  if (rex.operator === 'AND') return and(rex.operands.map(conjunctive));
  if (rex.operator === 'OR') {
    const [head, ...tail] = disjuncts(rex);
    const heads = conjuncts(conjunctive(head!));
    const tails = conjuncts(conjunctive(or(tail)));
    return and(heads.flatMap((h) => tails.map((t) => or([h, t]))));
  }
  const [operand] = rex.operands;
  if (rex.operator !== 'NOT' || operand?.kind !== 'Call') return rex;
  const negated = (parts: readonly Rex[]): Rex[] => parts.map((part) => call('NOT', [part], part.type));
  if (operand.operator === 'NOT') return conjunctive(operand.operands[0]!);
  if (operand.operator === 'OR') return conjunctive(and(negated(disjuncts(operand))));
  return operand.operator === 'AND' ? conjunctive(or(negated(conjuncts(operand)))) : rex;
}

function countCalls(rex: Rex): number {
  return rex.kind === 'Call' ? rex.operands.reduce((sum, operand) => sum + countCalls(operand), 1) : 0;
}

/** Every SEARCH as the comparisons that it stands for (`RexUtil.expandSearch`). */
const withoutRanges = (rex: Rex): Rex =>
  mapRex(rex, (part) => {
    const set = part.kind === 'Call' && part.operator === 'SEARCH' ? part.operands[1]! : null;
    if (part.kind !== 'Call' || set?.kind !== 'Literal' || !set.sarg) return part;
    return comparisons(part.operands[0]!, set.sarg, set.type);
  });

function comparisons(value: Rex, sarg: Sarg, type: LogicalType): Rex {
  const compare = (operator: string, bound: Sarg['ranges'][number]['lower']): Rex =>
    call(operator, [value, literal(bound, notNull(type))], { ...IS_SURE, nullable: value.type.nullable });
  const gaps = complement(sarg, type).ranges;
  const isPoint = ({ lower, upper }: Sarg['ranges'][number]): boolean => lower !== null && lower === upper;
  const parts = gaps.every(isPoint)
    ? [and(gaps.map(({ lower }) => compare('<>', lower)))]
    : sarg.ranges.map((range) => {
        if (isPoint(range)) return compare('=', range.lower);
        const low = range.lower === null ? [] : [compare(range.lowerOpen ? '>' : '>=', range.lower)];
        const high = range.upper === null ? [] : [compare(range.upperOpen ? '<' : '<=', range.upper)];
        return and([...low, ...high]);
      });
  if (sarg.nullAs === 'TRUE') return or([call('IS NULL', [value], IS_SURE), ...parts]);
  return sarg.nullAs === 'FALSE' ? and([call('IS NOT NULL', [value], IS_SURE), or(parts)]) : or(parts);
}
