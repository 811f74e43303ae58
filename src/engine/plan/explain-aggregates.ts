import {
  type AggregateCall,
  type OverGroup,
  operandsOf,
  type SplitPhase,
  type WindowSpec,
} from './logical.ts';
import { overRuns } from './over-runs.ts';
import type {
  GroupAggregate,
  IncrementalGroupAggregate,
  LocalGroupAggregate,
  OverAggregate,
  PhysicalAggregate,
  WindowAggregate,
} from './physical.ts';
import { orderText, printRex } from './print-rex.ts';
import type { RexBound } from './rex.ts';

const boundText = ({ offset, type }: RexBound): string =>
  offset && offset.kind === 'Literal' ? `${offset.value} ${type}` : type;

const frameText = ({ rows, lower, upper }: OverGroup): string =>
  ` ${rows ? 'ROWS' : 'RANGE'} BETWEEN ${boundText(lower)} AND ${boundText(upper)}`;

function overCall(call: AggregateCall, names: readonly string[]): string {
  const args = operandsOf<string>(
    call,
    (a) => names[a]!,
    (k) => printRex(k, [], 'prefix'),
  ).join(', ');
  return `${call.name}(${call.distinct ? 'DISTINCT ' : ''}${args === '' ? '*' : args})`;
}

export function overAttributes(
  node: OverAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const { partition, order, calls } = node.group;
  const values = calls.map((c) => `${overCall(c, names)} AS ${c.alias}`);
  return [
    ...(partition.length > 0 ? [['partitionBy', partition.map((p) => names[p]).join(', ')] as const] : []),
    ['orderBy', orderText(order, names)],
    ['window', frameText(node.group)],
    ['select', [...names, ...values].join(', ')],
  ];
}

/** The windows of a batch operator as it numbers them, each with its values. */
export const overGroupTexts = (groups: readonly OverGroup[], names: readonly string[]): string[] =>
  groups.flatMap((group) =>
    overRuns(group.calls).map(
      (run) =>
        `${run.map((call) => `${overCall(call, names)} AS ${call.alias}`).join(', ')}${frameText(group)}`,
    ),
  );

export const delay = (ms: number): string => (ms === 0 ? 'no delay' : `delay ${ms} millisecond`);

export const named = (text: string, name: string): string =>
  text === name ? text : `${text} AS ${name.startsWith('EXPR$') ? name : name}`;
export const groupBy = (
  groups: readonly number[],
  names: readonly string[],
): readonly (readonly [string, string])[] =>
  groups.length > 0 ? [['groupBy', groups.map((g) => names[g]).join(', ')]] : [];

export function aggregateText(call: PhysicalAggregate, names: readonly string[]): string {
  const args = call.args.length === 0 ? '*' : call.args.map((a) => names[a]).join(', ');
  const filter = call.filter >= 0 ? ` FILTER ${names[call.filter]}` : '';
  return `${call.name}${call.needsRetraction ? '_RETRACT' : ''}(${call.distinct ? 'DISTINCT ' : ''}${args})${filter}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86400000],
  ['h', 3600000],
  ['min', 60000],
  ['s', 1000],
  ['ms', 1],
];

/** `10 min`, `1 d`, `90 s`: the largest unit that divides it, as Flink's TimeUtils.formatWithHighestUnit. */
export function durationText(ms: number): string {
  if (ms === 0) return '0 ms';
  const [unit, size] = UNITS.find(([, s]) => ms % s === 0) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}

/** What a window is cut by: a time, or bounds that are there already. */
export const windowSource = ({ attached, time }: WindowSpec, names: readonly string[]): string =>
  attached
    ? `win_start=[${names[attached.start]}], win_end=[${names[attached.end]}]`
    : `time_col=[${names[time]}]`;

export function windowText(window: WindowSpec, source: string, names: readonly string[] = []): string {
  const offset = window.offsetMs === 0 ? [] : [`offset=[${durationText(window.offsetMs)}]`];
  const size = durationText(window.sizeMs);
  const lengths = {
    TUMBLE: [`size=[${size}]`],
    HOP: [`size=[${size}]`, `slide=[${durationText(window.slideMs)}]`],
    CUMULATE: [`max_size=[${size}]`, `step=[${durationText(window.slideMs)}]`],
    SESSION: [`gap=[${size}]`],
  }[window.kind];
  const partition =
    window.kind === 'SESSION' && window.partition.length > 0
      ? [`partition keys=[${window.partition.map((p) => names[p]).join(', ')}]`]
      : [];
  return `${window.kind}(${[source, ...lengths, ...offset, ...partition].join(', ')})`;
}

/** Names of the partial results a local phase sends, as Flink makes them: `count1$0`, `sum$1`, `(sum$1, count$2)`. */
export function partialNames(calls: readonly PhysicalAggregate[]): {
  readonly names: readonly string[];
  readonly distinct: readonly (readonly [number, number])[];
} {
  let next = 0;
  const distinct: [number, number][] = [];
  const names = calls.map((c, i) => {
    if (c.distinct) {
      const same = distinct.find(([first]) => calls[first]!.args[0] === c.args[0]);
      if (!same) distinct.push([i, distinct.length]);
    }
    const base =
      c.name === 'COUNT'
        ? c.args.length === 0
          ? 'count1'
          : 'count'
        : c.name === '$SUM0'
          ? 'sum'
          : c.name.toLowerCase();
    if (c.name === 'AVG' || (c.name === 'SUM' && c.needsRetraction))
      return `(sum$${next++}, count$${next++})`;
    if (c.name === 'SINGLE_VALUE') return `(value$${next++}, count$${next++})`;
    if (c.name === 'LISTAGG' && !c.needsRetraction) return `(accDelimiter$${next++}, concatAcc$${next++})`;
    return `${base}$${next++}`;
  });
  return { names, distinct };
}

export function localAggregateAttributes(
  node: LocalGroupAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const partial = partialNames(node.calls);
  const distinctOf = (c: PhysicalAggregate): number =>
    partial.distinct.find(([first]) => node.calls[first]!.args[0] === c.args[0])?.[1] ?? 0;
  const select = [
    ...node.groups.map((g) => names[g]!),
    ...node.calls.map(
      (c, i) =>
        `${localCall(c, names, distinctOf(c), c.needsRetraction ? '_RETRACT' : '')} AS ${partial.names[i]}`,
    ),
    ...partial.distinct.map(
      ([first, n]) => `DISTINCT(${namesOf(node.calls[first]!, names)}) AS distinct$${n}`,
    ),
  ];
  return [...groupBy(node.groups, names), ...splitPhase(node), ['select', select.join(', ')]];
}

export function globalAggregateAttributes(
  node: GroupAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const below = node.inputs[0]!.inputs[0];
  const partial = partialNames(below?.kind === 'IncrementalGroupAggregate' ? below.calls : node.calls);
  const distinctOf = (c: PhysicalAggregate): number =>
    partial.distinct.find(([first]) => node.calls[first]!.args[0] === c.args[0])?.[1] ?? 0;
  const width = node.groups.length;
  const select = [
    ...node.groups.map((g) => names[g]!),
    ...node.calls.map(
      (c, i) =>
        `${c.name}${c.needsRetraction ? '_RETRACT' : ''}(${c.distinct ? `distinct$${distinctOf(c)} ` : ''}${partial.names[i]}) AS ${node.fields[width + i]!.name}`,
    ),
  ];
  return [...groupBy(node.groups, names), ...splitPhase(node), ['select', select.join(', ')]];
}

/** Which step of an aggregate split in buckets a node is. */
export const splitPhase = ({
  phase,
}: {
  readonly phase?: SplitPhase;
}): readonly (readonly [string, string])[] => (phase ? [['partialFinalType', phase]] : []);

export function incrementalAggregateAttributes(
  node: IncrementalGroupAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const partial = partialNames(node.calls);
  const distinctOf = (c: PhysicalAggregate): number =>
    partial.distinct.find(([first]) => node.calls[first]!.args[0] === c.args[0])?.[1] ?? 0;
  const groupNames = node.finalGroups.map((g) => names[g]!);
  const select = [
    ...groupNames,
    ...node.calls.map(
      (c, i) =>
        `${c.name}${c.needsRetraction ? '_RETRACT' : ''}(${c.distinct ? `distinct$${distinctOf(c)} ` : ''}${partial.names[i]}) AS ${partial.names[i]}`,
    ),
  ];
  return [
    ['partialAggGrouping', node.groups.map((g) => names[g]).join(', ')],
    ['finalAggGrouping', groupNames.join(', ')],
    ['select', select.join(', ')],
  ];
}

export function windowAggregateAttributes(
  node: WindowAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const { groups, window } = node;
  // Where one operator does both phases Flink prints no count, though it has one.
  const isUnsaid = node.hasHiddenCount && node.kind === 'WindowAggregate';
  const calls = isUnsaid ? node.calls.slice(0, -1) : node.calls;
  const partial = partialNames(calls);
  const groupNames = groups.map((g) => names[g]!);
  // With a hidden count Flink's printed names shift by one: known, and the rows are right.
  const outNames = node.fields.slice(groups.length).map((f) => f.name);
  const properties = node.properties
    .map((p, i) => `${p}('w$) AS ${outNames[calls.length + i] ?? ''}`)
    .filter((t) => !t.endsWith(' AS '));
  const distinctOf = (c: PhysicalAggregate): number =>
    partial.distinct.find(([first]) => calls[first]!.args[0] === c.args[0])?.[1] ?? 0;
  const retract = (c: PhysicalAggregate): string => (c.needsRetraction ? '_RETRACT' : '');
  switch (node.kind) {
    case 'LocalWindowAggregate': {
      const select = [
        ...groupNames,
        ...calls.map((c, i) => `${localCall(c, names, distinctOf(c), retract(c))} AS ${partial.names[i]}`),
        ...partial.distinct.map(
          ([first, n]) => `DISTINCT(${namesOf(calls[first]!, names)}) AS distinct$${n}`,
        ),
        `slice_end('w$) AS ${window.attached ? '$window_end' : '$slice_end'}`,
      ];
      return [
        ...groupBy(groups, names),
        ['window', windowText(window, windowSource(window, names))],
        ['select', select.join(', ')],
      ];
    }
    case 'GlobalWindowAggregate': {
      const select = [
        ...groupNames,
        ...calls.map(
          (c, i) =>
            `${c.name}${retract(c)}(${c.distinct ? `distinct$${distinctOf(c)} ` : ''}${partial.names[i]}) AS ${outNames[i]}`,
        ),
        ...properties,
      ];
      return [
        ...groupBy(groups, names),
        ['window', windowText(window, window.attached ? 'win_end=[$window_end]' : 'slice_end=[$slice_end]')],
        ['select', select.join(', ')],
      ];
    }
    case 'WindowAggregate': {
      const select = [
        ...groupNames,
        ...calls.map((c, i) => `${aggregateText(c, names)} AS ${outNames[i]}`),
        ...properties,
      ];
      return [
        ...groupBy(groups, names),
        ['window', windowText(window, windowSource(window, names), names)],
        ['select', select.join(', ')],
      ];
    }
  }
}

const namesOf = (c: PhysicalAggregate, names: readonly string[]): string =>
  c.args.map((arg) => names[arg]!).join(', ');

function localCall(
  c: PhysicalAggregate,
  names: readonly string[],
  distinct: number,
  retract: string,
): string {
  const args = c.args.length === 0 ? '*' : namesOf(c, names);
  const filter = c.filter >= 0 ? ` FILTER ${names[c.filter]}` : '';
  return `${c.name}${retract}(${c.distinct ? `distinct$${distinct} ` : ''}${args})${filter}`;
}
