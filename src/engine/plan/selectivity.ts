import type { Rex } from './rex.ts';
import { conjunctionOf } from './rex-tools.ts';

/** The part of the rows that a filter is thought to let pass, by kind of condition: Flink's planner knows nothing of the values (SelectivityEstimator). */
export function selectivityOf(rex: Rex): number {
  // A column of its own equals TRUE.
  if (rex.kind !== 'Call') return rex.kind === 'InputRef' ? 0.15 : 0.25;
  const { operator, operands } = rex;
  switch (operator) {
    case 'AND': {
      // Columns of their own are forgotten beside other conditions.
      const parts = conjunctionOf(rex).filter((part) => part.kind === 'Call');
      return parts.map(selectivityOf).reduce((a, b) => a * b, 1);
    }
    case 'OR': {
      const parts = operands.map(selectivityOf);
      const both = parts.reduce((a, b) => a * b, 1);
      return Math.min(1, parts.reduce((a, b) => a + b, 0) - both);
    }
    case 'NOT':
      return 1 - selectivityOf(operands[0]!);
    case '=':
      return 0.15;
    case '<>':
      return 0.85;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return 0.5;
    case 'SEARCH': {
      const ranges = operands[1]?.kind === 'Literal' ? (operands[1].sarg?.ranges ?? []) : [];
      const isPoints = ranges.every((r) => r.lower !== null && r.lower === r.upper);
      return isPoints ? Math.min(1, 0.15 * ranges.length) : 0.5;
    }
    case 'IS NULL':
      return 0.1;
    case 'IS NOT NULL':
      return 0.9;
    case 'LIKE':
      return 0.05;
    default:
      return 0.25;
  }
}

/** The same as Calcite thinks, which looks at less (RelMdUtil.guessSelectivity). */
export const guessSelectivity = (rex: Rex): number =>
  conjunctionOf(rex)
    .map(guessOf)
    .reduce((a, b) => a * b, 1);

function guessOf(rex: Rex): number {
  const operator = rex.kind === 'Call' ? rex.operator : '';
  if (operator === 'IS NOT NULL') return 0.9;
  if (operator === '=') return 0.15;
  return ['<>', '<', '<=', '>', '>='].includes(operator) ? 0.5 : 0.25;
}
