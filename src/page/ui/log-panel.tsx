import { useVirtualizer } from '@tanstack/react-virtual';
import type { TFunction } from 'i18next';
import { memo, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { KindTag } from '../pictures/glyph.tsx';
import { jump } from '../store/player.ts';
import { pin, point } from '../store/view.ts';
import { isNumeric } from '../view-model/event-cells.ts';
import { type LogRow, logRow, turnWatermarks } from '../view-model/log-view.ts';
import { changesDone } from '../view-model/trace-index.ts';
import { DataCell } from './data-cell.tsx';
import styles from './data-table.module.css';
import { Gap } from './table-gap.tsx';
import { type Moment, useMoment, useStory } from './use-moment.ts';

const ROW_HEIGHT = 26;
/** Each step moves all rows down by one, so already a list of middling length is drawn only where it is looked at. */
const ROWS_PLAIN_MAX = 40;
const WATERMARKS_READ_MAX = 300;

/** All changes so far, the newest on top. */
export function LogPanel() {
  const { t } = useTranslation();
  const moment = useMoment();
  if (!moment) return <p className={styles['empty']}>{t('log.empty')}</p>;
  return <Log moment={moment} />;
}

function Log({ moment }: { readonly moment: Moment }) {
  const { t } = useTranslation();
  const { index, position, run } = moment;
  const story = useStory(moment);
  const scroll = useRef<HTMLDivElement>(null);
  const count = changesDone(index.changes, position);
  const isLong = count > ROWS_PLAIN_MAX;
  const virtual = useVirtualizer({
    count: isLong ? count : 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 3,
  });
  const isScrolled = useRef(false);
  useEffect(() => {
    // Writing scrollTop lays the page out at once; at the top already there is nothing to write.
    if (scroll.current && isScrolled.current) scroll.current.scrollTop = 0;
  }, [position]);
  const items = virtual.getVirtualItems();
  const changes = isLong
    ? items.map((item) => count - 1 - item.index)
    : Array.from({ length: count }, (_, place) => count - 1 - place);
  const above = isLong ? (items[0]?.start ?? 0) : 0;
  const below = isLong ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const columns = Math.max(1, ...run.sinks.map((sink) => sink.columns.length));
  const hasManySinks = run.sinks.length > 1;
  const heads = run.sinks.length === 1 ? (run.sinks[0]?.columns ?? []) : [];
  return (
    // A region that scrolls has to be reachable by keyboard.
    <div
      className={`${styles['scroll']} ${styles['log']}`}
      ref={scroll}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={t('pane.log')}
      onScroll={(event) => {
        isScrolled.current = event.currentTarget.scrollTop > 0;
      }}
    >
      <table className={styles['table']} data-log data-count={count} aria-rowcount={count + 1}>
        <thead>
          <tr>
            <th scope="col">{t('log.step')}</th>
            <th scope="col">{t('log.kind')}</th>
            {hasManySinks && <th scope="col">{t('log.sink')}</th>}
            {heads.map((column) => (
              <th key={column.name} scope="col" className={isNumeric(column) ? styles['number'] : undefined}>
                {column.name}
              </th>
            ))}
            {hasManySinks && <th colSpan={columns} />}
          </tr>
        </thead>
        <tbody>
          <Gap height={above} width={columns + 2} />
          {changes.map((change, slot) => (
            <Change
              // A long log shows a few rows at a time, and their elements are used again.
              key={isLong ? `slot ${slot}` : change}
              moment={moment}
              change={change}
              isNow={index.changes.step[change] === position - 1}
              isHot={story?.changes.has(change) ?? false}
              hasSink={hasManySinks}
              t={t}
            />
          ))}
          <Gap height={below} width={columns + 2} />
          {index.slice.from > 0 && (
            <tr>
              <th className={styles['note']} colSpan={columns + 2}>
                {t('log.earlier')}
              </th>
            </tr>
          )}
        </tbody>
      </table>
      {count === 0 && index.slice.from === 0 && (
        <p className={styles['empty']}>
          {t(moment.position === 0 && moment.run.steps.count > 0 ? 'log.empty' : 'log.notYet')}
        </p>
      )}
      <TurnWatermarks moment={moment} />
    </div>
  );
}

interface ChangeProps {
  readonly moment: Moment;
  readonly change: number;
  readonly isNow: boolean;
  readonly isHot: boolean;
  readonly hasSink: boolean;
  readonly t: TFunction;
}

const Change = memo(
  function Change({ moment, change, isNow, isHot, hasSink, t }: ChangeProps) {
    const row: LogRow = logRow(moment.index, change);
    const sink = moment.run.sinks[row.sink];
    return (
      <tr
        className={styles['row']}
        data-change={change}
        data-turn={row.turn}
        data-step={row.step}
        data-kind={row.kind}
        data-sink={sink?.name}
        data-pair={row.pair}
        data-now={isNow}
        data-hot={isHot}
        onClick={() => {
          jump(row.step + 1);
          pin({ kind: 'change', change });
        }}
        onPointerEnter={() => point({ kind: 'change', change })}
        onPointerLeave={() => point(null)}
      >
        <th scope="row" className={styles['step']}>
          <button type="button" aria-label={t('log.jump', { step: row.step + 1 })}>
            {row.step + 1}
          </button>
        </th>
        <th className={styles['kindCell']}>
          <KindTag kind={row.kind} words={t(`kind.${row.kind}`)} />
        </th>
        {hasSink && <th>{sink?.name}</th>}
        {row.cells.map((cell, place) => {
          const column = sink?.columns[place];
          return (
            <DataCell
              key={column?.name ?? place}
              value={cell}
              // Columns of several sinks have nothing in common to be set flush with.
              isNumeric={!hasSink && column !== undefined && isNumeric(column)}
            />
          );
        })}
      </tr>
    );
  },
  (before, after) =>
    before.moment.index === after.moment.index &&
    before.change === after.change &&
    before.isNow === after.isNow &&
    before.isHot === after.isHot &&
    before.t === after.t,
);

/** The watermark of each sink after each turn, for those who read the page without seeing it. */
function TurnWatermarks({ moment }: { readonly moment: Moment }) {
  const { t } = useTranslation();
  const { index, run } = moment;
  const turns = useMemo(() => turnWatermarks(index), [index]);
  if (turns.length === 0 || turns.length > WATERMARKS_READ_MAX) return null;
  return (
    <ol className="visually-hidden" aria-label={t('log.watermarks')}>
      {turns.map(({ turn, sink, ms }) => (
        <li
          key={`${turn} ${sink}`}
          data-turn-watermark={turn}
          data-sink={run.sinks[sink]?.name}
          data-watermark-ms={ms}
        >
          {turn}: {ms}
        </li>
      ))}
    </ol>
  );
}
