import { SqlError } from '../../base/diagnostic.ts';
import { plainError } from '../../base/refusal.ts';
import { Config } from '../../catalog/config.ts';
import { isMergeable } from '../../plan/aggregate-methods.ts';
import type { Field, LogicalNode, WindowProperty, WindowSpec } from '../../plan/logical.ts';
import type { Calc, PhysicalAggregate, PhysicalNode, WindowAggregate } from '../../plan/physical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import { collectRefs, passesAll, shiftRefs } from '../../plan/rex-tools.ts';
import { BIGINT, isRowtime, isTimeAttribute, notNull } from '../../types/logical-type.ts';
import { printPlanType } from '../../types/print-type.ts';
import { windowOf } from '../rules/join-window.ts';
import { callOver, windowRoles } from '../rules/logical-tools.ts';
import { checkWindow } from '../rules/window-lengths.ts';
import { isBatch } from './batch.ts';
import { mergePhysicalCalc } from './calc.ts';
import { countOfRows, exchange, physicalCalls } from './physical-tools.ts';
import { placeOfFilter } from './window-filter.ts';

/** What planning one operator needs of the planner: the options, and the plan of an input. */
export interface Planning {
  readonly config: Config;
  readonly node: (node: LogicalNode) => PhysicalNode;
}

function needDistinctNames(fields: readonly Field[]): void {
  const names = fields.map((f) => f.name);
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  if (twice.length > 0)
    throw plainError(
      'plan',
      'two-of-a-name',
      'ValidationException',
      `Field names must be unique. Found duplicates: [${twice.join(', ')}]`,
      null,
    );
}

/** A window table function as an operator of its own. */
export function planWindowTable(
  planning: Planning,
  node: Extract<LogicalNode, { kind: 'WindowTable' }>,
): PhysicalNode {
  checkWindow(node.window);
  needDistinctNames(node.fields);
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

/** What columns are of a window, also where it comes through a join of windows or their first rows. */
function rolesWithin(node: LogicalNode): ReadonlyMap<number, string> {
  const roles = windowRoles(node);
  const made = roles.size > 0 ? null : windowOf(node);
  if (!made) return roles;
  return new Map([
    ...made.starts.map((c) => [c, 'start'] as const),
    ...made.ends.map((c) => [c, 'end'] as const),
  ]);
}

/** An aggregate grouped by both bounds of a window table function; null where it is an ordinary one, as all are in batch mode. */
export function planWindowAggregate(
  planning: Planning,
  node: Extract<LogicalNode, { kind: 'Aggregate' }>,
): PhysicalNode | null {
  if (isBatch(planning.config)) return null;
  const roles = rolesWithin(node.input);
  const bounds = node.groups.filter((g) => roles.has(g));
  const has = (role: string): boolean => bounds.some((g) => roles.get(g) === role);
  if (!has('start') || !has('end')) return null;
  const expand = node.input.kind === 'Expand' ? node.input : null;
  // Flink makes a window function part of an aggregate only through the Calc between them.
  const path = node.input.kind === 'WindowTable' ? null : windowBelow(expand ? expand.input : node.input);
  if (path && expand && path.table.window.kind === 'SESSION') return null;
  if (!path) return planAttachedWindowAggregate(planning, node, roles);
  const { table, exprs } = path;
  const usesWindow = (rex: Rex): boolean => usesBounds(rex, table);
  const isArgument = node.calls.some((c) =>
    c.args.some((a) => (expand ? roles.has(a) : usesWindow(exprs[a]!))),
  );
  // What computes with the bounds needs them as columns.
  if (computesBounds(path) || isArgument) return planAttachedWindowAggregate(planning, node, roles);
  checkWindow(table.window);
  const { kind, timeType } = table.window;
  const isWhole =
    expand !== null ||
    kind === 'SESSION' ||
    !isRowtime(timeType) ||
    (kind !== 'TUMBLE' && !physicalCalls(node.calls).every(isMergeable));
  const place = isWhole ? 'below' : placeOfFilter(path.table, path.exprs, path.condition);
  if (place === 'above') return planAttachedWindowAggregate(planning, node, roles);
  const { input, time, position } = withoutWindow(
    planning,
    node.input.kind === 'Expand' ? node.input.input : node.input,
    path,
    roles,
    { isApart: place === 'apart' },
  );
  if (expand) {
    const made = expandedByWindow(expand, input, roles, position, time);
    return planWindowPhases(
      planning,
      node,
      made.node,
      node.groups.filter((g) => !roles.has(g)).map(made.position),
      physicalCalls(node.calls).map((c) => callOver(c, made.position)),
      { ...table.window, time: made.time, partition: [] },
      propertiesOf(roles, node.groups, timeType),
      roles,
    );
  }
  const plain = node.groups.filter((g) => !roles.has(g));
  if (table.window.kind === 'SESSION' && !hasSame(plain, columnsThrough(exprs, table.window.partition)))
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
  const groups = plain.map(position);
  const calls = physicalCalls(node.calls).map((c) => callOver(c, position));
  const properties = propertiesOf(roles, node.groups, timeType);
  const spec: WindowSpec = {
    ...table.window,
    time,
    partition: table.window.kind === 'SESSION' ? groups : [],
  };
  return planWindowPhases(planning, node, input, groups, calls, spec, properties, roles);
}

/** GROUPING SETS over the sessions of a window function are made below it, where a row stands for a set already (ExpandWindowTableFunctionTransposeRule). */
export function planExpand(planning: Planning, node: Extract<LogicalNode, { kind: 'Expand' }>): PhysicalNode {
  const { fields } = node;
  const roles = windowRoles(node);
  const bounds = new Set(roles.values());
  const path = windowBelow(node.input);
  const window = path?.table.window;
  const partition = path && window ? columnsThrough(path.exprs, window.partition) : [];
  if (
    !path ||
    window?.kind !== 'SESSION' ||
    computesBounds(path) ||
    !bounds.has('start') ||
    !bounds.has('end') ||
    partition.includes(-1)
  )
    return { kind: 'Expand', inputs: [planning.node(node.input)], fields, mode: 0, projects: node.projects };
  const below = withoutWindow(planning, node.input, path, roles, { isKeyed: true });
  const made = expandedByWindow(node, below.input, roles, below.position, below.time);
  const width = made.node.fields.length;
  const windowed = [...made.node.fields, ...path.table.fields.slice(-3)];
  needDistinctNames(windowed);
  const columns: readonly string[] = ['start', 'end', 'time'];
  const at = fields.map((_, i) => (roles.has(i) ? width + columns.indexOf(roles.get(i)!) : made.position(i)));
  return mergePhysicalCalc({
    kind: 'Calc',
    inputs: [
      {
        kind: 'WindowTableFunction',
        inputs: [made.node],
        fields: windowed,
        mode: 0,
        window: { ...window, time: made.time, partition: partition.map(made.position) },
      },
    ],
    fields,
    mode: 0,
    exprs: fields.map((f, i) => ref(at[i]!, f.type)),
    condition: null,
  });
}

/** An aggregate over the windows of an aggregate below: the bounds are columns by now. */
function planAttachedWindowAggregate(
  planning: Planning,
  node: Extract<LogicalNode, { kind: 'Aggregate' }>,
  roles: ReadonlyMap<number, string>,
): PhysicalNode | null {
  const window = windowOf(node.input)?.window;
  const groups = node.groups.filter((g) => !roles.has(g));
  // The sessions of a partition are those of a group only if both are cut by the same columns; the clock's windows are none where nobody assigns them.
  if (
    !window ||
    !isRowtime(window.timeType) ||
    (window.kind === 'SESSION' && !hasSame(groups, window.partition))
  )
    return null;
  checkPadded(node, roles);
  const column = (role: string): number => node.groups.find((g) => roles.get(g) === role)!;
  const properties = propertiesOf(roles, node.groups, window.timeType);
  const attached = { start: column('start'), end: column('end') };
  return planWindowPhases(
    planning,
    node,
    planning.node(node.input),
    groups,
    physicalCalls(node.calls),
    { ...window, time: attached.end, partition: window.kind === 'SESSION' ? groups : [], attached },
    properties,
    roles,
  );
}

/** A window aggregate puts out both bounds NOT NULL; an outer join below it had made them nullable, and Flink's planner stops at the difference. */
function checkPadded(
  node: Extract<LogicalNode, { kind: 'Aggregate' }>,
  roles: ReadonlyMap<number, string>,
): void {
  const isBound = (i: number): boolean => /^(?:start|end)$/.test(roles.get(node.groups[i] ?? -1) ?? '');
  const padded = node.fields.filter((f, i) => isBound(i) && f.type.nullable);
  if (padded.length === 0) return;
  const record = (fields: readonly Field[]): string =>
    `RecordType(${fields.map((f) => `${printPlanType(f.type)} ${f.name}`).join(', ')}) NOT NULL`;
  const made = node.fields.map((f) => (padded.includes(f) ? { ...f, type: notNull(f.type) } : f));
  const differences = padded.map(
    (f) => `${f.name}: ${printPlanType(notNull(f.type))} -> ${printPlanType(f.type)}\n`,
  );
  throw new SqlError({
    severity: 'error',
    phase: 'plan',
    code: 'padded-window',
    chain: [
      'RuntimeException: Error occurred while applying rule StreamPhysicalWindowAggregateRule(in:LOGICAL,out:STREAM_PHYSICAL)',
      `IllegalArgumentException: Type mismatch:\nrel rowtype: ${record(made)}\nequiv rowtype: ${record(node.fields)}\nDifference:\n${differences.join('')}`,
    ],
    span: null,
  });
}

const hasTwoPhases = (
  { config }: Planning,
  window: WindowSpec,
  calls: readonly PhysicalAggregate[],
): boolean =>
  isRowtime(window.timeType) &&
  window.kind !== 'SESSION' &&
  config.string('table.optimizer.agg-phase-strategy', 'AUTO') !== 'ONE_PHASE' &&
  calls.every(isMergeable);

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
    const isMadeUp = /^\$f\d+(_\d+)?$/.test(field.name);
    return isMadeUp ? { ...field, name: freshName(`$f${groups.length + i}`, groupFields) } : field;
  });
  const propertyFields = properties.map((p): Field => {
    const role = roleOf(p);
    return {
      name: `window_${role}`,
      type: node.fields[node.groups.findIndex((g) => roles.get(g) === role)]!.type,
    };
  });
  const fields = [...groupFields, ...callFields, ...propertyFields];
  // The window's bounds stand last here and where they were grouped by in the query.
  let plainGroup = 0;
  const exprs = node.fields.map((f, i): Rex => {
    if (i >= node.groups.length) return ref(groups.length + i - node.groups.length, f.type);
    const role = roles.get(node.groups[i]!);
    if (role === undefined) return ref(plainGroup++, f.type);
    return ref(groups.length + calls.length + properties.findIndex((p) => roleOf(p) === role), f.type);
  });
  const isInOrder = passesAll(exprs, fields.length);
  const asked = node.fields.map((f) => f.name);
  const readAs = isInOrder
    ? asked
    : [
        ...asked.filter((_, i) => i < node.groups.length && !roles.has(node.groups[i]!)),
        ...fields.slice(groups.length).map((f) => f.name),
      ];
  const isTwoPhase = hasTwoPhases(planning, window, calls);
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
      readAs,
      mode: 0,
      groups: keys,
      ...common,
    });
  } else {
    aggregate = made({
      kind: 'WindowAggregate',
      inputs: [exchange(input, groups)],
      fields,
      readAs,
      mode: 0,
      groups,
      ...common,
    });
  }
  if (isInOrder) return aggregate;
  return { kind: 'Calc', inputs: [aggregate], fields: node.fields, mode: 0, exprs, condition: null };
}

/**
 * What Flink says when it makes the operator of a window aggregate, once the kinds of rows are known: hopping windows are put together from slices, and those
 * that leave are taken back, which not every function can do.
 */
export function windowRefusal(node: PhysicalNode): SqlError | null {
  if (!isWindowAggregate(node) || node.window.kind !== 'HOP') return null;
  const { sizeMs, slideMs } = node.window;
  const refuse = (code: string, message: string): SqlError =>
    plainError('plan', code, 'TableException', message, null);
  if (sizeMs % slideMs !== 0)
    return refuse(
      'bad-window',
      `HOP table function based aggregate requires size must be an integral multiple of slide, but got size ${sizeMs} ms and slide ${slideMs} ms`,
    );
  if (node.kind === 'LocalWindowAggregate' || node.inputRetracts || node.window.attached) return null;
  const stuck = node.calls.find((c) => c.distinct && c.name in UNRETRACTED);
  return stuck ? refuse('no-retraction', UNRETRACTED[stuck.name]!) : null;
}

const isWindowAggregate = (node: PhysicalNode): node is WindowAggregate =>
  node.kind === 'WindowAggregate' ||
  node.kind === 'GlobalWindowAggregate' ||
  node.kind === 'LocalWindowAggregate';

/** What Flink says of functions that take nothing back. */
const UNRETRACTED: { readonly [name: string]: string } = {
  SUM: 'This function does not support retraction, Please choose SumWithRetractAggFunction.',
  LISTAGG: 'This function does not support retraction.',
};

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

/** The window's bounds that an aggregate is grouped by, in the order it puts them out. */
const propertiesOf = (
  roles: ReadonlyMap<number, string>,
  groups: readonly number[],
  timeType: WindowSpec['timeType'],
): readonly WindowProperty[] =>
  (['start', 'end', isRowtime(timeType) ? 'rowtime' : 'proctime'] as const).filter((p) =>
    groups.some((g) => roles.get(g) === roleOf(p)),
  );
const roleOf = (property: WindowProperty): string =>
  property === 'start' || property === 'end' ? property : 'time';

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

interface WindowPath {
  readonly table: Extract<LogicalNode, { kind: 'WindowTable' }>;
  readonly exprs: readonly Rex[];
  readonly condition: Rex | null;
}

/** What stands over a window function, computed below it: without the window's columns, and with the time attribute at its end unless it is there already. */
function withoutWindow(
  planning: Planning,
  node: LogicalNode,
  { table, exprs, condition }: WindowPath,
  roles: ReadonlyMap<number, string>,
  { isKeyed = false, isApart = false }: { readonly isKeyed?: boolean; readonly isApart?: boolean } = {},
): { readonly input: PhysicalNode; readonly time: number; readonly position: (old: number) => number } {
  const kept = exprs.map((e, i) => ({ e, i })).filter(({ i }) => !roles.has(i));
  const timeRef = ref(table.window.time, table.input.fields[table.window.time]!.type);
  const present = kept.findIndex(
    ({ e }) => e.kind === 'InputRef' && e.index === table.window.time && isTimeAttribute(e.type),
  );
  const newExprs = kept.map(({ e }) => e);
  const newFields: Field[] = kept.map(({ e, i }) => ({ name: node.fields[i]!.name, type: e.type }));
  let time = present;
  if (present < 0) {
    time = newExprs.length;
    newExprs.push(timeRef);
    newFields.push({
      name: freshName(table.input.fields[table.window.time]!.name, newFields),
      type: timeRef.type,
    });
  }
  const isIdentity = condition === null && passesAll(newExprs, table.input.fields.length);
  const below = planning.node(table.input);
  // Sessions in a place of their own: what stands below them is sent to its key before it is computed.
  const source = isKeyed && !isIdentity ? exchange(below, table.window.partition) : below;
  const calc: Calc = {
    kind: 'Calc',
    inputs: [source],
    fields: newFields,
    mode: 0,
    exprs: newExprs,
    condition,
  };
  const computed = isApart ? calc : mergePhysicalCalc(calc);
  const input: PhysicalNode = isIdentity ? source : computed;
  return { input, time, position: (old) => kept.findIndex(({ i }) => i === old) };
}

function freshName(name: string, fields: readonly Field[]): string {
  let fresh = name;
  for (let i = 0; fields.some((f) => f.name === fresh); i++) fresh = `${name}_${i}`;
  return fresh;
}

/** The window table function below, with what Calcs in between make of its columns. */
function windowBelow(node: LogicalNode): WindowPath | null {
  if (node.kind === 'WindowTable')
    return { table: node, exprs: node.fields.map((f, i) => ref(i, f.type)), condition: null };
  if (node.kind === 'Calc' && node.input.kind === 'WindowTable')
    return { table: node.input, exprs: node.exprs, condition: node.condition };
  return null;
}

const usesBounds = (rex: Rex, { input }: WindowPath['table']): boolean =>
  [...collectRefs(rex)].some((i) => i >= input.fields.length);
/** Whether what stands between a window function and its reader computes with the window's bounds, or asks for some. */
const computesBounds = ({ table, exprs, condition }: WindowPath): boolean =>
  exprs.some((e) => e.kind !== 'InputRef' && usesBounds(e, table)) ||
  (condition !== null && usesBounds(condition, table));

/** Where the columns of an input stand above a projection; -1 for those that are gone. */
const columnsThrough = (exprs: readonly Rex[], columns: readonly number[]): number[] =>
  columns.map((column) => exprs.findIndex((e) => e.kind === 'InputRef' && e.index === column));

/** Whether two lists without doubles have the same members. */
const hasSame = (some: readonly number[], others: readonly number[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));
