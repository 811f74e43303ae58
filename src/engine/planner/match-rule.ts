import { SqlError } from '../base/diagnostic.ts';
import { matchTree } from '../plan/explain-logical.ts';
import type { LogicalMatch, LogicalNode } from '../plan/logical.ts';
import { patternText } from '../plan/match-text.ts';
import type { PatternElement, PhysicalNode } from '../plan/physical.ts';
import type { Rex } from '../plan/rex.ts';
import type { Pattern } from '../sql/ast.ts';
import { isTimeAttribute } from '../types/logical-type.ts';
import { convertOperand } from './logical-tools.ts';
import { exchange } from './physical-tools.ts';
import { caught, plainError } from './plan-error.ts';

const refuse = (code: string, message: string, exception = 'TableException'): Error =>
  plainError('plan', code, exception, message, null);

const isMatchTime = (rex: Rex): boolean =>
  rex.kind === 'Call' && (rex.operator === 'MATCH_ROWTIME' || rex.operator === 'MATCH_PROCTIME');

/** In MATCH_RECOGNIZE only its own functions give time attributes; columns are cast where they stand. */
export function materializeMatch(node: LogicalMatch): LogicalNode {
  const measures = node.measures.map((m) => {
    const value = m.rex.kind === 'Call' ? m.rex.operands[0]! : m.rex;
    return isMatchTime(value) ? m : { ...m, rex: convertOperand(m.rex, true) };
  });
  const define = node.define.map((d) => ({ ...d, condition: convertOperand(d.condition, true) }));
  const types = new Map(measures.map((m) => [m.name, m.rex.type]));
  const fields = node.fields.map((f) => ({ ...f, type: types.get(f.name) ?? f.type }));
  return { ...node, measures, define, fields };
}

/** MATCH_RECOGNIZE as an operator, with what Flink refuses of it, in its order. */
export function physicalMatch(node: LogicalMatch, input: PhysicalNode): PhysicalNode {
  const { partition, order, measures, pattern, after, subsets, define, fields } = node;
  if (node.allRows) throw allRowsRefused(node);
  const twice = measures.filter((m) => partition.some((p) => input.fields[p]!.name === m.name));
  if (twice.length > 0 || measures.length === 0)
    throw refuse(
      'ambiguous-measure',
      `Columns ambiguously defined: {${twice.map((m) => m.name).join(', ')}}`,
      'ValidationException',
    );
  const made = { elements: [] as readonly PatternElement[], withinMs: null as number | null };
  const refusal = caught(() => {
    made.withinMs = withinOf(node.within);
    checkOrder(node);
    made.elements = elementsOf(pattern);
    // What cannot be computed is found while the pattern is taken apart, its last element looked at only then.
    if (node.refusal) throw node.refusal;
    checkWhole(made.elements);
  });
  return {
    kind: 'Match',
    inputs: [exchange(input, partition)],
    mode: 0,
    partition,
    order,
    measures,
    pattern,
    after,
    subsets,
    define,
    fields,
    ...made,
    refusal,
  };
}

function checkOrder({ order, input }: LogicalMatch): void {
  const first = order[0];
  const orderBy = 'You must specify either rowtime or proctime for order by';
  if (!first) throw refuse('match-order', `${orderBy}.`);
  if (!isTimeAttribute(input.fields[first.column]!.type))
    throw refuse('match-order', `${orderBy} as the first one.`);
  if (first.descending)
    throw refuse('match-descending', 'Primary sort order of a streaming table must be ascending on time.');
}

function allRowsRefused(node: LogicalMatch): Error {
  const message = 'All rows per match mode is not supported yet.';
  return new SqlError({
    severity: 'error',
    phase: 'plan',
    code: 'all-rows-per-match',
    chain: [
      `TableException: Cannot generate a valid execution plan for the given query: \n\n${matchTree(node)}\n${message}\nPlease check the documentation for the set of currently supported SQL features.`,
      `TableException: ${message}`,
    ],
    span: null,
  });
}

function withinOf(within: Rex | null): number | null {
  if (!within) return null;
  if (within.kind !== 'Literal' || within.type.root !== 'INTERVAL_DAY')
    throw refuse(
      'match-within',
      'Only constant intervals with millisecond resolution are supported as time constraints of patterns.',
    );
  return Number(within.value);
}

/** The variables of a pattern one behind the other: anything else Flink's CEP has no pattern for. */
function elementsOf(pattern: Pattern): readonly PatternElement[] {
  const elements: PatternElement[] = [];
  const add = (variable: string, bounds: Omit<PatternElement, 'variable'>): void => {
    if (elements.some((e) => e.variable === variable))
      throw refuse(
        'pattern-variable-twice',
        'Pattern variables must be unique. That might change in the future.',
      );
    const before = elements.at(-1);
    if (before?.isGreedy && bounds.min === 0 && (bounds.max === null || bounds.max === 1))
      throw refuse(
        'optional-behind-greedy',
        'Optional pattern cannot be preceded by greedy pattern',
        'MalformedPatternException',
      );
    elements.push({ variable, ...bounds });
  };
  const visit = (part: Pattern): void => {
    switch (part.kind) {
      case 'Variable':
        return add(part.name.name, { min: 1, max: 1, isGreedy: false });
      case 'Sequence':
        return part.items.forEach(visit);
      case 'Repeat': {
        const { item, min, max, greedy } = part;
        if (item.kind !== 'Variable')
          throw unsupported(`${patternText(item)} Group patterns are not supported yet.`);
        if (min < 0)
          throw refuse(
            'pattern-bounds',
            'The from should be a positive number greater than 0.',
            'IllegalArgumentException',
          );
        const isOptional = min === 0 && max === 1;
        if (isOptional && !greedy)
          throw refuse('reluctant-optional', 'Reluctant optional variables are not supported yet.');
        return add(item.name.name, { min, max, isGreedy: greedy && !isOptional && min !== max });
      }
      case 'Alternation':
        throw unsupported(`${patternText(part)}. Currently, CEP doesn't support branching patterns.`);
      case 'Permute':
        throw unsupported(`${patternText(part)}. Currently, CEP doesn't support PERMUTE patterns.`);
      case 'Exclude':
        throw unsupported(`${patternText(part)}. Currently, CEP doesn't support '{-' '-}' patterns.`);
    }
  };
  visit(pattern);
  return elements;
}

function checkWhole(elements: readonly PatternElement[]): void {
  if (elements.every((e) => e.min === 0))
    throw refuse(
      'empty-match',
      'Patterns that can produce empty matches are not supported. There must be at least one non-optional state.',
    );
  if (elements.at(-1)!.isGreedy)
    throw refuse(
      'greedy-last',
      'Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.',
    );
}

const unsupported = (what: string): Error =>
  refuse('pattern-unsupported', `Expression not supported: ${what}`);
