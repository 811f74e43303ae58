import { Config } from '../catalog/config.ts';
import type { Field, LogicalNode, WindowProperty, WindowSpec } from '../plan/logical.ts';
import type { EmitStrategy, PhysicalAggregate, PhysicalNode, WindowAggregate } from '../plan/physical.ts';
import { type Rex, ref } from '../plan/rex.ts';
import { collectRefs, shiftRefs } from '../plan/rex-tools.ts';
import { BIGINT, isProctime, isRowtime, isTimeAttribute, notNull } from '../types/logical-type.ts';
import { callOver, windowRoles } from './logical-tools.ts';
import { mergePhysicalCalc } from './physical-calc.ts';
import { countOfRows, exchange, physicalCalls } from './physical-tools.ts';
import { notYet, plainError } from './plan-error.ts';

/** What planning one operator needs of the planner: the options, and the plan of an input. */
export interface Planning {
  readonly config: Config;
  readonly node: (node: LogicalNode) => PhysicalNode;
}

/** GROUP BY TUMBLE, HOP or SESSION: the older form, with early and late firing. */
export function planGroupWindow(
  planning: Planning,
  given: Extract<LogicalNode, { kind: 'WindowAggregate' }>,
): PhysicalNode {
  const node = clockWindow(given);
  const input = planning.node(node.input);
  if (!isTimeAttribute(node.window.timeType))
    throw notYet('a window over a column that is no time attribute', null);
  return {
    kind: 'GroupWindowAggregate',
    inputs: [exchange(input, node.groups)],
    fields: node.fields,
    mode: 0,
    groups: node.groups,
    calls: physicalCalls(node.calls),
    window: node.window,
    properties: node.properties,
    emit: emitStrategy(planning, node.window.kind),
    generateUpdateBefore: false,
    inputRetracts: false,
  };
}

function emitStrategy(planning: Planning, kind: WindowSpec['kind']): EmitStrategy | null {
  const early = planning.config.boolean('table.exec.emit.early-fire.enabled', false);
  const late = planning.config.boolean('table.exec.emit.late-fire.enabled', false);
  if (!early && !late) return null;
  if (kind === 'SESSION')
    throw plainError(
      'plan',
      'session-emit',
      'TableException',
      "Session window doesn't support EMIT strategy currently.",
      null,
    );
  const delayMs = (when: 'Early' | 'Late', isOn: boolean): number | null => {
    if (!isOn) return null;
    const ms = planning.config.durationMs(`table.exec.emit.${when.toLowerCase()}-fire.delay`, -1);
    if (ms >= 0) return ms;
    throw plainError(
      'plan',
      'fire-delay',
      'TableException',
      `${when}-fire delay should not be null or negative value when${when === 'Late' ? '' : ' '}enable ${when.toLowerCase()}-fire emit strategy.`,
      null,
    );
  };
  const earlyMs = delayMs('Early', early);
  // Nothing is late but for late firing.
  const latenessMs = late
    ? planning.config.durationMs(
        'table.exec.emit.allow-lateness',
        planning.config.durationMs('table.exec.state.ttl', 0),
      )
    : 0;
  if (late && latenessMs <= 0)
    throw plainError(
      'plan',
      'late-fire',
      'TableException',
      "The 'AFTER WATERMARK' emit strategy requires set 'allow-lateness' or 'minIdleStateRetentionTime' in table config.",
      null,
    );
  const lateMs = delayMs('Late', late);
  if (lateMs !== null && latenessMs < lateMs)
    throw plainError(
      'plan',
      'late-fire',
      'TableException',
      `Allow-lateness [${latenessMs}ms] should not be smaller than Late-fire delay [${lateMs}ms] when enable late-fire emit strategy.`,
      null,
    );
  return { earlyMs, lateMs, latenessMs };
}

/** Windows of table functions fire at their end alone: refused once the plan is there. */
export function checkEmitOptions(node: PhysicalNode, config: Config): void {
  const isFired = (when: string): boolean => config.boolean(`table.exec.emit.${when}-fire.enabled`, false);
  const isAggregate = (n: PhysicalNode): boolean =>
    n.kind === 'WindowAggregate' || n.kind === 'GlobalWindowAggregate' || n.inputs.some(isAggregate);
  if ((isFired('early') || isFired('late')) && isAggregate(node))
    throw plainError(
      'plan',
      'emit-with-tvf',
      'TableException',
      "Currently, window table function based aggregate doesn't support early-fire and late-fire configuration 'table.exec.emit.early-fire.enabled' and 'table.exec.emit.late-fire.enabled'.",
      null,
    );
}

/** A window table function as an operator of its own. */
export function planWindowTable(
  planning: Planning,
  node: Extract<LogicalNode, { kind: 'WindowTable' }>,
): PhysicalNode {
  checkWindow(node.window, false);
  const names = node.fields.map((f) => f.name);
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  if (twice.length > 0)
    throw plainError(
      'plan',
      'two-of-a-name',
      'ValidationException',
      `Field names must be unique. Found duplicates: [${twice.join(', ')}]`,
      null,
    );
  const input = planning.node(node.input);
  const keyed = node.window.kind === 'SESSION' ? exchange(input, node.window.partition) : input;
  return {
    kind: 'WindowTableFunction',
    inputs: [keyed],
    fields: node.fields,
    mode: 0,
    window: node.window,
  };
}

/** An aggregate grouped by both bounds of a window table function; null where it is an ordinary one. */
export function planWindowAggregate(
  planning: Planning,
  node: Extract<LogicalNode, { kind: 'Aggregate' }>,
): PhysicalNode | null {
  const roles = windowRoles(node.input);
  const bounds = node.groups.filter((g) => roles.has(g));
  const has = (role: string): boolean => bounds.some((g) => roles.get(g) === role);
  if (!has('start') || !has('end')) return null;
  const expand = node.input.kind === 'Expand' ? node.input : null;
  const path = windowBelow(expand ? expand.input : node.input);
  if (!path && expand) throw notYet('GROUPING SETS over windows made further below', null);
  if (!path) return planAttachedWindowAggregate(planning, node, roles);
  const { table, exprs, condition } = path;
  const width = table.input.fields.length;
  const usesWindow = (rex: Rex): boolean => [...collectRefs(rex)].some((i) => i >= width);
  const computes =
    exprs.some((e) => e.kind !== 'InputRef' && usesWindow(e)) ||
    (condition !== null && usesWindow(condition));
  const isArgument = node.calls.some((c) =>
    c.args.some((a) => (expand ? roles.has(a) : usesWindow(exprs[a]!))),
  );
  if (computes || isArgument) throw notYet('an aggregate that computes with its window bounds', null);
  checkWindow(table.window, true);
  // The aggregate's input without window columns, and the time attribute at its end unless it is there already.
  const kept = exprs.map((e, i) => ({ e, i })).filter(({ i }) => !roles.has(i));
  const timeRef = ref(table.window.time, table.input.fields[table.window.time]!.type);
  const present = kept.findIndex(
    ({ e }) => e.kind === 'InputRef' && e.index === table.window.time && isTimeAttribute(e.type),
  );
  const newExprs = kept.map(({ e }) => e);
  const newFields: Field[] = kept.map(({ e, i }) => ({ name: node.input.fields[i]!.name, type: e.type }));
  let time = present;
  if (present < 0) {
    time = newExprs.length;
    newExprs.push(timeRef);
    newFields.push({
      name: freshName(table.input.fields[table.window.time]!.name, newFields),
      type: timeRef.type,
    });
  }
  const isIdentity =
    condition === null &&
    newExprs.length === table.input.fields.length &&
    newExprs.every((e, i) => e.kind === 'InputRef' && e.index === i);
  const source = planning.node(table.input);
  const input: PhysicalNode = isIdentity
    ? source
    : mergePhysicalCalc({
        kind: 'Calc',
        inputs: [source],
        fields: newFields,
        mode: 0,
        exprs: newExprs,
        condition,
      });
  const position = (old: number): number => kept.findIndex(({ i }) => i === old);
  if (expand) {
    if (table.window.kind === 'SESSION') throw notYet('GROUPING SETS over sessions', null);
    const made = expandedByWindow(expand, input, roles, position, time);
    return planWindowPhases(
      planning,
      node,
      made.node,
      node.groups.filter((g) => !roles.has(g)).map(made.position),
      physicalCalls(node.calls).map((c) => callOver(c, made.position)),
      { ...table.window, time: made.time, partition: [] },
      propertiesOf(roles, node.groups),
      roles,
    );
  }
  // The sessions of a partition are those of a group only if both are cut by the same columns.
  const partitionOf = (g: number): number =>
    exprs[g]!.kind === 'InputRef' ? (exprs[g] as { index: number }).index : -1;
  const grouped = node.groups.filter((g) => !roles.has(g)).map(partitionOf);
  if (
    table.window.kind === 'SESSION' &&
    (grouped.length !== table.window.partition.length ||
      grouped.some((g) => !table.window.partition.includes(g)))
  )
    return null;
  // Once the function is part of the aggregate, Flink's rule takes the one below for its own.
  if (windowBelow(table.input))
    throw plainError(
      'plan',
      'window-of-window',
      'NullPointerException',
      'Cannot invoke "org.apache.flink.table.planner.plan.trait.RelWindowProperties.getWindowColumns()" because the return value of "org.apache.flink.table.planner.plan.metadata.FlinkRelMetadataQuery.getRelWindowProperties(org.apache.calcite.rel.RelNode)" is null',
      null,
    );
  const groups = node.groups.filter((g) => !roles.has(g)).map(position);
  const calls = physicalCalls(node.calls).map((c) => callOver(c, position));
  const properties = propertiesOf(roles, node.groups);
  const spec: WindowSpec = {
    ...table.window,
    time,
    partition: table.window.kind === 'SESSION' ? groups : [],
  };
  const made = planWindowPhases(planning, node, input, groups, calls, spec, properties, roles);
  return made;
}

/** An aggregate over the windows of an aggregate below: the bounds are columns by now. */
function planAttachedWindowAggregate(
  planning: Planning,
  node: Extract<LogicalNode, { kind: 'Aggregate' }>,
  roles: ReadonlyMap<number, string>,
): PhysicalNode | null {
  const window = windowMadeBelow(node.input);
  if (!window || window.kind === 'SESSION') return null;
  const column = (role: string): number => node.groups.find((g) => roles.get(g) === role)!;
  const properties = propertiesOf(roles, node.groups);
  const attached = { start: column('start'), end: column('end') };
  const groups = node.groups.filter((g) => !roles.has(g));
  return planWindowPhases(
    planning,
    node,
    planning.node(node.input),
    groups,
    physicalCalls(node.calls),
    { ...window, time: attached.end, attached },
    properties,
    roles,
  );
}

function planWindowPhases(
  planning: Planning,
  node: Extract<LogicalNode, { kind: 'Aggregate' }>,
  input: PhysicalNode,
  groups: readonly number[],
  calls: readonly PhysicalAggregate[],
  window: WindowSpec,
  properties: readonly WindowProperty[],
  roles: ReadonlyMap<number, string>,
): PhysicalNode {
  const groupFields = groups.map((g) => input.fields[g]!);
  const callFields = calls.map((_, i): Field => {
    const field = node.fields[node.groups.length + i]!;
    const isMadeUp = /^\$f\d+$/.test(field.name);
    return isMadeUp ? { ...field, name: `$f${groups.length + i}` } : field;
  });
  const propertyFields = properties.map((p): Field => {
    const role = p === 'rowtime' ? 'time' : p;
    return {
      name: `window_${role}`,
      type: node.fields[node.groups.findIndex((g) => roles.get(g) === role)]!.type,
    };
  });
  // Slices that leave a hopping window are taken back.
  if (window.kind === 'HOP' && !window.attached && calls.some((c) => c.name === 'SUM' && c.distinct))
    throw plainError(
      'plan',
      'no-retraction',
      'TableException',
      'This function does not support retraction, Please choose SumWithRetractAggFunction.',
      null,
    );
  const fields = [...groupFields, ...callFields, ...propertyFields];
  const isTwoPhase =
    isRowtime(window.timeType) &&
    window.kind !== 'SESSION' &&
    planning.config.string('table.optimizer.agg-phase-strategy', 'AUTO') !== 'ONE_PHASE' &&
    calls.every((c) => MERGEABLE.has(c.name));
  const common = { calls, window, properties, inputRetracts: false, hasHiddenCount: false };
  const made = (node: WindowAggregate): WindowAggregate =>
    window.kind === 'HOP' ? withHiddenCount(node) : node;
  let aggregate: WindowAggregate;
  if (isTwoPhase) {
    const local = made({
      kind: 'LocalWindowAggregate',
      inputs: [input],
      fields: localFields(groupFields, calls, window.attached ? '$window_end' : '$slice_end'),
      mode: 0,
      groups,
      ...common,
    });
    const keys = groups.map((_, i) => i);
    aggregate = made({
      kind: 'GlobalWindowAggregate',
      inputs: [exchange(local, keys)],
      fields,
      mode: 0,
      groups: keys,
      ...common,
    });
  } else {
    aggregate = made({
      kind: 'WindowAggregate',
      inputs: [exchange(input, groups)],
      fields,
      mode: 0,
      groups,
      ...common,
    });
  }
  // The window's bounds stand last here and where they were grouped by in the query.
  let plainGroup = 0;
  const exprs = node.fields.map((f, i): Rex => {
    if (i >= node.groups.length) return ref(groups.length + i - node.groups.length, f.type);
    const role = roles.get(node.groups[i]!);
    if (role === undefined) return ref(plainGroup++, f.type);
    return ref(
      groups.length +
        calls.length +
        properties.indexOf((role === 'time' ? 'rowtime' : role) as WindowProperty),
      f.type,
    );
  });
  if (exprs.every((e, i) => e.kind === 'InputRef' && e.index === i) && exprs.length === fields.length)
    return aggregate;
  return { kind: 'Calc', inputs: [aggregate], fields: node.fields, mode: 0, exprs, condition: null };
}

/** Counts the rows of each window behind the calls, so that windows without rows are not sent, unless a call does so already. */
export function withHiddenCount(node: WindowAggregate): WindowAggregate {
  const counts = node.calls.some((c) => c.name === 'COUNT' && c.args.length === 0 && c.filter < 0);
  if (counts) return node;
  const calls = [...node.calls, countOfRows(node.inputRetracts)];
  const isLocal = node.kind === 'LocalWindowAggregate';
  const count = { name: `agg$${node.calls.length}`, type: notNull(BIGINT) };
  const fields = isLocal ? [...node.fields.slice(0, -1), count, node.fields.at(-1)!] : node.fields;
  return { ...node, calls, fields, hasHiddenCount: true };
}

/** Aggregates that two phases can share the work of. */
const MERGEABLE: ReadonlySet<string> = new Set(['COUNT', 'SUM', '$SUM0', 'AVG', 'MIN', 'MAX', 'LISTAGG']);

function localFields(
  groups: readonly Field[],
  calls: readonly PhysicalAggregate[],
  endName: string,
): Field[] {
  return [
    ...groups,
    ...calls.map((c, i) => ({ name: `agg$${i}`, type: c.type })),
    { name: endName, type: notNull(BIGINT) },
  ];
}

/** A window over the clock reads its input without the column of the clock, which Flink still names by its place behind the table's columns. */
function clockWindow(
  node: Extract<LogicalNode, { kind: 'WindowAggregate' }>,
): Extract<LogicalNode, { kind: 'WindowAggregate' }> {
  const calc = node.input;
  if (!isProctime(node.window.timeType) || calc.kind !== 'Calc' || calc.condition) return node;
  const clock = node.window.time;
  const width = calc.input.fields.length;
  const time = calc.exprs[clock]!;
  if (calc.input.kind !== 'Scan' || time.kind !== 'Call' || time.operator !== 'PROCTIME') return node;
  const at = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  if (at.some((column, i) => column < 0 && i !== clock)) {
    const fields = calc.fields.map((f, i) => (i === clock ? { ...f, name: `$f${width}` } : f));
    return { ...node, input: { ...calc, fields } };
  }
  return {
    ...node,
    input: calc.input,
    groups: node.groups.map((g) => at[g]!),
    calls: node.calls.map((c) => callOver(c, (i) => at[i]!)),
    window: { ...node.window, time: width },
  };
}

/** The window's bounds that an aggregate is grouped by, in the order it puts them out. */
const propertiesOf = (
  roles: ReadonlyMap<number, string>,
  groups: readonly number[],
): readonly WindowProperty[] =>
  (['start', 'end', 'rowtime'] as const).filter((p) =>
    groups.some((g) => roles.get(g) === (p === 'rowtime' ? 'time' : p)),
  );

/** GROUPING SETS over an input without its window's columns: they are left out of every set's projection too, and the time goes behind. */
function expandedByWindow(
  expand: Extract<LogicalNode, { kind: 'Expand' }>,
  input: PhysicalNode,
  roles: ReadonlyMap<number, string>,
  below: (old: number) => number,
  time: number,
): { readonly node: PhysicalNode; readonly position: (old: number) => number; readonly time: number } {
  const kept = expand.fields.map((_, i) => i).filter((i) => !roles.has(i));
  const timeField = input.fields[time]!;
  const node: PhysicalNode = {
    kind: 'Expand',
    inputs: [input],
    mode: 0,
    projects: expand.projects.map((exprs) => [
      ...kept.map((i) => shiftRefs(exprs[i]!, below)),
      ref(time, timeField.type),
    ]),
    fields: [...kept.map((i) => expand.fields[i]!), timeField],
  };
  return { node, position: (old) => kept.indexOf(old), time: kept.length };
}

function freshName(name: string, fields: readonly Field[]): string {
  let fresh = name;
  for (let i = 0; fields.some((f) => f.name === fresh); i++) fresh = `${name}_${i}`;
  return fresh;
}

/** The window table function below, with what Calcs in between make of its columns. */
function windowBelow(node: LogicalNode): {
  table: Extract<LogicalNode, { kind: 'WindowTable' }>;
  exprs: readonly Rex[];
  condition: Rex | null;
} | null {
  if (node.kind === 'WindowTable')
    return { table: node, exprs: node.fields.map((f, i) => ref(i, f.type)), condition: null };
  if (node.kind === 'Calc' && node.input.kind === 'WindowTable')
    return { table: node.input, exprs: node.exprs, condition: node.condition };
  return null;
}

/** The window of the table function that an aggregate below was grouped by. */
function windowMadeBelow(node: LogicalNode): WindowSpec | null {
  if (node.kind === 'WindowTable') return node.window;
  return node.kind === 'Calc' ||
    node.kind === 'Project' ||
    node.kind === 'Filter' ||
    node.kind === 'Aggregate'
    ? windowMadeBelow(node.input)
    : null;
}

function checkWindow(window: WindowSpec, isAggregate: boolean): void {
  const { kind, sizeMs, slideMs, offsetMs } = window;
  const refuse = (message: string, exception = 'ValidationException'): Error =>
    plainError('plan', 'bad-window', exception, message, null);
  if (sizeMs <= 0)
    throw refuse(
      `${kind} table function based aggregate requires ${kind === 'CUMULATE' ? 'maxSize' : 'size'} to be positive, but got ${sizeMs} ms.`,
    );
  if (kind === 'TUMBLE' && Math.abs(offsetMs) >= sizeMs)
    throw refuse(
      `TUMBLE table function parameters must satisfy abs(offset) < size, but got size ${sizeMs} ms and offset ${offsetMs} ms.`,
    );
  if (kind === 'HOP' && isAggregate && sizeMs % slideMs !== 0)
    throw refuse(
      `HOP table function based aggregate requires size must be an integral multiple of slide, but got size ${sizeMs} ms and slide ${slideMs} ms`,
      'TableException',
    );
  if (kind === 'CUMULATE' && sizeMs % slideMs !== 0)
    throw refuse(
      `CUMULATE table function based aggregate requires maxSize must be an integral multiple of step, but got maxSize ${sizeMs} ms and step ${slideMs} ms.`,
    );
}
