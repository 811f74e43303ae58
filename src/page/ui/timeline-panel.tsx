import type { TFunction } from 'i18next';
import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockMsOf, type Run } from '../../engine/engine-api.ts';
import { Braid, type BraidHandlers } from '../pictures/braid.tsx';
import { DenseArrivals, EventDensity } from '../pictures/braid-dense.tsx';
import { changeEvent, moveEvent, setSql } from '../store/document.ts';
import { jump } from '../store/player.ts';
import { runNow } from '../store/run.ts';
import { type PageEvent, useStore } from '../store/store.ts';
import { pin, point } from '../store/view.ts';
import { type BraidFrame, braidFrame } from '../view-model/braid-frame.ts';
import { braidView } from '../view-model/braid-view.ts';
import { eventTimeColumn, withEventTimeMoved } from '../view-model/event-cells.ts';
import { clockText, durationText } from '../view-model/format.ts';
import { clampedX } from '../view-model/ruler.ts';
import { eventText } from '../view-model/step-sentence.ts';
import { firstStepOfTurn } from '../view-model/trace-index.ts';
import { scriptWithDelay } from '../view-model/watermark-delay.ts';
import { Button } from './controls/button.tsx';
import { delaysOf, TimeControls } from './time-controls.tsx';
import styles from './timeline-panel.module.css';
import { type Moment, useMoment, useStory } from './use-moment.ts';
import { useSize } from './use-size.ts';

/** The second view of the same rows. */
const PlaneView = lazy(async () => ({ default: (await import('./plane-view.tsx')).PlaneView }));

const WHOLE = { from: 0, to: 1 };

/** The braid with what belongs around it. */
export function TimelinePanel() {
  const moment = useMoment();
  const [ref, { width }] = useSize<HTMLDivElement>();
  return (
    <div className={styles['timeline']} ref={ref}>
      {moment && width > 0 && <Timeline moment={moment} width={width} />}
    </div>
  );
}

function Timeline({ moment, width }: { readonly moment: Moment; readonly width: number }) {
  const { t } = useTranslation();
  const story = useStory(moment);
  const [zoom, setZoom] = useState(WHOLE);
  const [isPlane, showPlane] = useState(false);
  const { run, index, document, position } = moment;
  const { events, startMs } = document;
  const whole = index.slice.to - index.slice.from === run.steps.count ? index : null;
  const calmWidth = useDeferredValue(width);
  const frame = useMemo(
    () => braidFrame({ run, index: whole, inputs: events, startMs, width: calmWidth, zoom }),
    [run, whole, events, startMs, calmWidth, zoom],
  );
  const view = useMemo(() => braidView(frame, index, events, position), [frame, index, events, position]);
  const { delays, setDelay } = useDelays(moment);
  const ids = useMemo(() => events.map(({ id }) => id), [events]);
  const handlers = useHandlers(moment);
  const names = useNames(moment);

  const shift = (factor: number): void => {
    const length = Math.min(1, (zoom.to - zoom.from) * factor);
    const total = (frame.arrival.toMs - frame.arrival.fromMs) / (zoom.to - zoom.from);
    const start = frame.arrival.fromMs - zoom.from * total;
    const center = length === 1 ? 0.5 : (view.clockMs - start) / total;
    const from = Math.max(0, Math.min(1 - length, center - length / 2));
    setZoom({ from, to: from + length });
  };
  const late = view.events.filter(({ isLate }) => isLate).length;
  const summary = t('braid.summary', {
    events: events.length,
    arrived: events.length === 0 ? 0 : frame.arrivalStep.filter((step) => step < position).length,
    late,
    windows: view.windows.length,
    closed: view.windows.filter(({ state }) => state === 'closed').length,
  });
  return (
    <>
      {frame.event && (
        <TimeControls
          isPlane={isPlane}
          onPlane={showPlane}
          lanes={frame.lanes}
          clockMs={view.clockMs}
          delays={delays}
          onDelay={setDelay}
        />
      )}
      {isPlane && frame.event ? (
        <Suspense>
          <PlaneView
            frame={frame}
            view={view}
            index={index}
            position={position}
            ids={ids}
            names={names}
            story={story}
            label={summary}
            handlers={handlers}
            delays={delays}
            onDelay={setDelay}
          />
        </Suspense>
      ) : (
        <div className={styles['braid']}>
          {frame.isDense && <LiveArrivals frame={frame} moment={moment} />}
          <Braid
            frame={frame}
            view={view}
            ids={ids}
            names={names}
            story={story}
            label={summary}
            handlers={handlers}
            dense={frame.isDense && <EventDensity frame={frame} position={position} />}
          />
        </div>
      )}
      {frame.isDense && <p className={styles['note']}>{t('braid.density')}</p>}
      <div className={styles['tools']}>
        <Button look="ghost" label={t('braid.zoomIn')} onPress={() => shift(0.5)}>
          <ZoomIn size={14} />
        </Button>
        {zoom !== WHOLE && (
          <>
            <Button look="ghost" label={t('braid.zoomOut')} onPress={() => shift(2)}>
              <ZoomOut size={14} />
            </Button>
            <Button look="ghost" label={t('braid.zoomAll')} onPress={() => setZoom(WHOLE)}>
              <Maximize2 size={14} />
            </Button>
          </>
        )}
      </div>
    </>
  );
}

/** How far the watermarks stay behind, and what writes another delay into the script. */
function useDelays({ run, document }: Moment): {
  readonly delays: ReadonlyMap<string, number>;
  readonly setDelay: (table: string, ms: number) => void;
} {
  const tables = useStore((facts) => facts.checked?.tables ?? run.tables);
  const isCurrent = useStore(({ sql, checkedSql }) => sql === checkedSql);
  // Places in a script hold for the script that was looked at: while a new one is checked, a wish waits.
  const wish = useRef<{ readonly table: string; readonly ms: number } | null>(null);
  const fulfil = useCallback(() => {
    const { sql, checkedSql, checked } = useStore.getState();
    const table = checked?.tables.find(({ name }) => name === wish.current?.table);
    if (sql !== checkedSql || !table || !wish.current) return;
    setSql(scriptWithDelay(sql, table, wish.current.ms));
    wish.current = null;
    runNow();
  }, []);
  useEffect(fulfil, [fulfil, isCurrent]);
  const setDelay = useCallback(
    (table: string, ms: number) => {
      wish.current = { table, ms };
      fulfil();
    },
    [fulfil],
  );
  const read = useMemo(() => new Set(document.events.map(({ table }) => table)), [document]);
  const delays = useMemo(() => delaysOf(tables.filter(({ name }) => read.has(name))), [tables, read]);
  return { delays, setDelay };
}

/** Thousands of rows under a playhead that follows every movement, ahead of the panes. */
function LiveArrivals({ frame, moment }: { readonly frame: BraidFrame; readonly moment: Moment }) {
  const theme = useStore((facts) => facts.theme);
  const position = useStore((facts) => facts.position);
  const { steps } = moment.run;
  const clockMs = position > 0 ? clockMsOf(steps, position - 1) - frame.startMs : 0;
  return (
    <DenseArrivals frame={frame} steps={steps} playheadX={clampedX(frame.arrival, clockMs)} theme={theme} />
  );
}

function useNames({ run, document }: Moment): (input: number) => string {
  const { t } = useTranslation();
  return useMemo(() => remembered((input) => nameOf(run, document.events, input, t)), [run, document, t]);
}

/** Asked for every dot at every step, so each name is made once. */
function remembered(make: (input: number) => string): (input: number) => string {
  const known = new Map<number, string>();
  return (input) => {
    const name = known.get(input) ?? make(input);
    known.set(input, name);
    return name;
  };
}

function nameOf(run: Run, events: readonly PageEvent[], input: number, t: TFunction): string {
  const event = events[input];
  if (event?.closes)
    return t('braid.end_aria', {
      number: input + 1,
      table: event.table,
      partition: event.partition ?? 0,
      arrival: durationText(event.atMs),
    });
  const table = run.tables.find(({ name }) => name === event?.table);
  const values = {
    number: input + 1,
    table: event?.table ?? '',
    row: eventText(event, table?.columns.map(({ name }) => name) ?? []),
    arrival: durationText(event?.atMs ?? 0),
  };
  const eventTimeMs = run.eventTimeMs[input] ?? Number.NaN;
  return Number.isNaN(eventTimeMs)
    ? t('braid.event_aria', values)
    : t('braid.event_ariaTimed', { ...values, eventTime: clockText(eventTimeMs) });
}

function useHandlers({ run, document }: Moment): BraidHandlers {
  return useMemo(() => {
    const { events } = document;
    const columnOf = (input: number) =>
      eventTimeColumn(run.tables.find(({ name }) => name === events[input]?.table));
    return {
      onHot: point,
      onJump: jump,
      onJumpToInput: (input) => {
        jump(positionOfInput(run, input));
        pin({ kind: 'event', input });
      },
      onMoveArrival: moveEvent,
      onMoveEventTime: (id, ms) => {
        const input = events.findIndex((event) => event.id === id);
        const column = columnOf(input);
        if (!column) return;
        const byMs = ms - (run.eventTimeMs[input] ?? ms);
        changeEvent(id, (event) => ({
          ...event,
          ...withEventTimeMoved(events[input] ?? event, column, byMs),
          id,
        }));
      },
      canMoveEventTime: (input) => columnOf(input) !== null,
      arrivalMs: (input) => events[input]?.atMs ?? 0,
      eventTimeMs: (input) => run.eventTimeMs[input] ?? Number.NaN,
      timeText: (ms, ruler) => (ruler === 'arrival' ? durationText(ms) : clockText(ms)),
    };
  }, [run, document]);
}

/** The position at which an input has just arrived. */
function positionOfInput(run: Run, input: number): number {
  return Math.min(firstStepOfTurn(run, input + 1) + 1, run.steps.count);
}
