import type { TFunction } from 'i18next';
import { type KeyboardEvent, memo, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { BraidFrame } from '../view-model/braid-frame.ts';
import type { EventMark } from '../view-model/braid-view.ts';
import type { Hot, Story } from '../view-model/lineage.ts';
import { msAt, type Scale } from '../view-model/ruler.ts';
import styles from './braid.module.css';

/** What can be done to a dot. */
export interface DotHandlers {
  readonly onHot: (hot: Hot | null) => void;
  readonly onJumpToInput: (input: number) => void;
  /** Moves a row to another arrival time, in milliseconds since the start. */
  readonly onMoveArrival: (id: number, atMs: number) => void;
  /** Moves a row to another event time, in epoch milliseconds. */
  readonly onMoveEventTime: (id: number, ms: number) => void;
  /** Whether a row's event time is a value of the row that can be changed. */
  readonly canMoveEventTime: (input: number) => boolean;
  readonly arrivalMs: (input: number) => number;
  readonly eventTimeMs: (input: number) => number;
  readonly timeText: (ms: number, ruler: Ruler) => string;
}

/** Which of the two rulers. */
export type Ruler = 'arrival' | 'event';

interface EventDotsProps {
  readonly frame: BraidFrame;
  readonly events: readonly EventMark[];
  readonly ids: readonly number[];
  readonly names: (input: number) => string;
  readonly story: Story | null;
  readonly handlers: DotHandlers;
}

const KEY_STEP_MS = 500;
const KEY_LEAP_MS = 5000;
const DRAG_STEPS_MS = [1, 10, 100, 500, 1000, 10_000, 60_000, 600_000, 3_600_000];

/** The rows: a dot where each arrived, a dot where it belongs, a thread between. */
export function EventDots({ frame, events, ids, names, story, handlers }: EventDotsProps) {
  const { t } = useTranslation();
  // One stop for the Tab key on each ruler: the row of this step, or the first one.
  const stop = (events.find(({ state }) => state === 'current') ?? events[0])?.input ?? -1;
  const isVisible = (x: number | null) => x !== null && x >= frame.gutter - 10 && x <= frame.width + 10;
  return (
    <g>
      {events.map((mark, slot) =>
        isVisible(mark.x) || isVisible(mark.eventX) ? (
          <EventDot
            // Of thousands of rows only the last few are drawn, and their elements are used again.
            key={frame.isDense ? slot : (ids[mark.input] ?? mark.input)}
            id={ids[mark.input] ?? mark.input}
            input={mark.input}
            x={mark.x}
            y={mark.y}
            eventX={mark.eventX}
            state={mark.state}
            isLate={mark.isLate}
            isEnd={mark.isEnd}
            weight={story === null ? 'plain' : story.inputs.has(mark.input) ? 'hot' : 'faint'}
            isTabStop={mark.input === stop}
            frame={frame}
            name={names(mark.input)}
            handlers={handlers}
            t={t}
          />
        ) : null,
      )}
    </g>
  );
}

interface EventDotProps {
  readonly id: number;
  readonly input: number;
  readonly x: number;
  readonly y: number;
  readonly eventX: number | null;
  readonly state: EventMark['state'];
  readonly isLate: boolean;
  readonly isEnd: boolean;
  readonly weight: 'plain' | 'hot' | 'faint';
  readonly isTabStop: boolean;
  readonly frame: BraidFrame;
  readonly name: string;
  readonly handlers: DotHandlers;
  readonly t: TFunction;
}

const EventDot = memo(function EventDot(props: EventDotProps) {
  const { id, input, x, y, eventX, state, isLate, isEnd, weight, isTabStop, frame, name, handlers, t } =
    props;
  const isHere = state !== 'to-come';
  const stateText = t(isLate ? 'braid.state_late' : isHere ? 'braid.state_arrived' : 'braid.state_toCome');
  const top = y + 6;
  const bottom = frame.eventY - 7;
  const middle = (frame.arrivalRulerY + frame.eventTopY) / 2 + 6;
  return (
    <g
      className={styles['event']}
      data-event={input}
      data-state={state}
      data-late={isLate}
      data-hot={weight === 'hot'}
      opacity={weight === 'faint' ? 0.25 : 1}
      onPointerEnter={() => handlers.onHot({ kind: 'event', input })}
      onPointerLeave={() => handlers.onHot(null)}
    >
      {eventX !== null && isHere && (
        <path
          className={styles['thread']}
          d={`M${x},${top}C${x},${middle + 6} ${eventX},${middle - 6} ${eventX},${bottom}`}
        />
      )}
      <Handle
        ruler="arrival"
        x={x}
        y={y}
        id={id}
        input={input}
        scale={frame.arrival}
        name={`${name} ${stateText}`}
        isTabStop={isTabStop}
        handlers={handlers}
      >
        {isEnd ? (
          <rect x={x - 2} y={y - 8} width={4} height={16} className={styles['stop']} />
        ) : (
          <circle cx={x} cy={y} r={5.5} className={styles['dot']} />
        )}
      </Handle>
      {eventX !== null && frame.event && (isHere || state === 'to-come') && (
        <Handle
          ruler="event"
          x={eventX}
          y={frame.eventY}
          id={id}
          input={input}
          scale={frame.event}
          name={t('braid.eventTime_aria', {
            number: input + 1,
            eventTime: handlers.timeText(handlers.eventTimeMs(input), 'event'),
          })}
          isTabStop={isTabStop && isHere}
          handlers={handlers}
        >
          <circle cx={eventX} cy={frame.eventY} r={isLate ? 7 : 4.5} className={styles['dot']} />
          {isLate && (
            <path d={`M${eventX - 3},${frame.eventY - 3}l6,6m0,-6l-6,6`} className={styles['cross']} />
          )}
        </Handle>
      )}
    </g>
  );
});

interface HandleProps {
  readonly ruler: Ruler;
  readonly x: number;
  readonly y: number;
  readonly id: number;
  readonly input: number;
  readonly scale: Scale;
  readonly name: string;
  readonly isTabStop: boolean;
  readonly handlers: DotHandlers;
  readonly children: React.ReactNode;
}

/** A dot that can be dragged along its ruler, or moved with the arrow keys: a slider. */
function Handle({ ruler, x, y, id, input, scale, name, isTabStop, handlers, children }: HandleProps) {
  const wasDragged = useRef(false);
  const isFixed = ruler === 'event' && !handlers.canMoveEventTime(input);
  const now = ruler === 'arrival' ? handlers.arrivalMs(input) : handlers.eventTimeMs(input);
  const move = ruler === 'arrival' ? handlers.onMoveArrival : handlers.onMoveEventTime;

  const onPointerDown = (down: PointerEvent): void => {
    if (down.button !== 0) return;
    wasDragged.current = false;
    if (isFixed) return;
    const msPerPixel = msAt(scale, 1) - msAt(scale, 0);
    const grain = DRAG_STEPS_MS.find((step) => step >= msPerPixel) ?? 1;
    const onMove = (event: globalThis.PointerEvent): void => {
      const pixels = event.clientX - down.clientX;
      if (Math.abs(pixels) < 3 && !wasDragged.current) return;
      wasDragged.current = true;
      move(id, Math.round((now + pixels * msPerPixel) / grain) * grain);
    };
    // On the window: the dot's element may be moved among its siblings while it is dragged.
    const onUp = (): void => {
      removeEventListener('pointermove', onMove);
      removeEventListener('pointerup', onUp);
      removeEventListener('pointercancel', onUp);
    };
    addEventListener('pointermove', onMove);
    addEventListener('pointerup', onUp);
    addEventListener('pointercancel', onUp);
  };

  const onKeyDown = (event: KeyboardEvent<SVGGElement>): void => {
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (direction !== 0) {
      event.preventDefault();
      event.stopPropagation();
      if (!isFixed) move(id, now + direction * (event.shiftKey ? KEY_LEAP_MS : KEY_STEP_MS));
      return;
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      handlers.onJumpToInput(input);
    }
    const neighbour = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (neighbour !== 0) {
      event.preventDefault();
      const dots = event.currentTarget.ownerSVGElement?.querySelectorAll<SVGGElement>(
        `[data-ruler="${ruler}"]`,
      );
      const list = [...(dots ?? [])].toSorted(
        (a, b) => Number(a.dataset['input']) - Number(b.dataset['input']),
      );
      list[list.indexOf(event.currentTarget) + neighbour]?.focus();
    }
  };

  return (
    <g
      className={styles['handle']}
      data-ruler={ruler}
      data-input={input}
      data-fixed={isFixed}
      role="slider"
      tabIndex={isTabStop ? 0 : -1}
      aria-label={name}
      aria-valuemin={Math.round(scale.fromMs)}
      aria-valuemax={Math.round(scale.toMs)}
      aria-valuenow={Number.isFinite(now) ? Math.round(now) : 0}
      aria-valuetext={handlers.timeText(now, ruler)}
      aria-readonly={isFixed}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onFocus={() => handlers.onHot({ kind: 'event', input })}
      onBlur={() => handlers.onHot(null)}
      onClick={() => {
        if (!wasDragged.current) handlers.onJumpToInput(input);
      }}
    >
      <title>{name}</title>
      <circle cx={x} cy={y} r={12} fill="transparent" className={styles['hit']} />
      {children}
    </g>
  );
}
