import type { LogicalJoin, LogicalNode, WindowJoinSpec, WindowSpec } from '../plan/logical.ts';
import { literal, type Rex } from '../plan/rex.ts';
import { BOOLEAN, isRowtime, notNull, sameType } from '../types/logical-type.ts';
import { conjuncts } from './logical-tools.ts';
import { and } from './rex-build.ts';

interface WindowColumns {
  readonly window: WindowSpec;
  readonly start: number;
  readonly end: number;
}

/** The window whose both bounds a node puts out. */
export function windowOf(node: LogicalNode): WindowColumns | null {
  switch (node.kind) {
    case 'WindowTable': {
      const width = node.input.fields.length;
      return { window: node.window, start: width, end: width + 1 };
    }
    case 'Calc':
    case 'Aggregate': {
      const below = windowOf(node.input);
      if (!below) return null;
      const columns =
        node.kind === 'Calc' ? node.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1)) : node.groups;
      const [start, end] = [columns.indexOf(below.start), columns.indexOf(below.end)];
      // The sessions of a partition are told apart by its columns only while they are there.
      const partition =
        below.window.kind === 'SESSION' ? below.window.partition.map((i) => columns.indexOf(i)) : [];
      if (start < 0 || end < 0 || partition.includes(-1)) return null;
      return { window: { ...below.window, partition }, start, end };
    }
    default:
      return null;
  }
}

/** Whether a join brings together rows of the same window: both bounds equal, of the same kind of window. Null for any other join. */
export function windowJoinOf(join: LogicalJoin): WindowJoinSpec | null {
  const [left, right] = [windowOf(join.inputs[0]), windowOf(join.inputs[1])];
  if (!left || !right) return null;
  const [a, b] = [left.window, right.window];
  const isSame =
    a.kind === b.kind &&
    a.sizeMs === b.sizeMs &&
    a.slideMs === b.slideMs &&
    a.offsetMs === b.offsetMs &&
    a.partition.join() === b.partition.join() &&
    sameType(a.timeType, b.timeType);
  if (!isSame || !isRowtime(a.timeType) || !isRowtime(b.timeType)) return null;
  const width = join.inputs[0].fields.length;
  const isEqual = (rex: Rex, l: number, r: number): boolean => {
    if (rex.kind !== 'Call' || (rex.operator !== '=' && rex.operator !== 'IS NOT DISTINCT FROM'))
      return false;
    const columns = rex.operands.map((o) => (o.kind === 'InputRef' ? o.index : -1));
    return columns.includes(l) && columns.includes(width + r);
  };
  const parts = conjuncts(join.condition);
  const starts = parts.filter((p) => isEqual(p, left.start, right.start));
  const ends = parts.filter((p) => isEqual(p, left.end, right.end));
  if (starts.length === 0 || ends.length === 0) return null;
  const rest = parts.filter((p) => !starts.includes(p) && !ends.includes(p));
  return {
    window: a,
    leftStart: left.start,
    leftEnd: left.end,
    rightStart: right.start,
    rightEnd: right.end,
    rest: rest.length > 0 ? and(rest) : literal(true, notNull(BOOLEAN)),
  };
}
