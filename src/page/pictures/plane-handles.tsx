import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText, durationText } from '../view-model/format.ts';
import { type PlaneFrame, type PlanePoint, type Stair, standing } from '../view-model/plane-view.ts';
import { clampedX, msAt } from '../view-model/ruler.ts';
import type { BraidHandlers } from './braid.tsx';
import styles from './plane.module.css';

const KEY_STEP_MS = 500;
const KEY_LEAP_MS = 5000;
const GRAINS_MS = [1, 10, 100, 500, 1000, 10_000, 60_000, 600_000, 3_600_000];

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
export function Point({ point, id, frame, name, isTabStop, weight, handlers }: PointProps) {
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

  const onKeyDown = (event: KeyboardEvent<SVGGElement>): void => {
    const by = event.shiftKey ? KEY_LEAP_MS : KEY_STEP_MS;
    const move: Record<string, () => void> = {
      ArrowLeft: () => handlers.onMoveArrival(id, arrivalMs - by),
      ArrowRight: () => handlers.onMoveArrival(id, arrivalMs + by),
      ArrowUp: () => isFixed || handlers.onMoveEventTime(id, eventMs + by),
      ArrowDown: () => isFixed || handlers.onMoveEventTime(id, eventMs - by),
      Enter: () => handlers.onJumpToInput(input),
      PageUp: () => focusNeighbour(event.currentTarget, -1),
      PageDown: () => focusNeighbour(event.currentTarget, 1),
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

/** From one row to the one that arrives before or after it. */
function focusNeighbour(point: SVGGElement, direction: 1 | -1): void {
  const all = [...(point.ownerSVGElement?.querySelectorAll<SVGGElement>('[data-point]') ?? [])].toSorted(
    (a, b) => Number(a.dataset['point']) - Number(b.dataset['point']),
  );
  all[all.indexOf(point) + direction]?.focus();
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
export function DelayHandle({ stair, frame, x, position, delayMs, onDrag, onDelay }: DelayHandleProps) {
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
