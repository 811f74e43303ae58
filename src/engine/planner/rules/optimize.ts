import type { Config } from '../../catalog/config.ts';
import {
  constantFolder,
  foldCasts,
  foldConstant,
  isFoldable,
  rejectDivisors,
  withoutNulls,
} from '../../compile/fold-constants.ts';
import type { EvaluationContext } from '../../functions/function-definition.ts';
import type { LogicalNode, LogicalSink } from '../../plan/logical.ts';
import { literal, type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import {
  collectRefs,
  conjuncts,
  isFalseLiteral,
  isNullLiteral,
  isTrueLiteral,
  mapRex,
  passesAll,
  shiftRefs,
} from '../../plan/rex-tools.ts';
import { withInLists } from '../simplify/in-lists.ts';
import { expandNotDistinct, keepType, simplify, simplifyOnce } from '../simplify/simplify.ts';
import { decideBranches, simplifyBuilt } from '../simplify/simplify-built.ts';
import { pushIntoCase } from '../simplify/simplify-case.ts';
import {
  simplifyByRule,
  simplifyFilter,
  simplifyJoinCondition,
  unlessTurned,
} from '../simplify/simplify-condition.ts';
import { mergeEqualGroups, pullUpConstantGroups } from './aggregate-constants-rule.ts';
import { pushAggregateBelowJoin } from './aggregate-join-rule.ts';
import { removeNeedlessAggregates } from './aggregate-remove-rule.ts';
import { pushAntiJoins } from './anti-join-rule.ts';
import { checkConstants, checkExpression, checkLiteralCasts, uncompilable } from './check-expressions.ts';
import { simplifyCoalesces } from './coalesce-rule.ts';
import { pushFilterIntoCorrelate } from './correlate-rule.ts';
import { groupWindows, withWindowColumns } from './group-window-rule.ts';
import { expandGroupingSets } from './grouping-sets.ts';
import {
  computeConditions,
  namedByVersions,
  pushFilterIntoJoin,
  pushJoinCondition,
} from './join-filter-rule.ts';
import { removeUnreadJoins } from './join-remove-rule.ts';
import { wrapJsonArguments } from './json-aggregate-rule.ts';
import { filtered, mapInputs, mergeCalc, namedByFilter } from './logical-tools.ts';
import { materializeProctime, materializeTime } from './materialize-time.ts';
import { makeMultiJoins, mistakeMultiJoins } from './multi-join-rule.ts';
import { hasOver, inlineProject, mergeOverProjects, splitOver } from './over-rule.ts';
import { selectAll } from './prune-columns.ts';
import { recognizeRanks } from './rank-rule.ts';
import { reduceAggregates, reduceWhereAsked } from './reduce-averages.ts';
import { pullConstantsUp, reduceExpressions } from './reduce-rule.ts';
import { reduceVariances } from './reduce-variance.ts';
import { distinctUnions, expandSetOperations, mergeDistincts } from './set-operations.ts';
import { sharer } from './share-expressions.ts';
import { dropEmpty, transposeSorts } from './sort-rule.ts';
import { splitDistinct } from './split-distinct-rule.ts';
import { pushCalcsIntoSetOperations, pushCalcsIntoUnions } from './union-rule.ts';

/**
 * Rewrites a bound query to the shape Flink's logical phases leave, one phase after another:
 * group windows, Calcs, filters pushed down, columns pruned, time attributes materialised, constants folded.
 */
export function optimize(
  sink: LogicalSink,
  context: EvaluationContext,
  config: Config,
  isStream: boolean,
): LogicalSink {
  checkLiteralCasts(sink.input, context);
  let input = distinctUnions(wrapJsonArguments(groupWindows(sink.input, isStream)));
  input = withWindowColumns(toCalcs(reduceExpressions(simplifyCoalesces(input, context)), context, isStream));
  input = pushFilters(reduceExpressions(pushFilters(decideConstants(reduceWhereAsked(input), context))));
  const joinsMany = isStream && config.boolean('table.optimizer.multi-join.enabled', false);
  if (joinsMany) input = makeMultiJoins(pullConstantsUp(input));
  input = toCalcs(expandSetOperations(pushCalcsIntoSetOperations(input)), context, isStream);
  if (isStream) input = recognizeRanks(input);
  input = computeConditions(removeUnreadJoins(input));
  input = removeNeedlessAggregates(
    pullUpConstantGroups(removeNeedlessAggregates(mergeDistincts(mergeEqualGroups(input)))),
  );
  input = transposeSorts(input, isStream);
  input = expandGroupingSets(reduceVariances(input));
  input = transposeSorts(reduceAggregates(input), isStream);
  if (isStream) input = pushAggregateBelowJoin(input);
  input = pullConstantsUp(pushAntiJoins(input));
  input = pushCalcsIntoUnions(input);
  input = withFilterNames(input);
  input = selectAll(input);
  if (joinsMany) input = mistakeMultiJoins(input);
  if (isStream) input = splitDistinct(input, config);
  input = materializeTime(input, isStream);
  input = dropEmpty(foldCalcs(input, context));
  const uncompiled = uncompilable(input);
  return { ...sink, input: materializeProctime(input), uncompiled };
}

/** Projects and Filters become Calcs, neighbouring ones one. */
function toCalcs(given: LogicalNode, context: EvaluationContext, isStream: boolean): LogicalNode {
  const merged = mergeOverProjects(given);
  const node =
    merged.kind === 'Project' && merged.exprs.some(hasOver)
      ? splitOver(isStream ? inlineProject(merged) : merged, isStream, context)
      : merged;
  const rebuilt = mapInputs(node, (input) => toCalcs(input, context, isStream));
  if (rebuilt.kind === 'Project') {
    // One that only renames what another makes is none (ProjectRemoveRule).
    if (
      node.kind === 'Project' &&
      node.input.kind === 'Project' &&
      passesAll(rebuilt.exprs, rebuilt.input.fields.length)
    )
      return rebuilt.input;
    return mergeCalc({
      kind: 'Calc',
      input: rebuilt.input,
      exprs: rebuilt.exprs.map((expr) =>
        keepType(expr, simplifyOnce(decideBranches(expandNotDistinct(withoutNulls(expr)), context))),
      ),
      condition: null,
      fields: rebuilt.fields,
    });
  }
  if (rebuilt.kind === 'Filter') {
    const simplified = simplifyFilter(rebuilt.condition, withoutNulls(rebuilt.condition));
    const condition = simplified && withInLists(simplified);
    const exprs = rebuilt.input.fields.map((f, i) => ref(i, f.type));
    return mergeCalc({
      kind: 'Calc',
      input: rebuilt.input,
      exprs,
      condition,
      fields: rebuilt.fields,
    });
  }
  return rebuilt.kind === 'Calc' ? mergeCalc(rebuilt) : rebuilt;
}

function withFilterNames(node: LogicalNode): LogicalNode {
  return namedByFilter(mapInputs(node, withFilterNames));
}

/** What a filter asks of constants alone, such as of the 0 that stands for no count, is known before it is pushed down. */
function decideConstants(node: LogicalNode, context: EvaluationContext): LogicalNode {
  const n = mapInputs(node, (input) => decideConstants(input, context));
  if (n.kind !== 'Calc' || !n.condition) return n;
  const decided = mapRex(n.condition, (r) =>
    r.kind === 'Call' && r.type.root === 'BOOLEAN' && r.operands.every((o) => o.kind === 'Literal')
      ? foldConstant(r, context)
      : r,
  );
  return decided === n.condition ? n : { ...n, condition: simplifyByRule(n.condition, decided) };
}

/** Pushes conditions below aggregates (group columns only) and unions. */
function pushFilters(node: LogicalNode): LogicalNode {
  if (node.kind === 'Calc' && node.condition) {
    if (isFalseLiteral(node.condition)) return { kind: 'Values', rows: [], fields: node.fields };
    const below = node.input;
    const parts = conjuncts(node.condition);
    if ((below.kind === 'Aggregate' || below.kind === 'WindowAggregate') && below.groups.length > 0) {
      const [down, stay] = split(parts, (c) => [...collectRefs(c)].every((i) => i < below.groups.length));
      if (down.length > 0) {
        const moved = down.map((c) => shiftRefs(c, (i) => below.groups[i]!));
        const input = filtered(below.input, moved);
        return pushFilters(
          mergeCalc({ ...node, input: { ...below, input }, condition: stay.length > 0 ? and(stay) : null }),
        );
      }
    }
    if (below.kind === 'Join') {
      // A join's own conditions are there first.
      const own = pushJoinCondition(below);
      if (own) return pushFilters(mergeCalc({ ...node, input: own }));
      const pushed = pushFilterIntoJoin(node, below);
      if (pushed) return pushFilters(pushed);
      return mapInputs(namedByVersions(node, below), pushFilters);
    }
    if (below.kind === 'Correlate') {
      const pushed = pushFilterIntoCorrelate(node, below);
      if (pushed) return pushFilters(pushed);
    }
    if (below.kind === 'Union' || below.kind === 'SetOperation') {
      const inputs = below.inputs.map((input) => filtered(input, parts));
      return pushFilters(mergeCalc({ ...node, input: { ...below, inputs }, condition: null }));
    }
  }
  if (node.kind === 'Join') {
    const pushed = pushJoinCondition(node);
    if (pushed) return pushFilters(pushed);
  }
  return mapInputs(node, pushFilters);
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}

/** Code is generated for what is constant, and for what is left after simplifying: both may be refused. */
function foldChecked(exprs: readonly Rex[], context: EvaluationContext): readonly Rex[] {
  const asked = exprs.map((rex) => checked(pushIntoCase(rex), context));
  const fold = constantFolder(asked, context);
  // What a constant condition chose may be constant in turn.
  const reduced = asked.map((rex) => checked(simplified(fold(expandNotDistinct(rex))), context));
  const foldAgain = constantFolder(reduced, context);
  const made = reduced.map((rex) => simplified(foldAgain(rex)));
  made.forEach(checkExpression);
  return made;
}

/** What has become NULL may decide a CASE around it. */
function simplified(rex: Rex): Rex {
  const made = simplify(withoutNulls(rex));
  const known = withoutNulls(made);
  return known === made ? made : withoutNulls(simplify(known));
}

/** What CASEs of constants come to, and NULL for a NULL among them that is cast. */
const withChoices = (rex: Rex, context: EvaluationContext): Rex =>
  mapRex(rex, (part) => {
    if (part.kind !== 'Call') return part;
    if (part.operator === 'CASE' && isFoldable(part)) return simplifyBuilt(part, context);
    return part.operator === 'CAST' && isNullLiteral(part.operands[0]!) ? literal(null, part.type) : part;
  });

function checked(rex: Rex, context: EvaluationContext): Rex {
  rejectDivisors(rex, context);
  const read = withChoices(rex, context);
  checkConstants(read);
  // What is written and cast is a literal to whoever takes it.
  const folded = foldCasts(read, context);
  if (folded !== read) checkConstants(folded);
  return rex;
}

function foldCalcs(node: LogicalNode, context: EvaluationContext): LogicalNode {
  const n = mapInputs(node, (input) => foldCalcs(input, context));
  if (n.kind === 'Join') {
    const width = n.inputs[0].fields.length;
    return {
      ...n,
      condition: simplifyJoinCondition(n.condition, width, (part) =>
        unlessTurned(part, foldChecked([withoutNulls(part)], context)[0]!),
      ),
    };
  }
  if (n.kind === 'MultiJoin') {
    for (const condition of n.conditions) checkExpression(condition);
    return n;
  }
  if (n.kind !== 'Calc') return n;
  const made = foldChecked(n.exprs, context);
  const exprs = n.exprs.map((expr, i) => keepType(expr, made[i]!));
  const share = sharer();
  const folded = n.condition && simplifyByRule(n.condition, foldChecked([n.condition], context)[0]);
  const condition = folded && share(folded);
  if (
    condition &&
    (isFalseLiteral(condition) || (condition.kind === 'Literal' && condition.value === null))
  ) {
    return { kind: 'Values', rows: [], fields: n.fields };
  }
  const shared = exprs.map(share);
  return mergeCalc({
    ...n,
    exprs: shared,
    condition: condition && isTrueLiteral(condition) ? null : condition,
  });
}
