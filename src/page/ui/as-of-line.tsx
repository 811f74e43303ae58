import { type HTMLAttributes, type PointerEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText } from '../view-model/format.ts';
import { asOfAt, movedAsOf, type RibbonFrame, tableAsOf } from '../view-model/ribbons.ts';
import { xOf } from '../view-model/ruler.ts';
import styles from './as-of-line.module.css';
import type { Moment } from './use-moment.ts';

/** Rows that are read aloud with the time. */
const ROWS_SAID_MAX = 5;
/** Half of what can be grabbed. */
const HALF = 12;
const CHARACTER = 6.7;

interface AsOfLineProps {
  readonly moment: Moment;
  readonly frame: RibbonFrame;
  readonly ms: number;
  readonly left: number;
  readonly onMove: (ms: number) => void;
}

/** The time as of which the table is shown: a line over all ribbons, moved by hand or by the arrow keys. */
export function AsOfLine({ moment, frame, ms, left, onMove }: AsOfLineProps) {
  const { t } = useTranslation();
  const { index, position } = moment;
  const { history, scale, withDate } = frame;
  const rows = useMemo(() => tableAsOf(index, history, position, ms), [index, history, position, ms]);
  const time = clockText(Math.round(ms), withDate);
  // The label stays above the ribbons when the line stands at an edge.
  const half = (time.length * CHARACTER) / 2 + 6;
  const x = xOf(scale, ms);
  const shift = Math.max(half - x, 0) + Math.min(scale.right + 6 - half - x, 0);
  const said = rows.slice(0, ROWS_SAID_MAX).map(({ cells }) => cells.map((cell) => cell ?? 'NULL').join(' '));
  return (
    <div
      className={styles['line']}
      style={{ transform: `translateX(${left - HALF}px)` }}
      role="slider"
      data-as-of
      tabIndex={0}
      aria-label={t('ribbons.asOf')}
      aria-valuemin={Math.round(scale.fromMs)}
      aria-valuemax={Math.round(scale.toMs)}
      aria-valuenow={Math.round(ms)}
      aria-valuetext={t('ribbons.asOfValue', { time, count: rows.length, rows: said.join('; ') })}
      title={t('ribbons.help')}
      onKeyDown={(event) => {
        const moved = movedAsOf(frame, ms, event.key);
        if (moved === null) return;
        event.preventDefault();
        onMove(moved);
      }}
    >
      <span className={styles['chip']} style={{ transform: `translateX(calc(-50% + ${shift}px))` }}>
        {time}
      </span>
    </div>
  );
}

/** Drags the line from anywhere above the ribbons, which begin `left` pixels from the edge. */
export function useAsOfDrag(
  frame: RibbonFrame,
  left: number,
  onMove: (ms: number) => void,
): HTMLAttributes<HTMLDivElement> {
  return useMemo(() => {
    const xIn = (event: PointerEvent<HTMLDivElement>) =>
      event.clientX - event.currentTarget.getBoundingClientRect().left - left;
    return {
      onPointerDown: (event) => {
        const x = xIn(event);
        if (event.button !== 0 || x < 0 || x > frame.scale.right + HALF) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.querySelector<HTMLElement>('[role="slider"]')?.focus({ preventScroll: true });
        event.preventDefault();
        onMove(asOfAt(frame, x));
      },
      onPointerMove: (event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(asOfAt(frame, xIn(event)));
      },
    };
  }, [frame, left, onMove]);
}
