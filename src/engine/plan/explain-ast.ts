import { withNullable } from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';
import {
  type AggregateCall,
  type Field,
  inputsOf,
  type LogicalJoin,
  type LogicalNode,
  type LogicalUncollect,
  type WindowSpec,
} from './logical.ts';
import { matchText } from './match-text.ts';
import { hintedOptions } from './print-hint.ts';
import { quoteText } from './print-literal.ts';
import { printRex } from './print-rex.ts';
import type { Rex } from './rex.ts';
import { isTrueLiteral, mapRex } from './rex-tools.ts';

/** A line of the tree with those below it. */
interface Shown {
  readonly line: string;
  readonly inputs: readonly Shown[];
}

export function astTree(root: LogicalNode): string {
  const lines: string[] = [];
  const walk = ({ line, inputs }: Shown, head: string, tail: string): void => {
    lines.push(head + line);
    inputs.forEach((input, i) => {
      const isLast = i === inputs.length - 1;
      walk(input, `${tail}${isLast ? '+- ' : ':- '}`, `${tail}${isLast ? '   ' : ':  '}`);
    });
  };
  walk(shownTree(root), '', '');
  return `${lines.join('\n')}\n`;
}

/** A query within an expression. */
function printQuery(query: unknown): string {
  const lines = ({ line, inputs }: Shown, indent: string): string[] => [
    indent + line,
    ...inputs.flatMap((input) => lines(input, `${indent}  `)),
  ];
  return `{\n${lines(shownTree(query as LogicalNode), '').join('\n')}\n}`;
}

const print = (rex: Rex): string => printRex(rex, [], 'ast', printQuery);

function shownTree(given: LogicalNode): Shown {
  const node = shown(given);
  if (node.kind === 'Uncollect') return shownUncollect(node);
  const inputs = inputsOf(node).map(shownTree);
  const time = node.kind === 'Join' ? (node.asOf ?? node.period) : undefined;
  if (node.kind !== 'Join' || time === undefined) return { line: astLine(node), inputs };
  const [correlate = '', ...snapshot] = asOfLines(node, time);
  const right = snapshot.reduceRight<Shown>((below, line) => ({ line, inputs: [below] }), inputs[1]!);
  return { line: correlate, inputs: [inputs[0]!, right] };
}

/** UNNEST: a collection taken apart, and named where it has names of its own. */
function shownUncollect({ collection, ordinality, fields }: LogicalUncollect): Shown {
  const values = { line: 'LogicalValues(tuples=[[{ 0 }]])', inputs: [] };
  const name = collection.kind === 'Correlation' ? collection.name : 'EXPR$0';
  const uncollect = {
    line: `Uncollect${ordinality ? '(withOrdinality=[true])' : ''}`,
    inputs: [{ line: `LogicalProject(${name}=[${print(collection)}])`, inputs: [values] }],
  };
  const { type } = collection;
  const element = type.root === 'ARRAY' || type.root === 'MULTISET' ? type.element : null;
  const own = element?.root === 'ROW' ? element.fields.map((f) => f.name) : [];
  if (own.length > 0 && fields.every((f, i) => f.name === (own[i] ?? 'ORDINALITY'))) return uncollect;
  return {
    line: `LogicalProject(${fields.map((f, i) => `${f.name}=[$${i}]`).join(', ')})`,
    inputs: [uncollect],
  };
}

/** FOR SYSTEM_TIME AS OF: a correlation whose right side is looked at as of the left row's time, and filtered by what the left row says. */
function asOfLines({ inputs, condition, joinType, snapshot }: LogicalJoin, time: number): string[] {
  const { fields } = inputs[0];
  const used = new Set([time]);
  const id = snapshot ?? 1;
  const parts = condition.kind === 'Call' && condition.operator === 'AND' ? condition.operands : [condition];
  const written = parts.filter((p) => p.kind !== 'Call' || !p.operator.startsWith('__INITIAL_TEMPORAL'));
  const seen = written.map((part) =>
    mapRex(part, (r): Rex => {
      if (r.kind !== 'InputRef') return r;
      if (r.index >= fields.length) return { ...r, index: r.index - fields.length };
      used.add(r.index);
      return { kind: 'Correlation', id, field: r.index, name: fields[r.index]!.name, type: r.type };
    }),
  );
  const texts = seen.filter((part) => !isTrueLiteral(part)).map((part) => print(part));
  const columns = [...used].sort((a, b) => a - b).join(', ');
  return [
    `LogicalCorrelate(correlation=[$cor${id}], joinType=[${joinType}], requiredColumns=[{${columns}}])`,
    ...(texts.length === 0
      ? []
      : [`LogicalFilter(condition=[${texts.length === 1 ? texts[0] : `AND(${texts.join(', ')})`}])`]),
    `LogicalSnapshot(period=[$cor${id}.${fields[time]!.name}])`,
  ];
}

/** A projection that only passes an aggregate's columns on is not shown. */
export function shown(node: LogicalNode): LogicalNode {
  if (node.kind !== 'Project' || (node.input.kind !== 'Aggregate' && node.input.kind !== 'Filter'))
    return node;
  if (node.input.kind === 'Filter' && node.input.input.kind !== 'Aggregate') return node;
  return node.exprs.length === node.input.fields.length &&
    node.exprs.every((e, i) => e.kind === 'InputRef' && e.index === i)
    ? node.input
    : node;
}

/** A node as the syntax tree shows it. */
export function astLine(node: LogicalNode): string {
  switch (node.kind) {
    case 'Scan':
      return `LogicalTableScan(table=[[${node.table.path.join(', ')}]]${node.hinted.size > 0 ? `, hints=[[[OPTIONS inheritPath:[] ${hintedOptions(node.hinted)}]]]` : ''})`;
    case 'Values':
      return `LogicalValues(tuples=[[${node.rows.map((row) => `{ ${row.map(print).join(', ')} }`).join(', ')}]])`;
    case 'Project':
    case 'Calc':
      return `LogicalProject(${node.exprs.map((e, i) => `${node.fields[i]!.name}=[${print(e)}]`).join(', ')})`;
    case 'Filter':
      return `LogicalFilter(condition=[${print(node.condition)}])`;
    case 'Aggregate':
      return `LogicalAggregate(${[`group=[{${node.groups.join(', ')}}]`, ...(node.sets ? [`groups=[[${setsText(node.sets)}]]`] : []), ...node.calls.map((c, i) => `${c.alias ?? `agg#${i}`}=[${astAggregate(c)}]`)].join(', ')})`;
    case 'WatermarkAssigner':
      return `LogicalWatermarkAssigner(rowtime=[${node.fields[node.rowtime]!.name}], watermark=[${print(node.watermark)}])`;
    case 'WindowTable':
      return `LogicalTableFunctionScan(invocation=[${node.window.kind}(${[`TABLE(#0)${node.window.partition.length > 0 ? ` PARTITION BY(${node.window.partition.map((p) => `$${p}`).join(', ')})` : ''}`, `DESCRIPTOR(${quoteText(node.input.fields[node.window.time]!.name)})`, ...astLengths(node.window)].join(', ')})], rowType=[RecordType(${node.fields.map(astField).join(', ')})])`;
    case 'WindowAggregate':
      return `LogicalWindowAggregate(group=[{${node.groups.join(', ')}}])`;
    case 'MultiJoin':
      return `MultiJoin(joinTypes=[[${node.joinTypes.join(', ').toUpperCase()}]])`;
    case 'Union':
      return `LogicalUnion(all=[${node.all}])`;
    case 'SetOperation':
      return `Logical${node.operator === 'INTERSECT' ? 'Intersect' : 'Minus'}(all=[${node.all}])`;
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
      if (node.correlate)
        return `LogicalCorrelate(correlation=[$cor${node.correlate.id}], joinType=[${node.joinType}], requiredColumns=[{${node.correlate.columns.join(', ')}}])`;
      return `LogicalJoin(condition=[${print(node.condition)}], joinType=[${node.joinType}])`;
    case 'Sink':
      return `LogicalSink(table=[${node.table?.path.join('.') ?? node.name}]${node.targetColumns ? `, targetColumns=[${node.targetColumns.map((c) => `[${c}]`).join(',')}]` : ''}, fields=[${node.fields.map((f) => f.name).join(', ')}])`;
  }
}

/** Grouping sets, the largest first, as a set of bits has its columns. */
const setsText = (sets: readonly (readonly number[])[]): string =>
  sets.map((set) => `{${set.toSorted((a, b) => a - b).join(', ')}}`).join(', ');

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
