import {
  type AggregateCall,
  type Field,
  type LogicalAggregate,
  type LogicalCalc,
  type LogicalNode,
} from '../../plan/logical.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { and, asComputed } from '../../plan/rex-build.ts';
import { collectRefs, isDeterministic, isTrueLiteral, passesAll, substitute } from '../../plan/rex-tools.ts';
import {
  isProctime,
  isRowtime,
  isTimeAttribute,
  regularType,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import { keepType, simplifyOnce } from '../simplify/simplify.ts';
import { simplifyByRule, simplifyCondition } from '../simplify/simplify-condition.ts';

// What the rules over logical plans share.

/** Rebuilds a node over rebuilt inputs. */
export function mapInputs(node: LogicalNode, change: (input: LogicalNode) => LogicalNode): LogicalNode {
  switch (node.kind) {
    case 'Scan':
    case 'Values':
    case 'Uncollect':
      return node;
    case 'Union':
    case 'SetOperation':
    case 'MultiJoin':
      return { ...node, inputs: node.inputs.map(change) };
    case 'Join':
    case 'Lateral':
      return { ...node, inputs: [change(node.inputs[0]), change(node.inputs[1])] };
    default:
      return { ...node, input: change(node.input) };
  }
}

/** Merges a Calc with one right below it, unless that would evaluate something random twice. Drops it if it does nothing. */
export function mergeCalc(calc: LogicalCalc): LogicalNode {
  const below = calc.input;
  if (below.kind !== 'Calc' || !canMerge(calc, below))
    return isTrivial(calc) ? withNames(below, calc.fields) : calc;
  const given = below.exprs.map(asComputed);
  const exprs = calc.exprs.map((expr) =>
    keepType(
      expr,
      expr.kind === 'InputRef' ? below.exprs[expr.index]! : simplifyOnce(substitute(expr, given)),
    ),
  );
  const own = calc.condition && substitute(calc.condition, given);
  const conditions = [below.condition, own].filter((c) => c !== null);
  const condition = own
    ? simplifyCondition(and(conditions))
    : below.condition && simplifyByRule(below.condition);
  return mergeCalc({
    kind: 'Calc',
    input: below.input,
    exprs,
    condition: condition && isTrueLiteral(condition) ? null : condition,
    fields: calc.fields,
  });
}

function canMerge(upper: LogicalCalc, lower: LogicalCalc): boolean {
  const random = lower.exprs.map((e) => !isDeterministic(e));
  if (!random.some(Boolean)) return true;
  const uses = new Map<number, number>();
  const count = (rex: Rex): void => {
    if (rex.kind === 'InputRef') uses.set(rex.index, (uses.get(rex.index) ?? 0) + 1);
    else if (rex.kind === 'Call') rex.operands.forEach(count);
  };
  upper.exprs.forEach(count);
  if (upper.condition) count(upper.condition);
  return random.every(
    (is, i) => !is || lower.exprs[i]!.type.root === 'TIMESTAMP_LTZ' || (uses.get(i) ?? 0) <= 1,
  );
}

export const isTrivial = (calc: LogicalCalc): boolean =>
  calc.condition === null && passesAll(calc.exprs, calc.input.fields.length);

/** Aggregates carry the names their columns are asked for by; other nodes keep theirs. */
function withNames(node: LogicalNode, fields: readonly Field[]): LogicalNode {
  return node.kind === 'Calc'
    ? { ...node, fields: node.fields.map((f, i) => ({ ...f, name: fields[i]!.name })) }
    : node;
}

export function filtered(input: LogicalNode, conditions: readonly Rex[]): LogicalNode {
  return mergeCalc({
    kind: 'Calc',
    input,
    exprs: input.fields.map((f, i) => ref(i, f.type)),
    condition: simplifyCondition(and(conditions)),
    fields: input.fields,
  });
}

/** Columns that a filter with a projection reads, in their order: all that stands below it once what the projection computes is taken away. */
function columnsOf(calc: LogicalCalc): number[] {
  const read = new Set<number>();
  if (calc.condition) collectRefs(calc.condition, read);
  for (const e of calc.exprs) collectRefs(e, read);
  return [...read].sort((a, b) => a - b);
}

/** The filter alone, over the columns that it and its projection read (ProjectFilterTransposeRule). */
export function filterOf(calc: LogicalCalc): LogicalCalc {
  const columns = columnsOf(calc);
  const fields = columns.map((c) => calc.input.fields[c]!);
  return { ...calc, exprs: columns.map((c, i) => ref(c, fields[i]!.type)), fields };
}

/** A projection that passes on all that the filter right below it reads, in order, is none to Flink, whatever names it gives. A filter over a Top-N reads its number. */
export function namedByFilter(n: LogicalNode): LogicalNode {
  if (n.kind !== 'Calc' || !n.condition) return n;
  const columns = n.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  const isInOrder = columns.every((c, i) => c > (i === 0 ? -1 : columns[i - 1]!));
  const read = [
    ...collectRefs(n.condition),
    ...(n.input.kind === 'Rank' ? [n.input.input.fields.length] : []),
  ];
  if (!isInOrder || !read.every((c) => columns.includes(c))) return n;
  return { ...n, fields: n.fields.map((f, i) => ({ ...f, name: n.input.fields[columns[i]!]!.name })) };
}

/** Where a column of a filter's input is behind it alone. */
export function placeIn(calc: LogicalCalc): (column: number) => number {
  const columns = columnsOf(calc);
  return (column) => columns.indexOf(column);
}

export interface Pruned<Node extends LogicalNode = LogicalNode> {
  readonly node: Node;
  /** Where each old column is now; -1 for those that are gone. */
  readonly at: readonly number[];
}

export type WindowRole = 'start' | 'end' | 'time';

/** Which columns are the bounds of a window table function below, passed on unchanged by Calcs. */
export function windowRoles(node: LogicalNode): Map<number, WindowRole> {
  if (node.kind === 'WindowTable') {
    const width = node.input.fields.length;
    return new Map([
      [width, 'start'],
      [width + 1, 'end'],
      [width + 2, 'time'],
    ]);
  }
  if (node.kind === 'Calc' || node.kind === 'Project') {
    const below = windowRoles(node.input);
    const roles = new Map<number, WindowRole>();
    node.exprs.forEach((e, i) => {
      const role = e.kind === 'InputRef' ? below.get(e.index) : undefined;
      if (role) roles.set(i, role);
    });
    return roles;
  }
  if (node.kind === 'Filter' || node.kind === 'Correlate') return windowRoles(node.input);
  if (node.kind === 'Expand') {
    const isPassedOn = (i: number): boolean =>
      node.projects.every((exprs) => exprs[i]?.kind === 'InputRef' && exprs[i].index === i);
    return new Map([...windowRoles(node.input)].filter(([i]) => isPassedOn(i)));
  }
  if (node.kind === 'Aggregate') {
    const below = windowRoles(node.input);
    const roles = new Map(node.groups.flatMap((g, i) => (below.has(g) ? [[i, below.get(g)!] as const] : [])));
    const found = new Set(roles.values());
    return found.has('start') && found.has('end') ? roles : new Map();
  }
  return new Map();
}

export function materialized(rex: Rex): Rex {
  if (isRowtime(rex.type)) return call('CAST', [rex], regularType(rex.type));
  if (isProctime(rex.type)) return call('PROCTIME_MATERIALIZE', [rex], regularType(rex.type));
  return rex;
}

/** Functions whose result is a time attribute. */
const GIVES_TIME: ReadonlySet<string> = new Set(['PROCTIME', 'MATCH_ROWTIME', 'MATCH_PROCTIME']);

export function convertOperand(rex: Rex, isResult: boolean): Rex {
  if (rex.kind !== 'Call') return isResult ? rex : materialized(rex);
  // What is no time attribute is made one where it meets one in a union.
  const isMadeTime =
    rex.operator === 'CAST' && isTimeAttribute(rex.type) && !isTimeAttribute(rex.operands[0]!.type);
  if (GIVES_TIME.has(rex.operator) || isMadeTime) return isResult ? rex : materialized(rex);
  const operands = rex.operands.map((o) => convertOperand(o, false));
  // A time attribute cast to what materialising it gives anyway.
  if (
    rex.operator === 'CAST' &&
    !sameType(operands[0]!.type, rex.operands[0]!.type) &&
    sameType(withNullable(operands[0]!.type, true), withNullable(rex.type, true))
  )
    return operands[0]!;
  return { ...rex, operands, type: regularType(rex.type) };
}

/** A name that nobody gave says the place. */
export const placeNamed = (field: Field, place: number): Field =>
  /^\$f\d+$/.test(field.name) ? { ...field, name: `$f${place}` } : field;

/** Names that stand there already get a number. */
export function dedupeNames(fields: readonly Field[]): Field[] {
  const used = new Set<string>();
  return fields.map((f) => {
    let name = f.name;
    for (let i = 0; used.has(name); i++) name = `${f.name}_${i}`;
    used.add(name);
    return { ...f, name };
  });
}

/** An aggregate call over an input whose columns stand elsewhere: `at` says where. */
export const callOver = <Call extends AggregateCall>(call: Call, at: (column: number) => number): Call => ({
  ...call,
  args: call.args.map((arg) => at(arg)),
  filter: call.filter < 0 ? -1 : at(call.filter),
});

/** Groups come in the order of their columns; in another they need a projection above. */
export function byColumns(node: LogicalAggregate, fields = node.fields): LogicalNode {
  const { groups } = node;
  const sorted = [...groups].sort((a, b) => a - b);
  const from = (place: number): number => (place < groups.length ? groups.indexOf(sorted[place]!) : place);
  const made: LogicalNode = { ...node, groups: sorted, fields: fields.map((_, i) => node.fields[from(i)]!) };
  if (sorted.every((g, i) => g === groups[i])) return made;
  const exprs = fields.map((f, i) => ref(i < groups.length ? sorted.indexOf(groups[i]!) : i, f.type));
  return mergeCalc({ kind: 'Calc', input: made, exprs, condition: null, fields });
}
