import { foldConstant, isFoldable } from '../compile/fold-constants.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import type {
  Field,
  LogicalAggregate,
  LogicalNode,
  LogicalSink,
  LogicalWindowAggregate,
  WindowProperty,
  WindowSpec,
} from '../plan/logical.ts';
import { call, type Rex, ref } from '../plan/rex.ts';
import {
  collectRefs,
  isDeterministic,
  isFalseLiteral,
  isTrueLiteral,
  shiftRefs,
  substitute,
} from '../plan/rex-tools.ts';
import {
  INTEGER,
  isProctime,
  isRowtime,
  isTimeAttribute,
  type LogicalType,
  notNull,
  timestamp,
  timestampLtz,
  withNullable,
} from '../types/logical-type.ts';
import { printType } from '../types/print-type.ts';
import { pullUpConstantGroups } from './aggregate-constants-rule.ts';
import { pushAggregateBelowJoin } from './aggregate-join-rule.ts';
import { removeNeedlessAggregates } from './aggregate-remove-rule.ts';
import { WINDOW_AUXILIARY } from './bind-expression.ts';
import { checkExpression } from './check-expressions.ts';
import { propagateConstants } from './constants-rule.ts';
import { materializeCorrelate, pushFilterIntoCorrelate } from './correlate-rule.ts';
import { expandGroupingSets } from './grouping-sets.ts';
import { materializeJoin, pruneJoin, pushFilterIntoJoin, pushJoinCondition } from './join-rules.ts';
import { logicalKeys } from './logical-keys.ts';
import {
  conjuncts,
  convertOperand,
  dedupeNames,
  filtered,
  isTrivial,
  mapInputs,
  materialized,
  mergeCalc,
  type Pruned,
  regularType,
  windowRoles,
} from './logical-tools.ts';
import { materializeMatch } from './match-rule.ts';
import { hasOver, inlineSelection, mergeOverProjects, splitOver } from './over-rule.ts';
import { plainError } from './plan-error.ts';
import { columnsOfRank, recognizeRanks } from './rank-rule.ts';
import { reduceVariances } from './reduce-variance.ts';
import { and } from './rex-build.ts';
import { distinctUnions } from './set-operations.ts';
import { simplify } from './simplify.ts';
import { simplifyCondition } from './simplify-condition.ts';
import { dropEmpty, transposeSorts } from './sort-rule.ts';
import { pushCalcsIntoUnions } from './union-rule.ts';

/**
 * Rewrites a bound query to the shape Flink's logical phases leave, one phase after another:
 * group windows, Calcs, filters pushed down, columns pruned, time attributes materialised, constants folded.
 */
export function optimize(sink: LogicalSink, context: EvaluationContext, isStream: boolean): LogicalSink {
  let input = distinctUnions(groupWindows(sink.input));
  input = toCalcs(input);
  input = pushFilters(input);
  if (isStream) input = recognizeRanks(input);
  input = removeNeedlessAggregates(input);
  input = pullUpConstantGroups(input);
  input = transposeSorts(input);
  input = expandGroupingSets(input);
  input = reduceVariances(input);
  input = reduceAggregates(input);
  if (isStream) input = pushAggregateBelowJoin(input);
  input = propagateConstants(input);
  input = pushCalcsIntoUnions(input);
  input = prune(
    input,
    input.fields.map((_, i) => i),
  ).node;
  input = materializeTime(input);
  input = foldCalcs(input, context);
  input = dropEmpty(input);
  input = materializeProctime(input);
  return { ...sink, input };
}

// ---------------------------------------------------------------- legacy group windows

const isWindowCall = (rex: Rex): boolean =>
  rex.kind === 'Call' &&
  (rex.operator === '$TUMBLE' || rex.operator === '$HOP' || rex.operator === '$SESSION');

/** An aggregate grouped by TUMBLE, HOP or SESSION becomes a group window aggregate; the calls above it that ask for its bounds become columns. */
function groupWindows(node: LogicalNode): LogicalNode {
  const replaced = groupWindowBelow(node);
  return replaced ?? mapInputs(node, groupWindows);
}

function groupWindowBelow(above: LogicalNode): LogicalNode | null {
  const aggregate = aggregateBelow(above);
  const project = aggregate?.input;
  if (!aggregate || project?.kind !== 'Project') return null;
  const at = aggregate.groups.findIndex((g) => isWindowCall(project.exprs[g]!));
  if (at < 0) return null;
  if (aggregate.groups.filter((g) => isWindowCall(project.exprs[g]!)).length > 1) {
    throw plainError(
      'plan',
      'two-windows',
      'TableException',
      'Only a single window group function may be used in GROUP BY',
      null,
    );
  }
  const windowCall = project.exprs[aggregate.groups[at]!]!;
  if (windowCall.kind !== 'Call') return null;
  const merged = mergedInput(project, windowCall.operands[0]!, aggregate.groups[at]!);
  const window = windowSpecOf(
    windowCall.operator.slice(1) as WindowSpec['kind'],
    windowCall.operands,
    merged.time,
    merged.fields[merged.time]!.type,
  );
  const auxiliaries = new Set<WindowProperty>();
  visitExprs(above, (rex) => {
    const known = rex.kind === 'Call' ? WINDOW_AUXILIARY.get(rex.operator) : undefined;
    if (known) auxiliaries.add(known.property);
  });
  const isRow = isRowtime(window.timeType);
  if (!isRow && auxiliaries.has('rowtime'))
    throw plainError(
      'plan',
      'proctime-rowtime',
      'ValidationException',
      'A proctime window cannot provide a rowtime attribute.',
      null,
    );
  const properties: WindowProperty[] =
    auxiliaries.size === 0
      ? []
      : isRow
        ? ['start', 'end', 'rowtime', 'proctime']
        : ['start', 'end', 'proctime'];
  const groups = aggregate.groups.filter((_, i) => i !== at);
  const propertyFields = properties.map((p) => ({ name: `w$${p}`, type: propertyType(p, window.timeType) }));
  const callFields = aggregate.calls.map((c, i) => ({
    name: c.alias ?? `$f${aggregate.groups.length + i}`,
    type: c.type,
  }));
  // Without the window column the made-up names of aggregates count one less.
  const renumbered = callFields.map((f, i) =>
    aggregate.calls[i]!.alias === null ? { ...f, name: `$f${groups.length + i}` } : f,
  );
  const below = inInputOrder(merged);
  const at2 = (column: number): number => below.at[column]!;
  const node2: LogicalWindowAggregate = {
    kind: 'WindowAggregate',
    input: groupWindows({ ...project, input: merged.input, exprs: below.exprs, fields: below.fields }),
    groups: groups.map(at2),
    calls: aggregate.calls.map((c) => ({
      ...c,
      args: c.args.map(at2),
      filter: c.filter < 0 ? -1 : at2(c.filter),
    })),
    window: { ...window, time: at2(window.time) },
    properties,
    fields: [...groups.map((g) => merged.fields[g]!), ...renumbered, ...propertyFields],
  };
  const width = groups.length + aggregate.calls.length;
  const replace = (rex: Rex): Rex => {
    if (rex.kind !== 'Call') {
      if (rex.kind !== 'InputRef' || rex.index < at) return rex;
      return rex.index === at ? rex : ref(rex.index - 1, rex.type);
    }
    const known = WINDOW_AUXILIARY.get(rex.operator);
    if (known) {
      const property = properties.indexOf(known.property);
      const own = propertyFields[property]!.type;
      const column = ref(width + property, own);
      return own.nullable === rex.type.nullable ? column : call('CAST', [column], rex.type);
    }
    return { ...rex, operands: rex.operands.map(replace) };
  };
  return replaceAbove(above, aggregate, node2, replace);
}

/** The aggregate a projection reads, through a HAVING or not. */
function aggregateBelow(node: LogicalNode): Extract<LogicalNode, { kind: 'Aggregate' }> | null {
  if (node.kind !== 'Project') return null;
  let current: LogicalNode = node.input;
  while (current.kind === 'Filter') current = current.input;
  return current.kind === 'Aggregate' ? current : null;
}

function visitExprs(node: LogicalNode, visit: (rex: Rex) => void): void {
  const deep = (rex: Rex): void => {
    visit(rex);
    if (rex.kind === 'Call') rex.operands.forEach(deep);
  };
  if (node.kind === 'Project') node.exprs.forEach(deep);
  else if (node.kind === 'Filter') deep(node.condition);
  if ((node.kind === 'Project' || node.kind === 'Filter') && node.input.kind !== 'Aggregate')
    visitExprs(node.input, visit);
}

function replaceAbove(
  node: LogicalNode,
  old: LogicalNode,
  fresh: LogicalNode,
  replace: (rex: Rex) => Rex,
): LogicalNode {
  if (node === old) return fresh;
  if (node.kind === 'Project') {
    return { ...node, input: replaceAbove(node.input, old, fresh, replace), exprs: node.exprs.map(replace) };
  }
  if (node.kind === 'Filter') {
    const input = replaceAbove(node.input, old, fresh, replace);
    return { ...node, input, condition: replace(node.condition), fields: input.fields };
  }
  return node;
}

/**
 * The aggregate's input with the time attribute in the place of the window call. Flink rebuilds this projection without names: columns passed on keep
 * theirs, computed ones are called `$f` and their place.
 */
function mergedInput(
  project: Extract<LogicalNode, { kind: 'Project' }>,
  time: Rex,
  windowColumn: number,
): { input: LogicalNode; exprs: Rex[]; fields: Field[]; time: number } {
  const exprs = project.exprs.map((e, i) => (i === windowColumn ? time : e));
  const below = project.input;
  const inlined = below.kind === 'Project' ? exprs.map((e) => substitute(e, below.exprs)) : exprs;
  const source = below.kind === 'Project' ? below.input : below;
  const fields = inlined.map((e, i) => ({
    name: e.kind === 'InputRef' ? source.fields[e.index]!.name : `$f${i}`,
    type: e.type,
  }));
  return { input: source, exprs: inlined, fields: dedupeNames(fields), time: windowColumn };
}

/** A projection that only puts all of its input's columns in another order is none. `at`: where each of its columns is to be read. */
function inInputOrder({
  input,
  exprs,
  fields,
}: {
  readonly input: LogicalNode;
  readonly exprs: Rex[];
  readonly fields: Field[];
}): { readonly exprs: Rex[]; readonly fields: Field[]; readonly at: readonly number[] } {
  const columns = exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const used = [...new Set(columns)].sort((a, b) => a - b);
  if (columns.includes(-1) || used.length < input.fields.length)
    return { exprs, fields, at: exprs.map((_, i) => i) };
  const first = used.map((c) => columns.indexOf(c));
  return {
    exprs: first.map((i) => exprs[i]!),
    fields: first.map((i) => fields[i]!),
    at: columns.map((c) => used.indexOf(c)),
  };
}

function windowSpecOf(
  kind: WindowSpec['kind'],
  operands: readonly Rex[],
  time: number,
  timeType: LogicalType,
): WindowSpec {
  if (!isTimeAttribute(timeType)) {
    throw plainError(
      'plan',
      'window-needs-time',
      'TableException',
      `Window aggregate can only be defined over a time attribute column, but ${printType(withNullable(timeType, true))} encountered.`,
      null,
      'Declare a WATERMARK for the column, or use PROCTIME().',
    );
  }
  const lengths = operands.slice(1).map((o) => {
    if (o.type.root !== 'INTERVAL_DAY' || o.kind !== 'Literal' || typeof o.value !== 'number') {
      throw plainError(
        'plan',
        'window-unit',
        'TableException',
        o.type.root === 'INTERVAL_MONTH'
          ? 'Window aggregate only support SECOND, MINUTE, HOUR, DAY as the time unit. MONTH and YEAR time unit are not supported yet.'
          : 'Only constant window descriptors are supported.',
        null,
      );
    }
    return { ms: o.value, unit: o.type.unit };
  });
  const isHop = kind === 'HOP';
  return {
    kind,
    time,
    timeType,
    partition: [],
    offsetMs: 0,
    sizeMs: (isHop ? lengths[1] : lengths[0])!.ms,
    slideMs: isHop ? lengths[0]!.ms : 0,
    units: lengths.map((l) => l.unit),
  };
}

function propertyType(property: WindowProperty, timeType: LogicalType): LogicalType {
  switch (property) {
    case 'start':
    case 'end':
      return notNull(timestamp(3));
    case 'rowtime':
      return timeType.root === 'TIMESTAMP_LTZ' ? timestampLtz(3, 'ROWTIME') : timestamp(3, 'ROWTIME');
    case 'proctime':
      return notNull(timestampLtz(3, 'PROCTIME'));
  }
}

// ---------------------------------------------------------------- Calcs

/** Projects and Filters become Calcs, neighbouring ones one. */
function toCalcs(given: LogicalNode): LogicalNode {
  const merged = mergeOverProjects(given);
  const node =
    merged.kind === 'Project' && merged.exprs.some(hasOver) ? splitOver(inlineSelection(merged)) : merged;
  const rebuilt = mapInputs(node, toCalcs);
  if (rebuilt.kind === 'Project') {
    return mergeCalc({
      kind: 'Calc',
      input: rebuilt.input,
      exprs: rebuilt.exprs.map(simplify),
      condition: null,
      fields: rebuilt.fields,
    });
  }
  if (rebuilt.kind === 'Filter') {
    const condition = simplifyCondition(rebuilt.condition);
    const exprs = rebuilt.input.fields.map((f, i) => ref(i, f.type));
    return mergeCalc({
      kind: 'Calc',
      input: rebuilt.input,
      exprs,
      condition: isTrueLiteral(condition) ? null : condition,
      fields: rebuilt.fields,
    });
  }
  return rebuilt;
}

// ---------------------------------------------------------------- filters

/** Pushes conditions below aggregates (group columns only) and unions. */
function pushFilters(node: LogicalNode): LogicalNode {
  if (node.kind === 'Calc' && node.condition) {
    const below = node.input;
    const parts = conjuncts(node.condition);
    if (below.kind === 'Aggregate' && below.groups.length > 0) {
      const [down, stay] = split(
        parts,
        (c) => isDeterministic(c) && [...collectRefs(c)].every((i) => i < below.groups.length),
      );
      if (down.length > 0) {
        const moved = down.map((c) => shiftRefs(c, (i) => below.groups[i]!));
        const input = filtered(below.input, moved);
        return pushFilters(
          mergeCalc({ ...node, input: { ...below, input }, condition: stay.length > 0 ? and(stay) : null }),
        );
      }
    }
    if (below.kind === 'Join') {
      const pushed = pushFilterIntoJoin(node, below);
      if (pushed) return pushFilters(pushed);
    }
    if (below.kind === 'Correlate') {
      const pushed = pushFilterIntoCorrelate(node, below);
      if (pushed) return pushFilters(pushed);
    }
    if (below.kind === 'Union') {
      const [down, stay] = split(parts, isDeterministic);
      if (down.length > 0) {
        const inputs = below.inputs.map((input) => filtered(input, down));
        return pushFilters(
          mergeCalc({ ...node, input: { ...below, inputs }, condition: stay.length > 0 ? and(stay) : null }),
        );
      }
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

// ---------------------------------------------------------------- AVG

/** Flink's planner splits AVG into a sum and a count where that leaves fewer calls: when COUNT and SUM of the same column are asked for as well. */
function reduceAggregates(node: LogicalNode): LogicalNode {
  const rebuilt = mapInputs(node, reduceAggregates);
  if (rebuilt.kind !== 'Aggregate') return rebuilt;
  const { calls, groups } = rebuilt;
  const sumFor = (avg: (typeof calls)[number]): number =>
    calls.findIndex((c) => c.name === 'SUM' && sameArgs(c, avg));
  const countFor = (avg: (typeof calls)[number]): number =>
    calls.findIndex((c) => c.name === 'COUNT' && sameArgs(c, avg));
  const reducible = calls.filter((c) => c.name === 'AVG' && sumFor(c) >= 0 && countFor(c) >= 0);
  if (reducible.length === 0) return rebuilt;
  const summed = new Set(reducible.map(sumFor));
  const kept = calls.map((c, i) => ({ c, i })).filter(({ c }) => !reducible.includes(c));
  const at = (i: number): number => groups.length + kept.findIndex((k) => k.i === i);
  const newCalls = kept.map(({ c, i }) =>
    summed.has(i) ? { ...c, name: '$SUM0', type: notNull(c.type) } : c,
  );
  const fields = [
    ...rebuilt.fields.slice(0, groups.length),
    ...kept.map(({ i }, k) => ({ name: rebuilt.fields[groups.length + i]!.name, type: newCalls[k]!.type })),
  ];
  const sumOf = (sum: number, count: number): Rex => {
    const type = calls[sum]!.type;
    const isZero = call(
      '=',
      [ref(at(count), calls[count]!.type), { kind: 'Literal', value: 0, type: notNull(INTEGER) }],
      { root: 'BOOLEAN', nullable: false },
    );
    return call(
      'CASE',
      [isZero, { kind: 'Literal', value: null, type: withNullable(type, true) }, ref(at(sum), notNull(type))],
      withNullable(type, true),
    );
  };
  const exprs = rebuilt.fields.map((f, i): Rex => {
    if (i < groups.length) return ref(i, f.type);
    const index = i - groups.length;
    const c = calls[index]!;
    if (reducible.includes(c)) {
      const sum = sumOf(sumFor(c), countFor(c));
      const widened =
        JSON.stringify(withNullable(sum.type, true)) === JSON.stringify(withNullable(c.type, true))
          ? sum
          : call('CAST', [sum], withNullable(c.type, true));
      return call('/', [widened, ref(at(countFor(c)), calls[countFor(c)]!.type)], c.type);
    }
    if (summed.has(index)) {
      const avg = reducible.find((a) => sumFor(a) === index)!;
      return sumOf(index, countFor(avg));
    }
    return ref(at(index), f.type);
  });
  return {
    kind: 'Calc',
    input: { ...rebuilt, calls: newCalls, fields },
    exprs,
    condition: null,
    fields: rebuilt.fields,
  };
}

const sameArgs = (
  a: { args: readonly number[]; filter: number; distinct: boolean },
  b: { args: readonly number[]; filter: number; distinct: boolean },
): boolean =>
  a.args.length === 1 &&
  b.args.length === 1 &&
  a.args[0] === b.args[0] &&
  a.filter === b.filter &&
  !a.distinct &&
  !b.distinct;

// ---------------------------------------------------------------- pruning

/** Drops columns that nobody above asks for, where Flink's rules do: below window functions and unions, and in the computed columns below a watermark. */
function prune(node: LogicalNode, needed: readonly number[]): Pruned {
  const all = node.fields.map((_, i) => i);
  const whole = (n: LogicalNode): Pruned => ({ node: n, at: all });
  switch (node.kind) {
    case 'Scan':
    case 'Values':
    case 'Uncollect':
      return whole(node);
    case 'Calc': {
      const kept = needed;
      const exprs = kept.map((i) => node.exprs[i]!);
      const used = new Set<number>();
      for (const e of exprs) collectRefs(e, used);
      if (node.condition) collectRefs(node.condition, used);
      // Columns are asked for in the order of their first use, if no filter stands between.
      const below = prune(node.input, node.condition ? sortedNumbers(used) : [...used]);
      const move = (rex: Rex): Rex => shiftRefs(rex, (i) => below.at[i]!);
      const calc = mergeCalc({
        kind: 'Calc',
        input: below.node,
        exprs: exprs.map(move),
        condition: node.condition && move(node.condition),
        fields: kept.map((i) => node.fields[i]!),
      });
      return { node: calc, at: all.map((i) => kept.indexOf(i)) };
    }
    case 'WatermarkAssigner': {
      if (node.input.kind !== 'Calc')
        return whole({
          ...node,
          input: prune(
            node.input,
            node.input.fields.map((_, i) => i),
          ).node,
        });
      // Flink does not push a projection through where it asks for processing time.
      const isWhole = needed.some((i) => isProctime(node.fields[i]!.type));
      const kept = isWhole ? all : [...new Set([...needed, node.rowtime, ...collectRefs(node.watermark)])];
      const below = prune(node.input, kept);
      const at = all.map((i) => kept.indexOf(i));
      return {
        node: {
          ...node,
          input: below.node,
          rowtime: at[node.rowtime]!,
          watermark: shiftRefs(node.watermark, (i) => at[i]!),
          fields: kept.map((i) => node.fields[i]!),
        },
        at,
      };
    }
    case 'WindowTable': {
      const width = node.input.fields.length;
      const kept = sortedNumbers(
        new Set([...needed.filter((i) => i < width), node.window.time, ...node.window.partition]),
      );
      const below = select(node.input, kept);
      const at = all.map((i) => (i < width ? kept.indexOf(i) : kept.length + i - width));
      const window = {
        ...node.window,
        time: at[node.window.time]!,
        partition: node.window.partition.map((i) => at[i]!),
      };
      return {
        node: {
          ...node,
          input: below,
          window,
          fields: [...kept.map((i) => node.fields[i]!), ...node.fields.slice(width)],
        },
        at,
      };
    }
    case 'Join':
      return pruneJoin(node, needed, select);
    case 'Union': {
      const kept = needed.length > 0 ? needed : [0];
      return {
        node: {
          ...node,
          inputs: node.inputs.map((input) => select(input, kept)),
          fields: kept.map((i) => node.fields[i]!),
        },
        at: all.map((i) => kept.indexOf(i)),
      };
    }
    case 'Project':
    case 'Filter':
      return whole(node);
    case 'Sort': {
      const below = prune(
        node.input,
        sortedNumbers(new Set([...needed, ...node.order.map((k) => k.column)])),
      );
      const fields = below.node.fields;
      return {
        node: {
          ...node,
          input: below.node,
          order: node.order.map((k) => ({ ...k, column: below.at[k.column]! })),
          fields,
        },
        at: below.at,
      };
    }
    case 'Rank': {
      const width = node.input.fields.length;
      const outputsRank = needed.includes(width);
      const kept = columnsOfRank(node, needed, logicalKeys(node.input));
      // Flink narrows a Top-N's input late: what is computed below stays as it is.
      const whole = prune(
        node.input,
        node.input.fields.map((_, i) => i),
      ).node;
      const input =
        kept.length === width
          ? whole
          : mergeCalc({
              kind: 'Calc',
              input: whole,
              exprs: kept.map((i) => ref(i, whole.fields[i]!.type)),
              condition: null,
              fields: kept.map((i) => whole.fields[i]!),
            });
      const at = all.map((i) => (i < width ? kept.indexOf(i) : outputsRank ? kept.length : -1));
      const move = (i: number): number => at[i]!;
      const range = { ...node.range, endColumn: node.range.endColumn < 0 ? -1 : move(node.range.endColumn) };
      const fields = [...kept.map((i) => node.fields[i]!), ...(outputsRank ? [node.fields[width]!] : [])];
      return {
        node: {
          ...node,
          input,
          range,
          outputsRank,
          fields,
          partition: node.partition.map(move),
          order: node.order.map((k) => ({ ...k, column: move(k.column) })),
        },
        at,
      };
    }
    case 'Aggregate': {
      const input = select(
        node.input,
        node.input.fields.map((_, i) => i),
      );
      const readsNothing =
        node.groups.length === 0 && node.calls.every((c) => c.args.length === 0 && c.filter < 0);
      const pruned = prunedCalls({ ...node, input: readsNothing ? withoutMadeUp(input) : input }, needed);
      return { ...pruned, node: withoutPermutation(pruned.node) };
    }
    case 'WindowAggregate': {
      const input = select(
        node.input,
        node.input.fields.map((_, i) => i),
      );
      return prunedCalls({ ...node, input }, needed);
    }
    case 'Over':
    case 'Expand':
    case 'Match':
    case 'Replicate':
    case 'Correlate':
    case 'Sink':
      return whole({
        ...node,
        input: select(
          node.input,
          node.input.fields.map((_, i) => i),
        ),
      });
  }
}

/** The made-up column that COUNT(*) alone reads goes away; behind a condition all columns of the input take its place. */
function withoutMadeUp(input: LogicalNode): LogicalNode {
  if (input.kind !== 'Calc' || input.exprs.some((e) => e.kind !== 'Literal')) return input;
  if (!input.condition) return input.input;
  const { fields } = input.input;
  return { ...input, exprs: fields.map((f, i) => ref(i, f.type)), fields };
}

/** Drops aggregate calls nobody asks for, late: what was computed for them below stays (PruneAggregateCallRule). */
function prunedCalls<Node extends LogicalAggregate | LogicalWindowAggregate>(
  node: Node,
  needed: readonly number[],
): Pruned<Node> {
  const width = node.groups.length;
  const all = node.fields.map((_, i) => i);
  const isCall = (i: number): boolean => i >= width && i < width + node.calls.length;
  const kept = all.filter((i) => !isCall(i) || needed.includes(i));
  if (kept.length === 0 || kept.length === all.length) return { node, at: all };
  const pruned: Node = {
    ...node,
    calls: node.calls.filter((_, i) => kept.includes(width + i)),
    fields: kept.map((i) => node.fields[i]!),
  };
  return { node: pruned, at: all.map((i) => kept.indexOf(i)) };
}

/** An aggregate over all columns of its input in another order reads them where they are, its groups in the input's order (AggregateProjectMergeRule). */
function withoutPermutation(node: LogicalAggregate): LogicalNode {
  const calc = node.input;
  if (calc.kind !== 'Calc' || calc.condition || isTrivial(calc) || windowRoles(calc).size > 0) return node;
  const at = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const width = calc.input.fields.length;
  if (at.length !== width || new Set(at).size !== width || at.includes(-1)) return node;
  const groups = node.groups.map((g) => at[g]!);
  const sorted = [...groups].sort((a, b) => a - b);
  const calls = node.calls.map((c) => ({
    ...c,
    args: c.args.map((a) => at[a]!),
    filter: c.filter < 0 ? -1 : at[c.filter]!,
  }));
  const fields = [...sorted.map((g) => node.fields[groups.indexOf(g)]!), ...node.fields.slice(groups.length)];
  const made: LogicalNode = { ...node, input: calc.input, groups: sorted, calls, fields };
  if (sorted.every((g, i) => g === groups[i])) return made;
  const exprs = node.fields.map((f, i) => ref(i < groups.length ? sorted.indexOf(groups[i]!) : i, f.type));
  return mergeCalc({ kind: 'Calc', input: made, exprs, condition: null, fields: node.fields });
}

/** Prunes below and puts a Calc on top if the columns are not exactly those asked for. */
function select(input: LogicalNode, columns: readonly number[]): LogicalNode {
  const below = prune(input, columns);
  const exprs = columns.map((i) => ref(below.at[i]!, input.fields[i]!.type));
  return mergeCalc({
    kind: 'Calc',
    input: below.node,
    exprs,
    condition: null,
    fields: columns.map((i) => input.fields[i]!),
  });
}

const sortedNumbers = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);

// ---------------------------------------------------------------- time attributes

/**
 * Materialises time attributes where they stop being one (Flink's RelTimeIndicatorConverter): as arguments of functions, grouping columns and arguments
 * of aggregates. Types above lose their attribute accordingly.
 */
function materializeTime(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, materializeTime);
  switch (n.kind) {
    case 'Calc': {
      const inputs = n.input.fields.map((f, i) => ref(i, f.type));
      const exprs = n.exprs.map((e) => convert(substitute(e, inputs)));
      const condition = n.condition && convertOperand(substitute(n.condition, inputs), false);
      return mergeCalc({
        ...n,
        exprs,
        condition,
        fields: n.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
      });
    }
    case 'WatermarkAssigner':
      return {
        ...n,
        fields: n.fields.map((f, i) => (i === n.rowtime ? f : { ...f, type: n.input.fields[i]!.type })),
      };
    case 'WindowTable': {
      const timeType = n.input.fields[n.window.time]!.type;
      if (!isTimeAttribute(timeType)) {
        throw plainError(
          'plan',
          'window-needs-time',
          'ValidationException',
          `The window function requires the timecol is a time attribute type, but is ${printType(withNullable(timeType, true))}.`,
          null,
          'Declare a WATERMARK for the column; a function or cast on a time attribute loses it.',
        );
      }
      const width = n.input.fields.length;
      const windowTime = withNullable({ ...timeType, precision: 3 }, false);
      return {
        ...n,
        window: { ...n.window, timeType },
        fields: n.fields.map((f, i) =>
          i < width
            ? { ...f, type: n.input.fields[i]!.type }
            : i === width + 2
              ? { ...f, type: windowTime }
              : f,
        ),
      };
    }
    case 'Aggregate':
      return materializeAggregate(n);
    case 'WindowAggregate': {
      const used = new Set([...n.groups, ...n.calls.flatMap((c) => c.args)]);
      return withMaterialized(n, used, (input) => ({
        ...n,
        input,
        fields: n.fields.map((f, i) =>
          i < n.groups.length
            ? { ...f, type: input.fields[n.groups[i]!]!.type }
            : i < n.groups.length + n.calls.length
              ? { ...f, type: regularType(f.type) }
              : f,
        ),
      }));
    }
    case 'Union': {
      const first = n.inputs[0]!.fields;
      const fields = n.fields.map((f, i) => ({
        ...f,
        type: n.inputs.map((x) => x.fields[i]!.type).find(isTimeAttribute) ?? first[i]!.type,
      }));
      const inputs = n.inputs.map((input) => {
        const exprs = input.fields.map(
          (f, i): Rex =>
            isTimeAttribute(fields[i]!.type) && !isTimeAttribute(f.type)
              ? call('CAST', [ref(i, f.type)], withNullable(fields[i]!.type, f.type.nullable))
              : ref(i, f.type),
        );
        return mergeCalc({
          kind: 'Calc',
          input,
          exprs,
          condition: null,
          fields: input.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
        });
      });
      return {
        ...n,
        inputs,
        fields: fields.map((f, i) => ({
          ...f,
          type: withNullable(
            f.type,
            inputs.some((x) => x.fields[i]!.type.nullable),
          ),
        })),
      };
    }
    case 'Sort':
      return { ...n, fields: n.fields.map((f, i) => ({ ...f, type: n.input.fields[i]!.type })) };
    case 'Over':
    case 'Rank':
      return {
        ...n,
        fields: n.fields.map((f, i) =>
          i < n.input.fields.length ? { ...f, type: n.input.fields[i]!.type } : f,
        ),
      };
    case 'Join':
      return materializeJoin(n);
    case 'Correlate':
      return materializeCorrelate(n);
    case 'Match':
      return materializeMatch(n);
    default:
      return n;
  }
}

function materializeAggregate(n: Extract<LogicalNode, { kind: 'Aggregate' }>): LogicalNode {
  const window = windowColumnsOf(n);
  const used = new Set([...n.groups.filter((g) => !window.has(g)), ...n.calls.flatMap((c) => c.args)]);
  return withMaterialized(n, used, (input) => ({
    ...n,
    input,
    fields: n.fields.map((f, i) => ({
      ...f,
      type: i < n.groups.length ? input.fields[n.groups[i]!]!.type : regularType(f.type),
    })),
  }));
}

/** `window_time` stays a time attribute in a grouping that has both bounds of its window. */
function windowColumnsOf(n: Extract<LogicalNode, { kind: 'Aggregate' }>): Set<number> {
  const roles = windowRoles(n.input);
  const found = new Map<string, number>();
  for (const g of n.groups) {
    const role = roles.get(g);
    if (role) found.set(role, g);
  }
  return found.has('start') && found.has('end') ? new Set(found.values()) : new Set();
}

/** Casts the time attributes among `columns` of a node's input; the ones still needed as such (a window's time) get a column of their own. */
function withMaterialized<T extends LogicalNode & { input: LogicalNode }>(
  node: T,
  columns: ReadonlySet<number>,
  rebuild: (input: LogicalNode) => LogicalNode,
): LogicalNode {
  const { input } = node;
  const touched = input.fields.some((f, i) => columns.has(i) && isTimeAttribute(f.type));
  if (!touched) return rebuild(input);
  const exprs = input.fields.map(
    (f, i): Rex =>
      columns.has(i) && isTimeAttribute(f.type) ? materialized(ref(i, f.type)) : ref(i, f.type),
  );
  const calc: LogicalNode = mergeCalc({
    kind: 'Calc',
    input,
    exprs,
    condition: null,
    fields: input.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
  });
  if (node.kind === 'WindowAggregate' && columns.has(node.window.time)) {
    const extra: LogicalNode = mergeCalc({
      kind: 'Calc',
      input,
      exprs: [...exprs, ref(node.window.time, input.fields[node.window.time]!.type)],
      condition: null,
      fields: dedupeNames([
        ...input.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
        input.fields[node.window.time]!,
      ]),
    });
    const rebuilt = rebuild(extra);
    return rebuilt.kind === 'WindowAggregate'
      ? { ...rebuilt, window: { ...rebuilt.window, time: input.fields.length } }
      : rebuilt;
  }
  return rebuild(calc);
}

/** An expression's own result: a plain reference keeps its time attribute, a function's result has none. */
function convert(rex: Rex): Rex {
  if (rex.kind !== 'Call' || rex.operator === 'PROCTIME') return rex;
  if (rex.operator === 'CAST' && isTimeAttribute(rex.type) && isTimeAttribute(rex.operands[0]!.type))
    return rex;
  return convertOperand(rex, true);
}

/** The processing-time attributes of a result are read at its end. */
function materializeProctime(node: LogicalNode): LogicalNode {
  if (!node.fields.some((f) => isProctime(f.type))) return node;
  const exprs = node.fields.map(
    (f, i): Rex => (isProctime(f.type) ? materialized(ref(i, f.type)) : ref(i, f.type)),
  );
  return mergeCalc({
    kind: 'Calc',
    input: node,
    exprs,
    condition: null,
    fields: node.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
  });
}

// ---------------------------------------------------------------- constants

/** Code is generated for what is constant, and for what is left after simplifying: both may be refused. */
function foldChecked(rex: Rex, context: EvaluationContext): Rex {
  checkConstants(rex);
  const simplified = simplify(foldConstant(rex, context));
  checkExpression(simplified);
  return simplified;
}

function checkConstants(rex: Rex): void {
  if (rex.kind !== 'Call') return;
  if (isFoldable(rex)) checkExpression(rex);
  else rex.operands.forEach(checkConstants);
}

function foldCalcs(node: LogicalNode, context: EvaluationContext): LogicalNode {
  const n = mapInputs(node, (input) => foldCalcs(input, context));
  if (n.kind === 'Join') {
    return { ...n, condition: foldChecked(n.condition, context) };
  }
  if (n.kind !== 'Calc') return n;
  const fold = (rex: Rex): Rex => foldChecked(rex, context);
  // A constant that may be NULL by its type keeps that type.
  const exprs = n.exprs.map((e) => {
    const folded = fold(e);
    const isNarrowed =
      e.kind === 'Call' &&
      folded.kind === 'Literal' &&
      folded.value !== null &&
      folded.type.nullable &&
      folded.symbol === undefined;
    return isNarrowed ? call('CAST', [{ ...folded, type: notNull(folded.type) }], folded.type) : folded;
  });
  const condition = n.condition && simplifyCondition(fold(n.condition));
  if (
    condition &&
    (isFalseLiteral(condition) || (condition.kind === 'Literal' && condition.value === null))
  ) {
    return { kind: 'Values', rows: [], fields: n.fields };
  }
  return mergeCalc({ ...n, exprs, condition: condition && isTrueLiteral(condition) ? null : condition });
}
