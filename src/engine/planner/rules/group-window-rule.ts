import { plainError } from '../../base/refusal.ts';
import { WINDOW_AUXILIARY } from '../../functions/function-kinds.ts';
import {
  type Field,
  type LogicalNode,
  type LogicalWindowAggregate,
  type WindowProperty,
  type WindowSpec,
  windowKind,
} from '../../plan/logical.ts';
import { uniquify } from '../../plan/relation-tools.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { collectRefs, mapRex, substitute } from '../../plan/rex-tools.ts';
import {
  isRowtime,
  isTimeAttribute,
  type LogicalType,
  notNull,
  timestamp,
  timestampLtz,
  withNullable,
} from '../../types/logical-type.ts';
import { printValidatorType } from '../../types/print-type.ts';
import { asRowtime } from './batch-windows.ts';
import { nameOf } from './join-rules.ts';
import { callOver, mapInputs, mergeCalc } from './logical-tools.ts';
import { hasOver } from './over-rule.ts';

/** Aggregates with a value for no rows as well. */
const NEVER_NULL = /^(?:COUNT|COLLECT|JSON_)/;

/** A bound of a window while it still is a call: OVER windows are split before Flink makes columns of the bounds. */
const PROPERTY = '$PROPERTY';

/** The bounds of windows become columns. */
export function withWindowColumns(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, withWindowColumns);
  if (n.kind !== 'Calc') return n;
  const exprs = n.exprs.map(asColumn);
  if (exprs.every((e, i) => e === n.exprs[i])) return n;
  return mergeCalc({ ...n, exprs, condition: n.condition && asColumn(n.condition) });
}

const asColumn = (rex: Rex): Rex =>
  mapRex(rex, (r) => (r.kind === 'Call' && r.operator === PROPERTY ? r.operands[0]! : r));

const isWindowCall = (rex: Rex): boolean =>
  rex.kind === 'Call' &&
  (rex.operator === '$TUMBLE' || rex.operator === '$HOP' || rex.operator === '$SESSION');

/** An aggregate grouped by TUMBLE, HOP or SESSION becomes a group window aggregate; the calls above it that ask for its bounds become columns. */
export function groupWindows(node: LogicalNode, isStream: boolean): LogicalNode {
  const replaced = groupWindowBelow(node, isStream);
  return replaced ?? mapInputs(node, (input) => groupWindows(input, isStream));
}

function groupWindowBelow(above: LogicalNode, isStream: boolean): LogicalNode | null {
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
  const given = mergedInput(project, windowCall.operands[0]!, aggregate.groups[at]!);
  const merged = isStream ? given : withRowtime(given);
  const window = windowSpecOf(
    windowKind(windowCall.operator.slice(1))!,
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
  // A window that nothing else is grouped by has results that may be NULL to Flink.
  const calls = aggregate.calls.map((c) =>
    groups.length > 0 || NEVER_NULL.test(c.name) ? c : { ...c, type: withNullable(c.type, true) },
  );
  const callFields = calls.map((c, i) => ({
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
    input: groupWindows(
      { ...project, input: merged.input, exprs: below.exprs, fields: below.fields },
      isStream,
    ),
    groups: groups.map(at2),
    calls: calls.map((c) => callOver(c, at2)),
    window: {
      ...window,
      time: at2(window.time),
      ...(merged.exprs[merged.time]!.kind === 'InputRef'
        ? { timeName: merged.fields[merged.time]!.name }
        : {}),
    },
    properties,
    fields: [...groups.map((g) => merged.fields[g]!), ...renumbered, ...propertyFields],
  };
  const width = groups.length + aggregate.calls.length;
  const replace = (rex: Rex): Rex => {
    if (rex.kind !== 'Call') {
      if (rex.kind !== 'InputRef' || rex.index < at) return rex;
      if (rex.index === at) return rex;
      const call2 = calls[rex.index - aggregate.groups.length];
      const column = ref(rex.index - 1, call2?.type ?? rex.type);
      return call2 && call2.type.nullable !== rex.type.nullable ? call('CAST', [column], rex.type) : column;
    }
    const known = WINDOW_AUXILIARY.get(rex.operator);
    if (known) {
      const property = properties.indexOf(known.property);
      const own = propertyFields[property]!.type;
      const column = call(PROPERTY, [ref(width + property, own)], own);
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
 * The aggregate's input with the time attribute in the place of the window call. Flink rebuilds this projection without names: columns passed on and
 * casts of them keep theirs, computed ones are called `$f` and their place.
 */
function mergedInput(
  project: Extract<LogicalNode, { kind: 'Project' }>,
  time: Rex,
  windowColumn: number,
): { input: LogicalNode; exprs: Rex[]; fields: Field[]; time: number } {
  let inlined: Rex[] = project.exprs.map((e, i) => (i === windowColumn ? time : e));
  let source = project.input;
  while (source.kind === 'Project') {
    const { exprs } = source;
    inlined = inlined.map((e) => substitute(e, exprs));
    source = source.input;
    if (exprs.some(hasOver)) break;
  }
  const names = uniquify(
    inlined.map((e) =>
      e.kind === 'InputRef' && isLiteral(source, e.index) ? null : nameOf(e, source.fields),
    ),
  );
  const fields = inlined.map((e, i) => ({ name: names[i]!, type: e.type }));
  return { input: source, exprs: inlined, fields, time: windowColumn };
}

function withRowtime(given: ReturnType<typeof mergedInput>): ReturnType<typeof mergedInput> {
  const time = asRowtime(given.exprs[given.time]!);
  const { type } = time;
  return {
    ...given,
    exprs: given.exprs.with(given.time, time),
    fields: given.fields.map((f, i) => (i === given.time ? { ...f, type } : f)),
  };
}

/** Whether a column is a constant by a projection below filters. */
const isLiteral = (node: LogicalNode, column: number): boolean =>
  node.kind === 'Filter' && node.input.kind === 'Project'
    ? node.input.exprs[column]!.kind === 'Literal'
    : node.kind === 'Filter' && isLiteral(node.input, column);

/**
 * A projection that only puts columns in another order is none where it reads all that the filters below it leave: all columns of the input, or at least those
 * the filters ask for, which then are called what they are called below (ProjectFilterTransposeRule, AggregateProjectMergeRule). `at`: where each of its columns
 * is to be read.
 */
function inInputOrder({
  input,
  exprs,
  fields,
}: {
  readonly input: LogicalNode;
  readonly exprs: Rex[];
  readonly fields: Field[];
}): { readonly exprs: Rex[]; readonly fields: Field[]; readonly at: readonly number[] } {
  const asGiven = { exprs, fields, at: exprs.map((_, i) => i) };
  const columns = exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const asked = new Set<number>();
  let base = input;
  for (; base.kind === 'Filter'; base = base.input) collectRefs(base.condition, asked);
  const isWhole = base === input && new Set(columns).size === input.fields.length;
  // A join takes filters in, a union projections.
  const readsFilters = base !== input && base.kind !== 'Join' && [...asked].every((c) => columns.includes(c));
  if (base.kind === 'Union' || isComputed(input) || columns.includes(-1) || !(isWhole || readsFilters))
    return asGiven;
  const below = (column: number): { readonly place: number; readonly name: string } => {
    const expr = base !== input && base.kind === 'Project' ? base.exprs[column]! : null;
    return expr?.kind === 'InputRef' && base.kind === 'Project'
      ? { place: expr.index, name: base.input.fields[expr.index]!.name }
      : { place: column, name: input.fields[column]!.name };
  };
  const used = [...new Set(columns)].sort((a, b) => below(a).place - below(b).place);
  if (new Set(used.map((c) => below(c).place)).size < used.length) return asGiven;
  const first = used.map((c) => columns.indexOf(c));
  return {
    exprs: first.map((i) => exprs[i]!),
    fields: used.map((c, k) => ({ name: below(c).name, type: fields[first[k]!]!.type })),
    at: columns.map((c) => used.indexOf(c)),
  };
}

/** Whether filters stand between a projection that is to be made and one that computes something. */
function isComputed(node: LogicalNode): boolean {
  if (node.kind !== 'Filter') return false;
  return node.input.kind === 'Project'
    ? node.input.exprs.some((e) => e.kind !== 'InputRef')
    : isComputed(node.input);
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
      `Window aggregate can only be defined over a time attribute column, but ${printValidatorType(timeType)} encountered.`,
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
  if (kind === 'TUMBLE' && lengths[0]!.ms <= 0)
    throw plainError(
      'plan',
      'bad-window',
      'IllegalArgumentException',
      'TumblingWindowAssigner parameters must satisfy size > 0',
      null,
    );
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
      return timestampLtz(3, 'PROCTIME');
  }
}
