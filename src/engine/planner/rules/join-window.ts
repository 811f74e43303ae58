import type { LogicalJoin, LogicalNode, WindowJoinSpec, WindowSpec } from '../../plan/logical.ts';
import { literal, type Rex } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { conjuncts } from '../../plan/rex-tools.ts';
import { BOOLEAN, isTimeAttribute, notNull, sameType } from '../../types/logical-type.ts';

interface WindowColumns {
  readonly window: WindowSpec;
  /** Columns that hold the start of the window: a join of windows has that of each side. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** The window whose both bounds a node puts out (FlinkRelMdWindowProperties). */
export function windowOf(node: LogicalNode): WindowColumns | null {
  switch (node.kind) {
    case 'WindowTable': {
      const width = node.input.fields.length;
      return { window: node.window, starts: [width], ends: [width + 1] };
    }
    case 'Calc':
    case 'Aggregate': {
      const below = windowOf(node.input);
      if (!below) return null;
      const columns =
        node.kind === 'Calc' ? node.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1)) : node.groups;
      const places = (of: readonly number[]): number[] =>
        columns.flatMap((column, i) => (of.includes(column) ? [i] : []));
      const [starts, ends] = [places(below.starts), places(below.ends)];
      // The sessions of a partition are told apart by its columns only while they are there.
      const partition =
        below.window.kind === 'SESSION' ? below.window.partition.map((i) => columns.indexOf(i)) : [];
      if (starts.length === 0 || ends.length === 0 || partition.includes(-1)) return null;
      return { window: { ...below.window, partition }, starts, ends };
    }
    case 'Expand': {
      const below = windowOf(node.input);
      const isPassedOn = (i: number): boolean =>
        node.projects.every((exprs) => exprs[i]?.kind === 'InputRef' && exprs[i].index === i);
      const isWhole = below?.window.partition.every(isPassedOn);
      return below && isWhole
        ? { ...below, starts: below.starts.filter(isPassedOn), ends: below.ends.filter(isPassedOn) }
        : null;
    }
    case 'Correlate':
      // The elements of a collection stand behind the row's own columns.
      return windowOf(node.input);
    case 'Rank': {
      const below = windowOf(node.input);
      const isWithin = (columns: readonly number[]): boolean =>
        columns.some((c) => node.partition.includes(c));
      return below && isWithin(below.starts) && isWithin(below.ends) ? below : null;
    }
    case 'Union': {
      const below = node.inputs.map(windowOf);
      const first = below[0];
      if (!first || !below.every((b) => b && isSameWindow(first.window, b.window))) return null;
      const inAll = (of: (b: WindowColumns) => readonly number[]): number[] =>
        of(first).filter((c) => below.every((b) => of(b!).includes(c)));
      const [starts, ends] = [inAll((b) => b.starts), inAll((b) => b.ends)];
      return starts.length > 0 && ends.length > 0 ? { window: first.window, starts, ends } : null;
    }
    case 'Join': {
      const spec = windowJoinOf(node);
      if (!spec) return null;
      const width = node.inputs[0].fields.length;
      const isThere = (column: number): boolean => column < node.fields.length;
      return {
        window: spec.window,
        starts: [spec.leftStart, width + spec.rightStart].filter(isThere),
        ends: [spec.leftEnd, width + spec.rightEnd].filter(isThere),
      };
    }
    default:
      return null;
  }
}

const isSameWindow = (a: WindowSpec, b: WindowSpec): boolean =>
  a.kind === b.kind &&
  a.sizeMs === b.sizeMs &&
  a.slideMs === b.slideMs &&
  a.offsetMs === b.offsetMs &&
  a.partition.join() === b.partition.join() &&
  sameType(a.timeType, b.timeType);

/** Whether a join brings together rows of the same window: both bounds equal, of the same kind of window. Null for any other join. */
export function windowJoinOf(join: LogicalJoin): WindowJoinSpec | null {
  const [left, right] = [windowOf(join.inputs[0]), windowOf(join.inputs[1])];
  if (!left || !right) return null;
  const [a, b] = [left.window, right.window];
  if (!isSameWindow(a, b) || !isTimeAttribute(a.timeType)) return null;
  const width = join.inputs[0].fields.length;
  const isEqual = (rex: Rex, l: number, r: number): boolean => {
    if (rex.kind !== 'Call' || (rex.operator !== '=' && rex.operator !== 'IS NOT DISTINCT FROM'))
      return false;
    const columns = rex.operands.map((o) => (o.kind === 'InputRef' ? o.index : -1));
    return columns.includes(l) && columns.includes(width + r);
  };
  const parts = conjuncts(join.condition);
  const equalOf = (ls: readonly number[], rs: readonly number[]): readonly [number, number] =>
    ls
      .flatMap((l) => rs.map((r) => [l, r] as const))
      .find(([l, r]) => parts.some((p) => isEqual(p, l, r))) ?? [ls[0]!, rs[0]!];
  const [leftStart, rightStart] = equalOf(left.starts, right.starts);
  const [leftEnd, rightEnd] = equalOf(left.ends, right.ends);
  const starts = parts.filter((p) => isEqual(p, leftStart, rightStart));
  const ends = parts.filter((p) => isEqual(p, leftEnd, rightEnd));
  if (starts.length === 0 || ends.length === 0) return null;
  const rest = parts.filter((p) => !starts.includes(p) && !ends.includes(p));
  return {
    window: a,
    leftStart,
    leftEnd,
    rightStart,
    rightEnd,
    rest: rest.length > 0 ? and(rest) : literal(true, notNull(BOOLEAN)),
  };
}
