import { curveBasis, line } from 'd3';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { PlanActivity, PlanEdge, PlanLayout, PlanNode } from '../view-model/plan-view.ts';
import { GlyphPath, kindColor } from './glyph.tsx';
import styles from './plan-graph.module.css';

const route = line<{ x: number; y: number }>(
  ({ x }) => x,
  ({ y }) => y,
).curve(curveBasis);

interface PlanGraphProps {
  readonly layout: PlanLayout;
  readonly activity: PlanActivity;
  readonly hot: ReadonlySet<number>;
  readonly selected: number | null;
  /** The operator for which the plan was refused. */
  readonly fault?: number;
  /** Changes with each step, so that the travelling dot starts anew. */
  readonly position: number;
  readonly label: string;
  /** Pixels there are; a wider plan is drawn smaller, down to a size that can still be read. */
  readonly room: number;
  readonly onSelect: (operator: number) => void;
  readonly onHover: (operator: number | null) => void;
}

const SCALE_MIN = 0.68;

/** The plan as a graph: boxes are operators, badges say what kinds of rows flow. */
export function PlanGraph(props: PlanGraphProps) {
  const { layout, activity, hot, selected, fault = -1, position, label, room, onSelect, onHover } = props;
  const scale = Math.min(1, Math.max(SCALE_MIN, room / layout.width));
  return (
    <svg
      className={styles['plan']}
      width={layout.width * scale}
      height={layout.height * scale}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      role="group"
      aria-label={label}
    >
      {layout.edges.map((edge) => (
        <Edge
          key={`${edge.from} ${edge.to} ${edge.y}`}
          edge={edge}
          position={position}
          isActive={activity.sent.has(edge.from) && activity.operators.has(edge.to)}
          isWatermark={activity.watermarks.has(edge.from)}
          color={colorOf(activity, edge.from)}
          onSelect={onSelect}
        />
      ))}
      {layout.nodes.map((node) => (
        <Box
          key={node.operator.id}
          node={node}
          isActive={activity.operators.has(node.operator.id)}
          isWatermark={activity.watermarks.has(node.operator.id)}
          isHot={hot.has(node.operator.id)}
          isSelected={selected === node.operator.id}
          isFault={fault === node.operator.id}
          onSelect={onSelect}
          onHover={onHover}
        />
      ))}
    </svg>
  );
}

function colorOf(activity: PlanActivity, operator: number): string {
  const kind = activity.sent.get(operator);
  return kind ? kindColor(kind) : 'var(--wm)';
}

interface EdgeProps {
  readonly edge: PlanEdge;
  readonly isActive: boolean;
  readonly isWatermark: boolean;
  readonly color: string;
  readonly position: number;
  readonly onSelect: (operator: number) => void;
}

function Edge({ edge, isActive, isWatermark, color, position, onSelect }: EdgeProps) {
  const path = route([...edge.points]) ?? '';
  const travels = (isActive || isWatermark) && !isStill();
  return (
    <g
      className={styles['edge']}
      data-from={edge.from}
      data-to={edge.to}
      data-kinds={edge.kinds.join(' ')}
      data-active={isActive}
      data-watermark={!isActive && isWatermark}
    >
      <path d={path} />
      {edge.isShuffle && (
        <path
          className={styles['comb']}
          d={`M${(edge.points.at(-1)?.x ?? 0) - 4},${(edge.points.at(-1)?.y ?? 0) - 5}v10m2.5,-10v10`}
        />
      )}
      {travels && <Traveller key={position} path={path} color={isActive ? color : 'var(--wm)'} />}
      <g
        className={styles['kinds']}
        transform={`translate(${edge.x},${edge.y})`}
        // By keyboard the operator that sends these kinds says the same.
        onClick={() => onSelect(edge.from)}
      >
        {edge.kinds.length > 0 && (
          <rect x={-edge.badgeWidth / 2} y={-8} width={edge.badgeWidth} height={16} rx={8} />
        )}
        {edge.kinds.map((kind, place) => (
          <GlyphPath key={kind} kind={kind} x={(place - (edge.kinds.length - 1) / 2) * 13} scale={0.72} />
        ))}
      </g>
    </g>
  );
}

function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** A dot that runs along an edge once. */
function Traveller({ path, color }: { readonly path: string; readonly color: string }) {
  const ref = useRef<SVGCircleElement>(null);
  useEffect(() => {
    const dot = ref.current;
    if (!dot) return;
    const run = dot.animate(
      [
        { offsetDistance: '0%', opacity: 1 },
        { offsetDistance: '100%', opacity: 1 },
      ],
      {
        duration: 420,
        easing: 'cubic-bezier(0.3, 0, 0.4, 1)',
      },
    );
    return () => run.cancel();
  }, []);
  return (
    <circle
      ref={ref}
      className={styles['traveller']}
      r={4}
      fill={color}
      style={{ offsetPath: `path("${path}")` }}
    />
  );
}

interface BoxProps {
  readonly node: PlanNode;
  readonly isActive: boolean;
  readonly isWatermark: boolean;
  readonly isHot: boolean;
  readonly isSelected: boolean;
  readonly isFault: boolean;
  readonly onSelect: (operator: number) => void;
  readonly onHover: (operator: number | null) => void;
}

function Box({ node, isActive, isWatermark, isHot, isSelected, isFault, onSelect, onHover }: BoxProps) {
  const { operator, width, height } = node;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onSelect(operator.id);
  };
  return (
    <g
      className={styles['node']}
      data-operator={operator.id}
      data-name={operator.name}
      data-active={isActive}
      data-watermark={!isActive && isWatermark}
      data-hot={isHot}
      data-selected={isSelected}
      data-fault={isFault}
      data-stateful={operator.isStateful}
      transform={`translate(${node.x - width / 2},${node.y - height / 2})`}
      role="button"
      aria-pressed={isSelected}
      aria-label={`${operator.name} ${operator.label}`}
      tabIndex={0}
      onClick={() => onSelect(operator.id)}
      onKeyDown={onKeyDown}
      onPointerEnter={() => onHover(operator.id)}
      onPointerLeave={() => onHover(null)}
    >
      <title>{operator.line}</title>
      <rect width={width} height={height} rx={6} />
      <text x={10} y={node.detail === '' ? 19 : 17} className={styles['title']}>
        {node.title}
      </text>
      {node.detail !== '' && (
        <text x={10} y={32} className={styles['detail']}>
          {node.detail}
        </text>
      )}
      {isFault && (
        <path
          className={styles['cross']}
          d={`M${width - 13},${height - 13}l7,7m0,-7l-7,7`}
          aria-hidden="true"
        />
      )}
      {operator.isStateful && (
        <path className={styles['badge']} d={`M${width - 13},6h7v7h-7ZM${width - 13},9.5h7`} />
      )}
    </g>
  );
}
