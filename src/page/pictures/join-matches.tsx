import { useTranslation } from 'react-i18next';
import type { JoinRow, JoinView } from '../view-model/join-view.ts';
import styles from './join-pictures.module.css';

const ROW = 26;
const TOP = 8;
const ROWS_MAX = 40;
const CHARACTER = 6.7;

interface JoinMatchesProps {
  readonly view: JoinView;
  readonly width: number;
}

/** What a regular join remembers of both sides, and a line between rows that have met. */
export function JoinMatches({ view, width }: JoinMatchesProps) {
  const { t } = useTranslation();
  const column = Math.round(width * 0.38);
  const rightX = width - column;
  const [left, right] = [view.left.slice(0, ROWS_MAX), view.right.slice(0, ROWS_MAX)];
  const height = TOP * 2 + Math.max(left.length, right.length, 1) * ROW;
  const y = (rows: readonly JoinRow[], id: string): number =>
    TOP + rows.findIndex((row) => row.id === id) * ROW + ROW / 2;
  const label = t('join.matches', {
    left: view.left.length,
    right: view.right.length,
    pairs: view.matches.filter(({ change }) => change !== 'taken').length,
  });
  return (
    <svg className={styles['picture']} width={width} height={height} role="group" aria-label={label}>
      {view.matches.map((match) => {
        const [from, to] = [y(left, match.left), y(right, match.right)];
        if (from < TOP || to < TOP) return null;
        const middle = (column + rightX) / 2;
        return (
          <path
            key={`${match.left} ${match.right}`}
            className={styles['match']}
            data-match={match.change}
            data-left={match.left}
            data-right={match.right}
            d={`M${column},${from}C${middle},${from} ${middle},${to} ${rightX},${to}`}
          >
            {match.change !== 'kept' && <title>{t(`join.${match.change}`)}</title>}
          </path>
        );
      })}
      {left.map((row) => (
        <Row key={row.id} row={row} side="left" x={0} y={y(left, row.id)} width={column} />
      ))}
      {right.map((row) => (
        <Row key={row.id} row={row} side="right" x={rightX} y={y(right, row.id)} width={column} />
      ))}
    </svg>
  );
}

interface RowProps {
  readonly row: JoinRow;
  readonly side: 'left' | 'right';
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function Row({ row, side, x, y, width }: RowProps) {
  const { t } = useTranslation();
  const text = row.cells.map((cell) => cell ?? 'NULL').join(', ');
  const times = row.count > 1 ? ` ${t('join.times', { count: row.count })}` : '';
  const room = Math.floor((width - 18 - (row.isPadded ? 44 : 0)) / CHARACTER) - times.length;
  return (
    <g className={styles['row']} data-join-row={side} data-padded={row.isPadded}>
      <title>{row.isPadded ? `${text}: ${t('join.paddedHint')}` : text}</title>
      <rect x={x + 0.5} y={y - 11} width={width - 1} height={22} rx={5} />
      <text x={x + 9} y={y + 4}>
        {text.length > room ? `${text.slice(0, Math.max(1, room - 1))}…` : text}
        {times}
      </text>
      {row.isPadded && (
        <text className={styles['padded']} x={x + width - 9} y={y + 4}>
          {t('join.padded')}
        </text>
      )}
    </g>
  );
}
