import type { PhysicalNode } from '../../plan/physical.ts';
import type { Rex, Sarg } from '../../plan/rex.ts';
import { MIRRORED } from '../../plan/rex-tools.ts';

/** Between which values a column lies, both ends infinite if nothing is known; null where there is no value. */
interface Interval {
  readonly lower: number;
  readonly upper: number;
}
type Values = Interval | null;

const ANY: Interval = { lower: -Infinity, upper: Infinity };

/** What the planner knows of a column from filters, constants and counts below (Flink's FlinkRelMdColumnInterval). */
export function columnInterval(node: PhysicalNode, column: number): Values {
  const input = node.inputs[0];
  switch (node.kind) {
    case 'Values':
      return union(node.rows.map((row) => rexInterval(row[column]!, node)));
    case 'Calc': {
      const rex = node.exprs[column]!;
      const known = rexInterval(rex, input!);
      return rex.kind === 'InputRef' && node.condition
        ? intersect(known, filterInterval(node.condition, rex.index))
        : known;
    }
    case 'Exchange':
      return columnInterval(input!, column);
    case 'Rank':
      return column < input!.fields.length
        ? columnInterval(input!, column)
        : { lower: node.range.start, upper: node.range.endColumn < 0 ? node.range.end : Infinity };
    case 'Union':
      return union(node.inputs.map((i) => columnInterval(i, column)));
    case 'GroupAggregate':
    case 'LocalGroupAggregate': {
      if (column < node.groups.length) return columnInterval(input!, node.groups[column]!);
      const call = node.calls[column - node.groups.length];
      if (call?.name === 'COUNT') return { lower: 0, upper: Infinity };
      if (call?.name !== 'SUM' && call?.name !== '$SUM0') return ANY;
      const summed = columnInterval(input!, call.args[0]!);
      if (!summed) return ANY;
      if (summed.lower >= 0) return { lower: summed.lower, upper: Infinity };
      return summed.upper <= 0 ? { lower: -Infinity, upper: summed.upper } : ANY;
    }
    case 'GlobalGroupAggregate':
      return columnInterval(input!, column);
    default:
      return ANY;
  }
}

/** The same for the rows that a FILTER lets to an aggregate; -1 for all. */
export function filteredInterval(node: PhysicalNode, column: number, filter: number): Values {
  if (node.kind === 'Exchange') return filteredInterval(node.inputs[0]!, column, filter);
  const known = columnInterval(node, column);
  if (filter < 0 || node.kind !== 'Calc') return known;
  const value = node.exprs[column]!;
  return value.kind === 'InputRef'
    ? intersect(known, filterInterval(node.exprs[filter]!, value.index))
    : known;
}

function rexInterval(rex: Rex, input: PhysicalNode): Values {
  switch (rex.kind) {
    case 'InputRef':
      return columnInterval(input, rex.index);
    case 'Literal':
      if (rex.value === null) return null;
      return typeof rex.value === 'number' ? { lower: rex.value, upper: rex.value } : numberOf(rex.value);
    case 'Call': {
      const { operator, operands } = rex;
      if (operator === 'CASE')
        return union(
          operands
            .filter((_, i) => i % 2 === 1 || i === operands.length - 1)
            .map((value) => rexInterval(value, input)),
        );
      if (operands.length !== 2) return ANY;
      const [a, b] = operands.map((operand) => rexInterval(operand, input));
      if (!a || !b) return ANY;
      if (operator === '+') return { lower: a.lower + b.lower, upper: a.upper + b.upper };
      if (operator === '-') return { lower: a.lower - b.upper, upper: a.upper - b.lower };
      if (operator !== '*') return ANY;
      const ends = [a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper];
      return ends.every(Number.isFinite) ? { lower: Math.min(...ends), upper: Math.max(...ends) } : ANY;
    }
    default:
      return ANY;
  }
}

/** A number that is no JavaScript one, nearly. */
function numberOf(value: unknown): Interval {
  const number = Number(String(value));
  return Number.isNaN(number) ? ANY : { lower: number, upper: number };
}

/** What a filter says of a column. */
function filterInterval(rex: Rex, column: number): Values {
  if (rex.kind !== 'Call') return ANY;
  const { operator, operands } = rex;
  if (operator === 'AND') return operands.map((o) => filterInterval(o, column)).reduce(intersect, ANY);
  if (operator === 'IS TRUE') return filterInterval(operands[0]!, column);
  if (operator === 'OR') return union(operands.map((o) => filterInterval(o, column)));
  const [a, b] = operands;
  const isColumn = (r: Rex | undefined): boolean => r?.kind === 'InputRef' && r.index === column;
  if (operator === 'SEARCH')
    return isColumn(a) && b?.kind === 'Literal' && b.sarg ? sargInterval(b.sarg) : ANY;
  if (!(operator in MIRRORED) || !a || !b) return ANY;
  const [sign, other] = isColumn(a) ? [operator, b] : isColumn(b) ? [MIRRORED[operator]!, a] : ['', b];
  if (sign === '' || other.kind !== 'Literal' || other.value === null) return ANY;
  const { lower, upper } = numberOf(other.value);
  return { lower: sign.startsWith('<') ? -Infinity : lower, upper: sign.startsWith('>') ? Infinity : upper };
}

const sargInterval = ({ ranges }: Sarg): Values =>
  union(
    ranges.map((r) => ({
      lower: r.lower === null ? -Infinity : numberOf(r.lower).lower,
      upper: r.upper === null ? Infinity : numberOf(r.upper).upper,
    })),
  );

const union = (all: readonly Values[]): Values =>
  all.reduce((a, b) => {
    if (!a || !b) return a ?? b;
    return { lower: Math.min(a.lower, b.lower), upper: Math.max(a.upper, b.upper) };
  }, null);

function intersect(a: Values, b: Values): Values {
  if (!a || !b) return null;
  return { lower: Math.max(a.lower, b.lower), upper: Math.min(a.upper, b.upper) };
}
