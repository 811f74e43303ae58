import {
  type AggregateCall,
  type Field,
  inputsOf,
  type JoinType,
  type LogicalAggregate,
  type LogicalNode,
} from '../../plan/logical.ts';
import {
  call,
  type InputRef,
  literal,
  type Rex,
  type RexCall,
  type RexSubQuery,
  ref,
} from '../../plan/rex.ts';
import { and, castTo } from '../../plan/rex-build.ts';
import { conjuncts, mapRex, passesAll, rexKey, shiftRefs } from '../../plan/rex-tools.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import { BOOLEAN, isCharacter, isInteger, notNull, withNullable } from '../../types/logical-type.ts';
import { makeJoin } from '../rules/join-rules.ts';
import { simplify } from '../simplify/simplify.ts';
import { simplifyCondition } from '../simplify/simplify-condition.ts';
import { decorrelated, isCorrelated, mentionsOuter, subqueriesIn } from './correlation.ts';
import type { Correlations } from './correlations.ts';
import { decorrelate, withoutIsTrue } from './decorrelate.ts';
import { existsJoin, inJoin, innerJoin, type Logic } from './join-membership.ts';
import { quantifiedJoin } from './join-quantified.ts';
import { joinDecorrelated } from './lateral.ts';
import { columnsOf, withoutCorrelation } from './untie.ts';
import { valueByKey } from './value-by-key.ts';

const TRUE = literal(true, notNull(BOOLEAN));
type Project = Extract<LogicalNode, { kind: 'Project' }>;
type Filter = Extract<LogicalNode, { kind: 'Filter' }>;

/**
 * A WHERE whose conditions ask sub-queries becomes joins with them: IN and EXISTS semi joins, their negations anti joins, scalar ones outer joins. Inside a
 * scalar sub-query Flink's rule for semi joins does not look, and Calcite's makes inner joins with distinct rows and outer joins with counts.
 */
export function filterBySubqueries(
  filter: Filter,
  isInScalar: boolean,
  correlations: Correlations | null,
): LogicalNode {
  if (subqueriesIn(filter.condition).length === 0) return filter;
  const condition = mapRex(simplifyCondition(filter.condition), existsInstead);
  const asked = subqueriesIn(condition);
  // A join AS OF, LATERAL or an UNNEST anywhere around is a correlation of its own, which the rule for semi joins does not see through.
  const isBeside = [filter.input, ...asked.map((a) => a.query as LogicalNode)].some(correlates);
  let node: LogicalNode = filter.input;
  const rest: Rex[] = [];
  for (const given of conjuncts(condition)) {
    const part = withoutIsTrue(given);
    const [test, isNegated] =
      part.kind === 'Call' && part.operator === 'NOT' ? [part.operands[0]!, true] : [part, false];
    if (test.kind === 'SubQuery' && test.operator === 'EXISTS' && isSingleRow(test.query as LogicalNode))
      rest.push(literal(!isNegated, notNull(BOOLEAN)));
    else if (test.kind === 'SubQuery' && (test.operator === 'IN' || test.operator === 'EXISTS')) {
      const query = test.query as LogicalNode;
      const isTied = isCorrelated(query);
      const isBeyond = isBeyondSemiJoin(query) && (test.operator === 'EXISTS' || !isNegated);
      const isGeneric = isBeside || isInScalar || isBeyond;
      const canBeGeneric = !isTied || isBeyond || test.operator === 'EXISTS';
      if (!isGeneric || (!isBeside && !canBeGeneric)) correlations?.settle(query);
      if (!isGeneric || !canBeGeneric) node = semiJoin(node, test, isNegated ? 'anti' : 'semi');
      else if (isNegated) rest.push(part);
      else node = innerJoin(node, test);
    } else rest.push(part);
  }
  const width = filter.input.fields.length;
  const conditions = rest.map((part) => {
    const [joined, replaced] = withSubqueries(node, part, 'TRUE');
    node = joined;
    return replaced;
  });
  if (conditions.length > 0)
    node = { kind: 'Filter', input: node, condition: and(conditions), fields: node.fields };
  node = ofSubQueries(node, filter.input);
  if (node.fields.length === width) return { ...node, written: filter };
  return {
    kind: 'Project',
    input: node,
    exprs: filter.input.fields.map((f, i) => ref(i, f.type)),
    fields: filter.input.fields,
    written: filter,
  };
}

/** Whether there are more than none is no matter of counting (FlinkRewriteSubQueryRule). */
function existsInstead(rex: Rex): Rex {
  if (rex.kind !== 'Call' || rex.operands.length !== 2) return rex;
  const [a, b] = rex.operands as [Rex, Rex];
  const isFlipped = rex.operator === '<' || rex.operator === '<=';
  const [test, bound] = isFlipped ? [b, a] : [a, b];
  const least = { '>': 0, '<': 0, '>=': 1, '<=': 1 }[rex.operator];
  if (test.kind !== 'SubQuery' || bound.kind !== 'Literal' || Number(bound.value) !== least) return rex;
  const query = test.query as LogicalNode;
  const counted = query.kind === 'Project' && passesAll(query.exprs, 1) ? query.input : query;
  if (counted.kind !== 'Aggregate' || counted.groups.length > 0 || counted.calls.length !== 1) return rex;
  const { name, args, distinct, filter } = counted.calls[0]!;
  if (name !== 'COUNT' || args.length > 0 || distinct || filter >= 0) return rex;
  return { ...test, operator: 'EXISTS', query: counted.input, type: notNull(BOOLEAN) };
}

/** The rule for semi joins (SubQueryDecorrelator) sees nothing in an OR, and below an aggregate only equalities. */
function isBeyondSemiJoin(node: LogicalNode, isGrouped = false): boolean {
  const hasOr = (rex: Rex): boolean =>
    rex.kind === 'Call' && ((rex.operator === 'OR' && mentionsOuter(rex)) || rex.operands.some(hasOr));
  if (node.kind === 'Filter') {
    const tying = conjuncts(node.condition).filter(mentionsOuter);
    if (tying.some((c) => hasOr(c) || (isGrouped && (c.kind !== 'Call' || c.operator !== '=')))) return true;
  }
  return inputsOf(node).some((input) => isBeyondSemiJoin(input, isGrouped || node.kind === 'Aggregate'));
}

const correlates = (node: LogicalNode): boolean =>
  node.kind === 'Correlate' ||
  (node.kind === 'Join' && (node.asOf !== null || node.lookup !== undefined || node.isLateral === true)) ||
  inputsOf(node).some(correlates);

/** A SELECT list that asks scalar sub-queries reads them from outer joins. */
export function projectSubqueries(project: Project): Project {
  if (!project.exprs.some((e) => subqueriesIn(e).length > 0)) return project;
  let node = project.input;
  const exprs = project.exprs.map((e) => {
    const [joined, replaced] = withSubqueries(node, e, 'VALUE');
    node = joined;
    return replaced;
  });
  return { ...project, input: ofSubQueries(node, project.input), exprs, written: project };
}

/** Marks the joins that stand for sub-queries, down to what they were asked of. */
function ofSubQueries(node: LogicalNode, below: LogicalNode): LogicalNode {
  if (node === below) return node;
  if (node.kind === 'Join')
    return { ...node, isOfSubQuery: true, inputs: [ofSubQueries(node.inputs[0], below), node.inputs[1]] };
  return node.kind === 'Project' || node.kind === 'Filter'
    ? { ...node, input: ofSubQueries(node.input, below) }
    : node;
}

/** Joins the sub-queries of an expression to `node`, which reads them as columns then. */
function withSubqueries(node: LogicalNode, rex: Rex, asked: Logic): [LogicalNode, Rex] {
  let joined = node;
  // What is asked twice as one, such as the operand of a CASE, is joined once.
  const known = new Map<RexSubQuery, Rex>();
  const replace = (r: Rex, logic: Logic): Rex => {
    if (r.kind === 'SubQuery') {
      const same = known.get(r);
      if (same) return same;
      const [made, stands] = joinOf(joined, r, logic);
      joined = made;
      known.set(r, stands);
      return stands;
    }
    if (r.kind !== 'Call') return r;
    return { ...r, operands: r.operands.map((o, i) => replace(o, logicWithin(r, i, logic))) };
  };
  const replaced = replace(rex, asked);
  return [joined, replaced];
}

const OPPOSITE: { readonly [logic in Logic]: Logic } = { TRUE: 'FALSE', FALSE: 'TRUE', VALUE: 'VALUE' };

/** What matters of an operand where `logic` matters of the whole. */
function logicWithin({ operator, operands }: RexCall, operand: number, logic: Logic): Logic {
  if (operator === 'AND' || operator === 'OR') return logic;
  if (operator === 'NOT') return OPPOSITE[logic];
  const isWhen = operator === 'CASE' && operand % 2 === 0 && operand < operands.length - 1;
  return isWhen ? 'TRUE' : 'VALUE';
}

function joinOf(left: LogicalNode, test: RexSubQuery, logic: Logic): [LogicalNode, Rex] {
  switch (test.operator) {
    case '$SCALAR_QUERY': {
      const [made, at] = scalarJoin(left, test);
      return [made, ref(at, withNullable(test.type, true))];
    }
    case 'EXISTS':
      return existsJoin(left, test);
    case 'IN':
      return inJoin(left, test, logic);
    default:
      return quantifiedJoin(left, test, logic === 'TRUE');
  }
}

// ---------------------------------------------------------------- IN and EXISTS

function semiJoin(left: LogicalNode, test: RexSubQuery, type: JoinType): LogicalNode {
  const width = left.fields.length;
  const query = test.query as LogicalNode;
  if (!isCorrelated(query)) {
    if (test.operator === 'EXISTS')
      return type === 'semi'
        ? makeJoin(left, existence(query), type, TRUE)
        : makeJoin(left, existenceFlag(query), type, ref(width, notNull(BOOLEAN)));
    return makeJoin(
      left,
      query,
      type,
      memberOf(
        test,
        query.fields,
        query.fields.map((_, i) => i),
        width,
        type,
      ),
    );
  }
  const base = baseOf(query);
  const { node, at, conditions } = withoutCorrelation(base.node);
  // Besides what an IN compares only columns that the conditions read are shown.
  const shown = test.operator === 'IN' ? base.exprs.map((e) => shiftRefs(e, (i) => at[i]!)) : [];
  const places = new Map(
    columnsOf(conditions).map((i) => {
      const at = shown.findIndex((e) => e.kind === 'InputRef' && e.index === i);
      return [i, width + (at >= 0 ? at : shown.push(ref(i, node.fields[i]!.type)) - 1)] as const;
    }),
  );
  const outer = conditions.map((c) =>
    decorrelated(
      shiftRefs(c, (i) => places.get(i)! - width),
      width,
    ),
  );
  const fields = shown.map(
    (e, i): Field => ({
      name:
        i < base.exprs.length && test.operator === 'IN'
          ? query.fields[i]!.name
          : node.fields[(e as InputRef).index]!.name,
      type: e.type,
    }),
  );
  const right: LogicalNode = { kind: 'Project', input: node, exprs: shown, fields };
  const member =
    test.operator === 'IN'
      ? [
          memberOf(
            test,
            fields,
            base.exprs.map((_, i) => i),
            width,
            type,
          ),
        ]
      : [];
  const members = new Set(member.flatMap((m) => conjuncts(m).map(rexKey)));
  const own = outer.filter((c) => !members.has(rexKey(turned(c))));
  return makeJoin(left, right, type, simplify(and([...member, ...own])));
}

/** `b = a` for `a = b`. */
const turned = (rex: Rex): Rex =>
  rex.kind === 'Call' && rex.operator === '='
    ? call('=', [rex.operands[1]!, rex.operands[0]!], rex.type)
    : rex;

/** `a = b` for every column of an IN; NOT IN also counts what is unknown. */
function memberOf(
  test: RexSubQuery,
  fields: readonly Field[],
  columns: readonly number[],
  width: number,
  type: JoinType,
): Rex {
  const parts = test.operands.map((operand, i): Rex => {
    const field = fields[columns[i]!]!;
    const column = ref(width + columns[i]!, field.type);
    const isUnsure = type === 'anti' && (operand.type.nullable || field.type.nullable);
    // Only what is asked for alone becomes a key, and is brought to one type for that.
    const isAlike =
      isUnsure && [isInteger, isCharacter].some((isOf) => isOf(operand.type) && isOf(field.type));
    const common = (!isAlike && leastRestrictive([operand.type, field.type])) || null;
    const a = common ? castTo(operand, withNullable(common, operand.type.nullable)) : operand;
    const b = common ? castTo(column, withNullable(common, field.type.nullable)) : column;
    const equal = call('=', [a, b], withNullable(BOOLEAN, a.type.nullable || b.type.nullable));
    if (!isUnsure) return equal;
    const unknown = [a, b].filter((x) => x.type.nullable).map((x) => call('IS NULL', [x], notNull(BOOLEAN)));
    return call('OR', [...unknown, equal], BOOLEAN);
  });
  return and(parts);
}

/** An uncorrelated NOT EXISTS: one row that says whether the query has any. */
function existenceFlag(query: LogicalNode): LogicalNode {
  const filter = existence(query);
  return {
    kind: 'Project',
    input: filter.input,
    exprs: [filter.condition],
    fields: [{ name: '$f0', type: notNull(BOOLEAN) }],
  };
}

/** An uncorrelated EXISTS: one row exactly if the query has any. */
function existence(query: LogicalNode): Filter {
  const flag = notNull(BOOLEAN);
  const input: LogicalNode = {
    kind: 'Project',
    input: baseOf(query).node,
    exprs: [TRUE],
    fields: [{ name: 'i', type: flag }],
  };
  const min: AggregateCall = {
    name: 'MIN',
    args: [0],
    distinct: false,
    filter: -1,
    ignoreNulls: false,
    type: BOOLEAN,
    alias: 'm',
  };
  const aggregate: LogicalNode = {
    kind: 'Aggregate',
    input,
    groups: [],
    calls: [min],
    fields: [{ name: 'm', type: BOOLEAN }],
  };
  return {
    kind: 'Filter',
    input: aggregate,
    condition: call('IS NOT NULL', [ref(0, BOOLEAN)], flag),
    fields: aggregate.fields,
  };
}

// ---------------------------------------------------------------- scalar sub-queries

function scalarJoin(left: LogicalNode, test: RexSubQuery): [LogicalNode, number] {
  const width = left.fields.length;
  const query = test.query as LogicalNode;
  if (!isCorrelated(query)) {
    const single = isAggregateAlone(query) ? query : singleValue(query);
    return [makeJoin(left, single, 'left', TRUE), width];
  }
  if (query.kind === 'Project' && query.input.kind === 'Aggregate' && isSingleRow(query))
    return [computedAbove(left, query, query.input), width];
  const found = valueByKey(left, query);
  if (found) return [found, width];
  const single = isSingleRow(query) ? query : singleValue(query);
  return [joinDecorrelated(left, 1, decorrelate(single, left), 'left', TRUE), width];
}

/** What a sub-query computes with its aggregates is computed after the join, so also for rows that it has none for (AdjustProjectForCountAggregateRule). */
function computedAbove(
  left: LogicalNode,
  { exprs, fields }: Project,
  aggregate: LogicalAggregate,
): LogicalNode {
  const width = left.fields.length;
  const input = joinDecorrelated(left, aggregate.fields.length, decorrelate(aggregate, left), 'left', TRUE);
  const shown = [
    ...left.fields.map((_, i) => ref(i, input.fields[i]!.type)),
    ...exprs.map((e) => decorrelated(e, width)),
  ];
  return { kind: 'Project', input, exprs: shown, fields: [...left.fields, ...fields] };
}

/** What a projection computes from one row is one row too, but FlinkRelMdColumnUniqueness does not look through it. */
function isAggregateAlone(node: LogicalNode): boolean {
  if (node.kind !== 'Project') return isSingleRow(node);
  return passesAll(node.exprs, node.input.fields.length) && isAggregateAlone(node.input);
}

function isSingleRow(node: LogicalNode): boolean {
  if (node.kind === 'Project') return isSingleRow(node.input);
  return node.kind === 'Aggregate' && node.groups.length === 0;
}

function singleValue(query: LogicalNode): LogicalNode {
  const type = withNullable(query.fields[0]!.type, true);
  const single: AggregateCall = {
    name: 'SINGLE_VALUE',
    args: [0],
    distinct: false,
    filter: -1,
    ignoreNulls: false,
    type,
    alias: null,
  };
  return { kind: 'Aggregate', input: query, groups: [], calls: [single], fields: [{ name: '$f0', type }] };
}

// ---------------------------------------------------------------- correlation

/** The query without its SELECT list. */
function baseOf(query: LogicalNode): { readonly node: LogicalNode; readonly exprs: readonly Rex[] } {
  if (query.kind === 'Project' && !query.exprs.some(mentionsOuter))
    return { node: query.input, exprs: query.exprs };
  return { node: query, exprs: query.fields.map((f, i) => ref(i, f.type)) };
}
