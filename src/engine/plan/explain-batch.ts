import type { LogicalType } from '../types/logical-type.ts';
import { sizeOf } from './batch-size.ts';
import { overGroupTexts, partialNames } from './explain-aggregates.ts';
import { attributesOf } from './explain-attributes.ts';
import type { Field, OverGroup, SortKey } from './logical.ts';
import type { BatchOver, GroupAggregate, Join, PhysicalAggregate, PhysicalNode, Rank } from './physical.ts';
import { orderText, printRex, type Style } from './print-rex.ts';

type Attributes = readonly (readonly [string, string])[];

/** A node of a plan as batch mode shows it: this engine runs one operator where Flink's batch mode has several. */
export interface BatchLine {
  readonly name: string;
  readonly attributes: (style: Style) => Attributes;
  readonly inputs: readonly BatchLine[];
  readonly fields: readonly Field[];
  /** Columns by which its rows are spread over tasks; none for a single task, null where nothing is known. */
  readonly spread: readonly number[] | null;
}

const namesOf = (line: BatchLine): readonly string[] => line.fields.map((f) => f.name);
const fixed =
  (attributes: Attributes): (() => Attributes) =>
  () =>
    attributes;

/** A plan as Flink's batch planner would draw it. */
export function batchLines(node: PhysicalNode): BatchLine {
  switch (node.kind) {
    case 'Collect': {
      const input = batchLines(node.inputs[0]!);
      return node.order.length === 0 ? input : sorted(gathered(input, []), node.order);
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
    case 'Calc': {
      const input = batchLines(node.inputs[0]!);
      const spread = input.spread?.map((column) =>
        node.exprs.findIndex((e) => e.kind === 'InputRef' && e.index === column),
      );
      return {
        ...plain(node, [input]),
        spread: spread && !spread.includes(-1) ? spread : null,
      };
    }
    case 'LookupJoin':
      return plain(node, [batchLines(node.inputs[0]!)]);
    default:
      return plain(node, node.inputs.map(batchLines));
  }
}

/** A node that is the same in both modes. */
function plain(node: PhysicalNode, inputs: readonly BatchLine[]): BatchLine {
  return {
    name: node.kind === 'ReplicateRows' ? 'Correlate' : node.kind,
    attributes: (style) => attributesOf(node, style),
    inputs,
    fields: node.fields,
    spread: null,
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

/** An aggregate in one phase or two, over a hash table or over sorted rows. */
function aggregate({ groups, calls, fields, inputs }: GroupAggregate): BatchLine {
  const input = batchLines(inputs[0]!);
  const names = namesOf(input);
  const keys = groups.map((g) => names[g]!);
  const by: Attributes = keys.length > 0 ? [['groupBy', keys.join(', ')]] : [];
  const kind = isHashed(calls, input.fields) ? 'Hash' : 'Sort';
  const isSorted = kind === 'Sort' && groups.length > 0;
  const outNames = fields.slice(groups.length).map((f) => f.name);
  const ownKeys = groups.map((_, i) => i);
  const filtered = (c: PhysicalAggregate, least: number): string =>
    c.filter >= least ? ` FILTER ${names[c.filter]}` : '';
  const args = (c: PhysicalAggregate): string =>
    `${c.distinct ? 'DISTINCT ' : ''}${c.args.length === 0 ? '*' : c.args.map((a) => names[a]).join(', ')}`;
  const together = gathered(input, groups);
  const whole = together === input || calls.some((c) => WHOLE.has(c.name));
  if (whole) {
    const select = calls.map((c, i) => `${c.name}(${args(c)})${filtered(c, 0)} AS ${outNames[i]}`);
    return {
      name: `${kind}Aggregate`,
      attributes: fixed([
        ['isMerge', 'false'],
        ...by,
        ['select', [...keys, ...select].join(', ')],
      ]),
      inputs: [isSorted ? sorted(together, ascending(groups)) : together],
      fields,
      spread: ownSpread(together, groups),
    };
  }
  const shared = partialNames(calls).names;
  const partial = calls.map((c, i) => (DECLARATIVE.has(c.name) ? shared[i]! : outNames[i]!));
  const partials = calls.map((c, i) => `Partial_${c.name}(${args(c)})${filtered(c, 0)} AS ${partial[i]}`);
  const flat = partial.map((p) => p.replace(/^\((.*)\)$/, '$1'));
  const local: BatchLine = {
    name: `Local${kind}Aggregate`,
    attributes: fixed([...by, ['select', [...keys, ...partials].join(', ')]]),
    inputs: [isSorted ? sorted(input, ascending(groups)) : input],
    fields: [...groups.map((g) => input.fields[g]!), ...fields.slice(groups.length)],
    spread: null,
  };
  // Flink leaves a filter on the first column in the text of the second phase.
  const select = calls.map(
    (c, i) => `Final_${c.name}(${flat[i]})${c.filter === 0 ? filtered(c, 0) : ''} AS ${outNames[i]}`,
  );
  const merged = gathered(local, ownKeys);
  return {
    name: `${kind}Aggregate`,
    attributes: fixed([
      ['isMerge', 'true'],
      ...by,
      ['select', [...keys, ...select].join(', ')],
    ]),
    inputs: [isSorted ? sorted(merged, ascending(ownKeys)) : merged],
    fields,
    spread: ownKeys,
  };
}

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
  let line = batchLines(inputs[0]!);
  let width = line.fields.length;
  for (const part of parts) {
    const { partition, order } = part[0]!;
    const together = gathered(line, partition);
    const keys = orderOf(part[0]!);
    const input = keys.length > 0 ? sorted(together, keys) : together;
    const names = namesOf(input);
    const count = part.reduce((sum, g) => sum + g.calls.length, 0);
    const own = fields.slice(0, width + count);
    const windows = overGroupTexts(
      part,
      names,
      own.slice(width).map((f) => f.name),
    );
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
    width += count;
  }
  return line;
}

/** The first rows of each task, then the first of those. */
function limited({ kind, order, range, inputs, fields }: Rank): BatchLine {
  const input = batchLines(inputs[0]!);
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
  const [left, right] = node.inputs.map(batchLines) as [BatchLine, BatchLine];
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
      attributes: (style) => [...common(style), ['build', buildsLeft ? 'left' : 'right']],
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
