import type { Config } from '../../catalog/config.ts';
import { aggregateType } from '../../functions/aggregates.ts';
import type { AggregateCall, Field, LogicalAggregate, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { apply } from '../../plan/rex-build.ts';
import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  isRowtime,
  notNull,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import { windowOf } from './join-window.ts';
import { dedupeNames, mapInputs, mergeCalc } from './logical-tools.ts';

/** Aggregates that can be made in two steps, by bucket and then over the buckets. */
const SPLITTABLE: ReadonlySet<string> = new Set([
  'AVG',
  'COUNT',
  'SUM',
  '$SUM0',
  'MIN',
  'MAX',
  'FIRST_VALUE',
  'LAST_VALUE',
  'LISTAGG',
]);
/** Of those, the ones whose work is shared out by their argument, as that of DISTINCT is. */
const BY_ARGUMENT: ReadonlySet<string> = new Set(['MIN', 'MAX', 'FIRST_VALUE', 'LAST_VALUE']);

/** `table.optimizer.distinct-agg.split.enabled`: an aggregate of distinct values works by buckets of them first (SplitAggregateRule). */
export function splitDistinct(node: LogicalNode, config: Config): LogicalNode {
  const isOn = (): boolean => config.boolean('table.optimizer.distinct-agg.split.enabled', false);
  const buckets = Number(config.string('table.optimizer.distinct-agg.split.bucket-num', '1024'));
  const visit = (given: LogicalNode): LogicalNode => {
    const n = mapInputs(given, visit);
    return n.kind === 'Aggregate' && canSplit(n) && isOn() ? split(n, buckets) : n;
  };
  return visit(node);
}

function canSplit({ calls, groups, input }: LogicalAggregate): boolean {
  return (
    calls.some((c) => c.distinct) &&
    calls.every((c) => SPLITTABLE.has(c.name) && c.args.length <= 1) &&
    isOfSteadyWindows(input, groups)
  );
}

/** Whether two aggregates in a row find the same windows, where it is about windows: sessions and those of the clock may differ. */
function isOfSteadyWindows(input: LogicalNode, groups: readonly number[]): boolean {
  const made = windowOf(input);
  const isWindow =
    made !== null && groups.some((g) => made.starts.includes(g)) && groups.some((g) => made.ends.includes(g));
  return !isWindow || (isRowtime(made.window.timeType) && made.window.kind !== 'SESSION');
}

function split(node: LogicalAggregate, buckets: number): LogicalNode {
  const { input, groups } = node;
  const width = input.fields.length;
  const isShared = (c: AggregateCall): boolean => c.distinct || BY_ARGUMENT.has(c.name);
  const isBucketed = (column: number): boolean => !groups.includes(column);
  const shared = [...new Set(node.calls.filter(isShared).flatMap((c) => c.args))]
    .filter(isBucketed)
    .sort((a, b) => a - b);
  const integer = notNull(INTEGER);
  const bucketOf = (column: number): Rex => {
    const type = withNullable(INTEGER, input.fields[column]!.type.nullable);
    const hash = call('HASH_CODE', [ref(column, input.fields[column]!.type)], type);
    return call('MOD', [hash, literal(buckets, integer)], type);
  };
  const hashed: LogicalNode = mergeCalc({
    kind: 'Calc',
    input,
    exprs: [...input.fields.map((f, i) => ref(i, f.type)), ...shared.map(bucketOf)],
    condition: null,
    fields: [
      ...input.fields,
      ...shared.map((column, i) => ({ name: `$f${width + i}`, type: bucketOf(column).type })),
    ],
  });
  // Steps of the aggregate: an average is a sum and a count, and what is asked for twice is computed once.
  const steps: AggregateCall[] = [];
  const stepOf = (c: AggregateCall): number => {
    const same = (other: AggregateCall): boolean =>
      other.name === c.name &&
      other.distinct === c.distinct &&
      other.filter === c.filter &&
      other.args[0] === c.args[0];
    const known = steps.findIndex(same);
    return known >= 0 ? known : steps.push(c) - 1;
  };
  const places = node.calls.map((c): readonly number[] => {
    if (c.name !== 'AVG') return [stepOf(c)];
    const sum = aggregateType('SUM', [input.fields[c.args[0]!]!.type], { hasGroups: true, star: false });
    const type = 'message' in sum ? c.type : sum;
    return [
      steps.push({ ...c, name: '$SUM0', type: notNull(type), alias: null }) - 1,
      steps.push({ ...c, name: 'COUNT', type: notNull(BIGINT), alias: null }) - 1,
    ];
  });
  const expanded =
    shared.length > 1 ? expandBuckets(hashed, width, shared, steps) : { node: hashed, calls: steps };
  const bucketColumns = shared.map((_, i) => width + i);
  const partialGroups = [...groups, ...bucketColumns];
  const named = (fields: readonly Field[], at: number): string => {
    const name = `$f${at}`;
    return fields.some((f) => f.name === name) ? `${name}_0` : name;
  };
  const groupFields = partialGroups.map((g) => expanded.node.fields[g]!);
  const partial: LogicalAggregate = {
    kind: 'Aggregate',
    phase: 'PARTIAL',
    input: expanded.node,
    groups: partialGroups,
    calls: expanded.calls,
    fields: [
      ...groupFields,
      ...steps.map((c, i) => ({ name: named(groupFields, partialGroups.length + i), type: c.type })),
    ],
    ...(node.ttl ? { ttl: node.ttl } : {}),
  };
  const finalFields = steps.map((c, i) => ({ name: `$f${groups.length + i}`, type: c.type }));
  const merged: LogicalAggregate = {
    kind: 'Aggregate',
    phase: 'FINAL',
    input: partial,
    groups: groups.map((_, i) => i),
    calls: steps.map((c, i) => ({
      ...c,
      name: c.name === 'COUNT' ? '$SUM0' : c.name,
      args: [partialGroups.length + i],
      distinct: false,
      filter: -1,
    })),
    fields: [...partial.fields.slice(0, groups.length), ...finalFields],
    ...(node.ttl ? { ttl: node.ttl } : {}),
  };
  if (node.calls.every((c, i) => c.name !== 'AVG' && places[i]![0] === i)) return merged;
  const column = (step: number): Rex => ref(groups.length + step, steps[step]!.type);
  const exprs = node.fields.map((f, i): Rex => {
    if (i < groups.length) return ref(i, f.type);
    const [first, count] = places[i - groups.length]!;
    return count === undefined ? column(first!) : average(column(first!), column(count), f);
  });
  const fields = node.fields.map((f, i) => (i < groups.length ? f : { ...f, name: `$f${i}` }));
  return mergeCalc({ kind: 'Calc', input: merged, exprs, condition: null, fields });
}

function average(sum: Rex, count: Rex, { type }: Field): Rex {
  const isNone = call('=', [count, literal(0, notNull(BIGINT))], notNull(BOOLEAN));
  const quotient = apply('/', [sum, count]);
  const value = call(
    'IF',
    [isNone, literal(null, withNullable(type, true)), quotient],
    withNullable(quotient.type, true),
  );
  const isCast = !sameType(withNullable(quotient.type, true), withNullable(type, true));
  return isCast ? call('CAST', [value], type) : { ...value, type };
}

/** With buckets of several columns a row is sent once for each of them, and once for what needs none; every call takes its own copies. */
function expandBuckets(
  input: LogicalNode,
  width: number,
  shared: readonly number[],
  steps: readonly AggregateCall[],
): { readonly node: LogicalNode; readonly calls: readonly AggregateCall[] } {
  const columnOf = (c: AggregateCall): number =>
    c.distinct || BY_ARGUMENT.has(c.name) ? shared.indexOf(c.args[0]!) : -1;
  // The number of a set has a bit for every column it leaves out, as that of grouping sets.
  const all = 2 ** shared.length - 1;
  const numberOf = (column: number): number => (column < 0 ? all : all - 2 ** (shared.length - 1 - column));
  const sets = [...new Set(steps.map(columnOf))].sort((a, b) => numberOf(a) - numberOf(b));
  const bigint = notNull(BIGINT);
  const nullable = (f: Field): Field => ({ ...f, type: withNullable(f.type, true) });
  const e = input.fields.length;
  const expand: LogicalNode = {
    kind: 'Expand',
    input,
    projects: sets.map((set) => [
      ...input.fields.map(
        (f, i): Rex => (i < width || i - width === set ? ref(i, f.type) : literal(null, nullable(f).type)),
      ),
      literal(numberOf(set), bigint),
    ]),
    fields: [...input.fields.map((f, i) => (i < width ? f : nullable(f))), { name: '$e', type: bigint }],
  };
  const filters: { readonly number: number; readonly filter: number; readonly rex: Rex }[] = [];
  const filterOf = (c: AggregateCall): number => {
    const number = numberOf(columnOf(c));
    const known = filters.findIndex((f) => f.number === number && f.filter === c.filter);
    if (known >= 0) return known;
    const isOwn = call('=', [ref(e, bigint), literal(number, notNull(INTEGER))], notNull(BOOLEAN));
    const own = c.filter < 0 ? null : ref(c.filter, input.fields[c.filter]!.type);
    const rex = own ? call('AND', [isOwn, own], own.type) : isOwn;
    return filters.push({ number, filter: c.filter, rex }) - 1;
  };
  const calls = steps.map((c) => ({ ...c, filter: e + filterOf(c) }));
  const node = mergeCalc({
    kind: 'Calc',
    input: expand,
    exprs: [...expand.fields.slice(0, e).map((f, i) => ref(i, f.type)), ...filters.map((f) => f.rex)],
    condition: null,
    fields: dedupeNames([
      ...expand.fields.slice(0, e),
      ...filters.map(({ number, rex }) => ({ name: `$g_${number}`, type: rex.type })),
    ]),
  });
  return { node, calls };
}
