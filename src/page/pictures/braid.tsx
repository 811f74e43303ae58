import { memo, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { BraidFrame } from '../view-model/braid-frame.ts';
import {
  type BraidView,
  type OutputMark,
  type WatermarkMark,
  type WindowMark,
  watermarkLabel,
} from '../view-model/braid-view.ts';
import { isEndOfTime, windowText } from '../view-model/format.ts';
import type { Hot, Story } from '../view-model/lineage.ts';
import type { Tick } from '../view-model/ruler.ts';
import styles from './braid.module.css';
import { type DotHandlers, EventDots } from './braid-dots.tsx';
import { GlyphPath } from './glyph.tsx';

interface BraidProps {
  readonly frame: BraidFrame;
  readonly view: BraidView;
  /** Stable numbers of the inputs, for keys. */
  readonly ids: readonly number[];
  /** Name of each input, for reading aloud. */
  readonly names: (input: number) => string;
  readonly story: Story | null;
  readonly label: string;
  readonly handlers: BraidHandlers;
  /** Marks that are not drawn as elements: the dense form. */
  readonly dense: ReactNode;
}

/** What can be done to the braid by hand. */
export interface BraidHandlers extends DotHandlers {
  readonly onHot: (hot: Hot | null) => void;
  readonly onJump: (position: number) => void;
}

/**
 * Two rulers: arrival above, event time below. Each row is a thread between them: its slope is its delay, threads that cross are out of
 * order, a thread that lands behind the watermark's shadow is late.
 */
export function Braid({ frame, view, ids, names, story, label, handlers, dense }: BraidProps) {
  const id = useId();
  const hatch = `hatch-${id}`;
  const { event } = frame;
  return (
    <svg
      className={styles['braid']}
      width={frame.width}
      height={frame.height}
      role="group"
      aria-label={label}
    >
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" stroke="var(--wm)" strokeOpacity=".25" strokeWidth="2" />
        </pattern>
        <clipPath id={`clip-${id}`}>
          <rect x={frame.gutter - 9} y={0} width={frame.width - frame.gutter + 9} height={frame.height} />
        </clipPath>
      </defs>
      <Rulers frame={frame} hasWindows={view.windows.length + view.windowDensity.length > 0} />
      <g clipPath={`url(#clip-${id})`}>
        {event && view.watermark && (
          <rect
            className={styles['shadow']}
            x={event.left}
            width={Math.max(0, view.watermark.x - event.left)}
            y={frame.eventTopY}
            height={frame.eventRulerY - frame.eventTopY}
            fill={`url(#${hatch})`}
          />
        )}
        {view.windowDensity.length > 0 && (
          <WindowDensity density={view.windowDensity} baseY={frame.windowsY + 22} />
        )}
        {view.windows.map((mark) => (
          <Window
            key={`${mark.bar.track.operator} ${mark.bar.track.startMs} ${mark.bar.track.endMs}`}
            mark={mark}
            hatch={hatch}
            onHot={handlers.onHot}
          />
        ))}
        {view.sourceWatermarks.map((mark) => (
          <WatermarkLine key={mark.label} frame={frame} playheadX={view.playheadX} mark={mark} isThin />
        ))}
        {view.watermark && (
          <WatermarkLine frame={frame} playheadX={view.playheadX} mark={view.watermark} isThin={false} />
        )}
        {!frame.isDense && (
          <line
            className={styles['playhead']}
            x1={0}
            x2={0}
            y1={4}
            y2={frame.arrivalRulerY}
            style={{ transform: `translateX(${view.playheadX}px)` }}
          />
        )}
        {dense}
        <EventDots
          frame={frame}
          events={view.events}
          ids={ids}
          names={names}
          story={story}
          handlers={handlers}
        />
        <Outputs marks={view.outputs} y={frame.outputY} story={story} handlers={handlers} />
      </g>
      {view.watermark && event && <WatermarkChip frame={frame} mark={view.watermark} />}
    </svg>
  );
}

/** How many windows begin in each pixel, where they are too narrow to be drawn one by one: one path, for a scrub to replace. */
const WindowDensity = memo(function WindowDensity({
  density,
  baseY,
}: {
  readonly density: BraidView['windowDensity'];
  readonly baseY: number;
}) {
  const path = density.map(({ x, count }) => `M${x},${baseY}v${-Math.min(20, 3 + count)}h1V${baseY}z`);
  return <path className={styles['density']} data-density={density.length} d={path.join('')} />;
});

const Rulers = memo(function Rulers({
  frame,
  hasWindows,
}: {
  readonly frame: BraidFrame;
  readonly hasWindows: boolean;
}) {
  const { t } = useTranslation();
  const { gutter, arrival } = frame;
  return (
    <g aria-hidden="true">
      <Ruler ticks={frame.arrivalTicks} top={6} bottom={frame.arrivalRulerY} name={t('braid.arrival')} />
      {frame.event && (
        <Ruler
          ticks={frame.eventTicks}
          top={frame.eventTopY}
          bottom={frame.eventRulerY}
          name={t(frame.isSameScale ? 'braid.event' : 'braid.eventOwnScale')}
        />
      )}
      <LaneName y={frame.outputY} text={t('braid.output')} gutter={gutter} />
      <line
        className={styles['base']}
        x1={arrival.left}
        x2={arrival.right}
        y1={frame.outputY}
        y2={frame.outputY}
      />
      {frame.lanes.map((lane) => (
        <g key={lane.label}>
          <LaneName y={lane.y} text={lane.label} gutter={gutter} />
          <line className={styles['base']} x1={arrival.left} x2={arrival.right} y1={lane.y} y2={lane.y} />
        </g>
      ))}
      {hasWindows && <LaneName y={frame.windowsY + 11} text={t('braid.windows')} gutter={gutter} />}
    </g>
  );
});

interface RulerProps {
  readonly ticks: readonly Tick[];
  readonly top: number;
  readonly bottom: number;
  readonly name: string;
}

function Ruler({ ticks, top, bottom, name }: RulerProps) {
  const nameEnd = 12 + textWidth(name, 5.4);
  return (
    <g>
      {ticks.map(({ x, label }) => (
        <g key={label} className={styles['tick']}>
          <line x1={x} x2={x} y1={top} y2={bottom} />
          {x - textWidth(label, 6.1) / 2 > nameEnd && (
            <text x={x} y={bottom + 13}>
              {label}
            </text>
          )}
        </g>
      ))}
      <text className={styles['rulerName']} x={8} y={bottom + 13}>
        {name}
      </text>
    </g>
  );
}

/** About how wide a text is; Chinese characters are twice as wide. */
function textWidth(text: string, character: number): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter > '\u2e80' ? character * 1.8 : character), 0);
}

function LaneName({
  y,
  text,
  gutter,
}: {
  readonly y: number;
  readonly text: string;
  readonly gutter: number;
}) {
  const room = Math.floor((gutter - 12) / 6.4);
  return (
    <text className={styles['lane']} x={8} y={y + 4}>
      {text.length > room ? `${text.slice(0, room - 1)}…` : text}
      <title>{text}</title>
    </text>
  );
}

interface WindowProps {
  readonly mark: WindowMark;
  readonly hatch: string;
  readonly onHot: (hot: Hot | null) => void;
}

function Window({ mark, hatch, onHot }: WindowProps) {
  const { t } = useTranslation();
  const { bar, state, count } = mark;
  const { startMs, endMs } = bar.track;
  const interval = windowText(startMs, endMs);
  const full = `${interval} · ${count} · ${t(`braid.state.${state}`)}`;
  const texts = [full, `${count} · ${t(`braid.state.${state}`)}`, String(count), ''];
  const text = texts.find((candidate) => candidate.length * 6.7 + 14 <= bar.width) ?? '';
  return (
    <g
      className={styles['window']}
      data-window-start={startMs}
      data-window-end={endMs}
      data-state={state}
      data-count={count}
      onPointerEnter={() => onHot({ kind: 'window', startMs, endMs })}
      onPointerLeave={() => onHot(null)}
    >
      <title>{full}</title>
      <rect
        x={bar.x + 1}
        width={Math.max(1, bar.width - 2)}
        y={bar.y}
        height={bar.height}
        rx={bar.isSession ? bar.height / 2 : Math.min(4, bar.width / 3)}
        fill={state === 'closed' ? `url(#${hatch})` : undefined}
      />
      <text x={bar.x + 8} y={bar.y + bar.height / 2 + 4}>
        {text}
      </text>
    </g>
  );
}

interface WatermarkLineProps {
  readonly frame: BraidFrame;
  readonly playheadX: number;
  readonly mark: WatermarkMark;
  readonly isThin: boolean;
}

function WatermarkLine({ frame, playheadX, mark, isThin }: WatermarkLineProps) {
  const top = frame.arrivalRulerY;
  const bottom = frame.eventTopY;
  const middle = (top + bottom) / 2;
  return (
    <path
      className={styles[isThin ? 'sourceWatermark' : 'watermark']}
      data-idle={mark.isIdle}
      data-source={isThin ? mark.label : undefined}
      d={`M${playheadX},${top}C${playheadX},${middle + 8} ${mark.x},${middle - 8} ${mark.x},${bottom}V${frame.eventRulerY}`}
    >
      {isThin && <title>{mark.label}</title>}
    </path>
  );
}

function WatermarkChip({ frame, mark }: { readonly frame: BraidFrame; readonly mark: WatermarkMark }) {
  const { t } = useTranslation();
  const text = isEndOfTime(mark.ms)
    ? t('braid.watermarkEnd')
    : t('braid.watermark', { time: watermarkLabel(mark) });
  const width = textWidth(text, 6.2) + 14;
  const x = Math.max(frame.gutter + width / 2, Math.min(frame.width - width / 2 - 4, mark.x));
  return (
    <g
      className={styles['chip']}
      data-watermark-ms={mark.ms}
      transform={`translate(${x},${frame.eventRulerY - 10})`}
    >
      <rect x={-width / 2} y={-9} width={width} height={17} rx={4} />
      <text y={3.5}>{text}</text>
    </g>
  );
}

interface OutputsProps {
  readonly marks: readonly OutputMark[];
  readonly y: number;
  readonly story: Story | null;
  readonly handlers: BraidHandlers;
}

/** The changes that left, in two groups: what stands back is made faint as one. */
function Outputs({ marks, y, story, handlers }: OutputsProps) {
  const isClear = ({ change, isPast }: OutputMark) => isPast && (story === null || story.changes.has(change));
  const output = (mark: OutputMark) => (
    <Output
      key={mark.change}
      change={mark.change}
      step={mark.step}
      kind={mark.kind}
      x={mark.x}
      y={y}
      isPast={mark.isPast}
      isHot={story?.changes.has(mark.change) ?? false}
      handlers={handlers}
    />
  );
  return (
    <>
      <g opacity={0.17}>{marks.filter((mark) => !isClear(mark)).map(output)}</g>
      <g>{marks.filter(isClear).map(output)}</g>
    </>
  );
}

interface OutputProps extends OutputMark {
  readonly y: number;
  readonly isHot: boolean;
  readonly handlers: BraidHandlers;
}

const Output = memo(function Output({ change, step, kind, x, y, isPast, isHot, handlers }: OutputProps) {
  return (
    <g
      className={styles['output']}
      data-output={change}
      data-past={isPast}
      onPointerEnter={() => handlers.onHot({ kind: 'change', change })}
      onPointerLeave={() => handlers.onHot(null)}
      onClick={() => handlers.onJump(step + 1)}
      aria-hidden="true"
    >
      <rect x={x - 6.5} y={y - 12} width={13} height={24} fill="transparent" />
      <GlyphPath kind={kind} x={x} y={y} scale={isHot ? 1.25 : 1} />
    </g>
  );
});
