import type { LogicalCalc, LogicalJoin, LogicalNode } from '../plan/logical.ts';
import { call, literal, type Rex, type RexLiteral, ref } from '../plan/rex.ts';
import { isTimeAttribute, sameType, withNullable } from '../types/logical-type.ts';
import { refusesNull } from './join-rules.ts';
import { conjuncts, mapInputs, mergeCalc } from './logical-tools.ts';

/** Columns that hold one value in every row. */
type Constants = ReadonlyMap<number, RexLiteral>;

/** Where a condition pins a column to a constant, what is computed above takes the constant (ReduceExpressionsRule with predicates). */
export function propagateConstants(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, propagateConstants);
  if (n.kind === 'Join' && neverMatches(n)) return withoutMatches(n);
  if (n.kind === 'Join' && (n.joinType === 'semi' || n.joinType === 'anti')) {
    const constants = constantsOf(n);
    if (constants.size === 0) return n;
    const exprs = n.fields.map((f, i) => withConstants(ref(i, f.type), constants));
    return { kind: 'Calc', input: n, exprs, condition: null, fields: n.fields };
  }
  if (n.kind !== 'Calc') return n;
  const pinned = pinnedBy(n);
  if (pinned.size === 0) return n;
  return { ...n, exprs: n.exprs.map((e) => withConstants(e, pinned)) };
}

/** What is computed of columns, with the constants for those that are pinned. */
export function withConstants(rex: Rex, pinned: Constants): Rex {
  if (rex.kind === 'Call') return { ...rex, operands: rex.operands.map((o) => withConstants(o, pinned)) };
  const value = rex.kind === 'InputRef' ? pinned.get(rex.index) : undefined;
  if (!value || isTimeAttribute(rex.type)) return rex;
  if (value.value === null) return literal(null, withNullable(rex.type, true));
  const { shownScale: _, ...shown } = value;
  const constant = { ...shown, type: withNullable(rex.type, false) };
  return rex.type.nullable ? call('CAST', [constant], rex.type) : constant;
}

/** Columns of a Calc's input that its condition, or one below, pins. */
function pinnedBy(calc: LogicalCalc): Constants {
  const pinned = new Map(constantsOf(calc.input));
  for (const part of calc.condition ? conjuncts(calc.condition) : []) {
    if (part.kind === 'Call' && part.operator === 'IS NULL') {
      const [tested] = part.operands;
      if (tested?.kind === 'InputRef')
        pinned.set(tested.index, literal(null, withNullable(tested.type, true)));
    }
    if (part.kind !== 'Call' || part.operator !== '=') continue;
    const [a, b] = [part.operands[0]!, part.operands[1]!];
    const [column, value] = a.kind === 'InputRef' ? [a, b] : [b, a];
    if (column.kind !== 'InputRef' || value.kind !== 'Literal' || value.value === null) continue;
    if (value.symbol === undefined && value.type.root === column.type.root && sameScale(value, column))
      pinned.set(column.index, value);
  }
  return pinned;
}

const sameScale = (a: Rex, b: Rex): boolean =>
  a.type.root !== 'DECIMAL' || b.type.root !== 'DECIMAL' || a.type.scale === b.type.scale;

/** The literal that an expression is, cast to what may be NULL or not. */
function literalIn(rex: Rex): RexLiteral | undefined {
  if (rex.kind === 'Literal') return rex.symbol !== undefined || rex.sarg !== undefined ? undefined : rex;
  const isCast = rex.kind === 'Call' && rex.operator === 'CAST';
  const value = isCast ? rex.operands[0]! : null;
  return value?.kind === 'Literal' &&
    value.value !== null &&
    sameType(value.type, withNullable(rex.type, false))
    ? value
    : undefined;
}

/** Whether a join compares what is always NULL: then no row meets another. */
function neverMatches({ inputs, condition, asOf, lookup }: LogicalJoin): boolean {
  if (asOf !== null || lookup) return false;
  const [left, right] = inputs;
  const width = left.fields.length;
  const sides = [constantsOf(left), constantsOf(right)] as const;
  const isNull = (i: number): boolean =>
    (i < width ? sides[0].get(i) : sides[1].get(i - width))?.value === null;
  return conjuncts(condition).some((part) => refusesNull(part, isNull));
}

/** A join in which no row meets another. */
export function withoutMatches(join: LogicalJoin): LogicalNode {
  const [left, right] = join.inputs;
  const none: LogicalNode = { kind: 'Values', rows: [], fields: join.fields };
  const beside = (input: LogicalNode, from: number): LogicalNode => {
    const exprs = join.fields.map((f, i) =>
      i >= from && i < from + input.fields.length
        ? ref(i - from, input.fields[i - from]!.type)
        : literal(null, withNullable(f.type, true)),
    );
    return mergeCalc({ kind: 'Calc', input, exprs, condition: null, fields: join.fields });
  };
  switch (join.joinType) {
    case 'inner':
    case 'semi':
      return none;
    case 'anti':
      return left;
    case 'left':
      return beside(left, 0);
    case 'right':
      return beside(right, left.fields.length);
    default:
      return join;
  }
}

/** Columns that hold one value in every row of a node, as far as it can be told. */
export function constantsOf(node: LogicalNode): Constants {
  switch (node.kind) {
    case 'Calc': {
      const pinned = pinnedBy(node);
      return new Map(
        node.exprs.flatMap((e, i) => {
          const value = e.kind === 'InputRef' ? pinned.get(e.index) : literalIn(e);
          return value ? [[i, value] as const] : [];
        }),
      );
    }
    case 'WatermarkAssigner':
      return constantsOf(node.input);
    case 'Join': {
      const [left, right] = node.inputs;
      const width = left.fields.length;
      const isInner = node.joinType === 'inner';
      const keepsLeft = isInner || ['left', 'semi', 'anti'].includes(node.joinType);
      return new Map([
        ...(keepsLeft ? constantsOf(left) : []),
        ...(isInner ? [...constantsOf(right)].map(([i, value]) => [i + width, value] as const) : []),
      ]);
    }
    default:
      return new Map();
  }
}
