import { type RefusedPlan, SqlError } from '../base/diagnostic.ts';
import { physicalLine } from '../plan/explain.ts';
import { inputsOf, type LogicalNode, type LogicalSink } from '../plan/logical.ts';
import type { PhysicalNode } from '../plan/physical.ts';

/** Does a part of the planning over a logical plan; a refusal takes the plan along, with the lowest node that is refused by itself. */
export function overLogical<Result>(root: LogicalSink, work: (sink: LogicalSink) => Result): Result {
  try {
    return work(root);
  } catch (error) {
    // What no part is refused for by itself, the sink is.
    throw withPlan<LogicalNode>(
      error,
      root,
      inputsOf,
      describeLogical,
      (refusal) => parts(root).find((part) => isRefused(part, work, refusal)) ?? root,
    );
  }
}

/** The same over a physical plan; whoever refuses says which node it is. */
export function overPhysical<Root extends PhysicalNode, Result>(
  root: Root,
  work: (root: Root) => Result,
): Result {
  try {
    return work(root);
  } catch (error) {
    throw withPlan<PhysicalNode>(
      error,
      root,
      ({ inputs }) => inputs,
      describePhysical,
      ({ at }) => at,
    );
  }
}

function withPlan<Node extends object>(
  error: unknown,
  root: Node,
  inputs: (node: Node) => readonly Node[],
  describe: (node: Node) => { readonly name: string; readonly label: string; readonly line: string },
  blame: (refusal: SqlError) => object | null | undefined,
): unknown {
  if (!(error instanceof SqlError) || error.diagnostic.phase === 'internal') return error;
  const order: Node[] = [];
  const visit = (node: Node): void => {
    if (order.includes(node)) return;
    inputs(node).forEach(visit);
    order.push(node);
  };
  visit(root);
  const at = order.findIndex((node) => node === blame(error));
  if (at < 0) return error;
  const plan: RefusedPlan = {
    operators: order.map((node) => ({
      ...describe(node),
      inputs: inputs(node).map((input) => order.indexOf(input)),
    })),
    at,
  };
  return new SqlError({ ...error.diagnostic, plan });
}

/** The nodes below a sink, inputs before those who read them. */
const parts = (node: LogicalNode): LogicalNode[] => [
  ...inputsOf(node).flatMap(parts),
  ...(node.kind === 'Sink' ? [] : [node]),
];

/** Whether a part is refused in the same words when nothing reads it but a result. */
function isRefused(part: LogicalNode, work: (sink: LogicalSink) => unknown, refusal: SqlError): boolean {
  try {
    work({ kind: 'Sink', input: part, fields: part.fields, table: null, name: '', targetColumns: null });
    return false;
  } catch (error) {
    return error instanceof SqlError && error.message === refusal.message;
  }
}

/** What the physical node that it would become is called. */
const NAMES: Partial<Record<LogicalNode['kind'], string>> = {
  Scan: 'TableSourceScan',
  Project: 'Calc',
  Filter: 'Calc',
  WindowTable: 'WindowTableFunction',
  Aggregate: 'GroupAggregate',
  WindowAggregate: 'GroupWindowAggregate',
  Over: 'OverAggregate',
  Uncollect: 'Correlate',
  Replicate: 'Correlate',
};

function describeLogical(node: LogicalNode): ReturnType<typeof describePhysical> {
  const name = NAMES[node.kind] ?? node.kind;
  const label =
    node.kind === 'Scan'
      ? node.table.path[2]
      : node.kind === 'Sink'
        ? (node.table?.path[2] ?? 'result')
        : node.kind === 'WindowTable'
          ? `${node.window.kind} ${node.input.fields[node.window.time]?.name ?? ''}`
          : '';
  return { name, label, line: `${name}(${node.fields.map((field) => field.name).join(', ')})` };
}

function describePhysical(node: PhysicalNode): {
  readonly name: string;
  readonly label: string;
  readonly line: string;
} {
  const line = physicalLine(node);
  const label =
    node.kind === 'TableSourceScan'
      ? node.table.path[2]
      : node.kind === 'Sink'
        ? (node.table?.path[2] ?? 'result')
        : (/\((?:groupBy|partitionBy|where|distribution|select)=\[(.*?)\][,)]/.exec(line)?.[1] ?? '');
  return { name: node.kind, label, line };
}
