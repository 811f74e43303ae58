import { type BatchLine, forwarded } from './batch-line.ts';
import { astTree } from './explain-ast.ts';
import { attributesOf } from './explain-attributes.ts';
import { batchPlan } from './explain-batch.ts';
import { isDeduplicate } from './explain-rank.ts';
import type { LogicalNode } from './logical.ts';
import { type Join, type PhysicalNode, printMode } from './physical.ts';
import type { Style } from './print-rex.ts';

/** `EXPLAIN CHANGELOG_MODE` as Flink prints it. */
export function explainText(
  asts: readonly LogicalNode[],
  physical: readonly PhysicalNode[],
  executed: readonly PhysicalNode[],
  details: { readonly modes: boolean; readonly advice: string | null; readonly isBatch: boolean },
): string {
  const { modes, advice, isBatch } = details;
  const heading = advice === null ? 'Optimized Physical Plan' : 'Optimized Physical Plan With Advice';
  const trees = physical.map((p) =>
    isBatch
      ? batchTree(visibleRoot(p), 'exec-prefix')
      : tree(visibleRoot(p), modes ? physicalLineWithMode : physicalLine),
  );
  const execution = isBatch
    ? executed.map((p) => batchTree(visibleRoot(p), 'infix')).join('\n')
    : executionPlan(executed.map(visibleRoot));
  const queries = asts.map((ast) => astTree(ast.kind === 'Sink' && ast.table === null ? ast.input : ast));
  return [
    `== Abstract Syntax Tree ==\n${queries.join('\n')}`,
    `== ${heading} ==\n${trees.join('\n')}${advice === null ? '' : `\n${advice}\n`}`,
    `== Optimized Execution Plan ==\n${execution}`,
  ].join('\n');
}

/** Several plans that share parts: a part read more than once stands before its first reader, and `Reused` in its place. */
function executionPlan(roots: readonly PhysicalNode[]): string {
  const ids = new Map<PhysicalNode, number>();
  const visited = new Set<PhysicalNode>();
  // Numbers are given where a part is met for the second time.
  const visit = (node: PhysicalNode): void => {
    if (!visited.has(node)) {
      visited.add(node);
      shownInputs(node).forEach(visit);
    } else if (!ids.has(node)) ids.set(node, ids.size + 1);
  };
  roots.forEach(visit);
  const printed = new Set<PhysicalNode>();
  const named = (node: PhysicalNode): string =>
    `${line(node, 'infix')}${ids.has(node) ? `(reuse_id=[${ids.get(node)}])` : ''}`;
  const reused = (node: PhysicalNode): string => `Reused(reference_id=[${ids.get(node)}])`;
  if (roots.length === 1) return treeWithReuse(roots[0]!, ids, named, reused);
  const blocks: string[] = [];
  const print = (root: PhysicalNode): void => {
    const printBelow = (node: PhysicalNode): void => {
      shownInputs(node).forEach(printBelow);
      if (!ids.has(node) || node === root || printed.has(node)) return;
      printed.add(node);
      print(node);
    };
    printBelow(root);
    const isRepeated = (node: PhysicalNode): boolean => ids.has(node) && node !== root;
    blocks.push(tree(root, (node) => (isRepeated(node) ? reused(node) : named(node)), isRepeated));
  };
  roots.forEach(print);
  return blocks.join('\n');
}

/** One plan that reads parts of itself more than once: they are shown where they are read first. */
function treeWithReuse(
  root: PhysicalNode,
  ids: ReadonlyMap<PhysicalNode, number>,
  named: (node: PhysicalNode) => string,
  reused: (node: PhysicalNode) => string,
): string {
  const seen = new Set<PhysicalNode>();
  let isAgain = false;
  return tree(
    root,
    (node) => {
      isAgain = ids.has(node) && seen.has(node);
      seen.add(node);
      return isAgain ? reused(node) : named(node);
    },
    () => isAgain,
  );
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
  node.kind === 'Collect' && (node.order.length === 0 || node.groups) ? shownNode(node.inputs[0]!) : node;

/** What a plan shows below a node: a lookup join hides the table it asks. */
const shownInputs = (node: PhysicalNode): readonly PhysicalNode[] =>
  (node.kind === 'LookupJoin' ? [node.inputs[0]!] : node.inputs).map(shownNode);

function tree(
  root: PhysicalNode,
  print: (node: PhysicalNode) => string,
  isLeaf: (node: PhysicalNode) => boolean = () => false,
): string {
  return drawTree(shownNode(root), print, (node) => (isLeaf(node) ? [] : shownInputs(node)));
}

const batchTree = (root: PhysicalNode, style: Style): string =>
  drawTree<BatchLine>(
    batchPlan(root),
    (node) => lineText((style === 'infix' && node.executedName) || node.name, node.attributes(style)),
    (node) => (style === 'infix' ? node.inputs.map(forwarded) : node.inputs),
  );

/** Each node on a line of its own, below the one that reads it; it is printed before its inputs are asked for. */
function drawTree<N>(root: N, print: (node: N) => string, inputsOf: (node: N) => readonly N[]): string {
  const lines: string[] = [];
  const walk = (node: N, head: string, tail: string): void => {
    lines.push(head + print(node));
    const inputs = inputsOf(node);
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
  const joins = hints.joins.length > 0 ? `, joinHints=[[${hints.joins.join('')}]]` : '';
  return `${joins}${ttls.length > 0 ? `, stateTtlHints=[[[STATE_TTL options:{${ttls.join(', ')}}]]]` : ''}`;
}

const line = (node: PhysicalNode, style: Style): string =>
  lineText(operatorName(node, style), attributesOf(node, style));

function lineText(name: string, attributes: readonly (readonly [string, string])[]): string {
  const texts = attributes.map(([key, value]) => `${key}=[${value}]`);
  return texts.length === 0 ? name : `${name}(${texts.join(', ')})`;
}

/** What plans call a node. */
function operatorName(node: PhysicalNode, style: Style): string {
  if (node.kind === 'ReplicateRows') return 'Correlate';
  if (node.kind === 'Collect') return 'Sort';
  return style === 'infix' && isDeduplicate(node) ? 'Deduplicate' : node.kind;
}
