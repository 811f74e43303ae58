import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { matchTree } from '../../plan/explain-logical.ts';
import type { LogicalMatch } from '../../plan/logical.ts';
import { patternText } from '../../plan/match-text.ts';
import type { Match, PatternElement, PhysicalNode } from '../../plan/physical.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Pattern } from '../../sql/ast.ts';
import { isTimeAttribute, isTimestamp } from '../../types/logical-type.ts';
import { exchange } from './physical-tools.ts';

const refuse = (code: string, message: string, exception = 'TableException'): Error =>
  plainError('plan', code, exception, message, null);

/** MATCH_RECOGNIZE as an operator. What Flink refuses once it makes the operator is only noted. */
export function physicalMatch(node: LogicalMatch, input: PhysicalNode, isStream: boolean): PhysicalNode {
  const { partition, order, measures, pattern, after, subsets, define, fields } = node;
  if (node.allRows) throw allRowsRefused(node);
  const twice = measures.filter((m) => partition.some((p) => input.fields[p]!.name === m.name));
  if (twice.length > 0 || measures.length === 0)
    throw refuse(
      'ambiguous-measure',
      `Columns ambiguously defined: {${twice.map((m) => m.name).join(', ')}}`,
      'ValidationException',
    );
  const common = { kind: 'Match', inputs: [exchange(input, partition)], mode: 0 } as const;
  const spec = { partition, order, measures, pattern, after, subsets, define, fields };
  try {
    return { ...common, ...spec, ...matchSpec(node, isStream), refusal: null };
  } catch (refusal) {
    if (!(refusal instanceof SqlError)) throw refusal;
    return { ...common, ...spec, elements: [], withinMs: null, refusal };
  }
}

/** What Flink's CEP makes of a pattern. Throws what it refuses, in its order (CommonExecMatch). */
function matchSpec(node: LogicalMatch, isStream: boolean): Pick<Match, 'elements' | 'withinMs'> {
  const first = node.order[0];
  const orderBy = `You must specify ${isStream ? 'either rowtime or proctime' : 'time point'} for order by`;
  if (!first) throw refuse('match-order', `${orderBy}.`);
  const isTime = isStream ? isTimeAttribute : isTimestamp;
  if (!isTime(node.input.fields[first.column]!.type))
    throw refuse('match-order', `${orderBy} as the first one.`);
  if (first.descending)
    throw refuse(
      'match-descending',
      `Primary sort order of a ${isStream ? 'streaming ' : ''}table must be ascending on time.`,
    );
  const withinMs = withinOf(node.within);
  const elements = elementsOf(node.pattern, node.refusals);
  checkWhole(elements, node.after.variable);
  if (node.refusals.measures) throw node.refusals.measures;
  return { elements, withinMs };
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
function elementsOf(pattern: Pattern, { define }: LogicalMatch['refusals']): readonly PatternElement[] {
  const elements: PatternElement[] = [];
  const begin = (variable: string): void => {
    if (elements.some((e) => e.variable === variable))
      throw refuse(
        'pattern-variable-twice',
        'Pattern variables must be unique. That might change in the future.',
      );
    const refusal = define.get(variable);
    if (refusal) throw refusal;
  };
  const add = (variable: string, bounds: Omit<PatternElement, 'variable'>): void => {
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
        begin(part.name.name);
        return add(part.name.name, { min: 1, max: 1, isGreedy: false });
      case 'Sequence':
        return part.items.forEach(visit);
      case 'Repeat': {
        const { item, min, max, greedy } = part;
        if (item.kind !== 'Variable')
          throw unsupported(`${patternText(item)} Group patterns are not supported yet.`);
        begin(item.name.name);
        if (min < 0)
          throw refuse(
            'pattern-bounds',
            'The from should be a positive number greater than 0.',
            'IllegalArgumentException',
          );
        const least = max === 1 ? min : Math.max(1, min);
        if (max !== null && max < least)
          throw refuse(
            'pattern-bounds',
            `The to should be a number greater than or equal to from: ${least}.`,
            'IllegalArgumentException',
          );
        const isOptional = min === 0 && max === 1;
        add(item.name.name, { min, max, isGreedy: greedy && !isOptional && min !== max });
        if (isOptional && !greedy)
          throw refuse('reluctant-optional', 'Reluctant optional variables are not supported yet.');
        return;
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

function checkWhole(elements: readonly PatternElement[], skipsTo: string | null): void {
  if (skipsTo !== null && !elements.some((e) => e.variable === skipsTo))
    throw refuse(
      'skip-to-nothing',
      'The pattern name specified in AfterMatchSkipStrategy can not be found in the given Pattern',
      'MalformedPatternException',
    );
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
