import { withNullable } from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';
import {
  type AggregateCall,
  type Field,
  inputsOf,
  type LogicalNode,
  type SortKey,
  type WindowSpec,
} from './logical.ts';
import { matchText } from './match-text.ts';
import { hintedOptions } from './print-hint.ts';
import { quoteText } from './print-literal.ts';
import { printRex } from './print-rex.ts';
import type { Rex } from './rex.ts';
import { passesAll } from './rex-tools.ts';

export function astTree(root: LogicalNode): string {
  const lines: string[] = [];
  const walk = (given: LogicalNode, head: string, tail: string): void => {
    const node = shown(given);
    lines.push(head + astLine(node));
    const inputs = inputsOf(node).map((input) => (node.kind === 'Aggregate' ? unprojected(input) : input));
    inputs.forEach((input, i) => {
      const isLast = i === inputs.length - 1;
      walk(input, `${tail}${isLast ? '+- ' : ':- '}`, `${tail}${isLast ? '   ' : ':  '}`);
    });
  };
  walk(root, '', '');
  return `${lines.join('\n')}\n`;
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

/** An aggregate reads below a projection that changes nothing. */
const unprojected = (node: LogicalNode): LogicalNode =>
  node.kind === 'Project' && passesAll(node.exprs, node.input.fields.length) ? node.input : node;

/** `ASC-nulls-first`; where NULL stands by default to Calcite goes unsaid. */
function direction({ descending, nullsFirst }: SortKey): string {
  if (descending) return nullsFirst ? 'DESC' : 'DESC-nulls-last';
  return nullsFirst ? 'ASC-nulls-first' : 'ASC';
}

/** A node as the syntax tree shows it. */
export function astLine(node: LogicalNode): string {
  const print = (rex: Rex): string => printRex(rex, [], 'ast');
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
      return `LogicalAggregate(${[`group=[{${node.groups.join(', ')}}]`, ...node.calls.map((c, i) => `${c.alias ?? `agg#${i}`}=[${astAggregate(c)}]`)].join(', ')})`;
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
        ...node.order.map((k, i) => `dir${i}=[${direction(k)}]`),
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
