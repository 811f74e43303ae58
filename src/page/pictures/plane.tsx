import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { windowText } from '../view-model/format.ts';
import type { Story } from '../view-model/lineage.ts';
import {
  type PlaneBand,
  type PlaneFrame,
  type PlanePoint,
  type Stair,
  stairPath,
} from '../view-model/plane-view.ts';
import type { BraidHandlers } from './braid.tsx';
import styles from './plane.module.css';
import { DelayHandle, Point } from './plane-handles.tsx';

interface PlaneProps {
  readonly frame: PlaneFrame;
  readonly points: readonly PlanePoint[];
  readonly bands: readonly PlaneBand[];
  /** Rows that are too many for an element each. */
  readonly dust: string;
  readonly position: number;
  readonly playheadX: number;
  readonly ids: readonly number[];
  readonly names: (input: number) => string;
  readonly story: Story | null;
  readonly label: string;
  readonly handlers: BraidHandlers;
  /** How far each table's watermark stays behind, where that can be changed. */
  readonly delays: ReadonlyMap<string, number>;
  readonly onDelay: (table: string, ms: number) => void;
}

/**
 * Event time over arrival. A row is a point: how far it lies below the diagonal is its delay. The watermark is a staircase that only climbs; what lies
 * below it when it comes is late. A window is a band that closes where the staircase leaves it.
 */
export function Plane(props: PlaneProps) {
  const { frame, points, bands, position, playheadX, ids, names, story, label, handlers } = props;
  const { t } = useTranslation();
  const clip = useId();
  const { arrival, event } = frame;
  const [dragged, drag] = useState<{ readonly table: string; readonly ms: number } | null>(null);
  const stop = (points.find(({ state }) => state === 'current') ?? points[0])?.input ?? -1;
  return (
    <svg
      className={styles['plane']}
      width={frame.width}
      height={frame.height}
      role="group"
      aria-label={label}
    >
      <defs>
        <clipPath id={clip}>
          <rect
            x={arrival.left - 9}
            y={0}
            width={arrival.right - arrival.left + 27}
            height={event.left + 8}
          />
        </clipPath>
      </defs>
      <Axes frame={frame} />
      <g clipPath={`url(#${clip})`}>
        {bands.map((band) => (
          <Band
            key={`${band.mark.bar.track.operator} ${band.mark.bar.track.startMs} ${band.mark.bar.track.endMs}`}
            band={band}
            frame={frame}
          />
        ))}
        {frame.diagonal && <line className={styles['diagonal']} {...frame.diagonal} />}
        {frame.combined && (
          <path
            className={styles['below']}
            data-below
            d={below(frame, frame.combined, position, playheadX)}
          />
        )}
        {frame.stairs.length > 1 &&
          frame.stairs.map((stair) => (
            <Staircase
              key={stair.table}
              frame={frame}
              stair={stair}
              position={position}
              x={playheadX}
              isThin
            />
          ))}
        {frame.combined && (
          <Staircase frame={frame} stair={frame.combined} position={position} x={playheadX} isThin={false} />
        )}
        {dragged && <Ghost frame={frame} dragged={dragged} delays={props.delays} />}
        <line className={styles['playhead']} x1={playheadX} x2={playheadX} y1={event.right} y2={event.left} />
        {props.dust !== '' && <path className={styles['dust']} d={props.dust} />}
        {points.map((point) => (
          <Point
            key={ids[point.input] ?? point.input}
            point={point}
            id={ids[point.input] ?? point.input}
            frame={frame}
            name={names(point.input)}
            isTabStop={point.input === stop}
            weight={story === null ? 'plain' : story.inputs.has(point.input) ? 'hot' : 'faint'}
            handlers={handlers}
          />
        ))}
      </g>
      {frame.stairs.map((stair) => (
        <DelayHandle
          key={stair.table}
          stair={stair}
          frame={frame}
          x={playheadX}
          position={position}
          delayMs={props.delays.get(stair.table)}
          onDrag={(ms) => drag(ms === null ? null : { table: stair.table, ms })}
          onDelay={(ms) => props.onDelay(stair.table, ms)}
        />
      ))}
      <text className={styles['axis']} x={8} y={frame.height - 6}>
        {t('braid.arrival')} →
      </text>
      <text className={styles['axis']} x={8} y={event.right + 4}>
        {t('braid.event')} ↑
      </text>
    </svg>
  );
}

function Axes({ frame }: { readonly frame: PlaneFrame }) {
  const { arrival, event } = frame;
  return (
    <g className={styles['tick']} aria-hidden="true">
      {frame.arrivalTicks.map(({ x, label }) => (
        <g key={label}>
          <line x1={x} x2={x} y1={event.right} y2={event.left} />
          {x > 90 && (
            <text x={x} y={event.left + 14}>
              {label}
            </text>
          )}
        </g>
      ))}
      {frame.eventTicks.map(({ x: y, label }) => (
        <g key={label}>
          <line x1={arrival.left} x2={arrival.right} y1={y} y2={y} />
          {y > event.right + 12 && (
            <text x={arrival.left - 8} y={y + 3.5} data-side="left">
              {label}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

function Band({ band, frame }: { readonly band: PlaneBand; readonly frame: PlaneFrame }) {
  const { t } = useTranslation();
  const { mark, y, height, closedX } = band;
  const { startMs, endMs } = mark.bar.track;
  const { left, right } = frame.arrival;
  const text = `${windowText(startMs, endMs)} · ${mark.count} · ${t(`braid.state.${mark.state}`)}`;
  return (
    <g
      className={styles['band']}
      data-band-start={startMs}
      data-band-end={endMs}
      data-state={mark.state}
      data-closed-x={Math.round(closedX)}
    >
      <title>{text}</title>
      <rect x={left} width={Math.max(0, closedX - left)} y={y} height={height} />
      {closedX < right && (
        <rect className={styles['gone']} x={closedX} width={right - closedX} y={y} height={height} />
      )}
      {height > 14 && (
        <text x={right - 6} y={y + Math.min(height - 4, 13)}>
          {text}
        </text>
      )}
    </g>
  );
}

interface StaircaseProps {
  readonly frame: PlaneFrame;
  readonly stair: Stair;
  readonly position: number;
  readonly x: number;
  readonly isThin: boolean;
}

/** The past of a watermark up to the playhead; what is still to come, faint. */
function Staircase({ frame, stair, position, x, isThin }: StaircaseProps) {
  const past = stairPath(frame, stair, position, 'past');
  return (
    <g className={styles[isThin ? 'thin' : 'stair']} data-stair={stair.table || 'all'}>
      {stair.table !== '' && <title>{stair.table}</title>}
      <path className={styles['rest']} d={stairPath(frame, stair, position, 'rest')} />
      {past !== '' && <path d={`${past}H${x}`} />}
    </g>
  );
}

/** Everything under the staircase is too late. */
function below(frame: PlaneFrame, stair: Stair, position: number, x: number): string {
  const past = stairPath(frame, stair, position, 'past');
  if (past === '') return '';
  const first = stair.x[0] ?? 0;
  return `${past}H${x}V${frame.event.left}H${first}Z`;
}

interface GhostProps {
  readonly frame: PlaneFrame;
  readonly dragged: { readonly table: string; readonly ms: number };
  readonly delays: ReadonlyMap<string, number>;
}

/** Where the staircase would stand with the delay that is being dragged. */
function Ghost({ frame, dragged, delays }: GhostProps) {
  const stair = frame.stairs.find(({ table }) => table === dragged.table);
  const byMs = dragged.ms - (delays.get(dragged.table) ?? 0);
  if (!stair) return null;
  return (
    <path className={styles['ghost']} d={stairPath(frame, stair, Number.POSITIVE_INFINITY, 'past', byMs)} />
  );
}
