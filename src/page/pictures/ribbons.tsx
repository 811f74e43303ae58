import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { cellsOf } from '../../engine/engine-api.ts';
import { clockText, rowText, windowText } from '../view-model/format.ts';
import type { LaneView, ProbeMark, RibbonBar, RibbonFrame } from '../view-model/ribbons.ts';
import { type TraceIndex } from '../view-model/trace-index.ts';
import styles from './ribbons.module.css';

export const LANE_HEIGHT = 36;
/** Above the lane, where there is room for the names of rows that ask. */
const NAMES_HEIGHT = 13;
const RULER_HEIGHT = 18;
const BAR_TOP = 13;
const BAR_HEIGHT = 18;
const BAR_BOTTOM = BAR_TOP + BAR_HEIGHT;
/** Narrower bars have no room for a value and are drawn all at once. */
const BAR_PIXELS_MIN = 18;
const CHARACTER = 6.7;
const NAME_CHARACTER = 6;
/** More probes in a lane than this are ticks without names. */
const PROBES_MAX = 60;
/** Dashes take long to draw. */
const DASHED_MAX = 12;

/** The ruler of event time above the lanes. */
export const RibbonRuler = memo(function RibbonRuler({
  frame,
  width,
  lineX,
}: {
  readonly frame: RibbonFrame;
  readonly width: number;
  /** Where a line with a label of its own covers the ruler. */
  readonly lineX: number;
}) {
  const hasRoom = (x: number) => x > 26 && x < width - 26 && Math.abs(x - lineX) > 62;
  return (
    <svg className={styles['ribbon']} width={width} height={RULER_HEIGHT} aria-hidden="true">
      {frame.ticks.map(({ x, label }) => (
        <g key={label} className={styles['tick']}>
          <line x1={x} x2={x} y1={RULER_HEIGHT - 4} y2={RULER_HEIGHT} />
          {hasRoom(x) && (
            <text x={x} y={RULER_HEIGHT - 6}>
              {label}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
});

interface RibbonProps {
  readonly frame: RibbonFrame;
  readonly index: TraceIndex;
  readonly view: LaneView;
  readonly width: number;
  /** Whether there is room for the names of the rows that ask. */
  readonly hasNames: boolean;
}

/**
 * One key: its versions as bars over event time, and the rows that ask as drops that hang above their time until the watermark has passed it, and
 * then stand on the version that they have read.
 */
export const Ribbon = memo(function Ribbon({ frame, index, view, width, hasNames }: RibbonProps) {
  const { t } = useTranslation();
  const wide = view.bars.filter((bar) => bar.width >= BAR_PIXELS_MIN);
  const narrow = view.bars.filter((bar) => bar.width < BAR_PIXELS_MIN);
  const arrived = view.probes.filter(({ state }) => state !== 'to-come');
  const label = t('ribbons.lane', {
    key: keyText(view),
    versions: view.bars.length,
    freed: view.bars.filter(({ isFreed }) => isFreed).length,
    probes: arrived.length,
    waiting: arrived.filter(({ state }) => state === 'waiting').length,
  });
  const top = hasNames ? NAMES_HEIGHT : 0;
  return (
    <svg
      className={styles['ribbon']}
      width={width}
      height={LANE_HEIGHT + top}
      viewBox={`0 ${-top} ${width} ${LANE_HEIGHT + top}`}
      role="img"
      aria-label={label}
      data-ribbon={keyText(view)}
    >
      {[false, true].map((isFreed) => (
        <path
          key={String(isFreed)}
          className={styles['narrowBars']}
          data-freed={isFreed}
          data-count={narrow.filter((bar) => bar.isFreed === isFreed).length}
          d={barsPath(narrow.filter((bar) => bar.isFreed === isFreed))}
        />
      ))}
      {wide.map((bar) => (
        <Bar key={`${bar.version.ms} ${bar.version.step}`} bar={bar} frame={frame} />
      ))}
      <path
        className={styles['toCome']}
        data-dense={view.toCome.length > DASHED_MAX}
        d={ticksPath(view.toCome)}
        data-to-come={view.toCome.length}
      />
      {view.ends.map(({ version, x }) => (
        <path
          key={version.ms}
          className={styles['end']}
          d={`M${x},${BAR_TOP + 3}l6,6l-6,6l-6,-6Z`}
          data-end-ms={version.ms}
        >
          <title>{t('ribbons.deleted', { time: clockText(version.ms, frame.withDate) })}</title>
        </path>
      ))}
      <Probes view={view} frame={frame} index={index} />
      {hasNames && <ProbeNames marks={arrived} />}
    </svg>
  );
});

/** A key as people write it. */
export function keyText({ lane }: LaneView): string {
  return lane.key.map((cell) => cell ?? 'NULL').join(', ');
}

function ticksPath(xs: readonly number[]): string {
  return xs.map((x) => `M${x.toFixed(1)},${BAR_TOP}V${BAR_BOTTOM}`).join('');
}

function barsPath(bars: readonly RibbonBar[]): string {
  return bars
    .map(({ x, width }) => {
      const length = Math.max(0.7, width - 1).toFixed(1);
      return `M${x.toFixed(1)},${BAR_TOP}h${length}v${BAR_HEIGHT}h-${length}Z`;
    })
    .join('');
}

/** A version with room for its value; an arrow where no end is known. */
function Bar({ bar, frame }: { readonly bar: RibbonBar; readonly frame: RibbonFrame }) {
  const { t } = useTranslation();
  const { version, x, toMs, isFreed, text } = bar;
  const isOpen = toMs === Number.POSITIVE_INFINITY;
  const width = Math.max(2, bar.width - (isOpen ? 8 : 1.5));
  const room = Math.floor((width - 6) / CHARACTER);
  const short = text.length <= room ? text : room > 2 ? `${text.slice(0, room - 1)}…` : '';
  const interval = isOpen ? `[${clockText(version.ms, frame.withDate)}, →)` : windowText(version.ms, toMs);
  const values = { value: text, interval };
  const tip = isOpen ? `l6,${BAR_HEIGHT / 2}l-6,${BAR_HEIGHT / 2}` : `v${BAR_HEIGHT}`;
  return (
    <g
      className={styles['version']}
      data-version={text}
      data-from-ms={version.ms}
      data-to-ms={isOpen ? undefined : toMs}
      data-freed={isFreed}
    >
      <title>{t(isFreed ? 'ribbons.versionFreed' : 'ribbons.version', values)}</title>
      <path className={styles['bar']} data-freed={isFreed} d={`M${x},${BAR_TOP}h${width}${tip}h-${width}Z`} />
      <path className={styles['start']} data-freed={isFreed} d={`M${x},${BAR_TOP}v${BAR_HEIGHT}`} />
      <text x={x + 6} y={BAR_TOP + 13} data-freed={isFreed}>
        {short}
      </text>
    </g>
  );
}

function Probes({
  view,
  frame,
  index,
}: {
  readonly view: LaneView;
  readonly frame: RibbonFrame;
  readonly index: TraceIndex;
}) {
  if (view.probes.length <= PROBES_MAX)
    return view.probes.map((mark) => (
      <ProbeDrop key={`${mark.probe.step} ${mark.probe.row}`} mark={mark} frame={frame} index={index} />
    ));
  return (['to-come', 'waiting', 'landed', 'nothing', 'dropped'] as const).map((state) => (
    <path
      key={state}
      className={styles['probeTicks']}
      data-state={state}
      d={view.probes
        .filter((mark) => mark.state === state)
        .map(({ x }) => `M${x.toFixed(1)},${state === 'waiting' ? 2 : 6}v7`)
        .join('')}
    />
  ));
}

/** The names of the rows that ask, as far as they do not cover each other. */
function ProbeNames({ marks }: { readonly marks: readonly ProbeMark[] }) {
  let freeFrom = Number.NEGATIVE_INFINITY;
  return marks.map(({ probe, x, name }) => {
    const half = (name.length * NAME_CHARACTER) / 2;
    if (x - half < freeFrom) return null;
    freeFrom = x + half + 2;
    return (
      <text key={`${probe.step} ${probe.row}`} className={styles['probeName']} x={x} y={-2}>
        {name}
      </text>
    );
  });
}

/** A row that asks: a hollow dot that waits above, a full one on what it read, a cross where there was nothing. */
function ProbeDrop({
  mark,
  frame,
  index,
}: {
  readonly mark: ProbeMark;
  readonly frame: RibbonFrame;
  readonly index: TraceIndex;
}) {
  const { t } = useTranslation();
  const { probe, x, state, isCorrected, text } = mark;
  const isLanded = state === 'landed';
  const y = isLanded ? BAR_TOP : 6;
  const isNothing = state === 'nothing' || state === 'dropped';
  const name = t(`ribbons.probe.${isLanded && isCorrected ? 'corrected' : state}`, {
    row: rowText(cellsOf(index.slice, probe.row)),
    time: clockText(probe.ms, frame.withDate),
    value: text,
  });
  return (
    <g
      className={styles['probe']}
      data-probe-ms={probe.ms}
      data-state={state}
      data-read={isLanded ? text : undefined}
      data-corrected={isCorrected}
    >
      <title>{name}</title>
      <line className={styles['stem']} x1={x} x2={x} y1={isLanded ? 2 : y} y2={isLanded ? y : BAR_BOTTOM} />
      {isNothing ? (
        <path className={styles['cross']} d={`M${x - 3.5},${y - 3.5}l7,7m0,-7l-7,7`} />
      ) : (
        <circle cx={x} cy={y} r={4} />
      )}
      {isLanded && isCorrected && (
        <text className={styles['readText']} x={x + 7} y={9}>
          {text}
        </text>
      )}
    </g>
  );
}
