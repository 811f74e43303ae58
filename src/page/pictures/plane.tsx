import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText, durationText, windowText } from '../view-model/format.ts';
import type { Story } from '../view-model/lineage.ts';
import {
  type PlaneBand,
  type PlaneFrame,
  type PlanePoint,
  type Stair,
  stairPath,
  standing,
} from '../view-model/plane-view.ts';
import { clampedX, msAt } from '../view-model/ruler.ts';
import type { BraidHandlers } from './braid.tsx';
import styles from './plane.module.css';

const KEY_STEP_MS = 500;
const KEY_LEAP_MS = 5000;
const GRAINS_MS = [1, 10, 100, 500, 1000, 10_000, 60_000, 600_000, 3_600_000];

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

interface PointProps {
  readonly point: PlanePoint;
  readonly id: number;
  readonly frame: PlaneFrame;
  readonly name: string;
  readonly isTabStop: boolean;
  readonly weight: 'plain' | 'hot' | 'faint';
  readonly handlers: BraidHandlers;
}

/** A row: dragged to the side it arrives at another time, dragged up or down it tells of another. */
function Point({ point, id, frame, name, isTabStop, weight, handlers }: PointProps) {
  const { t } = useTranslation();
  const wasDragged = useRef(false);
  const { input, x, y, state, isLate } = point;
  const isFixed = !handlers.canMoveEventTime(input);
  const arrivalMs = handlers.arrivalMs(input);
  const eventMs = handlers.eventTimeMs(input);
  const stateText = t(
    isLate ? 'braid.state_late' : state === 'to-come' ? 'braid.state_toCome' : 'braid.state_arrived',
  );

  const onPointerDown = (down: PointerEvent): void => {
    if (down.button !== 0) return;
    wasDragged.current = false;
    let axis: 'x' | 'y' | null = null;
    const perX = msAt(frame.arrival, 1) - msAt(frame.arrival, 0);
    const perY = msAt(frame.event, 1) - msAt(frame.event, 0);
    const onMove = (move: globalThis.PointerEvent): void => {
      const [dx, dy] = [move.clientX - down.clientX, move.clientY - down.clientY];
      // One of the two times at once: the hand is never quite straight.
      if (axis === null && Math.hypot(dx, dy) >= 4) axis = Math.abs(dx) >= Math.abs(dy) ? 'x' : 'y';
      if (axis === null) return;
      wasDragged.current = true;
      if (axis === 'x') handlers.onMoveArrival(id, grained(arrivalMs + dx * perX, perX));
      else if (!isFixed) handlers.onMoveEventTime(id, grained(eventMs + dy * perY, perY));
    };
    listenWhileDown(onMove);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.shiftKey ? KEY_LEAP_MS : KEY_STEP_MS;
    const move: Record<string, () => void> = {
      ArrowLeft: () => handlers.onMoveArrival(id, arrivalMs - by),
      ArrowRight: () => handlers.onMoveArrival(id, arrivalMs + by),
      ArrowUp: () => isFixed || handlers.onMoveEventTime(id, eventMs + by),
      ArrowDown: () => isFixed || handlers.onMoveEventTime(id, eventMs - by),
      Enter: () => handlers.onJumpToInput(input),
    };
    const found = move[event.key];
    if (found) {
      event.preventDefault();
      event.stopPropagation();
      found();
    }
  };

  return (
    <g
      className={styles['point']}
      data-point={input}
      data-state={state}
      data-late={isLate}
      data-hot={weight === 'hot'}
      data-fixed={isFixed}
      opacity={weight === 'faint' ? 0.25 : 1}
      role="slider"
      tabIndex={isTabStop ? 0 : -1}
      aria-label={`${name} ${stateText}`}
      aria-valuemin={Math.round(frame.arrival.fromMs)}
      aria-valuemax={Math.round(frame.arrival.toMs)}
      aria-valuenow={Math.round(arrivalMs)}
      aria-valuetext={t('plane.value', { arrival: durationText(arrivalMs), eventTime: clockText(eventMs) })}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onPointerEnter={() => handlers.onHot({ kind: 'event', input })}
      onPointerLeave={() => handlers.onHot(null)}
      onFocus={() => handlers.onHot({ kind: 'event', input })}
      onBlur={() => handlers.onHot(null)}
      onClick={() => {
        if (!wasDragged.current) handlers.onJumpToInput(input);
      }}
    >
      <title>{name}</title>
      {isLate && <line className={styles['behind']} x1={x} x2={x} y1={y} y2={point.lineY} />}
      <circle cx={x} cy={y} r={11} fill="transparent" className={styles['hit']} />
      <circle cx={x} cy={y} r={isLate ? 6.5 : 5} className={styles['dot']} />
      {isLate && <path d={`M${x - 3},${y - 3}l6,6m0,-6l-6,6`} className={styles['cross']} />}
    </g>
  );
}

interface DelayHandleProps {
  readonly stair: Stair;
  readonly frame: PlaneFrame;
  readonly x: number;
  readonly position: number;
  readonly delayMs: number | undefined;
  /** While it is dragged, and null when it is let go. */
  readonly onDrag: (ms: number | null) => void;
  readonly onDelay: (ms: number) => void;
}

/** Takes a watermark down or up: how far it stays behind its rows. */
function DelayHandle({ stair, frame, x, position, delayMs, onDrag, onDelay }: DelayHandleProps) {
  const { t } = useTranslation();
  const stands = standing(stair, position);
  if (delayMs === undefined || Number.isNaN(stands)) return null;
  const y = clampedX(frame.event, stands);
  const perY = msAt(frame.event, 0) - msAt(frame.event, 1);
  const onPointerDown = (down: PointerEvent): void => {
    if (down.button !== 0) return;
    let wanted: number | null = null;
    listenWhileDown(
      (move) => {
        wanted = Math.max(0, grained(delayMs + (move.clientY - down.clientY) * perY, perY));
        onDrag(wanted);
      },
      () => {
        onDrag(null);
        if (wanted !== null && wanted !== delayMs) onDelay(wanted);
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onDelay(Math.max(0, delayMs + direction * (event.shiftKey ? KEY_LEAP_MS : KEY_STEP_MS)));
  };
  const text = t('plane.delayChip', { delay: durationText(delayMs) });
  const width = 14 + text.length * 6.2;
  const left = Math.min(x + 6, frame.width - width - 6);
  return (
    <g
      className={styles['delay']}
      data-delay={stair.table}
      data-delay-ms={delayMs}
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('plane.delayOf', { table: stair.table })}
      aria-valuemin={0}
      aria-valuemax={Math.max(delayMs, Math.round(frame.event.toMs - frame.event.fromMs))}
      aria-valuenow={delayMs}
      aria-valuetext={durationText(delayMs)}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    >
      <title>{t('plane.delayHint')}</title>
      <rect x={left} y={y - 9} width={width} height={18} rx={9} />
      <text x={left + width / 2} y={y + 3.5}>
        {text}
      </text>
    </g>
  );
}

/** To a round length of time that a pixel can be told apart by. */
function grained(ms: number, msPerPixel: number): number {
  const grain = GRAINS_MS.find((step) => step >= Math.abs(msPerPixel)) ?? 1;
  return Math.round(ms / grain) * grain;
}

/** On the window: what is dragged may be drawn anew on the way. */
function listenWhileDown(onMove: (event: globalThis.PointerEvent) => void, onEnd?: () => void): void {
  const onUp = (): void => {
    removeEventListener('pointermove', onMove);
    removeEventListener('pointerup', onUp);
    removeEventListener('pointercancel', onUp);
    onEnd?.();
  };
  addEventListener('pointermove', onMove);
  addEventListener('pointerup', onUp);
  addEventListener('pointercancel', onUp);
}
