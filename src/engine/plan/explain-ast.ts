import { INTEGER, notNull, withNullable } from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';
import {
  type AggregateCall,
  areOwnGroups,
  type Field,
  inputsOf,
  type LogicalNode,
  type LogicalProject,
  type LogicalUncollect,
  type SortKey,
  type WindowSpec,
} from './logical.ts';
import { matchText } from './match-text.ts';
import { hintedOptions } from './print-hint.ts';
import { quoteText } from './print-literal.ts';
import { printRex, printTupleValue } from './print-rex.ts';
import { literal, type Rex, type RexSubQuery, ref } from './rex.ts';
import { changesNothing, withProducts } from './rex-tools.ts';

export function astTree(root: LogicalNode): string {
  const lines: string[] = [];
  const walk = (given: LogicalNode, head: string, tail: string): void => {
    const node = shown(given);
    lines.push(head + astLine(node));
    const inputs = shownInputs(node);
    inputs.forEach((input, i) => {
      const isLast = i === inputs.length - 1;
      walk(input, `${tail}${isLast ? '+- ' : ':- '}`, `${tail}${isLast ? '   ' : ':  '}`);
    });
  };
  walk(root, '', '');
  return `${lines.join('\n')}\n`;
}

/** A query within an expression: its tree without lines, on lines of its own. */
function queryText(asked: RexSubQuery): string {
  const query = asked.query as LogicalNode;
  const lines: string[] = [];
  const walk = (given: LogicalNode, indent: string): void => {
    const node = shown(given);
    lines.push(indent + astLine(node));
    for (const input of shownInputs(node)) walk(input, `${indent}  `);
  };
  // What EXISTS would compute is not even looked at.
  walk(asked.operator === 'EXISTS' && query.kind === 'Project' ? query.input : query, '');
  return `{\n${lines.join('\n')}\n}`;
}

/** What is shown of a node: how it was written; a projection that only passes an aggregate's columns on is not. */
export function shown(given: LogicalNode): LogicalNode {
  const { written } = given;
  const node =
    written && written.fields.length === given.fields.length ? { ...written, fields: given.fields } : given;
  if (node.kind === 'Uncollect') return withAliases(node);
  if (node.kind !== 'Project') return node;
  const input = node.input.written ?? node.input;
  return areOwnGroups(input) && passesOn(node) ? input : node;
}

const passesOn = ({ input, exprs, fields }: LogicalProject): boolean =>
  changesNothing(exprs, fields, input.fields);

/** An UNNEST whose columns are renamed: a projection of what its elements call them. */
function withAliases(node: LogicalUncollect): LogicalNode {
  const { type } = node.collection;
  const own =
    type.root === 'ARRAY' && type.element.root === 'ROW' ? type.element.fields.map((f) => f.name) : [];
  const fields = node.fields.map((f) => ({ ...f, name: f.called ?? f.name }));
  if (!node.isNamed || fields.every((f, i) => f.name === (own[i] ?? 'ORDINALITY'))) return node;
  const exprs = fields.map((f, i) => ref(i, f.type));
  return { kind: 'Project', input: { ...node, isNamed: false }, exprs, fields };
}

/** What the syntax tree shows below a node: an UNNEST reads one row of a collection. */
function shownInputs(node: LogicalNode): readonly LogicalNode[] {
  // Nor is one that only passes on what an aggregate reads; what reads nothing has none of its own.
  if (
    node.kind === 'Aggregate' &&
    node.calls.some((c) => c.args.length > 0 || c.filter >= 0 || node.groups.length > 0)
  ) {
    const { input } = node;
    return [input.kind === 'Project' && passesOn(input) ? input.input : input];
  }
  // What orders rows of several queries reads them by a SELECT of its own.
  if (node.kind === 'Sort' && (node.input.kind === 'Union' || node.input.kind === 'SetOperation')) {
    const { input, fields } = node;
    return [{ kind: 'Project', input, exprs: fields.map((f, i) => ref(i, f.type)), fields }];
  }
  if (node.kind !== 'Uncollect') return inputsOf(node);
  const { collection } = node;
  const zero = literal(0, notNull(INTEGER));
  const input: LogicalNode = { kind: 'Values', rows: [[zero]], fields: [{ name: 'ZERO', type: zero.type }] };
  const name = collection.kind === 'Correlation' ? collection.name : 'EXPR$0';
  return [{ kind: 'Project', input, exprs: [collection], fields: [{ name, type: collection.type }] }];
}

/** `ASC-nulls-first`; where NULL stands by default to Calcite goes unsaid. */
function direction({ descending, nullsFirst }: SortKey): string {
  if (descending) return nullsFirst ? 'DESC' : 'DESC-nulls-last';
  return nullsFirst ? 'ASC-nulls-first' : 'ASC';
}

/** A node as the syntax tree shows it. */
export function astLine(node: LogicalNode): string {
  const print = (rex: Rex): string => printRex(withProducts(rex), [], 'ast', queryText);
  const variables = node.variable === undefined ? [] : [`variablesSet=[[$cor${node.variable}]]`];
  switch (node.kind) {
    case 'Scan':
      return `LogicalTableScan(table=[[${node.table.path.join(', ')}]]${node.hinted.size > 0 ? `, hints=[[[OPTIONS inheritPath:[] ${hintedOptions(node.hinted)}]]]` : ''})`;
    case 'Values':
      return `LogicalValues(tuples=[[${node.rows.map((row) => `{ ${row.map((value) => printTupleValue(value, 'ast')).join(', ')} }`).join(', ')}]])`;
    case 'Project':
    case 'Calc':
      return `LogicalProject(${[...variables, ...node.exprs.map((e, i) => `${node.fields[i]!.name}=[${print(e)}]`)].join(', ')})`;
    case 'Filter':
      return `LogicalFilter(${[`condition=[${print(node.condition)}]`, ...variables].join(', ')})`;
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
        ...node.order.map((k, i) => `dir${i}=[${direction(k)}]`),
      ];
      return `LogicalSort(${[...keys, ...(node.offset > 0 ? [`offset=[${node.offset}]`] : []), ...(node.fetch === null ? [] : [`fetch=[${node.fetch}]`])].join(', ')})`;
    }
    case 'Rank':
    case 'Over':
    case 'Replicate':
    case 'Expand':
    case 'Correlate':
      return `Logical${node.kind}()`;
    case 'Lateral':
      return `LogicalCorrelate(correlation=[$cor${node.variable}], joinType=[${node.joinType}], requiredColumns=[{${node.columns.join(', ')}}])`;
    case 'Snapshot':
      return `LogicalSnapshot(period=[${print(node.period)}])`;
    case 'Uncollect':
      return node.ordinality ? 'Uncollect(withOrdinality=[true])' : 'Uncollect';
    case 'Match':
      return `Logical${matchText(node, print)}`;
    case 'Join':
      return `LogicalJoin(condition=[${print(node.condition)}], joinType=[${node.joinType}])`;
    case 'Sink':
      return `LogicalSink(table=[${node.table?.path.join('.') ?? node.name}]${node.targetColumns ? `, targetColumns=[${node.targetColumns.map((c) => `[${c}]`).join(',')}]` : ''}, fields=[${node.fields.map((f) => f.name).join(', ')}]${node.hinted ? `, hints=[[[OPTIONS ${hintedOptions(node.hinted)}]]]` : ''})`;
  }
}

/** Grouping sets, the largest first, as a set of bits has its columns. */
const setsText = (sets: readonly (readonly number[])[]): string =>
  sets
    .map((set) => set.toSorted((a, b) => a - b))
    .sort(bySet)
    .map((set) => `{${set.join(', ')}}`)
    .join(', ');
/** Calcite's order of sets: one that holds another comes first, others by their members. */
function bySet(a: readonly number[], b: readonly number[]): number {
  const shared = a.filter((i) => b.includes(i)).length;
  if (shared === b.length || shared === a.length) return b.length - a.length;
  const at = a.findIndex((i, n) => i !== b[n]);
  return a[at]! - b[at]!;
}

const astField = (f: Field): string => `${printPlanType(withNullable(f.type, true), 'short')} ${f.name}`;

function astLengths(window: WindowSpec): string[] {
  const lengths =
    window.kind === 'HOP' || window.kind === 'CUMULATE' ? [window.slideMs, window.sizeMs] : [window.sizeMs];
  if (window.offsetMs !== 0) lengths.push(window.offsetMs);
  return lengths.map((ms, i) => `${ms}:INTERVAL ${window.units[i] ?? 'SECOND'}`);
}

/** What stands before the arguments of an aggregate. */
export const distinction = ({ name, distinct }: AggregateCall): string =>
  name === 'APPROX_COUNT_DISTINCT' ? 'APPROXIMATE DISTINCT ' : distinct ? 'DISTINCT ' : '';

function astAggregate(call: AggregateCall): string {
  const args = call.args.map((a) => `$${a}`).join(', ');
  const name = call.name === 'APPROX_COUNT_DISTINCT' ? 'COUNT' : call.name;
  return `${name}(${distinction(call)}${args})${call.filter >= 0 ? ` FILTER $${call.filter}` : ''}`;
}
