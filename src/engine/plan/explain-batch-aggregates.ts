import { BIGINT, BOOLEAN, type LogicalType, withNullable } from '../types/logical-type.ts';
import {
  type Attributes,
  ascending,
  type BatchLine,
  fixed,
  gathered,
  namesOf,
  projection,
  sortedFor,
} from './batch-line.ts';
import { partialNames } from './explain-aggregates.ts';
import { distinction } from './explain-ast.ts';
import { attributesOf } from './explain-attributes.ts';
import type { Field } from './logical.ts';
import type { GroupAggregate, GroupWindowAggregate, PhysicalAggregate } from './physical.ts';
import { call, type Rex, ref } from './rex.ts';

/** Aggregates without partial results: their rows must be together first. */
const WHOLE: ReadonlySet<string> = new Set([
  'FIRST_VALUE',
  'LAST_VALUE',
  'JSON_ARRAYAGG_NULL_ON_NULL',
  'JSON_ARRAYAGG_ABSENT_ON_NULL',
]);
/** Aggregates whose partial results are values of a fixed number of columns; those of all others are one object. */
const DECLARATIVE: ReadonlySet<string> = new Set([
  'COUNT',
  'SUM',
  '$SUM0',
  'AVG',
  'MIN',
  'MAX',
  'LISTAGG',
  'SINGLE_VALUE',
]);

const hasFixedSize = ({ root }: LogicalType): boolean =>
  !['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY', 'ARRAY', 'MAP', 'MULTISET', 'ROW', 'VARIANT'].includes(root);

/** Whether the groups of an aggregate can be updated within a hash table: their values never change their size. */
export function isHashed(calls: readonly PhysicalAggregate[], input: readonly Field[]): boolean {
  return calls.every(({ name, args }) => {
    if (!DECLARATIVE.has(name) || name === 'LISTAGG') return false;
    const given = input[args[0] ?? -1]?.type;
    return name === 'COUNT' || !given || hasFixedSize(given);
  });
}

/** An aggregate as Flink plans it: over distinct values in two steps. */
export function batchAggregate({ groups, calls, fields }: GroupAggregate, input: BatchLine): BatchLine {
  const distinct = calls.filter((c) => c.distinct && c.name !== 'APPROX_COUNT_DISTINCT');
  if (distinct.length === 0 || distinct.some((c) => c.filter >= 0))
    return phases(input, groups, calls, fields);
  const lists = new Map(distinct.map((c) => [c.args.join(), c.args]));
  return lists.size === 1 && distinct.length === calls.length
    ? overDistinctRows(input, groups, calls, fields)
    : overExpandedRows(input, groups, calls, fields, [...lists.values()]);
}

const inOrder = (columns: Iterable<number>): number[] => [...new Set(columns)].sort((a, b) => a - b);

/** Aggregates over the distinct values of the same columns alone. */
function overDistinctRows(
  input: BatchLine,
  groups: readonly number[],
  calls: readonly PhysicalAggregate[],
  fields: readonly Field[],
): BatchLine {
  const kept = inOrder([...groups, ...calls[0]!.args]);
  const at = (column: number): number => kept.indexOf(column);
  const rows = phases(
    input,
    kept,
    [],
    kept.map((column) => input.fields[column]!),
  );
  const plainCalls = calls.map((c) => ({ ...c, distinct: false, args: c.args.map(at) }));
  return phases(rows, groups.map(at), plainCalls, fields);
}

/**
 * Aggregates over several sets of distinct values, or beside others: every row once for each set, distinct by what the set has, and each aggregate over
 * the rows of its own (AggregateExpandDistinctAggregatesRule).
 */
function overExpandedRows(
  input: BatchLine,
  groups: readonly number[],
  calls: readonly PhysicalAggregate[],
  fields: readonly Field[],
  lists: readonly (readonly number[])[],
): BatchLine {
  const all = inOrder([...groups, ...lists.flat()]);
  const plainCalls = calls.filter((c) => !c.distinct);
  const sets = [
    ...lists.map((args) => inOrder([...groups, ...args])),
    ...(plainCalls.length > 0 ? [groups] : []),
  ];
  /** A bit for each column that a set lacks, the first the highest. */
  const bitsOf = (set: readonly number[]): number =>
    all.reduce((bits, column) => bits * 2 + (set.includes(column) ? 0 : 1), 0);
  sets.sort((a, b) => bitsOf(a) - bitsOf(b));
  const values = sets.map(bitsOf);
  const names = namesOf(input);
  const bits: Field = { name: names.includes('$e') ? '$e_0' : '$e', type: BIGINT };
  const copied = inOrder(plainCalls.flatMap((c) => c.args).filter((column) => all.includes(column)));
  const copies = copied.map((column) => ({ ...input.fields[column]!, name: `${names[column]}_0` }));
  const expand = names.length;
  const projects = sets.map((set) => {
    const own = names.map((n, i) => (all.includes(i) && !set.includes(i) ? `null AS ${n}` : n));
    const again = copied.map((column) => `${names[column]} AS ${names[column]}_0`);
    return `{${[...own, `${bitsOf(set)} AS ${bits.name}`, ...again].join(', ')}}`;
  });
  const expanded: BatchLine = {
    name: 'Expand',
    attributes: fixed([['projects', projects.join(', ')]]),
    inputs: [input],
    fields: [...input.fields, bits, ...copies],
    spread: null,
  };
  const copyOf = (column: number): number =>
    copied.includes(column) ? expand + 1 + copied.indexOf(column) : column;
  const nameOf = (c: PhysicalAggregate): Field => fields[groups.length + calls.indexOf(c)]!;
  const rows = phases(
    expanded,
    [...all, expand],
    plainCalls.map((c) => ({ ...c, args: c.args.map(copyOf) })),
    [...all.map((column) => input.fields[column]!), bits, ...plainCalls.map(nameOf)],
  );
  // Which set a row is of, from its bits.
  const width = all.length;
  const literal = (value: number): Rex => ({ kind: 'Literal', value, type: BIGINT });
  const setOf = call(
    'CASE',
    values.flatMap((value, i) =>
      i === values.length - 1
        ? [literal(value)]
        : [call('=', [ref(width, bits.type), literal(value)], BOOLEAN), literal(value)],
    ),
    BIGINT,
  );
  const carried = rows.fields.map((_, i) => i).filter((i) => i !== width);
  const flagged = projection(
    [
      ...carried.map((i) => ref(i, rows.fields[i]!.type)),
      ...values.map((value) => call('=', [setOf, literal(value)], BOOLEAN)),
    ],
    null,
    rows,
    [
      ...carried.map((i) => rows.fields[i]!),
      ...values.map((value) => ({ name: `$g_${value}`, type: BOOLEAN })),
    ],
  );
  const flagOf = (set: readonly number[]): number => carried.length + values.indexOf(bitsOf(set));
  const topCalls = calls.map((c) =>
    c.distinct
      ? {
          ...c,
          distinct: false,
          args: c.args.map((column) => all.indexOf(column)),
          filter: flagOf(inOrder([...groups, ...c.args])),
        }
      : { ...c, name: 'MIN', args: [width + plainCalls.indexOf(c)], filter: flagOf(groups) },
  );
  const line = phases(
    flagged,
    groups.map((g) => all.indexOf(g)),
    topCalls,
    fields,
  );
  // The least of a count may be NULL to the planner, which the count is not.
  const computed = fields.map((f, i): Rex => {
    const counted = calls[i - groups.length];
    if (!counted || counted.distinct || f.type.nullable) return ref(i, f.type);
    const given = ref(i, withNullable(f.type, true));
    return groups.length > 0
      ? call('CAST', [given], f.type)
      : call('CASE', [call('IS NOT NULL', [given], BOOLEAN), given, literal(0)], f.type);
  });
  return computed.every((rex) => rex.kind === 'InputRef') ? line : { ...line, computed };
}

/** An aggregate in one phase or two, over a hash table or over sorted rows. */
function phases(
  input: BatchLine,
  groups: readonly number[],
  calls: readonly PhysicalAggregate[],
  fields: readonly Field[],
): BatchLine {
  const keys = groups.map((g) => input.fields[g]!.name);
  const by: Attributes = keys.length > 0 ? [['groupBy', keys.join(', ')]] : [];
  const kind = isHashed(calls, input.fields) ? 'Hash' : 'Sort';
  const isSorted = kind === 'Sort' && groups.length > 0;
  const ownKeys = groups.map((_, i) => i);
  const text = callTexts(input, calls, fields.slice(groups.length));
  const list = (texts: readonly string[]): readonly [string, string] => [
    'select',
    [...keys, ...texts].join(', '),
  ];
  const together = gathered(input, groups);
  // Of the rows of several sets it is cheaper to sort all at once.
  const isExpanded = kind === 'Sort' && input.name === 'Expand';
  if (together === input || isExpanded || calls.some((c) => WHOLE.has(c.name))) {
    return {
      name: `${kind}Aggregate`,
      attributes: fixed([['isMerge', 'false'], ...by, list(text.whole)]),
      inputs: [isSorted ? sortedFor(together, ascending(groups)) : together],
      fields,
      spread: ownSpread(together, groups),
    };
  }
  const local: BatchLine = {
    name: `Local${kind}Aggregate`,
    attributes: fixed([...by, list(text.partial)]),
    inputs: [isSorted ? sortedFor(input, ascending(groups)) : input],
    fields: [...groups.map((g) => input.fields[g]!), ...fields.slice(groups.length)],
    spread: null,
  };
  const merged = gathered(local, ownKeys);
  return {
    name: `${kind}Aggregate`,
    attributes: fixed([['isMerge', 'true'], ...by, list(text.final)]),
    inputs: [isSorted ? sortedFor(merged, ascending(ownKeys)) : merged],
    fields,
    spread: ownKeys,
  };
}

/** The calls of an aggregate as its phases print them. */
function callTexts(
  input: BatchLine,
  calls: readonly PhysicalAggregate[],
  out: readonly Field[],
): { readonly whole: string[]; readonly partial: string[]; readonly final: string[] } {
  const names = namesOf(input);
  const nameOf = ({ name }: PhysicalAggregate): string => (name === 'APPROX_COUNT_DISTINCT' ? 'COUNT' : name);
  const filtered = (c: PhysicalAggregate): string => (c.filter >= 0 ? ` FILTER ${names[c.filter]}` : '');
  const args = (c: PhysicalAggregate): string =>
    `${distinction(c)}${c.args.length === 0 ? '*' : c.args.map((a) => names[a]).join(', ')}`;
  // What keeps an object of its own is called as its result, and takes no number.
  const declarative = calls.filter((c) => DECLARATIVE.has(c.name));
  const shared = partialNames(declarative).names;
  const partial = calls.map((c, i) => shared[declarative.indexOf(c)] ?? out[i]!.name);
  const merged = partial.map((p) => p.replace(/^\((.*)\)$/, '$1'));
  return {
    whole: calls.map((c, i) => `${nameOf(c)}(${args(c)})${filtered(c)} AS ${out[i]!.name}`),
    partial: calls.map((c, i) => `Partial_${nameOf(c)}(${args(c)})${filtered(c)} AS ${partial[i]}`),
    // Flink leaves a filter on the first column in the text of the second phase.
    final: calls.map(
      (c, i) =>
        `Final_${nameOf(c)}(${distinction(c)}${merged[i]})${c.filter === 0 ? filtered(c) : ''} AS ${out[i]!.name}`,
    ),
  };
}

/** A legacy group window in one phase or two; windows that overlap share panes where their lengths have a common part. */
export function batchWindowAggregate(node: GroupWindowAggregate, input: BatchLine): BatchLine {
  const { groups, calls, fields, window, properties } = node;
  const keys = groups.map((g) => input.fields[g]!.name);
  const text = callTexts(input, calls, fields.slice(groups.length));
  const overlaps = window.kind === 'HOP' && window.slideMs < window.sizeMs;
  const hasPanes = overlaps && gcd(window.sizeMs, window.slideMs) > 1;
  const isMergeable = calls.every((c) => !WHOLE.has(c.name));
  const attributesWith = (select: readonly string[]): Attributes => [
    ...(keys.length > 0 ? [['groupBy', keys.join(', ')] as const] : []),
    ...attributesOf(node, 'prefix').filter(([key]) => key === 'window'),
    ...(properties.length > 0
      ? [
          [
            'properties',
            properties
              .filter((p) => p !== 'proctime')
              .map((p) => `w$${p}`)
              .join(', '),
          ] as const,
        ]
      : []),
    ['select', [...keys, ...select].join(', ')],
  ];
  const isHash = isHashed(calls, input.fields);
  if (!isMergeable || (overlaps && !hasPanes)) {
    const together = gathered(input, groups);
    const kind = isHash ? 'Hash' : 'Sort';
    return {
      name: `${kind}WindowAggregate`,
      attributes: fixed(attributesWith(text.whole)),
      inputs: [isHash ? together : sortedFor(together, ascending([...groups, window.time]))],
      fields,
      spread: null,
    };
  }
  const kind = isHash ? 'Hash' : 'Sort';
  const local: BatchLine = {
    name: `Local${kind}WindowAggregate`,
    attributes: fixed(attributesWith(text.partial)),
    inputs: [isHash ? input : sortedFor(input, ascending([...groups, window.time]))],
    fields: [
      ...groups.map((g) => input.fields[g]!),
      { name: hasPanes ? 'assignedPane$' : 'assignedWindow$', type: BIGINT },
    ],
    spread: null,
  };
  const ownKeys = groups.map((_, i) => i);
  const merged = gathered(local, ownKeys);
  return {
    name: `${kind}WindowAggregate`,
    attributes: fixed(attributesWith(text.final)),
    inputs: [isHash ? merged : sortedFor(merged, ascending([...ownKeys, groups.length]))],
    fields,
    spread: null,
  };
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const ownSpread = (input: BatchLine, groups: readonly number[]): readonly number[] | null => {
  const spread = input.spread?.map((column) => groups.indexOf(column));
  return spread && !spread.includes(-1) ? spread : null;
};
