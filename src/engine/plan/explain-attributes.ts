import { watermarkStrategy } from '../connectors/watermark-options.ts';
import { printPlanType } from '../types/print-type.ts';
import {
  aggregateText,
  delay,
  globalAggregateAttributes,
  groupBy,
  incrementalAggregateAttributes,
  localAggregateAttributes,
  named,
  overAttributes,
  splitPhase,
  windowAggregateAttributes,
  windowText,
} from './explain-aggregates.ts';
import { rankAttributes, windowRankAttributes } from './explain-rank.ts';
import { namesOfJoin } from './join-keys.ts';
import { joinInputSpec, shortestUpsertKey, uniqueKeys } from './keys.ts';
import { askedColumn, constantKeys, tableConditions } from './lookup-keys.ts';
import { patternText, subsetText } from './match-text.ts';
import type {
  Correlate,
  IntervalJoin,
  Join,
  LookupJoin,
  Match,
  MultiJoin,
  PhysicalNode,
  Sink,
  TemporalJoin,
  WindowJoin,
} from './physical.ts';
import { hintedOptions } from './print-hint.ts';
import { printBareLiteral, quoteText } from './print-literal.ts';
import { orderText, printRex, printTupleValue, type Style } from './print-rex.ts';
import type { Rex, RexLiteral } from './rex.ts';
import { collectRefs, withProducts } from './rex-tools.ts';

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
        parts.push(...watermarkStrategy(node.table.options));
      }
      const hints = [
        ...(node.alias === null ? [] : [`ALIAS options:[${node.alias}]`]),
        ...(node.hinted.size > 0 ? [`OPTIONS ${hintedOptions(node.hinted)}`] : []),
      ];
      return [
        ['table', `[${parts.join(', ')}]`],
        ['fields', node.fields.map((f) => f.name).join(', ')],
        ...(hints.length > 0 ? [['hints', `[[${hints.join(', ')}]]`] as const] : []),
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
      const [below] = node.inputs;
      const read = (below && 'readAs' in below && below.readAs) || names;
      const select = node.exprs
        .map((e, i) => named(printRex(e, read, style), node.fields[i]!.name))
        .join(', ');
      return node.condition
        ? [
            ['select', select],
            ['where', printRex(node.condition, read, style)],
          ]
        : [['select', select]];
    }
    case 'WatermarkAssigner':
      return [
        ['rowtime', names[node.rowtime]!],
        ['watermark', print(withProducts(node.watermark))],
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
    case 'IncrementalGroupAggregate':
      return incrementalAggregateAttributes(node, names);
    case 'GlobalGroupAggregate':
      return globalAggregateAttributes(node, names);
    case 'GroupAggregate':
      return [
        ...groupBy(node.groups, names),
        ...splitPhase(node),
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
      const window = `${{ TUMBLE: 'Tumbling', HOP: 'Sliding', SESSION: 'Session', CUMULATE: '' }[node.window.kind]}GroupWindow('w$, ${[node.window.timeName ?? names[node.window.time] ?? `$f${node.window.time}`, node.window.sizeMs, ...(node.window.kind === 'HOP' ? [node.window.slideMs] : [])].join(', ')})`;
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
      return correlateAttributes(node, names, style);
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
      return [
        ...joinAttributes(node, style),
        ['leftInputSpec', spec(0)],
        ['rightInputSpec', spec(1)],
        ...(node.isMiniBatch ? [['miniBatch', 'true'] as const] : []),
      ];
    }
    case 'MultiJoin':
      return multiJoinAttributes(node, style);
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
          node.inputs[side]!.fields.map((f) => f.name),
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
  const defined = define.map((d) => `${d.variable}=${printRex(withProducts(d.condition), [], 'ast')}`);
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
  style: Style,
): readonly (readonly [string, string])[] {
  const outer = names.map((name) => `$cor${node.correlation}.${name}`);
  const name = `$UNNEST_ROWS${node.ordinality ? '_WITH_ORDINALITY' : ''}$1`;
  const invoked = (literals: Style): string => `${name}(${printRex(node.collection, outer, literals)})`;
  const record = node.fields.map((f) => `${printPlanType(f.type, 'short')} ${f.name}`).join(', ');
  const isAlone = node.inputs[0]!.fields.length === 0;
  return [
    ['invocation', invoked('prefix')],
    ['correlate', `table(${invoked(style === 'infix' ? 'exec-prefix' : style)})`],
    ['select', node.fields.map((f) => f.name).join(',')],
    ['rowType', `RecordType${isAlone ? ':peek_no_expand' : ''}(${record})`],
    ['joinType', node.joinType.toUpperCase()],
    ...(node.condition ? [['condition', printRex(node.condition, [], 'ast')] as const] : []),
  ];
}

/** A constant that a table is asked for; text stands there without its type. */
function constantText(constant: RexLiteral, style: Style): string {
  return style === 'prefix' && typeof constant.value === 'string'
    ? quoteText(constant.value)
    : printBareLiteral(constant.value, constant.type);
}

function lookupAttributes(node: LookupJoin, style: Style): (readonly [string, string])[] {
  const [left, right] = [node.inputs[0]!, node.inputs[1]!];
  const filter = tableConditions(right);
  const below = right.kind === 'Calc' ? right.inputs[0]!.fields.map((f) => f.name) : null;
  const constants = constantKeys(right).map(([column, value]) => `${column}=${constantText(value, style)}`);
  const equal = node.rightKeys.map(
    (k, i) =>
      `${below?.[askedColumn(right, k)] ?? right.fields[k]!.name}=${left.fields[node.leftKeys[i]!]!.name}`,
  );
  const all = (parts: readonly string[]): string =>
    parts.length === 1
      ? parts[0]!
      : style === 'infix'
        ? `(${parts.join(' AND ')})`
        : `AND(${parts.join(', ')})`;
  const where = filter.parts.map((p) => printRex(p, filter.names, style));
  // What an outer join asks of the left side alone stands first, with nothing in between.
  const isOfLeft = (p: Rex): boolean => [...collectRefs(p)].every((i) => i < left.fields.length);
  const residual = node.residual ? conjunctsOf(node.residual) : [];
  const before = residual.filter((p) => node.joinType === 'left' && isOfLeft(p));
  const joined = [before, residual.filter((p) => !before.includes(p))]
    .filter((parts) => parts.length > 0)
    .map((parts) => all(parts.map((p) => printRex(p, namesOfJoin(node), style))));
  const key = left.mode === 0 ? null : shortestUpsertKey(left);
  // Columns chosen from the table keep their names, even such as the other side has too.
  const shown =
    right.kind === 'Calc'
      ? [
          ...left.fields.map((f) => f.name),
          ...right.exprs.map((e, i) => named(printRex(e, below!, style), right.fields[i]!.name)),
        ]
      : node.fields.map((f) => f.name);
  return [
    ['table', node.table.path.join('.')],
    ['joinType', JOIN_TYPES[node.joinType]],
    ['lookup', [...constants, ...equal].join(', ')],
    ...(where.length === 0 ? [] : [['where', all(where)] as const]),
    ...(joined.length === 0 ? [] : [['joinCondition', joined.join('')] as const]),
    ['select', shown.join(', ')],
    ...(node.hint?.retry ? [['retry', node.hint.retry] as const] : []),
    ...(node.hint?.shuffles ? [['shuffle', 'true'] as const] : []),
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
  const names = namesOfJoin(node);
  return [
    ['joinType', JOIN_TYPES[node.joinType]],
    ['where', printRex(node.condition, names, style)],
    ['select', names.slice(0, node.fields.length).join(', ')],
  ];
}

function multiJoinAttributes(node: MultiJoin, style: Style): (readonly [string, string])[] {
  const names = node.fields.map((f) => f.name);
  const record = node.fields.map((f) => `${printPlanType(f.type, 'short')} ${f.name}`).join(', ');
  const keysOf = (input: PhysicalNode): string => {
    const keys = uniqueKeys(input) ?? [];
    if (keys.length === 0) return 'noUniqueKey';
    return keys
      .filter((key) => key.length > 0)
      .map((key) => `(${key.map((k) => input.fields[k]!.name).join(', ')})`)
      .join(', ');
  };
  const first = node.inputs[0]!;
  const common = node.keys[0]!.map((k) => first.fields[k]!.name).join(', ');
  const isHinted = node.ttls.some((ttl) => ttl !== null);
  const ttls = node.ttls.map((ttl) => ttl?.text ?? '0s').join(', ');
  return [
    ['commonJoinKey', common || 'noCommonJoinKey'],
    ['joinTypes', node.joinTypes.slice(1).join(', ').toUpperCase()],
    ['inputUniqueKeys', node.inputs.map(keysOf).join(', ')],
    ...(isHinted ? [['stateTtlHints', `[[STATE_TTL options:[${ttls}]]]`] as const] : []),
    [
      'joinConditions',
      node.conditions
        .slice(1)
        .map((c) => printRex(c, names, style))
        .join(', '),
    ],
    ['select', names.join(',')],
    ['rowType', `RecordType(${record})`],
  ];
}

function sinkAttributes(node: Sink): readonly (readonly [string, string])[] {
  return [
    ['table', node.table ? node.table.path.join('.') : '*anonymous_collect$1*'],
    ...(node.targetColumns
      ? [['targetColumns', node.targetColumns.map((c) => `[${c}]`).join(',')] as const]
      : []),
    ['fields', node.inputs[0]!.fields.map((f) => f.name).join(', ')],
    ...(node.hinted ? [['hints', `[[OPTIONS ${hintedOptions(node.hinted)}]]`] as const] : []),
    ...(node.upsertMaterialize ? [['upsertMaterialize', 'true'] as const] : []),
  ];
}
