import { foldConstant, isFoldable } from '../../compile/fold-constants.ts';
import type { EvaluationContext } from '../../functions/function-definition.ts';
import {
  type AggregateCall,
  type Field,
  type LogicalNode,
  type LogicalProject,
  type OverGroup,
  type SortKey,
} from '../../plan/logical.ts';
import { type Rex, type RexOver, ref } from '../../plan/rex.ts';
import { withoutNeedlessCasts } from '../../plan/rex-build.ts';
import { isDeterministic, mapRex, passesAll, rexKey, substitute } from '../../plan/rex-tools.ts';
import { isProctime } from '../../types/logical-type.ts';
import { constantIn } from './predicates.ts';

export const hasOver = (rex: Rex): boolean =>
  rex.kind === 'Over' || (rex.kind === 'Call' && rex.operands.some(hasOver));

/** A projection that only picks from one with OVER windows is made one with it: windows nobody asks for go. */
export function mergeOverProjects(node: LogicalNode): LogicalNode {
  if (node.kind !== 'Project' || node.exprs.some(hasOver)) return node;
  const below = mergeOverProjects(node.input);
  if (below.kind !== 'Project' || !below.exprs.some(hasOver))
    return below === node.input ? node : { ...node, input: below };
  if (passesAll(node.exprs, below.exprs.length)) return below;
  return { ...node, input: below.input, exprs: node.exprs.map((e) => substitute(e, below.exprs)) };
}

/** A projection with OVER windows right above another is made one with it, unless that would compute something random twice or order by it. */
export function inlineProject(project: LogicalProject): LogicalProject {
  const below = mergeOverProjects(narrowOverProject(project.input));
  if (below.kind !== 'Project') return project;
  if (below.exprs.some(hasOver)) return { ...project, input: below };
  if (!canInline(project, below.exprs)) return project;
  const exprs = project.exprs.map((e) => moveRefs(e, (i) => below.exprs[i]!));
  return inlineProject({ ...project, input: below.input, exprs });
}

/** An expression over what other expressions compute; constants in windows' partitions and orders go. */
export function moveRefs(rex: Rex, to: (index: number) => Rex): Rex {
  const move = (r: Rex): Rex => moveRefs(r, to);
  switch (rex.kind) {
    case 'InputRef':
      return to(rex.index);
    case 'Call':
      return { ...rex, operands: rex.operands.map(move) };
    case 'Over':
      return {
        ...rex,
        operands: rex.operands.map(move),
        partitionBy: rex.partitionBy.map(move).filter((p) => !constantIn(p)),
        orderBy: rex.orderBy.map((s) => ({ ...s, rex: move(s.rex) })).filter((s) => !constantIn(s.rex)),
      };
    default:
      return rex;
  }
}

/** All that an OVER window looks at. */
const readBy = (over: RexOver): readonly Rex[] => [
  ...over.operands,
  ...over.partitionBy,
  ...over.orderBy.map((s) => s.rex),
];

/** Whether neither an expression nor a window in it looks at anything random. */
function isSteady(rex: Rex): boolean {
  if (rex.kind === 'Call') return isDeterministic(rex) && rex.operands.every(isSteady);
  if (rex.kind !== 'Over') return true;
  return readBy(rex).every(isSteady);
}

function refsIn(rex: Rex, into: Set<number>): void {
  if (rex.kind === 'InputRef') into.add(rex.index);
  else if (rex.kind === 'Call') for (const o of rex.operands) refsIn(o, into);
  else if (rex.kind === 'Over') for (const o of readBy(rex)) refsIn(o, into);
}

/** Columns beside OVER windows that neither the filter on them nor the projection above asks for go; constants, which the projection above has a copy of, are there until the windows are split off. */
function narrowOverProject(node: LogicalNode): LogicalNode {
  if (node.kind !== 'Project' || node.input.kind !== 'Filter') return node;
  const filter = node.input;
  const below = filter.input;
  if (below.kind !== 'Project' || !below.exprs.some(hasOver)) return node;
  const used = new Set<number>();
  for (const e of [...node.exprs, filter.condition]) refsIn(e, used);
  const inlined = inlineProject(below).exprs;
  const isConstant = (i: number): boolean => inlined[i]!.kind === 'Literal';
  // The clock, where it is a column beside windows that look at it, keeps the projection below one of its own.
  const inWindows = new Set<number>();
  for (const e of below.exprs) visitOvers(e, (over) => refsIn(over, inWindows));
  const isClock = (i: number): boolean => {
    const e = below.exprs[i]!;
    return isProctime(e.type) && e.kind === 'InputRef' && inWindows.has(e.index);
  };
  const kept = below.exprs.map((_, i) => i).filter((i) => used.has(i) || isConstant(i) || isClock(i));
  // Calcite moves no projection below windows that look at something random.
  if (kept.length === below.exprs.length || !inlined.filter(hasOver).every(isSteady)) return node;
  const to = (i: number): Rex => ref(kept.indexOf(i), below.fields[i]!.type);
  const fields = kept.map((i) => below.fields[i]!);
  const input: LogicalNode = {
    ...filter,
    input: { ...below, exprs: kept.map((i) => below.exprs[i]!), fields },
    condition: moveRefs(filter.condition, to),
    fields,
  };
  return { ...node, input, exprs: node.exprs.map((e) => moveRefs(e, to)) };
}

function canInline(project: LogicalProject, below: readonly Rex[]): boolean {
  const random = new Set(below.flatMap((e, i) => (isDeterministic(e) ? [] : [i])));
  if (random.size === 0) return true;
  const uses = new Map<number, number>();
  let isInWindow = false;
  const visit = (rex: Rex, within: boolean): void => {
    if (rex.kind === 'InputRef' && random.has(rex.index)) {
      uses.set(rex.index, (uses.get(rex.index) ?? 0) + 1);
      isInWindow ||= within && !isProctime(below[rex.index]!.type);
    } else if (rex.kind === 'Call') rex.operands.forEach((o) => visit(o, within));
    else if (rex.kind === 'Over') for (const o of readBy(rex)) visit(o, true);
  };
  project.exprs.forEach((e) => visit(e, false));
  return !isInWindow && [...uses.values()].every((n) => n <= 1);
}

/**
 * Splits a projection with OVER windows in levels, as Calcite's CalcRelSplitter: what is computed before (only if there is anything, literals
 * included), the windows, what is computed from them. Without a computing level on top Calcite forgets the names.
 */
export function splitOver(given: LogicalProject, isStream: boolean, context: EvaluationContext): LogicalNode {
  const reduced = { ...given, exprs: given.exprs.map((e) => mapRex(e, (r) => withLiterals(r, context))) };
  const project = isStream ? reduced : overUsedColumns(reduced);
  const overs: RexOver[] = [];
  const keys: string[] = [];
  for (const rex of project.exprs) {
    visitOvers(rex, (over) => {
      const key = rexKey(over);
      if (!keys.includes(key)) {
        keys.push(key);
        overs.push(over);
      }
    });
  }
  const bottom = bottomLevel(project);
  const at = (rex: Rex): number => bottom.keys.indexOf(rexKey(rex));
  let groups: { key: string; group: OverGroup; calls: AggregateCall[] }[] = [];
  const place = new Map<string, readonly [number, number]>();
  for (const [i, over] of overs.entries()) {
    // A column orders once, the first time it is named (RelCollations.of).
    const order = over.orderBy
      .map((s): SortKey => ({ column: at(s.rex), descending: s.descending, nullsFirst: s.nullsFirst }))
      .filter((s, n, all) => all.findIndex((t) => t.column === s.column) === n);
    const partition = [...new Set(over.partitionBy.map(at))].sort((a, b) => a - b);
    const key = rexKeyOf([partition, order, over.rows, over.lower, over.upper]);
    let g = groups.findIndex((x) => x.key === key);
    if (g < 0) {
      g = groups.length;
      groups.push({
        key,
        calls: [],
        group: { partition, order, rows: over.rows, lower: over.lower, upper: over.upper, calls: [] },
      });
    }
    const constants = over.operands.flatMap((value, n) => (value.kind === 'Literal' ? { at: n, value } : []));
    const calls = groups[g]!.calls;
    place.set(keys[i]!, [g, calls.length]);
    calls.push({
      name: over.aggregate,
      args: over.operands.filter((o) => o.kind !== 'Literal').map(at),
      constants,
      distinct: over.distinct,
      filter: -1,
      ignoreNulls: over.ignoreNulls,
      type: over.type,
      alias: `w${g}$o${calls.length}`,
    });
  }
  const width = bottom.node.fields.length;
  let names = groups.flatMap((g) => g.calls.map((c) => c.alias!));
  if (!isStream) {
    const sorted = inBatchOrder(groups.map(({ group, calls }) => ({ ...group, calls })));
    const places = sorted.from;
    for (const [key, [g, i]] of place) place.set(key, [places.indexOf(g), i]);
    names = sorted.names;
    groups = places.map((g, at) => {
      const { calls, ...group } = sorted.groups[at]!;
      return { key: groups[g]!.key, group: { ...group, calls: [] }, calls: [...calls] };
    });
  }
  const starts: number[] = [];
  groups.reduce((sum, g) => (starts.push(sum), sum + g.calls.length), width);
  const { node: read } = bottom;
  const fields: Field[] = [
    ...read.fields.map((f, i) => (read.kind === 'Correlate' ? { ...f, name: read.called[i]! } : f)),
    ...groups.flatMap((g) => g.calls).map((c, i) => ({ name: names[i]!, type: c.type })),
  ];
  const windows: LogicalNode = {
    kind: 'Over',
    input: bottom.node,
    groups: groups.map(({ group, calls }) => ({ ...group, calls })),
    fields,
  };
  const onTop = (rex: Rex): Rex => {
    if (rex.kind === 'Over') {
      const [g, i] = place.get(rexKey(rex))!;
      return ref(starts[g]! + i, rex.type);
    }
    const below = at(rex);
    if (below >= 0 && (rex.kind === 'InputRef' || rex.kind === 'Call')) return ref(below, rex.type);
    return rex.kind === 'Call' ? { ...rex, operands: rex.operands.map(onTop) } : rex;
  };
  const order = [...programOf(project.exprs).keys()];
  const places = project.exprs.map((e) =>
    e.kind === 'InputRef' ? e.index : project.input.fields.length + order.indexOf(rexKey(e)),
  );
  const isOrdered = places.every((p, i) => i === 0 || p > places[i - 1]!);
  const computes = !isOrdered || project.exprs.some((e) => e.kind === 'Call' && at(e) < 0);
  const shown = project.exprs.map((e, i) => {
    if (computes) return project.fields[i]!.name;
    return e.kind === 'InputRef' ? project.input.fields[e.index]!.name : `$${i}`;
  });
  return {
    kind: 'Project',
    input: windows,
    exprs: project.exprs.map(onTop),
    fields: project.fields.map((f, i) => ({ ...f, name: shown[i]! })),
  };
}

/** What is computed of literals alone is a literal; what is cast to its own type is itself. */
const withLiterals = (rex: Rex, context: EvaluationContext): Rex =>
  rex.kind !== 'Over'
    ? rex
    : {
        ...rex,
        operands: rex.operands.map((o) =>
          isFoldable(o) ? foldConstant(o, context) : withoutNeedlessCasts(o),
        ),
        partitionBy: rex.partitionBy.map(withoutNeedlessCasts),
        orderBy: rex.orderBy.map((key) => ({ ...key, rex: withoutNeedlessCasts(key.rex) })),
      };

/** Batch mode takes a projection below its windows: it keeps the columns that something looks at (ProjectWindowTransposeRule). */
function overUsedColumns(project: LogicalProject): LogicalProject {
  const { input } = project;
  const used = new Set<number>();
  for (const e of project.exprs) refsIn(e, used);
  const kept = [...used].sort((a, b) => a - b);
  if (kept.length === 0 || kept.length === input.fields.length) return project;
  const below: LogicalNode = {
    kind: 'Project',
    input,
    exprs: kept.map((i) => ref(i, input.fields[i]!.type)),
    fields: kept.map((i) => input.fields[i]!),
  };
  const to = (i: number): Rex => ref(kept.indexOf(i), input.fields[i]!.type);
  return { ...project, input: below, exprs: project.exprs.map((e) => moveRefs(e, to)) };
}

/**
 * Batch mode sorts its windows by partition, then order (WindowGroupReorderRule); `from` says where each was. The names of their values are sorted like
 * them, and once more within the operator.
 */
function inBatchOrder(groups: readonly OverGroup[]): {
  readonly groups: OverGroup[];
  readonly from: number[];
  readonly names: string[];
} {
  const maskOf = ({ partition }: OverGroup): bigint =>
    partition.reduce((bits, c) => bits | (1n << BigInt(c)), 0n);
  const compareKeys = (a: OverGroup, b: OverGroup): number => {
    const [x, y] = [maskOf(a), maskOf(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  const compareOrders = ({ order: a }: OverGroup, { order: b }: OverGroup): number => {
    const at = a.findIndex((k, i) => k.column !== b[i]?.column);
    if (at >= 0) return b[at] ? a[at]!.column - b[at].column : 1;
    if (a.length !== b.length) return -1;
    const turned = a.find((k, i) => k.descending !== b[i]!.descending);
    return turned ? (turned.descending ? 1 : -1) : 0;
  };
  const from = groups
    .map((_, i) => i)
    .sort((a, b) => compareKeys(groups[a]!, groups[b]!) || compareOrders(groups[a]!, groups[b]!));
  const starts: number[] = [];
  groups.reduce((sum, g) => (starts.push(sum), sum + g.calls.length), 0);
  const moved = from.flatMap((g) => groups[g]!.calls.map((_, i) => starts[g]! + i));
  const names = groups.flatMap((g) => g.calls.map((c) => c.alias!));
  let at = 0;
  const sorted = from.map((g) => ({
    ...groups[g]!,
    calls: groups[g]!.calls.map((c) => ({ ...c, alias: names[moved[moved[at++]!]!]! })),
  }));
  return { groups: sorted, from, names: moved.map((i) => names[i]!) };
}

interface Bottom {
  readonly node: LogicalNode;
  /** Which expression over the input each of its columns is. */
  readonly keys: readonly string[];
}

function bottomLevel(project: LogicalProject): Bottom {
  const { input } = project;
  const computed: Rex[] = [];
  const used = new Set<number>();
  let hasLiteral = false;
  const need = (rex: Rex): void => {
    if (rex.kind === 'InputRef') used.add(rex.index);
    else if (rex.kind === 'Literal') hasLiteral = true;
    else if (!computed.some((c) => rexKey(c) === rexKey(rex))) {
      computed.push(rex);
      hasLiteral = hasLiteral || containsLiteral(rex);
    }
  };
  const needOver = (over: RexOver): void => {
    over.operands.forEach(need);
    for (const s of over.orderBy) need(s.rex);
    over.partitionBy.forEach(need);
    for (const bound of [over.lower, over.upper]) if (bound.offset) need(bound.offset);
  };
  const walk = (rex: Rex): void => {
    if (rex.kind === 'Over') needOver(rex);
    else if (rex.kind === 'Call' && hasOver(rex)) rex.operands.forEach(walk);
    else need(rex);
  };
  project.exprs.forEach(walk);
  partsFirst(computed, project.exprs);
  const identity = { node: input, keys: input.fields.map((f, i) => rexKey(ref(i, f.type))) };
  if (!hasLiteral && (computed.length === 0 || startsWithWindow(project.exprs))) return identity;
  const refs = [...used].sort((a, b) => a - b);
  if (computed.length === 0 && refs.length === input.fields.length) return identity;
  const exprs: Rex[] = [...refs.map((i) => ref(i, input.fields[i]!.type)), ...computed];
  const fields = exprs.map((e, i) => ({
    name: e.kind === 'InputRef' ? input.fields[e.index]!.name : `$${i}`,
    type: e.type,
  }));
  return { node: { kind: 'Project', input, exprs, fields }, keys: exprs.map(rexKey) };
}

/** Sorts expressions as a RexProgram has them: each behind those that it is made of. */
function partsFirst(computed: Rex[], all: readonly Rex[]): void {
  if (computed.length < 2) return;
  const places = [...programOf(all).keys()];
  computed.sort((a, b) => places.indexOf(rexKey(a)) - places.indexOf(rexKey(b)));
}

/** All expressions and their parts, in the order of a RexProgram. */
function programOf(all: readonly Rex[]): ReadonlyMap<string, Rex> {
  const program = new Map<string, Rex>();
  const visit = (rex: Rex): void => {
    partsOfRex(rex).forEach(visit);
    const key = rexKey(rex);
    if (!program.has(key)) program.set(key, rex);
  };
  all.forEach(visit);
  return program;
}

const partsOfRex = (rex: Rex): readonly Rex[] =>
  rex.kind === 'Call' ? rex.operands : rex.kind === 'Over' ? readBy(rex) : [];

/**
 * Whether the lowest level is one of windows: they only read columns, and the first of them is reached before anything that is computed beside it. Expressions are
 * reached in the order of the last column that they read (CalcRelSplitter.chooseLevels).
 */
function startsWithWindow(exprs: readonly Rex[]): boolean {
  const reached = [...programOf(exprs).values()].filter(
    (rex) =>
      (rex.kind === 'Call' || rex.kind === 'Over') &&
      partsOfRex(rex).every((part) => part.kind === 'InputRef'),
  );
  const windows = new Set<string>();
  for (const e of exprs) visitOvers(e, (over) => windows.add(rexKey(over)));
  const lastRead = (rex: Rex): number =>
    Math.max(-1, ...partsOfRex(rex).map((part) => (part.kind === 'InputRef' ? part.index : -1)));
  reached.sort((a, b) => lastRead(a) - lastRead(b));
  return reached[0]?.kind === 'Over' && reached.filter((rex) => rex.kind === 'Over').length === windows.size;
}

const containsLiteral = (rex: Rex): boolean =>
  rex.kind === 'Literal' || (rex.kind === 'Call' && rex.operands.some(containsLiteral));
const rexKeyOf = (value: unknown): string => rexKey(value as Rex);

function visitOvers(rex: Rex, visit: (over: RexOver) => void): void {
  if (rex.kind === 'Over') visit(rex);
  else if (rex.kind === 'Call') rex.operands.forEach((o) => visitOvers(o, visit));
}
