import { areOwnGroups, type LogicalJoin, type LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { and, castTo } from '../../plan/rex-build.ts';
import { collectRefs, conjuncts, isTrueLiteral, passesAll, shiftRefs } from '../../plan/rex-tools.ts';
import { isTimeAttribute, withNullable } from '../../types/logical-type.ts';
import { simplify } from '../simplify/simplify.ts';
import { simplifyByRule, simplifyJoinCondition } from '../simplify/simplify-condition.ts';
import { simplifyKnowing } from '../simplify/simplify-known.ts';
import { neverTrue, refusesNull } from './join-filter-rule.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';
import { hasOver, moveRefs } from './over-rule.ts';
import { type Constants, constantIn, constantsOf, predicatesOf } from './predicates.ts';

/** Simplifies filters, projections and join conditions by what is known of the rows they read (Calcite's ReduceExpressionsRule). */
export function reduceExpressions(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, (input) =>
    node.kind === 'Aggregate' && readsWholeSet(input)
      ? mapInputs(input, reduceExpressions)
      : reduceExpressions(input),
  );
  switch (n.kind) {
    case 'Filter': {
      const known = predicatesOf(n.input);
      return known.length === 0 ? n : { ...n, condition: reducedCondition(n.condition, known) };
    }
    case 'Project': {
      if (isIdentity(n.exprs, n.input)) return n;
      const known = predicatesOf(n.input);
      return known.length === 0 ? n : { ...n, exprs: reducedAll(n.exprs, known, n.input) };
    }
    case 'Calc': {
      const below = predicatesOf(n.input);
      const condition = n.condition && below.length > 0 ? reducedCondition(n.condition, below) : n.condition;
      // What is computed of a rank number has been a projection above its filter, and takes its constant there.
      if (n.input.kind === 'Over' || (!condition && isIdentity(n.exprs, n.input))) return n;
      const known = condition ? [...below, ...conjuncts(condition)] : below;
      if (known.length === 0) return n;
      // A filter alone passes on what it compares; a projection above it has its constants already.
      const exprs = passesAll(n.exprs, n.input.fields.length) ? n.exprs : reducedAll(n.exprs, known, n.input);
      return mergeCalc({ ...n, exprs, condition: condition && isTrueLiteral(condition) ? null : condition });
    }
    case 'Join':
      return reducedJoin(n);
    default:
      return n;
  }
}

/** Whether what an aggregate reads is all of a set operation as it is, which takes no projection. */
const readsWholeSet = (n: LogicalNode): boolean =>
  (n.kind === 'Project' || (n.kind === 'Calc' && !n.condition)) &&
  n.input.kind === 'SetOperation' &&
  passesAll(n.exprs, n.input.fields.length);

/** A projection of all columns of a LIMIT, or of groups that a HAVING lets through, as they are is none. */
const isIdentity = (exprs: readonly Rex[], input: LogicalNode): boolean =>
  (input.kind === 'Sort' || (input.kind === 'Filter' && areOwnGroups(input))) &&
  passesAll(exprs, input.fields.length);

function reducedCondition(condition: Rex, known: readonly Rex[]): Rex {
  const made = simplifyKnowing(withConstants(condition, constantsOf(known), true), known, true, simplify);
  return simplifyByRule(condition, made);
}

function reducedAll(exprs: readonly Rex[], known: readonly Rex[], { fields }: LogicalNode): Rex[] {
  const constants = constantsOf(known);
  return exprs.map((e) =>
    hasOver(e)
      ? moveRefs(e, (i) => withConstants(ref(i, fields[i]!.type), constants))
      : simplifyKnowing(withConstants(e, constants), known, false, simplify),
  );
}

/** `1 = k` of what was a comparison of columns is `k = 1`. */
const constantLast = (part: Rex): Rex =>
  part.kind === 'Call' &&
  part.operator === '=' &&
  part.operands[0]!.kind === 'Literal' &&
  part.operands[1]!.kind !== 'Literal'
    ? { ...part, operands: [part.operands[1]!, part.operands[0]!] }
    : part;

function reducedJoin(join: LogicalJoin): LogicalNode {
  if (join.asOf !== null) return join;
  const [left, right] = join.inputs;
  const width = left.fields.length;
  const known = [...predicatesOf(left), ...predicatesOf(right).map((p) => shiftRefs(p, (i) => i + width))];
  if (known.length === 0) return join;
  const constants = constantsOf(known);
  const isNull = (i: number): boolean => constants.get(i)?.value === null;
  if (conjuncts(join.condition).some((part) => refusesNull(part, isNull))) return neverTrue(join);
  const withValues = conjuncts(join.condition).map((part) => {
    const made = withConstants(part, constants, true);
    return join.joinType === 'inner' ? constantLast(made) : made;
  });
  const reduced = simplifyKnowing(and(withValues), known, true, simplify);
  return { ...join, condition: simplifyJoinCondition(reduced, width) };
}

/** What is constant on the left of a semi or anti join, and not asked by it, is computed above it (Flink's FlinkSemiAntiJoinProjectTransposeRule). */
export function pullConstantsUp(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, pullConstantsUp);
  if (n.kind === 'Calc') return withFilterOfOneRow(mergeCalc(n));
  if (n.kind !== 'Join' || (n.joinType !== 'semi' && n.joinType !== 'anti')) return n;
  const constants = constantsOf(predicatesOf(n.inputs[0]), ['=', 'IS NOT DISTINCT FROM']);
  const read = collectRefs(n.condition);
  if (constants.size === 0 || [...constants.keys()].some((column) => read.has(column))) return n;
  const exprs = n.fields.map((f, i) => withConstants(ref(i, f.type), constants));
  return { kind: 'Calc', input: n, exprs, condition: null, fields: n.fields };
}

/** What is computed of columns, with the constants for those that are pinned; only a value keeps a column's type. */
export function withConstants(rex: Rex, pinned: Constants, isCondition = false): Rex {
  if (pinned.size === 0) return rex;
  if (rex.kind === 'Call') {
    const operands = rex.operands.map((o) => withConstants(o, pinned, isCondition));
    const value = rex.operator === 'CAST' ? constantIn(operands[0]!) : undefined;
    const cast = value ? castTo(value, rex.type) : rex;
    if (cast.kind !== 'Literal' || cast.value === null) return { ...rex, operands };
    return rex.type.nullable && !isCondition ? call('CAST', [cast], rex.type) : cast;
  }
  const value = rex.kind === 'InputRef' ? pinned.get(rex.index) : undefined;
  if (!value || isTimeAttribute(rex.type)) return rex;
  if (value.value === null) return literal(null, withNullable(rex.type, true));
  const type = withNullable(rex.type, false);
  if (!isCondition) {
    const constant = { ...value, type };
    return rex.type.nullable ? call('CAST', [constant], rex.type) : constant;
  }
  const { shownScale: _, ...constant } = value;
  return { ...constant, type };
}

/** A filter of a single row below a semi or anti join costs less in a projection above it (Flink's FlinkSemiAntiJoinFilterTransposeRule). */
function withFilterOfOneRow(calc: LogicalNode): LogicalNode {
  if (calc.kind !== 'Calc' || calc.input.kind !== 'Join') return calc;
  const join = calc.input;
  const [left, right] = join.inputs;
  if ((join.joinType !== 'semi' && join.joinType !== 'anti') || left.kind !== 'Calc') return calc;
  const isOfOneRow = left.input.kind === 'Aggregate' && left.input.groups.length === 0;
  const isFilter = left.condition !== null && passesAll(left.exprs, left.input.fields.length);
  if (!isOfOneRow || !isFilter || calc.exprs.every((e) => e.kind === 'InputRef')) return calc;
  const condition = and([left.condition, ...(calc.condition ? [calc.condition] : [])]);
  return { ...calc, input: { ...join, inputs: [left.input, right] }, condition };
}
