import { namesOfJoin } from '../planner/join-keys.ts';
import { tableConditions } from '../planner/join-lookup.ts';
import { joinInputSpec, upsertKeys } from '../planner/keys.ts';
import {
  isRowtime,
  isTimeAttribute,
  type LogicalType,
  notNull,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';
import type { AggregateCall, Field, LogicalNode, SortKey, WindowSpec } from './logical.ts';
import { inputsOf } from './logical.ts';
import { matchText, patternText, subsetText } from './match-text.ts';
import {
  type Correlate,
  type GroupAggregate,
  type IntervalJoin,
  type Join,
  type LocalGroupAggregate,
  type LookupJoin,
  type Match,
  Mode,
  type OverAggregate,
  type PhysicalAggregate,
  type PhysicalNode,
  printMode,
  type Rank,
  type Sink,
  type TemporalJoin,
  type WindowAggregate,
  type WindowJoin,
  type WindowRank,
} from './physical.ts';
import { printBareLiteral, printExecLiteral, printPlanLiteral, quoteText } from './print-literal.ts';
import type { Rex, RexBound, RexOver, Sarg } from './rex.ts';

/** How expressions are written: `+(a, 1)` in physical plans, `(a + 1)` in execution plans (`exec-prefix`: `+(a, 1)` there too), `+($0, 1)` in the syntax tree. */
type Style = 'prefix' | 'infix' | 'ast' | 'exec-prefix';

/** `EXPLAIN CHANGELOG_MODE` as Flink prints it. */
export function explainText(
  asts: readonly LogicalNode[],
  physical: readonly PhysicalNode[],
  executed: readonly PhysicalNode[],
  details: { readonly modes: boolean; readonly advice: string | null },
): string {
  const { modes, advice } = details;
  const heading = advice === null ? 'Optimized Physical Plan' : 'Optimized Physical Plan With Advice';
  const trees = physical.map((p) => tree(visibleRoot(p), modes ? physicalLineWithMode : physicalLine));
  const queries = asts.map((ast) => astTree(ast.kind === 'Sink' && ast.table === null ? ast.input : ast));
  return [
    `== Abstract Syntax Tree ==\n${queries.join('\n')}`,
    `== ${heading} ==\n${trees.join('\n')}${advice === null ? '' : `\n${advice}`}`,
    `== Optimized Execution Plan ==\n${executionPlan(executed.map(visibleRoot))}`,
  ].join('\n');
}

/** Plans that share parts: a part read more than once stands before its first reader, and `Reused` in its place. */
function executionPlan(roots: readonly PhysicalNode[]): string {
  const readers = new Map<PhysicalNode, number>();
  const ids = new Map<PhysicalNode, number>();
  const count = (node: PhysicalNode): void => {
    const seen = readers.get(node) ?? 0;
    readers.set(node, seen + 1);
    if (seen === 0) shownInputs(node).forEach(count);
  };
  roots.forEach(count);
  const number = (node: PhysicalNode): void => {
    if (ids.has(node)) return;
    if (readers.get(node)! > 1) ids.set(node, ids.size + 1);
    shownInputs(node).forEach(number);
  };
  roots.forEach(number);
  const blocks: string[] = [];
  const printed = new Set<PhysicalNode>();
  const print = (root: PhysicalNode): void => {
    const visit = (node: PhysicalNode): void => {
      shownInputs(node).forEach(visit);
      if (!ids.has(node) || node === root || printed.has(node)) return;
      printed.add(node);
      print(node);
    };
    visit(root);
    const isRepeated = (node: PhysicalNode): boolean => ids.has(node) && node !== root;
    blocks.push(
      tree(
        root,
        (node) =>
          isRepeated(node)
            ? `Reused(reference_id=[${ids.get(node)}])`
            : `${line(node, 'infix')}${ids.has(node) ? `(reuse_id=[${ids.get(node)}])` : ''}`,
        isRepeated,
      ),
    );
  };
  roots.forEach(print);
  return blocks.join('\n');
}

/** A SELECT has no sink in its plan's text. */
function visibleRoot(node: PhysicalNode): PhysicalNode {
  return node.kind === 'Sink' && node.table === null ? node.inputs[0]! : node;
}

/** A plan whose lines say one thing more each, as Flink's complaints about non-deterministic updates print it. */
export function physicalTreeWith(node: PhysicalNode, more: (node: PhysicalNode) => string): string {
  return tree(node, (n) => {
    const text = more(n);
    return text === '' ? physicalLineWithMode(n) : `${physicalLineWithMode(n).slice(0, -1)}, ${text})`;
  });
}

/** Waiting for the end shows in no plan, sorting then does. */
const shownNode = (node: PhysicalNode): PhysicalNode =>
  node.kind === 'Collect' && node.order.length === 0 ? shownNode(node.inputs[0]!) : node;

/** What a plan shows below a node: a lookup join hides the table it asks. */
const shownInputs = (node: PhysicalNode): readonly PhysicalNode[] =>
  (node.kind === 'LookupJoin' ? [node.inputs[0]!] : node.inputs).map(shownNode);

function tree(
  root: PhysicalNode,
  print: (node: PhysicalNode) => string,
  isLeaf: (node: PhysicalNode) => boolean = () => false,
): string {
  const lines: string[] = [];
  const walk = (given: PhysicalNode, head: string, tail: string): void => {
    const node = shownNode(given);
    lines.push(head + print(node));
    const inputs = isLeaf(node) ? [] : shownInputs(node);
    inputs.forEach((input, i) => {
      const isLast = i === inputs.length - 1;
      walk(input, `${tail}${isLast ? '+- ' : ':- '}`, `${tail}${isLast ? '   ' : ':  '}`);
    });
  };
  walk(root, '', '');
  return `${lines.join('\n')}\n`;
}

/** A node as refusals name it. */
export const describeNode = (node: PhysicalNode): string => line(node, 'infix');

/** One node's line of the physical plan, without its changelog mode. */
export const physicalLine = (node: PhysicalNode): string => line(node, 'prefix');

function physicalLineWithMode(node: PhysicalNode): string {
  const text = physicalLine(node);
  const hint =
    (node.kind === 'GroupAggregate' || node.kind === 'GlobalGroupAggregate') && node.ttl
      ? `, stateTtlHints=[[[STATE_TTL options:[${node.ttl.text}]]]]`
      : '';
  const mode = `changelogMode=${printMode(node.mode)}${hint}${node.kind === 'Join' ? joinHintsText(node) : ''}`;
  return text.endsWith(')') ? `${text.slice(0, -1)}, ${mode})` : `${text}(${mode})`;
}

function joinHintsText({ hints }: Join): string {
  if (!hints) return '';
  const ttls = [
    ...(hints.leftTtl ? [`LEFT=${hints.leftTtl.text}`] : []),
    ...(hints.rightTtl ? [`RIGHT=${hints.rightTtl.text}`] : []),
  ];
  const joins = hints.joins.length > 0 ? `, joinHints=[[${hints.joins.join(', ')}]]` : '';
  return `${joins}${ttls.length > 0 ? `, stateTtlHints=[[[STATE_TTL options:{${ttls.join(', ')}}]]]` : ''}`;
}

function line(node: PhysicalNode, style: Style): string {
  const attributes = attributesOf(node, style).map(([key, value]) => `${key}=[${value}]`);
  const name = operatorName(node, style);
  return attributes.length === 0 ? name : `${name}(${attributes.join(', ')})`;
}

/** What plans call a node. */
function operatorName(node: PhysicalNode, style: Style): string {
  if (node.kind === 'ReplicateRows') return 'Correlate';
  if (node.kind === 'Collect') return 'Sort';
  return style === 'infix' && isDeduplicate(node) ? 'Deduplicate' : node.kind;
}

/** A node's attributes in the order plans print them. */
export function attributesOf(
  node: PhysicalNode,
  style: Style = 'prefix',
): readonly (readonly [string, string])[] {
  const names = node.inputs[0]?.fields.map((f) => f.name) ?? [];
  const print = (rex: Rex): string => printRex(rex, names, style);
  switch (node.kind) {
    case 'TableSourceScan': {
      const parts = [...node.table.path];
      if (node.watermark) {
        parts.push(
          `watermark=[${printRex(
            node.watermark.expression,
            node.fields.map((f) => f.name),
            'prefix',
          )}]`,
        );
        if (node.watermark.idleTimeoutMs > 0) parts.push(`idletimeout=[${node.watermark.idleTimeoutMs}]`);
        parts.push(
          `watermarkEmitStrategy=[${node.table.options.get('scan.watermark.emit.strategy') ?? 'on-periodic'}]`,
        );
      }
      return [
        ['table', `[${parts.join(', ')}]`],
        ['fields', node.fields.map((f) => f.name).join(', ')],
      ];
    }
    case 'Values': {
      const tuples = node.rows
        .map((row) => `{ ${row.map((rex) => printTupleValue(rex, style)).join(', ')} }`)
        .join(', ');
      const type = `RecordType(${node.fields.map((f) => `${printPlanType(f.type, 'short')} ${f.name}`).join(', ')})`;
      return style === 'infix'
        ? [['tuples', `[${tuples}]`]]
        : [
            ['type', type],
            ['tuples', `[${tuples}]`],
          ];
    }
    case 'Calc': {
      const select = node.exprs.map((e, i) => named(print(e), node.fields[i]!.name)).join(', ');
      return node.condition
        ? [
            ['select', select],
            ['where', print(node.condition)],
          ]
        : [['select', select]];
    }
    case 'WatermarkAssigner':
      return [
        ['rowtime', names[node.rowtime]!],
        ['watermark', print(node.watermark)],
      ];
    case 'Exchange':
      return [
        [
          'distribution',
          node.keys === null ? 'single' : `hash[${node.keys.map((k) => names[k]).join(', ')}]`,
        ],
      ];
    case 'MiniBatchAssigner':
      return [
        ['interval', `${node.intervalMs}ms`],
        ['mode', node.time],
      ];
    case 'LocalGroupAggregate':
      return localAggregateAttributes(node, names);
    case 'GlobalGroupAggregate':
      return globalAggregateAttributes(node, names);
    case 'GroupAggregate':
      return [
        ...groupBy(node.groups, names),
        [
          'select',
          [
            ...node.groups.map((g) => names[g]!),
            ...node.calls.map(
              (c, i) => `${aggregateText(c, names)} AS ${node.fields[node.groups.length + i]!.name}`,
            ),
          ].join(', '),
        ],
      ];
    case 'GroupWindowAggregate': {
      const window = `${{ TUMBLE: 'Tumbling', HOP: 'Sliding', SESSION: 'Session', CUMULATE: '' }[node.window.kind]}GroupWindow('w$, ${[names[node.window.time] ?? `$f${node.window.time}`, node.window.sizeMs, ...(node.window.kind === 'HOP' ? [node.window.slideMs] : [])].join(', ')})`;
      const width = node.groups.length + node.calls.length;
      const select = [
        ...node.groups.map((g) => names[g]!),
        ...node.calls.map(
          (c, i) =>
            `${aggregateText({ ...c, needsRetraction: false }, names)} AS ${node.fields[node.groups.length + i]!.name}`,
        ),
        ...node.properties.map((p, i) => `${p}('w$) AS ${node.fields[width + i]!.name}`),
      ];
      const emit = node.emit
        ? [
            [
              'emit',
              [
                node.emit.earlyMs === null ? '' : `early ${delay(node.emit.earlyMs)}`,
                node.emit.lateMs === null ? '' : `late ${delay(node.emit.lateMs)}`,
              ]
                .filter(Boolean)
                .join(', '),
            ] as const,
          ]
        : [];
      return [
        ...groupBy(node.groups, names),
        ['window', window],
        ...(node.properties.length > 0
          ? [['properties', node.properties.map((p) => `w$${p}`).join(', ')] as const]
          : []),
        ['select', select.join(', ')],
        ...emit,
      ];
    }
    case 'WindowTableFunction':
      return [['window', windowText(node.window, `time_col=[${names[node.window.time]}]`, names)]];
    case 'WindowAggregate':
    case 'LocalWindowAggregate':
    case 'GlobalWindowAggregate':
      return windowAggregateAttributes(node, names);
    case 'ChangelogNormalize':
      return [
        ['key', node.key.map((k) => names[k]).join(', ')],
        ...(node.condition ? [['condition', print(node.condition)] as const] : []),
      ];
    case 'DropUpdateBefore':
      return [];
    case 'Union':
      return [
        ['all', 'true'],
        ['union', node.fields.map((f) => f.name).join(', ')],
      ];
    case 'Rank':
    case 'SortLimit':
    case 'Limit':
      return rankAttributes(node, names, style);
    case 'WindowRank':
    case 'WindowDeduplicate':
      return windowRankAttributes(node, names);
    case 'Collect':
      return node.order.length > 0 ? [['orderBy', orderText(node.order, names)]] : [];
    case 'BatchOver':
      return [];
    case 'TemporalSort':
      return [['orderBy', orderText(node.order, names)]];
    case 'OverAggregate':
      return overAttributes(node, names);
    case 'Expand': {
      const project = (exprs: readonly Rex[]): string =>
        `{${exprs.map((e, i) => named(e.kind === 'Literal' ? String(e.value) : print(e), node.fields[i]!.name)).join(', ')}}`;
      return [['projects', node.projects.map(project).join(', ')]];
    }
    case 'Correlate':
      return correlateAttributes(node, names);
    case 'Match':
      return matchAttributes(node, names, style);
    case 'ReplicateRows': {
      const record = node.fields.map((f) => `${printPlanType(f.type, 'short')} ${f.name}`).join(', ');
      return [
        ['invocation', `$REPLICATE_ROWS$1(${names.map((_, i) => `$${i}`).join(', ')})`],
        ['correlate', `table($REPLICATE_ROWS$1(${names.join(',')}))`],
        ['select', node.fields.map((f) => f.name).join(',')],
        ['rowType', `RecordType(${record})`],
        ['joinType', 'INNER'],
      ];
    }
    case 'Join': {
      const spec = (side: 0 | 1): string => joinInputSpec(node, side).spec;
      return [...joinAttributes(node, style), ['leftInputSpec', spec(0)], ['rightInputSpec', spec(1)]];
    }
    case 'IntervalJoin': {
      const { isRowtime, lowerMs, upperMs, leftTime, rightTime } = node.bounds;
      const [type, ...others] = joinAttributes(node, style);
      return [
        type!,
        [
          'windowBounds',
          `isRowTime=${isRowtime}, leftLowerBound=${lowerMs}, leftUpperBound=${upperMs}, leftTimeIndex=${leftTime}, rightTimeIndex=${rightTime}`,
        ],
        ...others,
      ];
    }
    case 'TemporalJoin':
      return joinAttributes(node, style);
    case 'WindowJoin': {
      const { window, leftStart, leftEnd, rightStart, rightEnd } = node.spec;
      const text = (side: 0 | 1, start: number, end: number): string =>
        windowText(
          window,
          `win_start=[${node.inputs[side]!.fields[start]!.name}], win_end=[${node.inputs[side]!.fields[end]!.name}]`,
        );
      return [
        ['leftWindow', text(0, leftStart, leftEnd)],
        ['rightWindow', text(1, rightStart, rightEnd)],
        ...joinAttributes(node, style),
      ];
    }
    case 'LookupJoin':
      return lookupAttributes(node, style);
    case 'Sink':
      return sinkAttributes(node);
  }
}

function matchAttributes(
  node: Match,
  names: readonly string[],
  style: Style,
): readonly (readonly [string, string])[] {
  const { partition, order, measures, after, subsets, define } = node;
  const measured = measures.map(
    (m) => `${printRex(m.rex, names, style === 'infix' ? 'exec-prefix' : style)} AS ${m.name}`,
  );
  const defined = define.map((d) => `${d.variable}=${printRex(d.condition, [], 'ast')}`);
  const target = after.variable === null ? '' : ` ${quoteText(after.variable)}`;
  return [
    ...(partition.length > 0 ? [['partitionBy', partition.map((p) => names[p]).join(', ')] as const] : []),
    ['orderBy', orderText(order, names)],
    ['measures', measured.join(', ')],
    ['rowsPerMatch', 'ONE ROW PER MATCH'],
    ['after', `SKIP ${after.mode === 'PAST LAST ROW' ? '' : 'TO '}${after.mode}${target}`],
    ['pattern', patternText(node.pattern)],
    ...(subsets.length > 0 ? [['subset', subsets.map(subsetText).join(', ')] as const] : []),
    ['define', `{${defined.join(', ')}}`],
  ];
}

function correlateAttributes(
  node: Correlate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const outer = names.map((name) => `$cor${node.correlation}.${name}`);
  const name = `$UNNEST_ROWS${node.ordinality ? '_WITH_ORDINALITY' : ''}$1`;
  const invocation = `${name}(${printRex(node.collection, outer, 'prefix')})`;
  const record = node.fields.map((f) => `${printPlanType(f.type, 'short')} ${f.name}`).join(', ');
  const isAlone = node.inputs[0]!.fields.length === 0;
  return [
    ['invocation', invocation],
    ['correlate', `table(${invocation})`],
    ['select', node.fields.map((f) => f.name).join(',')],
    ['rowType', `RecordType${isAlone ? ':peek_no_expand' : ''}(${record})`],
    ['joinType', node.joinType.toUpperCase()],
    ...(node.condition ? [['condition', printRex(node.condition, [], 'ast')] as const] : []),
  ];
}

/** Tuples show values without their types, which stand in front. */
function printTupleValue(rex: Rex, style: Style): string {
  const isBare = style !== 'infix' && rex.kind === 'Literal' && rex.value !== null;
  return isBare ? printBareLiteral(rex.value, rex.type) : printRex(rex, [], style);
}

const orderText = (order: readonly SortKey[], names: readonly string[]): string =>
  order.map((k) => `${names[k.column]} ${k.descending ? 'DESC' : 'ASC'}`).join(', ');

function rankAttributes(
  node: Rank,
  names: readonly string[],
  style: Style,
): readonly (readonly [string, string])[] {
  const { start, end, endColumn } = node.range;
  const { strategy } = node;
  const strategyText = `${strategy.kind}Strategy${strategy.kind === 'UpdateFast' ? `[${strategy.key.join(',')}]` : ''}`;
  if (node.kind !== 'Rank') {
    const limits = [
      ['offset', String(start - 1)],
      ['fetch', String(end - start + 1)],
    ] as const;
    return node.kind === 'Limit'
      ? limits
      : [['orderBy', orderText(node.order, names)], ...limits, ['strategy', strategyText]];
  }
  const order = node.order
    .map(
      (k) => `${isRowtime(node.inputs[0]!.fields[k.column]!.type) ? 'ROWTIME ' : ''}${orderText([k], names)}`,
    )
    .join(', ');
  if (style === 'infix' && isDeduplicate(node)) {
    const first = node.order[0]!;
    return [
      ['keep', first.descending ? 'LastRow' : 'FirstRow'],
      ['key', node.partition.map((p) => names[p]).join(', ')],
      ['order', isRowtime(node.fields[first.column]!.type) ? 'ROWTIME' : 'PROCTIME'],
      ['outputInsertOnly', String(node.mode === Mode.I)],
    ];
  }
  return [
    ['strategy', strategyText],
    ['rankType', 'ROW_NUMBER'],
    ['rankRange', endColumn >= 0 ? `rankEnd=${names[endColumn]}` : `rankStart=${start}, rankEnd=${end}`],
    ['partitionBy', node.partition.map((p) => names[p]).join(', ')],
    ['orderBy', order],
    ['select', node.fields.map((f) => f.name).join(', ')],
  ];
}

function windowRankAttributes(
  node: WindowRank,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const { start, end } = node.range;
  const window = windowText(node.window, windowSource(node.window, names), names);
  const partition = node.partition.map((p) => names[p]).join(', ');
  if (node.kind === 'WindowDeduplicate') {
    const first = node.order[0]!;
    return [
      ['window', window],
      ['keep', first.descending ? 'LastRow' : 'FirstRow'],
      ['partitionKeys', partition],
      ['orderKey', names[first.column]!],
      ['order', isRowtime(node.inputs[0]!.fields[first.column]!.type) ? 'ROWTIME' : 'PROCTIME'],
    ];
  }
  return [
    ['window', window],
    ['rankType', 'ROW_NUMBER'],
    ['rankRange', `rankStart=${start}, rankEnd=${end}`],
    ['partitionBy', partition],
    ['orderBy', orderText(node.order, names)],
    ['select', node.fields.map((f) => f.name).join(', ')],
  ];
}

/** A Top-1 by one time attribute over inserts alone runs as a deduplication. */
export const isDeduplicate = (node: PhysicalNode): node is Rank =>
  node.kind === 'Rank' &&
  !node.outputsRank &&
  node.range.start === 1 &&
  node.range.end === 1 &&
  node.range.endColumn < 0 &&
  node.order.length === 1 &&
  isTimeAttribute(node.inputs[0]!.fields[node.order[0]!.column]!.type) &&
  node.strategy.kind === 'AppendFast';

function overAttributes(
  node: OverAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const { partition, order, rows, lower, upper, calls } = node.group;
  const bound = (b: RexBound): string =>
    b.offset && b.offset.kind === 'Literal' ? `${b.offset.value} ${b.type}` : b.type;
  const values = calls.map((c) => {
    const args = [
      ...c.args.map((a) => names[a]),
      ...(c.constants ?? []).map((k) => printRex(k, [], 'prefix')),
    ].join(', ');
    return `${c.name}(${c.distinct ? 'DISTINCT ' : ''}${args === '' ? '*' : args}) AS ${c.alias}`;
  });
  return [
    ...(partition.length > 0 ? [['partitionBy', partition.map((p) => names[p]).join(', ')] as const] : []),
    ['orderBy', orderText(order, names)],
    ['window', ` ${rows ? 'ROWS' : 'RANGE'} BETWEEN ${bound(lower)} AND ${bound(upper)}`],
    ['select', [...names, ...values].join(', ')],
  ];
}

function lookupAttributes(node: LookupJoin, style: Style): (readonly [string, string])[] {
  const [left, right] = [node.inputs[0]!, node.inputs[1]!];
  const filter = tableConditions(node);
  const constants = filter.parts.flatMap((part) => {
    if (part.kind !== 'Call' || part.operator !== '=') return [];
    const [a, b] =
      part.operands[0]!.kind === 'InputRef'
        ? [part.operands[0]!, part.operands[1]!]
        : [part.operands[1]!, part.operands[0]!];
    return a.kind === 'InputRef' && b.kind === 'Literal'
      ? [`${filter.names[a.index]}=${printRex(b, [], style)}`]
      : [];
  });
  const equal = node.rightKeys.map(
    (k, i) => `${right.fields[k]!.name}=${left.fields[node.leftKeys[i]!]!.name}`,
  );
  const parts = [
    ...filter.parts.map((p) => printRex(p, filter.names, style)),
    ...(node.residual ? conjunctsOf(node.residual).map((p) => printRex(p, namesOfJoin(node), style)) : []),
  ];
  const where =
    parts.length === 0
      ? null
      : parts.length === 1
        ? parts[0]!
        : style === 'infix'
          ? `(${parts.join(' AND ')})`
          : `AND(${parts.join(', ')})`;
  const key = left.mode === 1 || left.mode === 0 ? null : (upsertKeys(left)?.[0] ?? null);
  // Columns chosen from the table keep their names, even such as the other side has too.
  const isChosen = right.fields.length < node.table.columns.length;
  const shown = isChosen ? [...left.fields, ...right.fields] : node.fields;
  return [
    ['table', node.table.path.join('.')],
    ['joinType', JOIN_TYPES[node.joinType]],
    ['lookup', [...constants, ...equal].join(', ')],
    ...(where === null ? [] : [['where', where] as const]),
    ['select', shown.map((f) => f.name).join(', ')],
    ...(node.upsertMaterialize ? [['upsertMaterialize', 'true'] as const] : []),
    ...(key === null ? [] : [['upsertKey', `[${key.join(', ')}]`] as const]),
  ];
}

const conjunctsOf = (rex: Rex): readonly Rex[] =>
  rex.kind === 'Call' && rex.operator === 'AND' ? rex.operands : [rex];

const JOIN_TYPES = {
  inner: 'InnerJoin',
  left: 'LeftOuterJoin',
  right: 'RightOuterJoin',
  full: 'FullOuterJoin',
  semi: 'LeftSemiJoin',
  anti: 'LeftAntiJoin',
} as const;

function joinAttributes(
  node: Join | IntervalJoin | TemporalJoin | WindowJoin,
  style: Style,
): (readonly [string, string])[] {
  return [
    ['joinType', JOIN_TYPES[node.joinType]],
    ['where', printRex(node.condition, namesOfJoin(node), style)],
    ['select', node.fields.map((f) => f.name).join(', ')],
  ];
}

const delay = (ms: number): string => (ms === 0 ? 'no delay' : `delay ${ms} millisecond`);

function sinkAttributes(node: Sink): readonly (readonly [string, string])[] {
  return [
    ['table', node.table ? node.table.path.join('.') : '*anonymous_collect$1*'],
    ...(node.targetColumns
      ? [['targetColumns', node.targetColumns.map((c) => `[${c}]`).join(',')] as const]
      : []),
    ['fields', node.fields.map((f) => f.name).join(', ')],
    ...(node.upsertMaterialize ? [['upsertMaterialize', 'true'] as const] : []),
  ];
}

const named = (text: string, name: string): string =>
  text === name ? text : `${text} AS ${name.startsWith('EXPR$') ? name : name}`;
const groupBy = (
  groups: readonly number[],
  names: readonly string[],
): readonly (readonly [string, string])[] =>
  groups.length > 0 ? [['groupBy', groups.map((g) => names[g]).join(', ')]] : [];

function aggregateText(call: PhysicalAggregate, names: readonly string[]): string {
  const args = call.args.length === 0 ? '*' : call.args.map((a) => names[a]).join(', ');
  const filter = call.filter >= 0 ? ` FILTER ${names[call.filter]}` : '';
  return `${call.name}${call.needsRetraction ? '_RETRACT' : ''}(${call.distinct ? 'DISTINCT ' : ''}${args})${filter}`;
}

// ---------------------------------------------------------------- windows

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
const windowSource = ({ attached, time }: WindowSpec, names: readonly string[]): string =>
  attached
    ? `win_start=[${names[attached.start]}], win_end=[${names[attached.end]}]`
    : `time_col=[${names[time]}]`;

function windowText(window: WindowSpec, source: string, names: readonly string[] = []): string {
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
function partialNames(calls: readonly PhysicalAggregate[]): {
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
    if (c.name === 'LISTAGG' && !c.needsRetraction) return `(accDelimiter$${next++}, concatAcc$${next++})`;
    return `${base}$${next++}`;
  });
  return { names, distinct };
}

function localAggregateAttributes(
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
      ([first, n]) => `DISTINCT(${names[node.calls[first]!.args[0]!]}) AS distinct$${n}`,
    ),
  ];
  return [...groupBy(node.groups, names), ['select', select.join(', ')]];
}

function globalAggregateAttributes(
  node: GroupAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const partial = partialNames(node.calls);
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
  return [...groupBy(node.groups, names), ['select', select.join(', ')]];
}

function windowAggregateAttributes(
  node: WindowAggregate,
  names: readonly string[],
): readonly (readonly [string, string])[] {
  const { calls, groups, window } = node;
  const partial = partialNames(calls);
  const groupNames = groups.map((g) => names[g]!);
  const width = groups.length + calls.length - (node.hasHiddenCount ? 1 : 0);
  // With a hidden count Flink's printed names shift by one: known, and the rows are right.
  const outNames = node.fields.slice(groups.length).map((f) => f.name);
  const properties = node.properties
    .map(
      (p, i) => `${p}('w$) AS ${outNames[width - groups.length + i + (node.hasHiddenCount ? 1 : 0)] ?? ''}`,
    )
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
          ([first, n]) => `DISTINCT(${names[calls[first]!.args[0]!]}) AS distinct$${n}`,
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

function localCall(
  c: PhysicalAggregate,
  names: readonly string[],
  distinct: number,
  retract: string,
): string {
  const args = c.args.length === 0 ? '*' : names[c.args[0]!]!;
  const filter = c.filter >= 0 ? ` FILTER ${names[c.filter]}` : '';
  return `${c.name}${retract}(${c.distinct ? `distinct$${distinct} ` : ''}${args})${filter}`;
}

// ---------------------------------------------------------------- expressions

const INFIX: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'AND',
  'OR',
  '||',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
  'LIKE',
  'SIMILAR TO',
]);
const POSTFIX: ReadonlySet<string> = new Set([
  'IS NULL',
  'IS NOT NULL',
  'IS TRUE',
  'IS NOT TRUE',
  'IS FALSE',
  'IS NOT FALSE',
  'IS UNKNOWN',
  'IS NOT UNKNOWN',
]);

/** Functions that Calcite takes for EXTRACT, and the unit they ask for. */
const EXTRACTED: { readonly [operator: string]: string } = {
  YEAR: 'YEAR',
  QUARTER: 'QUARTER',
  MONTH: 'MONTH',
  WEEK: 'WEEK',
  DAYOFYEAR: 'DOY',
  DAYOFMONTH: 'DAY',
  DAYOFWEEK: 'DOW',
  HOUR: 'HOUR',
  MINUTE: 'MINUTE',
  SECOND: 'SECOND',
};

/** An expression over columns of these names, as plans print it. */
export function printRex(rex: Rex, names: readonly string[], style: Style): string {
  const print = (r: Rex): string => printRex(r, names, style);
  const isExec = style === 'infix' || style === 'exec-prefix';
  switch (rex.kind) {
    case 'InputRef':
      return style === 'ast' ? `$${rex.index}` : (names[rex.index] ?? `$${rex.index}`);
    case 'Literal':
      return printLiteral(rex, style);
    case 'PatternRef':
      return `${rex.variable}.${style === 'ast' ? `$${rex.index}` : names[rex.index]}`;
    case 'Correlation':
      return `$cor${rex.id}.${rex.name}`;
    case 'SubQuery':
      return `${rex.operator}(…)`;
    case 'Over':
      return printOver(rex, print);
    case 'Call': {
      const { operator, operands } = rex;
      if (operator === 'CAST' || operator === 'TRY_CAST' || operator === 'REINTERPRET') {
        if (style === 'ast')
          return `${operator}(${print(operands[0]!)})${operator === 'CAST' ? `:${printPlanType(rex.type)}${notNullSuffix(rex.type, operands[0]!.type)}` : ''}`;
        return `${operator}(${print(operands[0]!)} AS ${printPlanType(rex.type, isExec ? 'short' : 'full')})`;
      }
      const unit = EXTRACTED[operator];
      if (unit && operands.length === 1 && style !== 'ast')
        return `EXTRACT(${isExec ? unit : `FLAG(${unit})`}, ${print(operands[0]!)})`;
      if (operator === 'DOT') return `${print(operands[0]!)}.${(operands[1] as { symbol?: string }).symbol}`;
      if (operator === 'SEARCH') {
        const set = operands[1]!;
        const sarg = set.kind === 'Literal' && set.sarg ? printSarg(set.sarg, set.type) : '';
        return `SEARCH(${print(operands[0]!)}, ${sarg})`;
      }
      if (style === 'infix') {
        if (operands.length === 1 && POSTFIX.has(operator)) return `${print(operands[0]!)} ${operator}`;
        if (operands.length >= 2 && INFIX.has(operator))
          return `(${operands.map(print).join(` ${operator} `)})`;
      }
      return `${operator}(${operands.map(print).join(', ')})`;
    }
  }
}

function printOver(over: RexOver, print: (rex: Rex) => string): string {
  const order = over.orderBy.map(
    (s) => `${print(s.rex)}${s.descending ? ' DESC' : ''} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`,
  );
  const bound = (b: RexBound): string => (b.offset ? `${print(b.offset)} ${b.type}` : b.type);
  const isDefault =
    over.lower.type === 'UNBOUNDED PRECEDING' &&
    over.upper.type === 'CURRENT ROW' &&
    (!over.rows || over.aggregate === 'ROW_NUMBER');
  const parts = [
    ...(over.partitionBy.length > 0 ? [`PARTITION BY ${over.partitionBy.map(print).join(', ')}`] : []),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ...(isDefault
      ? []
      : [`${over.rows ? 'ROWS' : 'RANGE'} BETWEEN ${bound(over.lower)} AND ${bound(over.upper)}`]),
  ];
  return `${over.aggregate}(${over.distinct ? 'DISTINCT ' : ''}${over.operands.map(print).join(', ')}) OVER (${parts.join(' ')})`;
}

const notNullSuffix = (type: LogicalType, from: LogicalType): string =>
  !type.nullable && from.nullable ? ' NOT NULL' : '';

function printLiteral(rex: Extract<Rex, { kind: 'Literal' }>, style: Style): string {
  if (rex.symbol !== undefined) return style === 'exec-prefix' ? rex.symbol : `FLAG(${rex.symbol})`;
  if (rex.sarg) return printSarg(rex.sarg, rex.type);
  const text =
    style === 'infix' || style === 'exec-prefix'
      ? printExecLiteral(rex.value, rex.type)
      : printPlanLiteral(rex.value, rex.type);
  if (rex.shownScale === undefined || rex.type.root !== 'DECIMAL') return text;
  const hidden = rex.type.scale - rex.shownScale + (rex.shownScale === 0 ? 1 : 0);
  const [digits, ...type] = text.split(':');
  return [digits!.slice(0, -hidden), ...type].join(':');
}

/** Types whose values a Sarg shows with their type. */
const TYPED_IN_SARG: ReadonlySet<string> = new Set([
  'CHAR',
  'VARCHAR',
  'TINYINT',
  'SMALLINT',
  'BIGINT',
  'DECIMAL',
  'FLOAT',
  'DOUBLE',
]);

function printSarg(sarg: Sarg, given: LogicalType): string {
  const type = notNull(given);
  const value = (v: Value): string =>
    type.root === 'BIGINT' && v !== null ? `${v}L:BIGINT` : printPlanLiteral(v, type);
  const points = sarg.ranges.every((r) => r.lower !== null && r.lower === r.upper);
  const parts = sarg.ranges.map((r) => {
    if (r.lower !== null && r.lower === r.upper) return points ? value(r.lower) : `[${value(r.lower)}]`;
    const low = r.lower === null ? '(-∞' : `${r.lowerOpen ? '(' : '['}${value(r.lower)}`;
    const high = r.upper === null ? '+∞)' : `${value(r.upper)}${r.upperOpen ? ')' : ']'}`;
    return `${low}..${high}`;
  });
  const nulls = sarg.nullAs === 'UNKNOWN' ? '' : `; NULL AS ${sarg.nullAs}`;
  const isTyped = TYPED_IN_SARG.has(type.root) && parts.length > 0;
  const suffix = isTyped ? `:${printPlanType(withNullable(type, true))}` : '';
  return `Sarg[${parts.join(', ')}${nulls}]${suffix}`;
}

// ---------------------------------------------------------------- syntax tree

function astTree(root: LogicalNode): string {
  const lines: string[] = [];
  const walk = (given: LogicalNode, head: string, tail: string): void => {
    const node = shown(given);
    lines.push(head + astLine(node));
    const inputs = inputsOf(node);
    inputs.forEach((input, i) => {
      const isLast = i === inputs.length - 1;
      walk(input, `${tail}${isLast ? '+- ' : ':- '}`, `${tail}${isLast ? '   ' : ':  '}`);
    });
  };
  walk(root, '', '');
  return `${lines.join('\n')}\n`;
}

/** A projection that only passes an aggregate's columns on is not shown. */
function shown(node: LogicalNode): LogicalNode {
  if (node.kind !== 'Project' || (node.input.kind !== 'Aggregate' && node.input.kind !== 'Filter'))
    return node;
  if (node.input.kind === 'Filter' && node.input.input.kind !== 'Aggregate') return node;
  return node.exprs.length === node.input.fields.length &&
    node.exprs.every((e, i) => e.kind === 'InputRef' && e.index === i)
    ? node.input
    : node;
}

function astLine(node: LogicalNode): string {
  const print = (rex: Rex): string => printRex(rex, [], 'ast');
  switch (node.kind) {
    case 'Scan':
      return `LogicalTableScan(table=[[${node.table.path.join(', ')}]])`;
    case 'Values':
      return `LogicalValues(tuples=[[${node.rows.map((row) => `{ ${row.map(print).join(', ')} }`).join(', ')}]])`;
    case 'Project':
    case 'Calc':
      return `LogicalProject(${node.exprs.map((e, i) => `${node.fields[i]!.name}=[${print(e)}]`).join(', ')})`;
    case 'Filter':
      return `LogicalFilter(condition=[${print(node.condition)}])`;
    case 'Aggregate':
      return `LogicalAggregate(${[`group=[{${node.groups.join(', ')}}]`, ...node.calls.map((c, i) => `${c.alias ?? `agg#${i}`}=[${astAggregate(c)}]`)].join(', ')})`;
    case 'WatermarkAssigner':
      return `LogicalWatermarkAssigner(rowtime=[${node.fields[node.rowtime]!.name}], watermark=[${print(node.watermark)}])`;
    case 'WindowTable':
      return `LogicalTableFunctionScan(invocation=[${node.window.kind}(${[`TABLE(#0)${node.window.partition.length > 0 ? ` PARTITION BY(${node.window.partition.map((p) => `$${p}`).join(', ')})` : ''}`, `DESCRIPTOR(${quoteText(node.input.fields[node.window.time]!.name)})`, ...astLengths(node.window)].join(', ')})], rowType=[RecordType(${node.fields.map(astField).join(', ')})])`;
    case 'WindowAggregate':
      return `LogicalWindowAggregate(group=[{${node.groups.join(', ')}}])`;
    case 'Union':
      return `LogicalUnion(all=[${node.all}])`;
    case 'Sort': {
      const keys = [
        ...node.order.map((k, i) => `sort${i}=[$${k.column}]`),
        ...node.order.map(
          (k, i) => `dir${i}=[${k.descending ? 'DESC' : 'ASC'}-nulls-${k.nullsFirst ? 'first' : 'last'}]`,
        ),
      ];
      return `LogicalSort(${[...keys, ...(node.offset > 0 ? [`offset=[${node.offset}]`] : []), ...(node.fetch === null ? [] : [`fetch=[${node.fetch}]`])].join(', ')})`;
    }
    case 'Rank':
    case 'Over':
    case 'Replicate':
    case 'Expand':
    case 'Correlate':
    case 'Uncollect':
      return `Logical${node.kind}()`;
    case 'Match':
      return `Logical${matchText(node, print)}`;
    case 'Join':
      return `LogicalJoin(condition=[${print(node.condition)}], joinType=[${node.joinType}])`;
    case 'Sink':
      return `LogicalSink(table=[${node.table?.path.join('.') ?? node.name}]${node.targetColumns ? `, targetColumns=[${node.targetColumns.map((c) => `[${c}]`).join(',')}]` : ''}, fields=[${node.fields.map((f) => f.name).join(', ')}])`;
  }
}

const astField = (f: Field): string => `${printPlanType(withNullable(f.type, true), 'short')} ${f.name}`;

function astLengths(window: WindowSpec): string[] {
  const lengths =
    window.kind === 'HOP' || window.kind === 'CUMULATE' ? [window.slideMs, window.sizeMs] : [window.sizeMs];
  if (window.offsetMs !== 0) lengths.push(window.offsetMs);
  return lengths.map((ms, i) => `${ms}:INTERVAL ${window.units[i] ?? 'SECOND'}`);
}

function astAggregate(call: AggregateCall): string {
  const args = call.args.map((a) => `$${a}`).join(', ');
  return `${call.name}(${call.distinct ? 'DISTINCT ' : ''}${args})${call.filter >= 0 ? ` FILTER $${call.filter}` : ''}`;
}
