import {
  type AggregateCall,
  type Field,
  inputsOf,
  type JoinType,
  type LogicalNode,
} from '../plan/logical.ts';
import { call, literal, type Rex, type RexCall, type RexSubQuery, ref } from '../plan/rex.ts';
import { shiftRefs } from '../plan/rex-tools.ts';
import { leastRestrictive } from '../types/least-restrictive.ts';
import { BOOLEAN, isInteger, notNull, withNullable } from '../types/logical-type.ts';
import { decorrelate, decorrelated, isCorrelated, isTiedByColumns, mentionsOuter } from './correlation.ts';
import type { Correlations } from './correlations.ts';
import { existsJoin, inJoin, innerJoin, type Logic } from './join-membership.ts';
import { quantifiedJoin } from './join-quantified.ts';
import { makeJoin } from './join-rules.ts';
import { joinDecorrelated } from './lateral.ts';
import { conjuncts } from './logical-tools.ts';
import { notYet } from './plan-error.ts';
import { and, castTo } from './rex-build.ts';
import { simplify } from './simplify.ts';

const TRUE = literal(true, notNull(BOOLEAN));
type Project = Extract<LogicalNode, { kind: 'Project' }>;
type Filter = Extract<LogicalNode, { kind: 'Filter' }>;

function subqueriesIn(rex: Rex, into: RexSubQuery[] = []): RexSubQuery[] {
  if (rex.kind === 'SubQuery') into.push(rex);
  else if (rex.kind === 'Call') for (const o of rex.operands) subqueriesIn(o, into);
  return into;
}

/**
 * A WHERE whose conditions ask sub-queries becomes joins with them: IN and EXISTS semi joins, their negations anti joins, scalar ones outer joins. Inside a
 * scalar sub-query Flink's rule for semi joins does not look, and Calcite's makes inner joins with distinct rows and outer joins with counts.
 */
export function filterBySubqueries(
  filter: Filter,
  isInScalar: boolean,
  correlations: Correlations | null,
): LogicalNode {
  const asked = subqueriesIn(filter.condition);
  if (asked.length === 0) return filter;
  // A join AS OF, LATERAL or an UNNEST anywhere around is a correlation of its own, which the rule for semi joins does not see through.
  const isBeside = [filter.input, ...asked.map((a) => a.query as LogicalNode)].some(correlates);
  let node: LogicalNode = filter.input;
  const rest: Rex[] = [];
  for (const given of conjuncts(filter.condition)) {
    const part = withoutIsTrue(given);
    const [test, isNegated] =
      part.kind === 'Call' && part.operator === 'NOT' ? [part.operands[0]!, true] : [part, false];
    if (test.kind === 'SubQuery' && test.operator === 'EXISTS' && isSingleRow(test.query as LogicalNode))
      rest.push(literal(!isNegated, notNull(BOOLEAN)));
    else if (test.kind === 'SubQuery' && (test.operator === 'IN' || test.operator === 'EXISTS')) {
      const query = test.query as LogicalNode;
      const isTied = isCorrelated(query);
      const isGeneric = isBeside || isInScalar;
      const canBeGeneric = !isTied || (test.operator === 'EXISTS' && isTiedByColumns(query));
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
  if (node.fields.length === width) return node;
  return {
    kind: 'Project',
    input: node,
    exprs: filter.input.fields.map((f, i) => ref(i, f.type)),
    fields: filter.input.fields,
  };
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
  return { ...project, input: ofSubQueries(node, project.input), exprs };
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

/** In a condition only TRUE counts anyway. */
const withoutIsTrue = (rex: Rex): Rex =>
  rex.kind === 'Call' && rex.operator === 'IS TRUE' && rex.operands[0]!.kind === 'SubQuery'
    ? rex.operands[0]!
    : rex;

/** Joins the sub-queries of an expression to `node`, which reads them as columns then. */
function withSubqueries(node: LogicalNode, rex: Rex, asked: Logic): [LogicalNode, Rex] {
  let joined = node;
  const replace = (r: Rex, logic: Logic): Rex => {
    if (r.kind === 'SubQuery') {
      const [made, stands] = joinOf(joined, r, logic);
      joined = made;
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
      if (isCorrelated(test.query as LogicalNode)) throw notYet(`a correlated ${test.operator}`, null);
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
  const { node, conditions } = withoutCorrelation(base.node);
  const outer = conditions.map((c) => decorrelated(c, width));
  if (test.operator === 'EXISTS') return makeJoin(left, node, type, simplify(and(outer)));
  // IN keeps the columns it compares in front of those the correlation needs.
  const exprs = [...base.exprs, ...node.fields.map((f, i) => ref(i, f.type))];
  const fields = exprs.map(
    (e, i): Field => ({
      name: i < base.exprs.length ? query.fields[i]!.name : node.fields[i - base.exprs.length]!.name,
      type: e.type,
    }),
  );
  const shown: LogicalNode = { kind: 'Project', input: node, exprs, fields };
  const moved = outer.map((c) => shiftRefs(c, (i) => (i < width ? i : i + base.exprs.length)));
  return makeJoin(
    left,
    shown,
    type,
    simplify(
      and([
        memberOf(
          test,
          fields,
          base.exprs.map((_, i) => i),
          width,
          type,
        ),
        ...moved,
      ]),
    ),
  );
}

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
    const isAlike = isUnsure && isInteger(operand.type) && isInteger(field.type);
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
    const single = isSingleRow(query) ? query : singleValue(query);
    return [makeJoin(left, single, 'left', TRUE), width];
  }
  const single = isSingleRow(query) ? query : singleValue(query);
  return [joinDecorrelated(left, 1, decorrelate(single), 'left', TRUE), width];
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

/** Takes the correlated conditions out of the filters on top. */
function withoutCorrelation(node: LogicalNode): {
  readonly node: LogicalNode;
  readonly conditions: readonly Rex[];
} {
  if (node.kind !== 'Filter') {
    if (isCorrelated(node)) throw notYet('a sub-query correlated at this place', null);
    return { node, conditions: [] };
  }
  const parts = conjuncts(node.condition);
  const outer = parts.filter(mentionsOuter);
  const own = parts.filter((p) => !mentionsOuter(p));
  const below = withoutCorrelation(node.input);
  const rest: LogicalNode =
    own.length > 0
      ? { kind: 'Filter', input: below.node, condition: and(own), fields: below.node.fields }
      : below.node;
  return { node: rest, conditions: [...outer, ...below.conditions] };
}
