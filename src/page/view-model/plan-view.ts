import { Graph, layout } from '@dagrejs/dagre';
import type { RefusedPlan } from '../../engine/base/diagnostic.ts';
import type { OperatorInfo, RowKind, Run } from '../../engine/engine-api.ts';
import { durationText } from './format.ts';
import { entriesOf, entryKind, rowKindOf, type TraceIndex } from './trace-index.ts';

/** An operator as a box. */
export interface PlanNode {
  readonly operator: OperatorInfo;
  readonly title: string;
  readonly detail: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What flows from one operator to the next. */
export interface PlanEdge {
  readonly from: number;
  readonly to: number;
  readonly kinds: readonly RowKind[];
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Where its badge sits. */
  readonly x: number;
  readonly y: number;
  readonly badgeWidth: number;
  /** Rows are sent to other tasks by key here. */
  readonly isShuffle: boolean;
}

/** The plan with places. */
export interface PlanLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlanNode[];
  readonly edges: readonly PlanEdge[];
}

const layouts = new WeakMap<readonly OperatorInfo[], PlanLayout>();
const refusedPlans = new WeakMap<RefusedPlan, readonly OperatorInfo[]>();
const DETAIL_LENGTH_MAX = 18;
const BADGE_GLYPH = 13;

/** Boxes and routes of a plan; the same for the whole run. */
export function planLayout(operators: readonly OperatorInfo[]): PlanLayout {
  const known = layouts.get(operators);
  if (known) return known;
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 11, edgesep: 8, marginx: 6, marginy: 6 });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = operators.map((operator) => {
    const detail = shorten(detailOf(operator), DETAIL_LENGTH_MAX);
    const width = Math.ceil(
      Math.max(operator.name.length * 6.7, detail.length * 6.1) + (operator.isStateful ? 32 : 20),
    );
    return { operator, title: operator.name, detail, width, height: detail === '' ? 30 : 42 };
  });
  for (const box of boxes) graph.setNode(String(box.operator.id), { width: box.width, height: box.height });
  // In the order of a join's inputs, so that the left one stays above the right one.
  const flows = operators.flatMap((operator) =>
    operator.inputs.map((from, input) => ({ from, to: operator.id, name: String(input) })),
  );
  for (const { from, to, name } of flows) {
    graph.setEdge(
      String(from),
      String(to),
      { width: badgeWidth(operators[from]) + 6, height: 18, labelpos: 'c' },
      name,
    );
  }
  layout(graph);
  const nodes = boxes.map((box): PlanNode => {
    const { x, y } = graph.node(String(box.operator.id)) as { x: number; y: number };
    return { ...box, x, y };
  });
  const edges = flows.map(({ from, to, name }): PlanEdge => {
    const edge = graph.edge(String(from), String(to), name) as {
      points: { x: number; y: number }[];
      x: number;
      y: number;
    };
    return {
      from,
      to,
      kinds: operators[from]?.kinds ?? [],
      points: edge.points,
      x: edge.x,
      y: edge.y,
      badgeWidth: badgeWidth(operators[from]),
      isShuffle: operators[from]?.name === 'Exchange',
    };
  });
  const { width = 0, height = 0 } = graph.graph();
  const made = { width, height, nodes, edges };
  layouts.set(operators, made);
  return made;
}

/** The operators of a plan that was refused: no rows flow between them yet. */
export function refusedOperators(plan: RefusedPlan): readonly OperatorInfo[] {
  const known = refusedPlans.get(plan);
  if (known) return known;
  const operators = plan.operators.map(
    ({ name, label, line, inputs }, id): OperatorInfo => ({
      id,
      name,
      line,
      label,
      inputs,
      attributes: [],
      changelogMode: '',
      kinds: [],
      why: { reason: 'nobody-asks', by: null },
      columns: [],
      rowtime: -1,
      isStateful: false,
      table: null,
      window: null,
    }),
  );
  refusedPlans.set(plan, operators);
  return operators;
}

/** An operator's label in a few characters: windows and delays as durations, expressions as they are. */
function detailOf({ label, window }: OperatorInfo): string {
  if (window) return `${window.kind} ${durationText(window.sizeMs)}`;
  const delayed = /^-\(`?(\w+)`?, (\d+):INTERVAL [\w ]+\)$/.exec(label);
  return delayed ? `${delayed[1]} − ${durationText(Number(delayed[2]))}` : label;
}

function badgeWidth(from: OperatorInfo | undefined): number {
  return Math.max(1, from?.kinds.length ?? 1) * BADGE_GLYPH + 8;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** What of the plan a step set in motion. */
export interface PlanActivity {
  /** Operators in which something happened. */
  readonly operators: ReadonlySet<number>;
  /** Operators that sent rows on, and of which kind the last one was. */
  readonly sent: ReadonlyMap<number, RowKind>;
  /** Operators that sent a watermark on. */
  readonly watermarks: ReadonlySet<number>;
}

/** What moved in the step before a position. */
export function planActivity(index: TraceIndex, position: number): PlanActivity {
  const operators = new Set<number>();
  const sent = new Map<number, RowKind>();
  const watermarks = new Set<number>();
  const { from, to } = entriesOf(index.slice, position - 1);
  for (let entry = from; entry < to; entry++) {
    const operator = index.slice.operator[entry] ?? 0;
    const kind = entryKind(index.slice, entry);
    if (kind === 'watermark') watermarks.add(operator);
    else operators.add(operator);
    if (kind === 'emit') sent.set(operator, rowKindOf(index.slice.rowKind[entry]));
  }
  return { operators, sent, watermarks };
}

/** The plan as lines, with a mark at what moved: for tests and for reading aloud. */
export function planText(run: Run, activity: PlanActivity): string {
  return run.operators
    .map(({ id, name, label, kinds }) => {
      const mark = activity.operators.has(id) ? '◀' : activity.watermarks.has(id) ? '~' : '';
      return `${name}  ${label}  ${kinds.join(' ')}  ${mark}`.trimEnd();
    })
    .join('\n');
}
