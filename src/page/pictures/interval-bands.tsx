import { useTranslation } from 'react-i18next';
import { clockText, isEndOfTime } from '../view-model/format.ts';
import type { IntervalRow, IntervalView } from '../view-model/interval-view.ts';
import { intervalScale } from '../view-model/interval-view.ts';
import { clampedX, ticks, xOf } from '../view-model/ruler.ts';
import styles from './join-pictures.module.css';

const ROW = 22;
const TOP = 6;
const FOOT = 20;
const ROWS_MAX = 40;
const CHARACTER = 6.7;

/** A row in few words: its table and its first value. */
function titleOf(
  names: IntervalBandsProps['names'],
  side: IntervalRow['side'],
  cells: IntervalRow['cells'],
): string {
  return `${names[side === 'left' ? 0 : 1]} ${cells[0] ?? 'NULL'}`;
}

interface IntervalBandsProps {
  readonly view: IntervalView;
  readonly width: number;
  /** The names of both inputs. */
  readonly names: readonly [left: string, right: string];
}

/** Rows of both inputs over event time, each with the band in which a partner may stand; behind the watermark they leave. */
export function IntervalBands({ view, width, names }: IntervalBandsProps) {
  const { t } = useTranslation();
  const rows = (['left', 'right'] as const).flatMap((side) =>
    view.rows.filter((row) => row.side === side).slice(-ROWS_MAX),
  );
  const longest = Math.max(0, ...rows.map(({ side, cells }) => titleOf(names, side, cells).length));
  const gutter = Math.min(width * 0.32, 14 + longest * CHARACTER);
  const scale = intervalScale(view, gutter, width - 10);
  const y = (id: number): number => TOP + rows.findIndex((row) => row.id === id) * ROW + ROW / 2;
  const bottom = TOP + Math.max(1, rows.length) * ROW;
  const by = new Map(rows.map((row) => [row.id, row]));
  const divider = TOP + rows.filter(({ side }) => side === 'left').length * ROW;
  const mark = Number.isNaN(view.watermarkMs) ? null : clampedX(scale, view.watermarkMs);
  return (
    <svg
      className={styles['picture']}
      width={width}
      height={bottom + FOOT}
      role="group"
      aria-label={t('join.bands')}
    >
      <g className={styles['tick']} aria-hidden="true">
        {ticks(scale, 86, 'clock').map(({ x, label }) => (
          <g key={label}>
            <line x1={x} x2={x} y1={TOP} y2={bottom} />
            <text x={x} y={bottom + 13}>
              {label}
            </text>
          </g>
        ))}
        <line className={styles['divider']} x1={0} x2={width} y1={divider} y2={divider} />
      </g>
      {rows.map((row) => (
        <Band
          key={row.id}
          row={row}
          y={y(row.id)}
          scale={scale}
          name={names[row.side === 'left' ? 0 : 1]}
          title={titleOf(names, row.side, row.cells)}
        />
      ))}
      {view.matches.map(({ left, right, isNew }) => {
        const [from, to] = [by.get(left), by.get(right)];
        if (!from || !to) return null;
        return (
          <line
            key={`${left} ${right}`}
            className={styles['meeting']}
            data-meeting={`${left} ${right}`}
            data-new={isNew}
            x1={xOf(scale, from.ms)}
            y1={y(left)}
            x2={xOf(scale, to.ms)}
            y2={y(right)}
          />
        );
      })}
      {mark !== null && (
        <line
          className={styles['watermark']}
          data-watermark-ms={view.watermarkMs}
          x1={mark}
          x2={mark}
          y1={TOP - 4}
          y2={bottom}
        >
          <title>
            {isEndOfTime(view.watermarkMs)
              ? t('braid.watermarkEnd')
              : t('braid.watermark', { time: clockText(view.watermarkMs) })}
          </title>
        </line>
      )}
    </svg>
  );
}

interface BandProps {
  readonly row: IntervalRow;
  readonly y: number;
  readonly scale: ReturnType<typeof intervalScale>;
  readonly name: string;
  readonly title: string;
}

function Band({ row, y, scale, name, title: text }: BandProps) {
  const { t } = useTranslation();
  const [from, to] = [clampedX(scale, row.fromMs), clampedX(scale, row.toMs)];
  const x = xOf(scale, row.ms);
  const full = t('join.row', {
    side: name,
    row: row.cells.map((cell) => cell ?? 'NULL').join(', '),
    time: clockText(row.ms),
    from: clockText(row.fromMs),
    to: clockText(row.toMs),
  });
  const room = Math.floor((scale.left - 8) / CHARACTER);
  return (
    <g
      className={styles['band']}
      data-band={row.side}
      data-kept={row.isKept}
      data-new={row.isNew}
      data-from-ms={row.fromMs}
      data-to-ms={row.toMs}
    >
      <title>{`${full}. ${t(row.isKept ? 'join.kept' : 'join.gone')}`}</title>
      <text x={6} y={y + 4}>
        {text.length > room ? `${text.slice(0, room - 1)}…` : text}
      </text>
      <rect x={from} y={y - 6} width={Math.max(2, to - from)} height={12} rx={3} />
      <circle cx={x} cy={y} r={5} />
    </g>
  );
}
