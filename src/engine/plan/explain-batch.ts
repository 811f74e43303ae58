import { BIGINT, BOOLEAN, isRowtime, isTimestamp, type LogicalType, withNullable } from '../types/logical-type.ts';
import { sizeOf } from './batch-size.ts';
import { named, overGroupTexts, partialNames, windowText } from './explain-aggregates.ts';
import { attributesOf } from './explain-attributes.ts';
import type { Field, OverGroup, SortKey } from './logical.ts';
import type {
  BatchOver,
  Calc,
  GroupAggregate,
  GroupWindowAggregate,
  Join,
  PhysicalAggregate,
  PhysicalNode,
  Rank,
  WindowTableFunction,
} from './physical.ts';
import { orderText, printRex, type Style } from './print-rex.ts';
import { call, type Rex, ref } from './rex.ts';
import { rexKey, substitute } from './rex-tools.ts';

type Attributes = readonly (readonly [string, string])[];

/** A node of a plan as batch mode shows it: this engine runs one operator where Flink's batch mode has several. */
export interface BatchLine {
  readonly name: string;
  /** Its name in execution plans, where that is another. */
  readonly executedName?: string;
  readonly attributes: (style: Style) => Attributes;
  readonly inputs: readonly BatchLine[];
  readonly fields: readonly Field[];
  /** Columns by which its rows are spread over tasks; none for a single task, null where nothing is known. */
  readonly spread: readonly number[] | null;
  /** What a projection above has still to make of its columns; absent for just them. */
  readonly computed?: readonly Rex[];
  /** Execution plans show an exchange above it that moves nothing. */
  readonly isForwarded?: true;
}

const namesOf = (line: BatchLine): readonly string[] => line.fields.map((f) => f.name);
const fixed =
  (attributes: Attributes): (() => Attributes) =>
  () =>
    attributes;

/** A plan as Flink's batch planner would draw it. */
function batchLines(node: PhysicalNode): BatchLine {
  switch (node.kind) {
    case 'Collect': {
      const input = batchLines(node.inputs[0]!);
      const isDone = node.order.length === 0 || input.name === 'SortLimit';
      return isDone ? input : sorted(gathered(whole(input), []), node.order);
    }
    case 'Exchange':
      // Operators bring their rows together themselves.
      return batchLines(node.inputs[0]!);
    case 'GroupAggregate':
      return aggregate(node);
    case 'BatchOver':
      return over(node);
    case 'Rank':
    case 'SortLimit':
    case 'Limit':
      return limited(node);
    case 'Join':
      return joined(node);
    case 'Calc':
      return calc(node);
    case 'WindowTableFunction':
      return windowTable(node);
    case 'GroupWindowAggregate':
      return windowAggregate(node);
    case 'Match':
      return plain(node, [gathered(whole(batchLines(node.inputs[0]!)), node.partition)]);
    case 'LookupJoin':
      return plain(node, [whole(batchLines(node.inputs[0]!))]);
    default:
      return plain(
        node,
        node.inputs.map((input) => whole(batchLines(input))),
      );
  }
}

/** A node that is the same in both modes. */
function plain(node: PhysicalNode, inputs: readonly BatchLine[]): BatchLine {
  return {
    name: node.kind === 'ReplicateRows' ? 'Correlate' : node.kind,
    attributes: (style) =>
      node.kind === 'Values' && style !== 'infix'
        ? [
            ...attributesOf(node, style).filter(([key]) => key === 'tuples'),
            ['values', node.fields.map((f) => f.name).join(', ')],
          ]
        : attributesOf(node, style).map(([key, text]) => [key, text.replaceAll(' *ROWTIME*', '')] as const),
    inputs,
    fields: node.fields,
    spread: null,
  };
}

/** A node with the projection that it needs above, if it needs one. */
function whole(line: BatchLine): BatchLine {
  const { computed, ...input } = line;
  return computed ? projection(computed, null, input, line.fields) : line;
}

/** Columns that only stop being a time attribute stay what they are: batch mode has none. */
function timeless(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  const operands = rex.operands.map(timeless);
  const [operand] = operands;
  const isTimeCast =
    rex.operator === 'CAST' && isTimestamp(rex.type) && operand !== undefined && isTimestamp(operand.type);
  const isOfTime = isTimeCast && (isRowtime(rex.type) || isRowtime(operand.type));
  return isOfTime && rex.type.root === operand.type.root ? operand : { ...rex, operands };
}

/** A projection, merged with what its input has still to compute; none where it would change nothing. */
function calc(node: Calc): BatchLine {
  const { computed, ...input } = batchLines(node.inputs[0]!);
  const over = (rex: Rex): Rex => timeless(computed ? substitute(rex, computed) : rex);
  return projection(node.exprs.map(over), node.condition && over(node.condition), input, node.fields);
}

function projection(
  exprs: readonly Rex[],
  condition: Rex | null,
  input: BatchLine,
  fields: readonly Field[],
): BatchLine {
  const isIdentity =
    condition === null &&
    exprs.length === input.fields.length &&
    exprs.every(
      (e, i) => e.kind === 'InputRef' && e.index === i && fields[i]!.name === input.fields[i]!.name,
    );
  if (isIdentity) return input;
  const names = namesOf(input);
  const spread = input.spread?.map((column) =>
    exprs.findIndex((e) => e.kind === 'InputRef' && e.index === column),
  );
  const attributes = (style: Style): Attributes => [
    ['select', exprs.map((e, i) => named(printRex(e, names, style), fields[i]!.name)).join(', ')],
    ...(condition ? [['where', printRex(condition, names, style)] as const] : []),
  ];
  return {
    name: 'Calc',
    attributes,
    inputs: [input],
    fields,
    spread: spread && !spread.includes(-1) ? spread : null,
  };
}

/** A window function over a copy of its time column, which this engine makes to have a time attribute, is shown over the column itself. */
function windowTable(node: WindowTableFunction): BatchLine {
  const input = whole(batchLines(node.inputs[0]!));
  const { window, fields } = node;
  const below = node.inputs[0]!;
  const copy = below.kind === 'Calc' ? below.exprs[window.time] : undefined;
  const own = below.kind === 'Calc' && copy ? below.exprs.findIndex((e) => rexKey(e) === rexKey(timeless(copy))) : -1;
  if (below.kind !== 'Calc' || !copy || below.fields[window.time]!.name !== '$time' || own < 0)
    return plain(node, [input]);
  const kept = fields.filter((_, i) => i !== window.time);
  const bare = calc({
    ...below,
    exprs: below.exprs.filter((_, i) => i !== window.time),
    fields: below.fields.filter((_, i) => i !== window.time),
  });
  const text = windowText(window, `time_col=[${below.fields[own]!.name}]`, namesOf(bare));
  return {
    name: node.kind,
    attributes: fixed([['window', text]]),
    inputs: [bare],
    fields: kept,
    spread: null,
    computed: fields.map((f, i) => ref(i === window.time ? own : i > window.time ? i - 1 : i, f.type)),
  };
}

/** Rows of equal `keys` in one task, by an exchange where they are not there already. */
function gathered(input: BatchLine, keys: readonly number[], isStrict = false): BatchLine {
  const { spread } = input;
  const isThere =
    spread !== null &&
    (spread.length === 0
      ? keys.length === 0
      : isStrict
        ? spread.join() === keys.join()
        : spread.every((column) => keys.includes(column)));
  return isThere ? input : exchange(input, keys.length === 0 ? 'single' : 'hash', keys);
}

function exchange(
  input: BatchLine,
  kind: 'single' | 'hash' | 'broadcast',
  keys: readonly number[],
): BatchLine {
  const names = namesOf(input);
  const text = kind === 'hash' ? `hash[${keys.map((k) => names[k]).join(', ')}]` : kind;
  return {
    name: 'Exchange',
    attributes: fixed([['distribution', text]]),
    inputs: [input],
    fields: input.fields,
    spread: kind === 'broadcast' ? null : keys,
  };
}

function sorted(input: BatchLine, order: readonly SortKey[]): BatchLine {
  return {
    name: 'Sort',
    attributes: fixed([['orderBy', orderText(order, namesOf(input))]]),
    inputs: [input],
    fields: input.fields,
    spread: input.spread,
  };
}

/** Rows sorted for the operator above, which execution plans show to be in the same task. */
function sortedFor(input: BatchLine, order: readonly SortKey[]): BatchLine {
  return { ...sorted(input, order), isForwarded: true };
}

const ascending = (columns: readonly number[]): SortKey[] =>
  columns.map((column) => ({ column, descending: false, nullsFirst: true }));

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
function isHashed(calls: readonly PhysicalAggregate[], input: readonly Field[]): boolean {
  return calls.every(({ name, args }) => {
    if (!DECLARATIVE.has(name) || name === 'LISTAGG') return false;
    const given = input[args[0] ?? -1]?.type;
    return name === 'COUNT' || !given || hasFixedSize(given);
  });
}

/** An aggregate as Flink plans it: over distinct values in two steps. */
function aggregate({ groups, calls, fields, inputs }: GroupAggregate): BatchLine {
  const input = whole(batchLines(inputs[0]!));
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
  const sets = [...lists.map((args) => inOrder([...groups, ...args])), ...(plainCalls.length > 0 ? [groups] : [])];
  /** A bit for each column that a set lacks, the first the highest. */
  const bitsOf = (set: readonly number[]): number =>
    all.reduce((bits, column) => bits * 2 + (set.includes(column) ? 0 : 1), 0);
  const values = inOrder(sets.map(bitsOf));
  const names = namesOf(input);
  const copied = inOrder(plainCalls.flatMap((c) => c.args).filter((column) => all.includes(column)));
  const copies = copied.map((column) => ({ ...input.fields[column]!, name: `${names[column]}_0` }));
  const expand = names.length;
  const projects = sets.map((set) => {
    const own = names.map((n, i) => (all.includes(i) && !set.includes(i) ? `null AS ${n}` : n));
    const again = copied.map((column) => `${names[column]} AS ${names[column]}_0`);
    return `{${[...own, `${bitsOf(set)} AS $e`, ...again].join(', ')}}`;
  });
  const bits: Field = { name: '$e', type: BIGINT };
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
    [...carried.map((i) => rows.fields[i]!), ...values.map((value) => ({ name: `$g_${value}`, type: BOOLEAN }))],
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
  if (together === input || calls.some((c) => WHOLE.has(c.name))) {
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

const wordsOf = ({ name, distinct }: PhysicalAggregate): string =>
  name === 'APPROX_COUNT_DISTINCT' ? 'APPROXIMATE DISTINCT ' : distinct ? 'DISTINCT ' : '';

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
    `${wordsOf(c)}${c.args.length === 0 ? '*' : c.args.map((a) => names[a]).join(', ')}`;
  const shared = partialNames(calls).names;
  const partial = calls.map((c, i) => (DECLARATIVE.has(c.name) ? shared[i]! : out[i]!.name));
  const merged = partial.map((p) => p.replace(/^\((.*)\)$/, '$1'));
  return {
    whole: calls.map((c, i) => `${nameOf(c)}(${args(c)})${filtered(c)} AS ${out[i]!.name}`),
    partial: calls.map((c, i) => `Partial_${nameOf(c)}(${args(c)})${filtered(c)} AS ${partial[i]}`),
    // Flink leaves a filter on the first column in the text of the second phase.
    final: calls.map(
      (c, i) =>
        `Final_${nameOf(c)}(${wordsOf(c)}${merged[i]})${c.filter === 0 ? filtered(c) : ''} AS ${out[i]!.name}`,
    ),
  };
}

/** A legacy group window in one phase or two; windows that overlap share panes where their lengths have a common part. */
function windowAggregate(node: GroupWindowAggregate): BatchLine {
  const { groups, calls, fields, window, properties } = node;
  const input = whole(batchLines(timeOrdered(node.inputs[0]!)));
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

/** What a group window reads: it sorts its rows itself. */
const timeOrdered = (input: PhysicalNode): PhysicalNode =>
  input.kind === 'Collect' || input.kind === 'Exchange' ? timeOrdered(input.inputs[0]!) : input;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const ownSpread = (input: BatchLine, groups: readonly number[]): readonly number[] | null => {
  const spread = input.spread?.map((column) => groups.indexOf(column));
  return spread && !spread.includes(-1) ? spread : null;
};

/** One node for windows that follow each other over equal partitions in equal order. */
function over({ groups, inputs, fields }: BatchOver): BatchLine {
  const orderOf = ({ partition, order }: OverGroup): SortKey[] => [
    ...partition.map(
      (column) => order.find((k) => k.column === column) ?? { column, descending: false, nullsFirst: true },
    ),
    ...order.filter((k) => !partition.includes(k.column)),
  ];
  const isSame = (a: OverGroup, b: OverGroup): boolean => {
    const text = (g: OverGroup): string => JSON.stringify([g.partition, orderOf(g)]);
    return text(a) === text(b);
  };
  const parts: OverGroup[][] = [];
  for (const group of groups) {
    const last = parts.at(-1);
    if (last && isSame(last[0]!, group)) last.push(group);
    else parts.push([group]);
  }
  let line = whole(batchLines(inputs[0]!));
  let width = line.fields.length;
  for (const part of parts) {
    const { partition, order } = part[0]!;
    const together = gathered(line, partition);
    const keys = orderOf(part[0]!);
    const input = keys.length > 0 ? sortedFor(together, keys) : together;
    const names = namesOf(input);
    const calls = part.flatMap((g) => g.calls);
    const own = [
      ...line.fields,
      ...calls.map((c, i): Field => ({ name: c.alias!, type: fields[width + i]!.type })),
    ];
    const windows = overGroupTexts(part, names);
    const attributes: Attributes = [
      ...(partition.length > 0 ? [['partitionBy', partition.map((p) => names[p]).join(', ')] as const] : []),
      ...(order.length > 0 ? [['orderBy', orderText(order, names)] as const] : []),
      ...windows.map((text, i) => [`window#${i}`, text] as const),
      ['select', own.map((f) => f.name).join(', ')],
    ];
    line = {
      name: 'OverAggregate',
      attributes: fixed(attributes),
      inputs: [input],
      fields: own,
      spread: together.spread,
    };
    width += calls.length;
  }
  return { ...line, fields };
}

/** The first rows of each task, then the first of those. */
function limited({ kind, order, range, inputs, fields }: Rank): BatchLine {
  const input = whole(batchLines(inputs[0]!));
  const by: Attributes = kind === 'SortLimit' ? [['orderBy', orderText(order, namesOf(input))]] : [];
  const name = kind === 'SortLimit' ? kind : 'Limit';
  const rows = (offset: number, fetch: number, isGlobal: boolean): Attributes => [
    ...by,
    ['offset', String(offset)],
    ['fetch', String(fetch)],
    ['global', String(isGlobal)],
  ];
  const local: BatchLine = { ...input, name, attributes: fixed(rows(0, range.end, false)), inputs: [input] };
  return {
    name,
    attributes: fixed(rows(range.start - 1, range.end - range.start + 1, true)),
    inputs: [gathered(local, [])],
    fields,
    spread: [],
  };
}

/** A hash table of the smaller side, or every row of one with every row of the other. */
function joined(node: Join): BatchLine {
  const [left, right] = node.inputs.map((input) => whole(batchLines(input))) as [BatchLine, BatchLine];
  const { joinType, leftKeys, rightKeys, condition, fields } = node;
  const [leftSize, rightSize] = [sizeOf(node.inputs[0]!), sizeOf(node.inputs[1]!)];
  const outputsRight = joinType !== 'semi' && joinType !== 'anti';
  const names = [...namesOf(left), ...namesOf(right)];
  const common = (style: Style): Attributes =>
    attributesOf(node, style).filter(([key]) => key === 'joinType' || key === 'select' || key === 'where');
  const isHash = leftKeys.length > 0 && !isSingleRow(node.inputs[0]!) && !isSingleRow(node.inputs[1]!);
  if (isHash) {
    const buildsLeft = leftSize === rightSize ? outputsRight : leftSize < rightSize;
    return {
      name: 'HashJoin',
      // One that may turn into a broadcast while it runs.
      ...(joinType === 'full' ? {} : { executedName: 'AdaptiveJoin' }),
      attributes: (style) => [
        ...(joinType !== 'full' && style === 'infix' ? [['originalJoin', 'ShuffleHashJoin'] as const] : []),
        ...common(style),
        ['build', buildsLeft ? 'left' : 'right'],
      ],
      inputs: [gathered(left, leftKeys, true), gathered(right, rightKeys, true)],
      fields,
      spread: joinType === 'full' ? null : joinType === 'right' ? null : leftKeys,
    };
  }
  const isSingle = isSingleRow(node.inputs[0]!) || isSingleRow(node.inputs[1]!);
  const buildsLeft = isSingle
    ? isSingleRow(node.inputs[0]!)
    : joinType === 'right' || ((joinType === 'inner' || joinType === 'full') && leftSize <= rightSize);
  const where = (style: Style): string => printRex(condition, names, style);
  return {
    name: 'NestedLoopJoin',
    attributes: (style) => [
      ...common(style).map(([key, text]) => [key, key === 'where' ? where(style) : text] as const),
      ['build', buildsLeft ? 'left' : 'right'],
      ...(isSingle ? [['singleRowJoin', 'true'] as const] : []),
    ],
    inputs: [
      buildsLeft ? exchange(left, 'broadcast', []) : left,
      buildsLeft ? right : exchange(right, 'broadcast', []),
    ],
    fields,
    spread: null,
  };
}

/** At most one row, as Flink sees it: an aggregate of everything. */
function isSingleRow(node: PhysicalNode): boolean {
  if (node.kind === 'Collect' || node.kind === 'Calc' || node.kind === 'Exchange')
    return isSingleRow(node.inputs[0]!);
  return node.kind === 'GroupAggregate' && node.groups.length === 0;
}

/** A whole plan as Flink's batch planner would draw it. */
export const batchPlan = (root: PhysicalNode): BatchLine => whole(batchLines(root));

/** A node as execution plans show it below another. */
export function forwarded(line: BatchLine): BatchLine {
  if (!line.isForwarded) return line;
  const { isForwarded: _, ...input } = line;
  return { ...input, name: 'Exchange', attributes: fixed([['distribution', 'forward']]), inputs: [input] };
}
